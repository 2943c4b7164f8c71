"""From is never authority: only what is proven and aligned counts (promise 3)."""

import time
from collections.abc import Callable

import dkim
import pytest

from channels.email import EmailSettings
from channels.email.alignment import is_aligned
from channels.email.parse import parse_mail
from channels.message import InboundMessage, Proof, RawEnvelope
from tests.channels.email.mails import INBOX, WHEN, mail, message

TRUSTING = EmailSettings(authentication="header", trusted_authserv="mx.shop.example")
CHECKING = EmailSettings(authentication="dns")


def results(*lines: str, **headers: str) -> bytes:
    named = "".join(f"Authentication-Results: {line}\r\n" for line in lines)
    return named.encode() + mail(**headers)


@pytest.mark.parametrize(
    "line",
    [
        "mx.shop.example; dmarc=pass header.from=customer.example",
        "MX.shop.example 1; spf=fail smtp.mailfrom=x.example; dmarc=pass (p=none) "
        "header.from=customer.example",
        "mx.shop.example; dkim=pass header.d=customer.example",
        "mx.shop.example; dkim=pass header.i=@mail.customer.example header.s=s1",
        "mx.shop.example; dmarc=none header.from=customer.example; dkim=pass "
        "header.d=customer.example",
        "mx.shop.example;\r\n dkim=fail (a (nested) comment; dkim=pass);\r\n dmarc=pass "
        "header.from=customer.example",
    ],
)
def test_a_pass_by_the_trusted_server_proves_the_sender(line):
    assert message(results(line), TRUSTING).sender.proof is Proof.DMARC


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["evil.example; dmarc=pass header.from=customer.example"],
        ["mx.shop.example.evil.example; dmarc=pass header.from=customer.example"],
        ["mx.shop.example; dmarc=fail header.from=customer.example"],
        ["mx.shop.example; dmarc=pass header.from=other.example"],
        ["mx.shop.example; dkim=pass header.d=other.example"],
        ["mx.shop.example; spf=pass smtp.mailfrom=customer.example"],
        ["mx.shop.example; none"],
        ["mx.shop.example; dkim=fail (dmarc=pass header.from=customer.example)"],
        ['mx.shop.example; dkim=fail reason="dmarc=pass header.from=customer.example"'],
        ['mx.shop.example; dkim=fail reason="; dmarc=pass header.from=customer.example"'],
        [r'mx.shop.example; dkim=fail (\) "; dmarc=pass header.from=customer.example)'],
        # only the topmost: what lies below may have come with the mail
        ["mx.shop.example; dmarc=fail", "mx.shop.example; dmarc=pass header.from=customer.example"],
        ["mx.shop.example; dmarc=fail; dkim=pass header.d=customer.example"],
    ],
)
def test_anything_else_proves_nothing(lines):
    assert message(results(*lines), TRUSTING).sender.proof is Proof.NONE


def test_two_from_addresses_prove_nothing():
    line = "mx.shop.example; dmarc=pass header.from=customer.example"
    two = results(line, from_="ann@customer.example, bob@other.example")
    assert message(two, TRUSTING).sender.proof is Proof.NONE
    repeated = b"From: bob@other.example\r\n" + results(line)
    assert message(repeated, TRUSTING).sender.proof is Proof.NONE


def test_an_inbox_that_checks_nothing_believes_nothing():
    found = message(results("mx.shop.example; dmarc=pass header.from=customer.example"))
    assert found.sender.proof is Proof.NONE
    assert found.facts["authentication"] == {
        "method": "off",
        "passed": False,
        "detail": "Senders of this inbox are not checked.",
        "domain": "",
        "results": "",
        "checks": [],
    }


@pytest.mark.parametrize(
    ("signer", "domain", "aligned"),
    [
        ("customer.example", "customer.example", True),
        ("mail.customer.example", "customer.example", True),
        ("customer.example", "mail.customer.example", True),
        ("customer.example", "evilcustomer.example", False),
        ("co.uk", "bank.co.uk", False),
        ("evil.co.uk", "bank.co.uk", False),
        ("mail.bank.co.uk", "bank.co.uk", True),
        ("", "customer.example", False),
    ],
)
def test_alignment_is_by_organization(signer, domain, aligned):
    assert is_aligned(signer, domain) is aligned


# Signatures that we check ourselves


@pytest.fixture(scope="module")
def keys() -> tuple[bytes, bytes]:
    """A private key in PEM and its DNS record."""
    from base64 import b64encode

    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        PublicFormat,
    )

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return pem, b"v=DKIM1; k=rsa; p=" + b64encode(public)


Look = Callable[[str, str, float], list[str]]


