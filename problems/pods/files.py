"""A user's own pods and nodes: JSON or a table, `problems.files.records`, as instances."""

from pathlib import Path

import numpy as np

from problems.contract import Instance, UnreadableInstance
from problems.files.records import NOTHING, Record, RecordFormat, RecordSet, parse_records
from problems.files.text import labels, read_text
from problems.pods.generator import LEVELS

EXPECTED = (
    'JSON {"nodes": [{"cpu": 4000, "memory": 8192, "count": 2}], "pods": [{"cpu": 500, "memory": 256, "priority": '
    '"high"}]}, or a table with the columns kind (node, pod), cpu, memory, priority'
)
FORMAT = RecordFormat(("node", "pod"), ("cpu", "memory", "priority"), EXPECTED)
PRIORITIES = {"high": 0, "3": 0, "middle": 1, "medium": 1, "2": 1, "low": 2, "1": 2}
CPU = {"m": 1}
MEMORY = {"Mi": 1, "Gi": 1024, "Ti": 1024**2}


def read_instances(file: Path) -> tuple[Instance, ...]:
    """Return the instances of a file; pods arrive in its order. CPU is in millicores, memory in mebibytes.

    Raises:
        OSError: the file cannot be read.
        UnreadableInstance: it holds something else; the message says where.
    """
    found = parse_records(read_text(file, EXPECTED, json=True), str(file), FORMAT)
    return tuple(_made(file, len(found), index, one) for index, one in enumerate(found))


def _made(file: Path, count: int, index: int, one: RecordSet) -> Instance:
    nodes, pods = one.records["node"], one.records["pod"]
    asked, there = ([_room(record) for record in records] for records in (pods, nodes))
    level = np.array([_level(pod) for pod in pods], dtype=np.int64)
    requests, capacities = np.array(asked, dtype=np.int64).T, np.array(there, dtype=np.int64).T
    name, family = labels(file, count, index, f"nodes={len(nodes)} pods={len(pods)}")
    arrays = (*(row.copy() for row in requests), level, np.arange(len(pods)), *(row.copy() for row in capacities))
    return Instance(name, family, arrays, scale=float(len(pods)))


def _room(record: Record) -> tuple[int, int]:
    return record.whole("cpu", 1, CPU), record.whole("memory", 1, MEMORY)


def _level(pod: Record) -> int:
    given = pod.text("priority").lower()
    if given not in PRIORITIES:
        raise UnreadableInstance(
            f"{pod.where}: Expected priority high, middle or low (or 3, 2, 1: {LEVELS} classes), got "
            f"{repr(given) if given else NOTHING}."
        )
    return PRIORITIES[given]
