"""fixtures/pages.yaml and people.yaml -> rows. What is there already, by its key, is never touched.

A page's sections, ways in and a person's words come with their page or person only: what staff took out
of one stays out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from resources.content import Loaded
from selfharm_portal import content_files

from .models import Page, PageKey, PageSection, Partner, Person, PersonGroup, PersonKind, WayIn

#: Keys of the files that are no row's: where what they say is kept.
KEPT_IN_CODE = {
    "pages.yaml: schema_version": "selfharm_portal.pages.content",
    "pages.yaml: about": "selfharm_portal.pages.markdown",  # what bold square brackets mean
    "people.yaml: schema_version": "selfharm_portal.pages.content",
}


@transaction.atomic
def load(fixtures: Path) -> list[Loaded]:
    """Create what the two files have and the database has not."""
    pages = content_files.read(fixtures / "pages.yaml")
    people = content_files.read(fixtures / "people.yaml")
    texts = [*pages["pages"], _people_page(people)]
    for text in texts:
        if text["key"] == PageKey.HOW_WE_CHOOSE:
            text["sections"] = [*text["sections"], _writing_rules(pages["writing_rules"])]
    return [
        _load_pages(texts),
        _load_groups(people["groups"]),
        _load_people(people["expert_reference_panel"], people["core_staff"]),
        _load_partners(people["partners"]),
    ]


def _people_page(people: dict[str, Any]) -> dict[str, Any]:
    """people.yaml says something of the page as a whole; that becomes the page's own words."""
    return {
        "key": PageKey.PEOPLE,
        "title": "People and partners",
        "lead": "Who leads the programme, who guides it, and who pays for it.",
        "sections": [
            {"key": "core-staff", "heading": "Core staff", "body_markdown": people["core_staff_note"]["text"]}
            | {"source": people["core_staff_note"]["source"]},
            {"key": "how-people-are-named", "heading": "How people are named here", "body_markdown": people["about"]},
        ],
    }


def _writing_rules(rules: list[str]) -> dict[str, Any]:
    return {
        "key": "how-we-write",
        "heading": "How we write",
        "body_markdown": "\n".join(f"- {rule}" for rule in rules),
    }


def _load_pages(rows: list[dict[str, Any]]) -> Loaded:
    there = set(Page.objects.values_list("key", flat=True))
    new = [row for row in rows if row["key"] not in there]
    for row in new:
        page = Page.objects.create(
            key=row["key"],
            title=row["title"],
            tagline=row.get("tagline", ""),
            lead=row["lead"],
            intro="\n\n".join(row.get("intro", [])),
        )
        PageSection.objects.bulk_create(
            PageSection(
                page=page,
                order=order,
                key=section.get("key") or slugify(section["heading"])[:80],
                heading=section["heading"],
                body_markdown=section["body_markdown"],
                source=section.get("source", ""),
            )
            for order, section in enumerate(row["sections"], start=1)
        )
        WayIn.objects.bulk_create(
            WayIn(page=page, order=order, **way) for order, way in enumerate(row.get("ways_in", []), start=1)
        )
    return Loaded("pages", len(new), len(rows) - len(new))


def _load_groups(rows: list[dict[str, Any]]) -> Loaded:
    there = set(PersonGroup.objects.values_list("key", flat=True))
    new = [PersonGroup(order=order, **row) for order, row in enumerate(rows, start=1) if row["key"] not in there]
    PersonGroup.objects.bulk_create(new)
    return Loaded("groups of the panel", len(new), len(rows) - len(new))


def _load_people(panel: list[dict[str, Any]], core_staff: list[dict[str, Any]]) -> Loaded:
    there = set(Person.objects.values_list("key", flat=True))
    groups = dict(PersonGroup.objects.values_list("key", "pk"))
    rows = [(PersonKind.PANEL, row) for row in panel] + [(PersonKind.CORE_STAFF, row) for row in core_staff]
    new = [
        Person(
            key=row["key"],
            kind=kind,
            group_id=groups[row["group"]] if kind == PersonKind.PANEL else None,
            order=row["order"],
            title=row.get("title") or "",
            name=row["name"],
            role=row["role"],
            role_as_published=row.get("role_as_published") or "",
            organisation=row["organisation"],
            evidence=row["evidence"],
            note=row["note"] or "",
            confirmed=row["confirmed"],
            **_correction(row.get("correction_proposed")),
        )
        for kind, row in rows
        if row["key"] not in there
    ]
    Person.objects.bulk_create(new)
    return Loaded("people", len(new), len(rows) - len(new))


def _correction(proposed: dict[str, str] | None) -> dict[str, str]:
    """“likely; ask before changing” is how certain it is, and what to do first."""
    if not proposed:
        return {}
    certainty, _, advice = proposed["certainty"].partition("; ")
    return {
        "correction_field": proposed["field"],
        "correction_proposed": proposed["proposed"],
        "correction_reason": proposed["reason"],
        "correction_certainty": certainty,
        "correction_advice": advice,
    }


def _load_partners(rows: list[dict[str, Any]]) -> Loaded:
    there = set(Partner.objects.values_list("key", flat=True))
    new = [
        Partner(**{**row, "url": row["url"] or "", "note": row["note"] or ""})
        for row in rows
        if row["key"] not in there
    ]
    Partner.objects.bulk_create(new)
    return Loaded("partners", len(new), len(rows) - len(new))
