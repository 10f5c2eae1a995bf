"""The page that asks who wants to read: a form without a script, in Korean or English, light or dark."""

from dataclasses import dataclass
from html import escape

from assistant.ui.texts import UiLanguage

USER = "mutgo.user"
"""Key of a request's scope that holds who is logged in, where a login is needed."""


@dataclass(frozen=True, slots=True)
class LoginTexts:
    """Every text of the login in one language; `{}` are filled by `str.format`."""

    title: str
    invitation: str
    name: str
    password: str
    enter: str
    wrong: str
    wait: str
    other_language: str
    logout: str


KOREAN = LoginTexts(
    title="로그인",
    invitation="함께 쓰는 노트예요. 받은 이름과 비밀번호로 들어와 주세요.",
    name="이름",
    password="비밀번호",
    enter="들어가기",
    wrong="이름이나 비밀번호가 맞지 않아요.",
    wait="여러 번 틀려서 잠시 쉬어야 해요. {minutes}분 뒤에 다시 해 주세요.",
    other_language="English",
    logout="로그아웃",
)

ENGLISH = LoginTexts(
    title="Log in",
    invitation="These notes are shared. Come in with the name and password you were given.",
    name="Name",
    password="Password",
    enter="Log in",
    wrong="The name or the password is not right.",
    wait="That was wrong too often. Please try again in {minutes} min.",
    other_language="한국어",
    logout="Log out",
)


def login_texts(language: UiLanguage) -> LoginTexts:
    """The texts for an interface language."""
    return KOREAN if language == "ko" else ENGLISH


def login_html(language: UiLanguage, styles: str, after: str = "", name: str = "", error: str = "") -> str:
    """The page.

    Args:
        language: The language it is in.
        styles: The tags that bring its stylesheets and its icon.
        after: The query of the address to go to once logged in.
        name: What stood in the form's first field.
        error: Why the last try did not let anybody in.
    """
    words = login_texts(language)
    other = "en" if language == "ko" else "ko"
    told = f'<p id="login-error" role="alert">{escape(error)}</p>' if error else ""
    marked = ' aria-invalid="true" aria-describedby="login-error"' if error else ""
    focus = ("", " autofocus") if error and name else (" autofocus", "")
    switch = f"login?ui={other}{'&amp;' + escape(after[1:]) if after else ''}"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(words.title)} · 묻고 mutgo</title>{styles}'
        '</head><body class="login"><main>'
        '<p id="brand"><b lang="ko">묻고</b><span>mutgo</span></p>'
        f"<h1>{escape(words.title)}</h1><p>{escape(words.invitation)}</p>{told}"
        f'<form method="post" action="login{escape(after)}">'
        f'<label for="username">{escape(words.name)}</label><input id="username" name="username" type="text"'
        f' value="{escape(name)}" autocomplete="username" autocapitalize="none" spellcheck="false" required'
        f"{marked}{focus[0]}>"
        f'<label for="password">{escape(words.password)}</label><input id="password" name="password"'
        f' type="password" autocomplete="current-password" required{marked}{focus[1]}>'
        f"<button>{escape(words.enter)}</button></form>"
        f'<a id="ui-language" href="{switch}" lang="{other}" hreflang="{other}">{escape(words.other_language)}</a>'
        "</main></body></html>"
    )


def logout_html(language: UiLanguage) -> str:
    """The button of the page that ends the login."""
    return f'<button id="logout" type="button">{escape(login_texts(language).logout)}</button>'
