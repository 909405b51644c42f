"""Infographics and areas at the desk: what must still be filled in, two people at once, the page beside the form."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sites import filling, suggestions
from sites.models import NOT_HERE_YET, Infographic, InfographicStatus, PanelIcon, PanelKind, PanelPart, SuggestedFor
from tests.factories import (
    AreaFactory,
    InfographicFactory,
    InfographicPanelFactory,
    MilestoneFactory,
    SuggestionFactory,
    ThemeFactory,
    UserFactory,
)
from tests.resources.at_the_desk import change_url, press, said, typed

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("C2")]

SAVE = "_continue"
QUERIES_OF_THE_FORM = 13
CLAIM = "What was measured has not been copied to this site yet."


@pytest.fixture
def curator(client):
    curator = UserFactory(curator=True)
    client.force_login(curator)
    return curator


def to_fill(infographic, **fields):
    return InfographicPanelFactory(
        **{
            "infographic": infographic,
            "kind": PanelKind.TO_FILL,
            "confirmed": False,
            "source": "",
            "heading": "Who offered it",
            "text": "Setting and staff: to be added by NCISH.",
            **fields,
        }
    )


def status(infographic):
    infographic.refresh_from_db()
    return infographic.status


class TestTheStatusFollowsFromThePanels:
    def test_the_last_panel_filled_makes_it_complete_and_a_new_gap_takes_that_back(self):
        infographic = InfographicFactory()
        gap = to_fill(infographic)
        assert not filling.settle(infographic)

        gap.kind, gap.text = PanelKind.KNOWN, "Two nurses."
        gap.save()
        assert filling.settle(infographic)
        assert status(infographic) == InfographicStatus.COMPLETE
        assert not filling.settle(infographic)

        to_fill(infographic)
        assert filling.settle(infographic)
        assert status(infographic) == InfographicStatus.TITLE_CONFIRMED

    def test_an_infographic_without_a_panel_is_not_complete(self):
        infographic = InfographicFactory()
        filling.settle(infographic)
        assert status(infographic) == InfographicStatus.TITLE_CONFIRMED

    def test_a_text_that_claims_a_gap_is_one_itself(self):
        infographic = InfographicFactory(text_alternative=CLAIM)
        InfographicPanelFactory(infographic=infographic)
        filling.settle(infographic)
        assert status(infographic) == InfographicStatus.TITLE_CONFIRMED
        assert [gap.what for gap in filling.gaps(infographic)] == ["Text alternative"]

    def test_gaps_stand_in_the_order_of_the_page_each_with_its_question(self):
        infographic = InfographicFactory()
        for number, part in enumerate(reversed(PanelPart.values)):
            to_fill(infographic, part=part, order=2, heading=f"Second of {part}", text=f"Question {number}")
            to_fill(infographic, part=part, order=1, heading=f"First of {part}")
        assert [gap.what.partition(": ")[2] for gap in filling.gaps(infographic)] == [
            f"{place} of {part}"
            for part in ("aims", "project_details", "outcome_measures")
            for place in ("First", "Second")
        ]

    @pytest.mark.parametrize(
        ("text", "claims"),
        [
            (CLAIM, True),
            ("It HAS NOT BEEN COPIED TO THIS SITE.", True),
            ("There are no results in this version.", True),
            ("The detail is to be added by NCISH.", True),
            ("Nobody knows yet! But", True),
            ("Yetminster nurses saw 412 people within a week.", False),
        ],
    )
    def test_table_and_page_agree_on_what_claims_a_gap(self, text, claims):
        assert filling.claims_a_gap(text) == claims
        assert Infographic.objects.filter(text_alternative__iregex=NOT_HERE_YET).exists() is False
        InfographicFactory(text_alternative=text)
        assert Infographic.objects.filter(text_alternative__iregex=NOT_HERE_YET).exists() == claims

    def test_the_table_takes_no_complete_one_that_claims_a_gap(self):
        with pytest.raises(IntegrityError, match="says_of_nothing_that_it_is_missing"), transaction.atomic():
            InfographicFactory(status=InfographicStatus.COMPLETE, text_alternative=CLAIM)

    @pytest.mark.parametrize(
        ("icon", "is_drawn"), [*((icon, True) for icon in ["", *PanelIcon.values]), ("cat", False)]
    )
    def test_the_table_takes_icons_that_are_drawn(self, icon, is_drawn):
        if is_drawn:
            InfographicPanelFactory(icon=icon)
            return
        with pytest.raises(IntegrityError, match="panel_icon_is_known"), transaction.atomic():
            InfographicPanelFactory(icon=icon)


class TestAtTheDesk:
    def test_the_form_begins_with_what_must_be_filled_in_and_leads_there(self, client, curator):
        infographic = InfographicFactory()
        InfographicPanelFactory(infographic=infographic)
        to_fill(infographic, part=PanelPart.OUTCOME_MEASURES, text="What was <measured>?")
        html = client.get(change_url(infographic)).content.decode()
        assert "What must still be filled in" in html
        assert '<a href="#id_panels-1-text">Outcome measures: Who offered it</a>' in html
        assert html.count("What was &lt;measured&gt;?") == 2  # in the list, and at its panel
        assert "What was &lt;measured&gt;?</textarea>" not in html  # there is room for the answer

    def test_words_and_a_source_fill_a_panel_and_the_last_one_completes(self, client, curator):
        infographic = InfographicFactory()
        gap = to_fill(infographic)
        answer = press(
            client,
            infographic,
            SAVE,
            **{
                "panels-0-text": "Two nurses.",
                "panels-0-source": "The infographic of 2023",
                "panels-0-confirmed": "on",
            },
        )
        gap.refresh_from_db()
        assert (gap.kind, gap.text, gap.confirmed) == (PanelKind.KNOWN, "Two nurses.", True)
        assert status(infographic) == InfographicStatus.COMPLETE
        assert f"Nothing is left to fill: “{infographic}” is complete." in said(answer)
        assert "What must still be filled in" not in answer.content.decode()

    def test_whoever_forgets_the_tick_is_told_that_readers_do_not_see_it(self, client, curator):
        infographic = InfographicFactory()
        to_fill(infographic)
        answer = press(client, infographic, SAVE, **{"panels-0-text": "Two nurses."})
        assert "Readers do not see “Who offered it” until it is ticked as seen in a source." in said(answer)

    def test_a_panel_left_alone_keeps_its_question(self, client, curator):
        infographic = InfographicFactory()
        gap = to_fill(infographic)
        press(client, infographic, SAVE, title="Another title")
        gap.refresh_from_db()
        assert (gap.kind, gap.text) == (PanelKind.TO_FILL, "Setting and staff: to be added by NCISH.")

    def test_a_panel_called_known_without_words_is_asked_for_them(self, client, curator):
        infographic = InfographicFactory()
        gap = to_fill(infographic)
        answer = press(client, infographic, SAVE, **{"panels-0-kind": "known"})
        assert "Write what this panel says, or leave it “to fill”." in answer.content.decode()
        gap.refresh_from_db()
        assert gap.kind == PanelKind.TO_FILL

    def test_a_text_that_still_claims_a_gap_is_asked_to_be_rewritten(self, client, curator):
        infographic = InfographicFactory(text_alternative=CLAIM)
        to_fill(infographic)
        answer = press(client, infographic, SAVE, **{"panels-0-text": "Two nurses."})
        assert any("Rewrite the text alternative" in sentence for sentence in said(answer))
        assert '<a href="#id_text_alternative">Text alternative</a>' in answer.content.decode()
        assert status(infographic) == InfographicStatus.TITLE_CONFIRMED

        answer = press(client, infographic, SAVE, text_alternative="Two nurses offered it.")
        assert any("is complete" in sentence for sentence in said(answer))
        answer = press(client, infographic, SAVE, text_alternative=CLAIM)
        assert any("is not complete any more" in sentence for sentence in said(answer))
        assert status(infographic) == InfographicStatus.TITLE_CONFIRMED

    def test_panels_stand_by_part_and_number(self, client, curator):
        infographic = InfographicFactory()
        for part in ("outcome_measures", "project_details", "aims"):
            for number in (2, 1):
                InfographicPanelFactory(infographic=infographic, part=part, order=number, heading=f"{part} {number}")
        [inline] = client.get(change_url(infographic)).context["inline_admin_formsets"]
        assert [form.instance.heading for form in inline.formset.initial_forms] == [
            f"{part} {number}" for part in ("aims", "project_details", "outcome_measures") for number in (1, 2)
        ]

    def test_it_costs_the_same_queries_whatever_its_panels(self, client, curator, django_assert_num_queries):
        few, many = InfographicFactory(), InfographicFactory()
        InfographicPanelFactory(infographic=few)
        InfographicPanelFactory.create_batch(12, infographic=many)
        client.get(change_url(few))
        with django_assert_num_queries(QUERIES_OF_THE_FORM):
            client.get(change_url(few))
        with django_assert_num_queries(QUERIES_OF_THE_FORM):
            client.get(change_url(many))


class TestTwoCuratorsAtOnce:
    def test_each_fills_a_panel_of_a_form_opened_before_and_nothing_is_lost(self, client, curator):
        infographic = InfographicFactory()
        first, second = to_fill(infographic, order=1), to_fill(infographic, order=2)
        opened = client.get(change_url(infographic))
        press(client, infographic, SAVE, **{"panels-0-text": "Two nurses."})
        answer = client.post(
            change_url(infographic), typed(opened, **{"panels-1-text": "A day."}) | {SAVE: "1"}, follow=True
        )
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.text, first.kind) == ("Two nurses.", PanelKind.KNOWN)
        assert (second.text, second.kind) == ("A day.", PanelKind.KNOWN)
        assert any("is complete" in sentence for sentence in said(answer))

    def test_who_typed_into_the_same_panel_is_shown_what_it_says_now_and_may_insist(self, client, curator):
        infographic = InfographicFactory()
        panel = to_fill(infographic)
        opened = client.get(change_url(infographic))
        press(client, infographic, SAVE, **{"panels-0-text": "Two nurses."})
        answer = client.post(change_url(infographic), typed(opened, **{"panels-0-text": "A doctor."}) | {SAVE: "1"})
        html = answer.content.decode()
        assert "Somebody changed this while you were typing. It now says: “Two nurses.”." in html
        assert "A doctor.</textarea>" in html
        panel.refresh_from_db()
        assert panel.text == "Two nurses."

        shown_again = re.search(r'name="initial-panels-0-text" value="([^"]*)"', html)
        assert shown_again is not None
        assert shown_again[1] == "Two nurses."
        again = typed(answer, **{"panels-0-text": "A doctor."})
        again["initial-panels-0-text"] = shown_again[1]
        client.post(change_url(infographic), again | {SAVE: "1"})
        panel.refresh_from_db()
        assert panel.text == "A doctor."

    def test_a_title_changed_meanwhile_stays(self, client, curator):
        infographic = InfographicFactory(title="Before")
        opened = client.get(change_url(infographic))
        press(client, infographic, SAVE, title="After")
        client.post(change_url(infographic), typed(opened, curator_note="Ask them.") | {SAVE: "1"})
        infographic.refresh_from_db()
        assert (infographic.title, infographic.curator_note) == ("After", "Ask them.")


class TestTwoAtAnArea:
    def test_words_taken_over_meanwhile_stay_when_an_older_form_is_saved(self, client, curator):
        area = AreaFactory(summary="Before.")
        opened = client.get(change_url(area))
        take_over_for(area, SuggestedFor.SUMMARY, "As the lead says.")
        client.post(change_url(area), typed(opened, aims="To be quicker.") | {SAVE: "1"})
        area.refresh_from_db()
        assert (area.summary, area.aims) == ("As the lead says.", "To be quicker.")

    def test_who_typed_into_the_same_text_is_shown_what_it_says_now(self, client, curator):
        area = AreaFactory(summary="Before.")
        opened = client.get(change_url(area))
        take_over_for(area, SuggestedFor.SUMMARY, "As the lead says.")
        answer = client.post(change_url(area), typed(opened, summary="As I say.") | {SAVE: "1"})
        html = answer.content.decode()
        assert '<a href="#id_summary">Somebody changed this while you were typing.' in html
        assert "It now says: “As the lead says.”." in html
        assert "As I say.</textarea>" in html
        area.refresh_from_db()
        assert area.summary == "As the lead says."

    def test_themes_and_milestones_changed_meanwhile_stay_too(self, client, curator):
        area = AreaFactory(aims="")
        mine, theirs = ThemeFactory.create_batch(2)
        milestone = MilestoneFactory(area=area, title="Before")
        area.themes.set([mine])
        opened = client.get(change_url(area))
        press(client, area, SAVE, **{"themes": [mine.pk, theirs.pk], "milestones-0-title": "After"})
        client.post(change_url(area), typed(opened, aims="To be quicker.") | {SAVE: "1"})
        area.refresh_from_db()
        milestone.refresh_from_db()
        assert set(area.themes.all()) == {mine, theirs}
        assert (milestone.title, area.aims) == ("After", "To be quicker.")

    def test_who_ticked_other_themes_is_shown_those_of_now_and_may_insist(self, client, curator):
        area = AreaFactory()  # of no theme: its form carries no mark for each
        mine, theirs = ThemeFactory.create_batch(2)
        opened = client.get(change_url(area))
        press(client, area, SAVE, themes=[theirs.pk])
        answer = client.post(change_url(area), typed(opened, themes=[mine.pk]) | {SAVE: "1"})
        assert f"It now says: “{theirs}”." in answer.content.decode()
        again = typed(answer, themes=[mine.pk]) | {"initial-themes": [theirs.pk]}
        client.post(change_url(area), again | {SAVE: "1"})
        assert list(area.themes.all()) == [mine]

    def test_a_panel_is_written_once_its_infographic_is_held_as_the_form_holds_it(self):
        panel = to_fill(InfographicFactory())
        with CaptureQueriesContext(connection) as asked:
            take_over_for(panel.infographic.area, SuggestedFor.PANEL, "Two nurses.", panel=panel)
        said = [query["sql"] for query in asked]
        held = next(number for number, sql in enumerate(said) if 'FOR UPDATE OF "sites_infographic"' in sql)
        written = next(number for number, sql in enumerate(said) if sql.startswith('UPDATE "sites_infographicpanel"'))
        assert held < written


def take_over_for(area, section, text, panel=None):
    """By another curator, while somebody has the form open."""
    waiting = SuggestionFactory(area=area, section=section, text=text, panel=panel)
    seen = suggestions.seen(suggestions.section_of(waiting), waiting)
    other = UserFactory(curator=True)
    return suggestions.take_over(waiting, text=text, source="https://example.org", by=other, seen_before=seen)


class TestThePageBesideTheForm:
    def preview(self, client, infographic, **changed):
        address = reverse("admin:sites_infographic_preview", args=[infographic.pk])
        return client.post(address, typed(client.get(change_url(infographic)), **changed))

    def test_it_shows_what_is_typed_and_saves_nothing(self, client, curator):
        infographic = InfographicFactory(title="Exampleshire: before")
        panel = to_fill(infographic)
        answer = self.preview(
            client,
            infographic,
            title="Exampleshire: after <now>",
            text_alternative="Said in other words.",
            **{"panels-0-text": "Two nurses & a doctor."},
        )
        html = answer.content.decode()
        assert "After &lt;now&gt;" in html
        assert "Two nurses &amp; a doctor." in html
        assert "Said in other words." in html
        assert "not on this page yet" not in html.lower()  # it would be complete
        infographic.refresh_from_db()
        panel.refresh_from_db()
        assert (infographic.title, panel.kind) == ("Exampleshire: before", PanelKind.TO_FILL)

    def test_a_new_panel_is_shown_in_its_place_and_one_to_be_deleted_is_not(self, client, curator):
        infographic = InfographicFactory()
        InfographicPanelFactory(infographic=infographic, heading="Goes away")
        new = {"part": "aims", "kind": "known", "order": "1", "heading": "Newly typed", "text": "It is here."}
        changed = {f"panels-1-{name}": value for name, value in new.items()}
        html = self.preview(client, infographic, **changed, **{"panels-0-DELETE": "on"}).content.decode()
        assert "Newly typed" in html
        assert "Goes away" not in html

    def test_where_something_is_wrong_the_rest_is_still_shown(self, client, curator):
        infographic = InfographicFactory()
        InfographicPanelFactory(infographic=infographic)
        html = self.preview(
            client, infographic, title="", **{"panels-0-text": "As typed.", "panels-0-order": "x"}
        ).content.decode()
        assert "As typed." in html

    def test_after_a_refused_save_it_is_said_that_this_is_what_was_saved(self, client, curator):
        infographic = InfographicFactory()
        said = "this is what was saved last. Press the button to see what is typed."
        form = client.get(change_url(infographic))
        assert said not in form.content.decode()
        refused = client.post(change_url(infographic), typed(form, title="", text_alternative="Typed") | {SAVE: "1"})
        assert said in refused.content.decode()
        assert "Typed</textarea>" in refused.content.decode()

    def test_only_this_answer_may_stand_in_a_frame_and_only_in_ours(self, client, curator):
        infographic = InfographicFactory()
        preview = client.get(reverse("admin:sites_infographic_preview", args=[infographic.pk]))
        assert preview.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]
        form = client.get(change_url(infographic))
        assert form.headers["X-Frame-Options"] == "DENY"
        assert "frame-src 'self'" in form.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in form.headers["Content-Security-Policy"]
        assert "frame-src" not in client.get(infographic.get_absolute_url()).headers["Content-Security-Policy"]

    def test_it_is_for_curators(self, client):
        infographic = InfographicFactory()
        client.force_login(UserFactory(analyst=True))
        assert client.get(reverse("admin:sites_infographic_preview", args=[infographic.pk])).status_code == 403

    def test_without_a_script_a_button_shows_it_in_the_frame(self, client, curator):
        infographic = InfographicFactory()
        html = client.get(change_url(infographic)).content.decode()
        address = reverse("admin:sites_infographic_preview", args=[infographic.pk])
        assert f'formaction="{address}" formtarget="preview"' in html
        assert f'<iframe name="preview" src="{address}"' in html


def test_words_taken_over_from_a_lead_fill_a_panel_just_as_well(curator):
    infographic = InfographicFactory(text_alternative="Two nurses.")
    panel = to_fill(infographic)
    made = SuggestionFactory(area=infographic.area, section=SuggestedFor.PANEL, panel=panel)
    seen = suggestions.seen(suggestions.section_of(made), made)
    suggestions.take_over(made, text="Two nurses.", source="The team", by=curator, seen_before=seen)
    assert status(infographic) == InfographicStatus.COMPLETE
    assert infographic.edited_at is not None
    assert [change.sentence for change in infographic.changes.all()] == ["Changed: infographic panels."]
