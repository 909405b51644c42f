"""What a chart says: its sentence, its icons and its caption. Its drawing is tried in test_drawing.py."""

import re
from datetime import date

import pytest
from hypothesis import given, settings

from measures import sentences
from measures.charts import chart
from tests.measures.charted import SHIFTED, STEADY, any_series, months, series


@pytest.mark.parametrize(
    ("unit", "begins"), [("days", "Days each month. "), ("% of visits", "% of visits each month. ")]
)
def test_the_caption_begins_like_a_sentence(unit, begins):
    assert chart(series(STEADY, unit=unit)).caption.startswith(begins)


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
        ("common_cause", "No variation", "the months that have a number are all the same"),
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


@pytest.mark.requirement("G5")
def test_limits_that_look_stale_are_said_below_the_chart_and_stay_where_they_are():
    held = [*STEADY, *[61.0, 63.0] * 7]
    said = chart(series(held)).happened[-1]
    assert said.heading == "These limits look stale, June 2023"
    assert said.words.startswith("Since June 2022, 14 months with a number have held a level above the average")
    assert not any("stale" in note.heading for note in chart(series(held[:26])).happened)
