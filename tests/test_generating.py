"""The chat-model answerer through the real LangChain and OpenAI client, against a scripted server on loopback."""

import gc
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest

from assistant.errors import ModelError, ModelFailure, SettingsError
from assistant.generating.answering import says_not_there, write
from assistant.generating.failures import _WORDS, failure_kind, model_error
from assistant.generating.models import ChatModel, configured_model, open_chat_model
from assistant.generating.prompt import Passage
from assistant.generating.providers import TimeLimits
from assistant.generating.written import WrittenSentence
from assistant.settings import read_settings
from assistant.turns import Turn
from tests.scripted_server import Cut, Pause, Raw, Reply, ScriptedServer, Status, Vanish

PASSAGES = (
    Passage("S3", ("S3는 객체 스토리지이다.", "버킷에 저장한다.")),
    Passage("EC2 > 인스턴스", ("EC2는 가상 서버이다.",)),
)
SHORT = TimeLimits(connect=5.0, silence=1.0, whole=3.0)
KEY = "key-of-the-test"

Serve = Callable[..., ScriptedServer]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Starts a server that gives these replies, the last one for ever."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    running: list[ScriptedServer] = []

    def start(*replies: Reply, **options: Any) -> ScriptedServer:
        running.append(ScriptedServer(list(replies), **options))
        return running[-1]

    yield start
    for server in running:
        server.close()
    gc.collect()


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """Has everything imported that the first request imports, so that no time limit of a test pays for it."""
    server = ScriptedServer([["답이다."]])
    list(write(open_chat_model("openai:scripted", server.url), "뭐야?", PASSAGES))
    server.close()


def opened(server: ScriptedServer, limits: TimeLimits | None = None, window: int | None = None) -> ChatModel:
    return open_chat_model("openai:scripted", server.url, limits=limits, window=window)


def answer(server: ScriptedServer, limits: TimeLimits | None = None, **options: Any) -> list[WrittenSentence]:
    return list(write(opened(server, limits), "S3가 뭐야?", PASSAGES, **options))


def fails(server: ScriptedServer, limits: TimeLimits | None = None) -> tuple[list[str], ModelError]:
    """What was written before the failure, and the failure."""
    seen: list[str] = []
    sentences = write(opened(server, limits), "S3가 뭐야?", PASSAGES)
    try:
        for sentence in sentences:
            seen.append(sentence.text)
    except ModelError as error:
        return seen, error
    raise AssertionError("nothing failed")


# ---- answers --------------------------------------------------------------------------------------


def test_sentences_come_with_the_passages_they_cite(serve: Serve):
    server = serve(["S3는 객", "체 스토리지이다 [", "1]. EC2는 서버다.[1][2", "]\n"])
    assert answer(server) == [
        WrittenSentence("S3는 객체 스토리지이다.", "paragraph", (1,), 0, "ko"),
        WrittenSentence("EC2는 서버다.", "paragraph", (1, 2), 0, "ko"),
    ]
    [request] = server.requests
    assert (request["path"], request["model"], request["temperature"], request["stream"]) == (
        "/v1/chat/completions", "scripted", 0, True
    )  # fmt: skip
    assert server.keys == [f"Bearer {KEY}"]


def test_the_first_sentence_does_not_wait_for_the_last(serve: Serve):
    server = serve(["하나다 [1]. 둘이", Pause(30), "다."])
    sentences = write(opened(server), "S3가 뭐야?", PASSAGES)
    assert next(sentences).text == "하나다."
    sentences.close()  # type: ignore[attr-defined]
    assert server.left.wait(5)


