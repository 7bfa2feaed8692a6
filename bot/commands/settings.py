"""Commands about the chat itself: greeting, timetable, pause, language, help, farewell."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import time

from bot.articles import characters_buttons
from bot.chat import Button, Reply
from bot.commands import articles, following
from bot.commands.turn import Command, Turn
from bot.texts import LANGUAGES, gettext_noop
from digests.errors import UnknownPlace, UnknownTopic
from digests.folding import fold

_TIME = re.compile(r"(\d{1,2})[:：](\d{2})")
MOST_TIMES = 24
"""Hours of a chat's own in a day: more is no timetable."""

_OFF = ("off", "关")

_CHARACTERS = ("converted", "original")


def start(turn: Turn) -> Reply:
    """Greets with the topics to choose from; a deep link (`topic_transport`, `place_330402101`) subscribes at once."""
    linked = _linked(turn)
    if linked:
        turn.store.subscriptions.add(turn.chat.id, linked, turn.now)
    buttons = [
        *following.topic_buttons(turn),
        Button(turn.texts.say("Places"), "places"),
        Button(turn.texts.say("The newest edition"), "today"),
    ]
    greeting = turn.say(
        "Hello, this is Liwen: the news of your own town, every day.\n"
        "Every sentence of a digest stands in the paper, word for word.\n\n"
        "Choose some topics, then the place you live in. A digest comes with each edition; "
        "/time sets your own hours.",
        *buttons,
    )
    return replace(greeting, language=turn.texts.code)


def _linked(turn: Turn) -> str | None:
    """The query a deep link names, or nothing: a link of an old poster must still greet."""
    kind, _, key = turn.args.partition("_")
    try:
        if kind == "topic":
            return f"topic:{turn.desk.lexicon.topic(key).slug}"
        return f"place:{turn.desk.lexicon.place(key).code}" if kind == "place" else None
    except (UnknownTopic, UnknownPlace):
        return None


def set_times(turn: Turn) -> Reply:
    """The hours at which digests come: several a day, `off` for with each edition."""
    if not turn.args:
        return turn.say(
            "{current}\nChange it: /time 07:30 18:00; with each edition: /time off", current=following.timetable(turn)
        )
    if fold(turn.args) in _OFF:
        turn.store.chats.save(replace(turn.chat, times=()))
        return turn.say("Good: with each edition.")
    times = set()
    for word in re.split(r"[\s,，、]+", turn.args):
        at = _time(word)
        if at is None:
            return turn.say("“{text}” is not a time. Like this: /time 07:30 18:00", text=word)
        times.add(at)
    if len(times) > MOST_TIMES:
        return turn.say("At most {most} times a day.", most=MOST_TIMES)
    turn.store.chats.save(replace(turn.chat, times=tuple(sorted(times))))
    shown = " ".join(f"{at:%H:%M}" for at in sorted(times))
    return turn.say("Good: daily at {times} ({zone}).", times=shown, zone=turn.chat.zone)


def _time(word: str) -> time | None:
    found = _TIME.fullmatch(word)
    if found is None:
        return None
    hour, minute = map(int, found.groups())
    return time(hour, minute) if hour < 24 and minute < 60 else None


def pause(turn: Turn) -> Reply:
    """Stops digests; what is followed is kept."""
    turn.store.chats.save(replace(turn.chat, paused=True))
    return turn.say("Paused; what you follow is kept. To go on: /resume")


def resume(turn: Turn) -> Reply:
    """Lets digests come again, from the next edition on: never a flood of those missed."""
    if turn.chat.paused:
        turn.store.chats.save(replace(turn.chat, paused=False))
        turn.store.chats.catch_up(turn.chat.id)
    return turn.say("Digests come again, from the next edition on.")


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
