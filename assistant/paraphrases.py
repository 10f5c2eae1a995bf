"""Other words for what a question says: wide, for finding out whether the notes speak of it.

To prove a sentence the verifier's own synonyms are used, which are narrower: here `빠르-` and `속도` may
stand for each other, though one is not the other.
"""

from collections.abc import Mapping

from assistant.verifying.lexicon import SYNONYMS, groups

_WIDER = """
돈 요금 비용 가격 무료 price cost pay money
공짜 무료 요금 비용 free
이용료 사용료 요금 비용
월세 월정액 정액
속도 빠르- 느리- 성능 speed fast slow
사진 그림 이미지 photo pictur imag
훈련 학습 train
되감- 되돌리- 복원 복구 rewind
날아가- 사라지- 없어지- 잃- 유실 lose lost
죽- 꺼지- 장애 멈추- die dead crash
망가지- 고장 장애 broken broke
손보- 고치- 수정 바꾸- 변경
옛날 이전 예전 former
누르- 클릭 승인 click press
맡기- 저장 보관 넣- 두-
쌓- 쌓이- 모으- 저장
서류 문서 파일 document
돌- 돌리- 실행 run
깔- 설치 instal
떠- 뜨- 만들- 생성
다운 장애 중단 멈추- down
뻗- 장애 중단 멈추-
막히- 차단 거부 막-
남- 남기- 보관 보존
안전 보안 보호 safe secur
튼튼 내구성 가용성
똑같- 같- 동일 same
처음 기본 default
혼자 하나 단독 alon
빼- 제거 삭제 제외
숨기- 비공개 암호화
"""


def _paraphrases() -> dict[str, frozenset[str]]:
    wider = groups(_WIDER)
    words = {*SYNONYMS, *wider}
    return {word: SYNONYMS.get(word, frozenset()) | wider.get(word, frozenset()) for word in words}


PARAPHRASES: Mapping[str, frozenset[str]] = _paraphrases()
"""From a term to the terms that a note may have for it, itself among them."""
