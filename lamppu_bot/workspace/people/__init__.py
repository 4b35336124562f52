"""The people of a workspace: what they see and what they do, by label and not by id."""

from lamppu_bot.workspace.people.person import Person
from lamppu_bot.workspace.people.screen import InputField, VisibleMessage, VisibleView

__all__ = ["InputField", "Person", "VisibleMessage", "VisibleView"]
