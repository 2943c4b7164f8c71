"""What a comparison found, in the reader's words."""

from __future__ import annotations

from typing import Any

from helpdesk.web.language import _


def difference_words(found: dict[str, Any]) -> str:
    """The sentence for one difference; what the command line says stands in for a new kind."""
    named = {name: found[name] for name in ("envelope", "ticket", "uid")}
    named["said"] = str(found["sentence"]).partition(": ")[2]
    sentences = {
        "unsettled": _("Envelope %(envelope)s was kept and never attached.", **named),
        "no_message": _("Envelope %(envelope)s is attached, but its message is gone.", **named),
        "doubled": _("Envelope %(envelope)s made a message that was there already.", **named),
        "not_taken_in": _("The mail with UID %(uid)s has not been taken in.", **named),
        "gap": _("Ticket %(ticket)s does not have as many messages as it counts.", **named),
        "stuck": _("A delivery of ticket %(ticket)s is overdue: do the jobs run?", **named),
        "lost_file": _("A file of ticket %(ticket)s is gone.", **named),
        "unreachable": _("The mailbox cannot be read. %(said)s", **named),
    }
    return sentences.get(found["kind"], str(found["sentence"]))
