"""How English denies, orders, compares and joins: read off its function words."""

import re
from collections.abc import Iterator, Sequence

from index.language.morphemes import Morpheme

_REWRITES = (
    (re.compile(r"^(?:also|in addition|moreover|however|therefore|thus|so|note that),? ", re.IGNORECASE), ""),
    (re.compile(r"\bcannot\b", re.IGNORECASE), "can not"),
    (re.compile(r"n['’]t\b"), " not"),
    (re.compile(r"\bca not\b"), "can not"),
    (re.compile(r"\bwo not\b"), "will not"),
    (re.compile(r"\bunable to\b", re.IGNORECASE), "not able to"),
    (re.compile(r"\b(?:unlimited|limitless)\b", re.IGNORECASE), "without limit"),
    (re.compile(r"\bcosts? nothing\b", re.IGNORECASE), "is free"),
    (re.compile(r"\bno longer\b", re.IGNORECASE), "not"),
    (
        re.compile(r"\bup to\b|\bas (?:large|long|many|big|much|high|far) as\b(?= \d)", re.IGNORECASE),
        "at most",
    ),
    (re.compile(r"\bnot only\b", re.IGNORECASE), "also"),
)
_DENYING = re.compile(
    r"\b(?:not|never|no|without|neither|nor|none|except(?: for)?|excluding|instead of|rather than|hardly|nothing|unlike)\b",
    re.IGNORECASE,
)
_DENYING_PHRASES = frozenset(
    {"no", "without", "neither", "nor", "instead of", "rather than", "except", "excluding"}
)
_MAIN_DENIALS = re.compile(r"\b(?:not|never|no|neither|nor|none|nothing|hardly)\b", re.IGNORECASE)
_VERB = (
    r"(?:is|are|was|were|has|have|had|can|could|may|must|does|do|did|will|should|needs?|stays?|keeps?|takes?|gives?|uses?|"
    r"runs?|works?|suits?|remains?|supports?|offers?|stores?|costs?|pays?|gets?|means?|becomes?|goes|go|fits?|grows?|lets?|"
    r"makes?|sends?|receives?|handles?|reads?|writes?|requires?|allows?|moves?|charges?|attaches?|connects?|answers?|maps?|"
    r"points?|deletes?|returns?|computes?|covers?|provides?|detects?|contains?|consists?|belongs?|comes?)"
)
_JOINT = re.compile(
    r";\s+| · | — |,?\s+(?:but|while|whereas|so|however)\s+|,\s+(?:and|or|then|which)\s+|\s+and\s+|\.\s+",
    re.IGNORECASE,
)
_PHRASE_END = re.compile(
    rf"[,;.]|\b(?:to|of|for|in|from|by|that|which|with|and|but|on|at|{_VERB})\b", re.IGNORECASE
)
_OWN_OBJECT = re.compile(r"(?:[\w-]+\s+){1,5}(?:to|for|by|with|into)\s", re.IGNORECASE)
_HAS_VERB_SOON = re.compile(rf"(?:[\w.,'()/@-]+\s+){{0,7}}?{_VERB}\b", re.IGNORECASE)
_STARTS_WITH_VERB = re.compile(rf"(?:also |then |only |automatically |directly )?{_VERB}\b", re.IGNORECASE)
_ANY_VERB = re.compile(rf"\b{_VERB}\b", re.IGNORECASE)
MANY = re.compile(r"\b(?:several|multiple|many|various) $", re.IGNORECASE)
"""What stands before a thing that is several."""

NUMBER_JOINT = re.compile(r"(?<!\d),? and |; |(?<!\d), (?:and )?|(?<=\d), (?=\D)")
"""Where a clause may end between two numbers."""

_LABEL = re.compile(r"[^:]{1,60}: ")
_LEAST_WORDS = 3
_TOPIC_END = re.compile(rf"\s(?:only |also |mainly |usually )?(?:{_VERB}|[a-z]+s)\b")

_MARKS = {
    "only": re.compile(r"\bonly\b|\bsolely\b|\bexclusively\b|\balone\b|\bnothing but\b", re.IGNORECASE),
    "single": re.compile(r"\bonly (?:one|a single|once)\b|\bjust one\b|\bexactly one\b", re.IGNORECASE),
    "all": re.compile(r"\b(?:(?<!almost )(?<!nearly )all|(?<!almost )every|always|everyone|anyone|everything|whole|entire|entirely|completely)\b", re.IGNORECASE),
    "superlative": re.compile(r"\b(?:most(?= (?:cost|expens|secure|power|import))|cheapest|fastest|slowest|largest|smallest|lowest|highest|best|simplest|first)\b", re.IGNORECASE),
    "must": re.compile(r"\b(?:must|have to|has to|required?|requires|need(?:s|ed)? to|mandatory|obliged|necessary)\b", re.IGNORECASE),
    "can": re.compile(r"\b(?:can|may|could|possible|able|lets?|allows?|optional(?:ly)?)\b", re.IGNORECASE),
    "same": re.compile(r"\b(?:the same|identical|equal)\b", re.IGNORECASE),
    "different": re.compile(r"\b(?:different|another|other|separate)\b", re.IGNORECASE),
}  # fmt: skip


