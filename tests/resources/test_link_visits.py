"""Opening other people's addresses, tried on a real server on this machine that misbehaves."""

import asyncio
import socket
import time
from itertools import pairwise

import httpx
import pytest

from resources import link_visits
from resources.link_health import Finding, verdict
from resources.link_visits import Manners, visit
from selfharm_portal.public_web import NotPublic, PublicWeb, is_public
from tests.misbehaving import CERTIFICATE, misbehaving

AT_EASE = Manners(pause=0)
HASTY = Manners(pause=0, silence=0.3, whole=0.5)


@pytest.fixture(scope="module")
def server():
    with misbehaving() as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_asked_yet(server):
    server.asked.clear()


def answers(*urls, loopback_too=True, manners=AT_EASE):
    return dict(visit(urls, user_agent="Portal", loopback_too=loopback_too, manners=manners))


def answer(url, **kwargs):
    return answers(url, **kwargs)[url]


@pytest.mark.requirement("B1")
@pytest.mark.parametrize(
    ("path", "status", "methods"),
    [
        ("/fine", 200, ["HEAD"]),
        ("/not-there", 404, ["HEAD", "GET"]),
        ("/gone", 410, ["HEAD", "GET"]),
        ("/broken", 500, ["HEAD", "GET", "GET"]),
        ("/shaky", 200, ["HEAD", "GET", "GET"]),
        ("/forbidden", 403, ["HEAD", "GET"]),
        ("/head-refused", 200, ["HEAD", "GET"]),
        ("/head-not-found", 200, ["HEAD", "GET"]),
        ("/huge", 200, ["HEAD", "GET"]),
        ("/busy", 429, ["HEAD"]),
        ("/maintenance", 503, ["HEAD"]),
    ],
)
def test_what_is_asked_and_what_comes_of_it(server, path, status, methods):
    assert answer(server.address + path).status == status
    assert [asked.method for asked in server.asked] == methods


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("/silence", link_visits.NO_ANSWER),
        ("/drip", link_visits.NO_ANSWER),
        ("/nonsense", link_visits.NOT_HTTP),
        ("/endless-headers", link_visits.NOT_HTTP),
        ("/circle", link_visits.CIRCLE),
        ("/itself", link_visits.CIRCLE),
        ("/onward", link_visits.TOO_FAR),
        ("/to-file", "It leads to file, not to the web."),
        ("/to-nowhere", "It leads on to something that is not an address."),
    ],
)
def test_what_never_comes_to_a_status(server, path, problem):
    found = answer(server.address + path, manners=HASTY if problem == link_visits.NO_ANSWER else AT_EASE)
    assert (found.status, found.problem) == (None, problem)
    assert verdict(server.address + path, found).finding == Finding.FAILED


def test_a_server_that_sends_a_byte_now_and_then_has_no_more_time_than_others(server):
    began = time.monotonic()
    assert answer(f"{server.address}/drip", manners=Manners(pause=0, silence=5, whole=0.3)).problem
    assert time.monotonic() - began < 5


def test_a_huge_page_is_not_read(server):
    server.sent = 0
    assert answer(f"{server.address}/huge").status == 200
    assert server.sent < 8 * 1024**2  # what fits into the buffers of a connection; never ten gigabytes


def test_redirects_are_recorded_with_their_status(server):
    found = answer(f"{server.address}/moved-half")
    assert [(hop.status, hop.url) for hop in found.hops] == [
        (301, f"{server.address}/elsewhere-today"),
        (302, f"{server.address}/fine"),
    ]
    assert found.status == 200


def test_a_permanent_move_names_the_new_address(server):
    url = f"{server.address}/moved-twice"
    found = verdict(url, answer(url))
    assert (found.finding, found.moved_to) == (Finding.MOVED, f"{server.address}/fine")


def test_a_page_that_opens_with_its_cookie_opens(server):
    assert answer(f"{server.address}/cookie").status == 200


@pytest.mark.requirement("B1")
def test_one_request_at_a_time_to_a_host_with_a_pause_and_several_hosts_at_once():
    with misbehaving() as first, misbehaving() as second:
        urls = [f"{first.address}/fine?{number}" for number in range(4)]
        slow = f"{second.address.replace('localhost', '127.0.0.1')}/silence"
        found = answers(*urls, slow, manners=Manners(pause=0.1, silence=0.8))
        times = [asked.at for asked in first.asked]
        assert first.most_at_once == 1
        assert all(later - earlier >= 0.09 for earlier, later in pairwise(times))
        assert second.asked[0].at < times[-1], "the slow host was asked only after the others"
        assert list(found)[-1] == slow, "the slow host kept the others waiting"
        assert [found[url].status for url in urls] == [200] * 4


def test_a_host_that_is_busy_is_left_alone(server):
    busy, fine = f"{server.address}/busy", f"{server.address}/fine"
    found = answers(busy, fine, f"{server.address}/moved")
    asked = [each.path for each in server.asked]
    assert asked.index("/busy") == len(asked) - 1, "it was asked after it had said that it is busy"
    assert 3590 < found[busy].wait.total_seconds() <= 3600
    later = [each for each in found.values() if each.put_off]
    assert len(later) == 3 - len(asked)
    assert all(3590 < each.wait.total_seconds() <= 3600 for each in later)


def test_a_certificate_that_nobody_signed_is_refused(server):
    with misbehaving(tls=True) as secret:
        found = answer(f"{secret.address}/fine")
    assert found.problem == link_visits.BAD_CERTIFICATE
    assert secret.asked == []


