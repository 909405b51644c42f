"""The geometry of the charts, and that drawing, sentence and table say the same."""

import re
import subprocess
import sys
from datetime import date
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template import Context
from django.template.engine import Engine
from hypothesis import given, settings
from hypothesis import strategies as st

from measures import charts, sentences
from measures.charts import Chart, ChartDrawing, chart
from measures.findings import Beginning, Milestone, Series
from measures.reporting_calendar import month_in_words

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def months(how_many: int, first: date = date(2021, 4, 1)) -> list[date]:
    months_since_0 = [first.year * 12 + first.month - 1 + n for n in range(how_many)]
    return [date(n // 12, n % 12 + 1, 1) for n in months_since_0]


def limits_from(month: date) -> Beginning:
    return Beginning(month, "limits", "Limits recalculated.")


def series(values, **changes) -> Series:
    given = {"title": "Safety plan made together", "unit": "%", "months": months(len(values))}
    return Series(**(given | {"values": values} | changes))


STEADY = [54.0, 58.0, 51.0, 55.0, 53.0, 57.0, 52.0, 56.0, 54.0, 50.0, 58.0, 53.0, 55.0, 52.0]
SHIFTED = [*STEADY, 61.0, 60.0, 62.0, 59.0, 61.0, 63.0, 60.0, 62.0]


@st.composite
def any_series(draw) -> Series:
    how_many = draw(st.integers(1, 72))
    unit, highest, decimals = draw(
        st.sampled_from([("%", 100, 1), ("people", 400, 0), ("visits", 10_000_000, 0), ("points", 40, 1)])
    )
    value = st.floats(0, highest, allow_nan=False).map(lambda x: round(x, decimals))
    values = draw(st.lists(st.one_of(st.none(), value), min_size=how_many, max_size=how_many))
    all_months = months(how_many, draw(st.sampled_from([date(2021, 4, 1), date(2022, 11, 1), date(2023, 1, 1)])))
    days = st.dates(all_months[0], all_months[-1])
    return Series(
        title="Any",
        unit=unit,
        months=all_months,
        values=values,
        reasons=["Not collected this month"] * how_many,
        improvement_direction=draw(st.sampled_from(["increase", "decrease", "neutral"])),
        target=draw(st.one_of(st.none(), value)),
        beginnings=[limits_from(month) for month in draw(st.lists(st.sampled_from(all_months), max_size=2))],
        milestones=[Milestone(day, n, "Training") for n, day in enumerate(draw(st.lists(days, max_size=6)), start=1)],
        decimals=decimals,
    )


def drawings(made: Chart) -> list[ChartDrawing]:
    return [made.narrow, made.wide]


def everything_drawn(drawing: ChartDrawing):
    for band in drawing.bands:
        yield from [(band.left, band.top), (band.right, band.bottom)]
    for line in drawing.lines:
        yield from line.points
    for mark in [*drawing.marks, *drawing.discs]:
        yield from [(mark.x - mark.radius, mark.y - mark.radius), (mark.x + mark.radius, mark.y + mark.radius)]
    for label in drawing.labels:
        yield from [(label.box.left, label.box.top), (label.box.right, label.box.bottom)]


@pytest.mark.requirement("G4")
@settings(deadline=None, max_examples=60)
@given(any_series())
def test_nothing_leaves_the_frame(given_series):
    for drawing in drawings(chart(given_series)):
        for x, y in everything_drawn(drawing):
            assert 0 <= x <= drawing.width
            assert 0 <= y <= drawing.height


@pytest.mark.requirement("G4")
@settings(deadline=None, max_examples=60)
@given(any_series())
def test_no_two_labels_overlap(given_series):
    for drawing in drawings(chart(given_series)):
        for one, other in combinations(drawing.labels, 2):
            assert not one.box.overlaps(other.box), (one, other)
        for disc, another in combinations(drawing.discs, 2):
            assert (disc.x - another.x) ** 2 + (disc.y - another.y) ** 2 >= (2 * disc.radius) ** 2
        assert {label.size >= 13 for label in drawing.labels if label.kind != "milenumber"} == {True}


@pytest.mark.requirement("G3")
@settings(deadline=None, max_examples=60)
@given(any_series())
def test_every_month_has_one_mark_and_one_row(given_series):
    made = chart(given_series)
    rows = [row for section in made.sections for row in section.rows]
    assert [row.month for row in rows] == [month_in_words(month) for month in given_series.months]
    for drawing in drawings(made):
        marks = sorted(drawing.marks, key=lambda mark: mark.x)
        assert [mark.kind for mark in marks] == [row.kind for row in rows]
        assert [mark.kind == "missing" for mark in marks] == [value is None for value in given_series.values]
        for mark, row in zip(marks, rows, strict=True):
            assert mark.text.startswith(f"{row.month}: ")
            assert mark.text.lower().endswith(row.says.lower())
            assert row.kind == "missing" or row.value in mark.text


@settings(deadline=None, max_examples=60)
@given(any_series())
def test_heights_follow_the_values(given_series):
    for drawing in drawings(chart(given_series)):
        marks = sorted((mark for mark in drawing.marks if mark.kind != "missing"), key=lambda mark: mark.x)
        values = [value for value in given_series.values if value is not None]
        for (value_a, a), (value_b, b) in combinations(list(zip(values, marks, strict=True))[:12], 2):
            assert value_a >= value_b or a.y >= b.y
            assert drawing.plot.top <= a.y <= drawing.plot.bottom


@pytest.mark.requirement("G3")
@pytest.mark.requirement("E7")
def test_what_is_sent_and_not_accepted_is_hollow_and_read_by_no_rule():
    waiting = [*[None] * 13, 20.0, 99.0]
    with_it = chart(series([*STEADY, None], waiting=waiting, reasons=[""] * 14 + ["not accepted yet"]))
    without = chart(series([*STEADY, None]))
    assert with_it.sentence == without.sentence
    assert with_it.findings.phases == without.findings.phases
    for drawing in drawings(with_it):
        hollow = [mark for mark in drawing.marks if mark.kind == "waiting"]
        assert [mark.text for mark in hollow] == [
            "May 2022: 20.0%, sent, not yet accepted",
            "June 2022: 99.0%, sent, not yet accepted",
        ]
        assert not any(mark.kind == "missing" for mark in drawing.marks)
        corrected = next(mark for mark in drawing.marks if mark.kind != "waiting" and mark.x == hollow[0].x)
        assert corrected.y < hollow[0].y  # the accepted 52 stays where it is, above the 20 that waits
        assert all(drawing.plot.top <= mark.y <= drawing.plot.bottom for mark in hollow)
        line = [point for line in drawing.lines if line.kind == "line" for point in line.points]
        assert not any((mark.x, mark.y) in line for mark in hollow)
    rows = with_it.sections[-1].rows
    assert (rows[13].value, rows[13].says) == ("52.0%", "Usual. Sent again as 20.0%, not yet accepted")
    assert (rows[14].value, rows[14].says, rows[14].kind) == ("99.0%", "Sent, not yet accepted", "waiting")
    assert [entry.words for entry in with_it.key][-1] == "Sent, not yet accepted"


def test_a_measure_of_which_nothing_is_accepted_yet_shows_what_waits():
    made = chart(series([None, None], waiting=[50.0, 54.0]))
    assert made.sentence == "There are no numbers to show yet."
    assert [row.value for section in made.sections for row in section.rows] == ["50.0%", "54.0%"]


def test_the_line_stops_at_a_gap_and_at_a_new_phase():
    values: list[float | None] = [*STEADY[:6], None, *STEADY[7:], *SHIFTED[:14]]
    made = chart(series(values, beginnings=[limits_from(months(28)[14])], reasons=["System down or changed"] * 28))
    for drawing in drawings(made):
        assert [len(line.points) for line in drawing.lines if line.kind == "line"] == [6, 7, 14]
        assert len([line for line in drawing.lines if line.kind == "mean"]) == 2
        (ring,) = [mark for mark in drawing.marks if mark.kind == "missing"]
        assert ring.y > drawing.plot.bottom  # never a height
        assert ring.text == "October 2021: no number: system down or changed"
    assert [section.words.split(":")[0] for section in made.sections] == ["From April 2021", "From June 2022"]


@pytest.mark.requirement("G3")
@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(SHIFTED) - 1))
def test_taking_a_value_out_and_putting_it_back_gives_the_same_chart(row):
    with_gap: list[float | None] = [*SHIFTED]
    with_gap[row] = None
    chart(series(with_gap))
    with_gap[row] = SHIFTED[row]
    assert chart(series(with_gap)) == chart(series(SHIFTED))


