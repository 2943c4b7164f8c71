"""Alignment with the From domain, and the DMARC policy that says how strict it must be
(RFC 7489, 3.1 and 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from publicsuffixlist import PublicSuffixList

from channels.email.zone import Zone


@dataclass(frozen=True, slots=True)
class Policy:
    """A domain's DMARC record: what it asks for (none, quarantine, reject), and how strictly."""

    wanted: str
    strict_dkim: bool
    strict_spf: bool


def policy_of(zone: Zone, domain: str) -> Policy | None:
    """The policy of the domain, else of its organization; None without one.

    Raises ``NoAnswer``.
    """
    for name in dict.fromkeys((domain, organization(domain))):
        records = [r for r in zone.ask(f"_dmarc.{name}", "TXT") if _is_dmarc(r)] if name else []
        if len(records) == 1:
            tags = _tags(records[0])
            wanted = tags.get("p", "none")
            if name != domain:
                wanted = tags.get("sp", wanted)
            return Policy(wanted, tags.get("adkim") == "s", tags.get("aspf") == "s")
    return None


def _is_dmarc(record: str) -> bool:
    return record.split(";", maxsplit=1)[0].replace(" ", "").lower() == "v=dmarc1"


def _tags(record: str) -> dict[str, str]:
    pairs = (each.partition("=") for each in record.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs}


def is_aligned(signer: str, domain: str, *, strict: bool = False) -> bool:
    """Relaxed alignment is one organizational domain, strict is the very same domain."""
    signer, domain = signer.lower().rstrip("."), domain.lower().rstrip(".")
    if not signer or not domain:
        return False
    if strict:
        return signer == domain
    return signer == domain or organization(signer) == organization(domain) != ""


def organization(domain: str) -> str:
    """The organizational domain by the public suffix list; "" for a public suffix itself."""
    return str(_public_suffixes().privatesuffix(domain) or "")


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()
