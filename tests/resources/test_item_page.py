"""What an item's page leads on to: lists of its terms, related items, the line that it stands in, its history."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from resources import content, related, succession
from resources.models import Reader, Resource, ResourceChange, Status
from tests.factories import (
    MeasureSourceFactory,
    PublisherFactory,
    ReadingListEntryFactory,
    ReadingListFactory,
    ResourceChangeFactory,
    ResourceFactory,
    ResourcePublisherFactory,
    SectionFactory,
    ThemeFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def page(client, resource):
    response = client.get(resource.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def related_to(resource):
    return related.related_to(Resource.objects.with_everything().get(pk=resource.pk))


def titles(resource):
    return [each.label for each in related_to(resource)]


def queries(client, resource):
    page(client, resource)
    with CaptureQueriesContext(connection) as captured:
        page(client, resource)
    return len(captured)


class TestTerms:
    @pytest.mark.requirement("A8")
    def test_every_term_leads_to_its_list(self, client):
        resource = ResourceFactory(
            type="report", section=SectionFactory(slug="here"), topics=[TopicFactory(slug="first")], cost="paid",
            audiences=["clinicians", "primary_care"], settings=["prisons", "schools"], population=["adults"],
            status="in_development", expected_on=date(2027, 6, 1),
        )  # fmt: skip
        links = re.findall(r'href="(/resources/\?[^"]+)"', page(client, resource))
        asked = [parse_qs(urlsplit(link.replace("&amp;", "&")).query) for link in links]
        for term in [
            {"type": ["report"]}, {"section": ["here"]}, {"topic": ["first"]}, {"cost": ["paid"]},
            {"audience": ["clinicians"]}, {"audience": ["primary_care"]}, {"setting": ["prisons"]},
            {"setting": ["schools"]}, {"population": ["adults"]}, {"status": ["in_development"]},
        ]:  # fmt: skip
            assert term in asked

    def test_a_publisher_leads_to_what_else_it_published(self, client):
        institute = PublisherFactory(name="Institute of Care (NICE)")
        resource, other = ResourceFactory.create_batch(2)
        for each in (resource, other):
            ResourcePublisherFactory(resource=each, publisher=institute)
        [url] = re.findall(r'href="(/resources/\?q=[^"]+)">Institute of Care', page(client, resource))
        assert other.get_absolute_url() in client.get(url.replace("&amp;", "&")).content.decode()

    def test_several_terms_read_as_one_sentence(self, client):
        html = page(client, ResourceFactory(audiences=["primary_care", "clinicians", "people_who_self_harm"]))
        words = re.sub("<[^>]+>", "", html[html.index("<dt>Written for") :])
        assert "Clinicians, general practice, people who self-harm" in words

    def test_themes_of_the_programme_that_its_topics_explain(self, client):
        topic = TopicFactory()
        theme, other = ThemeFactory(title="Aftercare at home"), ThemeFactory(title="Something else")
        theme.topics.set([topic, TopicFactory()])
        html = page(client, ResourceFactory(topics=[topic]))
        assert f'<a href="{theme.get_absolute_url()}">Aftercare at home</a>' in html
        assert other.title not in html


class TestRelated:
    def test_a_rare_topic_says_more_than_a_common_one(self):
        rare, common = TopicFactory(title="Rare things"), TopicFactory(title="Common things")
        resource = ResourceFactory(topics=[rare, common])
        ResourceFactory(title="Shares what all have", topics=[common])
        ResourceFactory.create_batch(9, topics=[common], type="app")
        ResourceFactory(title="Shares what few have", topics=[rare], type="app")
        found = related_to(resource)
        assert [each.label for each in found[:2]] == ["Shares what few have", "Shares what all have"]
        assert found[0].text.startswith("Also about rare things.")
        assert found[1].text == "Also about common things. Guideline"
        assert len(found) == related.MOST

    def test_items_of_one_reading_list_come_first_and_say_so(self):
        topic = TopicFactory()
        resource = ResourceFactory(topics=[topic])
        shelf = ReadingListFactory(title="Start here")
        beside = ResourceFactory(title="Beside", topics=[topic])
        only_beside = ResourceFactory(title="Only beside", type="app")
        ResourceFactory.create_batch(3, title="Topic alone", topics=[topic], type="app")
        for each in (resource, beside, only_beside):
            ReadingListEntryFactory(reading_list=shelf, resource=each)
        found = {each.label: each.text for each in related_to(resource)}
        assert next(iter(found)) == "Beside"
        assert "On the same reading list: “Start here”." in found["Beside"]
        assert found["Only beside"].startswith("On the same reading list: “Start here”.")

    def test_a_list_that_is_hidden_or_not_for_its_readers_relates_nothing(self):
        resource = ResourceFactory()
        for shelf in (ReadingListFactory(shown=False), ReadingListFactory(audience="families_and_carers")):
            ReadingListEntryFactory(reading_list=shelf, resource=resource)
            ReadingListEntryFactory(reading_list=shelf)
        assert titles(resource) == []

    def test_kind_and_people_decide_between_equals(self):
        topic = TopicFactory()
        resource = ResourceFactory(topics=[topic], population=["adults"], audiences=["clinicians"])
        ResourceFactory(title="C", topics=[topic], type="app")
        ResourceFactory(title="B", topics=[topic], type="app", population=["adults"])
        ResourceFactory(title="A", topics=[topic], population=["adults"], audiences=["clinicians"])
        assert titles(resource) == ["A", "B", "C"]

    def test_never_itself_nor_what_is_not_published(self):
        topic = TopicFactory()
        resource = ResourceFactory(topics=[topic])
        for state in ("draft", "in_review", "archived"):
            ResourceFactory(topics=[topic], publication_state=state)
        assert titles(resource) == []

    def test_never_replaced_or_withdrawn_ones_before_those_in_use(self):
        rare, common = TopicFactory(), TopicFactory()
        resource = ResourceFactory(topics=[rare, common])
        current = ResourceFactory(title="In use", topics=[common], type="app")
        ResourceFactory(title="Old", topics=[rare, common], status="superseded", superseded_by=current)
        ResourceFactory(title="Over", topics=[rare, common], status="withdrawn", status_reason="It has ended.")
        assert titles(resource) == ["In use", "Old", "Over"]
        assert " Replaced. Guideline" in related_to(resource)[1].text

    def test_what_it_replaces_or_is_replaced_by_is_shown_elsewhere(self):
        topic = TopicFactory()
        newer = ResourceFactory(title="Newer", topics=[topic])
        older = ResourceFactory(title="Older", topics=[topic], status="superseded", superseded_by=newer)
        ResourceFactory(title="Another", topics=[topic])
        assert titles(newer) == titles(older) == ["Another"]

    @pytest.mark.parametrize("reader", [Reader.FAMILIES, Reader.YOU])
    def test_from_an_item_for_families_or_for_you_only_to_what_they_may_see(self, reader):
        topic = TopicFactory()
        resource = ResourceFactory(topics=[topic], reader=[Reader.PROFESSIONALS, reader])
        ResourceFactory(title="For staff", topics=[topic])
        ResourceFactory(title="For them", topics=[topic], reader=[reader])
        assert titles(resource) == ["For them"]

    def test_nothing_related_is_no_heading(self, client):
        assert "Goes well with" not in page(client, ResourceFactory(topics=[TopicFactory()]))


class TestSuccession:
    def test_a_line_of_three_leads_to_the_last(self, client):
        last = ResourceFactory(code="NG225", year=2022)
        middle = ResourceFactory(code="CG133", year=2011, status="superseded", superseded_by=last)
        first = ResourceFactory(code="CG16", year=2004, status="superseded", superseded_by=middle)
        html = page(client, first)
        assert f'<a class="nhsuk-u-font-weight-bold" href="{last.get_absolute_url()}">' in html
        for item in (first, middle, last):
            steps = succession.line_of(item).steps
            assert [step.title for step in steps] == ["CG16", "CG133", "NG225"]
            assert [step.title for step in steps if not step.url] == [item.code]
            assert [step.text.startswith("In use today.") for step in steps] == [False, False, True]
            assert "From then to now" in page(client, item)

    def test_two_that_one_replaced_are_in_one_line(self):
        last = ResourceFactory(code="NG225", year=2022)
        for code, year in (("CG133", 2011), ("CG16", 2004)):
            old = ResourceFactory(code=code, year=year, status="superseded", superseded_by=last)
        ResourceFactory(status="superseded", superseded_by=ResourceFactory())
        assert [step.title for step in succession.line_of(old).steps] == ["CG16", "CG133", "NG225"]

    def test_what_is_not_published_is_not_in_the_line(self, client):
        draft = ResourceFactory(draft=True, title="Secret")
        middle = ResourceFactory(code="CG133", status="superseded", superseded_by=draft)
        first = ResourceFactory(code="CG16", status="superseded", superseded_by=middle)
        assert [step.title for step in succession.line_of(first).steps] == ["CG133", "CG16"]
        assert "Secret" not in page(client, first) + page(client, middle)

    def test_alone_there_is_no_line(self, client):
        assert "From then to now" not in page(client, ResourceFactory())

    @pytest.mark.parametrize(("key", "after"), [(1, [2, 3]), (3, []), (4, [5, 4]), (9, [])])
    def test_what_came_later(self, key, after):
        assert succession.later(key, {1: 2, 2: 3, 4: 5, 5: 4}) == after

    @pytest.mark.requirement("A4")
    @pytest.mark.parametrize("status", [Status.SUPERSEDED, Status.WITHDRAWN])
    def test_what_has_ended_answers_with_reason_date_and_successor_and_is_not_indexed(self, client, status):
        successor = ResourceFactory(title="Care", code="NG225") if status == Status.SUPERSEDED else None
        ended = ResourceFactory(
            status=status, superseded_by=successor, status_date=date(2022, 9, 7), status_reason="Its time is over."
        )
        html = page(client, ended)
        notice = html[html.index('<section class="cc-notice"') : html.index("</section>")]
        assert "Its time is over." in notice
        assert "7 September 2022" in notice
        if successor:
            assert f'href="{successor.get_absolute_url()}">Care (NG225)</a>' in notice
            assert 'name="robots"' not in page(client, successor)
        assert '<meta name="robots" content="noindex">' in html

    def test_where_nobody_noted_the_day_the_newer_one_says_how_new_it_is(self, client):
        for newer, says in (
            ({"year": 2021}, "The newer one is from 2021. Use this one:"),
            ({"year": 2022, "date_published": date(2022, 9, 7)}, "published on 7 September 2022. Use this one:"),
        ):
            ended = ResourceFactory(status="superseded", superseded_by=ResourceFactory(**newer))
            assert says in page(client, ended)
        assert "We do not know since when." in page(client, ResourceFactory(status="withdrawn", status_reason="Over."))

    @pytest.mark.requirement("A4")
    def test_what_is_in_development_says_when_it_is_expected_and_is_indexed(self, client):
        html = page(client, ResourceFactory(status="in_development", expected_on=date(2027, 6, 1)))
        assert "Not out yet" in html
        assert "Expected by 1 June 2027." in html
        assert "noindex" not in html


class TestHistory:
    def test_is_in_plain_words_newest_first_without_names(self, client):
        curator = UserFactory(curator=True, name="Robin Sample")
        resource = ResourceFactory()
        for day, kind, sentence in (
            (1, "added", "Added to the library."),
            (2, "for_staff", "Sent to review."),
            (3, "link", "The link was changed and leads to nice.org.uk."),
        ):
            change = ResourceChangeFactory(resource=resource, kind=kind, sentence=sentence, by=curator)
            made_at = datetime(2026, 3, day, 23, 30, tzinfo=UTC)
            ResourceChange.objects.filter(pk=change.pk).update(made_at=made_at)
        html = page(client, resource)
        shown = html[html.index("What has changed on this page") :]
        assert "<dt>3 March 2026</dt><dd>The link was changed and leads to nice.org.uk.</dd>" in shown
        assert shown.index("3 March 2026") < shown.index("1 March 2026")
        assert "Sent to review." not in html
        assert "Robin Sample" not in html

    def test_is_left_out_where_there_is_none(self, client):
        assert "What has changed on this page" not in page(client, ResourceFactory())


def test_costs_the_same_queries_whatever_leads_on(client):
    topic, shelf, theme = TopicFactory(), ReadingListFactory(), ThemeFactory()
    theme.topics.add(topic)
    successor = ResourceFactory()
    resource = ResourceFactory(topics=[topic], status="superseded", superseded_by=successor)
    ReadingListEntryFactory(reading_list=shelf, resource=resource)

    def add(number):
        for each in ResourceFactory.create_batch(number, topics=[topic, TopicFactory()]):
            ReadingListEntryFactory(reading_list=shelf, resource=each)
        ResourceFactory.create_batch(number, status="superseded", superseded_by=successor)
        ResourceChangeFactory.create_batch(number, resource=resource)
        MeasureSourceFactory.create_batch(number, resource=resource)

    add(1)
    few = queries(client, resource)
    add(12)
    assert queries(client, resource) == few


@pytest.mark.requirement("A4")
def test_every_replaced_and_withdrawn_item_of_the_library_says_so(client):
    content.load(settings.BASE_DIR / "fixtures")
    ended = list(Resource.objects.published().filter(status__in=[Status.SUPERSEDED, Status.WITHDRAWN]))
    assert len(ended) >= 6
    for item in ended:
        html = page(client, item)
        assert '<section class="cc-notice"' in html, item
        assert '<meta name="robots" content="noindex">' in html, item
        if item.superseded_by and item.superseded_by.is_published:
            assert f'href="{item.superseded_by.get_absolute_url()}"' in html, item
            assert re.search(r"(replaced on|published on|is from) [0-9]", html), item


class HeadReader(HTMLParser):
    """Reads a page's head as Zotero's “Embedded Metadata” does: by the names of its <meta>."""

    #: Zotero's field, by the name that it is read from.
    FIELDS = {
        "citation_title": "title", "citation_author": "authors", "citation_publication_date": "date",
        "citation_journal_title": "journal", "citation_publisher": "publishers", "citation_doi": "doi",
        "citation_pmid": "pmid", "citation_isbn": "isbn", "citation_public_url": "url",
        "citation_abstract": "summary", "citation_language": "language", "citation_keywords": "topics",
        "citation_technical_report_number": "code",
    }  # fmt: skip

    def __init__(self):
        super().__init__()
        self.item = {}

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "meta" and (name := self.FIELDS.get(str(found.get("name")))):
            self.item.setdefault(name, []).append(found["content"])


@pytest.mark.requirement("A8")
def test_a_reference_manager_captures_every_field(client):
    resource = ResourceFactory(
        title="Care & cure", type="guideline", authors=["Hawton K", "van Heeringen K"], journal="BJPsych Open",
        year=2022, date_published=date(2022, 9, 7), doi="10.1000/1", pmid="12345678", isbn="978-1", code="NG225",
        url="https://example.org/?a=1&b=2", summary="What it says.", content_note="It speaks of loss.",
        topics=[TopicFactory(title="Aftercare"), TopicFactory(title="Safety planning")],
    )  # fmt: skip
    ResourcePublisherFactory(resource=resource, publisher__name="Institute of Care (NICE)")
    reader = HeadReader()
    reader.feed(page(client, resource))
    assert reader.item == {
        "title": ["Care & cure"], "authors": ["Hawton, K.", "van Heeringen, K."], "date": ["2022/09/07"],
        "journal": ["BJPsych Open"], "publishers": ["Institute of Care (NICE)"], "doi": ["10.1000/1"],
        "pmid": ["12345678"], "isbn": ["978-1"], "url": ["https://example.org/?a=1&b=2"], "code": ["NG225"],
        "summary": ["What it says."], "language": ["en"], "topics": ["Aftercare", "Safety planning"],
    }  # fmt: skip
