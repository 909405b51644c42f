"""The errors of data entry: the agreed file, its cases, and what people really type."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from measures import rules
from measures.rules import Definition, Numbers, Problem, TypedEntry

ROOT = Path(__file__).resolve().parents[2]
AGREED = yaml.safe_load((ROOT / "fixtures" / "validation_rules.yaml").read_text(encoding="utf-8"))
AGREED_ERRORS = AGREED["errors"]

MAY = date(2026, 5, 1)
SOON_AFTER = date(2026, 6, 10)

ASSESSED = "The number of people whose psychosocial assessment took place in the month. Each person counts once."


def definition(kind: str = "proportion", **changes: Any) -> Definition:
    units = {
        "proportion": "%",
        "count": "people",
        "rate": "attendances per 100,000 adults",
        "median_days": "days",
        "mean_score": "points",
    }
    given: dict[str, Any] = {
        "code": "SH08",
        "measure_name": "Safety plan made together",
        "kind": kind,
        "unit": units[kind],
        "first_valid_from": date(2021, 4, 1),
        "decimals": 0 if kind == "count" else 1,
        "rate_multiplier": 100_000 if kind == "rate" else None,
        "value_max": Decimal(40) if kind == "mean_score" else None,
    }
    return Definition(**(given | changes))


def typed(numerator="", denominator="", *, value="", reason="", note="", code="SH08") -> TypedEntry:
    return TypedEntry(code, numerator, denominator, value, reason, note)


def errors(entry, of=None, *, month=MAY, today=SOON_AFTER, submitting=True) -> list[Problem]:
    return rules.errors_of_measure(entry, of or definition(), month=month, today=today, submitting=submitting)


def keys(problems: list[Problem]) -> list[str]:
    return [problem.rule for problem in problems]


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


# The agreed file


@pytest.mark.requirement("E3")
def test_the_rules_are_those_of_the_agreed_file():
    ours = [(rule.key, rule.title, rule.scope, list(rule.applies_to), rule.message) for rule in rules.ERRORS.values()]
    agreed = [
        (rule["key"], rule["title"], rule["scope"], rule["applies_to"], rule["message"]) for rule in AGREED_ERRORS
    ]
    assert ours == agreed


@pytest.mark.requirement("E2")
def test_the_reasons_are_those_of_the_agreed_file():
    ours = [
        {field: getattr(reason, field) for field in type(reason).__slots__} for reason in rules.NO_DATA_REASONS.values()
    ]
    assert ours == AGREED["no_data_reasons"]


DICTIONARY = yaml.safe_load((ROOT / "fixtures" / "measures.yaml").read_text(encoding="utf-8"))


def test_the_kinds_are_those_of_the_dictionary():
    for kind in DICTIONARY["kinds"]:
        ours = rules.KINDS[kind["key"]]
        assert (ours.label, ours.formula, ours.zero_denominator) == (
            kind["label"],
            kind["formula"],
            kind["zero_denominator"] or "",
        )
        assert [list(ours.entry_fields), list(ours.whole_numbers), list(ours.chart)] == [
            kind["entry_fields"],
            kind["whole_numbers"],
            kind["chart"],
        ]
    assert len(rules.KINDS) == len(DICTIONARY["kinds"])


@pytest.mark.parametrize("measure", DICTIONARY["measures"], ids=lambda measure: measure["code"])
def test_every_worked_example_of_the_dictionary(measure):
    example = measure["worked_example"]
    median = Decimal(str(example["value"])) if "value" in example else None
    value = rules.result(
        measure["kind"], example["numerator"], example["denominator"], median, measure["rate_multiplier"]
    )
    assert value is not None
    assert rules.rounded(value, measure["decimals"]) == Decimal(str(example["result"]))


def as_argument(name, value):
    if name in ("last_day", "today"):
        return date.fromisoformat(value)
    if name in ("month", "valid_from"):
        return date.fromisoformat(f"{value}-01")
    if isinstance(value, float | int) and name != "reporting_lag_days":
        return Decimal(str(value))
    return value


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    ("rule", "case"),
    [(rule["key"], case) for rule in AGREED_ERRORS for case in rule.get("cases", [])],
    ids=lambda part: part if isinstance(part, str) else " ".join(f"{k}={v}" for k, v in part["given"].items()),
)
def test_every_case_of_the_agreed_file(rule, case):
    arguments = {name: as_argument(name, value) for name, value in case["given"].items()}
    assert getattr(rules.errors, rule)(**arguments) is case["fires"]


# Reading what was typed


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1,234", 1234),
        (" 1 234 ", 1234),
        ("1\u2009234\u2009567", 1234567),
        ("1\u00a0234", 1234),
        ("1\u202f234.5", Decimal("1234.5")),
        ("007", 7),
        ("-0", 0),
        ("0", 0),
        ("24.50", Decimal("24.5")),
        ("\t12\n", 12),
    ],
)
def test_spaces_and_group_separators_are_taken_out(text, read):
    assert rules.number(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "12.5 people",
        "85%",
        "=A1+3",
        "+5",
        "1e5",
        "1_000",
        "12/05/2026",
        "1,23",
        "12,34,567",
        "0,125",  # a decimal comma, not 125
        "1 234,567",
        "1.234.567",
        ".5",
        "5.",
        "--5",
        "- 5",
        "−5",  # the minus of a word processor
        "\u0661\u0662",  # Arabic-Indic digits
        "\uff11\uff12",  # full-width digits
        "¹²",
        "½",
        "1\u200b2",
        "NaN",
        "Infinity",
        "0x1f",
        "n/a",
        "1 2",
        "12\x00",
    ],
)
def test_anything_else_is_refused_politely(text):
    problem = only(errors(typed(text, "60")))
    assert (problem.rule, problem.field) == ("not_a_number", "numerator")
    assert problem.message.startswith("Enter the first number as a number, for example 54. You entered “")
    assert problem.message.isprintable()


@given(
    st.integers(min_value=-(10**15), max_value=10**15),
    st.sampled_from([",", " ", "\u2009", "\u202f", "\u00a0", ""]),
    st.sampled_from(["", " ", "\n", "\u00a0 "]),
    st.sampled_from(["", ".5", ".25"]),
)
def test_grouped_digits_are_read_as_the_number_they_show(number, separator, space, fraction):
    shown = f"{number:,}".replace(",", separator) + fraction
    assert rules.clean(f"{space}{shown}{space}") == f"{number}{fraction}"
    assert rules.number(f"{space}{shown}{space}") == Decimal(f"{number}{fraction}")


anything = st.one_of(
    st.text(max_size=30), st.integers(-(10**8), 10**8).map(str), st.sampled_from(["", " ", "0", "-0", "0.5"])
)


@given(
    numerator=anything,
    denominator=anything,
    value=anything,
    reason=st.one_of(st.sampled_from(["", *rules.NO_DATA_REASONS]), st.text(max_size=9)),
    note=st.text(max_size=20),
    kind=st.sampled_from(list(rules.KINDS)),
    submitting=st.booleans(),
)
@example("9" * 5000, "1", "9" * 5000, "", "", "median_days", True)
@example("1", "0." + "3" * 200, "0." + "3" * 200, "", "", "median_days", True)
@example("9" * 40, "1", "", "", "", "mean_score", True)
@example("{0}", "{code}", "%s", "{0.__class__}", "", "proportion", True)
def test_no_text_makes_the_rules_fail(numerator, denominator, value, reason, note, kind, submitting):
    entry = TypedEntry("SH08", numerator, denominator, value, reason, note)
    of = definition(kind)
    problems = errors(entry, of, submitting=submitting)
    assert all(problem.rule in rules.ERRORS and problem.message for problem in problems)
    assert all(
        problem.field in ("", "numerator", "denominator", "value", "no_data_reason", "note") for problem in problems
    )
    numbers = rules.parsed(entry, of)
    assert (numbers is None) == bool(rules.field_errors(entry, of))
    if submitting and not problems:
        # What passes is what the table of values accepts: every number of the kind, or one reason.
        assert numbers is not None
        entered = [getattr(numbers, field) is not None for field in rules.KINDS[kind].entry_fields]
        assert any(entered) != (rules.chosen_reason(entry) is not None)
        assert all(entered) or not any(entered) or (kind == "median_days" and numbers.denominator == 0)


def test_a_long_entry_is_quoted_in_part_and_without_what_cannot_be_seen():
    message = only(errors(typed("x" * 5000 + "\u202e", "60"))).message
    assert len(message) < 200
    assert "\ufffd" in only(errors(typed("1\u202e2", "60"))).message


# Fields


@pytest.mark.requirement("E3")
def test_a_number_below_zero():
    problem = only(errors(typed("-3", "60")))
    assert problem == Problem(
        "negative_number", "SH08", "numerator", "The first number cannot be less than 0. You entered -3."
    )
    assert errors(typed("0", "60")) == []


def test_a_scale_that_goes_below_zero_may_have_a_negative_sum():
    below_zero = definition("mean_score", value_min=Decimal(-10), value_max=Decimal(10))
    assert errors(typed("-30", "6"), below_zero) == []
    assert keys(errors(typed("-61", "6"), below_zero)) == ["score_out_of_range"]


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    ("kind", "entry", "field", "counts"),
    [
        ("proportion", typed("12.5", "60"), "numerator", "people"),
        ("count", typed("12.5"), "numerator", "people"),
        ("rate", typed("1", "60.5"), "denominator", "people"),
        ("rate", typed("1.5", "60"), "numerator", "attendances"),
        ("median_days", typed(value="24.5", denominator="8.5"), "denominator", "people"),
        ("mean_score", typed("1.5", "6.5"), "denominator", "forms"),
    ],
)
def test_what_is_counted_is_whole(kind, entry, field, counts):
    problem = only(errors(entry, definition(kind)))
    assert (problem.rule, problem.field) == ("not_a_whole_number", field)
    assert f"counts {counts}, so it must be a whole number" in problem.message


def test_what_is_not_counted_may_have_a_fraction():
    assert errors(typed(value="24.5", denominator="8"), definition("median_days")) == []
    assert errors(typed("262.5", "16"), definition("mean_score")) == []
    assert errors(typed("12.0", "60")) == []


@pytest.mark.requirement("E3")
def test_a_median_of_whole_days():
    message = only(errors(typed(value="17.3", denominator="11"), definition("median_days"))).message
    assert message.endswith("You entered 17.3 for 11 people. Is it an average by mistake?")
    assert errors(typed(value="16", denominator="11"), definition("median_days")) == []


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    ("kind", "entry", "fires"),
    [
        ("count", typed("18,400,000"), True),
        ("count", typed("184000"), False),
        ("count", typed("10000000"), False),
        ("count", typed("10000001"), True),
        ("proportion", typed("1", "10000001"), True),
        ("median_days", typed(value="3650", denominator="2"), False),
        ("median_days", typed(value="3650.5", denominator="2"), True),
    ],
)
def test_an_impossibly_large_number(kind, entry, fires):
    assert keys(errors(entry, definition(kind))) == (["above_technical_limit"] if fires else [])


# Measures


@pytest.mark.requirement("E2", "E3")
def test_nothing_entered_needs_a_reason_only_when_the_month_is_handed_in():
    problem = only(errors(typed()))
    assert problem.message == "Enter the numbers for Safety plan made together, or say why there are none this month."
    assert keys(errors(typed(" ", "\u00a0"))) == ["missing_without_reason"]
    assert errors(typed(reason="not_collected")) == []
    assert errors(typed(), submitting=False) == []


@pytest.mark.requirement("E2")
def test_zero_is_a_number_and_an_unknown_reason_is_none():
    assert errors(typed("0", "0")) == []
    assert keys(errors(typed(reason="holiday"))) == ["missing_without_reason"]


@pytest.mark.requirement("E3")
def test_one_of_two_numbers():
    assessed = definition(denominator_label=ASSESSED, numerator_label="The number of people with a plan")
    problem = only(errors(typed("21"), assessed))
    assert (problem.rule, problem.field) == ("part_missing", "denominator")
    assert problem.message == (
        "Safety plan made together needs two numbers: the number of people with a plan and the number of people "
        "whose psychosocial assessment took place in the month. Only one was entered."
    )
    assert only(errors(typed("", "21"))).field == "numerator"
    assert errors(typed("21"), submitting=False) == []


def test_nobody_was_seen_needs_no_median():
    assert errors(typed(value="", denominator="0"), definition("median_days")) == []
    assert only(errors(typed(value="", denominator="3"), definition("median_days"))).field == "value"
    assert only(errors(typed(value="3"), definition("median_days"))).field == "denominator"


@pytest.mark.requirement("E2", "E3")
def test_a_reason_beside_numbers_even_in_a_draft():
    both = typed("24", "32", reason="system_down")
    problem = only(errors(both, submitting=False))
    assert problem.field == "no_data_reason"
    assert problem.message == (
        "You entered numbers for Safety plan made together and also chose “System down or changed”. "
        "Keep one of the two."
    )
    assert errors(typed(reason="system_down")) == []


@pytest.mark.requirement("E3")
def test_a_reason_that_needs_its_note():
    problem = only(errors(typed(reason="other")))
    assert problem.field == "note"
    assert problem.message.endswith("no data for Safety plan made together (Another reason).")
    assert errors(typed(reason="other", note="The team moved building in May")) == []
    assert keys(errors(typed(reason="other", note="123456789  "))) == ["reason_needs_note"]
    assert errors(typed(reason="other", note=" 1234567890 ")) == []
    assert errors(typed(reason="other"), submitting=False) == []
    assert errors(typed(reason="too_late")) == []


@pytest.mark.requirement("E3")
def test_a_part_larger_than_the_whole():
    problem = only(errors(typed("1,024", "14"), submitting=False))
    assert problem.field == "numerator"
    assert problem.message.startswith("1,024 out of 14 is more than everyone. For Safety plan made together the first")
    assert errors(typed("24", "24")) == []
    assert keys(errors(typed("1", "0"))) == ["numerator_above_denominator"]


@pytest.mark.requirement("E3")
@pytest.mark.parametrize("kind", ["rate", "mean_score", "median_days"])
def test_numbers_although_nobody_was_in_the_group(kind):
    def of(first):
        return typed(value=first, denominator="0") if kind == "median_days" else typed(first, "0")

    problem = only(errors(of("262"), definition(kind)))
    assert (problem.rule, problem.field) == ("nothing_to_divide_by", "denominator")
    assert problem.message.startswith("You entered 262 for Safety plan made together, but 0 for the ")
    assert errors(of("0"), definition(kind)) == []


@pytest.mark.requirement("E3")
def test_a_mean_outside_its_scale():
    problem = only(errors(typed("662", "16"), definition("mean_score")))
    assert problem.message == (
        "662 divided by 16 is 41.4. Safety plan made together can only lie between 0 and 40. "
        "Did you enter a mean where the sum is asked for?"
    )
    assert errors(typed("640", "16"), definition("mean_score")) == []
    # 40.0 would contradict the sentence.
    assert "641 divided by 16 is 40.1." in only(errors(typed("641", "16"), definition("mean_score"))).message
    assert "4001 divided by 100 is 40.01." in only(errors(typed("4001", "100"), definition("mean_score"))).message


@pytest.mark.requirement("E3")
def test_follow_up_that_is_not_over():
    week = definition(reporting_lag_days=7)
    problem = only(errors(typed("21", "32"), week, today=date(2026, 6, 7)))
    assert problem.message == (
        "Safety plan made together looks 7 days ahead, so the numbers for May 2026 can only be complete on "
        "7 June 2026. Submit after that, or choose “Not due yet”."
    )
    assert errors(typed("21", "32"), week, today=date(2026, 6, 8)) == []
    assert errors(typed("21", "32"), week, today=date(2026, 6, 7), submitting=False) == []
    assert errors(typed(reason="not_due_yet"), week, today=date(2026, 6, 7)) == []


@pytest.mark.requirement("E3")
def test_a_month_before_the_measure_began():
    problem = only(errors(typed("21", "32"), month=date(2021, 3, 1)))
    assert problem.message == (
        "Safety plan made together began in April 2021. Numbers for March 2021 cannot be entered."
    )
    assert errors(typed("21", "32"), month=date(2021, 4, 1)) == []


def test_a_field_error_silences_the_rules_of_the_measure():
    assert keys(errors(typed("-3", "x", reason="system_down"))) == ["negative_number", "not_a_number"]


def test_labels_of_reasonable_length_are_used_and_others_are_not():
    assert rules.field_label(definition(numerator_label="GP letters sent."), "numerator") == "GP letters sent"
    assert rules.field_label(definition(numerator_label="The number of " + "long words " * 20), "numerator") == (
        "the first number"
    )
    appointments = definition(denominator_label="The number of different appointments booked for the month.")
    assert rules.counted_unit(appointments, "denominator") == "appointments"


# Months


def month_errors(entries, definitions, *, today=SOON_AFTER, submitting=True, **more) -> list[Problem]:
    return rules.errors_of_month(
        entries, definitions, month=MAY, today=today, submitting=submitting, area_name="Somerset", **more
    )


@pytest.mark.requirement("E3")
def test_a_month_that_is_not_over():
    entry = typed("21", "32")
    problem = only(month_errors([entry], [definition()], today=date(2026, 5, 31)))
    assert (problem.rule, problem.code, problem.field) == ("future_month", "", "")
    assert problem.message == ("May 2026 is not over yet. You can save a draft now and submit from 1 June 2026.")
    assert month_errors([entry], [definition()], today=date(2026, 6, 1)) == []
    assert month_errors([entry], [definition()], today=date(2026, 5, 1), submitting=False) == []


def in_group(code, name, kind="proportion", group="people_assessed"):
    return definition(
        kind,
        code=code,
        measure_name=name,
        denominator_group=group,
        denominator_group_label="People assessed this month" if group else "",
    )


@pytest.mark.requirement("E3")
def test_measures_that_count_the_same_group():
    asked = [in_group("SH08", "Safety plan"), in_group("SH10", "GP informed"), in_group("SH11", "Family discussed")]

    def entered(a, b, **c):
        return [typed("1", a, code="SH08"), typed("1", b, code="SH10"), typed(code="SH11", **c)]

    problem = only(month_errors(entered("32", "31", reason="system_down"), asked))
    assert (problem.rule, problem.code, problem.field) == ("shared_denominator_differs", "SH10", "denominator")
    assert problem.message == (
        "Safety plan and GP informed both count “People assessed this month”, but you entered 32 and 31. "
        "They should be the same number."
    )
    assert month_errors(entered("32", " 32.0 ", reason="system_down"), asked) == []
    all_differ = month_errors(entered("32", "31", numerator="1", denominator="30"), asked)
    assert [problem.code for problem in all_differ] == ["SH10", "SH11"]


def test_only_measures_of_one_group_are_compared():
    apart = [in_group("SH08", "A"), in_group("SH10", "B", group="courses_ended"), in_group("SH11", "C", group="")]
    assert month_errors([typed("1", str(n), code=of.code) for n, of in enumerate(apart, 1)], apart) == []


@pytest.mark.requirement("E3")
def test_a_measure_that_the_area_does_not_report():
    entries = [typed("21", "32"), typed("1840", code="SH27")]
    problem = only(month_errors(entries, [definition()], other_measures={"SH27": "Visits to digital resources"}))
    assert problem.message == (
        "Somerset does not report SH27 Visits to digital resources in May 2026. Ask NCISH if it should."
    )
    assert month_errors([typed("21", "32"), typed(code="SH27")], [definition()]) == []


def test_a_measure_without_an_entry_counts_as_left_empty():
    assert keys(month_errors([], [definition()])) == ["missing_without_reason"]
    assert month_errors([], [definition()], submitting=False) == []


def test_field_errors_come_first_then_measures_then_the_month():
    definitions = [definition(), definition(code="SH10", measure_name="GP informed")]
    problems = month_errors([typed("x", "3", code="SH10")], definitions, today=MAY)
    assert keys(problems) == ["not_a_number", "missing_without_reason", "future_month"]


# What is kept


@pytest.mark.requirement("E2")
def test_the_numbers_that_are_frozen():
    assert rules.parsed(typed("1,234", "2 000"), definition()) == Numbers(Decimal(1234), 2000, None)
    assert rules.parsed(typed(value="24.5", denominator="8", numerator="99"), definition("median_days")) == Numbers(
        None, 8, Decimal("24.5")
    )
    assert rules.parsed(typed(), definition()) == Numbers(None, None, None)
    assert rules.parsed(typed("x", "3"), definition()) is None


@pytest.mark.requirement("E2")
@pytest.mark.parametrize(
    ("kind", "numbers", "comes_to"),
    [
        ("proportion", (26, 32, None), "81.3"),  # 81.25
        ("proportion", (0, 32, None), "0.0"),
        ("proportion", (0, 0, None), None),
        ("proportion", (None, None, None), None),
        ("count", (54, None, None), "54.0"),
        ("count", (0, None, None), "0.0"),
        ("rate", (46, 285_000, None), "16.1"),
        ("rate", (0, 0, None), None),
        ("median_days", (None, 8, Decimal("24.5")), "24.5"),
        ("median_days", (None, 0, None), None),
        ("mean_score", (262, 16, None), "16.4"),
        ("mean_score", (-245, 100, None), "-2.5"),  # -2.45: away from zero
        ("mean_score", (0, 0, None), None),
    ],
)
def test_what_the_numbers_come_to(kind, numbers, comes_to):
    numerator, denominator, typed_value = numbers
    value = rules.result(kind, numerator, denominator, typed_value, 100_000 if kind == "rate" else None)
    assert (None if value is None else str(rules.rounded(value, 1))) == comes_to


def test_a_kind_that_does_not_exist_is_a_fault():
    with pytest.raises(ValueError, match="unknown kind"):
        rules.result("percentile", 1, 2, None, None)
    with pytest.raises(ValueError, match="multiplier"):
        rules.result("rate", 1, 2, None, None)


def test_the_rules_know_nothing_of_django():
    told = subprocess.run(
        [sys.executable, "-c", "import sys, measures.rules; print([m for m in sys.modules if m.startswith('django')])"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
