"""fixtures/areas.yaml -> rows. What is there already, by its key, is never touched.

An area's links and successors, and an infographic's panels, come with it only: what staff took out stays out.
Areas and infographics are published, not yet reviewed by anybody, and due for review in six months.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from resources.content import Loaded
from resources.models import Topic
from selfharm_portal import content_files
from selfharm_portal.publishing import moves
from selfharm_portal.publishing.models import PublicationState

from .models import (
    Area,
    AreaLink,
    AreaSuccessor,
    Infographic,
    InfographicPanel,
    Milestone,
    OtherMaterial,
    PanelPart,
    Region,
    SiteChange,
    Theme,
)

#: Keys of the file that are no row's: where what they say is kept.
KEPT_IN_CODE = {
    "areas.yaml: schema_version": "sites.content",
    "areas.yaml: about": "sites.models",  # what "confirmed" means of an area: the help text of the field
    "areas.yaml: certainty_levels[].key": "sites.models",
    "areas.yaml: certainty_levels[].title": "sites.models",
    "areas.yaml: early_implementer_levels[].key": "sites.models",
    "areas.yaml: early_implementer_levels[].title": "sites.models",
}

#: What the programme called its areas, after the name of the place.
FORMS = (
    "Health and Care Integrated Care System",
    "Integrated Care System",
    "Sustainability and Transformation Partnership",
    "Health and Care Partnership",
)


@transaction.atomic
def load(fixtures: Path) -> list[Loaded]:
    """Create what the file has and the database has not. The library's topics must be there."""
    content = content_files.read(fixtures / "areas.yaml")
    loaded = [_load_regions(content["regions"]), _load_themes(content["themes"])]
    areas, new_areas = _load_areas(content["areas"], content["ods_codes_source"])
    return [
        *loaded,
        areas,
        _load_milestones(content["areas"], new_areas, content["programme_milestones"]),
        _load_infographics(content["infographics"]),
        _load_other_material(content["also_known_to_exist"]),
    ]


def place_of(name: str) -> str:
    """“Somerset Sustainability and Transformation Partnership” -> “Somerset”."""
    for form in FORMS:
        if name.endswith(f" {form}"):
            return name.removesuffix(f" {form}")
    return name


def _load_regions(rows: list[dict[str, Any]]) -> Loaded:
    there = set(Region.objects.values_list("slug", flat=True))
    new = [
        Region(slug=row["key"], name=row["name"], code=row["code"], confirmed=row["confirmed"])
        for row in rows
        if row["key"] not in there
    ]
    Region.objects.bulk_create(new)
    return Loaded("regions", len(new), len(rows) - len(new))


def _load_themes(rows: list[dict[str, Any]]) -> Loaded:
    there = set(Theme.objects.values_list("slug", flat=True))
    new = [row for row in rows if row["key"] not in there]
    themes = Theme.objects.bulk_create(
        Theme(
            slug=row["key"],
            title=row["title"],
            description=row["description"],
            order=row["order"],
            confirmed=row["confirmed"],
            evidence=row["evidence"],
        )
        for row in new
    )
    if new:
        topics = dict(Topic.objects.values_list("slug", "pk"))
        has_topic = Theme.topics.through
        has_topic.objects.bulk_create(
            has_topic(theme_id=theme.pk, topic_id=topics[topic])
            for theme, row in zip(themes, new, strict=True)
            for topic in row["topics"]
        )
    return Loaded("themes", len(new), len(rows) - len(new))


def _load_areas(rows: list[dict[str, Any]], ods_code_source: str) -> tuple[Loaded, dict[str, Area]]:
    there = set(Area.objects.values_list("slug", flat=True))
    new = [row for row in rows if row["key"] not in there]
    regions = dict(Region.objects.values_list("slug", "pk"))
    themes = dict(Theme.objects.values_list("slug", "pk"))
    areas = {
        area.slug: area
        for area in Area.objects.bulk_create(_area(row, regions[row["region"]], ods_code_source) for row in new)
    }
    has_theme = Area.themes.through
    has_theme.objects.bulk_create(
        has_theme(area_id=areas[row["key"]].pk, theme_id=themes[theme]) for row in new for theme in row["themes"]
    )
    AreaSuccessor.objects.bulk_create(
        AreaSuccessor(
            area=areas[row["key"]],
            order=order,
            name=successor["name"],
            ods_code=successor["ods_code"],
            part=successor["part"] or "",
        )
        for row in new
        for order, successor in enumerate(row["icb_change"]["successors"], start=1)
    )
    AreaLink.objects.bulk_create(
        AreaLink(area=areas[row["key"]], order=order, title=link["title"], url=link["url"])
        for row in new
        for order, link in enumerate(row["links"], start=1)
    )
    said = moves.first_publication(Area)
    SiteChange.objects.bulk_create(SiteChange(area=area, **said._asdict()) for area in areas.values())
    return Loaded("areas", len(new), len(rows) - len(new)), areas


