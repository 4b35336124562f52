"""What can go wrong in the local workspace, as Slack's codes and as sentences for a test."""

from typing import Any


class SlackError(Exception):
    """A Web API answer `{"ok": false, "error": code}` with Slack's own code.

    `extra` is merged into the answer, for example `needed` and `provided` beside `missing_scope`.
    """

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        return {"ok": False, "error": self.code, **self.extra}


class NotOnScreenError(LookupError):
    """A person looked for something (a button, an input, a channel) that they do not see."""


class NotAcknowledgedError(AssertionError):
    """The bot did not acknowledge in time: what Slack shows as a warning triangle beside the control."""


class RefusedByWorkspaceError(AssertionError):
    """The bot answered with something that Slack would not accept, such as an invalid view."""
