import re

import pytest
from django.core import mail
from django.urls import reverse

from selfharm_portal.accounts.models import AreaRole
from tests.factories import AreaMembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "lanterns on a winter street"


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, user, password=PASSWORD, **query):
    return client.post(reverse("account_login", query=query), {"login": user.email.upper(), "password": password})


@pytest.mark.parametrize(
    ("roles", "name"),
    [(["analyst"], "submissions:home"), (["curator"], "admin:index"), (["administrator"], "admin:index")],
)
def test_ncish_starts_at_its_desk(client, roles, name):
    assert sign_in(client, with_password(UserFactory(roles=roles))).url == reverse(name)


@pytest.mark.parametrize("role", ["curator", "administrator"])
def test_whoever_may_not_open_a_page_is_shown_one_that_they_may(client, role):
    client.force_login(UserFactory(**{role: True}))
    refused = client.get(reverse("submissions:home"))
    assert refused.status_code == 403
    main = refused.content.decode().partition('id="main"')[2]
    assert f'href="{reverse("admin:index")}"' in main
    assert f'href="{reverse("submissions:home")}"' not in main


def test_a_team_starts_at_its_months(client):
    membership = AreaMembershipFactory(role=AreaRole.LEAD)
    assert sign_in(client, with_password(membership.user)).url == reverse("submissions:home")


def test_whoever_was_on_the_way_somewhere_gets_there(client):
    user = with_password(UserFactory(roles=["curator"]))
    assert sign_in(client, user, next="/measures/").url == "/measures/"


def test_an_account_that_is_switched_off_is_out_at_the_next_request(client):
    membership = AreaMembershipFactory(role=AreaRole.LEAD)
    client.force_login(membership.user)
    membership.user.is_active = False
    membership.user.save()
    assert client.get(reverse("submissions:home")).status_code == 302


def test_nobody_signs_up(client):
    page = client.get(reverse("account_signup"))
    assert page.status_code == 200
    assert "<form" not in page.content.decode().partition('id="main"')[2]


def test_guessing_is_slowed_down(client):
    user = with_password(UserFactory(roles=["curator"]))
    for _ in range(20):
        sign_in(client, user, password="wrong")
    assert sign_in(client, user).status_code != 302


def test_whoever_tries_too_often_is_told_to_wait_on_a_page_of_this_site(client):
    for _ in range(21):
        answer = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert answer.status_code == 429
    html = answer.content.decode()
    assert "Please wait a few minutes" in html
    assert "cc-help__now" in html


def test_a_forgotten_password_is_replaced_by_a_link_in_an_email(client, settings):
    user = with_password(UserFactory(roles=["curator"]))
    client.post(reverse("account_reset_password"), {"email": user.email})
    [letter] = mail.outbox
    [link] = re.findall(rf"{re.escape(settings.PORTAL_URL)}(/\S+)", str(letter.body))
    form = client.get(link, follow=True)
    new = "seven herons by the weir"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(client, user, password=new).status_code == 302


def test_an_unknown_address_gets_no_letter_and_the_page_tells_nothing(client):
    known = UserFactory(roles=["curator"])
    pages = [
        client.post(reverse("account_reset_password"), {"email": email}, follow=True).content
        for email in ("nobody@example.org", known.email)
    ]
    assert len(mail.outbox) == 1
    assert pages[0].replace(b"nobody@example.org", b"") == pages[1].replace(known.email.encode(), b"")


def test_there_is_one_way_to_sign_in(client):
    """Admin's own form would have no limit on guessing."""
    assert client.get("/admin/login/").url.startswith(reverse("account_login"))
