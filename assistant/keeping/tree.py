"""The branches of a conversation: which turns lie on the way to one, and which stand in its place. Pure.

A conversation's turns are given as a mapping from each to the one before it, oldest first.
"""

from collections.abc import Mapping

Parents = Mapping[int, int | None]


def way_to(parents: Parents, turn: int | None) -> list[int]:
    """Returns the turns from the first to this one.

    >>> way_to({1: None, 2: 1, 3: 1}, 3)
    [1, 3]
    """
    way = list[int]()
    while turn is not None and turn in parents and turn not in way:
        way.append(turn)
        turn = parents[turn]
    return way[::-1]


def end_of_branch(parents: Parents, turn: int) -> int:
    """Returns the last turn that follows this one, by the newest branch wherever there are several.

    >>> end_of_branch({1: None, 2: 1, 3: 1, 4: 2}, 1)
    3
    """
    last = {parent: child for child, parent in parents.items() if parent is not None}
    while turn in last:
        turn = last[turn]
    return turn


def branches(parents: Parents, turn: int) -> tuple[int, ...]:
    """Returns the turns that stand in one place with this one, where there are others.

    >>> branches({1: None, 2: 1, 3: 1}, 3), branches({1: None, 2: 1}, 2)
    ((2, 3), ())
    """
    same = tuple(other for other, parent in parents.items() if parent == parents[turn])
    return same if len(same) > 1 else ()