@pytest.mark.parametrize(
    ("unit", "begins"), [("days", "Days each month. "), ("% of visits", "% of visits each month. ")]
)
def test_the_caption_begins_like_a_sentence(unit, begins):
    assert chart(series(STEADY, unit=unit)).caption.startswith(begins)


@pytest.mark.requirement("G2")
def test_thirteen_months_with_a_number_make_limits_and_twelve_a_median():
    few, enough = chart(series([*STEADY[:12], None])), chart(series([*STEADY[:12], None, 54.0]))
    assert "too few months for limits" in few.caption
    assert {line.kind for line in few.wide.lines} >= {"median"}
    assert not {line.kind for line in few.wide.lines} & {"mean", "limit"}
    assert not few.wide.bands
    assert {line.kind for line in enough.wide.lines} >= {"mean", "limit"}
    assert len(enough.wide.bands) == 1


def test_a_new_phase_starts_with_a_median():
    made = chart(series([*STEADY, 70.0, 71.0], beginnings=[limits_from(months(16)[14])]))
    assert {line.kind for line in made.narrow.lines} >= {"mean", "limit", "median"}
    assert made.sentence == (
        "Since limits were recalculated in June 2022, 2 months have a number: the median only, too early to say."
    )


def test_limits_where_no_month_can_go_are_not_drawn():
    made = chart(series([0.0, 6.0, 0.0, 5.0, 1.0, 7.0, 0.0, 6.0, 1.0, 5.0, 0.0, 6.0, 0.0], unit="people", decimals=0))
    ticks = [label.text for label in made.wide.labels if label.kind == "tick"]
    assert "0" in ticks
    assert not any(text.startswith("-") for text in ticks)
    assert len([line for line in made.wide.lines if line.kind == "limit"]) == 1
    assert "lower limit below 0" in made.sections[0].words


