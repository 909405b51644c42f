"""What an answer says of a link, without a network."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources import link_health
from resources.link_health import Answer, Finding, Hop, addresses_in, is_broken, verdict, wait_for, with_address_changed

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
HERE = "https://www.example.org/guide#part-2"


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (Answer(status=200), Finding.FINE),
        (Answer(status=206), Finding.FINE),
        (Answer(status=404), Finding.FAILED),
        (Answer(status=410), Finding.FAILED),
        (Answer(status=500), Finding.FAILED),
        (Answer(status=304), Finding.FAILED),
        (Answer(problem="There was no answer in time."), Finding.FAILED),
        (Answer(status=403), Finding.SOFT),
        (Answer(status=401), Finding.SOFT),
        (Answer(status=429), Finding.SOFT),
        (Answer(status=999), Finding.SOFT),
        (Answer((Hop(302, "https://www.example.org/now"),), 200), Finding.FINE),
        (Answer((Hop(301, "https://www.example.org/new"),), 200), Finding.MOVED),
        (Answer((Hop(301, "https://www.example.org/a"), Hop(308, "https://www.example.org/new")), 200), Finding.MOVED),
        (Answer((Hop(301, "https://www.example.org/a"), Hop(302, "https://www.example.org/b")), 200), Finding.FINE),
        (Answer((Hop(301, "https://www.example.org/new"),), 404), Finding.FAILED),
        (Answer((Hop(301, "https://www.example.org/"),), 200), Finding.SOFT),
        (Answer((Hop(302, "https://new.example.org"),), 200), Finding.SOFT),
    ],
)
def test_what_an_answer_means(answer, finding):
    found = verdict(HERE, answer)
    assert found.finding == finding
    assert found.words.endswith(".")
    assert bool(found.moved_to) == (finding == Finding.MOVED)


def test_a_moved_link_keeps_the_part_of_the_page_that_it_led_to():
    assert verdict(HERE, Answer((Hop(301, "https://x.org/n"),), 200)).moved_to == "https://x.org/n#part-2"
    assert verdict(HERE, Answer((Hop(301, "https://x.org/n#top"),), 200)).moved_to == "https://x.org/n#top"


def test_a_front_page_that_leads_to_a_front_page_has_moved():
    assert verdict("http://x.org", Answer((Hop(301, "https://x.org/"),), 200)).moved_to == "https://x.org/"


@pytest.mark.parametrize(
    ("failures", "days", "broken"), [(2, 3, False), (3, 2.9, False), (9, 2, False), (3, 3, True), (4, 30, True)]
)
def test_broken_takes_three_failures_over_three_days(failures, days, broken):
    assert is_broken(failures, NOW - timedelta(days=days), NOW) is broken


@pytest.mark.parametrize(
    ("code", "header", "wait"),
    [
        (429, "120", timedelta(minutes=2)),
        (429, " 120 ", timedelta(minutes=2)),
        (429, "Wed, 25 Nov 2026 13:00:00 GMT", timedelta(hours=1)),
        (429, "Wed, 25 Nov 2026 13:00:00 -0000", timedelta(hours=1)),
        (429, "Wed, 25 Nov 2020 13:00:00 GMT", timedelta(0)),
        (429, "999999999", link_health.LONGEST_WAIT),
        (429, "Wed, 25 Nov 2126 13:00:00 GMT", link_health.LONGEST_WAIT),
        (429, "soon", link_health.USUAL_WAIT),
        (429, "-1", link_health.USUAL_WAIT),
        (429, "", link_health.USUAL_WAIT),
        (503, "60", timedelta(minutes=1)),
        (503, "", None),
        (200, "60", None),
    ],
)
def test_how_long_a_server_is_left_alone(code, header, wait):
    assert wait_for(code, header, NOW) == wait


@given(st.text())
def test_no_header_makes_the_wait_negative_or_endless(header):
    wait = wait_for(429, header, NOW)
    assert wait is not None
    assert timedelta(0) <= wait <= link_health.LONGEST_WAIT


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "javascript:alert(1)",
        "//example.org",
        "https://",
        "https://rosa:secret@example.org/",
        "https://example.org:8443/",
        "http://example.org:22/",
        "http://[oops/",
        "http://example.org:port/",
        "",
    ],
)
def test_addresses_that_are_not_asked(url):
    assert link_health.refusal(url)


@pytest.mark.parametrize("url", ["https://example.org", "HTTP://example.org:80/x", "https://example.org:443/x?y#z"])
def test_addresses_of_the_web(url):
    assert link_health.refusal(url) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Read [it](https://x.org/a).", ["https://x.org/a"]),
        ("Read [it](https://x.org/a_(b)) and [that](http://y.org/c#d).", ["https://x.org/a_(b)", "http://y.org/c#d"]),
        ('[it](https://x.org/a "A title")', ["https://x.org/a"]),
        ("**[it](https://x.org/a)**More", ["https://x.org/a"]),
        ("<https://x.org/a> and https://x.org/b, then HTTPS://x.org/c!", ["https://x.org/a", "https://x.org/b", "HTTPS://x.org/c"]),
        ('[{"what": "NICE", "source": "https://x.org/a"}]', ["https://x.org/a"]),
        ("[https://x.org/a](https://x.org/a)", ["https://x.org/a", "https://x.org/a"]),
        ("https:// and http://) and mailto:a@x.org", []),
        ("http://[oops", []),
    ],
)  # fmt: skip
def test_the_addresses_in_a_text(text, found):
    assert [text[start:end] for start, end in addresses_in(text)] == found


def test_an_address_is_changed_and_longer_ones_that_begin_with_it_stay():
    text = "[a](https://x.org/a), [b](https://x.org/a/b), https://x.org/a."
    changed = with_address_changed(text, "https://x.org/a", "https://x.org/new")
    assert changed == "[a](https://x.org/new), [b](https://x.org/a/b), https://x.org/new."


@given(st.text(alphabet="[]()<>:/.ahtps "))
def test_what_is_found_is_within_the_text_and_changing_it_to_itself_changes_nothing(text):
    text += "https://x.org/a"
    for start, end in addresses_in(text):
        assert text[start:end].lower().startswith(("http://", "https://"))
        assert with_address_changed(text, text[start:end], text[start:end]) == text


def test_it_needs_no_django():
    code = "import sys, resources.link_health; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
