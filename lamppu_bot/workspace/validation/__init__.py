"""Block Kit validation: what Slack would refuse is refused here, with Slack's codes."""

from lamppu_bot.workspace.validation.surfaces import check_message, check_view

__all__ = ["check_message", "check_view"]
