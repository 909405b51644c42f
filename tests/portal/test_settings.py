"""Settings cannot be wrong in silence: what is read, what is refused and in which words, and what HTTPS switches on."""

import ipaddress
import os
import re
import runpy
import subprocess
import sys
from typing import Any

import environ
import pytest
import yaml
from django.conf import settings
from django.http import HttpResponse

from selfharm_portal import proxies
from selfharm_portal.environment import Environment, Mistake, names_in

pytestmark = pytest.mark.requirement("M3")

EXAMPLE = settings.BASE_DIR / ".env.example"
HTTPS = {"BEHIND_HTTPS": "True", "PORTAL_URL": "https://portal.example.org"}


@pytest.fixture
def load(monkeypatch):
    """settings.py with these variables and no others."""

    def loaded(**variables: str) -> dict[str, Any]:
        read = Environment(variables)
        monkeypatch.setattr(Environment, "with_file", lambda file: read)
        return {"env": read} | runpy.run_path(str(settings.BASE_DIR / "selfharm_portal" / "settings.py"))

    return loaded


def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A process with nothing of this one's environment but PATH, and a database that nobody answers at."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# .env.example


def example() -> dict[str, str]:
    return dict(line.split("=", 1) for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#"))


def test_the_example_lists_what_is_read_and_nothing_else(load):
    assert load()["env"].asked == set(example()) == names_in(EXAMPLE)


def test_the_example_copied_as_it_is_changes_nothing(load):
    nothing, copied = load(), load(**example())
    assert {name for name in nothing if name.isupper() and nothing[name] != copied[name]} == set()


def test_nothing_else_reads_the_environment():
    sources = [settings.BASE_DIR / "manage.py"]
    for package in ["selfharm_portal", "resources", "sites", "measures"]:
        sources += (settings.BASE_DIR / package).rglob("*.py")
    readers = {
        path.name
        for path in sources
        for line in path.read_text().splitlines()
        if re.search(r"os\.environ|getenv", line) and "DJANGO_SETTINGS_MODULE" not in line
    }
    assert readers == {"environment.py"}


# What is refused


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DEBUG", "maybe", "DEBUG is “maybe”, which is neither True nor False."),
        ("BEHIND_HTTPS", "treu", "BEHIND_HTTPS is “treu”, which is neither True nor False."),
        ("DEMONSTRATION", "2", "DEMONSTRATION is “2”, which is neither True nor False."),
        ("PORT", "abc", "PORT is “abc”, which is not a whole number."),
        ("PORT", "8000.5", "PORT is “8000.5”, which is not a whole number."),
        ("PORT", "65536", "PORT is 65536; it has to be from 1 to 65535."),
        ("HSTS_SECONDS", "0", "HSTS_SECONDS is 0;"),
        ("HOST", "localhost", "HOST is “localhost”, which is not an address"),
        ("SECRET_KEY", "short", "SECRET_KEY is too easy to guess"),
        ("SECRET_KEY", "a" * 60, "SECRET_KEY is too easy to guess"),
        ("PORTAL_URL", "portal.example.org", "PORTAL_URL is “portal.example.org”, which is not an address"),
        ("PORTAL_URL", "https://portal.example.org/library", "PORTAL_URL is “https://portal"),
        ("PORTAL_URL", "https://portal.example.org:port", "PORTAL_URL is “https://portal"),
        ("ALLOWED_HOSTS", "https://portal.example.org", "ALLOWED_HOSTS has “https://portal.example.org”"),
        ("ALLOWED_HOSTS", "portal.example.org:443", "ALLOWED_HOSTS has “portal.example.org:443”"),
        ("TRUSTED_PROXIES", "nginx", "TRUSTED_PROXIES has “nginx”"),
        ("TRUSTED_PROXIES", "10.0.0.1/24", "TRUSTED_PROXIES has “10.0.0.1/24”"),
        ("RUN_POINTS", "8", "RUN_POINTS is 8; it has to be from 6 to 7."),
        ("LOG_FORMAT", "xml", "LOG_FORMAT is “xml”; it has to be line or json."),
        ("NCISH_EMAIL", "ncish", "NCISH_EMAIL is “ncish”, which is not an e-mail address."),
        ("DEFAULT_FROM_EMAIL", "Portal", "DEFAULT_FROM_EMAIL is “Portal”"),
        ("EMAIL_URL", "smtp+tls://me:hushhush@mail:port", "EMAIL_URL is not an address"),
        ("EMAIL_URL", "mail.example.org", "EMAIL_URL is not an address"),
        ("DATABASE_URL", "mysql://me:hushhush@host/name", "DATABASE_URL is not an address"),
        ("DATABASE_URL", "postgres://me:hushhush@host", "DATABASE_URL is not an address"),
        ("DATABASE_URL", "postgres://me:hushhush@host:port/name", "DATABASE_URL is not an address"),
        ("DATABASE_URL", "postgres//me:hushhush@host/name", "DATABASE_URL is not an address"),
    ],
)
def test_a_malformed_variable_stops_with_its_name_and_without_a_password(load, name, value, says):
    with pytest.raises(Mistake) as stopped:
        load(**{name: value})
    assert str(stopped.value).startswith(says)
    assert "hushhush" not in f"{stopped.value!r} {stopped.value.__cause__!r}"


