"""The few words of a sentence that are its point: what a drafted case wants to hear in an answer."""

import re

from assistant.drafting.words import short_name
from index.text import has_hangul, squeeze

_MARKS = re.compile(
    r"[|()（）\[\]:：;·“”\"'‘’!?…]+\s*|[.,]\s+|[.,]$|\s[-–—>→]+\s|-->?"
    r"|(?:^|\s)(?:수|것|때|등|및|대해|대한|위해|위한|통해|있\S*|해주는|해줌|돕는|만든|하는|되는|한다|된다|의미)(?=\s|[.]?$)"
)
"""Where a sentence is cut: at marks, and at words that say nothing by themselves."""

_INSIDE = re.compile(r"[(（][^()（）]*[)）]")
_OPENING = re.compile(r"\s?[:：]\s|\s[-–—]\s")
_PARTICLE = re.compile(r"^\s*(?:은|는|이|가|을|를|의|에|에서|로|으로|와|과|도|이나|나)\s")
_COPULA = re.compile(r"(?:이다|입니다|이에요|예요)$")
_OBJECT = re.compile(r"(?<=[가-힣A-Za-z]{2})[을를]$")
_IS = re.compile(r"\b(?:is|are|means|refers to)\s+(?:(?:an?|the)\s+)?(.+)", re.IGNORECASE | re.DOTALL)
_ARTICLE = re.compile(r"^(?:an?|the)\s+", re.IGNORECASE)
_STOP = re.compile(r"\s+(?:that|which|who|whose|where|for|to|from|with|when|so|and|by)\b", re.IGNORECASE)
_TRAILING = re.compile(
    r"(?:\s+(?:in|of|on|at|as|an?|the|to|for|with|by|and|or|that|which|from))+$", re.IGNORECASE
)

_KOREAN_WORDS = 3
_ENGLISH_WORDS = 4
"""Words of a point: few enough that another wording of the answer still holds them."""

_NAME_WORDS = 4
"""Words that can be a name before a colon or dash."""


def point(text: str) -> str:
    """Returns the words of a statement that say most, as they stand in it, without the name before a colon.

    >>> point("EBS는 EC2에 붙여 쓰는 블록 스토리지 서비스이다.")
    '블록 스토리지 서비스'
    >>> point("S3 (Simple Storage Service) : 파일 서버 역할, 무제한 저장")
    '파일 서버 역할'
    >>> point("An EBS volume is a block device that is attached to an instance.")
    'block device'
    """
    name, body = _opened(text)
    return _korean_point(body, first=bool(name)) if has_hangul(body) else _english_point(body)


def element(text: str, title: str = "") -> str:
    """Returns what an element of a list is called by: its title or the name it opens with, else its point.

    >>> element("gp3 — 종류: 범용 SSD · 특징: 빠르다"), element("범용 디스크", "gp3")
    ('gp3', '범용 디스크')
    """
    name = short_name(title or _opened(text)[0])
    return name if squeeze(name) and squeeze(name) in squeeze(text) else point(text)


def _opened(text: str) -> tuple[str, str]:
    """The name that a line defines, and what it says of it; no name where it opens with none."""
    parts = _OPENING.split(text, maxsplit=1)
    named = len(parts) > 1 and len(_INSIDE.sub("", parts[0]).split()) <= _NAME_WORDS and squeeze(parts[1])
    return (parts[0], parts[1]) if named else ("", text)


def _english_point(text: str) -> str:
    found = _IS.search(text)
    said = _ARTICLE.sub("", found[1] if found else text)
    words = (_segments(_STOP.split(said)[0]) or [text])[0].split()[:_ENGLISH_WORDS]
    if len(words) < 2:  # `a service that ...` says nothing before `that`
        words = (_segments(said) or [text])[0].split()[:_ENGLISH_WORDS]
    return _TRAILING.sub("", " ".join(words))


def _korean_point(text: str, *, first: bool) -> str:
    """The end of the last clause, where Korean says what a thing is; of the first, in a list of points."""
    said = _segments(_INSIDE.sub("|", text)) or _segments(text) or [text]
    told = [run for run in said if len(squeeze(run)) > 3] or [max(said, key=len)]
    words = " ".join(told[0 if first else -1].split()[-_KOREAN_WORDS:])
    return _OBJECT.sub("", words)


def _segments(text: str) -> list[str]:
    parts = (_COPULA.sub("", _PARTICLE.sub("", part).strip()) for part in _MARKS.split(text))
    return [part for part in parts if squeeze(part)]
