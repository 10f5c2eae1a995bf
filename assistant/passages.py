"""The plainest answer: the sentences of the best passages that say most of what is asked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from assistant.elements import tells_kinds
from assistant.evidence import coverage
from assistant.headings import is_thing, thing_keys
from assistant.inquiry import Inquiry
from assistant.numbers import gives_number
from assistant.pieces import Piece, bilingual_text, block_pieces, heading_path, led
from index.search import Hit, part_cosines

_MAX_HITS = 3
_HIT_SHARE = 0.8
"""A further hit is read if it covers this share of what the best covers."""

_MAX_SENTENCES = 4
_SENTENCE_SHARE = 0.66
"""A further sentence must score this share of the best one."""

_MAX_NUMBERS = 2
_NUMBER_SHARE = 0.85
"""The same where a number is asked for: a second, different number confuses."""

_ROW_SHARE = 0.92
"""A table row scores this share of its worth: prose that says the same reads better."""

_NAMED_ITEM = re.compile(r"[^:.,]{1,30} ?: ")
_TOPIC = re.compile(r"(?:\s*\([^)]*\))?(?:은|는|이란|란|이|가|의|:)\s")


def passages(inquiry: Inquiry) -> list[Piece]:
    """Returns the sentences of the best hits that say most of what is asked, in the notes' order."""
    found = [
        (piece, near)
        for hit in _best_hits(inquiry)
        for piece, near in _hit_pieces(inquiry, hit)
        if _is_of_the_kind_asked(inquiry, piece)
    ]
    if not found:
        return []
    candidates = [piece for piece, _ in found]
    number = inquiry.question.number is not None
    most, share = (_MAX_NUMBERS, _NUMBER_SHARE) if number else (_MAX_SENTENCES, _SENTENCE_SHARE)
    scores = _scores(inquiry, candidates, np.array([near for _, near in found]))
    kept = sorted(range(len(scores)), key=lambda i: -scores[i])[:most]
    kept = sorted(i for i in kept if scores[i] >= share * max(scores))
    return _lead_once([_with_lead(inquiry, candidates[i]) for i in kept])


def _best_hits(inquiry: Inquiry) -> list[Hit]:
    """The best hit that answers, and the next that cover nearly as much as any."""
    answering = inquiry.answering
    enough = _HIT_SHARE * max((evidence.coverage for _, evidence in answering), default=0.0)
    hits = [hit for rank, (hit, evidence) in enumerate(answering) if not rank or evidence.coverage >= enough]
    return hits[:_MAX_HITS]


def _hit_pieces(inquiry: Inquiry, hit: Hit) -> Iterator[tuple[Piece, float]]:
    """The sentences of a hit, without table headers, and how near the question is to each of them."""
    note = inquiry.index.note(hit.chunk.note)
    if note is None:
        return
    parts = part_cosines(inquiry.index, hit.chunk, inquiry.retrieval.vector)
    passage, cursor = hit.chunk.passage, len(hit.chunk.context)
    for block in hit.chunk.blocks:
        for piece in block_pieces(note, block):
            start = passage.find(piece.text, cursor)
            cursor = start if start >= 0 else cursor
            if note.blocks[block].kind != "header":
                yield piece, _near_at(parts, cursor, hit.similarity)


def _near_at(parts: Sequence[tuple[int, int, float]], place: int, otherwise: float) -> float:
    """How near the question is to the part of a passage that holds a character."""
    return next((near for start, end, near in parts[1:] if start <= place < end), otherwise)


def _is_of_the_kind_asked(inquiry: Inquiry, piece: Piece) -> bool:
    """Whether a sentence tells kinds or gives a number, where that is asked for."""
    question = inquiry.question
    if question.kinds and not tells_kinds(inquiry.index, piece.note, piece.section, [piece]):
        return False
    return question.number is None or gives_number(inquiry, piece)


def _scores(inquiry: Inquiry, pieces: Sequence[Piece], nearness: np.ndarray) -> list[float]:
    """How well each sentence answers: what it covers of the question, and how near the question is to it."""
    scores: list[float] = []
    for piece, near in zip(pieces, _scaled(nearness), strict=True):
        row = piece.block is not None and piece.note.blocks[piece.block].kind == "row"
        score = 0.6 * _held(inquiry, piece) + 0.4 * float(near)
        scores.append(_ROW_SHARE * score if row else score)
    return scores


def _held(inquiry: Inquiry, piece: Piece) -> float:
    """How much of the question a sentence holds, above all of what its headings do not say already."""
    own = inquiry.terms(bilingual_text(inquiry.index, piece))
    path = inquiry.terms(heading_path(piece.note, piece.section))
    held = coverage(inquiry.units, own | path)
    telling = [unit for unit in inquiry.units if not unit.covered_by(path)]
    if telling:
        return 0.8 * coverage(telling, own) + 0.2 * held
    return 0.5 * held + 0.5 * coverage(inquiry.units, own)


def _scaled(values: np.ndarray) -> np.ndarray:
    span = float(values.max() - values.min())
    return (values - values.min()) / span if span else np.ones_like(values)


def _with_lead(inquiry: Inquiry, piece: Piece) -> Piece:
    """Names the thing a sentence is about, where neither it nor the question does."""
    index = inquiry.index
    if _NAMED_ITEM.match(piece.text):
        return piece
    opening = index.reader.names(piece.text, index.reader.entries)[:1]
    if opening and not opening[0].start and _TOPIC.match(piece.text, opening[0].end):
        return piece
    for title in reversed(piece.note.sections[piece.section].headings):
        if is_thing(index, title):
            return led(piece, title, thing_keys(index, title), context=inquiry.question.text)
    return piece


def _lead_once(pieces: Sequence[Piece]) -> list[Piece]:
    """A lead holds until another one comes."""
    last = ""
    shown: list[Piece] = []
    for piece in pieces:
        shown.append(replace(piece, lead="") if piece.lead == last else piece)
        last = piece.lead or last
    return shown
