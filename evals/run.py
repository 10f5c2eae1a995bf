"""Asks a system every case and keeps what was seen."""

import errno
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Literal, TypeVar

from evals.answering import answer_scores
from evals.claims import check_claims
from evals.errors import InfrastructureError
from evals.gold import GoldCase
from evals.metrics import Scores
from evals.observation import PASSAGES, Inspectable, Observation, Passage, System
from evals.ranking import retrieval_scores
from evals.record import about_run, results_of
from evals.results import Results
from evals.systems import Setup, open_system
from evals.vault import Vault
from index.sync import Progress

Suite = Literal["retrieval", "answers", "all"]

_T = TypeVar("_T")
_OUT_OF_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EROFS}


def run(cases: Sequence[GoldCase], suite: Suite, answerer: str, setup: Setup, progress: Progress) -> Results:
    """Runs a suite over cases.

    A case on which the system fails is kept as an error, with the reason.

    Args:
        cases: What to ask; those asked without companions get an index of their own.
        suite: What to look at.
        answerer: Name of the system, ours or a baseline.
        setup: Notes and model.
        progress: Told stage, done and total.

    Raises:
        InfrastructureError: The machine failed, so that nothing can be said of the system.
    """
    started = time.perf_counter()
    about = about_run(setup, cases, suite, answerer)
    seen: dict[str, Observation] = {}
    for companions in (True, False):
        group = [case for case in cases if case.case.companions == companions]
        if group:
            system = open_system(answerer, setup, companions, progress)
            try:
                _warm_up(system)
                for case in group:
                    seen[case.case.id] = observe(case, system, suite, setup)
                    progress("ask", len(seen), len(cases))
            finally:
                system.close()
    rows = [(case, seen[case.case.id]) for case in cases]
    scores = scores_of(rows, setup.vault)
    return results_of(about, rows, scores, setup.vault, time.perf_counter() - started)


def scores_of(rows: Sequence[tuple[GoldCase, Observation]], vault: Vault) -> dict[str, Scores]:
    """Scores every case by id; one that failed to run has no entry, for it is an error and not a 0."""
    healthy = [(case, seen) for case, seen in rows if seen.error is None]
    found = retrieval_scores(healthy, vault)
    return {
        case.case.id: found.get(case.case.id, {}) | answer_scores(case, seen, vault) for case, seen in healthy
    }


def observe(case: GoldCase, system: System, suite: Suite, setup: Setup) -> Observation:
    """Asks one case."""
    try:
        return _observe(case, system, suite, setup)
    except Exception as error:
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _OUT_OF_ROOM):
            raise InfrastructureError(
                f"The machine failed at {case.case.id}: {error!r}. Make room and run again."
            ) from error
        return Observation(error=f"{type(error).__name__}: {error}")


def _observe(case: GoldCase, system: System, suite: Suite, setup: Setup) -> Observation:
    turns = case.case.conversation
    timings: dict[str, float] = {}
    answer = passages = rewritten = caught = None
    # Answering comes first, so that its time holds the embedding of the question.
    if suite != "retrieval":
        answer = _timed(timings, "answer", lambda: system.answer(turns))
        if isinstance(system, Inspectable):
            answer = replace(answer, evidence=system.evidence(turns))
            caught = check_claims(case, system, setup.vault)
    if suite != "answers":
        passages = _timed(timings, "search", lambda: _best(system.search(turns)))
        rewritten = _best(system.search([case.case.rewritten])) if case.case.rewritten else None
    return Observation(passages, answer, rewritten, caught, None, timings)


def _best(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    return tuple(passages)[:PASSAGES]


def _timed(timings: dict[str, float], name: str, call: Callable[[], _T]) -> _T:
    start = time.perf_counter()
    value = call()
    timings[name] = round((time.perf_counter() - start) * 1000, 1)
    return value


def _warm_up(system: System) -> None:
    """The first question pays for what is loaded lazily; no case is to be charged for it."""
    system.search(["준비"])
