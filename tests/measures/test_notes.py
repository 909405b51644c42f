"""Notes hold nothing about a person: what is refused, what is asked about, and what passes, measured on both sides."""

from datetime import date
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from measures import rules
from measures.reporting_calendar import MONTH_NAMES
from measures.rules import TypedEntry, notes
from tests.measures.test_rules import AGREED, definition, errors, keys, only, typed

MAY = date(2026, 5, 1)
ORDINARY = yaml.safe_load((Path(__file__).parent / "ordinary_notes.yaml").read_text(encoding="utf-8"))
SEED = 20260501
#: Of each kind.
GENERATED = 1_000


def what(text: str, month: date = MAY) -> str:
    return notes.what_names_a_person(text, month)


# The two figures


def nhs_number(chance: Random) -> str:
    while True:
        nine = str(chance.randint(400_000_000, 799_999_999))
        check = (11 - sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), nine, strict=True)) % 11) % 11
        if check < 10:
            return f"{nine}{check}"


def an_nhs_number(chance: Random) -> str:
    digits = nhs_number(chance)
    gap = chance.choice([" ", "-", "  ", "\u00a0", "\u2009", " - ", "."])
    written = chance.choice(
        [
            digits,
            gap.join([digits[:3], digits[3:6], digits[6:]]),
            gap.join([digits[:3], digits[3:6], digits[6:]]),
            f"{digits[:5]} {digits[5:]}",
            f"{digits[:6]} {digits[6:]}",
            " ".join(digits),
            "".join(chr(ord(digit) - ord("0") + ord("\uff10")) for digit in digits),
        ]
    )
    return chance.choice(["NHS number ", "NHS no. ", "NHS", "nhs:", "no ", "(", "", "patient ", "id "]) + written


def a_date(chance: Random, year: int) -> str:
    day, month = chance.randint(1, 28), chance.randint(1, 12)
    name = chance.choice([MONTH_NAMES[month - 1], MONTH_NAMES[month - 1][:3], MONTH_NAMES[month - 1].upper()])
    ordinal = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}.get(day, "th")
    mark = chance.choice(["/", "-", "."])
    return chance.choice(
        [
            f"{day} {name} {year}",
            f"{day}{ordinal} {name} {year}",
            f"{day}{ordinal} of {name}, {year}",
            f"{day:02}{mark}{month:02}{mark}{year}",
            f"{day}{mark}{month}{mark}{year}",
            f"{year}-{month:02}-{day:02}",
            f"{day}-{name}-{year}",
            f"{name} {day}, {year}",
            f"{name} {day}{ordinal} {year}",
            f"{day}/{month}/{year % 100:02}",
        ]
    )


def a_date_of_birth(chance: Random) -> str:
    born = chance.choice(["DOB ", "dob: ", "D.O.B. ", "date of birth ", "born ", "born on ", "birthday ", "d.o.b "])
    year = chance.randint(1930, 2008)
    day, month = chance.randint(1, 28), chance.randint(1, 12)
    return chance.choice(
        [
            born + a_date(chance, year),
            f"{a_date(chance, year)} ({born.strip(' :')})",
            a_date(chance, year),  # more than 24 months before the month says enough
            f"{born}{day}.{month}.{year % 100:02}",
            f"{born}{day} {MONTH_NAMES[month - 1]} {year % 100:02}",
            f"{born}{day:02}{month:02}{year}",
        ]
    )


def a_postcode(chance: Random) -> str:
    area = chance.choice(notes.POSTCODE_AREAS.split("|"))
    district = (
        str(chance.randint(1, 30))
        if chance.random() < 0.9
        else f"{chance.randint(1, 9)}{chance.choice('ABEHMNPRVWXY')}"
    )
    inward = f"{chance.randint(0, 9)}{chance.choice('ABDEFGHJLNPQRSTUWXYZ')}{chance.choice('ABDEFGHJLNPQRSTUWXYZ')}"
    written = area + district + chance.choice([" ", " ", " ", "", "  "]) + inward
    return chance.choice(["lives at ", "postcode ", "", "from ", "("]) + chance.choice(
        [written, written, written.lower()]
    )


