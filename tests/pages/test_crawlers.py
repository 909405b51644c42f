"""What search engines and browsers are told: the sitemap, robots.txt, OpenSearch, and each page's one address."""

import re
from typing import Any
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.urls import NoReverseMatch, reverse

from tests.factories import (
    AreaFactory,
    MeasureFactory,
    MeasureVersionFactory,
    ReadingListFactory,
    ResourceFactory,
    SectionFactory,
    ThemeFactory,
    UserFactory,
)
from tests.permissions_by_url import address_rows

pytestmark = pytest.mark.django_db

PORTAL = "https://portal.example.org"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


@pytest.fixture(autouse=True)
def portal_url(settings):
    settings.PORTAL_URL = PORTAL


def addresses(client):
    response = client.get("/sitemap.xml")
    assert response.headers["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(response.content)
    return [found.text for found in root.iter(f"{SITEMAP}loc")]


def canonical(client, path):
    found = re.findall('<link rel="canonical" href="([^"]*)">', client.get(path).content.decode())
    assert len(found) <= 1
    return found[0].replace("&amp;", "&") if found else ""


class TestSitemap:
    def test_lists_what_is_public_under_the_portals_own_address(self, client):
        section = SectionFactory(slug="here")
        rows: list[Any] = [
            ResourceFactory(section=section),
            ResourceFactory(status="in_development", status_reason="In 2027."),
            section,
            ReadingListFactory(),
            AreaFactory(),
            ThemeFactory(),
            MeasureVersionFactory().measure,
        ]
        found = addresses(client)
        for row in rows:
            assert f"{PORTAL}{row.get_absolute_url()}" in found
        assert f"{PORTAL}/" in found
        assert all(address.startswith(f"{PORTAL}/") for address in found)
        assert len(found) == len(set(found))

    def test_holds_nothing_hidden_unpublished_ended_or_without_a_page(self, client):
        section = SectionFactory(slug="empty")
        successor = ResourceFactory()
        rows: list[Any] = [
            *(ResourceFactory(section=section, publication_state=each) for each in ("draft", "in_review", "archived")),
            ResourceFactory(status="superseded", superseded_by=successor),
            ResourceFactory(status="withdrawn", status_reason="Over."),
            section,
            ReadingListFactory(shown=False),
            AreaFactory(draft=True),
            MeasureFactory(),
        ]
        found = addresses(client)
        assert {f"{PORTAL}{row.get_absolute_url()}" for row in rows} & set(found) == set()

    def test_every_address_opens_may_be_indexed_and_is_canonical(self, client):
        ResourceFactory(section=SectionFactory(slug="here"))
        ReadingListFactory()
        AreaFactory()
        ThemeFactory()
        MeasureVersionFactory()
        rules = RobotFileParser()
        rules.parse(client.get("/robots.txt").content.decode().splitlines())
        for address in addresses(client):
            path = address.removeprefix(PORTAL)
            html = client.get(path).content.decode()
            assert "noindex" not in html, path
            assert canonical(client, path) == address
            assert rules.can_fetch("*", address), address

    def test_no_page_that_may_be_indexed_is_left_out(self, client):
        found = addresses(client)
        missing = []
        for row in address_rows():
            try:
                path = reverse(row.name)
            except NoReverseMatch:  # needs a row: tested above
                continue
            if row.get["anonymous"] == "200" and path != reverse("search"):
                answer = client.get(path)
                is_page = answer.headers["Content-Type"].startswith("text/html")
                if is_page and "noindex" not in answer.content.decode() and f"{PORTAL}{path}" not in found:
                    missing.append(row.name)
        assert missing == []

    def test_costs_the_same_queries_for_1_item_and_for_20(self, client, django_assert_num_queries):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        ResourceFactory()
        with CaptureQueriesContext(connection) as captured:
            client.get("/sitemap.xml")
        ResourceFactory.create_batch(19)
        with django_assert_num_queries(len(captured)):
            client.get("/sitemap.xml")


class TestRobots:
    def test_what_is_for_staff_or_made_by_a_question_is_left_alone(self, client):
        response = client.get("/robots.txt")
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        text = response.content.decode()
        assert f"Sitemap: {PORTAL}/sitemap.xml" in text
        rules = RobotFileParser()
        rules.parse(text.splitlines())
        for path in ("/admin/", "/accounts/login/", "/submissions/overview/", "/search/?q=x", "/contact/sent/1/"):
            assert not rules.can_fetch("*", f"{PORTAL}{path}"), path
        for path in ("/", "/resources/", "/resources/nice-ng225/", "/areas/", "/contact/", "/get-help/"):
            assert rules.can_fetch("*", f"{PORTAL}{path}"), path


class TestOpenSearch:
    def test_leads_to_the_search_box_under_a_neutral_name(self, client):
        response = client.get("/opensearch.xml")
        assert response.headers["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
        root = ElementTree.fromstring(response.content)
        name = root.findtext(f"{OPENSEARCH}ShortName")
        assert name == "Community care"
        assert len(name) <= 16  # says the specification
        [search] = [url for url in root.iter(f"{OPENSEARCH}Url") if url.get("type") == "text/html"]
        assert search.get("template") == f"{PORTAL}/search/?q={{searchTerms}}"
        assert client.get("/search/?q=training").status_code == 200

    def test_every_page_leads_there(self, client):
        assert 'rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"' in (
            client.get("/").content.decode()
        )


@pytest.mark.parametrize("path", ["/sitemap.xml", "/robots.txt", "/opensearch.xml"])
def test_files_are_kept_for_an_hour_and_asked_for_again_cheaply(client, path):
    response = client.get(path)
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert client.get(path, headers={"if-none-match": response.headers["ETag"]}).status_code == 304
    assert client.post(path).status_code == 405
    assert not response.cookies


class TestCanonical:
    @pytest.mark.parametrize("path", ["/", "/resources/", "/areas/", "/measures/", "/get-help/", "/contact/"])
    def test_parameters_that_mean_nothing_are_left_out(self, client, path):
        assert canonical(client, path) == f"{PORTAL}{path}"
        assert canonical(client, f"{path}?utm_source=x") in (f"{PORTAL}{path}", "")

    def test_of_an_item(self, client):
        url = ResourceFactory().get_absolute_url()
        assert canonical(client, f"{url}?from=mail") == f"{PORTAL}{url}"

    def test_of_a_list_keeps_what_it_is_made_of(self, client):
        SectionFactory(slug="here")
        assert canonical(client, "/resources/?section=here") == f"{PORTAL}/resources/?section=here"
        assert canonical(client, "/resources/?section=here&type=nonsense") == f"{PORTAL}/resources/?section=here"

    def test_it_is_the_address_of_a_shared_link_too(self, client):
        html = client.get("/areas/").content.decode()
        assert f'<meta property="og:url" content="{PORTAL}/areas/">' in html
        for name in ("og:title", "og:description", "og:type", "og:site_name"):
            assert html.count(f'<meta property="{name}"') == 1

    def test_what_is_not_there_or_for_staff_has_none(self, client):
        assert canonical(client, "/no-such-page/") == ""
        assert canonical(client, reverse("account_login")) == ""
        client.force_login(UserFactory(analyst=True))
        assert canonical(client, reverse("submissions:overview")) == ""
