"""The Web API of the local workspace, one module for each family of methods."""

from lamppu_bot.workspace.api.methods import METHODS, call

__all__ = ["METHODS", "call"]