def rewritten(text: str) -> str:
    """Returns the text with fixed expressions in one form."""
    for pattern, form in _REWRITES:
        text = pattern.sub(form, text)
    return " ".join(text.split())


def denials(text: str, morphemes: Sequence[Morpheme], spans: Sequence[tuple[int, int, bool]]) -> list[int]:
    """Returns where each denied word begins: the next after `not`, the whole phrase after `no` and `without`."""
    found: list[int] = []
    for match in _DENYING.finditer(text):
        following = [start for start, *_ in spans if start >= match.end()]
        if match.group().casefold() in _DENYING_PHRASES and following:
            end = _PHRASE_END.search(text, match.end())
            found += [start for start in following if end is None or start < end.start()] or following[:1]
        elif following:
            found.append(min(following))
    return found


def role(text: str, morphemes: Sequence[Morpheme], start: int, end: int) -> str:
    """Returns the part in its clause that the preposition before a word gives it."""
    before = re.search(r"\b(than|from|to|into|onto|in|of)\s+(?:(?:a|an|the|another|other|its|their|one|amazon|aws)\s+)*$",
                       text[max(0, start - 40) : start], re.IGNORECASE)  # fmt: skip
    if before is None:
        return ""
    word = before[1].casefold()
    return {"into": "to", "onto": "to", "in": "", "of": "of"}.get(word, word)


def parts(text: str, morphemes: Sequence[Morpheme]) -> tuple[list[int], list[bool], list[int]]:
    """Divides a sentence where a clause with a subject of its own begins; see `korean.parts`."""
    starts, inherits, cuts = [0], [False], list[int]()
    for match in _JOINT.finditer(text):
        row = match.group() in (" · ", " — ")
        rest = text[match.end() :]
        soon = _HAS_VERB_SOON.match(rest)
        gapped = match.group().startswith(", and") and _OWN_OBJECT.match(rest) is not None
        left = text[starts[-1] : match.start()]
        told = _ANY_VERB.search(left) or match.group().strip(" ,") in (
            "which",
            "but",
            "while",
            "whereas",
            "so",
        )
        told = told or (
            match.group().startswith(", and") and left.count(" ") >= _LEAST_WORDS and ", " not in left
        )
        if not row and not (told and (soon or gapped)):
            continue
        if (
            not row
            and not gapped
            and re.search(r",\s", soon.group() if soon else "")
            and match.group().strip() == "and"
        ):
            continue
        cuts.append(match.end())
        if row or not _STARTS_WITH_VERB.match(rest):
            starts.append(match.end())
            inherits.append(
                row or bool(re.match(r"(?:it|its|they|their|this|that|these)\b", rest, re.IGNORECASE))
            )
    return starts, inherits, cuts


def topic(text: str, morphemes: Sequence[Morpheme], start: int, end: int) -> tuple[int, int]:
    """Returns the range of what a part is about: what stands before its first verb."""
    if label := _LABEL.match(text, start, end):
        return start, label.end() - 2
    found = _TOPIC_END.search(text, start, end)
    return (start, found.start()) if found else (start, start)


def marks(text: str) -> frozenset[str]:
    """Returns what a text claims beyond its words."""
    return frozenset(name for name, pattern in _MARKS.items() if pattern.search(text))


def denied(
    text: str, morphemes: Sequence[Morpheme], start: int, end: int, last: bool, any_denied: bool
) -> bool:
    """Whether a part says that something is not so; what is set aside with `without` does not count."""
    return len(_MAIN_DENIALS.findall(text[start:end])) % 2 == 1


def orders(
    text: str, morphemes: Sequence[Morpheme], start: int, end: int
) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Yields what comes first and what second: in time, as condition or cause, in a comparison."""
    for kind, word, first in (
        ("sequence", r"after", True),
        ("sequence", r"before|until|prior to", False),
        ("condition", r"when|if|whenever|unless", True),
        ("cause", r"because|due to", True),
    ):
        for match in re.finditer(rf"\b(?:{word})\b", text[start:end], re.IGNORECASE):
            begin, behind = start + match.start(), start + match.end()
            comma = text.find(",", behind, end)
            leads = (
                _ANY_VERB.search(text[start:begin]) is None
            )  # the clause stands first: `When it fails, ...`
            inner = (behind, comma if comma > 0 and leads else end)
            outer = (inner[1], end) if leads else (start, begin)
            yield (kind, inner, outer) if first else (kind, outer, inner)
    for match in re.finditer(r"\b(?:then)\b", text[start:end]):
        yield "sequence", (start, start + match.start()), (start + match.end(), end)
    for match in re.finditer(r"\bthan\b", text[start:end]):
        yield "than", (start + match.end(), end), (start, start + match.start())
    for match in re.finditer(r"\b(?:instead of|rather than)\b", text[start:end]):
        yield "instead", (start + match.end(), end), (start, start + match.start())
