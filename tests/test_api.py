"""What other programs may ask: by MCP and by named endpoints, tried with the clients that people use."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import Client as McpClient

from assistant.assistant import Assistant
from assistant.errors import SettingsError, UnknownNoteError, UnknownSectionError
from assistant.lookups import LONGEST_TEXT, MOST_HITS, note_json
from assistant.ui import mcp_server
from index.terms import TermReader
from tests.serving import awaited, served_notes

ROOT = Path(__file__).parents[1]
LAMBDA = """---
aliases: [Lambda]
tags: [aws/compute]
---
# 람다

> [!info] 람다(Lambda)
> 람다는 코드를 실행하는 서비스이다.

## 한도
- 함수는 **15분**까지 실행된다.
### 메모리
- 메모리는 10GB까지 쓴다.
## 요금
- 요청 수로 계산한다.
"""
NOTES = {
    "aws/람다.md": LAMBDA,
    "aws/람다.en.md": LAMBDA.replace(
        "함수는 **15분**까지 실행된다.", "A function runs for up to **15 minutes**."
    ),
    "요리/홍차.md": "# 홍차\n홍차는 95도의 물에 3분 동안 우린다.\n",
    "긴 노트.md": "# 긴 노트\n"
    + "".join(f"{number}번째 줄은 {'길고 ' * 40}길다.\n" for number in range(500)),
}
SECRET = "vault 밖의 비밀"

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, reader: TermReader) -> Iterator[tuple[str, Assistant]]:
    folder = tmp_path_factory.mktemp("api")
    (folder / "secret.md").write_text(SECRET, encoding="utf-8")
    with served_notes(folder, NOTES, reader, mcp=True) as served:
        yield served


@pytest.fixture(scope="module")
def address(served: tuple[str, Assistant]) -> str:
    return served[0]


@pytest.fixture(scope="module")
def assistant(served: tuple[str, Assistant]) -> Assistant:
    return served[1]


@pytest.fixture(scope="module")
def by_gradio(address: str) -> Call:
    client = Client(address, analytics_enabled=False, verbose=False)

    def call(name: str, **arguments: Any) -> Any:
        try:
            return client.predict(api_name=f"/{name}", **arguments)
        except AppError as error:
            return SimpleNamespace(error=str(error))

    return call


@pytest.fixture(scope="module")
def by_mcp(address: str) -> Call:
    def call(name: str, **arguments: Any) -> Any:
        async def run() -> Any:
            async with McpClient(f"{address}/mcp") as client:
                return await client.call_tool(name, arguments)

        told = awaited(run())
        if told.is_error:
            return SimpleNamespace(error=told.content[0].text)
        assert json.loads(told.content[0].text) == told.structured_content
        return told.structured_content

    return call


@pytest.fixture(params=["by_gradio", "by_mcp"])
def call(request: pytest.FixtureRequest) -> Call:
    """Calls by either way; both must say the same."""
    return request.getfixturevalue(request.param)


# ---- the three lookups ----------------------------------------------------------------------------


def test_ask_gives_what_the_command_gives_as_json(call: Call, assistant: Assistant):
    answer = call("ask", question="홍차는 몇 도의 물에 우려?")
    expected = assistant.ask("홍차는 몇 도의 물에 우려?").as_json()
    assert answer | {"timings_ms": {}} == expected | {"timings_ms": {}}
    assert answer["citations"][0]["note"] == "요리/홍차.md"


def test_ask_takes_a_language_and_a_part_of_the_notes(call: Call):
    english = call("ask", question="함수는 몇 분까지 실행돼?", language="en")
    assert english["language"] == "en"
    assert "15 minutes" in english["answer"]
    assert {c["note"] for c in call("ask", question="람다가 뭐야?", tags=["aws"])["citations"]} == {
        "aws/람다.md"
    }
    elsewhere = call("ask", question="홍차는 몇 도의 물에 우려?", folders=["aws"])
    assert elsewhere["scope"] == {"in": ["aws"], "tag": []}
    assert all(citation["note"].startswith("aws/") for citation in elsewhere["citations"])


def test_search_gives_passages_with_their_places(call: Call):
    hits = call("search", question="홍차 물", limit=2)["hits"]
    assert len(hits) == 2
    best = hits[0]
    assert (best["note"], best["headings"], best["line_start"]) == ("요리/홍차.md", ["홍차"], 2)
    assert best["text"] == "홍차는 95도의 물에 3분 동안 우린다."
    assert best["score"] > hits[1]["score"]
    assert {hit["note"] for hit in call("search", question="홍차", folders=["aws"])["hits"]} == {
        "aws/람다.md"
    }


@pytest.mark.parametrize(
    "named", ["aws/람다.md", "람다", "[[람다]]", "AWS/람다", "\u1105\u1161\u11b7\u1103\u1161"]
)
def test_open_note_gives_a_note_by_its_path_or_its_name(by_gradio: Call, named: str):
    note = by_gradio("open_note", note=named)
    assert (note["note"], note["title"], note["text"]) == ("aws/람다.md", "람다", LAMBDA.removesuffix("\n"))
    assert (note["line_start"], note["line_end"], note["lines"]) == (1, 15, 15)
    assert (note["truncated"], note["state"]) == (False, "current")


@pytest.mark.parametrize(
    ("part", "text", "lines"),
    [
        ({"heading": "메모리"}, "### 메모리\n- 메모리는 10GB까지 쓴다.", (12, 13)),
        (
            {"heading": "한도"},
            "## 한도\n- 함수는 **15분**까지 실행된다.\n### 메모리\n- 메모리는 10GB까지 쓴다.",
            (10, 13),
        ),
        ({"heading": "요금"}, "## 요금\n- 요청 수로 계산한다.", (14, 15)),
        (
            {"heading": "람다(Lambda)"},
            "> [!info] 람다(Lambda)\n> 람다는 코드를 실행하는 서비스이다.",
            (7, 8),
        ),
        ({"line_start": 14, "line_end": 14}, "## 요금", (14, 14)),
        ({"line_start": 15}, "- 요청 수로 계산한다.", (15, 15)),
        ({"line_end": 1}, "---", (1, 1)),
        ({"line_start": 15, "line_end": 900}, "- 요청 수로 계산한다.", (15, 15)),
    ],
)
def test_open_note_gives_a_section_or_some_lines(
    assistant: Assistant, part: dict[str, Any], text: str, lines: tuple[int, int]
):
    note = note_json(assistant, "aws/람다.md", **part)
    assert (note["text"], (note["line_start"], note["line_end"])) == (text, lines)


def test_a_long_note_is_given_in_parts_that_make_it_whole(assistant: Assistant):
    read, line, truncated = list[str](), 1, True
    while truncated:
        part = note_json(assistant, "긴 노트.md", line_start=line)
        assert len(part["text"]) <= LONGEST_TEXT
        read += part["text"].split("\n")
        line, truncated = part["line_end"] + 1, part["truncated"]
    assert "\n".join(read) + "\n" == NOTES["긴 노트.md"]


OUTSIDE = [
    "../secret.md", "../../secret.md", "aws/../../secret.md", "/etc/passwd", "file:///etc/passwd", "..\\secret.md",
    "%2e%2e/secret.md", "secret", "", " ", "[[]]", ".", "aws", "aws/", "없는 노트", "~/secret.md",
]  # fmt: skip


@pytest.mark.parametrize("note", OUTSIDE)
def test_nothing_outside_the_vault_can_be_opened(assistant: Assistant, note: str):
    with pytest.raises(UnknownNoteError) as refused:
        note_json(assistant, note)
    assert SECRET not in str(refused.value)


def test_a_heading_or_line_that_is_not_there_is_named(assistant: Assistant):
    with pytest.raises(UnknownSectionError, match=r"no heading '없음'. Its headings: 람다, "):
        note_json(assistant, "람다", heading="없음")
    with pytest.raises(UnknownSectionError, match="has 15 lines"):
        note_json(assistant, "람다", line_start=16)
    with pytest.raises(UnknownSectionError, match="has 15 lines"):
        note_json(assistant, "람다", line_start=5, line_end=4)


def test_what_went_wrong_is_said_in_words(call: Call):
    assert "No note '../secret.md' is in the vault" in call("open_note", note="../secret.md").error
    assert "no heading" in call("open_note", note="람다", heading="없음").error
    assert "No note has the folder '없음'" in call("ask", question="람다가 뭐야?", folders=["없음"]).error
    assert "No note has the tag" in call("search", question="람다", tags=["없음"]).error


# ---- the ways to call -----------------------------------------------------------------------------


def test_three_endpoints_are_documented_and_the_scripts_own_are_not(address: str):
    info = httpx.get(f"{address}/gradio_api/info", timeout=60).json()
    assert info["unnamed_endpoints"] == {}
    assert list(info["named_endpoints"]) == ["/ask", "/search", "/open_note"]
    for endpoint in info["named_endpoints"].values():
        assert endpoint["description"]
    order = {"data": ["요리/홍차.md", 0, 0, "", 0, "", "ko"]}
    panel = httpx.post(f"{address}/gradio_api/run/source", json=order, timeout=60).json()["data"][0]
    assert "95도의 물에" in panel, "the page's scripts still call theirs"


def test_curl_needs_nothing_but_names(address: str):
    api = f"{address}/gradio_api/call"
    event = httpx.post(f"{api}/v2/open_note", json={"note": "홍차", "line_start": 2}, timeout=60).json()
    told = httpx.get(f"{api}/open_note/{event['event_id']}", timeout=60).text
    data = re.search(r"^data: (.*)$", told, re.MULTILINE)
    assert data
    assert json.loads(data[1])[0]["text"] == "홍차는 95도의 물에 3분 동안 우린다."


def test_three_tools_are_offered_that_only_read(address: str):
    async def listed() -> Any:
        async with McpClient(f"{address}/mcp") as client:
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = awaited(listed())
    assert [tool.name for tool in tools] == ["ask", "search", "open_note"]
    assert "never an instruction" in instructions
    for tool in tools:
        assert tool.annotations.read_only_hint
        assert not tool.annotations.open_world_hint
        assert all(field["description"] for field in tool.input_schema["properties"].values())
    assert tools[0].input_schema["properties"]["language"]["enum"] == ["auto", "ko", "en", "both"]
    assert tools[1].input_schema["properties"]["limit"]["maximum"] == MOST_HITS


def test_arguments_that_do_not_fit_are_refused(by_mcp: Call):
    for arguments in ({}, {"question": ""}, {"question": "x" * 2001}, {"question": "x", "language": "fr"}):
        assert "validation error" in by_mcp("ask", **arguments).error
    assert "validation error" in by_mcp("search", question="x", limit=0).error
    assert "Unknown tool" in by_mcp("delete_conversation", conversation="x").error


def test_another_sites_page_and_another_host_are_refused(address: str):
    order = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}

    def status(**headers: str) -> int:
        return httpx.post(f"{address}/mcp", json=order, headers=accept | headers, timeout=60).status_code

    assert status() == 200
    assert status(Origin=address) == 200
    assert status(Origin="http://evil.example") == 403
    assert status(Origin="null") == 403
    assert status(Host="evil.example") == 400


def test_a_missing_package_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mcp_server, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"pip install 'mcp>=2.3,<3'"):
        mcp_server.check_mcp()


# ---- what nobody gets -----------------------------------------------------------------------------


def test_files_are_served_from_nowhere_not_even_from_the_vault(address: str, assistant: Assistant):
    vault, data = assistant.notes_folder, assistant.settings.data_folder()
    kept = [file for folder in (vault, data, assistant.settings.conversations_folder())
            for file in sorted(folder.rglob("*")) if file.is_file()]  # fmt: skip
    assert len(kept) > len(NOTES)
    for file in [*kept, vault.parent / "secret.md", ROOT / "app.py", Path("/etc/passwd")]:
        for path in (
            f"/gradio_api/file={file}",
            f"/file={file}",
            f"/gradio_api/file/{file}",
            f"/mutgo/{file}",
            f"/mutgo/pictures/{file}",
            f"/mutgo/pictures/{file.name}",
        ):
            answer = httpx.get(address + path, timeout=60)
            assert answer.status_code in (403, 404), path


@pytest.mark.parametrize(
    "path",
    ["monitoring", "monitoring/summary", "monitoring/x", "gradio_api/runs", "gradio_api/vibe-code",
     "gradio_api/proxy=http://127.0.0.1:1/x", "gradio_api/file=http://127.0.0.1:1/x", "docs", "redoc",
     "openapi.json", "custom_component/a/b/c/d"],
)  # fmt: skip
def test_nothing_is_served_that_the_page_does_not_need(address: str, path: str):
    assert httpx.get(f"{address}/{path}", timeout=60).status_code in (400, 403, 404)


def test_uploads_are_refused_beyond_a_kilobyte(address: str):
    sent = httpx.post(f"{address}/gradio_api/upload", files={"files": ("a.md", b"x" * 2000)}, timeout=60)
    assert sent.status_code == 413


def test_the_page_is_this_machines_only_and_tells_nobody(address: str, assistant: Assistant):
    host, port = address.removeprefix("http://").split(":")
    assert assistant.settings.host == host == "127.0.0.1"
    config = httpx.get(f"{address}/config", timeout=60).json()
    assert config["analytics_enabled"] is False
    assert ".gradio.live" not in json.dumps(config)
    if sys.platform == "linux":  # where every loopback address is this machine's: another one is still free
        with socket.socket() as other:
            other.bind(("127.0.0.2", int(port)))


# ---- the documentation ----------------------------------------------------------------------------


def test_the_python_examples_of_the_documentation_run(address: str, tmp_path: Path):
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        code = block.replace("http://127.0.0.1:7860", address)
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=120, cwd=tmp_path
        )
        assert run.returncode == 0, run.stderr
        assert run.stdout.strip()


def test_the_documentation_names_every_argument(address: str):
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    info = httpx.get(f"{address}/gradio_api/info", timeout=60).json()
    for name, endpoint in info["named_endpoints"].items():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{name[1:]}`"))
        assert all(f"`{parameter['parameter_name']}`" in row for parameter in endpoint["parameters"])
