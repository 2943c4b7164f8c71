"""The labelled cases: a mail that follows a ticket, and where it must land.

The shapes are those that other desks test and get wrong: where the reference stands, how the
ticket stands, who sends, and what the mail client put before the subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product

from tests.factories import Mail

TRUSTED = "mx.tarnfold.example"


class Lands(StrEnum):
    """Where a mail must end."""

    JOINED = "joined"  # in the ticket
    NEW = "new"  # in a ticket of its own
    LINKED = "linked"  # in a ticket of its own that names the old one as its predecessor
    SUGGESTED = "suggested"  # in a ticket of its own; agents may join it
    NEWS = "news of a delivery"  # on the delivery; the ticket stays as it is
    IGNORED = "ignored"  # news of nothing that we sent


class State(StrEnum):
    OPEN = "open"
    WAITING = "waiting"
    RESOLVED = "resolved"
    LONG_RESOLVED = "long resolved"
    CLOSED = "closed"
    LONG_CLOSED = "long closed"
    MERGED = "part of another customer's ticket"


LONG_ENDED = (State.LONG_RESOLVED, State.LONG_CLOSED)


class Sender(StrEnum):
    PROVED = "a proved participant"
    CLAIMED = "somebody who claims to be a participant"
    STRANGER = "a proved stranger"
    ANYBODY = "an unproved stranger"


@dataclass(frozen=True)
class World:
    """A ticket that Ann's mail opened and an agent answered, and another one of hers."""

    ticket: int
    other: int
    her_mail: str  # Message-IDs
    our_mail: str
    other_mail: str  # ours, in the other ticket
    reply_address: str


@dataclass(frozen=True)
class Case:
    name: str
    lands: Lands
    sender: Sender
    state: State
    shape: Callable[[Mail, World], None]
    prefix: str = "Re: "
    automatic: bool = False
    # forged: nothing in it proves that its sender may speak in the ticket
    forged: bool = field(default=False)

    def mail(self, world: World) -> Mail:
        made = Mail(text="Any news?", sender=_FROM[self.sender], subject=f"{self.prefix}Tent pole")
        if self.sender in (Sender.PROVED, Sender.STRANGER):
            domain = made.sender.rpartition("@")[2].rstrip(">")
            made.headers["Authentication-Results"] = (
                f"{TRUSTED}; dmarc=pass header.from={domain}"
            )  # fmt: skip
        if self.automatic:
            made.headers["Auto-Submitted"] = "auto-replied"
        self.shape(made, world)
        return made


_FROM = {
    Sender.PROVED: "Ann <ann@fjell.example>",
    Sender.CLAIMED: "Ann <ann@fjell.example>",
    Sender.STRANGER: "Bo <bo@dal.example>",
    Sender.ANYBODY: "Bo <bo@dal.example>",
}


def _token(mail: Mail, world: World) -> None:
    mail.to = world.reply_address


def _ours(mail: Mail, world: World) -> None:
    mail.headers["In-Reply-To"] = world.our_mail


def _ours_among_many(mail: Mail, world: World) -> None:
    strangers = [f"<{n}@elsewhere.example>" for n in range(8)]
    mail.headers["References"] = " ".join([*strangers[:4], world.our_mail, *strangers[4:]])


def _hers(mail: Mail, world: World) -> None:
    mail.headers["In-Reply-To"] = world.her_mail


def _tag(mail: Mail, world: World) -> None:
    mail.subject += f" [#{world.ticket}]"


def _nothing(mail: Mail, world: World) -> None:
    """The same subject, and that is all."""


def _in_the_body(mail: Mail, world: World) -> None:
    mail.text = f"About [#{world.ticket}], Ticket#{world.ticket}, ticket {world.ticket}: any news?"


def _in_a_header(mail: Mail, world: World) -> None:
    mail.headers["X-Ticket"] = f"[#{world.ticket}]"
    mail.headers["Thread-Topic"] = f"Tent pole [#{world.ticket}]"


def _in_a_file_name(mail: Mail, world: World) -> None:
    mail.headers["Content-Disposition"] = f'attachment; filename="[#{world.ticket}].txt"'


