"""Who is asked: odds among operators, or models, by what each brought lately for what it cost."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evo.core.records import Usage

MEMORY = 0.98
"""How much of what an arm brought and cost is left after one more result, of whichever arm: half of it after 34."""

PRIOR = 4.0
"""Results of an average arm that each arm is credited with, so that the first few do not decide."""

LEAST = 0.25
"""The share of the odds that stays with the configured weights, whatever was learnt."""


@dataclass(slots=True)
class Arm:
    """What one arm brought and cost, both fading: `pulls` results, `reward`, `tokens`, `dollars` (None: unknown)."""

    pulls: float = 0.0
    reward: float = 0.0
    tokens: float = 0.0
    dollars: float | None = 0.0

    def fade(self) -> None:
        """Let all of it count for less."""
        self.pulls *= MEMORY
        self.reward *= MEMORY
        self.tokens *= MEMORY
        self.dollars = None if self.dollars is None else self.dollars * MEMORY

    def learn(self, reward: float, usage: Usage) -> None:
        """Add one result."""
        self.pulls += 1
        self.reward += reward
        self.tokens += usage.tokens
        self.dollars = None if self.dollars is None or usage.dollars is None else self.dollars + usage.dollars


class Bandit:
    """Keeps the arms; deterministic in the order of results, so that a replay learns the same.

    Odds are in proportion to weight times rate, and a rate is reward per cost: per dollar where dollars are known and
    not all zero, else per token, else (nothing costs anything) per result. The share `least` of the odds stays with the
    weights, whatever was learnt.
    """

    def __init__(self, weights: Mapping[str, float], adaptive: bool = True, least: float = LEAST) -> None:
        if not sum(weights.values()) > 0:
            raise ValueError(f"Expected at least one weight > 0, got {dict(weights)}.")
        self._weights = dict(weights)
        self._adaptive = adaptive
        self._least = least
        self._arms = {name: Arm() for name in weights}

    def learn(self, name: str, reward: float, usage: Usage) -> None:
        """Take in what an arm brought; one that is not known (a seed's) teaches nothing."""
        if name not in self._arms:
            return
        for arm in self._arms.values():
            arm.fade()
        self._arms[name].learn(reward, usage)

    def odds(self, names: Sequence[str]) -> dict[str, float]:
        """Return the odds among some of the arms; they sum to 1."""
        fixed = shares({name: self._weights[name] for name in names})
        if not self._adaptive:
            return fixed
        rates = self._rates()
        learnt = shares({name: self._weights[name] * rates[name] for name in names})
        return {name: self._least * fixed[name] + (1 - self._least) * learnt[name] for name in names}

    def _rates(self) -> dict[str, float]:
        """Return reward per cost, each arm's own drawn towards that of all."""
        costs = self._costs()
        pulls = sum(arm.pulls for arm in self._arms.values())
        reward = sum(arm.reward for arm in self._arms.values()) / pulls if pulls else 0.0
        cost = sum(costs.values()) / pulls if pulls else 0.0
        if reward <= 0 or cost < sys.float_info.min:  # a smaller cost would make the rates infinite
            return dict.fromkeys(self._arms, 1.0)
        return {
            name: (arm.reward + PRIOR * reward) / (costs[name] + PRIOR * cost) * cost / reward
            for name, arm in self._arms.items()
        }

    def _costs(self) -> dict[str, float]:
        arms = self._arms.values()
        if all(arm.dollars is not None for arm in arms) and any(arm.dollars for arm in arms):
            return {name: arm.dollars or 0.0 for name, arm in self._arms.items()}
        tokens = any(arm.tokens for arm in arms)
        return {name: arm.tokens if tokens else arm.pulls for name, arm in self._arms.items()}


def shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Return weights such that they sum to 1; equal ones where all are 0."""
    total = sum(weights.values())
    return {name: weight / total if total > 0 else 1 / len(weights) for name, weight in weights.items()}
