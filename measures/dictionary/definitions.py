"""What the pages of the data dictionary say about a measure: which words, numbers and links, in which order.

Templates print what they are given. No submitted number is read here, and a source's `note` is not either:
it is for curators, and says what they still have to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse

from measures import rules
from measures.models import Basis, Domain, Kind, LinkedTotal, Measure, MeasureSource, MeasureVersion, TotalField
from measures.reporting_calendar import last_day, month_in_words
from measures.sentences import number_text, with_unit
from measures.wording import shifted
from resources import qs34
from selfharm_portal.facts import Fact, Link, host
from sites.models import Area

#: Of all of them, on every page of the dictionary, until NCISH has confirmed its own.
STATUS = "Draft for NCISH to confirm. Not the NCISH data dictionary: that PDF was not available to us."

#: Why codes look as they do.
CODES = (
    "A code has no meaning of its own, so a measure keeps it when it moves to another domain or is renamed; "
    "a withdrawn code is never used again."
)

#: What each basis means, in a sentence for readers.
BASIS_MEANINGS = {
    Basis.CONFIRMED: "Numerator and denominator follow a published measure that we read, in our own words. "
    "That measure is its publisher's: it is no proof that NCISH's dictionary has it.",
    Basis.ADAPTED: "Built on a published statement, time limit or audit, with changes that are named here.",
    Basis.PROPOSED: "Our own measure in the standard sense of the words, for NCISH to confirm, change or drop.",
}

PEOPLE_COUNTED = (
    "Counts people or their visits. Before anything is published, numbers of 1 to 7 are hidden and the others "
    "rounded to the nearest 5, to protect people."
)
PEOPLE_NOT_COUNTED = (
    "Counts neither people in care nor their visits. A very small team may still ask for its totals to be "
    "treated like small numbers of people."
)

NOT_CHECKED = "Not checked against the source"

#: The picture of an example has a dot for each person, in rows of this length.
MOST_DOTS, DOTS_IN_A_ROW, DOT_STEP = 60, 19, 28
#: The parts of an example that are whole numbers, and where its numbers end.
COUNTS, MOST_IN_AN_EXAMPLE = ("numerator", "denominator"), 10**9
COUNTS_PEOPLE = re.compile(r"The number of (different )?(people|staff)\b")

FIELD_NAMES = {TotalField.NUMERATOR: "top number", TotalField.DENOMINATOR: "bottom number"}


class ListItem(NamedTuple):
    code: str
    label: str
    url: str
    text: str
    meta: str


class Chapter(NamedTuple):
    """A domain with its measures."""

    slug: str
    title: str
    description: str
    items: list[ListItem]


class Dot(NamedTuple):
    x: int
    y: int
    on: bool


class Dots(NamedTuple):
    label: str
    dots: list[Dot]
    width: int
    height: int


class Example(NamedTuple):
    """A worked example, with the result that the portal itself has worked out."""

    text: str
    dots: Dots | None
    sum: str
    result: str


class Source(NamedTuple):
    label: str
    url: str
    details: str
    elsewhere: Link | None
    #: The page of a statement of QS34.
    statement: Link | None
    warning: str


class MeasurePage(NamedTuple):
    shown: MeasureVersion
    code: str
    name: str
    question: str
    description: str
    domain: Link
    withdrawn: str
    summary: list[str]
    top: str
    bottom: str
    top_label: str
    bottom_label: str
    example: Example | None
    inclusions: list[str]
    exclusions: list[str]
    pitfalls: list[str]
    facts: list[Fact]
    sources: list[Source]
    related_sources: list[Source]
    library: list[Link]
    #: None for everybody else than NCISH's own people.
    areas: list[Link] | None
    version: str


# A version in words (pure)


def current(versions: Sequence[MeasureVersion], month: date) -> MeasureVersion | None:
    """The version that holds in the month, of a measure's versions with the newest first; else the first to come."""
    for version in versions:
        if version.valid_from <= month:
            return version
    return versions[-1] if versions else None


def kind_and_direction(version: MeasureVersion) -> str:
    """Percentage, higher is better"""
    direction = version.get_improvement_direction_display()
    return f"{version.get_kind_display()}, {direction[0].lower()}{direction[1:]}"


