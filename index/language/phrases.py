"""Whether a question is a phrase, as headings are, or a sentence."""

import re

from index.language.morphemes import MorphemeReader
from index.text import has_hangul

_SENTENCE_END = re.compile(r"[.!?。？！…]\s*$")

_ASKING = frozenset(
    "뭐 뭣 무엇 어디 누구 언제 왜 어떻게 어떤 무슨 어느 몇 얼마 "
    "what which who whom whose where when why how is are was were do does did can could should would will may "
    "must has have i we you me my explain tell describe define list show name compare give".split()
)
"""Words that ask, in both languages: who uses them wants to be told something, not shown a place."""

_BEING = frozenset({"있", "없"})
"""`할 수 있는 일` asks what a thing does, `설치하는 방법` is a heading."""


def is_phrase(text: str, morphemes: MorphemeReader) -> bool:
    """Says whether a text names something, as a heading does: `S3 요금`, `Request files: optional upload`.

    Args:
        text: The normalised question.
        morphemes: Where its morphemes come from.
    """
    if _SENTENCE_END.search(text):
        return False
    if any(word in _ASKING for word in re.findall(r"[a-z]+", text.casefold())):
        return False
    if not has_hangul(text):
        return True
    read = morphemes.read(text)
    says = any(m.tag == "EF" or m.form in _ASKING or m.form in _BEING for m in read)
    return not says and read[-1].tag not in ("EF", "EC")
