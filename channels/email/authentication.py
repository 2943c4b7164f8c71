"""Who really sent it: what a receiving server that we trust found out, or our own checks.

A From header is only a claim (RFC 7489, 3.1): proof needs a passed check whose domain is aligned
with the From domain. Each check is kept with its verdict, in the words of RFC 8601. What a stranger
handed to our own listener names no server that we trust, whatever its header says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from channels.email.authentication_header import judged, trusted_results
from channels.email.checks import Check, Checked
from channels.email.headers import addresses
from channels.email.own_checks import check
from channels.email.sending_server import sending_server, stranger
from channels.email.settings import EmailSettings
from channels.email.structure import Part
from channels.email.zone import Lookup
from channels.message import Proof


@dataclass(frozen=True, slots=True)
class Authentication:
    """``method``: how it was found out; ``detail``: a sentence for the agent."""

    method: str  # off | header | dns
    passed: bool
    detail: str
    domain: str = ""  # the From domain
    results: str = ""  # the header as the trusted server wrote it
    checks: tuple[Check, ...] = ()

    @property
    def proof(self) -> Proof:
        return Proof.DMARC if self.passed else Proof.NONE

    def as_facts(self) -> dict[str, object]:
        return asdict(self) | {"checks": [asdict(check) for check in self.checks]}


def authenticate(
    mail: Part,
    raw: bytes,
    meta: Mapping[str, str],
    settings: EmailSettings,
    dns: Lookup | None = None,
) -> Authentication:
    """What is known about the sender by the inbox's settings. Never raises.

    ``meta``: how the mail came, as its envelope keeps it.
    """
    method = settings.authentication
    if method == "off":
        return Authentication("off", False, "Senders of this inbox are not checked.")
    domain = _from_domain(mail)
    if not domain:
        return Authentication(method, False, "There is no single From address to check.")
    if method == "header":
        return _by_header(mail, domain, meta, settings)
    found = check(mail, raw, domain, sending_server(mail, meta, settings), dns)
    return _authentication("dns", found, domain)


def _from_domain(mail: Part) -> str:
    """The one From domain; several From fields or addresses prove nothing (RFC 7489, 6.6.1)."""
    values = mail.values("from")
    found = addresses(values)
    return found[0].value.rpartition("@")[2] if len(values) == 1 and len(found) == 1 else ""


def _by_header(
    mail: Part, domain: str, meta: Mapping[str, str], settings: EmailSettings
) -> Authentication:
    peer = stranger(meta, settings)
    if peer is not None:
        said = f"{peer} handed the mail in, and is no relay of this inbox."
        return Authentication("header", False, said, domain)
    trusted = settings.trusted_authserv
    found = trusted_results(mail, trusted)
    if found is None:
        said = f"{trusted or 'The trusted server'} wrote no Authentication-Results."
        return Authentication("header", False, said, domain)
    plain, header = found
    return _authentication("header", judged(domain, plain), domain, header)


def _authentication(method: str, found: Checked, domain: str, header: str = "") -> Authentication:
    return Authentication(method, found.passed, found.detail, domain, header[:1_000], found.checks)
