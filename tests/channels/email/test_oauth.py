"""Logging in by tokens: a real dovecot and a mail server ask a token server whose token it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from pydantic import SecretStr

from channels.email import EmailSettings, oauth
from channels.email.mailbox import Mailbox
from channels.email.oauth import Grant, MustConnect
from channels.email.send import send_mail
from channels.message import PermanentFailure, TemporaryFailure
from helpdesk.actions import inboxes, mail_accounts, replies
from helpdesk.desk import Desk
from helpdesk.jobs.deliver import deliver
from helpdesk.jobs.mailboxes import Mailboxes
from helpdesk.models import Delivery, Inbox, MailGrant
from helpdesk.rules.actor import SYSTEM
from tests.factories import Mail, receive
from tests.patience import eventually
from tests.servers.dovecot import DovecotServer
from tests.servers.ports import free_port
from tests.servers.smtp_sink import SmtpSink
from tests.standins.oauth import TokenServer

BACK = "http://desk.example/settings/mail-accounts/callback"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def provider() -> Iterator[TokenServer]:
    with TokenServer() as server:
        yield server


@pytest.fixture(scope="module")
def dovecot(provider: TokenServer) -> Iterator[DovecotServer]:
    server = DovecotServer(provider.url)
    yield server
    server.close()


@pytest.fixture(autouse=True)
def as_new(provider: TokenServer, smtp_sink: SmtpSink) -> None:
    provider.is_down, provider.lasts, provider.claims, provider.refreshes = False, 3600, None, 0
    provider.revoke()
    smtp_sink.user_of = provider.user_of


def consent(desk: Desk, inbox: int, provider: TokenServer) -> None:
    """The whole code flow, as a browser walks it."""
    asked = mail_accounts.ask_consent(desk, SYSTEM, inbox, BACK)
    answer = requests.get(asked.url, allow_redirects=False, timeout=5)
    given = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert given["state"] == [asked.state]
    mail_accounts.connect(
        desk, SYSTEM, inbox, redirect_uri=BACK, code=given["code"][0], verifier=asked.verifier
    )


@pytest.fixture
def inbox(desk: Desk, provider: TokenServer, dovecot: DovecotServer, smtp_sink: SmtpSink) -> int:
    """An inbox that logs in by tokens, connected."""
    mailbox = dovecot.mailbox()
    provider.user = mailbox.user
    number = inboxes.add_inbox(
        desk, SYSTEM, channel="email", address=mailbox.user, name="Support",
        settings={
            **provider.settings(),
            "imap_host": mailbox.host, "imap_port": mailbox.imap_port,
            "imap_user": mailbox.user, "imap_security": "none",
            "smtp_host": smtp_sink.host, "smtp_port": smtp_sink.port, "smtp_security": "none",
        },
    )  # fmt: skip
    consent(desk, number, provider)
    return number


def settings_of(desk: Desk, inbox: int) -> EmailSettings:
    with desk.read() as session:
        settings = desk.settings_of(session.get_one(Inbox, inbox))
    assert isinstance(settings, EmailSettings)
    return settings


def reads(desk: Desk, inbox: int) -> bool:
    with Mailbox(settings_of(desk, inbox)) as mailbox:
        return mailbox.list_uids() == []


def sends(desk: Desk, inbox: int, smtp_sink: SmtpSink) -> str | None:
    """Whose login a mail left under."""
    settings = settings_of(desk, inbox)
    send_mail(b"Subject: x\r\n\r\nx\r\n", settings.imap_user, "ann@fjell.example", settings)
    return smtp_sink.messages[-1].login


def test_one_consent_reads_and_sends_and_asks_no_second_time(
    desk: Desk, inbox: int, provider: TokenServer, smtp_sink: SmtpSink
) -> None:
    for _ in range(2):
        assert reads(desk, inbox)
        assert sends(desk, inbox, smtp_sink) == provider.user
    assert provider.refreshes == 0
    assert settings_of(desk, inbox) == settings_of(desk, inbox), "a follower would start again"


def test_a_token_is_renewed_before_it_ends_and_the_next_refresh_token_is_kept(
    desk: Desk, inbox: int, provider: TokenServer
) -> None:
    provider.lasts = 60  # less than the time before its end at which a token is let go
    with desk.write() as session:
        row = session.query(MailGrant).one()
        (refresh,) = provider.refresh
        row.sealed = desk.mail_tokens.seal(Grant("spent", refresh, 0))
    desk.mail_tokens.forget(inbox)
    for _ in range(3):
        assert reads(desk, inbox)
    assert provider.refreshes == 3, "each one served once, so each next one was kept"


def test_a_token_that_was_revoked_is_renewed_when_it_is_refused(
    desk: Desk, inbox: int, provider: TokenServer, smtp_sink: SmtpSink
) -> None:
    assert reads(desk, inbox)
    provider.revoke_access()
    assert reads(desk, inbox)
    provider.revoke_access()
    assert sends(desk, inbox, smtp_sink) == provider.user
    assert provider.refreshes == 2


def test_a_token_that_ended_earlier_than_was_said_is_renewed_too(
    desk: Desk, inbox: int, provider: TokenServer
) -> None:
    for token in provider.access.values():
        token.ends_at = 0
    assert reads(desk, inbox)


def test_threads_that_need_a_new_one_ask_once(
    desk: Desk, inbox: int, provider: TokenServer
) -> None:
    settings = settings_of(desk, inbox)
    old = settings.access_token()
    got: list[str] = []
    threads = [
        threading.Thread(target=lambda: got.append(settings.access_token(refused=old)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(got) == 8
    assert len(set(got)) == 1
    assert provider.refreshes == 1


def test_a_second_process_takes_what_the_first_one_was_given(
    desk: Desk, inbox: int, provider: TokenServer
) -> None:
    from helpdesk.mail_tokens import MailTokens

    other = MailTokens(desk.database, desk.vault)
    settings = settings_of(desk, inbox)
    old = settings.access_token()
    new = other.access_token(inbox, settings, old)
    assert settings.access_token(refused=old) == new
    assert provider.refreshes == 1


def test_consent_taken_back_is_said_with_its_cure_and_mail_waits_for_the_next(
    desk: Desk, inbox: int, provider: TokenServer, smtp_sink: SmtpSink
) -> None:
    opened = receive(desk, Mail(to=provider.user), provider.user)
    said = replies.send(desk, SYSTEM, opened.ticket, "On its way.")
    provider.revoke()
    with pytest.raises(MustConnect, match=r"invalid_grant.*Connect the account again"):
        reads(desk, inbox)
    deliver(desk, said.deliveries[0])
    with desk.read() as session:
        row = session.get_one(Delivery, said.deliveries[0])
        problem = session.query(MailGrant.problem).scalar()
    assert row.state == "queued"
    assert "Connect the account again" in row.reason
    assert "Connect the account again" in problem
    consent(desk, inbox, provider)
    deliver(desk, said.deliveries[0])  # due at once, hours before its next try
    assert [mail.message["Message-ID"] for mail in smtp_sink.messages] == [said.message_id]
    with desk.read() as session:
        assert session.query(MailGrant.problem).scalar() == ""


@on_sqlite
def test_the_inbox_says_what_is_wrong_until_it_is_mended(
    desk: Desk, inbox: int, provider: TokenServer
) -> None:
    def problem() -> str:
        with desk.read() as session:
            return session.get_one(Inbox, inbox).problem

    provider.revoke()
    mailboxes = Mailboxes(desk)
    mailboxes.start()
    try:
        eventually(lambda: "Connect the account again" in problem())
        consent(desk, inbox, provider)
        eventually(lambda: problem() == "")
    finally:
        mailboxes.stop()


def test_a_token_server_that_is_away_is_waited_for(
    desk: Desk, inbox: int, provider: TokenServer
) -> None:
    provider.revoke_access()
    provider.is_down = True
    with pytest.raises(TemporaryFailure) as away:
        reads(desk, inbox)
    assert not isinstance(away.value, MustConnect)
    provider.is_down = False
    assert reads(desk, inbox)


def test_without_a_consent_nothing_is_tried(
    desk: Desk, inbox: int, provider: TokenServer, smtp_sink: SmtpSink
) -> None:
    mail_accounts.disconnect(desk, SYSTEM, inbox)
    with pytest.raises(MustConnect, match="not connected yet"):
        reads(desk, inbox)
    with pytest.raises(MustConnect, match="not connected yet"):
        sends(desk, inbox, smtp_sink)


def test_a_token_of_somebody_else_is_a_temporary_refusal_with_a_cure(
    desk: Desk, inbox: int, provider: TokenServer, smtp_sink: SmtpSink
) -> None:
    provider.user = "somebody-else@example.test"
    consent(desk, inbox, provider)
    with pytest.raises(TemporaryFailure, match="user name and the scopes"):
        reads(desk, inbox)
    with pytest.raises(TemporaryFailure, match="access token"):
        sends(desk, inbox, smtp_sink)


def test_no_token_and_no_secret_lies_open_or_is_said(
    desk: Desk, inbox: int, provider: TokenServer, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = {*provider.access, *provider.refresh, provider.client_secret}
    provider.revoke()
    with caplog.at_level(0), pytest.raises(MustConnect) as fault:
        reads(desk, inbox)
    with desk.read() as session:
        kept = repr(session.query(MailGrant).one().sealed) + repr(
            session.get_one(Inbox, inbox).settings
        )
    ours = [one.getMessage() for one in caplog.records if one.name != "werkzeug"]
    for secret in secrets:
        assert secret not in kept
        assert secret not in repr(ours)
        assert secret not in str(fault.value)
        assert secret not in repr(settings_of(desk, inbox))


@pytest.mark.parametrize(
    ("provider_", "authorize", "scope"),
    [
        ("microsoft", "https://login.microsoftonline.com/acme.example/oauth2/v2.0/authorize",
         "https://outlook.office.com/IMAP.AccessAsUser.All"),
        ("google", "https://accounts.google.com/o/oauth2/v2/auth", "https://mail.google.com/"),
    ],
)  # fmt: skip
def test_the_question_to_the_two_large_providers(
    provider_: str, authorize: str, scope: str
) -> None:
    settings = EmailSettings(
        login="oauth2", oauth_provider=provider_, oauth_client_id="desk",
        oauth_tenant="acme.example", imap_user="support@acme.example",
        oauth_client_secret=SecretStr("hidden"),
    )  # type: ignore[arg-type]  # fmt: skip
    asked = oauth.ask_consent(settings, BACK)
    assert asked.url.startswith(f"{authorize}?")
    given = parse_qs(urlsplit(asked.url).query)
    assert scope in given["scope"][0].split()
    assert given["redirect_uri"] == [BACK]
    assert given["code_challenge_method"] == ["S256"]
    assert given["access_type"] == ["offline"]
    assert given["login_hint"] == ["support@acme.example"]
    assert "hidden" not in asked.url
    assert asked.verifier not in asked.url


def test_an_account_without_a_client_id_says_so() -> None:
    with pytest.raises(PermanentFailure, match="client id"):
        oauth.ask_consent(EmailSettings(login="oauth2"), BACK)


def test_an_address_that_is_no_token_server_is_a_failure_and_no_crash() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    settings = EmailSettings(
        login="oauth2", oauth_provider="other", oauth_client_id="desk",
        oauth_authorize_url=url, oauth_token_url=url,
    )  # fmt: skip
    with pytest.raises(TemporaryFailure):
        oauth.refresh(settings, Grant("", "refresh", 0))