def test_rules_come_first_turns_next_and_the_question_last(serve: Serve):
    server = serve(["답이다 [1]."])
    answer(server, history=[Turn("EC2가 뭐야?", "가상 서버예요.")])
    roles = [message["role"] for message in server.requests[0]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert server.said(0, "user")[0] == "EC2가 뭐야?"
    last = server.said(0, "user")[1]
    assert (
        last.index('<passage number="1" from="S3">')
        < last.index('<passage number="2"')
        < last.index("S3가 뭐야?")
    )


def test_both_languages_are_two_answers_one_after_the_other(serve: Serve):
    server = serve(["S3는 저장소다 [1]."], ["S3 is a store [1]."])
    assert [(s.language, s.text) for s in answer(server, language="both")] == [
        ("ko", "S3는 저장소다."),
        ("en", "S3 is a store."),
    ]
    assert "한국어로 답한다" in server.said(0, "system")[0]
    assert "Answer in English" in server.said(1, "system")[0]


def test_a_model_that_goes_round_in_circles_is_left(serve: Serve):
    server = serve([*["S3는 저장소다 [1]. 버킷이 있다 [1]. "] * 3, Pause(30)])
    assert [s.text for s in answer(server)] == ["S3는 저장소다.", "버킷이 있다."]
    assert server.left.wait(5)


def test_an_endless_reply_is_ended(serve: Serve):
    server = serve([f"{n}번째 문장은 {'길' * 2000}다 [1]. " for n in range(40)])
    seen, error = fails(server)
    assert 5 < len(seen) < 15
    assert error.kind == "length"


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (["노트에 없어요."], True),
        (["Not in the notes."], True),
        (["The notes do not say this."], True),
        (["S3는 저장소다."], False),
        (
            ["S3는 저장소다.", "요금은 노트에 없어요."] + ["버킷에 객체를 저장하고 수명 주기를 정한다."] * 5,
            False,
        ),
        ([], False),
    ],
)
def test_the_honest_no_is_known_as_such(said: list[str], refusal: bool):
    assert says_not_there(said) is refusal


# ---- failures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Status(400), "refused"),
        (Status(401, f"Incorrect API key provided: {KEY}"), "wrong_key"),
        (Status(400, "API key not valid. Please pass a valid API key."), "wrong_key"),
        (Status(403), "wrong_key"),
        (Status(404), "not_found"),
        (Status(429), "rate_limit"),
        (Status(500), "server"),
        (Status(503), "server"),
        (Status(400, "the request exceeds the available context size"), "too_long"),
        (Status(400, "maximum context length is 4096 tokens", "context_length_exceeded"), "too_long"),
        (Raw(b"<html>It works!</html>"), "bad_answer"),
        ([Raw(b"data: {nonsense\n\n")], "bad_answer"),
        ([Raw(b'data: {"error": {"message": "CUDA out of memory"}}\n\n')], "server"),
        ([], "bad_answer"),
        ([Cut()], "no_server"),
    ],
)
def test_a_failure_before_the_first_word_says_what_it_is(serve: Serve, reply: Reply, kind: ModelFailure):
    seen, error = fails(serve(reply))
    assert (seen, error.kind) == ([], kind)
    assert KEY not in f"{error} {error.korean} {error.english} {error!r}"
    assert error.__cause__ is None
    assert "openai:scripted" in error.korean
    assert "openai:scripted" in error.english


@pytest.mark.parametrize(
    "end", [Cut(), Vanish(), Raw(b"data: {nonsense\n\n"), Raw(b'data: {"error": {"message": "no"}}\n\n')]
)
def test_a_reply_that_breaks_off_keeps_its_whole_sentences(serve: Serve, end: Any):
    seen, error = fails(serve(["하나다 [1]. 둘이다.\n셋이", end]))
    assert (seen, error.kind) == (["하나다.", "둘이다."], "cut")


@pytest.mark.parametrize(
    ("finish", "kind"), [("length", "length"), ("content_filter", "refused"), (None, "cut")]
)
def test_a_reply_that_was_not_finished_says_so(serve: Serve, finish: str | None, kind: ModelFailure):
    seen, error = fails(serve(["하나다 [1]. 둘이"], finish=finish))
    assert (seen, error.kind) == (["하나다."], kind)


def test_a_silent_server_is_given_up(serve: Serve):
    server = serve([Pause(30)])
    assert fails(server, SHORT)[1].kind == "timeout"
    assert server.left.wait(5)


def test_a_server_that_falls_silent_is_given_up(serve: Serve):
    server = serve(["하나다 [1]. 둘이", Pause(30)])
    seen, error = fails(server, SHORT)
    assert (seen, error.kind) == (["하나다."], "timeout")
    assert server.left.wait(5)


def test_a_server_that_dawdles_is_given_up(serve: Serve):
    server = serve(["하나다 [1]. ", *["그리고 ", Pause(0.1)] * 300])
    seen, error = fails(server, SHORT)
    assert (seen, error.kind) == (["하나다."], "timeout")
    assert server.left.wait(5)


def test_a_server_that_is_not_there_is_said_to_be_away(serve: Serve):
    server = serve([])
    server.close()
    assert fails(server)[1].kind == "no_server"


def test_nothing_is_asked_twice_when_it_fails(serve: Serve):
    server = serve(Status(429), ["답이다 [1]."])
    assert fails(server)[1].kind == "rate_limit"
    assert len(server.requests) == 1


