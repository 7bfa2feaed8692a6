from datetime import time
from pathlib import Path

import pytest

from bot.config import Settings, describe, load, names
from bot.errors import ConfigError

TOKEN = "123456789:" + "A" * 35


def read(folder: Path, **environment: str) -> Settings:
    return load(environment, folder, folder / "secrets")


def test_nothing_set_gives_the_defaults(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.token is None
    assert settings.editions == (time(6, 30), time(17, 30))
    assert settings.timezone.key == "Asia/Shanghai"
    assert settings.database.endswith("/data/liwen.sqlite3")
    assert settings.seeds_dir.joinpath("topics.toml").exists()


def test_the_environment_comes_before_the_file_and_the_file_before_secrets(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=warning\nLIWEN_HOME_REGION=3305\nLIWEN_UNKNOWN=\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "telegram_token").write_text(TOKEN + "\n")
    (tmp_path / "secrets" / "log_level").write_text("ERROR")
    settings = read(tmp_path, LIWEN_HOME_REGION="3304")
    assert (settings.home_region, settings.log_level, settings.token) == ("3304", "WARNING", TOKEN)
    assert settings.unknown == "resend"


@pytest.mark.parametrize("name", ["TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN", "BOT_TOKEN"])
def test_the_token_is_found_under_each_of_its_names(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, **{name: TOKEN}).token == TOKEN
    assert name in names("telegram_token")


def test_hours_are_read_as_people_write_them(tmp_path: Path) -> None:
    assert read(tmp_path, LIWEN_EDITIONS="17：30， 6:30,06:30").editions == (time(6, 30), time(17, 30))


def test_every_fault_is_reported_at_once_and_no_secret_with_it(tmp_path: Path) -> None:
    wrong = {
        "TELEGRAM_TOKEN": "secret",
        "TELEGRAM_API_URL": "nowhere",
        "TELEGRAM_PROXY": "proxy",
        "DATABASE_URL": "mysql://u:secret@h/d",
        "LIWEN_EDITIONS": "25:00",
        "LIWEN_TIMEZONE": "Mars/Olympus",
        "LIWEN_UNKNOWN": "maybe",
        "LOG_LEVEL": "loud",
    }
    with pytest.raises(ConfigError) as failed:
        read(tmp_path, **wrong)
    assert [line.split(":")[0] for line in failed.value.problems] == list(wrong)
    assert "secret" not in str(failed.value)


def test_an_address_loses_its_last_slash(tmp_path: Path) -> None:
    assert read(tmp_path, TELEGRAM_API_URL="http://127.0.0.1:8081/").telegram_api_url == "http://127.0.0.1:8081"


def test_a_database_elsewhere_is_taken_as_it_is(tmp_path: Path) -> None:
    assert read(tmp_path, DATABASE_URL="postgres://u:p@h/d").database == "postgres://u:p@h/d"


def test_every_setting_is_shown_with_its_source_and_secrets_masked(tmp_path: Path) -> None:
    environment = {"BOT_TOKEN": TOKEN, "LIWEN_EDITIONS": "7:00"}
    settings = load(environment, tmp_path, tmp_path)
    rows = {name: (value, source) for name, value, source in describe(settings, environment, tmp_path, tmp_path)}
    assert rows["TELEGRAM_TOKEN"] == ("********", "environment BOT_TOKEN")
    assert rows["LIWEN_EDITIONS"] == ("07:00", "environment")
    assert rows["LOG_LEVEL"] == ("INFO", "default")
    assert rows["DATABASE_URL"] == ("not set", "default")
    assert len(rows) == len(Settings.model_fields)


def test_a_broker_needs_postgresql_and_says_so(tmp_path: Path) -> None:
    broker = {"LIWEN_BROKER_URL": "redis://127.0.0.1:6379"}
    for database in ({}, {"DATABASE_URL": "sqlite:///x"}):
        with pytest.raises(ConfigError, match="several machines cannot share SQLite: set DATABASE_URL=postgresql://"):
            load({**broker, **database}, tmp_path, tmp_path)
    assert load({**broker, "DATABASE_URL": "postgresql://u@h/n"}, tmp_path, tmp_path).broker == "redis://127.0.0.1:6379"
    with pytest.raises(ConfigError, match="LIWEN_BROKER_URL: wanted: redis://host:port"):
        load({"LIWEN_BROKER_URL": "amqp://h", "DATABASE_URL": "postgresql://u@h/n"}, tmp_path, tmp_path)


def test_a_webhook_needs_somebody_who_answers_there(tmp_path: Path) -> None:
    hook = {"LIWEN_WEBHOOK_URL": "https://news.example/telegram"}
    with pytest.raises(ConfigError, match=r"LIWEN_WEBHOOK_URL: .*set LIWEN_WEB_ADDRESS too"):
        load(hook, tmp_path, tmp_path)
    assert load({**hook, "LIWEN_WEB_ADDRESS": "[::]:8080"}, tmp_path, tmp_path).webhook_url == hook["LIWEN_WEBHOOK_URL"]
    for wrong in ("https://news.example", "news.example/telegram", "https://news.example/x?y"):
        with pytest.raises(ConfigError, match=r"LIWEN_WEBHOOK_URL: .*not an address"):
            load({"LIWEN_WEBHOOK_URL": wrong, "LIWEN_WEB_ADDRESS": "127.0.0.1:8080"}, tmp_path, tmp_path)


def test_an_address_to_listen_at_has_a_port(tmp_path: Path) -> None:
    for wrong in ("127.0.0.1", "127.0.0.1:99999", "8080", "::1:80"):
        with pytest.raises(ConfigError, match=r"LIWEN_WEB_ADDRESS: .*is not an address like"):
            load({"LIWEN_WEB_ADDRESS": wrong}, tmp_path, tmp_path)


def test_a_password_in_a_file_of_its_own_completes_the_databases_address(tmp_path: Path) -> None:
    (tmp_path / "postgres_password").write_text("p@ss/wörd\n", encoding="utf-8")

    def database(url: str) -> str:
        return load({"DATABASE_URL": url}, tmp_path, tmp_path).database

    assert database("postgresql://liwen@database/liwen") == "postgresql://liwen:p%40ss%2Fw%C3%B6rd@database/liwen"
    assert database("postgresql://liwen:own@database/liwen") == "postgresql://liwen:own@database/liwen"
    assert database("sqlite:///a@b") == "sqlite:///a@b"


def test_systemd_says_where_the_secrets_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "telegram_token").write_text(TOKEN)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert load({}, tmp_path / "elsewhere").token == TOKEN


@pytest.mark.parametrize(("name", "days"), [("ARTICLES", "7"), ("WORK", "1"), ("CHATS", "-1"), ("DIGESTS", "99999")])
def test_a_time_that_nothing_may_be_kept_is_refused(name: str, days: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"LIWEN_KEEP_{name}: .* nor 0 for ever"):
        load({f"LIWEN_KEEP_{name}": days}, tmp_path, tmp_path)
    assert load({f"LIWEN_KEEP_{name}": "0"}, tmp_path, tmp_path).keep[name.lower()] == 0


def test_the_web_pages_address_is_one_that_can_be_linked(tmp_path: Path) -> None:
    assert read(tmp_path, LIWEN_WEB_URL="https://news.example/jx/").web_url == "https://news.example/jx"
    with pytest.raises(ConfigError, match=r"LIWEN_WEB_URL: 'news\.example' is not an address"):
        read(tmp_path, LIWEN_WEB_URL="news.example")
