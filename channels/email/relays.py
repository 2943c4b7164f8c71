"""Relays: servers of our own side that hand in what others sent, so that their address proves
nothing."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# This machine, private networks, and those that carriers and links keep to themselves.
USUAL = (
    "127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 169.254.0.0/16, "
    "::1, fc00::/7, fe80::/10"
)


@lru_cache(256)
def networks(written: str) -> tuple[Network, ...]:
    """The addresses and networks that were written, with commas or spaces between them.

    Raises ``ValueError`` with a sentence.
    """
    found: list[Network] = []
    for entry in written.replace(",", " ").split():
        try:
            found.append(ipaddress.ip_network(entry, strict=False))
        except ValueError:
            raise ValueError(f"{entry[:60]} is neither an address nor a network") from None
    return tuple(found)


def address(written: str) -> Ip | None:
    """An address as a socket or a Received line writes it; None when it is none."""
    try:
        found = ipaddress.ip_address(written)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def is_relay(ip: Ip, relays: str) -> bool:
    """Whether ``relays``, as ``networks`` reads them, name this address."""
    return any(ip in network for network in networks(relays))
