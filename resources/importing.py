"""Rows of a file into the library: what each would do is found out by doing it, and taking it back.

A row belongs to the item of its key, DOI, PubMed number or address, so a file that is brought twice doubles nothing.
Empty cells change nothing. New items are drafts; a change of a published one is told and queues for review.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.text import get_text_list

from selfharm_portal.publishing import moves

from . import adding, changes, duplicates, indexing, reference_files
from .citations import one_line
from .duplicates import Known
from .models import (
    QS34_STATEMENTS,
    Audience,
    Cost,
    Format,
    ImportedFile,
    Population,
    Publisher,
    Reader,
    Resource,
    ResourcePublisher,
    ResourceType,
    Section,
    Setting,
    Status,
    Topic,
)
from .reference_files import Row


class Does(Enum):
    """What a row does. The words head its part of the page."""

    WRONG = "cannot be used"
    ADDS = "adds a draft"
    UPDATES = "changes an item"
    LOOKS_LIKE = "looks like an item that is here, and is left out"
    NOTHING = "changes nothing"


class Outcome(NamedTuple):
    row: Row
    does: Does
    title: str
    says: list[str]
    item: Resource | None = None


class Result(NamedTuple):
    """What a whole file does. `fingerprint` differs as soon as anything of it does."""

    outcomes: list[Outcome]
    encoding: str
    not_read: list[str]

    def count(self, does: Does) -> int:
        return sum(outcome.does is does for outcome in self.outcomes)

    @property
    def left_out(self) -> int:
        return self.count(Does.WRONG) + self.count(Does.LOOKS_LIKE)

    @property
    def sentence(self) -> str:
        counts = Counter(outcome.does for outcome in self.outcomes)
        return f"{get_text_list([f'{counts[does]} {SHORT[does]}' for does in SHORT if counts[does]], 'and')}."

    @property
    def fingerprint(self) -> str:
        said = [(each.row.place, each.does.value, each.title, each.says) for each in self.outcomes]
        return hashlib.sha256(repr(said).encode()).hexdigest()


SHORT = {
    Does.ADDS: "added",
    Does.UPDATES: "changed",
    Does.NOTHING: "as they were",
    Does.LOOKS_LIKE: "left out",
    Does.WRONG: "not usable",
}


class ChangedMeanwhile(Exception):
    """The file would do something else than was shown."""


class RowsStayOut(Exception):
    """Some rows cannot be written, and nobody has agreed to write the others without them."""


def preview(file: ImportedFile) -> Result:
    """What the file would do now. Raises NotReadable. Nothing of it stays."""
    with transaction.atomic():
        result = _run(file)
        transaction.set_rollback(True)
    return result


@transaction.atomic
def write(file: ImportedFile, *, seen: str, without_the_rest: bool = False) -> Result | None:
    """Do it, as a whole; None if it is done already, by the first half of a double click.

    seen: the fingerprint of what was shown; without_the_rest: write the rows that can be used without the others.
    Raises ChangedMeanwhile if it would do something else by now, RowsStayOut if that was not agreed to.
    """
    file = ImportedFile.objects.select_for_update().get(pk=file.pk)
    if file.written_at:
        return None
    result = _run(file)
    if result.fingerprint != seen:
        raise ChangedMeanwhile
    if result.left_out and not without_the_rest:
        raise RowsStayOut
    file.written_at, file.outcome = timezone.now(), result.sentence
    file.save(update_fields=["written_at", "outcome"])
    return result


def _run(file: ImportedFile) -> Result:
    read = reference_files.read(bytes(file.data), file.name)
    desk = _Desk(file, {row.values["key"] for row in read.rows if "key" in row.values})
    outcomes = {id(row): desk.take(row) for row in _successors_first(read.rows)}
    indexing.index(Resource.objects.filter(pk__in=desk.touched))
    return Result([outcomes[id(row)] for row in read.rows], read.encoding, read.not_read)


def _successors_first(rows: list[Row]) -> list[Row]:
    """So that a replaced item finds what replaced it, where both are in one file."""
    by_key = {row.values["key"]: row for row in rows if row.values.get("key")}

    def depth(row: Row) -> int:
        steps, seen = 0, {id(row)}
        while (row := by_key.get(row.values.get("replaced_by", ""), row)) and id(row) not in seen:
            seen.add(id(row))
            steps += 1
        return steps

    return sorted(rows, key=depth)


class _Wrong(Exception):
    """Its arguments are sentences for whoever brought the file."""


class _Desk:
    """What is in the library while one file is read into it."""

    def __init__(self, file: ImportedFile, keys: set[str]) -> None:
        self.file, self.by = file, file.by
        everything = Resource.objects.select_related("superseded_by").prefetch_related("topics", "publishers")
        self.items: dict[int, Resource] = {item.pk: item for item in everything.select_for_update(of=("self",))}
        self.known = Resource.objects.known()
        self.by_slug = {item.slug: item for item in self.items.values()}
        self.sections = _by_name((each, each.slug, each.title) for each in Section.objects.all())
        self.topics = _by_name((each, each.slug, each.title) for each in Topic.objects.all())
        self.publishers = _by_name((each, each.name, *each.other_spellings) for each in Publisher.objects.all())
        self.keys = keys
        self.touched: set[int] = set()
        self.seen: dict[int, str] = {}  # the place in the file, by item

    def take(self, row: Row) -> Outcome:
        title = row.values.get("title", "")
        try:
            if row.problems:
                raise _Wrong(*row.problems)
            with transaction.atomic():
                return self._take(row, title)
        except _Wrong as problem:
            return Outcome(row, Does.WRONG, title, list(problem.args))
        except IntegrityError as error:
            return Outcome(row, Does.WRONG, title, [_rule_of(error)])

    def _take(self, row: Row, title: str) -> Outcome:
        typed = _Typed(row, self)
        item, likely = self._belongs_to(row, typed)
        if item and item.pk in self.seen:
            raise _Wrong(f"{self.seen[item.pk]} of this file is about the same item: “{item}”.")
        if item is None and likely:
            return Outcome(
                row,
                Does.LOOKS_LIKE,
                title,
                [f"{likely.why} If it is another work, add it by hand."],
                self.items[likely.item.key or 0],
            )
        outcome = self._update(row, item, typed) if item else self._add(row, typed)
        assert outcome.item
        self.seen[outcome.item.pk] = row.place
        return outcome

    def _belongs_to(self, row: Row, typed: _Typed) -> tuple[Resource | None, duplicates.Likeness | None]:
        """The item that this row is about, or else one that it looks like."""
        by_key = self.by_slug.get(row.values.get("key", ""))
        known = Known(
            title=row.values.get("title", ""),
            doi=row.values.get("doi", ""),
            pmid=row.values.get("pmid", ""),
            url=row.values.get("url", ""),
            code=row.values.get("code", ""),
            year=typed.fields.get("year"),
            publishers=typed.publisher_names,
        )
        likely = duplicates.find(known, self.known)
        if row.values.get("key") and not by_key:
            # Two keys of one file are two items, though they are found on one page.
            likely = [each for each in likely if each.why != duplicates.SAME_ADDRESS or not self._is_in_file(each.item)]
        sure = [each for each in likely if each.why != duplicates.NEAR_TITLE]
        numbers = [each for each in sure if each.why != duplicates.SAME_ADDRESS] or sure
        found = {each.item.key or 0: each for each in numbers}
        if by_key:
            others = [
                self.items[key]
                for key, each in found.items()
                if key != by_key.pk and each.why != duplicates.SAME_ADDRESS
            ]
            if others:
                raise _Wrong(f"Its key is that of “{by_key}”, its DOI or PubMed number that of “{others[0]}”.")
            return by_key, None
        if len(found) > 1:
            named = get_text_list([f"“{self.items[key]}”" for key in found], "and")
            raise _Wrong(f"It may be any of {named}. Give its key.")
        if found:
            return self.items[next(iter(found))], None
        return None, next(iter(likely), None)

    def _is_in_file(self, known: Known) -> bool:
        return known.key in self.seen or self.items[known.key or 0].slug in self.keys

    def _add(self, row: Row, typed: _Typed) -> Outcome:
        values = {"section": self.file.section, "type": self.file.type, "reader": [self.file.reader]} | typed.fields
        missing = {
            "section": "under which section it stands",
            "type": "what kind of evidence it is",
            "reader": "who may be shown it",
        }
        if not values.get("title"):
            raise _Wrong("It has no title.")
        if left := [words for name, words in missing.items() if not values.get(name) or values.get(name) == [""]]:
            raise _Wrong(
                f"It does not say {get_text_list(left, 'and')}. Bring the file again and choose that for all new items."
            )
        values.setdefault("slug", adding.free_slug(values["title"]))
        item = Resource(**values, author=self.by)
        _check(item, values)
        item.save()
        says = self._relations(item, typed)
        moves.note(item, [moves.DRAFTED], by=self.by)
        self._remember(item, typed)
        return Outcome(row, Does.ADDS, item.title, says, item)

    def _update(self, row: Row, item: Resource, typed: _Typed) -> Outcome:
        here, item = item, copy(item)  # so that a row that fails leaves nothing behind in `items`
        before = {name: getattr(item, name) for name in typed.fields}
        changed = [name for name, value in typed.fields.items() if not _is_same(before[name], value)]
        if "slug" in changed:  # it was found by its DOI, PubMed number or address: its address here stays
            changed.remove("slug")
        for name in changed:
            setattr(item, name, typed.fields[name])
        if changed:
            _check(item, changed)
            item.save(update_fields=[*changed, "updated_at"])
        named = changed + [name for name in ("topics", "publishers") if typed.is_other(name, item)]
        if typed.publisher_names and "publishers" in named:
            item.resource_publishers.all().delete()
        says = self._relations(item, typed.only(named)) if len(named) > len(changed) else []
        moves.edited(item, changes.of_edit(named, before, item), by=self.by)
        if not named:
            return Outcome(row, Does.NOTHING, item.title, [], here)
        self._remember(item, typed)
        labels = [label_of(name) for name in named]
        live = ["Readers see it at once."] if item.is_published else []
        return Outcome(row, Does.UPDATES, item.title, [f"Changes {get_text_list(labels, 'and')}.", *says, *live], here)

    def _relations(self, item: Resource, typed: _Typed) -> list[str]:
        """Write topics and publishers as the row has them; returns what else that takes."""
        says = []
        if typed.topics:
            item.topics.set(typed.topics)
        publishers = {}
        for name in typed.publisher_names:
            publisher = self.publishers.get(name.casefold())
            if publisher is None:
                publisher = self.publishers[name.casefold()] = Publisher.objects.create(name=name)
                says.append(f"Adds the publisher “{name}”.")
            publishers[publisher.pk] = publisher
        links = enumerate(publishers.values(), start=1)
        ResourcePublisher.objects.bulk_create(
            ResourcePublisher(resource=item, publisher=each, position=position) for position, each in links
        )
        return says

    def _remember(self, item: Resource, typed: _Typed) -> None:
        self.touched.add(item.pk)
        self.items[item.pk], self.by_slug[item.slug] = item, item
        names = typed.publisher_names
        known = Known(item.title, item.doi, item.pmid, item.url, item.code, item.year, names, item.pk)
        self.known = [each for each in self.known if each.key != item.pk] + [known]


class _Typed:
    """A row's texts as values of our fields. Raises _Wrong with everything that is wrong with them."""

    def __init__(self, row: Row, desk: _Desk) -> None:
        self.row, self.desk, self.problems = row, desk, list[str]()
        self.fields: dict[str, Any] = {}
        self.topics: list[Topic] = []
        self.publisher_names = self.several("publishers")
        for column, name in TEXTS.items():
            if text := row.values.get(column):
                self.fields[name] = text
        if "doi" in self.fields:
            self.fields["doi"] = _doi_as_written(self.fields["doi"])
        if authors := self.several("authors"):
            self.fields["authors"] = list(authors)
        for column, (name, choices) in CHOICES.items():
            self.choice(column, name, choices)
        for column, choices in LISTS.items():
            if values := [self.value_of(column, text, choices) for text in self.several(column)]:
                self.fields[column] = [value for value in values if value]
        for column, name in DATES.items():
            self.day(column, name)
        for column in ("year", "minutes"):
            self.number(column)
        for column in ("login_required", "easy_read"):
            self.answer(column)
        self.rows_of_others()
        if self.problems:
            raise _Wrong(*self.problems)

    def several(self, column: str) -> tuple[str, ...]:
        texts = (text.strip() for text in self.row.values.get(column, "").split(";"))
        return tuple(dict.fromkeys(filter(None, texts)))

    def value_of(self, column: str, text: str, choices: type[models.TextChoices]) -> str:
        for value, label in choices.choices:
            if text.casefold() in (value, str(label).casefold()):
                return str(value)
        known = get_text_list([f"“{label}”" for label in choices.labels], "or")
        self.problems.append(f"“{column}” is “{text}”, which is not {known}.")
        return ""

    def choice(self, column: str, name: str, choices: type[models.TextChoices]) -> None:
        text = self.row.values.get(column)
        if text and (value := self.value_of(column, text, choices)):
            self.fields[name] = value

    def day(self, column: str, name: str) -> None:
        if text := self.row.values.get(column):
            try:
                self.fields[name] = date.fromisoformat(text)
            except ValueError:
                self.problems.append(f"“{column}” is “{text}”, which is not a day such as 2026-03-27.")

    def number(self, column: str) -> None:
        if text := self.row.values.get(column):
            if text.isascii() and text.isdigit() and len(text) < 6:
                self.fields[column] = int(text)
            else:
                self.problems.append(f"“{column}” is “{text}”, which is not a whole number.")

    def answer(self, column: str) -> None:
        if text := self.row.values.get(column):
            if text.casefold() in ("yes", "no"):
                self.fields[column] = text.casefold() == "yes"
            else:
                self.problems.append(f"“{column}” is “{text}”, which is neither Yes nor No.")

    def rows_of_others(self) -> None:
        """Section, topics, statements and successor."""
        if (text := self.row.values.get("section")) and not self.found("section", text, self.desk.sections):
            self.problems.append(f"There is no section “{text}”.")
        for text in self.several("topics"):
            if topic := self.desk.topics.get(text.casefold()):
                self.topics.append(topic)
            elif self.row.is_ours:  # the keywords of others are not our topics
                self.problems.append(f"There is no topic “{text}”.")
        if statements := self.several("qs34_statements"):
            if set(statements) <= set(map(str, QS34_STATEMENTS)):
                self.fields["qs34_statements"] = [int(each) for each in statements]
            else:
                self.problems.append("The statements of QS34 are 1 to 8.")
        if (text := self.row.values.get("replaced_by")) and not self.found("superseded_by", text, self.desk.by_slug):
            self.problems.append(f"It is replaced by “{text}”, and no item has that key.")

    def found(self, field: str, text: str, rows: Mapping[str, Any]) -> bool:
        if row := rows.get(text.casefold()):
            self.fields[field] = row
        return row is not None

    def only(self, relations: list[str]) -> _Typed:
        """Without topics, or publishers, that are to stay as they are."""
        rest = copy(self)
        rest.topics = self.topics if "topics" in relations else []
        rest.publisher_names = self.publisher_names if "publishers" in relations else ()
        return rest

    def is_other(self, relation: str, item: Resource) -> bool:
        """Whether the file names other topics, or publishers, than the item has."""
        if relation == "topics":
            return bool(self.topics) and {each.pk for each in self.topics} != {each.pk for each in item.topics.all()}
        here = [link.publisher_id for link in item.resource_publishers.all()]
        known = [self.desk.publishers.get(name.casefold()) for name in self.publisher_names]
        return bool(known) and [each.pk if each else None for each in known] != here


