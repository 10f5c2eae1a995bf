"""Puts the page together and serves it.

    bar        brand, interface language                      document.py
    drawer     the conversations that are kept                history.py
    talk       past turns, the turn in hand, the composer     asking.py, making.py, talk.py, chat.py, empty.py
    source     the note a citation comes from                 sources.py, note_html.py, pictures.py

The talk is Gradio's: components, events, a queue, a state for each session. The source panel is
filled by `page.js` from the named endpoint `source`, and the drawer by `conversations.js`, so opening
a citation or the list neither waits in the queue behind answers nor redraws the conversation.
"""

import atexit
import sys
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import gradio as gr
from gradio.themes import Base
from starlette.middleware import Middleware
from starlette.routing import Route

from assistant.answers import Answer
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.errors import SettingsError
from assistant.feedback import append_feedback, feedback_on
from assistant.following import Follower
from assistant.keeping.asking import notes_in
from assistant.passwords import read_accounts
from assistant.settings import Settings
from assistant.ui.asking import Asking, Desk, composer, html_block, order_box, scopes, words_for
from assistant.ui.document import Document, asset_routes
from assistant.ui.empty import source_hint, status_html, welcome_html
from assistant.ui.endpoints import name_history_endpoints, name_lookups, name_page_endpoints
from assistant.ui.gate import Gate
from assistant.ui.history import export_route
from assistant.ui.map_view import name_map_endpoints
from assistant.ui.mcp_server import PATH as MCP_PATH
from assistant.ui.mcp_server import McpServer, mcp_server
from assistant.ui.notes_routes import notes_routes
from assistant.ui.numbers_view import name_numbers_endpoints
from assistant.ui.pictures import pictures_route
from assistant.ui.security import KnownHosts
from assistant.ui.sharing import sharing_warnings
from assistant.ui.streams import StreamGuard
from assistant.ui.talk import Talk
from assistant.ui.texts import translations
from assistant.ui.thumbs import rate

# Answers in the making at once, and questions that may wait for their turn; more are told to retry.
AT_ONCE = 8
WAITING = 64

# Seconds in which the first page has come up.
WARM_UP_AFTER = 2.0