def range_in_words(lowest: int, highest: int | None) -> str:
    return f"{lowest:,} or more" if highest is None else f"from {lowest:,} to {highest:,}"


def given_as(version: MeasureVersion) -> str:
    """A percentage, from 0 to 100, with 1 decimal place"""
    what = {
        Kind.PROPORTION: f"A percentage {version.unit.removeprefix('%').strip()}".strip(),
        Kind.COUNT: f"A number of {version.unit}",
        Kind.RATE: f"A rate: {version.unit}",
        Kind.MEDIAN_DAYS: f"A median in {version.unit}",
        Kind.MEAN_SCORE: f"A mean score in {version.unit}",
    }[Kind(version.kind)]
    if version.decimals:
        places = f"with {version.decimals} decimal {'place' if version.decimals == 1 else 'places'}"
    else:
        places = "as a whole number"
    return f"{what}, {range_in_words(version.value_min, version.value_max)}, {places}."


def whose_month_in_words(cohort_month_offset: int) -> str:
    """Empty where the people belong to the month that is reported."""
    if not cohort_month_offset:
        return ""
    if cohort_month_offset == -1:
        return "The numbers of a month speak of people of the month before."
    return f"The numbers of a month speak of people of {-cohort_month_offset} months before."


def complete_in_words(reporting_lag_days: int) -> str:
    if not reporting_lag_days:
        return "Complete when the month ends."
    return f"Complete {reporting_lag_days} {'day' if reporting_lag_days == 1 else 'days'} after the month ends."


def target_in_words(version: MeasureVersion) -> str:
    if version.target is None:
        return "No target is set."
    target = with_unit(number_text(float(version.target), version.decimals), version.unit)
    return f"{target}, {version.target_source}" if version.target_source else target


def type_in_words(version: MeasureVersion) -> str:
    """What kind of measure it is, and whether it watches over others."""
    said = f"{version.get_measure_type_display()}."
    if version.balancing:
        said += " It stands beside the others, so that a gain in one place is not a loss in another."
    return said


def small_numbers_in_words(version: MeasureVersion) -> str:
    said = PEOPLE_COUNTED if version.disclosure_sensitive else PEOPLE_NOT_COUNTED
    if version.none_is_sensitive:
        said += " That there was nobody can say too much as well, and is treated like a small number."
    if version.all_is_sensitive:
        said += " That it was everybody can say too much as well, and is treated like a small number."
    return said


def versions_in_words(versions: Sequence[MeasureVersion]) -> str:
    """Version 2 from April 2026; version 1 from April 2021 to March 2026: the newest first, as they are given."""
    said = []
    ends = ""
    for version in versions:
        said.append(f"version {version.number} from {month_in_words(version.valid_from)}{ends}")
        ends = f" to {month_in_words(shifted(version.valid_from, -1))}"
    words = "; ".join(said)
    return f"{words[0].upper()}{words[1:]}." + (" There is no earlier one." if len(versions) == 1 else "")


def fraction_labels(kind: str) -> tuple[str, str]:
    """What the two halves of a definition are called."""
    if kind == Kind.COUNT:
        return "What is counted", ""
    if kind == Kind.MEDIAN_DAYS:
        return "The median", "How many people it is of"
    return "Top number", "Bottom number"


# The worked example (pure)


def decimal(given: Any) -> Decimal | None:
    """A number of a JSON field, exactly as it is written there."""
    return None if given is None else Decimal(str(given))


def example_problem(given: dict[str, Any], kind: str) -> str:
    """Why an example cannot be worked out and drawn; empty if it can. Text is no number, even if it looks like one."""
    for name in ("numerator", "denominator", "value", "result"):
        if given.get(name) is not None and not _is_number(given[name]):
            return f"“{name}” has to be a number from 0 up, without quotation marks, for example 29."
        if name in COUNTS and isinstance(given.get(name), float) and (name, kind) != ("numerator", Kind.MEAN_SCORE):
            return f"“{name}” counts, so it is a whole number."
    observations = given.get("observations") or []
    if not isinstance(observations, list) or not all(map(_is_number, observations)):
        return "“observations” are numbers in square brackets, for example [3, 7, 9]."
    return ""


def _is_number(given: Any) -> bool:
    """JSON lets through true, NaN and numbers that nobody can mean."""
    return isinstance(given, int | float) and not isinstance(given, bool) and 0 <= given < MOST_IN_AN_EXAMPLE


