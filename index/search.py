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
from index.language.phrases import is_phrase
from index.opened import Index
from index.ranking.asked import PLACE_SHARE, Asked, NamedThing, Unit, UnitKind, name_things, read_question
from index.ranking.bm25 import Matches, match, usual_scores
from index.ranking.dense import Background, background, nearest, nearness, part_cosines, top
from index.ranking.fusion import DEFAULT_FUSION, Fusion, Numbers, dense_scores, name_worth, trust
from index.ranking.snapshot import Mask, Rows, Scores, Snapshot
from index.scope import Scope
from index.text import has_hangul, normalise

__all__ = ["Hit", "NamedThing", "Retrieval", "Unit", "UnitKind", "name_things", "part_cosines", "search"]

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
        phrase = fusion.by_phrase and is_phrase(text, index.reader.morphemes)
        # What a Korean question writes in Latin letters is a name; of an English one to Korean notes little is.
        foreign = snapshot.hangul & (fusion.by_names and not has_hangul(text))
        usual = background(snapshot, vector)
        if not fusion.by_script:
            usual = replace(usual, usual=np.full_like(usual.usual, usual.mean))
        allowed = snapshot.inside(scope or Scope())
        fields = fusion.phrase_weights if phrase else fusion.field_weights
        matches = match(snapshot, asked.words, asked.also, fields, foreign)
        matches = Matches(matches.scores * allowed, matches.shares * allowed)
        near = nearest(index, vector, _CANDIDATES, allowed, usual.usual)[0]
        found = _candidates(index, near, matches, vector, usual, foreign, phrase, fusion)
        hits = _hits(index, found, asked, name_worth(asked.units, phrase=phrase, fusion=fusion), limit)
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
    matches: Matches,
    vector: Scores,
    usual: Background,
    foreign: Mask,
    phrase: bool,
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
    dense = dense_scores(close, usual.usual[rows], usual.deviation, phrase=phrase, fusion=fusion)
    lexical = matches.scores[rows].astype(np.float64)
    handicap = usual_scores(snapshot, matches.scores)[rows] * (fusion.script_share * fusion.by_script)
    share = float(matches.shares.max())
    worth = np.where(foreign[rows], fusion.foreign_weight, trust(share, fusion))
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
    """Returns the best; only their chunks are read."""
    shares = _named_shares(index.snapshot, [candidate.row for candidate in found], asked.things)
    scores = {c.row: round(c.evidence + bonus * shares.get(c.row, 0.0), _DIGITS) for c in found}
    least = sorted(scores.values(), reverse=True)[: max(limit, 1)][-1:]
    reach = {index.snapshot.ids[c.row]: c for c in found if least and scores[c.row] >= least[0]}
    rows = index.catalog.chunks(list(reach))
    best = sorted(rows, key=lambda i: (-scores[reach[i].row], *_place(rows[i].chunk)))[:limit]
    terms = _terms(index, [reach[i] for i in best])
    return [
        _hit(rows[i].chunk, reach[i], scores[reach[i].row], held, reach[i].row in shares)
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
