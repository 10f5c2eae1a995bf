"""What a heading names: a thing of its own (`S3 버킷`), or an aspect many things have (`특징`)."""

from index.opened import Index
from index.reading.names import spellings
from index.text import squeeze

_COMPARING_WORDS = ("차이", "비교", "vs", "differ", "compar")


def is_property(index: Index, title: str) -> bool:
    """Whether a heading names an aspect of things: several notes have it, no glossary entry does."""
    places = index.places.get(squeeze(title), [])
    return len({place.note for place in places}) > 1 and squeeze(title) not in index.reader.entries


def is_thing(index: Index, title: str) -> bool:
    """Whether a heading names a thing: it has several spellings, or the glossary knows it."""
    if is_property(index, title):
        return False
    return len(spellings(title)) > 1 or squeeze(title) in index.reader.entries


def is_comparison(title: str) -> bool:
    """Whether a section compares things, by its title."""
    return any(word in title.casefold() for word in _COMPARING_WORDS)


def thing_keys(index: Index, title: str) -> set[str]:
    """Returns the keys of every spelling of the thing that a heading names."""
    own = {squeeze(name) for name in spellings(title)} | {squeeze(title)}
    entries = index.reader.entries
    owners = {entries[key] for key in own if key in entries}
    return own | {key for key, owner in entries.items() if owner in owners}
