"""A browser that reports whatever the Content-Security-Policy refuses: there is nothing on any page of staff and teams.

On public pages test_every_page.py listens.
"""

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

#: Runs before the page's own scripts, so that nothing is missed; kept by the tab, so that a next page keeps them too.
LISTENER = """
document.addEventListener("securitypolicyviolation", event => {
  const refused = JSON.parse(sessionStorage.getItem("refused") || "[]");
  refused.push(`${location.pathname}: ${event.violatedDirective} ${event.blockedURI} ${event.sample || ""} ` +
               `${event.sourceFile || ""}:${event.lineNumber}`);
  sessionStorage.setItem("refused", JSON.stringify(refused));
});
"""

#: In admin's lists: each model's list and form, then the first row of a list and its history.
IN_ADMIN = "#content-main a[href^='/admin/']"
FIRST_ROW = "#result_list tbody tr:first-child th a, #result_list tbody tr:first-child td.field-title a"


def listens(page: Page) -> None:
    page.add_init_script(LISTENER)


def refused(page: Page) -> list[str]:
    found: list[str] = page.evaluate("JSON.parse(sessionStorage.getItem('refused') || '[]')")
    return found


def links(page: Page, selector: str) -> list[str]:
    found: list[str] = page.eval_on_selector_all(selector, "all => all.map(link => link.pathname)")
    return list(dict.fromkeys(found))


def opens_admin(page: Page) -> int:
    """Every list, every form for a new row, and the first row of every list with its history."""
    page.goto("/admin/")
    paths = links(page, IN_ADMIN)
    opened = 0
    for path in paths:
        page.goto(path)
        opened += 1
        for row in links(page, FIRST_ROW)[:1]:
            page.goto(row)
            page.goto(row.replace("/change/", "/history/"))
            opened += 2
    return opened


def test_the_listener_hears(someone):
    """Otherwise the silence below would say nothing."""
    visitor = someone()
    listens(visitor.page)
    visitor.opens("/")
    visitor.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">Red</p>')")
    visitor.page.wait_for_function("sessionStorage.getItem('refused')")
    assert "style-src" in refused(visitor.page)[0]
    assert len(visitor.faults) == 1
    visitor.faults.clear()


@pytest.mark.parametrize("role", ["contributor", "lead"])
def test_pages_of_a_team(someone, portal, role):
    account = next(found for found in portal.accounts if found.role == role)
    visitor = someone(width=1280)
    listens(visitor.page)
    visitor.signs_in(account.email, account.password)
    found = links(visitor.page, "main a[href^='/submissions/']")
    for path in [*found[:6], found[-1]]:  # months, and a chart
        visitor.opens(path)
    assert refused(visitor.page) == []


@pytest.mark.parametrize(("role", "fewest"), [("curator", 60), ("analyst", 10), ("administrator", 6)])
def test_pages_of_ncish(someone, portal, role, fewest):
    account = portal.account(role)
    visitor = someone(width=1280)
    listens(visitor.page)
    visitor.signs_in(account.email, account.password, path="/admin/")
    assert opens_admin(visitor.page) >= fewest
    if role == "analyst":
        visitor.opens("/submissions/overview/")
        for path in links(visitor.page, "main a[href^='/submissions/']")[:3]:
            visitor.opens(path)
    assert refused(visitor.page) == []


def test_what_opens_within_admins_forms(someone, portal):
    """Choices that are searched, the calendar, the clock, one more row: they are drawn by scripts."""
    account = portal.account("curator")
    visitor = someone(width=1280)
    page = visitor.page
    listens(page)
    visitor.signs_in(account.email, account.password, path="/admin/measures/measureversion/add/")
    page.locator(".field-measure .select2-selection").click()
    page.locator(".select2-results__option").nth(1).wait_for()
    page.keyboard.press("Enter")
    page.locator(".add-row a").first.click()
    visitor.opens("/admin/resources/resource/add/")
    page.locator(".field-review_due .date-icon").click()
    page.locator(".calendarbox:visible").wait_for()
    assert refused(page) == []
