"""Quality standard 34 in our own words: the five of its eight statements that we could read.

From excerpts of NICE's pages and the definitions built on them (the measures' sources name both). What we could not
read is said, not guessed; statements 2, 4 and 5 have no page for that reason.
"""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse

#: The standard itself, in the library.
SLUG = "nice-qs34"
AT_NICE = "https://www.nice.org.uk/guidance/qs34"
WHOSE_WORDS = "In our own words. What counts is NICE’s text, revised in September 2022."


class Statement(NamedTuple):
    title: str
    text: str
    #: What we do not know of it.
    doubt: str
    url: str


STATEMENTS = {
    1: Statement(
        "Compassion, respect and dignity",
        "This statement is about compassion, respect and dignity for people who self-harm. It also looks at staff: "
        "whether they have been trained in care of this kind.",
        "We could not read how its measure of people’s experience is worded today.",
        f"{AT_NICE}/chapter/Quality-statement-1-Compassion-respect-and-dignity",
    ),
    3: Statement(
        "Psychosocial assessments",
        "After an episode of self-harm, every time one happens, a person is to have a psychosocial assessment: a full "
        "conversation about their needs.",
        "",
        f"{AT_NICE}/chapter/quality-statement-3-psychosocial-assessments",
    ),
    6: Statement(
        "Care plans",
        "Staff and the person are to work out a care plan together. It holds what the person needs and what keeps "
        "them safe; family and carers take part where the person wishes.",
        "",
        f"{AT_NICE}/chapter/quality-statement-6-care-plans",
    ),
    7: Statement(
        "Psychological interventions",
        "The worker and the person are to talk about what psychological help could bring, so that a referral is "
        "decided by both.",
        "One of its measures we could read only in the wording of 2013.",
        f"{AT_NICE}/chapter/Quality-statement-7-Psychological-interventions",
    ),
    8: Statement(
        "Moving between services",
        "When somebody moves between mental health services, there is to be a plan, made together, on how they are "
        "supported while they move.",
        "",
        f"{AT_NICE}/chapter/quality-statement-8-moving-between-services",
    ),
}


def link(number: int) -> dict[str, str]:
    """The page of a statement that we could read."""
    title = STATEMENTS[number].title
    return {"label": f"Statement {number}: {title.lower()}", "short": f"statement {number}", "url": url_of(number)}


def url_of(number: int) -> str:
    """The page of a statement, or of all of them where we could not read this one."""
    return reverse("resources:statement", args=[number]) if number in STATEMENTS else reverse("resources:qs34")
