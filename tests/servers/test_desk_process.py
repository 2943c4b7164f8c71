"""The handling of the child, tried on a stand-in of the command."""

import os
import sys

import pytest

from tests.servers import desk_process
from tests.servers.desk_process import DeskProcess
from tests.servers.ports import is_open

STAND_IN = f"""#!{sys.executable}
import http.server, os, pathlib, sys
data = pathlib.Path(os.environ["HELPDESK_DATA_DIR"])
if sys.argv[1:] == ["db", "upgrade"]:
    sys.exit(0)
if sys.argv[1:] != ["serve"]:
    sys.exit(f"There is no command {{sys.argv[1]}}.")
with (data / "starts").open("a") as starts:
    starts.write(os.environ.get("HELPDESK_COMPANY", "-") + "\\n")
print("serving", os.environ["HELPDESK_DATABASE_URL"], flush=True)
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()
address = os.environ["HELPDESK_HOST"], int(os.environ["HELPDESK_PORT"])
http.server.ThreadingHTTPServer(address, Health).serve_forever()
"""


@pytest.fixture(autouse=True)
def stand_in(tmp_path, monkeypatch):
    command = tmp_path / "helpdesk"
    command.write_text(STAND_IN)
    command.chmod(0o755)
    monkeypatch.setattr(desk_process, "HELPDESK", command)
    monkeypatch.setenv("HELPDESK_COMPANY", "of somebody's shell")


def test_it_is_killed_and_started_again_on_the_same_data(start_desk):
    desk = start_desk(HELPDESK_COMPANY="Tarnfold")
    first = desk.pid
    desk.kill()
    assert not desk.is_healthy()
    assert desk.exit_code == -9

    desk.start()
    assert desk.is_healthy()
    assert desk.pid != first
    assert (desk.data_dir / "starts").read_text() == "Tarnfold\n" * 2


def test_settings_of_this_machine_do_not_reach_it(start_desk):
    desk = start_desk()
    assert (desk.data_dir / "starts").read_text() == "-\n"
    assert os.environ["HELPDESK_COMPANY"]


def test_its_log_is_kept(start_desk):
    desk = start_desk()
    desk.restart()
    assert desk.log.count(f"serving sqlite:///{desk.data_dir}/desk.db") == 2


def test_it_takes_another_database(start_desk):
    assert "serving postgresql://x" in start_desk("postgresql://x").log


def test_commands_run_on_its_data_and_say_why_they_failed(tmp_path):
    desk = DeskProcess(tmp_path)
    with pytest.raises(AssertionError, match="There is no command dance"):
        desk.run("dance")
    assert desk.run("dance", expect=1).stderr.startswith("There is no command")
    assert not is_open(desk.port)
