"""A link breaks and another moves; both are found, one is repaired in one click, and readers are told."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.journeys.conftest import database_url
from tests.misbehaving import misbehaving

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

GIVEN = """
from datetime import timedelta
from django.utils import timezone
from tests.factories import LinkFactory, ResourceFactory
ResourceFactory(slug="lost-guide", title="The lost guide", url="{address}/not-there")
ResourceFactory(slug="moved-guide", title="The guide that moved", url="{address}/moved")
LinkFactory(
    url="{address}/not-there", soft=True, failures=2,
    failing_since=timezone.now() - timedelta(days=3), checked_at=timezone.now() - timedelta(days=1),
)
"""
AFTERWARDS = """
from resources.models import Link, Resource
Resource.objects.filter(slug__in=["lost-guide", "moved-guide"]).delete()
Link.objects.all().delete()
"""


def manage(*arguments):
    environment = {**os.environ, "DATABASE_URL": database_url(), "CHECK_LOOPBACK_LINKS": "True"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_link_breaks_is_flagged_and_a_moved_one_is_repaired_in_one_click(portal, someone):
    # Given a link that has failed for three days, and one that nobody has tried yet
    with misbehaving() as server:
        manage("shell", "-c", GIVEN.format(address=server.address))
        try:
            # When the links are checked
            said = manage("check_links", f"{server.address}/not-there", f"{server.address}/moved")
            assert "1 moved for good, 1 broken" in said
            assert "1 of 2 links that readers see is broken (50.0 %)." in said

            # Then a curator finds both on the desk
            curator = someone(width=320)
            account = portal.account("curator")
            curator.signs_in(account.email, account.password, path="/admin/")
            curator.finds_nothing_in_the_way()
            curator.activates("1 Broken links")
            curator.reads("The lost guide")
            curator.finds_nothing_in_the_way()

            # And repairs the one that moved, in one click
            curator.opens("/admin/")
            curator.activates("1 Links that have moved")
            curator.reads("The guide that moved")
            curator.finds_nothing_in_the_way()
            curator.activates("Write the new address")
            curator.reads(f"Repaired in 1 place: {server.address}/moved is now {server.address}/fine")
            curator.finds_nothing_in_the_way()

            # And a reader is told of both
            reader = someone(width=320)
            reader.opens("/resources/moved-guide/")
            assert reader.page.locator(".cc-read a").get_attribute("href") == f"{server.address}/fine"
            reader.reads("The link was repaired.")
            reader.reads("Link checked")
            reader.finds_nothing_in_the_way()
            reader.opens("/resources/lost-guide/")
            reader.reads("This link did not work when we last tried it")
            reader.finds_nothing_in_the_way()
            reader.activates("Tell us about this link")
            reader.finds_nothing_in_the_way()
        finally:
            manage("shell", "-c", AFTERWARDS)
