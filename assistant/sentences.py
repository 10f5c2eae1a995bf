"""Every sentence of the best hits, each with how well it answers, best first.

A sentence answers the better, the nearer the question is to it, the more of the question it says itself or
its headings say, and the better the hit it stands in. How much each of these tells was fitted by logistic
regression on the cases of `evals/cases` whose split is `dev`, towards the sentences that people marked as
answering.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log1p

from assistant.cues import gives_advice, gives_reason
from assistant.evidence import NOTHING, coverage
from assistant.inquiry import Inquiry
from assistant.numbers import gives_number
from assistant.pieces import Piece, bilingual_text, block_pieces
from index.search import Hit, part_cosines

_NEAR = 0.41
"""For each standard deviation of the question's cosine over the index."""
_SAYS = 0.37
"""For saying all that is asked."""
_SAYS_WITH_HEADINGS = 1.68
_SAYS_THE_REST = 1.13
"""For saying all that its headings leave open."""
_TITLED = 0.51
"""For standing right under a title that says all that is asked of the things, as `한도` does."""
_NOTE_OF_IT = -0.68
"""For standing in the note that is named after the things, where every sentence has them in its headings."""
_LOWER_HIT = -0.35
"""For each e-fold of the hit's rank."""
_WORSE_HIT = -0.23
"""For each point of score that the hit is behind the best."""
_GIVES_NUMBER, _NO_NUMBER = 2.85, -0.92
"""Where a number of that kind is asked for."""
_GIVES_REASON, _GIVES_ADVICE = 1.72, 0.61
"""For being worded as what is asked for."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence of a hit.

    Attributes:
        piece: The sentence.
        score: How well it answers; comparable within one question only.
        near: How near the question is to it, in standard deviations above the usual.
        said: The share of what is asked that it says with its headings, 0 to 1.
        hit: Rank of its hit, from 0.
    """

    piece: Piece
    score: float
    near: float
    said: float
    hit: int


def ranked_sentences(inquiry: Inquiry) -> list[Ranked]:
    """Returns the sentences of the best hits, each once, best first; table headers are none.

    A hit that names nothing of what the question is about has none to give.
    """
    best: dict[tuple[str, int | None, int], Ranked] = {}
    on_topic = (hit for hit, evidence in inquiry.hits if evidence != NOTHING)
    for rank, hit in enumerate(on_topic):
        for found in _of_hit(inquiry, hit, rank):
            place = (found.piece.note.path, found.piece.block, found.piece.sentence)
            if place not in best or best[place].score < found.score:
                best[place] = found
    return sorted(best.values(), key=lambda found: -found.score)


def _of_hit(inquiry: Inquiry, hit: Hit, rank: int) -> Iterator[Ranked]:
    note = inquiry.index.note(hit.chunk.note)
    if note is None:
        return
    mean, deviation = inquiry.retrieval.background
    standing = _LOWER_HIT * log1p(rank) + _WORSE_HIT * (inquiry.retrieval.hits[0].score - hit.score)
    parts = part_cosines(inquiry.index, hit.chunk, inquiry.retrieval.vector)
    passage, cursor = hit.chunk.passage, len(hit.chunk.context)
    for block in hit.chunk.blocks:
        for piece in block_pieces(note, block):
            start = passage.find(piece.text, cursor)
            cursor = start if start >= 0 else cursor
            if note.blocks[block].kind != "header":
                cosine = _cosine_at(parts, cursor, hit.similarity)
                near = (cosine - mean) / deviation if deviation else 0.0
                said, worth = _worth(inquiry, piece)
                yield Ranked(piece, standing + worth + _NEAR * near, near, said, rank)


def _cosine_at(parts: Sequence[tuple[int, int, float]], place: int, otherwise: float) -> float:
    """The question's cosine with the part of a passage that holds a character."""
    return next((near for start, end, near in parts[1:] if start <= place < end), otherwise)


def _worth(inquiry: Inquiry, piece: Piece) -> tuple[float, float]:
    """What a sentence says of the question, with its headings and as a score."""
    text = bilingual_text(inquiry.index, piece)
    own = inquiry.terms(text)
    path = inquiry.heading_terms(piece.note, piece.section)
    says, with_headings = coverage(inquiry.units, own), coverage(inquiry.units, own | path)
    rest = [unit for unit in inquiry.units if not unit.covered_by(path)]
    worth = _SAYS * says + _SAYS_WITH_HEADINGS * with_headings
    worth += _SAYS_THE_REST * (coverage(rest, own) if rest else says)
    worth += _place_worth(inquiry, piece)
    worth += _GIVES_REASON * gives_reason(inquiry.question, text)
    worth += _GIVES_ADVICE * gives_advice(inquiry.question, text)
    if inquiry.question.number is not None:
        worth += _GIVES_NUMBER if gives_number(inquiry, piece) else _NO_NUMBER
    return with_headings, worth


def _place_worth(inquiry: Inquiry, piece: Piece) -> float:
    """What the title right above a sentence and the name of its note tell."""
    title = inquiry.terms(piece.note.sections[piece.section].title)
    things = [unit for unit in inquiry.units if unit.thing is not None]
    aspects = [unit for unit in inquiry.units if unit.thing is None]
    return _TITLED * coverage(aspects, title) + _NOTE_OF_IT * coverage(
        things, inquiry.terms(piece.note.title)
    )
