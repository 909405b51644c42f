"""Questions about the dictionary and the months, in the field's words."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import models
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from selfharm_portal.accounts import permissions

if TYPE_CHECKING:
    from sites.models import Area

    from .models import AreaMeasure, Measure, MeasureVersion, Submission  # noqa: F401 - named in the classes' types

#: Which field says what a reader searches for, and how much it counts.
SEARCHED = (
    SearchVector("measure__code", weight="A", config="english")
    + SearchVector("name", weight="A", config="english")
    + SearchVector("question", weight="B", config="english")
    + SearchVector("description", weight="C", config="english")
    + SearchVector("numerator", "denominator", weight="D", config="english")
)


class MeasureQuerySet(models.QuerySet["Measure"]):
    def in_use(self) -> Self:
        return self.filter(withdrawn=False)

    def with_versions(self) -> Self:
        """Each measure's versions, newest first, with what their pages and forms say."""
        from .models import MeasureVersion

        versions = (
            MeasureVersion.objects.select_related("measure", "denominator_group")
            .prefetch_related("themes")
            .order_by("-number")
        )
        return self.select_related("domain").prefetch_related(Prefetch("versions", versions))

    def search(self, words: str) -> Self:
        """Measures whose current words match, the best first; `SH07` finds SH07."""
        from .models import MeasureVersion

        query = SearchQuery(words, search_type="websearch", config="english")
        found = (
            MeasureVersion.objects.valid_in(timezone.localdate())
            .filter(measure=OuterRef("pk"))
            .annotate(found=SEARCHED)
            .filter(found=query)
            .annotate(rank=SearchRank(SEARCHED, query))
            .order_by("-number")
        )
        return (
            self.in_use()
            .annotate(rank=Subquery(found.values("rank")[:1]))
            .filter(Q(rank__isnull=False) | Q(code__iexact=words.strip()))
            .order_by(models.F("rank").desc(nulls_first=True), "code")
        )


class MeasureVersionQuerySet(models.QuerySet["MeasureVersion"]):
    def valid_in(self, month: date) -> Self:
        """The one version of each measure that holds in a month."""
        latest = self.model._default_manager.filter(measure=OuterRef("measure"), valid_from__lte=month)
        return self.filter(pk=Subquery(latest.order_by("-valid_from").values("pk")[:1]))

    def with_words(self, words: str) -> Self:
        """Those that have the words, in PostgreSQL's own notation (resources/search.py writes it)."""
        query = SearchQuery(words, search_type="raw", config="english")
        return self.annotate(found=SEARCHED).filter(found=query)


class AreaMeasureQuerySet(models.QuerySet["AreaMeasure"]):
    def reported_in(self, month: date) -> Self:
        return self.filter(Q(until_month__isnull=True) | Q(until_month__gte=month), from_month__lte=month)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: permissions.Person) -> Self:
        """The months of the person's own areas; all of them for an analyst."""
        if permissions.sees_every_area(user):
            return self
        return self.filter(area__in=permissions.areas_visible_to(user))

    def of_area(self, area: Area) -> Self:
        return self.filter(area=area)

    def waiting_for_ncish(self) -> Self:
        from .models import State

        return self.filter(state=State.SUBMITTED)

    def awaited(self) -> Self:
        """Open at the team, and never accepted: a correction of an accepted month is nobody's debt."""
        from .models import OPEN_STATES

        return self.filter(state__in=OPEN_STATES, accepted_revision__isnull=True)

    def late(self, now: datetime) -> Self:
        """Never handed over although the due date is past, London time."""
        due = self.awaited().with_due_date()
        return due.filter(latest_revision__isnull=True, due__lt=timezone.localdate(now))

    def with_what_to_look_at(self) -> Self:
        """`answers` to questions of NCISH, and `queries` that the portal had about what was sent last."""
        answered = Q(revisions__questions__answered_at__isnull=False)
        return self.annotate(
            answers=Count("revisions__questions", filter=answered, distinct=True),
            queries=Count("latest_revision__query_answers", distinct=True),
        )

    def with_question(self) -> Self:
        """`asked_at`: when the month was sent back last, the oldest first; `asked_codes`: what is asked about."""
        from .models import State, SubmissionEvent

        returned = SubmissionEvent.objects.filter(submission=OuterRef("pk"), to_state=State.RETURNED)
        code = "latest_revision__questions__measure__code"
        return self.annotate(
            asked_at=Subquery(returned.order_by("-when").values("when")[:1]),
            asked_codes=ArrayAgg(code, filter=Q(**{f"{code}__isnull": False}), order_by=code, default=[]),
        ).order_by("asked_at")

    def with_reminder(self) -> Self:
        """`reminded_on`: the last day on which somebody has reminded the leads by hand."""
        from .models import ReminderByHand

        reminders = ReminderByHand.objects.filter(submission=OuterRef("pk"))
        return self.annotate(reminded_on=Subquery(reminders.order_by("-sent_on").values("sent_on")[:1]))

    def with_first_sent(self) -> Self:
        """`first_sent_at`: when the month was first handed over."""
        from .models import SubmissionRevision

        first = SubmissionRevision.objects.filter(submission=OuterRef("pk"), number=1)
        return self.annotate(first_sent_at=Subquery(first.values("submitted_at")))

    def asked(self) -> Self:
        """Sent back, and not yet sent again: NCISH waits for an answer."""
        from .models import State

        return self.filter(state=State.RETURNED)

    def with_due_date(self) -> Self:
        """`due`: Submission.due_on, for the database to compare."""
        return self.annotate(due=Coalesce("extended_until", "period__due_on"))

    def with_context(self) -> Self:
        """Area, period and revisions, for one month or for sixty."""
        return self.select_related("area", "period", "saved_by", "latest_revision__submitted_by", "accepted_revision")
