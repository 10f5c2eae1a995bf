"""Questions that a vault should not answer: about things, and details of things, that no note mentions."""

import re
from collections.abc import Iterable, Sequence

from index.text import has_hangul, squeeze

_LACKING = (
    ("블록체인", "블록체인 합의 알고리즘이 뭐야?", "What is a blockchain?", "blockchain"),
    ("양자컴퓨터", "양자컴퓨터는 어떤 원리로 계산해?", "How does quantum computing work?", "quantum"),
    ("기회비용", "기회비용이 무슨 뜻이야?", "What does opportunity cost mean?", "opportunity"),
    ("미토콘드리아", "미토콘드리아는 무슨 일을 해?", "What do mitochondria do?", "mitochondria"),
    ("쿠버네티스", "쿠버네티스 파드는 어떻게 배포해?", "How do I deploy a Kubernetes pod?", "kubernetes"),
    ("훈민정음", "훈민정음은 누가 만들었어?", "Who created Hangul?", "hangul"),
    ("김치찌개", "김치찌개는 어떻게 끓여?", "How do I cook kimchi stew?", "kimchi"),
    ("역전파", "역전파 알고리즘을 설명해 줘", "Explain the backpropagation algorithm.", "backpropagation"),
)
"""A word and a question each, Korean and English, from far apart fields: some are in no vault."""

_LACKING_OF = (
    ("점유율", "{name} 시장 점유율은 몇 퍼센트야?", "What is the market share of {name}?", "market share"),
    (
        "자격증",
        "{name} 자격증 시험은 언제 있어?",
        "When is the certification exam on {name}?",
        "certification",
    ),
    ("창시자", "{name} 창시자는 누구야?", "Who is the inventor of {name}?", "inventor"),
    ("특허", "{name} 특허는 누가 갖고 있어?", "Who holds the patent on {name}?", "patent"),
    ("경쟁사", "{name} 경쟁사는 어디야?", "Who are the competitors of {name}?", "competitors"),
    ("교과서", "{name} 내용은 어느 교과서에 나와?", "Which textbook covers {name}?", "textbook"),
)
"""The same about a detail of something that the notes do have."""


def absent_questions(
    texts: Iterable[str], names: Sequence[str], korean: bool, each: int
) -> list[tuple[str, str]]:
    """Returns questions about what no note mentions, each with its kind, `absent` or `near_miss`.

    Args:
        texts: The whole text of every note.
        names: Things the notes define, to ask a missing detail of.
        korean: Language of the questions.
        each: Most questions of a kind.
    """
    said = " ".join(texts).casefold()
    squeezed = squeeze(said)

    def lacking(rows: Sequence[tuple[str, str, str, str]]) -> list[str]:
        free = [row for row in rows if row[0] not in squeezed and not re.search(rf"\b{row[3]}\b", said)]
        return [row[1 if korean else 2] for row in free[:each]]

    fitting = [name for name in names if korean or not has_hangul(name)]
    spread = fitting[:: max(1, len(fitting) // each)]
    near = [form.format(name=name) for form, name in zip(lacking(_LACKING_OF), spread, strict=False)]
    return [*(("absent", text) for text in lacking(_LACKING)), *(("near_miss", text) for text in near)]
