"""The words by which a question leans on what was said before it: openings, pointers, fragments.

Each pattern is made of the phrases it looks for. Among phrases that begin alike the longest comes first,
because a pattern takes the first one that fits.
"""

import re

from assistant.particles import Particle


def _either(*phrases: str) -> str:
    """A group of phrases; a phrase may be a pattern itself."""
    return f"(?:{'|'.join(phrases)})"


def _words(listed: str) -> str:
    """A group of single words, as a text that lists them."""
    return _either(*listed.split())


def _english(*phrases: str) -> str:
    """Phrases as whole words."""
    return rf"\b{_either(*phrases)}\b"


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_WORD_START = r"(?<![가-힣A-Za-z0-9])"
_WORD_END = r"(?![가-힣])"
_THAT = "[그이]"

# ---- how a follow-up opens ------------------------------------------------------------------------

_YES = _words("아 음 오 응 네 예 좋아 그래 오케이")
_THEN = _words("그럼 그러면 그렇다면 그리고 근데 그런데 그래서 그러니까 또 그럼요")
_ENGLISH_THEN = _words("okay ok so then and but also well right oh yes no alright now")

OPENING = _pattern(
    rf"^(?:{_YES}[,.\s]+)?{_THEN}(?=[,\s])[,\s]*",
    rf"^(?:{_ENGLISH_THEN}[,\s]+)+",
)
"""`그럼 `, `네, 그러면 `, `ok so `: what comes before the question proper."""

# ---- what points back -----------------------------------------------------------------------------

_TWO = _either("둘", "두 ?" + _words("개 가지 서비스 방식"))
_AFTER_TWO = _words("중에서 중에 중 다 사이 간 의 은 는 이 가 을 를")

PAIR = _pattern(
    rf"{_WORD_START}(?:{_THAT} ?)?{_TWO}(?P<after> ?{_AFTER_TWO}?)(?![가-힣]*터)",
    rf"{_WORD_START}{_words('서로 양쪽')}(?=\s)",
    _english(
        "which one of the two", "which one of them", "which of the two", "which of them",
        "of the two of them", "of the two", "the two of them", "the two",
        "both of them", "both", "either of them", "either", "between them",
    ),
)  # fmt: skip
"""Two things asked about before; `after` is what follows the Korean words for them."""

AMONG = re.compile(
    _WORD_START + _either("[그이저] ?" + _words("중에서 중에 중엔 중"), "거기 ?중에") + _words("는 도") + "?"
)
THERE = re.compile(_WORD_START + _words("거기 여기 그곳 그쪽") + r"(?=에|서|엔|는|로|도|\s|$)")

IT: tuple[tuple[re.Pattern[str], Particle | None], ...] = (
    (re.compile(_WORD_START + _THAT + _words("건 것은 거는") + _WORD_END), "은/는"),
    (re.compile(_WORD_START + _THAT + _words("게 것이 거가") + _WORD_END), "이/가"),
    (re.compile(_WORD_START + _THAT + _words("걸로 것으로 거로") + _WORD_END), "으로/로"),
    (re.compile(_WORD_START + _THAT + _words("걸 것을 거를") + _WORD_END), "을/를"),
    (re.compile(_WORD_START + _words("걔 얘 쟤") + _words("는 은") + "?" + _WORD_END), "은/는"),
    (re.compile(_WORD_START + _THAT + _words("거 것")), None),
    (re.compile(_WORD_START + "그(?= [가-힣])"), None),
)
"""Korean words for a single thing, with the particle that is part of them; tried in this order."""

ENGLISH_IT: tuple[tuple[re.Pattern[str], str], ...] = (
    (_pattern(_english("its", "their")), "{}'s"),
    (
        _pattern(_english("it", "they", "them", "this one", "that one", "this", "that", "these", "those")),
        "{}",
    ),
    (
        _pattern(rf"(?<!is )(?<!are )(?<!was ){_english('there')}(?! {_words('is are any a')}\b)"),
        "in {}",
    ),
)
"""English words for a thing, with the form in which its name takes their place; tried in this order."""

ONE = _pattern(
    _english(
        "which " + _words("one ones kind type"), "the ones?", "the other", "another"
    )
)  # fmt: skip
"""One of the things asked about before, without saying which."""

# ---- what leaves something out --------------------------------------------------------------------

FRAGMENT = re.compile(_words("은 는 도 이랑은 랑은") + r"\s*(?:요)?\s*\??$")
"""A Korean question that is a topic and nothing else: `요금은?`."""

ENGLISH_FRAGMENT = _pattern(
    r"^" + _either("what about", "how about", "what of", "and", "or") + r"\s+",
    r"\s+" + _either("then", "too", "as well") + r"(?=\s*\??$)",
)

COMPARING_TO = _pattern(
    _words("와 과 랑 하고 이랑") + _words("은 는 의") + "? ?" + _words("비교 견주 견줘"),
    _words("와 과 랑 하고 이랑")
    + _words("은 는 의")
    + "? ?"
    + _words("뭐가 어떻게 무엇이 뭐")
    + "? ?"
    + _words("달라 다르 차이 다른"),
    r"\bdiffer",
    _english("compared to", "compare to", "compared with", "compare with"),
    _english("versus"),
    _english("vs"),
)
"""A question how one thing differs, which leaves out from what."""

JOINED = _pattern(
    r"^\s*" + _either("와", "과", "이?랑", "하고", "및", ",", "&", "/", r"and\b", r"or\b", r"vs\b") + r"\s*$"
)
"""What stands between two things that are spoken of together."""

ASPECTS = frozenset(
    "종류 유형 형태 특징 장점 단점 장단점 순서 절차 단계 요금 비용 가격 한도 제한 용도 구성 구성요소 설정 보안 백업 예시 사용법 "
    "kinds types features pros cons steps pricing price cost limits security backup examples".split()
)
"""What is asked of things rather than a thing itself, squeezed."""

PROPERTIES = frozenset(
    "요금 비용 가격 특징 장점 단점 장단점 한도 제한 용도 pricing price cost limits features pros cons".split()
)
"""Of those, what is no subject to go on with: after `람다 요금은?` the talk is of Lambda."""
