"""Words of drafted questions: which titles name things, promise lists or steps, and how to ask about them."""

import re
from collections.abc import Iterable

from assistant.texts import subject_particle
from index.reading.names import spellings
from index.text import has_hangul, squeeze

_ASPECTS = frozenset(
    squeeze(word)
    for word in (
        "특징 특성 장점 단점 장단점 한도 제한 요금 비용 가격 종류 유형 순서 절차 과정 단계 흐름 방법 예시 예 사례 정리 요약 "
        "참고 목차 개요 소개 배경 목적 정의 개념 원리 이유 결과 구성 구조 기능 역할 용도 주의 주의사항 팁 중요 질문 답 메모 "
        "보안 성능 백업 복구 모니터링 출처 링크 복습 결론 비교 차이 차이점 문제 해결 장애 원인 효과 활용 설정 사용법 기타 준비물 재료 핵심 요점 "
        "features feature limits limitations pricing cost costs types kinds steps procedure overview "
        "summary introduction background notes note info tip warning important example examples question "
        "quote abstract todo success failure danger bug references links advantages disadvantages pros cons "
        "security performance backup monitoring definition conclusion purpose usage faq setup architecture requirements ingredients"
    ).split()
)
"""Titles that name an aspect of something else, in any field of study."""

_LISTED = (
    r"(?:types?|kinds|features|components|parts|elements|advantages|benefits|disadvantages|principles"
    r"|functions|conditions|services|ingredients)"
)
_LISTING = re.compile(
    r"(?:종류|유형|형태|목록|구성 ?요소|요소|특징|특성|장점|단점|기능|방식|원칙|조건|역할|용도|서비스|재료|준비물)$"
    rf"|\b{_LISTED}$|^{_LISTED} of\b",
    re.IGNORECASE,
)
_STEPPING = re.compile(
    r"순서|절차|과정|단계|흐름|시나리오|방법|\b(?:steps|process|procedure|how to)\b", re.IGNORECASE
)
_WHY = re.compile(r"이유|왜 |까닭|^why\b", re.IGNORECASE)
_JOINED = re.compile(r"[가-힣A-Za-z0-9][와과] |[,/&?？!:+]| 및 | vs|·| and | or |->|→", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\S(?:은|는|을|를|에|에서|로|으로|의|하기|한|할|된|될) |(?:하기|[는은] ?(?:법|것|곳|때|점))$|[다요]\.$"
    r"|^(?:which|what|when|where|who|how)\b",
    re.IGNORECASE,
)
_FILENAME = re.compile(r"\d{4}[-./]\d|\.\w{2,4}$|^\d+(?:강|주차|장|일차)?$|[_#]")


def short_name(title: str) -> str:
    """Returns the name a title is spoken by, without what stands in parentheses.

    >>> short_name("EBS (Elastic Block Store)")
    'EBS'
    """
    found = spellings(title)
    return found[1] if len(found) > 2 or (len(found) == 2 and "(" in found[0]) else (found or [title])[0]


def is_thing_name(title: str) -> bool:
    """Says whether a title reads like the name of one thing, not a sentence, a pair or a file."""
    name = short_name(title)
    shortest, most_words = (1, 3) if has_hangul(name) else (2, 4)
    if not shortest <= len(squeeze(name)) <= 30 or len(name.split()) > most_words:
        return False
    return not any(pattern.search(name) for pattern in (_JOINED, _CLAUSE, _FILENAME, _WHY))


def is_aspect(title: str) -> bool:
    """Says whether a title names an aspect (`특징`), which alone is about nothing."""
    return squeeze(short_name(title)) in _ASPECTS


def opens_with(text: str, names: Iterable[str]) -> bool:
    """Says whether a sentence names one of these in its first words, as definitions do."""
    opening = squeeze(text[:60])
    return any(0 <= opening.find(key) <= 8 for name in names if (key := squeeze(name)))


def lists_by_title(title: str) -> bool:
    """Says whether a title promises a list."""
    return bool(_LISTING.search(short_name(title)))


def promises_steps(title: str) -> bool:
    """Says whether a title promises steps."""
    return bool(_STEPPING.search(short_name(title)))


