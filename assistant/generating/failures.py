"""What can go wrong with a chat model, in words for people: never a stack trace, never a key.

What a provider says of a failure is not passed on: it may quote the request, and the key with it.
"""

import re
from collections.abc import Iterator

from assistant.errors import ModelError, ModelFailure

_WORDS: dict[ModelFailure, tuple[str, str]] = {
    "bad_name": (
        "{model} 모델을 모르겠어요. MUTGO_MODEL을 제공자:모델 꼴로 적어 주세요: {providers}.",
        "{model} names no model. Write provider:model into MUTGO_MODEL, with one of {providers}.",
    ),
    "bad_address": (
        "{model}의 서버 주소가 올바르지 않아요. MUTGO_MODEL_URL을 http://127.0.0.1:8080/v1처럼 적어 주세요.",
        "The address of {model} can't be used. Write it in full, as in http://127.0.0.1:8080/v1.",
    ),
    "no_package": (
        "{model}에 필요한 패키지 {module}을(를) 찾지 못했어요. 설치해 주세요: {install}",
        "{model} needs {module}, which is not installed. Install it: {install}",
    ),
    "no_key": (
        "{model}의 키가 없어요. {key} 환경 변수에 넣어 주세요.",
        "{model} has no key. Put it into the variable {key}.",
    ),
    "no_server": (
        "{model}의 서버에 연결하지 못했어요. 서버가 켜져 있는지, 주소가 맞는지 확인해 주세요.",
        "The server of {model} can't be reached. See that it runs, and at that address.",
    ),
    "wrong_key": (
        "{model}의 서버가 키를 받아 주지 않았어요. {key} 환경 변수를 확인해 주세요.",
        "The server of {model} refused the key. Check the variable {key}.",
    ),
    "not_found": (
        "서버가 {model} 모델을 모른대요. 모델 이름과 서버 주소를 확인해 주세요.",
        "The server does not know {model}. Check the model's name and the server's address.",
    ),
    "rate_limit": (
        "{model}에 보낸 요청이 한도를 넘었어요. 조금 뒤에 다시 물어봐 주세요.",
        "{model} has had too many requests. Ask again in a while.",
    ),
    "timeout": (
        "{model}의 답이 너무 오래 걸려서 멈췄어요. 다시 묻거나 MUTGO_MODEL_WAIT, MUTGO_MODEL_TIME을 늘려 주세요.",
        "{model} took too long. Ask again, or raise MUTGO_MODEL_WAIT or MUTGO_MODEL_TIME.",
    ),
    "cut": (
        "{model}의 답이 중간에 끊겼어요. 다시 물어봐 주세요.",
        "The answer of {model} broke off in the middle. Ask again.",
    ),
    "length": (
        "{model}의 답이 길어서 끝까지 쓰지 못했어요. 더 좁혀서 물어봐 주세요.",
        "The answer of {model} grew too long to be finished. Ask for less at once.",
    ),
    "too_long": (
        "질문과 노트가 너무 길어서 {model} 모델이 읽지 못했어요. MUTGO_MODEL_WINDOW를 모델에 맞춰 주세요.",
        "The question and its notes are more than {model} can read. Set MUTGO_MODEL_WINDOW to what it can.",
    ),
    "refused": (
        "{model}의 서버가 요청을 거절했어요. 모델이 대화를 지원하는지 확인하거나 질문을 바꿔 주세요.",
        "The server of {model} refused the request. See that it is a chat model, or ask in other words.",
    ),
    "server": (
        "{model}의 서버에 문제가 생겼어요. 조금 뒤에 다시 물어봐 주세요.",
        "The server of {model} failed. Ask again in a while.",
    ),
    "bad_answer": (
        "{model}의 답을 읽을 수 없었어요. 서버 주소와 모델을 확인해 주세요.",
        "The answer of {model} can't be read. Check the server's address and the model.",
    ),
}
"""Of each kind the Korean and the English line: what happened, then what to do."""

_BY_NAME: tuple[tuple[str, ModelFailure], ...] = (
    ("ContextOverflowError", "too_long"),
    ("ModelAuthenticationError", "wrong_key"),
    ("ModelPermissionDeniedError", "wrong_key"),
    ("ModelNotFoundError", "not_found"),
    ("ModelRateLimitError", "rate_limit"),
    ("ModelTimeoutError", "timeout"),
    ("ModelConnectionError", "no_server"),
    ("ModelAPIError", "server"),
)
"""LangChain's own classes, which a provider's package may use; the most telling first."""

_BY_STATUS: dict[int, ModelFailure] = {
    400: "refused", 401: "wrong_key", 403: "wrong_key", 404: "not_found", 408: "timeout", 413: "too_long",
    422: "refused", 429: "rate_limit", 504: "timeout",
}  # fmt: skip

_OVERFLOW = re.compile(
    r"context[ _](?:size|length|window)|exceed_context|too many tokens|prompt is too long|maximum context",
    re.IGNORECASE,
)
_BAD_KEY = re.compile(
    r"api[ _]key (?:not|is not|isn't) valid|invalid[ _]api[ _]key|api_key_invalid", re.IGNORECASE
)
"""How Google says it, with a status that could mean anything."""

_TOLD_AT_ANY_TIME = ("timeout", "rate_limit", "too_long")
"""What is worth telling even of a reply that had begun; all else is that it broke off."""

_MAX_CAUSES = 8


def model_error(kind: ModelFailure, model: str, **words: str) -> ModelError:
    """Returns the error of a kind.

    Args:
        kind: What went wrong.
        model: The model as named in the settings.
        words: What else the lines of this kind name: `key`, `module`, `install`, `providers`.
    """
    known = {"key": "API_KEY", **{name: word for name, word in words.items() if word}, "model": repr(model)}
    korean, english = (line.format(**known) for line in _WORDS[kind])
    return ModelError(kind, korean, english)


def failure_kind(error: BaseException, *, begun: bool) -> ModelFailure:
    """Returns what kind of failure an error of LangChain or a provider's package is.

    Args:
        error: What was raised.
        begun: Whether the reply had begun: whatever broke then cut it off.
    """
    kind = _kind(error)
    return "cut" if begun and kind not in _TOLD_AT_ANY_TIME else kind


def _kind(error: BaseException) -> ModelFailure:
    causes = list(_causes(error))
    names = {name.__name__ for cause in causes for name in type(cause).__mro__}
    statuses = [status for cause in causes if (status := _status(cause)) is not None]
    if any(_OVERFLOW.search(str(cause)) for cause in causes):
        return "too_long"
    if any(_BAD_KEY.search(str(cause)) for cause in causes):
        return "wrong_key"
    found: ModelFailure | None = next((kind for name, kind in _BY_NAME if name in names), None)
    if found is not None:
        return found
    if statuses:
        return _BY_STATUS.get(statuses[0], "server")
    if any("Timeout" in name for name in names):
        return "timeout"
    if names & {"ConnectionError", "APIConnectionError", "TransportError", "ClientConnectionError"}:
        return "no_server"
    return "server" if "APIError" in names else "bad_answer"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it."""
    cause: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or cause.__context__


def _status(error: BaseException) -> int | None:
    """The HTTP status that an error tells, under the names that the providers' packages give it."""
    for name in ("status_code", "code"):
        value = getattr(error, name, None)
        if isinstance(value, int) and 400 <= value < 600:
            return value
    return None
