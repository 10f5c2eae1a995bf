"""Where a case was lost on its way from the notes to the answer; pure."""

from typing import Literal

from evals.gold import GoldCase
from evals.observation import READ, Answered, Passage

Loss = Literal["not_retrieved", "refused", "not_used", "wrongly_said", "should_have_refused"]

MEANING: dict[Loss, tuple[str, str]] = {
    "not_retrieved": ("찾지 못함", "a need is not met by the five best passages"),
    "refused": ("찾고도 답하지 않음", "retrieved, but the question was refused"),
    "not_used": ("찾고도 쓰지 않음", "retrieved, but the answer cites none of the gold"),
    "wrongly_said": (
        "썼지만 빠뜨리거나 잘못 말함",
        "cited, but a fact is missing or something forbidden is said",
    ),
    "should_have_refused": ("없는 것을 답함", "the notes don't say it, and it was answered"),
}
"""What each means, in Korean and English."""


def lost_at(
    case: GoldCase, passages: tuple[Passage, ...] | None, answer: Answered | None, right: bool
) -> Loss | None:
    """Returns where a case was lost; None where it was not, or where that was not looked at.

    Args:
        case: The case.
        passages: What was found, if it was asked to search.
        answer: What was answered, if it was asked to answer.
        right: Whether the answer is right; without an answer, whether all needs are met.
    """
    if right:
        return None
    if not case.case.answerable:
        return "should_have_refused"
    if passages is not None and not all_met(case, passages):
        return "not_retrieved"
    if answer is None:
        return None
    if answer.abstained:
        return "refused"
    cited = [citation.span for citation in answer.citations]
    used = all(any(span.overlaps(gold) for span in cited for gold in spans) for spans in case.needs)
    return "wrongly_said" if used else "not_used"


def all_met(case: GoldCase, passages: tuple[Passage, ...]) -> bool:
    """Says whether the first passages, as many as are read, meet every need of a case."""
    return all(any(p.holds(span) for p in passages[:READ] for span in spans) for spans in case.needs)
