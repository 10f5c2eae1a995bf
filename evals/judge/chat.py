"""Asks a chat model, opened as the assistant opens one."""

from collections.abc import Callable

from assistant.errors import ModelError
from assistant.generating.models import ChatModel, open_chat_model, untraced
from assistant.generating.providers import PROVIDERS, TimeLimits
from assistant.terminal import printable
from evals.errors import EvalsError, InfrastructureError

TEMPERATURE = 0.0
LIMITS = TimeLimits(connect=10.0, silence=120.0, whole=120.0)
"""How long a reply may take; a model on a few CPU cores needs the better part of it."""
RETRIES = 2
"""A run of hundreds of cases is not to end because of one request; a reader would not wait for that."""
_SHOWN_ERROR = 300

Ask = Callable[[str, str], str]
"""Sends instructions and material, each as a message of its own; returns the reply's text."""


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
    opened = _open(model, url)
    # LangChain drops the temperature without a word where it believes that the model takes none.
    if opened.chat.temperature != TEMPERATURE:
        raise EvalsError(
            f"{model!r} can't be held to temperature {TEMPERATURE:g}. Take another model as judge."
        )

    def ask(instructions: str, material: str) -> str:
        try:
            with untraced():
                return str(opened.chat.invoke([("system", instructions), ("human", material)]).text)
        except Exception as error:
            # Each provider has errors of its own, and all of them mean that there is no reply.
            raise InfrastructureError(
                f"The judge {model!r} gave no reply ({_told(error)}). "
                "See that its server runs at the address of --judge-url, knows the model and accepts your key."
            ) from error

    return ask


def _open(model: str, url: str | None) -> ChatModel:
    try:
        return open_chat_model(model, url, limits=LIMITS, retries=RETRIES, temperature=TEMPERATURE)
    except ModelError as error:
        if error.kind == "bad_name":
            raise EvalsError(
                f"{model!r} names no judge. Write provider:model, with one of {', '.join(PROVIDERS)} as "
                "provider; any server that speaks OpenAI's protocol is openai, with --judge-url."
            ) from error
        if error.kind == "bad_address":
            raise EvalsError(
                f"{url!r} is no address of a judge. Write it in full, as in http://127.0.0.1:8080/v1."
            ) from error
        if error.kind == "no_package":
            raise EvalsError(f"The judge can't be opened: {error}") from error
        raise InfrastructureError(f"The judge can't be opened: {error}") from error


def _told(error: Exception) -> str:
    """What a library or server says of a failure, on one line and not at length."""
    words = " ".join(printable(str(error)).split())[:_SHOWN_ERROR]
    return f"{type(error).__name__}: {words}"