def test_the_certificate_is_held_to_the_name_though_the_connection_is_to_an_address(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))  # now somebody has signed it, for the name localhost
    with misbehaving(tls=True) as secret:
        found = answers(f"{secret.address}/fine", f"{secret.address.replace('localhost', '127.0.0.1')}/fine")
    assert [each.status or each.problem for each in found.values()].count(200) == 1
    assert found[f"{secret.address.replace('localhost', '127.0.0.1')}/fine"].problem == link_visits.BAD_CERTIFICATE
    assert {asked.host for asked in secret.asked} == {secret.address.removeprefix("https://")}


def test_no_such_server(server):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        assert answer(nobody).problem == link_visits.NO_CONNECTION


def test_proxies_of_the_environment_are_not_asked(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert answer(f"{server.address}/fine").status == 200


# Never to a private address

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.1", "198.18.0.1", "203.0.113.9",
    "224.0.0.1", "233.252.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "192.88.99.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::",
    "3fff::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1", "5f00::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_of_the_public_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.0.81", "2a00:1450:4009:81f::200e", "2606:4700::6810:85e5"])
def test_an_address_of_the_public_internet(address):
    assert is_public(address)


def ways_of_writing(port):
    return [
        f"http://localhost:{port}/fine",
        f"http://127.0.0.1:{port}/fine",
        f"http://2130706433:{port}/fine",
        f"http://0x7f000001:{port}/fine",
        f"http://127.1:{port}/fine",
        f"http://0:{port}/fine",
        f"http://[::ffff:127.0.0.1]:{port}/fine",
        f"http://LOCALHOST.:{port}/fine",
        f"http://①②⑦.0.0.1:{port}/fine",
    ]


@pytest.mark.parametrize("number", range(9))
def test_however_a_private_address_is_written_nothing_connects_to_it(server, monkeypatch, number):
    # Its port counts as the usual one here, so that nothing but the address stands in the way.
    url = ways_of_writing(server.server_address[1])[number]
    monkeypatch.setattr("resources.link_health.refusal", lambda url, loopback_too: "")
    monkeypatch.setattr("selfharm_portal.public_web.PORTS", {"http": server.server_address[1]})
    found = answer(url, loopback_too=False)
    assert found.status is None
    assert server.asked == []


@pytest.mark.parametrize("port", ["", ":80"])
def test_without_the_setting_this_machine_is_not_public(server, port):
    assert answer(f"http://localhost{port}/fine", loopback_too=False).problem == link_visits.NOT_PUBLIC
    assert "port" in answer(f"{server.address}/fine", loopback_too=False).problem


class Looks:
    """A name server that says what a test wants, one list of addresses after the other."""

    def __init__(self, *said):
        self.said = list(said)
        self.asked = []

    async def __call__(self, name, port, **kwargs):
        self.asked.append(name)
        addresses = self.said.pop(0) if len(self.said) > 1 else self.said[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


def connecting(looks, *urls, monkeypatch):
    """The addresses that connections were made to, for requests through the real transport."""
    connected = []

    async def note(remote_host, **kwargs):
        connected.append(remote_host)
        raise OSError("not in a test")

    async def run():
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "getaddrinfo", looks)
        monkeypatch.setattr("anyio.connect_tcp", note)
        refused = 0
        for url in urls:
            async with httpx.AsyncClient(transport=PublicWeb(httpx.create_ssl_context()), trust_env=False) as client:
                try:
                    await client.get(url)
                except NotPublic:
                    refused += 1
                except httpx.ConnectError:
                    pass
        return refused

    return connected, asyncio.run(run())


@pytest.mark.parametrize("address", ["169.254.169.254", "127.0.0.1", "10.1.2.3", "::1", "::ffff:10.0.0.1"])
def test_a_public_name_with_a_private_address_is_refused(monkeypatch, address):
    connected, refused = connecting(Looks([address]), "https://www.example.org/", monkeypatch=monkeypatch)
    assert (connected, refused) == ([], 1)


def test_of_several_addresses_only_the_public_ones_are_tried(monkeypatch):
    looks = Looks(["10.0.0.1", "8.8.8.8", "::1", "8.8.4.4"])
    connected, _ = connecting(looks, "https://www.example.org/", monkeypatch=monkeypatch)
    assert connected == ["8.8.8.8", "8.8.4.4"]


def test_a_name_that_changes_its_address_after_the_look_up_gains_nothing(monkeypatch):
    """The connection is to the address that was checked; the name is not looked up a second time for it."""
    looks = Looks(["8.8.8.8"], ["127.0.0.1"])
    connected, refused = connecting(
        looks, "http://rebinding.example.org/", "http://rebinding.example.org/", monkeypatch=monkeypatch
    )
    assert connected == ["8.8.8.8"]
    assert refused == 1
    assert looks.asked == ["rebinding.example.org"] * 2


def test_a_redirect_to_the_metadata_of_a_cloud_is_not_followed(server, monkeypatch):
    """The first server is reached, as if public; where it leads is looked at like any other address."""
    monkeypatch.setattr("selfharm_portal.public_web.is_public", lambda address: address in ("127.0.0.1", "::1"))
    monkeypatch.setattr("selfharm_portal.public_web.PORTS", {"http": server.server_address[1]})
    monkeypatch.setattr("resources.link_health.refusal", lambda url, loopback_too: "")
    found = answer(f"{server.address}/to-metadata", loopback_too=False)
    assert [hop.url for hop in found.hops] == ["http://169.254.169.254/latest/meta-data/"]
    assert found.problem == link_visits.NOT_PUBLIC
