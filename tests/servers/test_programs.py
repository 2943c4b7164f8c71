import pytest

from tests.servers.programs import Program, missing_packages, required

ABSENT = Program("no-such-server", "no-such-package")


def test_a_missing_program_fails_on_ci_and_names_its_package(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install no-such-package"):
        required(ABSENT)


def test_a_missing_program_is_skipped_elsewhere_with_the_same_words(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install no-such-package"):
        required(ABSENT)


def test_the_packages_to_install_are_named_once(monkeypatch):
    monkeypatch.setattr(Program, "find", lambda program: None)
    packages = missing_packages()
    assert {"dovecot-imapd", "dovecot-lmtpd", "chromium", "postgresql"} <= set(packages)
    assert len(packages) == len(set(packages))
