"""The log: one line a record, UTC, no secrets, no personal text out of the libraries."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult

from lamppu_bot.logs import pairs, redacted, set_up_logging
from storage import cause


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    set_up_logging("DEBUG", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def test_log_record_is_one_line_with_its_time_in_utc(log):
    logging.getLogger("lamppu_bot.test").info("first\nsecond")
    assert re.fullmatch(
        r'time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=INFO logger=lamppu_bot\.test msg="first\\nsecond"\n',
        log.getvalue(),
    )


def test_log_record_says_its_cause_and_what_it_is_about_by_key_and_value(log):
    with cause.dealing_with("3f2a9c1b"):
        logging.getLogger("lamppu_bot.test").info(
            "sent", extra=pairs(delivery=7, key="card:a", error=None, odd='a "b"')
        )
    logging.getLogger("lamppu_bot.test").info("later")
    first, second = log.getvalue().splitlines()
    assert first.endswith('cause=3f2a9c1b msg=sent delivery=7 key=card:a odd="a \\"b\\""')
    assert "cause" not in second


def test_log_shows_neither_addresses_of_people_nor_rows_that_the_database_refused(log):
    refused = (
        'null value in column "kind"\nDETAIL:  Failing row contains (7, Niilo,\na private word).\n[SQL: INSERT ...]'
    )
    try:
        raise ValueError(refused)
    except ValueError:
        logging.getLogger("lamppu_bot.test").exception("niilo.niemela@example.org cannot be saved")
    line = log.getvalue()
    assert 'msg="[e-mail] cannot be saved"' in line
    assert r"DETAIL:  [hidden]\n[SQL: INSERT ...]" in line
    assert "Niilo" not in line
    assert "private" not in line


def test_log_traceback_stays_on_the_line_and_is_redacted(log):
    try:
        raise ValueError("posting with xoxb-1-2-secret failed")
    except ValueError:
        logging.getLogger("lamppu_bot.test").exception("It went wrong")
    line = log.getvalue()
    assert line.count("\n") == 1
    assert "ValueError: posting with xox-[hidden] failed" in line


def test_log_level_is_kept(log):
    set_up_logging("WARNING", log)
    logging.getLogger("lamppu_bot.test").info("quiet")
    assert log.getvalue() == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("token xoxb-12-34-AbC_d!", "token xox-[hidden]!"),
        ("xoxp-1", "xox-[hidden]"),
        ("xoxe.xoxb-1-abc", "xox-[hidden]"),
        ("Bearer xapp-1-A-2-b", "Bearer xapp-[hidden]"),
        ("secret=0123456789abcdef0123456789abcdef;", "secret=[hidden];"),
        ("postgresql://lamppu:p:w/x@db/lamppu", "postgresql://lamppu:[hidden]@db/lamppu"),
        ("https://hooks.slack.com/actions/T1/2/abc 'x'", "https://hooks.slack.com/[hidden] 'x'"),
        ("wss://wss.slack.com/link/?ticket=abc&app_id=1", "wss://wss.slack.com/link/?ticket=[hidden]&app_id=1"),
        ("sqlite:///lamppu.db at 12:30, anna@example.fi", "sqlite:///lamppu.db at 12:30, anna@example.fi"),
    ],
)
def test_redacted_hides_what_opens_a_door_and_nothing_else(text, shown):
    assert redacted(text) == shown


def test_log_bolt_at_debug_level_does_not_show_what_people_write(log):
    bot = AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_id="B0", bot_user_id="U0")
    app = App(authorize=lambda: bot, process_before_response=True, name="bot.py")
    app.event("message")(lambda: None)
    body = {
        "type": "event_callback",
        "team_id": "T1",
        "event": {"type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "text": "a private word"},
        "authorizations": [{"team_id": "T1", "user_id": "U0", "is_bot": True}],
    }
    response = app.dispatch(BoltRequest(body=body, mode="socket_mode"))
    app.dispatch(BoltRequest(body={**body, "event": {**body["event"], "type": "other"}}, mode="socket_mode"))
    assert "a private word" not in log.getvalue()
    assert "Unhandled request" in log.getvalue()
    assert response.status == 200


def test_log_does_not_show_the_body_that_bolt_finds_wrongly_signed(log):
    app = App(authorize=lambda: None, signing_secret="0" * 32, process_before_response=True)
    assert app.dispatch(BoltRequest(body="text=a+private+word", headers={"x-slack-signature": "v0=0"})).status == 401
    assert "private" not in log.getvalue()
