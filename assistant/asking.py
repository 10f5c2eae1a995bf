"""Which of nine kinds of answer a question asks for, from its wording alone."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

Asking = Literal[
    "where", "why", "compare", "yes_no", "recommend", "list", "value", "steps", "what_is", "passage"
]
"""Where something is noted; a reason; a difference; whether; which to use; kinds or members; a number or a
name; an order; what a thing is; anything else."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_WHERE = _any(
    r"어디(?:에|서|다)? ?(?:적|쓰여|써 ?[놨뒀둔놓]|정리|메모|기록|필기|다뤘)",
    r"어느 (?:노트|문서|파일|메모|페이지)|무슨 (?:노트|문서|메모)|노트 ?어디",
    r"\bwhere (?:did|have|do) (?:i|we) (?:write|written|note|noted|put|jot|mention|keep)",
    r"\b(?:which|what) (?:notes?|pages?|documents?)\b(?: (?:covers?|mentions?|says?|talks?|is|are))?(?: about)?",
    r"\bwhere (?:is|are|was|were)\b.*\b(?:noted|written|mentioned|described|in (?:my|the|our) notes)\b",
)
_WHY = _any(r"(?:^|\s)왜", r"이유|원인|까닭|어째서|때문이", r"\bwhy\b|reason|\bhow come\b|\bwhat causes\b")
_COMPARE = _any(
    r"차이|비교|다른(?:가|지|데)(?:요|\s|\?|$)|다른 ?(?:점|거|건|게)|다르|달라|다를",
    r"각각 (?:뭘|뭐|무엇|어떻)|나뉘어\?",
    r"\bvs\.?\b|\bversus\b|\bdiffer(?:s|ences?|ently)?\b|\bcompar|\bcontrast\b|\btrade-?offs?\b",
    r"\bdifferent from\b|\bbetween .+ and\b",
)
_WHETHER = _any(
    r"(?:나요|까요?|가요|[나까야냐니죠지]|[어아돼해]요?|[음함됨임님])\s*\??$",
    r"^(?:do|does|did|is|are|can|could|will|has|have|must|should)\b",
    r"(?:,|\bif) .*\b(?:do|does|can|is|are|will) [\w ]+\?$|, right\?$",
)
_OPEN = _any(
    r"뭐|뭔|뭘|뭡|무엇|무슨|무얼|어떤|어떻게|어디|언제|누가|누구|왜|몇|얼마|며칠|어느|뜻|란\??$",
    r"\b(?:what|which|why|how|where|who|when)\b",
)
"""Asks for more than yes or no."""

