"""Whose address SPF is asked about: the peer's, unless it is a relay of ours."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from channels.email import EmailSettings
from channels.email.sending_server import sending_server, stranger
from channels.email.structure import parse_structure
from tests.channels.email.mails import mail

MX = "mx.shop.example"
LINE = f"from out.customer.example (unknown [192.0.2.7]) by {MX} with ESMTP; Wed, 4 Mar 2026"
USUAL = EmailSettings(trusted_authserv=MX)


def found(peer: str, settings: EmailSettings = USUAL, **headers: str) -> tuple[str, str, str]:
    meta = {"peer": peer, "helo": "[Mail.x.example]", "mail_from": "ann@x.example"}
    server = sending_server(parse_structure(mail(**headers)), meta, settings)
    return (str(server.ip), server.helo, server.sender) if server else ("", "", "")


@pytest.mark.parametrize(
    "peer",
    ["127.0.0.1", "127.9.9.9", "10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.9",
     "169.254.1.1", "::1", "fd00::5", "fe80::1", "fe80::1%eth0", "::ffff:10.1.2.3"],
)  # fmt: skip
def test_who_is_near_is_a_relay_until_the_settings_say_otherwise(peer):
    assert found(peer) == ("", "", "")
    assert found(peer, received=LINE) == ("192.0.2.7", "out.customer.example", "ann@x.example")


@pytest.mark.parametrize("peer", ["203.0.113.9", "2001:db8::9", "172.32.0.1"])
def test_anybody_else_is_who_sent_it_whatever_the_mail_says(peer):
    assert found(peer, received=LINE) == (peer, "mail.x.example", "ann@x.example")


def test_an_ipv4_address_in_ipv6_clothes_is_one():
    assert found("::ffff:203.0.113.9")[0] == "203.0.113.9"
    mapped = LINE.replace("192.0.2.7", "IPv6:::ffff:192.0.2.7")
    assert found("127.0.0.1", received=mapped)[0] == "192.0.2.7"


def test_the_settings_name_relays_elsewhere():
    settings = EmailSettings(trusted_authserv=MX, relays="203.0.113.0/28, 2001:db8::/32")
    assert found("203.0.113.9", settings, received=LINE)[0] == "192.0.2.7"
    assert found("2001:db8::9", settings) == ("", "", "")
    assert found("203.0.113.99", settings)[0] == "203.0.113.99"
    assert found("10.1.2.3", settings)[0] == "10.1.2.3"  # they say it all


def test_mail_that_came_another_way_has_no_peer():
    assert stranger({}, USUAL) is None
    assert stranger({"peer": "nonsense"}, USUAL) is None


@pytest.mark.parametrize("relays", ["mx.example.com", "10.0.0.0/99", "1.2.3"])
def test_a_relay_is_an_address_or_a_network(relays):
    with pytest.raises(ValidationError, match="neither an address nor a network"):
        EmailSettings(relays=relays)