def signed(raw: bytes, pem: bytes, domain: bytes = b"customer.example", **more: object) -> bytes:
    return dkim.sign(raw, b"s1", domain, pem, **more) + raw


def zone_of(records: dict[bytes, bytes]) -> Look:
    texts = {name.decode().rstrip("."): record.decode() for name, record in records.items()}
    return lambda name, kind, seconds: [texts[name]] if kind == "TXT" and name in texts else []


def proof(raw: bytes, records: dict[bytes, bytes] | Look) -> InboundMessage:
    look = records if callable(records) else zone_of(records)
    found = parse_mail(RawEnvelope(raw, WHEN, INBOX), CHECKING, look)
    assert isinstance(found, InboundMessage)
    return found


def test_an_aligned_signature_proves_the_sender(keys):
    pem, record = keys
    found = proof(signed(mail(), pem), {b"s1._domainkey.customer.example.": record})
    assert found.sender.proof is Proof.DMARC
    assert found.facts["authentication"]["detail"] == (  # type: ignore[index]
        "DKIM passed for customer.example, aligned with customer.example."
    )


def test_a_changed_mail_is_not_proven(keys):
    pem, record = keys
    raw = signed(mail("Pay Bob"), pem).replace(b"Pay Bob", b"Pay Eve")
    assert proof(raw, {b"s1._domainkey.customer.example.": record}).sender.proof is Proof.NONE


def test_a_strangers_signature_is_not_aligned(keys):
    pem, record = keys
    raw = signed(mail(), pem, b"evil.example")
    assert proof(raw, {b"s1._domainkey.evil.example.": record}).sender.proof is Proof.NONE


def test_strict_alignment_is_honoured(keys):
    pem, record = keys
    raw = signed(mail(from_="ann@shop.customer.example"), pem)
    records = {b"s1._domainkey.customer.example.": record}
    assert proof(raw, records).sender.proof is Proof.DMARC
    records[b"_dmarc.customer.example."] = b"v=DMARC1; p=none; adkim=s"
    assert proof(raw, records).sender.proof is Proof.NONE


def test_a_signature_over_a_part_of_the_body_proves_nothing(keys):
    pem, record = keys
    raw = signed(mail(), pem, length=True) + b"and more"
    assert proof(raw, {b"s1._domainkey.customer.example.": record}).sender.proof is Proof.NONE


def test_slow_dns_costs_a_second_at_most_and_proves_nothing(keys):
    pem, _ = keys
    raw = signed(signed(signed(mail(), pem), pem), pem)

    def slow(name: str, kind: str, seconds: float) -> list[str]:
        time.sleep(seconds)
        raise TimeoutError("slow")

    started = time.monotonic()
    assert proof(raw, slow).sender.proof is Proof.NONE
    assert time.monotonic() - started < 1.5


def test_dns_may_raise_what_it_likes(keys):
    pem, _ = keys

    def burst(name: str, kind: str, seconds: float) -> list[str]:
        raise OSError("no network")

    assert proof(signed(mail(), pem), burst).sender.proof is Proof.NONE


@pytest.mark.parametrize("value", ["", "v=1", "d=customer.example", "d=customer.example; b=%%%"])
def test_broken_signatures_prove_nothing(value):
    assert proof(mail(dkim_signature=value or " "), {}).sender.proof is Proof.NONE


# SPF, DMARC and ARC beside it

MX = "mx.shop.example"
ASKING = EmailSettings(authentication="dns", trusted_authserv=MX)
HANDED_IN = f"from out.customer.example (unknown [192.0.2.7]) by {MX} with ESMTP; Wed, 4 Mar 2026"


def checked(raw: bytes, texts: dict[str, str]) -> tuple[Proof, dict[str, tuple[str, str]]]:
    look: Look = lambda name, kind, seconds: [texts[name]] if name in texts else []  # noqa: E731
    found = parse_mail(RawEnvelope(raw, WHEN, INBOX), ASKING, look)
    assert isinstance(found, InboundMessage)
    checks = found.facts["authentication"]["checks"]  # type: ignore[index]
    return found.sender.proof, {c["method"]: (c["verdict"], c["domain"]) for c in checks}


SPF = {"customer.example": "v=spf1 ip4:192.0.2.0/24 -all"}
DMARC = {"_dmarc.customer.example": "v=DMARC1; p=reject"}


def test_spf_proves_where_a_dmarc_policy_accepts_it():
    raw = mail(received=HANDED_IN, return_path="<ann@customer.example>")
    proved, checks = checked(raw, SPF | DMARC)
    assert proved is Proof.DMARC
    assert checks == {
        "spf": ("pass", "customer.example"), "dmarc": ("pass", "customer.example"),
    }  # fmt: skip
    proved, checks = checked(raw, SPF)
    assert (proved, checks["dmarc"][0]) == (Proof.NONE, "none")


