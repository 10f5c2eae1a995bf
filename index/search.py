"""A question's text to hits: what it asks for, a dense and a lexical leg, and the sum of their evidence.

    text -> asked.py: things, units, words
         -> dense.py: nearest chunks            }  candidates, each scored in both legs
         -> bm25.py:  chunks that hold its words }    -> fusion.py: one score -> hits, best first

A question that names a thing prefers the sections named after it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.chunks import Chunk
from index.opened import Index
from index.ranking.asked import PLACE_SHARE, Asked, NamedThing, Unit, UnitKind, name_things, read_question
from index.ranking.bm25 import Matches, match, usual_scores
from index.ranking.dense import Background, background, nearest, nearness, top
from index.ranking.fusion import DEFAULT_FUSION, Fusion, Numbers, dense_scores, name_worth, trust
from index.ranking.snapshot import Mask, Rows, Scores
from index.scope import Scope
from index.storage.rows import ChunkRow
from index.text import has_hangul, normalise

__all__ = ["Hit", "NamedThing", "Retrieval", "Unit", "UnitKind", "name_things", "search"]

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
    """

    hits: tuple[Hit, ...]
    terms: tuple[str, ...]
    units: tuple[Unit, ...]
    things: tuple[NamedThing, ...]
    background: tuple[float, float]
    chunk_count: int
    notice: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A Korean (or only) chunk that either leg proposed; of its scores the better of it and its twin.

    Attributes:
        row: Its row in the snapshot.
        twin: The row of its English twin; -1 without one.
        similarity: Cosine with the passage.
        dense: Standard deviations above the usual.
        lexical: BM25F.
        evidence: Both legs together.
        dense_rank: Rank in the dense leg.
        lexical_rank: Rank in the lexical leg.
    """

    row: int
    twin: int
    similarity: float
    dense: float
    lexical: float
    evidence: float
    dense_rank: int | None
    lexical_rank: int | None


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
        asked = read_question(index, text)
        if not snapshot.passages or not text:
            return Retrieval((), asked.terms, (), asked.things, (0.0, 1.0), snapshot.passages)
        vector = index.embedder.encode_query(text)
        usual = background(snapshot, vector)
        if not fusion.by_script:
            usual = replace(usual, usual=np.full_like(usual.usual, usual.mean))
        allowed = snapshot.inside(scope or Scope())
        matches = match(snapshot, asked.words, asked.also, fusion.field_weights)
        matches = Matches(matches.scores * allowed, matches.shares * allowed)
        near = nearest(index, vector, _CANDIDATES, allowed, usual.usual)[0]
        found = _candidates(index, near, matches, vector, usual, has_hangul(text), fusion)
        hits = _hits(index, found, asked, name_worth(asked.units, fusion), limit)
        return Retrieval(
            tuple(hits),
            asked.terms,
            asked.units,
            asked.things,
            (usual.mean, usual.deviation),
            snapshot.passages,
            index.notice,
        )


def _candidates(
    index: Index,
    near: Rows,
    matches: Matches,
    vector: Scores,
    usual: Background,
    korean: bool,
    fusion: Fusion,
) -> list[_Candidate]:
    """Scores what either leg proposes in both, a chunk and its twin as one."""
    snapshot = index.snapshot
    holding = top(matches.scores, _CANDIDATES)
    holding = holding[matches.scores[holding] > 0]
    dense_ranks, lexical_ranks = (
        {row: rank for rank, row in enumerate(dict.fromkeys(snapshot.owners[rows].tolist()), 1)}
        for rows in (near, holding)
    )
    own = np.array(list(dict.fromkeys([*dense_ranks, *lexical_ranks])), np.int32)
    if not len(own):
        return []
    twins = snapshot.twin_rows[own]
    rows = np.concatenate([own, twins[twins >= 0]])
    close = nearness(index, rows, snapshot.rowids[rows].tolist(), vector)
    dense = dense_scores(close, usual.usual[rows], usual.deviation, fusion)
    lexical = matches.scores[rows].astype(np.float64)
    handicap = usual_scores(snapshot, matches.scores)[rows] * (fusion.script_share * fusion.by_script)
    share = float(matches.shares.max())
    own_worth, foreign_worth = (trust(share, foreign=foreign, fusion=fusion) for foreign in (False, True))
    worth = np.where(snapshot.hangul[rows] == korean, own_worth, foreign_worth)
    parts = (close.passages, dense, lexical, worth * (lexical - handicap))
    best = [_better(scores, twins >= 0) for scores in parts]
    evidence = fusion.dense_weight * best[1] + best[3]
    return [
        _Candidate(
            row=row,
            twin=int(twins[place]),
            similarity=float(best[0][place]),
            dense=float(best[1][place]),
            lexical=float(best[2][place]),
            evidence=float(evidence[place]),
            dense_rank=dense_ranks.get(row),
            lexical_rank=lexical_ranks.get(row),
        )
        for place, row in enumerate(own.tolist())
    ]


def _better(scores: Numbers, paired: Mask) -> Numbers:
    """Returns the better score of each chunk and its twin; the twins' come after the chunks'."""
    best = scores[: len(paired)].copy()
    best[paired] = np.maximum(best[paired], scores[len(paired) :])
    return best


def _hits(index: Index, found: list[_Candidate], asked: Asked, bonus: float, limit: int) -> list[Hit]:
    """Reads the chunks that can be among the best, and returns those that are."""
    ranked = sorted((candidate.evidence for candidate in found), reverse=True)
    least = ranked[limit - 1] if limit <= len(ranked) else -math.inf
    reach = {index.snapshot.ids[c.row]: c for c in found if c.evidence + bonus >= least - 10**-_DIGITS}
    rows = index.catalog.chunks(list(reach))
    shares = _named_shares(rows, asked.things)
    scores = {i: round(reach[i].evidence + bonus * shares.get(i, 0.0), _DIGITS) for i in rows}
    best = sorted(rows, key=lambda i: (-scores[i], *_place(rows[i].chunk)))[:limit]
    terms = _terms(index, [reach[i] for i in best])
    return [
        _hit(rows[i].chunk, reach[i], scores[i], held, i in shares)
        for i, held in zip(best, terms, strict=True)
    ]


def _hit(chunk: Chunk, own: _Candidate, score: float, terms: frozenset[str], named: bool) -> Hit:
    return Hit(
        chunk=chunk,
        score=score,
        similarity=own.similarity,
        dense_score=round(own.dense, _DIGITS),
        lexical_score=round(own.lexical, _DIGITS),
        dense_rank=own.dense_rank,
        lexical_rank=own.lexical_rank,
        terms=terms,
        named=named,
        bilingual=own.twin >= 0,
    )


def _place(chunk: Chunk) -> tuple[object, ...]:
    """What is alike is put in order by what it is, not by how it came into the index."""
    return chunk.note, chunk.section, chunk.blocks, chunk.body


def _terms(index: Index, chosen: Sequence[_Candidate]) -> list[frozenset[str]]:
    """All terms of each chunk and its twin."""
    rowids, spelled = index.snapshot.rowids, index.snapshot.spelled
    both = [[int(rowids[row]) for row in (c.row, c.twin) if row >= 0] for c in chosen]
    numbers = index.catalog.terms_of([rowid for pair in both for rowid in pair])
    return [frozenset(spelled[n] for rowid in pair for n in numbers[rowid].tolist()) for pair in both]


def _named_shares(rows: Mapping[str, ChunkRow], things: Sequence[NamedThing]) -> dict[str, float]:
    """How far each chunk is about the named things, up to 1; the things of one question share it."""
    named = [thing for thing in things if not thing.is_property]
    shares: dict[str, float] = {}
    for thing in named:
        spots = _spots(thing)
        for i, row in rows.items():
            own = [(row.chunk.note, row.chunk.section, block) for block in (None, *row.chunk.blocks)]
            share = max((spots.get(spot, 0.0) for spot in own), default=0.0)
            if share:
                shares[i] = shares.get(i, 0.0) + share / len(named)
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
