"""What the spam filter before us said, in a header that it adds."""

from __future__ import annotations

import re

from channels.email.charsets import clean_line
from channels.email.structure import Part

# SpamAssassin: "Yes, score=9.1 ..."; rspamd names what it would do; others say yes or true.
_SPAM = re.compile(
    r"\s*(yes|true|spam|add header|rewrite subject|reject|quarantine)\b", re.IGNORECASE
)


def spam_reason(mail: Part, names: str) -> str:
    """The header that calls it spam, e.g. "X-Spam-Flag: YES"; "" when none of ``names`` does."""
    for name in names.split(","):
        for value in mail.values(name.strip().lower()):
            if name.strip() and _SPAM.match(value):
                return f"{name.strip()}: {clean_line(value, 60)}"
    return ""
