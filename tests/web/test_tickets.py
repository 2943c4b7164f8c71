"""The queue and the ticket, as an agent uses them."""

from __future__ import annotations

import html
import io
import re
import uuid
from datetime import datetime, time, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from helpdesk.actions import replies
from helpdesk.actions.tickets import set_subject, set_tags, wake_snoozed
from helpdesk.desk import Desk
from helpdesk.models import Customer, Message, Ticket
from helpdesk.rules.actor import SYSTEM, Actor
from tests.factories import Mail, receive
from tests.web.conftest import Visit

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def attributes(page: str) -> set[str]:
    """The names of all attributes that a browser sees in ``page``."""
    found: set[str] = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.update(n for n, _ in attributes)  # type: ignore[method-assign]
    parser.feed(page)
    return found


def stored(desk: Desk, ticket: int) -> Ticket:
    with desk.read() as session:
        return session.get_one(Ticket, ticket)


def test_the_queue_shows_the_ticket(as_mei: Visit, ticket: int) -> None:
    page = as_mei.get("/tickets").text
    assert f'href="/tickets/{ticket}?view=open"' in page
    assert "Tent pole" in page
    assert "The tent pole snapped." in page


def test_home_leads_to_the_queue(as_mei: Visit) -> None:
    assert as_mei.get("/").location == "/tickets"


def test_the_ticket_shows_what_was_said(as_mei: Visit, ticket: int) -> None:
    page = as_mei.get(f"/tickets/{ticket}").text
    for words in (
        "The tent pole snapped.",
        "ann@fjell.example",
        "Why here?",
        "Claimed",
        "#" + str(ticket),
    ):
        assert words in page


def test_a_reply_without_a_script(as_mei: Visit, desk: Desk, ticket: int) -> None:
    as_mei.get(f"/tickets/{ticket}")
    answer = as_mei.post(f"/tickets/{ticket}/replies", text="We send a new one.", seen_seq="1")
    assert answer.location == f"/tickets/{ticket}"
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "We send a new one." in page
    assert "Queued" in page
    assert stored(desk, ticket).status == "waiting"


def test_a_reply_is_said_once_however_often_it_is_sent(
    as_mei: Visit, desk: Desk, ticket: int
) -> None:
    client_id = str(uuid.uuid4())
    for _ in range(2):
        answer = as_mei.post(
            f"/tickets/{ticket}/replies?after=1&event=0",
            fragment=True,
            text="Once",
            client_id=client_id,
            seen_seq="1",
        )
        assert answer.status_code == 200
        assert answer.text.count(f'id="message_{client_id}"') == 1
    with desk.read() as session:
        assert session.query(Message).filter_by(ticket_id=ticket, text="Once").count() == 1


def test_send_and_resolve(as_mei: Visit, desk: Desk, ticket: int) -> None:
    as_mei.post(f"/tickets/{ticket}/replies", text="Done.", seen_seq="1", then="resolved")
    assert stored(desk, ticket).status == "resolved"


@pytest.mark.parametrize("fragment", [True, False])
def test_promise_5_a_reply_is_not_sent_blind(as_mei: Visit, desk: Desk, fragment: bool) -> None:
    first = Mail()
    ticket = receive(desk, first).ticket
    receive(desk, Mail(text="It broke again!", headers={"In-Reply-To": first.message_id}))
    words = {"text": "My careful draft", "seen_seq": "1"}
    answer = as_mei.post(f"/tickets/{ticket}/replies?after=1&event=0", fragment=fragment, **words)
    assert answer.status_code == 409
    assert "1 message arrived while you wrote. Read it, then send." in html.unescape(answer.text)
    assert "It broke again!" in answer.text
    if not fragment:
        assert "My careful draft</textarea>" in answer.text
    words["seen_seq"] = "2"
    again = as_mei.post(f"/tickets/{ticket}/replies?after=2&event=0", fragment=fragment, **words)
    assert again.status_code == (200 if fragment else 302)


def test_promise_5_the_page_says_what_became_of_a_delivery(
    as_mei: Visit, desk: Desk, ticket: int
) -> None:
    from channels.message import DeliveryState
    from helpdesk.models import Delivery

    said = replies.send(desk, SYSTEM, ticket, "Hello")
    with desk.write() as session:
        session.get_one(Delivery, said.deliveries[0]).settle(
            DeliveryState.FAILED, "550 no such mailbox"
        )
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "Not delivered: 550 no such mailbox" in page
    assert re.search(r'class="turn outbound failed"', page)


def test_a_note_stays_inside(as_mei: Visit, desk: Desk, ticket: int) -> None:
    answer = as_mei.post(f"/tickets/{ticket}/notes?after=1&event=0", fragment=True, text="Bin 14-C")
    assert 'class="turn note"' in answer.text
    assert stored(desk, ticket).status == "open"
    assert as_mei.post(f"/tickets/{ticket}/notes", text=" ").status_code == 409


