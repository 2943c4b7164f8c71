"""Reading the Authentication-Results header of a receiving server that we trust (RFC 8601)."""

from __future__ import annotations

import re

from channels.email.alignment import is_aligned
from channels.email.checks import Check, Checked
from channels.email.structure import Part

MAX_RESULTS = 8_000  # characters of the header
MAX_CHECKS = 12

_RESULT = re.compile(r"\s*([a-z][\w-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(header|smtp|policy)\s*\.\s*([a-z]+)\s*=\s*([^\s;]+)", re.IGNORECASE)
_SHOWN = ("spf", "dkim", "dmarc", "arc")

Result = tuple[str, str, dict[str, str]]
"""Method, verdict, and the properties by name ("header.d")."""


def trusted_results(mail: Part, trusted: str) -> tuple[str, str] | None:
    """The topmost results by the trusted server (RFC 8601, 5), without comments, and the header;
    others may be anybody's."""
    for value in mail.values("authentication-results"):
        plain = _plain(value[:MAX_RESULTS])
        authserv, _, results = plain.partition(";")
        if _same(authserv, trusted):
            return results, value
    return None


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


def judged(domain: str, results: str) -> Checked:
    """What those results prove of the From domain."""
    found = [_result(each) for each in results.split(";")]
    checks = tuple(_check(each) for each in found if each[0] in _SHOWN)[:MAX_CHECKS]
    passed, detail = _proves(found, domain)
    return Checked(passed, detail, checks)


def _proves(found: list[Result], domain: str) -> tuple[bool, str]:
    dmarc = [(verdict, named) for method, verdict, named in found if method == "dmarc"]
    if dmarc:
        verdict, named = dmarc[0]
        if verdict == "pass" and named.get("header.from", domain) == domain:
            return True, f"DMARC passed for {domain}."
        if verdict not in ("none", "pass"):
            return False, f"DMARC did not pass for {domain}: {verdict}."
    for method, verdict, named in found:
        signer = _signer(named)
        if method == "dkim" and verdict == "pass" and is_aligned(signer, domain):
            return True, f"DKIM passed for {signer}, aligned with {domain}."
    return False, f"Nothing proves {domain}."


def _result(text: str) -> Result:
    match = _RESULT.match(text)
    if not match:
        return "", "", {}
    named = {
        f"{kind}.{name}".lower(): value.lower() for kind, name, value in _PROPERTY.findall(text)
    }
    return match[1].lower(), match[2].lower(), named


def _check(result: Result) -> Check:
    method, verdict, named = result
    about = {
        "spf": named.get("smtp.mailfrom", named.get("smtp.helo", "")),
        "dkim": _signer(named),
        "dmarc": named.get("header.from", ""),
    }.get(method, "")
    return Check(method, verdict, about.rpartition("@")[2][:253])


def _signer(named: dict[str, str]) -> str:
    return named.get("header.d") or named.get("header.i", "").rpartition("@")[2]
