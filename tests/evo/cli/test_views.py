"""What is shown of one candidate: splits in their order, each message once, islands by name, the source as it is."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from evo.analysis.archives import island_names
from evo.analysis.candidates import CandidateRecord, RecordedCall, best_ordinal, show
from evo.cli.app import status
from evo.cli.views import candidate_view, show_view
from evo.core.records import Message, Usage
from evo.store import RunStore
from evo.store.records import CallStatus

ASKED = (Message("system", "You write rules."), Message("user", "The prompt of the draft."))
MENDED = (*ASKED, Message("assistant", "The first reply."), Message("user", "It has no code."))


@pytest.fixture
def record(runs: Path) -> CandidateRecord:
    with RunStore.open_folder(runs / "toy_run") as store:
        return show(store, best_ordinal(store))


def call(attempt: int, messages: tuple[Message, ...], reply: str) -> RecordedCall:
    return RecordedCall(attempt, "gpt-x", CallStatus.OK, messages, reply, None, Usage(), "", "2026")


def shown(record: CandidateRecord, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(candidate_view(record, {0: "behaviour"}), soft_wrap=True)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_conversation_that_goes_on_shows_each_message_once(record: CandidateRecord) -> None:
    again = call(2, ASKED, "A second try.")
    text = shown(
        replace(record, calls=(call(0, ASKED, "The first reply."), call(1, MENDED, "The mended reply."), again))
    )
    assert text.count("The prompt of the draft.") == 2, "the third call begins anew"
    text = shown(replace(record, calls=(call(0, ASKED, "The first reply."), call(1, MENDED, "The mended reply."))))
    assert text.count("The prompt of the draft.") == 1
    assert text.index("It has no code.") < text.index("The mended reply.")


def test_train_stands_before_validation_and_test(record: CandidateRecord) -> None:
    turned = replace(record, outcomes=dict(reversed(record.outcomes.items())))
    text = shown(turned)
    assert text.index("\ntrain: ") < text.index("\nvalidation: ") < text.index("\ntest: ")


def test_islands_have_names_and_the_source_is_not_broken(record: CandidateRecord) -> None:
    source = "def priority(p, w):\n    return " + " + ".join(["p / w"] * 40)
    text = shown(replace(record, step=replace(record.step, source=source)))
    assert source in text
    assert "island behaviour (0)" in text


def test_questions_name_the_islands_for_people_and_give_numbers_to_programs(
    runs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with RunStore.open_folder(runs / "toy_run") as store:
        assert island_names(store) == {0: "behaviour"}
    assert status(["lineage", "stagnation", "--runs", str(runs)]) == 0
    assert "behaviour (0)" in capsys.readouterr().out
    assert status(["lineage", "stagnation", "--runs", str(runs), "-f", "csv"]) == 0
    assert "behaviour" not in capsys.readouterr().out
    show_view(candidate_view(show_first(runs), {}))
    assert "island 0" in capsys.readouterr().out


def show_first(runs: Path) -> CandidateRecord:
    with RunStore.open_folder(runs / "toy_run") as store:
        return show(store, 0)


@pytest.mark.parametrize("island", ["behaviour", "0"])
def test_an_island_is_given_by_its_name_or_its_number(
    island: str, runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with RunStore.open_folder(runs / "toy_run") as store:
        cell = store.history().steps[0].placements[0].cell  # type: ignore[index]
    asked = ["lineage", "cell", ",".join(map(str, cell)), "--runs", str(runs)]
    assert status([*asked, "--island", island]) == 0
    capsys.readouterr()
    assert status([*asked, "--island", "elsewhere"]) == 2
    assert "No island 'elsewhere'; the run has behaviour (0)." in capsys.readouterr().err