def a_telephone_number(chance: Random) -> str:
    def digits(count: int) -> str:
        return "".join(str(chance.randint(0, 9)) for _ in range(count))

    mobile, town, london = f"7{digits(9)}", f"1{digits(3)}{digits(6)}", f"20{digits(8)}"
    return chance.choice(["tel ", "mobile: ", "ring ", "", "call her on ", "("]) + chance.choice(
        [
            f"0{mobile}",
            f"0{mobile[:4]} {mobile[4:]}",
            f"0{mobile[:4]} {mobile[4:7]} {mobile[7:]}",
            f"0{mobile[:4]}-{mobile[4:]}",
            f"+44 {mobile}",
            f"+44 (0){mobile[:4]} {mobile[4:]}",
            f"0044{mobile}",
            f"0{town}",
            f"0{town[:4]} {town[4:]}",
            f"(0{town[:4]}) {town[4:]}",
            f"020 {london[2:6]} {london[6:]}",
            f"(020) {london[2:6]} {london[6:]}",
            f"0{london[:2]}-{london[2:6]}-{london[6:]}",
        ]
    )


def an_email_address(chance: Random) -> str:
    name = chance.choice(
        ["sam.example", "s.example", "sam_example", "sam-example", "sam.example+may", "SamExample", "s"]
    )
    host = chance.choice(["example.org", "nhs.net", "trust.nhs.uk", "mail.example.co.uk", "EXAMPLE.COM"])
    return chance.choice(["", "write to ", "mail:", "<"]) + chance.choice(
        [f"{name}@{host}", f"{name}@{host}", f"{name} (at) {host}"]
    )


KINDS = {
    "an NHS number": an_nhs_number,
    "a date of birth": a_date_of_birth,
    "a full postcode": a_postcode,
    "a telephone number": a_telephone_number,
    "an e-mail address": an_email_address,
}


@pytest.mark.requirement("I3")
@pytest.mark.parametrize("kind", KINDS)
def test_at_least_99_in_100_notes_with_a_person_are_refused(kind):
    chance = Random(f"{SEED}/{kind}")
    passed = []
    for _ in range(GENERATED):
        before, after = chance.choice(ORDINARY["notes"]), chance.choice(ORDINARY["notes"])
        note = chance.choice(["{}", "{0} {1}", "{1} {0}", "{1}\n{0}", "{1} {0}; {2}"][1:]).format(
            KINDS[kind](chance), before, after
        )
        if kind not in what(note):
            passed.append(note)
    assert len(passed) <= GENERATED // 100, passed


@pytest.mark.requirement("I3")
def test_at_most_1_in_100_ordinary_notes_is_refused():
    assert len(set(ORDINARY["notes"])) >= 500
    refused = [note for note in ORDINARY["notes"] if what(note, ORDINARY["month"])]
    assert len(refused) <= len(ORDINARY["notes"]) / 100, refused


def test_few_ordinary_notes_are_asked_about():
    asked = [note for note in ORDINARY["notes"] if notes.note_may_describe_a_person(note, ORDINARY["month"])]
    assert len(asked) <= len(ORDINARY["notes"]) / 10, asked


# One by one


@pytest.mark.requirement("I3")
def test_the_check_digit_decides():
    assert what("NHS number 943 476 5919") == "an NHS number"
    assert what("NHS number 943 476 5918") == ""
    assert what("ticket 9434765919 was closed") == "an NHS number"
    assert what("94347659191") == ""  # eleven digits


