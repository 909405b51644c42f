"""Every address of the resolver, filled with real rows, and eight people who visit them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.cookies import SimpleCookie
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import urlencode

from measures.models import State, Submission
from selfharm_portal.accounts.models import AreaRole
from selfharm_portal.history.kept import Part
from selfharm_portal.history.models import Entry
from selfharm_portal.pages.models import DatabaseKind, PortalDatabase
from tests import factories
from tests.permissions_by_url import PEOPLE

SIGN_IN = "/accounts/login/"
#: Where a row stood in old versions of admin: leads on to its change form, for every model alike.
OLD_ADDRESS = "admin/*/*/<path:object_id>/"
SOME_PASSWORD = "of no hasher: usable, and never typed"


def addresses() -> set[str]:
    """The names of all patterns of the resolver; what has no name is called by its route."""
    return set(_below(get_resolver(), "", ()))


def _below(resolver: URLResolver, route: str, namespaces: tuple[str, ...]) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        here = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            name = ":".join([*namespaces, pattern.name]) if pattern.name else here
            yield re.sub(r"^admin/\w+/\w+/<path:object_id>/$", OLD_ADDRESS, name)
        else:
            yield from _below(pattern, here, (*namespaces, *([pattern.namespace] if pattern.namespace else [])))


class Portal:
    """Two areas, their teams, NCISH's people, and a row of everything that an address can name."""

    def __init__(self) -> None:
        first, second = factories.AreaFactory(), factories.AreaFactory()
        people = {
            "contributor of A": team_member(first, AreaRole.CONTRIBUTOR),
            "lead of A": team_member(first, AreaRole.LEAD),
            "contributor of B": team_member(second, AreaRole.CONTRIBUTOR),
            "lead of B": team_member(second, AreaRole.LEAD),
            "curator": factories.UserFactory(curator=True, password=SOME_PASSWORD),
            "analyst": factories.UserFactory(analyst=True, password=SOME_PASSWORD),
            "administrator": factories.UserFactory(administrator=True, password=SOME_PASSWORD),
        }
        self.cookies = {"anonymous": ""}
        for person, user in people.items():
            client = Client()
            client.force_login(user)
            self.cookies[person] = client.cookies["sessionid"].value
        assert list(self.cookies) == PEOPLE
        self.client = Client()
        self.given = self.rows_for_addresses(first, people["lead of A"])

    def rows_for_addresses(self, area: Any, lead: Any) -> dict[str, dict[str, Any]]:
        """What each row of the table puts into its address, or after it; nothing where the address is whole."""
        version = factories.MeasureVersionFactory(valid_from=date(2021, 4, 1))
        reported = factories.AreaMeasureFactory(area=area, measure=version.measure)
        decision = factories.LimitsDecisionFactory(area_measure=reported)
        draft, sent = factories.SubmissionFactory(area=area), factories.SubmissionFactory(area=area, submitted=True)
        accepted = factories.SubmissionFactory(area=area, accepted=True)
        factories.MeasureValueFactory(revision=sent.latest_revision, version=version)
        factories.MeasureValueFactory(revision=accepted.accepted_revision, version=version)
        report_of = {"first": f"{accepted.period.month:%Y-%m}", "last": f"{accepted.period.month:%Y-%m}"}
        Submission.objects.filter(pk=draft.pk).update(state=State.DRAFT)
        tested = factories.MilestoneFactory(area=area, change_tested=True)
        foreseen = factories.ExpectationFactory(area_measure=reported).milestone
        not_tested = factories.MilestoneFactory(area=area)
        section = factories.SectionFactory()
        published, unpublished = factories.ResourceFactory(section=section), factories.ResourceFactory(draft=True)
        report = factories.ItemReportFactory(resource=published)
        shown = factories.InfographicFactory(area=area)
        hidden = factories.InfographicFactory(area=factories.AreaFactory(draft=True))
        original = factories.OriginalFactory(infographic=shown)
        hidden_original = factories.OriginalFactory(infographic=hidden)
        membership = {"app_label": "accounts", "model_name": "areamembership", "field_name": "user"}
        measure = {"app_label": "measures", "model_name": "measureversion", "field_name": "measure"}
        return {
            "pages:contact_sent": {"receipt": factories.ContactMessageFactory().receipt},
            **{
                f"resources:{page} ({state})": {"slug": resource.slug}
                for page in ("detail", "report", "item_feed", "cite_ris", "cite_bib", "cite_json")
                for state, resource in (("published", published), ("draft", unpublished))
            },
            "admin:resources_resource_import_file": {"key": factories.ImportedFileFactory().pk},
            "admin:resources_resource_review": {"object_id": published.pk},
            "admin:sites_area_review": {"object_id": area.pk},
            "admin:sites_infographic_review": {"object_id": shown.pk},
            "admin:sites_infographic_preview": {"object_id": shown.pk},
            "resources:statement (read)": {"number": 3},
            "resources:statement (not read)": {"number": 2},
            "resources:report_sent": {"slug": published.slug, "receipt": report.receipt},
            "resources:reading_list": {"slug": factories.ReadingListFactory().slug},
            "sites:theme": {"slug": factories.ThemeFactory().slug},
            "sites:detail (listed)": {"slug": area.slug},
            "sites:detail (not listed)": {"slug": factories.AreaFactory(draft=True).slug},
            **{
                f"sites:{page} ({state})": {"slug": infographic.area.slug, "key": infographic.slug}
                for page in ("infographic", "infographic_pdf", "infographic_png")
                for state, infographic in (("listed", shown), ("not listed", hidden))
            },
            "sites:suggest": {"slug": area.slug},
            "sites:suggest_section (aims)": {"slug": area.slug, "section": "aims"},
            "sites:suggest_section (no such section)": {"slug": area.slug, "section": "weather"},
            **{
                f"uploads:file ({state})": {"token": original.token, "kind": original.kind}
                for state, original in (("listed", original), ("not listed", hidden_original))
            },
            "measures:detail": {"code": version.measure.code},
            "measures:worksheet (of an area)": {"?": {"area": area.slug}},
            "submissions:across_areas (collected)": {"code": version.measure.code},
            "submissions:across_areas (no such measure)": {"code": "XX99"},
            "submissions:area": {"area": area.slug},
            "submissions:charts": {"area": area.slug},
            "submissions:report": {"area": area.slug},
            "submissions:report_file (nothing chosen)": {"area": area.slug},
            "submissions:report_file (chosen)": {
                "area": area.slug,
                "?": {**report_of, "measure": version.measure.code},
            },
            "submissions:chart_file (reported)": {"area": area.slug, "code": version.measure.code, "form": "csv"},
            "submissions:chart_file (not reported)": {"area": area.slug, "code": "XX99", "form": "csv"},
            "submissions:chart (reported)": {"area": area.slug, "code": version.measure.code},
            "submissions:chart (not reported)": {"area": area.slug, "code": "XX99"},
            "submissions:story (reported)": {"area": area.slug, "code": version.measure.code},
            "submissions:story (not reported)": {"area": area.slug, "code": "XX99"},
            "submissions:aims (reported)": {"area": area.slug, "code": version.measure.code},
            "submissions:aims (not reported)": {"area": area.slug, "code": "XX99"},
            "submissions:limits (reported)": {"area": area.slug, "code": version.measure.code},
            "submissions:limits (not reported)": {"area": area.slug, "code": "XX99"},
            "submissions:undo_limits (made)": {"area": area.slug, "code": version.measure.code, "key": decision.pk},
            "submissions:undo_limits (none)": {"area": area.slug, "code": version.measure.code, "key": 0},
            "submissions:expect (tested)": {"area": area.slug, "code": version.measure.code, "milestone": tested.pk},
            "submissions:expect (not tested)": {
                "area": area.slug,
                "code": version.measure.code,
                "milestone": not_tested.pk,
            },
            "submissions:take_back_expectation (said)": {
                "area": area.slug,
                "code": version.measure.code,
                "milestone": foreseen.pk,
            },
            "submissions:take_back_expectation (nothing said)": {
                "area": area.slug,
                "code": version.measure.code,
                "milestone": not_tested.pk,
            },
            "submissions:month (draft)": {"area": area.slug, "month": draft.period.month},
            "submissions:month (sent)": {"area": area.slug, "month": sent.period.month},
            "submissions:month (no such month)": {"area": area.slug, "month": date(1999, 1, 1)},
            "submissions:export": {"form": "csv"},
            "submissions:template_of_months": {"area": area.slug, "form": "csv"},
            "submissions:template": {"area": area.slug, "month": draft.period.month, "form": "csv"},
            "submissions:upload": {"area": area.slug},
            "submissions:uploaded": {"area": area.slug, "key": 1},
            "submissions:send_many": {"area": area.slug},
            "submissions:team": {"area": area.slug},
            "submissions:take_out": {"area": area.slug, "key": factories.AreaMembershipFactory(area=area).pk},
            "account_follow_invitation": {"key": "of-no-invitation"},
            "submissions:more_time (draft)": {"area": area.slug, "month": draft.period.month},
            "submissions:more_time (sent)": {"area": area.slug, "month": sent.period.month},
            **{
                f"submissions:{page} ({state})": {"area": area.slug, "month": month.period.month}
                for page in ("answers", "receipt")
                for state, month in (("draft", draft), ("sent", sent))
            },
            **{
                f"submissions:section ({state})": {"area": area.slug, "month": month.period.month, "domain": domain}
                for state, month, domain in (
                    ("draft", draft, version.measure.domain.slug),
                    ("sent", sent, version.measure.domain.slug),
                    ("no such domain", draft, "no-such-domain"),
                )
            },
            "submissions:month (accepted)": {"area": area.slug, "month": accepted.period.month},
            "submissions:revision (sent)": {"area": area.slug, "month": sent.period.month, "number": 1},
            "submissions:revision (never sent)": {"area": area.slug, "month": sent.period.month, "number": 2},
            "submissions:correct (sent)": {"area": area.slug, "month": sent.period.month},
            "submissions:correct (accepted)": {"area": area.slug, "month": accepted.period.month},
            "submissions:remind (draft)": {"area": area.slug, "month": draft.period.month},
            "submissions:remind (sent)": {"area": area.slug, "month": sent.period.month},
            "submissions:check (draft)": {"area": area.slug, "month": draft.period.month},
            "submissions:check (sent)": {"area": area.slug, "month": sent.period.month},
            "account_reset_password_from_key": {"uidb36": "1", "key": "no-such-key"},
            "admin:view_on_site": {
                "content_type_id": ContentType.objects.get_for_model(section).pk,
                "object_id": section.pk,
            },
            "admin:autocomplete (people)": {"?": membership},
            "admin:autocomplete (measures)": {"?": measure},
            "admin:resources_link_repair": {"pk": factories.LinkFactory(moved=True).pk},
            "admin/(?P<url>.*)$": {"path": "/admin/no-such-page/"},
            OLD_ADDRESS: {"path": f"/admin/resources/section/{section.pk}/"},
            **{f"admin:app_list ({label})": {"app_label": label} for label in labels_in_admin()},
            **{
                f"admin:history_entry_{page} ({part})": {"object_id": Entry.objects.filter(part=part)[0].pk}
                for page in ("change", "history")
                for part in Part.values
            },
            "admin:history_entry_delete": {"object_id": Entry.objects.all()[0].pk},
        }

    def path(self, row: str) -> str:
        """`resources:detail (draft)` is the address of that name, filled with this row's own values."""
        given = dict(self.given.get(row, {}))
        query = given.pop("?", None)
        path = given.pop("path", None) or reverse(row.partition(" (")[0], kwargs=given)
        return f"{path}?{urlencode(query)}" if query else path

    def visit(self, person: str, method: str, path: str) -> HttpResponse:
        """Open a page as one of PEOPLE, then forget whatever that has changed."""
        self.client.cookies = SimpleCookie({"sessionid": self.cookies[person]} if self.cookies[person] else {})
        with transaction.atomic():
            response = self.client.generic(method, path)
            transaction.set_rollback(True)
        return response  # type: ignore[return-value]  # it is one, with more attributes


