"""The pages on which a lead suggests changes, and sees what became of them."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from selfharm_portal.accounts.models import AreaRole
from sites import suggestions
from sites.models import PanelKind, Suggestion, SuggestionState
from tests.factories import (
    AreaFactory,
    AreaMembershipFactory,
    InfographicPanelFactory,
    SuggestionFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C1")]

QUERIES_OF_THE_LIST = 11
TYPED = {"text": "To see everybody within a week.", "source": "I lead it."}


@pytest.fixture
def area():
    return AreaFactory(place="Somerset", aims="To see people.")


@pytest.fixture
def lead(area, client):
    user = AreaMembershipFactory(area=area, role=AreaRole.LEAD).user
    client.force_login(user)
    return user


@pytest.fixture
def curator():
    return UserFactory(curator=True)


def url(area, section=""):
    if section:
        return reverse("sites:suggest_section", args=[area.slug, section])
    return reverse("sites:suggest", args=[area.slug])


def words(answer):
    return " ".join(answer.content.decode().split())


def seen_on(answer):
    return answer.context["form"]["seen"].value()


def decided(area, lead, curator, **fields):
    waiting = SuggestionFactory(area=area, by=lead)
    seen = suggestions.seen(suggestions.section_of(waiting), waiting)
    if "reason" in fields:
        return suggestions.decline(waiting, by=curator, seen_before=seen, **fields)
    return suggestions.take_over(waiting, by=curator, seen_before=seen, source="", **fields)


@pytest.mark.requirement("F4")
def test_signing_in_leads_back(client, area):
    answer = client.get(url(area, "aims"))
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={url(area, 'aims')}"


@pytest.mark.parametrize("panels", [1, 8])
def test_the_list_costs_the_same_queries_whatever_is_on_it(client, area, lead, django_assert_num_queries, panels):
    for _ in range(panels):
        panel = InfographicPanelFactory(infographic__area=area)
        SuggestionFactory(area=area, by=lead, section="panel", panel=panel)
        SuggestionFactory(
            area=area, state="declined", reason="Why", ended_at=panel.suggestions.get().made_at, ended_by=UserFactory()
        )
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        assert client.get(url(area)).status_code == 200


def test_the_list_says_of_each_section_where_it_stands(client, area, lead):
    SuggestionFactory(area=area, by=lead, section="summary", days_ago=12)
    panel = InfographicPanelFactory(
        infographic__area=area, kind=PanelKind.TO_FILL, confirmed=False, heading="Who offered it", text="Which staff?"
    )
    page = client.get(url(area))
    tasks = {task["title"]: task for group in page.context["groups"] for task in group.tasks}
    assert tasks["In short"]["status"] == "Waiting for 12 days"
    assert tasks["Aims"]["status"] == "Written"
    assert tasks["Lead provider"]["status"] == "To fill"
    assert (tasks["Who offered it"]["status"], tasks["Who offered it"]["hint"]) == ("To fill", "Which staff?")
    assert tasks["Who offered it"]["url"] == url(area, f"panel-{panel.pk}")


def test_words_are_sent_and_then_wait_beside_what_stands(client, area, lead):
    page = client.get(url(area, "aims"))
    assert page.context["form"]["text"].value() == "To see people."
    answer = client.post(url(area, "aims"), {**TYPED, "seen": seen_on(page)}, follow=True)
    assert "Your words for “Aims” are with NCISH." in words(answer)
    page = client.get(url(area, "aims"))
    assert "waiting since today" in words(page)
    assert "added:</span>everybody within a week<" in words(page)
    assert page.context["form"]["text"].value() == TYPED["text"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"text": ""}, "Write what should stand there"),
        ({"text": "To see  people."}, "These are the words that stand there now"),
        ({"text": "x" * 3001}, "Make it shorter: it can have 3000 characters, and it has 3001"),
        ({"source": " "}, "Say where this can be read, or how you know it"),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_what_was_typed_stays(client, area, lead, typed, message):
    answer = client.post(url(area, "aims"), {**TYPED, **typed, "seen": seen_on(client.get(url(area, "aims")))})
    assert answer.status_code == 200
    [field] = typed
    assert answer.context["form"].errors[field][0].startswith(message)
    assert answer.context["form"][field].value() == typed[field]
    assert not Suggestion.objects.exists()


def test_a_name_that_is_too_long_for_its_place_is_refused(client, area, lead):
    answer = client.post(url(area, "lead-provider"), {**TYPED, "text": "x" * 251})
    assert "it can have 250 characters" in words(answer)


def test_an_old_tab_is_told_so_and_keeps_what_was_typed(client, area, lead):
    seen = seen_on(client.get(url(area, "aims")))
    area.aims = "Changed by NCISH."
    area.save()
    answer = client.post(url(area, "aims"), {**TYPED, "seen": seen})
    assert answer.status_code == 409
    page = words(answer)
    assert "This section has moved on since you opened it" in page
    assert "Changed by NCISH." in page
    assert TYPED["text"] in page
    assert not Suggestion.objects.exists()
    again = client.post(url(area, "aims"), {**TYPED, "seen": seen_on(answer)})
    assert again.status_code == 302
    assert Suggestion.objects.get().stood == "Changed by NCISH."


def test_what_was_typed_for_a_panel_that_is_gone_comes_back(client, area, lead):
    panel = InfographicPanelFactory(infographic__area=area)
    address = url(area, f"panel-{panel.pk}")
    seen = seen_on(client.get(address))
    panel.delete()
    answer = client.post(address, {**TYPED, "seen": seen})
    assert answer.status_code == 409
    assert TYPED["text"] in words(answer)
    assert client.get(address).status_code == 404


@pytest.mark.requirement("E5")
def test_what_was_typed_by_somebody_who_was_signed_out_comes_back_once_they_sign_in_again(client, area, lead):
    page = client.get(url(area, "aims"))
    typed = {**TYPED, "seen": seen_on(page), "typed_by": page.context["typed_by"]}
    SessionStore(client.session.session_key).delete()
    answer = client.post(url(area, "aims"), typed)
    assert answer.headers["Location"].startswith(reverse("account_login"))
    client.force_login(lead)
    page = client.get(url(area, "aims"))
    assert "You were signed out before this was sent." in words(page)
    assert page.context["form"]["text"].value() == TYPED["text"]
    client.post(url(area, "aims"), typed)
    assert Suggestion.objects.get().text == TYPED["text"]
    assert "You were signed out" not in words(client.get(url(area, "aims"), follow=True))


def test_it_is_said_when_the_page_changed_under_a_suggestion(client, area, lead):
    SuggestionFactory(area=area, by=lead, stood="What stood then.")
    assert "The page has changed since it was suggested." in words(client.get(url(area, "aims")))


def test_what_waits_is_withdrawn(client, area, lead):
    waiting = SuggestionFactory(area=area, by=lead)
    answer = client.post(url(area, "aims"), {"withdraw": waiting.pk}, follow=True)
    assert "is withdrawn" in words(answer)
    waiting.refresh_from_db()
    assert waiting.state == SuggestionState.WITHDRAWN


def test_what_was_decided_meanwhile_is_not_withdrawn(client, area, lead, curator):
    declined = decided(area, lead, curator, reason="We need a source.")
    answer = client.post(url(area, "aims"), {"withdraw": declined.pk}, follow=True)
    assert f"{curator} was quicker: it is declined" in words(answer)


@pytest.mark.requirement("F4")
def test_suggestions_of_another_area_are_not_there(client, lead, area):
    theirs = SuggestionFactory()
    assert client.post(url(area, "aims"), {"withdraw": theirs.pk}).status_code == 404
    assert client.post(url(area, "aims"), {"withdraw": "x" * 400}).status_code == 404
    assert client.get(url(theirs.area)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.is_waiting


def test_the_lead_sees_what_became_of_it(client, area, lead, curator):
    decided(area, lead, curator, reason="We need a source.")
    decided(area, lead, curator, text="To see everybody within a fortnight.")
    page = words(client.get(url(area)))
    assert "Declined" in page
    assert "We need a source." in page
    assert "Taken over, with changes" in page
    assert f"Suggested by {lead} and declined on " in page


@pytest.mark.requirement("K1")
def test_the_way_there_is_for_leads_alone(client, area):
    public = area.get_absolute_url()
    team = reverse("submissions:area", args=[area.slug])
    answer = client.get(public)
    assert url(area) not in words(answer)
    assert not answer.cookies
    client.force_login(AreaMembershipFactory(area=area, role=AreaRole.CONTRIBUTOR).user)
    assert url(area) not in words(client.get(public))
    assert url(area) not in words(client.get(team))
    client.force_login(AreaMembershipFactory(area=area, role=AreaRole.LEAD).user)
    assert url(area) in words(client.get(public))
    assert url(area) in words(client.get(team))
