"""Questions about the dictionary and the months, in the field's words."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import models
from django.db.models import OuterRef, Prefetch, Q, Subquery
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

    def asked(self) -> Self:
        """Sent back, and not yet sent again: NCISH waits for an answer."""
        from .models import State

        return self.filter(state=State.RETURNED)

    def with_due_date(self) -> Self:
        """`due`: Submission.due_on, for the database to compare."""
        return self.annotate(due=Coalesce("extended_until", "period__due_on"))

    def with_context(self) -> Self:
        """Area, period and revisions, for one month or for sixty."""
        return self.select_related("area", "period", "latest_revision__submitted_by", "accepted_revision")
