"""Answers that a chat model writes: proved by the notes, marked, or replaced. The model is a scripted server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from assistant.answers import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.texts import NOT_FOUND_BY_MODEL, UNPROVED
from assistant.turns import Turn
from index.opened import Index
from tests.scripted_server import Cut, Reply, ScriptedServer, Status

NOTES = {
    "람다.md": "# 람다 (Lambda)\n람다는 서버 없이 코드를 실행하는 서비스이다.\n- 함수는 최대 15분까지 실행된다.\n- 메모리는 10GB까지 쓴다.\n",
    "람다.en.md": "# Lambda (람다)\nLambda is a service that runs code without servers.\n- A function runs for at most 15 minutes.\n- It uses up to 10 GB of memory.\n",
    "홍차.md": "# 홍차\n홍차는 완전히 발효한 찻잎으로 만든 차이다.\n",
}

UNANSWERED = "람다 함수는 몇 초마다 실행 로그를 남겨?"
"""What the notes name but don't answer, so that a model is asked."""

Ask = Callable[..., Answer]


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ScriptedServer]]:
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-the-test")
    running: list[ScriptedServer] = []

    def start(*replies: Reply) -> ScriptedServer:
        running.append(ScriptedServer(list(replies)))
        return running[-1]

    yield start
    for server in running:
        server.close()


@pytest.fixture
def assistant(
    write_vault: Callable[[dict[str, str]], Path], open_index: Callable[[Path], Index], data: Path
) -> Callable[..., Assistant]:
    """Opens an assistant over the notes whose model is a server."""

    def opened(server: ScriptedServer | None, **options: Any) -> Assistant:
        folder = write_vault(NOTES)
        url = server.url if server else "http://127.0.0.1:9"
        settings = Settings(notes=folder, data=data, model="openai:scripted", model_url=url, **options)
        return Assistant(settings, open_index(folder))

    return opened


def said(answer: Answer) -> list[tuple[str, str]]:
    return [(sentence.text, sentence.verdict) for sentence in answer.sentences]


def test_what_the_notes_say_is_cited_and_what_they_don_t_is_marked(assistant: Any, scripted: Any):
    server = scripted(
        [
            "람다는 서버 없이 코드를 실행하는 서비스이다 [1]. ",
            "함수는 최대 30분까지 실행된다 [1]. ",
            "우주에서도 돈다 [1].",
        ]
    )
    answer = assistant(server).ask("람다가 뭐야?")
    assert said(answer) == [
        ("람다는 서버 없이 코드를 실행하는 서비스이다.", "supported"),
        ("함수는 최대 30분까지 실행된다.", "contradicted"),
        ("우주에서도 돈다.", "unverified"),
    ]
    first, second, third = answer.sentences
    quotes = {citation.n: citation.quote for citation in answer.citations}
    assert [quotes[n] for n in first.citations] == ["람다는 서버 없이 코드를 실행하는 서비스이다."]
    assert [quotes[n] for n in second.citations] == ["함수는 최대 15분까지 실행된다."]
    assert third.citations == ()
    assert answer.answerer == "openai:scripted"
    assert "⚠" in answer.text


def test_what_is_not_proved_can_be_dropped(assistant: Any, scripted: Any):
    server = scripted(["함수는 최대 30분까지 실행된다 [1]. ", "메모리는 10GB까지 쓴다 [1]."])
    answer = assistant(server, unverified="drop").ask("람다가 뭐야?")
    assert said(answer) == [("메모리는 10GB까지 쓴다.", "supported")]
    assert [citation.n for citation in answer.citations] == [1]


def test_other_languages_and_leads_are_left_out(assistant: Any, scripted: Any):
    server = scripted(
        ["람다의 특징은 다음과 같습니다:\n", "- 메모리는 10GB까지 쓴다 [1]\n", "- 内存最多10GB [1]\n"]
    )
    assert said(assistant(server).ask("람다가 뭐야?")) == [("메모리는 10GB까지 쓴다", "supported")]


@pytest.mark.parametrize(
    ("replies", "remark"),
    [
        ([["람다는 화성에 있는 감자밭이다 [1]."]], UNPROVED[0]),
        ([["노트에 없어요."]], NOT_FOUND_BY_MODEL[0]),
        ([Status(401)], "키를 받아 주지 않았어요"),
        ([Status(429)], "한도를 넘었어요"),
        ([["람다는 ", Cut()]], "끊겼어요"),
    ],
)
def test_the_notes_own_sentences_take_the_place_of_a_failed_answer(
    assistant: Any, scripted: Any, replies: list[Reply], remark: str
):
    answer = assistant(scripted(*replies)).ask("람다가 뭐야?")
    first, *rest = answer.sentences
    assert first.form == "note"
    assert remark in first.text
    assert [s.text for s in rest][:1] == ["람다는 서버 없이 코드를 실행하는 서비스이다."]
    assert {s.verdict for s in rest} == {"supported"}
    assert answer.answerer == "extract"


