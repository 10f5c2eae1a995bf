"""Korean text to morphemes: the only door to Kiwi.

    람다들은 빠르다  ->  람다/NNG  들/XSN  은/JX  빠르/VA  다/EF

The same text has the same morphemes always: nothing is added to Kiwi's dictionary.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, cast

from index.text import has_hangul

if TYPE_CHECKING:
    from kiwipiepy import Kiwi, Token

_LATIN = re.compile("[A-Za-z0-9]")
_HANGUL = re.compile("[가-힣]+")

NOUNS = ("NNG", "NNP")
"""Kiwi's tags of common and proper nouns."""

_REMEMBERED_LINES = 512
_REMEMBERED_NOUNS = 32_768


@dataclass(frozen=True, slots=True)
class Morpheme:
    """A morpheme and where it stands.

    Attributes:
        form: Its dictionary form: `돕` for `도와`.
        tag: Kiwi's part of speech, without the mark of irregular verbs.
        start: First character in the text.
        end: One past the last; an ending that is fused with its stem overlaps it.
        known: Whether Kiwi's dictionary has it; what it hasn't, Kiwi guesses.
        cost: How unlikely it is where it stands; lower is likelier.
    """

    form: str
    tag: str
    start: int
    end: int
    known: bool
    cost: float


class MorphemeReader:
    """Reads morphemes off text. Loading Kiwi takes 2 seconds and 330 MB, at the first Korean text."""

    def __init__(self, shared: "MorphemeReader | None" = None) -> None:
        self._shared = shared
        self._loading = threading.Lock()
        self._loaded: Kiwi | None = None

    @property
    def version(self) -> str:
        """The version of Kiwi's model: with another one the same text may have other morphemes."""
        return version("kiwipiepy_model")

    def fresh(self) -> "MorphemeReader":
        """Returns a reader that remembers no text yet, with the same Kiwi."""
        return MorphemeReader(self)

    def preload(self) -> None:
        """Loads Kiwi in the background, so that the first text need not wait for it."""
        threading.Thread(target=self._kiwi, name="kiwi", daemon=True).start()

    def read(self, text: str) -> tuple[Morpheme, ...]:
        """Returns the morphemes of a normalised text; none where it holds no Hangul."""
        return self._read(text) if has_hangul(text) else ()

    def noun(self, word: str) -> Morpheme | None:
        """Returns what a word is if it is one noun by itself, known or guessed."""
        return self._noun(word)

    @cached_property
    def _read(self) -> Callable[[str], tuple[Morpheme, ...]]:
        # Headings come again with every passage under them, lines with every edit of their note.
        return lru_cache(maxsize=_REMEMBERED_LINES)(self._analyse)

    @cached_property
    def _noun(self) -> Callable[[str], Morpheme | None]:
        def noun(word: str) -> Morpheme | None:
            found = self._analyse(word)
            return found[0] if len(found) == 1 and found[0].tag in NOUNS else None

        return lru_cache(maxsize=_REMEMBERED_NOUNS)(noun)

    def _analyse(self, text: str) -> tuple[Morpheme, ...]:
        from kiwipiepy.const import Match

        # A hashtag is words like any other: `#네트워크`.
        options = Match.ALL ^ Match.HASHTAG
        tokens = cast("list[Token]", self._kiwi().tokenize(text, match_options=options))
        found = (
            Morpheme(t.form, t.tag.partition("-")[0], t.start, t.start + t.len, not t.oov, -t.score)
            for t in tokens
        )
        return tuple(part for morpheme in found for part in _by_script(morpheme))

    def _kiwi(self) -> "Kiwi":
        if self._shared is not None:
            return self._shared._kiwi()
        with self._loading:
            if self._loaded is None:
                self._loaded = _load()
            return self._loaded


def _by_script(morpheme: Morpheme) -> tuple[Morpheme, ...]:
    """The Korean parts of a noun that Kiwi guesses over scripts: `파르코스DB인스턴스` is three words."""
    form = morpheme.form
    if morpheme.known or len(form) != morpheme.end - morpheme.start or not _LATIN.search(form):
        return (morpheme,)
    return tuple(
        replace(morpheme, form=m.group(), start=morpheme.start + m.start(), end=morpheme.start + m.end())
        for m in _HANGUL.finditer(form)
    )


def _load() -> "Kiwi":
    from kiwipiepy import Kiwi

    # Without its dictionary of titles of several words it takes half the time and 180 MB less to
    # load, and cuts finer. No words are added: Kiwi would build itself anew after it, in seconds.
    kiwi = Kiwi(num_workers=1, load_multi_dict=False)
    kiwi.tokenize("가")
    return kiwi
