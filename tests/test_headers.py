"""What every answer says to the browser: pages, refusals and files alike."""

import logging
import re

import pytest
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpResponse
from django.templatetags.static import static
from django.test import RequestFactory

from selfharm_portal import headers
from selfharm_portal.uploads import views as uploads
from tests import every_address
from tests.permissions_by_url import address_rows

EXPECTED = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": headers.HEADERS["Permissions-Policy"],
}


#: Files that are meant to be shown on other sites; a page never is.
FOR_REUSE = {"sites:infographic_pdf", "sites:infographic_png"}


def parts(policy: str) -> set[str]:
    return {part.strip() for part in policy.split(";")}


def assert_headers(response: HttpResponse, path: str, *, for_reuse: bool = False, policy: str = "") -> None:
    found = {name: response.headers.get(name) for name in EXPECTED}
    assert found == EXPECTED | ({"Cross-Origin-Resource-Policy": "cross-origin"} if for_reuse else {}), path
    assert parts(response.headers["Content-Security-Policy"]) == parts(policy or build_policy()), path


def test_the_policy_lets_nothing_in_that_is_not_ours():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert {source for sources in directives.values() for source in sources} == {"'none'", "'self'"}
    assert {"default-src", "base-uri", "frame-ancestors"} == {
        name for name, sources in directives.items() if list(sources) == ["'none'"]
    }
    assert "form-action" in directives  # default-src does not stand in for it
    assert "unsafe" not in build_policy()


def test_powerful_features_are_off():
    said = headers.HEADERS["Permissions-Policy"].split(", ")
    assert all(re.fullmatch(r"[a-z-]+=\(\)", part) for part in said)
    assert {"camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()"} <= set(said)


@pytest.mark.parametrize("person", ["anonymous", "lead of A", "curator", "analyst", "administrator"])
def test_every_address_says_it(db, caplog, person):
    caplog.set_level(logging.CRITICAL, logger="django.request")
    portal = every_address.Portal()
    for row in address_rows():
        path = portal.path(row.name)
        response = portal.visit(person, "GET", path)
        name = row.name.split()[0] if response.status_code == 200 else ""
        policy = uploads.POLICY if name == "uploads:file" else ""
        assert_headers(response, path, for_reuse=name in FOR_REUSE, policy=policy)


@pytest.mark.parametrize("file", ["portal.css", "portal.js", "symbol.svg"])
def test_static_files_say_it_too(client, file):
    response = client.get(static(file))
    assert response.status_code == 200
    assert response.getvalue()  # read to its end, which closes the file
    assert_headers(response, file)
    assert "Access-Control-Allow-Origin" not in response.headers


def test_refusals_say_it_too(client):
    response = client.get("/", {"q": "x" * 9000})
    assert response.status_code == 414
    assert_headers(response, "/")


def test_a_file_that_is_meant_to_be_embedded_says_so_itself():
    def chart(request):
        return HttpResponse("<svg/>", headers={"Cross-Origin-Resource-Policy": "cross-origin"})

    response = headers.middleware(chart)(RequestFactory().get("/"))
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
