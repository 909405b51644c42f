"""The three ways in, with made-up items and with all of the real content."""

import re

import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from resources import content, doors
from resources.models import Audience, Helpline, Reader, ReadingList, Resource
from tests.factories import (
    HelplineFactory,
    ReadingListEntryFactory,
    ReadingListFactory,
    ResourceFactory,
    ResourcePublisherFactory,
    SectionFactory,
    TopicFactory,
)
from tests.reading_age import reading_age
from tests.resources.test_views import page, queries

pytestmark = pytest.mark.django_db

LIBRARY = reverse("resources:list")
EXCEPTIONS = settings.BASE_DIR / "tests" / "resources" / "reading_age_exceptions.yaml"
READERS = {Reader.FAMILIES: "families_and_carers", Reader.YOU: "people_who_self_harm"}
#: Whom no item on the pages for families and for people who self-harm may be written for alone.
AT_WORK = {
    Audience.CLINICIANS,
    Audience.EMERGENCY_DEPARTMENT_STAFF,
    Audience.PRIMARY_CARE,
    Audience.COMMUNITY_MENTAL_HEALTH,
    Audience.COMMISSIONERS,
    Audience.EDUCATORS,
    Audience.RESEARCHERS,
}


def main_of(html):
    return html[html.index("<main") : html.index("</main>")]


def visible(html):
    """The text of the page's main part, without what is folded."""
    unfolded = re.sub(r"<details.*?</details>", " ", main_of(html), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unfolded))


@pytest.mark.parametrize("reader", Reader)
class TestEachReader:
    def test_is_met_by_a_door_on_the_home_page(self, client, reader):
        assert f'href="{reader.get_absolute_url()}">{doors.DOORS[reader].card}</a>' in page(client, reverse("home"))

    def test_sees_what_may_be_shown_to_them_and_nothing_else(self, client, reader):
        shown = ResourceFactory(reader=[reader])
        others = [ResourceFactory(reader=[other]) for other in Reader if other != reader]
        hidden = [ResourceFactory(reader=[reader], publication_state=s) for s in ("draft", "in_review", "archived")]
        html = page(client, reader.get_absolute_url())
        assert shown.get_absolute_url() in html
        assert [item for item in [*others, *hidden] if item.get_absolute_url() in html] == []

    def test_finds_a_page_although_nothing_is_published(self, client, reader):
        assert "Still to come" in page(client, reader.get_absolute_url())

    def test_is_led_on_from_the_old_address(self, client, reader):
        for query in (f"reader={reader}", f"reader={reader}&topic=aftercare"):
            response = client.get(f"{LIBRARY}?{query}")
            assert (response.status_code, response.headers["Location"]) == (301, reader.get_absolute_url())

    def test_costs_the_same_queries_for_1_item_and_for_12(self, client, reader):
        audience = {Reader.PROFESSIONALS: "clinicians", **READERS}[reader]
        reading_list = ReadingListFactory(audience=audience)
        section = SectionFactory()

        def add(number):
            for item in ResourceFactory.create_batch(number, reader=[reader], section=section, topics=[TopicFactory()]):
                ResourcePublisherFactory(resource=item)
            ReadingListEntryFactory.create_batch(number, reading_list=reading_list, resource__reader=[reader])
            ReadingListEntryFactory(reading_list__audience=audience, resource__reader=[reader])

        add(1)
        one = queries(client, reader.get_absolute_url())
        add(11)
        assert queries(client, reader.get_absolute_url()) == one


def test_an_unknown_reader_is_no_page_and_no_filter(client):
    assert client.get(f"{LIBRARY}for/robots/").status_code == 404
    assert client.get(f"{LIBRARY}?reader=robots").headers["Location"] == LIBRARY


class TestFamilies:
    def test_begin_with_their_list_and_then_meet_everything_else_once(self, client):
        entry = ReadingListEntryFactory(
            reading_list__audience="families_and_carers", resource__reader=[Reader.FAMILIES], why="Start with this."
        )
        for_staff = ReadingListEntryFactory(reading_list=entry.reading_list, why="For staff only.")
        other = ResourceFactory(reader=[Reader.FAMILIES], title="Another one")
        html = page(client, Reader.FAMILIES.get_absolute_url())
        assert html.index("Start with this.") < html.index("Another one")
        for item in (entry.resource, other):
            assert html.count(f'href="{item.get_absolute_url()}"') == 1
        assert for_staff.why not in html

    def test_have_lines_for_themselves_beside_it_while_these_are_verified(self, client):
        HelplineFactory(slug="youngminds-parents", name="Line for parents", phone="0808 1", phone_tel="tel:08081")
        HelplineFactory(slug="samaritans", name="Not sure any more", verified=False)
        HelplineFactory(slug="other", name="For others")
        html = page(client, Reader.FAMILIES.get_absolute_url())
        assert 'href="tel:08081">Call 0808 1</a>' in html
        assert "Not sure any more" not in html
        assert "For others" not in html

    def test_are_told_what_may_be_hard_to_read_before_they_open_it(self, client):
        entry = ReadingListEntryFactory(
            reading_list__audience="families_and_carers",
            resource__reader=[Reader.FAMILIES],
            resource__content_note="It speaks of loss.",
        )
        ResourceFactory(reader=[Reader.FAMILIES], content_note="It has strong words.")
        html = page(client, entry.reading_list.reader.get_absolute_url())
        assert "It speaks of loss." in html
        assert "It has strong words." in html


