"""Do two sentences of the notes contradict each other: of the same thing, other numbers or the opposite?

    람다 함수는 최대 15분까지 실행된다.   람다는 한 번에 5분까지만 실행할 수 있다.     15분, 5분
    스냅샷은 S3에 저장된다.              스냅샷은 S3에 저장되지 않는다.             the second denies it
    동기 호출은 5분까지 기다린다.         비동기 호출은 1분까지 기다린다.            no: other things are meant

Most sentences that look alike speak of two things, two conditions or two limits. So what stands in one of them
alone must be known to change nothing, else nothing is said. Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from assistant.verifying.clashing import clashing_numbers, frees, obliges, opposed_words
from assistant.verifying.context import context_of
from assistant.verifying.denying import denials_differ
from assistant.verifying.likeness import all_keys, covered, is_light
from assistant.verifying.proving import clauses
from assistant.verifying.reading import Reading, Word, read
from assistant.verifying.setting import Spoken, same_setting
from assistant.verifying.window import Window
from assistant.verifying.windows import windows
from index.terms import TermReader
from index.text import has_hangul, squeeze

_NEUTRAL = frozenset(
    "함수 번 회 값 정도 제한 제약 한도 한계 최대 최소 시간 기간 동안 크기 용량 개수 수 갯수 길이 총 하나 안 안쪽 이내 이하 이상 넘- 초과 미만 "
    "넘기- 자체 모두 전부 functions limit maximum minimum most least long size amount number time durat total last exceed "
    "singl take longer larg big up".split()
)
"""Words that change nothing beside a number or a verb that both sentences have."""

_QUALIFYING = frozenset(
    "기본 기본값 기본적 디폴트 평균 보통 대개 대체로 일반적 주로 처음 초기 예전 이전 옛날 과거 원래 나중 요즘 지금 이제 현재 최근 당시 "
    "추가 별도 설정 옵션 신청 늘리- 늘어나- 높이- 올리- 줄이- 무료 유료 동기 비동기 표준 각 각각 매 당 초당 분당 월 하루 연 매월 매일 "
    "가끔 때때로 종종 거의 아직 이미 직접 혼자 일부 대부분 어떤 특정 다른 같은 "
    "default averag usual typic general main initi former previous past origin later now current recent today addit "
    "separ option free paid per each everi synchron asynchron standard request rais increas sometim often almost yet "
    "direct some most mani certain other same".split()
)
"""Words that make a sentence one of some case only: what another sentence says without them may be true as well."""

_BY_ITSELF = frozenset("자동 자동적 저절로 automat".split())
"""How something happens, which changes neither how much nor whether."""

_NEEDING = frozenset("필요 요구 need requir necessari 반드시 꼭".split())

_PARTIAL = frozenset({"all", "only", "single", "superlative"})
_ROW = " — "
_ASIDE = re.compile(r"[가-힣]\($")
_CANNOT = re.compile(r"못하|못 ")

_MOST_ADDED = 1
"""Words that one of two sentences may have over the other."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence of a note, with what stands over it.

    Attributes:
        text: The sentence without markup.
        note: The note's path.
        title: The note's title.
        headings: Its heading path, outermost first.
    """

    text: str
    note: str = ""
    title: str = ""
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How two sentences contradict each other.

    Attributes:
        kind: By different numbers, by denying, or by words that are each other's opposite.
        said: The number that each gives, as it is written; empty where it is no number.
        denies: Which of the two denies, 0 or 1; None where none does.
    """

    kind: Literal["number", "denial", "opposite"]
    said: tuple[str, str] = ("", "")
    denies: int | None = None


def disagreement(one: Saying, other: Saying, reader: TermReader) -> Disagreement | None:
    """Returns how two sentences contradict each other; None where they may both be true.

    Args:
        one: A sentence.
        other: Another one; in another language nothing is compared.
        reader: The index's reader of terms, which knows the names.
    """
    if has_hangul(one.text) != has_hangul(other.text) or squeeze(one.text) == squeeze(other.text):
        return None
    whole = _spoken(one, other, reader), _spoken(other, one, reader)
    if (found := _between(*whole, reader)) or not all(whole):
        return found
    if not any(_has_clauses(read(saying.text, reader)) for saying in (one, other)):
        return None
    return _between(_clauses(one, reader) or whole[0], _clauses(other, reader) or whole[1], reader)


def _between(mine: Sequence[Spoken], theirs: Sequence[Spoken], reader: TermReader) -> Disagreement | None:
    """The first contradiction between two sentences, part by part."""
    for one, other in product(mine, theirs):
        if same_setting(one, other, reader) and (found := _contradiction(one.window, other.window)):
            return found
    return None


def _has_clauses(reading: Reading) -> bool:
    """Whether a sentence says several things of its subject.

    What stands under a condition is not taken apart, nor the row of a table, whose cells need their head.
    """
    if _ROW in reading.text:
        return False
    conditioned = any(kind == "condition" for s in reading.statements for kind, *_ in s.sides)
    return not conditioned and any(len(s.cuts) > 1 for s in reading.statements)


def _clauses(saying: Saying, reader: TermReader) -> list[Spoken]:
    reading = read(saying.text, reader)
    if not _has_clauses(reading):
        return []
    context = context_of(saying.title, saying.headings, reader)
    path = (saying.title, *saying.headings)
    return [
        Spoken(Window(s.words, (s,), context, s.text, s.topic), path, saying.note)
        for s in clauses(reading, reader)
    ]


