"""What the report says, in Korean and English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from evals.compare import Verdict
from evals.loss import MEANING, Loss
from evals.metrics import BY_NAME


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; the page shows the one of its `lang`."""

    ko: str
    en: str

    def of(self, **values: object) -> "Text":
        """Returns the text with its `{}` filled."""
        return Text(self.ko.format(**values), self.en.format(**values))

    def __html__(self) -> str:
        """Returns both, escaped; this is what a template with autoescape puts in."""
        return Markup('<span class="t" lang="ko">{}</span><span class="t" lang="en">{}</span>').format(
            self.ko, self.en
        )


def same(text: str) -> Text:
    """Returns a text that is the same in both languages: a name, a path."""
    return Text(text, text)


VERDICTS: Mapping[Verdict, Text] = {
    "regressed": Text("나빠짐", "worse"),
    "improved": Text("나아짐", "better"),
    "equivalent": Text("같음", "same"),
    "inconclusive": Text("불확실", "unclear"),
}

OVERALL: Mapping[str, Text] = {
    "regressed": Text("기준선보다 나빠졌습니다", "Worse than the baseline"),
    "improved": Text("기준선보다 나아졌습니다", "Better than the baseline"),
    "equivalent": Text("기준선과 차이가 없습니다", "No different from the baseline"),
    "inconclusive": Text("뚜렷한 차이가 없습니다", "No clear difference from the baseline"),
    "none": Text("비교할 기준선이 없습니다", "No baseline to compare with"),
    "unshared": Text("기준선과 비교할 수 없습니다", "Cannot be held against the baseline"),
}

FLIPS: Mapping[str, Text] = {"lost": Text("새로 틀림", "lost"), "won": Text("새로 맞음", "won")}

NAMES: Mapping[str, Text] = {
    "recall@1": Text("재현율, 1위", "Recall, top 1"),
    "recall@3": Text("재현율, 상위 3개", "Recall, top 3"),
    "recall@5": Text("재현율, 상위 5개", "Recall, top 5"),
    "recall@10": Text("재현율, 상위 10개", "Recall, top 10"),
    "mrr": Text("첫 근거의 순위", "Reciprocal rank"),
    "ndcg@10": Text("순위 품질", "Ranking quality"),
    "found": Text("근거를 모두 찾음", "All found"),
    "sections": Text("목록의 절 포함률", "Sections of a list"),
    "rewritten": Text("풀어 쓴 후속 질문", "Follow-ups written out"),
    "correct": Text("정답", "Correct"),
    "fact_recall": Text("답에 담긴 사실", "Facts said"),
    "fact_recall+more": Text("펼치면 보이는 사실", "Facts said or folded away"),
    "fact_recall@300": Text("앞 300자에 담긴 사실", "Facts said early"),
    "fact_precision": Text("요점에 맞는 문장", "Sentences on point"),
    "citation_recall": Text("근거를 댄 사실", "Facts cited"),
    "citation_precision": Text("근거가 맞는 인용", "Citations that hold"),
    "exact_spans": Text("원문 일치 인용", "Exact quotes"),
    "unsupported": Text("근거 없는 문장", "Unsupported sentences"),
    "language": Text("언어 일치", "Right language"),
    "refusal_recall": Text("올바른 거절", "Rightly refused"),
    "refusal_precision": Text("거절의 정확도", "Refusals that are right"),
    "false_refusal": Text("잘못된 거절", "Wrongly refused"),
    "caught:true": Text("검사: 참인 문장", "Check: true sentence"),
    "caught:number": Text("검사: 바뀐 숫자", "Check: changed number"),
    "caught:negation": Text("검사: 뒤집은 문장", "Check: negation"),
    "caught:glued": Text("검사: 이어 붙인 문장", "Check: glued halves"),
    "caught:wrong_place": Text("검사: 다른 위치", "Check: wrong place"),
    "caught:invented": Text("검사: 지어낸 항목", "Check: invented item"),
    "sentences": Text("답의 문장 수", "Sentences"),
    "characters": Text("답의 글자 수", "Characters"),
}
"""Metrics as people call them; `test_report` holds them against `metrics.METRICS`."""

_ABOUT: Mapping[str, str] = {
    "recall@1": "가장 위의 구절 하나에 든 근거",
    "recall@3": "상위 구절 세 개에 든 근거",
    "recall@5": "상위 구절 다섯 개에 든 근거",
    "recall@10": "상위 구절 열 개에 든 근거",
    "mrr": "근거가 담긴 첫 구절의 순위를 뒤집은 값 (1 / 순위)",
    "ndcg@10": "새로운 근거가 담긴 구절, 위에 있을수록 높음",
    "found": "상위 다섯 개 안에서 근거를 모두 찾은 질문",
    "sections": "목록에 필요한 절 가운데 상위 열 개에 든 것",
    "rewritten": "후속 질문을 온전한 질문으로 풀어 썼을 때의 recall@10",
    "correct": "사실을 모두 근거와 함께 말하고, 노트에 없으면 거절한 질문",
    "fact_recall": "답에 담긴 핵심 사실",
    "fact_recall+more": "답이나 그 아래 접어 둔 문장에 담긴 핵심 사실",
    "fact_recall@300": "답의 처음 300자 안에서 말한 핵심 사실",
    "fact_precision": "핵심 사실을 말하거나 근거를 인용한 문장",
    "citation_recall": "인용한 위치에 실제로 적혀 있는 핵심 사실",
    "citation_precision": "핵심 사실을 말한 문장의 인용 가운데 그 사실이 있는 것",
    "exact_spans": "노트의 글자와 똑같은 인용문",
    "unsupported": "인용한 어느 위치로도 뒷받침되지 않는 문장",
    "language": "써야 할 언어로 쓴 문장",
    "refusal_recall": "노트에 없는 질문 가운데 거절한 것",
    "refusal_precision": "거절 가운데 정말 노트에 없던 것",
    "false_refusal": "답할 수 있는데 거절한 질문",
    "caught:true": "제 위치를 인용한 참인 문장을 통과시킨 비율",
    "caught:number": "숫자를 바꾼 문장을 걸러 낸 비율",
    "caught:negation": "반대로 뒤집은 문장을 걸러 낸 비율",
    "caught:glued": "두 문장을 이어 붙인 것을 걸러 낸 비율",
    "caught:wrong_place": "다른 위치를 인용한 참인 문장을 걸러 낸 비율",
    "caught:invented": "지어낸 항목이 든 문장을 걸러 낸 비율",
    "sentences": "답 하나의 문장 수",
    "characters": "답 하나의 글자 수",
}

