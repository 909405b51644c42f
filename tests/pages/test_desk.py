import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from selfharm_portal.pages import coming_up
from selfharm_portal.pages.desk import queues
from tests.factories import (
    AreaFactory,
    ContactMessageFactory,
    FailedSearchFactory,
    HelplineFactory,
    InfographicFactory,
    ItemReportFactory,
    LinkFactory,
    MeasureSourceFactory,
    MeasureVersionFactory,
    PageFactory,
    PersonFactory,
    ReadingListEntryFactory,
    ReadingListFactory,
    ResourceFactory,
    SubmissionFactory,
    SuggestionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)


@pytest.fixture
def curator(client):
    curator = UserFactory(roles=["curator"])
    client.force_login(curator)
    return curator


def waiting_for(user):
    return {queue.label: queue.count for queue in queues(user)}


def of_everything(times=1):
    """Something in every queue, and beside it what is in none."""
    today = timezone.localdate()
    curator = UserFactory(curator=True)
    overdue, later = today - timedelta(days=41), today + timedelta(days=200)
    for _ in range(times):
        HelplineFactory(verified=False)
        LinkFactory(broken=True)
        LinkFactory(moved=True)
        ResourceFactory(review_due=overdue, owner=curator)
        ResourceFactory(review_due=today + timedelta(days=90), owner=curator)
        ResourceFactory(publication_state="in_review", review_due=overdue, owner=curator)
        ResourceFactory(edited_at=timezone.now(), review_due=later, owner=curator)
        ResourceFactory(draft=True, verified=False, review_due=overdue)
        newer = ResourceFactory(review_due=later, owner=curator)
        old = ResourceFactory(status="superseded", superseded_by=newer, review_due=later, owner=curator)
        ReadingListEntryFactory(resource=old)
        ReadingListEntryFactory(resource=old)
        MeasureSourceFactory(verified=False)
        AreaFactory(to_check="Is the name right?")
        AreaFactory(publication_state="in_review")
        area = AreaFactory(edited_at=timezone.now())
        AreaFactory(review_due=overdue)
        InfographicFactory(area=area, publication_state="in_review", status="complete")
        InfographicFactory(area=area, edited_at=timezone.now(), status="complete")
        InfographicFactory(area=area, review_due=overdue, status="complete")
        InfographicFactory(area=area)
        PersonFactory()
        SuggestionFactory()
        ContactMessageFactory()
        ItemReportFactory(resource=newer)
        FailedSearchFactory()
        FailedSearchFactory(days=2)
    PageFactory(intro="**[a number]** and **[a name]**")
    HelplineFactory(last_verified=today - timedelta(days=90))
    LinkFactory(broken=True, for_readers=False)
    LinkFactory(soft=True)
    MeasureSourceFactory(verified=True)
    PersonFactory(is_hidden=True)
    AreaFactory()
    InfographicFactory(area=area, publication_state="archived")
    ResourceFactory(publication_state="archived", verified=False, review_due=overdue)
    hidden = ReadingListFactory(shown=False)
    ReadingListEntryFactory(
        reading_list=hidden,
        resource=ResourceFactory(status="withdrawn", status_reason="Over.", owner=curator, review_due=later),
    )


def test_an_analyst_sees_what_waits_of_the_months():
    SubmissionFactory(submitted=True)
    waiting = waiting_for(UserFactory(roles=["analyst"]))
    assert waiting == {"Months to check": 1, "Late months": 0}


def test_an_administrator_has_no_queue():
    assert queues(UserFactory(roles=["administrator"])) == []


def test_a_curator_sees_what_waits_the_help_lines_first(curator):
    of_everything()
    assert list(waiting_for(curator).items()) == [
        ("Help lines to ring or open", 1),
        ("Broken links", 1),
        ("Links that have moved", 1),
        ("Reviews overdue", 1),
        ("Reviews due within 90 days", 1),
        ("Items to review", 1),
        ("Edited since their review", 1),
        ("Drafts of the library", 1),
        ("Ended, but on a reading list", 1),
        ("Items without an owner", 1),
        ("Gaps in page texts", 2),
        ("Infographics to fill", 1),
        ("Infographics to review", 1),
        ("Infographics edited since review", 1),
        ("Infographics with an overdue review", 1),
        ("Areas to review", 1),
        ("Areas edited since review", 1),
        ("Areas with an overdue review", 1),
        ("Items to be checked", 1),
        ("Sources of measures to read", 1),
        ("Areas with something to check", 1),
        ("People to confirm", 1),
        ("Suggestions from areas", 1),
        ("Messages to answer", 1),
        ("Reports to read", 1),
        ("Searches that find nothing", 1),
    ]


