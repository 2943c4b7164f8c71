"""Handing a mail to the SMTP server (RFC 5321), and what its answers mean.

Mail leaves at least once under one Message-ID: when the line drops before the server's answer, the
mail is sent again, and the receiving side sees one mail by its Message-ID.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from channels.email.charsets import clean_line
from channels.email.compose import ascii_domain
from channels.email.settings import EmailSettings
from channels.message import (
    AddressRefused,
    DeliveryState,
    PermanentFailure,
    Receipt,
    TemporaryFailure,
)

SECONDS = 20.0  # for each step of the conversation

# RFC 3463, 3.2 and 3.3: the mailbox or its domain is not there, or takes nothing any more. Other
# refusals of a recipient (5.7.1) are about us or about this mail.
_NOBODY_THERE = re.compile(
    r"\b5\.(?:1\.(?:[1-36]|10)|2\.1)\b|no such (?:user|recipient|mailbox)"
    r"|(?:user|recipient|mailbox) unknown|unknown (?:user|recipient)",
    re.IGNORECASE,
)


def send_mail(
    raw: bytes, sender: str, recipient: str, settings: EmailSettings, timeout: float = 0
) -> Receipt:
    """One mail to one recipient; ``timeout`` 0 is the usual one.

    Raises TemporaryFailure or PermanentFailure.
    """
    with connected(settings, timeout) as client:
        return _deliver(client, raw, sender, recipient)


@contextmanager
def connected(settings: EmailSettings, timeout: float = 0) -> Iterator[smtplib.SMTP]:
    """A logged-in connection. What goes wrong on it is raised as one of our two failures."""
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        client = _connect(settings, timeout or SECONDS)
        try:
            yield client
        finally:
            with suppress(OSError, smtplib.SMTPException):  # the answer is known already
                client.quit()
    except smtplib.SMTPAuthenticationError as problem:
        # Mended in the settings, after which the mail may leave: not the mail's fault.
        raise TemporaryFailure(
            f"{where} refused our {_key(settings)}: {_said(problem)}"
        ) from problem
    except smtplib.SMTPNotSupportedError as problem:
        raise PermanentFailure(f"{where} cannot do what the settings ask for: {problem}") from (
            problem
        )
    except smtplib.SMTPResponseException as problem:
        raise _failure(problem.smtp_code, f"{where} said: {_said(problem)}") from problem
    except ssl.SSLCertVerificationError as problem:
        raise TemporaryFailure(
            f"{where} has no valid certificate: {problem.verify_message}."
        ) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise TemporaryFailure(f"{where} cannot be reached: {_words(problem)}.") from problem


def _connect(settings: EmailSettings, timeout: float) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    context = ssl.create_default_context()
    if settings.smtp_security == "ssl":
        client: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
    else:
        client = smtplib.SMTP(host, port, timeout=timeout)
    try:
        client.ehlo_or_helo_if_needed()
        if settings.smtp_security == "starttls":
            client.starttls(context=context)
            client.ehlo_or_helo_if_needed()
        if settings.login == "oauth2":
            _log_in_by_token(client, settings)
        elif settings.smtp_user:
            client.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except BaseException:
        client.close()
        raise
    return client


def _log_in_by_token(client: smtplib.SMTP, settings: EmailSettings) -> None:
    """By XOAUTH2; a token that is refused is renewed once."""
    token = settings.access_token()
    try:
        _xoauth2(client, settings, token)
    except smtplib.SMTPAuthenticationError:
        _xoauth2(client, settings, settings.access_token(refused=token))


def _xoauth2(client: smtplib.SMTP, settings: EmailSettings, token: str) -> None:
    user = settings.smtp_user or settings.imap_user

    def answer(challenge: bytes | None = None) -> str:
        """The challenge after a refusal only says why: it is answered by nothing."""
        return "" if challenge else f"user={user}\x01auth=Bearer {token}\x01\x01"

    client.auth("XOAUTH2", answer)


def _deliver(client: smtplib.SMTP, raw: bytes, sender: str, recipient: str) -> Receipt:
    """MAIL, RCPT, DATA one by one: smtplib's own sendmail hides the server's last answer."""
    options = _options(client, raw, sender + recipient)
    _expect(client.mail(_wire(sender), options), sender)
    _expect(client.rcpt(_wire(recipient)), recipient, refused=AddressRefused)
    code, answer = client.data(raw)
    _expect((code, answer), recipient)
    return Receipt(DeliveryState.SENT, reason=f"{code} {_text(answer)}")


def _options(client: smtplib.SMTP, raw: bytes, spelled: str) -> list[str]:
    options = [f"SIZE={len(raw)}"] if client.has_extn("size") else []
    if client.has_extn("8bitmime") and not raw.isascii():
        options.append("BODY=8BITMIME")
    if not spelled.rpartition("@")[0].isascii():
        if not client.has_extn("smtputf8"):
            raise PermanentFailure("The mail server takes no addresses with such letters.")
        options.append("SMTPUTF8")
        client.command_encoding = "utf-8"
    return options


def _wire(address: str) -> str:
    local, _, domain = address.rpartition("@")
    if not local or not domain or any(c.isspace() or ord(c) < 32 for c in address):
        raise PermanentFailure(f"{clean_line(address, 100)!r} is not an email address.")
    return f"{local}@{ascii_domain(domain)}"


def _expect(
    answer: tuple[int, bytes], about: str, refused: type[PermanentFailure] = PermanentFailure
) -> None:
    code, words = answer
    if 200 <= code < 300:
        return
    sentence = f"The mail server refused {about}: {code} {_text(words)}"
    if 500 <= code < 600 and _NOBODY_THERE.search(_text(words)):
        raise refused(sentence)
    raise _failure(code, sentence)


def _failure(code: int, sentence: str) -> TemporaryFailure | PermanentFailure:
    """5xx is for good (RFC 5321, 4.2.1); everything else may pass."""
    return PermanentFailure(sentence) if 500 <= code < 600 else TemporaryFailure(sentence)


def _key(settings: EmailSettings) -> str:
    return "access token" if settings.login == "oauth2" else "user name or password"


def _said(problem: smtplib.SMTPResponseException) -> str:
    return f"{problem.smtp_code} {_text(problem.smtp_error)}"


def _text(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return clean_line(text, 300)


def _words(problem: Exception) -> str:
    said = problem.strerror if isinstance(problem, OSError) else str(problem)
    return clean_line(said or str(problem) or type(problem).__name__, 200).rstrip(".")
