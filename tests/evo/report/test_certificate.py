from evo.report.certificate import certificate
from evo.store import RunStore


def test_references_are_told_by_what_they_are(record) -> None:
    told = certificate(record.store)
    assert [known.obtained for known in told.sets] == ["3 proven optimal, 1 best known, with a bound"] * 3
    assert list(told.methods) == ["descent", "exact"]
    assert told.methods["exact"] == ("train", "validation", "test")
    assert told.sets[0].kinds == (("large", 2), ("small", 2))


def test_facts_are_those_of_the_record(record) -> None:
    facts = certificate(record.store).facts
    assert (facts["problem"], facts["seed"], facts["author"]) == ("toy", "7", "m")
    assert facts["isolation of candidates"] == "B (seccomp and one of Landlock and namespaces)"
    assert facts["state"] == "not finished: it still runs, or was killed"
    assert "ended" not in facts


def test_equal_instances_have_an_equal_digest(toy, record) -> None:
    digests = [known.digest for known in certificate(record.store).sets]
    assert len(set(digests)) == 1
    with RunStore.open(toy / "run.sqlite", readonly=True) as store:
        assert len({known.digest for known in certificate(store).sets}) == 3