def example_result(version: MeasureVersion) -> Decimal | None:
    """What the example comes to, by the rules that months are worked out with; None if it has no numbers.

    A median is taken from its observations, where they are given.
    """
    given = version.worked_example
    value = decimal(given.get("value"))
    if observations := given.get("observations"):
        value = Decimal(str(median(Decimal(str(number)) for number in observations)))
    result = rules.result(
        version.kind, decimal(given.get("numerator")), given.get("denominator"), value, version.rate_multiplier
    )
    return None if result is None else rules.rounded(result, version.decimals)


def sum_in_words(version: MeasureVersion, numerator: Decimal | int | None, denominator: int | None) -> str:
    """29 ÷ 38 × 100 ="""
    if version.kind == Kind.COUNT:
        return "It counts"
    times = {Kind.PROPORTION: " × 100", Kind.RATE: f" × {rules.plain(version.rate_multiplier)}"}
    return f"{rules.plain(numerator)} ÷ {rules.plain(denominator)}{times.get(Kind(version.kind), '')} ="


def example_sum(version: MeasureVersion) -> str:
    given = version.worked_example
    if version.kind == Kind.MEDIAN_DAYS:
        number = given.get("denominator") or 0
        return f"The middle one of {number}:" if number % 2 else f"Half way between the two in the middle of {number}:"
    return sum_in_words(version, decimal(given.get("numerator")), given.get("denominator"))


def example(version: MeasureVersion) -> Example | None:
    result = example_result(version)
    if result is None:
        return None
    return Example(
        text=version.worked_example.get("text", ""),
        dots=example_dots(version),
        sum=example_sum(version),
        result=with_unit(number_text(float(result), version.decimals), version.unit),
    )


