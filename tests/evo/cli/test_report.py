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


def test_figures_are_a_column_wide_in_three_formats_and_tables_are_latex(runs, tmp_path) -> None:
    figures, tables = tmp_path / "figures", tmp_path / "tables"
    command = ["report", "--runs", str(runs), "--to", str(tmp_path / "report.html")]
    assert status([*command, "--figures", str(figures), "--tables", str(tables)]) == 0
    names = ["archive-0", "gap-by-family", "gap-over-candidates", "gap-over-time"]
    solutions = ["solution-baseline.svg", "solution-found.svg"]
    expected = [*(f"{name}.{form}" for name in names for form in ("pdf", "png", "svg")), *solutions]
    assert sorted(path.name for path in figures.iterdir()) == sorted(expected)
    for name in names:
        assert struct.unpack(">I", (figures / f"{name}.png").read_bytes()[16:20])[0] == 1050  # 3.5 inches at 300
        assert (figures / f"{name}.pdf").read_bytes().startswith(b"%PDF")
        assert 'width="252pt"' in (figures / f"{name}.svg").read_text(encoding="utf-8")  # 3.5 inches
    assert sorted(path.name for path in tables.iterdir()) == [
        "families.tex",
        "pairs.tex",
        "parameters.tex",
        "results.tex",
    ]


def test_an_unknown_run_is_told_in_one_line(tmp_path, capsys) -> None:
    assert status(["report", "none", "--runs", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_file_that_cannot_be_written_is_told_in_one_line(runs, tmp_path, capsys) -> None:
    assert status(["report", "--runs", str(runs), "--to", str(tmp_path / "missing" / "report.html")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
