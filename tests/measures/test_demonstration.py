"""The demonstration: its numbers show what the stories say, its months keep the rules, and it is loaded once."""

import stat
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from importlib import import_module
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F
from django.test import override_settings
from django.urls import reverse

from measures import asking, charts, moves, reporting, reporting_calendar, rules, series, spc, workflow
from measures.demonstration import loading, telling
from measures.models import (
    AreaMeasure,
    DraftEntry,
    Expectation,
    LimitsDecision,
    MeasureValue,
    MeasureVersion,
    QueryAnswer,
    Question,
    ReportingPeriod,
    State,
    Story,
    Submission,
    SubmissionEvent,
    SubmissionRevision,
    UploadedMonths,
)
from measures.statistics.findings import Beginning, MonthFinding, Series, find
from measures.team_charts import before_after_pages
from measures.wording import shifted
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import AreaRole, StaffRole, User
from selfharm_portal.pages.demonstration import BANNER
from selfharm_portal.pages.models import DatabaseKind, PortalDatabase
from sites.models import Area, Milestone

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
STORIES = loading.read_stories(FIXTURES)
FIRST = date.fromisoformat(f"{STORIES['calendar']['fixed_first_month_for_tests']}-01")
#: A day whose latest due month is month 24, and a moment of it.
DAY = date(2023, 5, 1)
NOW = datetime(2023, 5, 1, 12, tzinfo=reporting_calendar.LONDON)
AREAS = {story["area"]: story for story in STORIES["areas"]}
MEASURES = {
    row["code"]: row for row in yaml.safe_load((FIXTURES / "measures.yaml").read_text(encoding="utf-8"))["measures"]
}
DEFINITIONS = {
    code: rules.Definition(
        code=code,
        measure_name=row["name"],
        kind=row["kind"],
        unit=row["unit"],
        first_valid_from=date.fromisoformat(row["valid_from"]),
        value_min=Decimal(row["value_min"]),
        value_max=None if row["value_max"] is None else Decimal(row["value_max"]),
        denominator_group=row["denominator_group"] or "",
        reporting_lag_days=row["reporting_lag_days"],
        decimals=row["decimals"],
        rate_multiplier=row["rate_multiplier"],
    )
    for code, row in MEASURES.items()
}


def told(area: str, first: date = FIRST, now: datetime = NOW) -> list[telling.ToldMonth]:
    return telling.months_told(STORIES, AREAS[area], first, DEFINITIONS, now)


def drawn(area: str) -> dict[str, list[rules.Numbers]]:
    return telling.draw(STORIES["generator"]["seed"], AREAS[area], FIRST, DEFINITIONS, 24)


def accepted(area: str, code: str) -> dict[int, rules.TypedEntry]:
    """What was handed over last, by the number of the month."""
    return {
        part.number: next(entry for entry in part.moves[-2].entries if entry.code == code)
        for part in told(area)
        if part.moves[-1].to == "accepted"
    }


def numbers(entry: rules.TypedEntry) -> rules.Numbers:
    parsed = rules.parsed(entry, DEFINITIONS[entry.code])
    assert parsed is not None
    return parsed


@dataclass
class Line:
    """One series as a chart gets it: month 1 to 24, None where there is no value."""

    months: list[date]
    values: list[float | None]
    rebase: list[date]
    direction: str

    def xmr(self, fix_after_n_points: int | None = None) -> spc.XmrChart:
        return spc.xmr(
            self.months,
            self.values,
            improvement_direction=self.direction,
            rebase=self.rebase,
            fix_after_n_points=fix_after_n_points,
        )

    def findings(self, fixed_months: int | None = None) -> list[MonthFinding]:
        """What the portal's own chart says of each month."""
        drawing = Series("", "", self.months, self.values, improvement_direction=self.direction)
        beginnings = [Beginning(month, "definition", "") for month in self.rebase]
        return list(find(replace(drawing, beginnings=beginnings, fixed_months=fixed_months)).months)


def line(area: str, code: str) -> Line:
    definition = DEFINITIONS[code]
    values: list[float | None] = [None] * 24
    for number, entry in accepted(area, code).items():
        read = numbers(entry)
        result = rules.result(definition.kind, read.numerator, read.denominator, read.value, definition.rate_multiplier)
        values[number - 1] = None if result is None else float(result)
    first_with_value = AREAS[area]["reports_from_month"] - 1
    changes = [
        part["month"]
        for part in AREAS[area]["workflow"]
        if part["type"] == "definition_change" and part["code"] == code
    ]
    return Line(
        [shifted(FIRST, row) for row in range(first_with_value, 24)],
        values[first_with_value:],
        [shifted(FIRST, number - 1) for number in changes],
        MEASURES[code]["improvement_direction"],
    )


