"""Is the same denied, and nothing said more strongly than the place says it?"""

import re

from assistant.verifying.likeness import Reason, is_light, matches
from assistant.verifying.reading import Statement, Word
from assistant.verifying.window import Window

_KOREAN = re.compile("[가-힣]")


def denials_differ(claim: Statement, window: Window) -> tuple[Reason | None, bool]:
    """Returns what differs in denials, and whether the place says the opposite."""
    denied_there = any(w.negated for w in window.words)
    denies = any(s.denied for s in window.own)
    denied_here = claim.denied or any(w.negated for w in claim.words)
    loose = denies and not denied_there  # a cell that says no more than `없음`
    if loose:
        return (None, False) if denied_here else ("negation", True)
    if claim.denied and not any(w.negated for w in claim.words):
        even = (claim.denials - sum(s.denials for s in window.own)) % 2 == 0
        return (None, False) if even and denies else ("negation", True)
    for word in claim.words:
        found = matches(word, window.words)
        if word.negated and not any(other.negated for other in found):
            return "negation", bool(found)
        if not word.negated and found and all(other.negated for other in found):
            return "negation", True
    last = claim.words[-1] if claim.words else None
    if last and last in _same_ending(claim, window) and claim.denied != denies:
        return "negation", True
    if len(window.own) == 1 and denies and not denied_here and not _clause_before(claim, window):
        return "negation", True
    return None, False


def _clause_before(claim: Statement, window: Window) -> bool:
    """Whether a sentence says a whole clause that comes before what is denied: `처리하므로 정하지 않는다`."""
    last = claim.words[-1] if claim.words else None
    if last is None or last.role or is_light(last) or not _KOREAN.match(last.key):
        return False
    ends = [w for w in matches(last, window.words) if not w.role]
    denied = [w.start for w in window.words if w.negated]
    return any(w.start < start for w in ends for start in denied) and not any(w.negated for w in ends)


def _same_ending(claim: Statement, window: Window) -> list[Word]:
    """Returns the sentence's last word if the window ends on it, too."""
    ends = [s.words[-1] for s in window.own if s.words]
    return [claim.words[-1]] if matches(claim.words[-1], ends) else []


def measures_differ(claim: Statement, window: Window) -> tuple[Reason | None, bool]:
    """Returns what is said more strongly, or of another, and whether the place says otherwise."""
    there = frozenset(mark for s in window.own for mark in s.marks)
    if claim.marks & {"only", "single", "all", "superlative"} - there:
        return "strength", False
    if "must" in claim.marks and "must" not in there:
        return "strength", "can" in there
    if "must" in there and "can" in claim.marks and not {"must"} & claim.marks and "can" not in there:
        return "strength", True
    for one, other in (("same", "different"), ("different", "same")):
        if one in claim.marks and other in there and one not in there:
            return "comparison", True
    return None, False
