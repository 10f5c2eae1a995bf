"""Every name the notes give and the places it stands for: what a question's words are held against.

    catalog --take--> Gazetteer     라이트세일 -> [Lightsail.md, section 0, ...]; also spelled lightsail

After an edit only the names of the notes that came and went are read and put in place; a vault of
10,000 notes has a hundred thousand.
"""

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.storage.rows import NamedPlace

if TYPE_CHECKING:
    from index.catalog import Catalog

_FEW = 20
"""One place in so many is put in by itself; more are sorted with the others."""

_Spellings = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The names of one state of the catalog. It never changes.

    Attributes:
        places: Where each name stands, by key, ordered by note, section, block and label.
        spellings: The keys that a heading such as `라이트세일 (Lightsail)` joins, by each of them.
        note_of: The note that the names of a catalog's note stand for (a companion's: the Korean one),
            by the catalog's id.
        given: What each catalog's note gives, by the note they stand for and the catalog's id.
        joined: The spellings that one note joins, by its path.
        largest_note: The largest note id that was read.
    """

    places: Mapping[str, list[NamedPlace]] = field(default_factory=dict[str, list[NamedPlace]])
    spellings: _Spellings = field(default_factory=dict[str, frozenset[str]])
    note_of: Mapping[int, str] = field(default_factory=dict[int, str])
    given: Mapping[str, Mapping[int, list[NamedPlace]]] = field(
        default_factory=dict[str, Mapping[int, list[NamedPlace]]]
    )
    joined: Mapping[str, _Spellings] = field(default_factory=dict[str, _Spellings])
    largest_note: int = 0


def take_names(catalog: "Catalog", before: Gazetteer | None = None) -> Gazetteer:
    """Reads the names; of a catalog that grew out of `before` only those of notes that came and went.

    Args:
        catalog: The catalog, inside `reading()`.
        before: An earlier state of the same file.
    """
    before = before or Gazetteer()
    ids = catalog.note_ids().tolist()
    note_of, given, touched = _merged(catalog, before, set(ids))
    was = {p.key for path in touched for places in before.given.get(path, {}).values() for p in places}
    found: dict[str, list[NamedPlace]] = {}
    for place in (p for path in touched for places in given.get(path, {}).values() for p in places):
        found.setdefault(place.key, []).append(place)
    places, joined, spellings = dict(before.places), dict(before.joined), dict(before.spellings)
    for path in touched:
        joined[path] = _joined(p for found in given.get(path, {}).values() for p in found)
    for key in was | found.keys():
        kept = [place for place in places.pop(key, ()) if place.note not in touched]
        if stand := _put_in(kept, found.get(key, [])):
            places[key] = stand
    # A heading that most notes have stands in thousands of them: they are gone through only if need be.
    for key in {key for path in touched for own in (before.joined, joined) for key in own.get(path, ())}:
        spellings.pop(key, None)
        notes = {place.note for place in places.get(key, ())}
        if also := frozenset[str]().union(*(joined[note].get(key, ()) for note in notes)):
            spellings[key] = also
    return Gazetteer(places, spellings, note_of, given, joined, max([before.largest_note, *ids[-1:]]))


def _merged(
    catalog: "Catalog", before: Gazetteer, present: set[int]
) -> tuple[dict[int, str], dict[str, Mapping[int, list[NamedPlace]]], set[str]]:
    """Returns `note_of` and `given` as they are now, and the notes that what stands for them changed."""
    note_of = {identity: path for identity, path in before.note_of.items() if identity in present}
    given = dict(before.given)
    touched = {path for identity, path in before.note_of.items() if identity not in present}
    fresh: dict[int, list[NamedPlace]] = {}
    for identity, place in catalog.names_after(before.largest_note):
        fresh.setdefault(identity, []).append(place)
        note_of[identity] = place.note
        touched.add(place.note)
    for path in touched:
        kept = given.pop(path, {})
        given[path] = {identity: places for identity, places in kept.items() if identity in present}
    for identity, places in fresh.items():
        given[places[0].note] = {**given[places[0].note], identity: places}
    return note_of, {path: notes for path, notes in given.items() if notes}, touched


def _joined(places: Iterable[NamedPlace]) -> dict[str, frozenset[str]]:
    """Returns the keys of one source in one place, by each of them, where there are several."""
    groups: dict[tuple[int, int | None, str], set[str]] = {}
    for place in places:
        groups.setdefault((place.section, place.block, place.source), set()).add(place.key)
    found: dict[str, frozenset[str]] = {}
    for keys in groups.values():
        for key in keys if len(keys) > 1 else ():
            found[key] = found.get(key, frozenset()) | keys
    return found


def _put_in(kept: list[NamedPlace], more: list[NamedPlace]) -> list[NamedPlace]:
    """Returns places in order; those kept are, and often many more than those that come."""
    if len(more) > len(kept) // _FEW:
        return sorted([*kept, *more], key=_order)
    for place in more:
        insort(kept, place, key=_order)
    return kept


def _order(place: NamedPlace) -> tuple[str, int, int, str, str, str]:
    block = -1 if place.block is None else place.block
    return place.note, place.section, block, place.label, place.kind, place.source
