"""With a cap in dollars the spend never exceeds it, whatever is in flight, lost, mended or sent to another model."""

import asyncio
import io
import json
import random
import sqlite3
import threading
from collections import deque

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from evaluators import Facts
from evo.authors.llm import ErrorKind, LLMAuthor, LLMError, Model, PacedLLM, Price, Retry, Sampling
from evo.authors.llm.contract import Completion, cost, prompt_tokens_at_most
from evo.config.compose import compose
from evo.core.records import Candidate, Operator, Proposal
from evo.runs.run import DATABASE, run
from evo.search.budget import Budget, Ledger
from problems.toy import Toy

IN_FLIGHT = 16
SPT = Candidate(4, "def priority(p, w):\n    return p\n", Facts("a", 5), fitness=-0.25)
OPERATOR = Operator("hint", "llm", 1, template="{parents}\n{hint}\n{header}", hints=("Add.", "Multiply.", "Divide."))
REPLIES = ("def priority(p, w):\n    return p / w\n", "I would rather not.", "", "0.123456 " * 40, SPT.source)


class Provider:
    """Charges for what it serves, up to the bound it was given, also where the reply is lost; takes its time."""

    def __init__(self, name, price, rng, thinking):
        self.model, self.price = name, price
        self.charged = 0.0
        self.rng, self.thinking = rng, thinking

    async def complete(self, messages, sampling):
        await asyncio.sleep(self.rng.expovariate(0.2))
        fate = self.rng.random()
        if fate < 0.2:
            raise LLMError(ErrorKind.RETRYABLE, "busy", retry_after=self.rng.choice((None, 2.0, 90.0, 1000.0)))
        if fate < 0.25:
            raise LLMError(ErrorKind.AUTH, "no money")
        prompt = self.rng.randint(1, prompt_tokens_at_most(messages))
        usage = cost(self.price, prompt, self.rng.randint(1, sampling.max_tokens + self.thinking))
        self.charged += usage.dollars or 0.0
        if fate < 0.5:
            raise LLMError(ErrorKind.RETRYABLE, "too slow", lost=True)
        return Completion(self.rng.choice(REPLIES), usage)

    async def ping(self):
        """Be there."""

    async def close(self):
        """Hold nothing."""


async def searched(author, ledger, providers, cap):
    """Ask as the engine does, 16 in flight and placed in order; look at the spend whenever something has come."""
    in_flight, asked, stopped = deque(), 0, False
    while True:
        while not stopped and len(in_flight) < IN_FLIGHT:
            name = providers[asked % len(providers)].model
            request = author.prepare(Proposal(asked, 0, OPERATOR, (SPT,), 3, name))
            stopped = ledger.refusal(request, 0.0) is not None
            if not stopped:
                ledger.reserve(request)
                in_flight.append(asyncio.create_task(settled(author, ledger, request)))
                asked += 1
        if not in_flight:
            return asked
        await in_flight.popleft()
        charged = sum(provider.charged for provider in providers)
        assert charged <= ledger.exposed(ledger.spent).dollars
        assert max(charged, ledger.spent.dollars) <= cap


async def settled(author, ledger, request):
    draft = await author.write(request)
    ledger.settle(request.proposal.ordinal, draft)


def case(seed, count, mend, retries, thinking):
    rng = random.Random(seed)
    prices = [Price(rng.uniform(0.1, 5.0), rng.uniform(0.1, 20.0)) for _ in range(count)]
    providers = [Provider(f"model {index}", price, rng, thinking) for index, price in enumerate(prices)]
    models = [
        Model(one.model, PacedLLM(one, 5, None, 300.0), Sampling(max_tokens=100), Retry(retries), thinking)
        for one in providers
    ]
    fallback = [one.model for one in providers[: rng.randint(0, count)]]
    return LLMAuthor(Toy(), models, [OPERATOR], fallback, mend), providers


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    count=st.integers(1, 3),
    mend=st.integers(0, 2),
    retries=st.integers(0, 3),
    thinking=st.sampled_from((0, 300)),
    share=st.floats(0.5, 40.0),
)
def test_the_spend_never_exceeds_the_cap(at_once, seed, count, mend, retries, thinking, share):
    author, providers = case(seed, count, mend, retries, thinking)
    dearest = max(
        author.prepare(Proposal(0, 0, OPERATOR, (SPT,), 3, one.model)).worst.dollars or 0.0 for one in providers
    )
    cap = share * dearest
    ledger = Ledger(Budget(candidates=100, dollars=cap))
    asked = at_once(searched(author, ledger, providers, cap))
    assert asked > 0 or share < 1


class Rough:
    """Answers like a provider on a bad day: late, busy, lost on the way; charges for what it served, lost or not."""

    def __init__(self, endpoints):
        self.endpoints = endpoints
        self.rng = random.Random(7)
        self.lock = threading.Lock()
        self.tokens = [0, 0]

    def __call__(self, body):
        with self.lock:
            fate, wait = self.rng.random(), self.rng.uniform(0.0, 0.2)
            constant, completion = self.rng.randint(1, 10**6), self.rng.randint(1, body["max_tokens"])
        threading.Event().wait(wait)
        if fate < 0.15:
            return self.endpoints.failed(429, "busy", retry_after="0.2")
        prompt = len(json.dumps(body["messages"])) // 5
        with self.lock:
            self.tokens = [self.tokens[0] + prompt, self.tokens[1] + completion]
        if fate < 0.25:
            return self.endpoints.Reply("", dropped=True)
        code = f"```python\ndef priority(p, w):\n    return p - {constant} * w\n```" if fate < 0.8 else "No."
        return self.endpoints.said(code, prompt=prompt, completion=completion)


def test_a_run_over_a_rough_connection_keeps_its_cap_too(endpoints, tmp_path):
    rough = Rough(endpoints)
    endpoint = endpoints.open(rough)
    small = ["problem=toy", "problem.train=3", "problem.validation=2", "problem.test=2", "evaluator.workers=1"]
    paid = ["llm=vllm", f"llm.base_url={endpoint.url}", "llm.price_in=1.0", "llm.price_out=10.0", "llm.max_tokens=200"]
    capped = ["budget.dollars=0.3", "budget.candidates=null", "budget.seconds=60", f"window={IN_FLIGHT}"]
    run(compose([*small, *paid, *capped]), tmp_path, Console(file=io.StringIO()))
    charged = (rough.tokens[0] + 10 * rough.tokens[1]) / 1e6
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        (spent,) = connection.execute("SELECT sum(dollars) FROM calls").fetchone()
        statuses = dict(connection.execute("SELECT status, count(*) FROM calls GROUP BY status"))
    assert 0 < charged <= spent <= 0.3
    assert statuses["ok"] + statuses["failed"] == len(endpoint.bodies)
