"""A team's month: its tasks, one section, check your answers, the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.http import SignedInRequest

from . import asking, kept_typing, month_pages, rules, submission_pages, workflow
from .access import find_month, for_teams_and_analysts
from .forms import DeclarationForm, QueryForm, SectionForm, SeenForm
from .models import Question, Submission
from .moves import Action
from .ncish.checking_views import show_sent
from .reporting import ReportedMeasure, Section, measures_of_month, sections_of


@dataclass
class Draft:
    """A month as its team sees it: what is asked, what is typed, and what stands in the way; each read once."""

    month: Submission

    @cached_property
    def reported(self) -> list[ReportedMeasure]:
        return measures_of_month(self.month.area, self.month.period.month)

    @cached_property
    def sections(self) -> list[Section]:
        return sections_of(self.reported)

    @cached_property
    def typed(self) -> dict[str, rules.TypedEntry]:
        entries = self.month.draft_entries.select_related("measure")
        return {entry.measure.code: entry.typed() for entry in entries}

    @cached_property
    def problems(self) -> list[rules.Problem]:
        entries = list(self.typed.values())
        return workflow.problems_of(self.month, self.reported, entries, submitting=True, at=timezone.now())

    @cached_property
    def histories(self) -> dict[str, rules.History]:
        return asking.histories_of(self.month.area, self.reported, month=self.month.period.month)

    @cached_property
    def queries(self) -> list[rules.Query]:
        return asking.queries_of_month(self.month, self.reported, list(self.typed.values()), self.histories)

    @cached_property
    def answered(self) -> dict[str, rules.TypedAnswer]:
        return asking.answers_of(self.month)

    @cached_property
    def unanswered(self) -> list[rules.Query]:
        return asking.unanswered(self.queries, self.answered, self.open_codes)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """What NCISH asks about single values, by the code of the measure."""
        return {question.measure.code: question for question in workflow.open_questions(self.month)}

    @cached_property
    def open_codes(self) -> frozenset[str]:
        """Of the measures that can be changed now."""
        return workflow.open_measures(self.month, self.reported)

    def sent(self, section: Section, data: QueryDict) -> SectionForm:
        """The form of a section as a person sent it, whatever has become of the month meanwhile."""
        return SectionForm(section.measures, questions=self.questions, data=data)

    def form(self, section: Section, sent: SectionForm | None = None) -> SectionForm:
        """The form of a section on what is saved now, with what a person changed if they sent one."""
        form = sent or SectionForm(section.measures, questions=self.questions)
        return form.over(self.typed, self.questions, self.open_codes)


@for_teams_and_analysts
@require_safe
def month(request: SignedInRequest, area: str, month: date) -> HttpResponse:
    """The team's tasks while the month is open; what was sent, once it is with NCISH."""
    submission = find_month(request, area, month)
    if not workflow.may_type(submission, by=request.user):
        return show_sent(request, submission)
    draft = Draft(submission)
    may_submit = permissions.may_submit(request.user, submission.area)
    return render(
        request,
        "measures/month_tasks.html",
        {
            "month": submission,
            "breadcrumb": month_pages.breadcrumb(submission, within=False),
            "question": submission_pages.question_of_ncish(submission),
            "tasks": month_pages.tasks(submission, draft.sections, draft.typed, draft.problems, draft.unanswered),
            "may_keep": workflow.may(submission, Action.KEEP, by=request.user),
            "last_task": month_pages.last_task(
                submission, draft.typed, [*draft.problems, *draft.unanswered], may_submit=may_submit
            ),
            "so_far": month_pages.so_far(submission, draft.reported, draft.problems, by=request.user),
        },
    )


# One section


@kept_typing.loses_nothing
@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: SignedInRequest, area: str, month: date, domain: str) -> HttpResponse:
    """The form of a section while the month is open."""
    submission = find_month(request, area, month)
    draft = Draft(submission)
    section = next((section for section in draft.sections if section.domain.slug == domain), None)
    if section is None:
        raise Http404("nothing of this domain is reported in this month")
    if request.method == "POST":
        return save_section(request, draft, section)
    if "leave" in request.GET:
        kept_typing.forget(request)
    if typed := kept_typing.kept(request):
        return show_what_was_not_saved(request, draft, section, typed)
    if not workflow.may_type(submission, by=request.user):
        return redirect(submission)
    form = draft.form(section)
    form.show(month_pages.wrong(draft.problems))
    return show_section(request, draft, section, form)


