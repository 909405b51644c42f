"""The areas' months: read by analysts, written by workflow.py."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from measures.models import (
    Download,
    DraftEntry,
    DraftQueryAnswer,
    MeasureValue,
    MonthReminder,
    QueryAnswer,
    Question,
    ReminderByHand,
    Submission,
    SubmissionEvent,
    SubmissionRevision,
)
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.model_admin import PortalModelAdmin, PortalTabularInline


class ReadByAnalysts:
    """The areas' numbers: written by workflow.py, read by analysts, and no business of anybody else's."""

    def may_edit(self, user: permissions.Person) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return permissions.sees_every_area(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return permissions.sees_every_area(request.user)


class ReadOnlyInline(ReadByAnalysts, PortalTabularInline):
    can_delete = False
    show_change_link = True


class RevisionInline(ReadOnlyInline):
    model = SubmissionRevision
    fields = ["number", "submitted_at", "submitted_by", "reason"]


class EventInline(ReadOnlyInline):
    model = SubmissionEvent
    fields = ["when", "who", "from_state", "to_state", "comment"]


class ValueInline(ReadOnlyInline):
    model = MeasureValue
    fields = ["measure", "version", "numerator", "denominator", "value", "no_data_reason", "note"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MeasureValue]:
        values: QuerySet[MeasureValue] = super().get_queryset(request)
        return values.select_related("measure", "version__measure")


@admin.register(Submission)
class SubmissionAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["area", "month", "state", "latest_revision", "accepted_revision"]
    list_filter = ["state", "area", "period"]
    list_select_related = ["area", "period", "latest_revision__submission", "accepted_revision__submission"]
    search_fields = ["area__place", "area__slug"]
    date_hierarchy = "period__month"
    fields = ["area", "period", "state", "latest_revision", "accepted_revision", "lock_version"]
    inlines = [RevisionInline, EventInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        months: QuerySet[Submission] = super().get_queryset(request)
        return months.select_related(
            "area",
            "period",
            "latest_revision__submission__area",
            "latest_revision__submission__period",
            "accepted_revision__submission__area",
            "accepted_revision__submission__period",
        )

    @admin.display(description="month", ordering="period__month")
    def month(self, submission: Submission) -> str:
        return str(submission.period)


@admin.register(SubmissionRevision)
class SubmissionRevisionAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["reference", "submitted_at", "submitted_by", "reason"]
    list_filter = ["submission__area", "submission__period"]
    list_select_related = ["submission__area", "submission__period", "submitted_by"]
    search_fields = ["submission__area__place", "submission__area__slug", "submitted_by__name"]
    date_hierarchy = "submitted_at"
    inlines = [ValueInline]


@admin.register(MeasureValue)
class MeasureValueAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["revision", "measure", "kind", "numerator", "denominator", "value", "no_data_reason"]
    list_filter = ["revision__submission__area", "no_data_reason", "kind", "measure"]
    list_select_related = ["revision__submission__area", "revision__submission__period", "measure"]
    search_fields = ["measure__code", "version__name", "revision__submission__area__place"]


@admin.register(SubmissionEvent)
class SubmissionEventAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["submission", "from_state", "to_state", "who", "when", "comment"]
    list_filter = ["to_state", "submission__area"]
    list_select_related = ["submission__area", "submission__period", "who"]
    search_fields = ["submission__area__place", "who__name", "comment"]
    date_hierarchy = "when"


@admin.register(Question)
class QuestionAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["revision", "measure", "words", "asked_by", "asked_at", "answer", "answered_by"]
    list_filter = ["revision__submission__area", "measure"]
    list_select_related = [
        "revision__submission__area",
        "revision__submission__period",
        "measure",
        "asked_by",
        "answered_by",
    ]
    search_fields = ["revision__submission__area__place", "measure__code", "words", "answer"]
    date_hierarchy = "asked_at"


@admin.register(ReminderByHand)
class ReminderByHandAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["submission", "sent_on", "sent_by"]
    list_filter = ["submission__area"]
    list_select_related = ["submission__area", "submission__period", "sent_by"]
    search_fields = ["submission__area__place", "sent_by__name"]
    date_hierarchy = "sent_on"


@admin.register(DraftEntry)
class DraftEntryAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["submission", "measure", "numerator", "denominator", "value", "reason"]
    list_filter = ["submission__area", "submission__period"]
    list_select_related = ["submission__area", "submission__period", "measure"]
    search_fields = ["submission__area__place", "measure__code"]


@admin.register(QueryAnswer)
class QueryAnswerAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["revision", "rule", "message", "note", "who", "when"]
    list_filter = ["rule", "revision__submission__area"]
    list_select_related = ["revision__submission__area", "revision__submission__period", "who"]
    search_fields = ["revision__submission__area__place", "message", "note"]
    date_hierarchy = "when"


@admin.register(DraftQueryAnswer)
class DraftQueryAnswerAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["submission", "fingerprint", "checked", "note", "who", "when"]
    list_filter = ["submission__area", "submission__period"]
    list_select_related = ["submission__area", "submission__period", "who"]
    search_fields = ["submission__area__place", "fingerprint", "note"]


@admin.register(Download)
class DownloadAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["at", "by", "form"]
    list_filter = ["form"]
    list_select_related = ["by"]
    search_fields = ["by__name"]
    date_hierarchy = "at"


@admin.register(MonthReminder)
class MonthReminderAdmin(ReadByAnalysts, PortalModelAdmin):
    list_display = ["submission", "to", "due_on", "sent_on"]
    list_filter = ["submission__area"]
    list_select_related = ["submission__area", "submission__period", "to"]
    search_fields = ["to__name", "submission__area__place"]
    date_hierarchy = "sent_on"
