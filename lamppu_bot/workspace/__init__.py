"""A local stand-in for Slack: Web API, Socket Mode and signed HTTP on 127.0.0.1, for rehearsals and tests."""

from lamppu_bot.workspace.delivery import Delivery
from lamppu_bot.workspace.errors import NotAcknowledgedError, NotOnScreenError, RefusedByWorkspaceError
from lamppu_bot.workspace.faults import ApiCall, Fault, FaultPlan
from lamppu_bot.workspace.people import InputField, Person, VisibleMessage, VisibleView
from lamppu_bot.workspace.rate_limits import RateLimits
from lamppu_bot.workspace.records import Channel, StoredFile
from lamppu_bot.workspace.workspace import Workspace

__all__ = [
    "ApiCall",
    "Channel",
    "Delivery",
    "Fault",
    "FaultPlan",
    "InputField",
    "NotAcknowledgedError",
    "NotOnScreenError",
    "Person",
    "RateLimits",
    "RefusedByWorkspaceError",
    "StoredFile",
    "VisibleMessage",
    "VisibleView",
    "Workspace",
]
