"""Adding by DOI, PubMed number or address: what is found fills in the form, and nothing is saved before a curator does.

The servers that are asked are a real one on this machine.
"""

import socket

import pytest
from django.urls import reverse

from resources import asking, lookup
from resources.models import Resource
from tests.answering import answering
from tests.factories import PublisherFactory, ResourceFactory, SectionFactory
from tests.resources.at_the_desk import ADD, said, typed

pytestmark = pytest.mark.django_db

LOOK_UP = reverse("admin:resources_resource_look_up")


@pytest.fixture(scope="module")
def server():
    with answering() as server:
        yield server


@pytest.fixture(autouse=True)
def elsewhere(settings, server):
    settings.CROSSREF_URL = settings.EUROPE_PMC_URL = server.address
    settings.CHECK_LOOPBACK_LINKS = True
    server.asked.clear()


def look_up(client, text):
    return client.post(LOOK_UP, {"typed": text}, follow=True)


def filled_in(response):
    form = response.context["adminform"].form
    by_itself = {"review_due"}  # in six months, whatever was found
    return {
        bound.name: bound.value()
        for bound in form
        if bound.value() not in (None, "", [], False, "unknown", "current") and bound.name not in by_itself
    }


def ask(text):
    asked = lookup.read(text)
    assert asked
    return asking.ask(asked)


def test_a_doi_fills_in_the_form_and_leaves_the_summary_to_the_curator(client, curator, server):
    response = look_up(client, "https://doi.org/10.5555/EXAMPLE.2024.17")
    assert filled_in(response) == {
        "title": "Aftercare at home & in the community: a randomised trial",
        "slug": "aftercare-at-home-in-the-community-a-randomised-trial",
        "authors": "Example KE\nvan Sample JP\nThe Aftercare Study Group",
        "journal": "Journal of Examples",
        "year": 2024,
        "date_published": "2024-02-29",
        "doi": "10.5555/example.2024.17",
        "url": "https://doi.org/10.5555/example.2024.17",
    }
    assert "The summary is empty" in said(response)[0]
    assert "Not to be taken over" not in response.content.decode()
    assert "mailto:" in server.asked[0][1]
    assert not Resource.objects.exists()


def test_a_pubmed_number_fills_in_the_form(client, curator):
    filled = filled_in(look_up(client, "PMID 39999999"))
    assert (filled["pmid"], filled["doi"], filled["year"]) == ("39999999", "10.5555/example.2023.8", 2023)


def test_an_address_fills_in_the_form_from_where_it_leads(client, curator, server):
    filled = filled_in(look_up(client, f"{server.address}/moved/page"))
    assert filled["title"] == "Care by night: a qualitative study"
    assert filled["url"] == f"{server.address}/journal/page"


def test_what_is_saved_then_is_a_draft_with_its_author(client, curator):
    publisher = PublisherFactory(name="Example University Press")
    form = look_up(client, "10.5555/example.2024.17")
    answers = {"section": SectionFactory().pk, "type": "journal_article", "reader": ["professionals"]}
    client.post(ADD, typed(form, **answers))
    added = Resource.objects.get()
    assert (added.publication_state, added.author, added.summary) == ("draft", curator, "")
    assert added.authors == ["Example KE", "van Sample JP", "The Aftercare Study Group"]
    assert list(added.publishers.all()) == [publisher]


def test_a_publisher_that_is_not_ours_yet_is_named(client, curator):
    assert (
        "“Example University Press”, which is not among our publishers"
        in said(look_up(client, "10.5555/example.2024.17"))[-1]
    )


def test_what_is_here_already_is_named_before_anything_is_created(client, curator):
    here = ResourceFactory(title="Another title", doi="10.5555/example.2024.17")
    html = look_up(client, "10.5555/example.2024.17").content.decode()
    assert "Is it in the library already?" in html
    assert reverse("admin:resources_resource_change", args=[here.pk]) in html
    assert "It has the same DOI." in html


def test_an_address_of_ours_that_is_taken_gets_a_number(client, curator):
    for slug in (
        "aftercare-at-home-in-the-community-a-randomised-trial",
        "aftercare-at-home-in-the-community-a-randomised-trial-2",
    ):
        ResourceFactory(slug=slug)
    assert filled_in(look_up(client, "10.5555/example.2024.17"))["slug"].endswith("-trial-3")


def test_what_was_retracted_is_said_to_be(client, curator):
    assert "Crossref says that this was retracted." in said(look_up(client, "10.5555/example.2019.3"))[1]


@pytest.mark.parametrize(
    ("text", "says", "known"),
    [
        ("10.5555/not-there", "Crossref knows nothing of this DOI", {"doi": "10.5555/not-there"}),
        ("1", "Europe PMC knows nothing of this PubMed number", {"pmid": "1"}),
        ("10.5555/odd", "Nothing could be read from what Crossref answered", {"doi": "10.5555/odd"}),
    ],
)
def test_without_an_answer_the_form_has_what_is_known(client, curator, text, says, known):
    response = look_up(client, text)
    assert says in said(response)[0]
    assert filled_in(response).items() >= known.items()


def test_no_network_is_said_in_words(client, curator, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.CROSSREF_URL = f"http://127.0.0.1:{free.getsockname()[1]}"  # bound, and nobody listens
        response = look_up(client, "10.5555/example.2024.17")
    assert "Crossref could not be reached just now. Fill in the rest by hand." in said(response)
    assert filled_in(response)["doi"] == "10.5555/example.2024.17"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/not-there/page", "knows nothing of this address"),
        ("/broken/page", "Nothing could be read"),
        ("/a/paper.pdf", "Nothing could be read"),
        ("/huge/page", "Nothing could be read"),
    ],
)
def test_a_page_that_gives_nothing(server, path, says):
    with pytest.raises(asking.NoAnswer, match=says):
        ask(f"{server.address}{path}")


@pytest.mark.parametrize("text", ["10.5555/slow", "/slow/page"])
def test_nobody_waits_long_for_a_slow_answer(server, monkeypatch, text):
    monkeypatch.setattr(asking, "WHOLE", 0.3)
    with pytest.raises(asking.NoAnswer, match="could not be reached"):
        ask(text if text.startswith("10.") else f"{server.address}{text}")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/admin", "http://localhost:8000/", "http://[::1]/", "http://10.0.0.1/"]
)
def test_a_private_address_is_never_opened(client, curator, settings, server, url):
    settings.CHECK_LOOPBACK_LINKS = False
    asked = lookup.Asked(lookup.Kind.ADDRESS, url)
    with pytest.raises(asking.NoAnswer, match="none of the public web"):
        asking.ask(asked)
    with pytest.raises(asking.NoAnswer, match="none of the public web"):
        ask(f"{server.address}/journal/page")
    assert server.asked == []


def test_what_is_none_of_the_three_is_said_beside_the_field(client, curator):
    html = look_up(client, "self-harm").content.decode()
    assert "Write a DOI such as 10.1192/bjp.2021.50" in html
    assert 'aria-invalid="true"' in html
    assert "Fill in “DOI, PubMed number or address”" in look_up(client, "").content.decode()


def test_a_form_by_hand_begins_empty_whatever_was_looked_up_before(client, curator):
    look_up(client, "10.5555/example.2024.17")
    assert "title" not in filled_in(client.get(ADD))
