"""A question's text to hits: what it asks for, a dense and a lexical leg, and the sum of their evidence.

    text -> asked.py: things, units, words
         -> dense.py: nearest chunks            }  candidates, each scored in both legs
         -> bm25.py:  chunks that hold its words }    -> fusion.py: one score -> hits, best first

A question that names a thing prefers the sections named after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from index.chunks import Chunk
from index.opened import Index
from index.ranking.asked import PLACE_SHARE, Asked, NamedThing, Unit, UnitKind, name_things, read_question
from index.ranking.bm25 import Matches, usual_scores
from index.ranking.dense import Background, background, nearest, nearness, part_cosines, top
from index.ranking.fusion import DEFAULT_FUSION, Fusion, Numbers, dense_scores, name_worth, trust
from index.ranking.snapshot import Mask, Rows, Scores, Snapshot
from index.ranking.wording import Wording, wording_of
from index.scope import Scope
from index.text import normalise

__all__ = [
    "Hit",
    "NamedThing",
    "Retrieval",
    "Unit",
    "UnitKind",
    "name_things",
    "part_cosines",
    "read_question",
    "search",
]

_JOINT_SHARE = 0.4

_CANDIDATES = 50
"""Chunks that each leg proposes."""

_DIGITS = 6
"""Scores are alike from here on: what is behind depends on the processor."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that matches, and why.

    Attributes:
        chunk: The Korean (or only) chunk.
        score: Fused score; comparable within one question only.
        similarity: Cosine of question and passage, the better of the chunk and its English twin.
        dense_score: How near its nearest sentence or heading is, in standard deviations of the
            question's cosine over the index; the better of the chunk and its twin.
        lexical_score: BM25F, the better of the chunk and its twin; 0 where no term matched.
        dense_rank: Rank in the dense leg from 1; None outside its candidates.
        lexical_rank: Rank in the lexical leg from 1; None where no term matched.
        terms: Every term of the chunk and its twin.
        named: The section carries the name of a thing the question names.
        bilingual: The chunk has an English twin.
    """

    chunk: Chunk
    score: float
    similarity: float
    dense_score: float
    lexical_score: float
    dense_rank: int | None
    lexical_rank: int | None
    terms: frozenset[str]
    named: bool
    bilingual: bool


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Everything a search found out about a question.

    Attributes:
        hits: Best first.
        terms: The question's terms, each once, in order.
        units: What the question asks for, in order.
        things: What the question names, in order.
        background: Mean and standard deviation of the question's cosine over the index, the
            yardstick for how near a hit really is.
        chunk_count: Chunks in the index, companions not counted.
        notice: What is wrong with Chroma, if it was to be asked; the hits are right all the same.
        vector: The question's embedding, (dimension,); empty where nothing was searched.
    """

    hits: tuple[Hit, ...]
    terms: tuple[str, ...]
    units: tuple[Unit, ...]
    things: tuple[NamedThing, ...]
    background: tuple[float, float]
    chunk_count: int
    notice: str = ""
    vector: Scores = field(default_factory=lambda: np.zeros(0, np.float32), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Korean (or only) chunks that either leg proposed; of their scores the better of chunk and twin.

    Attributes:
        rows: Their rows in the snapshot, (n,).
        twins: The rows of their English twins, (n,); -1 without one.
        similarity: Cosine with the passage, (n,).
        dense: Standard deviations above the usual, (n,).
        lexical: BM25F, (n,).
        evidence: Both legs together, (n,).
        dense_ranks: Rank in the dense leg, by row.
        lexical_ranks: Rank in the lexical leg, by row.
    """

    rows: Rows
    twins: Rows
    similarity: Numbers
    dense: Numbers
    lexical: Numbers
    evidence: Numbers
    dense_ranks: dict[int, int]
    lexical_ranks: dict[int, int]


def search(
    index: Index, text: str, limit: int = 10, scope: Scope | None = None, fusion: Fusion | None = None
) -> Retrieval:
    """Finds the passages nearest to a question.

    Args:
        index: The open index.
        text: The question in any language; an empty one finds nothing.
        limit: Most hits.
        scope: The part of the vault to search; all of it by default.
        fusion: How the legs' evidence is added up; for measuring what each part of it gives.
    """
    fusion = fusion or DEFAULT_FUSION
    text = normalise(text)
    with index.lock, index.current_catalog().reading():
        index.refresh()
        snapshot = index.snapshot
        if not snapshot.passages or not text:
            asked = read_question(index, text)
            return Retrieval((), asked.terms, (), asked.things, (0.0, 1.0), snapshot.passages)
        with wording_of(index, text, fusion) as reading:
            vector = index.embedder.encode_query(text)
            usual = background(snapshot, vector)
        wording = reading.result()
        asked = wording.asked
        if not fusion.by_script:
            usual = replace(usual, usual=np.full_like(usual.usual, usual.mean))
        allowed = snapshot.inside(scope or Scope())
        matches = Matches(wording.matches.scores * allowed, wording.matches.shares * allowed)
        near = nearest(index, vector, _CANDIDATES, allowed, usual.usual)[0]
        found = _candidates(index, near, wording, matches, vector, usual, fusion)
        bonus = name_worth(asked.units, phrase=wording.phrase, fusion=fusion)
        hits = _hits(index, found, asked, bonus, limit) if len(found.rows) else []
        return Retrieval(
            tuple(hits),
            asked.terms,
            asked.units,
            asked.things,
            (usual.mean, usual.deviation),
            snapshot.passages,
            index.notice,
            vector,
        )


def _candidates(
    index: Index,
    near: Rows,
    wording: Wording,
    matches: Matches,
    vector: Scores,
    usual: Background,
    fusion: Fusion,
) -> _Candidates:
    """Scores what either leg proposes in both, a chunk and its twin as one."""
    snapshot = index.snapshot
    holding = top(matches.scores, _CANDIDATES)
    holding = holding[matches.scores[holding] > 0]
    dense_ranks, lexical_ranks = (
        {row: rank for rank, row in enumerate(dict.fromkeys(snapshot.owners[rows].tolist()), 1)}
        for rows in (near, holding)
    )
    own = np.array(list(dict.fromkeys([*dense_ranks, *lexical_ranks])), np.int32)
    twins = snapshot.twin_rows[own]
    rows = np.concatenate([own, twins[twins >= 0]])
    close = nearness(index, rows, snapshot.rowids[rows].tolist(), vector)
    dense = dense_scores(close, usual.usual[rows], usual.deviation, phrase=wording.phrase, fusion=fusion)
    lexical = matches.scores[rows].astype(np.float64)
    handicap = usual_scores(snapshot, matches.scores)[rows] * (fusion.script_share * fusion.by_script)
    share = float(matches.shares.max())
    worth = np.where(wording.foreign[rows], fusion.foreign_weight, trust(share, fusion))
    parts = (close.passages, dense, lexical, worth * (lexical - handicap))
    best = [_better(scores, twins >= 0) for scores in parts]
    evidence = fusion.dense_weight * best[1] + best[3]
    return _Candidates(own, twins, best[0], best[1], best[2], evidence, dense_ranks, lexical_ranks)


def _better(scores: Numbers, paired: Mask) -> Numbers:
    """Returns the better score of each chunk and its twin; the twins' come after the chunks'."""
    best = scores[: len(paired)].copy()
    best[paired] = np.maximum(best[paired], scores[len(paired) :])
    return best


def _hits(index: Index, found: _Candidates, asked: Asked, bonus: float, limit: int) -> list[Hit]:
    """Returns the best; only their chunks are read."""
    own = found.rows.tolist()
    shares = _named_shares(index.snapshot, own, asked.things)
    evidence = zip(own, found.evidence.tolist(), strict=True)
    scores = [round(score + bonus * shares.get(row, 0.0), _DIGITS) for row, score in evidence]
    least = sorted(scores, reverse=True)[: max(limit, 1)][-1:]
    reach = {index.snapshot.ids[own[i]]: i for i, score in enumerate(scores) if score >= least[0]}
    read = index.catalog.chunks(list(reach))
    best = sorted(read, key=lambda key: (-scores[reach[key]], *_place(read[key].chunk)))[:limit]
    places = [reach[key] for key in best]
    terms = _terms(index, [(own[place], int(found.twins[place])) for place in places])
    return [
        _hit(read[key].chunk, found, place, scores[place], held, named=own[place] in shares)
        for key, place, held in zip(best, places, terms, strict=True)
    ]


def _hit(
    chunk: Chunk, found: _Candidates, place: int, score: float, terms: frozenset[str], *, named: bool
) -> Hit:
    row = int(found.rows[place])
    return Hit(
        chunk=chunk,
        score=score,
        similarity=float(found.similarity[place]),
        dense_score=round(float(found.dense[place]), _DIGITS),
        lexical_score=round(float(found.lexical[place]), _DIGITS),
        dense_rank=found.dense_ranks.get(row),
        lexical_rank=found.lexical_ranks.get(row),
        terms=terms,
        named=named,
        bilingual=bool(found.twins[place] >= 0),
    )


def _place(chunk: Chunk) -> tuple[object, ...]:
    """What is alike is put in order by what it is, not by how it came into the index."""
    return chunk.note, chunk.section, chunk.blocks, chunk.body


def _terms(index: Index, pairs: Sequence[tuple[int, int]]) -> list[frozenset[str]]:
    """All terms of each chunk and its twin, by their rows; a twin of -1 is none."""
    rowids, spelled = index.snapshot.rowids, index.snapshot.spelled
    both = [[int(rowids[row]) for row in pair if row >= 0] for pair in pairs]
    numbers = index.catalog.terms_of([rowid for pair in both for rowid in pair])
    return [frozenset(spelled[n] for rowid in pair for n in numbers[rowid].tolist()) for pair in both]


def _named_shares(snapshot: Snapshot, rows: Sequence[int], things: Sequence[NamedThing]) -> dict[int, float]:
    """How far each row's chunk is about the named things, up to 1; the things of one question share it."""
    named = [thing for thing in things if not thing.is_property]
    notes = {place.note for thing in named for place in thing.places}
    places = {row: snapshot.place(row) for row in rows if snapshot.path(row) in notes}
    shares: dict[int, float] = {}
    for thing in named:
        spots = _spots(thing)
        for row, (note, section, blocks) in places.items():
            share = max((spots.get((note, section, block), 0.0) for block in (None, *blocks)), default=0.0)
            if share:
                shares[row] = shares.get(row, 0.0) + share / len(named)
    return shares


def _spots(thing: NamedThing) -> dict[tuple[str, int, int | None], float]:
    """The places that carry a thing's name, each with how surely it is about the thing."""
    headed = {place.note for place in thing.places if place.kind in ("heading", "callout")}
    spots: dict[tuple[str, int, int | None], float] = {}
    for place in thing.places:
        # A note on several things has each as an alias; the thing's own section is the better place.
        joint = place.kind == "alias" and place.note in headed
        spots[place.note, place.section, place.block] = _JOINT_SHARE if joint else PLACE_SHARE[place.kind]
    return spots
