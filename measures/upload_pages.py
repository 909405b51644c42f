"""What the pages of files say: mistakes with their places, what a file would do, what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.text import get_text_list

from sites.models import Area

from . import workflow
from .bringing import Outcome
from .models import Submission, SubmissionRevision
from .rules import NO_DATA_REASONS, TypedEntry
from .spreadsheets import FileProblem

#: More mistakes are counted: whoever mends these finds out about the others.
MOST_SHOWN = 200


def breadcrumb(area: Area, *, within: bool = False) -> list[dict[str, str]]:
    items = [{"label": area.short_name, "url": reverse("submissions:area", args=[area.slug])}]
    files = {"label": "Spreadsheets", "url": reverse("submissions:upload", args=[area.slug])}
    return [*items, files] if within else items


def problems(found: Sequence[FileProblem]) -> dict[str, Any] | None:
    """For components/error_summary.html and table.html, with a heading that counts them; None where there are none."""
    if not found:
        return None
    more = len(found) - MOST_SHOWN
    heading = f"{counted(len(found), 'thing')} to mend in the file"
    return {
        "heading": heading,
        "summary": [{"text": heading, "href": "#mend"}],
        "columns": [{"label": "Where"}, {"label": "What is wrong"}],
        "rows": [
            {"header": problem.place, "cells": [{"text": problem.message, "small": rule_of(problem)}]}
            for problem in found[:MOST_SHOWN]
        ],
        "more": f"And {more} more." if more > 0 else "",
    }


def rule_of(problem: FileProblem) -> str:
    """The rule by the name that docs and NCISH use, and the definition that it judged by."""
    return f"Rule: {problem.rule}" + (f", {problem.definition}" if problem.definition else "")


def outcomes(found: Sequence[Outcome], questions: Mapping[date, int]) -> list[dict[str, Any]]:
    """A month each, with its changes for components/table.html, and how much will be asked about it."""
    return [
        {
            "id": f"month-{each.submission.period.month:%Y-%m}",
            "title": str(each.submission.period),
            "url": each.submission.get_absolute_url(),
            "says": says(each),
            "asks": asks(questions.get(each.submission.period.month, 0)),
            "columns": [{"label": "Measure"}, {"label": "Now"}, {"label": "Will be"}],
            "rows": [
                {
                    "header": f"{change.code} {change.name}",
                    "cells": [{"text": in_words(change.before)}, {"text": in_words(change.after)}],
                }
                for change in each.changes
            ],
        }
        for each in found
    ]


def says(outcome: Outcome) -> str:
    if not outcome.changes:
        return "Nothing changes."
    same = f" {counted(outcome.same, 'measure')} stay as they are." if outcome.same > 1 else ""
    same = " 1 measure stays as it is." if outcome.same == 1 else same
    return f"{counted(len(outcome.changes), 'measure')} will be written into the draft.{same}"


def asks(count: int) -> str:
    return f"{counted(count, 'question')} to answer before it can be sent." if count else ""


def in_words(entry: TypedEntry) -> str:
    """What is typed, in one line."""
    if entry.is_blank:
        return "Empty"
    numbers = [text.strip() for text in (entry.value, entry.numerator, entry.denominator) if text.strip()]
    reason = NO_DATA_REASONS.get(entry.reason.strip())
    parts = [" of ".join(numbers), reason.label if reason else entry.reason, f"“{entry.note}”" if entry.note else ""]
    return ". ".join(part for part in parts if part)


def what_was_written(found: Sequence[Outcome]) -> str:
    changed = [each for each in found if each.changes]
    if not changed:
        return "Everything in the file was there already. Nothing has changed."
    measures = counted(sum(len(each.changes) for each in changed), "measure")
    return f"{measures} in {counted(len(changed), 'month')} saved as drafts. Nothing has been sent yet."


def what_was_sent(sent: Sequence[SubmissionRevision]) -> str:
    months = get_text_list([str(revision.submission.period) for revision in sent], "and")
    return f"{counted(len(sent), 'month')} sent to NCISH: {months}. A receipt is on its way to you."


def refused(problems: Mapping[Submission, workflow.WorkflowError]) -> list[dict[str, str]]:
    """For components/error_summary.html: which months were not sent, why, and where to mend that."""
    return [
        {
            "text": f"{month.period}: {why(problem)}",
            "href": reverse("submissions:answers", args=[month.area.slug, month.period.month]),
        }
        for month, problem in problems.items()
    ]


def why(problem: workflow.WorkflowError) -> str:
    if isinstance(problem, workflow.QueriesUnanswered):
        return f"{counted(len(problem.queries), 'question')} to answer first."
    if isinstance(problem, workflow.RulesBroken):
        return f"{counted(len(problem.problems), 'thing')} to mend first."
    return "It changed meanwhile, or is with NCISH already."


def counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
