"""`bot.py` with Slack's limits so much faster: `python -m tests.benchmarks.bot_process FACTOR COMMAND`.

The same moments pass between two calls of a pressed hour as in the real one; all else keeps real time.
"""

import sys
from dataclasses import fields, replace

import bot
from lamppu_bot.slack import sending
from lamppu_bot.slack.pacing import SLACK_LIMITS, Limits
from storage.pacing import Limit


def pressed(factor: float) -> Limits:
    """Slack's limits where an hour takes `factor` hours."""
    found: list[Limit] = [getattr(SLACK_LIMITS, field.name) for field in fields(SLACK_LIMITS)]
    return Limits(*(replace(limit, interval=limit.interval * factor) for limit in found))


def main(factor: float, command: str) -> None:
    sending.SLACK_LIMITS = pressed(factor)
    bot.cli([command])


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2])
