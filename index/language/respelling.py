"""The unknown words of a question, each with the words of the notes it may be meant for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.language.hangul import LONGEST_SPLIT
from index.language.jamo import is_hangul
from index.language.keyboard import typed_in_english
from index.language.latin import LATIN, latin_terms
from index.language.mentions import Line
from index.language.morphemes import NOUNS, Morpheme
from index.language.particles import stems
from index.language.spelling import Near, Speller
from index.terms import TermReader
from index.text import normalise, squeeze

SURE_WORD_CLOSENESS = 0.9
"""A word that Kiwi knows is spelled as it was meant, unless it sounds the same as one of the notes."""

_AFTER_NOUN = ("J", "E", "VC", "XSV", "XSA")
"""Tags of particles, endings and suffixes that make a verb: the noun ends before them."""

_SHORTEST_PART = 3


@dataclass(frozen=True, slots=True)
class Respelling:
    """An unknown word of a question.

    Attributes:
        start: First character in the normalised question.
        end: One past the last; particles are left out.
        written: The word.
        near: What it may be meant for, the nearest first; at least one.
    """

    start: int
    end: int
    written: str
    near: tuple[Near, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """Nouns that touch, or what Kiwi made of a noun it does not know."""

    start: int
    end: int
    morphemes: tuple[Morpheme, ...]


def respellings(reader: TermReader, speller: Speller, text: str) -> tuple[Respelling, ...]:
    """Returns the unknown words of a question for which there is a near one, in reading order.

    Args:
        reader: The reader of the index.
        speller: The words of the index.
        text: The question.
    """
    line = reader.line(normalise(text))
    named = [(m.start, m.end) for m in reader.names(line.text, speller.names)]
    found = [*_latin(line, speller), *_korean(line, speller)]
    outside = (r for r in found if not any(start <= r.start and r.end <= end for start, end in named))
    return tuple(sorted(outside, key=lambda respelling: respelling.start))


def _latin(line: Line, speller: Speller) -> Iterator[Respelling]:
    for match in LATIN.finditer(line.text):
        terms = [term for _, term in latin_terms(match.group())]
        if terms and not speller.knows(terms[0]):
            near = _typed_in_english(match.group(), speller) or speller.near(squeeze(match.group()))
            if near:
                yield Respelling(match.start(), match.end(), match.group(), near)


def _typed_in_english(word: str, speller: Speller) -> tuple[Near, ...]:
    """The word of the notes that a Korean keyboard would have written, its particle left out."""
    typed = typed_in_english(word)
    if typed is None:
        return ()
    forms = (typed, *(stem for stem, _ in stems(typed)))
    return tuple(Near(form, 1.0, form in speller.names) for form in forms if speller.knows(form))[:1]


def _korean(line: Line, speller: Speller) -> Iterator[Respelling]:
    words = list(_words(line))
    for i, word in enumerate(words):
        if not _unknown(line, word, speller):
            continue
        spans = [(word.start, word.end)]
        # A name may be written apart where the notes write it together.
        if i and words[i - 1].end + 1 == word.start:
            spans.append((words[i - 1].start, word.end))
        if i + 1 < len(words) and word.end + 1 == words[i + 1].start:
            spans.append((word.start, words[i + 1].end))
        least = SURE_WORD_CLOSENESS if _sure(word) else 0.0
        tries = [Respelling(a, b, line.text[a:b], _near(line.text[a:b], speller, least)) for a, b in spans]
        tries += _parts(line, word, speller)
        best = max(tries, key=lambda tried: tried.near[0].closeness if tried.near else 0.0)
        if best.near:
            yield best


def _parts(line: Line, word: _Word, speller: Speller) -> Iterator[Respelling]:
    """Takes a long word for a compound of a word of the notes and one that is spelled wrongly."""
    if word.end - word.start > LONGEST_SPLIT:
        return
    for cut in range(word.start + 2, word.end - _SHORTEST_PART + 1):
        head, tail = line.text[word.start : cut], line.text[cut : word.end]
        if speller.knows(head) and not speller.knows(tail):
            yield Respelling(cut, word.end, tail, _near(tail, speller, 0.0))


def _near(written: str, speller: Speller, least: float) -> tuple[Near, ...]:
    word = squeeze(written)
    if not is_hangul(word):
        return ()
    forms = (word, *(stem for stem, _ in stems(word)))
    found = (near for form in forms for near in speller.near(form) if near.closeness >= least)
    best: dict[str, Near] = {}
    for near in sorted(found, key=lambda near: -near.closeness):
        best.setdefault(near.term, near)
    return tuple(best.values())[:3]


def _words(line: Line) -> Iterator[_Word]:
    """The words of a line that stand where nouns stand."""
    run: list[Morpheme] = []
    for morpheme in line.morphemes:
        if run and run[-1].end != morpheme.start:
            yield from _word(run)
            run = []
        run.append(morpheme)
    yield from _word(run)


def _word(run: Sequence[Morpheme]) -> Iterator[_Word]:
    """Cuts the particles off what stands between two spaces; nothing if no noun is left."""
    part: list[Morpheme] = []
    for morpheme in run:
        if morpheme.tag.startswith(_AFTER_NOUN) and part and any(m.tag in NOUNS for m in part):
            break
        if is_hangul(morpheme.form):
            part.append(morpheme)
    if any(m.tag in NOUNS for m in part):
        yield _Word(part[0].start, part[-1].end, tuple(part))


def _sure(word: _Word) -> bool:
    """Says whether Kiwi knows a word; single syllables are scraps of one that it doesn't."""
    return all(m.known and m.tag in NOUNS and len(m.form) > 1 for m in word.morphemes)


def _unknown(line: Line, word: _Word, speller: Speller) -> bool:
    """Says whether a word is none of the notes' and no compound of theirs."""
    if word.end - word.start < 2 or speller.knows(squeeze(line.text[word.start : word.end])):
        return False
    return not all(
        m.tag in NOUNS and len(m.form) > 1 and speller.knows(m.form.casefold()) for m in word.morphemes
    )
