"""Records as JSON and as tables: the same instances, and what is refused in one line."""

import json
import re

import pytest

from problems import InstanceWarning, UnreadableInstance
from problems.files.records import RecordFormat, RecordSet, parse_records

TABLE = "kind;cpu;memory;count;value\nnode;4;8;2;\npod;1;2Gi;;\nmoves;;;;5\n"
OBJECT = {"nodes": [{"cpu": 4, "memory": 8, "count": 2}], "pods": [{"CPU": 1, "memory": "2Gi"}], "moves": 5}


def parsed(text: str, fields: tuple[str, ...] = ("cpu",)) -> tuple[RecordSet, ...]:
    return parse_records(text, "a.csv", RecordFormat(("node", "pod"), fields, "nodes and pods", ("moves",)))


@pytest.mark.parametrize("text", [TABLE, TABLE.replace("\n", "\r\n"), TABLE.replace(";", ","), json.dumps(OBJECT)])
def test_json_and_tables_say_the_same(text: str) -> None:
    (one,) = parsed(text, ("cpu", "memory"))
    assert [record.whole("cpu") for record in one.records["node"]] == [4, 4]
    assert [record.whole("memory", 1, {"Gi": 1024}) for record in one.records["pod"]] == [2048]
    assert one.numbers["moves"].whole("value") == 5


def test_a_list_of_objects_and_a_column_of_instances_are_several() -> None:
    assert len(parsed(json.dumps([OBJECT, OBJECT, OBJECT]), ("cpu", "memory"))) == 3
    assert len(parsed("instance,kind,cpu\na,node,1\na,pod,1\nb,node,1\nb,pod,1\n")) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "a.csv is no sound JSON"),
        ("[1]", "a.csv: Expected nodes and pods."),
        ('{"nodes": [], "pods": []}', "a.csv: Expected at least one node"),
        ('{"nodes": [3], "pods": []}', "nodes[0]: Expected an object"),
        ("cpu,memory\n1,2\n", "a.csv, line 1: Expected nodes and pods, got 'cpu memory'."),
        (
            "kind,cpus\nnode,2\n",
            "line 1: Expected a column 'cpu' (of kind, cpu, count, instance, value), got 'kind cpus'",
        ),
        ("kind,cpu\n,2\n", "line 2: Expected a kind (node, pod, moves), got nothing"),
        ("kind,instance,cpu\nnode,,2\n", "line 2: Expected a name in instance, got nothing"),
        ("", "a.csv: Expected nodes and pods."),
        ("kind,cpu\nvm,2\n", "line 2: Expected a kind (node, pod, moves), got 'vm'"),
        ("kind,cpu\nnode,2,3\n", "line 2: Expected at most 2 columns"),
        ("kind,cpu,count\nnode,2,1000000\n", "count up to 100000"),
        ("kind,cpu\n", "a.csv, line 1: Expected rows below the header 'kind cpu', got none."),
    ],
)
def test_another_shape_is_named(text: str, said: str) -> None:
    with pytest.raises(UnreadableInstance, match=re.escape(said)):
        parsed(text)


@pytest.mark.parametrize("given", ["0.5", "-1", "two", "2Xi", "", "1e30"])
def test_a_field_that_is_no_whole_number_is_named_with_its_line(given: str) -> None:
    (one,) = parsed(f"kind,cpu\nnode,{given or ' '}\npod,1\n")
    with pytest.raises(UnreadableInstance, match=r"^a\.csv, line 2: Expected a whole number of at least 1 in cpu, "):
        one.records["node"][0].whole("cpu", 1, {"Gi": 1024})


CLUSTERS = "week,kind,cpu\n1,node,4\n1,pod,1\n2,node,4\n2,pod,2\n"


def test_a_column_that_may_tell_instances_apart_is_refused_by_its_name() -> None:
    with pytest.raises(UnreadableInstance, match=r"line 1: column 'week' .* rename it to `instance`, or to `note`"):
        parsed(CLUSTERS)
    assert len(parsed(CLUSTERS.replace("week", "instance"))) == 2
    assert len(parsed(CLUSTERS.replace("week", "note"))) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind,cpu,zone\nnode,4,a\npod,1,\n", "a.csv, line 1: not used: column 'zone'; rename it"),
        (
            '{"nodes": [{"cpu": 4}], "pods": [{"cpu": 1, "memory": 2}]}',
            "a.csv: not used: column 'memory'; .*: nodes, pods",
        ),
        ('{"nodes": [{"cpu": 4}], "pods": [{"cpu": 1}], "limit": 2}', "not used: column 'limit'; .*moves"),
    ],
)
def test_a_column_or_field_that_is_not_used_is_told_in_one_line(text: str, said: str) -> None:
    with pytest.warns(InstanceWarning, match=said) as caught:
        parsed(text)
    (warning,) = caught
    assert "\n" not in str(warning.message)
