"""``helpdesk run``, ``serve`` and ``worker``: the processes."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import click

from helpdesk.cli import bot_processes
from helpdesk.cli.desk import open_for_command
from helpdesk.config import Settings, SettingsError, load_settings

PROCFILE = Path(__file__).parent.parent.parent / "Procfile"


@click.command()
def run() -> None:
    """The whole desk on this machine: schema, demo data on the first run, every process.

    Example: helpdesk run
    """
    settings = load_settings()
    _must_be_free(settings)
    _prepare()
    _print_addresses(settings)
    sys.exit(_supervise(settings))


def _prepare() -> None:
    from helpdesk.seeds import is_empty, plant
    from helpdesk.seeds.company import let_bot_answer

    started = time.perf_counter()
    with open_for_command() as desk:
        click.echo(f"Schema up to date      {time.perf_counter() - started:6.1f} s")
        if is_empty(desk):
            started = time.perf_counter()
            plant(desk)
            if bot_processes.are_installed() or desk.settings.bot_url:
                let_bot_answer(desk)
            click.echo(f"Demo company planted   {time.perf_counter() - started:6.1f} s")


def _must_be_free(settings: Settings) -> None:
    for name, where in _listeners(settings).items():
        host, _, port = where.rpartition(":")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, int(port)))
            except (ValueError, OverflowError):
                raise SettingsError(
                    f"{name} is wrong: it must look like 127.0.0.1:2525. It is {where!r} now."
                ) from None
            except OSError as error:
                raise SettingsError(
                    f"{where} cannot be used: {error.strerror}. "
                    f"Stop what listens there, or set {name} to another port."
                ) from None


def _listeners(settings: Settings) -> dict[str, str]:
    wanted = {"HELPDESK_PORT": f"{settings.host}:{settings.port}"}
    if settings.smtp_listen:
        wanted["HELPDESK_SMTP_LISTEN"] = settings.smtp_listen
    return wanted


def _print_addresses(settings: Settings) -> None:
    from helpdesk.seeds import DEMO_LOGINS, DEMO_PASSWORD, SUPPORT_ADDRESS

    click.echo(f"\n  Agents     {settings.url}/login")
    for email, role in DEMO_LOGINS:
        click.echo(f"             {email}  {DEMO_PASSWORD}  ({role})")
    click.echo(f"  Shop       {settings.url}/demo")
    click.echo(f"  Help       {settings.url}/help")
    if settings.smtp_listen:
        click.echo(f"  Mail       to {SUPPORT_ADDRESS} by SMTP at {settings.smtp_listen}")
    if not settings.smtp_host:
        click.echo(f"  Replies    by mail are kept in {settings.outbox_dir}")
    if not bot_processes.are_installed() and not settings.bot_url:
        click.echo("  Bot        is not installed: articles and people answer")
    click.echo("\n  Ctrl-C stops everything.\n")


def _supervise(settings: Settings) -> int:
    from honcho.environ import parse_procfile
    from honcho.manager import Manager

    environment = dict(os.environ)
    environment["PATH"] = (
        str(Path(sys.executable).parent) + os.pathsep + environment.get("PATH", "")
    )
    environment |= bot_processes.environment(settings)
    manager = Manager()
    for name, command in parse_procfile(PROCFILE.read_text()).processes.items():
        if name not in bot_processes.NAMES:
            manager.add_process(name, f"exec {command}", env=environment)
        elif bot_processes.are_installed() and not bot_processes.is_elsewhere(settings):
            forever = bot_processes.again_and_again(command)
            manager.add_process(name, forever, env=environment, cwd=str(PROCFILE.parent))
    manager.loop()
    stopped_by_hand = manager.returncode in (130, 143)
    return 0 if stopped_by_hand else int(manager.returncode or 0)


@click.command()
def serve() -> None:
    """The web process: pages, sockets, webhooks and, unless HELPDESK_JOBS=outside, the jobs.

    Example: helpdesk serve
    """
    from helpdesk.serve import make_waiting_cooperate
    from helpdesk.serve import serve as serve_forever

    settings = load_settings()
    make_waiting_cooperate(settings)
    _must_be_free(settings)
    _must_be_current()
    serve_forever(settings)


def _must_be_current() -> None:
    from helpdesk.schema import is_current

    with open_for_command(upgrade=False) as desk:
        if not is_current(desk.database):
            raise SettingsError("The database's schema is old or missing. Run: helpdesk db upgrade")


@click.command()
def worker() -> None:
    """The jobs, mailboxes and mail listener, for a desk whose web processes run elsewhere.

    Example: HELPDESK_JOBS=outside helpdesk serve & helpdesk worker
    """
    from helpdesk.jobs.crew import Crew
    from helpdesk.logs import configure_logs

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with open_for_command() as desk:
        configure_logs(desk.settings)
        crew = Crew(desk)
        crew.start()
        stop.wait()
        crew.stop()


COMMANDS = (run, serve, worker)
