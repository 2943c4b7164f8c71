"""The programs that the tests start, where to find them and which Debian package has them."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SYSTEM_FOLDERS = ("/usr/sbin", "/sbin", "/usr/local/sbin", "/opt/homebrew/bin")


@dataclass(frozen=True)
class Program:
    name: str
    package: str
    folders: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()

    def find(self) -> str | None:
        """Full path, or None when it is not on this machine."""
        folders = [str(path) for pattern in self.folders for path in newest_first(pattern)]
        path = os.pathsep.join([os.environ.get("PATH", os.defpath), *folders, *SYSTEM_FOLDERS])
        found = (shutil.which(name, path=path) for name in (self.name, *self.other_names))
        return next(filter(None, found), None)


def newest_first(pattern: str) -> Iterable[Path]:
    return sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)


POSTGRESQL = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
DOVECOT = ("/usr/lib/dovecot", "/usr/libexec/dovecot")

INITDB = Program("initdb", "postgresql", POSTGRESQL)
POSTGRES = Program("postgres", "postgresql", POSTGRESQL)
REDIS = Program("redis-server", "redis-server", other_names=("valkey-server",))
DOVECOT_MASTER = Program("dovecot", "dovecot-imapd")
DOVECOT_IMAP = Program("imap", "dovecot-imapd", DOVECOT)
DOVECOT_LMTP = Program("lmtp", "dovecot-lmtpd", DOVECOT)
CHROMIUM = Program("chromium", "chromium", other_names=("chromium-browser", "google-chrome"))
CLAMD = Program("clamd", "clamav-daemon")

ALL = (INITDB, POSTGRES, REDIS, DOVECOT_MASTER, DOVECOT_IMAP, DOVECOT_LMTP, CHROMIUM, CLAMD)

CHINESE_FONTS = "fonts-noto-cjk"


def has_chinese_fonts() -> bool:
    """Without them a screenshot of Chinese text is a row of boxes."""
    if not shutil.which("fc-list"):
        return False
    asked = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return bool(asked.stdout.strip())


def missing_packages() -> list[str]:
    packages = {program.package for program in ALL if not program.find()}
    if not has_chinese_fonts():
        packages.add(CHINESE_FONTS)
    return sorted(packages)


def required(program: Program) -> str:
    """Path of a program; without it the test fails on CI, and is skipped elsewhere."""
    import pytest

    if path := program.find():
        return path
    reason = f"{program.name} is not on this machine: apt-get install {program.package}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    return pytest.skip(reason)
