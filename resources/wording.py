"""What pages say about a resource: which words, numbers and links, in which order.

Templates print what they are given. What is not known is left out or said to be unknown, never an empty cell;
`evidence` and `curator_note` are not read here, so no page can show them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import F, Max, QuerySet, TextChoices
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode

from measures.models import MeasureSource
from selfharm_portal.facts import Fact, Link, host
from selfharm_portal.publishing import review_dates
from sites.models import Theme

from . import qs34
from .evidence_kinds import KINDS, EvidenceKind
from .models import Audience, Cost, Format, Population, Publisher, Reader, Resource, ResourceType, Setting, Status
from .search import Part, parts

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


def in_a_sentence(name: str) -> str:
    """ "Safety planning" -> "safety planning"; "NHS plans" stays."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def list_url(name: str, value: str) -> str:
    """The list of all items that share one thing, as the library's filters read it: list_url("topic", "aftercare")."""
    return f"{reverse('resources:list')}?{urlencode({name: value})}"


def kind_of(resource: Resource) -> EvidenceKind:
    return KINDS[resource.type]


def kind_in_a_sentence(kind: EvidenceKind) -> str:
    """A guideline: what good care should be like."""
    return f"{kind.noun[:1].upper()}{kind.noun[1:]}: {kind.gist}."


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


#: Before what is said of an item in a short list.
STATES = {Status.SUPERSEDED: "Replaced. ", Status.WITHDRAWN: "Withdrawn. ", Status.IN_DEVELOPMENT: "Not out yet. "}


def line(resource: Resource) -> str:
    """Under a title in a short list: "Replaced. Guideline from NICE, 2004"."""
    return STATES.get(Status(resource.status), "") + eyebrow(resource)


def kind_and_year(resource: Resource) -> str:
    """Under a title in a long list: "Replaced. Guideline, 2004"."""
    parts = [str(ResourceType(resource.type).label), _year(resource)]
    return STATES.get(Status(resource.status), "") + ", ".join(part for part in parts if part)


def status_notice(resource: Resource, *, newest: Resource | None = None) -> Notice | None:
    """`newest`: the last of the line, where what replaced the item was replaced too."""
    day = plain_date(resource.status_date) if resource.status_date else ""
    if resource.status == Status.SUPERSEDED:
        is_for_care = resource.type in (ResourceType.GUIDELINE, ResourceType.QUALITY_STANDARD)
        title = "Replaced: do not use for care today" if is_for_care else "Replaced: there is a newer one"
        successor = newest or _published_successor(resource)
        since = f"It was replaced on {day}." if day else _age(successor) if successor else ""
        now = "Use this one:" if successor else "The newer one is not in this library yet."
        text = " ".join(part for part in (resource.status_reason, since, now) if part)
        if successor:
            return Notice(title, text, str(successor), successor.get_absolute_url())
        return Notice(title, text)
    if resource.status == Status.WITHDRAWN:
        unknown = "" if day else " We do not know since when."
        return Notice(f"Withdrawn on {day}" if day else "Withdrawn", f"{resource.status_reason}{unknown}")
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


def looked_after(resource: Resource, *, changes: int = 0) -> list[Fact]:
    """`changes`: how many the page tells of, further down."""
    facts = review_dates.facts(resource.last_reviewed, resource.review_due)
    if changes:
        facts.append(Fact("History", "1 change" if changes == 1 else f"{changes} changes", url="#history"))
    return facts


def to_be_checked(resource: Resource) -> list[Fact]:
    """What a reviewer reads beside the checklist, in its order; what is missing is named."""
    way = resource.access_note or "Neither a link nor a sentence on how to get it"
    labels = [str(Status(resource.status).label), resource.status_reason, _year(resource)]
    readers = ", ".join(str(reader.label) for reader in Reader if reader in resource.reader)
    audiences = _terms("audience", resource.audiences, Audience)
    return [
        Fact("Summary", resource.summary or "Not written yet"),
        Fact("Before you open it", resource.content_note or "No note"),
        Fact("Link", resource.url or way, url=resource.url),
        Fact("Where it stands", ". ".join(part.rstrip(".") for part in labels if part)),
        Fact("Kind of evidence", ResourceType(resource.type).label),
        Fact("May be shown to", readers),
        Fact("Written for", ", ".join(term.label for term in audiences) or "Not said"),
    ]


def measures_that_rest_on(resource: Resource) -> list[dict[str, str]]:
    """Measures in use whose newest definition names it as a source."""
    citing = in_newest_definitions(resource.measure_sources.all())
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


def in_newest_definitions(sources: QuerySet[MeasureSource]) -> QuerySet[MeasureSource]:
    """Those of the sources that the newest definition of a measure in use names, by the measure's code."""
    of_use = sources.filter(version__measure__withdrawn=False).select_related("version__measure")
    newest = Max("version__measure__versions__number")
    return of_use.annotate(newest=newest).filter(version__number=F("newest")).order_by("version__measure__code")


