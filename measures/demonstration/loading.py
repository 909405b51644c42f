"""Made-up months -> rows: the accounts, measures, milestones and months of a demonstration.

What happened in a month comes from demonstration/telling.py; here each of its moves becomes the rows that
workflow.py would have written then, after the same rules. The rows go in together, because two years of
six areas would take a minute one move at a time, and nobody gets an e-mail about them.
"""

from __future__ import annotations

import os
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from measures import asking, reporting, rules, workflow
from measures.models import (
    AreaMeasure,
    Basis,
    DraftEntry,
    DraftQueryAnswer,
    Expectation,
    Expected,
    MeasureSource,
    MeasureValue,
    MeasureVersion,
    QueryAnswer,
    Question,
    ReportingPeriod,
    State,
    Submission,
    SubmissionEvent,
    SubmissionRevision,
)
from measures.reporting import ReportedMeasure
from measures.reporting_calendar import LONDON
from measures.wording import shifted
from selfharm_portal import content_files
from selfharm_portal.accounts.models import AreaMembership, AreaRole, StaffRole, User
from sites.models import Area, DatePrecision, Milestone

from . import decisions, telling, upload
from .upload import CHECKED


class Account(NamedTuple):
    """Somebody made up. role: of an area where there is one, else at NCISH."""

    name: str
    role: AreaRole | StaffRole
    area: str = ""

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@example.org"


ACCOUNTS = (
    Account("Amara Holt", AreaRole.LEAD, "frimley"),
    Account("Daniel Osei", AreaRole.LEAD, "north-west-london"),
    Account("Ruth Carver", AreaRole.LEAD, "somerset"),
    Account("Imran Sheikh", AreaRole.LEAD, "lincolnshire"),
    Account("Beth Ashdown", AreaRole.LEAD, "humber-coast-and-vale"),
    Account("Tomasz Wilk", AreaRole.LEAD, "hertfordshire-and-west-essex"),
    Account("Leila Marsh", AreaRole.CONTRIBUTOR, "frimley"),
    Account("Owen Pritchard", AreaRole.CONTRIBUTOR, "hertfordshire-and-west-essex"),
    Account("Helen Varley", StaffRole.CURATOR),
    Account("Samuel Adeyemi", StaffRole.CURATOR),
    Account("Priya Nair", StaffRole.ANALYST),
    Account("Martin Keogh", StaffRole.ANALYST),
    Account("Joanna Lisle", StaffRole.ADMINISTRATOR),
)

#: Letters and digits that nobody takes for another when typing a password from the screen.
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
#: Four groups of four letters: 80 bits.
GROUPS_OF_A_PASSWORD, LETTERS_OF_A_GROUP = 4, 4

#: Keys of the stories that become no number and no row: where what they say is kept.
KEPT_IN_CODE = {
    "banner": "selfharm_portal.pages.demonstration",
    "label": "selfharm_portal.pages.demonstration",
    "safety[]": "selfharm_portal.pages.demonstration",
    "calendar.month_numbers": "measures.demonstration.telling",
    "calendar.default_last_month": "measures.demonstration.telling",  # latest_month_told
    "calendar.seasonal_note": "measures.demonstration.telling",  # levels
    "calendar.due": "measures.reporting_calendar",
    **dict.fromkeys(
        [
            *("generator.stream", "generator.level", "generator.missing", "generator.corrections"),
            *("generator.late_joiners", "generator.noise.*"),
        ],
        "measures.demonstration.telling",
    ),
    "generator.definition_changes": "measures.demonstration.loading",  # change_definition
    "generator.checks": "measures.demonstration.loading",  # make
    "areas[].workflow[].chart": "measures.series",  # a new version is a new phase
    "areas[].workflow[].from_version": "measures.demonstration.loading",  # first_versions
    "areas[].workflow[].by": "measures.demonstration.loading",  # tell_months
    "areas[].series[].kind": "measures.models",  # the version's own; a test compares the two
}
#: Keys that nothing reads yet: what they wait for, or whom they are for.
NOT_STORED = {
    "format": "for programs",
    "synthetic": "for programs",
    "story_types.*": "for who reads the file",
    "areas[].headline": "for who reads the file",
    "areas[].shows[]": "for who reads the file",
    "areas[].series[].effects[].why": "for who reads the file",
    "areas[].theme": "not the theme of the real project, so it must not become the area's",
    "areas[].workflow[].rule": "queries",
    "areas[].workflow[].queries_expected[]": "queries",
    "areas[].workflow[].title": "learning posts",
}

