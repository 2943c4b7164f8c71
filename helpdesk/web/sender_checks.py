"""What the checks of a mail's sender came to, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from helpdesk.web.language import _, locale_name

_METHODS = {"spf": "SPF", "dkim": "DKIM", "dmarc": "DMARC", "arc": "ARC"}


def summary(found: Mapping[str, Any]) -> str:
    """Whether the sender is proved, in a sentence."""
    if found.get("method") == "off":
        return _("Senders of this inbox are not checked.")
    if not found.get("domain"):
        return _("There is no single sender's address to check.")
    if found.get("passed"):
        return _("The sender's address is proved: %(domain)s.", domain=found["domain"])
    return _("Nothing proves the sender's address: %(domain)s.", domain=found["domain"])


def checks(found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Method, verdict in words, and whom it is about."""
    words = _verdicts(locale_name())
    return [
        (
            _METHODS.get(each["method"], each["method"]),
            words.get(each["verdict"], each["verdict"]),
            each["domain"],
        )
        for each in found.get("checks", ())
    ]


@cache
def _verdicts(_locale: str) -> dict[str, str]:
    """The verdicts of RFC 8601, 2.7."""
    return {
        "pass": _("passed"),
        "fail": _("failed"),
        "softfail": _("failed softly"),
        "neutral": _("says nothing"),
        "none": _("not there"),
        "temperror": _("could not be looked up"),
        "permerror": _("cannot be read"),
        "policy": _("not accepted"),
    }
