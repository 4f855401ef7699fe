"""Which candidates get tries for their constants: a form is judged fairly once its constants are roughly set."""

from dataclasses import dataclass

from evo.core.records import Candidate


@dataclass(slots=True)
class Form:
    """A candidate with the best constants so far, and how many tries it has left."""

    best: Candidate
    left: int


class ConstantTries:
    """The forms that wait for tries, the latest first: a new best gets `tries` of them, another new form `few`.

    Where others get none, a new best takes the place of the one before.
    """

    def __init__(self, tries: int, few: int) -> None:
        self._tries = tries
        self._few = few
        self._waiting: list[Form] = []
        self._asked: dict[int, Form] = {}

    @property
    def waits(self) -> bool:
        """Whether some form has tries left."""
        return bool(self._waiting)

    def take(self, ordinal: int) -> Candidate:
        """Return the candidate whose constants proposal `ordinal` changes."""
        form = self._waiting[-1]
        form.left -= 1
        if form.left == 0:
            self._waiting.pop()
        self._asked[ordinal] = form
        return form.best

    def placed(self, ordinal: int, candidate: Candidate | None) -> None:
        """Go on from better constants, where proposal `ordinal` was a try and found some."""
        form = self._asked.pop(ordinal, None)
        if form is not None and candidate is not None and candidate.rank < form.best.rank:
            form.best = candidate

    def add(self, candidate: Candidate, is_best: bool) -> None:
        """Give a new form its tries."""
        tries = self._tries if is_best else self._few
        if tries > 0:
            self._waiting = [*(self._waiting if self._few else ()), Form(candidate, tries)]
