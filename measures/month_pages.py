"""What the pages say on which a team fills in a month, as finished values for their templates."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone

from . import rules
from .models import MeasureValue, Question, Submission, SubmissionRevision
from .reporting_calendar import day_in_words, month_in_words, time_in_words
from .sentences import ONE_OF
from .submission_pages import said
from .wording import shifted, value_in_words, whose_month

if TYPE_CHECKING:
    from selfharm_portal.accounts.models import User
    from sites.models import Area

    from .forms import MeasureEntryForm, QueryForm, SectionForm
    from .reporting import ReportedMeasure, Section

#: Rules that ask for what is still to come; the others say that something is wrong.
ASKED_BY_NCISH = "question_not_answered"
UNFINISHED = {"missing_without_reason", "part_missing", "reason_needs_note", ASKED_BY_NCISH}

Typed = Mapping[str, rules.TypedEntry]


def section_url(month: Submission, section: Section) -> str:
    return reverse("submissions:section", args=[month.area.slug, month.period.month, section.domain.slug])


def answers_url(month: Submission) -> str:
    return reverse("submissions:answers", args=[month.area.slug, month.period.month])


def wrong(problems: Iterable[rules.Problem]) -> list[rules.Problem]:
    """Without those that go away as the team goes on typing."""
    return [problem for problem in problems if problem.rule not in UNFINISHED]


def breadcrumb(month: Submission, *, within: bool) -> list[dict[str, str]]:
    """The way back: to the area, and from a page within the month to the month."""
    items = [{"label": month.area.short_name, "url": reverse("submissions:area", args=[month.area.slug])}]
    return [*items, {"label": str(month.period), "url": month.get_absolute_url()}] if within else items


# The list of tasks


@dataclass(frozen=True)
class Task:
    """One row of the list: see templates/components/task_item.html."""

    id: str
    title: str
    url: str
    hint: str
    status: str
    tone: str


def tasks(
    month: Submission,
    sections: Iterable[Section],
    typed: Typed,
    problems: Sequence[rules.Problem],
    unanswered: Iterable[rules.Query],
) -> list[Task]:
    """The sections of the month, and how far each is."""
    by_code = Counter(problem.code for problem in problems)
    wrong_by_code = Counter(problem.code for problem in wrong(problems))
    asked = Counter(problem.code for problem in problems if problem.rule == ASKED_BY_NCISH)
    asked.update(query.code for query in unanswered)
    found = []
    for section in sections:
        number_wrong = sum(wrong_by_code[code] for code in section.codes)
        number_asked = sum(asked[code] for code in section.codes)
        if number_wrong or number_asked:
            parts = ((number_wrong, "problem"), (number_asked, "question"))
            status = ", ".join(counted(number, what) for number, what in parts if number)
            tone = "stop" if number_wrong else "ask"
        elif all(typed.get(code, rules.TypedEntry(code)).is_blank for code in section.codes):
            status, tone = "Not started", "quiet"
        elif any(by_code[code] for code in section.codes):
            status, tone = "In progress", ""
        else:
            status, tone = "Completed", "good"
        hint = ", ".join(code_and_whose(month, item) for item in section.measures)
        found.append(Task(section.domain.slug, section.domain.title, section_url(month, section), hint, status, tone))
    return found


def last_task(month: Submission, typed: Typed, left: Sequence[object], *, may_submit: bool) -> Task:
    """Check and send."""
    if all(entry.is_blank for entry in typed.values()):
        url, status, tone = "", "Cannot start yet", "quiet"
    elif left:
        url, status, tone = answers_url(month), f"{counted(len(left), 'thing')} left", ""
    else:
        url, status, tone = answers_url(month), "Ready", "good"
    title = "Check your answers and send them" if may_submit else "Check your answers"
    hint = "" if may_submit else "A lead of your team sends the month"
    return Task("answers", title, url, hint, status, tone)


def code_and_whose(month: Submission, item: ReportedMeasure) -> str:
    """SH16, or "SH18 (people of September 2026)" where a measure looks back."""
    whose = whose_month(month.period.month, item.version.cohort_month_offset)
    return f"{item.definition.code} ({whose[0].lower()}{whose[1:]})" if whose else item.definition.code


def counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def so_far(
    month: Submission, reported: Sequence[ReportedMeasure], problems: Iterable[rules.Problem], *, by: User
) -> list[dict[str, str]]:
    rows = [{"label": "Filled in", "text": filled_in(reported, problems)}]
    if saved := saved_in_words(month, by=by):
        rows.append({"label": "Last saved", "text": saved})
    return rows


def filled_in(reported: Sequence[ReportedMeasure], problems: Iterable[rules.Problem]) -> str:
    """5 of 7 measures"""
    unfinished = {problem.code for problem in problems}
    filled = sum(item.definition.code not in unfinished for item in reported)
    return f"{filled} of {counted(len(reported), 'measure')}"


def saved_in_words(month: Submission, *, by: User) -> str:
    """Today, 2:14pm, by you; empty while nobody has saved anything."""
    if month.saved_at is None:
        return ""
    when = timezone.localtime(month.saved_at)
    day = "Today" if when.date() == timezone.localdate() else day_in_words(when.date())
    return f"{day}, {time_in_words(when)}, by {'you' if month.saved_by == by else month.saved_by}"


@dataclass(frozen=True)
class Progress:
    """How far a draft is: a bar, and the sentence that says the same."""

    steps: list[str]
    note: str


def progress(
    month: Submission,
    tasks: Sequence[Task],
    reported: Sequence[ReportedMeasure],
    problems: Iterable[rules.Problem],
    *,
    by: User,
) -> Progress:
    steps = {"Completed": "done", "Not started": ""}
    done = sum(task.status == "Completed" for task in tasks)
    filled = filled_in(reported, problems)
    saved = saved_in_words(month, by=by)
    return Progress(
        steps=[steps.get(task.status, "part") for task in tasks],
        note=f"{done} of {counted(len(tasks), 'section')} done, {filled} filled in."
        + (f" Last saved {saved[:1].lower()}{saved[1:]}." if saved else ""),
    )


# One section


@dataclass(frozen=True)
class AskedQuery:
    """A query with its two fields. url: to the number that it is about."""

    form: QueryForm
    heading: str
    message: str
    url: str


@dataclass(frozen=True)
class Entry:
    """One measure on the form: its fields, its definition and what was sent before."""

    form: MeasureEntryForm
    whose: str
    before: list[dict[str, str]]
    definition: list[dict[str, str]]
    result: str
    one: str
    usual: str
    queries: list[AskedQuery]


def entries(
    month: Submission,
    forms: Iterable[MeasureEntryForm],
    queries: Iterable[QueryForm],
    histories: Mapping[str, rules.History],
) -> list[Entry]:
    """The measures of a section with what stands beside their fields."""
    history = history_of(month.area, month.period.month)
    asked: dict[str, list[AskedQuery]] = defaultdict(list)
    for query in queries:
        asked[query.query.code].append(AskedQuery(query, "Please check", query.query.message, ""))
    found = []
    for form in forms:
        version = form.measure.version
        before = [
            {"label": label, "text": said(values[version.measure_id]) if version.measure_id in values else "Not sent"}
            for label, values in history.items()
        ]
        found.append(
            Entry(
                form=form,
                whose=whose_month(month.period.month, version.cohort_month_offset),
                before=[*before, {"label": "Definition", "text": f"version {version.number}"}],
                definition=definition_of(form.measure),
                result=result_in_words(form.typed(), form.measure),
                one=ONE_OF.get(version.unit, version.unit),
                usual=usual_in_words(form, histories),
                queries=asked[form.measure.definition.code],
            )
        )
    return found


def usual_in_words(form: MeasureEntryForm, histories: Mapping[str, rules.History]) -> str:
    """Between which values nothing is asked, for a group as large as it is typed."""
    definition = form.measure.definition
    numbers = rules.parsed(form.typed(), definition)
    usual = rules.usual_range(
        definition,
        histories.get(definition.code, rules.History()),
        denominator=numbers.denominator if numbers else None,
    )
    return usual.sentence if usual else ""


def result_in_words(entry: rules.TypedEntry, measure: ReportedMeasure) -> str:
    """What the typed numbers come to; empty while they come to nothing."""
    definition = measure.definition
    numbers = rules.parsed(entry, definition)
    if numbers is None or rules.chosen_reason(entry):
        return ""
    given = [getattr(numbers, field) for field in rules.KINDS[definition.kind].entry_fields]
    nobody_was_seen = definition.kind == rules.MEDIAN_DAYS and numbers.denominator == 0
    is_whole = None not in given or nobody_was_seen
    if not is_whole or (definition.kind == rules.PROPORTION and given[0] > given[1]):
        return ""
    return value_in_words(
        definition.kind,
        numerator=numbers.numerator,
        denominator=numbers.denominator,
        value=numbers.value,
        unit=definition.unit,
        decimals=definition.decimals,
        rate_multiplier=definition.rate_multiplier,
    )


def history_of(area: Area, month: date) -> dict[str, dict[int, MeasureValue]]:
    """What the area sent for the month before and for the same month last year, by the words for that month."""
    earlier = {
        f"{month_in_words(shifted(month, -1))}": shifted(month, -1),
        f"{month_in_words(shifted(month, -12))}": shifted(month, -12),
    }
    values = MeasureValue.objects.filter(
        revision__latest_for__area=area, revision__latest_for__period__month__in=earlier.values()
    ).select_related("version", "revision__submission__period")
    found: dict[str, dict[int, MeasureValue]] = {label: {} for label in earlier}
    for value in values:
        found[month_in_words(value.revision.submission.period.month)][value.measure_id] = value
    return found


def answers_saved_by_others(forms: Iterable[QueryForm], kept: Mapping[str, rules.TypedAnswer]) -> list[Difference]:
    """What this person answered to queries that somebody else answered after the page was made."""
    found = []
    for form in forms:
        theirs = kept.get(form.query.fingerprint, rules.TypedAnswer(form.query.fingerprint))
        if form.has_changed() and theirs not in (form.shown(), form.typed()):
            mine = form.typed()
            found.append(
                Difference(form.query.code, "what you found", mine.note or "nothing", theirs.note or "nothing")
            )
    return found


def closed(month: Submission, section: Section, is_open: Container[str], typed: Typed) -> list[dict[str, str]]:
    """The measures that were sent, and about which NCISH does not ask."""
    return [
        {
            "key": f"{item.definition.code} {item.version.name}",
            "value": typed_in_words(typed.get(item.definition.code, rules.TypedEntry(item.definition.code)), item),
        }
        for item in section.measures
        if item.definition.code not in is_open
    ]


def definition_of(measure: ReportedMeasure) -> list[dict[str, str]]:
    version = measure.version
    is_count, is_median = version.kind == rules.COUNT, version.kind == rules.MEDIAN_DAYS
    rows = [("What is counted" if is_count else "The median" if is_median else "Top number", version.numerator)]
    if version.denominator:
        rows.append(("People it is based on" if is_median else "Bottom number", version.denominator))
    rows += [("Counts", text) for text in version.inclusions]
    rows += [("Does not count", text) for text in version.exclusions]
    rows += [("Easy to get wrong", text) for text in version.pitfalls]
    rows += [("Which month", version.month_rule), ("How to collect it", version.how_to_collect)]
    return [{"label": label, "text": text} for label, text in rows]


# Two people at once


FIELD_WORDS = {
    "numerator": "top number",
    "denominator": "bottom number",
    "value": "median",
    "reason": "reason",
    "note": "note",
}


@dataclass(frozen=True)
class Difference:
    """A field that somebody else saved while this person typed."""

    measure: str
    field: str
    typed: str
    saved: str


def differences(
    form: SectionForm, saved: Typed, questions: Mapping[str, Question], *, saved_by_others: bool = False
) -> list[Difference]:
    """Fields that this person changed, and that now say something else than what is saved.

    saved_by_others: only those of measures that somebody else saved after the page was made.
    """
    found = []
    for entry_form in form.entries:
        code = entry_form.measure.definition.code
        typed, other = entry_form.typed(), saved.get(code, rules.TypedEntry(code))
        if not saved_by_others or other != entry_form.shown():
            found += [
                Difference(code, word, getattr(typed, field) or "nothing", getattr(other, field) or "nothing")
                for field, word in FIELD_WORDS.items()
                if field in entry_form.touched and getattr(typed, field) != getattr(other, field)
            ]
        answer = questions[code].answer if code in questions else ""
        is_open = not saved_by_others or answer != entry_form.answer_shown()
        if is_open and "answer" in entry_form.touched and answer != entry_form.answer_typed():
            found.append(Difference(code, "answer", entry_form.answer_typed() or "nothing", answer or "nothing"))
    return found


# Check your answers


def answers(
    month: Submission,
    sections: Iterable[Section],
    typed: Typed,
    problems: Iterable[rules.Problem],
    is_open: Container[str],
) -> list[dict[str, object]]:
    """Each section with what was typed in it, and the way to change it and come back where it can be changed."""
    messages: dict[str, list[str]] = {}
    for problem in wrong(problems):
        messages.setdefault(problem.code, []).append(problem.message)
    return [
        {
            "title": section.domain.title,
            "rows": [
                answer(
                    month,
                    section,
                    item,
                    typed.get(item.definition.code, rules.TypedEntry(item.definition.code)),
                    messages.get(item.definition.code, []),
                    is_open=item.definition.code in is_open,
                )
                for item in section.measures
            ],
        }
        for section in sections
    ]


def answer(
    month: Submission,
    section: Section,
    item: ReportedMeasure,
    entry: rules.TypedEntry,
    messages: Sequence[str],
    *,
    is_open: bool,
) -> dict[str, str]:
    whose = whose_month(month.period.month, item.version.cohort_month_offset)
    return {
        "key": f"{item.definition.code} {item.version.name}",
        "value": typed_in_words(entry, item),
        "note": ". ".join(text.removesuffix(".") for text in (whose, entry.note.strip(), *messages) if text),
        "url": change_url(month, section, item.definition.code) if is_open else "",
    }


def typed_in_words(entry: rules.TypedEntry, item: ReportedMeasure) -> str:
    """What an entry says so far: as numbers where they are sound, else as it was typed."""
    if reason := rules.chosen_reason(entry):
        return f"No figures: {reason.label.lower()}"
    if result := result_in_words(entry, item):
        return result
    texts = [entry.typed(field).strip() for field in rules.KINDS[item.definition.kind].entry_fields]
    return f"“{'” and “'.join(texts)}”" if any(texts) else "Nothing yet"


def change_url(month: Submission, section: Section, code: str, field: str = "") -> str:
    """To a measure's field, from where saving leads back to the answers."""
    measure = next(item for item in section.measures if item.definition.code == code)
    entered = rules.KINDS[measure.definition.kind].entry_fields
    name = field if field in (*entered, "no_data_reason", "note", "answer") else entered[0]
    return f"{section_url(month, section)}?then=answers#id_{code.lower()}-{name}"


