"""What a question asks for, from its wording alone: its kind and its language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from assistant.answers import Language
from assistant.asking import Asking, asking, is_comparison, is_whether
from assistant.settings import AnswerLanguage
from index.terms import stem
from index.text import has_hangul, normalise

Kind = Literal["what_is", "list", "steps", "passage"]

_SPOKEN_WHAT = re.compile(r"머(?=(?:야|[예에]요|임|지|죠|니|냐|더라|가 (?:있|달))[\s?!.~]*(?:$|\s))")
"""`머야` as it is said, for `뭐야`."""

_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")

MAX_QUESTION = 2000
"""Characters of a question that are read; a person's longest questions are far shorter."""

_KINDS: dict[Kind, re.Pattern[str]] = {
    "steps": re.compile(
        r"순서|절차|단계|과정|시나리오|흐름|려면|방법|뭐부터"
        r"|어떻게 (?:하|해|되|진행|동작|작동|확장|배포|만들|설정|올리|처리|늘|전달|옮기)"
        r"|\bhow (?:should|do|can|does|is|are|to)\b|\bin (?:what|which) order\b"
        r"|\bsteps\b|\bstep by step\b|\bprocess\b|\bscenarios?\b|\bprocedure\b|\bstages?\b|\bworkflow\b",
        re.IGNORECASE,
    ),
    "list": re.compile(
        r"종류|유형|형태|가지(?:가|를|는|야|인|로)?(?:\s|\?|$)|몇 가지"
        r"|목록|나열|리스트|전부|모두 알려|다 알려|나뉘|구성(?:돼|되|은|이| ?요소)"
        r"|특징|장점|기능(?:을|은|들)? (?:정리|알려|설명)"
        r"|뭐뭐|뭐가 (?:있|포함)|뭐 있|무엇이 있|무엇무엇|무엇들|어떤 (?:것|게) 있"
        r"|어떤 [가-힣A-Za-z0-9 ]{1,20}(?:들이|이|가|들) 있"
        r"|(?:것|거|서비스|기능|옵션|방식|도구|정책|클래스)(?:들)?(?:에는|에|은|는|엔)? ?(?:뭐|무엇|어떤)[가-힣]* ?있"
        r"|(?:에는|에|엔|로는|으로는) (?:뭐|무엇|어떤)[^?]{0,14}있"
        r"|\b(?:kinds?|types?|forms?|categor(?:y|ies)) of\b|\bwhat (?:kinds?|types?|forms?)\b"
        r"|\b(?:kinds?|types?|forms?)\b.*\b(?:are|exist|is) there\b"
        r"|\blist\b|\bwhat are the\b|\bname (?:the|all)\b"
        r"|\bwhich (?:\w+ ){0,3}\w+s (?:are|does|do|can|exist|belong)\b"
        r"|\bwhat (?:\w+ ){0,4}\w+s (?:are there|does|do|exist)\b",
        re.IGNORECASE,
    ),
    "what_is": re.compile(
        r"뭐(?:야|예요|에요|임|지|죠|니|냐|더라|였|라고|란|고)|뭔(?:가|지|데)|무엇|뭘까|뭐 ?하는|[이가] 뭐"
        r"|뜻|의미|정의|개념|이란|란\s*\??$|란\?|에 대해|설명|알려|소개|어떤 (?:서비스|거|것)|[은는]\??$"
        r"|\bwhat(?:'s| is| are| does)\b|\bwhat .* mean|\bmeaning\b"
        r"|\bdefine\b|\bexplain\b|\bdescribe\b|\btell me about\b",
        re.IGNORECASE,
    ),
}
"""What asks for each kind of answer, tried in this order; a comparison is a list, too."""

NumberKind = Literal["year", "share", "money", "time", "size", "count"]

_NUMBERS: dict[NumberKind, re.Pattern[str]] = {
    "year": re.compile(
        r"몇 ?년도|언제 (?:출시|나왔|공개|시작)|\b(?:what|which) year\b|\bwhen was\b", re.IGNORECASE
    ),
    "share": re.compile(
        r"몇 ?(?:퍼센트|퍼|프로|%)|얼마나[^?]{0,6}(?:할인|싸|저렴)|(?:할인|내구성|가용성)[가-힣]* ?(?:얼마|최대|몇)"
        r"|\b(?:what|how many|which) (?:percent|%)|\bwhat percentage\b|\bhow much (?:cheaper|discount|off)\b",
        re.IGNORECASE,
    ),
    "time": re.compile(
        r"몇 ?(?:초|분|시간|일|주|달|개월|년|밀리초)|며칠|얼마(?:나| ?만에| 동안)|최대 (?:시간|기간)"
        r"|\bhow (?:long|often|soon)\b|\bhow many (?:\w+ )?(?:seconds|minutes|hours|days|months|years)\b",
        re.IGNORECASE,
    ),
    "size": re.compile(
        r"몇 ?(?:[KMGT]i?B|바이트|기가|메가|테라)|최대 (?:크기|용량)|(?:크기|용량)[는은이가]? ?(?:얼마|최대)"
        r"|\bhow (?:large|big)\b|\b(?:maximum|max) (?:\w+ )?(?:size|capacity)\b",
        re.IGNORECASE,
    ),
    "money": re.compile(
        r"(?:요금|가격|비용|값)[^?]*얼마|(?:당|월|한 달) ?(?:요금|가격|비용)"
        r"|\bhow much (?:does|do|is|are)\b|\bprice of\b",
        re.IGNORECASE,
    ),
    "count": re.compile(
        r"몇 ?(?!가지)[가-힣]|얼마|최대 (?:개수|한도)|\bhow many\b|\b(?:maximum|minimum|max|min) \w+",
        re.IGNORECASE,
    ),
}
"""What asks for a number of each kind, tried in this order: the last takes any other."""

