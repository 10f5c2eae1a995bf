"""Do words stand on the same side: before and after, condition and result, more and less, from and to?"""

from collections.abc import Sequence

from assistant.verifying.likeness import Reason, is_light, matches
from assistant.verifying.reading import Statement, Word
from assistant.verifying.window import Window

_GENERIC_ROLES = {"from": "to", "to": "from", "than": "topic"}


def sides_differ(claim: Statement, window: Window) -> tuple[Reason | None, bool]:
    """Returns what stands on the other side, and whether the place says it the other way round."""
    for kind, first, second in claim.sides:
        reason: Reason = "comparison" if kind in ("than", "instead") else "order"
        theirs = [(a, b) for s in window.own for k, a, b in s.sides if k == kind]
        if kind == "sequence":
            theirs += [_halves(s, cut) for s in window.own for cut in s.cuts[1:]]
        first_words = [w for w in first if not is_light(w)]
        second_words = [w for w in second if not is_light(w)]
        if not theirs:
            if kind in ("than", "instead", "sequence") and first_words and not window.quantities:
                return reason, False
            continue
        if all(_crossed(first_words, a, b) or _crossed(second_words, b, a) for a, b in theirs):
            return reason, True
    return None, False


def _halves(statement: Statement, cut: int) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    before = tuple(w for w in statement.words if w.start < cut)
    return before, tuple(w for w in statement.words if w.start >= cut)


def _crossed(words: Sequence[Word], own: Sequence[Word], other: Sequence[Word]) -> bool:
    """Whether a word stands on the other side only."""
    firm = (w for w in words if w.kind not in ("verb", "adverb") and (w.kind == "name" or w.role != "to"))
    return any(matches(w, other) and not matches(w, own) for w in firm)


def conditions_differ(claim: Statement, window: Window) -> tuple[Reason | None, bool]:
    """Whether a sentence says without a condition what holds under one, in the words of the condition."""
    conditions = [(a, b) for s in window.own for kind, a, b in s.sides if kind == "condition"]
    if not conditions or any(kind == "condition" for kind, *_ in claim.sides):
        return None, False
    topics = {w for s in window.own for w in s.topic}
    for word in claim.words:
        found = [w for w in matches(word, window.words) if w not in topics]
        if (
            word.kind != "name"
            and not is_light(word)
            and found
            and any(all(w in a for w in found) for a, _ in conditions)
        ):
            return "order", False
    return None, False


def roles_differ(claim: Statement, window: Window) -> tuple[Reason | None, bool]:
    """Returns what has the opposite part in the place: from for to, subject for object."""
    subjects: list[bool] = []
    turned: set[str] = set()
    for word in claim.words:
        theirs = {other.role for other in matches(word, window.words)}
        opposite = _GENERIC_ROLES.get(word.role)
        if opposite and theirs == {opposite}:
            turned.add(word.role)
        if word.role == "to" and theirs == {"object"} and "from" in turned:
            return "order", True
        if (word.role == "than" and "than" in turned) or {"from", "to"} <= turned:
            return ("comparison" if word.role == "than" else "order"), True
        if word.role in ("topic", "subject") and theirs == {"than"}:
            return "comparison", True
        if word.kind == "name" and word.role == "object" and theirs == {"to"}:
            return "order", True
        if word.kind == "name" and word.role in ("topic", "subject", "object") and theirs:
            mine = word.role != "object"
            subjects.append(
                mine != bool(theirs & {"topic", "subject"}) and theirs <= {"topic", "subject", "object"}
            )
    return ("order", True) if len(subjects) > 1 and all(subjects) else (None, False)
