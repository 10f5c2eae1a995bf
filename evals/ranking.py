"""How good the found passages are; pure.

The numbers come from `ir_measures` (trec_eval's and ndeval's). Each need is a subtopic: recall@k is
subtopic recall (Zhai, Cohen and Lafferty 2003), and a passage gains as many points in nDCG as it
meets needs that none before it met, so a second place that says the same neither earns nor costs
anything.
"""

from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from io import StringIO

import ir_measures
from ir_measures import RR, Qrel, ScoredDoc, StRecall, nDCG

from evals.gold import GoldCase
from evals.metrics import Score, Scores
from evals.observation import PASSAGES, READ, Observation, Passage
from evals.vault import Vault


def needs_met(case: GoldCase, passages: Sequence[Passage]) -> list[list[int]]:
    """Returns, for each passage, the needs it meets that none before it met."""
    open_needs = set(range(len(case.needs)))
    met: list[list[int]] = []
    for passage in passages:
        new = [i for i in sorted(open_needs) if any(passage.holds(span) for span in case.needs[i])]
        open_needs -= set(new)
        met.append(new)
    return met


def retrieval_scores(rows: Sequence[tuple[GoldCase, Observation]], vault: Vault) -> dict[str, Scores]:
    """Scores the passages found for each answerable case that was asked to search.

    Args:
        rows: Cases and what was seen.
        vault: The notes.

    Returns:
        Scores by case id; no entry for a case without gold or passages.
    """
    searched = [(case, seen) for case, seen in rows if case.needs and seen.passages is not None]
    ranked = {case.case.id: (case, seen.passages or ()) for case, seen in searched}
    ranked |= {
        f"{case.case.id} rewritten": (case, seen.rewritten)
        for case, seen in searched
        if seen.rewritten is not None
    }
    measured = _measure(ranked)
    found: dict[str, Scores] = {}
    for case, seen in searched:
        scores = {name: Score(value) for name, value in measured[case.case.id].items()}
        scores["found"] = Score(float(scores[f"recall@{READ}"].value == 1.0))
        if case.case.kind == "list":
            scores["sections"] = Score(_section_coverage(case, seen.passages or (), vault))
        if seen.rewritten is not None:
            scores["rewritten"] = Score(measured[f"{case.case.id} rewritten"]["recall@10"])
        found[case.case.id] = scores
    return found


_MEASURES: dict[str, ir_measures.Measure] = {
    "recall@1": StRecall @ 1,
    "recall@3": StRecall @ 3,
    "recall@5": StRecall @ 5,
    "recall@10": StRecall @ 10,
    "mrr": RR @ PASSAGES,
    "ndcg@10": nDCG @ PASSAGES,
}
_SENTINEL = ("", [Qrel("", "0", 1, "0"), Qrel("", "1", 1, "1")], [ScoredDoc("", "0", 1.0)])
"""A question with two needs: without any, ndeval warns that its numbers may not be meant."""


def _measure(ranked: Mapping[str, tuple[GoldCase, Sequence[Passage]]]) -> dict[str, dict[str, float]]:
    subtopics: list[Qrel] = [*_SENTINEL[1]]
    graded: list[Qrel] = []
    run: list[ScoredDoc] = [*_SENTINEL[2]]
    for key, (case, passages) in ranked.items():
        met = needs_met(case, passages[:PASSAGES])
        unmet = set(range(len(case.needs))) - {need for needs in met for need in needs}
        for rank, needs in enumerate(met):
            subtopics += [Qrel(key, str(rank), 1, str(need)) for need in needs]
            graded += [Qrel(key, str(rank), len(needs))] if needs else []
        # What was not found still counts: one passage beyond the list for each need left open.
        subtopics += [Qrel(key, f"missed {need}", 1, str(need)) for need in unmet]
        graded += [Qrel(key, f"missed {need}", 1) for need in unmet]
        run += [ScoredDoc(key, str(rank), float(-rank)) for rank in range(len(met))]
        run += [] if met else [ScoredDoc(key, "nothing", 0.0)]
    values: dict[str, dict[str, float]] = {key: {} for key in ranked}
    names = {measure: name for name, measure in _MEASURES.items()}
    for qrels, wanted in ((subtopics, [StRecall]), (graded, [RR, nDCG])):
        measures = [m for m in names if m.NAME in {kind.NAME for kind in wanted}]
        with redirect_stderr(StringIO()):
            for row in ir_measures.iter_calc(measures, qrels, run):
                if row.query_id in values:
                    values[row.query_id][names[row.measure]] = round(row.value, 6)
    return values


def _section_coverage(case: GoldCase, passages: Sequence[Passage], vault: Vault) -> float:
    """Share of a list's needs of which some passage shows the section they stand in."""
    shown = [span for passage in passages[:PASSAGES] for span in passage.spans]
    sections = [{vault.section(span) for span in spans} for spans in case.needs]
    covered = [any(span.overlaps(section) for span in shown for section in group) for group in sections]
    return sum(covered) / len(covered)
