"""A shared page: nothing is served without a login but the page that asks for one."""

import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import SettingsError
from assistant.passwords import hashed, read_accounts
from assistant.settings import Settings
from assistant.ui.security import KnownHosts, is_loopback
from assistant.ui.sessions import SECONDS as LOGIN_SECONDS
from assistant.ui.sessions import Sessions
from assistant.ui.sharing import sharing_warnings
from assistant.ui.throttle import SECONDS, TRIES, TRIES_OF_AN_ADDRESS, Throttle
from index.terms import TermReader
from tests.serving import awaited, served_notes

NOTES = {"람다.md": "# 람다\n람다는 코드를 실행하는 서비스이다.\n"}
MINJI, GUEST = ("민지", "쌍점:도 되는 말"), ("guest", "plain words")

PATHS = [
    "/", "/?c=0123456789abcdef", "/config", "/config/", "/gradio_api/info", "/gradio_api/openapi.json",
    "/gradio_api/app_id", "/gradio_api/user", "/gradio_api/token", "/gradio_api/startup-events", "/theme.css",
    "/gradio_api/theme.css", "/gradio_api/heartbeat/abc", "/gradio_api/queue/data?session_hash=abc",
    "/gradio_api/queue/status", "/gradio_api/call/ask/abc", "/gradio_api/file=/etc/passwd",
    "/gradio_api/runs", "/gradio_api/upload_progress?upload_id=a", "/assets/index.js", "/static/img/logo.svg",
    "/svelte/x.js", "/favicon.ico", "/robots.txt", "/manifest.json", "/monitoring", "/monitoring/x", "/mcp",
    "/mutgo/page.js", "/mutgo/page.py", "/mutgo/conversations/0123456789abcdef.md", "/no/such/page",
    "/mutgo/pictures/a.png",
    "/mutgo/../config", "//config", "/login/../config", "/logout",
]  # fmt: skip
POSTS = [
    "/gradio_api/run/ask", "/gradio_api/api/ask", "/gradio_api/call/ask", "/gradio_api/call/v2/ask",
    "/gradio_api/run/source", "/gradio_api/run/conversations", "/gradio_api/run/delete_conversation",
    "/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/reset", "/gradio_api/cancel",
    "/gradio_api/stream/abc", "/mcp", "/logout",
]  # fmt: skip


@pytest.fixture(scope="module")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("auth") / "passwords"
    file.write_text(f"# 우리 반\n\n{MINJI[0]}:{hashed(MINJI[1])}\n{GUEST[0]}:{GUEST[1]}\n", encoding="utf-8")
    file.chmod(0o600)
    return file


@pytest.fixture(scope="module")
def address(passwords: Path, tmp_path_factory: pytest.TempPathFactory, reader: TermReader) -> Iterator[str]:
    with served_notes(tmp_path_factory.mktemp("gate"), NOTES, reader, auth=passwords, mcp=True) as (url, _):
        yield url


