"""The tables refuse what cannot be."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from selfharm_portal.pages.models import (
    CorrectionCertainty,
    DatabaseKind,
    PageKey,
    PersonKind,
    PortalDatabase,
    Target,
)
from tests.factories import (
    ContactMessageFactory,
    PageFactory,
    PageSectionFactory,
    PartnerFactory,
    PersonFactory,
    PersonGroupFactory,
    UserFactory,
    WayInFactory,
)

pytestmark = pytest.mark.django_db

CORRECTION = {
    "correction_field": "organisation",
    "correction_proposed": "Keele University",
    "correction_reason": "Spelling.",
    "correction_certainty": "confirmed",
}


@pytest.mark.parametrize(
    ("factory", "fields", "broken_rule"),
    [
        (PageFactory, {"key": "news"}, "page_key_has_an_address"),
        (WayInFactory, {"target": "news"}, "way_in_target_is_known"),
        (PersonFactory, {"group": None}, "person_of_the_panel_has_a_group"),
        (PersonFactory, {"kind": PersonKind.CORE_STAFF}, "person_of_the_panel_has_a_group"),
        (PersonFactory, {"kind": "friend"}, "person_of_the_panel_has_a_group"),
        *((PersonFactory, CORRECTION | {gone: ""}, "person_correction_is_whole_or_absent") for gone in CORRECTION),
        (PersonFactory, {"correction_advice": "ask"}, "person_correction_is_whole_or_absent"),
        (PersonFactory, CORRECTION | {"correction_field": "age"}, "person_correction_is_whole_or_absent"),
        (PersonFactory, CORRECTION | {"correction_certainty": "sure"}, "person_correction_is_whole_or_absent"),
        (PartnerFactory, {"kind": "friend"}, "partner_kind_is_known"),
        (ContactMessageFactory, {"message": ""}, "contact_message_says_something"),
        (ContactMessageFactory, {"answered_at": "2026-05-01T12:00Z"}, "contact_message_answered_when_and_by_whom"),
    ],
)
def test_the_table_refuses_what_cannot_be(factory, fields, broken_rule):
    with pytest.raises(IntegrityError, match=broken_rule), transaction.atomic():
        factory(**fields)


def test_an_answered_message_says_when_too():
    with pytest.raises(IntegrityError, match="answered_when_and_by_whom"), transaction.atomic():
        ContactMessageFactory(answered_by=UserFactory())


def test_a_key_stands_once_in_a_page():
    for factory in (PageSectionFactory, WayInFactory):
        first = factory()
        with pytest.raises(IntegrityError, match="once_per_page"), transaction.atomic():
            factory(page=first.page, key=first.key)


def test_every_page_and_way_in_has_an_address(client):
    for key in PageKey:
        assert client.get(PageFactory(key=key).get_absolute_url()).status_code == 200
    assert [WayInFactory.build(target=target).get_absolute_url() for target in Target] == [
        reverse("sites:list"),
        reverse("resources:list"),
        reverse("measures:list"),
    ]


def test_a_database_is_one_thing_only():
    PortalDatabase.objects.create(kind=DatabaseKind.REAL)
    with pytest.raises(IntegrityError), transaction.atomic():
        PortalDatabase.objects.create(kind=DatabaseKind.DEMONSTRATION)
    with pytest.raises(IntegrityError, match="portal_database_has_one_row_at_most"), transaction.atomic():
        PortalDatabase.objects.create(singleton=False, kind=DatabaseKind.DEMONSTRATION)
    with pytest.raises(IntegrityError, match="portal_database_kind_is_known"), transaction.atomic():
        PortalDatabase.objects.update(kind="both")


@pytest.mark.parametrize("evidence", ["words", [1], [{"what": "Seen"}], [{"what": "Seen", "source": 1}]])
def test_evidence_is_a_list_of_what_and_source(evidence):
    person = PersonFactory.build(group=PersonGroupFactory(), evidence=evidence)
    with pytest.raises(ValidationError, match="Where it was seen"):
        person.clean_fields()


def test_only_a_confirmed_correction_is_shown():
    for certainty in CorrectionCertainty:
        person = PersonFactory(organisation="Keel University", **CORRECTION | {"correction_certainty": certainty})
        shown = "Keele University" if certainty == CorrectionCertainty.CONFIRMED else "Keel University"
        assert person.as_shown("organisation") == shown
        assert person.as_shown("role") == person.role
