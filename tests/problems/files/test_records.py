"""Records as JSON and as tables: the same instances, and what is refused in one line."""

import json
import re

import pytest

from problems import UnreadableInstance
from problems.files.records import RecordSet, parse_records

TABLE = "kind;cpu;memory;count;value\nnode;4;8;2;\npod;1;2Gi;;\nmoves;;;;5\n"
OBJECT = {"nodes": [{"cpu": 4, "memory": 8, "count": 2}], "pods": [{"CPU": 1, "memory": "2Gi"}], "moves": 5}


def parsed(text: str) -> tuple[RecordSet, ...]:
    return parse_records(text, "a.csv", ("node", "pod"), ("moves",), "nodes and pods")


@pytest.mark.parametrize("text", [TABLE, TABLE.replace("\n", "\r\n"), TABLE.replace(";", ","), json.dumps(OBJECT)])
def test_json_and_tables_say_the_same(text: str) -> None:
    (one,) = parsed(text)
    assert [record.whole("cpu") for record in one.records["node"]] == [4, 4]
    assert [record.whole("memory", 1, {"Gi": 1024}) for record in one.records["pod"]] == [2048]
    assert one.numbers["moves"].whole("value") == 5


def test_a_list_of_objects_and_a_column_of_instances_are_several() -> None:
    assert len(parsed(json.dumps([OBJECT, OBJECT, OBJECT]))) == 3
    assert len(parsed("instance,kind,cpu\na,node,1\na,pod,1\nb,node,1\nb,pod,1\n")) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "a.csv is no sound JSON"),
        ("[1]", "a.csv: Expected nodes and pods."),
        ('{"nodes": [], "pods": []}', "a.csv: Expected at least one node"),
        ('{"nodes": [3], "pods": []}', "nodes[0]: Expected an object"),
        ("cpu,memory\n1,2\n", "a.csv: Expected nodes and pods."),
        ("", "a.csv: Expected nodes and pods."),
        ("kind,cpu\nvm,2\n", "line 2: Expected a kind (node, pod, moves), got 'vm'"),
        ("kind,cpu\nnode,2,3\n", "line 2: Expected at most 2 columns"),
        ("kind,cpu,count\nnode,2,1000000\n", "count up to 100000"),
        ("kind,cpu\n", "Expected rows below the header"),
    ],
)
def test_another_shape_is_named(text: str, said: str) -> None:
    with pytest.raises(UnreadableInstance, match=re.escape(said)):
        parsed(text)


@pytest.mark.parametrize("given", ["0.5", "-1", "two", "2Xi", "", "1e30"])
def test_a_field_that_is_no_whole_number_is_named_with_its_line(given: str) -> None:
    (one,) = parsed(f"kind,cpu\nnode,{given or ' '}\npod,1\n")
    with pytest.raises(UnreadableInstance, match=r"^a\.csv, line 2: Expected a (field cpu|whole number)"):
        one.records["node"][0].whole("cpu", 1, {"Gi": 1024})
