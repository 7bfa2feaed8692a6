"""Commands about the chat itself: greeting, timetable, pause, language, help, farewell."""

from collections.abc import Iterable
from dataclasses import replace

from bot.articles import characters_buttons
from bot.chat import Button, Reply
from bot.commands import articles
from bot.commands.turn import Command, Turn
from bot.texts import LANGUAGES, gettext_noop

_CHARACTERS = ("converted", "original")


def choose_language(turn: Turn) -> Reply:
    """Sets the language of the texts, or whether articles get its characters too, or offers what there is.

    Behind `converted` or `original` the arguments of /read may stand: that article is then shown again.
    """
    choice, _, opened = turn.args.partition(" ")
    if choice in _CHARACTERS:
        return _choose_characters(turn, choice, opened)
    texts = next((texts for code, texts in LANGUAGES.items() if code.lower() == turn.args.lower()), None)
    if texts is None:
        languages = (Button(texts.name, f"lang {texts.code}") for texts in LANGUAGES.values())
        return turn.say("选择语言 Language:", *languages, *characters_buttons(turn.texts))
    turn.store.chats.save(replace(turn.chat, language=texts.code))
    said = replace(turn, texts=texts).say("Good, {language} from now on.", language=texts.name)
    return replace(said, language=texts.code)


def _choose_characters(turn: Turn, choice: str, opened: str) -> Reply:
    chat = replace(turn.chat, converted=choice == "converted")
    turn.store.chats.save(chat)
    texts = replace(turn.texts, converted=chat.converted)
    turn = replace(turn, chat=chat, texts=texts, request=replace(turn.request, args=opened))
    if opened:
        return articles.read(turn)
    if chat.converted:
        message = gettext_noop("Good, articles come in your characters, and each message says so.")
    else:
        message = gettext_noop("Good, articles come in the paper's own characters.")
    return turn.say(message, *characters_buttons(turn.texts))


def show_help(turn: Turn, commands: Iterable[Command]) -> Reply:
    """All commands and the query language."""
    lines = [f"/{command.name} {turn.texts.say(command.description)}" for command in commands if not command.hidden]
    query = turn.texts.say(
        "Text without a command is a search. Searching and following share one language:\n"
        "公交 贷款 (all words) · “数据资产” (exact phrase) · -广告 (without) · 公交 OR 地铁 (either)\n"
        "topic:交通 · place:余新镇 · by:冯思家 · source:南湖晚报 · since:2024-11-01 · before:2024-12-01"
    )
    return turn.show("\n".join([turn.texts.say("What Liwen does:"), *lines, "", query]))
