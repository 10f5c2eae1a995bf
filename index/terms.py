"""Korean and English text to search terms, the same for notes and questions.

    S3는 버킷에 객체를 담는다  ->  s3  @s3  버킷  @bucket  객체  담-

Hangul is read by Kiwi's morphemes, so particles and endings never hide a word. Latin words and
numbers are kept whole and in parts and are cut where they touch Hangul. Verbs and adjectives are
their stems with a hyphen. A name of the glossary adds a term of its own (`@s3`), which joins every spelling in both languages.
"""

import hashlib
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import snowballstemmer

from index.glossary import Entry
from index.text import has_hangul, normalise, squeeze

if TYPE_CHECKING:
    from kiwipiepy import Kiwi, Token

_Named = TypeVar("_Named")

TERMS_VERSION = 3
"""Raised when the same text gives other terms, so that an older index is read again."""

_LATIN = re.compile(r"[A-Za-z0-9]+(?:[._/+#&'-][A-Za-z0-9]+)*[+#%]*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_UNIT = re.compile(r"(?<![A-Za-z0-9.,])(\d+(?:[.,]\d+)*)\s*(%|[KMGT]i?B|ms|[가-힣])")
_HANGUL_WORD = re.compile(r"[가-힣]{2,}")
_GLUED = re.compile(r"(?<=[가-힣]{2})(?:이란|이랑|으로|에서|란|랑|은|는|이|가|을|를|의|에|도|만|로|와|과)$")
_LONGEST_NAME = 48

_CONTENT_TAGS = ("NNG", "NNP", "XR", "VV", "VA", "SH")
"""Kiwi's tags of words that carry content: nouns, roots, verbs, adjectives, Hanja."""

_KOREAN_STOP = frozenset(
    "하 되 있 없 이 주 보 같 대하 위하 통하 따르 의하 관하 알 알리 가지 말 싶 않 못하 그렇 이렇 어떻 어떠하 "
    "때문 경우 정도 여러 각각 다음 이상 이하 하나 나오 들어가".split()
)
_ENGLISH_STOP = frozenset(
    "a an the of to in on at for from by with and or as is are was were be been being it its this that these "
    "those what which who whom how why when where do does did can could should would will shall may might must "
    "i me my we us our you your they them their he she if then than so not no there here have has had about "
    "into over under between please tell explain describe define mean means get got s t let make made "
    "use used using any some each every all both more most other such only own same too very just also "
    "me".split()
)


@dataclass(frozen=True, slots=True)
class NameMatch(Generic[_Named]):
    """A known name found in a text: where in the normalised text, and what it names."""

    start: int
    end: int
    value: _Named


class TermReader:
    """Reads terms and names off text. Loading Kiwi takes 2 seconds, at the first text."""

    def __init__(self, glossary: tuple[Entry, ...] = ()) -> None:
        self.glossary = glossary
        self.entries: Mapping[str, str] = {
            squeeze(name): entry.id for entry in glossary for name in entry.names
        }
        self._loading = threading.Lock()
        self._loaded: Kiwi | None = None

    @cached_property
    def version(self) -> str:
        """Identity of the reading: the same version gives the same terms for the same text."""
        from importlib.metadata import version

        names = repr(sorted(self.entries.items())).encode()
        kiwi = version("kiwipiepy_model")
        return f"{TERMS_VERSION}-{kiwi}-{hashlib.sha256(names).hexdigest()[:12]}"

    def preload(self) -> None:
        """Loads Kiwi in the background, so that the first text need not wait for it."""
        threading.Thread(target=lambda: self._kiwi, name="kiwi", daemon=True).start()

    @property
    def _kiwi(self) -> "Kiwi":
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> "Kiwi":
        from kiwipiepy import Kiwi

        # Without its dictionary of titles of several words it loads twice as fast, and cuts finer.
        kiwi = Kiwi(num_workers=1, load_multi_dict=False)
        names = (name for entry in self.glossary for name in entry.names)
        words = {word for name in names for word in name.split() if _HANGUL_WORD.fullmatch(word)}
        # A word that Kiwi knows needs no help, and a bonus would cut it out of longer words. All
        # are tried before any is added: Kiwi builds itself anew after an addition, in seconds.
        for word in [w for w in sorted(words) if len(list(kiwi.tokenize(w))) > 1]:
            kiwi.add_user_word(word, cast(Any, "NNP"), 5.0)
        kiwi.tokenize("가")
        return kiwi

    def terms(self, text: str) -> tuple[str, ...]:
        """Returns the terms of a text in reading order, repeated as often as they occur.

        >>> TermReader().terms("EC2를 쓰면 nodeSelector가")
        ('ec2', '쓰-', 'nodeselector', 'node', 'selector')
        """
        return self._remembered(text)

    @cached_property
    def _remembered(self) -> Callable[[str], tuple[str, ...]]:
        """Titles and headings come again with every chunk, and sentences with every question."""

        def read(text: str) -> tuple[str, ...]:
            return tuple(term for _, term in self.placed_terms(text))

        return lru_cache(maxsize=4096)(read)

    def placed_terms(self, text: str) -> list[tuple[int, str]]:
        """Returns the terms with where each begins in `normalise(text)`, in reading order."""
        clean = normalise(text)
        tokens = self._tokenise(clean)
        found = [*_latin_terms(clean), *_hangul_terms(tokens), *_units(clean)]
        found += [(m.start, f"@{m.value}") for m in self._names(clean, tokens, self.entries)]
        return sorted(found, key=lambda pair: pair[0])

    def names(self, text: str, known: Mapping[str, _Named]) -> list[NameMatch[_Named]]:
        """Finds known names in a text, the longest first where they overlap.

        A name stands only at word or morpheme borders: `서울` is not in `서울대`, `S3` not in
        `S3Express`, but both `람다` and `S3` are found with any particle glued on.

        Args:
            text: Any text; offsets are into `normalise(text)`.
            known: From `squeeze(name)` to what it names.
        """
        clean = normalise(text)
        return self._names(clean, self._tokenise(clean), known)

    def _tokenise(self, clean: str) -> list["Token"]:
        return list(cast("list[Token]", self._kiwi.tokenize(clean))) if has_hangul(clean) else []

    def _names(
        self, clean: str, tokens: list["Token"], known: Mapping[str, _Named]
    ) -> list[NameMatch[_Named]]:
        starts, ends = _borders(clean, tokens)
        # Squeezed once, with where each character went: a long text has a million pieces to look up.
        pieces = [_squeezed(ch) for ch in clean]
        squeezed, places = "".join(pieces), [0, *accumulate(map(len, pieces))]
        found: list[NameMatch[_Named]] = []
        reached = 0
        for start in starts:
            if start < reached:
                continue
            for end in (e for e in ends if start < e <= start + _LONGEST_NAME):
                if (value := _known(squeezed[places[start] : places[end]], known)) is not None:
                    found.append(NameMatch(start, end, value))
                    reached = end
                    break
        return found


_squeezed = lru_cache(maxsize=16_384)(squeeze)
"""One character at a time: there are not many different ones."""


def _known(key: str, known: Mapping[str, _Named]) -> _Named | None:
    if not key:
        return None
    value = known.get(key)
    if value is None and key.endswith("s") and key.isascii() and len(key) > 3:
        return known.get(key[:-1])
    return value


def _borders(clean: str, tokens: list["Token"]) -> tuple[list[int], list[int]]:
    """Starts in reading order and ends, the farthest first, at which a name may stand."""
    starts: set[int] = set()
    ends: set[int] = set()
    latin = [match.span() for match in _LATIN.finditer(clean)]
    for match in re.finditer(r"[A-Za-z0-9]+", clean):
        starts.add(match.start())
        ends.add(match.end())
    for token in tokens:
        if token.tag.startswith("S") and not token.tag.startswith(("SL", "SH", "SN")):
            continue
        if not any(first <= token.start < last for first, last in latin) and token.len:
            starts.add(token.start)
            ends.add(token.start + token.len)
            # Kiwi takes a particle into a name it does not know: `콜드브루란`.
            if token.tag.startswith("N") and (particle := _GLUED.search(token.form)):
                ends.add(token.start + token.len - len(particle.group()))
    return sorted(starts), sorted(ends, reverse=True)


def _latin_terms(clean: str) -> Iterator[tuple[int, str]]:
    for match in _LATIN.finditer(clean):
        word = match.group().rstrip("%")
        whole = word.casefold().removesuffix("'s")
        if whole not in _ENGLISH_STOP:
            yield match.start(), stem(whole)
        parts = [part for piece in re.split(r"[._/+#&'-]", word) for part in _parts(piece)]
        if len(parts) > 1:
            for part in parts:
                if len(part) > 1 and part.casefold() not in _ENGLISH_STOP:
                    yield match.start(), stem(part.casefold())


def _parts(piece: str) -> list[str]:
    """Words inside a Latin word: `nodeSelector` is two, `EC2` and `IPv6` stay one."""
    if not re.search(r"[a-z][A-Z]", piece) or len(piece) < 6:
        return [piece] if piece else []
    return _PART.findall(piece)


def stem(word: str) -> str:
    """Returns the stem of an English word; anything else as it is."""
    return _stemmer().stemWord(word) if word.isascii() and word.isalpha() and len(word) > 3 else word


@cache
def _stemmer() -> Any:  # snowballstemmer picks its class at run time
    return snowballstemmer.stemmer("english")


def _hangul_terms(tokens: list["Token"]) -> Iterator[tuple[int, str]]:
    for token in tokens:
        tag = token.tag.split("-")[0]
        if tag in _CONTENT_TAGS and token.form not in _KOREAN_STOP and not token.form.isascii():
            yield token.start, token.form + ("-" if tag[0] == "V" else "")


def _units(clean: str) -> Iterator[tuple[int, str]]:
    """A number with its unit is one term: `15분`, `99.9%`, `10gb`."""
    for match in _UNIT.finditer(clean):
        yield match.start(), (match.group(1) + match.group(2)).casefold()