def test_a_prompt_that_the_server_finds_too_long_is_made_shorter(serve: Serve):
    server = serve(Status(400, "prompt is too long"), ["S3는 저장소다 [1]."])
    long = [Passage("S3", tuple(f"S3는 {n}번째 객체를 저장한다." for n in range(500)))]
    model = opened(server, window=4096)
    assert [s.text for s in write(model, "S3가 뭐야?", long)] == ["S3는 저장소다."]
    first, second = (server.said(n, "user")[-1] for n in (0, 1))
    assert len(second) < 0.7 * len(first)
    assert second.count("저장한다.\n") == second.count("번째")  # whole sentences only


def test_every_failure_has_a_line_in_both_languages():
    assert set(_WORDS) == set(get_args(ModelFailure))
    for kind in get_args(ModelFailure):
        error = model_error(kind, "ollama:x", providers="ollama", module="x", install="pip install x")
        assert "ollama:x" in error.korean
        assert error.english == str(error)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionError("Failed to connect to Ollama."), "no_server"),
        (TimeoutError(), "timeout"),
        (ValueError("No generation chunks were returned"), "bad_answer"),
        (type("ResponseError", (Exception,), {"status_code": 404})("model not found"), "not_found"),
        (type("ClientError", (Exception,), {"code": 429})("quota"), "rate_limit"),
        (type("ConnectTimeout", (ConnectionError,), {})(), "timeout"),
    ],
)
def test_errors_of_other_packages_are_told_apart(error: Exception, kind: ModelFailure):
    assert failure_kind(error, begun=False) == kind
    assert failure_kind(error, begun=True) == (kind if kind in ("timeout", "rate_limit") else "cut")


# ---- stopping -------------------------------------------------------------------------------------


def test_a_stop_ends_the_answer_and_closes_the_connection(serve: Serve):
    server = serve(["하나다 [1]. 둘이다 [2]. 셋이", Pause(30), "다."])
    stop = threading.Event()
    seen: list[str] = []
    for sentence in write(opened(server), "S3가 뭐야?", PASSAGES, stop=stop):
        seen.append(sentence.text)
        if len(seen) == 2:
            stop.set()
    assert seen == ["하나다.", "둘이다."]
    assert server.left.wait(5)


def test_a_stop_is_seen_while_the_server_is_silent(serve: Serve):
    server = serve([Pause(30)])
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    assert answer(server, stop=stop) == []
    assert server.left.wait(5)


def test_a_stop_before_the_question_asks_nothing(serve: Serve):
    server = serve(["답이다 [1]."])
    stop = threading.Event()
    stop.set()
    assert answer(server, stop=stop, language="both") == []
    assert server.requests == []


def test_answers_in_several_threads_do_not_mix(serve: Serve):
    server = serve(["하나다 [1]. ", Pause(0.1), "둘이다 [2]."])
    model = opened(server)
    found: list[list[str]] = []

    def ask() -> None:
        found.append([s.text for s in write(model, "S3가 뭐야?", PASSAGES)])

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["하나다.", "둘이다."]] * 6


# ---- opening --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["gpt-4o", "openai:", "openai: ", "llamafile:x", "", ":x"])
def test_a_name_without_a_known_provider_is_refused(name: str):
    with pytest.raises(ModelError, match="names no model") as error:
        open_chat_model(name)
    assert error.value.kind == "bad_name"
    assert "anthropic, google, ollama, openai" in error.value.english


@pytest.mark.parametrize("url", ["127.0.0.1:8080", "ftp://host/v1", "http://", "http://[x", ""])
def test_an_address_that_is_none_is_refused(url: str):
    with pytest.raises(ModelError, match="can't be used") as error:
        open_chat_model("openai:x", url)
    assert error.value.kind == "bad_address"


@pytest.mark.parametrize(
    ("name", "module", "line"),
    [
        ("openai:x", "langchain", 'pip install "langchain>=1.4,<2" "langchain-openai>=1.7,<2"'),
        ("openai:x", "langchain_openai", 'pip install "langchain>=1.4,<2" "langchain-openai>=1.7,<2"'),
        ("ollama:qwen3:8b", "langchain_ollama", 'pip install "langchain>=1.4,<2" "langchain-ollama>=1.1,<2"'),
        (
            "anthropic:c",
            "langchain_anthropic",
            'pip install "langchain>=1.4,<2" "langchain-anthropic>=1.7,<2"',
        ),
        (
            "google:g",
            "langchain_google_genai",
            'pip install "langchain>=1.4,<2" "langchain-google-genai>=4,<5"',
        ),
    ],
)
def test_a_missing_package_is_named_with_its_install_line(
    monkeypatch: pytest.MonkeyPatch, name: str, module: str, line: str
):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModelError) as error:
        open_chat_model(name)
    assert error.value.kind == "no_package"
    for said in (error.value.english, error.value.korean):
        assert said.endswith(line)
        assert repr(module) in said


