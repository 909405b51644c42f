"""Invitations: a key that works once, for a week, for one person; and a team that its leads look after."""

import re
from datetime import timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from selfharm_portal.accounts import invitations
from selfharm_portal.accounts.models import AreaMembership, AreaRole, Invitation, User
from tests.factories import AreaFactory, AreaMembershipFactory, InvitationFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("I1")]
PAGE = "/accounts/invitation/"
LATER = invitations.DOUBLE_CLICK + timedelta(seconds=1)
PASSWORD = "seven herons by the weir"
NEW = {"name": "Kim Lee", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def lead():
    return AreaMembershipFactory(role=AreaRole.LEAD, user__name="Ada Lead")


@pytest.fixture
def administrator():
    return UserFactory(administrator=True)


def link(letter):
    [path] = re.findall(r"/accounts/invitation/\S+/", letter.body)
    return path


def invite(lead, email="kim@example.org", role=AreaRole.CONTRIBUTOR, by=None, **more):
    return invitations.invite(lead.area, role=role, name="Kim", email=email, by=by or lead.user, **more)


def follow(client, key):
    """Open the link, and read the page it leads to."""
    response = client.get(reverse("account_follow_invitation", args=[key]))
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.url == PAGE
    return client.get(PAGE)


# The letter


def test_a_letter_says_who_invites_to_what_and_how_long(lead, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        made = invite(lead)
    [letter] = mailoutbox
    assert letter.to == ["kim@example.org"]
    for part in (letter.body, letter.alternatives[0][0]):
        assert "Ada Lead invites you" in part
        assert lead.area.short_name in part
        assert "help to enter its months" in part
        assert "works once" in part
    key = link(letter).split("/")[-2]
    assert made.key_hash == invitations.hash_of(key)
    assert "Kim" not in letter.subject
    assert "kim" not in letter.subject


def test_the_key_is_nowhere_in_the_database(lead, client, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invite(lead)
    key = link(mailoutbox[0]).split("/")[-2]
    follow(client, key)
    session = str(dict(client.session))
    assert key not in session
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(i)::text FROM accounts_invitation i")
        assert key not in str(cursor.fetchall())


def test_the_database_refuses_what_is_no_hash():
    with pytest.raises(IntegrityError, match="kept_as_its_hash"), transaction.atomic():
        InvitationFactory(key_hash="the key itself")


def test_a_double_click_sends_one_letter(lead, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert invite(lead) == invite(lead, email=" KIM@example.org ")
    assert len(mailoutbox) == 1


def test_two_people_who_invite_the_same_address_make_one_invitation(lead):
    first = invite(lead)
    other = AreaMembershipFactory(area=lead.area, role=AreaRole.LEAD)
    with pytest.raises(invitations.AlreadyInvited) as told:
        invite(lead, by=other.user)
    assert told.value.invitation == first
    with pytest.raises(IntegrityError, match="open_once_per_area_and_address"), transaction.atomic():
        InvitationFactory(area=lead.area, email="KIM@example.org")


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_too(lead):
    other = AreaMembershipFactory(area=lead.area, role=AreaRole.LEAD)
    said = []

    def try_it(user):
        try:
            said.append(invite(lead, by=user))
        except invitations.AlreadyInvited:
            said.append(None)
        finally:
            connection.close()

    both = [Thread(target=try_it, args=[user]) for user in (lead.user, other.user)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(said) == 2
    assert said.count(None) == 1
    assert Invitation.objects.count() == 1


@pytest.mark.requirement("F4")
def test_a_lead_invites_contributors_of_the_own_area_only(lead, administrator):
    contributor = AreaMembershipFactory(area=lead.area)
    for by, area, role in [
        (lead.user, lead.area, AreaRole.LEAD),
        (lead.user, AreaFactory(), AreaRole.CONTRIBUTOR),
        (contributor.user, lead.area, AreaRole.CONTRIBUTOR),
        (UserFactory(analyst=True), lead.area, AreaRole.CONTRIBUTOR),
        (UserFactory(curator=True), lead.area, AreaRole.LEAD),
    ]:
        with pytest.raises(invitations.NotAllowed):
            invitations.invite(area, role=role, name="Kim", email="kim@example.org", by=by)
    assert invite(lead, role=AreaRole.LEAD, by=administrator).role == AreaRole.LEAD


# The way in


def test_somebody_new_chooses_a_password_and_is_in_the_area(client, lead):
    made = InvitationFactory(area=lead.area, email="kim@example.org", key="k", invited_by=lead.user)
    page = follow(client, "k").content.decode()
    assert "Ada Lead invites you to help to enter its months." in page
    assert "kim@example.org" in page
    response = client.post(PAGE, NEW)
    assert response.url == reverse("submissions:area", args=[lead.area.slug])
    assert client.get(response.url).status_code == 200
    kim = User.objects.get(email="kim@example.org")
    assert kim.check_password(PASSWORD)
    assert (kim.name, kim.memberships.get().role) == ("Kim Lee", "contributor")
    made.refresh_from_db()
    assert (made.accepted_by, made.accepted_at is not None) == (kim, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "Enter your name"),
        ({"password1": "short", "password2": "short"}, "at least 12 characters"),
        ({"password2": "another one entirely"}, "The two are not alike"),
        ({"password1": "kim@example.org", "password2": "kim@example.org"}, "too much like your name"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(client, given, said):
    InvitationFactory(email="kim@example.org", key="k")
    follow(client, "k")
    page = client.post(PAGE, NEW | given).content.decode()
    assert said in page
    assert 'value="kim@example.org"' in page
    assert ("Kim Lee" in page) == ("name" not in given)
    assert not User.objects.filter(email="kim@example.org").exists()


def test_nobody_joins_under_another_address(client):
    InvitationFactory(email="kim@example.org", key="k")
    follow(client, "k")
    client.post(PAGE, NEW | {"email": "evil@example.org"})
    assert User.objects.get(name="Kim Lee").email == "kim@example.org"


def test_opening_the_link_uses_nothing_up(client):
    InvitationFactory(key="k")
    for _ in range(3):
        assert follow(client, "k").status_code == 200


def test_an_account_without_a_password_gets_its_first(client):
    kim = UserFactory(email="kim@example.org")
    InvitationFactory(email="Kim@example.org", key="k")
    follow(client, "k")
    client.post(PAGE, NEW)
    kim.refresh_from_db()
    assert kim.check_password(PASSWORD)
    assert kim.memberships.count() == 1


def with_password(**given):
    user = UserFactory(**given)
    user.set_password(PASSWORD)
    user.save()
    return user


def test_somebody_with_an_account_signs_in_and_joins(client):
    kim = with_password(email="kim@example.org")
    made = InvitationFactory(email="kim@example.org", key="k")
    page = follow(client, "k")
    assert "You have an account already" in page.content.decode()
    assert client.post(PAGE, NEW).status_code == 200  # nobody sets another password
    [sign_in] = re.findall(r'href="(/accounts/login/\?next[^"]+)"', page.content.decode())
    back = client.post(sign_in, {"login": kim.email, "password": PASSWORD})
    assert back.url == PAGE
    assert "You are signed in as" in client.get(PAGE).content.decode()
    assert client.post(PAGE).url == reverse("submissions:area", args=[made.area.slug])
    assert kim.memberships.get().area == made.area
    kim.refresh_from_db()
    assert kim.check_password(PASSWORD)


def test_signed_in_as_somebody_else_says_so(client):
    made = InvitationFactory(email="kim@example.org", key="k")
    other = UserFactory()
    client.force_login(other)
    for response in (follow(client, "k"), client.post(PAGE)):
        assert response.status_code == 403
        assert "This invitation is for somebody else" in response.content.decode()
    assert not other.memberships.exists()
    assert not Invitation.objects.exclude(pk=made.pk).exists()


def test_a_closed_account_is_not_opened_by_an_invitation(client):
    with_password(email="kim@example.org", is_active=False)
    InvitationFactory(email="kim@example.org", key="k")
    page = follow(client, "k")
    assert "Your account is closed" in page.content.decode()
    client.post(PAGE, NEW)
    assert not AreaMembership.objects.filter(user__email="kim@example.org").exists()


def test_who_is_in_the_team_already_is_told_and_keeps_the_higher_role(client):
    kim = AreaMembershipFactory(role=AreaRole.LEAD)
    InvitationFactory(area=kim.area, email=kim.user.email, key="k")
    client.force_login(kim.user)
    assert "already" in follow(client, "k").content.decode()
    assert client.post(PAGE).status_code == 302
    kim.refresh_from_db()
    assert kim.role == AreaRole.LEAD


def test_a_contributor_who_is_invited_to_lead_leads(client, administrator):
    kim = AreaMembershipFactory()
    made = invitations.invite(kim.area, role="lead", name="Kim", email=kim.user.email, by=administrator)
    invitations.accept(made, by=kim.user)
    kim.refresh_from_db()
    assert kim.role == AreaRole.LEAD


@pytest.mark.parametrize(
    ("given", "heading", "next_step"),
    [
        ({"sent_at": timezone.now() - invitations.LASTS}, "has run out", "Ask Ada to send it again"),
        ({"withdrawn": True}, "was withdrawn", "Ask Ada if you should still have it"),
        ({"accepted": True}, "was used", "sign in with the password you chose"),
    ],
)
def test_an_invitation_that_has_ended_says_what_to_do_next(client, given, heading, next_step):
    ada = UserFactory(administrator=True, name="Ada")
    ended = {f"{how}_{what}": ada if what == "by" else timezone.now() for how in given for what in ("at", "by")}
    given = given if "sent_at" in given else ended
    InvitationFactory(key="k", invited_by=ada, **given)
    for response in (follow(client, "k"), client.post(PAGE, NEW)):
        assert response.status_code == 410
        assert heading in response.content.decode()
        assert next_step in response.content.decode()
    assert not AreaMembership.objects.exists()


def test_a_key_that_nobody_sent_says_no_more_than_that(client):
    page = follow(client, "no-such-key")
    assert page.status_code == 404
    assert "This link does not work" in page.content.decode()


def test_sent_again_only_the_new_link_works(client, mailoutbox, django_capture_on_commit_callbacks):
    made = InvitationFactory(key="k", sent_at=timezone.now() - invitations.LASTS)
    with django_capture_on_commit_callbacks(execute=True):
        invitations.send_again(made, by=made.invited_by)
        invitations.send_again(made, by=made.invited_by)  # a double click
    assert len(mailoutbox) == 1
    assert follow(client, "k").status_code == 404
    assert client.get(link(mailoutbox[0]), follow=True).status_code == 200


def test_it_works_once_also_from_two_tabs(client):
    made = InvitationFactory(email="kim@example.org", key="k")
    membership = invitations.join(made, name="Kim", password=PASSWORD)
    with pytest.raises(invitations.NotAllowed):
        invitations.join(made, name="Kim", password="another one entirely")
    assert invitations.accept(made, by=membership.user) == membership
    assert membership.user.check_password(PASSWORD)


def test_a_used_invitation_does_not_bring_back_who_was_taken_out(lead):
    made = InvitationFactory(area=lead.area, email="kim@example.org", invited_by=lead.user)
    membership = invitations.join(made, name="Kim", password=PASSWORD)
    invitations.take_out(membership, by=lead.user)
    with pytest.raises(invitations.NotOpen):
        invitations.accept(made, by=membership.user)


def test_what_a_lead_asked_for_does_not_outlast_their_own_part(client, lead, administrator):
    made = InvitationFactory(area=lead.area, email="kim@example.org", key="k", invited_by=lead.user)
    invitations.take_out(lead, by=administrator)
    assert follow(client, "k").status_code == 410
    with pytest.raises(invitations.NotOpen):
        invitations.join(made, name="Kim", password=PASSWORD)
    assert not User.objects.filter(email="kim@example.org").exists()


def test_withdrawn_while_the_page_was_open(client):
    made = InvitationFactory(key="k")
    follow(client, "k")
    invitations.withdraw(made, by=made.invited_by)
    assert "was withdrawn" in client.post(PAGE, NEW).content.decode()


def test_used_before_it_was_withdrawn_or_sent_again():
    made = InvitationFactory(email="kim@example.org")
    invitations.join(made, name="Kim", password=PASSWORD)
    for move in (invitations.withdraw, invitations.send_again):
        with pytest.raises(invitations.NotOpen):
            move(made, by=made.invited_by)


# In admin

ADD = "/admin/accounts/invitation/add/"
LIST = "/admin/accounts/invitation/"


def typed(area, **given):
    return {"area": area.pk, "role": "lead", "name": "Kim", "email": "Kim@example.org"} | given


def test_an_administrator_invites_a_lead(client, administrator, mailoutbox, django_capture_on_commit_callbacks):
    client.force_login(administrator)
    area = AreaFactory()
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(ADD, typed(area), follow=True)
    assert "An invitation is on its way to kim@example.org." in response.content.decode()
    assert "lead its team" in mailoutbox[0].body
    made = Invitation.objects.get()
    assert (made.area, made.role, made.invited_by) == (area, "lead", administrator)


def test_admin_says_why_it_does_not_invite_twice(client, administrator):
    client.force_login(administrator)
    member = AreaMembershipFactory(role=AreaRole.LEAD)
    page = client.post(ADD, typed(member.area, email=member.user.email)).content.decode()
    assert "This person is in the team already." in page
    there = InvitationFactory(area=member.area, email="kim@example.org")
    page = client.post(ADD, typed(member.area)).content.decode()
    assert f"kim@example.org has an invitation from {there.invited_by}" in page
    assert Invitation.objects.count() == 1


def test_admin_sends_again_and_withdraws(client, administrator, mailoutbox, django_capture_on_commit_callbacks):
    client.force_login(administrator)
    open_one = InvitationFactory(sent_at=timezone.now() - LATER)
    used = InvitationFactory(accepted_at=timezone.now(), accepted_by=UserFactory())
    both = {"_selected_action": [open_one.pk, used.pk]}
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(LIST, {"action": "send_again", **both}, follow=True).content.decode()
    assert [letter.to for letter in mailoutbox] == [[open_one.email]]
    assert f"Nothing is sent to {used.email}" in page
    page = client.post(LIST, {"action": "withdraw", **both}, follow=True).content.decode()
    assert f"The invitation of {open_one.email} is withdrawn." in page
    assert f"It is too late to withdraw it: {used.email} has used it." in page
    open_one.refresh_from_db()
    assert open_one.withdrawn_by == administrator


@pytest.mark.parametrize("count", [1, 9])
def test_the_list_costs_the_same_queries_whatever_its_length(
    client, administrator, django_assert_max_num_queries, count
):
    client.force_login(administrator)
    InvitationFactory.create_batch(count)
    with django_assert_max_num_queries(11):
        client.get(LIST)
