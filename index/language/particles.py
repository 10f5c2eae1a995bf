"""Korean particles and endings glued to a noun: what may follow a name without making another word of it."""

import re
from functools import lru_cache

_CASE = (
    "이 가 을 를 의 에 에서 에게 에게서 께 께서 한테 한테서 로 으로 로서 으로서 로써 으로써 로부터 으로부터 와 과 랑 이랑 "
    "하고 처럼 같이 만큼 보다 대로 마다 부터 까지 밖에 조차 마저 커녕 에다 에다가 라고 이라고 라는 이라는 라면 이라면 란 이란 "
    "라도 이라도 나 이나 든 이든 든지 이든지 나마 이나마 야 이야 야말로 이야말로 며 이며 이고 면 이면 이지만 였다 이었다 이다 "
    "입니다 이에요 예요 일까 인가 인가요 인지 인데 이므로 이자 뿐 뿐이다 만 만이 만을 만으로 까지가 까지를 부터가 도 은 는 요 이요 "
    "용 당 별 형"  # suffixes: for one, per one, by one, of one kind
).split()
_AFTER_CASE = "만 도 은 는 의 조차 마저 부터 까지 라도 이라도 요 뿐 나 이나 야 이다 인가 인가요".split()
_PLURAL = "(?:들)?(?:끼리)?"

_TAIL = re.compile(
    f"{_PLURAL}(?:(?:{'|'.join(sorted(_CASE, key=len, reverse=True))})"
    f"(?:{'|'.join(sorted(_AFTER_CASE, key=len, reverse=True))}){{0,2}})?"
)
_VERBAL = re.compile(
    "하(?:기|는|다|면|여|고|지|며|게|였다|세요)?|한|할|함|해|했다|된|되는|되다|되면|되고|될|됨|돼"
)
_AMBIGUOUS = frozenset("이 로 나 도 야 요 며 면 든 란 만 의 가 용 당 별 형".split())
"""Particles in which nouns may end as well: `게이트웨이`, `플로`, `메가`, `성당`."""

_LONGEST_TAIL = 8
_SHORTEST_STEM = 2


@lru_cache(maxsize=16_384)
def is_tail(text: str) -> bool:
    """Says whether text is nothing but particles and endings of a noun.

    >>> is_tail("에서만"), is_tail("들끼리는"), is_tail("대학교")
    (True, True, False)
    """
    return bool(text) and _TAIL.fullmatch(text) is not None


@lru_cache(maxsize=16_384)
def tail_starts(word: str) -> tuple[int, ...]:
    """Returns every place of a Hangul word from which on it may be particles alone.

    >>> tail_starts("쿠로엣지에서만")
    (4, 6)
    """
    first = max(_SHORTEST_STEM, len(word) - _LONGEST_TAIL)
    return tuple(i for i in range(first, len(word)) if is_tail(word[i:]))


def stems(word: str) -> tuple[tuple[str, bool], ...]:
    """Returns what a word would be without the particle or verbal ending it seems to have, the shortest first.

    Each comes with whether the ending is a sure one, with which a noun seldom ends.

    >>> stems("프록시를")
    (('프록시', True),)
    """
    found = [(word[:i], word[i:] not in _AMBIGUOUS) for i in tail_starts(word)]
    for i in range(max(_SHORTEST_STEM, len(word) - 4), len(word)):
        if _VERBAL.fullmatch(word[i:]):
            found.append((word[:i], True))
    return tuple(found)
