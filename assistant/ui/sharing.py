"""What whoever serves the page to others should know before they do."""

from assistant.passwords import others_can_read, read_accounts
from assistant.settings import Settings
from assistant.ui.mcp_server import check_mcp
from assistant.ui.security import is_loopback


def check_sharing(settings: Settings) -> None:
    """Finds out before the notes are indexed what would keep the page from being served.

    Raises:
        SettingsError: The file of passwords can't be read, or the package that `--mcp` needs is missing.
    """
    if settings.auth is not None:
        read_accounts(settings.auth.expanduser())
    if settings.mcp:
        check_mcp()


def sharing_warnings(settings: Settings) -> list[str]:
    """What is unsafe about how the page is served, in both languages."""
    found = list[str]()
    if settings.auth is None and not is_loopback(settings.host):
        found.append(
            f"{settings.host} 주소로 오는 누구나 노트와 대화를 볼 수 있어요. 비밀번호를 두려면 --auth FILE을 쓰세요. "
            f"Anybody who reaches {settings.host} can read the notes and conversations; --auth FILE asks for a "
            "password."
        )
    if settings.auth is not None and others_can_read(settings.auth.expanduser()):
        found.append(
            f"비밀번호 파일을 이 컴퓨터의 다른 사람도 읽을 수 있어요. 막으려면: chmod 600 {settings.auth} "
            f"Others on this machine can read the file of passwords; chmod 600 keeps it to yourself."
        )
    return found
