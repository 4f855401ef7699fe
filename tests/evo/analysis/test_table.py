"""Answers for programs."""

import csv
import io
import json

import pytest

from evo.analysis import FORMATS, Column, DataTable, Unit

HOSTILE = 'a "b"\n<script>&amp;\\'
DESCENT = DataTable(
    "who", (Column("candidate"), Column("gap", Unit.SHARE), Column("words")), ((0, 0.5, HOSTILE), (1, None, "b")),
    edges=((0, 1), (0, 2)), notes=("a note",),
)  # fmt: skip


def test_json_holds_everything():
    told = json.loads(FORMATS["json"](DESCENT))
    assert told["rows"] == [
        {"candidate": 0, "gap": 0.5, "words": HOSTILE},
        {"candidate": 1, "gap": None, "words": "b"},
    ]
    assert (told["title"], told["edges"], told["notes"]) == ("who", [[0, 1], [0, 2]], ["a note"])


def test_csv_comes_back_as_it_was():
    rows = list(csv.reader(io.StringIO(FORMATS["csv"](DESCENT))))
    assert rows == [["candidate", "gap", "words"], ["0", "0.5", HOSTILE], ["1", "", "b"]]


def test_a_graph_has_rows_and_ends_of_edges_as_nodes():
    assert FORMATS["dot"](DESCENT).splitlines()[2:] == [
        '  "0" [label="0\\ngap 50.000%\\nwords a \\"b\\" <script>&amp;\\\\"];',
        '  "1" [label="1\\nwords b"];',
        '  "2" [label="2"];',
        '  "0" -> "1";',
        '  "0" -> "2";',
        "}",
    ]


def test_a_flowchart_cannot_be_broken_out_of():
    assert FORMATS["mermaid"](DESCENT).splitlines() == [
        "flowchart TD",
        '  n0["0<br/>gap 50.000%<br/>words a #quot;b#quot; #lt;script#gt;#amp;amp;\\"]',
        '  n1["1<br/>words b"]',
        '  n2["2"]',
        "  n0 --> n1",
        "  n0 --> n2",
    ]


def test_rows_of_one_candidate_are_one_node():
    answer = DataTable("", (Column("candidate"), Column("island")), ((0, 0), (0, 1)), edges=((0, 1),))
    assert '"0" [label="0\\nisland 0\\n0\\nisland 1"];' in FORMATS["dot"](answer)


def test_rows_that_no_edge_joins_are_nodes_of_their_own():
    answer = DataTable("", (Column("run"), Column("gap")), (("a", 1.0), ("a", 2.0)))
    assert FORMATS["dot"](answer).count("label=") == 2


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_without_rows_can_be_written(form):
    assert FORMATS[form](DataTable("", (Column("a"),), ()))
