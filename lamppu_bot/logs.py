"""The log: one line a record on standard error, times in UTC, no secrets and no texts that people wrote."""

import logging
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

# What is replaced, wherever it turns up: (pattern, replacement).
SECRETS = (
    (re.compile(r"\bxox[a-z](?:\.xox[a-z])?-[\w-]+"), "xox-[hidden]"),
    (re.compile(r"\bxapp-[\w-]+"), "xapp-[hidden]"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "[hidden]"),  # a signing secret
    (re.compile(r"(?<=://)([^\s:/@]*):[^\s@]+@"), r"\1:[hidden]@"),  # the password of a URL
    (re.compile(r"(?<=hooks\.slack\.com/)[^\s'\"]+"), "[hidden]"),  # a response_url lets anybody post for 30 minutes
    (re.compile(r"(?<=[?&]ticket=)[^\s&'\"]+"), "[hidden]"),  # opens a Socket Mode connection
)

# Below these levels the libraries log whole messages, requests or rows.
LOWEST = {
    "slack_sdk": logging.INFO,
    "slack_bolt": logging.INFO,
    "aiohttp": logging.INFO,
    "asyncio": logging.INFO,
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
}


class OneLineFormatter(logging.Formatter):
    """`2012-05-10T06:00:00.123Z INFO lamppu_bot.slack: text`; a traceback follows on the same line, `\\n` between."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        moment = datetime.fromtimestamp(record.created, UTC).replace(tzinfo=None)
        return f"{moment.isoformat(timespec='milliseconds')}Z"

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record)).replace("\r", "\\r").replace("\n", "\\n")


def is_fit_for_the_log(record: logging.LogRecord) -> bool:
    """Whether a record may be shown, whatever LOG_LEVEL says.

    Goes by the file that logged: Bolt names its loggers after the app, and gives them the level of the root logger.
    """
    if record.levelno >= max(LOWEST.values()):
        return True
    return all(record.levelno >= LOWEST.get(folder, 0) for folder in Path(record.pathname).parts)


def redacted(text: str) -> str:
    """The text without Slack tokens, signing secrets, passwords of URLs and addresses that need no password."""
    for pattern, replacement in SECRETS:
        text = pattern.sub(replacement, text)
    return text


def set_up_logging(level: str, stream: TextIO | None = None) -> None:
    """Sends every record of `level` and above to `stream` (standard error), instead of where they went before."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(OneLineFormatter())
    handler.addFilter(is_fit_for_the_log)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