class TestYou:
    def test_help_comes_first_and_then_one_line_an_item(self, client):
        entry = ReadingListEntryFactory(
            reading_list__audience="people_who_self_harm",
            resource__reader=[Reader.YOU],
            resource__summary="More about it.",
            why="A plan for hard times.",
        )
        html = page(client, Reader.YOU.get_absolute_url())
        body = main_of(html)
        assert body.index('href="tel:116123"') < body.index("A plan for hard times.")
        assert entry.resource.get_absolute_url() in body
        assert "More about it." in body
        assert "More about it." not in visible(html)


class TestProfessionals:
    def test_read_by_section_with_its_introduction(self, client):
        item = ResourceFactory(section=SectionFactory(title="Guidelines", introduction="What care should be like."))
        SectionFactory(title="Nothing here yet")
        html = page(client, Reader.PROFESSIONALS.get_absolute_url())
        assert html.index("What care should be like.") < html.index(item.get_absolute_url())
        assert "Nothing here yet" not in html

    def test_are_led_to_lists_topics_and_courses(self, client):
        topic = TopicFactory(title="Aftercare")
        entry = ReadingListEntryFactory(resource__topics=[topic])
        ResourceFactory(topics=[topic], draft=True)
        TopicFactory(title="No item yet")
        response = client.get(Reader.PROFESSIONALS.get_absolute_url())
        html = response.content.decode()
        assert entry.reading_list.get_absolute_url() in html
        assert f'href="{topic.get_absolute_url()}">Aftercare (1)</a>' in html
        assert "No item yet" not in html
        assert "type=training_course&amp;type=training_package" in html


class TestRealContent:
    @pytest.fixture(autouse=True)
    def loaded(self):
        content.load(settings.BASE_DIR / "fixtures")

    @pytest.mark.requirement("A6")
    @pytest.mark.parametrize("reader", Reader)
    def test_every_item_is_two_taps_from_home(self, client, reader):
        home = page(client, reverse("home"))
        [first_tap] = set(re.findall(rf'href="({reader.get_absolute_url()})"', main_of(home)))
        html = main_of(page(client, first_tap))
        for item in Resource.objects.filter(verified=True, reader__contains=[reader]):
            assert f'href="{item.get_absolute_url()}"' in html, item

    @pytest.mark.requirement("A6")
    @pytest.mark.parametrize("reader", READERS)
    def test_no_item_for_professionals_alone_is_there(self, client, reader):
        html = page(client, reader.get_absolute_url())
        shown = [item for item in Resource.objects.all() if item.get_absolute_url() in html]
        assert len(shown) >= 8
        for item in shown:
            assert reader in item.reader, item
            assert not AT_WORK.issuperset(item.audiences), item

    @pytest.mark.requirement("A6")
    @pytest.mark.parametrize("reader", READERS)
    def test_every_item_says_enough_in_plain_words(self, client, reader):
        exceptions = yaml.safe_load(EXCEPTIONS.read_text())
        html = page(client, reader.get_absolute_url())
        items = list(Resource.objects.published().for_reader(reader).with_everything())
        for item in items:
            assert 1 <= len(item.summary.split()) <= 80, item
            assert (reading_age(item.summary) > 11) is (item.slug in exceptions), (item.slug, reading_age(item.summary))
            start = html.index(f'href="{item.get_absolute_url()}"')
            words = html[start : html.index("</ul>", start)]
            for said in doors.facts(item):
                assert said.replace("'", "&#x27;") in words, (item, said)
            assert ("Easy Read" in words) is bool(item.easy_read)

    def test_exceptions_name_items_and_give_reasons(self):
        exceptions = yaml.safe_load(EXCEPTIONS.read_text())
        for slug, reason in exceptions.items():
            assert Resource.objects.filter(slug=slug).exists(), slug
            assert len(reason) > 20, slug

    def test_what_stands_around_the_items_is_in_plain_words_too(self, client):
        for reader in READERS:
            door = doors.DOORS[reader]
            for text in (door.card_text, door.lead):
                assert reading_age(text) <= 11, (text, reading_age(text))
        for reading_list in ReadingList.objects.filter(audience__in=READERS.values()):
            reasons = " ".join(reading_list.entries.values_list("why", flat=True))
            for text in (reading_list.introduction, reasons):
                assert reading_age(text) <= 11, (text, reading_age(text))

    def test_the_page_for_people_who_self_harm_is_never_a_wall_of_words(self, client):
        words = visible(page(client, Reader.YOU.get_absolute_url())).split()
        assert len(words) <= 450, len(words)

    def test_families_are_given_only_lines_that_somebody_vouches_for(self, client):
        calls = client.get(Reader.FAMILIES.get_absolute_url()).context["calls"]
        vouched_for = set(Helpline.objects.verified().values_list("name", flat=True))
        assert vouched_for.issuperset(call.title for call in calls)
        assert calls[0].title == "YoungMinds Parents Helpline"


@pytest.mark.parametrize("login_required", [True, False, None])
def test_facts_leave_nothing_out_in_silence(login_required):
    item = ResourceFactory(login_required=login_required, cost="unknown", format="")
    assert doors.facts(item)[:3] == [
        "Format not known",
        "Cost not known",
        {True: "Needs an account", False: "No sign-in", None: "May need an account"}[login_required],
    ]
    assert "Easy Read" not in doors.facts(item)
    assert "Easy Read" in doors.facts(ResourceFactory(easy_read=True))
