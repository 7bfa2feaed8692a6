"""What the bot says, per language: English stands in the code, the others in the gettext catalogues in locales/."""

import datetime
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

import opencc
from babel import Locale, UnknownLocaleError

from bot.texts.names import restored

__all__ = ["DEFAULT", "LANGUAGES", "Texts", "gettext_noop", "texts_for"]

LOCALES = Path(__file__).parent / "locales"
SOURCE = "en"
"""The language that stands in the code and needs no catalogue."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The bot's sentences, dates and numbers in one language; `code` is its IETF tag, `name` what it calls itself.

    A sentence's `{…}` are filled in by name with `str.format`. `conversion` is OpenCC's name for how Chinese gets the
    language's characters, empty where there is none; `converted` says that the paper's words get them, too.
    """

    code: str
    name: str
    conversion: str = ""
    converted: bool = False

    def say(self, message: str, /, **values: object) -> str:
        """An English sentence of the code in this language."""
        return _catalogue(self.code).gettext(message).format(**values)

    def say_in(self, context: str, message: str, /, **values: object) -> str:
        """The same for English words that mean several things: the context, never shown, tells them apart."""
        return _catalogue(self.code).pgettext(context, message).format(**values)

    def count(self, one: str, many: str, count: int, /, **values: object) -> str:
        """A sentence about a number, which stands in it as `{count}`, in the form that the language has for it."""
        return _catalogue(self.code).ngettext(one, many, count).format(count=self.number(count), **values)

    def month(self, day: datetime.date) -> str:
        """The month of a date with its year."""
        from babel.dates import format_skeleton

        return str(format_skeleton("yMMMM", day, locale=_locale(self.code)))

    def date(self, day: datetime.date) -> str:
        """A date with its day of the week as the language writes it."""
        from babel.dates import format_date

        return format_date(day, self.say_in("date, as CLDR writes patterns", "EEE y-MM-dd"), _locale(self.code))

    def short_date(self, day: datetime.date) -> str:
        """A date without its year, as the language writes it."""
        from babel.dates import format_skeleton

        return str(format_skeleton("MMMd", day, locale=_locale(self.code)))

    def weekday(self, day: int) -> str:
        """The short name of an ISO weekday (1 is Monday)."""
        from babel.dates import get_day_names

        return str(get_day_names("abbreviated", "stand-alone", _locale(self.code))[day - 1])

    def number(self, number: float) -> str:
        """A number as the language writes it."""
        from babel.numbers import format_decimal

        return format_decimal(number, locale=_locale(self.code))

    def chinese(self, words: str) -> str:
        """Chinese words in this language's characters, simplified or traditional."""
        return _converter(self.conversion).convert(words) if self.conversion else words

    def named(self, name: str, *, person: bool = False) -> str:
        """The name of a place, or of a person, in this language's characters: 于城 is not 於城."""
        # A surname and what follows are no word together: somebody 钟表 is no 鐘錶.
        written = self.chinese(name[:1]) + self.chinese(name[1:]) if person else self.chinese(name)
        return restored(name, written, person=person) if self.traditional else written

    @property
    def traditional(self) -> bool:
        """Whether Chinese gets traditional characters."""
        return self.conversion.startswith("s2")


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code, sep="-")


@cache
def _converter(conversion: str) -> opencc.OpenCC:
    return opencc.OpenCC(conversion)


@cache
def _catalogue(code: str) -> NullTranslations:
    """A language's sentences, compiled when the first is said: no compiled file can be outdated."""
    return NullTranslations() if code == SOURCE else _compiled(LOCALES / str(_locale(code)))


def _compiled(folder: Path) -> GNUTranslations:
    # Commands that say nothing start without these.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with (folder / "LC_MESSAGES" / "liwen.po").open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return GNUTranslations(compiled)


DEFAULT = Texts("zh-Hans", "简体中文", "t2s")
# s2tw: characters as Taiwan writes them, which Hong Kong reads, too; s2twp would change the words.
LANGUAGES = {texts.code: texts for texts in (DEFAULT, Texts("zh-Hant", "繁體中文", "s2tw"), Texts(SOURCE, "English"))}


def gettext_noop(message: str) -> str:
    """The message itself: marks for the catalogues what is said later, when the language is known."""
    return message


@lru_cache(maxsize=1000)
def texts_for(language: str, *, converted: bool = False) -> Texts:
    """The texts for an IETF language tag (`zh-hans`, `zh-TW`, `en-GB`): Chinese for Chinese or none, else English.

    Chinese is in traditional characters where the region writes them, by CLDR's likely subtags. The paper's words
    stay as they are unless they are to be `converted`.
    """
    return replace(LANGUAGES[_nearest(language)], converted=converted)


def _nearest(language: str) -> str:
    try:
        locale = Locale.parse(language or DEFAULT.code, sep="-")
    except (ValueError, UnknownLocaleError):
        return SOURCE
    if locale.language != "zh":
        return SOURCE
    return "zh-Hant" if locale.script == "Hant" else DEFAULT.code
