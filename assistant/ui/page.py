"""Puts the page together and serves it.

    bar        brand, interface language                      document.py
    talk       past turns, the turn in hand, the composer     talk.py, chat.py, empty.py
    source     the note a citation comes from                 sources.py, note_html.py

The talk is Gradio's: components, events, a queue, a state for each session. The source panel is
filled by `page.js` from the named endpoint `source`, so opening a citation neither waits in the
queue behind answers nor redraws the conversation.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import gradio as gr
from gradio.themes import Base
from starlette.datastructures import Headers
from starlette.middleware import Middleware

from assistant.answers import Answer
from assistant.assistant import Assistant
from assistant.errors import SettingsError
from assistant.feedback import append_feedback, feedback_on
from assistant.following import Follower
from assistant.settings import Settings
from assistant.ui.document import Document, asset_routes, ui_language
from assistant.ui.empty import source_hint, status_html, welcome_html
from assistant.ui.endpoints import name_endpoints
from assistant.ui.moving import Moving, wire_leaving
from assistant.ui.scope import chosen_scope, scope_choices
from assistant.ui.security import trusted_hosts
from assistant.ui.talk import QUESTION_LIMIT, Stops, Talk, converse
from assistant.ui.texts import Texts, texts, translations
from assistant.ui.thumbs import rate

# Answers in the making at once, and questions that may wait for their turn; more are told to retry.
AT_ONCE = 8
WAITING = 64

_FONTS = ["-apple-system", "BlinkMacSystemFont", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR"]

_t = gr.I18n(**translations())


def build(assistant: Assistant, feedback: Path) -> gr.Blocks:
    """The page over an assistant, which keeps thumbs in a folder `feedback`; nothing is served yet."""
    moving = Moving()
    with gr.Blocks(title="묻고 mutgo", analytics_enabled=False, fill_width=True) as page:
        talk = gr.State(Talk())
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                with gr.Column(elem_id="turns"):
                    welcome = _html(welcome_html(assistant.examples()), "welcome")
                    past, now, rated = _html("", "past"), _html("", "now"), _html("", "rated")
                with gr.Column(elem_id="composer"):
                    question = _question_box()
                    with gr.Row(elem_id="controls"):
                        language = _language_choice()
                        scope = _scope_choice(assistant)
                        stop = gr.Button(_t("stop"), elem_id="stop")
                        send = gr.Button(_t("send"), elem_id="send", variant="primary")
                status = _html(status_html(assistant.status()), "status")
            with gr.Column(elem_id="side"):
                _html(source_hint(), "source")
        _wire_asking(assistant, question, language, scope, send, stop, past, now, rated, talk)
        _wire_rating(feedback, rated, talk)
        wire_leaving(moving, talk)

        def load(request: gr.Request) -> dict[Any, Any]:
            brought, words = moving.take(Headers(request.headers)), _words(request)
            return {
                welcome: welcome_html(assistant.examples()),
                status: status_html(assistant.status()),
                scope: gr.update(**_scopes(assistant)),
                talk: brought,
                past: brought.past_html(words),
                now: brought.now_html(words),
            }

        page.load(
            load,
            outputs=[welcome, status, scope, talk, past, now],
            show_progress="hidden",
            api_visibility="private",
        )
        name_endpoints(assistant, AT_ONCE)
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
    sys.stdout.flush()
    try:
        page.block_thread()
    finally:
        follower.close()


def launch(assistant: Assistant, settings: Settings, open_browser: bool = False) -> gr.Blocks:
    """Starts the server in the background and returns the page, its address in `local_url`.

    Raises:
        SettingsError: The address or the port cannot be served on.
    """
    page = build(assistant, settings.feedback_folder())
    try:
        _launch(page, settings, open_browser)
    except OSError as error:
        raise SettingsError(
            f"The page can't be served on {settings.host!r}, port {settings.port}: it is taken or not "
            "this machine's. Give another with --port (0 takes any free one), or close what uses it."
        ) from error
    return page


def _launch(page: gr.Blocks, settings: Settings, open_browser: bool) -> None:
    page.launch(
        server_name=settings.host,
        server_port=settings.port or _free_port(settings.host),
        inbrowser=open_browser,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        run_history=False,
        ssr_mode=False,
        show_error=False,
        footer_links=[],
        max_file_size="1kb",  # nothing is uploaded
        theme=Base(font=_FONTS, font_mono=["ui-monospace", "Menlo", "Consolas"]),
        i18n=_t,
        app_kwargs={
            "middleware": [trusted_hosts(settings.host), Middleware(Document)],
            "routes": asset_routes(),
            "docs_url": None,
            "redoc_url": None,
            "openapi_url": None,
        },
    )


def _warm_up(assistant: Assistant) -> None:
    """Asks once, so that the first reader does not wait for the parts that load when first used."""
    for example in assistant.examples(1):
        assistant.ask(example)


def _html(value: str, elem_id: str) -> gr.Markdown:
    """Our own HTML. Not `gr.HTML`, which needs `unsafe-eval`; what is shown is escaped or cleaned."""
    return gr.Markdown(value, elem_id=elem_id, sanitize_html=False, latex_delimiters=[], container=False)


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label=_t("ask_label"),
        placeholder=_t("ask"),
        show_label=False,
        container=False,
        lines=1,
        max_lines=8,
        max_length=QUESTION_LIMIT,
        autofocus=True,
        elem_id="question",
    )


def _language_choice() -> gr.Radio:
    return gr.Radio(
        [(_t("language_auto"), "auto"), ("한국어", "ko"), ("English", "en"), (_t("language_both"), "both")],
        value="auto",
        label=_t("language"),
        container=False,
        elem_id="language",
    )


def _scope_choice(assistant: Assistant) -> gr.Dropdown:
    """Where to look; hidden where a vault has neither folders nor tags."""
    return gr.Dropdown(
        **_scopes(assistant),
        value=[],
        multiselect=True,
        label=_t("scope"),
        show_label=False,
        container=False,
        elem_id="scope",
    )


def _scopes(assistant: Assistant) -> dict[str, Any]:
    choices = scope_choices(assistant.parts())
    return {"choices": choices, "visible": bool(choices)}


def _wire_asking(
    assistant: Assistant,
    question: gr.Textbox,
    language: gr.Radio,
    scope: gr.Dropdown,
    send: gr.Button,
    stop: gr.Button,
    past: gr.Markdown,
    now: gr.Markdown,
    rated: gr.Markdown,
    talk: gr.State,
) -> None:
    stops = Stops()

    def ask_here(
        asked: str, chosen: str, where: list[str], before: Talk, request: gr.Request
    ) -> Iterator[dict[Any, Any]]:
        words = _words(request)
        kept_to = chosen_scope(where)
        with stops.answering(_session(request)) as switch:
            for count, after in enumerate(converse(assistant, before, asked, chosen, switch, kept_to)):
                changed: dict[Any, Any] = {talk: after, now: after.now_html(words)}
                if count == 0:
                    changed |= {question: "", rated: "", past: after.past_html(words)}
                yield changed

    def ask_alone(
        chosen: str, where: list[str], before: Talk, request: gr.Request
    ) -> Iterator[dict[Any, Any]]:
        if before.now is None:
            return
        asked, words = before.now.question, _words(request)
        with stops.answering(_session(request)) as switch:
            for after in converse(assistant, before, asked, chosen, switch, chosen_scope(where), alone=True):
                yield {talk: after, now: after.now_html(words)}

    def stop_here(request: gr.Request) -> None:
        stops.stop(_session(request))

    gr.on(
        [question.submit, send.click],
        ask_here,
        inputs=[question, language, scope, talk],
        outputs=[question, past, now, rated, talk],
        # Gradio's own guard drops a question that comes while it is still clearing up after a whole answer;
        # `page.js` has one that knows when the answer is whole.
        trigger_mode="multiple",
        show_progress="hidden",
        concurrency_limit=AT_ONCE,
        api_visibility="private",
    )
    # `page.js` clicks this hidden button where a reader wants a follow-up asked by itself.
    gr.Button(elem_id="ask-alone", visible="hidden").click(
        ask_alone,
        inputs=[language, scope, talk],
        outputs=[now, talk],
        show_progress="hidden",
        concurrency_limit=AT_ONCE,
        api_visibility="private",
    )
    stop.click(stop_here, queue=False, show_progress="hidden", api_visibility="private")


def _wire_rating(feedback: Path, rated: gr.Markdown, talk: gr.State) -> None:
    """Keeps thumbs; `page.js` writes each into the hidden box and clicks the hidden button."""
    clicks = gr.Textbox(elem_id="clicks", visible="hidden")
    send = gr.Button(elem_id="send-click", visible="hidden")

    def keep(answer: Answer, liked: bool) -> None:
        append_feedback(feedback, feedback_on(answer, liked))

    def rate_here(clicked: str, talked: Talk, request: gr.Request) -> str:
        return rate(talked, clicked, keep, _words(request))

    send.click(
        rate_here,
        inputs=[clicks, talk],
        outputs=[rated],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )


def _words(request: gr.Request) -> Texts:
    return texts(ui_language(request.headers))


def _session(request: gr.Request) -> str:
    return request.session_hash or ""


def _free_port(host: str) -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
