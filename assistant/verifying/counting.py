"""Do the numbers agree: the same amounts, bounds and counts, each with what the place says of it?"""

import sys

from assistant.verifying.likeness import Reason, is_light, matches
from assistant.verifying.quantities import Quantity
from assistant.verifying.reading import Statement, Word
from assistant.verifying.window import Window

_BESIDE = 4
"""Characters between a number and the word it counts: `3개의 영역`."""


def numbers_differ(claim: Statement, window: Window) -> tuple[Reason | None, bool]:
    """Returns what differs in numbers, and whether the place has another one instead."""
    there = window.quantities
    for quantity in claim.quantities:
        same = [q for q in (*there, *window.context.quantities) if q.same(quantity)]
        if not same:
            if quantity.value == 1 and not quantity.unit and not any(q.word for q in there):
                continue
            return "number", any(q.unit == quantity.unit for q in there)
        if sum(q.same(quantity) and not _explains(claim, q) for q in claim.quantities) > len(same):
            return "number", False
        if not any(_bounds_agree(quantity, q, window) for q in same):
            return "comparison", bool(quantity.bound) and any(q.bound for q in same)
    wrong = _wrongly_many(claim, window) or _wrongly_bound(claim, window) or _wrongly_counted(claim, window)
    return ("number", False) if wrong else (None, False)


def _explains(statement: Statement, quantity: Quantity) -> bool:
    """Whether a number only says another one anew: `5분(300초)`."""
    return statement.text[quantity.start - statement.start - 1 : quantity.start - statement.start] == "("


def _bounds_agree(mine: Quantity, theirs: Quantity, window: Window) -> bool:
    if mine.bound == theirs.bound:
        return True
    if not mine.bound:
        in_range = any(q.bound == "most" for q in window.quantities)
        return theirs.bound == "most" or (theirs.bound == "least" and in_range)
    over = f"{window.context.text} {window.text}".casefold()
    limits = {
        "most": ("최대", "maximum", "limit", "한도", "at most"),
        "least": ("최소", "minimum", "at least"),
    }
    return not theirs.bound and any(word in over for word in limits.get(mine.bound, ()))


def _wrongly_bound(claim: Statement, window: Window) -> bool:
    """Whether a number stands with words that the place says with another number."""
    theirs = [segment for statement in window.own for segment in _segments(statement)]
    if sum(bool(numbers) for _, numbers in theirs) < 2:
        return False
    topic = set(claim.topic)
    for words, numbers in _segments(claim):
        for number in numbers:
            places = [i for i, (_, found) in enumerate(theirs) if any(q.same(number) for q in found)]
            if not places:
                continue
            for word in words:
                if word in topic or word.kind == "adverb" or (is_light(word) and word.kind == "noun"):
                    continue
                said = [i for i, (own, _) in enumerate(theirs) if matches(word, own)]
                elsewhere = [i for i in said if theirs[i][1]]
                if said and elsewhere == said and not set(said) & set(places):
                    return True
    return False


def _wrongly_many(claim: Statement, window: Window) -> bool:
    """Whether something is said to be several that the place does not say of it: `여러 리전` for `리전 하나`."""
    counted = [w for s in window.own for q in s.quantities if q.value > 1 for w in _counted(s, q)]
    for word in claim.words:
        found = matches(word, window.words) if word.many else []
        if found and not any(other.many for other in found) and not matches(word, counted):
            return True
    return False


def _wrongly_counted(claim: Statement, window: Window) -> bool:
    """Whether what is counted is counted there with other numbers only: `사본 3개` for `사본 6개`."""
    theirs = [(q, _counted(s, q)) for s in window.own for q in s.quantities]
    for quantity in claim.quantities:
        for word in _counted(claim, quantity):
            there = [q for q, counted in theirs if matches(word, counted)]
            if there and not any(q.same(quantity) for q in there):
                return True
    return False


def _counted(statement: Statement, quantity: Quantity) -> list[Word]:
    """The words that stand right beside a count."""
    if quantity.unit:
        return []
    return [
        w
        for w in statement.words
        if w.kind != "verb" and (0 <= w.start - quantity.end <= _BESIDE or 0 <= quantity.start - w.end <= 1)
    ]


def _segments(statement: Statement) -> list[tuple[tuple[Word, ...], tuple[Quantity, ...]]]:
    """The clauses of a part, cut between numbers, too."""
    places = sorted({statement.start, *statement.cuts})
    found: list[tuple[tuple[Word, ...], tuple[Quantity, ...]]] = []
    for number, place in enumerate(places):
        end = places[number + 1] if number + 1 < len(places) else sys.maxsize
        found.append(
            (
                tuple(w for w in statement.words if place <= w.start < end),
                tuple(q for q in statement.quantities if place <= q.start < end),
            )
        )
    return found
