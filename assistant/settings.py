"""Every knob, with its reason. The only reader of the environment."""

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError

AnswerLanguage = Literal["auto", "ko", "en", "both"]
TerminalLanguage = Literal["ko", "en"]
Unverified = Literal["mark", "drop"]


def _corpus() -> Path:
    """The notes that come with mutgo; a folder of data beside the packages, without Python."""
    spec = find_spec("corpus")
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise SettingsError(
            "The corpus that comes with mutgo is missing. Install mutgo again, or set MUTGO_NOTES."
        )
    return Path(places[0])


_OLLAMA = "http://127.0.0.1:11434"
"""Where Ollama listens unless told otherwise."""


class Settings(BaseSettings):
    """Settings from `MUTGO_*` variables; the command line's options win over them.

    A variable of a wrong value raises, so a typo never goes unseen.
    """

    model_config = SettingsConfigDict(env_prefix="MUTGO_", extra="forbid", frozen=True)

    notes: Path = Field(default_factory=_corpus)
    """The folder of notes; by default the corpus that comes with mutgo."""

    data: Path | None = None
    """Where the index lives; by default a folder for each vault in the user's data folder."""

    cache: Path | None = None
    """Where converted models are kept; by default the user's cache folder. Shared by all vaults."""

    glossary: Path | None = None
    """Names in both languages; by default `glossary.yaml` of the notes, else the one that comes with mutgo."""

    embedder: str | None = None
    """`e5-small`, the embedded model, or the name or folder of any sentence-transformers model.

    By default the one the index was made with, so that it need be named only once; for a new index
    the embedded one.
    """

    follow: bool = True
    """Whether a page that is served follows the notes as they change. Off where the index is kept by
    another process, or the notes lie on a disk too slow to be watched."""

    language: AnswerLanguage = "auto"
    """Language of answers; `auto` answers in the question's, `both` in Korean and English."""

    host: str = "127.0.0.1"
    """Address the page is served on: this machine only, unless said otherwise."""

    port: int = Field(default=7860, ge=0, le=65535)
    """Port the page is served on; 0 takes any free one."""

    auth: Path | None = None
    """A file of `name:password` lines: who may open the page. By default everybody who reaches it."""

    mcp: bool = False
    """Whether programs may ask, search and open notes by the Model Context Protocol at `/mcp`."""

    chroma_url: str | None = Field(default=None, repr=False)
    """A Chroma server that keeps the vectors, such as `http://127.0.0.1:8000`; by default they lie in the
    index's folder. It may have a path, and user and password for the proxy before it."""

    model: str | None = None
    """A chat model that writes the answers, `provider:model`: `ollama:qwen3:8b`, `openai:NAME` with
    `model_url` for any server that speaks OpenAI's protocol, `anthropic:...`, `google:...`. By default
    none: answers are composed of the notes' own sentences. Keys come from the providers' own variables."""

    model_url: str | None = Field(default=None, repr=False)
    """Base address of the chat model's server, where it is not the provider's own."""

    model_window: int | None = Field(default=None, ge=1024)
    """Tokens the chat model takes, its answer included; by default what LangChain knows of it, else 8192."""

    model_wait: float = Field(default=60.0, gt=0, le=3600)
    """Seconds until the chat model's first word, and between any two: a large model on a small machine
    reads for a while before it writes."""

    model_time: float = Field(default=180.0, gt=0, le=3600)
    """Seconds until the chat model's last word."""

    unverified: Unverified = "mark"
    """What becomes of a chat model's sentences that the notes don't prove: shown and marked, or dropped."""

    uploads: bool = True
    """Whether files can be added to the notes on the page."""

    threads: int | None = Field(default=None, ge=1, le=256)
    """Threads of the embedding model; by default as many as there are cores."""

    @field_validator("model")
    @classmethod
    def _is_model(cls, model: str | None) -> str | None:
        """Refuses what names no provider; an empty name is as none."""
        if not model or not model.strip():
            return None
        maker, _, name = model.strip().partition(":")
        if not maker or not name:
            raise ValueError("it is not of the form provider:model, such as ollama:qwen3:8b")
        return model.strip()

    @field_validator("chroma_url", "model_url")
    @classmethod
    def _is_url(cls, url: str | None) -> str | None:
        """Refuses what is no address of a server; an empty one is as none."""
        if not url:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("it is not the address of a server, such as http://127.0.0.1:8000")
        return url.rstrip("/")

    def notes_folder(self) -> Path:
        """The notes folder, absolute, `~` read as the home folder."""
        return self.notes.expanduser().absolute()

    def data_folder(self) -> Path:
        """Where this vault's index lives: one folder a vault, told apart by its path."""
        if self.data is not None:
            return self.data.expanduser().absolute()
        return self._user_folder("vaults")

    def model_server(self) -> str:
        """Returns the address of the chat model's server; empty where it is known to its package only."""
        own = (self.model or "").startswith("ollama:") and "OLLAMA_HOST" not in os.environ  # noqa: TID251
        return self.model_url or (_OLLAMA if own else "")

    def feedback_folder(self) -> Path:
        """Where readers' thumbs for this vault's answers are kept: beside its index, never inside.

        The index can be deleted and made again; what people said cannot.
        """
        return self._beside_index("feedback")

    def conversations_folder(self) -> Path:
        """Where conversations about this vault are kept: beside its index, never inside, as the thumbs are."""
        return self._beside_index("conversations")

    def evals_folder(self) -> Path:
        """Where the owner's cases for this vault and their runs are kept: beside its index, never inside."""
        return self._beside_index("evals")

    def _beside_index(self, kind: str) -> Path:
        if self.data is None:
            return self._user_folder(kind)
        data = self.data.expanduser().absolute()
        return data.with_name(f"{data.name}.{kind}")

    def _user_folder(self, kind: str) -> Path:
        """This vault's folder of one kind in the user's data folder."""
        import hashlib

        from platformdirs import user_data_path

        notes = self.notes_folder().resolve()
        digest = hashlib.sha256(str(notes).encode("utf-8", "surrogateescape")).hexdigest()[:10]
        return user_data_path("mutgo", appauthor=False) / kind / f"{notes.name}-{digest}"

    def cache_folder(self) -> Path:
        """Where converted models are kept."""
        if self.cache is not None:
            return self.cache.expanduser().absolute()
        from platformdirs import user_cache_path

        return user_cache_path("mutgo", appauthor=False)

    def glossary_file(self) -> Path:
        """The glossary: the one named, the vault's own, or the one that comes with mutgo."""
        if self.glossary is not None:
            return self.glossary.expanduser().absolute()
        own = self.notes_folder() / "glossary.yaml"
        return own if own.is_file() else _corpus() / "glossary.yaml"