def example_dots(version: MeasureVersion) -> Dots | None:
    """A dot for each person. None where others than people are counted, or too many to look at."""
    given = version.worked_example
    if version.kind == Kind.PROPORTION and COUNTS_PEOPLE.match(version.denominator):
        people, filled = given.get("denominator") or 0, given.get("numerator") or 0
        on = range(filled)
        label = (
            f"{people} dots, one for each person of the bottom number. {filled} are filled: they are in the top "
            f"number, too. {people - filled} are empty."
        )
    elif version.kind == Kind.COUNT and version.unit == "people":
        people = given.get("numerator") or 0
        on = range(people)
        label = f"{people} dots, one for each person counted."
    elif version.kind == Kind.MEDIAN_DAYS:
        people = given.get("denominator") or 0
        on = range((people - 1) // 2, people // 2 + 1)
        middle = "The one in the middle is filled." if people % 2 else "The two in the middle are filled."
        label = f"{people} dots, one for each person, from the shortest wait to the longest. {middle}"
    else:
        return None
    if not 0 < people <= MOST_DOTS:
        return None
    dots = [
        Dot(
            x=DOT_STEP // 2 + DOT_STEP * (position % DOTS_IN_A_ROW),
            y=DOT_STEP // 2 + DOT_STEP * (position // DOTS_IN_A_ROW),
            on=position in on,
        )
        for position in range(people)
    ]
    rows = (people - 1) // DOTS_IN_A_ROW + 1
    return Dots(label, dots, width=DOTS_IN_A_ROW * DOT_STEP, height=rows * DOT_STEP)


# Sources and neighbours


def source_in_words(source: MeasureSource, basis: str) -> Source:
    """A link to the library's page where readers have one, else to the source itself."""
    label = source.title
    if source.statement:
        # A quality standard has statements, a guideline has numbered recommendations, a scheme its own codes.
        word = "statement " if source.statement.isdecimal() else ""
        label = f"{label}, {word}{source.statement}"
    in_library = source.resource if source.resource and source.resource.is_published else None
    ours = basis == Basis.PROPOSED and source.role == MeasureSource.Role.PRIMARY and not source.url
    return Source(
        label=label,
        url=in_library.get_absolute_url() if in_library else source.url,
        details=", ".join(str(part) for part in (source.organisation, source.year) if part),
        elsewhere=Link(f"Read it at {host(source.url)}", source.url) if in_library and source.url else None,
        statement=_statement(source),
        # There is nothing to check our own proposal against.
        warning="" if source.verified or ours else NOT_CHECKED,
    )


def _statement(source: MeasureSource) -> Link | None:
    """What else there is about the statement of QS34 that the source names."""
    if not (source.resource and source.resource.slug == qs34.SLUG and source.statement.isdecimal()):
        return None
    label = f"What explains statement {source.statement} of QS34, and which areas work on it"
    return Link(label, qs34.url_of(int(source.statement)))


def named(version: MeasureVersion) -> Link:
    return Link(f"{version.measure.code} {version.name}", version.measure.get_absolute_url())


def linked_facts(measure: Measure, totals: Iterable[LinkedTotal], names: dict[int, MeasureVersion]) -> list[Fact]:
    """One row for each number that another measure has, too."""
    facts = []
    for total in totals:
        mine, other, theirs = total.left_field, total.right_id, total.right_field
        if total.right_id == measure.pk:
            mine, other, theirs = total.right_field, total.left_id, total.left_field
        if other in names:
            link = named(names[other])
            facts.append(
                Fact(
                    "Same number as",
                    links=[link],
                    note=f"Its {FIELD_NAMES[TotalField(theirs)]} and the {FIELD_NAMES[TotalField(mine)]} here. "
                    f"{total.meaning}",
                )
            )
    return facts


# The pages (these ask the database)


def shown_versions(today: date) -> list[MeasureVersion]:
    """The version that the page of each measure shows, by domain and code; 3 queries.

    A code without a definition has nothing to tell a reader.
    """
    shown = []
    for measure in Measure.objects.with_versions().order_by("domain__order", "domain__title", "code"):
        if version := current(list(measure.versions.all()), today):
            version.measure = measure  # with its domain
            shown.append(version)
    return shown


def chapters(versions: Iterable[MeasureVersion]) -> tuple[list[Chapter], list[ListItem]]:
    """By domain, in the order in which they come, and what is no longer asked for."""
    by_domain: dict[Domain, list[ListItem]] = {}
    withdrawn = []
    for version in versions:
        measure = version.measure
        item = ListItem(
            measure.code, version.name, measure.get_absolute_url(), version.question, kind_and_direction(version)
        )
        if measure.withdrawn:
            withdrawn.append(item)
        else:
            by_domain.setdefault(measure.domain, []).append(item)
    return [
        Chapter(domain.slug, domain.title, domain.description, items) for domain, items in by_domain.items()
    ], withdrawn


def measure_page(measure: Measure, today: date, *, for_staff: bool) -> MeasurePage | None:
    """All that a measure's page says of the version that holds; None while it has no definition.

    `measure` comes with its versions and their sources. Which areas report it is for NCISH's own people.
    """
    versions = list(measure.versions.all())
    version = current(versions, today)
    if version is None:
        return None
    sources = list(version.sources.all())
    in_words = [(source, source_in_words(source, version.basis)) for source in sources]
    siblings, totals, names = neighbours(measure, version, today)
    top_label, bottom_label = fraction_labels(version.kind)
    target = target_in_words(version)
    return MeasurePage(
        shown=version,
        code=measure.code,
        name=version.name,
        question=version.question,
        description=version.description,
        domain=Link(measure.domain.title, f"{reverse('measures:list')}#{measure.domain.slug}"),
        withdrawn="It is no longer asked for. Its definition and the months that were given under it stay."
        if measure.withdrawn
        else "",
        summary=[
            version.get_kind_display(),
            version.get_improvement_direction_display(),
            target.rstrip(".") if version.target is None else f"Target {target}",
            version.get_basis_display(),
        ],
        top=version.numerator,
        bottom=version.denominator,
        top_label=top_label,
        bottom_label=bottom_label,
        example=example(version),
        inclusions=version.inclusions,
        exclusions=version.exclusions,
        pitfalls=version.pitfalls,
        facts=[
            *definition_facts(version, siblings),
            *linked_facts(measure, totals, names),
            *origin_facts(version),
            versions_fact(version, versions),
        ],
        sources=[words for source, words in in_words if source.role == MeasureSource.Role.PRIMARY],
        related_sources=[words for source, words in in_words if source.role == MeasureSource.Role.RELATED],
        library=in_the_library(sources),
        areas=[Link(area.place, area.get_absolute_url()) for area in reporting_areas(measure, today)]
        if for_staff
        else None,
        version=f"Version {version.number}, from {month_in_words(version.valid_from)}",
    )


def in_the_library(sources: Iterable[MeasureSource]) -> list[Link]:
    """The sources that the library has, each once."""
    items = (source.resource for source in sources if source.resource and source.resource.is_published)
    return list(dict.fromkeys(Link(str(item), item.get_absolute_url()) for item in items))


def versions_fact(version: MeasureVersion, versions: Sequence[MeasureVersion]) -> Fact:
    if len(versions) == 1:
        return Fact("Versions", versions_in_words(versions))
    return Fact("Versions", versions_in_words(versions), note=to_come(version, versions), url="#versions")


def neighbours(
    measure: Measure, version: MeasureVersion, today: date
) -> tuple[list[MeasureVersion], list[LinkedTotal], dict[int, MeasureVersion]]:
    """The measures of the same group, the linked totals, and the version of each measure at their other end."""
    totals = list(LinkedTotal.objects.filter(Q(left=measure) | Q(right=measure)))
    ends = {pk for total in totals for pk in (total.left_id, total.right_id)} - {measure.pk}
    around = (
        MeasureVersion.objects.valid_in(today)
        .filter(Q(denominator_group__isnull=False, denominator_group=version.denominator_group) | Q(measure__in=ends))
        .exclude(measure=measure)
        .select_related("measure")
        .order_by("measure__code")
    )
    siblings = [
        other
        for other in around
        if version.denominator_group_id and other.denominator_group_id == version.denominator_group_id
    ]
    return siblings, totals, {other.measure_id: other for other in around if other.measure_id in ends}


def reporting_areas(measure: Measure, today: date) -> Iterable[Area]:
    """The listed areas that report the measure this month, A to Z."""
    reported = measure.area_measures.reported_in(today.replace(day=1))
    return Area.objects.listed().filter(pk__in=reported.values("area"))


def definition_facts(version: MeasureVersion, siblings: Sequence[MeasureVersion]) -> list[Fact]:
    month = " ".join(
        part
        for part in (
            version.month_rule,
            whose_month_in_words(version.cohort_month_offset),
            complete_in_words(version.reporting_lag_days),
        )
        if part
    )
    facts = [
        Fact("Why it matters", version.rationale),
        Fact("How to collect it", version.how_to_collect),
        Fact("Which month", month),
        Fact("Given as", given_as(version)),
        *([Fact("If there was nobody", nobody)] if (nobody := rules.KINDS[version.kind].zero_denominator) else []),
        Fact("Which way is better", f"{version.get_improvement_direction_display()}."),
        Fact("Target", target_in_words(version), note=version.target_note),
        Fact("Type", type_in_words(version)),
        Fact(
            "Themes",
            "Of no theme of its own.",
            links=[Link(theme.title, theme.get_absolute_url()) for theme in version.themes.all()] or None,
        ),
    ]
    if version.denominator_group:
        facts.append(
            Fact(
                "Counted together with",
                "" if siblings else "No other measure at present.",
                links=[named(other) for other in siblings] or None,
                note=f"{version.denominator_group.label}: {version.denominator_group.definition} "
                "The bottom numbers agree within a month.",
            )
        )
    return facts


def origin_facts(version: MeasureVersion) -> list[Fact]:
    return [
        Fact("Basis", f"{version.get_basis_display()}.", note=BASIS_MEANINGS[Basis(version.basis)]),
        *([Fact("What is ours", version.basis_note)] if version.basis_note else []),
        Fact(
            "In NCISH's own dictionary",
            version.ncish_dictionary_reference or "Not known yet.",
            note="" if version.ncish_dictionary_reference else "NCISH has still to say whether it has this measure.",
        ),
        Fact("Small numbers", small_numbers_in_words(version)),
    ]


def to_come(version: MeasureVersion, versions: Sequence[MeasureVersion]) -> str:
    """Which version the page shows, where a later one has been agreed already."""
    if version == versions[0]:
        return ""
    return f"This page shows version {version.number}, which holds until {until(version, versions)}."


def until(version: MeasureVersion, versions: Sequence[MeasureVersion]) -> str:
    following = versions[versions.index(version) - 1]
    return month_in_words(last_day(shifted(following.valid_from, -1)))
