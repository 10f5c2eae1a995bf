"""Hangul as it sounds: syllables taken apart, and letters that people mix up made one.

    케쉬, 캐시  ->  ㄱㅐㅅㅣ          빈스톡, 빈스토크  ->  ㅂㅣㄴㅅㄷㅓㄱ          S3, 에스쓰리  ->  ㅐㅅㅅㄹㅣ

A borrowed word has one sound and many spellings; the folded form keeps the sound.
"""

import re
import unicodedata
from collections.abc import Sequence

_SYLLABLES = re.compile("[가-힣]+")

_ONSETS = zip(range(0x1100, 0x1113), "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅ-ㅈㅈㅈㄱㄷㅂㅎ", strict=True)
_VOWELS = zip(range(0x1161, 0x1176), "ㅏㅐㅑㅐㅓㅐㅕㅐㅓㅘㅙㅙㅕㅜㅝㅙㅟㅠ-ㅣㅣ", strict=True)
_CODAS = zip(range(0x11A8, 0x11C3), "ㄱㄱㄱㄴㄴㄴㄷㄹㄹㄹㄹㄹㄹㄹㄹㅁㅂㅂㄷㄷNㄷㄷㄱㄷㅂㄷ", strict=True)
_SOUNDS = {
    code: "" if letter == "-" else letter for row in (_ONSETS, _VOWELS, _CODAS) for code, letter in row
}
"""Conjoining letters to what is heard. A silent onset is dropped, and `ㅡ`, which only carries a
consonant over: `톡` and `토크` end alike."""

_AFTER_SIBILANT = dict(zip("ㅑㅕㅠㅟ", "ㅏㅓㅜㅣ", strict=True))
_SAME = {s + vowel: s + heard for s in "ㅅㅈ" for vowel, heard in _AFTER_SIBILANT.items()} | {"ㄹㄹ": "ㄹ"}
"""`쉬` and `시`, `져` and `저`, `클라우드` and `크라우드`."""

_LETTERS = str.maketrans(
    dict(
        zip(
            "abcdefghijklmnopqrstuvwxyz0123456789",
            "에이 비 씨 디 이 에프 지 에이치 아이 제이 케이 엘 엠 엔 오 피 큐 알 에스 티 유 브이 더블유 엑스 와이 "
            "제트 제로 원 투 쓰리 포 파이브 식스 세븐 에잇 나인".split(),
            strict=True,
        )
    )
)


def is_hangul(word: str) -> bool:
    """Says whether a word is Hangul syllables only."""
    return _SYLLABLES.fullmatch(word) is not None


def jamo(word: str) -> str:
    """Returns a word with every syllable taken apart; anything else as it is."""
    return unicodedata.normalize("NFD", word)


def sound(word: str) -> str:
    """Returns the folded form: words that sound alike have one.

    >>> sound("컨테이너") == sound("콘테이너"), sound("하이퍼바이저") == sound("하이퍼바이져")
    (True, True)
    """
    heard = jamo(word).translate(_SOUNDS)
    for written, alike in _SAME.items():
        heard = heard.replace(written, alike)
    return heard


def sounds(words: Sequence[str]) -> list[str]:
    """Returns the folded form of many words at once, much faster than one by one."""
    return sound("\n".join(words)).split("\n") if words else []


def read_aloud(word: str) -> str:
    """Returns a word with Latin letters and digits by their Korean names.

    >>> read_aloud("s3"), read_aloud("다이나모db")
    ('에스쓰리', '다이나모디비')
    """
    return word.translate(_LETTERS)
