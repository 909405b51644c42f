"""From an administrator's invitation to a contributor who has left, each in a browser of their own."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from selfharm_portal.accounts import invitations
from selfharm_portal.accounts.models import AreaRole, Invitation, User
from sites.models import Area

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

AREA = "north-west-london"
PASSWORD = "seven herons by the weir"


@pytest.fixture
def link_to(portal, mailoutbox):
    """The link in a letter, sent from here: what the portal of the journeys sends arrives nowhere."""

    def send(email, write):
        # In a thread, whose connection is none of this test's transaction.
        with ThreadPoolExecutor(max_workers=1) as elsewhere:
            elsewhere.submit(from_elsewhere, email, write).result()
        assert mailoutbox[-1].to == [email]
        [link] = re.findall(r"/accounts/invitation/\S+/", mailoutbox[-1].body)
        return link

    return send


def from_elsewhere(email, write):
    write(Invitation.objects.select_related("area", "invited_by").filter(email=email).last())
    connection.close()


def again(invitation):
    later = timezone.now() + invitations.DOUBLE_CLICK + timedelta(seconds=1)
    invitations.send_again(invitation, by=invitation.invited_by, at=later)


def a_week_ago(invitation):
    """The same person is asked once more, in a letter that was left lying."""
    invitations.invite(
        invitation.area,
        role=invitation.role,
        name=invitation.name,
        email=invitation.email,
        by=invitation.invited_by,
        at=timezone.now() - invitations.LASTS,
    )


def joins(person, link, name):
    """Follow the link, choose a password with a slip, then without."""
    person.opens(link)
    person.finds_nothing_in_the_way()
    for second in (PASSWORD + " no", PASSWORD):
        person.tabs_to("Your name")
        person.types(name)
        for label, text in (("New password", PASSWORD), ("New password again", second)):
            person.tabs_to(label)
            person.types(text)
        person.activates("Join the team")
        if second != PASSWORD:
            assert person.page.title().startswith("Error: ")
            person.finds_nothing_in_the_way()
    assert person.page.url.endswith(f"/submissions/{AREA}/")


@pytest.mark.requirement("I1", "F4", "K4")
def test_a_lead_is_invited_and_a_contributor_comes_and_goes(portal, someone, link_to):
    # Given an administrator who invites a lead, first with an address that is none
    administrator = someone(width=1280)
    account = portal.account("administrator")
    administrator.signs_in(account.email, account.password, "/admin/accounts/invitation/add/")
    administrator.finds_nothing_in_the_way()
    administrator.page.locator("#id_area").select_option(label="North West London")
    administrator.page.locator("#id_role").select_option("lead")
    for email in ("kim at example", "kim@example.org"):
        administrator.tabs_to_field("id_name")
        administrator.types("Kim Lee")
        administrator.tabs_to_field("id_email")
        administrator.types(email)
        administrator.activates("Save")
    administrator.reads("An invitation is on its way to kim@example.org")
    administrator.finds_nothing_in_the_way()

    # When the lead follows the link, then they choose a password and are in
    lead = someone(width=320)
    joins(lead, link_to("kim@example.org", again), "Kim Lee")

    # When they invite a contributor, first without an address
    lead.opens(f"/submissions/{AREA}/team/")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_name")
    lead.types("Sam Reed")
    lead.activates("Send the invitation")
    assert lead.page.title().startswith("Error: ")
    lead.finds_nothing_in_the_way()
    lead.tabs_to_field("id_email")
    lead.types("sam@example.org")
    lead.activates("Send the invitation")
    lead.reads("Invited, and not here yet")
    lead.finds_nothing_in_the_way()

    # Then the contributor comes in by a link that works once
    contributor = someone(width=320)
    link = link_to("sam@example.org", again)
    joins(contributor, link, "Sam Reed")
    visitor = someone(width=320)
    visitor.opens(link)
    visitor.reads("This invitation was used")
    visitor.finds_nothing_in_the_way()

    # And begins to type
    contributor.tabs_to("Begin ")
    with contributor.page.expect_navigation():
        contributor.presses("Enter")
    contributor.page.locator(".nhsuk-task-list a").first.focus()
    with contributor.page.expect_navigation():
        contributor.presses("Enter")
    field = contributor.page.locator("main input[type=text]").first.get_attribute("id")
    section = contributor.page.url
    for number in ("5", "7"):
        contributor.tabs_to_field(field)
        contributor.types(number)
        if number == "5":
            contributor.activates("Save and come back later")
            contributor.opens(section)

    # When the lead takes them out, then nothing of theirs is saved any more, and the page says why
    lead.opens(f"/submissions/{AREA}/team/")
    lead.activates("Take out Sam Reed")
    lead.finds_nothing_in_the_way()
    lead.activates("Take Sam Reed out")
    lead.reads("Sam Reed is out of the team.")
    lead.finds_nothing_in_the_way()
    contributor.activates("Save and continue")
    contributor.reads("in no area’s team at the moment")
    contributor.reads("What you sent just now was not saved")
    contributor.finds_nothing_in_the_way()

    # And what the team had typed is there
    lead.opens(section)
    assert lead.page.locator(f"#{field}").input_value() == "5"

    # When another letter is opened a week late, then it says whom to ask
    visitor.opens(link_to("sam@example.org", a_week_ago))
    visitor.reads("This invitation has run out")
    visitor.reads("Ask Kim Lee to send it again.")
    visitor.finds_nothing_in_the_way()


@pytest.mark.requirement("I1", "K1", "K4")
@pytest.mark.parametrize("width", [320, 1280])
def test_who_has_an_account_is_told_to_sign_in_and_who_had_one_whom_to_ask(portal, someone, link_to, width):
    # Given somebody with an account, and somebody whose account was closed, both invited
    administrator = portal.account("administrator")
    ready, closed = f"ready.{width}@example.org", f"closed.{width}@example.org"
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        for email in (ready, closed):
            elsewhere.submit(invited_with_account, email, administrator.email, is_active=email == ready).result()

    # When the one follows the link, then the page asks them to sign in, and joins them after that
    person = someone(width=width)
    person.opens(link_to(ready, again))
    person.reads("You have an account already")
    person.finds_nothing_in_the_way()
    person.activates("Sign in to join")
    person.finds_nothing_in_the_way()
    person.tabs_to_field("id_login")
    person.types(ready)
    person.tabs_to_field("id_password")
    person.types(PASSWORD)
    with person.page.expect_navigation():
        person.presses("Enter")
    person.reads("You are signed in as")
    person.finds_nothing_in_the_way()
    person.activates("Join the team")
    assert person.page.url.endswith(f"/submissions/{AREA}/")

    # When the other follows theirs, or signs in as before, then each page says that the account is closed
    other = someone(width=width)
    other.opens(link_to(closed, again))
    other.reads("Your account is closed")
    other.finds_nothing_in_the_way()
    other.signs_in(closed, PASSWORD)
    other.reads("This account is switched off")
    other.does_not_read("New here?")
    other.finds_nothing_in_the_way()


def invited_with_account(email, by, *, is_active):
    User.objects.create_user(email, PASSWORD, name="Robin Moss", is_active=is_active)
    invitations.invite(
        Area.objects.get(slug=AREA),
        role=AreaRole.CONTRIBUTOR,
        name="Robin Moss",
        email=email,
        by=User.objects.get(email=by),
        at=timezone.now() - 2 * invitations.DOUBLE_CLICK,
    )
    connection.close()
