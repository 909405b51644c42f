"""Accounts in admin: administrators make and close them; nobody sets another person's password."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from selfharm_portal.accounts.models import AreaMembership, StaffRole, User
from tests.factories import AreaFactory, AreaMembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/user/"
ADD = "/admin/accounts/user/add/"


@pytest.fixture
def administrator():
    return UserFactory(administrator=True, name="Ada", email="ada@example.org")


@pytest.fixture
def as_administrator(client, administrator):
    client.force_login(administrator)
    return client


def change(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def typed(user=None, *, areas=(), **given):
    """What the form sends; a browser leaves out boxes without a tick."""
    data: dict[str, Any] = {"name": "Kim", "email": "kim@example.org", "is_active": "on"}
    if user:
        data = {"name": user.name, "email": user.email, "roles": user.roles, "is_active": "on"}
    data |= {"memberships-TOTAL_FORMS": len(areas), "memberships-INITIAL_FORMS": 0}
    for number, (area, role) in enumerate(areas):
        data |= {f"memberships-{number}-area": area.pk, f"memberships-{number}-role": role}
    return {name: value for name, value in (data | given).items() if value is not None}


@pytest.mark.requirement("F4")
@pytest.mark.parametrize("role", ["curator", "analyst"])
def test_accounts_are_the_administrators_business(client, role):
    user = UserFactory()
    client.force_login(UserFactory(**{role: True}))
    for address in (LIST, ADD, change(user), reverse("admin:accounts_areamembership_changelist")):
        assert client.get(address).status_code == 403


def test_groups_hold_no_permissions_and_are_not_there():
    assert not admin.site.is_registered(Group)


def test_an_account_is_made_without_a_password(as_administrator):
    area = AreaFactory()
    response = as_administrator.post(ADD, typed(email=" Kim@Example.org ", areas=[(area, "lead")]))
    assert response.status_code == 302
    kim = User.objects.get(email="kim@example.org")
    assert not kim.has_usable_password()
    assert (kim.is_staff, kim.is_active) == (False, True)
    assert AreaMembership.objects.get(user=kim).area == area


def test_several_roles_at_ncish(as_administrator):
    as_administrator.post(ADD, typed(roles=[StaffRole.CURATOR, StaffRole.ANALYST]))
    assert set(User.objects.get(email="kim@example.org").roles) == {"curator", "analyst"}


def test_one_account_for_an_address_whatever_its_case(as_administrator):
    UserFactory(email="kim@example.org")
    response = as_administrator.post(ADD, typed(email="KIM@example.org"))
    assert "There is already an account with this e-mail." in response.content.decode()


def test_the_page_of_an_account_says_how_a_password_is_chosen(as_administrator):
    html = as_administrator.get(change(UserFactory())).content.decode()
    assert "No password is chosen yet." in html
    assert "Send a link to choose a password" in html
    assert 'name="password' not in html
    assert "A new account has no password." in as_administrator.get(ADD).content.decode()


def test_a_link_goes_to_those_who_can_sign_in(as_administrator, mailoutbox):
    kim, gone = UserFactory(email="kim@example.org"), UserFactory(is_active=False)
    response = as_administrator.post(LIST, {"action": "send_link", "_selected_action": [kim.pk, gone.pk]}, follow=True)
    assert [mail.to for mail in mailoutbox] == [["kim@example.org"]]
    assert "/accounts/password/reset/key/" in mailoutbox[0].body
    html = response.content.decode()
    assert "A link is on its way to kim@example.org." in html
    assert f"No link for {gone.email}, whose account is closed." in html


def test_people_leave_and_their_work_keeps_their_name(as_administrator):
    leaver = UserFactory()
    as_administrator.post(change(leaver), typed(leaver, is_active=None))
    leaver.refresh_from_db()
    assert not leaver.is_active
    assert as_administrator.post(f"{LIST}{leaver.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in as_administrator.get(LIST).content.decode()


@pytest.mark.parametrize("given", [{"is_active": None}, {"roles": ["curator"]}])
def test_nobody_locks_themselves_out(as_administrator, administrator, given):
    response = as_administrator.post(change(administrator), typed(administrator, **given))
    assert "Ask another administrator." in response.content.decode()
    administrator.refresh_from_db()
    assert (administrator.is_active, administrator.roles) == (True, ["administrator"])


def test_an_administrator_may_take_on_more(as_administrator, administrator):
    as_administrator.post(change(administrator), typed(administrator, roles=["administrator", "curator"]))
    administrator.refresh_from_db()
    assert set(administrator.roles) == {"administrator", "curator"}


def test_people_are_found_by_their_area(as_administrator):
    lead = AreaMembershipFactory(role="lead", area__place="Somerset")
    other = UserFactory()
    html = as_administrator.get(LIST, {"q": "somerset"}).content.decode()
    assert lead.user.email in html
    assert "Somerset (lead)" in html
    assert other.email not in html


@pytest.mark.parametrize("people", [1, 9])
def test_the_list_costs_the_same_queries_whatever_its_length(as_administrator, django_assert_max_num_queries, people):
    AreaMembershipFactory.create_batch(people)
    with django_assert_max_num_queries(10):
        as_administrator.get(LIST)


def test_memberships_are_a_list_of_their_own(as_administrator):
    membership = AreaMembershipFactory()
    html = as_administrator.get(reverse("admin:accounts_areamembership_changelist")).content.decode()
    assert membership.user.name in html
    address = reverse("admin:accounts_areamembership_change", args=[membership.pk])
    assert as_administrator.get(address).status_code == 200
