"""Does the cited place say this sentence? Pure functions.

The embedded answerer copies, so its check is exact: the sentence must be what the cited characters
of the note say, or what the companion says of the same block.
"""

from assistant.answers import Verdict
from index.notes import Note
from index.reading.markup import plain_text
from index.text import squeeze


def verdict(sentence: str, note: Note, start: int, end: int, english: str | None = None) -> Verdict:
    """Returns whether characters `start` to `end` of a note say a sentence.

    Args:
        sentence: The sentence as shown, without a lead and markers.
        note: The cited note.
        start: First cited character.
        end: One past the last.
        english: What the companion says of the same place, where the sentence is English.
    """
    said = squeeze(sentence)
    if not said:
        return "unverified"
    if english is not None:
        return "supported" if said == squeeze(english) else "unverified"
    quoted = squeeze(plain_text(note.text[start:end]))
    if said == quoted or any(
        s.start == start and s.end == end and squeeze(s.text) == said
        for b in note.blocks
        for s in b.sentences
    ):
        return "supported"
    return "unverified"
