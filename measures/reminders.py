"""Reminders of months, and when they stop: at most one letter a run to each person, for all of their areas.

What was sent is noted with the person, the month, its date and the step (reporting_calendar.reminder_days), in the
transaction after which the letter leaves: a run that is repeated, or broken off, writes to nobody twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from selfharm_portal import mail
from selfharm_portal.accounts.models import AreaRole, User

from . import workflow
from .models import MonthReminder, ReminderByHand, State, Submission
from .moves import Action
from .reporting import measures_of_month
from .reporting_calendar import day_in_words, is_working_day, reminder_step
from .wording import due_in_words

WHY = (
    "You get this because you belong to the area's team. We write 7 days before the date, on the day, and 3 and 10 "
    "working days after it. It stops once the month is sent. If this is not for you any more, reply to this letter "
    "and say so."
)
A_REASON_IS_AN_ANSWER = "No numbers for a measure this month? Choose a reason beside it. That is a fair answer."


class NotReminded(Exception):
    """No letter was sent; the message says why, for the person who asked for it."""


class Sent(NamedTuple):
    """How many people got a letter now, and how many for whom months wait had theirs before."""

    now: int
    before: int


def remind(today: date) -> Sent:
    """Write to everybody in whose teams a month waits at a step of which they have not been told.

    today: the date in London. On a day that is no working day nothing is sent; the next working day makes up for it.
    """
    now = before = 0
    if is_working_day(today):
        for person in User.objects.filter(is_active=True, memberships__isnull=False).distinct().order_by("pk"):
            waiting, is_told = remind_person(person, today)
            now, before = now + is_told, before + (waiting and not is_told)
    return Sent(now, before)


@transaction.atomic
def remind_person(person: User, today: date) -> tuple[bool, bool]:
    """Does a month wait for this person, and is a letter about it on its way now?"""
    User.objects.select_for_update().get(pk=person.pk)  # of two runs at once, the second finds what the first noted
    waiting = months_waiting_for(person, today)
    told = set(MonthReminder.objects.filter(to=person).values_list("submission", "due_on", "step"))
    new = [
        MonthReminder(submission=month, to=person, due_on=month.due_on, step=step, sent_on=today)
        for month, step in waiting
        if (month.pk, month.due_on, step) not in told
    ]
    MonthReminder.objects.bulk_create(new)
    if new:
        transaction.on_commit(partial(send, person, [month for month, _ in waiting], today))
    return bool(waiting), bool(new)


def months_waiting_for(person: User, today: date) -> list[tuple[Submission, int]]:
    """The open months of their areas at a step of being reminded, the oldest first; none that was ever accepted."""
    months = (
        Submission.objects.awaited()
        .filter(area__memberships__user=person)
        .with_context()
        .order_by("period__month", "area__short_name")
    )
    return [(month, step) for month in months if (step := reminder_step(month.due_on, today)) is not None]


def send(person: User, months: Sequence[Submission], today: date) -> None:
    first = months[0]
    mail.send(
        to=[person.email],
        heading=due_in_words(first.period.month, first.due_on, today)
        if len(months) == 1
        else f"{len(months)} months wait for your team",
        paragraphs=[
            f"Dear {person},",
            *(paragraph for month in months for paragraph in about(month, today)),
            A_REASON_IS_AN_ANSWER,
        ],
        action=f"Open {first.period}" if len(months) == 1 else "See what is due",
        path=first.get_absolute_url() if len(months) == 1 else reverse("submissions:home"),
        why=WHY,
        reply_to=[settings.NCISH_EMAIL],
    )


def about(month: Submission, today: date) -> list[str]:
    """Where a month stands. Never a number that was entered."""
    was = "was" if month.due_on < today else "is"
    due = f"It {was} due on {month.due_on:%A} {day_in_words(month.due_on)}, before midnight."
    name = f"{month.period} for {month.area.short_name}"
    if month.state == State.RETURNED:
        return [f"{name} is back with your team: NCISH asks about it. {due}"]
    if month.state == State.NOT_STARTED:
        return [f"{name} is not begun yet. {due}"]
    filled, of = filled_in(month)
    return [f"{name} has a saved draft, with {filled} of {of} measures filled in. {due}"]


def filled_in(month: Submission) -> tuple[int, int]:
    """How many of the month's measures have anything typed, and how many there are."""
    codes = {item.definition.code for item in measures_of_month(month.area, month.period.month)}
    typed = {
        entry.measure.code for entry in month.draft_entries.select_related("measure") if not entry.typed().is_blank
    }
    return len(codes & typed), len(codes)


# By hand


@transaction.atomic
def remind_leads(submission: Submission, *, by: User, today: date) -> list[User]:
    """One letter to the leads of the area who can sign in, about this month; returns them.

    Raises MoveNotAllowed, and NotReminded on a day on which they have been reminded, or if there are none.
    """
    month = workflow.lock(submission)
    workflow.check(month, Action.REMIND, by=by)
    active = User.objects.filter(memberships__area=month.area, memberships__role=AreaRole.LEAD, is_active=True)
    leads = list(active.order_by("pk"))
    if not leads:
        raise NotReminded(f"{month.area.short_name} has no lead who can sign in. Ask an administrator to invite one.")
    reminder, is_new = ReminderByHand.objects.get_or_create(submission=month, sent_on=today, defaults={"sent_by": by})
    if not is_new:
        raise NotReminded(f"{reminder.sent_by} has reminded {month.area.short_name} of {month.period} today.")
    reminder.to.set(leads)
    transaction.on_commit(partial(send_by_hand, month, leads, by, today))
    return leads


def send_by_hand(month: Submission, leads: Sequence[User], by: User, today: date) -> None:
    mail.send(
        to=[lead.email for lead in leads],
        heading=f"NCISH asks for {month.period}",
        paragraphs=[f"{by} at NCISH reminds you of it.", *about(month, today), A_REASON_IS_AN_ANSWER],
        action=f"Open {month.period}",
        path=month.get_absolute_url(),
        why="You get this because you lead the area’s team. A person at NCISH sent it.",
    )