_WHICH = r"(?:뭐|뭘|무엇|무얼|어떤|어느|무슨|어디)[^?.]*"
_TO_CHOOSE = (
    r"(?:써야|쓰면|쓰는 ?게|쓸까|쓰지|써(?:요|\s|\??$)|해야|만들어야|나아|낫|나음|좋|맞음|맞아|맞나|맞을|유리"
    r"|걸어 두|두는 게|두면|넣지|맡기|봐야|바꿔야)"
)
_RECOMMEND = _any(
    r"(?:골라|고르|선택(?!지))[가-힣]* ?(?:하|돼|되|할|좋|지|나|면|야)|추천|적합|알맞|어울리",
    _WHICH + _TO_CHOOSE,
    r"언제 ?(?:쓰|써|쓸|쓴|사용|이용|고르|골라|선택|유용|적합|유리)",
    r"(?:게|쪽이|것이|편이) ?(?:더 )?(?:나아|낫|나음|나을|좋)|중에 (?:뭐|뭘|어느|어떤|무엇)",
    r"\bshould (?:i|we|you|one)\b|\bwould you (?:use|pick|recommend|choose)\b|\brecommend|\bsuitable\b",
    r"\bbest (?:for|way|choice|option|service|suited|fit)\b|\bcheapest\b",
    r"\bwhich (?:\w+ ){1,4}(?:should|can|would|to use|fits|suits|is right|is better|kind)\b",
    r"\bwhich (?:one|is better|\w+\??$)|\bwhat (?:do i|to|can i|could i|would i) (?:use|pick|choose|need)\b",
)
_VALUE = _any(
    r"몇|얼마|며칠|언제(?!든)|누가|누구|기본값|한도|최대|최소|어느 ?정도|얼만",
    r"이름(?:이|은|\?|$| 뭐)|숫자|개수|크기|용량|기간(?:은|이|\?|$)|어디에? (?:떨어|저장|쌓|두)",
    r"무슨 (?:파일|명령|값|포트|번호|언어|엔진|색)|뭐였|뭐더라|어느 ?쪽|뭐시기|야 [가-힣A-Za-z ]+야\??$",
    r"(?:시작하는|하는|해 ?주는) (?:서비스|거|것|기능)(?:\s*\??$| 뭐)",
    r"\bhow (?:many|much|long|large|big|often|soon|far|fast|high)\b|\bwhen\b|\bwho(?:se)?\b|\bwhich file\b",
    r"\b(?:max|maximum|min|minimum|default|limit|number of|price|cost of|name ?of|port|size)\b",
    r"\bwhere (?:do|does|is|are)\b|^(?:that |the )?(?:service|tool|file|command|feature)\b",
)

_NOUN = _any(
    r"(?:무슨|어느|어떤)\s*(?P<after>[가-힣A-Za-z0-9 ]{1,14})",
    r"(?P<before>[가-힣A-Za-z0-9]+)(?:[은는이가을를도]|란|이란)?\s*(?:뭐|무엇|뭔|뭘|얼마|몇|어디|언제|어떻게|누가|누구)",
    r"\b(?:(?:what|which) (?!is |are |was |were |do |does |did |can )|what(?:'s| is| are| was) the )"
    r"(?P<english>(?:[\w-]+\s?){1,3})",
)
"""The words around the noun that a question asks for."""


def asking(text: str, shape: str, *, number: bool) -> Asking:
    """Returns which kind of answer a question asks for.

    On the cases of `evals/cases` that say it, this is right for nine in ten of `dev`, on which it was
    written, and for three in four of the others.

    Args:
        text: The question, normalised.
        shape: The form its wording asks for: `list`, `steps`, `what_is` or `passage`.
        number: It asks for a number.
    """
    for kind, pattern in _CLEAR.items():
        if pattern.search(text):
            return kind
    if is_whether(text):
        return "yes_no"
    if _RECOMMEND.search(text):
        return "recommend"
    if shape == "list":
        return "list"
    if number or _VALUE.search(text):
        return "value"
    return "steps" if shape == "steps" else "what_is" if shape == "what_is" else "passage"


def is_comparison(text: str) -> bool:
    """Says whether a question asks how things differ."""
    return bool(_COMPARE.search(text))


def without_where(text: str) -> str:
    """Returns a question for where something is noted without the words that ask for it."""
    return _WHERE.sub(" ", text)


def is_whether(text: str) -> bool:
    """Says whether a question asks no more than yes or no."""
    return bool(_WHETHER.search(text)) and not _OPEN.search(text)


def asked_noun(text: str, words: Sequence[str]) -> int | None:
    """Returns which of a question's words is the noun it asks for: `번호` of `포트 번호가 뭐야`; None if none is.

    Args:
        text: The question, normalised.
        words: Its words, in order, as they stand in it.
    """
    matches = list(_NOUN.finditer(text))
    if not matches:
        return None
    noun = next(found for found in matches[-1].groups() if found).casefold()
    named = [place for place, word in enumerate(words) if word.casefold() in noun]
    return (named[-1] if matches[-1]["english"] else named[0]) if named else None


_CLEAR: Mapping[Asking, re.Pattern[str]] = {"where": _WHERE, "why": _WHY, "compare": _COMPARE}
