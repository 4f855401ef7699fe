"""Tables for papers: whole LaTeX, whatever the names; each row has as many cells as there are columns."""

import re

import pytest

from evo.report import contents
from evo.report.latex import latex_tables, tex
from evo.store import RunStore

HOSTILE = '\\input{/etc/passwd} & 5 % of $x_1$ #1 ~ ^ {a} | <b> "q" −–…≥'


def test_signs_with_a_meaning_are_printed_as_they_are() -> None:
    told = tex(HOSTILE)
    assert told.startswith(r"\textbackslash{}input\{/etc/passwd\} \& 5 \% of \$x\_1\$ \#1")
    assert told.isascii()


@pytest.mark.parametrize("name", ["EDD", HOSTILE])
def test_each_row_has_a_cell_for_each_column(begin, name: str) -> None:
    record = begin(family=name)
    record.seed(0, 0.5, name)
    record.add(1, 0.4, [0])
    record.finish(1, 0.4, 0.6, name)
    tables = latex_tables(contents(record.store))
    assert set(tables) == {"results", "families", "pairs"}
    for text in tables.values():
        assert r"\begin{tabular}" in text
        assert text.count(r"\begin{") == text.count(r"\end{") == 2
        columns = len(re.findall("[lr]", re.search(r"\\begin\{tabular\}\{(.*)\}", text)[1]))
        rows = [line for line in text.splitlines() if line.endswith(r" \\")]
        assert len(rows) >= 2
        assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {columns - 1}
        assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
        assert "/etc/passwd" not in text or r"\input" not in text


def test_the_table_of_parameters_has_meaning_and_unit(toy) -> None:
    with RunStore.open_folder(toy) as store:
        table = latex_tables(contents(store))["parameters"]
    assert r"priority & p & processing time of the job, 1 to 20 & time units \\" in table
    assert "smallest first; ties go to the shorter job" in table


def test_the_found_candidate_is_set_in_bold(finished) -> None:
    table = latex_tables(contents(finished.store))["results"]
    assert r"\textbf{found \#3} & \textbf{30.000\%}" in table


def test_a_run_without_a_score_has_no_tables(record) -> None:
    assert latex_tables(contents(record.store)) == {}
