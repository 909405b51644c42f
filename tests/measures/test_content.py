"""What fixtures/measures.yaml says arrives whole, once, and is left to the curators after that."""

from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import models

from measures import content, rules
from measures.dictionary import definitions
from measures.models import (
    Basis,
    DenominatorGroup,
    Domain,
    LinkedTotal,
    Measure,
    MeasureSource,
    MeasureVersion,
)
from resources.models import Resource
from sites.models import Theme

FIXTURES = Path(settings.BASE_DIR) / "fixtures"
FILE = yaml.safe_load((FIXTURES / "measures.yaml").read_text())

#: Keys that are a row's under another name, and the field that has them.
FIELDS_BY_KEY = {
    "domains[].key": (Domain, "slug"),
    "domains[].title": (Domain, "title"),
    "domains[].order": (Domain, "order"),
    "domains[].description": (Domain, "description"),
    "denominator_groups[].key": (DenominatorGroup, "slug"),
    "denominator_groups[].label": (DenominatorGroup, "label"),
    "denominator_groups[].definition": (DenominatorGroup, "definition"),
    "linked_totals[].key": (LinkedTotal, "slug"),
    "linked_totals[].left.code": (LinkedTotal, "left"),
    "linked_totals[].left.field": (LinkedTotal, "left_field"),
    "linked_totals[].right.code": (LinkedTotal, "right"),
    "linked_totals[].right.field": (LinkedTotal, "right_field"),
    "linked_totals[].meaning": (LinkedTotal, "meaning"),
    "measures[].code": (Measure, "code"),
    "measures[].key": (Measure, "slug"),
    "measures[].domain": (Measure, "domain"),
    "measures[].version": (MeasureVersion, "number"),
    "measures[].themes[]": (MeasureVersion, "themes"),
    "measures[].inclusions[]": (MeasureVersion, "inclusions"),
    "measures[].exclusions[]": (MeasureVersion, "exclusions"),
    "measures[].pitfalls[]": (MeasureVersion, "pitfalls"),
    "measures[].source.resource_key": (MeasureSource, "resource"),
    "measures[].related_sources[].resource_key": (MeasureSource, "resource"),
}
#: Below these, a key is the field of that name, or an item of that JSON field.
MODELS_BY_PREFIX = {
    "measures[].source.": MeasureSource,
    "measures[].related_sources[].": MeasureSource,
    "measures[].": MeasureVersion,
}
JSON_BY_PREFIX = {"measures[].worked_example.": (MeasureVersion, "worked_example")}