def without_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_key_the_message_names_its_variable(monkeypatch: pytest.MonkeyPatch):
    without_key(monkeypatch)
    with pytest.raises(ModelError, match="OPENAI_API_KEY") as error:
        open_chat_model("openai:gpt-4o")
    assert error.value.kind == "no_key"


def test_a_server_of_ones_own_needs_no_key(serve: Serve, monkeypatch: pytest.MonkeyPatch):
    without_key(monkeypatch)
    server = serve(["답이다 [1]."])
    assert [s.cited for s in answer(server)] == [(1,)]
    assert server.keys == ["Bearer none"]


def test_a_server_on_this_machine_is_reached_past_any_proxy(serve: Serve, monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert [s.text for s in answer(serve(["답이다 [1]."]))] == ["답이다."]


def test_the_window_is_what_langchain_knows_unless_it_is_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    assert open_chat_model("openai:gpt-4o").window == 128_000
    assert open_chat_model("openai:gpt-4o", window=4000).window == 4000
    # Behind an address of one's own the name says nothing.
    assert open_chat_model("openai:gpt-4o", "http://127.0.0.1:9/v1").window == 8192


def test_nothing_shown_of_a_model_holds_its_key(serve: Serve, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG, "assistant")
    server = serve(Status(401, f"Incorrect API key provided: {KEY}"))
    model = opened(server)
    assert KEY not in repr(model)
    fails(server)
    assert "wrong_key" in caplog.text
    assert KEY not in caplog.text


def test_nothing_is_traced_whatever_the_environment_says(serve: Serve, monkeypatch: pytest.MonkeyPatch):
    from langchain_core.tracers import langchain as tracers

    started: list[object] = []
    monkeypatch.setattr(tracers.LangChainTracer, "__init__", lambda self, **options: started.append(self))
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "x")
    from langsmith.utils import get_env_var

    get_env_var.cache_clear()
    try:
        assert len(answer(serve(["답이다 [1]."]))) == 1
    finally:
        monkeypatch.undo()
        get_env_var.cache_clear()
    assert started == []


# ---- settings -------------------------------------------------------------------------------------


def test_the_model_is_named_by_its_variables(monkeypatch: pytest.MonkeyPatch):
    assert read_settings().model is None
    for name, value in {
        "MODEL": " ollama:qwen3:8b ",
        "MODEL_URL": "http://127.0.0.1:11434/",
        "MODEL_WINDOW": "16384",
        "MODEL_WAIT": "90",
        "MODEL_TIME": "300",
    }.items():
        monkeypatch.setenv(f"MUTGO_{name}", value)
    settings = read_settings()
    assert (settings.model, settings.model_url) == ("ollama:qwen3:8b", "http://127.0.0.1:11434")
    assert (settings.model_window, settings.model_wait, settings.model_time) == (16384, 90, 300)
    monkeypatch.setenv("MUTGO_MODEL", "")
    assert read_settings().model is None
    assert configured_model(read_settings()) is None


def test_the_settings_model_is_opened_with_its_limits(monkeypatch: pytest.MonkeyPatch):
    settings = read_settings(
        model="openai:x", model_url="http://127.0.0.1:9/v1", model_window=4000, model_wait=9
    )
    model = configured_model(settings)
    assert model is not None
    assert (model.name, model.window, model.limits) == ("openai:x", 4000, TimeLimits(silence=9.0))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODEL", "gpt-4o"),
        ("MODEL", "openai:"),
        ("MODEL_URL", "127.0.0.1:8080"),
        ("MODEL_WINDOW", "100"),
        ("MODEL_WAIT", "0"),
        ("MODEL_TIME", "soon"),
    ],
)
def test_a_model_setting_that_can_not_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    monkeypatch.setenv(f"MUTGO_{name}", value)
    with pytest.raises(SettingsError, match=f"MUTGO_{name} can't be '{value}'"):
        read_settings()


def test_a_password_in_the_servers_address_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MUTGO_MODEL_URL", "ftp://me:secret@example.org")
    with pytest.raises(SettingsError) as error:
        read_settings()
    assert "secret" not in str(error.value)
    monkeypatch.setenv("MUTGO_MODEL_URL", "http://me:secret@example.org/v1")
    assert "secret" not in repr(read_settings())
