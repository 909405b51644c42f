"""The sentence beside a chart, in every combination of what it may have to say."""

import re
from datetime import date
from itertools import chain

import pytest
from django.conf import settings

from measures import sentence_examples, sentences
from measures.reporting_calendar import month_in_words
from measures.sentence_examples import Example, examples
from measures.statistics.findings import find

pytestmark = pytest.mark.requirement("G6")

JUDGEMENT = re.compile(r"this is (an improvement|a concern|a change)\b")
KIND = {"an improvement": "improvement", "a concern": "concern", "a change": "neutral"}
MONTH = re.compile(r"(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}")
NAMES = {day: month_in_words(day) for day in (date(2021 + n // 12, n % 12 + 1, 1) for n in range(84))}
#: Words that judge where nothing may be judged, or claim what a chart cannot show.
NEVER = re.compile(r"\b(better|worse|best|worst|significant|significantly|trend|normal|None|nan)\b")


def about(name: str, said: str) -> str:
    """The part of a sentence that speaks of the target, or of the own aim."""
    if name not in said:
        return ""
    return next(part for part in re.split(r"(?<=[.%a-z]) (?=[A-Z])|; ", said) if name in part)


def check(example: Example) -> None:
    found, said = example.findings, example.sentence
    latest, phase = found.latest, found.phases[-1]
    words = said.split()
    assert len(words) <= sentences.MOST_WORDS
    assert re.match(r"[A-Z0-9]", said)
    assert said.endswith(".")
    assert ("Every month has been" not in said) or len(found.phases) == 1
    assert not re.search(r"  |{", said)
    assert not NEVER.search(said)

    # One judgement at most: the latest month's, or on a run chart that of the runs rules about the whole phase.
    judged = [KIND[kind] for kind in JUDGEMENT.findall(said)]
    signals = bool(phase.runs and phase.runs["runs_signal"])
    if latest is not None and phase.has_enough_months and latest.rule:
        assert judged == [latest.kind]
    else:
        assert judged == (["neutral"] if signals and phase.is_median else [])
        assert ("than chance explains" in said) == signals
        assert (sentences.variation_words(found)[0] == "Within its limits") == (signals and not phase.is_median)
    if example.direction == "neutral":
        assert not re.search(r"improve|concern", said)
        assert not re.search(r"out of reach|every month meets|[Cc]hance decides", said)
    variation, half = sentences.variation_words(found)
    if judged and latest is not None and latest.rule:
        assert variation.lower().startswith({"neutral": "change"}.get(judged[0], judged[0]))
        assert ("higher" in variation or "rising" in variation) == latest.is_high
        assert ("below" if latest.is_high else "above") not in said.split(":")[0]
        assert ("falling" if latest.is_high else "rising") not in said
    else:
        assert not re.match(r"improvement|concern|change", variation.lower())
    assert half

    # Nothing is said of months after the latest that has a number, but where the own aim begins later.
    in_words = set(MONTH.findall(said.replace(f"own aim from {month_in_words(sentence_examples.LATER)}", "")))
    until = latest.month if latest else found.series.months[-1]
    known = {month for month in found.series.months if month <= until} | {found.series.months[phase.start]}
    assert in_words <= {NAMES[month] for month in known}

    if latest is None:
        assert said == "There are no numbers to show yet."
        return
    if not phase.has_enough_months:
        assert ("too early to say" in said) == (len(found.phases) > 1)
        assert ("Too few months for limits" in said) == (len(found.phases) == 1)

    # Target and own aim: each said once, never one in the other's name, never against what the months did.
    assert said.count("target") == (example.target != "none")
    assert said.count("aim") == said.count("the area’s own aim") + said.count("The area’s own aim")
    assert said.count("aim") == (example.aim != "none")
    values = [month.value for month in found.months[phase.start :] if month.value is not None]
    goals = [("target", found.series.target), ("own aim", found.series.aim and found.series.aim.value)]
    for name, goal in goals:
        if goal is None:
            continue
        meeting = [value >= goal if example.direction == "increase" else value <= goal for value in values]
        clause = about(name, said)
        if "every month" in clause:
            assert all(meeting)
        if "out of reach" in clause:
            assert not any(meeting)
        reach = found.reaches(goal) if example.aim != "later" or name == "target" else None
        assert ("out of reach" in clause or "do not reach" in clause) == (reach == "fail")
        assert bool(re.search(r"every month|months( of the process as it works today)? meet ", clause, re.I)) == (
            reach == "pass"
        )
        assert ("hance decides" in clause) == (reach == "inconsistent")
    word, half = sentences.assurance_words(found)
    assert (word == "No target") == (example.target == "none")
    assert half
    assert {"pass": word == "Meets the target", "fail": word == "Misses the target"}.get(found.assurance or "", True)


@pytest.mark.parametrize("story", sentence_examples.STORIES)
def test_every_combination_keeps_its_promises(story):
    # What is said of a phase has nothing to do with the unit: two ways for a phase to begin are enough for the others.
    others = examples(stories=[story], kinds=sentence_examples.KINDS[1:], phases=["first", "limits"])
    for example in chain(examples(stories=[story], kinds=sentence_examples.PERCENT), others):
        try:
            check(example)
        except AssertionError as problem:
            raise AssertionError(f"{example.described}: {example.sentence}") from problem


def test_the_examples_are_what_the_portal_finds():
    shown = chain(
        examples(kinds=sentence_examples.PERCENT, phases=["first", "limits"], missing=[True], aims=["fail"]),
        examples(stories=["nothing"], aims=["none"], phases=["first"]),
    )
    for example in shown:
        assert find(example.findings.series) == example.findings


def test_every_kind_of_example_is_there():
    found = [example.findings for example in examples(kinds=sentence_examples.PERCENT, aims=["none"])]
    assert {month.rule for each in found if (month := each.latest)} == {
        *("", "astronomical", "trend", "two_in_three", "shift")
    }
    assert {each.variation for each in found} == {
        *(f"{kind}_{way}" for kind in ("improvement", "concern", "neutral") for way in ("high", "low")),
        *(None, "common_cause"),
    }
    assert {each.assurance for each in found} == {None, "pass", "fail", "inconsistent"}


def test_the_documentation_prints_them():
    written = settings.BASE_DIR / "docs" / "sentences.md"
    assert written.read_text() == sentence_examples.documentation(), f"manage.py print_sentences > {written}"
