"""`mutgo password`: a line for the file of passwords, of a password that is typed unseen."""

from typing import Annotated

import typer

from assistant.console import say, sentences_for_errors


def add_password_command(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(password)


def password(name: Annotated[str, typer.Argument(help="Who is to log in.")]) -> None:
    """Print a line for the file that `mutgo serve --auth` takes; the password is asked for, unseen."""
    with sentences_for_errors():
        from assistant.errors import UsageError
        from assistant.passwords import LONGEST, hashed

        if not name.strip() or ":" in name or name.startswith("#") or not name.isprintable():
            raise UsageError("이름에 쌍점(:)은 못 써요. A name has no colon, and does not begin with #.")
        typed = typer.prompt(
            "비밀번호 Password", hide_input=True, confirmation_prompt="한 번 더 Once more", err=True
        )
        if len(typed) > LONGEST:
            raise UsageError("비밀번호가 너무 길어요. The password is too long.")
        say(f"{name.strip()}:{hashed(typed)}")
