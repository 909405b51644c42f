"""What every answer says to the browser: pages, refusals and files alike."""

import logging
import re

import pytest
from csp.constants import SELF
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


#: Stands in a frame beside the form whose page it is.
IN_OUR_FRAME = {"admin:sites_infographic_preview"}


#: Its address is a secret, which no other page is told.
WITHOUT_REFERRER = {"account_follow_invitation"}


def assert_headers(response: HttpResponse, path: str, *, name: str = "", policy: str = "") -> None:
    expected = dict(EXPECTED)
    if name in FOR_REUSE:
        expected["Cross-Origin-Resource-Policy"] = "cross-origin"
    if name in WITHOUT_REFERRER:
        expected["Referrer-Policy"] = "no-referrer"
    if name in IN_OUR_FRAME:
        expected["X-Frame-Options"] = "SAMEORIGIN"
    assert {header: response.headers.get(header) for header in expected} == expected, path
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
        name = row.name.split()[0]
        if response.status_code != 200 and name not in WITHOUT_REFERRER:
            name = ""
        policy = uploads.POLICY if name == "uploads:file" else ""
        if name in IN_OUR_FRAME:
            policy = build_policy(replace={"frame-ancestors": [SELF]})
        assert_headers(response, path, name=name, policy=policy)


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
