"""Who really sent it: DMARC by a receiving server that we trust, or DKIM that we check ourselves.

A From header is only a claim (RFC 7489, 3.1): proof needs a passed check whose domain is aligned
with the From domain.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache

from publicsuffixlist import PublicSuffixList

from channels.email.headers import addresses
from channels.email.settings import EmailSettings
from channels.email.structure import Part
from channels.message import Proof

# name -> the TXT record, or None; raises when it cannot be looked up. ``timeout`` in seconds.
DnsLookup = Callable[..., bytes | None]

DNS_SECONDS = 1.0  # for all look-ups of one mail together
MAX_SIGNATURES = 3
MAX_RESULTS = 8_000  # characters of an Authentication-Results header
MAX_SIGNED = 3_000_000  # bytes; canonicalizing more takes too long

_RESULT = re.compile(r"\s*([a-z][\w-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(header|smtp|policy)\s*\.\s*([a-z]+)\s*=\s*([^\s;]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Authentication:
    """``method``: how it was found out; ``detail``: a sentence for the agent."""

    method: str  # off | header | dns
    passed: bool
    detail: str
    domain: str = ""  # the From domain
    results: str = ""  # the header as the trusted server wrote it

    @property
    def proof(self) -> Proof:
        return Proof.DMARC if self.passed else Proof.NONE

    def as_facts(self) -> dict[str, object]:
        return asdict(self)


def authenticate(
    mail: Part, raw: bytes, settings: EmailSettings, dns: DnsLookup | None = None
) -> Authentication:
    """What is known about the sender by the inbox's settings. Never raises."""
    method = settings.authentication
    if method == "off":
        return Authentication("off", False, "Senders of this inbox are not checked.")
    domain = _from_domain(mail)
    if not domain:
        return Authentication(method, False, "There is no single From address to check.")
    if method == "header":
        return _by_header(mail, domain, settings.trusted_authserv)
    return _by_dkim(mail, raw, domain, dns)


def _from_domain(mail: Part) -> str:
    """The one From domain; several From fields or addresses prove nothing (RFC 7489, 6.6.1)."""
    values = mail.values("from")
    found = addresses(values)
    return found[0].value.rpartition("@")[2] if len(values) == 1 and len(found) == 1 else ""


def _by_header(mail: Part, domain: str, trusted: str) -> Authentication:
    """The topmost results by the trusted server (RFC 8601, 5); others may be anybody's."""
    for value in mail.values("authentication-results"):
        plain = _plain(value[:MAX_RESULTS])
        authserv, _, results = plain.partition(";")
        if _same(authserv, trusted):
            return _judged(domain, results, value)
    said = f"{trusted or 'The trusted server'} wrote no Authentication-Results."
    return Authentication("header", False, said, domain)


def _same(authserv: str, trusted: str) -> bool:
    names = authserv.lower().split()
    return bool(names) and bool(trusted) and names[0] == trusted.strip().lower()


