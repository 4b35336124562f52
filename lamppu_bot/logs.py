"""The log: one line a record on standard error, `key=value` throughout, no secrets and no texts that people wrote."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from storage import cause
from storage.addresses import EMAIL

# What is replaced, wherever it turns up: (pattern, replacement).
SECRETS = (
    (re.compile(r"\bxox[a-z](?:\.xox[a-z])?-[\w-]+"), "xox-[hidden]"),
    (re.compile(r"\bxapp-[\w-]+"), "xapp-[hidden]"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "[hidden]"),  # a signing secret
    (re.compile(r"(?<=://)([^\s:/@]*):[^\s@]+@"), r"\1:[hidden]@"),  # the password of a URL
    (re.compile(r"(?<=hooks\.slack\.com/)[^\s'\"]+"), "[hidden]"),  # a response_url lets anybody post for 30 minutes
    (re.compile(r"(?<=[?&]ticket=)[^\s&'\"]+"), "[hidden]"),  # opens a Socket Mode connection
)
PERSONAL = (
    (EMAIL, "[e-mail]"),
    # PostgreSQL shows the row that it refuses.
    (re.compile(r"(?<=DETAIL:  ).*?(?=\n\[SQL: |\n\nThe above |\Z)", re.DOTALL), "[hidden]"),
)
# What every pattern needs to be found; nearly no line of the log has any of it.
SUSPICIOUS = re.compile(r"xox|xapp-|@|slack\.com/|ticket=|DETAIL:|[0-9a-f]{32}")
PLAIN_VALUE = re.compile(r'[^\s"=\\\x00-\x1f\x7f]+')

# Below these levels the libraries log whole messages, requests or rows.
LOWEST = {
    "slack_sdk": logging.WARNING,
    "slack_bolt": logging.WARNING,
    "aiohttp": logging.INFO,
    "asyncio": logging.INFO,
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
}


def pairs(**values: object) -> dict[str, Any]:
    """`extra=pairs(delivery=7)`: what a record is about, for people and machines to search by."""
    return {"pairs": values}


class LineFormatter(logging.Formatter):
    """`time=2012-05-10T06:00:00.123Z level=INFO logger=lamppu_bot.slack cause=3f2a9c1b msg=sent delivery=7`

    The time is UTC. A traceback follows as `trace="..."`, on the same line; a value with blanks is written as in JSON.
    """

    def format(self, record: logging.LogRecord) -> str:
        said = {"time": moment(record), "level": record.levelname, "logger": record.name, "cause": cause.current()}
        said |= {"msg": record.getMessage(), **getattr(record, "pairs", {})}
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return " ".join(f"{key}={written(value)}" for key, value in said.items() if value is not None)


def moment(record: logging.LogRecord) -> str:
    found = datetime.fromtimestamp(record.created, UTC).replace(tzinfo=None)
    return f"{found.isoformat(timespec='milliseconds')}Z"


def written(value: object) -> str:
    text = str(value)
    if SUSPICIOUS.search(text):
        text = impersonal(redacted(text))
    return text if PLAIN_VALUE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def is_fit_for_the_log(record: logging.LogRecord) -> bool:
    """Whether a record may be shown, whatever LOG_LEVEL says.

    Goes by the file that logged: Bolt names its loggers after the app, and gives them the level of the root logger.
    """
    if record.levelno >= max(LOWEST.values()):
        return True
    return all(record.levelno >= LOWEST.get(folder, 0) for folder in Path(record.pathname).parts)


def redacted(text: str) -> str:
    """The text without Slack tokens, signing secrets, passwords of URLs and addresses that need no password."""
    return replaced(text, SECRETS)


def impersonal(text: str) -> str:
    """The text without e-mail addresses, and without the rows that PostgreSQL's errors show."""
    return replaced(text, PERSONAL)


def replaced(text: str, replacements: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, replacement in replacements:
        text = pattern.sub(replacement, text)
    return text


def set_up_logging(level: str, stream: TextIO | None = None) -> None:
    """Sends every record of `level` and above to `stream` (standard error), instead of where they went before."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(LineFormatter())
    handler.addFilter(is_fit_for_the_log)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
