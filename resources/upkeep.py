"""What readers are told of how an item is looked after: is its link alive, is its review overdue."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils import timezone

from selfharm_portal.facts import Fact
from selfharm_portal.publishing import review_dates

from .models import Link, Resource, Standing
from .wording import Notice, plain_date

MAY_OPEN_FOR_YOU = "It did not open for our check. It may open for you."


def link_of(resource: Resource) -> Link | None:
    return Link.objects.filter(url=resource.url).first() if resource.url else None


def link_fact(resource: Resource, link: Link | None) -> list[Fact]:
    """One row of "Looked after by a person"; none where there is no link."""
    if not resource.url:
        return []
    if link is None or link.checked_at is None:
        return [Fact("Link checked", "Not yet")]
    notes = {Standing.BROKEN: "It did not work.", Standing.SOFT: MAY_OPEN_FOR_YOU}
    return [Fact("Link checked", f"on {day_of(link)}", notes.get(Standing(link.standing), ""))]


def notices(resource: Resource, link: Link | None, today: date) -> list[Notice]:
    """What to know before relying on it, besides where the work itself stands."""
    found = []
    if resource.is_published and review_dates.is_told(resource.review_due, today):
        found.append(
            Notice(
                f"Due for review since {plain_date(resource.review_due)}",
                "We have not looked at this again yet, so it may be out of date. "
                "Check with its publisher that it still holds before you rely on it.",
            )
        )
    if link and link.standing == Standing.BROKEN:
        found.append(
            Notice(
                "This link did not work when we last tried it",
                f"That was on {day_of(link)}. Search the web for the title, or tell us if you know where it is now.",
                "Tell us about this link",
                reverse("resources:report", args=[resource.slug]),
            )
        )
    return found


def day_of(link: Link) -> str:
    assert link.checked_at is not None  # of a link that was checked: the table sees to it
    return plain_date(timezone.localdate(link.checked_at))
