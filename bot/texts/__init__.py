"""Every sentence the bot says, per language."""

from bot.texts.en import EN
from bot.texts.wording import Texts
from bot.texts.zh_hans import ZH_HANS

__all__ = ["DEFAULT", "LANGUAGES", "Texts", "texts_for"]

DEFAULT = ZH_HANS
LANGUAGES: dict[str, Texts] = {texts.code: texts for texts in (ZH_HANS, EN)}


def texts_for(language: str) -> Texts:
    """The texts for an IETF language tag (`zh-hans`, `en-GB`, empty): Chinese for Chinese or none, else English."""
    if language in LANGUAGES:
        return LANGUAGES[language]
    return DEFAULT if not language or language.lower().startswith("zh") else EN
