"""What pages say about a resource: which words, numbers and links, in which order.

Templates print what they are given. What is not known is left out or said to be unknown, never an empty cell;
`evidence` and `curator_note` are not read here, so no page can show them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import F, Max
from django.urls import reverse
from django.utils.formats import date_format

from selfharm_portal.facts import Fact, Link, host

from .evidence_kinds import KINDS, EvidenceKind
from .models import Audience, Cost, Format, Population, Publisher, Reader, Resource, ResourceType, Setting, Status
from .search import Part, parts

NOT_YET_REVIEWED = "Not yet reviewed by NCISH"

#: What a reader does with it, before "at nice.org.uk".
VERBS = {Format.VIDEO: "Watch it", Format.APP: "See it", Format.COURSE: "See it", Format.DATASET: "See it"}


class Notice(NamedTuple):
    """What a reader has to know before anything else about an item that is not simply in use."""

    title: str
    text: str
    link: str = ""
    url: str = ""


class Card(NamedTuple):
    """An item in a list of results."""

    title: str
    url: str
    code: str
    kind: str
    text: str
    facts: list[str]
    tag: str = ""
    tag_text: str = ""
    successor: str = ""
    successor_url: str = ""
    #: The text once more, with what was searched for marked.
    parts: list[Part] = []


def plain_date(day: date) -> str:
    """As people write it: 7 September 2022."""
    return date_format(day, "j F Y")


def kind_of(resource: Resource) -> EvidenceKind:
    return KINDS[resource.type]


def publishers_of(resource: Resource) -> list[Publisher]:
    return [link.publisher for link in resource.resource_publishers.all()]


def eyebrow(resource: Resource) -> str:
    """Guideline from NICE, 2022"""
    names = " and ".join(publisher.short_name for publisher in publishers_of(resource))
    label = ResourceType(resource.type).label
    return ", ".join(part for part in [f"{label} from {names}" if names else label, _year(resource)] if part)


def short_name(resource: Resource) -> str:
    """NG225 (2022), or the title where there is no code."""
    name = resource.code or resource.title
    return f"{name} ({resource.year})" if resource.year else name


def card(resource: Resource) -> Card:
    facts = [publisher.short_name for publisher in publishers_of(resource)]
    facts += [fact for fact in (_year(resource), _cost(resource)) if fact]
    if resource.login_required is not None:
        facts.append("Needs an account" if resource.login_required else "No sign-in")
    if resource.format:
        facts.append(str(Format(resource.format).label))
    if resource.easy_read:
        facts.append("Easy Read")
    tag, tag_text, successor = "", "", None
    if resource.status == Status.SUPERSEDED:
        successor = _published_successor(resource)
        tag, tag_text = "Replaced", "Use this one:" if successor else "The newer one is not in this library yet."
    elif resource.status == Status.WITHDRAWN:
        tag, tag_text = "Withdrawn", resource.status_reason
    elif resource.status == Status.IN_DEVELOPMENT:
        tag, tag_text = "Not out yet", _expected(resource)
    return Card(
        title=resource.title,
        url=resource.get_absolute_url(),
        code=resource.code,
        kind=f"{ResourceType(resource.type).label}: {kind_of(resource).gist}",
        text=resource.summary,
        facts=facts,
        tag=tag,
        tag_text=tag_text,
        successor=short_name(successor) if successor else "",
        successor_url=successor.get_absolute_url() if successor else "",
        parts=parts(getattr(resource, "snippet", "")),
    )


def line(resource: Resource) -> str:
    """Under a title in a short list: "Replaced. Guideline from NICE, 2004"."""
    state = {Status.SUPERSEDED: "Replaced. ", Status.WITHDRAWN: "Withdrawn. ", Status.IN_DEVELOPMENT: "Not out yet. "}
    return state.get(Status(resource.status), "") + eyebrow(resource)


def status_notice(resource: Resource) -> Notice | None:
    since = f" on {plain_date(resource.status_date)}" if resource.status_date else ""
    if resource.status == Status.SUPERSEDED:
        is_for_care = resource.type in (ResourceType.GUIDELINE, ResourceType.QUALITY_STANDARD)
        title = "Replaced: do not use for care today" if is_for_care else "Replaced: there is a newer one"
        successor = _published_successor(resource)
        now = "Use this one:" if successor else "The newer one is not in this library yet."
        reason = resource.status_reason or (f"This was replaced{since}." if since else "")  # the title says so already
        text = f"{reason} {now}".strip()
        if successor:
            return Notice(title, text, str(successor), successor.get_absolute_url())
        return Notice(title, text)
    if resource.status == Status.WITHDRAWN:
        return Notice(f"Withdrawn{since}", resource.status_reason)
    if resource.status == Status.IN_DEVELOPMENT:
        text = f"{_expected(resource)} {resource.status_reason}".strip()
        return Notice("Not out yet", text)
    return None


def way_in(resource: Resource) -> Link | None:
    """The one button: Read it at nice.org.uk. Where a newer one is here, the button is left to that."""
    if not resource.url or _published_successor(resource):
        return None
    verb = VERBS.get(Format(resource.format), "Read it") if resource.format else "Read it"
    return Link(f"{verb} at {host(resource.url)}", resource.url)


def access(resource: Resource) -> list[str]:
    """What it takes to open it, in short sentences beside the button."""
    account = {True: "You need an account.", False: "No sign-in.", None: "We do not know if you need an account."}
    lines = [f"{_cost(resource) or 'We do not know what it costs'}. {account[resource.login_required]}"]
    if resource.format:
        lines.append(f"{Format(resource.format).label}.")
    return lines


def at_a_glance(resource: Resource) -> list[Fact]:
    """Everything that readers may know of it, in the order in which they ask."""
    return list(_known(_facts(resource)))


def looked_after(resource: Resource) -> list[Fact]:
    reviewed = plain_date(resource.last_reviewed) if resource.last_reviewed else NOT_YET_REVIEWED
    facts = [Fact("Reviewed", reviewed)]
    if resource.review_due:
        facts.append(Fact("Next review", f"by {plain_date(resource.review_due)}"))
    return facts


def to_be_checked(resource: Resource) -> list[Fact]:
    """What a reviewer reads beside the checklist, in its order; what is missing is named."""
    way = resource.access_note or "Neither a link nor a sentence on how to get it"
    labels = [str(Status(resource.status).label), resource.status_reason, _year(resource)]
    readers = ", ".join(str(reader.label) for reader in Reader if reader in resource.reader)
    return [
        Fact("Summary", resource.summary or "Not written yet"),
        Fact("Before you open it", resource.content_note or "No note"),
        Fact("Link", resource.url or way, url=resource.url),
        Fact("Where it stands", ". ".join(part.rstrip(".") for part in labels if part)),
        Fact("Kind of evidence", ResourceType(resource.type).label),
        Fact("May be shown to", readers),
        Fact("Written for", _labels(resource.audiences, Audience) or "Not said"),
    ]


def measures_that_rest_on(resource: Resource) -> list[dict[str, str]]:
    """Measures in use whose newest definition names it as a source."""
    sources = resource.measure_sources.filter(version__measure__withdrawn=False).select_related("version__measure")
    newest = Max("version__measure__versions__number")
    citing = sources.annotate(newest=newest).filter(version__number=F("newest")).order_by("version__measure__code")
    versions = {source.version.measure_id: source.version for source in citing}
    return [
        {
            "label": version.name,
            "url": version.measure.get_absolute_url(),
            "code": version.measure.code,
            "text": version.question,
        }
        for version in versions.values()
    ]


def _facts(resource: Resource) -> Iterable[Fact]:
    library = reverse("resources:list")
    yield Fact("Written for", _labels(resource.audiences, Audience))
    yield Fact("About", _labels(resource.population, Population))
    yield Fact("Settings", _labels(resource.settings, Setting))
    yield Fact("Published", _published(resource))
    if resource.url and not way_in(resource):
        earlier = f"{resource.code or 'It'} at {host(resource.url)}"
        yield Fact("Earlier text", earlier, url=resource.url, note=" ".join(access(resource)))
    yield Fact("Published by", "; ".join(publisher.name for publisher in publishers_of(resource)))
    yield Fact("Authors", ", ".join(resource.authors))
    yield Fact("Journal", resource.journal)
    yield Fact("Code", resource.code)
    yield Fact("ISBN", resource.isbn)
    yield Fact("DOI", resource.doi, url=f"https://doi.org/{resource.doi}")
    yield Fact("PubMed number", resource.pmid, url=f"https://pubmed.ncbi.nlm.nih.gov/{resource.pmid}/")
    yield Fact("Time it takes", f"About {resource.minutes} minutes" if resource.minutes else "")
    yield Fact("Easy Read", {True: "Yes", False: "No", None: "Not known"}[resource.easy_read])
    yield Fact("Statements of QS34", ", ".join(str(number) for number in sorted(resource.qs34_statements)))
    replaced = [Link(short_name(earlier), earlier.get_absolute_url()) for earlier in resource.replaces.all()]
    yield Fact("Replaces", links=replaced)
    yield Fact("Topics", links=[Link(topic.title, topic.get_absolute_url()) for topic in resource.topics.all()])
    lists = [entry.reading_list for entry in resource.reading_list_entries.all()]
    shown = [Link(each.title, each.get_absolute_url()) for each in lists if each.reader in resource.reader]
    yield Fact("Reading lists", links=shown)
    readers = [reader for reader in Reader if reader in resource.reader]
    yield Fact("On our pages for", links=[Link(reader.label, f"{library}?reader={reader}") for reader in readers])


def _known(facts: Iterable[Fact]) -> Iterable[Fact]:
    return (fact for fact in facts if fact.text or fact.links)


def _labels(values: list[str], choices: type[Audience | Population | Setting]) -> str:
    """In the order of the choices, as one sentence: "Clinicians, general practice, commissioners"."""
    labels = [str(choice.label) for choice in choices if choice.value in values]
    return ", ".join(label if index == 0 else label[:1].lower() + label[1:] for index, label in enumerate(labels))


def _published(resource: Resource) -> str:
    if resource.date_published:
        return plain_date(resource.date_published)
    return f"{resource.year}. The day is not known" if resource.year else ""


def _year(resource: Resource) -> str:
    return str(resource.year) if resource.year else ""


def _cost(resource: Resource) -> str:
    return "" if resource.cost == Cost.UNKNOWN else Cost(resource.cost).label


def _expected(resource: Resource) -> str:
    return f"Expected by {plain_date(resource.expected_on)}." if resource.expected_on else "It is still being made."


def _published_successor(resource: Resource) -> Resource | None:
    successor = resource.superseded_by
    return successor if successor and successor.is_published else None
