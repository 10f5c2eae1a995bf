"""A conversation in the terminal, line by line, over a small vault."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.chatting import chat
from assistant.conversations import Conversations
from tests.test_answers import PAIRED, OpenVault, open_vault

__all__ = ["open_vault"]

Chat = Callable[..., str]


@pytest.fixture
def talk(open_vault: OpenVault) -> Chat:
    """Types lines into a conversation and returns all that is written."""
    assistant = open_vault(PAIRED)

    def run(*lines: str) -> str:
        return "".join(_written(assistant, lines))

    return run


def _written(assistant: Assistant, lines: Sequence[str], store: Conversations | None = None) -> list[str]:
    typed: Iterator[str] = iter(lines)

    def read(prompt: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    written: list[str] = []
    chat(assistant, "auto", None, store, read, written.append)
    return written


def test_an_answer_is_written_once_though_it_grows(talk: Chat):
    said = talk("콜드브루가 뭐야?")
    assert said.startswith("콜드브루는 찬물로 오래 우려낸 커피이다. [1]\n")
    assert said.count("콜드브루는 찬물로 오래 우려낸 커피이다. [1]") == 1
    assert "[1] 콜드브루.md:5" in said


def test_a_follow_up_says_what_it_was_taken_for(talk: Chat):
    assert "\n(콜드브루 종류는?)\n" in talk("콜드브루가 뭐야?", "그럼 종류는?")


def test_what_is_folded_away_is_shown_by_a_word(talk: Chat):
    asked = talk("콜드브루 종류는?")
    assert "문장, 더)" in asked
    told = talk("콜드브루 종류는?", "더")
    assert "노트에서 더 보기:\n- " in told
    assert "노트에서 더 보기:\n" not in asked
    assert "(더 없어요" in talk("에스프레소가 뭐야?", "더 보기")


def test_asking_for_more_before_any_question_is_a_question(talk: Chat):
    assert "더 없어요" not in talk("더")


def test_a_chat_is_kept_as_one_conversation(open_vault: OpenVault, tmp_path: Path):
    with Conversations(tmp_path / "kept") as store:
        _written(open_vault(PAIRED), ["콜드브루가 뭐야?", "그럼 종류는?", "더"], store)
        (listed,) = store.listed()
        kept = store.load(listed.id)
    assert kept is not None
    assert [(turn.asked.question, turn.state) for turn in kept.turns] == [
        ("콜드브루가 뭐야?", "whole"),
        ("그럼 종류는?", "whole"),
    ]
    assert kept.turns[1].answer is not None
    assert kept.turns[1].answer.taken_as == "콜드브루 종류는?"


def test_a_chat_that_can_not_be_kept_goes_on_and_says_so(open_vault: OpenVault, tmp_path: Path):
    (tmp_path / "file").write_text("", "utf-8")
    with Conversations(tmp_path / "file" / "kept") as store:
        said = "".join(_written(open_vault(PAIRED), ["콜드브루가 뭐야?"], store))
    assert "콜드브루는 찬물로" in said
    assert "this conversation is not being kept" in said
