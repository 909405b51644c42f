"""An area's team: leads invite, send again, withdraw and take out; who is out is out at the next request."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from measures.models import DraftEntry
from selfharm_portal.accounts import invitations
from selfharm_portal.accounts.models import AreaMembership, AreaRole, Invitation
from tests.factories import (
    AreaMeasureFactory,
    AreaMembershipFactory,
    InvitationFactory,
    MeasureVersionFactory,
    SubmissionFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("I1")]
KIM = {"name": "Kim", "email": "kim@example.org"}


@pytest.fixture
def lead():
    return AreaMembershipFactory(role=AreaRole.LEAD, user__name="Ada Lead")


@pytest.fixture
def page(lead):
    return reverse("submissions:team", args=[lead.area.slug])


@pytest.fixture
def as_lead(client, lead):
    client.force_login(lead.user)
    return client


def taking_out(membership):
    return reverse("submissions:take_out", args=[membership.area.slug, membership.pk])


def test_it_says_who_is_in_the_team_and_who_is_invited(as_lead, lead, page):
    kim = AreaMembershipFactory(area=lead.area)
    asked = InvitationFactory(area=lead.area)
    run_out = InvitationFactory(area=lead.area, sent_at=timezone.now() - invitations.LASTS)
    elsewhere = InvitationFactory()
    html = as_lead.get(page).content.decode()
    for shown in (kim.user.name, kim.user.email, asked.email, run_out.email, "Not yet", "Has run out"):
        assert shown in html
    assert elsewhere.email not in html
    assert page in as_lead.get(reverse("submissions:area", args=[lead.area.slug])).content.decode()


@pytest.mark.parametrize("count", [1, 9])
def test_a_team_costs_the_same_queries_whatever_its_size(as_lead, lead, page, django_assert_num_queries, count):
    AreaMembershipFactory.create_batch(count, area=lead.area)
    InvitationFactory.create_batch(count, area=lead.area)
    with django_assert_num_queries(11):
        as_lead.get(page)


def test_a_lead_invites_a_contributor_once(as_lead, page, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = as_lead.post(page, KIM, follow=True)
        second = as_lead.post(page, KIM, follow=True)
    for response in (first, second):
        assert "An invitation is on its way to kim@example.org." in response.content.decode()
    assert len(mailoutbox) == 1
    assert Invitation.objects.get().role == AreaRole.CONTRIBUTOR


def test_the_answer_does_not_tell_who_has_an_account(as_lead, page):
    UserFactory(email="known@example.org")
    pages = [
        as_lead.post(page, {"name": "Kim", "email": f"{who}@example.org"}, follow=True).content.decode()
        for who in ("known", "never")
    ]
    assert all("An invitation is on its way to" in html for html in pages)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "Enter the name of the person you invite"),
        ({"email": ""}, "Enter their e-mail address"),
        ({"email": "kim"}, "Write the e-mail address like name@example.org"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(as_lead, page, given, said):
    html = as_lead.post(page, KIM | given).content.decode()
    assert html.count(said) == 2  # beside the field, and above
    assert "<title>Error: " in html
    assert ("kim@example.org" in html) == ("email" not in given)


def test_a_lead_makes_nobody_a_lead(as_lead, page):
    as_lead.post(page, KIM | {"role": "lead"})
    assert Invitation.objects.get().role == AreaRole.CONTRIBUTOR


def test_who_is_in_or_invited_already_is_said_beside_the_field(as_lead, lead, page):
    kim = AreaMembershipFactory(area=lead.area)
    html = as_lead.post(page, KIM | {"email": kim.user.email}).content.decode()
    assert "This person is in the team already." in html
    asked = InvitationFactory(area=lead.area)
    html = as_lead.post(page, KIM | {"email": asked.email.upper()}).content.decode()
    assert f"{asked.email} has an invitation from {asked.invited_by}" in html
    assert Invitation.objects.count() == 1


def test_many_letters_within_an_hour_are_too_many(as_lead, page):
    allowed = int(settings.ACCOUNT_RATE_LIMITS["invite"].partition("/")[0])
    for number in range(allowed):
        as_lead.post(page, KIM | {"email": f"kim{number}@example.org"})
    html = as_lead.post(page, KIM).content.decode()
    assert "Wait an hour, then send this one" in html
    assert "kim@example.org" in html
    assert Invitation.objects.count() == allowed


def test_send_again_and_withdraw(as_lead, lead, page, mailoutbox, django_capture_on_commit_callbacks):
    sent_at = timezone.now() - timedelta(days=8)
    asked = InvitationFactory(area=lead.area, invited_by=lead.user, sent_at=sent_at)
    with django_capture_on_commit_callbacks(execute=True):
        html = as_lead.post(page, {"again": asked.pk}, follow=True).content.decode()
    assert f"A new link is on its way to {asked.email}." in html
    assert len(mailoutbox) == 1
    html = as_lead.post(page, {"withdraw": asked.pk}, follow=True).content.decode()
    assert "is withdrawn: its link no longer works." in html
    html = as_lead.post(page, {"again": asked.pk}, follow=True).content.decode()  # a stale page
    assert "was used or withdrawn meanwhile, so nothing was sent" in html
    assert len(mailoutbox) == 1


def test_a_stale_page_says_that_the_person_has_joined(as_lead, lead, page):
    asked = InvitationFactory(area=lead.area, invited_by=lead.user)
    invitations.join(asked, name="Kim", password="seven herons by the weir")
    html = as_lead.post(page, {"withdraw": asked.pk}, follow=True).content.decode()
    assert "was used meanwhile, so it cannot be withdrawn" in html


@pytest.mark.requirement("F4")
def test_other_areas_invitations_and_those_of_leads_are_not_a_leads_to_change(as_lead, lead, page):
    elsewhere, of_a_lead = InvitationFactory(), InvitationFactory(area=lead.area, role=AreaRole.LEAD)
    for key in (elsewhere.pk, "x", "9" * 30):
        as_lead.post(page, {"withdraw": key})
    for button in ("withdraw", "again"):
        assert as_lead.post(page, {button: of_a_lead.pk}).status_code == 403
    assert Invitation.objects.open().count() == 2


# Leaving


def test_a_lead_takes_a_contributor_out_after_one_question(as_lead, lead):
    kim = AreaMembershipFactory(area=lead.area)
    assert f"Take {kim.user} out of the team?" in as_lead.get(taking_out(kim)).content.decode()
    for said in ("is out of the team", "This person is no longer in the team."):  # then a double click
        assert said in as_lead.post(taking_out(kim), follow=True).content.decode()
    assert not AreaMembership.objects.filter(pk=kim.pk).exists()


def test_the_last_lead_who_can_sign_in_is_taken_out_by_ncish_only(as_lead, lead):
    AreaMembershipFactory(area=lead.area, role=AreaRole.LEAD, user__is_active=False)
    html = as_lead.post(taking_out(lead), follow=True).content.decode()
    assert "is the only lead of" in html
    assert "Ask NCISH to invite another lead first." in html
    assert AreaMembership.objects.filter(pk=lead.pk).exists()
    second = AreaMembershipFactory(area=lead.area, role=AreaRole.LEAD)
    assert as_lead.post(taking_out(lead)).url == "/"
    with pytest.raises(invitations.LastLead):
        invitations.take_out(second, by=second.user)
    invitations.take_out(second, by=UserFactory(administrator=True))
    assert AreaMembership.objects.filter(area=lead.area, user__is_active=True).count() == 0


@pytest.fixture
def form_that_is_open(lead):
    """A contributor has a section of a month open, and has saved a number before."""
    version = MeasureVersionFactory()
    AreaMeasureFactory(area=lead.area, measure=version.measure, from_month=version.valid_from)
    month = SubmissionFactory(area=lead.area)
    kim = AreaMembershipFactory(area=lead.area)
    browser = Client()
    browser.force_login(kim.user)
    address = f"{month.get_absolute_url()}{version.measure.domain.slug}/"
    html = browser.get(address).content.decode()
    typed = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html))
    field = f"{version.measure.code.lower()}-numerator"
    assert f'name="{field}"' in html
    return kim, browser, address, typed | {field: "17", "next": "later"}


def test_while_they_are_in_the_team_it_is_written(form_that_is_open):
    _, browser, address, typed = form_that_is_open
    browser.post(address, typed)
    assert DraftEntry.objects.get().numerator == "17"


@pytest.mark.parametrize("how", ["taken out", "account closed"])
def test_a_leaver_is_out_at_the_next_request_and_what_they_type_is_not_written(lead, form_that_is_open, how):
    kim, browser, address, typed = form_that_is_open
    if how == "taken out":
        invitations.take_out(kim, by=lead.user)
    else:
        kim.user.is_active = False
        kim.user.save()
    written = browser.post(address, typed)
    read = browser.get(reverse("submissions:area", args=[lead.area.slug]))
    if how == "taken out":
        for response in (written, read):
            assert response.status_code == 403
            assert "in no area’s team at the moment" in response.content.decode()
    else:
        for response in (written, read):
            assert response.url.startswith(reverse("account_login"))
    assert not DraftEntry.objects.exists()


def test_who_is_left_in_another_team_does_not_find_this_one(lead, form_that_is_open):
    kim, browser, address, typed = form_that_is_open
    AreaMembershipFactory(user=kim.user)
    invitations.take_out(kim, by=lead.user)
    assert browser.post(address, typed).status_code == 404
    assert not DraftEntry.objects.exists()


def test_what_a_leaver_did_keeps_their_name(client, lead):
    leaver = AreaMembershipFactory(area=lead.area, role=AreaRole.LEAD, user__name="Kim Leaver")
    month = SubmissionFactory(area=lead.area, submitted=True)
    month.latest_revision.submitted_by = leaver.user
    month.latest_revision.save()
    invitations.take_out(leaver, by=lead.user)
    client.force_login(lead.user)
    html = client.get(month.get_absolute_url(), follow=True).content.decode()
    assert "Kim Leaver" in html