_NO_NUMBER: frozenset[Asking] = frozenset({"where", "why", "compare", "recommend"})
"""What asks for more than a number, though it may name one: `30분 걸리는 작업은 뭘로 돌려야 해?`."""

_KINDS_OF = re.compile(r"종류|유형|형태|\b(?:kinds?|types?|forms?)\b", re.IGNORECASE)


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words)


ASKING_WORDS = _stems(
    "뜻 의미 정의 개념 설명 종류 유형 순서 절차 단계 과정 목록 나열 리스트 이유 무엇 정리 요약 소개 궁금 질문 부탁 답변 말씀 대답 "
    "차이 차이점 비교 구분 차례대로 차례 방법 방식 가지 형태 어떤 뭐 전부 모두 노트 내용 예 예시 것 거 식 동작 작동 진행 간단 자세 쉽 알 알려주 "
    "말하 가르치 묻 주 분야 나뉘 구성 특징 특성 보여주 보이 다르 란 이란 서술 논하 드리 혹시 대략 그거 말 뭥미 이름 각각 마지막 처음 제일 "
    "가장 총 값 개수 줄 선택지 자체 측면 면 각자 둘 셋 vs reason something 얼마 며칠 몇 최대 최소 maximum minimum max min many much long kind type "
    "form mean definition concept step process order list name differ difference "
    "compare way three two example note tell explain describe summarize work "
    "happen keep come take".split()
)
"""Terms that say how to answer, not what about; a passage need not hold them to be an answer."""

GENERIC_WORDS = _stems(
    "aws 아마존 amazon 서비스 service 기능 사용 이용 쓰 쓰이 하 되 제공 지원 클라우드 cloud 경우 때 필요 가능 부르 "
    "도와주 돕 주로 사람 need possible offer support provide call".split()
)
"""Terms that so many notes hold that they tell hardly anything."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood.

    Attributes:
        text: The question in NFC, white space folded, at most `MAX_QUESTION` characters.
        language: Language of the question.
        kind: The form of answer it asks for.
        asks: What it asks for.
        number: Which kind of number it asks for; None if it asks for none.
        compares: It asks how things differ.
        yes_no: It asks whether something is so.
        kinds: It asks which kinds of a thing there are, not just for a list.
    """

    text: str
    language: Language
    kind: Kind
    asks: Asking
    number: NumberKind | None
    compares: bool
    yes_no: bool
    kinds: bool


def understand(text: str) -> Question:
    """Reads a question.

    >>> understand("스토리지 서비스 종류는?").kind, understand("What is Lambda?").language
    ('list', 'en')
    """
    clean = _SPOKEN_WHAT.sub("뭐", normalise(text)[:MAX_QUESTION])
    compares = is_comparison(clean)
    number = _number(clean)
    kind: Kind = "list" if compares else _kind(clean)
    asks = asking(clean, kind, number=number is not None)
    if asks in _NO_NUMBER:
        number = None
    if asks == "recommend" and kind == "what_is":
        kind = "passage"
    if number and kind != "list":
        kind = "passage"
    return Question(
        clean,
        _language(clean),
        kind,
        asks,
        number,
        compares,
        is_whether(clean),
        bool(_KINDS_OF.search(clean)),
    )


def _language(text: str) -> Language:
    latin = any(ch.isascii() and ch.isalpha() for ch in text)
    return "en" if latin and not has_hangul(text) else "ko"


def answer_language(text: str, chosen: AnswerLanguage, reader: Language) -> AnswerLanguage:
    """Returns the language to answer in: a question of nothing but names tells none, and takes the reader's.

    >>> answer_language("EBS vs EFS", "auto", "ko"), answer_language("what is EBS", "auto", "ko")
    ('ko', 'auto')
    """
    words = _LATIN_WORD.findall(text)
    only_names = not has_hangul(text) and (len(words) == 1 or (words and all(map(_is_name, words))))
    return reader if chosen == "auto" and only_names else chosen


def _is_name(word: str) -> bool:
    """`EC2`, `CloudFront` and what stands between two of them, but not `What`."""
    return word.casefold() in ("vs", "and", "or") or any(ch.isupper() or ch.isdigit() for ch in word[1:])


def _kind(text: str) -> Kind:
    for kind, pattern in _KINDS.items():
        if pattern.search(text):
            return kind
    # A bare name (`람다`, `EC2`) asks what it is; anything longer asks for a passage.
    bare = len(text.split()) <= 3 and not text.endswith(("까", "나요", "가요"))
    return "what_is" if bare else "passage"


def _number(text: str) -> NumberKind | None:
    for kind, pattern in _NUMBERS.items():
        if pattern.search(text):
            return kind
    return None
