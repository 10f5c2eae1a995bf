"""The house of DESIGN.md, read off the imports: they point one way, and each library has one door."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import assistant

ROOT = Path(__file__).parent.parent
OURS = ("app", "assistant", "evals", "index")

ALLOWED = {
    "index": {"index"},
    "assistant": {"assistant", "index"},
    "evals": {"assistant", "evals", "index"},
    "app": {"app", "assistant", "index"},
}
"""Which of our rooms each room may import."""

DOORS = {
    "chromadb": ("index/vectors.py",),
    "gradio": ("app.py", "assistant/ui/"),
    "ir_measures": ("evals/ranking.py",),
    "kiwipiepy": ("index/language/morphemes.py",),
    "langchain": ("assistant/generating/models.py",),
    "langchain_core": ("index/embed.py", "index/retriever.py", "evals/baselines/bm25_ensemble.py"),
    "mcp": ("assistant/ui/mcp_server.py",),
    "mcp_types": ("assistant/ui/mcp_server.py",),
    "langsmith": ("assistant/generating/models.py",),
    "onnxruntime": ("index/e5",),
    "openai": ("assistant/generating/providers.py",),
    "rapidfuzz": ("index/language/spelling.py",),
    "sentence_transformers": ("index/embed.py", "index/e5"),
    "scipy": ("evals/stats.py",),
    "sklearn": ("evals/judge/",),
    "sqlite3": ("index/storage/database.py", "assistant/keeping/database.py"),
    "watchfiles": ("index/watch.py",),
    "wordfreq": ("index/language/commonness.py",),
}
"""Where each outside library may be imported: a file, or what paths begin with."""


def imported(source: str) -> set[str]:
    """Returns the modules a source imports at any depth, by statement or by name at run time."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=module, level=0) if module:
                found.add(module)
            case ast.ImportFrom():
                found.add(".")
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module" | "__import__"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                found.add(name)
            case _:
                pass
    return found


def reads_environment(source: str) -> bool:
    """Says whether a source reads or writes environment variables."""
    names = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=attr) if attr in names:
                return True
            case ast.ImportFrom(module="os", names=aliases) if names & {alias.name for alias in aliases}:
                return True
            case _:
                pass
    return False


def room(path: str) -> str:
    return path.split("/")[0].removesuffix(".py")


SOURCES = {
    file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8")
    for folder in (ROOT / name for name in OURS if name != "app")
    for file in sorted(folder.rglob("*.py"))
} | {"app.py": (ROOT / "app.py").read_text(encoding="utf-8")}


def test_the_reader_of_imports_sees_every_way_of_importing():
    source = """
import index.sync
from chromadb.config import Settings
if TYPE_CHECKING:
    from gradio import Blocks
def late():
    import sqlite3
    return import_module("kiwipiepy"), importlib.import_module("onnxruntime")
"""
    assert imported(source) == {
        "index.sync", "chromadb.config", "gradio", "sqlite3", "kiwipiepy", "onnxruntime"
    }  # fmt: skip
    assert imported("from . import sync") == {"."}
    assert reads_environment("import os\nos.getenv('HOME')")
    assert reads_environment("from os import environ")
    assert not reads_environment("import os\nos.replace('a', 'b')")


def test_every_room_was_read():
    assert {room(path) for path in SOURCES} >= {"app", "assistant", "index"}
    assert len(SOURCES) > 30


@pytest.mark.parametrize("path", SOURCES)
def test_imports_point_one_way(path: str):
    ours = {name.split(".")[0] for name in imported(SOURCES[path])} & set(OURS)
    assert ours <= ALLOWED[room(path)]


@pytest.mark.parametrize("path", SOURCES)
def test_imports_are_absolute(path: str):
    assert "." not in imported(SOURCES[path])


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library: str):
    users = {
        path
        for path, source in SOURCES.items()
        if library in {name.split(".")[0] for name in imported(source)}
    }
    assert users, f"nothing imports {library}: take it off the list of doors"
    assert {path for path in users if not path.startswith(DOORS[library])} == set()


def test_only_the_settings_read_the_environment():
    assert {path for path, source in SOURCES.items() if reads_environment(source)} == {
        "assistant/settings.py",
        "index/e5/session.py",  # tells ONNX Runtime, whoever loads it, to keep its statistics to itself
    }


def test_the_index_says_nothing_of_the_assistant_even_to_type_checkers():
    names = {name for path in SOURCES if room(path) == "index" for name in imported(SOURCES[path])}
    assert not any(name.startswith(("assistant", "evals", "app")) for name in names)


def test_the_corpus_holds_no_python():
    assert [file.name for file in (ROOT / "corpus").rglob("*.py*")] == []


def test_app_py_holds_no_logic():
    tree = ast.parse(SOURCES["app.py"])
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.For)]


# ---- what an import does --------------------------------------------------------------------------

WATCHED_IMPORT = """
import sys

done = []

def watch(event, details):
    if event == "open" and isinstance(details[0], str):
        mode, flags = details[1], details[2] or 0
        if (mode and set(mode) & set("wax+")) or flags & 0o103:  # O_WRONLY, O_RDWR, O_CREAT
            done.append(f"{event} {details[0]}")
    elif event in ("os.mkdir", "os.rename", "os.remove", "socket.connect", "subprocess.Popen",
                   "socket.getaddrinfo", "sqlite3.connect"):
        done.append(f"{event} {details}")

sys.addaudithook(watch)
for module in %s:
    __import__(module)
import json
print(json.dumps({"done": done, "modules": sorted(sys.modules)}))
"""

HEAVY = {
    "chromadb", "gradio", "kiwipiepy", "langchain", "langchain_core", "langsmith", "mcp", "onnx", "onnxruntime", "rich", "sentence_transformers",
    "starlette", "tokenizers", "torch", "transformers",
}  # fmt: skip


def watched_import(*modules: str) -> tuple[list[str], set[str]]:
    run = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED_IMPORT % (modules,)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT,
    )
    seen = json.loads(run.stdout)
    return seen["done"], {name.split(".")[0] for name in seen["modules"]}


def test_importing_the_assistant_opens_nothing_and_loads_nothing_heavy():
    done, modules = watched_import("assistant")
    assert done == []
    assert not modules & (HEAVY | {"numpy", "pydantic", "yaml", "sqlite3"})


def test_the_command_starts_without_the_heavy_libraries():
    done, modules = watched_import("assistant", "assistant.cli")
    assert done == []
    assert not modules & (HEAVY - {"rich"} | {"numpy", "sqlite3"})


def test_the_whole_library_is_imported_without_opening_anything():
    done, modules = watched_import(
        "assistant.assistant",
        "assistant.checkup",
        "assistant.generating.answering",
        "assistant.generating.rewriting",
        "index.e5.weights",
    )
    assert done == []
    assert not modules & HEAVY


# ---- the public surface ---------------------------------------------------------------------------


def test_the_public_surface_is_this():
    assert assistant.__all__ == ["Answer", "Assistant", "Citation", "Sentence", "Settings", "open_assistant"]


@pytest.mark.parametrize("name", assistant.__all__)
def test_every_public_name_is_there_and_documented(name: str):
    thing = getattr(assistant, name)
    assert thing.__name__ == name
    assert thing.__doc__


def test_a_name_that_is_not_public_is_missed_in_words():
    with pytest.raises(AttributeError, match="module 'assistant' has no attribute 'Asistant'"):
        assistant.Asistant  # noqa: B018