@pytest.fixture
def web(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


def raw(address: str, path: str, **headers: str) -> int:
    """The status of a request whose path is sent as it is written."""
    host, port = address.removeprefix("http://").split(":")
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((host, int(port)), timeout=60) as wire:
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(wire.recv(100).split()[1])


def log_in(web: httpx.Client, who: tuple[str, str] = MINJI, **headers: str) -> httpx.Response:
    return web.post("/login", data={"username": who[0], "password": who[1]}, headers=headers)


# ---- what is served -------------------------------------------------------------------------------


def test_without_a_login_nothing_is_served_but_the_page_that_asks_for_one(web: httpx.Client, address: str):
    assert {path: raw(address, path) for path in PATHS} == dict.fromkeys(PATHS, 401)
    assert {path: web.post(path, json={}).status_code for path in POSTS} == dict.fromkeys(POSTS, 401)
    for verb in ("HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"):
        assert web.request(verb, "/config").status_code in (400, 401), verb
    told = web.get("/config")
    assert told.headers["www-authenticate"].startswith("Basic")
    assert "default-src 'none'" in told.headers["content-security-policy"]
    assert web.get("/config", headers={"Sec-Fetch-Mode": "cors"}).headers.get("www-authenticate") is None
    page = web.get("/login")
    assert page.status_code == 200
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    needed = re.findall(r'href="(mutgo/[^"]+)"', page.text)
    assert needed
    assert {web.get(f"/{file}").status_code for file in needed} == {200}


def test_a_browser_is_led_to_the_login_and_back_to_its_conversation(web: httpx.Client):
    browser = {"Accept": "text/html", "Accept-Language": "ko"}
    led = web.get("/?c=0123456789abcdef", headers=browser)
    assert (led.status_code, led.headers["location"]) == (303, "./login?c=0123456789abcdef")
    assert web.get("/mutgo/conversations/x.md", headers=browser).headers["location"] == "../../login"
    assert 'action="login?c=0123456789abcdef"' in web.get("/login?c=0123456789abcdef", headers=browser).text
    assert 'action="login"' in web.get("/login?c=//evil.example", headers=browser).text
    wrong = web.post("/login", data={"username": '"><script>', "password": "x"}, headers=browser)
    assert wrong.status_code == 401
    assert "이름이나 비밀번호가 맞지 않아요." in wrong.text
    assert "<script" not in wrong.text
    right = web.post(
        "/login?c=0123456789abcdef", data={"username": MINJI[0], "password": MINJI[1]}, headers=browser
    )
    assert (right.status_code, right.headers["location"]) == (303, "./?c=0123456789abcdef")
    cookie = right.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax"} <= set(cookie.split("; "))
    assert "로그아웃" in web.get("/", headers=browser).text
    english = web.get("/login?ui=en", headers=browser)
    assert english.status_code == 303
    assert "Log in" in web.get("/login", headers=browser).text


@pytest.mark.parametrize("who", [MINJI, GUEST])
def test_with_a_login_everything_is_served_until_the_logout(web: httpx.Client, who: tuple[str, str]):
    assert log_in(web, who).json() == {"success": True}
    for path in ("/", "/config", "/gradio_api/info", "/mutgo/page.js", "/theme.css"):
        assert web.get(path).status_code == 200, path
    assert web.get("/mutgo/conversations/0123456789abcdef.md").status_code == 404
    assert web.post("/gradio_api/run/status", json={"data": [""]}).json()["data"][0]["version"]
    assert web.get("/logout").status_code == 405
    mine = "; ".join(f"{name}={value}" for name, value in web.cookies.items())
    assert web.post("/logout").status_code == 200
    assert web.get("/config").status_code == 401
    assert web.get("/config", headers={"Cookie": mine}).status_code == 401, "the token itself is over"


def test_a_name_and_a_password_in_the_header_do_for_programs(web: httpx.Client):
    basic = b64encode(":".join(MINJI).encode()).decode()
    for header, status in [
        (f"Basic {basic}", 200), (f"basic {basic}", 200), (f"Bearer {basic}", 401), ("Basic !!!", 401),
        (f"Basic {b64encode(b'guest:no').decode()}", 401), ("Basic", 401), ("", 401),
    ]:  # fmt: skip
        assert web.get("/config", headers={"Authorization": header}).status_code == status, header
    assert not web.cookies


def test_the_gradio_client_logs_in(address: str):
    from gradio_client import Client
    from gradio_client.exceptions import AuthenticationError

    client = Client(address, auth=MINJI, analytics_enabled=False, verbose=False)
    assert client.predict("람다가 뭐야?", api_name="/ask")["citations"][0]["note"] == "람다.md"
    with pytest.raises(AuthenticationError):
        Client(address, analytics_enabled=False, verbose=False)


def test_an_mcp_client_logs_in_by_its_header(address: str):
    httpx2 = pytest.importorskip("httpx2")
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    async def names(who: tuple[str, str]) -> list[str]:
        header = {"Authorization": f"Basic {b64encode(':'.join(who).encode()).decode()}"}
        async with (
            httpx2.AsyncClient(headers=header, timeout=60) as web,
            Client(streamable_http_client(f"{address}/mcp", http_client=web)) as client,
        ):
            return [tool.name for tool in (await client.list_tools()).tools]

    assert awaited(names(MINJI)) == ["ask", "search", "open_note"]
    with pytest.raises(ExceptionGroup):
        awaited(names(("guest", "wrong")))


def test_guessing_is_slowed_down(web: httpx.Client):
    statuses = [log_in(web, ("지우", str(number))).status_code for number in range(TRIES + 2)]
    assert statuses == [401] * (TRIES - 1) + [429] * 3
    told = log_in(web, ("지우", "x"), Accept="text/html", **{"Accept-Language": "ko"})
    assert "5분 뒤에" in told.text
    assert int(log_in(web, ("지우", "x")).headers["retry-after"]) > 200
    assert log_in(web, MINJI).status_code == 200, "others are not kept out"


def test_a_form_that_is_too_long_is_not_read(web: httpx.Client):
    assert web.post("/login", data={"username": "a" * 100_000, "password": "b"}).status_code in (401, 429)


# ---- counting tries, keeping logins ---------------------------------------------------------------


def test_wrong_tries_are_forgotten_in_time_and_with_the_right_password():
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for _ in range(TRIES):
        assert throttle.wait("a", "민지") == 0
        throttle.wrong("a", "민지")
        now[0] += 1
    assert throttle.wait("a", "민지") == SECONDS - TRIES
    assert throttle.wait("b", "민지") == throttle.wait("a", "지우") == 0
    now[0] = SECONDS
    assert throttle.wait("a", "민지") == 0
    throttle.wrong("a", "민지")
    assert throttle.wait("a", "민지") > 0
    throttle.right("a", "민지")
    assert throttle.wait("a", "민지") == 0


def test_many_names_from_one_address_are_slowed_down_too():
    throttle = Throttle(lambda: 0.0)
    for number in range(TRIES_OF_AN_ADDRESS):
        assert throttle.wait("a", str(number)) == 0
        throttle.wrong("a", str(number))
    assert throttle.wait("a", "민지") == SECONDS


def test_a_login_lasts_thirty_days():
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    token = sessions.begin("민지")
    now[0] = LOGIN_SECONDS - 1
    assert sessions.name(token) == "민지"
    assert sessions.name("") is None
    now[0] += 1
    assert sessions.name(token) is None


# ---- the file of passwords ------------------------------------------------------------------------


def test_hangul_in_parts_is_the_same_name_and_password(passwords: Path):
    import unicodedata

    accounts = read_accounts(passwords)
    for who in (MINJI, GUEST):
        assert accounts.knows(*(unicodedata.normalize("NFD", part) for part in who))
        assert not accounts.knows(who[0], who[1] + " ")
    assert not accounts.knows("아무개", "")
    assert not accounts.knows(MINJI[0], "가" * 5000)


def test_a_hash_does_not_hold_the_password_and_is_another_each_time():
    assert hashed("비밀") != hashed("비밀")
    assert "비밀" not in hashed("비밀")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Nobody is in"),
        ("# 민지:비밀", "Nobody is in"),
        ("민지", "Line 1 .* not of the form"),
        ("민지:", "Line 1 .* not of the form"),
        ("a:b\n:비밀", "Line 2 .* not of the form"),
        ("민지:a\n민지:b", "Line 2 .* twice"),
        ("민지:scrypt$16384$8$1$AAAA", "hash can't be read"),
        (f"민지:scrypt$3$8$1${'A' * 24}${'A' * 44}", "hash can't be read"),
        (f"민지:scrypt$99999999$8$1${'A' * 24}${'A' * 44}", "hash can't be read"),
        ("민지:scrypt$16384$8$5$AAAA$AAAA", "hash can't be read"),
    ],
)
def test_a_line_that_can_not_be_read_is_named(tmp_path: Path, text: str, said: str):
    file = tmp_path / "passwords"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        read_accounts(file)


