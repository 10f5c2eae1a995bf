"""Sentences in a language nobody asked for."""

import pytest

from assistant.guard import is_foreign


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("S3는 对象 저장소다.", "ko"),
        ("S3はオブジェクトです。", "ko"),
        ("Lambda runs code without any server of your own.", "ko"),
        ("람다는 코드를 실행한다.", "en"),
        ("Lambda runs 코드 for you.", "en"),
    ],
)
def test_foreign(text: str, language: str):
    assert is_foreign(text, language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("람다는 코드를 실행한다.", "ko"),
        ("‘对象’은 객체라는 뜻이다.", "ko"),
        ("Amazon EC2 Auto Scaling", "ko"),
        ("`kubectl apply -f pod.yaml --wait for every pod that it makes`", "ko"),
        ("Lambda (람다) runs code.", "en"),
        ("The notes call it “서버리스”.", "en"),
    ],
)
def test_not_foreign(text: str, language: str):
    assert not is_foreign(text, language)  # type: ignore[arg-type]
