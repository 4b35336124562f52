"""What the operator sets: the only reader of the environment and of the `.env` file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

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
DATABASE_KINDS = ("sqlite", "postgres", "postgresql", "postgresql+psycopg")
DEFAULT_HTTP_PORT = 3000


class SettingsError(LamppuError):
    """A variable is missing or wrong. One line per variable says what to write; values are never repeated."""


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """What it takes to talk with Slack. With an app token it is Socket Mode, otherwise the signing secret is there."""

    bot_token: SecretStr
    app_token: SecretStr | None
    signing_secret: SecretStr | None
    api_url: str


class Settings(BaseSettings):
    """The variables of the environment; one that is empty counts as not set."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", hide_input_in_errors=True, frozen=True)

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    database_url: SecretStr = SecretStr("sqlite:///lamppu.db")
    port: int | None = Field(default=None, ge=1, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def load(cls, env_file: Path | None = Path(".env")) -> Self:
        """The settings in force: the environment first, then `env_file` for what is not set there.

        Raises SettingsError.
        """
        sources: dict[str, Any] = {"_env_file": env_file, "_env_file_encoding": "utf-8"}
        try:
            return cls(**sources)
        except ValidationError as error:
            names = [str(problem["loc"][0]).upper() for problem in error.errors(include_input=False)]
        except UnicodeDecodeError:
            raise SettingsError(f"{env_file} is not UTF-8 text: save it as UTF-8.") from None
        # Outside the handler, so that no traceback chains to the values.
        raise SettingsError("\n".join(f"{name} is wrong: write {WHAT_TO_WRITE[name]}." for name in names))

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

    @field_validator("slack_bot_token")
    @classmethod
    def _is_bot_token(cls, token: SecretStr | None) -> SecretStr | None:
        return checked_secret(token, "xoxb-")

    @field_validator("slack_app_token")
    @classmethod
    def _is_app_token(cls, token: SecretStr | None) -> SecretStr | None:
        return checked_secret(token, "xapp-")

    @field_validator("slack_signing_secret")
    @classmethod
    def _is_signing_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        return checked_secret(secret, "")

    @field_validator("slack_api_url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        address = urlsplit(url.strip())
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError("no web address")
        return url.strip().rstrip("/") + "/"

    @field_validator("database_url")
    @classmethod
    def _is_database_url(cls, url: SecretStr) -> SecretStr:
        return SecretStr(checked_database_url(url.get_secret_value()))

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper_case(cls, level: object) -> object:
        return level.strip().upper() if isinstance(level, str) else level


def checked_database_url(url: str) -> str:
    """The address without surrounding blanks. Raises ValueError when it names no database that lasts."""
    kind, _, place = url.strip().partition("://")
    if kind not in DATABASE_KINDS or not place.strip("/") or ":memory:" in place:
        raise ValueError("no database that lasts")
    return url.strip()


def missing(name: str) -> SettingsError:
    return SettingsError(f"{name} is missing: write {WHAT_TO_WRITE[name]}.")


def checked_secret(secret: SecretStr | None, prefix: str) -> SecretStr | None:
    """The secret without surrounding blanks. Raises ValueError when it cannot be one, without saying what it was."""
    if secret is None:
        return None
    value = secret.get_secret_value().strip()
    if not value.startswith(prefix) or len(value) <= len(prefix) or any(c.isspace() for c in value):
        raise ValueError("not such a secret")
    return SecretStr(value)
