"""Does a cited text say this sentence? The suite's own check, apart from the system's verifier."""

import re
from collections import Counter
from collections.abc import Sequence

from index.text import squeeze

LEAST_OVERLAP = 0.85
"""Share of a sentence's character pairs that the cited text must have. Copied sentences have 1; a
sentence put together from two places, or with a name swapped, has less."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def supported(sentence: str, cited: Sequence[str], contexts: Sequence[str]) -> bool:
    """Says whether cited texts support a sentence.

    Args:
        sentence: As shown, without markers.
        cited: What each cited place says, its English twin after it.
        contexts: The headings over each place: a shown `람다: ...` names the heading.

    >>> supported("람다: 최대 15분까지 실행된다.", ["함수는 최대 15분까지 실행된다."], ["람다 > 한도"])
    True
    >>> supported("최대 20분까지 실행된다.", ["함수는 최대 15분까지 실행된다."], [""])
    False
    """
    if not cited:
        return False
    shown, held = squeeze(sentence), squeeze(" ".join((*cited, *contexts)))
    if not shown:
        return True
    if shown in held:
        return True
    numbers = set(_NUMBER.findall(sentence))
    if not numbers <= set(_NUMBER.findall(" ".join((*cited, *contexts)))):
        return False
    wanted, there = _pairs(shown), _pairs(held)
    overlap = sum(min(count, there[pair]) for pair, count in wanted.items())
    return overlap >= LEAST_OVERLAP * sum(wanted.values())


def _pairs(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(max(1, len(text) - 1)))
