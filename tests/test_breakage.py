"""What is broken on purpose, one part at a time, the gate notices, and names where; what is not, passes.

Over corpus/, with the real model, every other case of the gate and all that are typed as NFD, which are
few. Each breakage runs the half of the suite that it concerns.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from evals.gate import Judgement, judge
from evals.gold import GoldCase, load_cases
from evals.results import Results
from evals.run import Suite, run
from evals.systems import OURS, Setup
from tests import breakages

ROOT = Path(__file__).parent.parent
RunSuite = Callable[[Setup, Suite], Results]


def quiet(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def cases(corpus_setup: Setup) -> list[GoldCase]:
    loaded = load_cases([ROOT / "evals" / "cases"], corpus_setup.vault)
    return [gold for gold in loaded if gold.case.split == "gate"]


@pytest.fixture(scope="module")
def run_suite(cases: list[GoldCase]) -> RunSuite:
    # An answer takes several times as long as a search.
    fewer = [gold for i, gold in enumerate(cases) if i % 2 == 0 or "nfd" in gold.case.slices]

    def run_cases(setup: Setup, suite: Suite) -> Results:
        return run(cases if suite == "retrieval" else fewer, suite, OURS, setup, quiet)

    return run_cases


@pytest.fixture(scope="module")
def whole(corpus_setup: Setup, run_suite: RunSuite) -> dict[Suite, Results]:
    return {suite: run_suite(corpus_setup, suite) for suite in ("retrieval", "answers")}


def named(judgement: Judgement, *reasons: str) -> list[str]:
    """Returns those of the wanted reasons that the gate does not give."""
    return [wanted for wanted in reasons if not any(wanted in reason for reason in judgement.reasons)]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("broken", "suite", "wanted"),
    [
        (breakages.particles, "retrieval", ["recall@5 regressed", "ndcg@10 regressed"]),
        (breakages.lexical_leg, "retrieval", ["recall@5 regressed", "slice lang:ko regressed in found"]),
        (breakages.dense_leg, "retrieval", ["slice lang:en regressed in found", "recall@5 regressed"]),
        (breakages.heading_context, "retrieval", ["recall@5 regressed", "slice all regressed in found"]),
        (breakages.nfc, "answers", ["must-pass batch-processing-nfd (correct) is lost"]),
        (breakages.aliases, "answers", ["correct regressed", "fact_recall regressed"]),
        (breakages.abstention, "answers", ["slice kind:absent regressed in correct", "slice kind:near_miss"]),
        (breakages.citation_check, "answers", ["caught:number is 0.000", "caught:wrong_place is 0.000"]),
    ],
)
def test_the_gate_notices(
    broken: breakages.Break,
    suite: Suite,
    wanted: list[str],
    whole: dict[Suite, Results],
    corpus_setup: Setup,
    run_suite: RunSuite,
    tmp_path: Path,
):
    with pytest.MonkeyPatch.context() as patch:
        results = run_suite(broken(patch, corpus_setup, tmp_path), suite)
    judgement = judge(whole[suite], results)
    assert results.errors == []
    assert not judgement.passes
    assert named(judgement, *wanted) == []


@pytest.mark.timeout(900)
def test_no_breakage_no_alarm(whole: dict[Suite, Results], corpus_setup: Setup, run_suite: RunSuite):
    again = run_suite(corpus_setup, "retrieval")
    assert judge(whole["retrieval"], again).passes
    assert again.identity == whole["retrieval"].identity
