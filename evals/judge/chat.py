"""Opens a chat model by LangChain's name for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from assistant.terminal import printable
from evals.errors import EvalsError, InfrastructureError

TEMPERATURE = 0.0
_SECONDS = 120.0
"""How long a reply may take; a model on a few CPU cores needs the better part of it."""
_SHOWN_ERROR = 300
_LANGCHAIN = '"langchain>=1.4,<2"'

Ask = Callable[[str, str], str]
"""Sends instructions and material, each as a message of its own; returns the reply's text."""


@dataclass(frozen=True, slots=True)
class _Provider:
    """What LangChain's standard parameters don't cover.

    Attributes:
        module: The package's import name.
        requirement: What pip is to install.
        options: How it is told to give up after `_SECONDS`: left alone they wait ten minutes, Ollama for ever.
    """

    module: str
    requirement: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])


_PROVIDERS: Mapping[str, _Provider] = {
    "anthropic": _Provider(
        "langchain_anthropic", '"langchain-anthropic>=1.7,<2"', {"timeout": _SECONDS, "max_retries": 2}
    ),
    "ollama": _Provider(
        "langchain_ollama", '"langchain-ollama>=1.1,<2"', {"client_kwargs": {"timeout": _SECONDS}}
    ),
    "openai": _Provider(
        "langchain_openai", '"langchain-openai>=1.7,<2"', {"timeout": _SECONDS, "max_retries": 2}
    ),
}
"""A closed list: for these, and for every server that speaks OpenAI's protocol, time-outs are known to hold."""


def open_chat(model: str, url: str | None = None) -> Ask:
    """Opens a chat model at temperature 0; no request is sent yet.

    Args:
        model: `provider:model`, such as `ollama:qwen3:8b`.
        url: Base address of its server, where it is not the provider's own.

    Raises:
        EvalsError: The name or address can't be used, the package is missing, or the model takes
            no temperature.
        InfrastructureError: The model can't be opened, for want of a key most likely; asking raises
            it where the server can't be reached, refuses or takes too long.
    """
    provider = _provider_of(model)
    if url is not None and not url.startswith(("http://", "https://")):
        raise EvalsError(
            f"{url!r} is no address of a judge. Write it in full, as in http://127.0.0.1:8080/v1."
        )
    options = dict(provider.options) | ({"base_url": url} if url else {})
    chat = _init(model, provider, options)
    # LangChain drops the temperature without a word where it believes that the model takes none.
    if chat.temperature != TEMPERATURE:
        raise EvalsError(
            f"{model!r} can't be held to temperature {TEMPERATURE:g}. Take another model as judge."
        )

    def ask(instructions: str, material: str) -> str:
        try:
            return str(chat.invoke([("system", instructions), ("human", material)]).text)
        except Exception as error:
            # Each provider has errors of its own, and all of them mean that there is no reply.
            raise InfrastructureError(
                f"The judge {model!r} gave no reply ({_told(error)}). "
                "See that its server runs at the address of --judge-url, knows the model and accepts your key."
            ) from error

    return ask


def _provider_of(model: str) -> _Provider:
    name, _, rest = model.partition(":")
    if name not in _PROVIDERS or not rest:
        raise EvalsError(
            f"{model!r} names no judge. Write provider:model, with one of {', '.join(_PROVIDERS)} as provider; "
            "any server that speaks OpenAI's protocol is openai, with --judge-url."
        )
    provider = _PROVIDERS[name]
    # Asked here, not left to LangChain: it would take Ollama's class from a package that is no longer kept.
    for module in ("langchain", provider.module):
        if find_spec(module) is None:
            raise EvalsError(_install(model, module, provider))
    return provider


def _install(model: str, module: str, provider: _Provider) -> str:
    return (
        f"The judge {model!r} needs {module!r}. Install it: pip install {_LANGCHAIN} {provider.requirement}"
    )


def _init(model: str, provider: _Provider, options: Mapping[str, Any]) -> Any:
    try:
        from langchain.chat_models import init_chat_model

        return init_chat_model(model, temperature=TEMPERATURE, **options)
    except ImportError as error:
        raise EvalsError(_install(model, error.name or provider.module, provider)) from error
    except Exception as error:
        raise InfrastructureError(
            f"The judge {model!r} can't be opened ({_told(error)}). Set its key, as its provider's package wants "
            "it; where a server asks for none, any text will do."
        ) from error


def _told(error: Exception) -> str:
    """What a library or server says of a failure, on one line and not at length."""
    words = " ".join(printable(str(error)).split())[:_SHOWN_ERROR]
    return f"{type(error).__name__}: {words}"
