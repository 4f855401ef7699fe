"""The example files of every problem: read, solved by baselines, and no solver is contradicted."""

from pathlib import Path

import numpy as np
import pytest

from problems import Instance, Problem, Rule, Solvable, Split, UnreadableInstance
from problems.jobshop import JobShop
from problems.jobshop.generator import taillard
from problems.obp import Obp, ObpVector
from problems.pods import Pods, PodsOrder
from problems.smtt import Smtt, SmttAlgorithm, SmttProgram
from problems.vmr import Vmr

EXAMPLES = Path(__file__).parents[2] / "examples" / "instances"
SEVERAL = {
    "orders.csv": (Smtt(), SmttAlgorithm(), SmttProgram()),
    "shops.txt": (JobShop(search_steps=2000),),
    "binpack.txt": (Obp(), ObpVector()),
    "pods.json": (Pods(search_rounds=200), PodsOrder(search_rounds=200)),
    "clusters.csv": (Vmr(),),
}
ONE = {
    "jobs.txt": Smtt(),
    "taillard.txt": JobShop(search_steps=2000),
    "bins/week1.bpp": Obp(),
    "pods.csv": Pods(search_rounds=200),
    "cluster.json": Vmr(),
}
EVERY = [*ONE.items(), *((file, problem) for file, problems in SEVERAL.items() for problem in problems)]


def read(file: str, problem: Problem) -> list[Instance]:
    assert isinstance(problem, Solvable)
    return list(problem.read_instances(EXAMPLES / file))


@pytest.mark.parametrize(("file", "problem"), EVERY, ids=lambda value: getattr(value, "name", value))
def test_solvers_return_solutions_of_their_value_and_no_baseline_is_better(file: str, problem: Problem, plain) -> None:
    instance = read(file, problem)[0]
    assert isinstance(problem, Solvable)
    baselines = [
        solved(problem, source, plain, instance) for source in problem.baselines.values() if problem.kind != "program"
    ]
    for solve in problem.solvers.values():
        found = solve(instance, float("inf") if isinstance(problem, JobShop) else 20.0)
        assert problem.objective(instance, found.solution) == found.reference.value
        best = found.reference.bound
        assert best is not None
        for value in (found.reference.value, *baselines):
            assert best <= value if problem.sense == "minimise" else best >= value
    assert problem.reference(instance).proven


def solved(problem: Problem, source: str, plain, instance: Instance) -> float:
    functions: list[Rule] = [plain(source, signature) for signature in problem.signatures]
    return problem.objective(instance, problem.construct(functions, instance))


@pytest.mark.parametrize(("file", "problem"), ONE.items(), ids=str)
def test_a_byte_order_mark_and_line_ends_of_another_system_change_nothing(
    file: str, problem: Problem, tmp_path: Path
) -> None:
    marked = tmp_path / Path(file).name
    text = (EXAMPLES / file).read_text()
    marked.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert [each.digest() for each in read(str(marked), problem)] == [each.digest() for each in read(file, problem)]
    if marked.suffix == ".csv":
        marked.write_text(text.replace(",", ";"))
        assert read(str(marked), problem)[0].digest() == read(file, problem)[0].digest()


def test_within_a_time_limit_a_schedule_and_a_bound_are_returned() -> None:
    instance = taillard()["ta01"]
    found = JobShop(search_steps=200).solvers["tabu"](instance, 0.2)
    bound = found.reference.bound
    assert bound is not None
    assert bound <= 1231 <= found.reference.value == JobShop().objective(instance, found.solution)


@pytest.mark.parametrize("file", SEVERAL)
def test_names_are_distinct_and_families_name_the_file(file: str) -> None:
    found = read(file, SEVERAL[file][0])
    assert len({instance.name for instance in found}) == len(found) > 1
    assert all(instance.family.startswith(Path(file).stem) for instance in found)


@pytest.mark.parametrize("file", ["orders.csv", "shops.txt", "pods.json", "clusters.csv", "bins"])
def test_one_file_or_folder_alone_is_split(file: str) -> None:
    (made,) = {type(problem) for name, problems in SEVERAL.items() for problem in problems[:1] if name == file} or {Obp}
    problem = made(train=str(EXAMPLES / file))
    digests = [{instance.digest() for instance in problem.instances(split)} for split in Split]
    assert all(digests)
    assert len(set.union(*digests)) == sum(map(len, digests))