#: Column: field.
TEXTS = {name: name for name in ("title", "journal", "doi", "pmid", "isbn", "code", "url", "summary", "content_note")}
TEXTS |= {"key": "slug", "access_note": "access_note", "status_reason": "status_reason"}
DATES = {"date": "date_published", "status_date": "status_date", "expected_on": "expected_on"}
CHOICES: dict[str, tuple[str, type[models.TextChoices]]] = {
    "kind": ("type", ResourceType),
    "cost": ("cost", Cost),
    "format": ("format", Format),
    "status": ("status", Status),
}
LISTS: dict[str, type[models.TextChoices]] = {
    "audiences": Audience,
    "settings": Setting,
    "population": Population,
    "reader": Reader,
}


def _by_name(rows: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    return {name.casefold(): row for row, *names in rows for name in names}


def _doi_as_written(text: str) -> str:
    """Without what is before it, with the capitals that it has."""
    return text[text.index("10.") :] if "10." in text else text


def _is_same(here: Any, typed: Any) -> bool:
    """Line breaks do not travel in files, and capitals mean nothing in a DOI."""
    if isinstance(here, str) and isinstance(typed, str):
        if typed.startswith("10."):
            return here.casefold() == typed.casefold()
        return one_line(here) == one_line(typed)
    return bool(here == typed)


def _check(item: Resource, written: Iterable[str]) -> None:
    """The rules of single fields, in words; those of whole rows are the database's."""
    others = {field.name for field in Resource._meta.fields} - set(written) | {"section", "superseded_by"}
    try:
        item.clean_fields(exclude=others)
    except ValidationError as error:
        told = error.message_dict.items()
        raise _Wrong(*(f"{label_of(name)}: {text}" for name, texts in told for text in texts)) from error


def label_of(name: str) -> str:
    return str(getattr(Resource._meta.get_field(name), "verbose_name", name))


def _rule_of(error: IntegrityError) -> str:
    """The sentence of the rule that the database held to."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    for constraint in Resource._meta.constraints:
        if constraint.name == name:
            return str(constraint.violation_error_message)
    return "Another item has this key." if "slug" in str(name) else "It breaks a rule of the library."
