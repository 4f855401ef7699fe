"""What opening a subproblem finds, and the rows of the stack, against lists: compiled and not."""

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from problems.kernels import plain as slow_twin
from problems.smtt.exact import checked_jobs, decomposition
from problems.smtt.exact.jobs import reduced
from problems.smtt.exact.prices import priced

EXAMPLES = settings(deadline=None, derandomize=True, max_examples=50)
JOBS = st.lists(st.tuples(st.integers(1, 12), st.integers(-9, 60)), min_size=1, max_size=6)


def twins(kernel):
    return kernel, slow_twin(kernel)


def begun(pairs, t, cut=2**40):
    """A stack that asks for all jobs from time t."""
    jobs = reduced(*checked_jobs([p for p, _ in pairs], [d for _, d in pairs])).jobs
    prices, frames = priced(jobs, 3), decomposition.stack_for(jobs.p.size)
    decomposition.begin(frames, jobs, prices, np.arange(jobs.p.size), t, cut)
    return jobs, prices, frames


def total(jobs, sequence, t=0):
    ends = itertools.accumulate((int(jobs.p[j]) for j in sequence), initial=t)
    return sum(max(0, end - int(jobs.d[j])) for j, end in zip(sequence, itertools.islice(ends, 1, None), strict=True))


def least(jobs, members, t=0):
    return min(total(jobs, sequence, t) for sequence in itertools.permutations(members))


@EXAMPLES
@given(pairs=JOBS, data=st.data())
def test_rows_hold_all_jobs_but_one_with_their_sums(pairs, data):
    jobs, prices, frames = begun(pairs, 0)
    row, out = data.draw(st.integers(0, 3)), data.draw(st.integers(-1, len(pairs) - 1))
    kept = [j for j in range(len(pairs)) if j != out]
    for kernel in twins(decomposition.write_row):
        end = kernel(frames, row, np.arange(len(pairs)), out, jobs, prices)
        assert end == row + len(kept) + 1
        assert frames.members[row : end - 1].tolist() == kept
        assert frames.work[row:end].tolist() == [jobs.p[kept[:i]].sum() for i in range(len(kept) + 1)]
        assert frames.own[row:end].tolist() == [prices.own[kept[:i]].sum() for i in range(len(kept) + 1)]


@EXAMPLES
@given(pairs=JOBS, data=st.data())
def test_the_bound_of_part_of_a_row_is_the_one_of_its_jobs(pairs, data):
    jobs, prices, frames = begun(pairs, 0)
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(pairs))] * 2)))
    t = data.draw(st.sampled_from([0, int(jobs.p[:start].sum())]))
    end = t + int(jobs.p[start:stop].sum())
    expected = prices.own[start:stop].sum() + prices.base[end] - prices.base[t]
    for kernel in twins(decomposition.scaled_bound):
        assert kernel(frames, prices, start, stop, t) == expected
    for kernel in twins(decomposition.units):
        assert kernel(int(expected)) == max(0, math.ceil(expected / 64)) <= least(jobs, range(start, stop), t)


def test_frames_are_put_on_and_taken_off():
    for demand, answer in zip(twins(decomposition.demand), twins(decomposition.answer), strict=True):
        frames = decomposition.stack_for(4)
        demand(frames, 0, 4, 7, 99)
        demand(frames, 1, 3, 8, 50)
        fields = (frames.start, frames.stop, frames.t, frames.cut, frames.stage)
        assert [part[1] for part in fields] == [0, 4, 7, 99, decomposition.NEW]
        assert [part[2] for part in fields] == [1, 3, 8, 50, decomposition.NEW]
        answer(frames, 12)
        assert frames.state.tolist() == [1, 12, 0]


@EXAMPLES
@given(pairs=JOBS, t=st.integers(0, 40))
def test_jobs_at_the_end_that_are_in_time_anyhow_are_left_out(pairs, t):
    for kernel in twins(decomposition.trim):
        jobs, _, frames = begun(pairs, t)
        kernel(frames, 1, jobs)
        kept = list(range(len(pairs)))
        while kept and jobs.d[kept[-1]] >= t + jobs.p[kept].sum():
            kept.pop()
        assert (frames.stop[1], frames.end[1]) == (len(kept), t + jobs.p[kept].sum())
        assert least(jobs, kept, t) == least(jobs, range(len(pairs)), t)


@EXAMPLES
@given(pairs=JOBS, t=st.integers(0, 60))
def test_edd_and_spt_are_taken_where_they_are_optimal(pairs, t):
    for kernel in twins(decomposition.scanned):
        jobs, _, frames = begun(pairs, t)
        longest, value = kernel(frames, 1, jobs)
        assert jobs.rank[longest] == len(pairs) - 1
        late = [t + jobs.p[: j + 1].sum() > jobs.d[j] for j in range(len(pairs))]
        early = [t + jobs.p[jobs.spt[: i + 1]].sum() < jobs.d[jobs.spt[i]] for i in range(len(pairs))]
        assert (value == decomposition.OPEN) == (sum(late) > 1 and any(early))
        assert value in (decomposition.OPEN, least(jobs, range(len(pairs)), t))
        spt = decomposition.all_tardy(frames, 1, jobs, longest)
        assert spt == slow_twin(decomposition.all_tardy)(frames, 1, jobs, longest)
        assert spt == (decomposition.OPEN if any(early) else total(jobs, jobs.spt, t))


@EXAMPLES
@given(pairs=JOBS, cut=st.integers(0, 200))
def test_listed_positions_ascend_with_valid_bounds_and_hold_an_optimum_below_the_cut(pairs, cut):
    for kernel in twins(decomposition.list_positions):
        jobs, prices, frames = begun(pairs, 0, cut)
        longest = int(jobs.rank.argmax())
        frames.longest[1] = longest
        frames.top[1] = decomposition.write_row(frames, frames.top[0], np.arange(len(pairs)), longest, jobs, prices)
        bound = decomposition.scaled_bound(frames, prices, 0, len(pairs), 0)
        kernel(frames, 1, longest, bound, jobs, prices)
        listed = slice(frames.top[0], frames.top[0] + frames.places[1])
        bounds, values = frames.bound[listed].tolist(), []
        rest = [j for j in range(len(pairs)) if j != longest]
        for place, here in zip(frames.position[listed].tolist(), bounds, strict=True):
            values.append(least_around(jobs, rest[:place], longest, rest[place:]))
            assert here <= values[-1]
        assert bounds == sorted(bounds)
        assert all(here < cut for here in bounds)
        best = least(jobs, range(len(pairs)))
        assert best in values if best < cut else frames.refused[1] <= best or bounds


def least_around(jobs, before, k, after):
    c = int(jobs.p[before].sum() + jobs.p[k])
    return least(jobs, before) + max(0, c - int(jobs.d[k])) + least(jobs, after, c)


@EXAMPLES
@given(pairs=JOBS, data=st.data())
def test_reduced_costs_are_what_a_job_costs_above_its_price_and_that_of_its_time(pairs, data):
    jobs, prices, _ = begun(pairs, 0)
    j = data.draw(st.integers(0, len(pairs) - 1))
    others = data.draw(st.lists(st.sampled_from(range(len(pairs))), unique=True).map(lambda them: set(them) - {j}))
    c = int(jobs.p[[*others, j]].sum())
    f = prices.base[c] - prices.base[c - jobs.p[j]]
    for kernel in twins(decomposition.reduced_cost):
        assert kernel(j, c, jobs, prices) == 64 * max(0, c - jobs.d[j]) - prices.own[j] - f >= 0


@EXAMPLES
@given(st.lists(st.integers(0, 9), max_size=9))
def test_positions_are_inserted_behind_those_of_the_same_bound(bounds):
    for kernel in twins(decomposition.insert_position):
        frames = decomposition.stack_for(9)
        for place, bound in enumerate(bounds):
            kernel(frames, 2, place, place, bound)
        ordered = sorted(range(len(bounds)), key=bounds.__getitem__)
        assert frames.position[2 : 2 + len(bounds)].tolist() == ordered
        assert frames.bound[2 : 2 + len(bounds)].tolist() == sorted(bounds)
