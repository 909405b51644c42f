"""A measure's chart: its drawing at three widths, and all that stands around it.

`chart` is the one door. It asks findings.py what the months say and puts the sentence, the icons, the key, what
happened, what the letters mean and the table beside the drawing (drawing.py), so that none of them can disagree.

Pure: no Django.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from measures import sentences
from measures.geometry.drawing import (
    MIDDLE,
    NARROW,
    SIGN_OF_BREAK,
    WIDE,
    Drawing,
    Size,
    aim_flag,
    charted_breaks,
    draw,
    months_needed,
    rule_label,
    target_flag,
    value_axis,
)
from measures.geometry.shapes import Line, Mark, Shape, Sign, rectangle
from measures.reporting_calendar import month_in_words
from measures.sentences import number_text, with_sign
from measures.spc import ATTRIBUTE_KINDS
from measures.statistics import chart_kinds
from measures.statistics.findings import (
    WAITING,
    WORDS_OF_KIND,
    Findings,
    Phase,
    Series,
    SpecialCause,
    TableSection,
    charted_milestones,
    find,
    limit_words,
    line_text,
    said_after,
    table,
)
from measures.statistics.stale_limits import stale_limits


@dataclass(frozen=True)
class Icon:
    """icon: a name of components/chart_icon.html; word and half a sentence beside it."""

    icon: str
    word: str
    half: str


@dataclass(frozen=True)
class KeyEntry:
    """Signs of the chart and what they mean; drawn in a box of 28 by 18."""

    signs: Sequence[Shape]
    words: str


@dataclass(frozen=True)
class Note:
    """Something on the chart in words. kind: how its sign looks (mile, def, limits, or that of a rule).

    said: what the team says of it, and who.
    """

    kind: str
    sign: str
    heading: str
    words: str = ""
    said: str = ""


@dataclass(frozen=True)
class Gap:
    """Neighbouring months without a number for the same reason. signs: drawn in a box of 28 by 28."""

    signs: Sequence[Shape]
    months: str
    reason: str


@dataclass(frozen=True)
class Chart:
    """A chart with all that stands around it; every part comes from the same findings."""

    name: str
    title: str
    caption: str
    sentence: str
    findings: Findings
    icons: Sequence[Icon] = ()
    key: Sequence[KeyEntry] = ()
    happened: Sequence[Note] = ()
    letters: Sequence[Note] = ()
    gaps: Sequence[Gap] = ()
    sections: Sequence[TableSection] = ()
    description: str = field(default="", repr=False)

    @property
    def has_notes(self) -> bool:
        return bool(self.happened or self.letters or self.gaps)

    @property
    def has_groups(self) -> bool:
        """Numbers are of so many: the table says of how many."""
        return any(size is not None for size in self.findings.series.denominators)

    def drawing(self, size: Size) -> Drawing:
        return draw(self.findings, size, name=self.name, title=self.title, description=self.description)

    @cached_property
    def narrow(self) -> Drawing:
        return self.drawing(NARROW)

    @cached_property
    def middle(self) -> Drawing:
        return self.drawing(MIDDLE)

    @cached_property
    def wide(self) -> Drawing:
        return self.drawing(WIDE)


def chart(series: Series, *, name: str = "chart") -> Chart:
    """The chart of a measure: drawn at three widths, said once, and with every number in a table.

    name: tells two charts of one page apart; it begins the ids of the drawings.
    Raises ValueError where spc.py cannot chart the numbers, and says why.
    """
    return chart_of(find(series), name=name)


def chart_of(findings: Findings, *, name: str = "chart") -> Chart:
    """The same, where what the months say is known already."""
    series = findings.series
    said = sentences.sentence(findings)
    caption = chart_caption(findings)
    return Chart(
        name=name,
        title=chart_title(series),
        caption=caption,
        sentence=said,
        findings=findings,
        icons=chart_icons(findings),
        key=chart_key(findings),
        happened=[*what_happened(series), *limits_look_stale(findings)],
        letters=[cause_note(cause, findings) for cause in findings.special_causes],
        gaps=months_without_a_number(findings),
        sections=table(findings),
        # The caption stands before the drawing, and a picture that leaves the page has its own (chart_files.py).
        description=f"{said} All numbers are in the table below the chart.",
    )


def chart_title(series: Series) -> str:
    first, last = month_in_words(series.months[0]), month_in_words(series.months[-1])
    return f"{series.title}, {first}" if first == last else f"{series.title}, {first} to {last}"


def chart_caption(findings: Findings) -> str:
    """Unit, kind of chart and why it is this one, where the axis starts, and what to beware of."""
    series, axis = findings.series, value_axis(findings)
    if findings.has_limits or series.chart == "run":
        kind = series.why_this_chart or f"{chart_kinds.CALLED[series.chart]}."
    else:
        kind = "Run chart around the median: too few months for limits."
    lowest = with_sign(number_text(axis.lowest, axis.decimals), series.unit)
    starts = "" if axis.lowest == 0 else f"The axis starts at {lowest}."
    unit = f"{series.unit[:1].upper()}{series.unit[1:]} each month."
    return " ".join(filter(None, [unit, kind, starts, series.caution]))


def chart_icons(findings: Findings) -> list[Icon]:
    no_assurance = "no_target" if findings.series.target is None else "none"
    return [
        Icon(findings.variation or "none", *sentences.variation_words(findings)),
        Icon(findings.assurance or no_assurance, *sentences.assurance_words(findings)),
    ]


def chart_key(findings: Findings) -> list[KeyEntry]:
    """Only the signs that the chart has, with the numbers of its current phase."""
    series, phase, earlier = findings.series, findings.phases[-1], findings.phases[:-1]

    with_centre = [each for each in earlier if each.centre is not None]
    across = [(0.0, 9.0), (28.0, 9.0)]
    key = []
    if phase.centre is not None:
        kind = "median" if phase.is_median else "mean"
        key.append(KeyEntry([Line(kind, across)], f"{phase.called} {line_text(phase.centre, series)}"))
    for called, kind in sorted({(each.called, "median" if each.is_median else "mean") for each in with_centre}):
        if phase.centre is None or called != phase.called:
            key.append(KeyEntry([Line(kind, across)], f"{called} of earlier months"))
    limits = [rectangle("band", 0, 2, 28, 16), *(Line("limit", [(0, y), (28, y)]) for y in (2.0, 16.0))]
    lower, upper = latest_limits(findings, phase)
    if lower is not None and upper is not None:
        called = "Process limits" if series.chart == "xmr" else "Process limits of the latest month"
        key.append(KeyEntry(limits, f"{called}: {limit_words(lower, upper, series)}"))
    elif any(latest_limits(findings, each) != (None, None) for each in earlier):
        key.append(KeyEntry(limits, "Process limits of earlier months"))
    if series.target is not None:
        signs: list[Shape] = [Line("target", [(0, 15), (28, 15)]), target_flag(2, 15, 12)]
        key.append(KeyEntry(signs, f"Target {line_text(series.target, series)}"))
    for aim in series.aims:
        signs = [Line("aim", [(0, 15), (28, 15)]), aim_flag(2, 15, 12)]
        words = f"This area’s own aim from {month_in_words(aim.month)}: {line_text(aim.value, series)}"
        key.append(KeyEntry(signs, words))
    drawn = {
        finding.kind
        for row, finding in enumerate(findings.months)
        if finding.value is not None or series.waiting_in(row) is None
    }
    for kind, radius, words in (
        ("common", 3.6, "Usual ups and downs"),
        ("improvement", 6.0, "Improvement"),
        ("concern", 7.4, "Concern"),
        ("neutral", 5.0, "Change"),
        ("missing", 7.0, "No number this month"),
    ):
        if kind in drawn:
            key.append(KeyEntry([Mark(kind, 14, 9, radius)], words))
    if any(value is not None for value in series.waiting):
        key.append(KeyEntry([Mark("waiting", 14, 9, 5)], WAITING))
    if months_needed(findings):
        key.append(KeyEntry([rectangle("future", 0, 0, 28, 18), Mark("needed", 14, 9, 6)], "Months that limits need"))
    return key


def latest_limits(findings: Findings, phase: Phase) -> tuple[float | None, float | None]:
    """Of the latest month of a phase that has any: on p and u charts a month without a number has none."""
    found = ((month.lower, month.upper) for month in reversed(findings.months[phase.start : phase.stop]))
    return next((limits for limits in found if limits != (None, None)), (None, None))


def what_happened(series: Series) -> list[Note]:
    """Changed definitions, milestones and recalculated limits, in order of time."""
    headings = {"definition": "Definition changed", "board": "The area’s board changed"}
    recalculated = {beginning.month: beginning.words for beginning in series.beginnings if beginning.why == "limits"}
    dated = []
    for beginning in charted_breaks(series):
        heading = f"{headings[beginning.why]}, {month_in_words(beginning.month)}"
        dated.append((beginning.month, 0, Note("def", SIGN_OF_BREAK[beginning.why], heading, beginning.words)))
    for milestone in charted_milestones(series):
        # Limits are recalculated at a milestone: said with it, they need no sign of their own.
        words = " ".join(filter(None, [milestone.title, recalculated.pop(milestone.day.replace(day=1), "")]))
        note = Note("mile", str(milestone.number), month_in_words(milestone.day), words)
        dated.append((milestone.day, milestone.number, note))
    for month, words in recalculated.items():
        dated.append((month, 0, Note("limits", "", f"Limits recalculated, {month_in_words(month)}", words)))
    return [note for _, _, note in sorted(dated, key=lambda each: each[:2])]


def limits_look_stale(findings: Findings) -> list[Note]:
    stale = stale_limits(findings)
    return [Note("limits", "", stale.heading, stale.words)] if stale else []


def months_in_words(rows: Sequence[int], series: Series) -> list[str]:
    """May and July 2023; three months in a row or more are a span."""
    said = [month_in_words(series.months[row]) for row in rows]
    if len(rows) > 2 and rows[-1] - rows[0] == len(rows) - 1:
        return [f"{said[0]} to {said[-1]}"]
    return [", ".join(said[:-1]), said[-1]] if len(said) > 1 else said


def cause_note(cause: SpecialCause, findings: Findings) -> Note:
    """What a letter on the chart means: the rule, the months, and the line that they are compared with."""
    series = findings.series
    first, last = findings.months[cause.start], findings.months[cause.stop - 1]
    months = month_in_words(first.month)
    if last is not first:
        months = f"{months} to {month_in_words(last.month)}"
    phase = next(phase for phase in findings.phases if phase.start <= cause.start < phase.stop)
    side, limit_name = ("above", "upper") if cause.is_high else ("below", "lower")
    month = findings.months[cause.rows[0]]
    limit = month.upper if cause.is_high else month.lower
    near = f"the {limit_name} limit" + (f" of {line_text(limit, series)}" if limit is not None else "")
    if len(cause.rows) > 1 and series.chart in ATTRIBUTE_KINDS:
        near = f"the {limit_name} limits of their months"
    flagged = " and ".join(months_in_words(cause.rows, series))
    centre = f"{phase.called.lower()} of {line_text(phase.centre or 0, series)}"
    is_are = "is" if len(cause.rows) == 1 else "are"
    words = {
        "astronomical": f"{flagged} {is_are} {side} {near}.",
        "trend": f"{months}, each {'higher' if cause.is_high else 'lower'} than the month before.",
        "two_in_three": f"{flagged} {is_are} close to {near}.",
        "shift": f"{months}, all {side} the average of {line_text(phase.centre or 0, series)}.",
        "long_run": f"{months}, all {side} the {centre} or on it: longer than chance explains.",
        "few_crossings": f"{months}: the line crosses the {centre} less often than chance explains.",
    }[cause.rule]
    story = findings.story_of(cause)
    said = f"“{story.text}” {story.by}{said_after(findings.gone_on_words(cause))}" if story else ""
    return Note(cause.kind, cause.letter, f"{WORDS_OF_KIND[cause.kind]}: {rule_label(cause)}", words, said)


def months_without_a_number(findings: Findings) -> list[Gap]:
    gaps = []
    waits = findings.series.waiting_in
    rows = list(enumerate(findings.months))
    for reason, group in groupby(rows, key=lambda each: "" if waits(each[0]) is not None else each[1].reason):
        if not reason:
            continue
        months = [month_in_words(finding.month) for _, finding in group]
        said = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
        signs: list[Shape] = [Mark("missing", 14, 14, 11), Sign(14, 14, 11, reason)]
        gaps.append(Gap(signs, said, f"{reason[:1].upper()}{reason[1:]}"))
    return gaps
