"""The page in a real browser: how soon it is there, and how soon an answer begins.

`page-ready` is from the server's listening until a question can be typed, beside an empty page of Gradio's;
`page-words` from Enter until the answer's first words are drawn, beside the whole answer in a process.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from evals.bench.process import ROOT
from evals.bench.sampling import Comparison, seconds
from evals.bench.workbench import QUESTIONS, Workbench
from evals.errors import InfrastructureError

EMPTY = "an empty page of Gradio's"
IN_A_PROCESS = "the whole answer, without a page"

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_EMPTY_PAGE = (
    "import gradio as gr\n"
    "with gr.Blocks(analytics_enabled=False) as page: gr.Textbox(elem_id='question')\n"
    "page.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)\n"
    "print(page.local_url, flush=True)\n"
    "page.block_thread()\n"
)
_READING_MS = 1000
"""Nobody types a question as soon as the page is there."""

_WATCH = """() => {
    window.began = 0;
    window.addEventListener("keydown", (event) => {
        if (event.key === "Enter") window.began = performance.now();
    }, true);
    window.begins = new Promise((resolve) => new MutationObserver(() => {
        const words = document.querySelector("#now .answer > :not(.waiting)");
        if (words?.textContent) requestAnimationFrame(() => resolve(performance.now() - window.began));
    }).observe(document.body, { childList: true, subtree: true }));
}"""


def page(bench: Workbench) -> Generator[Comparison]:
    """Seconds until the page is there, and until its answers begin.

    Raises:
        InfrastructureError: There is no browser.
    """
    ours = ("app.py", "--port", "0", "--notes", str(bench.notes), "--data", str(bench.data))
    with _browser() as browser:
        yield Comparison(
            name="page-ready",
            what="the page ready for a question, after the server listens",
            unit="s",
            better="less",
            rounds=bench.plan.process_rounds,
            ours=lambda number: _ready(browser, ours),
            yardsticks={EMPTY: lambda number: _ready(browser, ("-c", _EMPTY_PAGE))},
            warm_ups=0,
        )
        with _served(ours) as address:
            yield Comparison(
                name="page-words",
                what="the first words of an answer in the browser, after Enter",
                unit="s",
                better="less",
                rounds=bench.plan.queries,
                ours=lambda number: _first_words(browser, address, QUESTIONS[number % len(QUESTIONS)]),
                yardsticks={
                    IN_A_PROCESS: lambda number: seconds(
                        lambda: bench.assistant.ask(QUESTIONS[number % len(QUESTIONS)])
                    )
                },
            )


@contextmanager
def _browser() -> Generator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sync_playwright = None
    program = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if sync_playwright is None or program is None:
        raise InfrastructureError(
            "The page needs a browser: install chromium, and the packages of the tests."
        )
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])


@contextmanager
def _served(arguments: Sequence[str]) -> Generator[str]:
    """The address of a server process, which listens."""
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            said = server.stdout.readline() if server.stdout else ""
            if "http://" not in said:
                raise InfrastructureError(f"The server of the page did not start; it said {said!r}.")
            yield said[said.index("http://") :].strip()
        finally:
            server.terminate()


def _ready(browser: Any, arguments: Sequence[str]) -> float:
    with _served(arguments) as address, browser.new_context() as context:
        start = time.perf_counter()
        _open(context, address)
        return time.perf_counter() - start


def _first_words(browser: Any, address: str, question: str) -> float:
    with browser.new_context() as context:
        shown = _open(context, address)
        shown.locator("button.ask").first.wait_for()
        shown.wait_for_timeout(_READING_MS)
        shown.evaluate(_WATCH)
        shown.locator("#question textarea").fill(question)
        shown.keyboard.press("Enter")
        return float(shown.evaluate("window.begins")) / 1000


def _open(context: Any, address: str) -> Any:
    shown = context.new_page()
    shown.goto(address, wait_until="commit")
    shown.locator("#question :is(textarea, input)").wait_for()
    return shown
