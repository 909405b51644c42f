"""What a person does with a browser: keys, reading, and no mouse."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect

#: A page with a long month has many stops, and no page has more than this.
MOST_STOPS = 700

WHAT_HAS_FOCUS = """
() => {
  const found = document.activeElement;
  if (!found || found === document.body) return {name: "", tag: "body", type: ""};
  const label = found.labels && found.labels.length ? found.labels[0].innerText : "";
  const words = found.getAttribute("aria-label") || label || found.innerText || found.value || "";
  return {name: words.replace(/\\s+/g, " ").trim(), tag: found.tagName.toLowerCase(), type: found.type || "",
          id: found.id || ""};
}
"""


class Person:
    """Someone at a browser who uses the keyboard alone."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        self.is_reading = True
        page.on("pageerror", lambda error: self.faults.append(f"script error on {page.url}: {error}"))
        page.on("console", self.hear)

    def hear(self, message: ConsoleMessage) -> None:
        if self.is_reading and message.type == "error" and "Content Security Policy" in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def opens(self, path: str) -> int:
        response = self.page.goto(path)
        assert response is not None
        return response.status

    def focus(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(WHAT_HAS_FOCUS)
        return found

    def tabs_to(self, name: str, *, backwards: bool = False) -> None:
        """Press Tab until something has focus whose words begin with `name`."""
        seen = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
            focus = self.focus()
            if focus["name"].startswith(name):
                self.sees_where_the_focus_is(name)
                return
            seen.append(focus["name"][:40])
        raise AssertionError(f"no stop called “{name}” on {self.page.url}, only {seen[:80]}")

    def tabs_to_field(self, field_id: str) -> None:
        """Press Tab until the field has focus: for fields whose label is a whole definition."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.focus().get("id") == field_id:
                self.sees_where_the_focus_is(field_id)
                return
        raise AssertionError(f"no field {field_id} is reached by Tab on {self.page.url}")

    def sees_where_the_focus_is(self, name: str) -> None:
        box = self.page.evaluate(
            "() => { const r = document.activeElement.getBoundingClientRect();"
            "return {top: r.top, bottom: r.bottom, width: r.width, height: window.innerHeight}; }"
        )
        assert box["width"] > 0, f"{name} has no width"
        assert box["bottom"] > 0, f"{name} is above the screen"
        assert box["top"] < box["height"], f"{name} is below the screen"

    def presses(self, key: str) -> None:
        self.page.keyboard.press(key)

    def activates(self, name: str, key: str = "Enter") -> None:
        """Go to a link or button by Tab and press it; wait for the page that follows."""
        self.tabs_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def types(self, text: str) -> None:
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def signs_in(self, email: str, password: str, path: str = "/submissions/") -> None:
        self.opens(path)
        self.tabs_to_field("id_login")
        self.types(email)
        self.tabs_to_field("id_password")
        self.types(password)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def reads(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("body")).to_contain_text(text)

    def does_not_read(self, text: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(text)

    def finds_nothing_in_the_way(self) -> None:
        """No accessibility rule is broken here, and nothing scrolls sideways."""
        self.is_reading = False  # axe measures with styles that our own policy refuses
        results = Axe().run(self.page, options={"resultTypes": ["violations"]})  # the rest takes as long again
        self.is_reading = True
        assert results.violations_count == 0, f"{self.page.url}\n{results.generate_report()}"
        self.has_all_in_view()

    def has_all_in_view(self) -> None:
        """Nothing scrolls sideways."""
        wide = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{self.page.url} scrolls sideways"