Sentence = dict[str, Any]
EXPECTED: dict[str, tuple[str, Sentence]] = {
    f"{story['area']}-{sentence['code']}-{sentence['signal']}": (story["area"], sentence)
    for story in STORIES["areas"]
    for sentence in story.get("expected", [])
}
#: Sentences that the numbers show, but the team's chart does not, and why.
NOT_ON_THE_CHART = {
    ("north-west-london", "SH25"): "both phases have 12 months, and a chart has limits and rules from 13 on",
}
ON_CHARTS = {"shift_high", "shift_low", "trend_up", "point_high", "point_low", "none"}


def fixed_months(sentence: Sentence) -> int | None:
    """To how many of the first months the story fixes the limits."""
    return {"limits fixed on months 1 to 12": 12, "limits fixed on months 1 to 13": 13}.get(sentence.get("phase", ""))


def says(area: str, sentence: Sentence) -> bool:
    """Do the numbers show what the story expects, with limits as it says?"""
    shown = line(area, sentence["code"])
    if sentence["signal"] == "point_high_before_correction":
        [correction] = [part for part in AREAS[area]["workflow"] if part["type"] == "correction"]
        shown.values[sentence["at_month"] - 1] = correction["wrong"]
    chart = shown.xmr(fixed_months(sentence))
    signal = sentence["signal"]
    if signal in ("shift_high", "shift_low"):
        side = 1 if signal == "shift_high" else -1
        return any(
            shift and relative == side
            for shift, relative in zip(chart["rule_shift"], chart["relative_to_mean"], strict=True)
        )
    if signal == "trend_up":
        bounds = [0, *(shown.months.index(month) for month in shown.rebase), 24]
        return all(any(chart["rule_trend"][start:stop]) for start, stop in pairwise(bounds))
    if signal in ("point_high", "point_low", "point_high_before_correction"):
        row = sentence["at_month"] - 1
        return bool(chart["outside_limits"][row]) and chart["relative_to_mean"][row] == (-1 if "low" in signal else 1)
    if signal == "none":
        return not any(chart["special_cause_flag"])
    if signal == "small_numbers":
        present = [value for value in shown.values if value is not None]
        return sum(1 <= value <= 7 for value in present) * 2 >= len(present)
    if signal == "empty_group":
        return any(numbers(entry).denominator == 0 for entry in accepted(area, sentence["code"]).values())
    if signal == "few_points":
        found = find(Series("", "", shown.months, shown.values))
        return len(shown.values) == 9 and not found.has_limits and not any(month.rule for month in found.months)
    assert signal == "linked"
    people = accepted(area, "SH01")
    return all(
        numbers(entry).denominator == numbers(people[number]).numerator
        for number, entry in accepted(area, sentence["code"]).items()
    )


@pytest.mark.parametrize(("area", "sentence"), EXPECTED.values(), ids=EXPECTED)
def test_the_numbers_show_what_the_story_expects(area, sentence):
    assert says(area, sentence)


@pytest.mark.parametrize("case", [case for case, (_, sentence) in EXPECTED.items() if sentence["signal"] in ON_CHARTS])
def test_the_teams_chart_says_so(case):
    area, sentence = EXPECTED[case]
    found = line(area, sentence["code"]).findings(fixed_months(sentence))
    signal = sentence["signal"]
    if "at_month" in sentence:
        found = [found[sentence["at_month"] - 1]]
    rules_found = {(month.rule, month.is_high) for month in found if month.rule}
    shown = {
        "none": not rules_found,
        "shift_high": ("shift", True) in rules_found,
        # A point of a run that also lies outside the limits is named after the limits.
        "shift_low": bool({("shift", False), ("astronomical", False)} & rules_found),
        "trend_up": ("trend", True) in rules_found,
        "point_high": ("astronomical", True) in rules_found,
        "point_low": ("astronomical", False) in rules_found,
    }[signal]
    assert shown == ((area, sentence["code"]) not in NOT_ON_THE_CHART)


@pytest.mark.parametrize(("area", "code", "number"), [("north-west-london", "SH25", 13), ("somerset", "SH27", 19)])
def test_a_change_of_definition_is_no_concern(area, code, number):
    assert all(month.kind != "concern" for month in line(area, code).findings()[number - 1 :])


# The file

