"""What happened, as a sentence in the transcript."""

from __future__ import annotations

from collections.abc import Callable

from helpdesk.queries.turns import Happened
from helpdesk.web import stored_sentences, words
from helpdesk.web.audit_words import event_words
from helpdesk.web.language import _, ngettext
from helpdesk.web.thread_reasons import of_evidence


def sentence(happened: Happened) -> str:
    """What happened, without its time; "" for what the transcript need not say."""
    say = _SENTENCES.get(happened.event)
    if say is None:
        return _plain(happened)
    return say(happened)


def _plain(happened: Happened) -> str:
    """An event that needs no sentence of its own, in the words of the audit log."""
    said, reason = event_words(happened.event), of_evidence(happened.reason)
    return f"{said}: {reason}" if reason else said


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


def _late(happened: Happened) -> str:
    if happened.data.get("clock") == "first_response":
        return _("The first answer is late")
    return _("The answer is late")


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
    return _("A delivery failed: %(reason)s", reason=stored_sentences.said(happened.reason))


def _infected(happened: Happened) -> str:
    return _("%(file)s is infected: %(virus)s", file=happened.data.get("file"),
             virus=happened.reason)  # fmt: skip


def _released(happened: Happened) -> str:
    file = str(happened.data.get("file", ""))
    if happened.data.get("state") == "held":
        return _("%(who)s let %(file)s through without a virus check",
                 who=_who(happened), file=file)  # fmt: skip
    return _("%(who)s let %(file)s through", who=_who(happened), file=file)


def _listed(happened: Happened) -> str:
    pattern = str(happened.data.get("pattern", ""))
    if happened.data.get("verdict") == "deny":
        return _("%(who)s put %(sender)s on the deny list", who=_who(happened), sender=pattern)
    return _("%(who)s put %(sender)s on the allow list", who=_who(happened), sender=pattern)


def _stopped(happened: Happened) -> str:
    address = str(happened.data.get("address", ""))
    if happened.data.get("cap") == "ticket":
        return _("An automatic mail to %(address)s was not sent: there were too many in this "
                 "ticket within an hour. It may be a mail loop.", address=address)  # fmt: skip
    return _("An automatic mail to %(address)s was not sent: the address has had too many within "
             "an hour. It may be a mail loop.", address=address)  # fmt: skip


def _resent(happened: Happened) -> str:
    channel = str(happened.data.get("channel", ""))
    return _("%(who)s sent the answer again by %(channel)s",
             who=_who(happened), channel=words.channels().get(channel, channel))  # fmt: skip


def _moved(happened: Happened) -> str:
    to = happened.data.get("to")
    said = _("%(who)s moved a message to ticket %(to)s", who=_who(happened), to=to)
    return f"{said}{_move_reason(happened)}"


def _move_reason(happened: Happened) -> str:
    why = words.move_reasons().get(str(happened.data.get("why", "")), "")
    stated = " – ".join(part for part in (why, happened.reason) if part)
    return f": {stated}" if stated else ""


def _came(happened: Happened) -> str:
    was = happened.data.get("was")
    said = _("%(who)s moved a message here from ticket %(was)s", who=_who(happened), was=was)
    return f"{said}{_move_reason(happened)}"


def _handed_off(happened: Happened) -> str:
    why = str(happened.data.get("why", ""))
    return _("%(who)s handed off to people: %(why)s", who=_who(happened),
             why=words.handoffs().get(why, why))  # fmt: skip


def _handed_back(happened: Happened) -> str:
    said = _("%(who)s handed the ticket back to the bot", who=_who(happened))
    settled = str(happened.data.get("settled", ""))
    return f"{said}: {settled}" if settled else said


def _proved(happened: Happened) -> str:
    address = str(happened.data.get("address", ""))
    return _("%(who)s proved %(address)s by a one-time code", who=_who(happened), address=address)


def _withdrawn(happened: Happened) -> str:
    return _("%(who)s took a reply back before it left", who=_who(happened))


def _held(_happened: Happened) -> str:
    return _("A scheduled reply was not sent: the customer wrote first")


def _corrected(happened: Happened) -> str:
    to = str(happened.data.get("to", ""))
    return _("%(who)s corrected the bot: %(to)s", who=_who(happened), to=to)


def _requester(happened: Happened) -> str:
    to, was = str(happened.data.get("to", "")), str(happened.data.get("was", ""))
    return _("%(who)s made %(to)s the requester, who was %(was)s",
             who=_who(happened), to=to, was=was)  # fmt: skip


def _asked(happened: Happened) -> str:
    """A note of its own says that a mail went out."""
    return _("The customer was asked in the chat how it went") if (
        happened.data.get("channel") == "chat") else ""  # fmt: skip


def _rated(happened: Happened) -> str:
    word = words.faces().get(int(happened.data.get("score", 0)), "")
    if happened.data.get("was") is None:
        return _("%(who)s rated our help: %(word)s", who=_who(happened), word=word)
    return _("%(who)s changed the rating: %(word)s", who=_who(happened), word=word)


def _with(pattern: Callable[[str, str], str], key: str) -> Callable[[Happened], str]:
    """A sentence about who did it, and one thing that the event keeps."""
    return lambda happened: pattern(_who(happened), str(happened.data.get(key, "")))


def _merged(happened: Happened) -> str:
    data = happened.data
    return _("%(who)s merged ticket %(ticket)s into this one: %(subject)s",
             who=_who(happened), ticket=data.get("other"), subject=data.get("subject"))  # fmt: skip


