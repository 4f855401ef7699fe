"""Who may ask, and what browsers are told."""

from pathlib import Path

import pytest

from evo.dashboard.app import make_app
from evo.dashboard.guard import guarded, is_ours
from evo.dashboard.source import Source


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
    client = guarded(make_app(Source(tmp_path)), "127.0.0.1").server.test_client()
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
    client = guarded(make_app(Source(tmp_path)), "127.0.0.1").server.test_client()
    assert client.get("/_dash-layout", headers={"Host": "evil.example"}).status_code == 403
