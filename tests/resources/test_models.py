from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from resources.models import (
    RESERVED_SLUGS,
    ChangeKind,
    DistressTerm,
    Helpline,
    NeverSuggestedTerm,
    Publisher,
    Reader,
    ReadingList,
    ReadingListEntry,
    Resource,
    ResourceChange,
    ResourcePublisher,
    ResourceType,
    Section,
    SynonymGroup,
    Topic,
)
from selfharm_portal.publishing.models import PublicationState
from tests.factories import (
    DistressTermFactory,
    HelplineFactory,
    NeverSuggestedTermFactory,
    PublisherFactory,
    ReadingListEntryFactory,
    ReadingListFactory,
    ResourceChangeFactory,
    ResourceFactory,
    ResourcePublisherFactory,
    SynonymGroupFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

BROKEN_RESOURCES = [
    ({"slug": "feed"}, "resource_slug_is_no_page_of_the_portal"),
    ({"type": "rumour"}, "resource_type_is_known"),
    ({"audiences": ["clinicians", "robots"]}, "resource_audiences_are_known"),
    ({"settings": ["moon"]}, "resource_settings_are_known"),
    ({"population": ["cats"]}, "resource_population_is_known"),
    ({"reader": ["professionals", "robots"]}, "resource_has_readers_and_all_are_known"),
    ({"reader": []}, "resource_has_readers_and_all_are_known"),
    ({"cost": "much"}, "resource_cost_is_known"),
    ({"format": "papyrus"}, "resource_format_is_known"),
    ({"status": "lost"}, "resource_status_is_known"),
    ({"publication_state": "secret"}, "resource_publication_state_is_known"),
    ({"qs34_statements": [0]}, "resource_qs34_statements_are_1_to_8"),
    ({"qs34_statements": [1, 9]}, "resource_qs34_statements_are_1_to_8"),
    ({"minutes": 0}, "resource_minutes_are_at_least_one"),
    ({"year": 1899}, "resource_year_is_a_year_of_printing"),
    ({"year": 2101}, "resource_year_is_a_year_of_printing"),
    ({"year": 2021, "date_published": date(2022, 9, 7)}, "resource_date_lies_in_its_year"),
    ({"date_published": date(2022, 9, 7)}, "resource_date_lies_in_its_year"),
    ({"url": "javascript:alert(1)"}, "resource_url_is_of_the_web"),
    ({"doi": "https://doi.org/10.1"}, "resource_doi_begins_with_10"),
    ({"pmid": "PM1"}, "resource_pmid_is_a_number"),
    ({"status": "superseded"}, "resource_names_its_successor_if_and_only_if_superseded"),
    ({"status": "in_development"}, "resource_in_development_says_what_to_expect"),
    ({"expected_on": date(2027, 1, 1)}, "resource_is_expected_only_while_in_development"),
    ({"status_date": date(2027, 1, 1)}, "resource_status_date_is_of_an_end"),
    ({"status": "withdrawn"}, "resource_published_as_withdrawn_says_why"),
    ({"title": ""}, "resource_published_has_title_summary_and_a_way_to_get_it"),
    ({"summary": ""}, "resource_published_has_title_summary_and_a_way_to_get_it"),
    ({"url": ""}, "resource_published_has_title_summary_and_a_way_to_get_it"),
    ({"published_at": None}, "resource_published_is_dated"),
    ({"review_due": None}, 'null value in column "review_due"'),
    ({"last_reviewed": date(2026, 1, 5)}, "resource_reviewer_and_day_of_review_go_together"),
]


@pytest.mark.parametrize(("given", "broken_rule"), BROKEN_RESOURCES)
def test_the_table_refuses_an_impossible_resource(given, broken_rule):
    with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
        ResourceFactory(**given)


def test_only_a_superseded_resource_has_a_successor():
    with pytest.raises(IntegrityError, match="resource_names_its_successor_if_and_only_if_superseded"):
        ResourceFactory(superseded_by=ResourceFactory())


def test_a_resource_is_not_superseded_by_itself():
    resource = ResourceFactory()
    resource.status, resource.superseded_by = "superseded", resource
    with pytest.raises(IntegrityError, match="resource_is_not_superseded_by_itself"):
        resource.save()


def test_nobody_reviews_what_they_wrote():
    curator = UserFactory(curator=True)
    with pytest.raises(IntegrityError, match="resource_reviewer_is_not_its_author"):
        ResourceFactory(author=curator, reviewer=curator, last_reviewed=date(2026, 1, 5))


def test_the_next_review_is_after_the_last():
    with pytest.raises(IntegrityError, match="resource_next_review_is_after_the_last"):
        ResourceFactory(reviewer=UserFactory(curator=True), last_reviewed=date(2026, 1, 5), review_due=date(2026, 1, 5))


def test_a_publisher_is_named_once_on_a_resource():
    link = ResourcePublisherFactory()
    with pytest.raises(IntegrityError, match="resource_names_a_publisher_once"):
        ResourcePublisherFactory(resource=link.resource, publisher=link.publisher)


def test_a_resource_is_once_on_a_reading_list():
    entry = ReadingListEntryFactory()
    with pytest.raises(IntegrityError, match="reading_list_names_a_resource_once"):
        ReadingListEntryFactory(reading_list=entry.reading_list, resource=entry.resource)


def test_a_change_is_said_in_a_sentence():
    with pytest.raises(IntegrityError, match="resource_change_is_said_in_a_sentence"):
        ResourceChangeFactory(sentence="")


def test_a_change_is_of_a_known_kind_and_names_a_successor_only_where_one_was_replaced():
    with pytest.raises(IntegrityError, match="resource_change_kind_is_known"), transaction.atomic():
        ResourceChangeFactory(kind="rumour")
    with pytest.raises(IntegrityError, match="resource_change_names_a_successor_only_if_replaced"):
        ResourceChangeFactory(kind=ChangeKind.LINK, successor=ResourceFactory())


def test_a_reading_list_is_for_a_known_audience():
    with pytest.raises(IntegrityError, match="reading_list_audience_is_known"):
        ReadingListFactory(audience="robots")


@pytest.mark.parametrize(
    ("given", "broken_rule"),
    [
        ({"phone": "", "phone_tel": ""}, "helpline_can_be_reached_in_some_way"),
        ({"phone_tel": "tel:116 123"}, "helpline_button_dials_a_number"),
        ({"phone": "", "url": "https://www.example.org"}, "helpline_button_has_its_number_in_words"),
        ({"webchat_url": "javascript:alert(1)"}, "helpline_webchat_is_of_the_web"),
        ({"url": "ftp://example.org"}, "helpline_url_is_of_the_web"),
        ({"hours": ""}, "helpline_says_who_when_and_what_it_costs"),
    ],
)
def test_the_table_refuses_an_impossible_helpline(given, broken_rule):
    with pytest.raises(IntegrityError, match=broken_rule):
        HelplineFactory(**given)


@pytest.mark.parametrize(
    ("factory", "given", "broken_rule"),
    [
        (SynonymGroupFactory, {"terms": ["alone"]}, "synonym_group_has_at_least_two_terms"),
        (DistressTermFactory, {"term": ""}, "distress_term_is_not_empty"),
        (NeverSuggestedTermFactory, {"term": ""}, "never_suggested_term_is_not_empty"),
    ],
)
def test_the_tables_refuse_impossible_words(factory, given, broken_rule):
    with pytest.raises(IntegrityError, match=broken_rule):
        factory(**given)


@pytest.mark.parametrize(
    ("factory", "broken_rule"),
    [
        (DistressTermFactory, "distress_term_is_listed_once"),
        (NeverSuggestedTermFactory, "never_suggested_term_is_listed_once"),
    ],
)
def test_a_word_is_listed_once_whatever_its_capitals(factory, broken_rule):
    factory(term="Help me")
    with pytest.raises(IntegrityError, match=broken_rule):
        factory(term="help ME")


def test_every_constraint_of_the_library_is_broken_by_a_test_of_this_file():
    tests = Path(__file__).read_text()
    models = [
        Resource, ResourcePublisher, ResourceChange, ReadingList, ReadingListEntry, Helpline, Section, Topic,
        Publisher, SynonymGroup, DistressTerm, NeverSuggestedTerm,
    ]  # fmt: skip
    names = [constraint.name for model in models for constraint in model._meta.constraints]
    assert [name for name in names if name not in tests] == []


@pytest.mark.parametrize("slug", RESERVED_SLUGS)
def test_addresses_of_pages_are_refused_in_words(slug):
    with pytest.raises(ValidationError, match="is the address of a page of this site"):
        ResourceFactory.build(slug=slug).clean_fields(exclude=["section"])


def test_several_resources_may_share_an_address():
    ResourceFactory.create_batch(2, url="https://www.example.org/same")


def test_a_draft_may_be_unfinished():
    ResourceFactory(draft=True, summary="", url="")


def test_in_development_with_a_date_or_a_reason():
    ResourceFactory(status="in_development", expected_on=date(2027, 6, 1))
    ResourceFactory(status="in_development", status_reason="The consultation is open.")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("National Institute for Health and Care Excellence (NICE)", "NICE"),
        ("Health Education England (now NHS England)", "Health Education England (now NHS England)"),
        ("BMJ", "BMJ"),
    ],
)
def test_a_publisher_is_called_by_its_initials_where_it_has_them(name, short):
    assert Publisher(name=name).short_name == short