#: Keys that become a number, a note, a row or a moment, or that this file holds the numbers to.
READ = {
    *("calendar.months", "calendar.fixed_first_month_for_tests", "generator.seed"),
    *("areas[].area", "areas[].reports_from_month", "areas[].groups.*"),
    *("areas[].milestones[].month", "areas[].milestones[].title", "areas[].expected[].*"),
    *(f"areas[].missing[].{key}" for key in ("month", "codes", "codes[]", "reason", "note")),
    *(f"areas[].series[].{key}" for key in ("code", "level", "noise", "sigma", "sd", "dispersion", "within_days")),
    *(f"areas[].series[].denominator.{key}" for key in ("group", "mean", "fixed", "from_series", "plan[].*")),
    *(f"areas[].series[].effects[].{key}" for key in ("type", "month", "level", "from_month", "to_month")),
    "areas[].series[].effects[].factor_by_calendar_month.*",
    *(f"areas[].workflow[].{key}" for key in ("type", "month", "code", "field", "note", "comment")),
    *(f"areas[].workflow[].{key}" for key in ("months[]", "days_after_due", "resubmitted_after_days")),
    *("areas[].workflow[].to_version", "areas[].workflow[].text"),
    *(f"areas[].workflow[].{key}" for key in ("wrong", "right", "found_in_month")),
}


