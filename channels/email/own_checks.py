"""Our own checks of a mail's sender: DKIM, SPF and DMARC, and ARC for whoever reads it.

SPF is asked only where it is known which server sent the mail (``sending_server``).
"""

from __future__ import annotations

from channels.email.alignment import Policy, is_aligned, policy_of
from channels.email.checks import Check, Checked
from channels.email.sending_server import SendingServer
from channels.email.spf import Spf
from channels.email.structure import Part
from channels.email.zone import Lookup, NoAnswer, Zone

DNS_SECONDS = 1.0  # for all look-ups of one mail together
MAX_SIGNATURES = 3
MAX_SEALS = 10
MAX_SIGNED = 3_000_000  # bytes; canonicalizing more takes too long


def check(
    mail: Part, raw: bytes, domain: str, server: SendingServer | None, dns: Lookup | None
) -> Checked:
    """Whether the mail proves its From domain, and each check. Never raises."""
    if len(raw) > MAX_SIGNED:
        return Checked(False, "The mail is too large to check its signature.")
    zone = Zone(dns, DNS_SECONDS)
    policy, dmarc_fault = _policy(zone, domain)
    strict_dkim = policy.strict_dkim if policy else bool(dmarc_fault)  # unknown counts as strict
    signer, dkims, reasons = _dkim(mail, raw, domain, zone, strict=strict_dkim)
    spf, mailed = _spf(server, zone)
    by_spf = bool(policy) and spf == "pass" and is_aligned(
        mailed, domain, strict=bool(policy and policy.strict_spf)
    )  # fmt: skip
    checks = [*dkims, *([Check("spf", spf, mailed)] if spf else [])]
    checks.append(Check("dmarc", dmarc_fault or _dmarc(policy, bool(signer), by_spf), domain))
    checks += _arc(mail, raw, zone)
    return Checked(bool(signer) or by_spf, _detail(signer, by_spf, domain, reasons), tuple(checks))


def _policy(zone: Zone, domain: str) -> tuple[Policy | None, str]:
    try:
        return policy_of(zone, domain), ""
    except NoAnswer:
        return None, "temperror"


def _dmarc(policy: Policy | None, by_dkim: bool, by_spf: bool) -> str:
    if policy is None:
        return "none"
    return "pass" if by_dkim or by_spf else "fail"


def _detail(signer: str, by_spf: bool, domain: str, reasons: list[str]) -> str:
    if signer:
        return f"DKIM passed for {signer}, aligned with {domain}."
    if by_spf:
        return f"SPF passed for {domain}, and its DMARC policy accepts that."
    return " ".join(reasons) or "The mail is not signed."


def _dkim(
    mail: Part, raw: bytes, domain: str, zone: Zone, *, strict: bool
) -> tuple[str, list[Check], list[str]]:
    """Who signed it for the From domain ("" for nobody), the checks, and what spoke against it."""
    proving, checks, reasons = "", [], []
    for number, value in enumerate(mail.values("dkim-signature")[:MAX_SIGNATURES]):
        signer = _tag(value, "d")
        verdict, why = _verified(raw, number, zone)
        checks.append(Check("dkim", verdict, signer.lower()[:253]))
        refused = _says_nothing(value, signer, domain, strict=strict) or why
        if refused:
            reasons.append(refused)
        else:
            proving = proving or signer
    return proving, checks, reasons


def _says_nothing(signature: str, signer: str, domain: str, *, strict: bool) -> str:
    """Why that signature proves nothing even if it verifies; "" when it may."""
    if not is_aligned(signer, domain):
        return f"A signature by {signer[:100]} says nothing about {domain}."
    if _tag(signature, "l"):
        return "The signature covers a part of the mail only (l=)."
    if strict and signer.lower() != domain:
        return f"{domain} asks for strict alignment."
    return ""


def _tag(signature: str, name: str) -> str:
    tags = (each.partition("=") for each in signature.split(";"))
    return next(("".join(value.split()) for key, _, value in tags if key.strip() == name), "")


def _verified(raw: bytes, number: int, zone: Zone) -> tuple[str, str]:
    """The verdict on signature ``number``, and why it did not pass."""
    import dkim

    try:
        passed = dkim.DKIM(raw, timeout=DNS_SECONDS).verify(idx=number, dnsfunc=zone.key_record)
    except dkim.DnsTimeoutError:
        return "temperror", "The signature's key could not be looked up in time."
    except Exception as problem:  # dkimpy raises what it meets: ValueError, KeyError, ...
        return "permerror", f"The signature cannot be checked ({type(problem).__name__})."
    return ("pass", "") if passed else ("fail", "The signature does not match the mail.")


def _spf(server: SendingServer | None, zone: Zone) -> tuple[str, str]:
    """The verdict and the domain that was asked; "" where the sending server is not known."""
    if server is None:
        return "", ""
    return Spf(zone, server.ip, server.sender, server.helo).verdict(), server.mailed


def _arc(mail: Part, raw: bytes, zone: Zone) -> list[Check]:
    """The chain of seals (RFC 8617): shown, and no proof, as anybody can seal."""
    seals = mail.values("arc-seal")
    if not seals:
        return []
    signer = _tag(seals[0], "d").lower()[:253]
    if len(seals) > MAX_SEALS:
        return [Check("arc", "permerror", signer)]
    import dkim

    try:
        verdict = dkim.ARC(raw, timeout=DNS_SECONDS).verify(dnsfunc=zone.key_record)[0]
    except dkim.DnsTimeoutError:
        return [Check("arc", "temperror", signer)]
    except Exception:  # whatever dkimpy meets
        return [Check("arc", "permerror", signer)]
    return [Check("arc", verdict.decode() if isinstance(verdict, bytes) else verdict, signer)]