def _in_an_attachment(mail: Mail, world: World) -> None:
    """A mail that answers ours is attached; it is not what this one answers."""
    inner = f"From: ann@fjell.example\r\nIn-Reply-To: {world.our_mail}\r\n"
    inner += f"To: {world.reply_address}\r\nSubject: [#{world.ticket}]\r\n\r\nOld words"
    mail.content_type = 'multipart/mixed; boundary="b"'
    mail.text = (
        f"--b\r\n\r\nSee the file.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--"
    )


def _quoted_in_the_body(mail: Mail, world: World) -> None:
    mail.text = f"Any news?\r\n\r\n> To: {world.reply_address}\r\n> Message-ID: {world.our_mail}"


def _in_an_html_body(mail: Mail, world: World) -> None:
    mail.content_type = 'text/html; charset="utf-8"'
    mail.text = f'<p>Any news?</p><a href="mailto:{world.reply_address}">[#{world.ticket}]</a>'


def _two_of_ours(mail: Mail, world: World) -> None:
    """Mails of ours from two tickets are named: the one that is answered counts."""
    mail.headers["References"] = f"{world.other_mail} {world.our_mail}"


def _ours_oldest_of_many(mail: Mail, world: World) -> None:
    strangers = [f"<{n}@elsewhere.example>" for n in range(90)]
    mail.headers["References"] = " ".join([world.our_mail, *strangers])


def _ours_folded(mail: Mail, world: World) -> None:
    mail.headers["References"] = f"<a@elsewhere.example>\r\n\t{world.our_mail}\r\n <b@x.example>"


def _token_in_copy(mail: Mail, world: World) -> None:
    mail.headers["Cc"] = f"Bo <bo@dal.example>, Desk <{world.reply_address.upper()}>"


def _part_of_a_word(mail: Mail, world: World) -> None:
    mail.subject += f" INV[{world.ticket}] #{world.ticket} [{world.ticket}] RMA-{world.ticket}"


def _token_forged(mail: Mail, world: World) -> None:
    local, _, host = world.reply_address.partition("@")
    mail.to = f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{host}"


def _token_of_another(mail: Mail, world: World) -> None:
    """The token belongs to one ticket; the number beside it is changed to another."""
    mail.to = world.reply_address.replace(f"+t{world.ticket}", f"+t{world.other}", 1)


def _unknown_reference(mail: Mail, world: World) -> None:
    mail.headers["In-Reply-To"] = "<never-seen@fjell.example>"


def _tag_of_nothing(mail: Mail, world: World) -> None:
    mail.subject += " [#999999999]"


def _report(mail: Mail, returned: str) -> None:
    """A DSN (RFC 3464) that brings back the headings of a mail."""
    mail.sender, mail.headers["Return-Path"] = "MAILER-DAEMON@fjell.example", "<>"
    mail.content_type = 'multipart/report; report-type=delivery-status; boundary="b"'
    mail.text = (
        "--b\r\n\r\nSorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.fjell.example\r\n\r\nFinal-Recipient: rfc822; ann@fjell.example"
        "\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers"
        f"\r\n\r\nMessage-ID: {returned}\r\nSubject: Tent pole\r\n\r\n--b--"
    )


def _report_of_ours(mail: Mail, world: World) -> None:
    mail.headers["In-Reply-To"] = world.our_mail
    _report(mail, world.our_mail)


def _report_of_hers(mail: Mail, world: World) -> None:
    _report(mail, world.her_mail)


def _two_match(mail: Mail, world: World) -> None:
    """Our Message-ID says one ticket, the subject another: the stronger evidence wins."""
    mail.headers["In-Reply-To"] = world.our_mail
    mail.subject += f" [#{world.other}]"


PROVING = {"token": _token, "ours": _ours, "ours among many": _ours_among_many}
ALSO_PROVING = {
    "two of ours": _two_of_ours,
    "ours, the oldest of many": _ours_oldest_of_many,
    "ours, folded": _ours_folded,
    "the token in copy, in capitals": _token_in_copy,
}
PREFIXES = ("", "Re: ", "RE: ", "AW: ", "SV: ", "回复：", "答复: ", "Re: Re: AW: ")
FORWARDS = ("Fwd: ", "FW: ", "WG: ", "TR: ", "转发：", "轉寄: ")


