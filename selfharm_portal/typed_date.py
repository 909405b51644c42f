"""A date that a person types as day, month and year: three fields, one value, and errors that name the part."""

from __future__ import annotations

from calendar import month_name, monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError

PARTS = ("day", "month", "year")
#: "march" and "mar" are as good as 3.
MONTHS = {month_name[number].lower(): number for number in range(1, 13)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()}
#: No part of a date is longer; "September" is the longest.
LONGEST = 9


class Part(NamedTuple):
    """One of the three fields, ready to print."""

    label: str
    name: str
    id: str
    value: str
    width: int
    is_wrong: bool
    autocomplete: str


class WrongPart(ValidationError):
    """Says which of the parts to mend, so that they are marked and the summary leads there."""

    def __init__(self, message: Any, code: str, params: dict[str, Any], parts: Sequence[str]) -> None:
        super().__init__(message, code=code, params=params)
        self.parts = tuple(parts)


class TypedDate(forms.MultiWidget):
    """Day, month and year. With `autocomplete="bday"` browsers may fill in a birthday."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in PARTS}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]


class BoundTypedDate(forms.BoundField):
    """Knows its three parts, and leads labels and error summaries to the one that is wrong."""

    @property
    def wrong_parts(self) -> tuple[str, ...]:
        found = self.form.errors.get(self.name)
        problems = found.as_data() if found is not None else []
        named = [part for problem in problems for part in getattr(problem, "parts", ())]
        return tuple(named) or (PARTS if problems else ())

    @property
    def parts(self) -> list[Part]:
        typed = self.value()
        values = typed if isinstance(typed, (list, tuple)) else self.field.widget.decompress(typed)
        autocomplete = self.field.widget.attrs.get("autocomplete", "")
        return [
            Part(
                label=part.capitalize(),
                name=f"{self.html_name}_{part}",
                id=self._id(position),
                value="" if value is None else str(value),
                width=4 if part == "year" else 2,
                is_wrong=part in self.wrong_parts,
                autocomplete=f"{autocomplete}-{part}" if autocomplete == "bday" else "off",
            )
            for position, (part, value) in enumerate(zip(PARTS, values, strict=True))
        ]

    @property
    def id_for_label(self) -> str:
        wrong = self.wrong_parts
        return self._id(PARTS.index(wrong[0]) if wrong else 0)

    def _id(self, position: int) -> str:
        return f"{self.auto_id}_{position}" if self.auto_id else ""


class TypedDateField(forms.MultiValueField):
    """A date, or None if it may be left out. Months may be typed as words."""

    widget: type[forms.Widget] = TypedDate
    bound_field_class = BoundTypedDate
    default_error_messages = {
        "required": "Enter a day, a month and a year",
        "incomplete": "Enter %(missing)s as well",
        "not_a_number": "Write %(part)s in figures, such as %(example)s: you wrote “%(typed)s”",
        "year_digits": "Write the year with 4 figures, such as 2026: you wrote “%(typed)s”",
        "no_such_month": "Write the month as a number from 1 to 12: you wrote “%(typed)s”",
        "no_such_day": "Check the day: %(month)s has %(days)s days, and you wrote “%(typed)s”",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([forms.CharField(required=False) for _ in PARTS], require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> date | None:
        if self.disabled and isinstance(value, date):
            return value
        typed = [str(part or "").strip() for part in (value or [])] + [""] * 3
        if not any(typed):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        found = self._date(*typed[:3])
        self.validate(found)
        self.run_validators(found)
        return found

    def _date(self, day: str, month: str, year: str) -> date:
        typed = dict(zip(PARTS, (day, month, year), strict=True))
        missing = [part for part in PARTS if not typed[part]]
        if missing:
            names = [f"a {part}" for part in missing]
            self._refuse("incomplete", missing, missing=" and ".join(names))
        numbers = {
            "day": self._number("day", day, "27"),
            "month": MONTHS.get(month.lower()) or self._number("month", month, "3"),
            "year": self._number("year", year, "2026"),
        }
        if len(year) != 4 or numbers["year"] < 1:
            self._refuse("year_digits", ["year"], typed=year)
        if not 1 <= numbers["month"] <= 12:
            self._refuse("no_such_month", ["month"], typed=month)
        days = monthrange(numbers["year"], numbers["month"])[1]
        if not 1 <= numbers["day"] <= days:
            said = f"{month_name[numbers['month']]} {numbers['year']}"
            self._refuse("no_such_day", ["day"], typed=day, month=said, days=days)
        return date(numbers["year"], numbers["month"], numbers["day"])

    def _number(self, part: str, typed: str, example: str) -> int:
        if len(typed) > LONGEST or not (typed.isascii() and typed.isdecimal()):
            self._refuse("not_a_number", [part], part=f"the {part}", example=example, typed=typed[:20])
        return int(typed)

    def _refuse(self, code: str, parts: Sequence[str], **params: Any) -> None:
        raise WrongPart(self.error_messages[code], code, params, parts)

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = self.widget.decompress(initial)  # type: ignore[attr-defined]
        return ["" if part is None else str(part) for part in before] != [str(part or "") for part in data or []]
