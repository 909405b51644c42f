"""Questions about areas, in the field's words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from selfharm_portal.accounts import permissions
from selfharm_portal.publishing.querysets import PublishableQuerySet

if TYPE_CHECKING:
    from .models import (  # noqa: F401 (named in the QuerySets' brackets)
        Area,
        Infographic,
        Milestone,
        SiteChange,
        Suggestion,
        Theme,
    )

#: What somebody may know an area by, and what may be looked for in it; the first letter weighs most.
SEARCHED = (
    SearchVector("place", "name", "short_name", "icb_name", "ods_code", weight="A", config="english")
    + SearchVector("integrated_care_system_today", "lead_provider", weight="B", config="english")
    + SearchVector("summary", "aims", "project_details", "outcome_measures", weight="C", config="english")
)


class AreaQuerySet(PublishableQuerySet["Area"]):
    def listed(self) -> Self:
        """On the public pages, A to Z: those that are published."""
        return self.published()

    def with_list_facts(self) -> Self:
        """Region, themes and published infographics in 3 queries, for one area or for all."""
        from .models import Infographic

        return self.select_related("region").prefetch_related(
            "themes", Prefetch("infographics", Infographic.objects.published())
        )

    def with_reporting(self, month: date) -> Self:
        """Whether each reports any measure of the month, as `reports`."""
        from measures.models import AreaMeasure

        reported = AreaMeasure.objects.filter(area=OuterRef("pk")).reported_in(month)
        return self.annotate(reports=Exists(reported))

    def peers_of(self, area: Area) -> Self:
        """Others that share a theme or the region with it."""
        return self.exclude(pk=area.pk).filter(Q(themes__in=area.themes.all()) | Q(region=area.region_id)).distinct()

    def with_profile(self) -> Self:
        """All that a profile shows, in a constant number of queries."""
        from .models import Infographic, Milestone

        return self.select_related("region").prefetch_related(
            "themes__topics",
            "successors",
            "links",
            Prefetch("milestones", Milestone.objects.shown()),
            Prefetch(
                "infographics", Infographic.objects.published().select_related("theme").prefetch_related("panels")
            ),
        )

    def search(self, words: str) -> Self:
        """Areas that have the words in their names, bodies, texts, region or themes; the nearest first."""
        from .models import Theme

        query = SearchQuery(words, search_type="websearch", config="english")
        theme = Theme.objects.annotate(searched=SearchVector("title", "description", config="english"))
        return (
            self.annotate(
                searched=SEARCHED,
                in_region=SearchVector("region__name", config="english"),
                rank=SearchRank(SEARCHED, query),
            )
            .filter(Q(searched=query) | Q(in_region=query) | Exists(theme.filter(areas=OuterRef("pk"), searched=query)))
            .order_by("-rank", "place")
        )


class ThemeQuerySet(models.QuerySet["Theme"]):
    def with_areas(self) -> Self:
        """Topics, and the listed areas and their infographics A to Z, in 4 queries for one theme or for all."""
        from .models import Area, Infographic

        return self.prefetch_related(
            "topics",
            Prefetch("areas", Area.objects.listed().select_related("region").order_by("place")),
            Prefetch(
                "infographics",
                Infographic.objects.shown().select_related("area").order_by("area__place", "order"),
            ),
        )


class InfographicQuerySet(PublishableQuerySet["Infographic"]):
    def shown(self) -> Self:
        """Readers see these: published themselves, and of a published area."""
        return self.published().filter(area__publication_state="published")

    def to_fill(self) -> Self:
        """What is not complete, and kept."""
        return self.kept().exclude(status="complete")

    def with_panels(self) -> Self:
        """Area, region, theme, original and panels in 2 queries."""
        return self.select_related("theme", "area__region", "original").prefetch_related("panels")


class MilestoneQuerySet(models.QuerySet["Milestone"]):
    def shown(self) -> Self:
        """What readers see: seen in a source, and not taken off."""
        return self.filter(confirmed=True, is_hidden=False)

    def of_programme(self) -> Self:
        return self.filter(area__isnull=True)


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, user: permissions.Person) -> Self:
        """A curator's are all; a lead's are those of the areas that they lead."""
        if permissions.may_curate(user):
            return self
        return self.filter(area__in=permissions.areas_led_by(user))

    def waiting(self) -> Self:
        """Not decided yet, the oldest first."""
        from .models import SuggestionState

        return self.filter(state=SuggestionState.WAITING)

    def ended(self) -> Self:
        """What something became of, the latest first."""
        from .models import SuggestionState

        return self.exclude(state=SuggestionState.WAITING).order_by("-ended_at", "-pk")

    def with_people(self) -> Self:
        return self.select_related("area", "panel", "by", "ended_by")


class SiteChangeQuerySet(models.QuerySet["SiteChange"]):
    """Always the newest first."""

    def for_history(self) -> Self:
        """With all that a line of it names."""
        return self.select_related("by")

    def told_by(self, person: permissions.Person) -> Self:
        """What this person changed of what readers see."""
        return self.filter(kind="details", by=person.pk)