Say = Callable[[str], object]


def read_stories(fixtures: Path) -> telling.Story:
    return content_files.read(fixtures / "demonstration_stories.yaml")


def is_loaded() -> bool:
    """Months are there. Those of a demonstration come all at once, and no month is ever deleted."""
    return Submission.objects.exists()


@transaction.atomic
def load(stories: telling.Story, *, now: datetime, say: Say) -> dict[Account, str]:
    """Make the demonstration as of `now`, in a database with content and without months.

    Returns the password of each account. Raises workflow.RulesBroken if a month breaks a rule of data entry.
    """
    first = telling.first_month(stories, timezone.localdate(now))
    last = shifted(first, stories["calendar"]["months"] - 1)
    areas = {area.slug: area for area in Area.objects.filter(slug__in=[story["area"] for story in stories["areas"]])}
    say(f"Demonstration: accounts for {len(ACCOUNTS)} people")
    passwords = make_accounts(areas, joined=datetime.combine(first, time(), tzinfo=LONDON))
    for story in stories["areas"]:
        tell_what_is_reported(areas[story["area"]], story, first)
    open_months(first, timezone.localdate(now))
    rows = Rows()
    analysts = list(User.objects.filter(email__in=emails_of(StaffRole.ANALYST)).order_by("pk"))
    for story in stories["areas"]:
        area = areas[story["area"]]
        told = tell_months(area, story, stories, first, now, analysts, rows)
        say(f"  {area.place}: {told} months of {len(story['series'])} measures")
    rows.save()
    tell_expectations(areas, stories, first)
    say(f"  {len(rows.values)} values from {first:%B %Y} to {last:%B %Y}, all made up")
    decided = told = 0
    for story in stories["areas"]:
        area = areas[story["area"]]
        lead = AreaMembership.objects.select_related("user").get(area=area, role=AreaRole.LEAD).user
        decided += decisions.decide(area, story, first, lead=lead, at=now)
        told += decisions.tell(area, story, first, by=lead, at=now)
    say(f"  {decided} decisions about limits, and what explains flagged months of {told} charts")
    return passwords


# What the teams said before they saw it


class ToldExpectation(NamedTuple):
    """That a team expected something of the change of its area's milestone, so many months after it."""

    area: str
    code: str
    direction: Expected
    months_after: int


#: Of areas whose board goes on, so that the months before and after can be compared.
EXPECTATIONS = (
    ToldExpectation("humber-coast-and-vale", "SH08", Expected.INCREASE, 8),
    ToldExpectation("humber-coast-and-vale", "SH18", Expected.DECREASE, 10),
    ToldExpectation("lincolnshire", "SH23", Expected.INCREASE, 8),
    ToldExpectation("humber-coast-and-vale", "SH16", Expected.STAY, 11),
)


def tell_expectations(areas: Mapping[str, Area], stories: telling.Story, first: date) -> None:
    """Recorded by the lead in the month before the change, so before any number after it."""
    changed = {story["area"]: shifted(first, story["milestones"][0]["month"] - 1) for story in stories["areas"]}
    for told in EXPECTATIONS:
        area, month = areas[told.area], changed[told.area]
        Expectation.objects.create(
            milestone=area.milestones.get(date=month, change_tested=True),
            area_measure=area.area_measures.get(measure__code=told.code),
            direction=told.direction,
            by_month=shifted(month, told.months_after),
            recorded_by=area.memberships.get(role=AreaRole.LEAD).user,
            recorded_at=datetime.combine(shifted(month, -1) + timedelta(days=19), time(10, 40), tzinfo=LONDON),
        )


# Accounts


def emails_of(role: AreaRole | StaffRole) -> list[str]:
    return [account.email for account in ACCOUNTS if account.role == role]


