"""Whom to call or text: the four lines of the strip, the box that is shown first, the buttons of /get-help/."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from resources.models import Helpline


class Line(NamedTuple):
    """One of the four lines that stand on every page, with the row of the help lines that it belongs to."""

    slug: str
    label: str
    href: str
    detail: str
    need: str  # the longer words, for the box that is shown first
    action: str
    note: str


#: Written out, because help shows also where the database is empty.
LINES = (
    Line(
        "emergency-999",
        "Life at risk",
        "tel:999",
        "Call 999",
        "Life at risk, or badly hurt",
        "Call 999",
        "Or go to the nearest emergency department",
    ),
    Line(
        "nhs-111-mental-health",
        "Mental health",
        "tel:111",
        "111, option 2",
        "Urgent help with mental health",
        "Call 111, option 2",
        "Your local crisis team, any age, day and night",
    ),
    Line(
        "samaritans",
        "Samaritans",
        "tel:116123",
        "116 123",
        "Samaritans, about anything",
        "Call 116 123",
        "Free, day and night, not on phone bills",
    ),
    Line(
        "shout",
        "Text SHOUT to",
        "sms:85258?body=SHOUT",
        "85258",
        "Rather write than talk?",
        "Text SHOUT to 85258",
        "Free on the main networks, day and night",
    ),
)
#: These two stand whatever the rows say: they are the country's emergency numbers.
ALWAYS = ("emergency-999", "nhs-111-mental-health")


def urgent_lines() -> list[Line]:
    """The lines of the strip: one query. A line that staff no longer vouch for, or whose number they changed,
    is left out until the words here follow."""
    known = {row.slug: row for row in Helpline.objects.filter(slug__in=[line.slug for line in LINES])}
    return [line for line in LINES if line.slug in ALWAYS or line.slug not in known or _agrees(line, known[line.slug])]


class Box(NamedTuple):
    """Help first: above what was asked for, never in its place."""

    title: str
    text: str
    ways: list[dict[str, str]]


def first_box() -> Box:
    """The same for everybody, from one query: kind, short, with the calm ways first."""
    lines = urgent_lines()
    return Box(
        title="If this is about you, you can talk to someone now",
        text="You do not have to be in danger to call. You do not have to give your name.",
        ways=[
            {"label": line.need, "href": line.href, "action": line.action, "note": line.note}
            for line in sorted(lines, key=lambda line: line.slug in ALWAYS)
        ],
    )


def _agrees(line: Line, row: Helpline) -> bool:
    return row.verified and line.href in (row.phone_tel, _text_link(row.sms))


class Way(NamedTuple):
    label: str
    href: str


class Call(NamedTuple):
    """A help line as /get-help/ shows it: one large button, other ways below."""

    title: str
    text: str
    hours: str
    action: str
    href: str
    also: list[Way]
    urgent: bool


def calls(rows: Iterable[Helpline]) -> tuple[list[Call], list[Call]]:
    """Whom to call first (immediate danger, and the four lines of the strip), and everyone else."""
    strip = [line.slug for line in LINES]
    first: list[Call] = []
    others: list[Call] = []
    for row in rows:
        (first if row.urgent or row.slug in strip else others).append(call(row))
    return first or [Call(line.need, line.note, "", line.action, line.href, [], True) for line in LINES], others


def call(row: Helpline) -> Call:
    """One line as a card: its first way as the button, the others below."""
    ways = []
    if row.phone:
        number = re.split(r", (?:then|with) ", row.phone)[0]
        ways.append(Way(f"Call {number}", row.phone_tel))
    if row.sms:
        ways.append(Way(row.sms, _text_link(row.sms)))
    if row.webchat_url:
        ways.append(Way("Chat online", row.webchat_url))
    if row.url:
        # With a phone the website is one more way; without any other it is the way.
        ways.append(Way("Website" if ways else f"Open {row.name.partition(':')[0]}", row.url))
    if row.email:
        ways.append(Way("Write an e-mail", f"mailto:{row.email}"))
    first = ways[0]
    # What the button is too small for: “Call 111, then choose the mental health option.”
    how = f"Call {row.phone}" if row.phone and first.label != f"Call {row.phone}" else ""
    in_words = [way.label for way in ways[1:] if not way.href]
    text = [row.for_whom, how, row.note, *in_words]
    return Call(
        title=row.name,
        text=" ".join(part if part.endswith(".") else f"{part}." for part in text if part),
        hours=f"{row.cost[:1].upper()}{row.cost[1:]}. {row.hours}",
        action=first.label,
        href=first.href,
        also=[way for way in ways[1:] if way.href],
        urgent=row.urgent,
    )


def _text_link(words: str) -> str:
    """“Text SHOUT to 85258” -> sms:85258?body=SHOUT; empty if the words are not that simple."""
    told = re.fullmatch(r"Text (?:[\"“]?(\w+)[\"”]? to )?(\d{3,})", words)
    if not told:
        return ""
    body, number = told.groups()
    return f"sms:{number}?body={body}" if body else f"sms:{number}"
