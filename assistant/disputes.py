"""Where the notes contradict what an answer says: the other sentence is shown too, and that they disagree.

Only the sentences that were found for the question are compared, and of those only the pairs that share
enough letters and that numbers, a denial or opposite words can set apart: reading a sentence closely takes time.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise

from assistant.inquiry import Inquiry
from assistant.passages import with_lead
from assistant.pieces import Piece
from assistant.sentences import Ranked
from assistant.verifying.clashing import measured
from assistant.verifying.disagreeing import Disagreement, Saying, disagreement
from assistant.verifying.quantities import quantities
from index.text import has_hangul, normalise, squeeze

_LOOKED_AT = 40
"""Sentences, best first, that may contradict the answer."""

_MOST_READ = 4
"""Pairs of sentences that are read closely."""

_AMOUNTS_SHARE = 0.25
"""Share of the shorter sentence's letter pairs that the other must have, where they give different amounts."""

_OPPOSITES_SHARE = 0.5
"""The same where one denies something, or has a word whose opposite the other may have."""

_LATIN_SHARES_MORE = 0.15
"""English sentences have so much more in common by chance."""

_MOST = 2
"""Contradictions that an answer tells of."""

_NUMBER = re.compile(
    r"\d|[한두세네][ 개대곳]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b", re.IGNORECASE
)
_DENIAL = re.compile(
    r"않|없|아니|못|안 |불가|금지|불필요|무상태|\b(?:not|no|never|none|without|cannot)\b|n['’]t\b|\bstateless\b",
    re.IGNORECASE,
)
_OPPOSITE = re.compile(
    r"자동|수동|무료|공짜|유료|허용|거부|차단|막|필수|선택|영구|일시|임시|같|동일|다르|다른|달라|빠르|빨|느리|느려|싸|싼|저렴|비싸|비싼|"
    r"크|큰|작|많|적|높|낮|길|긴|짧|쉽|쉬|어렵|가깝|멀|늘|줄|manual|automat|\bfree\b|paid|allow|permit|den[iy]|block|mandatory|"
    r"optional|permanent|temporar|stateful|stateless|\bsame|differ|fast|slow|cheap|expensive|larg|small|high|low|long|short|"
    r"easy|difficult|increas|decreas",
    re.IGNORECASE,
)


_DATE = re.compile(r"\s*(\d{4})[-./년]\s?(\d{1,2})[-./월]\s?(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two sentences of the notes that contradict each other.

    Attributes:
        one: The sentence that the answer has.
        other: The one that says otherwise.
        how: How they contradict each other.
    """

    one: Piece
    other: Piece
    how: Disagreement

    @property
    def newer(self) -> int | None:
        """Which of the two stands in the newer note by its date, 0 or 1; None where the dates don't tell."""
        one, other = _day(self.one.note.date), _day(self.other.note.date)
        return None if not one or not other or one == other else int(other > one)


def find_disputes(inquiry: Inquiry, ranked: Sequence[Ranked], pieces: Sequence[Piece]) -> list[Dispute]:
    """Returns what the sentences found say against an answer's, at most two of them.

    Args:
        inquiry: The question.
        ranked: The sentences that were found, best first.
        pieces: The answer.
    """
    found: list[Dispute] = []
    for one, other in _likely_pairs(pieces, [r.piece for r in ranked[:_LOOKED_AT]]):
        told = {_key(piece) for dispute in found for piece in (dispute.one, dispute.other)}
        if len(found) == _MOST or {_key(one), _key(other)} & told:
            continue
        if how := disagreement(_saying(one), _saying(other), inquiry.index.reader):
            found.append(Dispute(one, other, how))
    return found


def with_other_sides(inquiry: Inquiry, pieces: Sequence[Piece], disputes: Sequence[Dispute]) -> list[Piece]:
    """Returns an answer with the sentences that contradict it behind it, as far as it has them not yet."""
    shown = {_key(piece) for piece in pieces}
    added = [d.other for d in disputes if _key(d.other) not in shown]
    return [*pieces, *(replace(with_lead(inquiry, piece), form="item") for piece in added)]


def _likely_pairs(pieces: Sequence[Piece], others: Sequence[Piece]) -> Iterator[tuple[Piece, Piece]]:
    """The pairs that may contradict each other by the looks of their letters, the likest first."""
    mine = [p for p in pieces if p.block is not None]
    told = {_key(piece) for piece in mine}
    theirs = [*mine, *(p for p in others if _key(p) not in told)]
    looks = [_look(piece.text) for piece in theirs]
    pairs = (
        (shared, a, b)
        for a in range(len(mine))
        for b in range(a + 1, len(theirs))
        if (least := _least_shared(looks[a], looks[b])) is not None
        and (shared := _shared(looks[a], looks[b])) >= least
    )
    for _, a, b in nlargest(_MOST_READ, pairs):
        yield theirs[a], theirs[b]


@dataclass(frozen=True, slots=True)
class _Look:
    """A sentence by its letters: pairs of them, its amounts by unit, and whether it denies or has an opposite."""

    pairs: frozenset[str]
    amounts: dict[str, frozenset[float]]
    denial: bool
    opposite: bool
    hangul: bool


@lru_cache(maxsize=4096)
def _look(text: str) -> _Look:
    amounts: dict[str, set[float]] = {}
    for amount in quantities(normalise(text)) if _NUMBER.search(text) else ():
        unit, value = measured(amount)
        amounts.setdefault(unit, set()).add(value)
    return _Look(
        frozenset(map("".join, pairwise(squeeze(text)))),
        {unit: frozenset(values) for unit, values in amounts.items()},
        _DENIAL.search(text) is not None,
        _OPPOSITE.search(text) is not None,
        has_hangul(text),
    )


def _least_shared(one: _Look, other: _Look) -> float | None:
    """How much two sentences must share to be read closely; None where nothing sets them apart."""
    if one.hangul != other.hangul:
        return None
    more = 0.0 if one.hangul else _LATIN_SHARES_MORE
    if any(values != other.amounts.get(unit, values) for unit, values in one.amounts.items()):
        return _AMOUNTS_SHARE + more
    if one.denial != other.denial or (one.opposite and other.opposite):
        return _OPPOSITES_SHARE + more
    return None


def _shared(one: _Look, other: _Look) -> float:
    fewer = min(len(one.pairs), len(other.pairs))
    return len(one.pairs & other.pairs) / fewer if fewer else 0.0


def _saying(piece: Piece) -> Saying:
    note = piece.note
    return Saying(piece.text, note.path, note.title, note.sections[piece.section].headings)


def _day(date: str) -> tuple[int, ...]:
    """Year, month and day of a date as people write it; nothing where it is none."""
    found = _DATE.match(date)
    return tuple(map(int, found.groups())) if found else ()


def _key(piece: Piece) -> tuple[str, int | None, int]:
    return piece.note.path, piece.block, piece.sentence