def paths(value: object, path: str = "") -> Iterator[str]:
    """areas[].series[].level, for every leaf of the file."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for item in value:
            yield from paths(item, f"{path}[]")
    else:
        yield path


def test_every_key_has_a_home():
    homes = [*READ, *loading.KEPT_IN_CODE, *loading.NOT_STORED]
    assert len(homes) == len(set(homes))
    there = set(paths(STORIES))
    covered = {home: {path for path in there if fnmatchcase(path, home.replace("[]", "[[][]]"))} for home in homes}
    assert there - set().union(*covered.values()) == set()
    assert [home for home, found in covered.items() if not found] == []
    for module in loading.KEPT_IN_CODE.values():
        assert import_module(module)


def test_what_is_kept_in_code_says_what_the_file_says():
    assert STORIES["banner"] == BANNER
    for story in STORIES["areas"]:
        assert all(part["kind"] == DEFINITIONS[part["code"]].kind for part in story["series"])
        assert all(part.get("from_version", 1) == 1 for part in story["workflow"])


# The generator


def test_the_same_first_month_gives_the_same_months():
    assert [told(area) for area in AREAS] == [told(area) for area in AREAS]


def test_another_process_draws_the_same_numbers():
    """Not seeded with hash(), which differs from process to process."""
    program = (
        "import sys; sys.path.insert(0, '.')\n"
        "from measures.demonstration.telling import poissons, stream_of\n"
        "print(poissons(stream_of(20210401, 'frimley', 'people_assessed'), 30, 24), 'django' in sys.modules)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    ).stdout
    people = [read.denominator for read in drawn("frimley")["SH08"]]
    assert printed == f"{people} False\n"


def test_a_further_series_changes_no_other():
    story = AREAS["lincolnshire"]
    fewer = {**story, "series": [part for part in story["series"] if part["code"] != "SH09"]}
    without = telling.draw(STORIES["generator"]["seed"], fewer, FIRST, DEFINITIONS, 24)
    assert without == {code: months for code, months in drawn("lincolnshire").items() if code != "SH09"}


@pytest.mark.parametrize("area", AREAS)
def test_measures_of_the_same_people_agree(area):
    of_group: dict[str, list[list[int | None]]] = {}
    for part in AREAS[area]["series"]:
        if "group" in (part.get("denominator") or {}):
            months = [read.denominator for read in drawn(area)[part["code"]]]
            of_group.setdefault(part["denominator"]["group"], []).append(months)
    for first, *others in of_group.values():
        assert all(months == first for months in others)


def test_shares_of_waits_and_of_visits_have_the_other_series_as_denominator():
    frimley, somerset = drawn("frimley"), drawn("somerset")
    assert [x.denominator for x in frimley["SH03"]] == [x.denominator for x in frimley["SH02"]]
    assert [x.denominator for x in somerset["SH28"]] == [x.numerator for x in somerset["SH27"]]


@pytest.mark.parametrize(
    ("effects", "levels"),
    [
        ([{"type": "step", "from_month": 2, "to_month": None, "level": 5}], [1, 5, 5, 5, 5]),
        ([{"type": "step", "from_month": 2, "to_month": 3, "level": 5}], [1, 5, 5, 1, 1]),
        ([{"type": "trend", "from_month": 2, "to_month": 4, "level": 5}], [1, 1, 3, 5, 5]),
        ([{"type": "outlier", "month": 3, "level": 9}], [1, 1, 9, 1, 1]),
        ([{"type": "seasonal", "factor_by_calendar_month": {4: 2, 8: 3}}], [2, 1, 1, 1, 3]),
        (
            [
                {"type": "step", "from_month": 2, "to_month": 2, "level": 3},
                {"type": "trend", "from_month": 2, "to_month": 4, "level": 5},
            ],
            [1, 3, 4, 5, 5],
        ),
    ],
)
def test_effects_change_the_level_in_order(effects, levels):
    assert telling.levels({"level": 1, "effects": effects}, date(2021, 4, 1), 5) == levels


def test_staff_trained_never_fall_within_a_phase():
    months = [(read.numerator, read.denominator) for read in drawn("north-west-london")["SH25"]]
    for phase in (months[:12], months[12:]):
        assert phase == sorted(phase)
    assert {denominator for _, denominator in months[12:]} == {690}


def test_missing_numbers_are_left_out_after_drawing():
    entry = accepted("frimley", "SH15")[17]
    assert (entry.reason, entry.numerator, entry.denominator) == ("system_down", "", "")
    assert drawn("frimley")["SH15"][16].numerator is not None


@pytest.mark.parametrize("months_later", range(0, 24, 5))
def test_every_month_keeps_the_rules_on_its_own_day_whenever_it_is_made(months_later):
    first = shifted(FIRST, months_later)
    day = shifted(first, 25)
    now = datetime(day.year, day.month, day.day, 0, 1, tzinfo=reporting_calendar.LONDON)
    assert telling.first_month(STORIES, now.date()) == first
    assert telling.first_month(STORIES, day - timedelta(days=1)) == shifted(first, -1)
    for area, story in AREAS.items():
        definitions = [DEFINITIONS[part["code"]] for part in story["series"]]
        for part in told(area, first, now):
            assert [move.at for move in part.moves] == sorted(move.at for move in part.moves)
            assert part.moves[-1].at <= now
            for move in part.moves:
                if move.to == "submitted":
                    problems = rules.errors_of_month(
                        move.entries,
                        definitions,
                        month=part.month,
                        today=move.at.date(),
                        submitting=True,
                        area_name=area,
                    )
                    assert problems == []


@pytest.mark.parametrize("area", AREAS)
def test_months_are_handed_over_shortly_before_they_are_due_unless_the_story_says_late(area):
    late = {
        number: part["days_after_due"]
        for part in AREAS[area]["workflow"]
        if part["type"] == "late"
        for number in part["months"]
    }
    together = telling.last_month_uploaded(AREAS[area])  # in one file, with the last of them
    for part in told(area)[:24]:
        if part.number <= 24:
            due = reporting_calendar.due_on(shifted(FIRST, max(part.number, together) - 1))
            days = (part.moves[1].at.date() - due).days
            assert days == late[part.number] if part.number in late else -4 <= days <= 0


def test_a_month_is_sent_back_and_answered():
    part = next(part for part in told("humber-coast-and-vale") if part.number == 16)
    sent, returned, again = part.moves[1:4]
    story = next(part for part in AREAS["humber-coast-and-vale"]["workflow"] if part["type"] == "returned")
    assert [move.to for move in part.moves] == ["draft", "submitted", "returned", "submitted", "accepted"]
    assert returned.comment == story["comment"]
    assert (again.at.date() - returned.at.date()).days == story["resubmitted_after_days"]
    assert (returned.about, again.answer) == ("SH10", story["note"])
    assert again.entries == sent.entries


def test_a_wrong_number_is_accepted_and_corrected_later():
    story = next(part for part in AREAS["north-west-london"]["workflow"] if part["type"] == "correction")
    part = next(part for part in told("north-west-london") if part.number == story["month"])
    moves = [move.to for move in part.moves]
    assert moves == ["draft", "submitted", "accepted", "correcting", "submitted", "accepted"]
    wrong, right = (
        next(entry.numerator for entry in part.moves[position].entries if entry.code == story["code"])
        for position in (1, 4)
    )
    assert (wrong, right) == (str(story["wrong"]), str(story["right"]))
    assert part.moves[4].reason == part.moves[3].comment == story["note"]
    assert [move.at for move in part.moves] == sorted(move.at for move in part.moves)
    found = part.moves[3].at.date()
    due = reporting_calendar.due_on(shifted(part.month, story["found_in_month"] - story["month"]))
    assert 0 <= (due - found).days <= 4


# The database


def test_without_content_it_says_what_to_load_first(db, tmp_path):
    """Before the tests that load a demonstration."""
    with pytest.raises(CommandError, match="load_content") as refused:
        call_command("load_demonstration", accounts=tmp_path / "accounts.txt")
    assert refused.value.returncode == 1
    assert not PortalDatabase.objects.exists()


@dataclass
class Loaded:
    accounts: Path
    said: str


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    """One demonstration for this module; each test's own changes are rolled back."""
    accounts = tmp_path_factory.mktemp("demonstration") / "accounts.txt"
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        override_settings(DEMONSTRATION=True, PASSWORD_HASHERS=quick),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        call_command("load_content", stdout=StringIO())
        said = StringIO()
        call_command("load_demonstration", accounts=accounts, day=DAY, stdout=said)
        yield Loaded(accounts, said.getvalue())
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: Loaded, db: None) -> Loaded:
    return loaded