@pytest.mark.requirement("I3")
@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Clinic closed from 3 May 2026", False),
        ("Clinic closed from 1 May 2024", False),  # 24 months before the month
        ("Clinic closed from 30 April 2024", True),
        ("DOB 3 May 2026", True),
        ("born on the 3rd of May", False),  # without a year
        ("3 May 84", False),  # 84 people on 3 May, as far as anybody can tell
        ("DOB 3 May 84", True),
        ("on 31/02/1984", False),  # there is no such day
        ("05/13/1984", True),  # the American way round
        ("born in 1984", False),
    ],
)
def test_the_edges_of_a_date_of_birth(text, refused):
    assert (what(text) == "a date of birth") is refused


@pytest.mark.requirement("I3")
def test_what_cannot_be_seen_hides_nothing():
    assert what("943\u200b476\u200b5919") == "an NHS number"
    assert what("sam\u00ad@example.org") == "an e-mail address"
    assert what("07700\u2011900123") == "a telephone number"


@pytest.mark.requirement("I3")
def test_the_message_says_why_and_repeats_nothing():
    note = "Sam Example, sam@example.org, 07700 900123"
    problem = only(errors(typed("21", "32", note=note)))
    assert (problem.rule, problem.field) == ("note_names_a_person", "note")
    assert problem.message == (
        "Your note seems to contain an e-mail address and a telephone number. Please take it out: this portal holds "
        "totals only, and nothing about any one person."
    )


def test_a_note_is_looked_at_in_a_draft_and_beside_wrong_numbers_too():
    entry = typed("x", "32", note="DOB 3 May 1984")
    assert keys(errors(entry, submitting=False)) == ["not_a_number", "note_names_a_person"]
    month = rules.errors_of_month([entry], [definition()], month=MAY, today=MAY, submitting=False, area_name="Somerset")
    assert keys(month) == ["not_a_number", "note_names_a_person"]


@pytest.mark.requirement("I3", "E3")
def test_the_examples_of_the_agreed_file():
    query = next(rule for rule in AGREED["queries"] if rule["key"] == "note_may_describe_a_person")
    assert "45-year-old" in query["example_fires"]
    assert notes.note_may_describe_a_person("low because a 45-year-old person was seen many times", MAY)
    assert not notes.note_may_describe_a_person("Two clinics were cancelled on 3 May", MAY)
    assert notes.note_names_a_person("DOB 3 May 1984", MAY)
    assert not notes.note_names_a_person("Two staff were on leave", MAY)
    assert not notes.note_names_a_person("Clinic closed from 3 May 2026", MAY)


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    ("note", "asked"),
    [
        ("Mrs Example came twice", True),
        ("Dr. Example has left", True),
        ("the Mr", False),
        ("aged 45", True),
        ("adults aged 18 and over", False),
        ("aged 16 to 25", False),
        ("65+ only", False),
        ("16-year-olds", False),
        ("closed on 3 May 2026", True),
    ],
)
def test_what_a_note_is_asked_about(note, asked):
    found = rules.queries_of_measure(typed("21", "32", note=note), definition(), month=MAY)
    assert (["note_may_describe_a_person"] if asked else []) == [query.rule for query in found]


def test_another_note_is_another_question():
    one, two = (
        rules.queries_of_measure(typed("21", "32", note=note), definition(), month=MAY)[0].fingerprint
        for note in ("aged 45", "aged 46")
    )
    assert one != two
    assert "45" not in one.removeprefix("note_may_describe_a_person-SH08-") or len(one) > 40


@given(st.text(max_size=200), st.sampled_from(["", "943 476 5919", "DOB 3.5.84", "0770", "31/12/", "SW1A 1AA"]))
def test_no_text_makes_the_rules_of_a_note_fail(text, more):
    for note in (text + more, more + text):
        assert isinstance(what(note), str)
        notes.note_may_describe_a_person(note, MAY)
        rules.note_errors([TypedEntry("SH08", note=note)], MAY)


def test_a_long_note_takes_no_long_time():
    for text in ("0 " * 5000, "a@" * 5000, "1-" * 5000, "born " * 1000 + "1.1.84 " * 1000, "Mr " * 5000, "AB1 " * 5000):
        what(text)
