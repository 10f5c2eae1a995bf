"""Comparing runs and the gate: what is an alarm, what is none, and what is refused."""

from dataclasses import replace
from pathlib import Path

import pytest

from evals.baseline import accept_run, compact, read_history
from evals.compare import compare
from evals.errors import InfrastructureError, ResultsError
from evals.gate import judge
from evals.metrics import Score
from evals.results import CaseResult, Results, read_results, write_results

RIGHT = {
    "found": Score(1.0), "recall@10": Score(1.0), "recall@5": Score(1.0), "ndcg@10": Score(1.0), "correct": Score(1.0),
    "fact_recall": Score(1.0), "citation_recall": Score(1.0), "false_refusal": Score(0.0), "unsupported": Score(0.0, 2.0),
    "exact_spans": Score(1.0, 2.0),
}  # fmt: skip
WRONG = RIGHT | {"correct": Score(0.0), "fact_recall": Score(0.0), "citation_recall": Score(0.0)}


def result(number: int, right: bool = True, **more: object) -> CaseResult:
    sentences = [{"text": "객체는 50 TB까지다." if right else "버킷은 그릇이다."}]
    case = CaseResult(
        id=f"c{number:03}", digest="d", split="gate", slices=("kind:value", "typed:nfd") if number < 20 else ("kind:list",),
        cluster=f"note {number % 40}", must_pass=False, question=(f"질문 {number}?",), error=None,
        passages=({"note": "S3.md", "headings": ["S3", "한도"], "line": 6, "score": 0.5, "meets": [0]},),
        answer={"abstained": False, "kind": "value", "evidence": 1.2, "sentences": sentences}, wrong=(), lost=None,
        scores=RIGHT if right else WRONG,
    )  # fmt: skip
    return replace(case, **more)


def run_of(cases: list[CaseResult], **about: object) -> Results:
    told = {
        "answerer": "mutgo",
        "suite": "all",
        "commit": "abc",
        "notes": "n",
        "cases": "c",
        "embedder": "e",
    } | about
    timings = {"seconds": 1.0, "peak_memory_mb": 9, "cases": {}}
    return Results(told, tuple(cases), "2026-01-01T00:00:00+00:00", {}, timings)


def good(count: int = 200) -> Results:
    return run_of([result(i) for i in range(count)])


def with_wrong(*numbers: int, count: int = 200) -> Results:
    return run_of([result(i, right=i not in numbers) for i in range(count)])


def change(before: Results, after: Results, metric: str):
    return next(c for c in compare(before, after).changes if c.metric == metric)


# ---- comparing ------------------------------------------------------------------------------------


def test_a_run_beside_itself_is_equivalent_in_everything():
    comparison = compare(good(), good())
    assert {c.verdict for c in comparison.changes} == {"equivalent"}
    assert {s.verdict for s in comparison.slices} == {"equivalent"}
    assert comparison.left_out == ()


def test_many_lost_cases_are_a_regression_with_an_interval_around_the_truth():
    lost = change(good(), with_wrong(*range(0, 200, 5)), "correct")
    assert lost.verdict == "regressed"
    assert (lost.before, lost.after) == (1, 0.8)
    assert lost.interval
    assert lost.interval.low < -0.2 < lost.interval.high < 0


def test_the_same_turned_round_is_an_improvement():
    assert change(with_wrong(*range(0, 200, 5)), good(), "correct").verdict == "improved"


def test_two_lost_of_two_hundred_lie_inside_the_margin():
    assert change(good(), with_wrong(3, 77), "correct").verdict == "equivalent"


def test_few_cases_are_inconclusive_and_the_smallest_effect_says_why():
    few = change(good(20), with_wrong(1, 2, count=20), "correct")
    assert few.verdict == "inconclusive"
    assert few.smallest
    assert few.smallest > 0.1


def test_lower_is_better_where_it_is():
    worse = [result(i, scores=RIGHT | {"false_refusal": Score(float(i % 5 == 0))}) for i in range(200)]
    assert change(good(), run_of(worse), "false_refusal").verdict == "regressed"


