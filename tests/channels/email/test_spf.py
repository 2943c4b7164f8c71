"""SPF against zones made here: the terms, the limits and the faults of RFC 7208."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email.spf import Spf
from channels.email.zone import Zone

ZONE = {
    ("a.example", "A"): ["192.0.2.1", "192.0.2.2"],
    ("a.example", "AAAA"): ["2001:db8::1"],
    ("m.example", "MX"): ["mail.m.example"],
    ("mail.m.example", "A"): ["192.0.2.3"],
    ("good.example", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"],
    ("soft.example", "TXT"): ["v=spf1 ~all"],
    ("bad.example", "TXT"): ["v=spf1 nonsense:x -all"],
    ("two.example", "TXT"): ["v=spf1 -all", "v=spf1 +all"],
    ("loop.example", "TXT"): ["v=spf1 include:loop.example -all"],
    ("7.2.0.192._spf.x.example", "A"): ["127.0.0.2"],
    ("ann._at.x.example", "A"): ["127.0.0.2"],
}


def verdict(record: str | None, ip: str = "192.0.2.1", sender: str = "ann@x.example", **more):
    zone = dict(ZONE) | more.get("zone", {})
    if record is not None:
        zone[("x.example", "TXT")] = ["unrelated", record]
    look = more.get("look") or (lambda name, kind, seconds: zone.get((name, kind), []))
    return Spf(Zone(look, 1.0), ipaddress.ip_address(ip), sender, "helo.example").verdict()


@pytest.mark.parametrize(
    ("record", "ip", "wanted"),
    [
        (None, "192.0.2.1", "none"),
        ("v=spf10 +all", "192.0.2.1", "none"),
        ("v=spf1", "192.0.2.1", "neutral"),
        ("v=spf1 -all", "192.0.2.1", "fail"),
        ("v=spf1 ~all", "192.0.2.1", "softfail"),
        ("v=spf1 ?all", "192.0.2.1", "neutral"),
        ("v=spf1 all", "192.0.2.1", "pass"),
        ("V=SPF1 +ALL", "192.0.2.1", "pass"),
        ("v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.200", "pass"),
        ("v=spf1 ip4:192.0.2.0/24 -all", "192.0.3.1", "fail"),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::9", "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", "192.0.2.1", "fail"),
        ("v=spf1 a:a.example -all", "192.0.2.2", "pass"),
        ("v=spf1 a:a.example -all", "2001:db8::1", "pass"),
        ("v=spf1 a:a.example/24//64 -all", "192.0.2.77", "pass"),
        ("v=spf1 a:a.example//64 -all", "2001:db8::77", "pass"),
        ("v=spf1 mx:m.example -all", "192.0.2.3", "pass"),
        ("v=spf1 mx:m.example -all", "192.0.2.4", "fail"),
        ("v=spf1 include:good.example ?all", "192.0.2.1", "pass"),
        ("v=spf1 include:good.example ?all", "192.0.2.9", "neutral"),
        ("v=spf1 include:soft.example -all", "192.0.2.1", "fail"),
        ("v=spf1 include:nothing.example -all", "192.0.2.1", "permerror"),
        ("v=spf1 include:bad.example -all", "192.0.2.1", "permerror"),
        ("v=spf1 redirect=good.example", "192.0.2.1", "pass"),
        ("v=spf1 redirect=nothing.example", "192.0.2.1", "permerror"),
        ("v=spf1 exists:%{ir}._spf.x.example -all", "192.0.2.7", "pass"),
        ("v=spf1 exists:%{l}._at.%{d} -all", "192.0.2.9", "pass"),
        ("v=spf1 exists:%{q}.x.example -all", "192.0.2.9", "permerror"),
        ("v=spf1 ptr -all", "192.0.2.1", "fail"),
        ("v=spf1 ip4:nonsense -all", "192.0.2.1", "permerror"),
        ("v=spf1 ip4:192.0.2.1/99 -all", "192.0.2.1", "permerror"),
        ("v=spf1 unknown=x exp=y.example ip4:192.0.2.1 -all", "192.0.2.1", "pass"),
    ],
)
def test_a_record_says(record, ip, wanted):
    assert verdict(record, ip) == wanted


def test_two_records_and_loops_are_errors():
    assert verdict(None, sender="a@two.example") == "permerror"
    assert verdict(None, sender="a@loop.example") == "permerror"


def test_ten_look_ups_are_the_most():
    zone = {(f"n{n}.example", "A"): ["198.51.100.1"] for n in range(12)}
    ten = " ".join(f"a:n{n}.example" for n in range(10))
    assert verdict(f"v=spf1 {ten} +all", zone=zone) == "pass"
    assert verdict(f"v=spf1 {ten} a:n10.example +all", zone=zone) == "permerror"


def test_three_empty_answers_are_too_many():
    assert verdict("v=spf1 a:u1.example a:u2.example +all") == "pass"
    assert verdict("v=spf1 a:u1.example a:u2.example a:u3.example +all") == "permerror"


def test_dns_that_fails_is_temporary():
    def burst(name, kind, seconds):
        raise OSError("no network")

    assert verdict(None, look=burst) == "temperror"


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from(["192.0.2.1", "2001:db8::1"]))
def test_any_record_gets_a_verdict_at_once(record, ip):
    found = verdict(f"v=spf1 {record}", ip)
    assert found in ("pass", "fail", "softfail", "neutral", "none", "permerror")
