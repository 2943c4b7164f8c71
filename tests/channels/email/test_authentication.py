"""From is never authority: only what is proven and aligned counts (promise 3)."""

import time
from collections.abc import Callable

import dkim
import pytest

from channels.email import EmailSettings
from channels.email.authentication import is_aligned
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


Look = Callable[..., bytes | None]


def signed(raw: bytes, pem: bytes, domain: bytes = b"customer.example", **more: object) -> bytes:
    return dkim.sign(raw, b"s1", domain, pem, **more) + raw


def proof(raw: bytes, records: dict[bytes, bytes] | Look) -> InboundMessage:
    look = records if callable(records) else lambda name, timeout: records.get(name)
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

    def slow(name: bytes, timeout: float) -> bytes | None:
        time.sleep(timeout)
        raise dkim.DnsTimeoutError("slow")

    started = time.monotonic()
    assert proof(raw, slow).sender.proof is Proof.NONE
    assert time.monotonic() - started < 1.5


def test_dns_may_raise_what_it_likes(keys):
    pem, _ = keys

    def burst(name: bytes, timeout: float) -> bytes | None:
        raise OSError("no network")

    assert proof(signed(mail(), pem), burst).sender.proof is Proof.NONE


@pytest.mark.parametrize("value", ["", "v=1", "d=customer.example", "d=customer.example; b=%%%"])
def test_broken_signatures_prove_nothing(value):
    assert proof(mail(dkim_signature=value or " "), {}).sender.proof is Proof.NONE
