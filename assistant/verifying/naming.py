"""Is a thing named where the place speaks of another one?"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from assistant.verifying.likeness import all_keys, covered, is_light, matches
from assistant.verifying.reading import Reading, Statement, Word
from assistant.verifying.window import Window


def other_topic(claim: Statement, window: Window, all_words: Sequence[Word]) -> bool:
    """Whether the sentence puts a thing of the headings in the place of what the place speaks of."""
    own = all_keys(w for s in window.own for w in s.words)
    if not window.topic or all(covered(w, own) or is_light(w) for w in claim.words):
        return False
    said = all_keys(all_words)
    telling = [w for w in window.topic if w.kind in ("name", "latin") and not is_light(w)] or window.topic[
        -1:
    ]
    named = any(w.kind == "name" and not covered(w, own) for w in claim.words)
    if not (all if named else any)(covered(word, said) for word in telling):
        return True
    same = [w for word in window.topic[-1:] for w in matches(word, claim.words)]
    handed = any(not covered(w, own) and covered(w, all_keys(window.words)) for w in claim.words)
    return handed and bool(same) and all(w.role == "object" for w in same)


def other_name(claim: Statement, window: Window) -> bool:
    """Whether a name stands where the place has another: twice, or a heading's where no heading's belongs."""
    own, said = all_keys(window.words), all_keys(claim.words)
    added = [w for w in claim.words if w.kind == "name" and not covered(w, own) and w.start >= claim.start]
    unsaid = [
        w for w in window.words if w.kind in ("name", "latin") and not is_light(w) and not covered(w, said)
    ]
    heads = tuple(w.key for w in added)  # a spot instance is an instance
    unsaid = [w for w in unsaid if not any(head.endswith(f"-{w.key[1:]}") for head in heads)]
    if len({w.key for w in added}) > 1 or _equated(claim, added):
        return True
    if not unsaid:
        return False
    theirs = Counter(name for s in window.own for name in _mentions(s))
    if any(count > max(1, theirs[name]) for name, count in Counter(_mentions(claim)).items()):
        return True
    if not added:
        return False
    first = next(w for w in claim.words if not is_light(w) or w in added)
    replaced = any(w != first and w not in claim.topic for w in added)
    replaced = replaced or any(w.role == "object" and w.kind == "name" for w in unsaid)
    return replaced or next(w for w in window.words if not is_light(w) or w in unsaid) in unsaid


def repeats_a_name(claim: Reading, places: Sequence[Reading]) -> bool:
    """Whether a sentence says a name more often than the places, and so puts it where another belongs."""
    theirs = Counter(name for place in places for s in place.statements for name in _mentions(s))
    mine = Counter(name for s in claim.statements for name in _mentions(s))
    return any(count > max(1, theirs[name]) for name, count in mine.items()) and bool(
        theirs.keys() - mine.keys()
    )


def _equated(claim: Statement, added: Sequence[Word]) -> bool:
    """Whether a name of the headings explains another one: `트랜스크라이브(컴프리헨드)`."""
    names = [w for w in claim.words if w.kind == "name" and w.start >= claim.start]
    return any(
        one.key != other.key
        and (one in added or other in added)
        and claim.text[one.end - claim.start : other.start - claim.start].strip() == "("
        for one, other in pairwise(names)
    )


def _mentions(statement: Statement) -> list[str]:
    """The names that a part says itself; one that explains itself, `S3(에스쓰리)`, is there once."""
    names = [w for w in statement.words if w.kind == "name" and w.start >= statement.start]
    found: list[str] = []
    for name, before in zip(names, [None, *names], strict=False):
        between = (
            statement.text[before.end - statement.start : name.start - statement.start] if before else ""
        )
        if before is None or name.key != before.key or between.strip() != "(":
            found.append(name.key)
    return found
