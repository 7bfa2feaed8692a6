"""Commands about the chat itself: greeting, timetable, pause, language, help, farewell."""

from collections.abc import Iterable
from dataclasses import replace

from bot.chat import Button, Reply
from bot.commands.turn import Command, Turn
from bot.texts import LANGUAGES


def choose_language(turn: Turn) -> Reply:
    """Sets the language of the texts, or offers those there are."""
    texts = next((texts for code, texts in LANGUAGES.items() if code.lower() == turn.args.lower()), None)
    if texts is None:
        return turn.say("选择语言 Language:", *(Button(t.name, f"lang {t.code}") for t in LANGUAGES.values()))
    turn.store.chats.save(replace(turn.chat, language=texts.code))
    return replace(turn, texts=texts).say("Good, {language} from now on.", language=texts.name)


def forget(turn: Turn) -> Reply:
    """Deletes everything about the chat, after asking."""
    match turn.args:
        case "yes":
            turn.store.chats.delete(turn.chat.id)
            return turn.say("Everything about you is deleted. To come back: /start")
        case "no":
            return turn.say("Good, nothing was changed.")
    buttons = (
        Button(turn.texts.say("Delete everything"), "forget yes"),
        Button(turn.texts.say_in("everything about me", "Keep it"), "forget no"),
    )
    return turn.say(
        "Delete everything about you? What you follow, your hours and your deliveries go for good.", *buttons
    )


def show_help(turn: Turn, commands: Iterable[Command]) -> Reply:
    """All commands and the query language."""
    lines = [f"/{command.name} {turn.texts.say(command.description)}" for command in commands if not command.hidden]
    query = turn.texts.say(
        "Text without a command is a search. Searching and following share one language:\n"
        "公交 贷款 (all words) · “数据资产” (exact phrase) · -广告 (without) · 公交 OR 地铁 (either)\n"
        "topic:交通 · place:余新镇 · by:冯思家 · source:南湖晚报 · since:2024-11-01 · before:2024-12-01"
    )
    return turn.show("\n".join([turn.texts.say("What Liwen does:"), *lines, "", query]))
