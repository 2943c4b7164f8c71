"""What the record keeps in English is read in the reader's language, whoever stored it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.models import AuditEvent
from helpdesk.web import audit_words, stored_sentences
from helpdesk.web.audit_events import EVENTS

ROOT = Path(__file__).resolve().parent.parent.parent
SAY = {
    "Ignored", "Unreadable", "TemporaryFailure", "NotReachable", "PermanentFailure",
    "AddressRefused", "UnknownOutcome", "MustConnect", "ScannerAway",
}  # fmt: skip

# A place that stands for words, not for a value.
IN_WORDS = {"7 refused our 7: 7": ["7 refused our access token: 7",
                                   "7 refused our user name or password: 7"]}  # fmt: skip


def modules() -> Iterator[ast.Module]:
    for room in ("channels", "helpdesk"):
        for path in (ROOT / room).rglob("*.py"):
            yield ast.parse(path.read_text())


def calls(names: set[str]) -> Iterator[ast.Call]:
    for module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and _called(node) in names:
                yield node


def _called(node: ast.Call) -> str:
    function = node.func
    return getattr(function, "id", "") or getattr(function, "attr", "")


def written(node: ast.expr) -> str:
    """The sentence with 7 in each place; "" for what is not written there."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(written(part) if isinstance(part, ast.Constant) else "7"
                       for part in node.values)  # fmt: skip
    return ""


def test_every_sentence_of_an_adapter_is_known() -> None:
    said = {written(node.args[0]) for node in calls(SAY) if node.args} - {""}
    assert len(said) > 60
    said = {whole for words in said for whole in IN_WORDS.get(words, [words])}
    assert {words for words in said if not stored_sentences.is_known(words)} == set()


def test_every_event_of_the_log_has_words() -> None:
    named = {
        argument.value
        for node in calls({"record"})
        for argument in node.args
        if isinstance(argument, ast.Constant) and "." in str(argument.value)
    }
    assert len(named) > 100
    assert named - set(EVENTS) == set()


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Missed call from +447911123456: call back.", "未接来电：+447911123456，请回电。"),
        ("Voicemail, 0:42", "语音留言，0:42"),
        (
            "The customer's telephone is switched off or out of reach (30003).",
            "客户的手机关机或不在服务区（30003）。",
        ),
        (
            "Given up after 9 tries: mail.fjell.example:25 cannot be reached: timed out.",
            "尝试 9 次后放弃：无法连接 mail.fjell.example:25：timed out.",
        ),
        (
            "The visitor has left the chat. It follows by email.",
            "访客已离开聊天。改由邮件送达。",
        ),
        (
            "The mail could not be delivered: 550 No such mailbox (about nothing that this desk "
            "sent)",
            "邮件未能送达：550 No such mailbox（与本服务台发出的消息无关）",
        ),
        ("250 2.0.0 OK 1732804 - gsmtp", "250 2.0.0 OK 1732804 - gsmtp"),
    ],
)
def test_values_stay_and_words_are_the_readers(app: Flask, stored: str, shown: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert stored_sentences.said(stored) == shown
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert stored_sentences.said(stored) == stored


def test_only_what_the_desk_says_of_a_call_is_changed(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert stored_sentences.call("(no subject)") == "（无主题）"
        assert stored_sentences.call("The mail is empty.") == "The mail is empty."


def test_the_log_names_what_an_event_keeps(app: Flask) -> None:
    event = AuditEvent(event="message.sent", data={"channel": "phone", "odd": [1, 2]})
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert audit_words.event_words(event.event) == "已发送消息"
        assert audit_words.told(event) == "渠道：电话; odd：1, 2"
        assert audit_words.event_words("no.such_thing") == "no.such_thing"
