"""One table of commands: /help, Telegram's menu and every transport derive from it."""

import difflib
import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace

from bot import logs, messages, metrics
from bot.chat import Button, Message, Reply, Request, command_and_args
from bot.commands import (
    administering,
    amending,
    articles,
    broadcasting,
    channels,
    correcting,
    following,
    membership,
    onboarding,
    previewing,
    reading,
    searching,
    settings,
    sharing,
    showing,
    tastes,
    timetable,
    trust,
    uploads,
    wishes,
)
from bot.commands.reading import named
from bot.commands.turn import Command, Desk, Turn
from bot.texts import gettext_noop, texts_for
from digests.errors import DigestsError
from digests.model.readers import Chat
from digests.storage import Store

__all__ = ["BY_NAME", "COMMANDS", "Command", "Desk", "answer", "membership", "named", "sharing"]

log = logging.getLogger(__name__)

_UNEXPECTED = gettext_noop("Something went wrong, and it is not your fault. Please try again later (number {id}).")

COMMANDS: tuple[Command, ...] = (
    Command("start", onboarding.start, gettext_noop("begin: choose what to read about"), changes=True),
    Command("today", reading.today, gettext_noop("the newest edition; add a topic or place: /today transport")),
    Command("digest", reading.digest, gettext_noop("a past one, by date and topic: /digest 2024-11-13")),
    Command("search", searching.search, gettext_noop("search every article: /search 公交")),
    Command("card", showing.card, gettext_noop("the newest edition as a picture to pass on")),
    Command("trends", showing.trends, gettext_noop("what rose this week, against the four weeks before")),
    Command("topics", following.topics, gettext_noop("choose topics to follow"), changes=True),
    Command("places", following.places, gettext_noop("choose towns, streets and villages to follow"), changes=True),
    Command("follow", wishes.follow, gettext_noop("follow anything: /follow 公交 贷款"), guarded=True),
    Command("unfollow", wishes.unfollow, gettext_noop("stop following"), changes=True),
    Command("list", wishes.show_list, gettext_noop("what you follow, and when it comes")),
    Command("settings", timetable.settings, gettext_noop("when and how you are written to")),
    Command("time", timetable.set_times, gettext_noop("when to be written to: /time 07:30 18:00"), changes=True),
    Command("days", timetable.set_days, gettext_noop("weekdays with digests: /days 1 2 3 4 5"), changes=True),
    Command("weekly", timetable.set_weekly, gettext_noop("the week's best: /weekly 7 18:00"), changes=True),
    Command("quiet", timetable.set_quiet, gettext_noop("hours without messages: /quiet 22:00-07:00"), changes=True),
    Command("tz", timetable.set_zone, gettext_noop("time zone: /tz 东京"), changes=True),
    Command("saved", articles.saved, gettext_noop("what you saved"), changes=True),
    Command("save", articles.save, gettext_noop("save an article: ☆ under it"), changes=True),
    Command("taste", tastes.taste, gettext_noop("what you want more or less of: /taste more 交通"), changes=True),
    Command("style", tastes.style, gettext_noop("how digests look: with summaries or headlines only"), changes=True),
    Command("pause", timetable.pause, gettext_noop("pause digests: /pause 12-01, /pause 3天"), changes=True),
    Command("resume", timetable.resume, gettext_noop("resume digests"), changes=True),
    Command("lang", settings.choose_language, gettext_noop("language: /lang zh-Hans"), changes=True),
    Command("channels", channels.channels, gettext_noop("manage your channels from here"), changes=True, personal=True),
    Command("done", channels.done, gettext_noop("stop managing a channel"), changes=True, personal=True),
    Command("export", trust.export, gettext_noop("everything stored about you, as a file"), guarded=True),
    Command("import", trust.take_in, gettext_noop("take in a file that /export gave"), changes=True),
    Command("forget", trust.forget, gettext_noop("delete everything stored about you"), changes=True),
    Command("privacy", trust.privacy, gettext_noop("what is stored, and for how long"), personal=True),
    Command("about", trust.about, gettext_noop("what this is, and how a digest is made"), personal=True),
    Command("help", lambda turn: settings.show_help(turn, COMMANDS), gettext_noop("how to use it"), personal=True),
    Command("setup", onboarding.setup, changes=True, hidden=True),
    Command("near", onboarding.near, changes=True, hidden=True),
    Command("nothing", timetable.set_nothing, changes=True, hidden=True),
    Command("read", articles.read, hidden=True),
    Command("back", articles.back, hidden=True),
    Command("unsave", articles.unsave, changes=True, hidden=True),
    Command("more", reading.more, hidden=True),
    Command("inline", sharing.listing, hidden=True),
    Command("wish", wishes.wish, changes=True, hidden=True),
    Command("ingest", uploads.ingest, hidden=True, admins_only=True),
    Command("broadcast", broadcasting.broadcast, hidden=True, admins_only=True),
    Command("admin", administering.admin, hidden=True, admins_only=True),
    Command("preview", previewing.preview, hidden=True, admins_only=True),
    Command("amend", amending.amend, changes=True, hidden=True, admins_only=True),
    Command("retract", amending.retract, changes=True, hidden=True, admins_only=True),
    Command("correct", correcting.correct, changes=True, hidden=True, admins_only=True),
)
BY_NAME = {command.name: command for command in COMMANDS}


