"""Takes the screenshots of `docs/screenshots/`, over `corpus/`, in a real browser.

    .venv/bin/python docs/screenshots.py [--only NAME ...]

Needs chromium (or Chrome) and the packages of the tests. The page is served on a free port, with an index
and conversations of its own in a temporary folder, so nothing of yours is shown or changed.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
OUT = Path(__file__).with_name("screenshots")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SECONDS_TO_START = 600


def ask(page: Any, question: str) -> None:
    """Asks, and waits until the answer is whole and what comes with it has come."""
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator("#now .turn[data-state=done]", has_text=question).wait_for()
    page.wait_for_timeout(2000)


def empty(page: Any) -> None:
    """Before anything is asked."""
    page.wait_for_timeout(500)


def answer(page: Any) -> None:
    """An answer, its first source beside it."""
    ask(page, "람다가 뭐야?")


def source(page: Any) -> None:
    """A citation that was clicked, its line marked in the note."""
    ask(page, "오토 스케일링의 휴지 기간이 뭐야?")
    page.locator("#now .answer .chip").nth(1).click()
    page.wait_for_timeout(800)


def comparison(page: Any) -> None:
    """Two things beside each other."""
    ask(page, "보안 그룹과 네트워크 ACL의 차이")


def both(page: Any) -> None:
    """An answer in both languages, with the list of conversations folded away."""
    page.locator("#drawer-toggle").click()
    page.locator("#language label").nth(3).click()
    ask(page, "S3가 뭐야?")


def phone(page: Any) -> None:
    """A phone at night: the source as a sheet."""
    ask(page, "What is Auto Scaling?")
    page.locator("#now .answer .chip").first.tap()
    page.wait_for_timeout(800)


def notes(page: Any) -> None:
    """The view of the notes: their tree, their tags, their state."""
    view(page, "notes")
    page.locator("#notes-tree .note-open").first.wait_for()
    page.locator("#notes-folder").evaluate("one => { one.textContent = '~/vault'; }")  # not this machine's


def note_map(page: Any) -> None:
    """The map of the notes, an answer's sources lit up."""
    ask(page, "보안 그룹과 네트워크 ACL의 차이")
    view(page, "map")
    page.locator(".map[data-state=ready] .map-legend button").first.wait_for()


def numbers(page: Any) -> None:
    """How good the answers are, and since when."""
    view(page, "numbers")
    page.locator(".numbers:not([data-state=reading])").wait_for()


def view(page: Any, name: str) -> None:
    """Goes to a view of the page."""
    page.evaluate("name => window.mutgo.go(name)", name)
    page.locator(f"#view-{name}").wait_for()


SHOTS: dict[str, tuple[Callable[[Any], None], dict[str, Any]]] = {
    "empty": (empty, {}),
    "answer": (answer, {}),
    "source": (source, {}),
    "comparison": (comparison, {}),
    "both": (both, {}),
    "notes": (notes, {}),
    "map": (note_map, {}),
    "numbers": (numbers, {}),
    "phone": (
        phone,
        {"viewport": PHONE, "color_scheme": "dark", "locale": "en-US", "has_touch": True, "is_mobile": True},
    ),
}
"""What is shown, and the browser it is shown in."""


@contextmanager
def served(work: Path) -> Iterator[str]:
    """Serves the page over the corpus and gives its address."""
    log = work / "server.log"
    command = [sys.executable, "app.py", "--port", "0", "--data", str(work / "data")]
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out) as server:
        try:
            until = time.monotonic() + SECONDS_TO_START
            while time.monotonic() < until and server.poll() is None:
                if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text("utf-8", "replace")):
                    yield found[0]
                    return
                time.sleep(0.5)
            raise SystemExit(f"The page was not served:\n{log.read_text('utf-8', 'replace')}")
        finally:
            server.terminate()


def main() -> None:
    """Takes the screenshots that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="*", choices=SHOTS, default=list(SHOTS), help="these alone")
    wanted = parser.parse_args().only
    if CHROMIUM is None:
        raise SystemExit("No chromium was found. Install it (Debian: apt install chromium fonts-noto-cjk).")
    OUT.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="mutgo-screenshots-") as work,
        served(Path(work)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in wanted:
            take(browser, address, name)
        browser.close()


def take(browser: Any, address: str, name: str) -> None:
    """Takes one screenshot, in a window of its own."""
    act, options = SHOTS[name]
    window = {"viewport": LAPTOP, "locale": "ko-KR", "color_scheme": "light"} | options
    context = browser.new_context(**window)
    page = context.new_page()
    page.goto(address)
    page.locator("#question textarea").wait_for()
    page.wait_for_timeout(1000)
    act(page)
    page.wait_for_timeout(1500)  # what moves has come to rest
    page.screenshot(path=OUT / f"{name}.png")
    sys.stdout.write(f"{OUT.relative_to(ROOT) / name}.png\n")
    page.wait_for_timeout(500)
    context.close()


if __name__ == "__main__":
    main()
