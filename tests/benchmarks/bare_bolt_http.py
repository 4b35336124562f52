"""The bare Bolt app over HTTP, by Bolt's own adapter: `gunicorn tests.benchmarks.bare_bolt_http:default` or `:first`.

`default` acknowledges while the listener runs, `first` is `process_before_response`. Each is made when it is asked for.
"""

import os

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from tests.benchmarks.bare_bolt import say_yes


def __getattr__(name: str) -> SlackRequestHandler:
    if name not in ("default", "first"):
        raise AttributeError(name)
    app = App(
        client=WebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]),
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        process_before_response=name == "first",
    )
    app.view("answer_form")(say_yes)
    return SlackRequestHandler(app)