def answer(desk: Desk, request: Request) -> Reply:
    """The reply to a request; bad input, an archive out of reach and faults of ours are answered too.

    Blocks while the database works: call it off the event loop.
    """
    command = BY_NAME.get(request.command)
    if command is None or (command.admins_only and request.address not in desk.admins):
        return _unknown(request)
    try:
        with metrics.COMMAND_SECONDS.labels(command.name).time():
            return _run(desk, request, command)
    except DigestsError as error:
        return Reply(messages.error(texts_for(request.language), error))
    except Exception as error:
        # Nobody is to see a stack trace; it is in the log under the number that the person is told.
        number = logs.number_of(error)
        log.exception("request failed, number %s: %s", number, type(error).__name__)
        return Reply(messages.text(texts_for(request.language).say(_UNEXPECTED, id=number)))


def _run(desk: Desk, request: Request, command: Command) -> Reply:
    with _transaction(desk, command) as store:
        turn = _turn(desk, store, request, command)
        try:
            return _marked(turn, _spared(request, command.run(turn)))
        except DigestsError as error:
            return _marked(turn, Reply(messages.error(turn.texts, error)))


def _marked(turn: Turn, reply: Reply) -> Reply:
    """The reply; while a channel is managed it says which."""
    managed = turn.store.groups.at(turn.request.about) if turn.request.about else None
    return channels.marked(turn.texts, managed, reply) if managed else reply


def _spared(request: Request, reply: Reply) -> Reply:
    """A message with articles gives way only to what leads back to them, else what a button says stands below it."""
    shown = [request.shown] if request.shown else []
    if reply.edit and _lead_to(shown, "read") and not _lead_to(reply.messages[:1], "read", "back", "saved"):
        return replace(reply, edit=False)
    return reply


def _lead_to(shown: Iterable[Message], *commands: str) -> bool:
    actions = (button.action for message in shown for row in message.buttons for button in row)
    return any(command_and_args(action)[0] in commands for action in actions)


def _transaction(desk: Desk, command: Command) -> AbstractContextManager[Store]:
    return desk.database.begin() if command.changes else desk.database.read()


def _turn(desk: Desk, store: Store, request: Request, command: Command) -> Turn:
    language = texts_for(request.language).code
    zone, address = desk.zone.key, request.about or request.address
    if command.changes:
        chat = membership.wake(store, store.chats.find_or_add(address, language, zone, desk.clock()))
        if request.title:
            store.groups.set_up(chat.id, request.title, request.person)
    else:
        stranger = Chat(id=0, address=address, language=language, zone=zone)
        chat = store.chats.find(address) or stranger
    return Turn(desk, store, request, chat, texts_for(chat.language, converted=chat.converted), command.changes)


def _unknown(request: Request) -> Reply:
    texts = texts_for(request.language)
    shown = request.command[:32]
    near = difflib.get_close_matches(request.command, [c.name for c in COMMANDS if not c.hidden], n=1)
    if near:
        wording = texts.say("There is no /{command}. Did you mean /{nearest}?", command=shown, nearest=near[0])
        return Reply(messages.text(wording, Button(f"/{near[0]}", near[0])))
    wording = texts.say(
        "There is no /{command}. /help shows what there is; text without a command is a search.", command=shown
    )
    return Reply(messages.text(wording, Button("/help", "help")))
