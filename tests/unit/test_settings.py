"""The environment: what is accepted, what is told when it is not, and that no secret is ever shown."""

from dataclasses import asdict, fields
from pathlib import Path

import pytest

from lamppu_bot.settings import WHAT_TO_WRITE, Settings, SettingsError

BOT = "xoxb-1-bot-secret"
APP = "xapp-1-app-secret"
SIGNING = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in WHAT_TO_WRITE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_settings_without_any_variable_have_the_documented_defaults():
    settings = Settings.load()
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url.get_secret_value() == "sqlite:///lamppu.db"
    assert (settings.port, settings.log_level) == (None, "INFO")


def test_settings_are_exactly_the_variables_of_the_contract():
    assert {field.name.upper() for field in fields(Settings)} == set(WHAT_TO_WRITE)


def test_settings_are_read_from_the_environment(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", f" {BOT} ")
    monkeypatch.setenv("SLACK_APP_TOKEN", APP)
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:8080/api")
    monkeypatch.setenv("DATABASE_URL", "postgres://lamppu:pw@db/lamppu")
    monkeypatch.setenv("PORT", "8000")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    settings = Settings.load()
    slack = settings.for_slack()
    assert slack.bot_token.get_secret_value() == BOT
    assert slack.app_token is not None
    assert slack.app_token.get_secret_value() == APP
    assert slack.signing_secret is None
    assert slack.api_url == "http://127.0.0.1:8080/api/"
    assert settings.database_url.get_secret_value() == "postgres://lamppu:pw@db/lamppu"
    assert (settings.port, settings.log_level) == (8000, "DEBUG")


def test_settings_are_read_from_the_env_file_and_the_environment_wins(monkeypatch):
    Path(".env").write_text(f"SLACK_BOT_TOKEN={BOT}\nPORT=4000\nSOMEBODY_ELSES=1\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "5000")
    settings = Settings.load()
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == BOT
    assert settings.port == 5000


def test_settings_empty_variable_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("SLACK_APP_TOKEN", "")
    monkeypatch.setenv("DATABASE_URL", "")
    settings = Settings.load()
    assert settings.slack_app_token is None
    assert settings.database_url.get_secret_value() == "sqlite:///lamppu.db"


def test_settings_empty_variable_does_not_hide_the_env_file(monkeypatch):
    Path(".env").write_text("PORT=4000\n", encoding="utf-8")
    monkeypatch.setenv("PORT", "")
    assert Settings.load().port == 4000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "hunter2"),
        ("SLACK_BOT_TOKEN", "xoxb-"),
        ("SLACK_APP_TOKEN", "xapp-"),
        ("SLACK_SIGNING_SECRET", "hunter2 with blanks"),
        ("SLACK_API_URL", "hunter2.example"),
        ("DATABASE_URL", "mysql://hunter2@db/lamppu"),
        ("DATABASE_URL", "hunter2.db"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("PORT", "hunter2"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("LOG_LEVEL", "hunter2"),
    ],
)
def test_settings_wrong_value_is_named_in_one_line_without_the_value(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        Settings.load()
    assert str(raised.value) == f"{name} is wrong: write {WHAT_TO_WRITE[name]}."
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-hunter2", "an app-level token, which belongs into SLACK_APP_TOKEN"),
        ("SLACK_APP_TOKEN", " xoxb-hunter2", "a bot token, which belongs into SLACK_BOT_TOKEN"),
        ("SLACK_BOT_TOKEN", "xoxp-hunter2", "a person's token"),
        ("SLACK_BOT_TOKEN", "xoxe.xoxb-1-hunter2", "a token of an app with token rotation, which Lamppu does not do"),
    ],
)
def test_settings_token_in_the_wrong_place_is_told_by_its_kind(monkeypatch, name, value, kind):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        Settings.load()
    assert str(raised.value) == f"{name} is wrong (it holds {kind}): write {WHAT_TO_WRITE[name]}."


def test_settings_every_wrong_value_is_named_at_once(monkeypatch):
    monkeypatch.setenv("PORT", "none")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(SettingsError) as raised:
        Settings.load()
    assert [line.split()[0] for line in str(raised.value).splitlines()] == ["PORT", "LOG_LEVEL"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_APP_TOKEN": APP}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": BOT}, "SLACK_APP_TOKEN is missing"),
    ],
)
def test_for_slack_missing_variable_is_named_with_what_to_write(monkeypatch, given, named):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=named) as raised:
        Settings.load().for_slack()
    assert "\n" not in str(raised.value)


def test_for_slack_signing_secret_stands_in_for_the_app_token(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SIGNING)
    slack = Settings.load().for_slack()
    assert slack.app_token is None
    assert slack.signing_secret is not None
    assert slack.signing_secret.get_secret_value() == SIGNING


def test_settings_never_show_a_secret(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT)
    monkeypatch.setenv("SLACK_APP_TOKEN", APP)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SIGNING)
    monkeypatch.setenv("DATABASE_URL", "postgresql://lamppu:db-password@db/lamppu")
    settings = Settings.load()
    shown = f"{settings!r} {settings} {settings.for_slack()!r} {asdict(settings)}"
    assert not [secret for secret in (BOT, APP, SIGNING, "db-password") if secret in shown]


def test_env_file_that_is_not_text_is_named():
    Path(".env").write_bytes(b"PORT=\xff\xfe")
    with pytest.raises(SettingsError, match=r"\.env is not UTF-8 text"):
        Settings.load()
