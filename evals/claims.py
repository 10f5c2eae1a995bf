"""Claims made out of gold sentences, true and false, that a citation check must tell apart.

The embedded answerer copies, so its answers hardly ever need the check. What the check is worth is
seen only on claims that should fail it.
"""

import re
from collections.abc import Iterator, Mapping

from evals.gold import GoldCase
from evals.observation import Inspectable
from evals.vault import Span, Vault
from index.text import squeeze

CLAIMS: Mapping[str, str] = {
    "true": "true sentences under their own place that pass the citation check",
    "number": "sentences with a number changed that fail the citation check",
    "negation": "sentences turned into their opposite that fail the citation check",
    "glued": "halves of two sentences put together that fail the citation check",
    "wrong_place": "true sentences under the place of another that fail the citation check",
    "invented": "sentences with an invented list item that fail the citation check",
}
"""Kinds of claims, and what it means that they are judged as they should be."""

_OPPOSITES = (
    ("할 수 있다", "할 수 없다"), ("지 않는다", "는다"), ("없다", "있다"), ("있다", "없다"), ("이다", "이 아니다"),
    ("한다", "하지 않는다"), ("된다", "되지 않는다"),
)  # fmt: skip
_NUMBER = re.compile(r"\d+")


def check_claims(case: GoldCase, system: Inspectable, vault: Vault) -> dict[str, bool]:
    """Returns, for each kind of claim that can be made of a case's gold, whether it was judged right."""
    return {
        kind: system.supports(claim, span) == (kind == "true") for kind, claim, span in _claims(case, vault)
    }


def _claims(case: GoldCase, vault: Vault) -> Iterator[tuple[str, str, Span]]:
    if not case.needs:
        return
    span = case.needs[0][0]
    text = vault.said(span)
    yield "true", text, span
    if number := _NUMBER.search(text):
        changed = str(int(number.group()) + 1)
        yield "number", text[: number.start()] + changed + text[number.end() :], span
    for words, opposite in _OPPOSITES:
        if words in text:
            yield "negation", opposite.join(text.rsplit(words, 1)), span
            break
    yield "invented", text.rstrip(".") + ", 그리고 양자 텔레포트 게이트웨이.", span
    other = vault.neighbour(span)
    if other is not None:
        strange = vault.said(other)
        glued = text[: len(text) // 2] + strange[len(strange) // 2 :]
        if squeeze(glued) != squeeze(text):  # rows of a table may end alike
            yield "glued", glued, span
        yield "wrong_place", text, other