def _plain(value: str) -> str:
    """Without comments and quoted strings (RFC 5322, 3.2), in which anything may stand."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in value:
        if escaped or char == "\\":
            escaped = not escaped
        elif quoted or (char == '"' and not depth):
            quoted = not (quoted and char == '"')
        elif char in "()":
            depth = max(depth + (1 if char == "(" else -1), 0)
        elif not depth:
            kept.append(char)
    return "".join(kept)


def _judged(domain: str, results: str, header: str) -> Authentication:
    found = [_result(each) for each in results.split(";")]
    dmarc = [(verdict, named) for method, verdict, named in found if method == "dmarc"]
    shown = header[:1_000]
    if dmarc:
        verdict, named = dmarc[0]
        if verdict == "pass" and named.get("header.from", domain) == domain:
            return Authentication("header", True, f"DMARC passed for {domain}.", domain, shown)
        if verdict not in ("none", "pass"):
            said = f"DMARC did not pass for {domain}: {verdict}."
            return Authentication("header", False, said, domain, shown)
    for method, verdict, named in found:
        signer = named.get("header.d") or named.get("header.i", "").rpartition("@")[2]
        if method == "dkim" and verdict == "pass" and is_aligned(signer, domain):
            said = f"DKIM passed for {signer}, aligned with {domain}."
            return Authentication("header", True, said, domain, shown)
    return Authentication("header", False, f"Nothing proves {domain}.", domain, shown)


def _result(text: str) -> tuple[str, str, dict[str, str]]:
    match = _RESULT.match(text)
    if not match:
        return "", "", {}
    named = {
        f"{kind}.{name}".lower(): value.lower() for kind, name, value in _PROPERTY.findall(text)
    }
    return match[1].lower(), match[2].lower(), named


def is_aligned(signer: str, domain: str) -> bool:
    """Relaxed alignment: one organizational domain (RFC 7489, 3.1.1)."""
    signer, domain = signer.lower().rstrip("."), domain.lower().rstrip(".")
    if not signer or not domain:
        return False
    return signer == domain or organization(signer) == organization(domain) != ""


def organization(domain: str) -> str:
    """The organizational domain by the public suffix list; "" for a public suffix itself."""
    return str(_public_suffixes().privatesuffix(domain) or "")


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _by_dkim(mail: Part, raw: bytes, domain: str, dns: DnsLookup | None) -> Authentication:
    if len(raw) > MAX_SIGNED:
        return Authentication("dns", False, "The mail is too large to check its signature.", domain)
    look_up = _bounded(dns, time.monotonic() + DNS_SECONDS)
    reasons: list[str] = []
    for number, value in enumerate(mail.values("dkim-signature")[:MAX_SIGNATURES]):
        signer = _tag(value, "d")
        refused = _refused(value, signer, domain, look_up) or _verified(raw, number, look_up)
        if not refused:
            said = f"DKIM passed for {signer}, aligned with {domain}."
            return Authentication("dns", True, said, domain)
        reasons.append(refused)
    said = " ".join(reasons) or "The mail is not signed."
    return Authentication("dns", False, said, domain)


def _tag(signature: str, name: str) -> str:
    tags = (each.partition("=") for each in signature.split(";"))
    return next(("".join(value.split()) for key, _, value in tags if key.strip() == name), "")


def _refused(signature: str, signer: str, domain: str, look_up: DnsLookup) -> str:
    """Why that signature proves nothing even if it verifies; "" when it may."""
    if not is_aligned(signer, domain):
        return f"A signature by {signer[:100]} says nothing about {domain}."
    if _tag(signature, "l"):
        return "The signature covers a part of the mail only (l=)."
    if signer.lower() != domain and _wants_strict(domain, look_up):
        return f"{domain} asks for strict alignment."
    return ""


def _wants_strict(domain: str, look_up: DnsLookup) -> bool:
    """adkim=s in the domain's DMARC record (RFC 7489, 6.3); unknown counts as strict."""
    try:
        names = dict.fromkeys((domain, organization(domain)))
        records = (look_up(f"_dmarc.{name}.".encode()) for name in names if name)
        record = next((each for each in records if each), b"")
    except Exception:
        return True
    return _tag(record.decode("ascii", "replace"), "adkim").lower() == "s"


def _verified(raw: bytes, number: int, look_up: DnsLookup) -> str:
    """ "" when signature ``number`` verifies, else why not."""
    import dkim

    try:
        passed = dkim.DKIM(raw, timeout=DNS_SECONDS).verify(idx=number, dnsfunc=look_up)
    except dkim.DnsTimeoutError:
        return "The signature's key could not be looked up in time."
    except Exception as problem:  # dkimpy raises what it meets: ValueError, KeyError, ...
        return f"The signature cannot be checked ({type(problem).__name__})."
    return "" if passed else "The signature does not match the mail."


def _bounded(dns: DnsLookup | None, deadline: float) -> DnsLookup:
    """Look-ups that together end by the deadline."""
    import dkim

    def look_up(name: bytes, timeout: float = DNS_SECONDS) -> bytes | None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise dkim.DnsTimeoutError("no time left")
        found = (dns or dkim.get_txt)(name, timeout=min(left, timeout))
        return found if found is None or isinstance(found, bytes) else str(found).encode()

    return look_up