def lines(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_passwords_are_in_a_file_that_only_its_owner_reads(demo):
    assert stat.S_IMODE(demo.accounts.stat().st_mode) == 0o600
    rows = lines(demo.accounts)
    assert all(len(row) == 4 for row in rows)
    assert len({password for _, password, _, _ in rows}) == len(rows)
    assert [area for _, _, role, area in rows if role == "lead"] == list(AREAS)
    assert len({area for _, _, role, area in rows if role == "contributor"}) >= 2
    at_ncish = [role for _, _, role, area in rows if not area]
    assert sorted(set(at_ncish)) == ["administrator", "analyst", "curator"]
    assert at_ncish.count("curator") == 2
    for email, password, role, area in rows:
        user = User.objects.get(email=email)
        assert user.check_password(password)
        assert user.roles == ([] if area else [role])
        assert list(user.memberships.values_list("area__slug", "role")) == ([(area, role)] if area else [])


def test_the_load_says_what_it_makes(demo):
    assert "Frimley: 24 months of 11 measures" in demo.said
    assert str(demo.accounts) in demo.said


def test_every_area_has_its_months(demo):
    states = dict(
        Submission.objects.values_list("area__slug", "state")
        .annotate(months=Count("pk"))
        .values_list("area__slug", "months")
        .filter(state=State.ACCEPTED)
    )
    assert states == dict.fromkeys(AREAS, 24) | {"hertfordshire-and-west-essex": 9}
    open_months = Submission.objects.exclude(state=State.ACCEPTED)
    assert set(open_months.values_list("area__slug", "period__month", "state")) == {
        (area, date(2023, 4, 1), State.DRAFT if area == "hertfordshire-and-west-essex" else State.NOT_STARTED)
        for area in AREAS
    } | {(area, date(2023, 5, 1), State.NOT_STARTED) for area in AREAS}  # which is not over yet


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 24), date(2026, 12, 31), date(2027, 1, 1)])
def test_there_is_a_month_that_can_be_handed_over_on_any_day(day):
    after_the_last_told = shifted(telling.latest_month_told(day), 1)
    assert reporting_calendar.last_day(after_the_last_told) < day


def test_the_open_draft_has_two_measures_left(demo):
    draft = Submission.objects.get(state=State.DRAFT)
    assert draft.draft_entries.count() == len(AREAS["hertfordshire-and-west-essex"]["series"]) - 2
    assert draft.latest_revision is None
    assert draft.lock_version == draft.events.count() == 1


def test_the_values_are_those_that_were_told(demo):
    of_charts = MeasureValue.objects.filter(revision__accepted_for__isnull=False)
    stored = {
        (area, code, month): fields
        for area, code, month, *fields in of_charts.values_list(
            *("revision__submission__area__slug", "measure__code", "revision__submission__period__month"),
            *("numerator", "denominator", "value", "no_data_reason", "note"),
        )
    }
    expected = {}
    for area, story in AREAS.items():
        for code in [part["code"] for part in story["series"]]:
            for number, entry in accepted(area, code).items():
                read = numbers(entry)
                given = [None, None, None] if entry.reason else [read.numerator, read.denominator, read.value]
                expected[area, code, shifted(FIRST, number - 1)] = [*given, entry.reason, entry.note]
    assert stored == expected


def test_each_value_has_the_definition_of_its_month(demo):
    for period in ReportingPeriod.objects.all():
        valid = MeasureVersion.objects.valid_in(period.month)
        values = MeasureValue.objects.filter(revision__submission__period=period)
        assert not values.exclude(version__in=valid).exists()


def test_each_area_reports_the_measures_of_its_story(demo):
    for area, story in AREAS.items():
        reported = reporting.measures_of_month(Area.objects.get(slug=area), shifted(FIRST, 23))
        assert {item.definition.code for item in reported} == {part["code"] for part in story["series"]}
        joined = AreaMeasure.objects.filter(area__slug=area).values_list("from_month", flat=True)
        assert set(joined) == {shifted(FIRST, story["reports_from_month"] - 1)}