def left_to_do(
    month: Submission, sections: Iterable[Section], problems: Iterable[rules.Problem]
) -> list[dict[str, str]]:
    """What stands in the way of sending, each with the way to its field."""
    section_of = {code: section for section in sections for code in section.codes}
    return [
        {
            "text": f"{problem.code}: {problem.message}",
            "href": change_url(month, section_of[problem.code], problem.code, problem.field),
        }
        if problem.code in section_of
        else {"text": problem.message}
        for problem in problems
    ]


def queries(month: Submission, sections: Iterable[Section], forms: Iterable[QueryForm]) -> list[AskedQuery]:
    section_of = {code: section for section in sections for code in section.codes}
    found = []
    for form in forms:
        query = form.query
        section = section_of.get(query.code)
        found.append(
            AskedQuery(
                form,
                query.code or "The whole month",
                query.message,
                change_url(month, section, query.code, query.field) if section else "",
            )
        )
    return found


def queries_left(queries: Iterable[rules.Query]) -> list[dict[str, str]]:
    """For what stands in the way of sending: each question leads to its tick."""
    return [
        {
            "text": f"{query.code}: {query.message}" if query.code else query.message,
            "href": f"#id_{query.fingerprint}-checked",
        }
        for query in queries
    ]


def errors_of(forms: Iterable[QueryForm]) -> list[dict[str, str]]:
    """For the summary above the page."""
    return [
        {"text": f"{form.query.code}: {message}".removeprefix(": "), "href": f"#{form[name].id_for_label}"}
        for form in forms
        if form.is_bound
        for name, said in form.errors.items()
        for message in said
    ]