def test_a_refusal_is_said_in_the_language_of_the_agent(as_mei: Visit, ticket: int) -> None:
    as_mei.post("/preferences", locale="zh_Hans", next="/tickets")
    as_mei.post(f"/tickets/{ticket}/status", status="closed")
    answer = as_mei.post(f"/tickets/{ticket}/replies", text="您好")
    assert answer.status_code == 409
    assert f"工单 {ticket} 已关闭。请先重新打开，再回复。" in answer.text
    moved = as_mei.post(f"/tickets/{ticket}/status", status="waiting")
    assert f"工单 {ticket} 当前状态为“已关闭”，不能改为“等待客户”。" in html.unescape(moved.text)


def test_why_a_mail_was_joined_is_said_in_the_language_of_the_agent(
    as_mei: Visit, desk: Desk
) -> None:
    first = Mail()
    ticket = receive(desk, first).ticket
    receive(desk, Mail(text="Again", headers={"In-Reply-To": first.message_id}))
    as_mei.post("/preferences", locale="zh_Hans", next="/tickets")
    page = html.unescape(as_mei.get(f"/tickets/{ticket}").text)
    assert f"依据参与者的 Message-ID 归入 {first.message_id}" in page


def test_a_message_is_moved_with_two_clicks(as_mei: Visit, desk: Desk) -> None:
    first = Mail()
    ticket = receive(desk, first).ticket
    receive(desk, Mail(text="Other", headers={"In-Reply-To": first.message_id}))
    page = as_mei.get(f"/tickets/{ticket}").text
    places = re.findall(rf"/tickets/{ticket}/messages/\d+/place", page)
    assert "Open as a ticket of its own" in as_mei.get(places[-1]).text
    answer = as_mei.post(places[-1])
    new = answer.headers["Location"]
    assert "moved a message here from ticket" in as_mei.get(new).text
    pulled = as_mei.get(f"/tickets/{ticket}/transcript?after=0&event=0", fragment=True).text
    assert 'data-gone="' in pulled
    assert "Other" not in pulled
    assert as_mei.post(places[0], to="no number").status_code == 409


def test_every_change_is_a_resource(as_mei: Visit, desk: Desk, ticket: int, mei: Actor) -> None:
    base = f"/tickets/{ticket}"
    for path, fields in {
        "status": {"status": "waiting"},
        "assignee": {"agent": str(mei.id)},
        "priority": {"priority": "urgent"},
        "subject": {"subject": "Pole, second night"},
        "tags": {"tags": "tents，VIP, tents"},
        "snooze": {"until": "2027-01-05T09:00:00+01:00"},
    }.items():
        answer = as_mei.post(f"{base}/{path}", **fields)
        assert (answer.status_code, answer.location) == (302, base), path
    now = stored(desk, ticket)
    assert (now.assignee_id, now.priority, now.subject) == (mei.id, "urgent", "Pole, second night")
    assert now.status == "snoozed"
    assert now.snoozed_until is not None
    assert now.snoozed_until.isoformat() == "2027-01-05T08:00:00+00:00"
    page = as_mei.get(base).text
    assert "took the ticket" in page
    assert 'value="tents, vip"' in page
    assert as_mei.post(f"{base}/assignee", agent="").status_code == 302
    assert stored(desk, ticket).assignee_id is None


def test_a_ticket_sleeps_until_the_time_in_a_persons_words(
    as_mei: Visit, desk: Desk, ticket: int
) -> None:
    zone = ZoneInfo(desk.settings.timezone)
    tomorrow = datetime.now(zone).date() + timedelta(days=1)
    as_mei.post(f"/tickets/{ticket}/snooze", until="tomorrow 9:00")
    until = stored(desk, ticket).snoozed_until
    assert until == datetime.combine(tomorrow, time(9), zone)
    assert "snoozed the ticket" in as_mei.get(f"/tickets/{ticket}").text
    assert wake_snoozed(desk, until - timedelta(seconds=1)) == 0
    assert stored(desk, ticket).status == "snoozed"
    assert wake_snoozed(desk, until) == 1
    assert (stored(desk, ticket).status, stored(desk, ticket).snoozed_until) == ("open", None)
    assert "The ticket came back: its time had come" in as_mei.get(f"/tickets/{ticket}").text
    assert wake_snoozed(desk, until) == 0


NONSENSE = (
    ("status", {"status": "exploded"}, 409),
    ("status", {"status": "snoozed"}, 409),
    ("snooze", {"until": "soon"}, 409),
    ("snooze", {"until": "2001-01-01T00:00"}, 409),
    ("snooze", {"until": "9999-12-31T23:59"}, 409),
    ("assignee", {"agent": "99999"}, 409),
    ("assignee", {"agent": "x"}, 404),
    ("team", {"team": "99"}, 404),
    ("priority", {"priority": ""}, 409),
    ("subject", {"subject": "  "}, 409),
    ("tags", {"tags": ",".join(f"t{n}" for n in range(40))}, 409),
    ("participants/9/confirmation", {}, 404),
    ("merge-suggestions/9", {"answer": "accepted"}, 404),
    ("replies", {"text": ""}, 409),
    ("replies", {"text": "x", "channel": "pigeon"}, 409),
)


