"""What a lead suggests, and what NCISH makes of it: each move, and who may not make it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from selfharm_portal.accounts.models import AreaRole
from selfharm_portal.history.models import Entry
from sites import suggestion_pages, suggestions
from sites.models import PanelKind, SuggestedFor, Suggestion, SuggestionState
from tests.factories import (
    AreaFactory,
    AreaMembershipFactory,
    InfographicFactory,
    InfographicPanelFactory,
    SuggestionFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C1")]

WORDS = "To see everybody within a week."


def lead_of(area):
    return AreaMembershipFactory(area=area, role=AreaRole.LEAD).user


@pytest.fixture
def area():
    return AreaFactory(place="Somerset", aims="To see people.")


@pytest.fixture
def lead(area):
    return lead_of(area)


@pytest.fixture
def curator():
    return UserFactory(curator=True)


def seen(area, key):
    section = suggestions.section(area, key)
    assert section
    return suggestions.seen(section, suggestions.waiting_for(section, area.suggestions.waiting()))


def suggest(area, by, *, key="aims", text=WORDS, source="I lead it.", seen_before=None):
    seen_before = seen_before or seen(area, key)
    return suggestions.suggest(area, key, text=text, source=source, by=by, seen_before=seen_before)


def seen_of(suggestion):
    return suggestions.seen(suggestions.section_of(suggestion), suggestion)


def take_over(suggestion, by, *, text=None, source="", seen_before=None):
    return suggestions.take_over(
        suggestion,
        text=text or suggestion.text,
        source=source,
        by=by,
        seen_before=seen_before or seen_of(suggestion),
    )


def decline(suggestion, by, reason="We need a source."):
    return suggestions.decline(suggestion, reason=reason, by=by, seen_before=seen_of(suggestion))


# What can be suggested for


def test_a_lead_is_offered_the_profile_and_the_panels_about_the_project(area, django_assert_num_queries):
    area.themes.add(ThemeFactory(title="Training"))
    for _ in range(2):
        infographic = InfographicFactory(area=area)
        InfographicPanelFactory(infographic=infographic, heading="What was done")
        InfographicPanelFactory(infographic=infographic, heading="Not seen in a source", confirmed=False)
        InfographicPanelFactory(infographic=infographic, heading="Background", kind=PanelKind.CONTEXT)
        InfographicPanelFactory(
            infographic=infographic, heading="Its aims", kind=PanelKind.TO_FILL, confirmed=False, text="Which?"
        )
    InfographicPanelFactory(infographic__area=area, infographic__draft=True, heading="Not published")
    with django_assert_num_queries(3):
        found = suggestions.sections(area)
    profile = [section for section in found if section.group == "The profile"]
    assert [section.key for section in profile] == [
        "summary", "aims", "project-details", "outcome-measures", "lead-provider", "crisis-line", "themes", "milestone",
    ]  # fmt: skip
    stands = {section.key: section.stands for section in profile}
    assert (stands["aims"], stands["lead-provider"], stands["themes"]) == ("To see people.", "", "Training")
    panels = [(section.name, section.stands, section.hint) for section in found if section.panel]
    assert panels == 2 * [
        ("What was done", "A course for staff.", "A statement under “Aims”."),
        ("Its aims", "", "Which?"),
    ]


# A lead suggests


def test_words_wait_for_ncish_who_gets_one_email(area, lead, mailoutbox, settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = suggest(area, lead)
    assert (first.state, first.stood, first.title) == (SuggestionState.WAITING, "To see people.", "Aims")
    area.refresh_from_db()
    assert area.aims == "To see people."
    with django_capture_on_commit_callbacks(execute=True):
        changed = suggest(area, lead, text="To see everybody within a day.")
    assert (changed.pk, changed.text, changed.lock_version) == (first.pk, "To see everybody within a day.", 1)
    [letter] = mailoutbox
    assert letter.to == [settings.NCISH_EMAIL]
    assert f"/admin/sites/suggestion/{first.pk}/change/" in letter.body


def test_a_double_click_is_one_suggestion(area, lead):
    before = seen(area, "aims")
    first = suggest(area, lead, seen_before=before)
    assert suggest(area, lead, seen_before=before) == first
    assert Suggestion.objects.count() == 1


@pytest.mark.parametrize("text", ["To see people.", "To  see\npeople. "])
def test_what_stands_there_already_is_nothing_new(area, lead, text):
    with pytest.raises(suggestions.NothingNew):
        suggest(area, lead, text=text)


def test_a_page_that_is_no_longer_true_suggests_nothing(area, lead):
    before = seen(area, "aims")
    other = suggest(area, lead_of(area), text="Of a colleague.")
    with pytest.raises(suggestions.ChangedMeanwhile):
        suggest(area, lead, seen_before=before)
    other.refresh_from_db()
    assert other.text == "Of a colleague."

    before = seen(area, "aims")
    area.aims = "Changed by NCISH."
    area.save()
    with pytest.raises(suggestions.ChangedMeanwhile):
        suggest(area, lead, seen_before=before)


@pytest.mark.requirement("F4")
def test_only_a_lead_of_the_area_suggests_or_withdraws(area, lead, curator):
    waiting = suggest(area, lead)
    contributor = AreaMembershipFactory(area=area, role=AreaRole.CONTRIBUTOR).user
    left = AreaMembershipFactory(area=area, role=AreaRole.LEAD, user__is_active=False).user
    for person in (contributor, left, lead_of(AreaFactory()), curator):
        with pytest.raises(suggestions.NotAllowed):
            suggest(area, person, key="summary")
        with pytest.raises(suggestions.NotAllowed):
            suggestions.withdraw(waiting, by=person)
        assert list(Suggestion.objects.visible_to(person)) == ([waiting] if person == curator else [])
    assert list(Suggestion.objects.visible_to(lead)) == [waiting]


def test_a_lead_withdraws_what_waits_once(area, lead, curator):
    waiting = suggest(area, lead)
    assert suggestions.withdraw(waiting, by=lead).state == SuggestionState.WITHDRAWN
    assert suggestions.withdraw(waiting, by=lead).state == SuggestionState.WITHDRAWN
    with pytest.raises(suggestions.NoLongerWaiting, match="withdrawn"):
        decline(waiting, curator)
    assert suggest(area, lead).pk != waiting.pk


# A curator decides


@pytest.mark.parametrize(
    "kind", ["summary", "aims", "project_details", "outcome_measures", "lead_provider", "crisis_line"]
)
def test_taken_over_the_words_stand_on_the_page(
    area, lead, curator, kind, mailoutbox, django_capture_on_commit_callbacks
):
    waiting = suggest(area, lead, key=kind.replace("_", "-"))
    with django_capture_on_commit_callbacks(execute=True):
        done = take_over(waiting, curator)
    area.refresh_from_db()
    assert getattr(area, kind) == WORDS
    assert (done.state, done.taken_text, done.ended_by) == (SuggestionState.TAKEN_OVER, WORDS, curator)
    [letter] = mailoutbox
    assert letter.to == [lead.email]
    assert "as you wrote it" in letter.body


def test_with_edits_the_edited_words_stand_and_the_lead_sees_what_was_changed(
    area, lead, curator, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        done = take_over(suggest(area, lead), curator, text="To see everybody within a fortnight.")
    area.refresh_from_db()
    assert area.aims == "To see everybody within a fortnight."
    outcome = suggestion_pages.outcome(done)
    assert outcome.state == "Taken over, with changes"
    assert [piece.text for piece in outcome.edits or [] if piece.kind != "same"] == ["week", "fortnight"]
    assert "with changes" in mailoutbox[-1].body


@pytest.mark.requirement("K1")
def test_a_new_crisis_line_is_hidden_until_somebody_has_rung_it(area, lead, curator):
    area.crisis_line, area.crisis_line_confirmed_on = "01234 567", date(2026, 1, 5)
    area.save()
    take_over(suggest(area, lead, key="crisis-line", text="01234 890"), curator)
    area.refresh_from_db()
    assert (area.crisis_line, area.crisis_line_confirmed_on) == ("01234 890", None)


@pytest.mark.requirement("C2")
def test_an_empty_panel_is_filled_with_words_and_source_and_is_then_shown(area, lead, curator):
    panel = InfographicPanelFactory(
        infographic__area=area, kind=PanelKind.TO_FILL, confirmed=False, source="", text="Who offered it?"
    )
    waiting = suggest(area, lead, key=f"panel-{panel.pk}", text="Two nurses.")
    assert waiting.stood == ""
    take_over(waiting, curator, source="The area's team, 2026")
    panel.refresh_from_db()
    assert (panel.kind, panel.text, panel.source) == (PanelKind.KNOWN, "Two nurses.", "The area's team, 2026")
    assert panel.confirmed
    panel.infographic.refresh_from_db()
    assert panel.infographic.is_complete  # that was the last one to fill
    assert panel.infographic.edited_at  # so that a second person reads it again


@pytest.mark.parametrize("key", ["themes", "milestone"])
def test_of_what_is_entered_by_hand_it_is_noted_that_it_is(area, lead, curator, key):
    done = take_over(suggest(area, lead, key=key, text="Training, since May 2021."), curator)
    assert done.state == SuggestionState.TAKEN_OVER
    assert not area.milestones.exists()


def test_declined_the_page_stays_and_the_lead_reads_the_reason(
    area, lead, curator, mailoutbox, django_capture_on_commit_callbacks
):
    waiting = suggest(area, lead)
    with django_capture_on_commit_callbacks(execute=True):
        done = decline(waiting, curator)
    area.refresh_from_db()
    assert area.aims == "To see people."
    assert suggestion_pages.outcome(done).reason == "We need a source."
    [letter] = mailoutbox
    assert letter.to == [lead.email]
    assert "We need a source." in letter.body


@pytest.mark.requirement("F4")
def test_nobody_decides_about_their_own_suggestion_and_only_curators_about_others(area, lead, curator):
    waiting = suggest(area, lead)
    lead.roles = ["curator"]
    lead.save()
    for person in (lead, lead_of(area), UserFactory(analyst=True), UserFactory(administrator=True)):
        for move in (take_over, decline):
            with pytest.raises(suggestions.NotAllowed):
                move(waiting, person)
    assert take_over(waiting, curator).state == SuggestionState.TAKEN_OVER


def test_the_second_of_two_curators_is_told_and_changes_nothing(area, lead, curator):
    waiting = suggest(area, lead)
    decline(waiting, curator)
    for move in (take_over, decline):
        with pytest.raises(suggestions.NoLongerWaiting, match=f"{curator} was quicker: it is declined"):
            move(waiting, UserFactory(curator=True))
    area.refresh_from_db()
    assert area.aims == "To see people."


def at_once(*moves):
    """Each in a connection of its own; what came of it, or what it was told."""

    def press(move):
        try:
            return move().state
        except suggestions.SuggestionError as problem:
            return type(problem)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(moves)) as pool:
        return sorted(map(str, pool.map(press, moves)))


@pytest.mark.django_db(transaction=True)
def test_of_two_curators_at_the_same_moment_one_decides(area, lead, curator):
    waiting = suggest(area, lead)
    before, other = seen_of(waiting), UserFactory(curator=True)
    result = at_once(
        lambda: take_over(waiting, curator, seen_before=before),
        lambda: take_over(waiting, other, text="Of the other.", seen_before=before),
    )
    assert result == [str(suggestions.NoLongerWaiting), "taken_over"]
    waiting.refresh_from_db()
    area.refresh_from_db()
    assert area.aims == waiting.taken_text


@pytest.mark.django_db(transaction=True)
def test_of_two_leads_at_the_same_moment_one_suggests_and_the_other_sees_that(area, lead):
    before, other = seen(area, "aims"), lead_of(area)
    result = at_once(
        lambda: suggest(area, lead, seen_before=before),
        lambda: suggest(area, other, text="Of the other.", seen_before=before),
    )
    assert result == [str(suggestions.ChangedMeanwhile), "waiting"]
    assert Suggestion.objects.count() == 1


def test_what_moved_after_a_curator_opened_it_is_not_taken_over(area, lead, curator):
    waiting = suggest(area, lead)
    before = seen_of(waiting)
    suggest(area, lead, text="To see everybody within a day.")
    with pytest.raises(suggestions.ChangedMeanwhile):
        take_over(waiting, curator, seen_before=before)

    waiting.refresh_from_db()
    before = seen_of(waiting)
    area.aims = "Changed by NCISH."
    area.save()
    with pytest.raises(suggestions.ChangedMeanwhile):
        take_over(waiting, curator, seen_before=before)


def test_a_panel_that_is_gone_takes_no_words_and_the_suggestion_can_be_declined(area, lead, curator):
    panel = InfographicPanelFactory(infographic__area=area)
    waiting = suggest(area, lead, key=f"panel-{panel.pk}")
    panel.delete()
    waiting.refresh_from_db()
    assert suggestions.section_of(waiting) is None
    with pytest.raises(suggestions.ChangedMeanwhile):
        take_over(waiting, curator)
    assert decline(waiting, curator).state == SuggestionState.DECLINED


@pytest.mark.requirement("I2")
def test_the_history_says_who_wrote_the_words_and_from_whose_suggestion(area, lead, curator, client):
    waiting = suggest(area, lead)
    client.force_login(curator)
    client.post(
        f"/admin/sites/suggestion/{waiting.pk}/change/",
        {"action": "take_over", "text": WORDS, "seen": seen_of(waiting)},
    )
    entries = Entry.objects.of(area).filter(person=curator)  # as the page of the area's history has them
    after = {entry.model: entry.after or {} for entry in entries}
    assert after["sites.Area"]["aims"] == WORDS
    assert after["sites.Suggestion"]["by_id"] == lead.pk
    assert {entry.via for entry in entries} == {f"/admin/sites/suggestion/{waiting.pk}/change/"}


# What the database refuses


@pytest.mark.parametrize(
    ("fields", "broken_rule"),
    [
        ({"stood": WORDS, "text": WORDS}, "says_something_new"),
        ({"text": ""}, "says_something_new"),
        ({"source": ""}, "says_where_it_is_from"),
        ({"state": "declined"}, "ends_it|with_a_reason"),
        ({"reason": "Why"}, "with_a_reason"),
        ({"taken_text": "Words"}, "keeps_the_words"),
        ({"section": "weather"}, "section_is_known"),
    ],
)
def test_the_table_refuses_what_cannot_be(fields, broken_rule):
    with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
        SuggestionFactory(**fields)


def test_the_table_refuses_a_second_one_that_waits_for_a_section_and_a_decision_by_the_lead(area, lead):
    waiting = SuggestionFactory(area=area, by=lead)
    with pytest.raises(IntegrityError, match="waits_once_per_section"), transaction.atomic():
        SuggestionFactory(area=area, by=lead)
    SuggestionFactory(area=area, by=lead, section=SuggestedFor.SUMMARY)
    panel = InfographicPanelFactory(infographic__area=area)
    SuggestionFactory(area=area, by=lead, section=SuggestedFor.PANEL, panel=panel)
    with pytest.raises(IntegrityError, match="waits_once_per_panel"), transaction.atomic():
        SuggestionFactory(area=area, by=lead, section=SuggestedFor.PANEL, panel=panel)
    with pytest.raises(IntegrityError, match="by_somebody_else"), transaction.atomic():
        Suggestion.objects.filter(pk=waiting.pk).update(
            state="taken_over", taken_text=WORDS, ended_by=lead, ended_at=timezone.now()
        )


# Words of time


@pytest.mark.parametrize(("days", "words"), [(0, "since today"), (1, "for 1 day"), (12, "for 12 days")])
def test_waiting_is_told_in_days_of_the_calendar(days, words):
    now = timezone.make_aware(datetime(2026, 3, 20, 0, 5))
    assert suggestion_pages.for_days(now - timedelta(days=days), now) == words


def test_five_minutes_before_midnight_was_yesterday():
    now = timezone.make_aware(datetime(2026, 3, 20, 0, 5))
    assert suggestion_pages.for_days(now - timedelta(minutes=10), now) == "for 1 day"
