"""What a model may not say to its reader: text in a language they did not ask for."""

import re

from assistant.answers import Language
from index.text import has_hangul

_HAN_OR_KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_QUOTED = re.compile('“[^”]*”|"[^"]*"|‘[^’]*’|「[^」]*」|『[^』]*』|`[^`]*`')
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_WORD = re.compile(r"[a-z]+")

_MOST_ENGLISH = 5
"""Uncapitalised words of a sentence without Hangul that is still no English one: `kubectl apply`, `a few`."""


def is_foreign(text: str, language: Language) -> bool:
    """Says whether a sentence is not in the language asked for; quotations are in whatever they are in.

    Names are no language: `Amazon EC2 Auto Scaling` is as Korean as it is English.

    >>> is_foreign("S3는 对象 저장소다.", "ko"), is_foreign("‘对象’은 객체라는 뜻이다.", "ko")
    (True, False)
    """
    own = _QUOTED.sub(" ", text)
    if _HAN_OR_KANA.search(own):
        return True
    if language == "en":
        return has_hangul(_IN_BRACKETS.sub(" ", own))
    return not has_hangul(own) and len(_WORD.findall(own)) > _MOST_ENGLISH
