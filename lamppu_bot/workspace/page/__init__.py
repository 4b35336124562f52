"""The local workspace in a browser. It knows nothing of the bot: what is particular to it comes in a Script."""

from lamppu_bot.workspace.page.cast import Command, Role, Script
from lamppu_bot.workspace.page.clock import Clock, Moved, News, Step
from lamppu_bot.workspace.page.page import Page

__all__ = ["Clock", "Command", "Moved", "News", "Page", "Role", "Script", "Step"]