def test_changed_definitions_say_that_they_are_the_demonstrations(demo):
    changed = {version.measure.code: version for version in MeasureVersion.objects.filter(number=2)}
    assert {code: version.valid_from for code, version in changed.items()} == {
        "SH25": shifted(FIRST, 12),
        "SH27": shifted(FIRST, 18),
        "SH28": shifted(FIRST, 18),
    }
    for version in changed.values():
        before = version.measure.versions.get(number=1)
        assert "demonstration version 2" in version.name
        assert version.description.startswith("Demonstration version 2: ")
        assert version.sources.count() == before.sources.count() > 0
        assert set(version.themes.all()) == set(before.themes.all())


def test_milestones_are_drawn_on_charts_and_not_shown_as_facts(demo):
    tested = Milestone.objects.filter(change_tested=True)
    assert set(tested.values_list("area__slug", "date", "title")) == {
        (area, shifted(FIRST, milestone["month"] - 1), milestone["title"])
        for area, story in AREAS.items()
        for milestone in story["milestones"]
    }
    assert not Milestone.objects.shown().filter(change_tested=True).exists()


def test_every_move_was_open_to_who_made_it(demo):
    may: dict[State, set[str]] = {
        State.DRAFT: {AreaRole.CONTRIBUTOR, AreaRole.LEAD},
        State.SUBMITTED: {AreaRole.LEAD},
        State.RETURNED: {StaffRole.ANALYST},
        State.ACCEPTED: {StaffRole.ANALYST},
        State.CORRECTING: {AreaRole.LEAD},
    }
    roles = {
        user.pk: {*user.roles, *((m.role, m.area_id) for m in user.memberships.all())} for user in User.objects.all()
    }
    for event in SubmissionEvent.objects.select_related("submission"):
        assert (event.from_state, event.to_state) in {(state, then) for (state, _), (_, then) in moves.TABLE.items()}
        team = {(role, event.submission.area_id) for role in may[State(event.to_state)]}
        assert roles[event.who_id] & (team | may[State(event.to_state)])
    for revision in SubmissionRevision.objects.select_related("submission__area", "submitted_by"):
        assert permissions.may_submit(revision.submitted_by, revision.submission.area)


def test_a_months_row_counts_its_moves_and_its_revisions(demo):
    counted = Submission.objects.annotate(moves=Count("events"))
    assert not counted.exclude(lock_version=F("moves")).exists()
    returned = Submission.objects.get(events__to_state=State.RETURNED)
    assert (returned.area.slug, returned.revisions.count()) == ("humber-coast-and-vale", 2)
    assert returned.accepted_revision == returned.latest_revision == returned.revisions.get(number=2)


def test_the_form_of_an_accepted_month_shows_what_was_accepted(demo):
    month = Submission.objects.get(area__slug="humber-coast-and-vale", period__month=shifted(FIRST, 15))
    assert month.draft_entries.count() == len(AREAS["humber-coast-and-vale"]["series"])
    typed = {entry.typed() for entry in month.draft_entries.select_related("measure")}
    assert month.accepted_revision
    assert typed == {value.typed() for value in month.accepted_revision.values.select_related("measure")}


@pytest.mark.requirement("F1")
def test_what_ncish_asked_has_its_answer(demo):
    question = Question.objects.get()
    assert (question.measure.code, question.revision.number) == ("SH10", 1)
    assert question.words.startswith("Made up: far below your usual range")
    assert question.answer.startswith("Made up: the numbers are right.")
    assert question.answered_at is not None


@pytest.mark.requirement("E7")
@pytest.mark.requirement("E3")
def test_every_query_that_would_be_asked_of_a_month_is_answered_in_it(demo):
    answered: dict[int | None, set[str]] = defaultdict(set)
    for answer in QueryAnswer.objects.all():
        answered[answer.revision_id].add(answer.fingerprint)
    for month in Submission.objects.exclude(accepted_revision=None).with_context():
        reported = reporting.measures_of_month(month.area, month.period.month)
        entries = [value.typed() for value in workflow.sent_values(month)]
        asked = {query.fingerprint for query in asking.queries_of_month(month, reported, entries)}
        # Of a correction it is asked too how far it lies from what was accepted, which by now is the correction itself.
        assert asked <= answered[month.accepted_revision_id], month