@pytest.mark.parametrize("values", [[None], [None] * 20, [0.0], [54.0], [54.0] * 20, [100.0] * 14, [0.0] * 14])
def test_few_or_equal_numbers_still_make_a_chart(values):
    made = chart(series(values, target=50.0))
    assert made.sentence
    assert len(made.narrow.marks) == len(values)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"months": []}, "at least one month"),
        ({"values": [1.0]}, "3 months but 1 values"),
        ({"reasons": ["x"]}, "3 months but 1 reasons"),
        ({"months": [date(2021, 4, 1), date(2021, 5, 1), date(2021, 7, 1)]}, "does not follow"),
    ],
)
def test_what_cannot_be_charted_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        series(**({"values": [1.0, 2.0, 3.0], "months": months(3)} | changes))


@pytest.mark.requirement("G4")
def test_milestones_are_numbered_on_the_chart_and_named_below_it():
    milestones = [
        Milestone(date(2022, 1, 1), 2, "Crisis team trained"),
        Milestone(date(2021, 12, 15), 1, "Template for the plan"),
        Milestone(date(2019, 1, 1), 9, "Before this chart"),
    ]
    made = chart(series(SHIFTED, milestones=milestones))
    assert [(entry.number, entry.month, entry.title) for entry in made.milestones] == [
        ("1", "December 2021", "Template for the plan"),
        ("2", "January 2022", "Crisis team trained"),
    ]
    for drawing in drawings(made):
        assert [label.text for label in drawing.labels if label.kind == "milenumber"] == ["1", "2"]
        assert len(drawing.discs) == 2


# Sentences


