"""Bytes -> text, whatever the mail says about itself.

Order: the declared charset, UTF-8, then Windows-1252 for western text and detection for the rest.
What a database or a page cannot hold (NUL, control characters, lone surrogates) is taken out.
"""

from __future__ import annotations

import codecs
import re

DETECTED_BYTES = 4_000  # enough to tell a charset, and bounded
SAMPLE_BYTES = 64_000
META_BYTES = 4_000  # of an HTML document, in which it may name its charset

# What senders declare is often a subset of what they use (WHATWG Encoding says the same).
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "big5": "big5hkscs",
}
# Names of the field that Python does not know.
_ALIASES = {
    alias: codec
    for codec, aliases in {
        "utf-8": "utf8mb4 utf-8mb4 utf8mb3 x-utf-8 unicode-1-1-utf-8 x-unicode20utf8",
        "gb18030": "x-gbk gb_2312-80 csgb2312 csiso58gb231280 cn-gb x-euc-cn gb18030-2005 "
        "gb18030-2022",
        "big5hkscs": "x-big5 x-x-big5 cn-big5 csbig5 big5-eten chinesebig5",
        "cp949": "ks_c_5601-1987 ks_c_5601-1989 x-windows-949 windows-949 cseuckr x-euc-kr",
        "cp932": "x-sjis windows-31j cswindows31j shift-jis-2004 x-ms-cp932",
        "euc_jp": "x-euc-jp x-euc cseucpkdfmtjapanese",
        "iso2022_jp_ext": "iso-2022-jp-ms _iso-2022-jp$esc _iso-2022-jp$sio cp50220 cp50221",
        "iso8859-8": "iso-8859-8-i iso-8859-8-e visual logical",
        "iso8859-6": "iso-8859-6-i iso-8859-6-e",
        "cp1250": "win-1250 x-cp1250 windows1250",
        "cp1251": "win-1251 x-cp1251 windows1251 win1251",
        "cp1252": "win-1252 x-cp1252 windows1252 x-ansi iso-8859-1-windows-3.1-latin-1",
        "cp874": "windows-874 dos-874",
        "mac-roman": "x-mac-roman",
        "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    }.items()
    for alias in aliases.split()
}
_OEM = re.compile(r"(?:cp|ibm|dos|oem)[-_](\d{3,4})")
# Codecs of Python that are no charset of any mail; punycode takes quadratic time.
_NOT_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}

# What mails are written in; all of them keep ASCII as it is.
_DETECTABLE = [
    "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "cp1250", "cp1252",
    "cp1253", "cp1254", "cp1255", "cp1256", "cp874",
]  # fmt: skip

# Charsets that write other letters with ASCII bytes, or ASCII with others.
_NOT_ASCII_LIKE = ("utf_7", "utf-7", "iso2022", "hz", "utf-16", "utf-32", "utf_16", "utf_32")
_UTF_BUT_8 = ("utf-7", "utf_7", "utf-16", "utf_16", "utf-32", "utf_32")
_META = re.compile(
    rb"""<meta\s[^>]{0,300}charset\s{0,5}=\s{0,5}["']?([\w.:-]{1,40})""", re.I | re.A
)
_CONTROL_BYTES = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_ASCII_RUNS = re.compile("[\x00-\x7f]+")

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]+")
_SURROGATES = re.compile("[\ud800-\udfff]")


def decode(data: bytes, declared: str = "") -> str:
    """The text of those bytes, with LF as line ends. Never raises."""
    return clean(_decode(data, declared))


def clean(text: str) -> str:
    """Without control characters and lone surrogates, with LF as line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isprintable():
        return text
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text).removeprefix("\ufeff")
    return _UNWANTED.sub("", text)


def clean_line(text: str, limit: int = 1_000) -> str:
    """One line of at most ``limit`` characters."""
    return " ".join(clean(text[: limit * 4]).split())[:limit]


def decode_header_bytes(value: bytes, body_charset: str = "") -> str:
    """A raw header value; 8-bit bytes in it are UTF-8 (RFC 6532), else what the body is declared
    to be written in, else what detection says."""
    if value.isascii():
        return value.decode("ascii")
    text = _strictly(value, "utf-8")
    return _decode(value, body_charset) if text is None else text


def python_codec(declared: str) -> str:
    """The codec for a declared charset, or "" when there is none."""
    name = _OEM.sub(r"cp\1", declared[:80].strip().strip("\"'.").lower())
    try:
        codec = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return ""
    if codec in _NOT_CHARSETS:
        return ""
    return _WIDER.get(codec, codec)


def declared_in_html(data: bytes) -> str:
    """The charset that HTML names itself, for a mail that does not say.

    As browsers do, what could not have been read as ASCII so far is not believed: a ``<meta>``
    of UTF-7 would turn harmless words into tags.
    """
    found = _META.search(data[:META_BYTES])
    declared = found[1].decode("ascii") if found else ""
    return "" if python_codec(declared).startswith(_UTF_BUT_8) else declared


def _decode(data: bytes, declared: str) -> str:
    codec = python_codec(declared) if declared else ""
    if codec.startswith(_NOT_ASCII_LIKE):
        text = _strictly(data, codec)
        return _undeclared(data) if text is None else text
    data = data.translate(None, _CONTROL_BYTES)
    if data.isascii():
        return data.decode("ascii")
    if codec == "cp1252":  # accepts nearly anything, so it is tried last
        codec = ""
    for attempt in dict.fromkeys((codec or "utf-8", "utf-8")):
        text = _strictly(data, attempt)
        if text is not None:
            return text
    return _mostly(data, codec or "utf-8") or _undeclared(data)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _mostly(data: bytes, codec: str) -> str | None:
    """That charset after all, when only a few of its characters are damaged."""
    try:
        for part in (data[:SAMPLE_BYTES], data):  # what is no such text at all shows early
            text = part.decode(codec, "replace")
            others = len(text) - sum(map(len, _ASCII_RUNS.findall(text)))
            if text.count("\ufffd") * 4 > others:
                return None
    except (UnicodeError, LookupError, ValueError):
        return None
    return text


def _undeclared(data: bytes) -> str:
    sample = data[:DETECTED_BYTES]
    high = sum(byte >= 0x80 for byte in sample)
    if high * 4 < len(sample):  # here and there an accent: a western mail
        text = _strictly(data, "cp1252")
        if text is not None:
            return text
    detected = _detected(data)
    return data.decode("cp1252", "ignore") if detected is None else detected


def _detected(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    first = next((index for index, byte in enumerate(data[:200_000]) if byte >= 0x80), 0)
    sample = data[max(first - 64, 0) :][:DETECTED_BYTES]
    best = from_bytes(sample, cp_isolation=_DETECTABLE).best()
    return data.decode(best.encoding, "replace") if best else None
