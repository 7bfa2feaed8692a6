"""The only reader of the environment: settings from it, `.env` and /run/secrets, every fault reported together."""

import os
import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from bot.errors import ConfigError
from bot.values import (
    BrokerUrl,
    DatabaseUrl,
    HookUrl,
    Hour,
    Hours,
    Ids,
    Level,
    Listening,
    NewsDays,
    PageUrl,
    Token,
    Url,
    WorkDays,
    Zone,
)
from digests.model.outbox import Pace

SECRETS = Path("/run/secrets")
"""Where Docker puts secrets; systemd says where in CREDENTIALS_DIRECTORY."""
_SEEDS = Path(__file__).parent.parent / "seeds"
_PASSWORD = re.compile(r"//[^/@\s]+@")
_NO_PASSWORD = re.compile(r"^(postgres\w*(?:\+psycopg)?://[^:/@\s]+)@")


def _named(*names: str) -> Any:
    return AliasChoices(*names)


class Settings(BaseModel):
    """Every setting: its name in the environment, what it is for, its default."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    telegram_token: Token | None = Field(
        None,
        validation_alias=_named("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN", "BOT_TOKEN"),
        description="the bot's token from @BotFather; without it the console runs",
    )
    telegram_api_url: Url = Field(
        "https://api.telegram.org",
        validation_alias=_named("TELEGRAM_API_URL"),
        description="a server that speaks the Bot API; requests go to {url}/bot{token}/{method}",
    )
    telegram_proxy: Url | None = Field(
        None,
        validation_alias=_named("TELEGRAM_PROXY"),
        description="a proxy for Telegram only, such as socks5://127.0.0.1:1080",
    )
    fetch_proxy: Url | None = Field(
        None,
        validation_alias=_named("FETCH_PROXY"),
        description="a proxy for asking sources, such as http://127.0.0.1:3128 or socks5://127.0.0.1:1080",
    )
    fetch_private: bool = Field(
        False,
        validation_alias=_named("LIWEN_FETCH_PRIVATE"),
        description="true: sources may stand in a private network; else such addresses are refused",
    )
    admin_ids: Ids = Field(
        (),
        validation_alias=_named("LIWEN_ADMIN_IDS"),
        description="Telegram ids of the administrators, such as 12345,67890; @userinfobot tells yours",
    )
    report: Hour = Field(
        time(8, 0),
        validation_alias=_named("LIWEN_REPORT"),
        description="when the administrators are told what yesterday was like, in the paper's zone; or off",
    )
    inbox: Path | None = Field(
        None,
        validation_alias=_named("LIWEN_INBOX"),
        description="a folder that is watched: what is put there is read and moved to done/ or failed/ in it",
    )
    database_url: DatabaseUrl | None = Field(
        None,
        validation_alias=_named("DATABASE_URL"),
        description="postgresql://user:password@host/name, or sqlite:///path; SQLite in the data folder if unset",
    )
    database_password: SecretStr | None = Field(
        None,
        validation_alias=_named("POSTGRES_PASSWORD"),
        description="the password for DATABASE_URL, if that has none: best as a file /run/secrets/postgres_password",
    )
    broker_url: BrokerUrl | None = Field(
        None,
        validation_alias=_named("LIWEN_BROKER_URL"),
        description="redis://host:port: work is handed to `liwen worker` processes; needs PostgreSQL. Unset: done here",
    )
    data_dir: Path = Field(
        Path("data"), validation_alias=_named("LIWEN_DATA_DIR"), description="where the database lies"
    )
    seeds_dir: Path = Field(
        _SEEDS,
        validation_alias=_named("LIWEN_SEEDS_DIR"),
        description="topics, places, words and pages to begin with; those of the program if unset",
    )
    home_region: str = Field(
        "3304", validation_alias=_named("LIWEN_HOME_REGION"), description="code of the region whose places are known"
    )
    editions: Hours = Field(
        (time(6, 30), time(17, 30)),
        validation_alias=_named("LIWEN_EDITIONS"),
        description="hours at which an edition closes, such as 06:30,17:30",
    )
    timezone: Zone = Field(
        ZoneInfo("Asia/Shanghai"),
        validation_alias=_named("LIWEN_TIMEZONE"),
        description="the paper's time zone, an IANA name",
    )
    unknown: Literal["resend", "skip"] = Field(
        "resend",
        validation_alias=_named("LIWEN_UNKNOWN"),
        description="a push that may or may not have arrived: resend it once (never lost) or skip it (never twice)",
    )
    alerts: int = Field(
        5,
        ge=1,
        le=100,
        validation_alias=_named("LIWEN_ALERTS"),
        description="alerts that a chat gets in any day at most; what is over comes with its digest",
    )
    rate: float = Field(
        27.4,
        ge=0.1,
        le=1000,
        validation_alias=_named("LIWEN_RATE"),
        description="messages a second over all; Telegram allows 30, and with LIWEN_PAID_BROADCAST 1000",
    )
    paid_broadcast: bool = Field(
        False,
        validation_alias=_named("LIWEN_PAID_BROADCAST"),
        description="true: pushes may be paid for with Telegram Stars, 0.1 each, to go faster than LIWEN_RATE=30",
    )
    web_address: Listening | None = Field(
        None,
        validation_alias=_named("LIWEN_WEB_ADDRESS"),
        description="where the pages are served, such as 127.0.0.1:8080; off if unset",
    )
    webhook_url: HookUrl | None = Field(
        None,
        validation_alias=_named("LIWEN_WEBHOOK_URL"),
        description="where Telegram brings messages, such as https://news.example/telegram; asked for if unset",
    )
    keep_articles: NewsDays = Field(
        1095,
        validation_alias=_named("LIWEN_KEEP_ARTICLES"),
        description="days that articles are kept; those that readers saved or you corrected stay. 0: for ever",
    )
    keep_digests: NewsDays = Field(
        365, validation_alias=_named("LIWEN_KEEP_DIGESTS"), description="days that digests are kept. 0: for ever"
    )
    keep_deliveries: NewsDays = Field(
        90,
        validation_alias=_named("LIWEN_KEEP_DELIVERIES"),
        description="days that it is kept who was sent what and when. 0: for ever",
    )
    keep_chats: NewsDays = Field(
        180,
        validation_alias=_named("LIWEN_KEEP_CHATS"),
        description="days that a chat that blocked the bot is kept, with all it follows. 0: for ever",
    )
    keep_work: WorkDays = Field(
        7,
        validation_alias=_named("LIWEN_KEEP_WORK"),
        description="days that is kept what is done with or was never taken up: questions, uploads, ended alarms",
    )
    metrics_address: Listening | None = Field(
        None,
        validation_alias=_named("LIWEN_METRICS_ADDRESS"),
        description="where /metrics and /health are answered, such as 127.0.0.1:9464; off if unset",
    )
    web_url: PageUrl | None = Field(
        None,
        validation_alias=_named("LIWEN_WEB_URL"),
        description="the public address of the web pages, such as https://news.example.org; articles are linked there",
    )
    log_level: Level = Field("INFO", validation_alias=_named("LOG_LEVEL"), description="DEBUG, INFO, WARNING or ERROR")

    @field_validator("webhook_url")
    @classmethod
    def _somebody_answers_there(cls, url: str | None, found: ValidationInfo) -> str | None:
        # What is missing was found wrong, and that is said already.
        if url is not None and found.data.get("web_address", url) is None:
            raise ValueError("nobody would answer there: set LIWEN_WEB_ADDRESS too")
        return url

    @field_validator("broker_url")
    @classmethod
    def _many_can_share_the_database(cls, url: SecretStr | None, found: ValidationInfo) -> SecretStr | None:
        database = found.data.get("database_url", url)  # as above
        if url is not None and (database is None or database.get_secret_value().startswith("sqlite")):
            raise ValueError(
                "several machines cannot share SQLite: set DATABASE_URL=postgresql://user:password@host/name too"
            )
        return url

    @property
    def database(self) -> str:
        """The database's URL, with its password."""
        if self.database_url is not None:
            url = self.database_url.get_secret_value()
            if self.database_password is None:
                return url
            password = quote(self.database_password.get_secret_value(), safe="")
            return _NO_PASSWORD.sub(rf"\1:{password}@", url)
        return f"sqlite:///{self.data_dir.absolute() / 'liwen.sqlite3'}"

    @property
    def broker(self) -> str | None:
        """The broker's URL, with its password."""
        return self.broker_url.get_secret_value() if self.broker_url else None

    @property
    def keep(self) -> dict[str, int]:
        """How many days each kind of row is kept, by its name; 0: for ever."""
        return {
            name.removeprefix("keep_"): getattr(self, name)
            for name in type(self).model_fields
            if name.startswith("keep_")
        }

    @property
    def pace(self) -> Pace:
        """How fast messages may go."""
        return Pace(rate=self.rate)

    @property
    def token(self) -> str | None:
        """The bot's token, in clear."""
        return self.telegram_token.get_secret_value() if self.telegram_token else None


