import imaplib

import pytest

from tests.servers.dovecot import DovecotServer
from tests.servers.processes import processes_of

MAIL = b"From: a@example.test\r\nSubject: Hello\r\n\r\n\xe9\x80\x80\xe6\xac\xbe\r\n"


def login(mailbox) -> imaplib.IMAP4:
    connection = imaplib.IMAP4(mailbox.host, mailbox.imap_port, timeout=10)
    connection.login(mailbox.user, mailbox.password)
    connection.select()
    return connection


def uidvalidity(mailbox) -> int:
    with login(mailbox) as connection:
        return int(connection.response("UIDVALIDITY")[1][0])


def mails(mailbox) -> list[bytes]:
    with login(mailbox) as connection:
        numbers = connection.search(None, "ALL")[1][0].split()
        return [connection.fetch(number.decode(), "(RFC822)")[1][0][1] for number in numbers]


def test_a_delivered_mail_is_read_byte_for_byte(mailbox):
    mailbox.deliver(MAIL)
    assert [mail[-len(MAIL) :] for mail in mails(mailbox)] == [MAIL]


def test_each_test_has_an_empty_mailbox(mailbox, dovecot_server):
    mailbox.deliver(MAIL)
    assert mails(dovecot_server.mailbox()) == []


def test_idle_tells_of_a_new_mail(mailbox):
    with login(mailbox) as connection:
        connection.send(b"A1 IDLE\r\n")
        assert connection.readline().startswith(b"+")
        mailbox.deliver(MAIL)
        assert connection.readline() == b"* 1 EXISTS\r\n"
        connection.send(b"DONE\r\n")
        while not connection.readline().startswith(b"A1 OK"):
            pass


def test_uidvalidity_changes_and_the_mails_stay(mailbox):
    mailbox.deliver(MAIL)
    seen = [uidvalidity(mailbox)]
    for _ in range(2):
        mailbox.change_uidvalidity()
        seen.append(uidvalidity(mailbox))
    assert len(set(seen)) == 3
    assert len(mails(mailbox)) == 1


def test_it_can_be_killed_and_started_with_its_mails(mailbox):
    mailbox.deliver(MAIL)
    connection = login(mailbox)
    mailbox.kill()
    assert processes_of(mailbox.server.folder) == []
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        connection.noop()
    connection.shutdown()
    mailbox.start()
    assert len(mails(mailbox)) == 1
    mailbox.restart()
    assert len(mails(mailbox)) == 1


def test_nothing_is_left_of_it():
    server = DovecotServer()
    server.mailbox().deliver(MAIL)
    server.close()
    assert processes_of(server.folder) == []
    assert not server.folder.exists()
