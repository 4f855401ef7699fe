"""Generated and published instances, and what a split is made of."""

from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from problems import Split
from problems.jobshop import JobShop, generator
from problems.jobshop.generator import SEEDS, Uniform, draw_shop, taillard
from problems.jobshop.published import PACKAGE, PUBLISHED, names, packaged

packages = pytest.mark.skipif(find_spec(PACKAGE) is None, reason=f"the package {PACKAGE} is not installed")


class TestTaillard:
    def test_the_generator_is_park_and_millers(self):
        stream = Uniform(1)
        for _ in range(9_999):
            stream.draw(0, 1)
        assert stream.draw(0, 2**31 - 2) == 1043618065  # Park and Miller (1988): the 10,000th state from 1

    @pytest.mark.parametrize("seed", [0, -1, 2**31 - 1])
    def test_a_seed_out_of_range_is_refused(self, seed):
        with pytest.raises(ValueError, match="Expected a seed"):
            Uniform(seed)

    def test_there_are_eighty_instances_of_eight_sizes(self):
        assert list(taillard()) == [f"ta{index:02d}" for index in range(1, 81)]
        assert [instance.arrays[0].shape for instance in taillard().values()][::10] == list(SEEDS)

    @packages
    def test_all_eighty_are_those_of_the_package_to_the_bit(self):
        for name, instance in taillard().items():
            assert instance.digest() == packaged()[name].digest()


class TestPublished:
    def test_names_stand_for_sets_instances_and_ranges(self):
        assert names("ta")[0] == "ta01"
        assert len(names("ta")) == 80
        assert names("ta07") == ("ta07",)
        assert names("ta09-11") == ("ta09", "ta10", "ta11")

    @pytest.mark.parametrize("text", ["xy", "ta81", "TA01", "ta1-", "", "ta09-08"])
    def test_other_names_are_refused(self, text):
        with pytest.raises(ValueError, match="Expected a set"):
            names(text)

    @pytest.mark.skipif(find_spec(PACKAGE) is not None, reason="it is installed")
    def test_what_needs_the_package_says_so_in_one_line(self):
        with pytest.raises(ValueError, match=r"^la needs a package of data: pip install [^\n]*$"):
            JobShop(validation=("la",))

    @packages
    def test_every_instance_has_bounds_and_routes_over_all_machines(self):
        assert set(packaged()) == set(PUBLISHED)
        for instance in packaged().values():
            durations, routes = instance.arrays
            assert (np.sort(routes, axis=1) == np.arange(routes.shape[1])).all()
            assert durations.min() >= 0

    @packages
    def test_bounds_are_no_worse_than_the_packages_own_but_for_abz8(self):
        module = import_module(f"{PACKAGE}.instances")
        for name, bounds in PUBLISHED.items():
            theirs = getattr(module, f"{name.replace('yn', 'yn0')}_makespan")
            assert bounds.upper <= theirs or (name, theirs) == ("abz8", 665)

    @packages
    def test_rules_that_divide_stand_an_operation_of_no_duration(self, plain):
        problem = JobShop(validation=("orb07",))
        (instance,) = problem.instances(Split.VALIDATION)
        assert (instance.arrays[0] == 0).any()
        source = problem.baselines["SPT/TWKR"].replace("p / work_left", "work_left / p + 1 / job_work + p / work_left")
        solution = problem.construct([plain(source, problem.signatures[0])], instance)
        assert problem.objective(instance, solution) >= PUBLISHED["orb07"].lower


class TestSplits:
    def test_another_entry_leaves_the_instances_of_the_others_as_they_are(self):
        one = JobShop(train=((3, 3, 2), (4, 3, 1))).instances(Split.TRAIN)
        other = JobShop(train=((3, 3, 3),)).instances(Split.TRAIN)
        assert [instance.digest() for instance in one[:2]] == [instance.digest() for instance in other[:2]]

    def test_splits_of_one_size_have_different_instances(self):
        problem = JobShop(train=((3, 3, 1),), validation=((3, 3, 1),), test=((3, 3, 1),))
        assert len({problem.instances(split)[0].digest() for split in Split}) == 3

    def test_relabelled_instances_have_the_same_jobs(self):
        problem = JobShop()
        instance = problem.instances(Split.TRAIN)[0]
        other = problem.permuted(instance, np.random.default_rng(3))
        assert other.digest() != instance.digest()
        assert sorted(other.arrays[0].tolist()) == sorted(instance.arrays[0].tolist())

    def test_durations_are_from_1_to_99(self):
        durations, routes = draw_shop(11, 12, 40, 30)
        assert (durations.min(), durations.max()) == (1, 99)
        assert (np.sort(routes, axis=1) == np.arange(30)).all()

    @given(jobs=st.integers(2, 6), machines=st.integers(2, 9), stages=st.integers(2, 9), number=st.integers(0, 1000))
    def test_with_stages_jobs_visit_one_group_of_machines_after_another(self, jobs, machines, stages, number):
        stages = min(stages, machines)
        staged = generator.instance(1, Split.TRAIN, jobs, machines, number, stages)
        durations, routes = staged.arrays
        ends = [machines * stage // stages for stage in range(stages + 1)]
        for first, end in pairwise(ends):
            assert (np.sort(routes[:, first:end], axis=1) == np.arange(first, end)).all()
        assert staged.family == f"{jobs}x{machines} in {stages} stages"
        plain = generator.instance(1, Split.TRAIN, jobs, machines, number)
        assert (durations != plain.arrays[0]).any()

    def test_one_stage_is_taillards(self):
        assert JobShop(train=((3, 3, 2, 1),)) == JobShop(train=((3, 3, 2),))
        assert len(JobShop(train=((3, 4, 2), (3, 4, 2, 2))).instances(Split.TRAIN)) == 4

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"train": ((5, 5, 1, 6),)}, "stages from 1 to the machines"),
            ({"train": ((5, 5, 1, 2), (5, 5, 2, 2))}, "distinct"),
            ({"train": ((1, 5, 3),)}, "jobs 2-200"),
            ({"train": ((5, 5),)}, "jobs 2-200"),
            ({"train": ()}, "at least one"),
            ({"train": ((5, 5, 1), (5, 5, 2))}, "distinct"),
            ({"test": ("ta", "ta07")}, "distinct"),
            ({"validation": ("ta01-10",)}, "disjoint"),
            ({"seed": -1}, "seed >= 0"),
            ({"schedule": "lazy"}, "non_delay or active"),
            ({"search_steps": -1}, "search_steps"),
            ({"cpsat_work": float("inf")}, "cpsat_work"),
        ],
    )
    def test_settings_out_of_range_are_refused(self, settings, message):
        with pytest.raises(ValueError, match=message):
            JobShop(**settings)
