"""What a heading names: a thing of its own (`S3 버킷`), or an aspect many things have (`특징`)."""

import re

from index.opened import Index
from index.reading.names import spellings
from index.text import squeeze

_JOINTS = re.compile(r"(?:\s|[,/·&]|와|과|이?랑|및|and)*")
_COMPARING_WORDS = ("차이", "비교", "vs", "differ", "compar")


def is_property(index: Index, title: str) -> bool:
    """Whether a heading names an aspect of things: several notes have it, no glossary entry does.

    `EC2 (Amazon EC2)` is a thing in however many notes: the glossary knows one of its names.
    """
    places = index.places.get(squeeze(title), [])
    return len({place.note for place in places}) > 1 and not _is_known(index, title)


def is_thing(index: Index, title: str) -> bool:
    """Whether a heading names a thing: it has several spellings, or the glossary knows it."""
    if is_property(index, title):
        return False
    return len(spellings(title)) > 1 or _is_known(index, title)


def _is_known(index: Index, title: str) -> bool:
    return any(squeeze(name) in index.reader.entries for name in spellings(title))


def names_several(index: Index, title: str) -> bool:
    """Whether a heading is nothing but names of things side by side: `빈스톡과 ECS`."""
    found = index.reader.names(title, index.reader.entries)
    rest, reached = "", 0
    for match in found:
        rest += title[reached : match.start] + " "
        reached = match.end
    return len(found) > 1 and _JOINTS.fullmatch(rest + title[reached:]) is not None


def is_comparison(title: str) -> bool:
    """Whether a section compares things, by its title."""
    return any(word in title.casefold() for word in _COMPARING_WORDS)


def thing_keys(index: Index, title: str) -> set[str]:
    """Returns the keys of every spelling of the thing that a heading names."""
    own = {squeeze(name) for name in spellings(title)} | {squeeze(title)}
    entries = index.reader.entries
    owners = {entries[key] for key in own if key in entries}
    if names_several(index, title):
        owners |= {match.value for match in index.reader.names(title, entries)}
    return own | {key for key, owner in entries.items() if owner in owners}
