"""Charsets, encoded words, addresses, file names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email import charsets, files, headers
from tests.channels.email.mails import mail, message, multipart

CHINESE = "您好，我的订单还没有到，请帮我查一下物流。谢谢！"
RUSSIAN = "Здравствуйте, мой заказ ещё не пришёл. Проверьте, пожалуйста."


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (CHINESE, "gb18030", "gb2312"),
        (CHINESE, "gb18030", ""),
        (CHINESE, "utf-8", "us-ascii"),
        (CHINESE, "utf-8", "iso-8859-1"),
        (CHINESE, "utf-8", "no-such-charset"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-7", "utf-7"),
        ("退款申請已經處理", "big5", "big5"),
        ("ご注文ありがとうございます", "iso-2022-jp", "iso-2022-jp"),
        ("ご注文①", "cp932", "shift_jis"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "cp1251", ""),
        ("Grüße – “danke” für 5 €", "cp1252", "iso-8859-1"),
        ("Grüße – “danke” für 5 €", "cp1252", ""),
        ("Grüße", "cp1252", "utf-8"),
        ("한국어 메일", "cp949", "ks_c_5601-1987"),
        (CHINESE, "utf-7", "unicode-1-1-utf-7"),
        (CHINESE, "gb18030", "x-gbk"),
        ("退款申請已經處理", "big5", "x-x-big5"),
        ("ご注文①", "cp932", "windows-31j"),
        ("שלום לכם", "iso8859-8", "iso-8859-8-i"),
        ("Grüße", "cp850", "cp-850"),
        ("Grüße", "mac-roman", "x-mac-roman"),
        ("Grüße", "utf-8", "utf-8."),
    ],
)
def test_text_is_read_whatever_the_mail_says_of_itself(text, encoding, declared):
    assert charsets.decode(text.encode(encoding), declared) == text


def test_a_damaged_character_does_not_spoil_the_rest():
    assert charsets.decode("退款申请".encode() + b"\xe9", "utf-8") == "退款申请\ufffd"


@pytest.mark.parametrize("declared", ["punycode", "idna", "unicode_escape", "hex", "zlib", "\x00"])
def test_codecs_that_are_no_charsets_are_not_used(declared):
    assert charsets.decode(rb"a\u0041-b", declared) == r"a\u0041-b"


def test_utf_7_that_is_none_is_read_as_it_stands():
    assert charsets.decode(b"1 +1 = 2 \xe9", "utf-7") == "1 +1 = 2 é"
    assert charsets.decode(b"half a pair +2AA- and on", "utf-7") == "half a pair \ufffd and on"


def test_utf_7_hides_no_tags():
    html = b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-hello"
    assert message(mail(html, content_type="text/html; charset=utf-7")).html == "hello"
    undeclared = message(mail(b"<meta charset=utf-7>" + html, content_type="text/html"))
    assert undeclared.text == html.decode()


@pytest.mark.parametrize(
    ("charset", "text"), [("gb2312", CHINESE), ("koi8-r", RUSSIAN), ("big5", "退款申請")]
)
def test_html_may_name_its_charset_itself(charset, text):
    head = f"<meta http-equiv=Content-Type content='text/html; charset={charset}'><p>"
    raw = mail(head.encode() + text.encode(charset), content_type="text/html")
    assert message(raw).text == text


def test_what_a_database_cannot_hold_is_taken_out():
    assert charsets.clean("a\x00b\r\nc\rd\x1b\ud800") == "ab\nc\nd\ufffd"


@given(st.binary(max_size=400), st.text(max_size=20))
def test_any_bytes_in_any_charset_become_clean_text(data, declared):
    text = charsets.decode(data, declared)
    text.encode("utf-8")
    assert "\x00" not in text
    assert "\r" not in text


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("=?utf-8?b?6YCA5qy+?=", "退款"),
        ("=?gb2312?B?zcu/7g==?=", "退款"),
        ("=?utf-8?q?one?= =?utf-8?q?two?=", "onetwo"),
        ("=?utf-8?b?6YCA5g==?= =?utf-8?b?rL4=?=", "退款"),  # a character cut in two
        ("Re: =?utf-8?q?caf=C3=A9?= today", "Re: café today"),
        ("=?none?b?VEVTVA=?=", "TEST"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-7?q?+kABrPg-?=", "退款"),
        ("=?unicode-1-1-utf-7?Q?+kABrPg-?=", "退款"),
        ("plain", "plain"),
        ("a\r\n\tb", "a b"),
    ],
)
def test_encoded_words(raw, read):
    assert headers.words(raw) == read


def test_undeclared_eight_bit_headers_are_read():
    raw = b"Subject: " + "退款申请".encode() + b"\r\n" + mail(subject="")
    assert message(raw).subject == "退款申请"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Ann@X.Example", [("ann@x.example", "")]),
        ('"Smith, Ann" <ann@x.example>', [("ann@x.example", "Smith, Ann")]),
        ("=?utf-8?b?546L5bCP5piO?= <wang@x.example>", [("wang@x.example", "王小明")]),
        ('"=?utf-8?b?546L5bCP5piO?=" <wang@x.example>', [("wang@x.example", "王小明")]),
        ("ann@x.example (Ann)", [("ann@x.example", "Ann")]),
        ("a@x.example, b@y.example", [("a@x.example", ""), ("b@y.example", "")]),
        ("undisclosed-recipients:;", []),
        ("Team: a@x.example, b@y.example;", [("a@x.example", ""), ("b@y.example", "")]),
        ("Smith, Ann <ann@x.example", [("ann@x.example", "Ann")]),
        ("<<ann@x.example>>", [("ann@x.example", "")]),
        ("=?utf-8?q?Ann_=3Cann=40x=2Eexample=3E?=", [("ann@x.example", "Ann")]),
        ("nobody", []),
        ("", []),
    ],
)
def test_addresses(value, found):
    assert [(each.value, each.name) for each in headers.addresses([value])] == found


@given(st.text(max_size=200))
def test_any_text_is_addresses_or_none(value):
    for address in headers.addresses([value]):
        assert address.value.count("@") == 1
        assert not set(address.value) & set(" \r\n\t<>,;")


# Names of files


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\report.pdf", "report.pdf"),
        ("a\x00b\r\nc.txt", "ab c.txt"),
        ("..", "attachment-3.bin"),
        ("", "attachment-3.bin"),
        ("///", "attachment-3.bin"),
        (".htaccess", "htaccess"),
        ("con.txt", "_con.txt"),
        ("photo\u202egpj.exe", "photo_gpj.exe"),
        ("报价单.xlsx", "报价单.xlsx"),
        ('a<b>:"c"|?*.txt', "a_b___c____.txt"),
    ],
)
def test_names_are_safe_to_show_and_to_save(name, safe):
    assert files.safe_name(name, "application/octet-stream", 3) == safe


@given(st.text(max_size=400), st.sampled_from(["image/png", "text/plain", "x/y", ""]))
def test_any_name_becomes_a_safe_one(name, content_type):
    safe = files.safe_name(name, content_type, 1)
    assert 0 < len(safe) <= 150
    assert len(safe.encode()) <= 255
    assert not set(safe) & set('/\\\0\r\n<>:"|?*')
    assert safe.strip(". ") == safe
    assert files.safe_name(safe, content_type, 1) == safe


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("filename*=utf-8''%E6%8A%A5%E4%BB%B7.pdf", "报价.pdf"),
        ("filename*0*=utf-8''%E6%8A%A5;\r\n filename*1*=%E4%BB%B7.pdf", "报价.pdf"),
        ('filename="=?utf-8?b?5oql5Lu3?=.pdf"', "报价.pdf"),
        ('filename="../x.pdf"', "x.pdf"),
    ],
)
def test_names_in_every_spelling(header, name):
    part = f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {header}\r\n\r\nx"
    assert [file.name for file in message(multipart(part)).files] == [name]


@pytest.mark.parametrize(
    ("encoding", "body", "data"),
    [
        ("base64", b"aGVs\r\nbG8=", b"hello"),
        ("BASE64", b"aGVsbG8", b"hello"),
        ("base64", b"aGVsbG8=\r\n-- \r\na footer", b"hello"),
        ("quoted-printable", b"h=65l=\r\nlo", b"hello"),
        ("x-uuencode", b"begin 644 x\r\n%:&5L;&\\\r\n`\r\nend", b"hello"),
        ("8bit", b"hello", b"hello"),
        ("nonsense", b"hello", b"hello"),
    ],
)
def test_transfer_encodings(encoding, body, data):
    head = f"Content-Type: x/y; name=f\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
    assert message(multipart(head + body)).files[0].data == data
