"""Text as people type it: one form for every way of writing the same words."""

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def normalise(text: str) -> str:
    """Returns text in NFC without invisible, control and broken characters, white space folded.

    macOS stores Hangul decomposed (NFD), web pages carry zero-width characters; neither may
    hide a word from search.
    """
    visible = _CONTROL.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    return " ".join(visible.split())


def squeeze(name: str) -> str:
    """Returns the key under which all spellings of a name meet: no spaces or marks, case folded.

    >>> squeeze("Route 53") == squeeze("route53")
    True
    """
    return "".join(ch for ch in normalise(name).casefold() if ch.isalnum())


def has_hangul(text: str) -> bool:
    """Says whether text holds a Hangul syllable or letter, decomposed ones too."""
    return any("가" <= ch <= "힣" or "ㄱ" <= ch <= "ㆎ" or "\u1100" <= ch <= "\u11ff" for ch in text)