SENTENCES = {
    "shift up": (
        series(SHIFTED, improvement_direction="increase"),
        "Since June 2022, 8 months in a row have been above the average of 57%: this is an improvement.",
    ),
    "shift where lower is better": (
        series(SHIFTED, improvement_direction="decrease"),
        "Since June 2022, 8 months in a row have been above the average of 57%: this is a concern.",
    ),
    "shift where neither is better": (
        series(SHIFTED),
        "Since June 2022, 8 months in a row have been above the average of 57%: this is a change.",
    ),
    "shift before a missing month": (
        series([*SHIFTED, None], improvement_direction="increase"),
        "From June 2022 to January 2023, 8 months in a row were above the average of 57%: this is an improvement.",
    ),
    "trend": (
        series([*STEADY, *range(51, 58)], improvement_direction="increase"),
        "7 months in a row rising, from 51% in June 2022 to 57% in December 2022: this is an improvement.",
    ),
    "above the limit": (
        series([*STEADY, 90.0], unit="people", improvement_direction="decrease", decimals=0),
        "June 2022, 90 people, is above the upper limit of 68: this is a concern. "
        "It is one month, so ask what happened.",
    ),
    "close to the limit": (
        series([*STEADY, *STEADY, 64.0, 55.0, 64.0], improvement_direction="increase"),
        "Two of three months up to October 2023 are close to the upper limit of 67%: this is an improvement.",
    ),
    "nothing": (series(STEADY), "Nothing out of the ordinary: the usual ups and downs around 54%."),
    "something earlier": (
        series([90.0, *STEADY]),
        "The latest month, June 2022, is within the usual ups and downs around 57%.",
    ),
    "a target out of reach": (
        series(STEADY, target=90.0, improvement_direction="increase"),
        "Nothing out of the ordinary: the usual ups and downs around 54%. "
        "The target of 90% is out of reach for the process as it works today.",
    ),
    "never a change": (series([54.0] * 14), "Every month has been 54%."),
    "too few": (
        series(STEADY[:9]),
        "Too few months for limits: 9 of the 13 that are needed. "
        "So far 4 months lie above the median of 54% and 3 below.",
    ),
    "one": (series([54.0]), "Too few months for limits: 1 of the 13 that are needed."),
    "none": (series([None, None]), "There are no numbers to show yet."),
}


@pytest.mark.requirement("G6")
@pytest.mark.parametrize("case", SENTENCES)
def test_the_chart_in_a_sentence(case):
    given_series, sentence = SENTENCES[case]
    assert chart(given_series).sentence == sentence


RISING = [*STEADY, *range(51, 58)]
#: The two icons in words, and the icons.
ICON_WORDS = {
    "higher, and better": (
        series(SHIFTED, improvement_direction="increase", target=90.0),
        ("improvement_high", "Improvement: higher", "the latest month is higher than usual, and higher is better"),
        ("fail", "Misses the target", "the target of 90% is out of reach for the process as it works today"),
    ),
    "higher, and worse": (
        series(SHIFTED, improvement_direction="decrease", target=90.0),
        ("concern_high", "Concern: higher", "the latest month is higher than usual, and lower is better"),
        ("pass", "Meets the target", "every month of the process as it works today meets the target of 90%"),
    ),
    "higher, for others to judge": (
        series(SHIFTED, target=90.0),
        ("neutral_high", "Change: higher", "the latest month is higher than usual, and neither direction is better"),
        (None, "Not judged", "neither direction is better, so the target of 90% is shown and not judged"),
    ),
    "a rise, wherever it lies": (
        series(RISING, improvement_direction="increase"),
        ("improvement_high", "Improvement: rising", "7 months in a row are rising, and higher is better"),
        (None, "No target", "no target is set"),
    ),
    "usual": (
        series(STEADY, improvement_direction="increase", target=55.0),
        (
            "common_cause",
            "Usual ups and downs",
            "the latest month is within the ups and downs of the usual size",
        ),
        ("inconsistent", "Hit and miss", "chance decides whether a month meets the target of 55%"),
    ),
    "too few": (
        series(STEADY[:9], improvement_direction="increase", target=55.0),
        (None, "Too few months", "9 of the 13 months that limits need"),
        (None, "Too early to say", "too few months for limits to compare with the target of 55%"),
    ),
    "no limits": (
        series([54.0] * 14, improvement_direction="increase", target=55.0),
        ("common_cause", "No variation", "every month has been the same"),
        (None, "No limits", "these months give no limits to compare with the target of 55%"),
    ),
}