def what_is_question(name: str, turn: int, korean: bool) -> str:
    """Asks what something is; `turn` varies the wording, and no particle is put where none is sure.

    >>> what_is_question("버킷", 0, True), what_is_question("Lambda", 1, True)
    ('버킷이 뭐야?', 'Lambda에 대해 설명해 줘')
    """
    if not korean:
        proper = any(letter.isupper() for letter in name[1:])  # other nouns would need an article
        forms = (f"What does {name} mean?", f"Explain {name}.", f"What is {name}?")[: 2 + proper]
    elif not (particle := _particle(name)):
        forms = (f"{name} 뜻이 뭐야?", f"{name}에 대해 설명해 줘", f"{name}, 이게 뭐였지?")
    else:
        forms = (
            f"{name}{particle} 뭐야?",
            f"{_with(name, '은는')} 무엇인가요?",
            f"{name}{particle} 뭔지 설명해 줘",
            f"{name}{'이란' if particle == '이' else '란'}?",
        )
    return forms[turn % len(forms)]


def _particle(word: str) -> str:
    """이 or 가; nothing where the word's sound is not sure (`S3` is read 에스쓰리, `ONTAP` 온탭)."""
    last = word.split()[-1]
    return subject_particle(last) if re.search(r"[가-힣]$|^[A-Z]{2,4}$", last) else ""


def _with(word: str, pair: str) -> str:
    """A word with the particle of a pair such as `을를` that follows it; alone where that is not sure."""
    return word + {"이": pair[0], "가": pair[1], "": ""}[_particle(word)]


def why_question(title: str) -> str:
    """Turns a title that gives or asks a reason into a question; empty for any other title.

    >>> why_question("캐시를 쓰는 이유"), why_question("특징")
    ('캐시를 쓰는 이유가 뭐야?', '')
    """
    name = short_name(title).rstrip("?？ ")
    if not _WHY.search(title) or len(name.split()) < 2:
        return ""
    return f"{name}{subject_particle(name)} 뭐야?" if name.endswith(("이유", "까닭")) else f"{name}?"


def list_question(title: str, subject: str, korean: bool) -> str:
    """Asks for what a section lists."""
    name = short_name(title)
    if not korean:
        if not lists_by_title(title):
            return f"List what belongs to {name}."
        return f"What are the {name[0].lower()}{name[1:]}{f' of {subject}' if subject else ''}?"
    asked = f"{subject} {name}".strip()
    if lists_by_title(title) and len(name) % 2:
        return f"{_with(asked, '을를')} 모두 알려 줘"
    return f"{asked}에는 어떤 것들이 있어?"


def steps_question(title: str, subject: str, korean: bool) -> str:
    """Asks for the steps of a section."""
    name = short_name(title)
    asked = f"{subject} {name}".strip()
    if not korean:
        steps = name[0].lower() + name[1:] if _STEPPING.match(name) else f"steps of {name}"
        return f"What are the {steps}{f' in {subject}' if subject and not has_hangul(subject) else ''}?"
    if promises_steps(title) or name.endswith(("것", "일", "점")):
        return f"{_with(asked, '을를')} 차례대로 알려 줘"
    return f"{_with(asked, '은는')} 어떤 순서로 이루어져?"


def subject_of(title: str, above: str) -> str:
    """Returns the heading above as the subject that a title needs; empty where the title says it itself.

    >>> subject_of("특징", "EBS (Elastic Block Store)"), subject_of("서비스 종류", "데이터 분석 서비스 개요")
    ('EBS', '데이터 분석')
    """
    subject = re.sub(
        r"\s+(?:개요|기초|정리|소개|overview|basics)$", "", short_name(above), flags=re.IGNORECASE
    )
    first = re.split(r"[와과]?\s", subject)[0]
    if not subject or squeeze(subject) in squeeze(title) or title.startswith(first):
        return ""
    words, own = subject.split(), title.split()
    # Words that both have where they meet are said once.
    met = next(count for count in range(len(words), -1, -1) if words[len(words) - count :] == own[:count])
    return " ".join(words[: len(words) - met])
