"""The Slack app manifest: of the shape Slack takes, and asking for exactly the permissions that the code uses."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from slack_sdk import WebClient

from lamppu_bot.rehearsal_page import command_words
from lamppu_bot.slack.checking import SCOPES

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))


def closed(required: list[str], **properties: Any) -> dict[str, Any]:
    """An object that has these properties and no other."""
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def string(shortest: int, longest: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": shortest, "maxLength": longest, **more}


FLAG = {"type": "boolean"}
NAMES = {"type": "array", "items": string(1, 50), "uniqueItems": True}
ADDRESS = string(1, 3500, pattern=r"^https?://")

# The parts of a manifest that we use, with the limits of github.com/slackapi/manifest-schema, version 1.0.0.
SCHEMA = closed(
    ["display_information", "features", "oauth_config", "settings"],
    display_information=closed(
        ["name"],
        name=string(1, 35),
        description=string(1, 140),
        background_color=string(4, 7, pattern="^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$"),
    ),
    features=closed(
        [],
        app_home=closed([], home_tab_enabled=FLAG, messages_tab_enabled=FLAG, messages_tab_read_only_enabled=FLAG),
        bot_user=closed(["display_name"], display_name=string(1, 80), always_online=FLAG),
        slash_commands={
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "items": closed(
                ["command", "description"],
                command=string(2, 32, pattern="^/"),
                url=ADDRESS,
                description=string(1, 2000),
                usage_hint=string(1, 1000),
                should_escape=FLAG,
            ),
        },
    ),
    oauth_config=closed([], scopes=closed([], bot=NAMES)),
    settings=closed(
        [],
        event_subscriptions=closed([], request_url=ADDRESS, bot_events=NAMES),
        interactivity=closed(["is_enabled"], is_enabled=FLAG, request_url=ADDRESS),
        org_deploy_enabled=FLAG,
        socket_mode_enabled=FLAG,
        token_rotation_enabled=FLAG,
    ),
)

HISTORY = {"im:history", "channels:history", "groups:history"}
READ = {"channels:read", "groups:read"}

# Which scopes a method needs for what we use it for: DMs, and the coordinators' channel, public or private.
SCOPES_OF_METHODS = {
    "apps.connections.open": set(),  # the app-level token's connections:write
    "auth.test": set(),
    "bots.info": {"users:read"},
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": HISTORY,
    "conversations.info": READ,
    "conversations.open": {"im:write"},
    "conversations.replies": HISTORY,
    "files.completeUploadExternal": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.info": {"files:read"},
    "users.info": {"users:read"},
    "users.list": {"users:read"},
    "users.lookupByEmail": {"users:read.email"},
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
    "views.update": set(),
}
SCOPES_OF_EVENTS = {"message.im": {"im:history"}, "app_home_opened": set()}
SCOPE_OF_SLASH_COMMANDS = "commands"
SCOPE_OF_FILE_INPUTS = "files:read"  # the form for links and files has one; without it Slack opens no such form

METHODS_OF_THE_SDK = {
    name: name.replace("_", ".")
    for name in dir(WebClient)
    if re.fullmatch(r"[a-z]+(_[a-z][a-zA-Z]*)+", name) and name != "api_call"
}


def called_methods() -> set[str]:
    """The Web API methods that the bot's code names, as `client.users_info` or as "users.info"."""
    files = [ROOT / "bot.py", *(ROOT / "lamppu_bot").rglob("*.py")]
    return {
        method
        for file in files
        if file.exists() and ROOT / "lamppu_bot" / "workspace" not in file.parents
        for method in methods_named_in(ast.parse(file.read_text(encoding="utf-8")))
    }


def methods_named_in(tree: ast.AST) -> set[str]:
    known = set(METHODS_OF_THE_SDK.values())
    attributes = {METHODS_OF_THE_SDK.get(node.attr) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {method for method in attributes | (strings & known) if method}


def scopes_asked_for() -> set[str]:
    return set(MANIFEST["oauth_config"]["scopes"]["bot"])


def scopes_needed() -> set[str]:
    scopes = {SCOPE_OF_SLASH_COMMANDS} if MANIFEST["features"]["slash_commands"] else set()
    scopes.add(SCOPE_OF_FILE_INPUTS)
    scopes.update(*(SCOPES_OF_EVENTS[event] for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]))
    return scopes.union(*(SCOPES_OF_METHODS[method] for method in called_methods()))


def test_manifest_has_the_shape_slack_takes():
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(MANIFEST, SCHEMA)


def test_manifest_every_method_that_is_called_has_a_known_scope():
    assert called_methods() <= set(SCOPES_OF_METHODS)


def test_manifest_asks_for_exactly_the_scopes_that_are_used():
    assert scopes_asked_for() == scopes_needed()


def test_manifest_asks_for_what_the_check_command_looks_for():
    assert scopes_asked_for() == set(SCOPES)


def test_manifest_hints_at_every_word_of_the_command():
    [command] = MANIFEST["features"]["slash_commands"]
    assert {part.split()[0] for part in command["usage_hint"].split("|")} == set(command_words())


def test_manifest_lets_people_open_their_home():
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"]
    assert "app_home_opened" in MANIFEST["settings"]["event_subscriptions"]["bot_events"]


def test_manifest_lets_people_write_to_the_bot_and_click():
    assert MANIFEST["features"]["app_home"]["messages_tab_enabled"]
    assert not MANIFEST["features"]["app_home"]["messages_tab_read_only_enabled"]
    assert MANIFEST["settings"]["interactivity"]["is_enabled"]
    assert MANIFEST["settings"]["socket_mode_enabled"]


def test_manifest_does_not_rotate_tokens_for_settings_hold_them():
    assert not MANIFEST["settings"]["token_rotation_enabled"]


@pytest.mark.parametrize(
    ("part", "wrong"),
    [("display_information", {"name": "x" * 36}), ("settings", {"interactivity": {}}), ("surprise", {})],
)
def test_schema_refuses_what_slack_would_refuse(part, wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(MANIFEST | {part: wrong}, SCHEMA)