def themes_of(resource: Resource) -> list[Link]:
    """Themes of the programme that its topics explain: one query."""
    themes = Theme.objects.filter(topics__in=resource.topics.all()).distinct()
    return [Link(theme.title, theme.get_absolute_url()) for theme in themes]


def _facts(resource: Resource) -> Iterable[Fact]:
    yield Fact("Written for", links=_terms("audience", resource.audiences, Audience))
    yield Fact("About", links=_terms("population", resource.population, Population))
    yield Fact("Settings", links=_terms("setting", resource.settings, Setting))
    if resource.cost != Cost.UNKNOWN:
        yield Fact("Cost", links=_terms("cost", [resource.cost], Cost))
    if resource.format:
        yield Fact("What opens", str(Format(resource.format).label))
    if resource.status != Status.CURRENT:
        yield Fact("Status", links=_terms("status", [resource.status], Status))
    yield Fact("Published", _published(resource))
    if resource.url and not way_in(resource):
        earlier = f"{resource.code or 'It'} at {host(resource.url)}"
        yield Fact("Earlier text", earlier, url=resource.url, note=" ".join(access(resource)))
    names = [publisher.name for publisher in publishers_of(resource)]
    yield Fact("Published by", links=[Link(name, list_url("q", f'"{name}"')) for name in names])
    yield Fact("Authors", ", ".join(resource.authors))
    yield Fact("Journal", resource.journal)
    yield Fact("Code", resource.code)
    yield Fact("ISBN", resource.isbn)
    yield Fact("DOI", resource.doi, url=f"https://doi.org/{resource.doi}")
    yield Fact("PubMed number", resource.pmid, url=f"https://pubmed.ncbi.nlm.nih.gov/{resource.pmid}/")
    yield Fact("Time it takes", f"About {resource.minutes} minutes" if resource.minutes else "")
    yield Fact("Easy Read", {True: "Yes", False: "No", None: "Not known"}[resource.easy_read])
    explained = [Link(f"Statement {number}", qs34.url_of(number)) for number in sorted(resource.qs34_statements)]
    yield Fact("Statements of QS34", links=explained)
    replaced = [Link(short_name(earlier), earlier.get_absolute_url()) for earlier in resource.replaces.all()]
    yield Fact("Replaces", links=replaced)
    yield Fact("Topics", links=[Link(topic.title, list_url("topic", topic.slug)) for topic in resource.topics.all()])
    kind = ResourceType(resource.type)
    yield Fact("Kind of evidence", links=[Link(str(kind.label), list_url("type", kind))])
    yield Fact("Section", links=[Link(resource.section.title, list_url("section", resource.section.slug))])
    yield Fact("Themes of the programme", links=themes_of(resource))
    lists = [entry.reading_list for entry in resource.reading_list_entries.all()]
    shown = [Link(each.title, each.get_absolute_url()) for each in lists if each.reader in resource.reader]
    yield Fact("Reading lists", links=shown)
    readers = [reader for reader in Reader if reader in resource.reader]
    yield Fact("On our pages for", links=[Link(reader.label, reader.get_absolute_url()) for reader in readers])


def _known(facts: Iterable[Fact]) -> Iterable[Fact]:
    return (fact for fact in facts if fact.text or fact.links)


def _terms(name: str, values: list[str], choices: type[TextChoices]) -> list[Link]:
    """In the order of the choices, to be read as one sentence: Clinicians, general practice, commissioners."""
    chosen = [choice for choice in choices if choice.value in values]
    return [
        Link(str(choice.label) if choice == chosen[0] else in_a_sentence(str(choice.label)), list_url(name, choice))
        for choice in chosen
    ]


def _published(resource: Resource) -> str:
    if resource.date_published:
        return plain_date(resource.date_published)
    return f"{resource.year}. The day is not known" if resource.year else ""


def _year(resource: Resource) -> str:
    return str(resource.year) if resource.year else ""


def _cost(resource: Resource) -> str:
    return "" if resource.cost == Cost.UNKNOWN else Cost(resource.cost).label


def _age(successor: Resource) -> str:
    """How new the newer one is, where nobody has noted since when it replaces the other."""
    if successor.date_published:
        return f"The newer one was published on {plain_date(successor.date_published)}."
    return f"The newer one is from {successor.year}." if successor.year else ""


def _expected(resource: Resource) -> str:
    return f"Expected by {plain_date(resource.expected_on)}." if resource.expected_on else "It is still being made."


def _published_successor(resource: Resource) -> Resource | None:
    successor = resource.superseded_by
    return successor if successor and successor.is_published else None
