"""What happened, as a sentence in the transcript."""

from __future__ import annotations

from collections.abc import Callable

from helpdesk.queries.transcript import Happened
from helpdesk.web import words
from helpdesk.web.language import _, ngettext


def sentence(happened: Happened) -> str:
    """What happened, without its time; "" for what the transcript need not say."""
    say = _SENTENCES.get(happened.event)
    if say is None:
        return f"{happened.event.replace('.', ' ').replace('_', ' ')} {happened.reason}".strip()
    return say(happened)


def _who(happened: Happened) -> str:
    if happened.actor_kind == "bot":
        return _("Bot")
    if happened.actor_kind == "system":
        return _("The desk")
    return happened.actor


def _opened(happened: Happened) -> str:
    channel = words.channels().get(str(happened.data.get("channel")), "")
    return _("Ticket opened by %(channel)s", channel=channel) if channel else _("Ticket opened")


def _said(pattern: Callable[[str], str]) -> Callable[[Happened], str]:
    def say(happened: Happened) -> str:
        words = pattern(_who(happened))
        return f"{words}: {happened.reason}" if happened.reason else words

    return say


def _assigned(happened: Happened) -> str:
    who, to = _who(happened), str(happened.data.get("to", ""))
    if happened.data.get("to") == happened.actor:
        return _("%(who)s took the ticket", who=who)
    return _("%(who)s gave the ticket to %(to)s", who=who, to=to)


def _transferred(happened: Happened) -> str:
    who, to = _who(happened), str(happened.data.get("to", ""))
    if not to:
        return _("%(who)s took the ticket out of its team", who=who)
    return _("%(who)s moved the ticket to %(to)s", who=who, to=to)


def _prioritized(happened: Happened) -> str:
    to = words.priorities().get(str(happened.data.get("to")), "")
    return _("%(who)s set the priority to %(to)s", who=_who(happened), to=to)


def _tagged(happened: Happened) -> str:
    added = [f"+{name}" for name in happened.data.get("added", [])]
    removed = [f"−{name}" for name in happened.data.get("removed", [])]
    return _(
        "%(who)s changed the tags: %(tags)s", who=_who(happened), tags=" ".join(added + removed)
    )


def _confirmed(happened: Happened) -> str:
    address = str(happened.data.get("address", ""))
    return _("%(who)s confirmed %(address)s", who=_who(happened), address=address)


def _reopened(happened: Happened) -> str:
    if happened.actor_kind == "system":
        return _("The ticket came back: its time had come")
    return _("%(who)s reopened the ticket", who=_who(happened))


def _failed(happened: Happened) -> str:
    return _("A delivery failed: %(reason)s", reason=happened.reason)


def _moved(happened: Happened) -> str:
    to = happened.data.get("to")
    return _("%(who)s moved a message to ticket %(to)s", who=_who(happened), to=to)


def _came(happened: Happened) -> str:
    was = happened.data.get("was")
    return _("%(who)s moved a message here from ticket %(was)s", who=_who(happened), was=was)


def joined(count: int) -> str:
    """How many messages arrived while an agent wrote."""
    return ngettext(
        "1 message arrived while you wrote. Read it, then send.",
        "%(num)s messages arrived while you wrote. Read them, then send.",
        count,
    )


_SENTENCES: dict[str, Callable[[Happened], str]] = {
    "ticket.opened": _opened,
    "ticket.resolved": _said(lambda who: _("%(who)s resolved the ticket", who=who)),
    "ticket.reopened": _reopened,
    "ticket.set_waiting": _said(lambda who: _("%(who)s waits for the customer", who=who)),
    "ticket.snoozed": _said(lambda who: _("%(who)s snoozed the ticket", who=who)),
    "ticket.closed": _said(lambda who: _("%(who)s closed the ticket", who=who)),
    "ticket.assigned": _assigned,
    "ticket.unassigned": _said(lambda who: _("%(who)s gave the ticket back to the queue", who=who)),
    "ticket.transferred": _transferred,
    "ticket.prioritized": _prioritized,
    "ticket.renamed": _said(lambda who: _("%(who)s changed the subject", who=who)),
    "ticket.tagged": _tagged,
    "participant.confirmed": _confirmed,
    "customer.merged": _said(lambda who: _("%(who)s joined two customer records", who=who)),
    "message.moved": _moved,
    "message.came": _came,
    "delivery.failed": _failed,
}