@pytest.mark.parametrize(
    ("headers", "texts", "spf", "dmarc"),
    [
        ({"return_path": "<a@evil.example>"}, {"evil.example": "v=spf1 +all"}, "pass", "fail"),
        ({"return_path": "<a@customer.example>"},
         {"customer.example": "v=spf1 ip4:198.51.100.1 -all"}, "fail", "fail"),
        ({"return_path": "<a@mail.customer.example>"},
         {"mail.customer.example": "v=spf1 +all",
          "_dmarc.customer.example": "v=DMARC1; p=none; aspf=s"}, "pass", "fail"),
    ],
)  # fmt: skip
def test_spf_of_another_domain_proves_nothing(headers, texts, spf, dmarc):
    proved, checks = checked(mail(received=HANDED_IN, **headers), SPF | DMARC | texts)
    assert proved is Proof.NONE
    assert (checks["spf"][0], checks["dmarc"][0]) == (spf, dmarc)


@pytest.mark.parametrize(
    "received",
    [
        "",
        "from x.example (unknown [192.0.2.7]) by mx.evil.example with ESMTP",
        f"from x.example by {MX} (unknown [192.0.2.7])",
        "from " + "x" * 5_000 + " [192.0.2.7] by " * 50,
    ],
)
def test_without_a_line_of_the_trusted_server_spf_is_not_asked(received):
    raw = mail(received=received, return_path="<ann@customer.example>")
    proved, checks = checked(raw, SPF | DMARC)
    assert proved is Proof.NONE
    assert "spf" not in checks


class _Results:
    """What dkimpy asks of the package authres, which nobody keeps any more: one result."""

    AuthenticationResultsHeader = None
    authserv_id, method, result = MX, "spf", "pass"

    def __str__(self) -> str:
        return "spf=pass"

    @property
    def results(self):
        return [self]

    @classmethod
    def parse(cls, value: str):
        return cls()


def test_the_chain_of_seals_is_shown_and_proves_nothing(keys, monkeypatch):
    pem, record = keys
    monkeypatch.setattr(_Results, "AuthenticationResultsHeader", _Results)
    monkeypatch.setattr(dkim, "authres", _Results, raising=False)
    raw = f"Authentication-Results: {MX}; spf=pass\r\n".encode() + mail()
    sealed = b"".join(dkim.arc_sign(raw, b"s1", b"list.example", pem, MX.encode())) + raw
    texts = {"s1._domainkey.list.example": record.decode()}
    proved, checks = checked(sealed, texts)
    assert (proved, checks["arc"]) == (Proof.NONE, ("pass", "list.example"))
    proved, checks = checked(sealed.replace(b"Hello", b"Hullo"), texts)
    assert (proved, checks["arc"][0]) == (Proof.NONE, "fail")


def test_a_chain_of_two_seals_holds_while_both_do(keys, monkeypatch):
    pem, record = keys
    monkeypatch.setattr(_Results, "AuthenticationResultsHeader", _Results)
    monkeypatch.setattr(dkim, "authres", _Results, raising=False)
    raw = f"Authentication-Results: {MX}; spf=pass\r\n".encode() + mail()
    texts = {}
    for sealer, found in (("list.example", "spf"), ("relay.example", "arc")):
        monkeypatch.setattr(_Results, "method", found)
        raw = b"".join(dkim.arc_sign(raw, b"s1", sealer.encode(), pem, MX.encode())) + raw
        texts[f"s1._domainkey.{sealer}"] = record.decode()
    assert raw.lower().count(b"arc-seal:") == 2
    proved, checks = checked(raw, texts)
    assert (proved, checks["arc"]) == (Proof.NONE, ("pass", "relay.example"))
    del texts["s1._domainkey.list.example"]
    assert checked(raw, texts)[1]["arc"][0] != "pass"


def test_what_the_trusted_server_found_is_shown_check_by_check():
    line = (
        "mx.shop.example; spf=softfail smtp.mailfrom=bounce@post.example; dkim=pass "
        "header.d=customer.example; dmarc=pass header.from=customer.example; arc=none"
    )
    facts = message(results(line), TRUSTING).facts["authentication"]
    assert [(c["method"], c["verdict"], c["domain"]) for c in facts["checks"]] == [  # type: ignore[index]
        ("spf", "softfail", "post.example"), ("dkim", "pass", "customer.example"),
        ("dmarc", "pass", "customer.example"), ("arc", "none", ""),
    ]  # fmt: skip