def test_a_missing_file_is_an_error_and_not_an_open_page(tmp_path: Path):
    with pytest.raises(SettingsError, match="can't be read"):
        read_accounts(tmp_path / "none")
    run = CliRunner().invoke(app, ["serve", "--auth", str(tmp_path / "none"), "--notes", str(tmp_path)])
    assert run.exit_code == 1


def test_the_password_command_prints_a_line_that_lets_its_password_in(tmp_path: Path):
    run = CliRunner().invoke(app, ["password", "민지"], input="비밀\n비밀\n")
    assert run.exit_code == 0
    file = tmp_path / "passwords"
    file.write_text(run.stdout, encoding="utf-8")
    assert read_accounts(file).knows("민지", "비밀")
    assert CliRunner().invoke(app, ["password", "a:b"], input="x\nx\n").exit_code == 2


# ---- serving to others ----------------------------------------------------------------------------


def test_serving_to_others_without_a_login_is_warned_of_in_both_languages(tmp_path: Path):
    open_file = tmp_path / "passwords"
    open_file.write_text("a:b", encoding="utf-8")
    open_file.chmod(0o644)
    assert sharing_warnings(Settings()) == []
    assert sharing_warnings(Settings(host="localhost")) == []
    (warning,) = sharing_warnings(Settings(host="0.0.0.0"))
    assert "누구나" in warning
    assert "--auth FILE asks for a password" in warning
    (warning,) = sharing_warnings(Settings(host="0.0.0.0", auth=open_file))
    assert "chmod 600" in warning


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("::1", True), ("127.9.9.9", True), ("localhost", True), ("0.0.0.0", False),
     ("::", False), ("192.168.0.7", False), ("my.example", False)],
)  # fmt: skip
def test_what_only_this_machine_reaches_is_known(host: str, loopback: bool):
    assert is_loopback(host) == loopback


@pytest.mark.parametrize(
    ("served_on", "named", "known"),
    [
        ("127.0.0.1", "127.0.0.1:7860", True), ("127.0.0.1", "localhost:7860", True),
        ("127.0.0.1", "[::1]:7860", True), ("127.0.0.1", "192.168.0.7:7860", False),
        ("127.0.0.1", "evil.example", False), ("127.0.0.1", "", False), ("127.0.0.1", "[", False),
        ("192.168.0.7", "192.168.0.7:7860", True), ("192.168.0.7", "192.168.0.8:7860", False),
        ("0.0.0.0", "192.168.0.7:7860", True), ("0.0.0.0", "[fd00::7]:7860", True),
        ("0.0.0.0", socket.gethostname(), True), ("0.0.0.0", "evil.example", False),
        ("0.0.0.0", "192.168.0.7.evil.example", False),
    ],
)  # fmt: skip
def test_only_this_machine_is_answered_for(served_on: str, named: str, known: bool):
    passed: list[int] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        passed.append(200)

    async def send(message: Any) -> None:
        passed.append(message.get("status", 0))

    scope = {"type": "http", "headers": [(b"host", named.encode())]}
    awaited(KnownHosts(page, served_on)(scope, None, send))  # type: ignore[arg-type]
    assert passed[0] == (200 if known else 400)
