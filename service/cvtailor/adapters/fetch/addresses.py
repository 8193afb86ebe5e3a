"""Which addresses are public, and which of them a name leads to."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence

type Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the addresses of a host name; raises OSError if there are none."""

type Allows = Callable[[str], bool]
"""Says whether an address may be connected to."""

# `ipaddress` knows more or less of these, depending on the patch release of Python; so they stand here.
_REFUSED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; holds the metadata service of one cloud
        "127.0.0.0/8",
        "168.63.129.16/32",  # the platform address of one cloud, public only by its number
        "169.254.0.0/16",  # link-local; holds the metadata service of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # relays from IPv4 to IPv6
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocol assignments, among them Teredo, which carries IPv4
        "2001:db8::/32",
        "2002::/16",  # 6to4, which carries IPv4
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
# All else in IPv6 is local, multicast, or carries an IPv4 address: mapped, compatible, NAT64.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


def is_public(address: str) -> bool:
    """Says whether an address belongs to the public internet; what is no plain address does not."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and (parsed.scope_id or parsed not in _GLOBAL_UNICAST):
        return False
    return parsed.is_global and not any(parsed in block for block in _REFUSED)


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """Asks the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
