from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from resources import content
from resources.models import Reader, ReadingList, Resource
from selfharm_portal.publishing.models import PublicationState
from tests.factories import (
    MeasureSourceFactory,
    ReadingListEntryFactory,
    ResourceFactory,
    ResourcePublisherFactory,
    SectionFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIBRARY = reverse("resources:list")


def queries(client, url):
    """How many queries a page takes, those that every page of the portal asks included."""
    page(client, url)
    with CaptureQueriesContext(connection) as captured:
        page(client, url)
    return len(captured)


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


class TestLibrary:
    def test_shows_its_sections_with_how_many_items_each_has(self, client):
        section = SectionFactory(title="Brochures", introduction="Leaflets to read.")
        ResourceFactory.create_batch(2, section=section)
        for state in ("draft", "in_review", "archived"):
            ResourceFactory(section=section, publication_state=state)
        ResourceFactory(section=section, status="withdrawn", status_reason="It has ended.")
        html = page(client, LIBRARY)
        assert "Leaflets to read." in html
        assert f'<a href="{section.get_absolute_url()}">Brochures</a> <span class="cc-quiet cc-nowrap">2 items' in html
        assert "See all 2 items" in html

    def test_an_empty_library_is_a_page(self, client):
        SectionFactory()
        assert "0 items" in page(client, LIBRARY)

    def test_costs_the_same_queries_for_1_item_and_for_40(self, client):
        def add(number):
            for resource in ResourceFactory.create_batch(number, section=SectionFactory(), topics=[TopicFactory()]):
                ResourcePublisherFactory(resource=resource)
                ReadingListEntryFactory(resource=resource)

        add(1)
        one = queries(client, LIBRARY)
        add(39)
        assert queries(client, LIBRARY) == one


class TestItem:
    def test_shows_every_key_that_is_meant_for_readers(self, client):
        section = SectionFactory(title="Guidelines here")
        resource = ResourceFactory(
            title="The title", code="NG225", section=section, topics=[TopicFactory(title="Aftercare")],
            summary="Our own summary.", content_note="It speaks of loss.", authors=["Hawton K", "Witt KG"],
            journal="BJPsych Open", year=2022, date_published=date(2022, 9, 7), doi="10.1000/1", pmid="12345678",
            isbn="978-1", url="https://www.nice.org.uk/ng225", audiences=["clinicians", "primary_care"],
            settings=["prisons"], population=["older_adults"], reader=["professionals", "families"], cost="paid",
            format="pdf", minutes=20, login_required=True, easy_read=True, qs34_statements=[3, 1],
        )  # fmt: skip
        ResourcePublisherFactory(resource=resource, publisher__name="Second", position=2)
        ResourcePublisherFactory(resource=resource, publisher__name="Institute of Care (NICE)", position=1)
        entry = ReadingListEntryFactory(resource=resource, reading_list__title="Start here")
        html = page(client, resource.get_absolute_url())
        for text in [
            "The title", "NG225", "Guidelines here", "Aftercare", "Our own summary.", "It speaks of loss.",
            "Hawton K, Witt KG", "BJPsych Open", "7 September 2022", "https://doi.org/10.1000/1",
            "https://pubmed.ncbi.nlm.nih.gov/12345678/", "978-1", "Read it at nice.org.uk",
            ">Clinicians</a>, <a", ">general practice</a>", "Prisons", "Older adults",
            "/resources/for/professionals/", "/resources/for/families/",
            "Costs money", "You need an account.",
            "PDF to read or print", "About 20 minutes", "Easy Read", ">Statement 1</a>, <a",
            ">Institute of Care (NICE)</a>, <a", ">Second</a>",
            "Guideline from NICE and Second, 2022", "A guideline: what good care should be like.",
            entry.reading_list.title, "Not yet reviewed by NCISH", "by 5 January 2027",
        ]:  # fmt: skip
            assert text in html, text

    def test_the_note_on_content_comes_before_the_link(self, client):
        resource = ResourceFactory(content_note="It speaks of loss.")
        html = page(client, resource.get_absolute_url())
        assert html.index("It speaks of loss.") < html.index(f'href="{resource.url}"')

    def test_what_is_not_known_is_left_out_or_said_to_be_unknown(self, client):
        html = page(client, ResourceFactory(cost="unknown").get_absolute_url())
        for label in (
            "DOI",
            "ISBN",
            "PubMed number",
            "Authors",
            "Journal",
            "Published by",
            "Time it takes",
            "Settings",
        ):
            assert f"<dt>{label}</dt>" not in html, label
        assert "<dt>Easy Read</dt><dd>Not known</dd>" in html
        assert "We do not know what it costs. We do not know if you need an account." in html
        assert "<dd></dd>" not in html
        assert "None" not in html

    def test_never_shows_what_is_for_curators(self, client):
        secret = {"curator_note": "From memory.", "evidence": "Seen at nice.org.uk."}
        html = page(client, ResourceFactory(**secret).get_absolute_url())
        assert [text for text in secret.values() if text in html] == []

    def test_a_replaced_item_names_its_successor_and_the_other_way_round(self, client):
        successor = ResourceFactory(title="Care", code="NG225", year=2022)
        earlier = ResourceFactory(
            code="CG16", year=2004, status="superseded", superseded_by=successor, status_date=date(2022, 9, 7)
        )
        html = page(client, earlier.get_absolute_url())
        assert "Replaced: do not use for care today" in html
        assert "It was replaced on 7 September 2022. Use this one:" in html
        assert f'href="{successor.get_absolute_url()}">Care (NG225)</a>' in html
        assert f'class="nhsuk-button" href="{earlier.url}"' not in html
        assert "CG16 at example.org" in html
        assert f'<dt>Replaces</dt><dd><a href="{earlier.get_absolute_url()}">CG16 (2004)</a></dd>' in page(
            client, successor.get_absolute_url()
        )

    def test_without_a_date_the_title_alone_says_that_it_was_replaced(self, client):
        html = page(client, ResourceFactory(status="superseded", superseded_by=ResourceFactory()).get_absolute_url())
        assert "<p>Use this one:</p>" in html

    def test_a_successor_that_is_not_published_is_not_linked_to(self, client):
        earlier = ResourceFactory(status="superseded", superseded_by=ResourceFactory(draft=True, title="Secret"))
        html = page(client, earlier.get_absolute_url())
        assert "The newer one is not in this library yet." in html
        assert "Secret" not in html

    def test_a_withdrawn_item_gives_reason_and_date(self, client):
        resource = ResourceFactory(status="withdrawn", status_reason="The year is over.", status_date=date(2023, 4, 1))
        html = page(client, resource.get_absolute_url())
        assert "Withdrawn on 1 April 2023" in html
        assert "The year is over." in html

    def test_an_item_in_development_says_when_it_is_expected(self, client):
        resource = ResourceFactory(status="in_development", expected_on=date(2027, 6, 1))
        assert "Expected by 1 June 2027." in page(client, resource.get_absolute_url())

    def test_without_a_link_it_says_how_to_get_it(self, client):
        html = page(client, ResourceFactory(url="", access_note="Ask NCISH for it.").get_absolute_url())
        assert "There is no link." in html
        assert "Ask NCISH for it." in html

    def test_leads_to_the_measures_that_rest_on_it(self, client):
        source = MeasureSourceFactory(resource=ResourceFactory())
        measure = source.version.measure
        html = page(client, source.resource.get_absolute_url())
        assert "Measures that rest on it" in html
        assert f'<span class="cc-code">{measure.code}</span> <a href="{measure.get_absolute_url()}">' in html

    def test_lists_that_are_not_for_its_readers_are_not_named(self, client):
        entry = ReadingListEntryFactory(reading_list__audience="families_and_carers")
        hidden = ReadingListEntryFactory(resource=entry.resource, reading_list__shown=False)
        html = page(client, entry.resource.get_absolute_url())
        assert entry.reading_list.get_absolute_url() not in html
        assert hidden.reading_list.get_absolute_url() not in html

    @pytest.mark.parametrize("state", [s for s in PublicationState if s != PublicationState.PUBLISHED])
    def test_what_is_not_published_is_only_a_curators_preview(self, client, state):
        resource = ResourceFactory(publication_state=state)
        assert client.get(resource.get_absolute_url()).status_code == 404
        client.force_login(UserFactory(analyst=True))
        assert client.get(resource.get_absolute_url()).status_code == 404
        client.force_login(UserFactory(curator=True))
        html = page(client, resource.get_absolute_url())
        assert "Only curators see this page." in html
        assert '<meta name="robots" content="noindex">' in html

    def test_an_unknown_address_is_not_found(self, client):
        assert client.get(f"{LIBRARY}nowhere/").status_code == 404

    def test_costs_the_same_queries_whatever_it_is_linked_to(self, client):
        resource = ResourceFactory()

        def link(number):
            resource.topics.add(*TopicFactory.create_batch(number))
            ResourcePublisherFactory.create_batch(number, resource=resource)
            ReadingListEntryFactory.create_batch(number, resource=resource)
            MeasureSourceFactory.create_batch(number, resource=resource)
            ResourceFactory.create_batch(number, status="superseded", superseded_by=resource)

        link(1)
        one = queries(client, resource.get_absolute_url())
        link(14)
        assert queries(client, resource.get_absolute_url()) == one

    def test_markup_in_texts_is_text(self, client):
        html = page(client, ResourceFactory(summary="<script>alert(1)</script>").get_absolute_url())
        assert "<script>alert(1)" not in html


class TestRealContent:
    @pytest.fixture(autouse=True)
    def loaded(self):
        content.load(settings.BASE_DIR / "fixtures")

    def test_every_page_answers_without_cookie_or_form_that_writes(self, client):
        urls = [LIBRARY, *(reader.get_absolute_url() for reader in Reader)]
        urls += [reverse("resources:a_to_z"), reverse("resources:reading_lists")]
        urls += [reading_list.get_absolute_url() for reading_list in ReadingList.objects.all()]
        urls += [resource.get_absolute_url() for resource in Resource.objects.published()]
        for url in urls:
            response = client.get(url)
            assert response.status_code == 200, url
            assert not response.cookies, url
            html = response.content.decode()
            assert 'method="post"' not in html.lower(), url
            assert "style=" not in html, url

    def test_no_page_shows_what_is_for_curators(self, client):
        for resource in Resource.objects.published():
            html = page(client, resource.get_absolute_url())
            for text in (resource.evidence, resource.curator_note):
                is_sentence = " " in text  # a single word of evidence may be a part of the link, too
                assert not is_sentence or escape(text) not in html, resource

    def test_every_content_note_stands_before_the_link(self, client):
        for resource in Resource.objects.published().exclude(content_note=""):
            html = page(client, resource.get_absolute_url())
            assert html.index(resource.content_note[:30]) < html.index(f'href="{escape(resource.url)}"'), resource
