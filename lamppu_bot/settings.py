"""What the operator sets: the only reader of the environment and of the `.env` file."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values

from lamppu_bot.errors import LamppuError

# What to write for each variable, as it is told when the value is missing or wrong.
WHAT_TO_WRITE = {
    "SLACK_BOT_TOKEN": "the bot token of the Slack app; it starts with xoxb- (OAuth & Permissions)",
    "SLACK_APP_TOKEN": "an app-level token with connections:write; it starts with xapp- (Basic Information)",
    "SLACK_SIGNING_SECRET": "the signing secret of the Slack app, 32 hexadecimal digits (Basic Information)",
    "SLACK_API_URL": "an address like https://slack.com/api/",
    "DATABASE_URL": "sqlite:///lamppu.db or postgresql://user:password@host/database",
    "PORT": "a port number between 1 and 65535",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
}
# What somebody has written in the wrong place, by how it begins.
KINDS_OF_TOKEN = {
    "xapp-": "an app-level token, which belongs into SLACK_APP_TOKEN",
    "xoxb-": "a bot token, which belongs into SLACK_BOT_TOKEN",
    "xoxp-": "a person's token",
    "xoxe": "a token of an app with token rotation, which Lamppu does not do",
}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DATABASE_KINDS = ("sqlite", "postgres", "postgresql", "postgresql+psycopg")
DEFAULT_HTTP_PORT = 3000


class SettingsError(LamppuError):
    """A variable is missing or wrong. One line per variable says what to write; values are never repeated."""


class Secret:
    """A value that no log shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(**********)"


DEFAULT_DATABASE = Secret("sqlite:///lamppu.db")


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """What it takes to talk with Slack. With an app token it is Socket Mode, otherwise the signing secret is there."""

    bot_token: Secret
    app_token: Secret | None
    signing_secret: Secret | None
    api_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The variables of the environment; one that is empty counts as not set."""

    slack_bot_token: Secret | None = None
    slack_app_token: Secret | None = None
    slack_signing_secret: Secret | None = None
    slack_api_url: str = "https://slack.com/api/"
    database_url: Secret = DEFAULT_DATABASE
    port: int | None = None
    log_level: str = "INFO"

    @classmethod
    def load(cls, env_file: Path | None = Path(".env")) -> Self:
        """The settings in force: the environment first, then `env_file` for what is not set there.

        Raises SettingsError.
        """
        given = file_values(env_file) | {name: value for name, value in os.environ.items() if value}
        # Outside of any handler, so that no traceback chains to the values.
        checked: dict[str, Any] = {name: checked_value(READ[name], given[name]) for name in READ if name in given}
        if wrong := [name for name, value in checked.items() if value is None]:
            raise SettingsError("\n".join(is_wrong(name, given[name]) for name in wrong))
        return cls(**{name.lower(): value for name, value in checked.items()})

    def for_slack(self) -> SlackSettings:
        """What the connection to Slack needs. Raises SettingsError when a part of it is missing."""
        if self.slack_bot_token is None:
            raise missing("SLACK_BOT_TOKEN")
        if self.slack_app_token is None and self.slack_signing_secret is None:
            raise SettingsError(
                f"SLACK_APP_TOKEN is missing: write {WHAT_TO_WRITE['SLACK_APP_TOKEN']};"
                f" or, to be called over HTTP, SLACK_SIGNING_SECRET: {WHAT_TO_WRITE['SLACK_SIGNING_SECRET']}."
            )
        return SlackSettings(self.slack_bot_token, self.slack_app_token, self.slack_signing_secret, self.slack_api_url)


def file_values(file: Path | None) -> dict[str, str]:
    """What stands in the file, if it is there. Raises SettingsError."""
    try:
        found = dotenv_values(file, encoding="utf-8") if file and file.is_file() else {}
    except UnicodeDecodeError:
        raise SettingsError(f"{file} is not UTF-8 text: save it as UTF-8.") from None
    return {name: value for name, value in found.items() if value}


def checked_value(read: Callable[[str], object], value: str) -> object:
    """What is read of it, or None when it is wrong."""
    try:
        return read(value)
    except ValueError:
        return None


def checked_web_address(url: str) -> str:
    """Ends in a slash. Raises ValueError."""
    address = urlsplit(url.strip())
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError("no web address")
    return url.strip().rstrip("/") + "/"


def checked_port(port: str) -> int:
    if not 1 <= int(port) <= 65535:
        raise ValueError("no port")
    return int(port)


def checked_log_level(level: str) -> str:
    if level.strip().upper() not in LOG_LEVELS:
        raise ValueError("no level")
    return level.strip().upper()


def checked_database_url(url: str) -> str:
    """The address without surrounding blanks. Raises ValueError when it names no database that lasts."""
    kind, _, place = url.strip().partition("://")
    if kind not in DATABASE_KINDS or not place.strip("/") or ":memory:" in place:
        raise ValueError("no database that lasts")
    return url.strip()


def is_wrong(name: str, value: str) -> str:
    """One line; of a token in the wrong place it says which kind it is. The value is not repeated."""
    kind = next((kind for start, kind in KINDS_OF_TOKEN.items() if value.strip().startswith(start)), None)
    belongs = WHAT_TO_WRITE[name]
    is_other = kind is not None and name.endswith("_TOKEN") and name not in kind
    return f"{name} is wrong{f' (it holds {kind})' if is_other else ''}: write {belongs}."


def missing(name: str) -> SettingsError:
    return SettingsError(f"{name} is missing: write {WHAT_TO_WRITE[name]}.")


def checked_secret(secret: str, prefix: str = "") -> Secret:
    """The secret without surrounding blanks. Raises ValueError when it cannot be one, without saying what it was."""
    value = secret.strip()
    if not value.startswith(prefix) or len(value) <= len(prefix) or any(c.isspace() for c in value):
        raise ValueError("not such a secret")
    return Secret(value)


READ: Mapping[str, Callable[[str], object]] = {
    "SLACK_BOT_TOKEN": lambda token: checked_secret(token, "xoxb-"),
    "SLACK_APP_TOKEN": lambda token: checked_secret(token, "xapp-"),
    "SLACK_SIGNING_SECRET": checked_secret,
    "SLACK_API_URL": checked_web_address,
    "DATABASE_URL": lambda url: Secret(checked_database_url(url)),
    "PORT": checked_port,
    "LOG_LEVEL": checked_log_level,
}
