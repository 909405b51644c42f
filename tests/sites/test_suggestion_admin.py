"""A curator decides about an area's suggestion, from the desk."""

import pytest
from django.urls import reverse

from sites import suggestions
from sites.models import PanelKind, SuggestionState
from tests.factories import InfographicPanelFactory, SuggestionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C1")]


@pytest.fixture
def curator(client):
    user = UserFactory(curator=True)
    client.force_login(user)
    return user


@pytest.fixture
def waiting():
    return SuggestionFactory(area__aims="To see people.", stood="To see people.", days_ago=12)


def url(suggestion):
    return reverse("admin:sites_suggestion_change", args=[suggestion.pk])


def words(answer):
    return " ".join(answer.content.decode().split())


def seen(suggestion):
    return suggestions.seen(suggestions.section_of(suggestion), suggestion)


def test_the_desk_leads_to_what_waits_the_oldest_first(client, curator, waiting):
    SuggestionFactory()
    SuggestionFactory(days_ago=30, state="withdrawn", ended_at=waiting.made_at, ended_by=UserFactory())
    page = client.get(reverse("admin:index"))
    [queue] = [queue for queue in page.context["desk_queues"] if queue.label == "Suggestions from areas"]
    assert (queue.count, queue.detail) == (2, "the oldest for 12 days")
    listed = client.get(queue.url)
    rows = list(listed.context["cl"].result_list)
    assert (rows[0], len(rows)) == (waiting, queue.count)
    assert "for 12 days" in words(listed)


def test_the_difference_stands_beside_what_stands(client, curator, waiting):
    page = words(client.get(url(waiting)))
    assert "What stands there now" in page
    assert "To see people." in page
    assert "taken out:</span>people<" in page
    assert "added:</span>everybody within a week<" in page
    assert "I lead the project." in page
    assert "for 12 days" in page


@pytest.mark.parametrize("text", ["To see everybody within a week.", "To see everybody soon."])
def test_it_is_taken_over_as_it_is_or_as_edited(client, curator, waiting, text):
    answer = client.post(url(waiting), {"action": "take_over", "text": text, "seen": seen(waiting)}, follow=True)
    waiting.refresh_from_db()
    assert waiting.area.aims == text
    assert f"is taken over{' with your changes' if text != waiting.text else ''}." in words(answer)
    assert ("What was changed when it was taken over" in words(client.get(url(waiting)))) is (text != waiting.text)


def test_declining_needs_a_reason(client, curator, waiting):
    answer = client.post(url(waiting), {"action": "decline", "reason": " ", "seen": seen(waiting)})
    assert "Say why: the lead should know what would help" in words(answer)
    waiting.refresh_from_db()
    assert waiting.is_waiting
    typed = {"action": "decline", "reason": "We need a source.", "seen": seen(waiting)}
    assert "is declined" in words(client.post(url(waiting), typed, follow=True))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (SuggestionState.DECLINED, "We need a source.")


def test_a_panel_is_not_shown_without_its_source(client, curator):
    panel = InfographicPanelFactory(kind=PanelKind.TO_FILL, confirmed=False, source="")
    waiting = SuggestionFactory(area=panel.infographic.area, section="panel", panel=panel)
    typed = {"action": "take_over", "text": "Two nurses.", "source": "", "seen": seen(waiting)}
    assert "no panel is shown without that" in words(client.post(url(waiting), typed))
    client.post(url(waiting), {**typed, "source": "The area's team"})
    panel.refresh_from_db()
    assert (panel.text, panel.source, panel.confirmed) == ("Two nurses.", "The area's team", True)


@pytest.mark.parametrize("typed", [{"action": "take_over", "text": "Mine"}, {"action": "decline", "reason": "Mine"}])
def test_the_second_of_two_curators_is_told_and_keeps_what_was_typed(client, curator, waiting, typed):
    before = seen(waiting)
    other = UserFactory(curator=True)
    suggestions.decline(waiting, reason="We need a source.", by=other, seen_before=before)
    answer = client.post(url(waiting), {**typed, "seen": before})
    assert answer.status_code == 409
    page = words(answer)
    assert f"Nothing is decided by you. {other} was quicker: it is declined." in page
    assert "What you had typed, to copy" in page
    assert "Mine" in page
    waiting.refresh_from_db()
    assert (waiting.reason, waiting.area.aims) == ("We need a source.", "To see people.")


def test_words_that_the_lead_changed_meanwhile_are_read_before_they_are_taken_over(client, curator, waiting):
    before = seen(waiting)
    suggestions.suggest(
        waiting.area,
        "aims",
        text="To see everybody within a day.",
        source="I lead it.",
        by=waiting.by,
        seen_before=before,
    )
    answer = client.post(url(waiting), {"action": "take_over", "text": "Mine", "seen": before})
    assert answer.status_code == 409
    assert "within a day" in words(answer)
    assert answer.context["take_over"]["text"].value() == "Mine"
    waiting.refresh_from_db()
    assert waiting.is_waiting


def test_it_is_said_when_what_stands_has_changed_since(client, curator, waiting):
    waiting.area.aims = "Changed by NCISH."
    waiting.area.save()
    assert "What stands there has changed since this was suggested." in words(client.get(url(waiting)))


@pytest.mark.requirement("F4")
def test_a_curator_who_leads_the_area_does_not_decide(client, curator, waiting):
    waiting.by = curator
    waiting.save()
    assert "another curator decides" in words(client.get(url(waiting)))
    client.post(url(waiting), {"action": "take_over", "text": "Mine", "seen": seen(waiting)})
    waiting.refresh_from_db()
    assert waiting.is_waiting


@pytest.mark.parametrize(("section", "leads_to"), [("themes", "/area/"), ("milestone", "/milestone/add/?area=")])
def test_what_is_more_than_a_text_is_entered_where_that_is_done(client, curator, section, leads_to):
    waiting = SuggestionFactory(section=section, text="Training & more, since May 2021.")
    page = client.get(url(waiting))
    assert leads_to in page.context["enter_at"]
    assert client.get(page.context["enter_at"]).status_code == 200
    client.post(url(waiting), {"action": "take_over", "text": waiting.text, "seen": seen(waiting)})
    waiting.refresh_from_db()
    assert waiting.state == SuggestionState.TAKEN_OVER