def test_a_sentence_and_no_traceback_is_what_a_person_sees():
    for words in (["manage.py", "check"], ["-c", "import selfharm_portal.wsgi"]):
        ended = run(*words, PORT="abc")
        assert ended.returncode == 1
        assert ended.stderr == "A setting is wrong. PORT is “abc”, which is not a whole number.\n"


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.5", "::"])
def test_an_address_that_others_reach_needs_https_in_front(load, host):
    with pytest.raises(Mistake, match=f"^HOST is {host}, .*BEHIND_HTTPS is off: passwords would travel"):
        load(HOST=host)
    assert load(HOST=host, **HTTPS)["HOST"] == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
def test_an_address_of_this_machine_alone_needs_nothing(load, host):
    assert load(HOST=host)["HOST"] == host


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"BEHIND_HTTPS": "True"}, "PORTAL_URL is http://127.0.0.1:8000; with BEHIND_HTTPS it has to be set"),
        (HTTPS | {"PORTAL_URL": "http://portal.example.org"}, "PORTAL_URL is http://portal.example.org; with"),
        (HTTPS | {"DEBUG": "True"}, "DEBUG and BEHIND_HTTPS are both on"),
        (HTTPS | {"ALLOWED_HOSTS": "example.org"}, "ALLOWED_HOSTS leaves out portal.example.org"),
    ],
)
def test_settings_that_do_not_go_together_stop_the_start(load, variables, says):
    with pytest.raises(Mistake, match=f"^{says}"):
        load(**variables)


def test_a_dollar_and_a_space_are_part_of_a_value():
    read = Environment({"A": " $B ", "B": "wrong", "C": ""})
    assert read.text("A") == "$B"
    assert read.text("C", default="what holds without it") == "what holds without it"


@pytest.mark.parametrize(("word", "means"), [("True", True), ("on", True), ("1", True), ("FALSE", False), ("0", False)])
def test_a_switch_is_one_of_a_few_words(word, means):
    assert Environment({"A": word}).switch("A", default=not means) is means


# .env


def test_a_name_in_the_file_that_nobody_reads_stops_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(environ.Env, "ENVIRON", os.environ)
    file = tmp_path / ".env"
    file.write_text("# mine\n\nPORT=8001\nBEHIND_HTPS=True\n")
    read = Environment.with_file(file)
    assert read.number("PORT", 8000, 1, 9000) == 8001
    with pytest.raises(Mistake, match=r"^\.env sets BEHIND_HTPS, which the portal does not read"):
        read.refuse_unknown()


def test_a_line_in_the_file_that_sets_nothing_stops_the_start(tmp_path):
    file = tmp_path / ".env"
    file.write_text("PORT 8001\n")
    with pytest.raises(Mistake, match=r"^Line 1 of \.env is not of the form NAME=value\.$"):
        Environment.with_file(file)


def test_no_file_is_needed(tmp_path):
    Environment.with_file(tmp_path / ".env").refuse_unknown()


# Behind HTTPS


def test_the_check_for_deployment_is_clean_behind_https():
    ended = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **HTTPS)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_https_is_believed_from_nobody_unless_it_is_in_front(load):
    assert "SECURE_PROXY_SSL_HEADER" not in load()
    assert load()["TRUSTED_PROXIES"] == []
    assert not load()["SESSION_COOKIE_SECURE"]


def test_https_in_front_switches_on_what_belongs_to_it(load):
    found = load(**HTTPS)
    assert found["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_HSTS_SECONDS"] == 365 * 24 * 60 * 60
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://portal.example.org"]
    assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]", "portal.example.org"]
    assert load(**HTTPS, HSTS_SECONDS="3600")["SECURE_HSTS_SECONDS"] == 3600


@pytest.fixture
def behind_https(settings, load):
    found = load(**HTTPS, TRUSTED_PROXIES="10.0.0.2,10.1.0.0/16")
    for name in found:
        if name.isupper() and name.startswith(("SECURE", "BEHIND", "TRUSTED", "ALLOWED", "SESSION_COOKIE", "CSRF")):
            setattr(settings, name, found[name])