def _spoken(saying: Saying, other: Saying, reader: TermReader) -> list[Spoken]:
    """The clauses of a sentence, each with its subject and its headings."""
    context = context_of(saying.title, saying.headings, reader)
    asked = [word for s in read(other.text, reader).statements for word in s.words]
    path = (saying.title, *saying.headings)
    return [
        Spoken(window, path, saying.note) for window in windows(read(saying.text, reader), context, asked)
    ]


def _contradiction(one: Window, other: Window) -> Disagreement | None:
    mine, theirs = _unshared(one, other), _unshared(other, one)
    if not _share_a_word(one, other):
        return None
    if (numbers := clashing_numbers(one, other)) and _is_the_same_case(one, other, mine, theirs):
        return Disagreement("number", numbers)
    if one.quantities or other.quantities:
        return _denial(one, other, mine, theirs) if _same_numbers(one, other) else None
    if pair := opposed_words(one, other):
        rest = [w for w in mine if w != pair[0]], [w for w in theirs if w != pair[1]]
        if _is_the_same_case(one, other, *rest):
            return Disagreement("opposite")
    return _denial(one, other, mine, theirs)


def _denial(one: Window, other: Window, mine: Sequence[Word], theirs: Sequence[Word]) -> Disagreement | None:
    """Whether one of two clauses denies what the other says."""
    if obliges(one) and frees(other):
        rest = _without_need(mine), _without_need(theirs)
        return Disagreement("denial", denies=1) if _is_the_same_case(one, other, *rest) else None
    if obliges(other) and frees(one):
        rest = _without_need(mine), _without_need(theirs)
        return Disagreement("denial", denies=0) if _is_the_same_case(one, other, *rest) else None
    if not (_denies(one, other) and _denies(other, one)):
        return None
    denies = int(_is_denied(other))
    if _is_denied(one) == _is_denied(other) or not _is_as_strong(*((other, one), (one, other))[denies]):
        return None
    if (mine, theirs)[denies] or not _is_the_same_case(one, other, mine, theirs):
        return None
    return Disagreement("denial", denies=denies)


def _is_denied(window: Window) -> bool:
    return any(s.denied for s in window.own) or any(w.negated for s in window.own for w in s.words)


def _denies(one: Window, other: Window) -> bool:
    if len(one.own) != 1:
        return False
    return denials_differ(replace(one.own[0], words=one.words), other) == ("negation", True)


def _is_as_strong(affirming: Window, denying: Window) -> bool:
    """Whether both say that something is, or both that it can be; some of it and all of it differ.

    What can be need not be: `저장할 수 있다` and `저장하지 않는다` may both be true.
    """
    marks = [frozenset(mark for s in window.own for mark in s.marks) for window in (affirming, denying)]
    can, cannot = "can" in marks[0], "can" in marks[1] or any(_CANNOT.search(s.text) for s in denying.own)
    return (cannot or not can) and not _PARTIAL & (marks[0] | marks[1])


def _is_the_same_case(one: Window, other: Window, mine: Sequence[Word], theirs: Sequence[Word]) -> bool:
    """Whether what stands in one clause alone changes nothing."""
    if mine and theirs:
        return False
    window, added = (one, mine) if mine else (other, theirs)
    return len(added) <= _MOST_ADDED and all(_changes_nothing(word, window) for word in added)


def _changes_nothing(word: Word, window: Window) -> bool:
    if word.kind in ("name", "latin") or any(way & _QUALIFYING for way in word.ways):
        return False
    conditions = [
        w for s in window.own for kind, *sides in s.sides if kind != "cause" for side in sides for w in side
    ]
    if word in window.topic or word in conditions or word not in [w for s in window.own for w in s.words]:
        return False
    return word.kind in ("verb", "adverb") or word.role == "object" or word.ways[0] <= _BY_ITSELF


def _unshared(one: Window, other: Window) -> list[Word]:
    """The telling words of a clause that the other, with its headings, does not say."""
    keys = all_keys(other.words) | other.context.keys
    return [
        word
        for word in one.words
        if not _is_neutral(word) and not covered(word, keys) and not _is_aside(word, one)
    ]


def _is_neutral(word: Word) -> bool:
    plain = replace(word, negated=False)
    return is_light(plain) or all(way <= _NEUTRAL for way in word.ways)


def _is_aside(word: Word, window: Window) -> bool:
    """Whether a Latin word only stands in brackets behind a Korean one: `역추적(Backtrack)`."""
    if word.kind != "latin":
        return False
    return any(
        _ASIDE.search(s.text, 0, word.start - s.start) is not None for s in window.own if word in s.words
    )


def _share_a_word(one: Window, other: Window) -> bool:
    """Whether both have a telling word in common, of their own or, if it is no name, of their headings."""
    for window, against in ((one, other), (other, one)):
        own, keys = all_keys(against.words), all_keys(against.words) | against.context.keys
        if any(not _is_neutral(w) and covered(w, own if w.kind == "name" else keys) for w in window.words):
            return True
    return False


def _same_numbers(one: Window, other: Window) -> bool:
    mine, theirs = one.quantities, other.quantities
    return all(any(q.same(p) for p in theirs) for q in mine) and all(
        any(q.same(p) for p in mine) for q in theirs
    )


def _without_need(words: Sequence[Word]) -> list[Word]:
    return [word for word in words if not all(way <= _NEEDING for way in word.ways)]
