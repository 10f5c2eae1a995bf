"""A map as it is kept in `map.json` and as the page gets it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from assistant.mapping.groups import folder_groups, tag_groups
from assistant.mapping.neighbours import Doubles
from assistant.mapping.places import Place, Places

FORMAT = 1

_COLUMNS = {"note": int, "section": int, "line": int, "start": int, "heading": str, "x": float, "y": float}
_OWN = ("keys", "texts", "changed")
"""What the next layout needs and no page does."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map.

    Attributes:
        version: The state of the index that it shows.
        row: It as it is kept.
    """

    version: str
    row: Mapping[str, Any]

    @property
    def shown(self) -> dict[str, Any]:
        """It as the page gets it."""
        return {name: value for name, value in self.row.items() if name not in _OWN}

    def of(self, sections: Sequence[tuple[str, int]]) -> Doubles:
        """Returns the places of those of some sections, given as path and position, that are on the map, (n, 2)."""
        points = self.row["points"]
        paths = {path: number for number, (path, *_) in enumerate(self.row["notes"])}
        at = {pair: i for i, pair in enumerate(zip(points["note"], points["section"], strict=True))}
        notes = [(paths.get(path, -1), section) for path, section in sections]
        found = [at.get(pair, at.get((pair[0], -1))) for pair in notes]
        own = [number for number in dict.fromkeys(found) if number is not None]
        return np.array([(points["x"][i], points["y"][i]) for i in own], np.float64).reshape(-1, 2)


def drawn_of(places: Places, where: Doubles, version: str, changed: int) -> Drawn:
    """Puts a map together.

    Args:
        places: What stands on it.
        where: Where, (points, 2).
        version: The state of the index.
        changed: How many points were put among others since all of them were laid out.
    """
    notes = places.notes
    folders, tags = folder_groups([row.path for row in notes]), tag_groups([row.tags for row in notes])
    points = places.places
    row = {
        "format": FORMAT,
        "version": version,
        "unit": "note" if any(point.section < 0 for point in points) else "section",
        "left_out": places.left_out,
        "changed": changed,
        "notes": [
            [row.path, row.title, folder, tag] for row, folder, tag in zip(notes, folders, tags, strict=True)
        ],
        "points": {
            "note": [point.note for point in points],
            "section": [point.section for point in points],
            "line": [point.line for point in points],
            "start": [point.start for point in points],
            "heading": _headings(points),
            "x": [round(float(x), 3) for x, _ in where],
            "y": [round(float(y), 3) for _, y in where],
        },
        "keys": [point.key for point in points],
        "texts": [point.text for point in points],
    }
    return Drawn(version, row)


def read_drawn(text: str) -> Drawn | None:
    """Reads a map that was kept; None for what is none of this form, whatever became of the file."""
    try:
        row = json.loads(text)
        points = row["points"]
        size = len(row["keys"])
        columns = all(
            len(points[name]) == size and all(type(value) in (kind, int) for value in points[name])
            for name, kind in _COLUMNS.items()
        )
        notes = all(len(note) == 4 and all(type(part) is str for part in note) for note in row["notes"])
        known = all(0 <= number < len(row["notes"]) for number in points["note"])
        whole = len(row["texts"]) == size and type(row["changed"]) is int and type(row["left_out"]) is int
        if row["format"] == FORMAT and columns and notes and known and whole:
            return Drawn(str(row["version"]), cast("dict[str, Any]", row))
    except (ValueError, KeyError, TypeError):
        pass
    return None


def _headings(points: Sequence[Place]) -> list[str]:
    """The heading path of each point, to read: without a heading that all of its note stands under."""
    tops: dict[int, set[str]] = {}
    for point in points:
        tops.setdefault(point.note, set()).add("".join(point.headings[:1]))
    shown = (point.headings[1:] if len(tops[point.note]) == 1 else point.headings for point in points)
    return [" › ".join(headings) for headings in shown]
