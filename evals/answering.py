"""How good an answer is: what it says, what it cites, in which language, and when it refuses; pure."""

import unicodedata
from collections.abc import Iterable
from typing import Literal

from evals.cases import Fact
from evals.gold import GoldCase
from evals.metrics import BRIEF, Score, Scores
from evals.observation import Answered, Observation, Said
from evals.support import supported
from evals.vault import Vault
from index.text import has_hangul, squeeze


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
            scores |= {
                name: Score(0.0)
                for name in ("fact_recall", f"fact_recall@{BRIEF}", "fact_recall+more", "citation_recall")
            }
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
    unfolded = "\n".join([said, *answer.more])
    scores = {
        "fact_recall": Score(_share(fact.in_text(said) for fact in facts)),
        f"fact_recall@{BRIEF}": Score(_share(fact.in_text(said[:BRIEF]) for fact in facts)),
        "fact_recall+more": Score(_share(fact.in_text(unfolded) for fact in facts)),
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
