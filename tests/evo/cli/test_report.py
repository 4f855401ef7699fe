import struct

import pytest

from evo.cli.app import status


def test_the_report_stands_in_the_run(runs, capsys) -> None:
    assert status(["report", "toy_run", "--runs", str(runs)]) == 0
    file = runs / "toy_run" / "report.html"
    assert capsys.readouterr().out == f"wrote {file}\n"
    text = file.read_text(encoding="utf-8")
    assert "Heuristics for toy" in text
    assert "evo run problem=toy problem.train=3" in text
    file.unlink()


@pytest.mark.parametrize(("form", "begins"), [("md", "# Heuristics for toy"), ("pdf-ready", "<!doctype html>")])
def test_each_format_is_written_where_it_is_wanted(runs, tmp_path, form, begins) -> None:
    file = tmp_path / "told"
    assert status(["report", "--runs", str(runs), "--format", form, "--to", str(file)]) == 0
    assert file.read_text(encoding="utf-8").lstrip().startswith(begins)


def test_figures_are_a_column_wide_at_300_dots_an_inch(runs, tmp_path) -> None:
    folder = tmp_path / "figures"
    command = ["report", "--runs", str(runs), "--to", str(tmp_path / "report.html"), "--figures", str(folder)]
    assert status(command) == 0
    figures = sorted(folder.iterdir())
    assert [figure.name for figure in figures] == [
        "archive-0.png",
        "gap-by-family.png",
        "gap-over-candidates.png",
        "gap-over-time.png",
    ]
    widths = [struct.unpack(">I", figure.read_bytes()[16:20])[0] for figure in figures]
    assert widths == [1050] * 4


def test_an_unknown_run_is_told_in_one_line(tmp_path, capsys) -> None:
    assert status(["report", "none", "--runs", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_file_that_cannot_be_written_is_told_in_one_line(runs, tmp_path, capsys) -> None:
    assert status(["report", "--runs", str(runs), "--to", str(tmp_path / "missing" / "report.html")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
