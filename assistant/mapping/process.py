"""Draws a map in a process of its own, at the lowest priority: answers don't wait for it.

    standard input    where the catalog is and, if there is one, the map before, as JSON
    standard output   a line `done total` a round, then the map as one line of JSON

Where its reader is gone, the process ends with the next line it writes.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

from assistant.mapping.drawn import Drawn, drawn_of, read_drawn
from assistant.mapping.layout import Progress, arrange
from assistant.mapping.neighbours import Doubles
from assistant.mapping.places import Places, read_places
from index.catalog import open_catalog

_ANEW = 0.25
"""With more than this share of points put among the others, all are laid out again."""


def draw(catalog_file: Path, build: str, before: Drawn | None, progress: Progress) -> Drawn:
    """Draws the map of a catalog as it is now; what was on the map before stays where it was.

    Args:
        catalog_file: The catalog.
        build: The name of its build.
        before: The map before, if there is one.
        progress: Told how far it is.

    Raises:
        CatalogError: The catalog can't be read.
    """
    with open_catalog(catalog_file, create=False) as catalog, catalog.reading():
        places = read_places(catalog)
        version = f"{build}.{catalog.meta('generation') or 0}"
    if not places.places:
        return drawn_of(places, np.zeros((0, 2)), version, 0)
    earlier = _places_before(places, before)
    new = int(np.isnan(earlier[:, 0]).sum())
    # A section that says something else by now stays as well, but is counted: it may belong elsewhere.
    changed = new + _rewritten(places, before) + (before.row["changed"] if before else 0)
    anew = changed > _ANEW * len(places.places)
    where = arrange(places.vectors, earlier, keep=not anew, progress=progress)
    return drawn_of(places, where, version, 0 if anew else changed)


def _places_before(places: Places, before: Drawn | None) -> Doubles:
    """Where each point was: by its place in its note, else by what it says, else NaN, (points, 2)."""
    found = np.full((len(places.places), 2), np.nan)
    if before is None:
        return found
    points = before.row["points"]
    where = list(zip(points["x"], points["y"], strict=True))
    by_key = dict(zip(before.row["keys"], where, strict=True))
    by_text = dict(zip(before.row["texts"], where, strict=True))
    for number, place in enumerate(places.places):
        was = by_key.get(place.key) or by_text.get(place.text)
        if was is not None:
            found[number] = was
    return found


def _rewritten(places: Places, before: Drawn | None) -> int:
    if before is None:
        return 0
    was = dict(zip(before.row["keys"], before.row["texts"], strict=True))
    return sum(was.get(place.key, place.text) != place.text for place in places.places)


def serve() -> None:
    """Does what standard input says."""
    os.nice(10)
    order = json.loads(sys.stdin.readline())
    shown = -1

    def say(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total
        if percent != shown:
            shown = percent
            sys.stdout.write(f"{done} {total}\n")
            sys.stdout.flush()

    before = read_drawn(order["before"]) if order["before"] else None
    drawn = draw(Path(order["catalog"]), order["build"], before, say)
    sys.stdout.write(json.dumps(drawn.row) + "\n")
