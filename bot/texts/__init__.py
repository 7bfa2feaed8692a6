"""What the bot says, per language: English stands in the code, the others in the gettext catalogues in locales/."""

from datetime import date
from functools import cached_property, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError

__all__ = ["DEFAULT", "LANGUAGES", "Texts", "gettext_noop", "texts_for"]

LOCALES = Path(__file__).parent / "locales"
SOURCE = "en"
"""The language that stands in the code and needs no catalogue."""


class Texts:
    """The bot's sentences, dates and numbers in one language; `code` is its IETF tag, `name` what it calls itself.

    A sentence's `{…}` are filled in by name with `str.format`.
    """

    def __init__(self, code: str, name: str) -> None:
        self.code = code
        self.name = name

    def say(self, message: str, /, **values: object) -> str:
        """An English sentence of the code in this language."""
        return self._catalogue.gettext(message).format(**values)

    def say_in(self, context: str, message: str, /, **values: object) -> str:
        """The same for English words that mean several things: the context, never shown, tells them apart."""
        return self._catalogue.pgettext(context, message).format(**values)

    def count(self, one: str, many: str, count: int, /, **values: object) -> str:
        """A sentence about a number, which stands in it as `{count}`, in the form that the language has for it."""
        return self._catalogue.ngettext(one, many, count).format(count=self.number(count), **values)

    def month(self, day: date) -> str:
        """The month of a date with its year."""
        from babel.dates import format_skeleton

        return format_skeleton("yMMMM", day, locale=self._locale)

    def date(self, day: date) -> str:
        """A date with its day of the week as the language writes it."""
        from babel.dates import format_date

        return format_date(day, self._catalogue.pgettext("date, as CLDR writes patterns", "EEE y-MM-dd"), self._locale)

    @cached_property
    def weekdays(self) -> tuple[str, ...]:
        """The days of the week from Monday on, as short as they are understood."""
        from babel.dates import get_day_names

        names = get_day_names("short", "stand-alone", self._locale)
        return tuple(names[day] for day in range(7))

    def number(self, number: float) -> str:
        """A number as the language writes it."""
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self._locale)

    @cached_property
    def _locale(self) -> Locale:
        return Locale.parse(self.code, sep="-")

    @cached_property
    def _catalogue(self) -> NullTranslations:
        return NullTranslations() if self.code == SOURCE else _compiled(LOCALES / str(self._locale))


def _compiled(folder: Path) -> GNUTranslations:
    """A catalogue as gettext takes it, made from its text at the first sentence: no compiled file can be outdated."""
    # Commands that say nothing start without these.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with (folder / "LC_MESSAGES" / "liwen.po").open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return GNUTranslations(compiled)


DEFAULT = Texts("zh-Hans", "简体中文")
LANGUAGES = {texts.code: texts for texts in (DEFAULT, Texts("zh-Hant", "繁體中文"), Texts(SOURCE, "English"))}


def gettext_noop(message: str) -> str:
    """The message itself: marks for the catalogues what is said later, when the language is known."""
    return message


@lru_cache(maxsize=1000)
def texts_for(language: str) -> Texts:
    """The texts for an IETF language tag (`zh-hans`, `zh-TW`, `en-GB`): Chinese for Chinese or none, else English.

    Chinese is in traditional characters where the region writes them, by CLDR's likely subtags.
    """
    if not language:
        return DEFAULT
    try:
        locale = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return LANGUAGES[SOURCE]
    if locale.language != "zh":
        return LANGUAGES[SOURCE]
    return LANGUAGES["zh-Hant"] if locale.script == "Hant" else DEFAULT
