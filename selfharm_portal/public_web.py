"""The way out to other servers: to public addresses only, whatever a name, a redirect or a look-up says.

A name is looked up once for each request, every address is checked here, and the connection is made to a checked
address itself, not to the name again: a name that answers differently the second time gains nothing. Certificates
are still checked against the name, and the server is still told it.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl

import httpx

PORTS = {"http": 80, "https": 443}

#: Addresses of IPv6 that are routed on the internet at all; outside of it are loopback, link-local, multicast, and
#: addresses that hide one of IPv4 (mapped, NAT64).
PUBLIC_IPV6 = ipaddress.IPv6Network("2000::/3")

#: Within what Python calls global, and yet not for us.
NOT_FOR_US = [
    ipaddress.ip_network(network)
    for network in [
        "168.63.129.16/32",  # a cloud's own service, on every machine of it
        "192.88.99.0/24",  # relays between IPv4 and IPv6, retired
        "2001::/32",  # Teredo: hides an address of IPv4
        "2002::/16",  # 6to4: hides one too
        "3fff::/20",  # for examples in documents
    ]
]


class NotPublic(httpx.TransportError):
    """The address is none of the public web, so nothing was sent to it."""


def is_public(address: str) -> bool:
    """Is this IP address one of the public internet? Source: IANA's registries of special addresses."""
    ip = ipaddress.ip_address(address.partition("%")[0])  # "%eth0" names the way out, as for link-local ones
    if isinstance(ip, ipaddress.IPv6Address) and ip not in PUBLIC_IPV6:
        return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOT_FOR_US)


def is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


class PublicWeb(httpx.AsyncBaseTransport):
    """For httpx.AsyncClient(transport=..., trust_env=False): without proxies, which would look names up themselves.

    loopback_too: also this machine's own addresses, and other ports. For tests, whose servers are here; a cloud's
    service for its machines, or a printer next door, is never asked even then.
    """

    def __init__(self, verify: ssl.SSLContext, *, loopback_too: bool = False) -> None:
        self.loopback_too = loopback_too
        self._connections = httpx.AsyncHTTPTransport(
            verify=verify,
            trust_env=False,
            limits=httpx.Limits(max_keepalive_connections=0),  # each request is looked up and checked anew
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        port = PORTS.get(request.url.scheme)
        if port is None or (request.url.port not in (None, port) and not self.loopback_too):
            raise NotPublic("Not http or https, or not at their usual ports", request=request)
        name = request.url.raw_host.decode("ascii")
        problem: httpx.TransportError = NotPublic("No public address", request=request)
        for address in await self.addresses(name, request.url.port or port):
            directly = httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,  # with the Host of the name
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": name},
            )
            try:
                return await self._connections.handle_async_request(directly)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                problem = error
        raise problem

    async def addresses(self, name: str, port: int) -> list[str]:
        """What the name leads to, without what is not public. Raises httpx.ConnectError if there is no such name."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise httpx.ConnectError(str(error)) from error
        addresses = dict.fromkeys(str(place[0]) for *_, place in found)
        return [address for address in addresses if is_public(address) or (self.loopback_too and is_loopback(address))]

    async def aclose(self) -> None:
        await self._connections.aclose()
