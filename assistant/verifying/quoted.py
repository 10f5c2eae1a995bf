"""A sentence with quotations: each stands in a note, in the one named, and the rest is true as well."""

from collections.abc import Collection, Sequence

from assistant.verifying.lexicon import LIGHT
from assistant.verifying.proving import Verification
from assistant.verifying.quotes import Quotation, holders, misplaced, without
from assistant.verifying.reading import read
from assistant.verifying.sources import Source
from index.terms import TermReader

_REPORTING = frozenset(
    "노트 메모 필기 적- 적히- 쓰- 쓰이- 나오- 말하- 설명 따르- 의하- 있- 문장 내용 기록 언급 서술 note say state accord "
    "write written read mention explain describ quot put".split()
)


def quoted(
    sentence: str,
    quotes: Sequence[Quotation],
    sources: Sequence[Source],
    reader: TermReader,
    marked: Collection[int],
) -> Verification:
    """A sentence with quotations: each stands in a note, in the one named; the rest must be true as well."""
    frame = without(sentence, quotes)
    proof: list[Source] = []
    for quote in quotes:
        found = holders(quote, sources)
        if not found:
            return Verification("unverified", (), "quote")
        if reason := misplaced(frame, found, sources, marked):
            return Verification("unverified", (), reason)
        proof.append(found[0])
    return _framed(frame, proof, sources, reader, marked)


def _framed(
    frame: str,
    proof: Sequence[Source],
    sources: Sequence[Source],
    reader: TermReader,
    marked: Collection[int],
) -> Verification:
    reading = read(frame, reader)
    words = [w for s in reading.statements for w in s.words]
    if any(w.negated for w in words) or any(s.denied for s in reading.statements):
        return Verification("unverified", (), "negation")
    said = [w for w in words if not all(way <= (_REPORTING | LIGHT) for way in w.ways)]
    pool = {key for s in proof for text in (s.text, s.english or "", s.title, *s.headings, *s.english_headings)
            for key in read(text, reader).pool if text}  # fmt: skip
    if all(any(way <= pool for way in w.ways) for w in said):
        return Verification("supported", tuple(dict.fromkeys(proof)))
    named = any(w.kind == "name" and not any(way <= pool for way in w.ways) for w in said)
    return Verification("unverified", (), "attribution" if named else "words")
