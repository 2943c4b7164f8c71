"""A private Dovecot: IMAP and LMTP on free ports, run by one unprivileged user.

Written for Dovecot 2.3 (Debian 12). Every user name exists and has the same password, so that each
test takes a mailbox of its own from one server.
"""

import shutil
import smtplib
import uuid
from dataclasses import dataclass
from pathlib import Path

from tests.servers.child import Child, identity_of_servers, private_folder
from tests.servers.ports import HOST, free_port, is_open
from tests.servers.programs import DOVECOT_IMAP, DOVECOT_LMTP, DOVECOT_MASTER, required

PASSWORD = "let-me-in"

CONFIGURATION = """
protocols = imap lmtp
listen = {host}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
instance_name = {instance}

default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1

ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login{mechanisms}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
{tokens}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}

mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 1000
imap_idle_notify_interval = 30 secs
mailbox_list_index = no

auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service imap {{
  process_limit = 1000
}}
service lmtp {{
  inet_listener lmtp {{
    address = {host}
    port = {lmtp_port}
  }}
}}
service auth-worker {{
  user = {user}
}}
"""


TOKENS = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""
TOKEN_SERVER = """
tokeninfo_url = {url}/tokeninfo?access_token=
username_attribute = email
active_attribute = active
active_value = true
"""


class DovecotServer:
    """With ``token_server``, the address of one, logins by its tokens (XOAUTH2) are taken, too."""

    host = HOST

    def __init__(self, token_server: str = "") -> None:
        required(DOVECOT_IMAP)
        required(DOVECOT_LMTP)
        self._program = required(DOVECOT_MASTER)
        self.imap_port, self.lmtp_port = free_port(), free_port()
        self.folder = private_folder("dovecot")
        self._token_server = token_server
        (self.folder / "oauth2.conf").write_text(TOKEN_SERVER.format(url=token_server))
        self._settings = self.folder / "dovecot.conf"
        self._settings.write_text(self._configuration())
        self.start()

    def _configuration(self) -> str:
        account = identity_of_servers()
        return CONFIGURATION.format(
            host=self.host,
            folder=self.folder,
            instance=self.folder.name,
            user=account.user,
            group=account.group,
            uid=account.uid,
            gid=account.gid,
            password=PASSWORD,
            mechanisms=" xoauth2 oauthbearer" if self._token_server else "",
            tokens=TOKENS.format(folder=self.folder) if self._token_server else "",
            imap_port=self.imap_port,
            lmtp_port=self.lmtp_port,
        )

    def start(self) -> None:
        self._child = Child([self._program, "-F", "-c", str(self._settings)], self.folder)
        self._child.wait_until(lambda: is_open(self.imap_port) and is_open(self.lmtp_port))

    def ensure_running(self) -> None:
        if not self._child.is_running:
            self.start()

    def kill(self) -> None:
        """kill -9: connections break off, nothing is said."""
        self._child.kill()

    def restart(self) -> None:
        """Says goodbye to whoever is connected."""
        self._child.stop(timeout=2)
        self.start()

    def close(self) -> None:
        self._child.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def mailbox(self, name: str | None = None) -> "Mailbox":
        return Mailbox(self, f"{name or uuid.uuid4().hex[:12]}@example.test")

    @property
    def log(self) -> str:
        return self._child.log


@dataclass
class Mailbox:
    """One account: `host`, `imap_port`, `user`, `password` to log in with."""

    server: DovecotServer
    user: str
    password: str = PASSWORD

    @property
    def host(self) -> str:
        return self.server.host

    @property
    def imap_port(self) -> int:
        return self.server.imap_port

    @property
    def lmtp_port(self) -> int:
        return self.server.lmtp_port

    @property
    def folder(self) -> Path:
        return self.server.folder / "mail" / self.user / "Maildir"

    def deliver(self, raw: bytes, *, sender: str = "sender@example.test") -> None:
        """Puts a mail into the mailbox byte for byte, as a mail server would."""
        with smtplib.LMTP(self.host, self.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [self.user], raw)

    def change_uidvalidity(self) -> None:
        """The same mails under new numbers, as after a restore: UIDs start again."""
        self.server.kill()
        for pattern in ("dovecot.index*", "dovecot-uidlist*"):
            for path in self.folder.glob(pattern):
                path.unlink()
        self.server.start()

    def restart(self) -> None:
        self.server.restart()

    def kill(self) -> None:
        self.server.kill()

    def start(self) -> None:
        self.server.start()