def _area(row: dict[str, Any], region_id: int, ods_code_source: str) -> Area:
    change, population, early = row["icb_change"], row["population"], row["early_implementer"]
    return Area(
        publication_state=PublicationState.PUBLISHED,
        published_at=timezone.now(),
        slug=row["key"],
        name=row["name"],
        place=place_of(row["name"]),
        short_name=row["short_name"],
        programme_form=row["programme_form"],
        programme_form_note=row["programme_form_note"] or "",
        integrated_care_system_today=row["integrated_care_system_today"],
        icb_name=row["icb_name"],
        ods_code=row["ods_code"],
        ods_code_source=ods_code_source,
        change_kind=change["kind"],
        change_took_effect=date.fromisoformat(change["took_effect"]) if change["took_effect"] else None,
        change_what=change["what"],
        change_source=change["source"],
        change_also_seen=change["also_seen"] or "",
        change_confirmed=change["confirmed"],
        region_id=region_id,
        lead_provider=row["lead_provider"] or "",
        lead_provider_note=row["lead_provider_note"] or "",
        population_text=population["text"] or "",
        population_source=population["source"] or "",
        population_confirmed=population["confirmed"],
        summary=row["summary"],
        aims=row["aims"] or "",
        project_details=row["project_details"] or "",
        outcome_measures=row["outcome_measures"] or "",
        tile_row=row["tile"]["row"],
        tile_column=row["tile"]["column"],
        early_implementer_status=early["status"],
        early_implementer_evidence=early["evidence"],
        early_implementer_source=early["source"] or "",
        certainty=row["certainty"],
        provenance=row["provenance"],
        to_check=row["to_check"],
        confirmed=row["confirmed"],
    )


def _load_milestones(
    areas: list[dict[str, Any]], new_areas: dict[str, Area], of_programme: list[dict[str, Any]]
) -> Loaded:
    """Those of new areas, and those of the programme that are not there by the key they were loaded with."""
    there = set(Milestone.objects.exclude(key=None).values_list("key", flat=True))
    of_areas = [(row["key"], milestone) for row in areas for milestone in row["milestones"]]
    new = [
        _milestone(owner, row, new_areas[owner])
        for owner, row in of_areas
        if owner in new_areas and _milestone_key(owner, row) not in there
    ]
    new += [_milestone("programme", row, None) for row in of_programme if _milestone_key("programme", row) not in there]
    Milestone.objects.bulk_create(new)
    return Loaded("milestones", len(new), len(of_areas) + len(of_programme) - len(new))


def _milestone_key(owner: str, row: dict[str, Any]) -> str:
    return f"{owner}-{row['date']}-{slugify(row['title'])}"[:160]


def _milestone(owner: str, row: dict[str, Any], area: Area | None) -> Milestone:
    return Milestone(
        key=_milestone_key(owner, row),
        area=area,
        date=date.fromisoformat(row["date"]),
        date_precision=row["date_precision"],
        title=row["title"],
        what=row["what"],
        confirmed=row["confirmed"],
        source=row["source"] or "",
    )


def _load_infographics(rows: list[dict[str, Any]]) -> Loaded:
    there = set(Infographic.objects.values_list("slug", flat=True))
    new = [row for row in rows if row["key"] not in there]
    areas = dict(Area.objects.values_list("slug", "pk"))
    themes = dict(Theme.objects.values_list("slug", "pk"))
    made = Infographic.objects.bulk_create(
        Infographic(
            publication_state=PublicationState.PUBLISHED,
            published_at=timezone.now(),
            slug=row["key"],
            area_id=areas[row["area"]],
            theme_id=themes[row["theme"]],
            order=row["order"],
            title=row["title"],
            status=row["status"],
            text_alternative=row["text_alternative"],
            curator_note=row["curator_note"],
        )
        for row in new
    )
    InfographicPanel.objects.bulk_create(
        InfographicPanel(
            infographic=infographic,
            part=part,
            order=order,
            kind=panel["kind"],
            heading=panel["heading"],
            text=panel["text"],
            figure=panel["figure"] or "",
            icon=panel.get("icon", ""),
            source=panel["source"] or "",
            confirmed=panel["confirmed"],
        )
        for infographic, row in zip(made, new, strict=True)
        for part in PanelPart.values
        for order, panel in enumerate(row[part], start=1)
    )
    said = moves.first_publication(Infographic)
    SiteChange.objects.bulk_create(SiteChange(infographic=infographic, **said._asdict()) for infographic in made)
    return Loaded("infographics", len(new), len(rows) - len(new))


def _load_other_material(rows: list[dict[str, Any]]) -> Loaded:
    there = set(OtherMaterial.objects.exclude(key=None).values_list("key", flat=True))
    keys = [slugify(row["what"])[:80] for row in rows]
    new = [
        OtherMaterial(
            key=key,
            order=order,
            what=row["what"],
            evidence=row["evidence"],
            titles_confirmed=row["titles_confirmed"],
            source=row["source"],
        )
        for order, (key, row) in enumerate(zip(keys, rows, strict=True), start=1)
        if key not in there
    ]
    OtherMaterial.objects.bulk_create(new)
    return Loaded("other material of the programme", len(new), len(rows) - len(new))
