"""docs/python.md: its blocks are one script, and print what the page says; entry points of a package work by name."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```python\n(.*?\n)```\n(?=\n|\Z)(?:\n```text\n(.*?)```\n)?", re.DOTALL | re.MULTILINE)
END = "--- end of a block ---"
PACKAGE = '''"""A package that adds to evo."""
from pathlib import Path

from evo import Operator


class Heard:
    """Leaves a file where it hears that a run has ended."""

    def started(self, event):
        self.folder = event.folder

    def placed(self, event):
        pass

    def ended(self, event):
        (self.folder / "heard.txt").write_text(event.why)


mine = Operator("mine", author="llm", parents=1, weight=9.0, template="Vary this: {parents}")


def reply(prompt):
    """Return the largest weight first, over and over."""
    return "```python\\ndef priority(p, w):\\n    return p / w\\n```"
'''
ENTRY_POINTS = """[evo.callbacks]
heard = added_to_evo:Heard

[evo.operators]
mine = added_to_evo:mine

[evo.authors]
reply = added_to_evo:reply
"""
SCRIPT = """
import evo
run = evo.run("toy", author="reply", operators=["mine"], callbacks=["heard"], candidates=6, folder="run",
              overrides=["evaluator.workers=1", "polish.per_reply=0"])
run.resume(candidates=2)
rows = run.candidates(frame=False)
print(len(rows), {row.model for row in rows[2:]}, "mine" in {row.operator for row in rows}, run.replay().identical)
print((run.folder / "heard.txt").read_text())
try:
    evo.run("toy", author="replies", candidates=6, folder="other")
except evo.UserError as error:
    print(error)
"""


def run_script(text: str, folder: Path, *path: Path) -> str:
    """Run a script in a folder and return what it prints."""
    script = folder / "script.py"
    script.write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, *path)))}
    ended = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, cwd=folder, env=environment, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@pytest.mark.timeout(300)
def test_the_blocks_of_the_page_print_what_it_says(tmp_path: Path) -> None:
    blocks = BLOCK.findall(PAGE)
    assert len(blocks) == PAGE.count("```python\n") - 1  # one stands inside of a block
    printed = run_script("\n".join(f"{code}\nprint({END!r})" for code, _ in blocks), tmp_path).split(f"{END}\n")
    assert printed[:-1] == [said for _, said in blocks]


@pytest.mark.timeout(300)
def test_what_a_package_adds_is_found_by_its_name(tmp_path: Path) -> None:
    added = tmp_path / "packages"
    installed = added / "added_to_evo-1.0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: added-to-evo\nVersion: 1\n")
    (installed / "entry_points.txt").write_text(ENTRY_POINTS)
    (added / "added_to_evo.py").write_text(PACKAGE)
    first, second, third = run_script(SCRIPT, tmp_path, added).splitlines()
    assert first == "10 {'reply'} True True"
    assert second == "budget.candidates = 8 is used up"
    assert third.startswith("No installed package has 'replies' among the entry points of evo.authors: ")