def make_accounts(areas: Mapping[str, Area], *, joined: datetime) -> dict[Account, str]:
    passwords = {account: random_password() for account in ACCOUNTS}
    users = User.objects.bulk_create(
        User(
            email=account.email,
            name=account.name,
            roles=[] if account.area else [account.role],
            password=hashed,
            date_joined=joined,
        )
        for account, hashed in zip(ACCOUNTS, hashed_passwords(passwords.values()), strict=True)
    )
    AreaMembership.objects.bulk_create(
        AreaMembership(user=user, area=areas[account.area], role=account.role)
        for account, user in zip(ACCOUNTS, users, strict=True)
        if account.area
    )
    return passwords


@transaction.atomic
def give_new_passwords() -> dict[Account, str]:
    """For the accounts of a demonstration whose file was lost; nothing else of them changes."""
    users = {user.email: user for user in User.objects.filter(email__in=[account.email for account in ACCOUNTS])}
    passwords = {account: random_password() for account in ACCOUNTS if account.email in users}
    for account, hashed in zip(passwords, hashed_passwords(passwords.values()), strict=True):
        users[account.email].password = hashed
    User.objects.bulk_update(users.values(), ["password"])
    return passwords


def random_password() -> str:
    """For example k7mf-x2pq-9rtv-hs4n."""
    return "-".join(
        "".join(secrets.choice(LETTERS) for _ in range(LETTERS_OF_A_GROUP)) for _ in range(GROUPS_OF_A_PASSWORD)
    )


def hashed_passwords(passwords: Iterable[str]) -> list[str]:
    # Hashing is slow on purpose and lets other threads work meanwhile: a second core halves the wait.
    with ThreadPoolExecutor() as pool:
        return list(pool.map(make_password, passwords))


