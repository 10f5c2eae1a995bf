"""Whether the chat model can be asked is known before anybody asks it."""

import socket
import time
from collections.abc import Iterator
from threading import Event

import pytest

from assistant.errors import ModelError
from assistant.generating.reach import Reach, unreachable
from assistant.settings import Settings
from assistant.state import IndexStatus
from assistant.ui.empty import status_html

pytest.importorskip("langchain_openai")


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A server that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def served(server: socket.socket) -> Settings:
    """Settings with a model behind this server."""
    return Settings(model="openai:small", model_url=f"http://127.0.0.1:{server.getsockname()[1]}/v1")


def test_a_server_that_listens_is_reached_and_one_that_ended_is_not(listening: socket.socket):
    settings = served(listening)
    assert unreachable(settings) is None
    listening.close()
    found = unreachable(settings)
    assert found is not None
    assert found.kind == "no_server"


def test_a_model_without_its_key_is_told_without_asking_anybody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    found = unreachable(Settings(model="openai:small"))
    assert found is not None
    assert found.kind == "no_key"


def test_ollama_is_looked_for_where_it_listens_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    assert Settings(model="ollama:small").model_server() == "http://127.0.0.1:11434"
    assert (
        Settings(model="ollama:small", model_url="http://127.0.0.1:9/x").model_server()
        == "http://127.0.0.1:9/x"
    )
    monkeypatch.setenv("OLLAMA_HOST", "elsewhere")
    assert Settings(model="ollama:small").model_server() == ""


def test_looking_holds_nobody_up_and_is_known_moments_later(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch
):
    settings = served(listening)
    listening.close()
    may_answer = Event()

    def slowly(settings: Settings) -> ModelError | None:
        assert may_answer.wait(60)
        return unreachable(settings)

    monkeypatch.setattr("assistant.generating.reach.unreachable", slowly)
    reach = Reach(settings)
    assert reach.trouble() is None
    may_answer.set()
    for _ in range(600):
        if reach.trouble() is not None:
            break
        time.sleep(0.1)
    found = reach.trouble()
    assert found is not None
    assert found.kind == "no_server"


def test_without_a_model_there_is_nothing_to_look_for():
    assert Reach(Settings()).trouble() is None


def test_the_line_below_the_question_says_it_in_both_languages():
    html = status_html(IndexStatus(1, 2, ()), ModelError("no_server", "서버 <없음>", "no server"))
    assert "서버 &lt;없음&gt;" in html
    assert "no server" in html
    assert "no server" not in status_html(IndexStatus(1, 2, ()))
