"""How mail programs mark what they quote: headings, rules, introductions, signatures.

Every pattern is anchored, has no nested repetition and is only used on cut lines.
"""

from __future__ import annotations

import re

MAX_LINE = 400  # characters of a line that are looked at

COLONS = (":", "：")
QUOTE = (">", "＞")

_LABELS = {
    "from": "from/von/de/da/van/från/fra/od/от/от кого/"
    "发件人/發件人/寄件者/寄件人/发信人/差出人/보낸 사람",
    "date": "date/sent/datum/gesendet/envoyé/enviado/enviado el/enviado em/fecha/data/inviato/"
    "verzonden/skickat/sendt/wysłano/дата/отправлено/"
    "发送时间/發送時間/发件时间/发送日期/發送日期/日期/时间/時間/"
    "寄件日期/傳送日期/寄送日期/送信日時/日時/보낸 날짜",
    "to": "to/an/à/para/a/aan/till/til/do/кому/收件人/收件者/宛先/받는 사람",
    "cc": "cc/kopie/copia/copie/kopia/копия/抄送/抄送人/副本/참조",
    "subject": "subject/betreff/objet/asunto/oggetto/assunto/onderwerp/ämne/emne/temat/тема/"
    "主题/主題/主旨/件名/제목",
    "reply": "reply-to/importance/priority/attachments/附件/重要性/优先级/回复/回覆",
}
_LABEL_OF = {word: label for label, words in _LABELS.items() for word in words.split("/")}
_LABEL = re.compile(r"[*_\s]{0,4}([^\W\d_][\w\- ]{0,14}?)[*_ \t\u00a0]{0,4}[:：]")

_REPLIED = (
    r"original message|original|original appointment|replied message|reply message|"
    r"ursprüngliche nachricht|message d'origine|mensaje original|mensagem original|"
    r"messaggio originale|oorspronkelijk bericht|originalmeddelande|исходное сообщение|"
    r"原始邮件|原始郵件|邮件原件|郵件原件|原邮件|原郵件|回复的原邮件|原始信息|原始訊息|元のメッセージ"
)
_FORWARDED = (
    r"forwarded message|forwarded by .{1,80}|weitergeleitete nachricht|message transféré|"
    r"mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht|"
    r"пересылаемое сообщение|转发的邮件|转发邮件信息|轉寄郵件|轉寄的郵件|转发邮件|轉寄訊息"
)
ORIGINAL_MESSAGE = re.compile(rf"[-—_=*\s]{{2,40}}({_REPLIED})[-—_=*\s:：]{{2,40}}", re.IGNORECASE)
FORWARDED_MESSAGE = re.compile(
    rf"[-—_=*\s]{{2,40}}({_FORWARDED})[-—_=*\s:：]{{2,40}}"
    r"|begin forwarded message:|开始转发的邮件[:：]?|開始轉寄郵件[:：]?|以下是转发的邮件[:：]",
    re.IGNORECASE,
)
ABOVE_THIS_LINE = re.compile(
    r"[-#=*\s]{0,20}(please )?((type|write|enter) )?(your )?reply above this line[-#=*.\s]{0,20}"
    r"|[-#=*\s]{0,20}请在此行(之)?上方回复[-#=*.。\s]{0,20}",
    re.IGNORECASE,
)
RULE = re.compile(r"[-_—=*\s\u2500]{3,200}")

_WROTE = re.compile(
    r"(\b(wrote|writes)|写道|寫道|写到|\ba écrit|\bescribió|\bha scritto|\bescreveu|\bgeschreven|"
    r"написала?|написал\(а\)|пишет|\bkirjoitti|yazdı|のメール|작성)\s{0,2}[:：]$"
    r"|\b(schrieb|schreef|skrev|napisał|napsal)\b.{0,200}[:：]$",
    re.IGNORECASE,
)
_INTRO_STARTS = re.compile(
    r"(on|at|am|le|el|il|em|op|den|w dniu|dne|pe)\s|[在于於]\s?\d|\d{1,4}[./年-]|.{1,200}@",
    re.IGNORECASE,
)
_DATED = re.compile(r"\d{1,4}\s?[./年-]\s?\d{1,2}\s?[./月-]\s?\d{1,4}|\d{1,2}[:：]\d{2}")

SIGNATURE_MARK = re.compile(r"--[ \t\u00a0]*|—[ \t]*|__[ \t]*")
LIST_FOOTER = re.compile(r"_{20,}")
LIST_WORDS = re.compile(r"mailing list|listinfo|unsubscribe|@lists?\.|退订|邮件列表", re.IGNORECASE)
# "Sent from my desk, is much easier" is a sentence: no comma, no stop, few words.
MOBILE_SIGNATURE = re.compile(
    r"(sent from|sent via|sent using|sent with|get outlook for|von meinem|gesendet mit|"
    r"envoyé de(puis)?|enviado desde|enviado do|inviato da|verzonden vanaf|verstuurd vanaf|"
    r"отправлено с)( [^\s,.;!?:]{1,30}){1,6}( ?<https?:[^\s>]{1,200}>)?"
    r"|[-\s]{0,4}(发自|發自|發送自|发送自|傳送自|来自|從我的|从我的|获取|下載|下载)\s?.{0,30}"
    r"(iphone|ipad|ios|手机|手機|mac|android|安卓|outlook|邮箱|郵箱|信箱|邮件|邮件应用|客户端|发送|傳送|寄出)"
    r".{0,30}",
    re.IGNORECASE,
)


def header_label(line: str) -> str:
    """Which mail heading that line starts with ("from", "date", ...), or ""."""
    return heading(line)[0]


def heading(line: str) -> tuple[str, str]:
    """The mail heading that line starts with ("from", "date", ...) and what it says; or "", ""."""
    match = _LABEL.match(line)
    label = _LABEL_OF.get(" ".join(match[1].lower().split()), "") if match else ""
    return (label, line[match.end() :].strip(" \t\u00a0*_")) if match and label else ("", "")


def may_begin_intro(line: str) -> bool:
    return _INTRO_STARTS.match(line) is not None


def is_intro(line: str) -> bool:
    """Whether that is "On 3 May, Ann <ann@example.com> wrote:" in any known language."""
    return _WROTE.search(line) is not None and (any(c.isdigit() for c in line) or "@" in line)


def is_intro_before_quote(line: str) -> bool:
    """A weaker sign, enough right above a quoted line: a dated or addressed line with a colon."""
    return line.endswith(COLONS) and ("@" in line or _DATED.search(line) is not None)