def paths(value, path=""):
    """measures[].source.title, for every leaf of the file."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from paths(item, f"{path}[]")
    else:
        yield path


@pytest.fixture
def library_and_themes(db):
    """What the measures name: of the library and of the areas, the least that has a name."""
    from resources import content as library
    from sites import content as areas

    library.load(FIXTURES)
    areas.load(FIXTURES)


@pytest.fixture
def loaded(library_and_themes):
    return content.load(FIXTURES)


def test_every_key_has_a_home():
    homeless = []
    for path in sorted(set(paths(FILE))):
        if path in content.KEPT_IN_CODE:
            assert import_module(content.KEPT_IN_CODE[path])
        elif path in FIELDS_BY_KEY:
            model, field = FIELDS_BY_KEY[path]
            assert model._meta.get_field(field)
        elif prefix := next((prefix for prefix in JSON_BY_PREFIX if path.startswith(prefix)), None):
            model, field = JSON_BY_PREFIX[prefix]
            assert isinstance(model._meta.get_field(field), models.JSONField)
        elif prefix := next((prefix for prefix in MODELS_BY_PREFIX if path.startswith(prefix)), None):
            assert MODELS_BY_PREFIX[prefix]._meta.get_field(path.removeprefix(prefix))
        else:
            homeless.append(path)
    assert homeless == []


def test_no_home_is_kept_for_a_key_that_is_gone():
    there = set(paths(FILE))
    assert [path for path in content.KEPT_IN_CODE if path not in there] == []


def test_what_is_kept_in_code_says_what_the_file_says():
    assert FILE["status"] == definitions.STATUS
    assert definitions.CODES.rstrip(".") in FILE["code_scheme"]
    meanings = {Basis(key): text for key, text in FILE["basis_meanings"].items()}
    assert meanings.keys() == definitions.BASIS_MEANINGS.keys()
    for basis, said_differently in {Basis.CONFIRMED: " That measure is", Basis.ADAPTED: " that are named"}.items():
        assert meanings.pop(basis).startswith(definitions.BASIS_MEANINGS[basis].partition(said_differently)[0])
    assert meanings.items() <= definitions.BASIS_MEANINGS.items()
    for kind in FILE["kinds"]:
        in_code = rules.KINDS[kind["key"]]
        assert in_code.label == kind["label"]
        assert in_code.formula == kind["formula"]
        assert list(in_code.entry_fields) == kind["entry_fields"]
        assert list(in_code.whole_numbers) == kind["whole_numbers"]
        assert in_code.zero_denominator == (kind["zero_denominator"] or "")
        assert list(in_code.chart) == kind["chart"]
    for group in FILE["denominator_groups"]:
        assert group["measures"] == [m["code"] for m in FILE["measures"] if m["denominator_group"] == group["key"]]


def test_every_measure_arrives_whole(loaded):
    for row in FILE["measures"]:
        version = MeasureVersion.objects.get(measure__code=row["code"])
        for key in content.AS_THEY_ARE:
            assert getattr(version, key) == row[key], (row["code"], key)
        for key in content.TEXTS:
            assert getattr(version, key) == (row[key] or ""), (row["code"], key)
        assert version.measure.slug == row["key"]
        assert version.measure.domain.slug == row["domain"]
        assert version.number == row["version"]
        assert version.valid_from.isoformat() == row["valid_from"]
        assert {theme.slug for theme in version.themes.all()} == set(row["themes"])
        assert (version.denominator_group.slug if version.denominator_group else None) == row["denominator_group"]
        given = [row["source"], *row["related_sources"]]
        for source, expected in zip(version.sources.order_by("role", "position"), given, strict=True):
            for key in content.SOURCE_AS_THEY_ARE:
                assert getattr(source, key) == expected[key]
            for key in content.SOURCE_TEXTS:
                assert getattr(source, key) == (str(expected[key]) if expected[key] else "")
            assert (source.resource.slug if source.resource else None) == expected["resource_key"]


def test_every_measure_passes_the_checks_of_its_form(loaded):
    for version in MeasureVersion.objects.all():
        version.full_clean()


@pytest.mark.requirement("D2")
def test_the_portal_works_every_example_out_to_what_it_says(loaded):
    for row in FILE["measures"]:
        version = MeasureVersion.objects.get(measure__code=row["code"])
        assert definitions.example_result(version) == Decimal(str(row["worked_example"]["result"])), row["code"]


def test_linked_totals_name_both_ends(loaded):
    total = LinkedTotal.objects.get(slug="referrals_and_ethnicity")
    assert (total.left.code, total.left_field) == ("SH01", "numerator")
    assert (total.right.code, total.right_field) == ("SH06", "denominator")


def test_loading_says_what_it_did(loaded, django_assert_max_num_queries):
    assert {kind: created for kind, created, kept in loaded} == {
        "domains of measures": 7,
        "denominator groups": 4,
        "measures": 28,
        "linked totals": 2,
    }
    with django_assert_max_num_queries(6):
        again = content.load(FIXTURES)
    assert [(kind, 0, created) for kind, created, _ in loaded] == again


def test_what_staff_changed_stays(loaded):
    MeasureVersion.objects.filter(measure__code="SH01").update(name="People referred to us")
    Measure.objects.filter(code="SH02").update(withdrawn=True)
    MeasureSource.objects.filter(version__measure__code="SH07").delete()
    Resource.objects.filter(slug="nice-qs34").update(qs34_statements=[])
    content.load(FIXTURES)
    assert MeasureVersion.objects.get(measure__code="SH01").name == "People referred to us"
    assert Measure.objects.get(code="SH02").withdrawn
    assert not MeasureSource.objects.filter(version__measure__code="SH07").exists()
    assert Resource.objects.get(slug="nice-qs34").qs34_statements == []


@pytest.mark.requirement("J2")
def test_the_sources_that_were_read_give_the_standards_first_statements(loaded):
    assert Resource.objects.get(slug="nice-qs34").qs34_statements == [1, 3, 6, 7, 8]


def test_statements_that_a_curator_gave_are_left_alone(library_and_themes):
    Resource.objects.filter(slug="nice-qs34").update(qs34_statements=[2])
    content.load(FIXTURES)
    assert Resource.objects.get(slug="nice-qs34").qs34_statements == [2]


def test_a_library_without_the_item_still_has_the_source(library_and_themes):
    Resource.objects.filter(slug="nice-qs189").delete()
    content.load(FIXTURES)
    source = MeasureSource.objects.get(version__measure__code="SH11", role="primary")
    assert source.title == "Suicide prevention (quality standard QS189)"
    assert source.resource is None


def test_themes_are_the_areas_own(loaded):
    assert Theme.objects.filter(measure_versions__isnull=False).exists()
