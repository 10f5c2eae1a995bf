"""Numbers, words and duties of two clauses that can't both hold: 15분 and 5분, 자동 and 수동, must and need not."""

import re
from collections.abc import Sequence

from assistant.verifying.likeness import all_keys, covered
from assistant.verifying.quantities import Quantity, quantities
from assistant.verifying.reading import Word
from assistant.verifying.window import Window
from index.text import normalise

_COUNTER = re.compile(r"\s?(개|대|곳|가지|명|군데|종류|종|건|벌|쪽|도(?=[에이가는로,. ]|$)|°C|℃)(?!월)")
_COUNTED_NOUN = re.compile(r"\s([a-z][\w-]+)", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d\s?년")
_ENGLISH_YEAR = re.compile(r"\b(?:in|since) $", re.IGNORECASE)
_ORDINAL = re.compile(r"\s?(?:단계|번째|번|차|층|장|절|판|버전)")

_APPROXIMATE = re.compile(
    r"약|대략|정도|쯤|가량|안팎|거의|about|around|roughly|approximately|nearly|almost", re.IGNORECASE
)
_FACTOR = 2.0
"""Numbers that are given roughly differ from here on."""

_MONTH = 30.4 * 86400
_MONTHS_DIFFER = 0.1

_UPPER = ("최대", "한도", "제한", "maximum", "limit", "at most", "up to")
_LOWER = ("최소", "minimum", "at least")

_FREE = re.compile(
    r"필요(?:는|가|도)?\s?없|필요하지\s?않|안 해도|지 않아도 (?:된|돼|되)|\b(?:do|does) not (?:need|have) to\b|\bneed not\b"
    r"|\bnot (?:required|necessary|needed)\b|\bno need\b",
    re.IGNORECASE,
)

_SCALES = tuple(
    (frozenset(a.split()), frozenset(b.split()))
    for a, b in (
        ("빠르- fast faster quick quicker", "느리- slow slower"),
        ("싸- 저렴 cheap cheaper inexpens", "비싸- expens costli"),
        ("크- larg larger big bigger", "작- small smaller"),
        ("많- mani", "적- few fewer"),
        ("높- high higher", "낮- low lower"),
        ("길- long longer", "짧- short shorter"),
        ("쉽- easi", "어렵- difficult hard"),
        ("가깝- near close", "멀- far"),
        ("늘- 늘어나- 증가 increas grow", "줄- 줄어들- 감소 decreas shrink"),
    )
)
"""Words that contradict each other where each is what its clause says in the end."""

_EXCLUSIVE = tuple(
    (frozenset(a.split()), frozenset(b.split()))
    for a, b in (
        ("자동 자동적 automat", "수동 manual"),
        ("무료 공짜 free", "유료 paid"),
        ("허용 allow permit", "거부 금지 차단 막- deni forbid block"),
        ("필수 필수적 mandatori requir", "선택적 선택 option"),
        ("영구 영구적 perman", "일시 일시적 임시 temporari"),
        ("@stateless", "state"),
        ("공개 public", "비공개 privat"),
        ("같- 동일 same ident", "다르- differ"),
        ("가능 possibl", "불가능 불가 imposs"),
    )
)
"""Words of which a thing is one or the other."""


def measured(quantity: Quantity) -> tuple[str, float]:
    """Returns what a number measures and how much of it; months are roughly so many seconds."""
    if quantity.unit == "month":
        return "s", quantity.value * _MONTH
    return quantity.unit, quantity.value


def clashing_numbers(one: Window, other: Window) -> tuple[str, str] | None:
    """Returns the numbers of two clauses that measure the same and can't both hold, as they are written."""
    mine, theirs = _measures(one), _measures(other)
    for unit, found in mine.items():
        there = theirs.get(unit, [])
        if not there or any(_same(a, b) for a in found for b in there):
            continue
        rest = [q for u, qs in mine.items() if u != unit for q in qs]
        others = [q for u, qs in theirs.items() if u != unit for q in qs]
        if len(found) > 1 or len(there) > 1 or _other_numbers_differ(rest, others):
            continue
        if _cannot_both_hold(found[0], one, there[0], other):
            return _written(one, found[0]), _written(other, there[0])
    return None


def _measures(window: Window) -> dict[str, list[Quantity]]:
    """The numbers of a clause by what they measure; those that only say another one anew are left out."""
    found: dict[str, list[Quantity]] = {}
    for statement in window.own:
        for q in statement.quantities:
            place = q.start - statement.start
            text = statement.text
            if text[place - 1 : place] == "(" and found:
                continue
            if unit := _unit(q, text, place, text[q.end - statement.start :]):
                found.setdefault(measured(q)[0] or unit, []).append(q)
    return found


def _unit(quantity: Quantity, text: str, place: int, rest: str) -> str:
    """What a number measures; empty where that can't be told."""
    if quantity.unit:
        return quantity.unit
    if _YEAR.match(text, place) or _ENGLISH_YEAR.search(text, 0, place):
        return "year"
    if _ORDINAL.match(rest):
        return ""
    if counter := _COUNTER.match(rest):
        return f"#{counter[1]}"
    noun = _COUNTED_NOUN.match(rest)
    return f"#{noun[1].casefold().rstrip('s')}" if noun else ""


def _other_numbers_differ(mine: Sequence[Quantity], theirs: Sequence[Quantity]) -> bool:
    plain = (
        [q for q in mine if not (q.word and q.value == 1)],
        [q for q in theirs if not (q.word and q.value == 1)],
    )
    return any(not any(q.same(p) for p in b) for a, b in (plain, plain[::-1]) for q in a)


def _cannot_both_hold(a: Quantity, one: Window, b: Quantity, other: Window) -> bool:
    """Whether two amounts exclude each other: two limits, two exact amounts, or one beyond the other's limit."""
    low, high = sorted((measured(a)[1], measured(b)[1]))
    rough = any(_is_rough(window, q) for window, q in ((one, a), (other, b)))
    if rough and high < low * _FACTOR:
        return False
    bounds = _bound(a, one), _bound(b, other)
    match bounds:
        case ("upper", "lower") | ("lower", "upper"):
            return False
        case ("", "upper"):
            return measured(a)[1] > measured(b)[1]
        case ("upper", ""):
            return measured(b)[1] > measured(a)[1]
        case ("", "lower"):
            return measured(a)[1] < measured(b)[1]
        case ("lower", ""):
            return measured(b)[1] < measured(a)[1]
        case _:
            return True


def _same(a: Quantity, b: Quantity) -> bool:
    """Whether two amounts are the same; a month has 30 days or 31."""
    if a.unit == b.unit:
        return a.same(b)
    return abs(measured(a)[1] - measured(b)[1]) <= _MONTHS_DIFFER * measured(a)[1]


def _bound(quantity: Quantity, window: Window) -> str:
    denied = any(s.denied for s in window.own)
    if quantity.bound in ("most", "under") or (quantity.bound == "over" and denied):
        return "upper"
    if quantity.bound in ("least", "over"):
        return "lower"
    over = f"{window.context.text} {window.text}".casefold()
    if any(word in over for word in _UPPER):
        return "upper"
    return "lower" if any(word in over for word in _LOWER) else ""


def _is_rough(window: Window, quantity: Quantity) -> bool:
    for statement in window.own:
        if quantity in statement.quantities:
            place, end = quantity.start - statement.start, quantity.end - statement.start
            near = statement.text[max(0, place - 14) : place] + " " + statement.text[end : end + 6]
            return _APPROXIMATE.search(near) is not None
    return False


def same_amount(written: str, text: str) -> str:
    """Returns how a text writes an amount that another one writes otherwise; empty where it has none such.

    >>> same_amount("15분", "It runs for at most 15 minutes.")
    '15 minutes'
    """
    text = normalise(text)
    for wanted in quantities(normalise(written)):
        for found in quantities(text):
            if found.same(wanted):
                return _with_counter(text, found.start, found)
    return ""


def _written(window: Window, quantity: Quantity) -> str:
    for s in window.own:
        if quantity in s.quantities:
            return _with_counter(s.text, quantity.start - s.start, quantity)
    return ""


def _with_counter(text: str, start: int, quantity: Quantity) -> str:
    """A number as it is written, with what it counts: `3개`, `3 copies`."""
    end = start + quantity.end - quantity.start
    counter = None if quantity.unit else (_COUNTER.match(text, end) or _COUNTED_NOUN.match(text, end))
    return text[start : counter.end() if counter else end]


def opposed_words(one: Window, other: Window) -> tuple[Word, Word] | None:
    """Returns the word of each clause that says the opposite of the other's."""
    for mine in _affirmed(one):
        for theirs in _affirmed(other):
            said_too = covered(mine, all_keys(other.words)) or covered(theirs, all_keys(one.words))
            if not said_too and _are_opposites(mine, theirs, one, other):
                return mine, theirs
    return None


def _affirmed(window: Window) -> list[Word]:
    topics = {word for s in window.own for word in s.topic}
    return [w for s in window.own for w in s.words if not w.negated and w not in topics]


def _are_opposites(mine: Word, theirs: Word, one: Window, other: Window) -> bool:
    if not _compared_alike(one, other):
        return False
    if any(_on_both_sides(mine, theirs, pair) for pair in _EXCLUSIVE):
        return True
    ends = _ends(one, mine) and _ends(other, theirs)
    return ends and any(_on_both_sides(mine, theirs, pair) for pair in _SCALES)


def _compared_alike(one: Window, other: Window) -> bool:
    """Whether both compare with the same: `A는 B보다 빠르다` says what `B는 A보다 느리다` says."""
    than = [frozenset(w.key for w in window.words if w.role == "than") for window in (one, other)]
    return than[0] == than[1]


def _on_both_sides(mine: Word, theirs: Word, pair: tuple[frozenset[str], frozenset[str]]) -> bool:
    a, b = mine.ways[0], theirs.ways[0]
    return (a <= pair[0] and b <= pair[1]) or (a <= pair[1] and b <= pair[0])


def _ends(window: Window, word: Word) -> bool:
    for statement in window.own:
        if word in statement.words:
            behind = statement.words[statement.words.index(word) + 1 :]
            return all(later.role == "than" for later in behind)
    return False


def obliges(window: Window) -> bool:
    """Says whether a clause says that something must be done."""
    return any("must" in s.marks for s in window.own) and not frees(window)


def frees(window: Window) -> bool:
    """Says whether a clause says that something need not be done."""
    return any(_FREE.search(s.text) for s in window.own)