def _classified(happened: Happened) -> str:
    data = happened.data
    kind = words.kinds().get(str(data.get("kind")), "")
    why = ", ".join(str(data[part]) for part in ("cause", "remedy") if data.get(part))
    said = _("%(who)s set the kind to %(kind)s", who=_who(happened), kind=kind)
    return f"{said} ({why})" if why else said


def _linked(happened: Happened) -> str:
    data = happened.data
    tie = {"child": "parent", "duplicate": "original", "parent": "child", "original": "duplicate"}
    kind = str(data.get("kind"))
    return _("%(who)s linked ticket %(ticket)s: %(kind)s", who=_who(happened),
             ticket=data.get("other"), kind=words.ties()[tie.get(kind, "related")])  # fmt: skip


def _link_suggested(happened: Happened) -> str:
    return _("This may belong to ticket %(ticket)s: nothing proves that its sender takes part "
             "there", ticket=happened.data.get("other"))  # fmt: skip


def _fields_changed(happened: Happened) -> str:
    fields = ", ".join(f"{key}: {value or '–'}" for key, value in happened.data["fields"])
    return _("%(who)s changed %(fields)s", who=_who(happened), fields=fields)


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
    "ticket.marked_spam": _said(lambda who: _("%(who)s marked the ticket as spam", who=who)),
    "ticket.assigned": _assigned,
    "ticket.handed_off": _handed_off,
    "ticket.taken_over": _said(lambda who: _("%(who)s took over from the bot", who=who)),
    "ticket.handed_back": _handed_back,
    "bot.helped": lambda _happened: _("The customer said that it helped"),
    "bot.did_not_help": lambda _happened: _("The customer said that it did not help"),
    "bot.corrected": _corrected,
    "ticket.unassigned": _said(lambda who: _("%(who)s gave the ticket back to the queue", who=who)),
    "sla.breached": _late,
    "ticket.transferred": _transferred,
    "ticket.prioritized": _prioritized,
    "ticket.renamed": _said(lambda who: _("%(who)s changed the subject", who=who)),
    "ticket.tagged": _tagged,
    "participant.confirmed": _confirmed,
    "customer.merged": _said(lambda who: _("%(who)s joined two customer records", who=who)),
    "ticket.given_to_holder": lambda _happened: _("Given to whoever holds the customer"),
    "ticket.requester_changed": _requester,
    "customer.proved": _proved,
    "message.withdrawn": _withdrawn,
    "message.held": _held,
    "message.moved": _moved,
    "message.came": _came,
    "delivery.failed": _failed,
    "survey.asked": _asked,
    "survey.answered": _rated,
    "storm.stopped": _stopped,
    "file.infected": _infected,
    "file.released": _released,
    "sender.listed": _listed,
    "sender.unlisted": _with(
        lambda who, sender: _("%(who)s took %(sender)s off the lists", who=who, sender=sender),
        "pattern",
    ),
    "delivery.resent": _resent,
    "delivery.let_be": lambda happened: _(
        "%(who)s left it at that: the answer did not get out", who=_who(happened)
    ),
    "contact_point.reachable": lambda happened: _(
        "%(who)s says that %(address)s can be reached again",
        who=_who(happened),
        address=str(happened.data.get("address", "")),
    ),
    "ticket.merged": _merged,
    "ticket.became_part": _with(
        lambda who, into: _("%(who)s merged this ticket into %(ticket)s", who=who, ticket=into),
        "into",
    ),
    "ticket.parted": _with(
        lambda who, other: _("%(who)s took ticket %(ticket)s out again", who=who, ticket=other),
        "other",
    ),
    "ticket.stands_alone": _with(
        lambda who, was: _("%(who)s took this ticket out of %(ticket)s", who=who, ticket=was),
        "was",
    ),
    "ticket.split": _with(
        lambda who, to: _(
            "%(who)s moved messages into the new ticket %(ticket)s", who=who, ticket=to
        ),
        "to",
    ),
    "ticket.split_off": _with(
        lambda who, was: _("%(who)s split this off ticket %(ticket)s", who=who, ticket=was), "was"
    ),
    "ticket.linked": _linked,
    "ticket.unlinked": _with(
        lambda who, other: _("%(who)s unlinked ticket %(ticket)s", who=who, ticket=other), "other"
    ),
    "ticket.link_suggested": _link_suggested,
    "ticket.link_dismissed": _with(
        lambda who, other: _(
            "%(who)s said that ticket %(ticket)s is another matter", who=who, ticket=other
        ),
        "other",
    ),
    "ticket.classified": _classified,
    "ticket.fields_changed": _fields_changed,
    "participant.added": _with(
        lambda who, address: _("%(who)s added %(address)s in copy", who=who, address=address),
        "address",
    ),
    "participant.removed": _with(
        lambda who, address: _("%(who)s removed %(address)s", who=who, address=address), "address"
    ),
    "task.added": _with(
        lambda who, title: _("%(who)s added a task: %(task)s", who=who, task=title), "title"
    ),
    "task.done": _with(
        lambda who, title: _("%(who)s did a task: %(task)s", who=who, task=title), "title"
    ),
    "task.reopened": _with(
        lambda who, title: _("%(who)s reopened a task: %(task)s", who=who, task=title), "title"
    ),
    "task.dropped": _with(
        lambda who, title: _("%(who)s removed a task: %(task)s", who=who, task=title), "title"
    ),
}