_FONTS = ["-apple-system", "BlinkMacSystemFont", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR"]

_t = gr.I18n(**translations())


def build(assistant: Assistant, settings: Settings, store: Conversations) -> gr.Blocks:
    """The page over an assistant; nothing is served yet.

    Args:
        assistant: Who answers.
        settings: Where the notes are and thumbs are kept, and who reaches the page.
        store: Where conversations are kept.
    """
    with gr.Blocks(title="묻고 mutgo", analytics_enabled=False, fill_width=True) as page:
        talk = gr.State(Talk())
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                with gr.Column(elem_id="turns"):
                    welcome = html_block(welcome_html(assistant.examples()), "welcome")
                    past, now, rated = (html_block("", name) for name in ("past", "now", "rated"))
                with gr.Column(elem_id="composer"):
                    question, language, scope, answerer, send, stop = composer(assistant, _t)
                status = html_block(status_html(assistant.status(), assistant.model_trouble()), "status")
            with gr.Column(elem_id="side"):
                html_block(source_hint(), "source")
        desk = Desk(past, now, rated, talk, question, language, scope, answerer, send, stop)
        Asking(assistant, store, desk, AT_ONCE).wire(page)
        _wire_rating(settings.feedback_folder(), rated, talk)

        def load() -> dict[Any, Any]:
            return {
                welcome: welcome_html(assistant.examples()),
                status: status_html(assistant.status(), assistant.model_trouble()),
                scope: gr.update(**scopes(assistant)),
            }

        page.load(load, outputs=[welcome, status, scope], show_progress="hidden", api_visibility="private")
        name_lookups(assistant, AT_ONCE)
        name_page_endpoints(assistant, settings)
        name_history_endpoints(store)
        name_map_endpoints(assistant)
        name_numbers_endpoints(assistant)
    page.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return page


def serve(assistant: Assistant, settings: Settings, open_browser: bool = False) -> None:
    """Serves the page until interrupted, and says where; answers follow the notes as they change."""
    page = launch(assistant, settings, open_browser)
    Thread(target=_warm_up, args=[assistant], daemon=True).start()
    follower = Follower(assistant)
    if settings.follow:
        follower.start()
    sys.stdout.write(f"묻고 mutgo: {page.local_url}\n")
    if settings.mcp:
        sys.stdout.write(f"MCP: {str(page.local_url).rstrip('/')}{MCP_PATH}\n")
    sys.stdout.flush()
    for warning in sharing_warnings(settings):
        sys.stderr.write(f"mutgo: {warning}\n")
    try:
        page.block_thread()
    finally:
        follower.close()


def launch(assistant: Assistant, settings: Settings, open_browser: bool = False) -> gr.Blocks:
    """Starts the server in the background and returns the page, its address in `local_url`.

    Raises:
        SettingsError: The address or the port cannot be served on, the file of passwords not be read, or
            the package that `--mcp` needs is missing.
    """
    store = Conversations(settings.conversations_folder(), settings.notes_folder())
    atexit.register(store.close)
    page = build(assistant, settings, store)
    tools = mcp_server(assistant, AT_ONCE) if settings.mcp else None
    try:
        _launch(page, settings, _routes(assistant, settings, store), tools, open_browser)
    except OSError as error:
        raise SettingsError(
            f"The page can't be served on {settings.host!r}, port {settings.port}: it is taken or not "
            "this machine's. Give another with --port (0 takes any free one), or close what uses it."
        ) from error
    return page


def _launch(
    page: gr.Blocks, settings: Settings, routes: list[Route], tools: McpServer | None, open_browser: bool
) -> None:
    added = [tools.route] if tools else []
    page.launch(
        server_name=settings.host,
        server_port=settings.port or _free_port(settings.host),
        inbrowser=open_browser,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        show_error=False,
        footer_links=[],
        max_file_size="1kb",  # nothing is uploaded
        theme=Base(font=_FONTS, font_mono=["ui-monospace", "Menlo", "Consolas"]),
        i18n=_t,
        app_kwargs={
            "middleware": _middleware(settings),
            "routes": [*routes, *added],
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
            **({"lifespan": tools.lifespan} if tools else {}),
        },
    )


def _routes(assistant: Assistant, settings: Settings, store: Conversations) -> list[Route]:
    """What is served beside Gradio's own."""
    export = export_route(store, notes_in(settings.notes_folder()))
    pictures = pictures_route(settings.notes_folder())
    return [export, pictures, *notes_routes(assistant, settings), *asset_routes()]


def _middleware(settings: Settings) -> list[Middleware]:
    """What every request goes through, in order."""
    gate = [Middleware(Gate, read_accounts(settings.auth.expanduser()))] if settings.auth else []
    return [Middleware(KnownHosts, settings.host), *gate, Middleware(StreamGuard), Middleware(Document)]


def _warm_up(assistant: Assistant) -> None:
    """Asks once, so that the first reader does not wait for the parts that load when first used.

    A page that is opened as the server starts comes first: beside this it took half as long again.
    """
    sleep(WARM_UP_AFTER)
    for example in assistant.examples(1):
        assistant.ask(example)


def _wire_rating(feedback: Path, rated: gr.Markdown, talk: gr.State) -> None:
    """Keeps thumbs and reasons; `feedback.js` writes each into the hidden box and clicks the hidden button."""
    clicks, send = order_box("thumb")

    def keep(answer: Answer, liked: bool, reason: str, comment: str) -> None:
        append_feedback(feedback, feedback_on(answer, liked, reason, comment))

    def rate_here(clicked: str, talked: Talk, request: gr.Request) -> str:
        return rate(talked, clicked, keep, words_for(request))

    send.click(
        rate_here,
        inputs=[clicks, talk],
        outputs=[rated],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )


def _free_port(host: str) -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
