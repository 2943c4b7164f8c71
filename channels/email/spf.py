"""SPF: whether a server may send for a domain (RFC 7208). No library for it is well kept, and the
evaluation is short: ten look-ups, two of them without an answer, and the deadline of the zone."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field

from channels.email.relays import Ip
from channels.email.zone import NoAnswer, Zone

MAX_LOOKUPS = 10  # RFC 7208, 4.6.4
MAX_VOID = 2
MAX_HOSTS = 10  # of one MX
MAX_TERMS = 100

_RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_TERM = re.compile(
    r"([+?~-]?)(all|include|a|mx|ptr|exists)(?::([^\s/]{1,500}))?((?:/\d{1,3})?(?://\d{1,3})?)",
    re.IGNORECASE,
)
_IP_TERM = re.compile(r"([+?~-]?)(ip4|ip6):([0-9a-f.:]+)(/\d{1,3})?", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)", re.IGNORECASE)
_MACRO = re.compile(r"%(?:\{([slodiphcrtv])(\d{0,2})(r?)([.\-+,/_=]*)\}|([%_-]))", re.IGNORECASE)
_DOMAIN = re.compile(r"[^\s/]{1,253}")


class _Fault(Exception):
    """The check ends with this verdict."""


@dataclass
class Spf:
    """One check of the server at ``ip``, which said HELO and then MAIL FROM ``sender``."""

    zone: Zone
    ip: Ip
    sender: str
    helo: str = ""
    _lookups: int = field(default=0, init=False)
    _void: int = field(default=0, init=False)

    def verdict(self) -> str:
        """pass, fail, softfail, neutral, none, temperror or permerror. Never raises."""
        try:
            return self._check(self.sender.rpartition("@")[2])
        except _Fault as fault:
            return str(fault)
        except NoAnswer:
            return "temperror"
        except (ValueError, RecursionError):
            return "permerror"

    def _check(self, domain: str) -> str:
        record = self._record(domain)
        if record is None:
            return "none"
        redirect = ""
        for term in record.split()[1:MAX_TERMS]:
            modifier = _MODIFIER.fullmatch(term)
            if modifier:
                redirect = modifier[2] if modifier[1].lower() == "redirect" else redirect
            elif (found := self._term(term, domain)) is not None:
                return found
        if not redirect:
            return "neutral"
        self._count()
        verdict = self._check(self._expanded(redirect, domain))
        return "permerror" if verdict == "none" else verdict

    def _record(self, domain: str) -> str | None:
        if not _DOMAIN.fullmatch(domain) or "." not in domain:
            return None
        records = [r for r in self.zone.ask(domain, "TXT") if r.lower().split(" ")[0] == "v=spf1"]
        if len(records) > 1:
            raise _Fault("permerror")
        return records[0] if records else None

    def _term(self, term: str, domain: str) -> str | None:
        """What the term decides; None when it does not match."""
        found = _IP_TERM.fullmatch(term) or _TERM.fullmatch(term)
        if not found:
            raise _Fault("permerror")
        qualifier, name, value, lengths = found[1] or "+", found[2].lower(), found[3], found[4]
        matches = self._matches(name, value or "", lengths or "", domain)
        return _RESULTS[qualifier] if matches else None

    def _matches(self, name: str, value: str, lengths: str, domain: str) -> bool:
        if name == "all":
            return True
        if name in ("ip4", "ip6"):
            return self.ip in ipaddress.ip_network(value + lengths, strict=False)
        self._count()
        target = self._expanded(value, domain) if value else domain
        if name == "include":
            return self._includes(target)
        if name == "exists":
            return bool(self._asked(target, "A"))
        if name == "ptr":  # "do not use" (RFC 7208, 5.5): slow, and whose it is, is theirs to say
            return False
        hosts = self._asked(target, "MX")[:MAX_HOSTS] if name == "mx" else (target,)
        return any(self._is_at(host, lengths) for host in hosts)

    def _includes(self, target: str) -> bool:
        verdict = self._check(target)
        if verdict in ("temperror", "permerror"):
            raise _Fault(verdict)
        if verdict == "none":
            raise _Fault("permerror")
        return verdict == "pass"

    def _is_at(self, host: str, lengths: str) -> bool:
        four, _, six = lengths.removeprefix("/").partition("//") if lengths else ("", "", "")
        if lengths.startswith("//"):
            four, six = "", lengths[2:]
        kind, bits, most = ("A", four, 32) if self.ip.version == 4 else ("AAAA", six, 128)
        return any(
            self.ip in ipaddress.ip_network(f"{address}/{bits or most}", strict=False)
            for address in self._asked(host, kind)
        )

    def _count(self) -> None:
        self._lookups += 1
        if self._lookups > MAX_LOOKUPS:
            raise _Fault("permerror")

    def _asked(self, name: str, kind: str) -> tuple[str, ...]:
        found = self.zone.ask(name, kind)
        if not found:
            self._void += 1
            if self._void > MAX_VOID:
                raise _Fault("permerror")
        return found

    def _expanded(self, text: str, domain: str) -> str:
        """The macros of RFC 7208, 7; what is left of an unknown one is an error."""
        values = self._values(domain)

        def expand(match: re.Match[str]) -> str:
            if match[5]:
                return {"%": "%", "_": " ", "-": "%20"}[match[5]]
            value = values.get(match[1].lower(), "unknown")
            parts = re.split(f"[{re.escape(match[4] or '.')}]", value)
            parts = parts[::-1] if match[3] else parts
            return ".".join(parts[-int(match[2]) :] if match[2] and int(match[2]) else parts)

        expanded = _MACRO.sub(expand, text)
        if "%" in _MACRO.sub("", text):
            raise _Fault("permerror")
        return expanded[-253:].lstrip(".")

    def _values(self, domain: str) -> dict[str, str]:
        local, _, host = self.sender.rpartition("@")
        spread = ".".join(self.ip.exploded.replace(":", "")) if self.ip.version == 6 else ""
        return {
            "s": self.sender, "l": local or "postmaster", "o": host, "d": domain,
            "i": spread or str(self.ip), "v": "ip6" if spread else "in-addr", "h": self.helo,
        }  # fmt: skip