def names(field: str) -> tuple[str, ...]:
    """The names under which a setting is looked for, the first one being its own."""
    alias = Settings.model_fields[field].validation_alias
    return tuple(str(choice) for choice in alias.choices) if isinstance(alias, AliasChoices) else (field,)


def load(
    environment: Mapping[str, str] | None = None, folder: Path | None = None, secrets: Path | None = None
) -> Settings:
    """The settings, from the environment, then `.env` in `folder`, then files in `secrets`; raises ConfigError."""
    secrets = secrets or _secrets()
    try:
        values = {name: value for name, (value, _) in _found(environment, folder, secrets).items()}
        return Settings.model_validate(values)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f".env or {secrets}: cannot be read as UTF-8 text: {error}"]) from None
    except ValidationError as error:
        raise ConfigError([_problem(fault["loc"], fault["msg"]) for fault in error.errors()]) from None


def _problem(where: tuple[int | str, ...], what: str) -> str:
    return f"{where[0]}: {what.removeprefix('Value error, ')}"


def _found(environment: Mapping[str, str] | None, folder: Path | None, secrets: Path) -> dict[str, tuple[str, str]]:
    """Each setting that is set, by its name: the value and where it came from."""
    env_file = (folder or Path()) / ".env"
    file = dotenv_values(env_file) if env_file.is_file() else {}
    sources: list[tuple[str, Mapping[str, str | None]]] = [
        ("environment", os.environ if environment is None else environment),  # noqa: TID251
        (".env", file),
    ]
    found: dict[str, tuple[str, str]] = {}
    for field in Settings.model_fields:
        own, *_ = names(field)
        for name in names(field):
            for source, values in sources:
                if (value := (values.get(name) or "").strip()) and own not in found:
                    found[own] = (value, f"{source} {name}" if name != own else source)
            if own not in found and (secret := _secret(secrets, name)):
                found[own] = (secret, f"file {secrets / name.lower()}")
    return found


def _secrets() -> Path:
    return Path(os.environ.get("CREDENTIALS_DIRECTORY") or SECRETS)  # noqa: TID251


def _secret(folder: Path, name: str) -> str:
    file = folder / name.lower()
    return file.read_text(encoding="utf-8").strip() if file.is_file() else ""


def describe(settings: Settings, environment: Mapping[str, str] | None = None, folder: Path | None = None,
             secrets: Path | None = None) -> list[tuple[str, str, str]]:  # fmt: skip
    """Every setting as (name, value with secrets masked, where it came from), in order."""
    found = _found(environment, folder, secrets or _secrets())
    rows = []
    for field in Settings.model_fields:
        own, *_ = names(field)
        rows.append((own, _shown(getattr(settings, field)), found.get(own, ("", "default"))[1]))
    return rows


def _shown(value: object) -> str:
    match value:
        case None:
            return "not set"
        case SecretStr():
            return "********"
        case time():
            return f"{value:%H:%M}"
        case tuple():
            return ",".join(f"{one:%H:%M}" if isinstance(one, time) else str(one) for one in value) or "not set"
        case _:
            return _PASSWORD.sub("//********@", str(value))