def write_accounts(path: Path, passwords: Mapping[Account, str]) -> None:
    """One a line, for its owner's eyes: e-mail, password, role, area (empty at NCISH), separated by tabs."""
    lines = [
        f"{account.email}\t{password}\t{account.role}\t{account.area}\n" for account, password in passwords.items()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    # Written aside, so that nobody reads half a file, and never readable by others, not even for a moment.
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(lines)
    aside.replace(path)


# What is reported, and when


def tell_what_is_reported(area: Area, story: telling.Story, first: date) -> None:
    """The area's measures, the changes that it tested, and the definitions that changed on the way."""
    versions = first_versions(story)
    joined = shifted(first, story["reports_from_month"] - 1)
    AreaMeasure.objects.bulk_create(
        AreaMeasure(area=area, measure=versions[series["code"]].measure, from_month=joined)
        for series in story["series"]
    )
    Milestone.objects.bulk_create(
        Milestone(
            key=f"demonstration-{area.slug}-{milestone['month']}",
            area=area,
            date=shifted(first, milestone["month"] - 1),
            date_precision=DatePrecision.MONTH,
            title=milestone["title"],
            what="Made up for the demonstration.",
            change_tested=True,
        )
        for milestone in story["milestones"]
    )
    for part in story["workflow"]:
        if part["type"] == "definition_change":
            change_definition(
                versions[part["code"]], part["to_version"], shifted(first, part["month"] - 1), part["text"]
            )


def first_versions(story: telling.Story) -> dict[str, MeasureVersion]:
    codes = [series["code"] for series in story["series"]]
    versions = MeasureVersion.objects.filter(measure__code__in=codes, number=1)
    return {version.measure.code: version for version in versions.select_related("measure", "denominator_group")}


def change_definition(version: MeasureVersion, number: int, valid_from: date, text: str) -> None:
    """The next version, for the whole demonstration; what it does not say stays as it was."""
    themes, sources = list(version.themes.all()), list(version.sources.all())
    changed = MeasureVersion.objects.get(pk=version.pk)
    changed.pk, changed._state.adding = None, True
    changed.number, changed.valid_from = number, valid_from
    changed.name = f"{version.name} (demonstration version {number})"
    changed.description = f"{text}\n\n{version.description}"
    changed.basis, changed.basis_note = Basis.PROPOSED, "Made up for the demonstration."
    changed.save()
    changed.themes.set(themes)
    for source in sources:
        source.pk, source.version = None, changed
    MeasureSource.objects.bulk_create(sources)


def open_months(first: date, today: date) -> None:
    """Every month until the present one: a team always has one to fill in."""
    month = first
    while month <= today:
        reporting.open_period(month)
        month = shifted(month, 1)
    reporting.add_submissions(ReportingPeriod.objects.filter(month__gt=today))  # those that somebody opened ahead


# The months


@dataclass
class Rows:
    """What the months consist of, to be written together."""

    months: list[Submission] = field(default_factory=list)
    drafts: list[DraftEntry] = field(default_factory=list)
    revisions: list[SubmissionRevision] = field(default_factory=list)
    values: list[MeasureValue] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    query_answers: list[QueryAnswer] = field(default_factory=list)
    events: list[SubmissionEvent] = field(default_factory=list)

    def save(self) -> None:
        DraftEntry.objects.bulk_create(self.drafts)
        SubmissionRevision.objects.bulk_create(self.revisions)  # gives them the keys that the others name
        MeasureValue.objects.bulk_create(self.values)
        Question.objects.bulk_create(self.questions)
        QueryAnswer.objects.bulk_create(self.query_answers)
        DraftQueryAnswer.objects.bulk_create(
            [
                DraftQueryAnswer(
                    submission=answer.revision.submission,
                    fingerprint=answer.fingerprint,
                    checked=True,
                    note=answer.note,
                    who=answer.who,
                    when=answer.when,
                )
                for answer in self.query_answers
            ],
            ignore_conflicts=True,  # an answer that a later revision has again
        )
        SubmissionEvent.objects.bulk_create(self.events)
        Submission.objects.bulk_update(
            self.months,
            ["state", "lock_version", "latest_revision", "accepted_revision", "saved_by", "saved_at"],
            batch_size=500,
        )


def tell_months(
    area: Area,
    story: telling.Story,
    stories: telling.Story,
    first: date,
    now: datetime,
    analysts: Sequence[User],
    rows: Rows,
) -> int:
    """Add the rows of an area's months; returns how many of them were begun."""
    definitions = {code: version.definition(version.valid_from) for code, version in first_versions(story).items()}
    team = {
        membership.role: membership.user
        for membership in AreaMembership.objects.filter(area=area).select_related("user").order_by("pk")
    }
    lead = team[AreaRole.LEAD]
    months = {month.period.month: month for month in Submission.objects.of_area(area).with_context()}
    definition_changes = {part["month"] for part in story["workflow"] if part["type"] == "definition_change"}
    told = telling.months_told(stories, story, first, definitions, now)
    linked_totals = asking.all_linked_totals()
    reported: list[ReportedMeasure] = []
    together = [part for part in told if part.number <= telling.last_month_uploaded(story)]
    if together:
        upload.bring(area, together, by=lead, analyst=analysts[0])
    earlier = earlier_months(area)
    for part in told[len(together) :]:
        month = months[part.month]
        if not reported or part.number in definition_changes:  # else the same as in the month before
            reported = reporting.measures_of_month(area, part.month)
        who = who_moves(team, analysts[part.number % len(analysts)])
        notes = notes_of(story, part.number)
        sent: list[MeasureValue] = []
        for move in part.moves:
            values = make(month, move, reported, who[State(move.to)], rows)
            if values:
                numbers = {value.version.pk: value.numbers for value in sent}
                histories = {
                    item.definition.code: rules.History(tuple(earlier[item.version.pk]), numbers.get(item.version.pk))
                    for item in reported
                }
                queries = asking.queries_of_month(month, reported, move.entries, histories, linked_totals)
                answer(queries, values, notes, who[State.SUBMITTED], move.at, rows)
                sent = values
        for value in sent:
            past = rules.EarlierMonth(part.month, value.numbers, value.no_data_reason)
            earlier[value.version.pk].append(past)
        rows.drafts += drafts(month, reported, [move.entries for move in part.moves if move.entries][-1])
        rows.months.append(month)
    return len(told)


def who_moves(team: Mapping[str, User], analyst: User) -> dict[State, User]:
    """Who brings a month into each state."""
    lead = team[AreaRole.LEAD]
    return {
        State.DRAFT: team.get(AreaRole.CONTRIBUTOR, lead),
        State.SUBMITTED: lead,
        State.RETURNED: analyst,
        State.ACCEPTED: analyst,
        State.CORRECTING: lead,
    }


def notes_of(story: telling.Story, number: int) -> dict[str, str]:
    """By code: what the team answers in this month to what it is asked."""
    return {
        part["code"]: part["note"]
        for part in story["workflow"]
        if part["type"] == "query_answered" and part["month"] == number
    }


def earlier_months(area: Area) -> dict[int, list[rules.EarlierMonth]]:
    """What is stored already, by version: no rule reaches across."""
    earlier: dict[int, list[rules.EarlierMonth]] = defaultdict(list)
    stored = MeasureValue.objects.filter(revision__submission__area=area)
    for value in stored.select_related("revision__submission__period"):
        month = value.revision.submission.period.month
        earlier[value.version_id].append(rules.EarlierMonth(month, value.numbers, value.no_data_reason))
    return earlier


def make(
    month: Submission, move: telling.Move, reported: Sequence[ReportedMeasure], by: User, rows: Rows
) -> list[MeasureValue]:
    """One move as workflow.py makes it: the rules, the revision and its values, the event, the state.

    Returns the values that were handed over, if that was the move.
    """
    to = State(move.to)
    values: list[MeasureValue] = []
    if to == State.SUBMITTED:
        values = hand_over(month, move, reported, by, rows)
    elif to == State.ACCEPTED:
        month.accepted_revision = month.latest_revision
    elif to == State.RETURNED and month.latest_revision:
        asked = next(item.version.measure for item in reported if item.definition.code == move.about)
        rows.questions.append(
            Question(revision=month.latest_revision, measure=asked, words=move.comment, asked_by=by, asked_at=move.at)
        )
    elif to == State.DRAFT:
        month.saved_by, month.saved_at = by, move.at
    rows.events.append(
        SubmissionEvent(
            submission=month,
            revision=month.latest_revision,
            from_state=month.state,
            to_state=to,
            who=by,
            when=move.at,
            comment=f"About {move.about}" if move.about else move.comment,
        )
    )
    month.state = to
    month.lock_version += 1
    return values


def hand_over(
    month: Submission, move: telling.Move, reported: Sequence[ReportedMeasure], by: User, rows: Rows
) -> list[MeasureValue]:
    """The next revision of a month, with its values; what NCISH had asked is answered."""
    if problems := workflow.problems_of(month, reported, move.entries, submitting=True, at=move.at):
        raise workflow.RulesBroken(problems)
    for question in rows.questions:
        if question.revision is month.latest_revision:
            question.answer, question.answered_by, question.answered_at = move.answer, by, move.at
    month.latest_revision = SubmissionRevision(
        submission=month,
        number=month.latest_revision.number + 1 if month.latest_revision else 1,
        submitted_at=move.at,
        submitted_by=by,
        declaration=workflow.DECLARATION,
        reason=move.reason,
    )
    rows.revisions.append(month.latest_revision)
    entries = by_code(move.entries)
    values = [
        workflow.frozen(month.latest_revision, item.version, item.definition, entries[item.definition.code])
        for item in reported
    ]
    rows.values += values
    return values


def answer(
    queries: Iterable[rules.Query],
    values: Sequence[MeasureValue],
    notes: Mapping[str, str],
    by: User,
    at: datetime,
    rows: Rows,
) -> None:
    """What the team said to each query of a month that it handed over: its story's words, or that it was checked."""
    by_code = {value.measure.code: value for value in values}
    rows.query_answers += [
        QueryAnswer(
            revision=values[0].revision,
            value=by_code.get(query.code),
            rule=query.rule,
            fingerprint=query.fingerprint,
            message=query.message,
            note=notes.get(query.code) or CHECKED,
            who=by,
            when=at,
        )
        for query in queries
    ]


def drafts(
    month: Submission, reported: Sequence[ReportedMeasure], entries: Sequence[rules.TypedEntry]
) -> list[DraftEntry]:
    """What the form of the month shows."""
    typed = by_code(entries)
    return [
        DraftEntry(
            submission=month,
            measure=item.version.measure,
            numerator=entry.numerator,
            denominator=entry.denominator,
            value=entry.value,
            reason=entry.reason,
            note=entry.note,
        )
        for item in reported
        if (entry := typed.get(item.definition.code))
    ]


def by_code(entries: Iterable[rules.TypedEntry]) -> dict[str, rules.TypedEntry]:
    return {entry.code: entry for entry in entries}
