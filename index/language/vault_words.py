"""The words a vault gives itself, `쿠로엣지`, `파르코스DB`: which are in force, and whom a new one concerns.

A one-word title, heading or alias is read as one word wherever it stands. So when one comes or goes, the
notes that hold it are read again, and no others.
"""

import re
from collections.abc import Iterable, Iterator, Set
from operator import add

from index.catalog import Catalog
from index.reading.names import Name, vault_words
from index.syncing.readers import Reading

_MARKS = re.compile(r"[\W_]+")
_HANGUL = re.compile("[가-힣]")

_ENDINGS = ("", "는", "이란", "에서", "로", "들의")

_FEW = 20
"""For so many words SQLite itself picks out the rows that may hold one; for more, all are looked at."""


def note_words(names: Iterable[Name], reading: Reading) -> frozenset[str]:
    """Returns the words that a note's names add to what is read without them."""
    return frozenset(word for word in vault_words(names) if not _is_known(word, reading))


def _is_known(word: str, reading: Reading) -> bool:
    """Says whether a word is read whole anyway, whatever is glued on: most headings (`요금`) are."""
    known = reading.known_words
    if word not in known:
        known[word] = all(word in reading.plain.terms(word + ending) for ending in _ENDINGS)
    return known[word]


def notes_holding(catalog: Catalog, words: Set[str]) -> set[str]:
    """Returns the paths of indexed notes that may hold one of these words, however it is spaced.

    Args:
        catalog: The catalog.
        words: Squeezed words.
    """
    if not words:
        return set()
    by_opening: dict[str, list[str]] = {}
    for word in words:
        by_opening.setdefault(word[:2], []).append(word)
    openings = by_opening.keys()
    found: set[str] = set()
    for path, text in _texts(catalog, words):
        if path not in found:
            squeezed = _MARKS.sub("", text.casefold())
            met = openings & set(map(add, squeezed, squeezed[1:]))
            if any(word in squeezed for opening in met for word in by_opening[opening]):
                found.add(path)
    return found


def _texts(catalog: Catalog, words: Set[str]) -> Iterator[tuple[str, str]]:
    if len(words) > _FEW:
        yield from catalog.spoken_texts(())
        return
    for word in words:
        yield from catalog.spoken_texts(_HANGUL.findall(word))