@pytest.mark.usefixtures("behind_https")
def test_a_visitor_without_https_is_sent_to_it_and_health_is_not(client):
    answer = client.get("/resources/", headers={"host": "portal.example.org"})
    assert (answer.status_code, answer["Location"]) == (301, "https://portal.example.org/resources/")
    assert client.get("/healthz", headers={"host": "127.0.0.1"}).status_code == 200


@pytest.mark.usefixtures("behind_https")
@pytest.mark.parametrize(("sender", "status"), [("10.0.0.2", 404), ("10.0.0.3", 301)])
def test_only_the_server_in_front_may_say_that_it_was_https(client, db, sender, status):
    headers = {"host": "portal.example.org", "x-forwarded-proto": "https"}
    answer = client.get("/none", headers=headers, REMOTE_ADDR=sender)
    assert answer.status_code == status
    assert ("Strict-Transport-Security" in answer) is (status == 404)


@pytest.mark.usefixtures("behind_https")
def test_a_server_in_front_that_nobody_named_is_reported_once(caplog, rf):
    middleware = proxies.ProxyMiddleware(lambda request: HttpResponse())
    for _ in range(2):
        middleware(rf.get("/", headers={"x-forwarded-proto": "https"}, REMOTE_ADDR="10.0.0.3"))
    assert caplog.text.count("set TRUSTED_PROXIES") == 1
    assert "10.0.0.3" not in caplog.text


# Who asks


@pytest.mark.parametrize(
    ("sender", "forwarded_for", "address"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # nobody in front: anybody can write this header
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.2", "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the first was written by the client
        ("10.0.0.2", "1.1.1.1, 203.0.113.9, 10.1.7.7", "203.0.113.9"),  # two servers in front
        ("10.0.0.2", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.2", "unknown", "10.0.0.2"),
        ("10.0.0.2", "203.0.113.9, <script>", "10.0.0.2"),
        ("", "203.0.113.9", ""),
    ],
)
def test_the_address_is_the_last_that_no_server_of_ours_has(settings, rf, sender, forwarded_for, address):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.2"), ipaddress.ip_network("10.1.0.0/16")]
    middleware = proxies.ProxyMiddleware(lambda request: HttpResponse(request.META["REMOTE_ADDR"]))
    answer = middleware(rf.get("/", headers={"x-forwarded-for": forwarded_for}, REMOTE_ADDR=sender))
    assert answer.content.decode() == address


@pytest.mark.django_db
def test_two_people_behind_one_server_do_not_use_up_each_others_guesses(client, settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.2")]
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}

    def guess(address):
        typed = {"login": "nobody@example.org", "password": "wrong"}
        return client.post("/accounts/login/", typed, headers={"x-forwarded-for": address}, REMOTE_ADDR="10.0.0.2")

    assert [guess("203.0.113.1").status_code for _ in range(3)] == [200, 200, 429]
    assert guess("203.0.113.2").status_code == 200


# docs/operations.md and the files that it describes


def test_the_container_sets_what_is_read_and_accepted(load):
    dockerfile = (settings.BASE_DIR / "Dockerfile").read_text()
    compose = yaml.safe_load((settings.BASE_DIR / "compose.yaml").read_text())
    given = {"PORTAL_URL": "https://portal.example.org", "PORTAL_PASSWORD": "hushhush"}
    variables = dict(re.findall(r"([A-Z_]+)=(\S+)", re.findall(r"(?m)^ENV (.*)$", dockerfile)[0])) | {
        name: re.sub(r"\$\{(\w+):[^}]*\}", lambda match: given.get(match[1], ""), value)
        for name, value in compose["services"]["portal"]["environment"].items()
    }
    found = load(**variables)
    assert {name for name in variables if not name.startswith("PYTHON")} <= found["env"].asked
    assert found["HOST"] == "0.0.0.0"
    assert found["EMBEDDED_DATABASE"] is None
    assert not found["DEMONSTRATION"]
    [network] = compose["networks"]["portal"]["ipam"]["config"]
    assert [str(proxy) for proxy in found["TRUSTED_PROXIES"]] == [f"{network['gateway']}/32"]
    [port] = compose["services"]["portal"]["ports"]
    assert port == f"127.0.0.1:8000:{found['PORT']}"
    assert "--require-hashes" in dockerfile
    assert dockerfile.index("\nUSER portal\n") < dockerfile.index("\nCMD ")


def test_the_instructions_name_variables_that_exist(load):
    text = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    table = re.findall(r"(?m)^\| (`[A-Z_`, ]+) \|", text)
    named = {name for cell in table for name in re.findall(r"`([A-Z_]+)`", cell)}
    assert {"PORTAL_URL", "BEHIND_HTTPS", "DATABASE_URL"} <= named <= load()["env"].asked
