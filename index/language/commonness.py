"""How common an English word is, whatever the notes are about: the one door to wordfreq.

A vault of Korean notes holds few English words, so the rare ones among them, by the vault's own count,
are as often `also` in some line of code as a name. General English tells the two apart.
"""

import math
from functools import cache, lru_cache

from index.language.latin import stem
from index.text import has_hangul

_COMMON, _RARE = 5.0, 3.0
"""On the Zipf scale, the logarithm of a word's count in a billion words: `option`, and `lambda`."""


@lru_cache(maxsize=65_536)
def likely_name(term: str) -> float:
    """Returns how far a term is a name or identifier rather than an English word: 0 `option`, 1 `uvicorn`.

    Args:
        term: A term of `index/terms.py`; one that is not made of Latin letters alone is 1.
    """
    if not term.isalpha() or has_hangul(term):
        return 1.0
    count = _counts().get(term, 0.0)
    zipf = math.log10(count * 1e9) if count else 0.0
    return min(1.0, max(0.0, (_COMMON - zipf) / (_COMMON - _RARE)))


@cache
def _counts() -> dict[str, float]:
    """The share of each stem among the words of English text."""
    from wordfreq import get_frequency_dict

    counts: dict[str, float] = {}
    for word, share in get_frequency_dict("en", wordlist="small").items():
        term = stem(word)
        counts[term] = counts.get(term, 0.0) + share
    return counts
