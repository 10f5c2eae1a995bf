"""Questions for a number (`몇 분까지 실행돼?`): which sentences answer them."""

import re

from assistant.evidence import coverage
from assistant.inquiry import Inquiry
from assistant.pieces import Piece, bilingual_text, english, heading_path
from assistant.question import NumberKind
from index.reading.names import spellings
from index.terms import TermReader, stem
from index.text import normalise, squeeze

_NO_LIMIT = r"무제한|제한이? 없|한도가? 없|unlimited|no limit"
_TIME_UNITS = (
    r"(?:밀리초|초|분|시간|일|주|개월|달|년|ms|seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
)
_MAGNITUDE = r"[십백천만억조]*"
"""`3만 원`, `5천 개`."""
_WORDS = "one|single|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_COUNTERS = "개대곳벌군"
"""First letters of what counts any things (`벌`, `군데`): a note may count them with another one."""

_NUMBERS: dict[NumberKind, re.Pattern[str]] = {
    "year": re.compile(r"(?:19|20)\d\d"),
    "share": re.compile(r"\d\s*(?:%|퍼센트|프로(?!그|토|젝|비|세)|percent)", re.IGNORECASE),
    "time": re.compile(rf"\d\s*-?{_TIME_UNITS}|즉시|바로|immediately", re.IGNORECASE),
    "size": re.compile(rf"\d\s*(?:[KMGTP]i?B|바이트|bytes?)|{_NO_LIMIT}", re.IGNORECASE),
    "money": re.compile(
        rf"\d[\d,.]*\s*{_MAGNITUDE}\s*(?:원|달러|USD|dollars?|cents?)|[$₩]\s*\d|무료|공짜|free\b",
        re.IGNORECASE,
    ),
    "count": re.compile(rf"\d|[한두세네]\s?(?:개|대|번|곳|가지)|{_NO_LIMIT}|\b(?:{_WORDS})\b", re.IGNORECASE),
}
"""What a sentence must hold to answer a question for a number of each kind."""

_COUNTER = re.compile(r"몇 ?([가-힣])")
_COUNTED = re.compile(r"\bhow many (\w+)", re.IGNORECASE)
_DIGIT_NAMES = re.compile(r"[A-Za-z]+[A-Za-z-]*\d+\w*")

_NUMBER_COVERAGE = 0.6
"""A number answers only if its sentence, with its headings, covers this share of what is asked."""


def gives_number(inquiry: Inquiry, piece: Piece) -> bool:
    """Whether a sentence has a number of the kind asked for, and is about the thing asked about."""
    translated = english(inquiry.index, piece) is not None
    said = bilingual_text(inquiry.index, piece)
    if not _pattern(inquiry, translated).search(_without_names(said, inquiry.index.reader)):
        return False
    if not _tells_things(inquiry, piece, said):
        return False
    # An English question's words can't be looked for in a Korean sentence.
    if inquiry.question.language == "en" and not translated:
        return True
    terms = _near_terms(inquiry, piece, said) | inquiry.terms(heading_path(piece.note, piece.section))
    return coverage(inquiry.units, terms) >= _NUMBER_COVERAGE


def _tells_things(inquiry: Inquiry, piece: Piece, said: str) -> bool:
    """Whether a sentence, its headings or its whole note name every thing asked about."""
    headings = piece.note.sections[piece.section].headings
    top = spellings(headings[0])[:2] if headings else []
    whole = {squeeze(name) for name in (piece.note.title, *top)}
    terms = _near_terms(inquiry, piece, said)
    things = [(u, inquiry.retrieval.things[u.thing]) for u in inquiry.units if u.thing is not None]
    return all(unit.covered_by(terms) or whole & thing.keys for unit, thing in things)


def _near_terms(inquiry: Inquiry, piece: Piece, said: str) -> frozenset[str]:
    """Terms of a sentence and the headings right above it: a top heading may name several things."""
    headings = piece.note.sections[piece.section].headings
    return inquiry.terms(f"{said} {' > '.join(headings[1:] or headings)}")


def _pattern(inquiry: Inquiry, translated: bool) -> re.Pattern[str]:
    """What a sentence must hold: a number of the kind asked for, of the very things counted."""
    question = inquiry.question
    number = question.number or "count"
    if number == "count" and (match := _COUNTER.search(question.text)):
        things = match[1] in _COUNTERS
        counter = f"[{_COUNTERS}]" if things else match[1]
        others = f"|{_NO_LIMIT}" if things else ""
        return re.compile(rf"(?:\d\s*{_MAGNITUDE}\s*|[한두세네]\s?){counter}{others}")
    if number == "count" and translated and (match := _COUNTED.search(question.text)):
        counted = re.escape(stem(match[1].casefold())[:6])
        return re.compile(rf"(?:\d|\b(?:{_WORDS}))\s+(?:[\w-]+\s+){{0,2}}{counted}", re.IGNORECASE)
    return _NUMBERS[number]


def _without_names(text: str, reader: TermReader) -> str:
    """Blanks out known names, whose digits (`Route 53`, `EC2`) answer no question for a number."""
    clean = normalise(text)
    for match in reversed(reader.names(clean, reader.entries)):
        clean = clean[: match.start] + " " + clean[match.end :]
    return _DIGIT_NAMES.sub(" ", clean)