def count_of_answers(reported: Sequence[ReportedMeasure], typed: Typed) -> str:
    """6 measures with figures, 1 with a reason."""
    reasons = sum(
        bool(rules.chosen_reason(typed[item.definition.code])) for item in reported if item.definition.code in typed
    )
    figures = sum(
        bool(result_in_words(typed[item.definition.code], item)) for item in reported if item.definition.code in typed
    )
    left = len(reported) - reasons - figures
    return ", ".join(
        text
        for number, text in (
            (figures, f"{counted(figures, 'measure')} with figures"),
            (reasons, f"{reasons} with a reason"),
            (left, f"{left} to fill in"),
        )
        if number or text.endswith("figures")
    )


# The receipt


def sent_in_words(revision: SubmissionRevision) -> str:
    """By whom, when, and how long before it was due."""
    when = timezone.localtime(revision.submitted_at)
    days = (revision.submission.due_on - when.date()).days
    early = f", {counted(days, 'day')} before it was due" if days > 0 else ""
    return f"Sent by {revision.submitted_by} on {when:%A} {day_in_words(when.date())} at {time_in_words(when)}{early}."


def what_was_sent(revision: SubmissionRevision) -> list[dict[str, str]]:
    values = list(revision.values.select_related("measure").order_by("measure__code"))
    reasons = [value for value in values if value.no_data_reason]
    rows = [{"label": "Measures with figures", "text": str(len(values) - len(reasons))}]
    if reasons:
        words = (f"{value.measure.code}, {value.get_no_data_reason_display().lower()}" for value in reasons)
        rows.append({"label": "With a reason", "text": f"{len(reasons)} ({'; '.join(words)})"})
    return rows


def what_happens_next(revision: SubmissionRevision) -> list[dict[str, str]]:
    month = f"{revision.submission.period.month:%B}"
    return [
        {"title": "NCISH reads it", "text": "Usually within 5 working days."},
        {"title": "Accepted, or a question", "text": f"You get one e-mail either way. No more reminders for {month}."},
        {"title": "It shows on your charts", "text": "Once it is accepted. Only your team and NCISH see them."},
    ]
