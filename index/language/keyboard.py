"""Korean typed while the keyboard was in English: `fkaek` for `람다`.

The standard layout (KS X 5002, two-set) has a consonant or vowel on each letter key; the keys of a syllable
are pressed in the order of its letters.
"""

import re
import unicodedata
from collections.abc import Iterable

_ONSETS = "r R s e E f a q Q t T d w W c z x v g".split()
_VOWELS = "k o i O j p u P h hk ho hl y n nj np nl b m ml l".split()
_CODAS = "r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g".split()
"""Keys in the order in which Unicode has the letters."""

_CONJOINING = (
    {keys: chr(0x1100 + i) for i, keys in enumerate(_ONSETS)},
    {keys: chr(0x1161 + i) for i, keys in enumerate(_VOWELS)},
    {keys: chr(0x11A8 + i) for i, keys in enumerate(_CODAS)} | {"": ""},
)


def _longest_first(keys: Iterable[str]) -> str:
    return "|".join(sorted(keys, key=len, reverse=True))


_VOWEL = _longest_first(_VOWELS)
_SYLLABLE = re.compile(
    rf"({_longest_first(_ONSETS)})({_VOWEL})((?:(?:{_longest_first(_CODAS)})(?!{_VOWEL}))?)"
)
"""A consonant before a vowel begins the next syllable."""


def typed_in_english(word: str) -> str | None:
    """Returns the Hangul that the same keys give on a Korean keyboard; None if they give no syllables.

    >>> typed_in_english("fkaek"), typed_in_english("lambda")
    ('람다', None)
    """
    letters: list[str] = []
    place = 0
    while place < len(word):
        match = _SYLLABLE.match(word, place)
        if match is None:
            return None
        letters += [table[keys] for table, keys in zip(_CONJOINING, match.groups(), strict=True)]
        place = match.end()
    return unicodedata.normalize("NFC", "".join(letters)) or None
