"""A curator adds an item by its DOI, a second one goes through the checklist, and readers find it in the library."""

import pytest

from resources.models import Check

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_from_a_doi_to_the_library(portal, someone):
    # Given a curator with nothing but a DOI
    first = someone(width=320)
    account = portal.account("curator", position=0)
    first.signs_in(account.email, account.password, path="/admin/resources/resource/")
    first.activates("Add by DOI, PubMed number or address")
    first.finds_nothing_in_the_way()
    first.tabs_to_field("id_typed")
    first.types("https://doi.org/10.5555/EXAMPLE.2024.17")
    first.activates("Look it up")

    # When they check what was found, and write the summary
    first.reads("The summary is empty")
    first.finds_nothing_in_the_way()
    assert first.page.locator("#id_title").input_value().startswith("Aftercare at home & in the community")
    first.page.locator("#id_section").select_option(index=1)
    first.page.locator("#id_type").select_option("journal_article")
    first.page.locator("#id_summary").fill("What helps people after a visit to hospital, tried at home.")
    first.page.locator("#id_reader input[value=professionals]").check()
    first.activates("Save and continue editing")
    first.finds_nothing_in_the_way()
    first.activates("Send to review")
    first.reads("is sent to review")
    address = first.page.url

    # And a second one goes through the checklist
    second = someone(width=1280)
    account = portal.account("curator", position=1)
    second.signs_in(account.email, account.password, path=address)
    second.activates("Review and publish")
    second.finds_nothing_in_the_way()
    for check in Check.values:
        second.tabs_to_field(f"id_{check}")
        second.presses("Space")
    second.activates("Publish")
    second.reads("is published")

    # Then it is in the library
    reader = someone(width=320)
    reader.opens("/resources/?q=aftercare+at+home")
    reader.activates("Aftercare at home & in the community")
    reader.reads("What helps people after a visit to hospital")
    reader.finds_nothing_in_the_way()
