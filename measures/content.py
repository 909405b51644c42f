"""fixtures/measures.yaml -> rows. What is there already, by its key, is never touched: it is the curators' now.

A measure's first version, its sources and themes come with the measure only: what staff took out stays out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from resources.content import Loaded
from resources.models import Resource
from selfharm_portal import content_files
from sites.models import Theme

from .models import DenominatorGroup, Domain, LinkedTotal, Measure, MeasureSource, MeasureVersion

#: Keys of the file that are no row's: where what they say is kept.
KEPT_IN_CODE = {
    "format": "measures.content",
    "status": "measures.dictionary.definitions",
    "code_scheme": "measures.dictionary.definitions",
    "basis_meanings.confirmed_from_source": "measures.dictionary.definitions",
    "basis_meanings.adapted": "measures.dictionary.definitions",
    "basis_meanings.proposed": "measures.dictionary.definitions",
    "disclosure_note": "measures.dictionary.definitions",
    "timing_note": "measures.models",  # the help texts of the two fields
    "value_note": "measures.rules",  # `rounded`
    "kinds[].key": "measures.rules",
    "kinds[].label": "measures.rules",
    "kinds[].entry_fields[]": "measures.rules",
    "kinds[].formula": "measures.rules",
    "kinds[].whole_numbers[]": "measures.rules",
    "kinds[].zero_denominator": "measures.rules",
    "kinds[].chart[]": "measures.rules",
    "denominator_groups[].measures[]": "measures.models",  # each version names its group; a test compares the two
}

#: Keys of a measure that are taken over under the same name; "" stands for null in a text.
AS_THEY_ARE = [
    "name",
    "question",
    "description",
    "rationale",
    "kind",
    "measure_type",
    "unit",
    "rate_multiplier",
    "numerator",
    "inclusions",
    "exclusions",
    "pitfalls",
    "month_rule",
    "cohort_month_offset",
    "reporting_lag_days",
    "how_to_collect",
    "worked_example",
    "improvement_direction",
    "target",
    "value_min",
    "value_max",
    "decimals",
    "basis",
    "disclosure_sensitive",
    "balancing",
]
TEXTS = ["denominator", "target_source", "target_note", "basis_note", "ncish_dictionary_reference"]
#: The other keys of a measure, and where they go.
RENAMED = {
    "code": "measure",
    "key": "slug",
    "domain": "domain",
    "version": "number",
    "valid_from": "valid_from",
    "denominator_group": "denominator_group",
    "themes": "themes",
    "source": "sources",
    "related_sources": "sources",
}

SOURCE_AS_THEY_ARE = ["title", "year", "verified"]
SOURCE_TEXTS = ["organisation", "url", "statement", "note"]

#: The item of the library whose statements a measure's source can name.
QS34 = "nice-qs34"


@transaction.atomic
def load(fixtures: Path) -> list[Loaded]:
    """Create what the file has and the database has not. The library and the areas' themes must be there."""
    content = content_files.read(fixtures / "measures.yaml")
    return [
        _load_domains(content["domains"]),
        _load_groups(content["denominator_groups"]),
        _load_measures(content["measures"]),
        _load_linked_totals(content["linked_totals"]),
    ]


def _load_domains(rows: list[dict[str, Any]]) -> Loaded:
    there = set(Domain.objects.values_list("slug", flat=True))
    new = [
        Domain(slug=row["key"], title=row["title"], order=row["order"], description=row["description"])
        for row in rows
        if row["key"] not in there
    ]
    Domain.objects.bulk_create(new)
    return Loaded("domains of measures", len(new), len(rows) - len(new))


def _load_groups(rows: list[dict[str, Any]]) -> Loaded:
    there = set(DenominatorGroup.objects.values_list("slug", flat=True))
    new = [
        DenominatorGroup(slug=row["key"], label=row["label"], definition=row["definition"])
        for row in rows
        if row["key"] not in there
    ]
    DenominatorGroup.objects.bulk_create(new)
    return Loaded("denominator groups", len(new), len(rows) - len(new))


def _load_measures(rows: list[dict[str, Any]]) -> Loaded:
    there = set(Measure.objects.values_list("code", flat=True))
    new = [row for row in rows if row["code"] not in there]
    if new:
        domains = dict(Domain.objects.values_list("slug", "pk"))
        groups = dict(DenominatorGroup.objects.values_list("slug", "pk"))
        themes = dict(Theme.objects.values_list("slug", "pk"))
        library: dict[str | None, int] = dict(Resource.objects.values_list("slug", "pk"))
        measures = Measure.objects.bulk_create(
            Measure(code=row["code"], slug=row["key"], domain_id=domains[row["domain"]]) for row in new
        )
        versions = MeasureVersion.objects.bulk_create(
            _version(row, measure, groups) for row, measure in zip(new, measures, strict=True)
        )
        has_theme = MeasureVersion.themes.through
        has_theme.objects.bulk_create(
            has_theme(measureversion_id=version.pk, theme_id=themes[theme])
            for row, version in zip(new, versions, strict=True)
            for theme in row["themes"]
        )
        MeasureSource.objects.bulk_create(
            source for row, version in zip(new, versions, strict=True) for source in _sources(row, version, library)
        )
        _first_statements_of_qs34()
    return Loaded("measures", len(new), len(rows) - len(new))


def _version(row: Mapping[str, Any], measure: Measure, groups: Mapping[str, int]) -> MeasureVersion:
    return MeasureVersion(
        **{key: row[key] for key in AS_THEY_ARE},
        **{key: row[key] or "" for key in TEXTS},
        measure=measure,
        number=row["version"],
        valid_from=date.fromisoformat(row["valid_from"]),
        denominator_group_id=groups[row["denominator_group"]] if row["denominator_group"] else None,
    )


def _sources(row: Mapping[str, Any], version: MeasureVersion, library: Mapping[str | None, int]) -> list[MeasureSource]:
    """The source, then what the measure is related to, in the file's order."""
    given = [(MeasureSource.Role.PRIMARY, 0, row["source"])]
    given += [(MeasureSource.Role.RELATED, position, source) for position, source in enumerate(row["related_sources"])]
    return [
        MeasureSource(
            **{key: source[key] for key in SOURCE_AS_THEY_ARE},
            **{key: source[key] or "" for key in SOURCE_TEXTS},
            version=version,
            role=role,
            position=position,
            resource_id=library.get(source["resource_key"]),  # none where curators have taken it out
        )
        for role, position, source in given
    ]


def _first_statements_of_qs34() -> None:
    """The statements of the quality standard that measures follow, until a curator says more.

    Only sources that somebody has read, and only while the field is empty.
    """
    followed = MeasureSource.objects.filter(resource__slug=QS34, verified=True).values_list("statement", flat=True)
    statements = sorted({int(statement) for statement in followed if statement.isdecimal()})
    Resource.objects.filter(slug=QS34, qs34_statements=[]).update(qs34_statements=statements)


def _load_linked_totals(rows: list[dict[str, Any]]) -> Loaded:
    there = set(LinkedTotal.objects.values_list("slug", flat=True))
    new = [row for row in rows if row["key"] not in there]
    if new:
        measures = dict(Measure.objects.values_list("code", "pk"))
        LinkedTotal.objects.bulk_create(
            LinkedTotal(
                slug=row["key"],
                left_id=measures[row["left"]["code"]],
                left_field=row["left"]["field"],
                right_id=measures[row["right"]["code"]],
                right_field=row["right"]["field"],
                meaning=row["meaning"],
            )
            for row in new
        )
    return Loaded("linked totals", len(new), len(rows) - len(new))
