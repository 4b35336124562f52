"""A Bolt app that only says yes to a form, over Socket Mode as Bolt's own examples do: what Lamppu is held against.

`python -m tests.benchmarks.bare_bolt [--process-before-response]`, with the environment of `bot.py run`.
"""

import os
import sys

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient


def main() -> None:
    app = App(
        client=WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
        process_before_response="--process-before-response" in sys.argv,
    )
    app.view("answer_form")(say_yes)
    handler = SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    handler.client.web_client.base_url = os.environ["SLACK_API_URL"]
    handler.start()


def say_yes(ack: Ack) -> None:
    ack()


if __name__ == "__main__":
    main()