def save_section(request: SignedInRequest, draft: Draft, section: Section) -> HttpResponse:
    """Keep what was typed, whatever it is; then go on, unless something is wrong or missing."""
    submission = draft.month
    if not permissions.may_save_draft(request.user, submission.area):
        raise PermissionDenied
    form = draft.sent(section, request.POST)
    found = [query for query in query_forms(draft, request.POST) if query.is_bound]
    seen = SeenForm(request.POST)
    seen_lock_version = seen.cleaned_data["seen_lock_version"] if seen.is_valid() else -1
    try:
        if month_pages.answers_saved_by_others(found, draft.answered):
            raise workflow.ChangedMeanwhile(submission)
        saved = workflow.save_draft(
            submission,
            form.typed(),
            by=request.user,
            seen_lock_version=seen_lock_version,
            shown=form.shown(),
            answers=[query.typed() for query in found if query.has_changed()],
        )
        saved = workflow.save_answers(
            saved,
            form.answers_typed(),
            by=request.user,
            seen_lock_version=saved.lock_version,
            shown=form.answers_shown(),
        )
    except (workflow.ChangedMeanwhile, workflow.MoveNotAllowed, workflow.NotAskedAbout) as refused:
        return show_conflict(
            request, submission, section, form, is_stale=isinstance(refused, workflow.ChangedMeanwhile)
        )
    kept_typing.forget(request)
    if not saved.is_open:
        return redirect(saved)
    return refuse_notes(request, saved, section, form, found) or go_on(request, saved, section, found)


def refuse_notes(
    request: SignedInRequest, saved: Submission, section: Section, form: SectionForm, found: Sequence[QueryForm]
) -> HttpResponse | None:
    """The form again where a note speaks of a person, which alone was not saved; None if none does."""
    month = saved.period.month
    not_kept = form.refused(month)
    answers_not_kept = [query for query in found if rules.note_refused(query.typed().note, month)]
    if not not_kept and not answers_not_kept:
        return None
    draft = Draft(find_month(request, saved.area.slug, month))
    form = draft.form(section, form)
    form.show([*month_pages.wrong(draft.problems), *not_kept])
    errors = [*form.errors(), *month_pages.errors_of(answers_not_kept)]
    return show_section(request, draft, section, form, errors=errors, not_kept=True, typed=request.POST)


def go_on(request: SignedInRequest, saved: Submission, section: Section, found: Sequence[QueryForm]) -> HttpResponse:
    """To the list, the next section or the answers; or the form again, with what is wrong and what is asked now."""
    if request.POST.get("action") == "later":
        messages.success(request, f"“{section.domain.title}” is saved as a draft. Nothing has been sent.")
        return redirect(saved)
    draft = Draft(find_month(request, saved.area.slug, saved.period.month))
    form = draft.form(section)
    form.show(draft.problems)
    errors = [*form.errors(), *month_pages.errors_of(query for query in found if query.query in draft.queries)]
    # What was asked on the page that was sent is not in the way again: it waits until the month is to be sent.
    asked_before = [query.query.fingerprint for query in found]
    asked = [
        query for query in draft.unanswered if query.code in section.codes and query.fingerprint not in asked_before
    ]
    if errors or asked:
        asked_now = month_pages.queries_left(asked)
        return show_section(request, draft, section, form, errors=errors, asked=asked_now, typed=request.POST)
    if request.POST.get("then") == "answers" or section == draft.sections[-1]:
        return redirect(month_pages.answers_url(saved))
    return redirect(month_pages.section_url(saved, draft.sections[draft.sections.index(section) + 1]))