def test_a_slice_that_is_lost_is_named():
    comparison = compare(good(), with_wrong(*range(12)))
    named = {(s.name, s.metric): s for s in comparison.slices if s.verdict == "regressed"}
    assert ("typed:nfd", "correct") in named
    assert ("kind:list", "correct") not in named
    # 12 flips one way: 2 x 0.5^12, times 8 slices at most
    assert named["typed:nfd", "correct"].p == pytest.approx(2 * 0.5**12 * 4, abs=1e-6)


def test_runs_over_other_cases_or_notes_are_not_compared_unasked():
    other = run_of([*good(190).cases, result(500), replace(result(0), id="c000x")])
    with pytest.raises(
        ResultsError, match=r"10 cases are only in the first .*2 cases are only in the second"
    ):
        compare(good(), other)
    assert len(compare(good(), other, shared=True).after.cases) == 190
    with pytest.raises(ResultsError, match="the notes differ"):
        compare(good(), run_of(list(good().cases), notes="other"))
    with pytest.raises(ResultsError, match="1 cases were rewritten"):
        compare(good(), run_of([result(0, digest="new"), *good().cases[1:]]))
    with pytest.raises(ResultsError, match="share no case"):
        compare(good(), run_of([result(0, id="x")]), shared=True)


def test_a_case_that_failed_is_said_and_left_out_and_never_a_zero():
    failed = run_of([result(0, error="KeyError: 'x'", scores={}, answer=None), *good().cases[1:]])
    with pytest.raises(ResultsError, match=r"1 cases failed to run in the second \(c000\)"):
        compare(good(), failed)
    shared = compare(good(), failed, shared=True)
    assert len(shared.after.cases) == 199
    assert next(c for c in shared.changes if c.metric == "correct").after == 1


def test_a_metric_that_one_run_did_not_measure_is_not_compared():
    searched = run_of([result(i, scores={"found": Score(1.0), "recall@5": Score(1.0)}) for i in range(200)])
    assert {c.metric for c in compare(good(), searched).changes} == {"found", "recall@5"}


# ---- the gate -------------------------------------------------------------------------------------


def test_the_same_run_passes():
    assert judge(good(), good()).reasons == ()


def test_a_better_run_passes():
    assert judge(with_wrong(*range(0, 200, 5)), good()).passes


def test_a_few_flips_both_ways_pass():
    assert judge(with_wrong(1, 2, 3), with_wrong(4, 5, 6)).passes


def test_a_worse_run_fails_and_says_in_what():
    reasons = judge(good(), with_wrong(*range(0, 200, 5))).reasons
    assert any(reason.startswith("correct regressed: 1.000 -> 0.800") for reason in reasons)


def test_a_lost_slice_fails_even_where_the_whole_is_fine():
    cases = [result(i, right=i >= 12) for i in range(2000)]
    reasons = judge(good(2000), run_of(cases)).reasons
    assert any("slice typed:nfd regressed in correct: 12 of 20 cases lost" in reason for reason in reasons)
    assert not any(reason.startswith("correct") for reason in reasons)


def test_one_lost_must_pass_case_fails():
    before = run_of([result(0, must_pass=True), *good().cases[1:]])
    after = run_of([result(0, right=False, must_pass=True), *good().cases[1:]])
    assert judge(before, after).reasons == ("must-pass c000 (correct) is lost: 질문 0?",)


def test_a_must_pass_case_that_never_passed_does_not_fail_it():
    never = run_of([result(0, right=False, must_pass=True), *good().cases[1:]])
    assert judge(never, never).passes


def test_a_floor_holds_whatever_the_baseline_says():
    inexact = run_of([result(i, scores=RIGHT | {"exact_spans": Score(0.5, 2.0)}) for i in range(200)])
    assert any(
        reason.startswith("exact_spans is 0.500, the floor is 1.0")
        for reason in judge(inexact, inexact).reasons
    )


def test_a_case_that_fails_to_run_fails_the_gate():
    failed = run_of([result(0, error="KeyError: 'x'", scores={}, answer=None), *good().cases[1:]])
    assert "c000 failed to run: KeyError: 'x'" in judge(good(), failed).reasons


def test_only_the_gates_cases_are_judged():
    dev = run_of([result(i, right=i >= 100, split="dev" if i < 100 else "gate") for i in range(200)])
    before = run_of([replace(case, scores=RIGHT) for case in dev.cases])
    assert judge(before, dev).passes


