"""Do the notes answer this? What a question asks for, held against what a passage says; pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.question import ASKING_WORDS, GENERIC_WORDS
from index.search import Hit, Retrieval, Unit

FULL_COVERAGE = 0.8
"""A passage that holds this share of what is asked answers it, whatever its vector says."""

HALF_COVERAGE = 0.45
NEAR = 2.2
"""A passage that holds less must at least be this near: standard deviations of the question's
cosine above its mean over the whole index, so that the number means the same for every model."""

LITTLE_COVERAGE = 0.2
VERY_NEAR = 3.2


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a passage answers: the share of the asked covered, and how near its vector is."""

    coverage: float
    nearness: float

    @property
    def answers(self) -> bool:
        """Whether this is enough to answer rather than to abstain."""
        return (
            self.coverage >= FULL_COVERAGE
            or (self.coverage >= HALF_COVERAGE and self.nearness >= NEAR)
            or (self.coverage >= LITTLE_COVERAGE and self.nearness >= VERY_NEAR)
        )


def asked(retrieval: Retrieval) -> list[Unit]:
    """Returns what a passage must hold: the question's units without words of asking.

    A question made only of general words (`AWS 서비스 종류`) is about those.
    """
    telling = [u for u in retrieval.units if _plain(u) not in ASKING_WORDS]
    special = [u for u in telling if _plain(u) not in GENERIC_WORDS]
    return special or telling


def coverage(units: Iterable[Unit], terms: frozenset[str]) -> float:
    """Returns the share of the units' weight that a passage with these terms covers, 0 to 1."""
    total = covered = 0.0
    for unit in units:
        total += unit.weight
        covered += unit.weight * unit.covered_by(terms)
    return covered / total if total else 0.0


def weigh(hit: Hit, retrieval: Retrieval, units: list[Unit]) -> Evidence:
    """Returns how well a hit answers a question."""
    mean, deviation = retrieval.background
    nearness = (hit.similarity - mean) / deviation if deviation else 0.0
    return Evidence(coverage(units, hit.terms), nearness)


def unknown(retrieval: Retrieval) -> list[str]:
    """Returns the words asked for that no note of the vault holds."""
    missing = [u for u in asked(retrieval) if not any(u.covered_by(h.terms) for h in retrieval.hits)]
    return [u.text for u in missing]


def _plain(unit: Unit) -> str:
    return unit.text.casefold()
