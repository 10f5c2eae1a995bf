"""What an observation is worth: pure functions from a case and what was seen to scores.

A score is a value with a weight: the mean of a metric is sum(value x weight) / sum(weight), so that
a share of sentences is a share over all sentences, and one code makes intervals for both. A metric
that does not apply to a case gives no score.

Ranking metrics come from `ir_measures` (trec_eval's and ndeval's numbers). Each need is a subtopic:
recall@k is subtopic recall (Zhai, Cohen and Lafferty 2003), and a passage gains as many points in
nDCG as it meets needs that none before it met, so a second place that says the same neither earns
nor costs anything.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from typing import Literal

import ir_measures
from ir_measures import RR, Qrel, ScoredDoc, StRecall, nDCG

from evals.cases import Fact, GoldCase
from evals.claims import CLAIMS
from evals.observation import PASSAGES, READ, Answered, Observation, Passage, Said
from evals.support import supported
from evals.vault import Span, Vault
from index.text import has_hangul, squeeze

Suite = Literal["retrieval", "answers"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Metric:
    """What a score means.

    Attributes:
        name: Its name in results and tables.
        suite: Where it is measured.
        better: Which way is better.
        about: What it says, for readers of a report.
    """

    name: str
    suite: Suite
    better: Better
    about: str


METRICS = (
    Metric("recall@1", "retrieval", "higher", "needs met by the best passage"),
    Metric("recall@3", "retrieval", "higher", "needs met by the best three"),
    Metric("recall@5", "retrieval", "higher", "needs met by the best five"),
    Metric("recall@10", "retrieval", "higher", "needs met by the best ten"),
    Metric("mrr", "retrieval", "higher", "1 / rank of the first passage that meets a need, among ten"),
    Metric("ndcg@10", "retrieval", "higher", "passages that meet new needs, discounted by rank"),
    Metric("found", "retrieval", "higher", f"cases whose needs are all met by the best {READ}"),
    Metric("sections", "retrieval", "higher", "of a list's sections, those among the best ten"),
    Metric("rewritten", "retrieval", "higher", "recall@10 of a follow-up written out; beside its own recall@10"),
    Metric("correct", "answers", "higher", "all facts said and proved, nothing forbidden; refused where the notes don't say"),
    Metric("fact_recall", "answers", "higher", "key facts that are said"),
    Metric("fact_precision", "answers", "higher", "sentences that say a key fact or cite the gold"),
    Metric("citation_recall", "answers", "higher", "key facts that a cited span holds"),
    Metric("citation_precision", "answers", "higher", "citations of sentences with a key fact that hold it"),
    Metric("exact_spans", "answers", "higher", "quotes that are just what the note has there"),
    Metric("unsupported", "answers", "lower", "sentences that no cited span supports"),
    Metric("language", "answers", "higher", "sentences in the language they should be in"),
    Metric("refusal_recall", "answers", "higher", "questions not in the notes that are refused"),
    Metric("refusal_precision", "answers", "higher", "refusals of what is not in the notes"),
    Metric("false_refusal", "answers", "lower", "answerable questions that are refused"),
    *(Metric(f"caught:{kind}", "answers", "higher", about) for kind, about in CLAIMS.items()),
    Metric("sentences", "answers", "neither", "sentences of an answer"),
    Metric("characters", "answers", "neither", "characters of an answer"),
)  # fmt: skip
BY_NAME: Mapping[str, Metric] = {metric.name: metric for metric in METRICS}


@dataclass(frozen=True, slots=True)
class Score:
    """A value and how much it weighs in the mean; a weight of 1 counts a case."""

    value: float
    weight: float = 1.0


Scores = dict[str, Score]


def mean(scores: Iterable[Score]) -> float | None:
    """Returns the weighted mean; None where nothing was scored.

    >>> mean([Score(1.0, 3.0), Score(0.0, 1.0)])
    0.75
    """
    rows = list(scores)
    total = sum(score.weight for score in rows)
    return sum(score.value * score.weight for score in rows) / total if total else None


# ---- retrieval ------------------------------------------------------------------------------------


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


# ---- answers --------------------------------------------------------------------------------------


def answer_scores(case: GoldCase, seen: Observation, vault: Vault) -> Scores:
    """Scores the answer to one case; empty where it was not asked to answer."""
    answer = seen.answer
    if answer is None:
        return {}
    scores = _refusal(case, answer)
    if seen.caught is not None:
        scores |= {f"caught:{kind}": Score(float(right)) for kind, right in seen.caught.items()}
    scores["correct"] = Score(float(not wrong_with(case, answer, vault)))
    if answer.abstained:
        if case.case.answerable:
            scores |= {"fact_recall": Score(0.0), "citation_recall": Score(0.0)}
        return scores | _language(case, answer)
    scores |= _length(answer) | _language(case, answer) | _quotes(answer, vault)
    if case.case.answerable:
        scores |= _facts(case, answer, vault)
    return scores


def wrong_with(case: GoldCase, answer: Answered, vault: Vault) -> list[str]:
    """Says what an answer lacks to be right; nothing where it is."""
    if not case.case.answerable:
        return [] if answer.abstained else ["answered what the notes don't say"]
    if answer.abstained:
        return ["refused what the notes say"]
    said = _said(answer)
    proved = _proved(answer, vault)
    wrong = [f"not said: {_name(fact)}" for fact in case.case.facts if not fact.in_text(said)]
    wrong += [
        f"said without proof: {_name(fact)}"
        for fact in case.case.facts
        if fact.in_text(said) and not fact.in_text(proved)
    ]
    wrong += [f"must not be said: {form}" for form in case.case.forbid if squeeze(form) in squeeze(said)]
    return wrong


def _name(fact: Fact) -> str:
    return (*fact.ko, *fact.en)[0]


def _said(answer: Answered) -> str:
    """What the answer states; its remarks state nothing about the notes."""
    return "\n".join(s.text for s in answer.sentences if not s.remark)


def _proved(answer: Answered, vault: Vault) -> str:
    return "\n".join(vault.proof(cited.span) for cited in answer.citations)


def _refusal(case: GoldCase, answer: Answered) -> Scores:
    refused = Score(float(answer.abstained))
    scores = {"false_refusal" if case.case.answerable else "refusal_recall": refused}
    if answer.abstained:
        scores["refusal_precision"] = Score(float(not case.case.answerable))
    return scores


def _length(answer: Answered) -> Scores:
    stated = _statements(answer)
    return {
        "sentences": Score(float(len(stated))),
        "characters": Score(float(sum(len(s.text) for s in stated))),
    }


def _statements(answer: Answered) -> list[Said]:
    return [sentence for sentence in answer.sentences if not sentence.remark]


def _facts(case: GoldCase, answer: Answered, vault: Vault) -> Scores:
    facts = case.case.facts
    said, proved = _said(answer), _proved(answer, vault)
    scores = {
        "fact_recall": Score(_share(fact.in_text(said) for fact in facts)),
        "citation_recall": Score(_share(fact.in_text(proved) for fact in facts)),
    }
    stated = _statements(answer)
    gold = [span for spans in case.needs for span in spans]
    on_point = [
        bool(_facts_of(s, facts))
        or any(answer.citations[i].span.overlaps(g) for i in s.citations for g in gold)
        for s in stated
    ]
    if stated:
        scores["fact_precision"] = Score(_share(on_point), float(len(stated)))
    holding = [
        any(fact.in_text(vault.proof(answer.citations[i].span)) for fact in _facts_of(s, facts))
        for s in stated
        if _facts_of(s, facts)
        for i in s.citations
    ]
    if holding:
        scores["citation_precision"] = Score(_share(holding), float(len(holding)))
    return scores


def _facts_of(sentence: Said, facts: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact.in_text(sentence.text)]


def _quotes(answer: Answered, vault: Vault) -> Scores:
    scores: Scores = {}
    if answer.citations:
        exact = _share(vault.raw(cited.span) == cited.quote for cited in answer.citations)
        scores["exact_spans"] = Score(exact, float(len(answer.citations)))
    stated = _statements(answer)
    if stated:
        loose = _share(not _is_supported(s, answer, vault) for s in stated)
        scores["unsupported"] = Score(loose, float(len(stated)))
    return scores


def _is_supported(sentence: Said, answer: Answered, vault: Vault) -> bool:
    spans = [answer.citations[i].span for i in sentence.citations]
    return supported(
        sentence.text, [vault.proof(span) for span in spans], [vault.context(span) for span in spans]
    )


def _language(case: GoldCase, answer: Answered) -> Scores:
    """Korean questions are answered in Korean, English ones in English where the notes have it.

    Without companions the quotes stay Korean, and what the system says itself must be English.
    """
    judged = list(answer.sentences)
    if not case.case.companions and not answer.abstained:
        judged = [sentence for sentence in judged if sentence.remark]
    if not judged:
        return {}
    right = _share(_in_language(s, case.case.lang, answer) for s in judged)
    return {"language": Score(right, float(len(judged)))}


def _in_language(sentence: Said, language: Literal["ko", "en"], answer: Answered) -> bool:
    if any(
        unicodedata.name(ch, "").startswith(("CJK UNIFIED", "HIRAGANA", "KATAKANA")) for ch in sentence.text
    ):
        return False
    if language == "en":
        hangul = sum(has_hangul(ch) for ch in sentence.text)
        return hangul <= len(sentence.text) / 4  # a Korean name in brackets is welcome
    quotes = [answer.citations[i].quote for i in sentence.citations]
    return has_hangul(sentence.text) or any(not has_hangul(quote) for quote in quotes)


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return round(sum(values) / len(values), 6)


def scores_of(
    rows: Sequence[tuple[GoldCase, Observation]], vault: Vault, progress: Callable[[int], None] | None = None
) -> dict[str, Scores]:
    """Scores every case of a run that did not fail; a failed case has none and is counted as an error."""
    healthy = [(case, seen) for case, seen in rows if seen.error is None]
    found = retrieval_scores(healthy, vault)
    scores: dict[str, Scores] = {}
    for done, (case, seen) in enumerate(healthy, 1):
        scores[case.case.id] = found.get(case.case.id, {}) | answer_scores(case, seen, vault)
        if progress:
            progress(done)
    return scores


def gold_spans(case: GoldCase) -> list[Span]:
    """Returns every span that meets a need."""
    return [span for spans in case.needs for span in spans]
