"""An entry in words: what it is about, who made it, and what stood there before and after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import Truncator, capfirst

from .models import Entry, What

NOTHING = "Nothing"

#: Columns that say which row it is, the best one first.
NAMES = ["title", "name", "heading", "place", "label", "term", "email", "code", "slug", "sentence", "number", "month"]


class Line(NamedTuple):
    field: str
    before: str
    after: str


def model_in_words(label: str) -> str:
    model = _model(label)
    return capfirst(str(model._meta.verbose_name)) if model else label


def row_in_words(entry: Entry) -> str:
    stood = entry.after or entry.before or {}
    name = next((str(stood[column]) for column in NAMES if stood.get(column)), "")
    words = f"{model_in_words(entry.model)} {entry.key}".rstrip()
    return f"{words}: {Truncator(name).chars(80)}" if name else words


def who_in_words(entry: Entry) -> str:
    if entry.person_id is not None:
        return str(entry.person or f"account {entry.person_id}, which is gone")
    if entry.via.startswith("/"):
        return "Nobody signed in"
    return "The portal itself" if entry.via else f"Directly in the database, as {entry.role}"


def fields(entry: Entry) -> list[str]:
    """Names of those that were changed; none where the row as a whole came or went."""
    if entry.what != What.UPDATE:
        return []
    by_column = _fields_by_column(entry.model)
    return [_name(by_column, column) for column in _columns(entry, by_column)]


def lines(entry: Entry) -> list[Line]:
    """One for each field: of a change those that differ, of a new or deleted row those that are not empty."""
    by_column = _fields_by_column(entry.model)
    return [
        Line(
            _name(by_column, column),
            _value(by_column.get(column), entry.before, column),
            _value(by_column.get(column), entry.after, column),
        )
        for column in _columns(entry, by_column)
    ]


Fields = dict[str, "models.Field[Any, Any]"]


def _columns(entry: Entry, by_column: Fields) -> list[str]:
    before, after = entry.before or {}, entry.after or {}
    stood = before | after
    in_order = [*(column for column in by_column if column in stood), *sorted(stood.keys() - by_column)]
    if entry.what == What.UPDATE:
        return [column for column in in_order if before.get(column) != after.get(column)]
    return [column for column in in_order if stood[column] not in EMPTY]


def _fields_by_column(label: str) -> Fields:
    model = _model(label)
    return {str(field.column): field for field in model._meta.concrete_fields} if model else {}


def _name(by_column: Fields, column: str) -> str:
    return capfirst(str(by_column[column].verbose_name)) if column in by_column else column


EMPTY: list[Any] = [None, "", [], {}]


def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except LookupError:  # it was there once
        return None


def _value(field: models.Field[Any, Any] | None, row: Mapping[str, Any] | None, column: str) -> str:
    if row is None:
        return ""  # there was no row yet, or there is none any more
    value = row.get(column)
    return NOTHING if value in EMPTY else _in_words(field, value)


def _in_words(field: models.Field[Any, Any] | None, value: Any) -> str:
    if isinstance(field, models.ForeignKey):
        target = field.related_model._base_manager.filter(pk=value).first()
        return str(target) if target else f"{value}, which is gone"
    if isinstance(field, ArrayField) and isinstance(value, list):
        return ", ".join(_in_words(field.base_field, item) for item in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if field is not None and field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateField) and isinstance(value, str):
        try:
            return _date_in_words(field.to_python(value))
        except ValidationError:  # it was another kind of column then
            return value
    return str(value)


def _date_in_words(value: date | datetime) -> str:
    return f"{timezone.localtime(value):%d.%m.%Y %H:%M}" if isinstance(value, datetime) else f"{value:%d.%m.%Y}"
