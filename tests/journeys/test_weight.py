"""What a page weighs on its way to a phone: the first one, and one more; and that nothing on it jumps or blocks."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.requirement("N4")]

PAGES = [
    "/",
    "/resources/",
    "/resources/?q=care",
    "/resources/nice-ng225/",
    "/resources/for/professionals/",
    "/resources/for/families/",
    "/resources/for/you/",
    "/resources/a-to-z/",
    "/areas/",
    "/areas/somerset/",
    "/measures/",
    "/measures/SH07/",
    "/get-help/",
    "/search/?q=training",
    "/accounts/login/",
]
FIRST_VISIT = 60_000  # bytes over the network, headers too
LATER_PAGE = 15_000
REQUESTS = 8
SHIFT = 0.01  # of the screen

#: Once a page, though each visit of the same person adds the script again.
WATCH_SHIFTS = """
if (window.shifts === undefined) {
  window.shifts = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shifts += entry.value; })
    .observe({type: "layout-shift", buffered: true});
}
"""


@dataclass
class Traffic:
    """What the browser fetches for one page; what its cache holds costs nothing."""

    asked: dict[str, str] = field(default_factory=dict)
    bytes: dict[str, float] = field(default_factory=dict)
    cached: set[str] = field(default_factory=set)

    def requested(self, event):
        self.asked[event["requestId"]] = event["request"]["url"]

    def from_cache(self, event):
        self.cached.add(event["requestId"])

    def finished(self, event):
        self.bytes[event["requestId"]] = event["encodedDataLength"]

    @property
    def weight(self):
        return int(sum(self.bytes.values()))

    @property
    def requests(self):
        return [url for request, url in self.asked.items() if request not in self.cached]


@dataclass
class Visit:
    weight: int
    requests: list[str]
    shifts: float


@pytest.fixture
def visit(someone):
    """`visit(visitor, path)`: what it cost to open the page."""

    def opens(visitor, path):
        session = visitor.page.context.new_cdp_session(visitor.page)
        session.send("Network.enable")
        visitor.page.add_init_script(WATCH_SHIFTS)
        traffic = Traffic()
        session.on("Network.requestWillBeSent", traffic.requested)
        session.on("Network.requestServedFromCache", traffic.from_cache)
        session.on("Network.loadingFinished", traffic.finished)
        visitor.page.goto(path, wait_until="networkidle")
        visitor.page.wait_for_timeout(100)
        session.detach()
        return Visit(traffic.weight, traffic.requests, visitor.page.evaluate("window.shifts"))

    return opens


@pytest.mark.parametrize("path", PAGES)
def test_first_visits_and_later_pages_are_light_and_still(someone, visit, path):
    first = visit(someone(width=320), path)
    another = someone(width=320)
    visit(another, "/about/")
    later = visit(another, path)
    print(f"{path}\t{first.weight}\t{len(first.requests)}\t{later.weight}\t{first.shifts:.4f}")
    assert first.weight <= FIRST_VISIT, first.requests
    assert len(first.requests) <= REQUESTS, first.requests
    assert later.weight <= LATER_PAGE, later.requests
    assert first.shifts < SHIFT
    assert later.shifts < SHIFT


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_fetched_from_elsewhere_and_no_script_blocks(someone, visit, portal, path):
    visitor = someone(width=1280)
    seen = visit(visitor, path)
    assert {urlsplit(url).netloc for url in seen.requests} == {urlsplit(portal.address).netloc}
    assert seen.shifts < SHIFT
    scripts = visitor.page.locator("script").evaluate_all(
        "all => all.map((s) => ({src: s.src, waits: s.type === 'module' || s.defer || s.async}))"
    )
    assert scripts
    assert all(script["src"] and script["waits"] for script in scripts)
    blocking = visitor.page.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter((entry) => entry.renderBlockingStatus === 'blocking').map((entry) => entry.name)"
    )
    assert all(urlsplit(url).path.endswith(".css") for url in blocking)
    assert len(blocking) == 1


def test_static_files_are_brotli_and_kept_for_good(someone):
    visitor = someone(width=320)
    visitor.opens("/")
    addresses = visitor.page.locator("link[rel=stylesheet], link[rel=icon], script").evaluate_all(
        "all => all.map((found) => found.href || found.src)"
    )
    assert len(addresses) == 3
    for address in addresses:
        answer = visitor.page.request.get(address, headers={"Accept-Encoding": "gzip, deflate, br"})
        assert answer.ok
        assert answer.headers["cache-control"] == "max-age=315360000, public, immutable", address
        assert answer.headers["content-encoding"] == "br", address
        assert answer.headers["vary"] == "Accept-Encoding", address


@pytest.mark.parametrize("role", ["lead", "analyst"])
def test_pages_of_a_team_with_24_months_and_most_measures_are_light(someone, visit, portal, role):
    account = portal.account(role, "frimley" if role == "lead" else "")
    visitor = someone(width=320)
    visitor.signs_in(account.email, account.password)
    overview = ["/submissions/overview/"] if role == "analyst" else []
    home = visit(visitor, "/submissions/frimley/")
    addresses = visitor.page.locator("main a[href*='/submissions/']").evaluate_all(
        "all => all.map((link) => link.getAttribute('href'))"
    )
    charts = [path for path in addresses if "/charts/" in path]
    months = visitor.page.locator(".cc-months a").evaluate_all("all => all.map((link) => link.getAttribute('href'))")
    assert (len(charts), len(set(months))) == (12, 12)  # all charts on one page, and each of 11
    # Months are much alike, but for the one that is typed, which is last.
    visits = {"/submissions/frimley/": home}
    visits |= {path: visit(visitor, path) for path in [*overview, *charts, months[0], months[-1]]}
    tasks = visitor.page.locator(".nhsuk-task-list a").evaluate_all(
        "all => all.map((link) => link.getAttribute('href'))"
    )
    visits |= {path: visit(visitor, path) for path in tasks}
    for path, later in visits.items():
        print(f"{path}\t\t\t{later.weight}\t{later.shifts:.4f}")
        assert later.weight <= LATER_PAGE, (path, later.requests)
        assert later.shifts < SHIFT, path


@pytest.mark.parametrize("path", ["/", "/search/?q=training", "/accounts/login/", "/contact/", "/no-such-page/"])
def test_pages_of_nobody_in_particular_are_compressed(someone, path):
    answer = someone(width=320).page.request.get(path)
    assert answer.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["vary"]


def test_a_token_is_masked_anew_on_every_page_so_that_its_length_tells_nothing(someone):
    visitor = someone(width=320)
    tokens = set()
    for _ in range(2):
        visitor.opens("/accounts/login/")
        tokens.add(visitor.page.locator("[name=csrfmiddlewaretoken]").first.input_value())
    assert len(tokens) == 2


def test_words_from_elsewhere_are_not_compressed_together_with_a_persons_page(someone, portal):
    lead = portal.account("lead", "frimley")
    visitor = someone(width=320)
    visitor.signs_in(lead.email, lead.password)
    for path, encoding in [("/", "gzip"), ("/submissions/", "gzip"), ("/search/?q=guess", None), ("/?q=guess", None)]:
        answer = visitor.page.request.get(path)
        assert answer.ok
        assert answer.headers.get("content-encoding") == encoding, path
    sent = visitor.page.request.post("/contact/", form={"message": "guess"})
    assert "content-encoding" not in sent.headers
