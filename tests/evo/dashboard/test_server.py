"""`evo dashboard` as a program: who may ask, and what browsers are told."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from evo.cli.app import status
from evo.dashboard.app import make_app
from evo.dashboard.run_folder import RunFolder
from evo.dashboard.server import guarded, is_ours


@pytest.mark.parametrize(
    ("asked", "bound", "ours"),
    [
        ("127.0.0.1:8050", "127.0.0.1", True),
        ("localhost:8050", "127.0.0.1", True),
        ("[::1]:8050", "::1", True),
        ("evil.example:8050", "127.0.0.1", False),
        ("127.0.0.1.evil.example", "127.0.0.1", False),
        ("192.168.1.7:8050", "127.0.0.1", False),
        ("", "127.0.0.1", False),
        ("192.168.1.7:8050", "0.0.0.0", True),
        ("evil.example", "0.0.0.0", False),
        ("box.lan:80", "box.lan", True),
        ("evil.example", "box.lan", False),
    ],
)
def test_a_name_that_was_rebound_to_this_machine_is_not_ours(asked: str, bound: str, ours: bool) -> None:
    assert is_ours(asked, bound) is ours


def test_answers_say_that_only_the_dashboards_own_parts_are_loaded(tmp_path: Path) -> None:
    client = guarded(make_app(RunFolder(tmp_path)), "127.0.0.1").server.test_client()
    answer = client.get("/", headers={"Host": "127.0.0.1"})
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert all(
        part in policy for part in ("default-src 'self'", "frame-ancestors 'none'", "script-src 'self' 'sha256-")
    )
    assert "unsafe-eval" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_strange_host_is_told_nothing(tmp_path: Path) -> None:
    client = guarded(make_app(RunFolder(tmp_path)), "127.0.0.1").server.test_client()
    assert client.get("/_dash-layout", headers={"Host": "evil.example"}).status_code == 403


# A shell that starts the tests in the background has them ignore Ctrl-C: here it is heard again.
HEARD = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
EVO = [sys.executable, "-c", f"{HEARD}; from evo.cli import main; main()", "dashboard", "--no-browser"]


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert status(["dashboard", "--runs", str(tmp_path), "--port", str(port), "--no-browser"]) == 2
    assert capsys.readouterr().err == (
        f"evo: Port {port} of 127.0.0.1 is in use; take another one: --port {port + 1}.\n"
    )


def test_an_address_of_another_machine_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["dashboard", "--runs", str(tmp_path), "--host", "192.0.2.1", "--port", "0", "--no-browser"]
    assert status(asked) == 2
    warning, error = capsys.readouterr().err.splitlines()
    assert "can read these runs" in warning
    assert "Cannot listen on 192.0.2.1" in error


def test_missing_packages_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dash", None)
    assert status(["dashboard", "--runs", str(tmp_path)]) == 2
    assert "pip install 'evo-heuristics[dashboard]'" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["dashboard", "--runs", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    with subprocess.Popen([*EVO, "--runs", str(tmp_path), "--port", "0"], stdout=-1, stderr=-1, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) in (0, 130)
        assert "Traceback" not in process.stderr.read()
