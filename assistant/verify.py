"""Do the notes say this sentence? Each sentence is held against single sentences of the notes.

    sentence -> reading.py: words, numbers, denials, clauses        (korean.py, english.py, quantities.py)
    notes    -> sources.py: their sentences; context.py: what the headings add; windows.py: their clauses
             -> proving.py, agreement.py: does a clause of the one agree with a clause of the other?
    quotes   -> quoted.py, quotes.py: character for character

Markers that a writer put down are hints: what proves a sentence is found, never believed. Pure functions.
"""

from collections.abc import Collection, Sequence

from assistant.answers import Verdict
from assistant.verifying.likeness import Reason
from assistant.verifying.places import Place, copies, is_led, nearest_places, places_in
from assistant.verifying.proving import Verification, proved, proved_across
from assistant.verifying.quoted import quoted
from assistant.verifying.quotes import quotations
from assistant.verifying.reading import read
from assistant.verifying.sources import Source
from index.notes import Note
from index.reading.markup import plain_text
from index.terms import TermReader
from index.text import has_hangul, normalise, squeeze

__all__ = ["Reason", "Source", "Verification", "verdict", "verify"]


def verify(
    sentence: str,
    sources: Sequence[Source],
    reader: TermReader,
    *,
    marked: Collection[int] = (),
) -> Verification:
    """Returns whether sentences of the notes say a sentence, and which.

    Args:
        sentence: As written, without markers; it may hold quotations.
        sources: The sentences of the passages that the writer was given.
        reader: The index's reader of terms, which knows the names.
        marked: Numbers of the passages that the writer's markers name; a hint.
    """
    said = squeeze(sentence)
    if not said:
        return Verification("unverified", (), "no_source")
    ordered = sorted(sources, key=lambda source: source.passage not in marked)
    if quotes := quotations(sentence):
        return quoted(sentence, quotes, ordered, reader, marked)
    sentence = normalise(sentence)
    places = list(places_in(ordered, has_hangul(sentence)))
    for place in places:
        if copies(sentence, place.text) or is_led(sentence, place):
            return Verification("supported", (place.source,))
    places = nearest_places(said, places)
    claim = read(sentence, reader)
    found = proved(claim, places, reader)
    if found.verdict == "supported" or has_hangul(sentence):
        return found
    foreign = [Place(s, s.text, s.headings) for s in ordered if s.english is None and has_hangul(s.text)]
    crossed = proved_across(claim, foreign, reader) if foreign else None
    return crossed or found


def verdict(sentence: str, note: Note, start: int, end: int, english: str | None = None) -> Verdict:
    """Returns whether characters `start` to `end` of a note say a sentence, word for word.

    This is the check of what was copied: nothing but the spelling may differ.

    Args:
        sentence: The sentence as shown, without a lead and markers.
        note: The cited note.
        start: First cited character.
        end: One past the last.
        english: What the companion says of the same place, where the sentence is English.
    """
    if not squeeze(sentence):
        return "unverified"
    if english is not None:
        return "supported" if copies(sentence, english) else "unverified"
    if copies(sentence, plain_text(note.text[start:end])) or any(
        s.start == start and s.end == end and copies(sentence, s.text)
        for b in note.blocks
        for s in b.sentences
    ):
        return "supported"
    return "unverified"