def show_section(
    request: SignedInRequest,
    draft: Draft,
    section: Section,
    form: SectionForm,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    asked: Sequence[Mapping[str, str]] = (),
    not_kept: bool = False,
    typed: QueryDict | None = None,
    differences: list[month_pages.Difference] | None = None,
    was_signed_out: bool = False,
    then: str | None = None,
    status: int = 200,
) -> HttpResponse:
    blank = rules.TypedAnswer("")
    found = [
        query.over(draft.answered.get(query.query.fingerprint, blank)) if query.is_bound else query
        for query in query_forms(draft, typed)
    ]
    return render(
        request,
        "measures/month_section.html",
        {
            "month": draft.month,
            "section": section,
            "position": draft.sections.index(section) + 1,
            "count": len(draft.sections),
            "breadcrumb": month_pages.breadcrumb(draft.month, within=True),
            "entries": month_pages.entries(draft.month, form.entries, found, draft.histories),
            "asked": asked,
            "closed": month_pages.closed(draft.month, section, draft.open_codes, draft.typed),
            "errors": errors,
            "not_kept": not_kept,
            "differences": differences,
            "was_signed_out": was_signed_out,
            "typed_by": kept_typing.signed(request.user),
            "question": "" if draft.questions else submission_pages.question_of_ncish(draft.month),
            "then": "answers" if "answers" in (then, request.GET.get("then"), request.POST.get("then")) else "",
        },
        status=status,
    )


def show_conflict(
    request: SignedInRequest, submission: Submission, section: Section, form: SectionForm, *, is_stale: bool
) -> HttpResponse:
    """Others saved these measures after this person opened them: nobody loses anything.

    While the month is open the form comes back: what this person changed stays as they typed it, beside what is
    saved; fields that they did not touch take the saved text. Once it is closed, what they typed can be copied.
    """
    draft = Draft(find_month(request, submission.area.slug, submission.period.month))
    if not draft.month.is_open:
        return show_too_late(request, draft, form)
    differences = [
        *month_pages.differences(form, draft.typed, draft.questions, saved_by_others=is_stale),
        *month_pages.answers_saved_by_others(query_forms(draft, request.POST), draft.answered),
    ]
    form = draft.form(section, form)
    return show_section(request, draft, section, form, typed=request.POST, differences=differences, status=409)


def show_what_was_not_saved(request: SignedInRequest, draft: Draft, section: Section, typed: QueryDict) -> HttpResponse:
    """What this person typed before they were signed out, over what is saved now."""
    form = draft.sent(section, typed)
    if not workflow.may_type(draft.month, by=request.user):
        return show_too_late(request, draft, form)
    differences = month_pages.differences(form, draft.typed, draft.questions, saved_by_others=True)
    return show_section(
        request,
        draft,
        section,
        draft.form(section, form),
        differences=differences or None,
        was_signed_out=True,
        typed=typed,
        then=typed.get("then"),
    )


def show_too_late(request: SignedInRequest, draft: Draft, form: SectionForm) -> HttpResponse:
    differences = month_pages.differences(form, draft.typed, draft.questions)
    context = {"month": draft.month, "differences": differences}
    return render(request, "measures/month_too_late.html", context, status=409)


# Check your answers, and the receipt


@kept_typing.loses_nothing
@for_teams_and_analysts
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: SignedInRequest, area: str, month: date) -> HttpResponse:
    """All that was typed, and the way to hand it over."""
    submission = find_month(request, area, month)
    if request.method == "POST":
        return answer(request, submission) if request.POST.get("action") == "answer" else send(request, submission)
    if not workflow.may_type(submission, by=request.user):
        return redirect(submission)
    return show_answers(request, submission, DeclarationForm(words=workflow.DECLARATION))


def answer(request: SignedInRequest, submission: Submission) -> HttpResponse:
    """Keep what the team says to queries, finished or not."""
    if not permissions.may_save_draft(request.user, submission.area):
        raise PermissionDenied
    forms = query_forms(Draft(submission), request.POST)
    seen = SeenForm(request.POST)
    seen_lock_version = seen.cleaned_data["seen_lock_version"] if seen.is_valid() else -1
    declaration = DeclarationForm(words=workflow.DECLARATION)
    try:
        workflow.save_draft(
            submission,
            [],
            by=request.user,
            seen_lock_version=seen_lock_version,
            answers=[form.typed() for form in forms if form.is_bound],
        )
    except workflow.ChangedMeanwhile:
        submission = find_month(request, submission.area.slug, submission.period.month)
        return show_answers(request, submission, declaration, queries=forms, is_stale=True, status=409)
    except workflow.MoveNotAllowed:
        messages.warning(request, "This month moved on after you opened it. Nothing was saved just now.")
        return redirect(submission)
    if not all(form.is_valid() for form in forms if form.is_bound):
        submission = find_month(request, submission.area.slug, submission.period.month)
        return show_answers(request, submission, declaration, queries=forms)
    return redirect(month_pages.answers_url(submission))


