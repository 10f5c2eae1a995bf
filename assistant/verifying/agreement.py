"""Does one part of a sentence agree with a place of the notes?

A part agrees where the place has all its words and numbers, and denies and limits the same ones.

    likeness.py: words        naming.py: names and topics      counting.py: numbers
    denying.py: denials, measure                               sides.py: before and after, from and to
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.verifying.counting import numbers_differ
from assistant.verifying.denying import denials_differ, measures_differ
from assistant.verifying.likeness import Reason, all_keys, covered, is_light, opposed
from assistant.verifying.naming import other_name, other_topic
from assistant.verifying.reading import Statement, Word
from assistant.verifying.sides import conditions_differ, roles_differ, sides_differ
from assistant.verifying.window import Window

_LIMITS = frozenset("최대 최소 maximum minimum".split())
"""Words that are compared with the number they bound."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a part of a sentence fits a window.

    Attributes:
        share: The share of its words that the window has, 0 to 1.
        reason: The first thing that differs; None where nothing does.
        contradicts: The window says otherwise.
        empty: The part says nothing by itself.
    """

    share: float
    reason: Reason | None
    contradicts: bool = False
    empty: bool = False

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return self.reason is None

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """By which the best of several fits is chosen."""
        return self.agrees, self.contradicts and self.share >= 1, self.share


def fit(claim: Statement, window: Window, all_words: Sequence[Word], least: float = 1.0) -> Fit:
    """Holds a part of a sentence against a window.

    Args:
        claim: The part.
        window: A part of the place.
        all_words: All words of the sentence.
        least: Share of its words that the window must have; names and identifiers it must have in any case.
    """
    keys = all_keys(window.words)
    missing = [w for w in claim.words if not covered(w, keys) and not covered(w, window.context.keys)]
    bounded = any(q.bound for q in claim.quantities)
    weighty = [w for w in missing if not is_light(w) and not (bounded and w.key in _LIMITS)]
    total = [w for w in claim.words if not is_light(w)]
    share = 1 - len(weighty) / len(total) if total else 1.0
    if weighty and (share < least or any(w.kind in ("name", "latin") for w in weighty)):
        turned = len(weighty) == 1 and opposed(weighty[0], window.words)
        return Fit(share, "comparison" if turned else _lacking(weighty), contradicts=turned)
    if not total and not claim.quantities:
        return Fit(1.0, None, empty=True)
    if not any(covered(w, keys) for w in total) and not claim.quantities:
        return Fit(0.0, "no_source")
    if other_topic(claim, window, all_words) or other_name(claim, window):
        return Fit(share, "name")
    for reason, contradicts in (
        numbers_differ(claim, window),
        denials_differ(claim, window),
        measures_differ(claim, window),
        sides_differ(claim, window),
        conditions_differ(claim, window),
        roles_differ(claim, window),
    ):
        if reason is not None:
            return Fit(share, reason, contradicts)
    return Fit(share, None)


def _lacking(missing: Sequence[Word]) -> Reason:
    return "name" if any(w.kind == "name" for w in missing) else "words"
