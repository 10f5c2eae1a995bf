"""Which of the places found say something that none before them says.

A section with subsections has a passage of its own, made of its children's beginnings (`index/chunks.py`):
both are found by what they say, but who reads a list of places wants the text once.
"""

from collections.abc import Sequence

Place = tuple[str, Sequence[Sequence[int]]]
"""A note, and the ranges of its text: start and end."""


def fresh(places: Sequence[Place]) -> list[int]:
    """Returns the positions of the places that are not wholly within those before them, in order.

    >>> fresh([("a", [(0, 5), (9, 12)]), ("a", [(9, 12)]), ("b", [(9, 12)]), ("a", [(0, 7)])])
    [0, 2, 3]
    """
    shown: dict[str, list[Sequence[int]]] = {}
    kept: list[int] = []
    for position, (note, spans) in enumerate(places):
        before = shown.setdefault(note, [])
        if all(any(outer[0] <= span[0] and span[1] <= outer[1] for outer in before) for span in spans):
            continue
        before.extend(spans)
        kept.append(position)
    return kept
