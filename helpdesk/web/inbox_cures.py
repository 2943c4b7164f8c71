"""What to do when an inbox's connection fails, by what the other side said."""

from __future__ import annotations

from helpdesk.jobs.inbox_check import Tried
from helpdesk.web.language import _


def cure(channel: str, tried: Tried) -> str:
    """A sentence for the admin; "" when nothing is known that helps."""
    if not tried.in_time:
        return _(
            "The server takes the connection and then says nothing. Check port and security: "
            "SSL on a STARTTLS port waits for ever."
        )
    said = tried.said.lower()
    for signs, sentence in _cures():
        if any(sign in said for sign in signs):
            return sentence
    return ""


def _cures() -> list[tuple[tuple[str, ...], str]]:
    return [
        (
            ("account sid and auth token", "does not know the account"),
            _("Copy account SID and auth token anew from the first page of the Twilio console."),
        ),
        (
            ("refused our user name or password", "authentication", "login"),
            _(
                "Check user name and password. With two-factor login at the provider, make an "
                "app password there and enter that one."
            ),
        ),
        (
            ("certificate",),
            _("Enter the server's name as its certificate has it, or have that renewed."),
        ),
        (
            ("wrong version number", "starttls", "cannot do what the settings"),
            _("Port and security do not go together: 993 and 465 are for SSL, 587 for STARTTLS."),
        ),
        (
            ("cannot be reached", "refused", "timed out", "not known", "resolution"),
            _("Check the server's name and port, and that a firewall lets this machine out."),
        ),
        (("folder", "mailbox"), _("Check the folder's name as the mailbox itself spells it.")),
    ]