def team_member(area: Any, role: AreaRole) -> Any:
    return factories.AreaMembershipFactory(area=area, role=role, user__password=SOME_PASSWORD).user


def said(response: HttpResponse) -> str:
    """The status as the table writes it: `in` is the way to sign in."""
    is_sign_in = response.status_code == 302 and response.headers["Location"].startswith(SIGN_IN)
    return "in" if is_sign_in else str(response.status_code)


def labels_in_admin() -> list[str]:
    return sorted({model._meta.app_label for model in admin.site._registry})


def models_in_admin() -> dict[str, type[Model]]:
    """`pages.page`: the model, in admin's order."""
    return {model._meta.label_lower: model for model in admin.site._registry}


@contextmanager
def a_row_of(label: str) -> Iterator[Model]:
    """A row to open in admin, gone afterwards: the map has no room for an area of each model."""
    with transaction.atomic():
        first = factories.AreaFactory._meta.next_sequence()
        yield row_of(label)
        transaction.set_rollback(True)
    factories.AreaFactory.reset_sequence(first, force=True)


def row_of(label: str) -> Model:
    """A row to open in admin, made by the model's factory."""
    model = apps.get_model(label)
    for name in dir(factories):
        factory: Any = getattr(factories, name)
        if name.endswith("Factory") and factory._meta.model is model:
            made: Model = factory()
            return made
    return WITHOUT_FACTORY[label]()


def email_address() -> Model:
    user = factories.UserFactory()
    made: Model = apps.get_model("account.emailaddress")._default_manager.create(user=user, email=user.email)
    return made


def portal_database() -> Model:
    made: Model = PortalDatabase.objects.get_or_create(kind=DatabaseKind.REAL)[0]
    return made


WITHOUT_FACTORY = {
    "account.emailaddress": email_address,
    "pages.portaldatabase": portal_database,
}
