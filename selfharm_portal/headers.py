"""What browsers may do with our answers, beside Content-Security-Policy (django-csp), which settings.py holds.

SecurityMiddleware and XFrameOptionsMiddleware write the rest: Cross-Origin-Opener-Policy, Referrer-Policy,
X-Content-Type-Options, X-Frame-Options. All of them stand before WhiteNoise, so that static files carry them too.

Nothing of ours is embedded elsewhere. A view whose file is meant for that says so itself, and is left alone:

    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # an image on somebody's own page

and, if it is to be shown in a frame, `@xframe_options_exempt` and `@csp_replace({"frame-ancestors": "*"})`
(`csp_update` would leave our 'none' beside it).
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

#: What a browser can do beyond showing a page; none of it is for pages of ours, or for what they might embed.
POWERFUL_FEATURES = [
    "accelerometer",
    "autoplay",
    "bluetooth",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "web-share",
    "window-management",
    "xr-spatial-tracking",
]

HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in POWERFUL_FEATURES),
}


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer
