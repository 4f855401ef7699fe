"""What is remembered of sources, so that a resumed search knows what an unbroken one would."""

from evaluators import Facts, Failure, FailureKind, Memory
from problems import Split

FACTS = Facts("d" * 64, 5)


def kept(failure: Failure) -> Memory:
    memory = Memory()
    memory.keep("text", Split.TRAIN, failure)
    return memory


def test_an_outcome_is_known_by_its_syntax() -> None:
    failure = Failure(FailureKind.TIMEOUT, "too slow", facts=FACTS)
    memory = kept(failure)
    assert list(memory.facts.values()) == [FACTS]
    assert memory.outcomes == {(FACTS.digest, Split.TRAIN): failure}


def test_a_source_that_the_reader_refused_is_known_by_its_text_alone() -> None:
    failure = Failure(FailureKind.REJECTED, "no")
    memory = kept(failure)
    assert list(memory.facts.values()) == [failure]
    assert not memory.outcomes


def test_that_a_candidate_was_taken_for_a_twin_is_no_outcome_of_its_syntax() -> None:
    memory = kept(Failure(FailureKind.TWIN, "decides like candidate 3", facts=FACTS))
    assert list(memory.facts.values()) == [FACTS]
    assert not memory.outcomes
