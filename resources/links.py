"""Every web address on the portal: where it stands, whether it opens, and how a moved one is repaired.

The only writer of Link. Opening addresses is link_visits.py's part, and what an answer means is link_health.py's.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from selfharm_portal.accounts import permissions
from selfharm_portal.accounts.models import User
from selfharm_portal.history.kept import KEPT, LEFT_OUT, Part
from selfharm_portal.publishing import moves

from . import changes, indexing, link_health, link_visits
from .link_health import Answer, Finding
from .models import ChangeKind, Link, Resource, Standing

#: Somewhat less than a week and a day, so that a run at the same hour finds them due.
AGAIN_AFTER_SUCCESS = timedelta(days=6, hours=20)
AGAIN_AFTER_FAILURE = timedelta(hours=20)

REPAIRED = changes.Said(ChangeKind.LINK, "The link was repaired.")

#: What readers see of each model's texts, and of which rows. Texts that are not here are for staff; their links are
#: checked too.
SHOWN: dict[str, tuple[set[str], Q]] = {
    "resources.Section": ({"introduction"}, Q()),
    "resources.Resource": (
        {"url", "summary", "content_note", "access_note", "status_reason"},
        Q(publication_state="published"),
    ),
    "resources.ReadingList": ({"introduction"}, Q(shown=True)),
    "resources.ReadingListEntry": ({"why"}, Q(reading_list__shown=True, resource__publication_state="published")),
    "resources.Helpline": ({"url", "webchat_url", "note"}, Q(verified=True)),
    "sites.Area": (
        {
            "change_source", "change_also_seen", "population_source", "early_implementer_source", "ods_code_source",
            "change_what", "summary", "aims", "project_details", "outcome_measures", "crisis_line",
        },
        Q(publication_state="published"),
    ),
    "sites.AreaLink": ({"url"}, Q(area__publication_state="published")),
    "sites.Milestone": ({"source", "what"}, Q(is_hidden=False)),
    "sites.InfographicPanel": ({"source", "text"}, Q(
            confirmed=True,
            infographic__publication_state="published",
            infographic__area__publication_state="published",
        )),
    "sites.OtherMaterial": ({"source", "what"}, Q(is_hidden=False)),
    "pages.Page": ({"lead", "intro"}, Q()),
    "pages.PageSection": ({"body_markdown", "source"}, Q()),
    "pages.WayIn": ({"text"}, Q()),
    "pages.Partner": ({"url"}, Q(is_hidden=False)),
    "measures.MeasureSource": ({"url"}, Q(version__measure__withdrawn=False)),
}  # fmt: skip


class AlreadyUnderWay(Exception):
    """Another run is checking links."""


class NotRepaired(Exception):
    """The link stays as it is; the text says why."""


class Place(NamedTuple):
    """Where an address stands: in a field of a row."""

    url: str
    model: type[models.Model]
    pk: Any
    field: str
    for_readers: bool


def places() -> Iterator[Place]:
    """Every web address in every text of every row of content, once for each time it stands there.

    Not what strangers write to NCISH, which the history leaves out too: nothing is to be opened because they say so.
    """
    for model in content():
        label = model._meta.label
        left_out = LEFT_OUT.get(label, [])
        texts = [field for field in model._meta.concrete_fields if _holds_text(field) and field.name not in left_out]
        fields = {field.name: field for field in texts}
        shown_fields, condition = SHOWN.get(label, (set(), Q()))
        rows = model._default_manager.annotate(is_shown=_as_column(condition)).order_by("pk")
        for pk, is_shown, *values in rows.values_list("pk", "is_shown", *fields):
            for (name, field), value in zip(fields.items(), values, strict=True):
                for url in _addresses(field, value):
                    yield Place(url, model, pk, name, bool(is_shown) and name in shown_fields)


def content() -> list[type[models.Model]]:
    """The models that are looked through: all of content but the links themselves."""
    return [model for label in KEPT[Part.CONTENT] if (model := apps.get_model(label)) is not Link]


def places_of(urls: Collection[str]) -> dict[str, list[Place]]:
    found = defaultdict(list)
    for place in places():
        if place.url in urls:
            found[place.url].append(place)
    return found


def _as_column(condition: Q) -> Any:
    return ExpressionWrapper(condition or Q(pk__isnull=False), output_field=BooleanField())


def _holds_text(field: models.Field[Any, Any]) -> bool:
    kinds = (models.CharField, models.TextField, models.JSONField, ArrayField)
    return isinstance(field, kinds) and field.editable and not field.choices


def _addresses(field: models.Field[Any, Any], value: Any) -> list[str]:
    if isinstance(field, models.URLField):
        return [value] if value else []
    text = _as_text(value)
    return [text[start:end] for start, end in link_health.addresses_in(text)]


def _as_text(value: Any) -> str:
    """Lists and JSON as JSON: an address looks the same in it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# Checking


def gather() -> None:
    """A row for each address that stands somewhere now, and none for those that are gone."""
    seen: dict[str, bool] = {}
    for place in places():
        seen[place.url] = seen.get(place.url, False) or place.for_readers
    with transaction.atomic():
        Link.objects.exclude(url__in=seen).delete()
        known = dict(Link.objects.values_list("url", "for_readers"))
        new = [Link(url=url, for_readers=shown) for url, shown in seen.items() if url not in known]
        Link.objects.bulk_create(new, ignore_conflicts=True)
        for shown in (True, False):
            changed = [url for url, before in known.items() if seen[url] is shown and before is not shown]
            Link.objects.filter(url__in=changed).update(for_readers=shown)


@contextmanager
def alone() -> Iterator[None]:
    """For one run at a time, in all processes. Raises AlreadyUnderWay."""
    key = "hashtext('resources.links')"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({key})")
        if not cursor.fetchone()[0]:
            raise AlreadyUnderWay
        try:
            yield
        finally:
            cursor.execute(f"SELECT pg_advisory_unlock({key})")


class Checked(NamedTuple):
    """A link as it is known now. put_off: it was not opened, because its server had asked to be left alone."""

    link: Link
    put_off: bool


def check(links: Iterable[Link], manners: link_visits.Manners | None = None) -> Iterator[Checked]:
    """Open each link and note what came of it, at once."""
    by_url = {link.url: link for link in links}
    user_agent = f"Link check of the self-harm community care portal (+{settings.PORTAL_URL})"
    for url, answer in link_visits.visit(
        by_url,
        user_agent=user_agent,
        loopback_too=settings.CHECK_LOOPBACK_LINKS,
        manners=manners or link_visits.Manners(),
    ):
        if link := note(by_url[url], answer, timezone.now()):
            yield Checked(link, answer.put_off)


@transaction.atomic
def note(link: Link, answer: Answer, now: datetime) -> Link | None:
    """Write down an answer. None if the link went away or was repaired meanwhile."""
    known = Link.objects.select_for_update().filter(pk=link.pk, url=link.url).first()
    if known is None:
        return None
    if answer.put_off:
        known.next_check_at = now + (answer.wait or timedelta())
        known.save(update_fields=["next_check_at"])
        return known
    verdict = link_health.verdict(known.url, answer)
    known.checked_at = now
    if verdict.finding == Finding.FAILED:
        known.failures += 1
        known.failing_since = known.failing_since or now
        is_broken = link_health.is_broken(known.failures, known.failing_since, now)
        known.standing = Standing.BROKEN if is_broken else Standing.SOFT
    else:
        known.failures, known.failing_since = 0, None
        known.standing = Standing(verdict.finding.value)
    known.words, known.moved_to = verdict.words, verdict.moved_to
    known.redirects = [f"{hop.status} {hop.url}" for hop in answer.hops]
    is_well = verdict.finding in (Finding.FINE, Finding.MOVED)
    known.next_check_at = now + (answer.wait or (AGAIN_AFTER_SUCCESS if is_well else AGAIN_AFTER_FAILURE))
    known.save()
    return known


class Share(NamedTuple):
    """How many of the links that readers see, and that were ever checked, are broken."""

    broken: int
    checked: int

    def __str__(self) -> str:
        if not self.checked:
            return "No link that readers see has been checked yet."
        percent = f"{100 * self.broken / self.checked:.1f}"
        verb = "is" if self.broken == 1 else "are"
        return f"{self.broken} of {self.checked} links that readers see {verb} broken ({percent} %)."


def broken_share() -> Share:
    return Share(**Link.objects.for_readers().checked().aggregate(
        broken=models.Count("pk", filter=Q(standing=Standing.BROKEN)), checked=models.Count("pk")
    ))  # fmt: skip


# Repairing


@transaction.atomic
def repair(link: Link, *, by: User) -> int:
    """Write the new address of a moved link wherever the old one stands; returns in how many places.

    Raises NotRepaired if the link has not moved, `by` is no curator, or a rule of a row forbids the new address, in
    that rule's own words; then nothing has changed.
    """
    if not permissions.may_curate(by):
        raise NotRepaired("Only curators can do this.")
    moved = Link.objects.select_for_update().filter(pk=link.pk).first()
    if moved is None or not moved.moved_to:
        raise NotRepaired("It has been repaired already, or opens again at its old address.")
    found = places_of([moved.url])[moved.url]
    for model, pk in dict.fromkeys((place.model, place.pk) for place in found):
        _rewrite(model, pk, {p.field for p in found if (p.model, p.pk) == (model, pk)}, moved, by=by)
    if known := Link.objects.filter(url=moved.moved_to).first():  # it stands elsewhere already
        moved.for_readers |= known.for_readers
        known.delete()
    moved.url, moved.moved_to, moved.redirects = moved.moved_to, "", []
    moved.standing, moved.words = Standing.FINE, "It opens."
    moved.save()
    return len(found)


def _rewrite(model: type[models.Model], pk: Any, fields: set[str], moved: Link, *, by: User) -> None:
    row = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    for name in fields:
        field, value = model._meta.get_field(name), getattr(row, name)
        if isinstance(field, models.URLField):
            value = moved.moved_to
        elif isinstance(value, str):
            value = link_health.with_address_changed(value, moved.url, moved.moved_to)
        else:
            value = json.loads(link_health.with_address_changed(_as_text(value), moved.url, moved.moved_to))
        setattr(row, name, value)
    try:
        row.clean_fields(exclude={field.name for field in model._meta.fields} - fields)
        row.validate_constraints()
    except ValidationError as error:
        raise NotRepaired(f"“{row}” stays as it is, and so does the link. {' '.join(error.messages)}") from error
    stamps = {field.name for field in model._meta.fields if getattr(field, "auto_now", False)}
    row.save(update_fields=fields | stamps)
    if isinstance(row, Resource):
        moves.edited(row, [REPAIRED], by=by)
        indexing.index(Resource.objects.filter(pk=row.pk))
