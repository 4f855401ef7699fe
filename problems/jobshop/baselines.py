"""Dispatching rules of the literature for the job shop, written the way a candidate is written."""

from problems.contract import Direction, Parameter, Signature

TIME = "time units"


def priority(shared_start: bool) -> Signature:
    """Return the signature; `shared_start` says that all operations that compete would start at the same time."""
    return Signature(
        name="priority",
        parameters=(
            Parameter("p", "processing time of the operation, at least 1 (no time counts as 1)", unit=TIME),
            Parameter("work_left", "work left in the job: this operation and all after it, at least 1", unit=TIME),
            Parameter("ops_left", "number of operations left in the job, this one included", unit="operations"),
            Parameter("job_work", "work of the whole job, at least 1", unit=TIME),
            Parameter("job_ready", "time at which the job's previous operation ended (0 for the first one)", unit=TIME),
            Parameter("start", "time at which the operation would start; may be 0", shared=shared_start, unit=TIME),
            Parameter(
                "waiting",
                "number of operations that compete for the machine, this one included",
                shared=True,
                unit="operations",
            ),
            Parameter(
                "p_mean", "mean processing time of the operations that compete, at least 1", shared=True, unit=TIME
            ),
            Parameter(
                "machine_work", "work that is left on the machine, in all jobs, at least 1", shared=True, unit=TIME
            ),
            Parameter("next_p", "processing time of the job's next operation; 0 if this is the last", unit=TIME),
            Parameter(
                "next_free",
                "time at which the machine of the next operation gets free; 0 if this is the last",
                unit=TIME,
            ),
            Parameter(
                "next_queue",
                "work of the operations that wait for that machine or will wait for it next, this job's left out; "
                "may be 0",
                unit=TIME,
            ),
            Parameter("next_work", "work that is left on that machine, in all jobs; 0 if this is the last", unit=TIME),
            Parameter(
                "bound",
                "the least time at which all could be done: the largest, over jobs and machines, of when it is ready "
                "plus the work left in it; at least 1",
                shared=True,
                unit=TIME,
            ),
        ),
        returns="the priority of the operation as a finite number: the operation of smallest value starts next",
        direction=Direction.SMALLEST,
        ties="the job of lowest index",
    )


PRIORITY = {"non_delay": priority(shared_start=True), "active": priority(shared_start=False)}


def rule(doc: str, *body: str) -> str:
    """Return the source of one rule."""
    return PRIORITY["active"].definition(doc, body)


RULES = {
    "SPT": rule("Shortest processing time.", "return p"),
    "LPT": rule("Longest processing time.", "return -p"),
    "MWKR": rule("Most work remaining.", "return -work_left"),
    "LWKR": rule("Least work remaining.", "return work_left"),
    "MOPNR": rule("Most operations remaining.", "return -ops_left"),
    "LOPNR": rule("Least operations remaining.", "return ops_left"),
    "FIFO": rule("First in, first out: the job that has waited longest at the machine.", "return job_ready"),
    "MTAIL": rule("Most work after this operation.", "return p - work_left"),
    "FDD/MWKR": rule(
        "Flow due date per work remaining, Sels, Gheysen and Vanhoucke (2012).",
        "return (job_work - work_left + p) / work_left",
    ),
    "SPT/TWKR": rule("Shortest processing time per work remaining.", "return p / work_left"),
}
