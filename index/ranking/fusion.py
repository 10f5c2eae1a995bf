"""The two legs' evidence, added up chunk by chunk.

    score = dense + trust * bm25f + name

`dense` is counted in standard deviations of the question's own cosine over the index, above what is
usual for passages in the same script, which makes it mean the same for every question, language and
model. BM25F is evidence by itself: it grows with every rare word that matches and is 0 where none does.
How far it is trusted depends on the question: on the largest share of its words that any passage holds.
Of an English question whose answer is in Korean only the names and identifiers can be found: there each
word counts as far as it is one, and little.

A question that is worded as a heading is (`S3 요금`) is held against headings more than one that asks.

So there is no scaling by the candidates that happened to come up, and no rank:
a leg that knows nothing adds nothing. `docs/evals.md` says how the weights were found.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.ranking.asked import Unit
from index.ranking.bm25 import FIELD_WEIGHTS, PHRASE_WEIGHTS
from index.ranking.dense import Nearness
from index.ranking.snapshot import Scores

_LEAST_DEVIATION = 0.005
"""Cosines that differ less are taken to be alike: a vault of a few notes has hardly any spread."""

_WISHES = frozenset("설명 소개 정의 뜻 의미 개념 요약 정리 일".split())
"""Words that ask for the thing itself: `람다를 설명해 줘`, `람다가 하는 일` want no more than `람다가 뭐야?`."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fusion:
    """The weights. Found on headings and sentences of one vault and kept for the others, see `docs/evals.md`.

    Attributes:
        dense_weight: What a standard deviation of the cosine is worth.
        lexical_weight: What a point of BM25F is worth in standard deviations of the cosine.
        enough: The share of a question's words that, found in one passage, earns the lexical leg its
            full weight in passages of the question's script: people ask with more words than the answer has.
        coverage_power: How fast it loses weight as less is found.
        foreign_weight: What a point of BM25F is worth in Korean passages for a question in English.
        heading_margin: By how many standard deviations a heading must be nearer than the nearest
            sentence to count more: headings are short, and short texts are near to many things.
        phrase_margin: The same for a question that is a phrase, as headings are: there it is taken off.
        name_bonus: Most that is added where a section is named as the question names its thing.
        phrase_bonus: The same for a phrase that names several things: `S3: 요금` wants one place of theirs.
        name_power: How fast that fades as the question asks for more than the thing: `람다가 뭐야?`
            wants the section of that name, `람다는 몇 분까지 돌아?` the sentence that says it.
        verb_share: How far a verb counts as asking for more: `EBS조차 모르겠다` is about EBS.
        script_share: How much of the distance to the best BM25F in a passage's own script, rather than
            in any, counts: 0 is any, 1 its own. A Korean note can't hold the words of an English question.
        by_script: Hold cosines and BM25F against what is usual for passages in a script; else for all.
        by_parts: Compare the question with sentences and headings; else with whole passages.
        by_names: Treat English words in Korean passages apart, by how far they are names.
        by_phrase: Tell phrases from sentences.
        field_weights: BM25F's weights of title, headings and body.
        phrase_weights: The same for a question that is a phrase.
    """

    dense_weight: float = 1.0
    lexical_weight: float = 0.5
    enough: float = 0.6
    coverage_power: float = 1.5
    foreign_weight: float = 0.15
    heading_margin: float = 0.4
    phrase_margin: float = -0.4
    name_bonus: float = 5.0
    phrase_bonus: float = 1.0
    name_power: float = 4.0
    verb_share: float = 0.3
    script_share: float = 0.75
    by_script: bool = True
    by_parts: bool = True
    field_weights: tuple[float, float, float] = FIELD_WEIGHTS
    phrase_weights: tuple[float, float, float] = PHRASE_WEIGHTS
    by_names: bool = True
    by_phrase: bool = True


DEFAULT_FUSION = Fusion()


def dense_scores(
    near: Nearness, usual: Scores, deviation: float, *, phrase: bool = False, fusion: Fusion = DEFAULT_FUSION
) -> Numbers:
    """Returns how near each chunk's nearest part is, in standard deviations above the usual, (chunks,).

    Args:
        near: The question's cosines with the chunks and their parts.
        usual: Its usual cosine with passages such as each of the chunks, (chunks,).
        deviation: Standard deviation of its cosine over the index.
        phrase: Whether the question is a phrase, as headings are.
        fusion: The weights.
    """
    deviation = max(deviation, _LEAST_DEVIATION)
    if not fusion.by_parts:
        return (near.passages - usual.astype(np.float64)) / deviation
    margin = fusion.phrase_margin if phrase else fusion.heading_margin
    headings = near.headings - margin * deviation
    return (np.maximum(headings, near.sentences) - usual.astype(np.float64)) / deviation


def trust(best_share: float, fusion: Fusion = DEFAULT_FUSION) -> float:
    """Returns what a point of BM25F is worth for a question of which some passage holds this share.

    Args:
        best_share: The largest share of the question's words that any passage holds.
        fusion: The weights.
    """
    return fusion.lexical_weight * min(1.0, best_share / fusion.enough) ** fusion.coverage_power


def name_worth(units: Sequence[Unit], *, phrase: bool = False, fusion: Fusion = DEFAULT_FUSION) -> float:
    """Returns what it is worth to be named as the question names its thing: most if it asks for no more.

    Args:
        units: What the question asks for.
        phrase: Whether the question is a phrase, as headings are.
        fusion: The weights.
    """
    several = sum(unit.thing is not None for unit in units) > 1
    bonus = fusion.phrase_bonus if phrase and several else fusion.name_bonus
    things = sum(unit.weight for unit in units if unit.thing is not None)
    beside = [unit for unit in units if unit.thing is None and unit.term not in _WISHES]
    asked = things + sum(unit.weight * (fusion.verb_share if unit.kind == "verb" else 1.0) for unit in beside)
    return bonus * (things / asked) ** fusion.name_power if asked else 0.0
