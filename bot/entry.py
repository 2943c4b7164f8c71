"""Messages whose meaning plain rules know better than a classifier. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.language import SPOKEN

ORDER_NUMBER = re.compile(r"(?<![A-Za-z0-9])T[A-Za-z]?[-– ]?\d{3,10}(?!\d)", re.IGNORECASE)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_WORDS = re.compile(r"[^\W\d_]", re.UNICODE)
_COURTESY = {"greet", "goodbye", "thanks", "talk_to_human", "anger", "complaint"}
_ORDERS_TO_THE_BOT = re.compile(
    r"\b(ignore|disregard|forget|override)\b.{0,40}\b(instructions?|prompts?|rules|training)\b"
    r"|\bsystem\s+prompt\b|\b(developer|debug|admin|jailbreak|DAN)\s+mode\b"
    r"|\byou\s+are\s+now\b|\bact\s+as\b.{0,30}\b(admin|developer|root|model)\b"
    r"|(忽略|无视|忘记|忽視|無視|忘記).{0,20}(指令|指示|规则|規則|提示词|提示詞|设定|設定)"
    r"|系统提示|系統提示|(开发者|開發者|管理员|管理員)模式|你现在是|你現在是",
    re.IGNORECASE | re.DOTALL,
)
_NO_ACCESS = re.compile(
    r"\b(?:don['’]?t|do not|no longer|can['’]?t|can ?not|haven['’]?t|have not|didn['’]?t|did not"
    r"|never|lost|without)\b.{0,30}"
    r"\b(?:access|codes?|e-?mails?|mail|mailbox|inbox|phone|number|sms|text|message|it|anything)\b"
    r"|\bno (?:access|code|e-?mail|mail|sms|text|message)\b"
    r"|\b(?:code|e-?mail|mail|sms|text|message|it)\b.{0,15}"
    r"\b(?:never|did ?n['’]?t|did not|has ?n['’]?t|has not|does ?n['’]?t|does not)\b"
    r"|\bnothing\b.{0,12}\b(?:arrived|came|come|here|there|received)\b"
    r"|收不到|(?:没有?|沒有?|未)能?(?:收到|看到|拿到|来|來|验证码|驗證碼|邮箱|郵箱|信箱|手机|手機|短信|簡訊"
    r"|邮件|郵件|权限|權限)|(?:登|打|进|進|用|看|拿)不(?:上|了|到|开|開|进|進|去)"
    r"|(?:无法|無法|不能)(?:收|登|打|进|進|访问|訪問|看|用|使用)"
    r"|(?:换|換|丢|丟)了?.{0,4}(?:邮箱|郵箱|信箱|手机|手機|号|號)"
    r"|(?:邮箱|郵箱|信箱|手机|手機|号码|號碼).{0,6}(?:换了|換了|丢了|丟了|停用|不用了|没了|沒了)",
    re.IGNORECASE | re.DOTALL,
)
OFTEN = 3  # contacts lately from which on a machine has had its chance
FIRST_EPOCH = 1  # after a handback a person has decided that the bot speaks


def entry_intent(
    text: str, found: str | None, guess: str, metadata: Mapping[str, Any]
) -> str | None:
    """The intent that a rule gives, or None to keep the classifier's."""
    return _code_intent(text, metadata) or _plain_intent(text, found, guess, metadata)


def _code_intent(text: str, metadata: Mapping[str, Any]) -> str | None:
    """While the desk waits for a one-time code; it has tried the code that they wrote."""
    if metadata.get("code"):
        return "code_given"
    return "no_access" if metadata.get("code_awaited") and cannot_get_code(text) else None


def cannot_get_code(text: str) -> bool:
    """Whether somebody who was asked for a one-time code says that they cannot get at it."""
    return bool(_NO_ACCESS.search(text))


def _plain_intent(
    text: str, found: str | None, guess: str, metadata: Mapping[str, Any]
) -> str | None:
    if _ORDERS_TO_THE_BOT.search(text):
        return "order_to_the_bot"
    if ORDER_NUMBER.search(text) and (
        guess == "nlu_fallback" or len(_letters_beside_numbers(text)) < 3
    ):
        return "order_status"
    if found is None:
        return None if EMAIL.search(text) or re.search(r"\d", text) else "no_words"
    if found != "zh" and found not in SPOKEN:
        return "other_language"
    if is_repeated(metadata) and guess not in _COURTESY:
        return "repeated_contact"
    return None


def is_repeated(metadata: Mapping[str, Any]) -> bool:
    """Whether this customer has come back so often that people should take over at once."""
    lately, epoch = metadata.get("contacts_lately"), metadata.get("epoch")
    if not isinstance(lately, int) or lately < OFTEN:
        return False
    return not isinstance(epoch, int) or epoch <= FIRST_EPOCH


def order_number_in(text: str) -> str | None:
    """As the shop writes it: capitals and one hyphen (TF-20841)."""
    match = ORDER_NUMBER.search(text)
    if not match:
        return None
    letters, digits = re.match(r"([A-Za-z]+)\D*(\d+)", match.group()).groups()  # type: ignore[union-attr]
    return f"{letters.upper()}-{digits}"


def email_in(text: str) -> str | None:
    match = EMAIL.search(text)
    return match.group().strip(".") if match else None


def _letters_beside_numbers(text: str) -> list[str]:
    return _WORDS.findall(ORDER_NUMBER.sub(" ", text))
