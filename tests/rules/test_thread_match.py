"""Which ticket a contact joins: by evidence, never by a claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.message import Proof
from helpdesk.rules import subject_tag
from helpdesk.rules.status import ENDED, Status
from helpdesk.rules.thread_match import REASONS, Evidence, Signal, TicketFacts, match

ANN, EVE = "ann@customer.example", "eve@elsewhere.example"
DAYS = 14


def ticket(
    number: int = 1, status: Status = Status.OPEN, ended_days: float | None = None
) -> TicketFacts:
    return TicketFacts(number, status, frozenset({ANN}), ended_days)


T1, T2 = ticket(1), ticket(2)

# evidence, ticket joined, signal, ticket suggested
TABLE = [
    (Evidence(ANN), None, Signal.NEW, None),
    (Evidence(ANN, token=T1), 1, Signal.TOKEN, None),
    (Evidence(EVE, token=T1), 1, Signal.TOKEN, None),
    (Evidence(ANN, our_message=T1), 1, Signal.OUR_MESSAGE_ID, None),
    (Evidence(EVE, our_message=T1), 1, Signal.OUR_MESSAGE_ID, None),
    (Evidence(ANN, customer_message=T1), 1, Signal.CUSTOMER_MESSAGE_ID, None),
    (Evidence(EVE, customer_message=T1), None, Signal.NEW, 1),
    (Evidence(EVE, proof=Proof.DMARC, customer_message=T1), None, Signal.NEW, 1),
    (Evidence(ANN, proof=Proof.DMARC, tagged=T1), 1, Signal.SUBJECT_TAG, None),
    (Evidence(ANN, tagged=T1), None, Signal.NEW, 1),
    (Evidence(EVE, proof=Proof.DMARC, tagged=T1), None, Signal.NEW, 1),
    (Evidence(EVE, tagged=T1), None, Signal.NEW, 1),
    (Evidence(ANN, conversation=T1), 1, Signal.CONVERSATION, None),
    # the stronger evidence wins
    (Evidence(ANN, token=T1, our_message=T2), 1, Signal.TOKEN, None),
    (Evidence(ANN, our_message=T1, customer_message=T2), 1, Signal.OUR_MESSAGE_ID, None),
    (
        Evidence(ANN, proof=Proof.DMARC, customer_message=T1, tagged=T2),
        1,
        Signal.CUSTOMER_MESSAGE_ID,
        None,
    ),
    (Evidence(EVE, customer_message=T1, tagged=T2), None, Signal.NEW, 1),
]


@pytest.mark.parametrize(("evidence", "joined", "signal", "suggested"), TABLE)
def test_the_table(evidence, joined, signal, suggested):
    decision = match(evidence, thread_days=DAYS)
    assert (decision.ticket_id, decision.signal, decision.suggested_ticket) == (
        joined,
        signal,
        suggested,
    )
    assert decision.evidence
    assert not decision.as_note


def test_the_reason_names_the_message_id():
    evidence = Evidence(ANN, our_message=T1, our_message_id="<reply@shop.example>")
    reason = match(evidence, thread_days=DAYS).evidence
    assert reason == "Joined by our Message-ID <reply@shop.example>"


@pytest.mark.parametrize(
    ("found", "joins"),
    [
        (ticket(status=Status.WAITING), True),
        (ticket(status=Status.SNOOZED), True),
        (ticket(status=Status.RESOLVED, ended_days=DAYS - 1), True),
        (ticket(status=Status.RESOLVED, ended_days=DAYS + 1), False),
        (ticket(status=Status.CLOSED, ended_days=0), True),
        (ticket(status=Status.CLOSED, ended_days=DAYS - 1), True),
        (ticket(status=Status.CLOSED, ended_days=DAYS + 1), False),
    ],
)
@pytest.mark.parametrize("kind", ["token", "our_message", "customer_message"])
def test_what_ended_is_linked_not_joined(found, joins, kind):
    decision = match(Evidence(ANN, **{kind: found}), thread_days=DAYS)
    assert decision.ticket_id == (1 if joins else None)
    assert decision.linked_ticket == (None if joins else 1)


@pytest.mark.parametrize("kind", ["token", "our_message", "customer_message"])
def test_a_forward_opens_its_own_ticket_linked(kind):
    decision = match(Evidence(ANN, forward=True, **{kind: T1}), thread_days=DAYS)
    assert (decision.ticket_id, decision.linked_ticket) == (None, 1)
    assert decision.evidence == "Opened a new ticket linked to ticket 1: it was forwarded"


@pytest.mark.parametrize(
    "found", [T1, ticket(status=Status.CLOSED, ended_days=99), ticket(status=Status.RESOLVED)]
)
def test_automatic_mail_is_a_note_where_it_belongs_and_opens_nothing(found):
    decision = match(Evidence(ANN, automatic=True, token=found), thread_days=DAYS)
    assert (decision.ticket_id, decision.as_note) == (1, True)
    assert match(Evidence(ANN, automatic=True), thread_days=DAYS).as_note


def test_each_signal_has_its_sentence():
    assert set(REASONS) == set(Signal)


# Promise 3: From is never authority

STATUSES = st.sampled_from(Status)
FOUND = st.none() | st.builds(
    lambda number, status, days: TicketFacts(
        number, status, frozenset({ANN}), days if status in ENDED else None
    ),
    st.integers(1, 3),
    STATUSES,
    st.floats(0, 60),
)
EVIDENCE = st.builds(
    Evidence,
    sender=st.sampled_from([ANN, EVE]),
    proof=st.sampled_from(Proof),
    automatic=st.booleans(),
    forward=st.booleans(),
    token=FOUND,
    our_message=FOUND,
    customer_message=FOUND,
    tagged=FOUND,
)


@given(EVIDENCE)
def test_promise_3_a_claimed_sender_joins_nothing_by_what_anybody_could_write(evidence):
    decision = match(evidence, thread_days=DAYS)
    if decision.ticket_id is None:
        return
    named = {
        Signal.TOKEN: evidence.token,
        Signal.OUR_MESSAGE_ID: evidence.our_message,
        Signal.CUSTOMER_MESSAGE_ID: evidence.customer_message,
        Signal.SUBJECT_TAG: evidence.tagged,
    }[decision.signal]
    assert named is not None
    assert decision.ticket_id == named.id
    if decision.signal in (Signal.CUSTOMER_MESSAGE_ID, Signal.SUBJECT_TAG):
        assert evidence.sender in named.participants
    if decision.signal is Signal.SUBJECT_TAG:
        assert evidence.proof is not Proof.NONE


@given(EVIDENCE)
def test_automatic_and_only_automatic_mail_is_a_note(evidence):
    assert match(evidence, thread_days=DAYS).as_note is evidence.automatic


@given(EVIDENCE)
def test_a_message_is_joined_or_linked_or_suggested_never_two_of_them(evidence):
    decision = match(evidence, thread_days=DAYS)
    places = (decision.ticket_id, decision.linked_ticket, decision.suggested_ticket)
    assert sum(place is not None for place in places) <= 1


# The tag


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("Re: My order [#42]", 42),
        ("回复: 订单 [#42]", 42),
        ("[#7] was about this [#42]", 42),  # ours stands at the end
        ("Order #42", None),
        ("Ticket#42", None),
        ("[#42a]", None),
        ("x[#42]y", 42),
        ("[#]", None),
        ("[#99999999999999999999]", None),
        ("", None),
    ],
)
def test_the_tag_in_a_subject(subject, found):
    assert subject_tag.find(subject) == found


@given(st.text(max_size=100), st.integers(1, 999_999_999))
def test_a_tagged_subject_is_found_again(subject, number):
    once = subject_tag.tagged(subject, number)
    assert subject_tag.find(once) == number
    assert subject_tag.tagged(once, number) == once
