"""Texts and calls through a running desk, with the provider's stand-in on the other side."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from helpdesk.actions import inboxes, replies
from helpdesk.config import Settings
from helpdesk.desk import Desk, open_desk
from helpdesk.models import ContactPoint, Envelope, Ticket
from helpdesk.queries.ticket_record import ticket_record
from helpdesk.rules.actor import SYSTEM
from tests.desks import SECRET
from tests.patience import eventually
from tests.servers.desk_process import DeskProcess
from tests.standins.twilio import Numbers, TwilioStandIn


@pytest.fixture(scope="module")
def provider() -> Iterator[TwilioStandIn]:
    with TwilioStandIn() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    """One desk for all of these tests: each has customers of its own."""
    process = DeskProcess(tmp_path_factory.mktemp("desk"), settings={"HELPDESK_SECRET_KEY": SECRET})
    yield process.start()
    process.stop(timeout=5)


@pytest.fixture(scope="module")
def desk(process: DeskProcess, provider: TwilioStandIn) -> Iterator[Desk]:
    """The same desk from this side, with a number for texts and one for calls."""
    settings = Settings(
        data_dir=process.data_dir,
        database_url=process.environment["HELPDESK_DATABASE_URL"],
        secret_key=SECRET,
        public_url=process.url,
    )
    desk = open_desk(settings)
    account = {
        "account_sid": provider.account_sid,
        "auth_token": provider.auth_token,
        "api_base_url": provider.url,
    }
    for channel, address in (("sms", "+447700900100"), ("phone", "+447700900101")):
        inboxes.add_inbox(
            desk, SYSTEM, channel=channel, address=address, name=channel, settings=account
        )
    yield desk
    desk.database.close()


@pytest.fixture
def texts(process: DeskProcess, desk: Desk) -> str:
    return f"{process.url}/webhooks/sms/1/message"


@pytest.fixture
def calls(process: DeskProcess, desk: Desk) -> str:
    return f"{process.url}/webhooks/phone/2"


def ticket_of(desk: Desk, number: str) -> int:
    with desk.read() as session:
        return session.scalars(
            select(Ticket.id)
            .join(ContactPoint, ContactPoint.customer_id == Ticket.customer_id)
            .where(ContactPoint.normalized == number)
        ).one()


def messages(desk: Desk, number: str) -> list[dict]:  # type: ignore[type-arg]
    return ticket_record(desk, SYSTEM, ticket_of(desk, number))["messages"]


def answer(desk: Desk, number: str, words: str) -> None:
    replies.send(desk, SYSTEM, ticket_of(desk, number), words)


def outcome(desk: Desk, number: str) -> dict:  # type: ignore[type-arg]
    return messages(desk, number)[1]["deliveries"][0]


def test_a_text_with_a_picture_is_answered_and_the_receipt_comes_back(
    desk: Desk, provider: TwilioStandIn, texts: str
) -> None:
    ann = "+447700900001"
    provider.send_sms(texts, ann, "我的帐篷杆断了", media=[provider.picture])
    (asked,) = messages(desk, ann)
    assert (asked["text"], asked["channel"]) == ("我的帐篷杆断了", "sms")
    eventually(lambda: messages(desk, ann)[0]["attachments"][0]["size"] == len(provider.picture[1]))
    answer(desk, ann, "请把照片发给我们。")
    eventually(lambda: outcome(desk, ann)["state"] == "delivered")
    assert [m.body for m in provider.sent if m.to == ann] == ["请把照片发给我们。"]
    assert outcome(desk, ann)["to"] == ann


def test_a_text_to_someone_who_opted_out_fails_in_words(
    desk: Desk, provider: TwilioStandIn, texts: str
) -> None:
    provider.send_sms(texts, Numbers.OPTED_OUT, "Hello")
    answer(desk, Numbers.OPTED_OUT, "Hello to you")
    eventually(lambda: outcome(desk, Numbers.OPTED_OUT)["state"] == "failed")
    assert "21610" in outcome(desk, Numbers.OPTED_OUT)["reason"]


def test_a_text_whose_outcome_nobody_knows_is_not_sent_again(
    desk: Desk, provider: TwilioStandIn, texts: str
) -> None:
    provider.send_sms(texts, Numbers.DROPS, "Hello")
    answer(desk, Numbers.DROPS, "Hello to you")
    eventually(lambda: outcome(desk, Numbers.DROPS)["state"] in ("unknown", "delivered"))
    assert len([m for m in provider.sent if m.to == Numbers.DROPS]) <= 1


def test_a_doubled_text_is_one_message(desk: Desk, provider: TwilioStandIn, texts: str) -> None:
    ben = "+447700900002"
    form = {"MessageSid": "SM" + "1" * 32, "From": ben, "To": "+447700900100", "Body": "Hello"}
    for _ in range(3):
        provider.post(texts, form)
    assert len(messages(desk, ben)) == 1


def test_a_voicemail_becomes_a_ticket_with_audio_and_transcript(
    desk: Desk, provider: TwilioStandIn, calls: str
) -> None:
    cleo = "+447700900003"
    provider.place_call(calls, cleo, transcript="Please call me back.")
    (call,) = messages(desk, cleo)
    assert (call["channel"], call["text"]) == ("phone", "Please call me back.")
    eventually(lambda: messages(desk, cleo)[0]["attachments"][0]["size"] > 0)
    assert call["attachments"][0]["type"].startswith("audio/")


def test_a_missed_call_is_a_ticket_to_call_back_and_goes_on_by_text(
    desk: Desk, provider: TwilioStandIn, calls: str, texts: str
) -> None:
    dora = "+447700900004"
    provider.place_call(calls, dora, leave_voicemail=False)
    (call,) = messages(desk, dora)
    assert call["text"].startswith("Missed call")
    assert dora in call["text"]
    answer(desk, dora, "We tried to call you back.")
    eventually(lambda: outcome(desk, dora)["state"] == "delivered")
    provider.send_sms(texts, dora, "Call me at five")
    assert [m["channel"] for m in messages(desk, dora)] == ["phone", "sms", "sms"]


def test_promise_9_a_forged_webhook_is_forbidden_and_leaves_nothing(desk: Desk, texts: str) -> None:
    request = urllib.request.Request(
        texts,
        data=b"MessageSid=SM1&From=%2B447700900009&Body=x",
        headers={"X-Twilio-Signature": "Zm9yZ2Vk"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403
    with desk.read() as session:
        raws = session.scalars(select(Envelope.raw)).all()
    assert not [raw for raw in raws if raw and b"447700900009" in raw]
