"""Several people at once: each gets the answer to their own question, and one too many is told so."""

import json
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any, cast

import httpx
import pytest

from assistant.answers import Answer, Sentence
from assistant.settings import Settings
from index.terms import TermReader
from tests.fakes import ScriptedAnswers
from tests.serving import served_notes

PEOPLE = 20
NAMES = [f"{first}{second}" for first in "가나다라마" for second in "곰범돌솔"]
NOTES = {
    f"{name}.md": f"# {name}\n{name}의 방은 {number + 101}호이다.\n" for number, name in enumerate(NAMES)
}


class Visitor:
    """A page without a browser: a session that sends a question as the page does, and reads its stream."""

    def __init__(self, address: str) -> None:
        self.api = f"{address}/gradio_api"
        self.session = uuid.uuid4().hex
        config = httpx.get(f"{address}/config", timeout=60).json()
        names = {part["id"]: part["props"].get("elem_id") for part in config["components"]}
        self.asking = next(
            event for event in config["dependencies"] if "question" in [names[i] for i, _ in event["targets"]]
        )
        self.asked = [names[i] for i in self.asking["inputs"]]

    def send(self, question: str) -> httpx.Response:
        values = {"question": question, "language": "auto", "scope": []}
        data = [values.get(name) for name in self.asked]
        order = {"data": data, "fn_index": self.asking["id"], "session_hash": self.session}
        return httpx.post(f"{self.api}/queue/join", json=order, timeout=60)

    def shown(self) -> str:
        """Everything that the stream brings, until what was sent is done."""
        told = ""
        asked = {"session_hash": self.session}
        with httpx.stream("GET", f"{self.api}/queue/data", params=asked, timeout=120) as stream:
            for line in stream.iter_lines():
                message = json.loads(line.removeprefix("data: ")) if line.startswith("data: ") else {}
                told += json.dumps(message.get("output", ""), ensure_ascii=False)
                if message.get("msg") == "process_completed":
                    assert message["success"], message
                    return told
        pytest.fail(f"the stream ended: {told}")


def test_twenty_at_once_each_get_the_answer_to_their_own_question(tmp_path: Path, reader: TermReader):
    with served_notes(tmp_path, NOTES, reader) as (address, _), ThreadPoolExecutor(PEOPLE) as together:

        def visit(number: int) -> set[str]:
            visitor = Visitor(address)
            assert visitor.send(f"{NAMES[number]}의 방은 몇 호야?").status_code == 200
            return set(re.findall(r"(\d+)호이다", visitor.shown()))

        rooms = list(together.map(visit, range(PEOPLE)))
    assert rooms == [{str(number + 101)} for number in range(PEOPLE)]


# ---- one too many ---------------------------------------------------------------------------------


class HeldAnswers(ScriptedAnswers):
    """Answers nobody until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = Event()

    def steps_for(self, question: str) -> Iterator[Answer]:
        self.go.wait(120)
        yield Answer(question, "ko", "passage", False, (Sentence("이제 답한다."),))


@pytest.mark.browser
def test_a_page_whose_question_finds_the_queue_full_says_so_and_keeps_the_question(
    browser: Any, tmp_path: Path
):
    from assistant.ui.page import AT_ONCE, WAITING, launch

    held = HeldAnswers()
    served = launch(cast(Any, held), Settings(notes=tmp_path, data=tmp_path / "data", port=0))
    address = str(served.local_url).rstrip("/")
    context = browser.new_context(locale="ko-KR", viewport={"width": 1280, "height": 800})
    try:
        page = context.new_page()
        page.set_default_timeout(45_000)
        page.goto(address)
        page.locator("#question textarea").wait_for()
        page.wait_for_timeout(1000)  # the events of loading are over
        visitor = Visitor(address)
        sent = 0
        while visitor.send("오래 걸려?").status_code == 200:
            visitor.session = uuid.uuid4().hex
            sent += 1
        assert WAITING <= sent <= WAITING + AT_ONCE
        page.locator("#question textarea").fill("나도 물어볼래")
        page.keyboard.press("Enter")
        page.locator("#toast.shown", has_text="지금 묻는 사람이 많아서 받지 못했어요.").wait_for()
        assert page.get_by_text("currently busy").is_hidden()
        assert page.locator("#question textarea").input_value() == "나도 물어볼래"
        held.go.set()
        page.wait_for_timeout(1500)
        page.keyboard.press("Enter")
        page.locator("#now .turn[data-state=done]", has_text="나도 물어볼래").wait_for()
    finally:
        held.go.set()
        context.close()
        served.close()