@pytest.mark.requirement("G6")
@pytest.mark.parametrize("case", ICON_WORDS)
def test_icons_have_a_word_and_half_a_sentence(case):
    given_series, variation, assurance = ICON_WORDS[case]
    found = chart(given_series).findings
    assert (found.variation, *sentences.variation_words(found)) == variation
    assert (found.assurance, *sentences.assurance_words(found)) == assurance


@pytest.mark.requirement("G6")
@settings(deadline=None, max_examples=60)
@given(any_series())
def test_no_direction_no_judgement(given_series):
    made = chart(given_series)
    said = " ".join([made.sentence, *(row.says for section in made.sections for row in section.rows)]).lower()
    variation = " ".join(sentences.variation_words(made.findings)).lower()
    assert not re.search(r"\b(better|worse|significant|best|worst)\b", said)
    if given_series.improvement_direction == "neutral":
        assert not re.search(r"improvement|concern", f"{said} {variation}")
        assert not re.search(r"(higher|lower) is better", variation)
    latest = made.findings.latest
    if latest is not None and latest.kind in ("improvement", "concern"):
        assert latest.kind in made.sentence


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(81.25, 1, "81.3"), (0.05, 1, "0.1"), (2.5, 0, "3"), (-0.04, 1, "0.0"), (1840, 0, "1,840"), (1e-9, 1, "0.0")],
)
def test_numbers_as_text(value, decimals, text):
    assert sentences.number_text(value, decimals) == text


# What a template makes of it


def rendered(template: str, **context) -> str:
    engine = Engine(dirs=[str(ROOT / "templates")])
    return engine.get_template(template).render(Context(context))


HOSTILE = "</title><script>alert(1)</script>\"'&{{ x }}"


@pytest.mark.requirement("G8")
@pytest.mark.parametrize("size", ["narrow", "wide"])
def test_the_svg_is_well_formed_and_hostile_text_stays_text(size):
    made = chart(
        series(
            [*SHIFTED, None],
            title=HOSTILE,
            unit=HOSTILE,
            reasons=[HOSTILE] * (len(SHIFTED) + 1),
            target=60.0,
            milestones=[Milestone(date(2022, 1, 1), 1, HOSTILE)],
        ),
        name="sh08",
    )
    drawing = getattr(made, size)
    svg = rendered("measures/_chart.svg", drawing=drawing)
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"sh08-{size}-title sh08-{size}-desc"
    assert [root[0].get("id"), root[1].get("id")] == [f"sh08-{size}-title", f"sh08-{size}-desc"]
    assert HOSTILE in root.findtext(f"{SVG}title", "")
    assert made.sentence in root.findtext(f"{SVG}desc", "")
    assert not list(root.iter(f"{SVG}script"))
    assert not any("style" in element.attrib for element in root.iter())
    assert len(root.findall(f"{SVG}path[@class]")) == sum(
        map(len, (drawing.bands, drawing.lines, drawing.marks, drawing.discs))
    )
    assert [text.text for text in root.iter(f"{SVG}text")] == [label.text for label in drawing.labels]


def test_the_figure_holds_both_drawings_the_legend_and_the_table():
    values: list[float | None] = [*SHIFTED, None]
    made = chart(series(values, milestones=[Milestone(date(2022, 1, 1), 1, HOSTILE)]), name="sh08")
    html = rendered("measures/_chart.html", chart=made)
    root = ElementTree.fromstring(html)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 4
    assert len(root.findall(".//tbody/tr/td[2]/..")) == len(values)
    assert root.findtext("p") == made.sentence
    assert "<script" not in html
    assert HOSTILE in "".join(root.itertext())


def test_the_charts_know_nothing_of_django():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, measures.charts; print([m for m in sys.modules if m.startswith('django')])",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"


def test_every_kind_that_is_drawn_has_its_colours():
    made = chart(series([*SHIFTED, None], target=60.0, milestones=[Milestone(date(2022, 1, 1), 1, "x")]))
    for drawing in drawings(made):
        drawn = {part.kind for parts in (drawing.lines, drawing.marks, drawing.bands) for part in parts}
        assert drawn <= set(charts.PAINTS)
