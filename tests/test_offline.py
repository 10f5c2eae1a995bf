"""With every way out of the machine blocked, notes are indexed, questions answered and the page served."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import Settings

BLOCKED = """
import json
import socket
import sys

LOCAL = ("127.0.0.1", "::1", "localhost")
tried = []

def refuse(name, real, host_of):
    def call(*arguments, **named):
        host = host_of(*arguments)
        if host in LOCAL or host is None:
            return real(*arguments, **named)
        tried.append(f"{name} {host}")
        raise OSError(f"{name} {host}: there is no network")
    return call

def peer(self, address, *rest):
    return address[0] if isinstance(address, tuple) else None  # a Unix socket has a path, not a host

class Blocked(socket.socket):
    connect = refuse("connect", socket.socket.connect, peer)
    connect_ex = refuse("connect_ex", socket.socket.connect_ex, peer)

socket.socket = Blocked
for function in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
    setattr(socket, function, refuse(function, getattr(socket, function), lambda host, *rest: host))
"""

ASKING = """
from pathlib import Path
from assistant.assistant import open_assistant
from assistant.settings import go_offline, read_settings

go_offline()
assistant = open_assistant(read_settings(notes=Path(sys.argv[1]), data=Path(sys.argv[2])))
answers = [assistant.ask(question).as_json() for question in json.loads(sys.argv[3])]
SERVED
assistant.close()
print()
print(json.dumps({"tried": tried, "embedded": assistant.report.embedded, "answers": answers}))
"""

SERVING = """
from assistant.ui.page import launch
from urllib.request import Request, urlopen

page = launch(assistant, read_settings(notes=Path(sys.argv[1]), data=Path(sys.argv[2]), port=0, mcp=True))
urlopen(page.local_url).read()
tool = {"name": "ask", "arguments": {"question": json.loads(sys.argv[3])[0]}}
order = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": tool}).encode()
kinds = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
told = json.load(urlopen(Request(page.local_url + "mcp", order, kinds)))
answers.append(told["result"]["structuredContent"])
page.close()
"""

NOTE = """\
# 콜드브루 (Cold Brew)
콜드브루는 찬물로 오래 우려낸 커피이다.
- 냉장고에서 2주 동안 보관한다.
"""

QUESTIONS = ["콜드브루가 뭐야?", "What is cold brew?", "에스프레소가 뭐야?"]


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parent.parent,
        timeout=250,
        check=False,
    )


def test_the_block_blocks():
    attempts = """
for host in ("example.com", "192.0.2.1"):
    for attempt in (
        lambda: socket.create_connection((host, 80), timeout=1),
        lambda: socket.socket().connect((host, 80)),
        lambda: socket.getaddrinfo(host, 80),
    ):
        try:
            attempt()
        except OSError as error:
            print(error)
"""
    done = run(BLOCKED + attempts)
    assert done.stdout.count("there is no network") == 6, done.stderr


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "콜드브루.md").write_text(NOTE, encoding="utf-8")
    return folder


def test_indexing_asking_and_serving_need_no_network(vault: Path, tmp_path: Path):
    code = BLOCKED + ASKING.replace("SERVED", SERVING)
    done = run(code, str(vault), str(tmp_path / "data"), json.dumps(QUESTIONS))
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["tried"] == []
    assert seen["embedded"] == 1
    korean, english, absent, by_mcp = seen["answers"]
    assert by_mcp["citations"] == korean["citations"]
    assert korean["citations"][0]["quote"] == "콜드브루는 찬물로 오래 우려낸 커피이다."
    assert english["citations"][0]["note"] == "콜드브루.md"
    assert absent["abstained"]


def test_the_model_is_converted_without_network(vault: Path, tmp_path: Path):
    cache = tmp_path / "cache"
    code = ASKING.replace("SERVED", "").replace("data=", f"cache=Path({str(cache)!r}), data=")
    done = run(BLOCKED + code, str(vault), str(tmp_path / "data"), json.dumps(QUESTIONS[:1]))
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["tried"] == []
    assert not seen["answers"][0]["abstained"]
    assert any(cache.iterdir())
    assert Settings(cache=cache).cache_folder() == cache


@pytest.mark.parametrize(
    "first", ["import index.e5.session", "from assistant.settings import go_offline; go_offline()"]
)
def test_the_runtime_of_the_model_keeps_no_statistics(tmp_path: Path, first: str):
    """It would send them itself, past Python's sockets, from what it writes into the user's folders."""
    code = f"{first}; import onnxruntime, time; time.sleep(0.5)"
    root = str(Path(__file__).parents[1])
    variables = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": root}
    names = [f"{name}={value}" for name, value in variables.items()]
    command = ["/usr/bin/env", "-u", "CI", *names, sys.executable, "-c", code]
    subprocess.run(command, check=True, timeout=120, cwd=root)
    assert list(tmp_path.rglob("*")) == []
