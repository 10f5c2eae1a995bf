"""The place that proves a sentence: one sentence of the notes, or two adjoining ones, clause by clause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answers import Verdict
from assistant.verifying.agreement import Fit, fit
from assistant.verifying.lexicon import LIGHT
from assistant.verifying.likeness import Reason, is_light
from assistant.verifying.naming import repeats_a_name
from assistant.verifying.places import Place, adjoining
from assistant.verifying.quantities import Quantity
from assistant.verifying.reading import Reading, Statement, Word, read
from assistant.verifying.sources import Source
from assistant.verifying.windows import windows
from index.terms import TermReader

_LEAST_TELLING = 2
"""Words and numbers that a clause must say for a place of its own to prove it."""

_LEAST_KNOWN = 0.85
"""Share of an English sentence's words that a Korean place without a companion must say, as far as the
lexicon knows them; its names and numbers it must have in any case. In doubt, nothing is supported."""

_FULL = 0.999


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether the notes say a sentence.

    Attributes:
        verdict: `supported`, `contradicted` where a place says otherwise, else `unverified`.
        proof: The sentences that prove or contradict it: one, or two adjoining ones.
        reason: Why it is not supported; None where it is.
    """

    verdict: Verdict
    proof: tuple[Source, ...] = ()
    reason: Reason | None = None


def proved(claim: Reading, places: Sequence[Place], reader: TermReader) -> Verification:
    """The first place or two adjoining ones that agree, else why the nearest does not."""
    telling = [w for s in claim.statements for w in (*s.words, *s.quantities) if not _is_light(w)]
    if len(telling) < _LEAST_TELLING:
        return Verification("unverified", (), "no_source")
    nearest: tuple[Fit, Place] | None = None
    for place in places:
        whole, *apart = _partitions(claim, reader)
        apart = [] if repeats_a_name(claim, (place.reading(reader),)) else apart
        found = max((_whole(parts, (place,), reader) for parts in (whole, *apart)), key=lambda f: f.rank)
        if found.agrees:
            return Verification("supported", (place.source,))
        if nearest is None or found.rank > nearest[0].rank:
            nearest = found, place
    pieces = clauses(claim, reader)
    if len(pieces) > 1 and not any(map(_thin, pieces)):
        for first, second in adjoining(places):
            repeated = repeats_a_name(claim, (first.reading(reader), second.reading(reader)))
            if not repeated and _whole(pieces, (first, second), reader).agrees:
                return Verification("supported", (first.source, second.source))
    if nearest is None or not nearest[0].share:
        return Verification("unverified", (), "no_source")
    found, place = nearest
    if (found.contradicts and found.share >= _FULL) or (found.reason == "comparison" and found.contradicts):
        return Verification("contradicted", (place.source,), found.reason)
    return Verification("unverified", (), found.reason)


def _is_light(part: Word | Quantity) -> bool:
    return isinstance(part, Word) and is_light(part)


def _partitions(claim: Reading, reader: TermReader) -> Iterator[tuple[Statement, ...]]:
    whole = _with_topics(claim.statements)
    yield whole
    pieces = clauses(claim, reader)
    if len(pieces) > len(whole):
        yield pieces


def clauses(claim: Reading, reader: TermReader) -> tuple[Statement, ...]:
    """Returns a sentence clause by clause, each with the name it is about: each may come from another place."""
    cuts = [cut for statement in claim.statements for cut in statement.cuts]
    if len(cuts) < 2:
        return _with_topics(claim.statements)
    ends = [*cuts[1:], len(claim.text)]
    texts = [claim.text[start:end] for start, end in zip(cuts, ends, strict=True)]
    found = [s for text in texts for s in read(text.strip(" ,"), reader).statements]
    return _with_topics([s for s in found if s.words or s.quantities])


def _thin(piece: Statement) -> bool:
    """Whether a clause says too little to be proved by a place of its own."""
    telling = [w for w in piece.words if w.start >= 0 and not all(way <= LIGHT for way in w.ways)]
    return len(telling) + len(piece.quantities) < _LEAST_TELLING


def _with_topics(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Gives a clause without a topic the name that the one before is about: it must be true of that."""
    found: list[Statement] = []
    names: list[Word] = []
    for statement in statements:
        own = [w for w in statement.topic if w.kind in ("name", "latin") and w not in names]
        if own or not names:
            found.append(statement)
        else:
            found.append(replace(statement, words=(*names, *statement.words)))
        names = [replace(w, negated=False, role="", start=-1, end=-1) for w in own] or names
    return tuple(found)


def _whole(
    parts: Sequence[Statement], places: Sequence[Place], reader: TermReader, least: float = 1.0
) -> Fit:
    """How well all parts of a sentence fit some places: as well as the worst of them."""
    words = [word for part in parts for word in part.words]
    worst: Fit | None = None
    used: set[int] = set()
    shares: list[float] = []
    for part in parts:
        fits = [
            (fit(part, window, words, least), number)
            for number, place in enumerate(places)
            for window in windows(place.reading(reader), place.context(reader), part.words)
        ]
        best, number = max(fits, key=lambda pair: pair[0].rank)
        if best.empty:
            continue
        used.add(number)
        shares.append(best.share)
        if worst is None or best.rank < worst.rank:
            worst = best
    if worst is None:
        return Fit(0.0, "no_source")
    if worst.agrees and len(used) < len(places):
        return Fit(0.0, "no_source")
    return replace(worst, share=min(shares))


def proved_across(claim: Reading, places: Sequence[Place], reader: TermReader) -> Verification | None:
    """A Korean place that agrees with an English sentence in names, numbers and most known words."""
    named = any(w.kind in ("name", "latin") for s in claim.statements for w in s.words)
    if not named and not any(s.quantities for s in claim.statements):
        return None
    parts = _with_topics(claim.statements)
    for place in places:
        if _whole(parts, (place,), reader, _LEAST_KNOWN).agrees:
            return Verification("supported", (place.source,))
    return Verification("unverified", (), "language")
