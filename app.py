"""Serves the page: `python app.py`. Settings come from `MUTGO_*` variables; see assistant/settings.py."""

from assistant.settings import go_offline, read_settings


def main() -> None:
    """Opens the settings, the assistant and the page."""
    go_offline()  # before Gradio is imported: it reads its environment at import
    from assistant.assistant import open_assistant
    from assistant.ui.page import serve

    settings = read_settings()
    serve(open_assistant(settings), settings)


if __name__ == "__main__":
    main()