@pytest.mark.parametrize("fragment", [True, False])
def test_what_makes_no_sense_is_refused_in_a_sentence(
    as_mei: Visit, ticket: int, fragment: bool
) -> None:
    for path, fields, status in NONSENSE:
        answer = as_mei.post(f"/tickets/{ticket}/{path}", fragment=fragment, **fields)
        assert answer.status_code == status, path
        assert ('class="refusal"' in answer.text) == fragment, path


def test_names_subjects_tags_and_files_run_nothing(as_mei: Visit, desk: Desk, ticket: int) -> None:
    set_subject(desk, SYSTEM, ticket, NASTY)
    set_tags(desk, SYSTEM, ticket, [NASTY[:30]])
    with desk.write() as session:
        session.get_one(Customer, stored(desk, ticket).customer_id).name = NASTY
    replies.note(desk, SYSTEM, ticket, NASTY)
    as_mei.post(f"/tickets/{ticket}/notes", text=NASTY, files=(io.BytesIO(b"x"), NASTY + ".txt"))
    for path in (
        f"/tickets/{ticket}",
        "/tickets",
        f"/tickets/{ticket}/transcript?after=0",
        "/tickets?q=" + NASTY,
        "/tickets?view=" + "open&q=alert",
    ):
        page = as_mei.get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert not [name for name in attributes(page) if name.startswith("on")], path


def test_addresses_in_a_text_become_links_that_tell_nothing(as_mei: Visit, desk: Desk) -> None:
    text = 'See https://shop.example/a?b=1&c="x" and javascript:alert(1).'
    ticket = receive(desk, Mail(text=text)).ticket
    page = as_mei.get(f"/tickets/{ticket}").text
    assert 'href="https://shop.example/a?b=1&amp;c="' in page.replace("&amp;c=&#34;", "&amp;c=")
    assert 'href="javascript' not in page


def test_show_earlier_reaches_the_first_message(as_mei: Visit, desk: Desk, ticket: int) -> None:
    for number in range(60):
        replies.note(desk, SYSTEM, ticket, f"note number {number}.")
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "note number 59." in page
    assert "The tent pole snapped.</p>" not in page
    address = re.search(r'data-earlier="([^"]+)"', page)
    assert address
    earlier = as_mei.get(html.unescape(address[1]), fragment=True).text
    assert "The tent pole snapped.</p>" in earlier
    assert "data-earlier" not in earlier
    shown = set(re.findall(r"note number \d+\.", page)) | set(
        re.findall(r"note number \d+\.", earlier)
    )
    assert len(shown) == 60


def test_a_pull_brings_what_is_new_and_nothing_else(as_mei: Visit, desk: Desk, ticket: int) -> None:
    page = as_mei.get(f"/tickets/{ticket}").text
    version, event = re.search(r'data-version="(\d+)" data-event="(\d+)"', page).groups()  # type: ignore[union-attr]
    replies.note(desk, SYSTEM, ticket, "Fresh news")
    pulled = as_mei.get(
        f"/tickets/{ticket}/transcript?after={version}&event={event}", fragment=True
    ).text
    assert "Fresh news" in pulled
    assert "The tent pole snapped." not in pulled
    now = re.search(r'data-version="(\d+)"', pulled)
    assert now
    again = as_mei.get(f"/tickets/{ticket}/transcript?after={now[1]}&event={event}", fragment=True)
    assert "<li" not in again.text


ADDRESSES = (
    "/tickets/0",
    "/tickets/99999999999999",
    "/tickets/1/transcript?after=x",
    "/tickets?after=bad",
    "/tickets?view=team/9999999999999",
    "/tickets?view=nope",
    "/attachments/9/x",
    "/nothing",
    "/tickets/4/messages/4",
    "/tickets?q=%00&after=-1",
    "/tickets?size=-5",
    "/tickets?after=9e99-1",
)


def test_nonsense_addresses_get_a_page(as_mei: Visit) -> None:
    for path in ADDRESSES:
        assert as_mei.get(path).status_code in (200, 404), path


def test_everything_carries_the_headers_that_guard_it(as_mei: Visit, ticket: int) -> None:
    for path in ("/tickets", f"/tickets/{ticket}", "/nothing"):
        headers = as_mei.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*src=)", as_mei.get(path).text)


def test_no_page_asks_another_host(as_mei: Visit, ticket: int) -> None:
    page = as_mei.get(f"/tickets/{ticket}").text
    loaded = re.findall(
        r'<(?:link|script|img|iframe|source|audio)[^>]+(?:href|src)="([^"]+)"', page
    )
    assert loaded
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
