"""What a note says of a person: what is refused, so that it is never kept, and what is asked about.

Nothing that was written is repeated in a message: what was refused must not come back in a page, a log or an e-mail.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import accumulate

from measures.reporting_calendar import MONTH_NAMES

#: A full date that lies further back than this is no date of a clinic that was closed.
MONTHS_OF_A_SERVICE = 24
#: How far from the word "born" a date may stand.
BESIDE = 40

#: Areas of the United Kingdom's postcodes: with them, "Q1 2nd" and "SH15 3rd" are none.
POSTCODE_AREAS = (
    "AB|AL|B|BA|BB|BD|BF|BH|BL|BN|BR|BS|BT|BX|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|"
    "FK|FY|G|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|"
    "NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|"
    "W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE"
)

#: Between the digits of one number; a full stop only before three digits, which "12.5 13.0" is not.
GAP = r"(?:[ \t\-]|\.(?=\d{3})){1,3}"
DIGIT_GROUPS = re.compile(rf"(?<!\d)\d+(?:{GAP}\d+)*(?!\d)")
AT, DOT = r" ?(?:@|\[at\]|\(at\)) ?", r" ?(?:\.|\[dot\]|\(dot\)) ?"
EMAIL = re.compile(rf"[\w.+'\-]{{1,64}}{AT}[a-z0-9\-]+(?:{DOT}[a-z0-9\-]+)+", re.IGNORECASE)
POSTCODE = re.compile(
    rf"\b(?:(?:{POSTCODE_AREAS})\d[a-z\d]?|GIR)[ \t\-]{{0,3}}(?P<inward>\d[abd-hjlnp-uw-z]{{2}})\b",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"1st|2nd|3rd|[04-9]th")
IN_PHONE = r"(?:[ \t\-()]|\.(?=\d{3})){0,3}"
PHONE = re.compile(rf"(?<![\d£])(?<!\d[.,/])(?:\+ ?\d|\(?0)(?:{IN_PHONE}\d){{8,13}}(?!\d)")
CALLED = re.compile(
    rf"\b(?:tel|telephone|phone|mobile|mob|call|ring|text)\b[^\d\n]{{0,20}}\d(?:{IN_PHONE}\d){{8,11}}(?!\d)",
    re.IGNORECASE,
)

NAME = "(?P<name>" + "|".join(f"{name}|{name[:3]}" for name in MONTH_NAMES) + "|Sept)"
MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(MONTH_NAMES, start=1)}
DAY = r"(?<![\d£])(?<!\d[.:])(?P<day>[0-3]?\d)"
OF = r"(?:st|nd|rd|th)?[ .\-/,]{0,3}(?:day )?(?:of )?(?:the )?"
LONG_YEAR, SHORT_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)", r"(?P<year>\d\d)(?![\d:])"
#: What is a date wherever it stands.
DATES = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{DAY}{OF}{NAME}[ .\-/,]{{0,3}}{LONG_YEAR}",
        rf"{DAY}{OF}{NAME}(?:[\-/.]| ?['’]){SHORT_YEAR}",
        rf"\b{NAME}[ .\-/]{{1,3}}(?:the )?(?P<day>[0-3]?\d)(?:st|nd|rd|th)?[ ,.\-/]{{1,3}}{LONG_YEAR}",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[\-/.])(?P<month>[01]?\d)(?P=mark)(?P<day>[0-3]?\d)(?!\d)",
        rf"{DAY} ?(?P<mark>[\-/.]) ?(?P<month>[0-3]?\d) ?(?P=mark) ?{LONG_YEAR}",
        rf"{DAY}/(?P<month>[0-3]?\d)/{SHORT_YEAR}",
    )
]
#: What is a date beside the word "born" only: "3 May 12" may be twelve people on 3 May, 2.10.12 a version.
DATES_OF_A_BIRTH = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{DAY}{OF}{NAME}[ .,]{{0,3}}{SHORT_YEAR}",
        rf"\b{NAME} (?:the )?(?P<day>[0-3]?\d)(?:st|nd|rd|th)?[ ,.]{{1,3}}['’]?{SHORT_YEAR}",
        rf"{DAY} ?(?P<mark>[\-. ]) ?(?P<month>[0-3]?\d) ?(?P=mark) ?{SHORT_YEAR}",
        rf"{DAY} (?P<month>[0-3]?\d) {LONG_YEAR}",
        r"(?<!\d)(?P<day>[0-3]\d)(?P<month>[01]\d)(?P<year>(?:19|20)?\d\d)(?!\d)",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)",
    )
]
BIRTH = re.compile(r"(?<!new)(?:\bborn|\bbirth(?:day|date)?s?|\bb-?day|\bd\.? ?o\.? ?b\.?)(?![a-z])", re.IGNORECASE)

#: "Aged 18 and over" speaks of a group.
OF_A_GROUP = (
    r"(?! ?(?:years? |yrs? )?(?:\+|(?:-|to|and) ?\d|(?:and|or) "
    r"(?:over|above|under|older|younger|up|below|more|less)\b))"
)
AGE = re.compile(
    rf"\b\d{{1,3}}[ \-]?(?:years?|yrs?)[ \-]old\b{OF_A_GROUP}|\b\d{{1,3}} ?y/?o\b"
    rf"|(?<!from )(?<!over )(?<!under )(?<!above )(?<!below )\baged? (?:of )?\d{{1,3}}\b{OF_A_GROUP}",
    re.IGNORECASE,
)
TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Rev|Sir|Dame)\.? [A-Z][\w'’\-]+")


def note_names_a_person(note: str, month: date) -> bool:
    """month: the first day of the reporting month."""
    return bool(what_names_a_person(note, month))


def what_names_a_person(note: str, month: date) -> str:
    """What a note must not hold, in words ("an NHS number and a telephone number"); empty where there is nothing."""
    text = readable(note)
    found = [
        words
        for words, is_there in (
            ("an NHS number", has_valid_nhs_number(text)),
            ("an e-mail address", has_email(text)),
            ("a telephone number", has_phone_number(text)),
            ("a full postcode", has_full_postcode(text)),
            ("a date of birth", has_birth_date(text, month)),
        )
        if is_there
    ]
    return " and ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))


def note_may_describe_a_person(note: str, month: date) -> bool:
    """Another full date, an age, or a title with a name."""
    text = readable(note)
    return any(True for _ in full_dates(text, month.year)) or bool(AGE.search(text) or TITLE.search(text))


def readable(note: str) -> str:
    """As a person reads it: plain digits and spaces, nothing invisible."""
    plain = unicodedata.normalize("NFKC", note)
    plain = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    return re.sub(r"[\u2010-\u2015\u2212]", "-", plain)


def has_valid_nhs_number(text: str) -> bool:
    """Ten digits in any grouping, of which the last is the check digit of the others."""
    runs = DIGIT_GROUPS.findall(without_dates(text))
    return any(is_nhs_number(digits) for run in runs for digits in ten_digits_of(run))


def without_dates(text: str) -> str:
    """A date and the number after it could be taken for one long number."""
    for pattern in DATES:
        text = pattern.sub("|", text)
    return text


def ten_digits_of(run: str) -> Iterator[str]:
    """Neighbouring groups of digits that are ten digits together."""
    groups = re.findall(r"\d+", run)
    for start in range(len(groups)):
        together = ""
        for group in groups[start:]:
            together += group
            if len(together) >= 10:
                break
        if len(together) == 10:
            yield together


def is_nhs_number(digits: str) -> bool:
    """Modulus 11, as NHS Digital's data dictionary describes it."""
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits[:9], strict=True))
    return (11 - total % 11) % 11 == int(digits[9])


