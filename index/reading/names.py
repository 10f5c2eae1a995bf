"""What a note gives a name to: its title, headings, callouts and `name : definition` lines.

    ### 라이트세일 (Lightsail)                    라이트세일, Lightsail
    * EC2 ( Elastic Compute Cloud ) : 독립된 ...   EC2, Elastic Compute Cloud
    - **IAM 역할**은 누구나 맡을 수 있는 ...           IAM 역할

The names of a vault are how a question finds the place that defines the thing it asks about.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from index.notes import CALLOUT_LEVEL, Note, file_title
from index.text import squeeze

NameKind = Literal["title", "label", "alias", "heading", "callout", "definition"]
"""A `label` is a title from the front matter where the only top heading names something else: `Handbook > Testing`
over `# Fixtures`. It says where the note belongs rather than what it is about."""

_PARENTHESES = re.compile(r"\s*[(（]\s*([^()（）]+?)\s*[)）]\s*")
_NUMBERING = re.compile(r"^(?:\d+(?:[.)]|-\d+)+\s+|[①-⑳]\s*|\[\d+\]\s*)")
_ASKING_TAIL = re.compile(r"(?:\s*(?:이란|란|이란 무엇인가|란 무엇인가|정의|개요|소개))?\s*[?？]?$")
_DEFINITION = re.compile(r"(?P<name>[^:：.!?,]{1,40}?)\s*(?::|：|\s[-–—])\s+\S")
_BOLD = re.compile(
    r"(?:\*\*|__)(?P<name>[^*_\n]{1,40}?)(?:\*\*|__)\s*(?:\([^)]*\))?\s*(?:은|는|이란|란|:|is\b|are\b)"
)
_ONE_WORD = re.compile(r"(?=.*[가-힣])[^\s()（）]+")
_MAX_WORDS = 6


@dataclass(frozen=True, slots=True)
class Name:
    """A name and the place that is about what it names.

    Attributes:
        key: `squeeze` of the spelling.
        label: The spelling.
        section: Position of the section in `Note.sections`.
        block: Position of the defining block in `Note.blocks`; None where the section defines it.
        kind: Where the name was found.
        source: The heading or line it was read off; names of one source are spellings of one thing.
    """

    key: str
    label: str
    section: int
    block: int | None
    kind: NameKind
    source: str


def note_names(note: Note) -> list[Name]:
    """Returns every name a note gives, each spelling of a place once."""
    found: dict[tuple[str, int, int | None], Name] = {}
    for name in _all_names(note):
        if len(name.key) > 1 and not name.key.isdigit():
            found.setdefault((name.key, name.section, name.block), name)
    return list(found.values())


def spellings(label: str) -> list[str]:
    """Returns the names a heading holds, the heading itself first.

    >>> spellings("장애 조치 (Failover)")
    ['장애 조치 (Failover)', '장애 조치', 'Failover']
    """
    clean = _ASKING_TAIL.sub("", _NUMBERING.sub("", label)) or label
    inside = _PARENTHESES.findall(clean)
    outside = _PARENTHESES.sub(" ", clean).strip()
    parts = [part.strip() for group in inside for part in re.split(r"[,;/]", group)]
    return [name for name in dict.fromkeys([clean, outside, *parts]) if name]


def vault_words(names: Iterable[Name]) -> frozenset[str]:
    """Returns the words that a vault's names add to the language, squeezed.

    A name of one word is one: `쿠로엣지`, `파르코스DB`, `데이터레이크`. Phrases are none, nor are Latin
    words, which stand for themselves, nor single syllables, which would be found by chance.

    Args:
        names: Names of any notes; `key` and `label` are what counts.
    """
    return frozenset(name.key for name in names if _ONE_WORD.fullmatch(name.label) and len(name.key) > 1)


def _all_names(note: Note) -> Iterator[Name]:
    root = _root(note)
    yield from _named(note.title, root, None, "label" if _is_headed_otherwise(note, root) else "title")
    for alias in note.aliases:
        yield from _named(alias, root, None, "alias")
    for number, section in enumerate(note.sections):
        if section.title:
            kind = "callout" if section.level == CALLOUT_LEVEL else "heading"
            names = _named(section.title, number, None, kind)
            # A top heading of several things (`SQS와 SNS (Amazon SQS, Amazon SNS)`) names none of them.
            yield from list(names)[:2] if section.level == 1 and "," in section.title else names
    for number, block in enumerate(note.blocks):
        if block.kind in ("item", "paragraph") and block.sentences:
            first = block.sentences[0]
            quote = unicodedata.normalize("NFC", note.text[first.start : first.end])
            match = _BOLD.match(quote) or _DEFINITION.match(first.text)
            if match and len(match["name"].split()) <= _MAX_WORDS:
                yield from _named(match["name"], block.section, number, "definition")


def _named(label: str, section: int, block: int | None, kind: NameKind) -> Iterator[Name]:
    for spelling in spellings(label):
        if len(spelling.split()) <= _MAX_WORDS:
            yield Name(squeeze(spelling), spelling, section, block, kind, label)


def _root(note: Note) -> int:
    """The section that is about the note as a whole: its only top heading, else the beginning."""
    tops = [i for i, s in enumerate(note.sections) if s.level == 1]
    own = any(block.section == 0 and block.sentences for block in note.blocks)
    return tops[0] if len(tops) == 1 and not own else 0


def _is_headed_otherwise(note: Note, root: int) -> bool:
    """Whether the title, which is not the file's name, and the only top heading have no name in common."""
    if note.title == file_title(note.path):
        return False
    titled = [squeeze(name) for name in spellings(note.title)]
    headed = [squeeze(name) for name in spellings(note.sections[root].title)]
    return bool(headed) and not any(name in other or other in name for name in titled for other in headed)