@pytest.mark.parametrize(
    ("reply", "said_first"),
    [
        (Status(401), "키를 받아 주지 않았어요"),
        (["람다는 ", Cut()], "끊겼어요"),
    ],
)
def test_a_model_that_fails_is_named_where_the_notes_do_not_answer_either(
    assistant: Any, scripted: Any, reply: Reply, said_first: str
):
    answer = assistant(scripted(reply)).ask(UNANSWERED)
    assert answer.abstained
    remark, no = answer.sentences
    assert said_first in remark.text
    assert no.text.startswith("노트에 없어요.")


@pytest.mark.parametrize("reply", [["람다는 화성에 있는 감자밭이다 [1]."], ["노트에 없어요."]])
def test_what_leads_in_to_the_notes_sentences_is_not_said_where_there_are_none(
    assistant: Any, scripted: Any, reply: Reply
):
    answer = assistant(scripted(reply)).ask(UNANSWERED)
    assert answer.abstained
    (no,) = answer.sentences
    assert no.text.startswith("노트에 없어요.")


def test_no_server_is_said_and_the_notes_answer(assistant: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-the-test")
    answer = assistant(None).ask("What is Lambda?")
    assert "can't be reached" in answer.sentences[0].text
    assert answer.sentences[1].text == "Lambda is a service that runs code without servers."


def test_a_question_about_what_no_note_has_never_reaches_the_model(assistant: Any, scripted: Any):
    server = scripted(["커피는 음료이다 [1]."])
    answer = assistant(server).ask("쿠버네티스가 뭐야?")
    assert answer.abstained
    assert server.requests == []


def test_english_is_proved_by_the_companion_and_cites_the_korean(assistant: Any, scripted: Any):
    server = scripted(["A function runs for at most 15 minutes [1]."])
    answer = assistant(server).ask("How long can Lambda run?")
    assert said(answer) == [("A function runs for at most 15 minutes.", "supported")]
    assert answer.citations[0].quote == "함수는 최대 15분까지 실행된다."


def test_both_languages_are_asked_for_one_after_the_other(assistant: Any, scripted: Any):
    server = scripted(["메모리는 10GB까지 쓴다 [1]."], ["It uses up to 10 GB of memory [1]."])
    answer = assistant(server).ask("람다 메모리는?", "both")
    assert [(s.text, s.language, s.verdict) for s in answer.sentences] == [
        ("메모리는 10GB까지 쓴다.", "ko", "supported"),
        ("It uses up to 10 GB of memory.", "en", "supported"),
    ]
    assert len(answer.citations) == 1


def test_an_answer_streams_sentence_by_sentence_and_stops(assistant: Any, scripted: Any):
    server = scripted(["메모리는 10GB까지 쓴다 [1]. ", "함수는 최대 15분까지 실행된다 [1]. ", "끝."])
    stop = Event()
    growing = assistant(server).stream("람다가 뭐야?", stop=stop)
    assert said(next(growing)) == [("메모리는 10GB까지 쓴다.", "supported")]
    stop.set()
    rest = list(growing)
    assert all(len(answer.sentences) <= 2 for answer in rest)
    assert all(sentence.form != "note" for answer in rest for sentence in answer.sentences)


def test_a_follow_up_is_rewritten_by_the_model_or_by_its_wording(assistant: Any, scripted: Any):
    reply = ["메모리는 10GB까지 쓴다 [1]."]
    history = [Turn("람다가 뭐야?", "코드를 실행한다.")]
    written = assistant(scripted(["람다의 메모리는 얼마까지 써?"], reply)).ask("메모리는?", history=history)
    assert (written.taken_as, written.carried) == ("람다의 메모리는 얼마까지 써?", "람다")
    by_wording = assistant(scripted(["EC2의 메모리는?"], reply)).ask("메모리는?", history=history)
    assert by_wording.taken_as == "람다 메모리는?"


def test_the_notes_answer_where_no_model_is_wanted(assistant: Any, scripted: Any):
    server = scripted(["아무 말 [1]."])
    answer = assistant(server).ask("람다가 뭐야?", answerer="extract")
    assert answer.answerer == "extract"
    assert server.requests == []