def cases() -> Iterator[Case]:
    yield from _by_proof()
    yield from _by_a_customers_message()
    yield from _by_tag()
    yield from _by_nothing()
    yield from _by_prefix()
    yield from _by_forward()
    yield from _automatic()
    yield from _reports()


def _by_proof() -> Iterator[Case]:
    """What only somebody can know who has our mail joins, whoever sends it."""
    for (name, shape), state, sender in product(PROVING.items(), State, Sender):
        lands = Lands.LINKED if state in LONG_ENDED else Lands.JOINED
        yield Case(f"{name}, {state}, {sender}", lands, sender, state, shape)
    for (name, shape), sender in product(ALSO_PROVING.items(), Sender):
        yield Case(f"{name}, {sender}", Lands.JOINED, sender, State.OPEN, shape)
    yield Case("two match", Lands.JOINED, Sender.PROVED, State.OPEN, _two_match)
    yield Case("two match, unproved", Lands.JOINED, Sender.CLAIMED, State.OPEN, _two_match)


def _by_a_customers_message() -> Iterator[Case]:
    for state, sender in product(State, Sender):
        mine = sender in (Sender.PROVED, Sender.CLAIMED)
        its = Lands.LINKED if state in LONG_ENDED else Lands.JOINED
        lands = its if mine else Lands.SUGGESTED
        yield Case(f"her mail, {state}, {sender}", lands, sender, state, _hers, forged=not mine)


def _by_tag() -> Iterator[Case]:
    """The tag is public: it joins only for a participant who is proved."""
    for state, sender in product(State, Sender):
        proved = sender is Sender.PROVED
        its = Lands.LINKED if state in LONG_ENDED else Lands.JOINED
        lands = its if proved else Lands.SUGGESTED
        yield Case(f"tag, {state}, {sender}", lands, sender, state, _tag, forged=not proved)


def _by_nothing() -> Iterator[Case]:
    """However the ticket stands, and even as part of another one: no way into either."""
    shapes = {
        "the same subject": _nothing,
        "in the body": _in_the_body,
        "in a header": _in_a_header,
        "in a file name": _in_a_file_name,
        "in an attachment": _in_an_attachment,
        "quoted in the body": _quoted_in_the_body,
        "in an HTML body": _in_an_html_body,
        "part of a word": _part_of_a_word,
        "an unknown reference": _unknown_reference,
        "a tag of nothing": _tag_of_nothing,
        "a forged token": _token_forged,
        "a token of another ticket": _token_of_another,
    }
    for (name, shape), state, sender in product(shapes.items(), State, Sender):
        told = f"{name}, {state}, {sender}"
        yield Case(told, Lands.NEW, sender, state, shape, forged=True)


def _by_prefix() -> Iterator[Case]:
    for prefix in PREFIXES:
        yield Case(f"tag after {prefix!r}", Lands.JOINED, Sender.PROVED, State.OPEN, _tag, prefix)
        yield Case(
            f"ours after {prefix!r}", Lands.JOINED, Sender.CLAIMED, State.OPEN, _ours, prefix
        )


def _by_forward() -> Iterator[Case]:
    """Who forwards our mail begins something new; it is linked, not joined."""
    for prefix in FORWARDS:
        yield Case(f"token, {prefix!r}", Lands.LINKED, Sender.PROVED, State.OPEN, _token, prefix)
        yield Case(f"ours, {prefix!r}", Lands.LINKED, Sender.STRANGER, State.OPEN, _ours, prefix)


def _automatic() -> Iterator[Case]:
    """An out-of-office lies where it belongs, as a note, and reopens nothing."""
    for state in State:
        yield Case(f"vacation, {state}", Lands.JOINED, Sender.PROVED, state, _ours, automatic=True)


def _reports() -> Iterator[Case]:
    """What a mail server says of a mail reopens nothing, and is no message."""
    for state in State:
        ours = Case(f"DSN, {state}", Lands.NEWS, Sender.ANYBODY, state, _report_of_ours)
        hers = f"DSN of a mail that is not ours, {state}"
        yield from (ours, Case(hers, Lands.IGNORED, Sender.ANYBODY, state, _report_of_hers))
