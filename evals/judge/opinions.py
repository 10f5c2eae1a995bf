"""What the judge said of answers, and how far it agrees with the metrics."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Aspect = Literal["correct", "grounded"]
ASPECTS: tuple[Aspect, ...] = ("correct", "grounded")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one side says of an answer.

    Attributes:
        correct: It is right.
        grounded: Everything it says stands in what it cites.

    Each is None where that side says nothing: a refusal has no sentences that could be grounded.
    """

    correct: bool | None
    grounded: bool | None

    def on(self, aspect: Aspect) -> bool | None:
        """Returns what is said on one aspect."""
        return self.correct if aspect == "correct" else self.grounded


@dataclass(frozen=True, slots=True)
class Opinion:
    """The judge's ruling on a case beside the metrics'.

    Attributes:
        id: The case's id.
        judge: What the judge says.
        metrics: What the deterministic metrics say.
        reason: The judge's reason.
    """

    id: str
    judge: Ruling
    metrics: Ruling
    reason: str

    def differs(self, aspect: Aspect) -> bool:
        """Says whether both sides spoke on an aspect, and not alike."""
        return None not in (self.judge.on(aspect), self.metrics.on(aspect)) and (
            self.judge.on(aspect) != self.metrics.on(aspect)
        )


@dataclass(frozen=True, slots=True)
class Unread:
    """A reply that is not what was asked for, so that its case has no opinion."""

    id: str
    reply: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often judge and metrics say the same on one aspect, over the cases on which both speak.

    Attributes:
        aspect: On what.
        both: Cases of which both say yes.
        judge_alone: Cases of which only the judge says yes.
        metrics_alone: Cases of which only the metrics say yes.
        neither: Cases of which both say no.
    """

    aspect: Aspect
    both: int
    judge_alone: int
    metrics_alone: int
    neither: int

    @property
    def cases(self) -> int:
        """The cases on which both speak."""
        return self.both + self.judge_alone + self.metrics_alone + self.neither

    @property
    def share(self) -> float | None:
        """The share of cases on which they say the same; None without cases."""
        return (self.both + self.neither) / self.cases if self.cases else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa (1960): agreement beyond chance, 1 at best.

        None without cases, and where both always give the same verdict: chance alone then explains it all.
        """
        if self.cases in (self.both, self.neither):
            return None
        from sklearn.metrics import cohen_kappa_score  # takes seconds to load

        counts = [self.both, self.judge_alone, self.metrics_alone, self.neither]
        return float(cohen_kappa_score([1, 1, 0, 0], [1, 0, 1, 0], sample_weight=counts))


@dataclass(frozen=True, slots=True)
class Opinions:
    """The judge's second opinion on a run, with what it takes to ask for it again.

    Attributes:
        model: The judge, `provider:model`.
        temperature: Of its sampling.
        prompt: Digest of its instructions.
        given: The opinions, in the order of the run.
        unread: Replies that could not be read.
    """

    model: str
    temperature: float
    prompt: str
    given: tuple[Opinion, ...]
    unread: tuple[Unread, ...]

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """Agreement with the metrics, by aspect."""
        return tuple(agreement(aspect, self.given) for aspect in ASPECTS)

    def disagreements(self, aspect: Aspect) -> list[Opinion]:
        """Returns the opinions that differ from the metrics on an aspect."""
        return [opinion for opinion in self.given if opinion.differs(aspect)]


def agreement(aspect: Aspect, opinions: Iterable[Opinion]) -> Agreement:
    """Counts how judge and metrics rule on one aspect."""
    pairs = [(opinion.judge.on(aspect), opinion.metrics.on(aspect)) for opinion in opinions]
    return Agreement(
        aspect,
        both=pairs.count((True, True)),
        judge_alone=pairs.count((True, False)),
        metrics_alone=pairs.count((False, True)),
        neither=pairs.count((False, False)),
    )
