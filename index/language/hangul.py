"""Korean words to terms: nouns whole and in parts, verbs as stems, particles nowhere.

    보안그룹을     ->  보안  보안그룹  그룹
    비동기성       ->  비동기  동기  비동기성
    엣지컨테이너는  ->  엣지컨테이너  엣지  컨테이너

The last is a word that Kiwi does not know.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from index.language.morphemes import NOUNS, Morpheme, MorphemeReader
from index.language.particles import stems

_CONTENT = (*NOUNS, "XR", "VV", "VA")
"""Kiwi's tags of words that carry content: nouns, roots, verbs, adjectives."""

_STOP = frozenset(
    "하 되 있 없 이 주 보 같 대하 위하 통하 따르 의하 관하 알 알리 가지 말 싶 않 못하 그렇 이렇 어떻 어떠하 "
    "때문 경우 정도 여러 각각 다음 이상 이하 하나 나오 들어가".split()
)
_NO_WORD = frozenset("들 끼리 씩 당 님 째 쯤 짜리 여 경".split())
"""Suffixes that make no other word."""

_LONGEST_COMPOUND = 12
_SHORTEST_SPLIT = 5
"""Shorter words that Kiwi does not know stay whole: `서버리스` is about no server."""

LONGEST_SPLIT = 24
"""Syllables of two words in one: what is longer is no word, and would be read anew for every syllable."""

_LONG = 3
"""Two syllables that end a word are often a known noun by chance: `수화` in `매개변수화`."""


@dataclass(frozen=True, slots=True)
class _Noun:
    """A noun with its affixes.

    Attributes:
        start: First character, of the prefix if there is one.
        end: One past the last, of the suffix if there is one.
        readings: Its terms, the likeliest first.
    """

    start: int
    end: int
    readings: tuple[str, ...]


def hangul_terms(
    text: str, morphemes: Sequence[Morpheme], reader: MorphemeReader, words: Set[str] = frozenset()
) -> Iterator[tuple[int, str]]:
    """Yields the terms of a text's Korean words with where they begin.

    The terms at one beginning are readings of one word, the likeliest first. A compound is added
    after the first of its parts.

    Args:
        text: A normalised text.
        morphemes: Its morphemes.
        reader: What they were read with.
        words: Nouns beyond those that Kiwi knows.
    """
    for run in _runs(morphemes):
        if run[0].tag in (*NOUNS, "XPN"):
            yield from _compound(text, run, reader, words)
        elif run[0].form not in _STOP:
            yield run[0].start, run[0].form + ("-" if run[0].tag[0] == "V" else "")


def seams(morphemes: Sequence[Morpheme], reader: MorphemeReader, words: Set[str] = frozenset()) -> set[int]:
    """Returns where two words meet inside what Kiwi took for one that it does not know.

    Args:
        morphemes: The morphemes of a text.
        reader: What they were read with.
        words: Nouns beyond those that Kiwi knows.
    """
    unknown = (m for m in morphemes if not m.known and m.tag in NOUNS)
    splits = ((m.start, _split(m.form, reader, words)) for m in unknown)
    return {start + len(parts[0]) for start, parts in splits if parts}


def _runs(morphemes: Sequence[Morpheme]) -> Iterator[list[Morpheme]]:
    """Groups nouns that touch, with their affixes; other content words are alone."""
    run: list[Morpheme] = []
    for morpheme in morphemes:
        tag = morpheme.tag if "가" <= morpheme.form[:1] <= "힣" else ""  # Kiwi knows `S3` as a noun
        touches = bool(run) and run[-1].end == morpheme.start
        if tag in NOUNS or tag == "XPN" or (tag == "XSN" and touches and morpheme.form not in _NO_WORD):
            if run and not touches:
                yield run
                run = []
            run.append(morpheme)
            continue
        if run:
            yield run
            run = []
        if tag in _CONTENT:
            yield [morpheme]
    if run:
        yield run


def _compound(
    text: str, run: list[Morpheme], reader: MorphemeReader, words: Set[str]
) -> Iterator[tuple[int, str]]:
    nouns = _nouns(run, reader, words)
    for noun in nouns:
        for term in dict.fromkeys(noun.readings):
            if term not in _STOP:
                yield noun.start, term.casefold()
    if len(nouns) > 1:
        start, end = nouns[0].start, nouns[-1].end
        if end - start <= _LONGEST_COMPOUND:
            yield start, text[start:end].casefold()


def _nouns(run: list[Morpheme], reader: MorphemeReader, words: Set[str]) -> list[_Noun]:
    found: list[_Noun] = []
    for i, morpheme in enumerate(run):
        if morpheme.tag not in NOUNS:
            continue
        before = run[i - 1] if i and run[i - 1].tag == "XPN" else None
        after = run[i + 1] if i + 1 < len(run) and run[i + 1].tag == "XSN" else None
        last = i + 1 == len(run)
        bare = _readings(morpheme, reader, last, words) if not morpheme.known else (morpheme.form,)
        readings = ((before.form + morpheme.form, *bare)) if before else bare
        if after:
            readings = (*readings, (before.form if before else "") + morpheme.form + after.form)
        start = before.start if before else morpheme.start
        found.append(_Noun(start, after.end if after else morpheme.end, readings))
    return found


def _readings(morpheme: Morpheme, reader: MorphemeReader, last: bool, words: Set[str]) -> tuple[str, ...]:
    """The terms of a noun that Kiwi guesses: it may have taken in a particle, or be two words."""
    whole = morpheme.form
    candidates = stems(whole) if last else ()
    for stem, _ in candidates:
        if _cost(stem, reader, words) is not None:
            return (stem,)
    sure = [stem for stem, is_sure in candidates if is_sure]
    found = (*sure, whole, *(stem for stem, is_sure in candidates if not is_sure))
    return (*found, *_split(found[0], reader, words))


def _split(word: str, reader: MorphemeReader, words: Set[str]) -> tuple[str, ...]:
    """The two words of a compound: two known ones, or a long known one and a rest; the likeliest cut."""
    best: tuple[tuple[bool, int, float], tuple[str, str]] | None = None
    for cut in range(2, len(word) - 1) if _SHORTEST_SPLIT <= len(word) <= LONGEST_SPLIT else ():
        parts = word[:cut], word[cut:]
        costs = [_cost(part, reader, words) for part in parts]
        known = [len(part) for part, cost in zip(parts, costs, strict=True) if cost is not None]
        rest = known and len(parts[1]) >= _LONG and (known[0] >= _LONG or reader.noun(parts[1]))
        if len(known) == 2 or rest:
            rank = (len(known) == 2, max(known), -sum(cost or 0.0 for cost in costs))
            if best is None or rank > best[0]:
                best = rank, parts
    return best[1] if best else ()


def _cost(word: str, reader: MorphemeReader, words: Set[str]) -> float | None:
    """How unlikely a noun is; None for an unknown one."""
    if word in words:
        return 0.0
    noun = reader.noun(word)
    return noun.cost if noun and noun.known else None
