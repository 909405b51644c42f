"""The months that an area of the demonstration brought in one spreadsheet: made by the very functions that a team uses.

A template is taken, filled in with what the stories drew, written as XLSX, read back, kept and written into the
drafts; then the months are sent and accepted. Nobody gets an e-mail about them.
"""

from __future__ import annotations

from collections.abc import Sequence

from measures import asking, bringing, more_time, rules, spreadsheets, workflow
from measures.models import Submission
from measures.reporting import measures_of_month
from selfharm_portal.accounts.models import User
from sites.models import Area

from . import telling

#: What a team says to a query of which its story does not speak.
CHECKED = "Demonstration: checked"
WHY_MORE_TIME = "Made up: the area joined late, and brings its first months in one spreadsheet."


def bring(area: Area, told: Sequence[telling.ToldMonth], *, by: User, analyst: User) -> None:
    """Take these months from not started to accepted, the oldest first."""
    drafted, sent, accepted = told[-1].moves
    due = months_of(area, told)[-1].period.due_on
    for month in months_of(area, told)[:-1]:
        more_time.give(month, due, reason=WHY_MORE_TIME, by=analyst)
    typed = {(part.month, entry.code): entry for part in told for entry in part.moves[0].entries}
    template = bringing.template(area, [part.month for part in told])
    rows = [row._replace(entry=typed[row.month, row.definition.code]) for row in template.rows]
    brought = spreadsheets.read(spreadsheets.spreadsheet(template._replace(rows=rows)), area=area.slug)
    if problems := bringing.problems_of(brought, area):
        raise ValueError(f"the spreadsheet of {area} breaks a rule: {problems}")
    kept = bringing.keep(brought, area, name=f"{area.slug}-history.xlsx", by=by)
    seen = bringing.fingerprint(bringing.outcomes(area, bringing.entries_of(kept)))
    bringing.write(kept, by=by, seen=seen, at=drafted.at)
    for month in months_of(area, told):
        reported = measures_of_month(area, month.period.month)
        entries = [entry.typed() for entry in month.draft_entries.select_related("measure")]
        answers = [
            rules.TypedAnswer(query.fingerprint, checked=True, note=CHECKED)
            for query in asking.queries_of_month(month, reported, entries)
        ]
        month = workflow.save_draft(
            month, [], by=by, seen_lock_version=month.lock_version, answers=answers, at=drafted.at
        )
        revision, _ = workflow.hand_over(month, by=by, seen_lock_version=month.lock_version, at=sent.at)
        workflow.let_count(
            revision.submission, by=analyst, seen_lock_version=revision.submission.lock_version, at=accepted.at
        )


def months_of(area: Area, told: Sequence[telling.ToldMonth]) -> list[Submission]:
    months = Submission.objects.of_area(area).filter(period__month__in=[part.month for part in told])
    return list(months.with_context().order_by("period__month"))
