"""Where addresses stand, what a check notes, and what a repair writes."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, models, transaction
from django.urls import reverse
from django.utils import timezone

from resources import links
from resources.link_health import Answer
from resources.link_visits import Manners
from resources.models import ChangeKind, Link, Standing
from selfharm_portal.publishing.models import PublicationState
from tests.factories import (
    AreaFactory,
    AreaLinkFactory,
    ContactMessageFactory,
    HelplineFactory,
    LinkFactory,
    MeasureSourceFactory,
    PageFactory,
    PageSectionFactory,
    PartnerFactory,
    PersonFactory,
    ReadingListEntryFactory,
    ReadingListFactory,
    ResourceFactory,
    UserFactory,
)
from tests.misbehaving import misbehaving
from tests.resources.at_the_desk import press

pytestmark = pytest.mark.django_db

GONE = Answer(status=404)
OPENS = Answer(status=200)


@pytest.fixture(scope="module")
def server():
    with misbehaving() as server:
        yield server


@pytest.fixture
def private_links(settings):
    settings.CHECK_LOOPBACK_LINKS = True


def check_links(*args, **kwargs):
    said = StringIO()
    call_command("check_links", *args, stdout=said, **kwargs)
    return said.getvalue()


# Where they stand


def place(name):
    return f"https://places.example.org/{name}"


@pytest.mark.requirement("B1")
def test_every_address_in_every_field_and_inside_texts_is_found():
    ResourceFactory(
        url=place("resource"), summary=f"See {place('summary')}.", evidence=f"Seen at {place('evidence')}, once"
    )
    ResourceFactory(draft=True, url=place("draft"))
    HelplineFactory(url=place("line"), webchat_url=place("chat"), verified=True)
    page = PageFactory(intro=f"[words]({place('intro')})")
    PageSectionFactory(
        page=page, body_markdown=f"- [one]({place('one_(two)')})\n- <{place('angle')}>", source=place("section")
    )
    AreaLinkFactory(url=place("area-link"))
    AreaFactory(change_source=place("area"), to_check=f"Is {place('to-check')} right?")
    MeasureSourceFactory(url=place("measure"))
    ReadingListFactory(introduction=f"From {place('list')}:")
    ReadingListEntryFactory(why=f"Because of {place('entry')}")
    PartnerFactory(url=place("partner"), evidence=[{"what": "NCISH", "source": place("partner-evidence")}])
    ContactMessageFactory(message=f"Please open {place('of-a-stranger')}")
    PersonFactory(evidence=[{"what": "NCISH", "source": place("person-evidence")}])
    found = {each.url.removeprefix(place("")): each.for_readers for each in links.places() if place("") in each.url}
    for_readers = ["resource", "summary", "line", "chat", "intro", "one_(two)", "angle", "section", "area-link", "area"]
    for_readers += ["measure", "list", "entry", "partner"]
    for_staff = ["evidence", "draft", "to-check", "partner-evidence", "person-evidence"]
    assert found == {**dict.fromkeys(for_readers, True), **dict.fromkeys(for_staff, False)}


def test_every_field_for_an_address_is_said_to_be_for_readers():
    """A new field of that kind has to be put into SHOWN, or named here with a reason."""
    fields = {
        (model._meta.label, field.name)
        for model in links.content()
        for field in model._meta.fields
        if isinstance(field, models.URLField)
    }
    assert fields == {
        (label, name) for label, (names, _) in links.SHOWN.items() for name in names if (label, name) in fields
    }
    for label, (names, _) in links.SHOWN.items():
        assert names <= {field.name for field in apps.get_model(label)._meta.fields}


def test_rows_come_and_go_with_the_addresses():
    kept = ResourceFactory(url=place("kept"))
    gone = ResourceFactory(url=place("gone"))
    links.gather()
    assert Link.objects.get(url=place("kept")).for_readers
    Link.objects.filter(url=place("kept")).update(words="kept as it is")
    gone.url, kept.publication_state = "", PublicationState.ARCHIVED
    gone.access_note = "Ask for it."
    gone.save()
    kept.save()
    links.gather()
    links.gather()
    assert not Link.objects.filter(url=place("gone")).exists()
    row = Link.objects.get(url=place("kept"))
    assert (row.words, row.for_readers) == ("kept as it is", False)


@pytest.mark.parametrize("items", [1, 30])
def test_finding_them_all_costs_the_same_queries_whatever_there_is(django_assert_num_queries, items):
    ResourceFactory.create_batch(items)
    with django_assert_num_queries(len(links.content())):
        list(links.places())


# What a check notes


def noted(link, answer, now):
    known = links.note(link, answer, now)
    assert known is not None
    return known


def days_of(link, *answers, start=None):
    """One answer a day; what is known after each."""
    now = start or timezone.now() - timedelta(days=30)
    known = []
    for number, answer in enumerate(answers):
        known.append(noted(link, answer, now + timedelta(days=number)).standing)
    return known


@pytest.mark.requirement("B1")
def test_a_link_is_broken_only_after_three_failures_over_three_days():
    link = LinkFactory(unchecked=True)
    assert days_of(link, GONE, GONE, GONE, GONE) == [Standing.SOFT, Standing.SOFT, Standing.SOFT, Standing.BROKEN]
    now = timezone.now()
    again = LinkFactory(unchecked=True)
    for minute in range(5):
        assert noted(again, GONE, now + timedelta(minutes=minute)).standing == Standing.SOFT
    assert noted(LinkFactory(unchecked=True), GONE, now).failures == 1


def test_a_link_that_opens_in_between_begins_anew():
    assert days_of(LinkFactory(unchecked=True), GONE, GONE, OPENS, GONE, GONE)[-1] == Standing.SOFT


def test_a_server_that_lets_no_program_in_never_makes_a_link_broken():
    assert set(days_of(LinkFactory(unchecked=True), *[Answer(status=403)] * 9)) == {Standing.SOFT}


def test_a_broken_link_that_opens_again_is_fine():
    link = LinkFactory(broken=True)
    assert days_of(link, OPENS, start=timezone.now()) == [Standing.FINE]
    link.refresh_from_db()
    assert (link.failures, link.failing_since) == (0, None)


def test_a_busy_server_is_left_alone_until_then():
    now = timezone.now()
    link = LinkFactory(unchecked=True)
    links.note(link, Answer(status=429, wait=timedelta(hours=5)), now)
    assert list(Link.objects.due(now + timedelta(hours=4, minutes=59))) == []
    assert list(Link.objects.due(now + timedelta(hours=5))) == [link]
    waiting = LinkFactory(unchecked=True)
    known = noted(waiting, Answer(wait=timedelta(hours=5), put_off=True), now)
    assert (known.standing, known.checked_at) == (Standing.UNCHECKED, None)
    assert waiting not in Link.objects.due(now + timedelta(hours=4, minutes=59))


def test_an_answer_for_an_address_that_was_changed_meanwhile_is_dropped():
    link = LinkFactory()
    Link.objects.filter(pk=link.pk).update(url=place("repaired"))
    assert links.note(link, GONE, timezone.now()) is None
    assert Link.objects.get(pk=link.pk).standing == Standing.FINE


@pytest.mark.parametrize(
    ("columns", "broken_rule"),
    [
        ({"standing": "nowhere"}, "link_standing_is_known"),
        ({"checked_at": None}, "unchecked_until"),
        ({"standing": "unchecked"}, "unchecked_until"),
        ({"standing": "moved"}, "new_address"),
        ({"moved_to": "https://x.org/"}, "new_address"),
        ({"failures": 1}, "not_fine|beginning"),
        ({"standing": "broken"}, "three_failures"),
        ({"soft": True, "failing_since": None}, "beginning"),
        ({"broken": True, "failures": 2}, "three_failures"),
({"broken": True, "failing_since": LinkFactory.checked_at - timedelta(days=2)}, "three_failures"),
    ],
)  # fmt: skip
def test_the_table_refuses_what_no_check_can_find(columns, broken_rule):
    with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
        LinkFactory(**columns)


# The command


def test_the_command_opens_what_is_due_and_says_what_came_of_it(server, private_links, monkeypatch):
    monkeypatch.setattr(Manners.__new__, "__defaults__", (8, 0, 5, 5))
    for path in ("fine", "not-there", "moved", "forbidden", "to-metadata"):
        ResourceFactory(url=f"{server.address}/{path}")
    server.asked.clear()
    Link.objects.create(url=place("nowhere"))
    said = check_links()
    known = {link.url.rpartition("/")[2]: link.standing for link in Link.objects.all()}
    assert known == {
        "fine": Standing.FINE,
        "not-there": Standing.SOFT,
        "moved": Standing.MOVED,
        "forbidden": Standing.SOFT,
        "to-metadata": Standing.SOFT,
    } | {url: Standing.SOFT for url in known if url not in ("fine", "not-there", "moved", "forbidden", "to-metadata")}
    assert "Moved for good: http://localhost" in said
    assert "1 moved for good" in said
    assert re.search(r"0 of \d links that readers see are broken \(0\.0 %\)\.", said)
    assert "\r" not in said

    asked = len(server.asked)
    assert "none was due" in check_links()
    assert len(server.asked) == asked
    check_links(f"{server.address}/fine")
    assert len(server.asked) == asked + 1


def test_the_command_says_which_address_stands_nowhere():
    with pytest.raises(CommandError, match=r"Nowhere on the portal: https://x\.org/"):
        check_links("https://x.org/")


def test_a_second_run_at_once_leaves_it_to_the_first(server, private_links):
    ResourceFactory(url=f"{server.address}/fine")
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('resources.links'))")
            server.asked.clear()
            assert "Another run is checking links already" in check_links()
            assert server.asked == []
            cursor.execute("SELECT pg_advisory_unlock(hashtext('resources.links'))")
            assert "1 opened" in check_links()
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('resources.links'))")
            assert cursor.fetchone() == (True,), "the run has kept its lock"
    finally:
        other.close()


@pytest.mark.requirement("B1")
def test_the_broken_share_of_what_readers_see():
    assert str(links.broken_share()) == "No link that readers see has been checked yet."
    LinkFactory.create_batch(3)
    LinkFactory(broken=True)
    LinkFactory(broken=True, for_readers=False)
    LinkFactory(unchecked=True)
    assert str(links.broken_share()) == "1 of 4 links that readers see is broken (25.0 %)."


# The repair


@pytest.fixture
def curator(client):
    curator = UserFactory(curator=True)
    client.force_login(curator)
    return curator


def moved_link(to="new"):
    return LinkFactory(moved=True, url=place("old"), moved_to=place(to))


def test_a_repair_writes_the_new_address_everywhere_and_a_sentence_of_history(curator):
    item = ResourceFactory(url=place("old"), summary=f"Also at {place('old')}, and {place('old/er')}.")
    page = PageFactory(key="about", intro=f"[words]({place('old')})")
    partner = PartnerFactory(url=place("x"), evidence=[{"what": "Ménière", "source": place("old")}])
    line = HelplineFactory(url=place("old/er"))
    link = moved_link()
    assert links.repair(link, by=curator) == 4
    for row in (item, page, partner, line, link):
        row.refresh_from_db()
    assert item.url == place("new")
    assert item.summary == f"Also at {place('new')}, and {place('old/er')}."
    assert page.intro == f"[words]({place('new')})"
    assert partner.evidence == [{"what": "Ménière", "source": place("new")}]
    assert line.url == place("old/er")
    change = item.changes.get()
    assert (change.kind, change.sentence, change.by) == (ChangeKind.LINK, "The link was repaired.", curator)
    assert item.edited_at, "somebody else looks at it once more, as after every edit"
    assert (link.url, link.standing, link.moved_to) == (place("new"), Standing.FINE, "")
    links.gather()
    assert Link.objects.filter(url=place("new")).get() == link


def test_a_repair_to_an_address_that_is_known_already_leaves_one_row(curator):
    ResourceFactory(url=place("old"))
    LinkFactory(url=place("new"), broken=True)
    links.repair(moved_link(), by=curator)
    assert Link.objects.get().standing == Standing.FINE


def test_a_repair_is_made_once(curator):
    ResourceFactory(url=place("old"))
    link = moved_link()
    links.repair(link, by=curator)
    with pytest.raises(links.NotRepaired, match="already"):
        links.repair(link, by=curator)


def test_only_curators_repair():
    with pytest.raises(links.NotRepaired, match="curators"):
        links.repair(moved_link(), by=UserFactory(analyst=True))


def test_a_rule_that_forbids_the_new_address_stops_the_whole_repair(curator):
    item = ResourceFactory(url=place("old"))
    line = HelplineFactory(url=place("old"))
    with pytest.raises(links.NotRepaired, match=r"stays as it is, and so does the link\..*300 characters"):
        links.repair(moved_link(to="n" * 350), by=curator)
    item.refresh_from_db()
    line.refresh_from_db()
    assert (item.url, line.url) == (place("old"), place("old"))
    assert Link.objects.get().standing == Standing.MOVED


# Admin

LIST = reverse("admin:resources_link_changelist")


def test_one_click_in_the_list_repairs(client, curator):
    item = ResourceFactory(url=place("old"), title="A guide")
    link = moved_link()
    page = client.get(LIST).content.decode()
    assert "Resource “A guide”, link" in page
    button = re.findall(r'formaction="([^"]+)"', page)
    answer = client.post(button[0], follow=True)
    assert f"Repaired in 1 place: {place('old')} is now {place('new')}." in answer.content.decode()
    item.refresh_from_db()
    assert item.url == place("new")
    again = client.post(reverse("admin:resources_link_repair", args=[link.pk]), follow=True)
    assert "Nothing is changed." in again.content.decode()


@pytest.mark.parametrize("standing", Standing.values)
def test_the_list_by_how_links_stand_and_the_worst_first(client, curator, standing):
    rows = {
        "fine": LinkFactory(),
        "unchecked": LinkFactory(unchecked=True),
        "moved": LinkFactory(moved=True),
        "soft": LinkFactory(soft=True),
        "broken": LinkFactory(broken=True),
    }
    assert list(client.get(LIST, {"standing__exact": standing}).context["cl"].result_list) == [rows[standing]]
    assert next(iter(client.get(LIST).context["cl"].result_list)) == rows["broken"]


def test_the_page_of_a_link_says_where_it_stands_and_has_the_button(client, curator):
    ResourceFactory(url=place("old"), title="A guide")
    PageSectionFactory(page=PageFactory(key="about", title="About us"), body_markdown=f"[words]({place('old')})")
    page = client.get(reverse("admin:resources_link_change", args=[moved_link().pk])).content.decode()
    assert "Resource “A guide”, link" in page
    assert "Page “About us”, text" in page
    assert "Write the new address" in page


def test_a_broken_link_that_a_curator_replaces_is_off_the_desk_at_once(
    client, curator, django_capture_on_commit_callbacks
):
    item = ResourceFactory(url=place("old"))
    LinkFactory(url=place("old"), broken=True)
    with django_capture_on_commit_callbacks(execute=True):
        press(client, item, "_continue", url=place("new"))
    assert Link.objects.get().url == place("new")


def test_a_link_can_be_put_first_in_the_next_run(client, curator):
    link = LinkFactory(next_check_at=timezone.now() + timedelta(days=5))
    client.post(LIST, {"action": "check_again", "_selected_action": [link.pk]})
    assert link in Link.objects.due(timezone.now())


def test_the_list_costs_the_same_queries_for_1_link_and_for_20(client, curator, django_assert_num_queries):
    ResourceFactory(url=place("first"))
    LinkFactory(url=place("first"))
    client.get(LIST)
    with connection.execute_wrapper(count := Count()):
        client.get(LIST)
    for number in range(19):
        ResourceFactory(url=place(number))
        LinkFactory(url=place(number))
    with django_assert_num_queries(count.number):
        client.get(LIST)


class Count:
    def __init__(self):
        self.number = 0

    def __call__(self, execute, *args):
        self.number += 1
        return execute(*args)
