"""The page on configuration has every setting as the dataclasses state it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_page_holds_the_tables_that_its_script_prints() -> None:
    script = [sys.executable, "docs/scripts/settings.py"]
    printed = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed.strip() in (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
