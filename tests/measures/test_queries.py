"""What a month is asked about: the agreed file, its cases, the two edges of each rule, and what is asked once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures import rules
from measures.rules import (
    Definition,
    EarlierMonth,
    History,
    LinkedTotal,
    Numbers,
    Query,
    TypedEntry,
    UsualRange,
    queries,
)
from measures.wording import shifted
from tests.measures.test_rules import AGREED, definition, typed

MAY = date(2026, 5, 1)


def numbers(numerator=None, denominator=None, value=None) -> Numbers:
    return Numbers(
        None if numerator is None else Decimal(str(numerator)),
        denominator,
        None if value is None else Decimal(str(value)),
    )


def history(*months, accepted: bool = True, corrects: Numbers | None = None) -> History:
    """The months before May, the last of them April: numbers, or a reason."""
    first = shifted(MAY, -len(months))
    return History(
        tuple(
            EarlierMonth(shifted(first, n), reason=given, accepted=accepted)
            if isinstance(given, str)
            else EarlierMonth(shifted(first, n), given, accepted=accepted)
            for n, given in enumerate(months)
        ),
        corrects,
    )


def counts(*given, accepted: bool = True) -> History:
    return history(*(numbers(x) for x in given), accepted=accepted)


def shares(*given, accepted: bool = True) -> History:
    return history(*(numbers(x, m) for x, m in given), accepted=accepted)


def asked(entry, of=None, past=History()) -> list[Query]:  # noqa: B008 - frozen
    return rules.queries_of_measure(entry, of or definition(), past, month=MAY)


def keys(found: list[Query]) -> list[str]:
    return [query.rule for query in found]


def only(found: list[Query]) -> Query:
    assert len(found) == 1, found
    return found[0]


# The agreed file


@pytest.mark.requirement("E3")
def test_the_queries_are_those_of_the_agreed_file():
    ours = [(rule.key, rule.title, rule.scope, list(rule.applies_to), rule.message) for rule in rules.QUERIES.values()]
    agreed = [
        (rule["key"], rule["title"], rule["scope"], rule["applies_to"], rule["message"]) for rule in AGREED["queries"]
    ]
    assert ours == agreed
    assert all(rule["answer"] == {"tick": True, "note_required": True} for rule in AGREED["queries"])


def as_argument(value):
    if isinstance(value, list):
        return [Decimal(str(item)) for item in value]
    return value if isinstance(value, str) else Decimal(str(value))


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    ("rule", "case"),
    [(rule["key"], case) for rule in AGREED["queries"] for case in rule.get("cases", [])],
    ids=lambda part: part if isinstance(part, str) else " ".join(f"{k}={v}" for k, v in part["given"].items()),
)
def test_every_case_of_the_agreed_file(rule, case):
    arguments = {name: as_argument(value) for name, value in case["given"].items()}
    assert getattr(queries, rule)(**arguments) is case["fires"]


# Far from what it was


def limits_of(past: History, of: Definition) -> tuple[float, float]:
    limits = queries.process_limits(queries.accepted_with_value(past, of))
    assert limits is not None
    return limits


def usual(of: Definition, past: History, **more) -> UsualRange:
    found = rules.usual_range(of, past, **more)
    assert found is not None
    return found


STEADY = [50, 52, 48, 51, 49, 53, 47, 50] * 3


@pytest.mark.requirement("E3", "E4")
def test_outside_the_process_limits_of_two_years():
    count = definition("count")
    lower, upper = limits_of(counts(*STEADY), count)
    inside = [int(lower) + 1, int(upper)]
    outside = [int(lower), int(upper) + 1]
    assert [keys(asked(typed(str(x)), count, counts(*STEADY))) for x in inside] == [[], []]
    assert [keys(asked(typed(str(x)), count, counts(*STEADY))) for x in outside] == [["outside_usual_range"]] * 2
    message = only(asked(typed("71"), count, counts(*STEADY))).message
    assert message == (
        f"71 people is outside your usual range of {inside[0]} to {inside[1]} for Safety plan made together. "
        "Is it right?"
    )


@pytest.mark.requirement("E4")
def test_on_a_limit_is_inside():
    assert not queries.outside_usual_range(24, Decimal("62.5"), Decimal(40), Decimal("62.5"))
    assert queries.outside_usual_range(24, Decimal("62.51"), Decimal(40), Decimal("62.5"))
    assert not queries.outside_usual_range(24, Decimal(40), Decimal(40), Decimal("62.5"))
    assert queries.outside_usual_range(24, Decimal("39.99"), Decimal(40), Decimal("62.5"))


@pytest.mark.requirement("E4")
def test_limits_from_24_months_and_exact_tails_before():
    count = definition("count")
    assert keys(asked(typed("90"), count, counts(*STEADY))) == ["outside_usual_range"]
    assert keys(asked(typed("90"), count, counts(*STEADY[:23]))) == ["unlikely_for_history"]
    assert keys(asked(typed("90"), count, counts(50, 51, 52))) == ["unlikely_for_history"]
    assert keys(asked(typed("90"), count, counts(50, 51))) == []
    assert keys(asked(typed("90"), count, counts(50, 51, 52, accepted=False))) == []  # not accepted: no history


def test_the_words_stop_at_what_a_measure_can_be():
    wide = shares(*[(0, 10), (10, 10)] * 12)
    lower, upper = limits_of(wide, definition())
    assert lower < 0
    assert upper > 100
    assert usual(definition(), wide).sentence == "Usually 0.0% to 100.0%, from your 24 earlier months."


def test_a_narrow_range_is_shown_with_more_decimals():
    narrow = usual(replace(definition(), decimals=0), shares(*[(6000, 184_000)] * 12))
    assert narrow.sentence == "Usually 3.2% to 3.3%, from your 12 earlier months, for a group of 184,000."


def test_a_value_just_outside_is_shown_as_outside():
    nearly = replace(definition(), decimals=0)
    past = shares(*[(5000, 10000), (5200, 10000)] * 12)
    message = only(asked(typed("5633", "10000"), nearly, past)).message
    assert message.startswith("56.33% is outside your usual range of 45.68% to 56.32% ")


def test_a_gap_is_no_step_between_months():
    with_gap = history(*[numbers(x) for x in STEADY], "system_down", *[numbers(x) for x in STEADY])
    count = definition("count")
    assert keys(asked(typed("71"), count, with_gap)) == ["outside_usual_range"]


def test_what_never_varies_has_no_limits():
    assert asked(typed("60"), definition("count"), counts(*[50] * 24)) == []
    assert rules.usual_range(definition("count"), counts(*[50] * 24)) is None


@pytest.mark.requirement("E3", "E4")
@pytest.mark.parametrize(
    ("kind", "past", "likely", "unlikely"),
    [
        # Poisson counts of a total of 240 in 6 months, and one more.
        ("count", counts(*[40] * 6), typed("63"), typed("64")),
        ("count", counts(*[40] * 6), typed("21"), typed("20")),
        ("proportion", shares(*[(20, 40)] * 6), typed("30", "40"), typed("31", "40")),
        ("proportion", shares(*[(20, 40)] * 6), typed("10", "40"), typed("9", "40")),
        ("rate", shares(*[(40, 1000)] * 6), typed("63", "1000"), typed("64", "1000")),
    ],
)
def test_the_two_edges_of_the_exact_tails(kind, past, likely, unlikely):
    assert asked(likely, definition(kind), past) == []
    assert keys(asked(unlikely, definition(kind), past)) == ["unlikely_for_history"]


def test_the_words_of_an_unlikely_number():
    of = definition("count")
    assert only(asked(typed("72"), of, counts(*[40] * 6))).message == (
        "72 people is far from your earlier months for Safety plan made together (about 40). Is it right?"
    )
    assert only(asked(typed("2", "40"), past=shares(*[(20, 40)] * 6))).message == (
        "2 out of 40 (5.0%) is far from your earlier months for Safety plan made together (about 50.0%). Is it right?"
    )


@pytest.mark.requirement("E4")
@pytest.mark.parametrize("kind", ["median_days", "mean_score"])
def test_medians_and_scores_wait_for_24_months(kind):
    one = numbers(value=10, denominator=20) if kind == "median_days" else numbers(200, 20)
    far = typed(value="300", denominator="20") if kind == "median_days" else typed("780", "20")
    varied = [
        replace(one, value=Decimal(10 + n % 2))
        if kind == "median_days"
        else replace(one, numerator=Decimal(200 + n % 2))
        for n in range(24)
    ]
    assert asked(far, definition(kind), history(*varied[:23])) == []
    assert keys(asked(far, definition(kind), history(*varied))) == ["outside_usual_range"]


# Nobody, everybody, another group


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    ("past", "fires"),
    [
        (counts(5, 5, 5), True),
        (counts(5, 5, 4), True),
        (counts(4, 4, 5), False),
        (counts(5, 5), False),
        (counts(5, 5, 5, accepted=False), True),  # submitted is enough
        (counts(9, 9, 9, 4, 4, 4, 4, 4, 4), False),  # only the last six
    ],
)
def test_a_drop_to_zero(past, fires):
    assert ("drop_to_zero" in keys(asked(typed("0"), definition("count"), past))) is fires
    assert "drop_to_zero" not in keys(asked(typed("1"), definition("count"), past))


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    ("denominator", "fires"), [("84", True), ("64", False), ("63", False), ("10", True), ("18", False)]
)
def test_a_group_of_another_size(denominator, fires):
    found = asked(typed("5", denominator), past=shares((5, 42)))
    assert ("denominator_changed_by_half" in keys(found)) is fires


@pytest.mark.requirement("E3")
def test_exactly_half_is_not_asked_about_however_large():
    assert asked(typed("5", "1500"), past=shares((5, 1000))) == []
    assert keys(asked(typed("5", "1501"), past=shares((5, 1000)))) == ["denominator_changed_by_half"]
    assert asked(typed("5", "500"), past=shares((5, 1000))) == []
    assert keys(asked(typed("5", "499"), past=shares((5, 1000)))) == ["denominator_changed_by_half"]


def test_the_last_month_is_the_last_that_has_a_number():
    past = history(numbers(21, 42), "system_down")
    assert only(asked(typed("50", "84"), past=past)).message == (
        "The number of people in the group went from 42 to 84. Is it right? "
        "If the way of counting changed, please say so."
    )


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    ("x", "last", "fires"), [("20", 6, True), ("19", 6, False), ("61", 20, True), ("60", 20, False), ("66", 0, False)]
)
def test_much_larger_than_last_month(x, last, fires):
    assert (keys(asked(typed(x), definition("count"), counts(last))) == ["count_far_above_last"]) is fires
    assert asked(typed(x), definition("count"), History()) == []


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    ("entry", "past", "fires"),
    [
        (typed("20", "20"), shares((18, 20), (17, 20), (16, 20)), True),  # 90% is not above 90%
        (typed("20", "20"), shares((19, 20), (17, 20), (16, 20)), False),
        (typed("19", "19"), shares((18, 20), (17, 20), (16, 20)), False),
        (typed("19", "20"), shares((18, 20), (17, 20), (16, 20)), False),
        (typed("20", "20"), shares((18, 20), (17, 20)), False),
    ],
)
def test_everyone_for_the_first_time(entry, past, fires):
    assert ("all_of_them" in keys(asked(entry, past=past))) is fires


@pytest.mark.requirement("E3")
def test_a_wait_of_more_than_a_year():
    median = definition("median_days")
    assert asked(typed(value="365", denominator="10"), median) == []
    found = only(asked(typed(value="365.5", denominator="10"), median))
    assert found.message == "A median wait of 365.5 days is longer than a year. Is it in days?"
    assert found.field == "value"


# Months without data


@pytest.mark.requirement("E2", "E3")
@pytest.mark.parametrize(
    ("past", "reason", "fires"),
    [
        (["not_collected", "system_down"], "too_late", True),
        (["not_collected"], "not_collected", False),
        (["not_collected", numbers(1, 2)], "not_collected", False),
        (["service_not_running"] * 5, "service_not_running", False),
        (["not_collected", "not_due_yet"], "not_collected", False),
        (["not_collected", "not_collected"], "service_not_running", False),
    ],
)
def test_the_third_month_without_data(past, reason, fires):
    found = asked(typed(reason=reason, note="We say why here"), past=history(*past))
    assert (keys(found) == ["no_data_three_months"]) is fires


def test_a_month_that_was_never_sent_ends_the_run():
    past = history("not_collected", "not_collected", "not_collected")
    gap = History((past.earlier[0], past.earlier[2]))
    assert only(asked(typed(reason="not_collected"), past=past)).message.startswith("This is month 4 in a row")
    assert asked(typed(reason="not_collected"), past=gap) == []


# Corrections


@pytest.mark.requirement("E3", "E7")
@pytest.mark.parametrize(
    ("old", "new", "fires"),
    [
        (40, "49", True),
        (40, "48", False),
        (3, "8", True),
        (3, "7", False),
        (0, "5", True),
        (5, "0", True),
        (4, "0", False),
    ],
)
def test_a_large_correction(old, new, fires):
    found = asked(typed(new), definition("count"), History(corrects=numbers(old)))
    assert (keys(found) == ["large_correction"]) is fires


def test_a_correction_names_both_numbers():
    past = History(corrects=numbers(66, 132))
    found = asked(typed("6", "132"), past=past)
    assert only(found).message == (
        "You changed the first number for May 2026 from 66 to 6. Please say what was wrong, for everyone who has "
        "used the old number."
    )


# The whole month


def sh(n: int, kind: str = "proportion", **changes):
    return replace(definition(kind), code=f"SH{n:02}", measure_name=f"Measure {n}", **changes)


def of_month(entries, definitions, histories=None, **more) -> list[Query]:
    return rules.queries_of_month(entries, definitions, histories or {}, month=MAY, **more)


@pytest.mark.requirement("E3")
def test_everything_as_last_month():
    six = [sh(n, "count") for n in range(6)]
    entries = [typed(str(n + 3), code=of.code) for n, of in enumerate(six)]
    past = {of.code: counts(n + 3) for n, of in enumerate(six)}
    found = only(of_month(entries, six, past))
    assert (found.rule, found.code) == ("same_as_last_month", "")
    assert found.message == ("All 6 numbers are the same as in April 2026. Was last month's form copied by mistake?")
    assert of_month(entries[:5], six, past) == []
    assert of_month([*entries[:5], typed("9", code="SH05")], six, past) == []
    assert of_month([*entries[:5], typed("0", code="SH05")], six, past | {"SH05": counts(0)}) == []  # 0 says little


@pytest.mark.requirement("E3")
def test_only_round_numbers():
    six = [sh(n, "count") for n in range(6)]

    def month(*numbers):
        return of_month([typed(str(x), code=of.code) for x, of in zip(numbers, six, strict=True)], six)

    assert keys(month(40, 60, 20, 100, 30, 10)) == ["only_round_numbers"]
    assert month(40, 60, 20, 100, 30, 53) == []
    assert month(40, 60, 20, 100, 30, 9) == []


TOTAL = LinkedTotal(("SH01", "numerator"), ("SH06", "denominator"))


@pytest.mark.requirement("E3")
def test_two_totals_that_should_agree():
    two = [sh(1, "count"), sh(6)]
    found = only(of_month([typed("54", code="SH01"), typed("40", "57", code="SH06")], two, linked_totals=[TOTAL]))
    assert (found.rule, found.code, found.about) == ("linked_total_differs", "SH01", ("SH01", "SH06"))
    assert found.message == (
        "Measure 1 (54) and the number of people in the group in “Measure 6” (57) are usually the same number. "
        "Why do they differ?"
    )
    assert of_month([typed("57", code="SH01"), typed("40", "57", code="SH06")], two, linked_totals=[TOTAL]) == []
    missing = [typed("54", code="SH01"), typed(reason="too_late", code="SH06")]
    assert of_month(missing, two, linked_totals=[TOTAL]) == []
    assert of_month(missing[:1], two[:1], linked_totals=[TOTAL]) == []


IN_GROUP = {"denominator_group": "assessed", "denominator_group_label": "People assessed this month"}


@pytest.mark.requirement("E3")
def test_a_shared_denominator_is_asked_about_once():
    three = [sh(8, **IN_GROUP), sh(10, **IN_GROUP), sh(17)]
    entries = [typed("40", "84", code=of.code) for of in three]
    past = {of.code: shares((21, 42)) for of in three}
    shared, alone = of_month(entries, three, past)
    assert (shared.code, shared.about) == ("SH08", ("SH08", "SH10"))
    assert shared.message.startswith("People assessed this month went from 42 to 84.")
    assert (alone.code, alone.about) == ("SH17", ("SH17",))


@pytest.mark.requirement("E3")
def test_a_shared_denominator_is_corrected_once():
    two = [sh(8, **IN_GROUP), sh(10, **IN_GROUP)]
    past = {of.code: History(corrects=numbers(21, 42)) for of in two}
    found = only(of_month([typed("21", "60", code=of.code) for of in two], two, past))
    assert (found.rule, found.about) == ("large_correction", ("SH08", "SH10"))


def test_a_shared_denominator_is_one_number_of_the_month():
    seven = [sh(n, **IN_GROUP) for n in range(7)]
    assert of_month([typed("7", "40", code=of.code) for of in seven], seven) == []


@pytest.mark.requirement("E3")
def test_nothing_is_asked_where_an_error_stands():
    count = definition("count")
    assert asked(typed("9o"), count, counts(*STEADY)) == []
    two = [sh(1, "count"), sh(6)]
    entries = [typed("54", code="SH01"), typed("57", "40", code="SH06")]
    assert of_month(entries, two, {"SH06": shares((5, 400))}, linked_totals=[TOTAL]) == []
    differ = [sh(8, **IN_GROUP), sh(10, **IN_GROUP)]
    past = {of.code: shares((21, 42)) for of in differ}
    wrong = [typed("40", "84", code="SH08"), typed("40", "85", code="SH10")]
    assert [query.about for query in of_month(wrong, differ, past)] == [("SH08",)]


# What is known again


@pytest.mark.requirement("E3")
def test_the_same_value_has_the_same_fingerprint_and_another_one_has_not():
    past = shares(*[(20, 40)] * 6)
    first = only(asked(typed("2", "40"), past=past)).fingerprint
    assert only(asked(typed(" 2.0 ", "40"), past=past)).fingerprint == first
    assert only(asked(typed("3", "40"), past=past)).fingerprint != first
    # Another history may word the question otherwise: it stays the same question.
    assert only(asked(typed("2", "40"), past=shares(*[(22, 40)] * 7))).fingerprint == first


def test_the_note_cannot_be_read_from_a_fingerprint():
    assert "secret" not in queries.digest(["a secret"])


@pytest.mark.requirement("E3")
def test_no_two_queries_of_a_month_have_one_fingerprint():
    two = [sh(1, "count"), sh(6)]
    past = {"SH01": replace(counts(*[40] * 6), corrects=numbers(40)), "SH06": shares(*[(30, 40)] * 6)}
    found = of_month([typed("0", code="SH01"), typed("99", "99", code="SH06")], two, past, linked_totals=[TOTAL])
    assert len(found) > 4
    assert len({query.fingerprint for query in found}) == len(found)
    assert all(query.fingerprint.replace("-", "").replace("_", "").isalnum() for query in found)


# What is usual


@pytest.mark.requirement("E1", "E4")
def test_the_usual_range():
    count = definition("count")
    assert rules.usual_range(count, counts(40, 40)) is None
    assert usual(count, counts(*[40] * 6)).sentence == "Usually 21 to 63, from your 6 earlier months."
    share = usual(definition(), shares(*[(20, 40)] * 6))
    assert share.sentence == "Usually 25.0% to 75.0%, from your 6 earlier months, for a group of 40."
    assert usual(definition(), shares(*[(20, 40)] * 6), denominator=4).upper == 100
    rate = usual(definition("rate"), shares(*[(40, 1000)] * 6))
    assert rate.sentence == "Usually 2,100.0 to 6,300.0, from your 6 earlier months, for a group of 1,000."
    assert rules.usual_range(definition(), shares(*[(0, 0)] * 6)) is None
    assert rules.usual_range(definition("median_days"), history(*[numbers(value=9, denominator=8)] * 6)) is None
    assert usual(count, counts(*STEADY)).sentence.endswith(", from your 24 earlier months.")


@given(st.lists(st.integers(0, 300), min_size=3, max_size=23), st.integers(0, 400))
def test_what_is_in_the_usual_range_is_not_called_unlikely(past, x):
    between = usual(definition("count"), counts(*past))
    asked_about = "unlikely_for_history" in keys(asked(typed(str(x)), definition("count"), counts(*past)))
    assert asked_about is not (between.lower <= x <= between.upper)


# Whatever is typed


percents = st.lists(st.integers(0, 60), min_size=24, max_size=40)


@given(percents, st.integers(0, 60), st.integers(0, 50))
def test_a_shift_of_all_months_changes_no_limit_verdict(past, x, shift):
    count = definition("count")
    before = keys(asked(typed(str(x)), count, counts(*past)))
    after = keys(asked(typed(str(x + shift)), count, counts(*[y + shift for y in past])))
    assert ("outside_usual_range" in before) is ("outside_usual_range" in after)


@given(percents, st.integers(0, 60), st.sampled_from([2, 4, 64]))
def test_another_unit_changes_no_limit_verdict(past, x, scale):
    count = definition("count")
    before = keys(asked(typed(str(x)), count, counts(*past)))
    after = keys(asked(typed(str(x * scale)), count, counts(*[y * scale for y in past])))
    assert ("outside_usual_range" in before) is ("outside_usual_range" in after)


@given(st.lists(st.integers(0, 60), min_size=3, max_size=23), st.integers(0, 300), st.randoms())
def test_the_order_of_earlier_months_changes_no_exact_tail(past, x, chance):
    count = definition("count")
    shuffled = sorted(past, key=lambda _: chance.random())
    before, after = (asked(typed(str(x)), count, counts(*given)) for given in (past, shuffled))
    assert ("unlikely_for_history" in keys(before)) is ("unlikely_for_history" in keys(after))


@given(st.lists(st.integers(0, 60), min_size=3, max_size=23), st.integers(60, 300))
def test_further_out_is_no_less_unlikely(past, x):
    count = definition("count")
    one, further = (keys(asked(typed(str(each)), count, counts(*past))) for each in (x, x + 50))
    assert not ("unlikely_for_history" in one and "unlikely_for_history" not in further)


anything = st.one_of(
    st.text(max_size=20), st.integers(-(10**8), 10**8).map(str), st.sampled_from(["", " ", "0", "-0", "0.5", "1e9"])
)
some_numbers = st.one_of(
    st.builds(numbers, st.integers(0, 10**4), st.integers(0, 10**4), st.integers(0, 3650)),
    st.sampled_from(["not_collected", "not_due_yet", "unheard_of"]),
)


@settings(deadline=None)  # exact tails of millions take their time
@given(
    entries=st.lists(st.tuples(anything, anything, anything, anything, st.text(max_size=40)), min_size=2, max_size=2),
    past=st.lists(some_numbers, max_size=26),
    kind=st.sampled_from(list(rules.KINDS)),
    corrects=st.one_of(
        st.none(), st.builds(numbers, st.integers(0, 10**4), st.integers(0, 10**4), st.integers(0, 3650))
    ),
    accepted=st.booleans(),
)
def test_no_text_and_no_history_make_a_query_fail(entries, past, kind, corrects, accepted):
    two = [sh(1, kind), sh(6, kind)]
    given_texts = [TypedEntry(of.code, *texts) for of, texts in zip(two, entries, strict=True)]
    known = {}
    for of in two:
        possible = [
            each for each in past if isinstance(each, str) or kind != "proportion" or each.numerator <= each.denominator
        ]
        known[of.code] = history(*possible, accepted=accepted, corrects=corrects)
    found = of_month(given_texts, two, known, linked_totals=[TOTAL])
    assert all(query.rule in rules.QUERIES and query.message and query.fingerprint for query in found)
    for of in two:
        rules.usual_range(of, known[of.code])