#: By area and code, what asks about the number of which a story speaks. With fewer than 24 accepted months the rule
#: that the stories name, outside_usual_range, asks nothing: exact tails ask about what is counted, in its place, and
#: nothing can ask about a median, which has none. So SH02 of Frimley has its note, on the form and beside the value.
ASKED_BY = {
    ("frimley", "SH02"): None,
    ("somerset", "SH27"): "unlikely_for_history",
    ("humber-coast-and-vale", "SH10"): "unlikely_for_history",
}


def test_an_unusual_number_has_the_words_of_its_story(demo):
    parts = [(area, part) for area, story in AREAS.items() for part in story["workflow"]]
    told_of = [(area, part) for area, part in parts if part["type"] == "query_answered"]
    assert {(area, part["code"]) for area, part in told_of} == set(ASKED_BY)
    for area, part in told_of:
        value = MeasureValue.objects.get(
            measure__code=part["code"],
            revision__accepted_for__area__slug=area,
            revision__accepted_for__period__month=shifted(FIRST, part["month"] - 1),
        )
        assert value.note == part["note"]
        answers = {(answer.rule, answer.note) for answer in value.query_answers.all()}
        rule = ASKED_BY[area, part["code"]]
        assert answers == ({(rule, part["note"])} if rule else set())


def test_a_correction_replaced_what_was_accepted_and_both_are_there(demo):
    month = Submission.objects.get(events__to_state=State.CORRECTING)
    assert (month.area.slug, month.state) == ("north-west-london", State.ACCEPTED)
    first, second = month.revisions.order_by("number")
    assert [revision.values.get(measure__code="SH24").numerator for revision in (first, second)] == [66, 6]
    assert month.accepted_revision == second
    assert second.reason
    assert not first.reason


@pytest.mark.requirement("E6")
def test_months_16_to_18_of_the_late_joiner_came_in_one_spreadsheet(demo):
    months = Submission.objects.filter(
        area__slug="hertfordshire-and-west-essex", period__month__lte=shifted(FIRST, 17)
    ).with_context()
    assert [month.period.month for month in months] == [shifted(FIRST, back) for back in (17, 16, 15)]
    for to in (State.DRAFT, State.SUBMITTED):
        events = SubmissionEvent.objects.filter(submission__in=months, to_state=to)
        [(when, who)] = set(events.values_list("when", "who__name"))
        assert who == "Tomasz Wilk"
        assert 0 <= (months[0].due_on - when.date()).days <= 4
    assert {month.due_on for month in months} == {months[0].period.due_on}
    assert [bool(month.extension_reason) for month in months] == [False, True, True]
    assert not UploadedMonths.objects.exists()


def test_late_months_were_late(demo):
    late = {
        (event.submission.area.slug, event.submission.period.month)
        for event in SubmissionEvent.objects.filter(from_state=State.DRAFT).select_related(
            "submission__area", "submission__period"
        )
        if event.is_late_hand_over()
    }
    assert late == {
        ("north-west-london", shifted(FIRST, 7)),
        ("north-west-london", shifted(FIRST, 19)),
        ("humber-coast-and-vale", shifted(FIRST, 11)),
    }


def test_the_charts_of_an_area_can_be_drawn(demo):
    frimley = Area.objects.get(slug="frimley")
    shown = series.series_of_area(frimley, series.reported_measures(frimley), today=NOW.date())
    assert len(shown) == len(AREAS["frimley"]["series"])
    assert all(item.series and charts.chart(item.series) for item in shown)


@pytest.mark.requirement("G5")
def test_limits_are_fixed_and_recalculated_as_the_stories_say_by_the_areas_own_lead(demo):
    fixed = {
        (decision.area_measure.area.slug, decision.area_measure.measure.code): decision.fixed_months
        for decision in LimitsDecision.objects.filter(milestone=None).select_related("area_measure__area")
    }
    assert fixed == {
        (area, sentence["code"]): months for area, sentence in EXPECTED.values() if (months := fixed_months(sentence))
    }
    anew = LimitsDecision.objects.get(fixed_months=None)
    assert (anew.area_measure.area.slug, anew.from_month) == ("frimley", shifted(FIRST, 11))
    for decision in LimitsDecision.objects.all():
        membership = decision.decided_by.memberships.get(area=decision.area_measure.area)
        assert membership.role == AreaRole.LEAD
        assert decision.reason.startswith("Made up: ")
        assert decision.is_in_force