def test_every_queue_of_a_curator_leads_to_a_list_with_exactly_its_rows(client, curator):
    of_everything(times=2)
    page = client.get(reverse("admin:index")).content.decode()
    for queue in queues(curator):
        assert queue.label in page
        listed = client.get(queue.url).context
        shown = listed["cl"].result_count if "cl" in listed else listed["count"]
        assert shown == queue.count > 0, queue.url


def test_every_queue_of_an_analyst_leads_to_its_page(client):
    user = UserFactory(roles=["analyst"])
    client.force_login(user)
    for queue in queues(user):
        assert client.get(queue.url).status_code == 200, queue.url


def test_the_desk_says_what_share_of_links_is_broken_and_how_old_the_oldest_review_is(client, curator):
    of_everything()
    page = client.get(reverse("admin:index")).content.decode()
    assert re.search(r"1 of 3 links that readers see is broken \(33\.3 %\)", page)
    assert "the oldest for 41 days" in page


def test_the_desk_costs_the_same_queries_whatever_waits(client, curator, django_assert_num_queries):
    of_everything()
    with django_assert_num_queries(31):
        queues(curator)
    for _ in range(20):
        ResourceFactory(draft=True)
        LinkFactory(broken=True)
    with django_assert_num_queries(31):
        queues(curator)


# The next 90 days

LIST = reverse("admin:coming_up")


@pytest.mark.requirement("B2")
def test_one_list_of_what_appears_ends_or_falls_due_in_90_days():
    last, after = TODAY + timedelta(days=90), TODAY + timedelta(days=91)
    for day in (date(2026, 9, 3), last, after):
        ResourceFactory(title=f"Review {day:%j}", review_due=day)
    far = date(2028, 1, 1)
    ResourceFactory(title="Soon out", status="in_development", expected_on=last, review_due=far)
    ResourceFactory(title="Later out", status="in_development", expected_on=after, review_due=far)
    ResourceFactory(
        title="Ends", status="withdrawn", status_reason="It is over.", status_date=date(2026, 12, 31), review_due=far
    )
    HelplineFactory(name="Night line", last_verified=TODAY - timedelta(days=30))
    HelplineFactory(name="New line")
    HelplineFactory(name="Fresh line", last_verified=TODAY + timedelta(days=1))
    InfographicFactory(title="A path", area=AreaFactory(place="Somerset", review_due=TODAY), review_due=far)
    MeasureVersionFactory(measure__code="SH77", valid_from=date(2027, 1, 1))
    MeasureVersionFactory(valid_from=date(2027, 4, 1))
    assert [(event.day, event.kind, event.text) for event in coming_up.events(TODAY)] == [
        (None, "Falls due", "Ring or open New line"),
        (date(2026, 9, 3), "Falls due", "Review of “Review 246”, overdue"),
        (TODAY, "Falls due", "Review of “Somerset”"),
        (date(2026, 12, 31), "Ends", "“Ends”: withdrawn"),
        (date(2027, 1, 1), "Appears", "A new definition of SH77"),
        (TODAY + timedelta(days=60), "Falls due", "Ring or open Night line"),
        (last, "Falls due", f"Review of “Review {last:%j}”"),
        (last, "Appears", "“Soon out” is expected"),
    ]


def test_the_list_leads_to_each_row_and_stands_beside_the_desk(client, curator):
    item = ResourceFactory(title="A guide", review_due=timezone.localdate())
    HelplineFactory.create_batch(8)
    url = reverse("admin:resources_resource_change", args=[item.pk])
    page = client.get(LIST).content.decode()
    assert f'<a href="{url}">Review of “A guide”</a>' in page
    desk = client.get(reverse("admin:index")).content.decode()
    assert "All, with 8 more" in desk
    assert LIST in desk


def test_the_list_is_for_curators_and_says_when_nothing_is_due(client, curator):
    assert "Nothing is due." in client.get(LIST).content.decode()
    client.force_login(UserFactory(roles=["analyst"]))
    assert client.get(LIST).status_code == 403