def terminal_language() -> TerminalLanguage:
    """The language of notices in this terminal: Korean where its locale is, else English.

    As everywhere, `LC_ALL` wins over `LC_MESSAGES`, and that over `LANG`.
    """
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))  # noqa: TID251
    locale = next((value for value in named if value), "")
    return "ko" if locale.lower().startswith("ko") else "en"


def read_settings(**options: object) -> Settings:
    """Reads the settings; options that are None leave the variable or default in force.

    Raises:
        SettingsError: A variable or option has a value that can't be used, or no such setting is.
    """
    unknown = sorted(
        name
        for name in os.environ  # noqa: TID251
        if name.startswith("MUTGO_") and name.removeprefix("MUTGO_").lower() not in Settings.model_fields
    )
    if unknown:
        raise SettingsError(
            f"There is no setting {unknown[0]!r}. Unset it, or use one of "
            f"{', '.join('MUTGO_' + name.upper() for name in Settings.model_fields)}."
        )
    try:
        return Settings(**{k: v for k, v in options.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "MUTGO_" + "_".join(str(part) for part in first["loc"]).upper()
        given = first["input"]
        if name.endswith("_URL"):
            given = re.sub("//[^/]*@", "//", str(given))  # a password is for nobody's log
        raise SettingsError(f"{name} can't be {given!r}: {first['msg']}. Change or unset it.") from error


def go_offline() -> None:
    """Tells the libraries below us not to call home nor to keep statistics, before they are imported.

    They read these variables at import: Gradio's analytics, its table of every event's times (made anew by
    Pandas at each event, which a warning of Pandas made an error can end), Hugging Face's hub, Chroma's telemetry,
    ONNX Runtime's. LangChain would send what a chat model is asked to LangSmith, or by way of its gateway: that may be
    wanted for other projects of the same user, but nobody has agreed to it for their notes.
    """
    for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_GATEWAY"):
        os.environ[name] = "false"  # noqa: TID251
    for name, value in (
        ("GRADIO_ANALYTICS_ENABLED", "False"),
        ("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9)),
        ("HF_HUB_DISABLE_TELEMETRY", "1"),
        ("ANONYMIZED_TELEMETRY", "False"),
        ("ORT_DISABLE_TELEMETRY", "1"),
        ("TOKENIZERS_PARALLELISM", "false"),
        ("DO_NOT_TRACK", "1"),
    ):
        os.environ.setdefault(name, value)  # noqa: TID251