def query_forms(draft: Draft, data: QueryDict | None = None) -> list[QueryForm]:
    """A form a query: what this person typed where the page had it, else what is kept."""
    forms = []
    for query in draft.queries:
        kept = draft.answered.get(query.fingerprint, rules.TypedAnswer(""))
        month = draft.month.period.month
        form = QueryForm(query=query, month=month, initial={"checked": kept.checked, "note": kept.note})
        if data is not None and form.add_prefix("note") in data:
            form = QueryForm(data, query=query, month=month)
        forms.append(form)
    return forms


def send(request: SignedInRequest, submission: Submission) -> HttpResponse:
    if not permissions.may_submit(request.user, submission.area):
        raise PermissionDenied
    declaration = DeclarationForm(request.POST, words=workflow.DECLARATION)
    if not declaration.is_valid():
        return show_answers(request, submission, declaration)
    try:
        workflow.submit(submission, by=request.user, seen_lock_version=declaration.cleaned_data["seen_lock_version"])
    except workflow.RulesBroken:
        return show_answers(request, submission, declaration)
    except workflow.ChangedMeanwhile:
        submission = find_month(request, submission.area.slug, submission.period.month)
        return show_answers(request, submission, DeclarationForm(words=workflow.DECLARATION), is_stale=True, status=409)
    except workflow.MoveNotAllowed:
        messages.warning(request, "This month moved on after you opened it. Nothing was sent just now.")
        return redirect(submission)
    return redirect("submissions:receipt", submission.area.slug, submission.period.month)


def show_answers(
    request: SignedInRequest,
    submission: Submission,
    declaration: DeclarationForm,
    *,
    queries: Sequence[QueryForm] | None = None,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    if not workflow.may_type(submission, by=request.user):
        messages.warning(request, "This month moved on after you opened it. Nothing was sent just now.")
        return redirect(submission)
    draft = Draft(submission)
    may_submit = permissions.may_submit(request.user, submission.area)
    if queries is None:
        queries = query_forms(draft)
    return render(
        request,
        "measures/month_answers.html",
        {
            "month": submission,
            "breadcrumb": month_pages.breadcrumb(submission, within=True),
            "count": month_pages.count_of_answers(draft.reported, draft.typed),
            "sections": month_pages.answers(submission, draft.sections, draft.typed, draft.problems, draft.open_codes),
            "left": [
                *month_pages.left_to_do(submission, draft.sections, draft.problems),
                *month_pages.queries_left(draft.unanswered),
            ],
            "queries": month_pages.queries(submission, draft.sections, queries),
            "query_errors": month_pages.errors_of(queries),
            "question": submission_pages.question_of_ncish(submission),
            "may_submit": may_submit,
            "declaration": declaration,
            "is_stale": is_stale,
        },
        status=status,
    )


@for_teams_and_analysts
@require_safe
def receipt(request: SignedInRequest, area: str, month: date) -> HttpResponse:
    """That the month was sent, by whom and when, under which reference, and what comes next."""
    submission = find_month(request, area, month)
    revision = submission.latest_revision
    if revision is None:
        raise Http404("nothing was sent of this month")
    revision.submission = submission
    return render(
        request,
        "measures/month_receipt.html",
        {
            "month": submission,
            "revision": revision,
            "breadcrumb": month_pages.breadcrumb(submission, within=True),
            "sent": month_pages.sent_in_words(revision),
            "what_was_sent": month_pages.what_was_sent(revision),
            "what_happens_next": month_pages.what_happens_next(revision),
            "is_sender": revision.submitted_by == request.user,
        },
    )