def test_new_cases_are_left_out_and_too_few_shared_ones_are_refused():
    grown = run_of([*good().cases, result(999, right=False)])
    assert judge(good(), grown).passes
    assert judge(good(), grown).comparison.left_out == ("1 cases are only in the second (c999)",)
    with pytest.raises(ResultsError, match="Only 100 of the baseline's 200 gate cases"):
        judge(good(), good(100))


def test_another_answerer_is_not_held_against_our_baseline():
    with pytest.raises(ResultsError, match="of the answerer 'mutgo', this run of 'bigrams'"):
        judge(good(), run_of(list(good().cases), answerer="bigrams"))


# ---- files ----------------------------------------------------------------------------------------


def test_a_results_file_comes_back_as_it_was(tmp_path: Path):
    write_results(good(3), tmp_path / "r.json")
    assert read_results(tmp_path / "r.json") == good(3)
    assert read_results(tmp_path / "r.json").identity == good(3).identity


def test_the_identity_leaves_out_when_and_how_fast_but_nothing_else():
    later = replace(good(), date="2027-01-01", timings={"seconds": 9.0}, machine={"cores": 64})
    assert later.identity == good().identity
    assert with_wrong(3).identity != good().identity


@pytest.mark.parametrize(
    ("text", "reason"),
    [("{", "is no results file"), ('{"format": 1}', "is no results file"), ('{"format": 0}', "has format 0"), ("[]", "is no")],
)  # fmt: skip
def test_a_file_that_is_no_results_file_is_named(tmp_path: Path, text: str, reason: str):
    (tmp_path / "r.json").write_text(text, encoding="utf-8")
    with pytest.raises(ResultsError, match=reason):
        read_results(tmp_path / "r.json")


def test_a_missing_results_file_names_the_command(tmp_path: Path):
    with pytest.raises(ResultsError, match="python -m evals run"):
        read_results(tmp_path / "none.json")


def test_a_place_that_can_not_be_written_is_infrastructure(tmp_path: Path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InfrastructureError, match="can't be written"):
        write_results(good(1), tmp_path / "file" / "r.json")


def test_accepting_keeps_the_reason_and_a_smaller_run_that_gates_alike(tmp_path: Path):
    baseline, history = tmp_path / "baseline.json", tmp_path / "history.jsonl"
    accept_run(good(), "first", WANTED, baseline, history)
    accept_run(with_wrong(3), "a trade", WANTED, baseline, history)
    assert [(row["why"], row["metrics"]["correct"]) for row in read_history(history)] == [
        ("first", 1.0),
        ("a trade", 0.995),
    ]
    assert judge(read_results(baseline), with_wrong(3)).passes
    assert compact(good()).cases[0].scores == RIGHT


WANTED = {"notes": "n", "cases": "c"}


@pytest.mark.parametrize(
    ("about", "reason"),
    [
        ({"suite": "retrieval"}, "its suite is 'retrieval', not 'all'"),
        ({"answerer": "bigrams"}, "its answerer is 'bigrams', not 'mutgo'"),
        ({"notes": "others"}, "its notes is 'others', not 'n'"),
        ({"cases": "some"}, "its cases is 'some', not 'c'"),
        ({"commit": "abc+"}, "with changes that no commit has"),
    ],
)
def test_only_a_whole_run_of_a_commit_becomes_the_baseline(
    tmp_path: Path, about: dict[str, str], reason: str
):
    run = run_of([result(0)])
    told = replace(run, about=run.about | about)
    with pytest.raises(ResultsError, match=reason):
        accept_run(told, "why", WANTED, tmp_path / "b.json", tmp_path / "h.jsonl")
    assert not (tmp_path / "b.json").exists()


def test_a_run_with_errors_is_no_baseline(tmp_path: Path):
    failed = run_of([result(0, error="KeyError: 'x'", scores={}, answer=None)])
    with pytest.raises(ResultsError, match="1 cases failed to run"):
        accept_run(failed, "why", WANTED, tmp_path / "b.json", tmp_path / "h.jsonl")
    assert not (tmp_path / "b.json").exists()
