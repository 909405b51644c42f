"""What a team says explains months that a rule flags: written by its lead or a contributor, read by NCISH.

Written again, the earlier words stay readable in the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from measures import rules
from measures.models import AreaMeasure, Story
from measures.statistics.findings import Findings, SpecialCause
from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import User
from selfharm_portal.history.models import Entry


class StoryError(Exception):
    """Nothing was written."""


class NotAllowed(StoryError):
    """The person is not of the area's team."""


class ChangedMeanwhile(StoryError):
    """Somebody else wrote about these months after the page was shown."""

    def __init__(self, story: Story) -> None:
        super().__init__(f"{story.by} wrote about {story.months} meanwhile")
        self.story = story


class TextRefused(StoryError):
    """There are no words, or they seem to speak of a person; the message says what, and repeats nothing of it."""


class Months(NamedTuple):
    """The flagged months of a special cause, from the first to the last."""

    first: date
    last: date


def months_of(cause: SpecialCause, months: Sequence[date]) -> Months:
    return Months(months[cause.rows[0]], months[cause.rows[-1]])


def causes_by_months(found: Findings) -> dict[Months, list[SpecialCause]]:
    """Two rules may flag the same months: one story speaks of both."""
    by_months: dict[Months, list[SpecialCause]] = {}
    for cause in found.special_causes:
        by_months.setdefault(months_of(cause, found.series.months), []).append(cause)
    return by_months


def story_of(months: Months, stories: Iterable[Story], all_months: Iterable[Months]) -> Story | None:
    """The story that is written again: of exactly these months, or of a run that began with them and has gone on."""
    by_months = {Months(story.from_month, story.to_month): story for story in stories}
    if months in by_months:
        return by_months[months]
    taken = set(all_months)
    begun = [told for told in by_months if told.first == months.first and told.last < months.last and told not in taken]
    return by_months[max(begun)] if begun else None


@transaction.atomic
def tell(
    area_measure: AreaMeasure,
    months: Months,
    text: str,
    *,
    by: User,
    story: Story | None = None,
    seen: datetime | None = None,
    at: datetime | None = None,
) -> Story:
    """Write what explains these months, or write a story again: once, however often the button is pressed.

    story, seen: the one that is written again, and when it had been written as the page showed it.
    Raises NotAllowed, TextRefused, and ChangedMeanwhile where somebody else wrote after that.
    """
    text = text.strip()
    if not permissions.may_tell_story(by, area_measure.area):
        raise NotAllowed(f"{by} is not of the team of {area_measure}")
    if not text:
        raise TextRefused("a story has words")
    if refused := rules.note_refused(text, timezone.localdate().replace(day=1)):
        raise TextRefused(refused)
    AreaMeasure.objects.select_for_update().get(pk=area_measure.pk)
    theirs = area_measure.stories.select_related("by")
    stored = theirs.filter(from_month=months.first, to_month=months.last).first()
    if stored is None and story is not None:
        stored = theirs.filter(pk=story.pk).first()
    if stored is None:
        return Story.objects.create(
            area_measure=area_measure,
            from_month=months.first,
            to_month=months.last,
            text=text,
            by=by,
            made_at=at or timezone.now(),
        )
    if (stored.text, stored.to_month) == (text, months.last):
        return stored  # the second half of a double click, or nothing new
    if stored.made_at != seen:
        raise ChangedMeanwhile(stored)
    stored.from_month, stored.to_month = months
    stored.text, stored.by, stored.made_at = text, by, at or timezone.now()
    stored.save(update_fields=["from_month", "to_month", "text", "by", "made_at"])
    return stored


class EarlierWords(NamedTuple):
    text: str
    by: str
    made_at: datetime


def earlier_words(story: Story) -> list[EarlierWords]:
    """What it said before it was written again, the latest first."""
    entries = Entry.objects.filter(model=Story._meta.label, key=str(story.pk), what="update").order_by("-id")
    rows = [entry.before for entry in entries if entry.before]
    names = {person.pk: str(person) for person in User.objects.filter(pk__in={row["by_id"] for row in rows})}
    return [
        EarlierWords(row["text"], names.get(row["by_id"], ""), datetime.fromisoformat(row["made_at"])) for row in rows
    ]