def test_only_what_is_published_is_published():
    published = ResourceFactory()
    for state in ("draft", "in_review", "archived"):
        ResourceFactory(publication_state=state)
    assert list(Resource.objects.published()) == [published]


def test_the_reader_decides_and_not_the_audience():
    for_families = ResourceFactory(reader=[Reader.PROFESSIONALS, Reader.FAMILIES])
    ResourceFactory(audiences=["families_and_carers"])
    assert list(Resource.objects.for_reader(Reader.FAMILIES)) == [for_families]


def test_reviews_fall_due_on_their_day_the_longest_overdue_first():
    today = date(2026, 6, 10)
    due = ResourceFactory(review_due=today)
    overdue = ResourceFactory(review_due=date(2026, 1, 2))
    soon = ResourceFactory(review_due=date(2026, 9, 8))
    ResourceFactory(review_due=date(2026, 9, 9))
    ResourceFactory(publication_state=PublicationState.ARCHIVED, review_due=date(2026, 1, 1))
    assert list(Resource.objects.overdue(today)) == [overdue]
    assert list(Resource.objects.due_soon(today)) == [due, soon]
    assert overdue.is_overdue(today)
    assert not due.is_overdue(today)


class TestSearch:
    def test_finds_words_of_the_title_in_all_their_forms(self):
        found = ResourceFactory(title="Psychosocial assessments after self-harm")
        ResourceFactory(title="Something else")
        assert list(Resource.objects.search("assessment")) == [found]

    def test_finds_summary_publisher_and_topic_each_item_once(self, django_assert_num_queries):
        topics = [TopicFactory(title="Aftercare"), TopicFactory(title="Follow-up")]
        found = ResourceFactory(summary="About postcards.", topics=topics)
        for name in ("Anna Freud", "Papyrus"):
            ResourcePublisherFactory(resource=found, publisher=PublisherFactory(name=name))
        for words in ("postcard", "papyrus", "aftercare", "postcards papyrus aftercare"):
            with django_assert_num_queries(2):
                assert list(Resource.objects.search(words)) == [found], words

    def test_the_title_counts_more_than_the_summary(self):
        in_summary = ResourceFactory(title="A", summary="A word on safety planning.")
        in_title = ResourceFactory(title="Safety planning")
        assert list(Resource.objects.search("safety planning")) == [in_title, in_summary]

    def test_phrases_exclusions_and_or(self):
        plan = ResourceFactory(title="Planning for safety")
        phrase = ResourceFactory(title="Safety planning in hospitals")
        assert list(Resource.objects.search('"safety planning"')) == [phrase]
        assert list(Resource.objects.search("safety -hospitals")) == [plan]
        assert set(Resource.objects.search("hospitals or safety")) == {plan, phrase}

    @pytest.mark.parametrize("words", ["NG225", "ng225", "10.1000/XYZ.1", "12345678"])
    def test_a_code_doi_or_pubmed_number_finds_its_item_first(self, words):
        ResourceFactory(title="About NG225", summary="ng225 10.1000/xyz.1 12345678")
        found = ResourceFactory(code="NG225", doi="10.1000/xyz.1", pmid="12345678")
        assert Resource.objects.search(words).first() == found

    def test_what_was_replaced_comes_after_its_successor(self):
        successor = ResourceFactory(title="Care", summary="Self-harm in general.")
        earlier = ResourceFactory(title="Self-harm: self-harm", status="superseded", superseded_by=successor)
        assert list(Resource.objects.search("self-harm")) == [successor, earlier]

    @pytest.mark.parametrize("words", ["", "   ", "\x00", "'\"(:*&!<->", "the"])
    def test_nothing_searched_for_is_nothing_found(self, words):
        ResourceFactory()
        assert list(Resource.objects.search(words)) == []


def test_help_lines_come_urgent_first_then_in_their_order():
    last = HelplineFactory(order=30)
    first = HelplineFactory(order=90, urgent=True)
    second = HelplineFactory(order=20)
    HelplineFactory(order=1, urgent=True, verified=False)
    assert list(Helpline.objects.verified()) == [first, second, last]
    assert list(Helpline.objects.urgent()) == [first]


def test_words_out_of_use_are_not_in_use():
    used = DistressTermFactory()
    DistressTermFactory(in_use=False)
    assert list(DistressTerm.objects.in_use()) == [used]


def test_kinds_of_evidence_have_words_for_every_type():
    from resources.evidence_kinds import KINDS

    assert set(KINDS) == set(ResourceType.values)