GROUPS: Mapping[str, Text] = {
    "all": Text("전체", "All"),
    "kind": Text("질문 종류", "What is asked"),
    "lang": Text("질문의 언어", "Language of the question"),
    "typed": Text("표기와 말투", "How it is typed"),
    "about": Text("주제", "What it is about"),
}

_SLICES: Mapping[str, Text] = {
    "all": Text("모든 질문", "All cases"),
    "kind:what_is": Text("정의", "What is"),
    "kind:list": Text("목록", "List"),
    "kind:compare": Text("비교", "Compare"),
    "kind:steps": Text("순서", "Steps"),
    "kind:recommend": Text("추천", "Recommend"),
    "kind:why": Text("이유", "Why"),
    "kind:value": Text("값", "Value"),
    "kind:yes_no": Text("예/아니요", "Yes or no"),
    "kind:follow_up": Text("후속 질문", "Follow-up"),
    "kind:absent": Text("노트에 없음", "Absent"),
    "kind:near_miss": Text("비슷하지만 없음", "Near miss"),
    "lang:ko": Text("한국어", "Korean"),
    "lang:en": Text("영어", "English"),
    "typed:paraphrase": Text("바꿔 말하기", "Paraphrase"),
    "typed:colloquial": Text("구어체", "Colloquial"),
    "typed:half_name": Text("이름의 일부", "Half a name"),
    "typed:typo": Text("오타", "Typo"),
    "typed:spacing": Text("띄어쓰기", "Spacing"),
    "typed:particles": Text("조사", "Particles"),
    "typed:mixed_script": Text("한영 혼용", "Mixed script"),
    "typed:nfd": Text("자모 분리 (NFD)", "Decomposed (NFD)"),
    "typed:english_over_korean": Text("한국어 노트에 영어로", "English over Korean notes"),
}

SLICE_ORDER: Mapping[str, int] = {name: i for i, name in enumerate(_SLICES)}
"""Where a slice stands among others: the order they are written down in, which has a sense."""

# What `metrics.wrong_with` and `compare` say to developers, for the Korean page.
_REASONS: tuple[tuple[str, str], ...] = (
    (r"not said: (.*)", r"말하지 않음: \1"),
    (r"said without proof: (.*)", r"근거 없이 말함: \1"),
    (r"must not be said: (.*)", r"말하면 안 되는 내용: \1"),
    (r"answered what the notes don't say", "노트에 없는 것을 답함"),
    (r"refused what the notes say", "노트에 있는데 거절함"),
    (r"(\d+) cases are only in the first (.*)", r"기준선에만 있는 질문 \1개 \2"),
    (r"(\d+) cases are only in the second (.*)", r"이번 실행에만 있는 질문 \1개 \2"),
    (r"(\d+) cases were rewritten in between (.*)", r"그 사이 고쳐 쓴 질문 \1개 \2"),
    (r"the notes differ", "노트가 서로 다름"),
    (r"(\d+) cases failed to run in the first (.*)", r"기준선에서 실행하지 못한 질문 \1개 \2"),
    (r"(\d+) cases failed to run in the second (.*)", r"이번에 실행하지 못한 질문 \1개 \2"),
)


def metric_name(metric: str) -> Text:
    """Returns what people call a metric; its own name where it has none."""
    return NAMES.get(metric, same(metric))


def metric_about(metric: str) -> Text:
    """Returns what a metric counts."""
    english = BY_NAME[metric].about if metric in BY_NAME else ""
    return Text(_ABOUT.get(metric, english), english)


def slice_name(name: str) -> Text:
    """Returns what people call a slice.

    >>> slice_name("lang:ko").en, slice_name("about:s3").ko
    ('Korean', 's3')
    """
    return _SLICES.get(name, same(name.split(":", 1)[-1]))


def loss_name(loss: Loss) -> Text:
    """Returns what people call a stage.

    >>> loss_name("not_used").en
    'not used'
    """
    return Text(MEANING[loss][0], loss.replace("_", " "))


def reason(text: str) -> Text:
    """Returns a developer's reason with its Korean; the same where it is not known.

    >>> reason("not said: 15분").ko
    '말하지 않음: 15분'
    """
    for pattern, korean in _REASONS:
        match = re.fullmatch(pattern, text, re.DOTALL)
        if match:
            return Text(match.expand(korean), text)
    return same(text)
