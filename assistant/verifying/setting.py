"""Do two clauses speak of the same thing in the same case, by their subjects and the headings over them?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.verifying.likeness import all_keys, covered, is_light
from assistant.verifying.reading import Word, read
from assistant.verifying.window import Window
from index.terms import TermReader

_GENERIC = frozenset(
    "특징 개요 한도 제한 제약 요금 비용 정리 요약 주의 주의점 할당 할당량 메모 공부 학습 실습 노트 기초 소개 종류 구성 장점 단점 장단점 "
    "정의 개념 기타 참고 질문 시험 복습 강의 수업 오늘 사항 aws featur overview limit quota note summari price cost basic introduct "
    "kind definit lectur studi review pros con advantag detail learn".split()
)
"""Words of headings that any section may have: they name no thing and no case."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clause with the titles over it.

    Attributes:
        window: The clause, with what it takes over from its sentence.
        path: The note's title and the headings, outermost first.
        note: The note's path in the vault; empty where that is not known.
    """

    window: Window
    path: tuple[str, ...]
    note: str = ""


def same_setting(one: Spoken, other: Spoken, reader: TermReader) -> bool:
    """Says whether two clauses speak of the same thing, and under no headings that part them.

    The sections of one note are about different cases as a rule.
    """
    if not _are_services_shared(one, other, reader):
        return False
    if one.note and one.note == other.note:
        return one.path == other.path or not _parted(one, other, reader, one.path[1:], other.path[1:])
    if _is_self_contained(one) and _is_self_contained(other):
        return True
    return not _parted(one, other, reader, _chain(one.path, reader), _chain(other.path, reader))


def _are_services_shared(one: Spoken, other: Spoken, reader: TermReader) -> bool:
    mine, theirs = _services(one, reader), _services(other, reader)
    return all(covered(w, _keys(other, reader)) for w in mine) and all(
        covered(w, _keys(one, reader)) for w in theirs
    )


def _services(spoken: Spoken, reader: TermReader) -> list[Word]:
    """The services that a clause is about: its subjects, else those of the innermost title that has any."""
    known = _service_keys(reader)
    texts = [spoken.window.topic or _handed(spoken.window)]
    texts += [_title_words(title, reader) for title in reversed(spoken.path)]
    for words in texts:
        if found := [w for w in words if w.kind == "name" and w.key in known]:
            return found
    return []


def _handed(window: Window) -> tuple[Word, ...]:
    """The words of a sentence's subject that a later clause of it takes over."""
    own = {word for statement in window.own for word in statement.words}
    return tuple(word for word in window.words if word not in own)


def _is_self_contained(spoken: Spoken) -> bool:
    """Whether a clause itself names what it is about."""
    return any(w.kind == "name" for w in (*spoken.window.topic, *_handed(spoken.window)))


def _chain(path: Sequence[str], reader: TermReader) -> list[str]:
    """The titles from the innermost out to one that has a name."""
    found: list[str] = []
    for title in reversed(path):
        found.append(title)
        if any(w.kind == "name" and not is_light(w) for w in _title_words(title, reader)):
            break
    return found


def _parted(
    one: Spoken, other: Spoken, reader: TermReader, mine: Iterable[str], theirs: Iterable[str]
) -> bool:
    """Whether the titles over each say something that the other does not."""
    keys = _keys(one, reader), _keys(other, reader)
    return _says_more(mine, keys[1], reader) and _says_more(theirs, keys[0], reader)


def _says_more(titles: Iterable[str], keys: frozenset[str], reader: TermReader) -> bool:
    words = [w for title in titles for w in _title_words(title, reader)]
    return any(not is_light(w) and not w.ways[0] <= _GENERIC and not covered(w, keys) for w in words)


def _keys(spoken: Spoken, reader: TermReader) -> frozenset[str]:
    words = [w for title in spoken.path for w in _title_words(title, reader)]
    return all_keys((*spoken.window.words, *words))


def _title_words(title: str, reader: TermReader) -> list[Word]:
    return [w for statement in read(title, reader).statements for w in statement.words]


@lru_cache(maxsize=4)
def _service_keys(reader: TermReader) -> frozenset[str]:
    return frozenset(f"@{entry.id}" for entry in reader.glossary if entry.kind == "service")