def has_email(text: str) -> bool:
    return bool(EMAIL.search(text))


def has_phone_number(text: str) -> bool:
    text = without_dates(text)
    for found in PHONE.findall(text):
        digits = re.sub(r"\D", "", found)
        # Another number may stand right behind it.
        ends = accumulate(len(group) for group in re.findall(r"\d+", found))
        if found.startswith("+") or digits.startswith("00") or any(10 <= end <= 11 for end in ends):
            return True
    return bool(CALLED.search(text))


def has_full_postcode(text: str) -> bool:
    # "Ward B3 2nd floor": a number that counts, not the second half of a postcode.
    return any(not ORDINAL.fullmatch(found["inward"]) for found in POSTCODE.finditer(text))


def has_birth_date(text: str, month: date) -> bool:
    dates = list(full_dates(text, month.year))
    if any(months_before(day, month) > MONTHS_OF_A_SERVICE for _, _, day in dates):
        return True
    dates += full_dates(text, month.year, DATES_OF_A_BIRTH)
    return any(
        max(word.start(), start) - min(word.end(), stop) <= BESIDE
        for word in BIRTH.finditer(text)
        for start, stop, _ in dates
    )


def months_before(day: date, month: date) -> int:
    """How many months before a month a day lies; a day in the month 24 months earlier is 24 before."""
    return (month.year - day.year) * 12 + month.month - day.month


def full_dates(
    text: str, this_year: int, patterns: Iterable[re.Pattern[str]] = DATES
) -> Iterator[tuple[int, int, date]]:
    """Every day with month and year, in whatever order and spelling: where it begins and ends, and the date."""
    for pattern in patterns:
        for found in pattern.finditer(text):
            given = found.groupdict()
            month = MONTH_NUMBERS[given["name"][:3].lower()] if given.get("name") else int(given["month"])
            day, year = int(given["day"]), full_year(int(given["year"]), this_year)
            if month > 12:
                day, month = month, day
            try:
                yield *found.span(), date(year, month, day)
            except ValueError:
                continue


def full_year(year: int, this_year: int) -> int:
    """1984 for 84, 2026 for 26."""
    if year >= 100:
        return year
    century = this_year // 100 * 100
    return century + year if century + year <= this_year + 1 else century - 100 + year
