"""What mails carry, on the page: HTML in a frame that can do nothing, invitations, forwards."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from helpdesk.actions import inboxes, replies
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.models import Message
from helpdesk.rules import bot_policy
from helpdesk.rules.actor import SYSTEM, Actor
from tests.channels.email.mails import mail, multipart
from tests.channels.email.test_forwarded import ATTACHED
from tests.channels.email.test_invitations import END, START, USUAL, calendar, invited
from tests.factories import Mail, receive
from tests.promises.test_promise_4_no_mail_storms import one_round
from tests.threading.cases import TRUSTED
from tests.threading.test_own_client import own_mail
from tests.web.conftest import Visit

HTML = (
    'Content-Type: text/html\r\n\r\n<p>New <img src="cid:pic@1"></p>'
    '<img src="https://track.example/p.gif" alt=data-src><p>data-src="x"</p>'
    "<div class=gmail_attr>On 1 May 2026, Bob wrote:</div><blockquote>old</blockquote>"
)
PICTURE = (
    "Content-Type: image/png; name=a.png\r\nContent-ID: <pic@1>\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\niVBORw0K"
)


@pytest.fixture
def html_mail(desk: Desk) -> str:
    return address_of(desk, receive(desk, multipart(HTML, PICTURE)).ticket or 0)


def address_of(desk: Desk, ticket: int) -> str:
    with desk.read() as session:
        message = session.query(Message.id).filter_by(ticket_id=ticket).scalar()
    return f"/tickets/{ticket}/messages/{message}"


def test_images_of_other_sites_wait_for_a_click(as_mei: Visit, html_mail: str) -> None:
    page = as_mei.get(html_mail)
    assert 'src="https://track.example/p.gif"' in page.text
    assert ' src="https://track.example' not in page.text
    assert "https:" not in page.headers["Content-Security-Policy"]
    shown = as_mei.get(f"{html_mail}?images=1")
    assert ' src="https://track.example/p.gif"' in shown.text
    assert "img-src 'self' data: https: http:" in shown.headers["Content-Security-Policy"]
    assert 'data-src="x"' in shown.text.replace("&#34;", '"')  # words of the mail stay


def test_the_page_of_a_mail_can_do_nothing(as_mei: Visit, html_mail: str) -> None:
    for address in (html_mail, f"{html_mail}?images=1"):
        headers = as_mei.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("sandbox ")
        assert "default-src 'none'" in policy
        assert "allow-scripts" not in policy
        assert headers["Referrer-Policy"] == "no-referrer"


def test_its_own_pictures_come_by_the_way_that_asks_who_you_are(
    as_mei: Visit, stranger: Visit, html_mail: str
) -> None:
    found = re.search(r'<img src="(/attachments/\d+/a\.png)"', as_mei.get(html_mail).text)
    assert found
    assert as_mei.client.get(found[1]).data.startswith(b"\x89PNG")
    assert stranger.get(found[1]).status_code == 302


def test_what_is_quoted_is_folded_under_a_word_of_the_readers(
    as_mei: Visit, html_mail: str
) -> None:
    page = as_mei.get(html_mail).text
    assert '<details class="helpdesk_quote"><summary>Quoted text</summary>' in page
    as_mei.post("/preferences", locale="zh_Hans")
    assert "<summary>引用内容</summary>" in as_mei.get(html_mail).text


def test_the_ticket_says_how_many_images_are_held_back(
    as_mei: Visit, html_mail: str, desk: Desk
) -> None:
    page = as_mei.get(html_mail.partition("/messages")[0]).text
    assert "1 image from another site is not loaded" in page
    ticket = receive(desk, multipart("Content-Type: text/html\r\n\r\n<p>No images")).ticket
    assert "data-images" not in as_mei.get(f"/tickets/{ticket}").text


def test_an_invitation_is_a_card_in_the_desks_time_zone(as_mei: Visit, desk: Desk) -> None:
    ticket = receive(desk, invited(calendar(*USUAL))).ticket
    page = as_mei.get(f"/tickets/{ticket}").text
    for words in (
        "Invitation to a meeting", "Repair visit, part one", "Workshop 2", "Fox, Bob",
        "Wed, 15 Jul 2026 09:00 – 10:30 (London)", "attachment-1.ics",
    ):  # fmt: skip
        assert words in page
    as_mei.post("/preferences", locale="zh_Hans")
    assert "2026年7月15日 周三 09:00 – 10:30 (伦敦)" in as_mei.get(f"/tickets/{ticket}").text


ATTENDEE = "ATTENDEE;PARTSTAT={};CN=Bob:mailto:bob@x.example"


@pytest.mark.parametrize(
    ("method", "event", "words"),
    [
        ("CANCEL", USUAL, "Meeting cancelled"),
        ("REPLY", (START, ATTENDEE.format("ACCEPTED")), "Bob &lt;bob@x.example&gt; accepts"),
        ("REPLY", (START, ATTENDEE.format("DECLINED")), "Bob &lt;bob@x.example&gt; declines"),
        ("REPLY", (START, ATTENDEE.format("%d%s")), "answers an invitation"),
        ("REQUEST", ("DTSTART;VALUE=DATE:20260715",), "Wed, 15 Jul 2026, all day"),
        ("REQUEST", ("DTSTART:20260715T100000",), "10:00 (no time zone given)"),
        ("REQUEST", (START, END, "RRULE:FREQ=WEEKLY"), "Every week"),
        ("REQUEST", ("SUMMARY:<script>alert(1)</script>",), "&lt;script&gt;alert(1)"),
        ("NONSENSE", USUAL, "Calendar entry"),
    ],
)
def test_every_kind_of_invitation(
    as_mei: Visit, desk: Desk, method: str, event: tuple[str, ...], words: str
) -> None:
    ticket = receive(desk, invited(calendar(*event, method=method))).ticket
    assert words in as_mei.get(f"/tickets/{ticket}").text


def test_the_sender_of_a_forwarded_mail_is_offered_and_taken_back(
    as_mei: Visit, desk: Desk
) -> None:
    ticket = receive(desk, multipart("Content-Type: text/plain\r\n\r\nsee", ATTACHED)).ticket
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "Forwarded mail" in page
    assert "Bob Fox &lt;bob@x.example&gt;" in page
    assert "It snapped." in page
    assert "Make Bob Fox the requester" in page
    address = f"{address_of(desk, ticket or 0)}/requester"
    assert as_mei.post(address, mail="0").status_code == 302
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "Bob Fox is the requester now." in page
    assert "Mei Chen made Bob Fox the requester, who was Ann Example" in page
    as_mei.post(address)
    assert "Make Bob Fox the requester" in as_mei.get(f"/tickets/{ticket}").text


def test_who_may_not_cannot(as_mei: Visit, stranger: Visit, desk: Desk) -> None:
    ticket = receive(desk, multipart("Content-Type: text/plain\r\n\r\nsee", ATTACHED)).ticket
    address = f"{address_of(desk, ticket or 0)}/requester"
    assert stranger.post(address, mail="0").status_code in (302, 400)
    assert as_mei.post(address, mail="0", csrf_token="wrong").status_code == 400
    for wrong in ("9", "-1", "x", "1" * 30):
        assert as_mei.post(address, mail=wrong).status_code == 404
    assert "Make Bob Fox the requester" in as_mei.get(f"/tickets/{ticket}").text


def test_the_sender_themselves_is_not_offered(as_mei: Visit, desk: Desk) -> None:
    own = ATTACHED.replace("bob@x.example", "ann@customer.example")
    ticket = receive(desk, multipart("Content-Type: text/plain\r\n\r\nsee", own)).ticket
    assert "the requester</button>" not in as_mei.get(f"/tickets/{ticket}").text


def test_a_stranger_who_names_hostile_things(as_mei: Visit, desk: Desk) -> None:
    text = (
        "---------- Forwarded message ---------\nFrom: <img src=x onerror=alert(1)> "
        "<eve@x.example>\nDate: %(x)s {{ 7*7 }}\nSubject: <b>x</b>\n\nx"
    )
    ticket = receive(desk, mail(text, subject="Fwd: x")).ticket
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "<img src=x" not in page
    assert "%(x)s {{ 7*7 }}" in page


def test_the_checks_of_the_sender_stand_on_the_message(as_mei: Visit, desk: Desk) -> None:
    inboxes.add_inbox(
        desk, SYSTEM, channel="email", address="support@tarnfold.example", name="Support",
        settings={"authentication": "header", "trusted_authserv": "mx.tarnfold.example"},
    )  # fmt: skip
    line = (
        "mx.tarnfold.example; spf=softfail smtp.mailfrom=post.example; "
        "dkim=pass header.d=fjell.example; dmarc=pass header.from=fjell.example"
    )
    ticket = receive(desk, Mail(headers={"Authentication-Results": line})).ticket
    page = as_mei.get(f"/tickets/{ticket}").text
    for said in ("The sender&#39;s address is proved: fjell.example.", "failed softly", "DMARC"):
        assert said in page, said
    as_mei.post("/preferences", locale="zh_Hans")
    assert "已证明发件人的地址：fjell.example。" in as_mei.get(f"/tickets/{ticket}").text


def test_one_click_sets_a_message_apart(as_mei: Visit, desk: Desk, ticket: int) -> None:
    first = Mail()
    old = receive(desk, first).ticket
    receive(desk, Mail(text="Another matter", headers={"In-Reply-To": first.message_id}))
    page = as_mei.get(f"/tickets/{old}").text
    place = re.findall(rf'action="(/tickets/{old}/messages/\d+/place)"', page)[-1]
    answer = as_mei.post(place, to="", alone="1")
    assert answer.status_code == 302
    assert answer.headers["Location"] not in (f"/tickets/{old}", place)


def places(page: str, ticket: int | None) -> list[str]:
    """Where each message of the page can be set apart by one click, in order."""
    return re.findall(rf'action="(/tickets/{ticket}/messages/\d+/place)"', page)


def test_a_note_of_a_machine_is_set_apart_by_one_click_too(as_mei: Visit, desk: Desk) -> None:
    first = Mail()
    old = receive(desk, first).ticket
    away = {"In-Reply-To": first.message_id, "Auto-Submitted": "auto-replied"}
    receive(desk, Mail(text="I am away.", headers=away))
    _, place = places(as_mei.get(f"/tickets/{old}").text, old)
    there = as_mei.post(place, alone="1").location
    assert there != f"/tickets/{old}"
    assert "I am away." in as_mei.get(there).text
    assert "I am away." not in as_mei.get(f"/tickets/{old}").text


def test_a_reply_from_an_agents_own_program_is_set_apart_by_one_click_too(
    as_mei: Visit, desk: Desk, mei: Actor
) -> None:
    inboxes.add_inbox(
        desk, SYSTEM, channel="email", address="support@tarnfold.example", name="Support",
        settings={"authentication": "header", "trusted_authserv": TRUSTED},
    )  # fmt: skip
    old = receive(desk, Mail()).ticket or 0
    receive(desk, own_mail(desk, mei, old))
    _, place = places(as_mei.get(f"/tickets/{old}").text, old)
    there = as_mei.post(place, alone="1").location
    assert there != f"/tickets/{old}"
    assert "It leaves today." in as_mei.get(there).text


def test_a_stopped_mail_loop_is_said_in_the_ticket(
    as_mei: Visit, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot_policy, "due_at", lambda _first, moment: moment)
    inboxes.add_inbox(
        desk, SYSTEM, channel="email", address="support@tarnfold.example", name="Support",
        settings={"bot": True},
    )  # fmt: skip
    few = desk.settings.model_copy(update={"automatic_mails_per_address": 1})
    for text in ("One thing.", "Another."):
        ticket = receive(desk, Mail(text=text)).ticket
        one_round(replace(desk, settings=few))
    said = (
        "An automatic mail to ann@fjell.example was not sent: the address has had too many "
        "within an hour. It may be a mail loop."
    )
    assert said in as_mei.get(f"/tickets/{ticket}").text
    as_mei.post("/preferences", locale="zh_Hans")
    said = "发往 ann@fjell.example 的自动邮件未发送：该地址一小时内收到的自动邮件过多，"
    assert said in as_mei.get(f"/tickets/{ticket}").text


def test_a_participant_who_is_confirmed_can_be_written_to(
    as_mei: Visit, desk: Desk, ticket: int
) -> None:
    said = replies.send(desk, SYSTEM, ticket, "Soon.")
    receive(desk, Mail(sender="Eve <eve@x.example>", headers={"In-Reply-To": said.message_id}))
    button = re.search(
        r'action="([^"]+/confirmation)".*?Confirm</button>', as_mei.get(f"/tickets/{ticket}").text
    )
    assert button
    recipients = f"/tickets/{ticket}/recipients"
    assert "Not confirmed: gets nothing" in as_mei.get(recipients, fragment=True).text
    as_mei.post(button[1], fragment=True)
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "/confirmation" not in page
    assert "Mei Chen confirmed eve@x.example" in page
    choices = as_mei.get(recipients, fragment=True).text
    assert 'name="place:eve@x.example"' in choices
    assert "Not confirmed" not in choices


def test_a_mail_without_a_mail_server_says_that_it_was_captured(
    as_mei: Visit, desk: Desk, ticket: int
) -> None:
    for delivery in replies.send(desk, SYSTEM, ticket, "On its way.").deliveries:
        deliver(desk, delivery)
    captured = "Captured in the local outbox: no SMTP server is set."
    assert captured in as_mei.get(f"/tickets/{ticket}").text
    as_mei.post("/preferences", locale="zh_Hans")
    page = as_mei.get(f"/tickets/{ticket}").text
    assert "已存入本机发件箱：未设置 SMTP 服务器。" in page
    assert captured not in page


def named_without_proof(desk: Desk, ticket: int) -> int:
    """A ticket whose mail names another one in its subject."""
    return receive(desk, Mail(subject=f"Re: Pole [#{ticket}]", text="And the pegs?")).ticket or 0


def cards_of(visit: Visit, ticket: int) -> str:
    return visit.get(f"/tickets/{ticket}/cards", fragment=True).text


def test_a_ticket_that_the_subject_names_is_suggested_and_linked_at_a_press(
    as_mei: Visit, desk: Desk, ticket: int
) -> None:
    new = named_without_proof(desk, ticket)
    cards = cards_of(as_mei, new)
    for said in (f"May belong to #{ticket}", f"Link to #{ticket}", f"Merge into #{ticket}"):
        assert said in cards
    event = f"This may belong to ticket {ticket}: nothing proves that its sender takes part there"
    assert event in as_mei.get(f"/tickets/{new}").text
    assert "May belong to" not in cards_of(as_mei, ticket)
    as_mei.post(f"/tickets/{new}/links", fragment=True, kind="related", other=str(ticket))
    cards = cards_of(as_mei, new)
    assert f"Related #{ticket}" in cards
    assert "May belong to" not in cards
    as_mei.post(f"/tickets/{new}/links/{ticket}/removal", fragment=True)
    assert "May belong to" not in cards_of(as_mei, new)  # somebody has decided


def test_a_suggested_ticket_is_merged_at_a_press(as_mei: Visit, desk: Desk, ticket: int) -> None:
    new = named_without_proof(desk, ticket)
    assert f'action="/tickets/{new}/merge"' in cards_of(as_mei, new)
    as_mei.post(f"/tickets/{new}/merge", into=str(ticket))
    assert "And the pegs?" in as_mei.get(f"/tickets/{ticket}").text
    as_mei.post(f"/tickets/{new}/parting")
    assert "May belong to" not in cards_of(as_mei, new)


def test_a_suggestion_is_dismissed_once_and_follows_a_merge(
    as_mei: Visit, desk: Desk, ticket: int
) -> None:
    new = named_without_proof(desk, ticket)
    survivor = receive(desk, Mail(subject="All poles")).ticket
    as_mei.post(f"/tickets/{ticket}/merge", into=str(survivor))
    assert f"May belong to #{survivor}" in cards_of(as_mei, new)
    for _ in range(2):
        as_mei.post(f"/tickets/{new}/suggested-links/{survivor}/dismissal", fragment=True)
    assert "May belong to" not in cards_of(as_mei, new)
    page = as_mei.get(f"/tickets/{new}").text
    assert page.count(f"Mei Chen said that ticket {survivor} is another matter") == 1


def test_a_suggestion_is_made_in_chinese(as_mei: Visit, desk: Desk, ticket: int) -> None:
    new = named_without_proof(desk, ticket)
    as_mei.post("/preferences", locale="zh_Hans")
    cards = cards_of(as_mei, new)
    for said in (f"可能属于 #{ticket}", f"关联到 #{ticket}", f"并入 #{ticket}"):
        assert said in cards
    as_mei.post(f"/tickets/{new}/suggested-links/{ticket}/dismissal", fragment=True)
    page = as_mei.get(f"/tickets/{new}").text
    assert f"此工单可能属于工单 {ticket}：没有证据表明发件人参与其中" in page
    assert f"Mei Chen 说明工单 {ticket} 是另一件事" in page


def test_promise_6_a_suggestion_tells_nothing_of_a_ticket_of_others(
    as_mei: Visit, as_lawyer: Visit, desk: Desk, secret_ticket: int
) -> None:
    new = named_without_proof(desk, secret_ticket)
    assert "Notice of claim" in cards_of(as_lawyer, new)
    for page in (cards_of(as_mei, new), as_mei.get(f"/tickets/{new}").text):
        assert "Notice of claim" not in page
        assert "May belong to" not in page
    address = f"/tickets/{new}/suggested-links/{secret_ticket}/dismissal"
    assert as_mei.post(address).status_code == 404