@pytest.mark.requirement("C5")
def test_the_teams_have_said_of_some_flagged_months_what_explains_them(demo):
    told = {(story.area_measure.area.slug, story.area_measure.measure.code): story for story in Story.objects.all()}
    assert {where: story.from_month for where, story in told.items()} == {
        ("frimley", "SH02"): shifted(FIRST, 19),
        ("somerset", "SH27"): shifted(FIRST, 14),
    }
    assert told["somerset", "SH27"].text.startswith("Made up: radio campaign")
    for story in told.values():
        area_measure = story.area_measure
        [item] = series.series_of_area(area_measure.area, [area_measure.measure], today=NOW.date())
        assert item.series is not None
        found = find(item.series)
        assert any(found.story_of(cause) for cause in found.special_causes)


@pytest.mark.requirement("G6")
def test_what_the_teams_expected_has_each_of_the_answers(demo):
    answers = {}
    for expectation in Expectation.objects.select_related("milestone", "area_measure__area", "recorded_by"):
        area = expectation.area_measure.area
        assert permissions.may_say_what_to_expect(expectation.recorded_by, area)
        assert expectation.recorded_at.date() < expectation.milestone.date
        (item,) = series.series_of_area(area, [expectation.area_measure.measure], today=NOW.date())
        found = before_after_pages.blocks(area, item, expectation.recorded_by)
        [block] = [one for one in found.blocks if expectation.milestone.title in one.heading]
        answers[area.slug, item.measure.code] = block.expecting.title
    assert answers == {
        ("humber-coast-and-vale", "SH08"): "As expected",
        ("humber-coast-and-vale", "SH16"): "The other way",
        ("humber-coast-and-vale", "SH18"): "Not yet",
        ("lincolnshire", "SH23"): "As expected",
    }


def everything() -> dict[str, list[dict[str, Any]]]:
    models = [User, Area, AreaMeasure, MeasureVersion, ReportingPeriod, Submission, SubmissionRevision, MeasureValue]
    models += [DraftEntry, SubmissionEvent, Milestone, LimitsDecision, Story]
    models += [DraftEntry, SubmissionEvent, Milestone, Expectation]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


def test_loading_again_changes_nothing(demo, django_assert_max_num_queries):
    before, file = everything(), demo.accounts.read_bytes()
    said = StringIO()
    with django_assert_max_num_queries(6):
        call_command("load_demonstration", accounts=demo.accounts, stdout=said)
    assert said.getvalue() == "Demonstration: nothing new.\n"
    assert everything() == before
    assert demo.accounts.read_bytes() == file


def test_a_lost_file_is_written_again_with_new_passwords(demo, tmp_path):
    again = tmp_path / "var" / "accounts.txt"
    joined = User.objects.values_list("pk", "date_joined", "is_active")
    before = set(joined)
    call_command("load_demonstration", accounts=again, stdout=StringIO())
    assert stat.S_IMODE(again.stat().st_mode) == 0o600
    old, new = lines(demo.accounts), lines(again)
    assert [(email, role, area) for email, _, role, area in new] == [
        (email, role, area) for email, _, role, area in old
    ]
    assert not {password for _, password, _, _ in new} & {password for _, password, _, _ in old}
    assert all(User.objects.get(email=email).check_password(password) for email, password, _, _ in new)
    assert set(joined.all()) == before


@pytest.mark.parametrize("area", ["frimley", "hertfordshire-and-west-essex"])
def test_a_lead_signs_in_with_the_written_password_and_has_a_month_to_fill(demo, client, area):
    email, password = next(
        (email, password) for email, password, role, of in lines(demo.accounts) if (role, of) == ("lead", area)
    )
    answer = client.post(reverse("account_login"), {"login": email, "password": password})
    assert answer.status_code == 302
    page = client.get(reverse("submissions:area", args=[area]))
    month = reverse("submissions:month", args=[area, date(2023, 4, 1)])
    assert month in page.content.decode()
    assert client.get(month).status_code == 200


def test_nobody_got_an_email(demo):
    assert mail.outbox == []


def test_it_is_refused_where_the_database_is_real(demo, tmp_path):
    PortalDatabase.objects.update(kind=DatabaseKind.REAL)
    with pytest.raises(CommandError, match="real one and stays so") as refused:
        call_command("load_demonstration", accounts=tmp_path / "accounts.txt")
    assert refused.value.returncode == 1
    assert not (tmp_path / "accounts.txt").exists()


def test_it_is_refused_where_there_is_content_and_nothing_says_demonstration(demo, tmp_path):
    PortalDatabase.objects.all().delete()
    before = everything()
    with pytest.raises(CommandError, match="it may be real") as refused:
        call_command("load_demonstration", accounts=tmp_path / "accounts.txt")
    assert refused.value.returncode == 1
    assert everything() == before
