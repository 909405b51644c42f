"""What a revision says, value by value, and what is other than in the one before; finished for the pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from .models import MeasureValue, QueryAnswer, Question, State, Submission, SubmissionRevision
from .reporting_calendar import day_in_words, time_in_words
from .submission_pages import said
from .wording import whose_month

if TYPE_CHECKING:
    from datetime import datetime

    from .ncish.checking_forms import QuestionForm

NOTHING = "nothing"


@dataclass(frozen=True)
class Change:
    """One field of a value that is other than in the revision before."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Remark:
    """What somebody said about a value, when; is_answer: of the team."""

    who: str
    when: str
    words: str
    is_answer: bool = False


@dataclass
class SentValue:
    """One measure of a revision, as its pages show it."""

    code: str
    name: str
    url: str
    said: str
    whose: str
    note: str
    #: (text, tone) of components/tag.html.
    tags: list[tuple[str, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    thread: list[Remark] = field(default_factory=list)
    queries: list[QueryAnswer] = field(default_factory=list)
    question: QuestionForm | None = None


def values_of(
    revision: SubmissionRevision,
    *,
    against: SubmissionRevision | None,
    questions: Mapping[str, QuestionForm] | None = None,
) -> dict[str, list[SentValue]]:
    """The values of a revision by the title of their domain, with their differences from another one.

    questions: the forms to ask about them. Needs 4 queries, whatever the number of measures.
    """
    now, before = by_measure(revision), by_measure(against)
    threads, queries = threads_of(revision), queries_of(revision)
    by_domain: dict[str, list[SentValue]] = defaultdict(list)
    for key in sorted(now.keys() | before.keys(), key=lambda key: in_order(now.get(key) or before[key])):
        value, earlier = now.get(key), before.get(key)
        shown = value or earlier
        assert shown
        code = shown.measure.code
        item = SentValue(
            code=code,
            name=shown.version.name,
            url=shown.measure.get_absolute_url(),
            said=said(value) if value else "Not in this revision",
            whose=whose_month(revision.submission.period.month, shown.version.cohort_month_offset),
            note=value.note if value else "",
            changes=changes(earlier, value) if against else [],
            thread=threads.get(key, []),
            queries=queries.get(key, []),
            question=(questions or {}).get(code),
        )
        if item.changes:
            item.tags.append(("Changed" if value and earlier else "New" if value else "No longer there", "plum"))
        if item.queries:
            item.tags.append(("Unusual", "ask"))
        if item.thread and not item.thread[-1].is_answer:
            item.tags.append(("Asked", "ask"))
        by_domain[shown.measure.domain.title].append(item)
    return dict(by_domain)


def by_measure(revision: SubmissionRevision | None) -> dict[int, MeasureValue]:
    if revision is None:
        return {}
    values = revision.values.select_related("version", "measure__domain")
    return {value.measure_id: value for value in values}


def previous(revision: SubmissionRevision) -> SubmissionRevision | None:
    """The revision before, of which only the values can be asked."""
    if revision.number == 1:
        return None
    return SubmissionRevision.objects.filter(submission=revision.submission_id, number=revision.number - 1).first()


def in_order(value: MeasureValue) -> tuple[int, str]:
    return value.measure.domain.order, value.measure.code


def changes(before: MeasureValue | None, after: MeasureValue | None) -> list[Change]:
    """The fields in which two revisions differ, in words."""
    earlier, later = in_words(before), in_words(after)
    return [
        Change(name, earlier[name] or NOTHING, later[name] or NOTHING)
        for name in earlier
        if earlier[name] != later[name]
    ]


def in_words(value: MeasureValue | None) -> dict[str, str]:
    """The fields of a value, as people call them."""
    typed = value.typed() if value else None
    return {
        "top number": typed.numerator if typed else "",
        "bottom number": typed.denominator if typed else "",
        "median": typed.value if typed else "",
        "reason": value.get_no_data_reason_display() if value and value.no_data_reason else "",
        "note": value.note if value else "",
        "definition": f"version {value.version.number}" if value else "",
    }


def threads_of(revision: SubmissionRevision) -> dict[int, list[Remark]]:
    """All that was asked about the values of this and of earlier revisions, and answered; oldest first."""
    questions = (
        Question.objects.filter(revision__submission=revision.submission_id, revision__number__lte=revision.number)
        .select_related("asked_by", "answered_by")
        .order_by("revision__number")
    )
    threads: dict[int, list[Remark]] = defaultdict(list)
    for question in questions:
        thread = threads[question.measure_id]
        thread.append(Remark(str(question.asked_by), moment(question.asked_at), question.words))
        if question.answered_at:
            words = question.answer or "Changed the value."
            thread.append(Remark(str(question.answered_by), moment(question.answered_at), words, is_answer=True))
    return threads


def queries_of(revision: SubmissionRevision) -> dict[int, list[QueryAnswer]]:
    """What the portal asked about values before they were sent, by the measure, with what the team found."""
    found: dict[int, list[QueryAnswer]] = defaultdict(list)
    for answer in revision.query_answers.filter(value__isnull=False).select_related("value"):
        if answer.value:
            found[answer.value.measure_id].append(answer)
    return found


def asked_of_the_month(revision: SubmissionRevision | None) -> list[QueryAnswer]:
    """What the portal asked about the month as a whole before it was sent, with what the team found; 1 query."""
    return list(revision.query_answers.filter(value__isnull=True)) if revision else []


def moment(when: datetime) -> str:
    """3 May 2026, 2:31pm"""
    local = timezone.localtime(when)
    return f"{day_in_words(local.date())}, {time_in_words(local)}"


# A month's revisions


def url_of(month: Submission, number: int) -> str:
    return reverse("submissions:revision", args=[month.area.slug, month.period.month, number])


def list_of(month: Submission, revisions: Iterable[SubmissionRevision]) -> list[dict[str, str]]:
    """All revisions of a month, newest first, and what each counts for."""
    return [
        {
            "title": f"Revision {revision.number}",
            "url": url_of(month, revision.number),
            "text": f"{revision.submitted_by}, {moment(revision.submitted_at)}",
            "standing": standing_of(month, revision),
        }
        for revision in sorted(revisions, key=lambda revision: -revision.number)
    ]


def standing_of(month: Submission, revision: SubmissionRevision) -> str:
    """What this revision counts for now."""
    if revision.pk == month.accepted_revision_id:
        return "Accepted: it counts"
    if month.accepted_revision and revision.number < month.accepted_revision.number:
        return "Replaced"
    if revision.pk != month.latest_revision_id:
        return "Replaced before it was accepted"
    return "Sent back to the team" if month.state == State.RETURNED else "Not yet accepted"


def facts_of(month: Submission, revision: SubmissionRevision) -> list[dict[str, str]]:
    rows = [
        {"label": "Reference", "text": revision.reference},
        {"label": "It is", "text": standing_of(month, revision)},
        {"label": "Sent by", "text": f"{revision.submitted_by}, {moment(revision.submitted_at)}"},
    ]
    if revision.reason:
        rows.append({"label": "Why it was corrected", "text": revision.reason})
    return [*rows, {"label": "They declared", "text": revision.declaration}]