@pytest.mark.parametrize("problem", [*ONE.values()], ids=lambda problem: problem.name)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("NAME : a\nTYPE : CVRP\nDIMENSION : 16\n", "a TSPLIB file"),
        (f"{'*' * 60}\njobs (incl. supersource/sink ):  32\n", "a PSPLIB project"),
        ("PK\x03\x04", "a workbook"),
    ],
)
def test_formats_of_others_are_told_in_one_line(problem: Problem, content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(content)
    with pytest.raises(UnreadableInstance) as caught:
        read(str(tmp_path / "a.txt"), problem)
    assert said in str(caught.value)
    assert "Expected" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_with_the_data_of_a_published_shop_has_its_bounds_whatever_its_name(tmp_path: Path) -> None:
    durations, routes = taillard()["ta01"].arrays
    pairs = np.stack((routes, durations), axis=2).reshape(15, -1).tolist()
    (tmp_path / "mine.txt").write_text("15 15\n" + "\n".join(" ".join(map(str, row)) for row in pairs))
    (instance,) = JobShop().read_instances(tmp_path / "mine.txt")
    assert JobShop().reference(instance).value == 1231
    (tmp_path / "ta01.txt").write_text("2 2\n0 3 1 5\n1 2 0 4\n")
    (other,) = JobShop().read_instances(tmp_path / "ta01.txt")
    assert JobShop(search_steps=100).reference(other).value < 20


def test_operations_of_no_duration_have_an_exact_reference(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("3 3\n0 4 1 0 2 3\n1 5 0 0 2 2\n2 0 0 0 1 6\n")
    (instance,) = JobShop().read_instances(tmp_path / "a.txt")
    found = JobShop().solvers["tabu"](instance, float("inf"))
    assert found.reference.proven
    assert JobShop().objective(instance, found.solution) == found.reference.value == 11


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2\n200000\n5\n6\n", "capacity from 1 to 100000, got 200000"),
    ],
)
def test_bins_out_of_range_are_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(UnreadableInstance, match=said):
        Obp().read_instances(tmp_path / "a.txt")


def test_archives_of_bins_are_read(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", items=np.array([[3, 4], [5, 6]]), capacity=np.array(10))
    first, second = Obp().read_instances(tmp_path / "a.npz")
    assert (first.name, second.arrays[0].tolist(), int(second.arrays[1][0])) == ("a[0]", [5, 6], 10)
    np.savez(tmp_path / "b.npz", items=np.array([[3, 4], [5, 6]]))
    with pytest.raises(UnreadableInstance, match="Expected arrays `items`"):
        Obp().read_instances(tmp_path / "b.npz")


@pytest.mark.parametrize(
    ("problem", "text", "said"),
    [
        (
            Pods(),
            "kind,cpu,memory,priority\nnode,4,8,\npod,1,1,urgent\n",
            "line 3: Expected priority high",
        ),
        (Pods(), "kind,cpu,memory,priority\nnode,4,8,\npod,0.5,1,high\n", "whole number of at least 1 in cpu"),
        (Pods(), "kind,cpu,memory,priority\nnode,4,8,\npod,1,1,\n", "line 3: Expected priority .*, got nothing"),
        (
            Pods(),
            "kind,cpu,memory\nnode,4,8\npod,1,1\n",
            "line 1: Expected a column 'priority' \\(of kind, cpu, memory",
        ),
        (Vmr(), "kind,machine,node,cores\nnode,,0,4\nvm,,0,2\n", "line 2: Expected a name in machine, got nothing"),
        (Vmr(), "kind,machine,node,cores\nnode,a,0,4\nvm,,0,2\n", "line 3: Expected a name in machine, got nothing"),
        (
            Vmr(),
            "kind,machine,node,cores\nnode,a,0,4\nvm,a,0,\n",
            "line 3: Expected a whole number of at least 1 in cores",
        ),
        (Vmr(), "kind,machine,node,cores\nnode,a,0,4\nvm,a,,2\n", "line 3: .* got machine 'a' and node nothing"),
        (Vmr(), "kind,machine,node,cores\nnode,a,0,4\nvm,b,0,2\n", "Expected a machine and a node of the file"),
        (Vmr(), "kind,machine,node,cores\nnode,a,0,4\nvm,a,0,8\n", "too much on node '0' of machine 'a'"),
        (Vmr(), "kind,machine,node,cores\nnode,a,0,4\nnode,a,0,4\nvm,a,0,1\n", "at most 2 nodes of different names"),
    ],
)
def test_records_that_do_not_fit_are_named(problem: Problem, text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(UnreadableInstance, match=said):
        read(str(tmp_path / "a.csv"), problem)


def test_a_cluster_without_moves_comes_with_each_limit(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "kind,machine,node,cores\nnode,a,0,44\nvm,a,0,8\nnode,b,0,9\nnode,b,1,9\nvm,b,1,4\n"
    )
    found = Vmr(limits=(0.5, 2.0)).read_instances(tmp_path / "a.csv")
    assert [int(each.arrays[3][0]) for each in found] == [1, 4]
    assert found[0].arrays[2].tolist() == [44, 0, 9, 9]
