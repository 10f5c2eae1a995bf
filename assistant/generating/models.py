"""Opens a chat model by LangChain's name for it: Ollama, OpenAI and all that speak its protocol, Anthropic, Google."""

import logging
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.generating.failures import model_error
from assistant.generating.providers import Connection, Provider, TimeLimits, missing_package, provider_of
from assistant.generating.tokens import CountTokens, count_tokens

if TYPE_CHECKING:
    from assistant.settings import Settings

log = logging.getLogger(__name__)

DEFAULT_WINDOW = 8192
"""Tokens of a model that LangChain knows nothing of: what most local servers are started with."""

_NO_KEY = "none"
"""What a server that asks for no key is sent: the OpenAI package refuses to send nothing."""


@dataclass(frozen=True, slots=True)
class ChatModel:
    """An opened chat model.

    Attributes:
        name: As named in the settings, `provider:model`.
        chat: LangChain's model.
        window: Tokens that prompt and answer may have together.
        limits: When it is given up.
        count: Returns the tokens of a text.
        key: The variable its key is read from.
    """

    name: str
    chat: Any = field(repr=False)
    window: int = DEFAULT_WINDOW
    limits: TimeLimits = field(default_factory=TimeLimits)
    count: CountTokens = field(default=count_tokens, repr=False)
    key: str = ""


def open_chat_model(
    name: str,
    url: str | None = None,
    *,
    window: int | None = None,
    limits: TimeLimits | None = None,
    retries: int = 0,
    temperature: float = 0.0,
) -> ChatModel:
    """Opens a chat model; no request is sent yet. The first one takes seconds: its package is imported.

    Args:
        name: `provider:model`, such as `ollama:qwen3:8b` or, with a server of one's own, `openai:NAME`.
        url: Base address of its server, where it is not the provider's own.
        window: Tokens of prompt and answer; by default what LangChain knows of the model.
        limits: When it is given up.
        retries: How often a request that failed is sent again.
        temperature: Of its sampling; LangChain leaves it out for models that take none.

    Raises:
        ModelError: `bad_name`, `bad_address`, `no_package`, or `no_key`.
    """
    provider = provider_of(name)
    if url is not None and not is_address(url):
        raise model_error("bad_address", name)
    limits = limits or TimeLimits()
    local = _is_local(url) if url else provider.local
    options = provider.options(Connection(limits, retries, window or DEFAULT_WINDOW, local))
    chat = _init(name, provider, url, {"temperature": temperature, **options})
    return ChatModel(name, chat, window or _known_window(chat, url), limits, _counter(chat), provider.key)


def is_address(url: str) -> bool:
    """Says whether a text is the base address of a server."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.fragment
    except ValueError:
        return False


def configured_model(settings: "Settings") -> ChatModel | None:
    """Opens the chat model that the settings name; None where they name none.

    Raises:
        ModelError: It can't be opened.
    """
    if settings.model is None:
        return None
    limits = TimeLimits(silence=settings.model_wait, whole=settings.model_time)
    return open_chat_model(settings.model, settings.model_url, window=settings.model_window, limits=limits)


@contextmanager
def untraced() -> Generator[None]:
    """Keeps LangChain from sending what is asked and answered to LangSmith, whatever the environment says.

    Someone who traces another project by `LANGSMITH_TRACING` has not agreed to send their notes there.
    """
    from langsmith import tracing_context

    with tracing_context(enabled=False):
        yield


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _init(name: str, provider: Provider, url: str | None, options: Mapping[str, Any]) -> Any:
    from langchain.chat_models import init_chat_model

    model = name.partition(":")[2]
    wanted = {**options, **({"base_url": url} if url else {})}
    # A server of one's own mostly asks for no key; the real one is sent where there is one.
    keys: list[dict[str, Any]] = [{}, {"api_key": _NO_KEY}] if url and provider.key else [{}]
    for key in keys:
        try:
            return init_chat_model(model, model_provider=provider.langchain, **wanted, **key)
        except ImportError as error:
            raise missing_package(name, error.name or provider.module, provider) from error
        except Exception as error:  # each provider has one of its own for a missing key
            log.info("%r was not opened: %s", name, type(error).__name__)
    raise model_error("no_key" if provider.key else "bad_address", name, key=provider.key)


def _known_window(chat: Any, url: str | None) -> int:
    """The tokens LangChain knows a model to take in; behind an address of one's own any name can stand."""
    known = None if url else (getattr(chat, "profile", None) or {}).get("max_input_tokens")
    return known if isinstance(known, int) and known > 0 else DEFAULT_WINDOW


def _counter(chat: Any) -> CountTokens:
    """The model's own counter of tokens where it was given one.

    LangChain's other counters send the text to a server, or fetch a tokenizer from one.
    """
    own: Callable[[str], list[int]] | None = getattr(chat, "custom_get_token_ids", None)
    return count_tokens if own is None else lambda text: len(own(text))
