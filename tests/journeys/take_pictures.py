"""Pictures for README and docs: `make pictures`. Not collected with the tests, since its name does not begin so."""

import pytest
from django.conf import settings

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

FOLDER = settings.BASE_DIR / "docs" / "images"
#: Beside the mock-ups in docs/library.md.
LIBRARY = {
    "results": "/resources/?q=saftey+planing",
    "none": "/resources/?q=postcards+prisons&type=training_course&cost=paid",
    "help-first": "/resources/?q=want+to+die",
    "item": "/resources/nice-ng225/",
    "families": "/resources/for/families/",
}


def take(person, path, name, *, height=800, element=None):
    person.page.set_viewport_size({"width": person.page.viewport_size["width"], "height": height})
    person.opens(path)
    target = person.page.locator(element).first if element else person.page
    target.screenshot(path=FOLDER / f"{name}.png")


def test_take_pictures(portal, someone):
    reader = someone(width=1280)
    take(reader, "/", "home", height=960)

    for name, path in LIBRARY.items():
        take(reader, path, f"library/{name}", height=1100)

    lead = someone(width=1280)
    account = portal.account("lead", "frimley")
    lead.signs_in(account.email, account.password)
    take(lead, "/submissions/frimley/charts/SH13/", "chart", element=".cc-card")
    lead.opens("/submissions/frimley/")
    lead.opens(lead.page.locator(".cc-due a").get_attribute("href"))
    take(lead, lead.page.locator(".nhsuk-task-list a").first.get_attribute("href"), "month", height=900)

    analyst = someone(width=1280)
    account = portal.account("analyst")
    analyst.signs_in(account.email, account.password)
    take(analyst, "/submissions/overview/", "overview", height=1100)
