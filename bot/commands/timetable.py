"""Commands that set when a chat is told: hours, weekdays, weekly edition, quiet hours, zone, pause; all on a screen."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import time

from bot import messages, timetables, timezones
from bot.chat import Button, Reply, rows
from bot.commands.timewords import OFF, span_of, to_day, to_days, to_time, words_of
from bot.commands.turn import Turn
from digests.timetable import EVERY_DAY, Quiet, Weekly

MOST_TIMES = 24
"""Hours of a chat's own in a day: more is no timetable."""
MOST_ZONES = 24
"""Zones to choose from on one keyboard."""

_HOURS = tuple(time(*at) for at in ((6, 30), (7, 0), (7, 30), (8, 0), (9, 0), (12, 0), (17, 30), (18, 0), (19, 0),
                                    (20, 0), (21, 0), (22, 0)))  # fmt: skip
_NIGHTS = (Quiet(time(21), time(7)), Quiet(time(22), time(7)), Quiet(time(23), time(8)))


def settings(turn: Turn) -> Reply:
    """Everything about when and how a chat is told, on one screen."""
    texts, chat = turn.texts, turn.chat
    lines = [
        texts.say("Settings"),
        "",
        texts.say("Digests: {when}", when=timetables.daily(texts, chat)),
        texts.say("The week's best: {when}", when=timetables.weekly(texts, chat)),
        texts.say("Quiet hours: {when}", when=timetables.quiet(texts, chat)),
        texts.say("A day without news: {what}", what=timetables.nothing(texts, chat)),
        texts.say("Now: {state}", state=timetables.pause(texts, chat)),
        timetables.next_digest(texts, chat, turn.now),
    ]
    buttons = [
        Button(texts.say("Hours"), "time"),
        Button(texts.say("Weekdays"), "days"),
        Button(texts.say("Weekly edition"), "weekly"),
        Button(texts.say("Quiet hours"), "quiet"),
        Button(texts.say("Time zone"), "tz"),
        Button(_ticked(texts.say("Say when there is nothing"), chat.says_nothing), "nothing"),
        Button(texts.say("Resume"), "resume") if chat.paused else Button(texts.say("Pause"), "pause ?"),
        Button(texts.say("What you follow"), "list"),
        Button(texts.say("More and less"), "taste"),
        Button(texts.say("Style"), "style"),
        Button(texts.say("Language"), "lang"),
    ]
    return turn.show("\n".join(lines).rstrip(), *buttons, width=3)


def set_times(turn: Turn) -> Reply:
    """The hours at which digests come: several a day, `off` for with each edition; `+` and an hour toggles it."""
    if not turn.args:
        return _times_screen(turn)
    if turn.args.lower() in OFF:
        return _times_screen(turn.change(times=(), days=turn.chat.days or EVERY_DAY))
    words = words_of(turn.args.removeprefix("+").strip())
    found = [to_time(word) for word in words]
    if None in found:
        return turn.say(
            "“{text}” is not a time. Like this: /time 07:30 18:00", text=messages.quoted(words[found.index(None)])
        )
    times = {at for at in found if at is not None}
    if turn.args.startswith("+"):
        times ^= set(turn.chat.times)
    if len(times) > MOST_TIMES:
        return turn.say("At most {most} times a day.", most=MOST_TIMES)
    return _times_screen(turn.change(times=tuple(sorted(times)), days=turn.chat.days or EVERY_DAY))


def _times_screen(turn: Turn) -> Reply:
    chat, texts = turn.chat, turn.texts
    lines = [texts.say("Digests: {when}", when=timetables.daily(texts, chat))]
    if moved := timetables.moved(chat):
        late = " ".join(f"{at:%H:%M}" for at in moved)
        lines.append(texts.say("{times} lies in your quiet hours, and comes when these end.", times=late))
    lines.append(texts.say("Choose below, or send your own: /time 07:30 18:00"))
    shown = sorted({*_HOURS, *chat.times})
    hours = [Button(_ticked(f"{at:%H:%M}", at in chat.times), f"time +{at:%H:%M}") for at in shown]
    each = Button(_ticked(texts.say("Each edition"), not chat.times), "time off")
    return turn.lay_out("\n".join(lines), (*rows(hours, 4), (each, _back(turn))))


def set_days(turn: Turn) -> Reply:
    """The weekdays on which digests come; `+` and a day toggles it."""
    if not turn.args:
        return _days_screen(turn)
    days = to_days(turn.args.removeprefix("+"))
    if not days:
        return turn.say(
            "“{text}” is no weekday. Like this: /days 1 2 3 4 5, or /days 周六 周日", text=messages.quoted(turn.args)
        )
    if turn.args.startswith("+"):
        days ^= set(turn.chat.days)
        if not days:
            return replace(
                _days_screen(turn), notice=turn.texts.say("One day must remain; to stop for a while: /pause")
            )
    return _days_screen(turn.change(days=tuple(sorted(days))))


def _days_screen(turn: Turn) -> Reply:
    chat, texts = turn.chat, turn.texts
    days = [Button(_ticked(texts.weekday(day), day in chat.days), f"days +{day}") for day in EVERY_DAY]
    some = (Button(texts.say("Workdays"), "days 12345"), Button(texts.say("Every day"), "days 1234567"))
    wording = [
        texts.say("Digests: {when}", when=timetables.daily(texts, chat)),
        texts.say("What comes on other days waits for the next of yours."),
    ]
    return turn.lay_out("\n".join(wording), (*rows(days, 4), some, (_back(turn),)))


def set_weekly(turn: Turn) -> Reply:
    """When the week's best comes: a day and an hour, `off`, or `only` to get nothing else."""
    words = words_of(turn.args.lower()) if turn.args else []
    if words[:1] and words[0] in OFF:
        return _weekly_screen(turn.change(weekly=None, days=turn.chat.days or EVERY_DAY))
    chosen = turn.chat.weekly or Weekly(7, time(18))
    if words[:1] in (["only"], ["只要"]):
        only = turn.chat.days != ()
        return _weekly_screen(turn.change(weekly=chosen, days=() if only else EVERY_DAY))
    for word in words:
        day, at = to_days(word), to_time(word)
        if len(day) == 1:
            chosen = replace(chosen, day=min(day))
        elif at is not None:
            chosen = replace(chosen, at=at)
        else:
            return turn.say(
                "“{text}” is neither a day nor a time. Like this: /weekly 周日 18:00", text=messages.quoted(word)
            )
    return _weekly_screen(turn.change(weekly=chosen) if words else turn)


def _weekly_screen(turn: Turn) -> Reply:
    chat, texts = turn.chat, turn.texts
    chosen = chat.weekly
    wording = [
        texts.say("The week's best: {when}", when=timetables.weekly(texts, chat)),
        texts.say("The weightiest of what you follow, by topic, and how much more there was."),
    ]
    days = [
        Button(_ticked(texts.weekday(day), chosen is not None and chosen.day == day), f"weekly {day}")
        for day in EVERY_DAY
    ]
    hours = [
        Button(_ticked(f"{at:%H:%M}", chosen is not None and chosen.at == at), f"weekly {at:%H:%M}")
        for at in (time(8), time(12), time(18), time(20))
    ]
    rest = (
        Button(_ticked(texts.say("Nothing but this"), not chat.days), "weekly only"),
        Button(_ticked(texts.say("No weekly edition"), chosen is None), "weekly off"),
    )
    return turn.lay_out("\n".join(wording), (*rows(days, 4), tuple(hours), rest, (_back(turn),)))


def set_quiet(turn: Turn) -> Reply:
    """The hours in which nothing comes: `22:00-07:00`, or `off`."""
    if not turn.args:
        return _quiet_screen(turn)
    if turn.args.lower() in OFF:
        return _quiet_screen(turn.change(quiet=None))
    found = [to_time(word) for word in span_of(turn.args)]
    if len(found) != 2 or found[0] is None or found[1] is None or found[0] == found[1]:
        return turn.say("“{text}” is no span of hours. Like this: /quiet 22:00-07:00", text=messages.quoted(turn.args))
    return _quiet_screen(turn.change(quiet=Quiet(found[0], found[1])))


def _quiet_screen(turn: Turn) -> Reply:
    chat, texts = turn.chat, turn.texts
    wording = [
        texts.say("Quiet hours: {when}", when=timetables.quiet(texts, chat)),
        texts.say("What comes in them waits for their end, and comes as one message."),
        texts.say("Choose below, or send your own: /quiet 22:00-07:00"),
    ]
    nights = sorted({*_NIGHTS, *([chat.quiet] if chat.quiet else [])}, key=lambda quiet: (quiet.start, quiet.end))
    spans = [(f"{night.start:%H:%M}-{night.end:%H:%M}", night == chat.quiet) for night in nights]
    buttons = [Button(_ticked(span, chosen), f"quiet {span}") for span, chosen in spans]
    buttons.append(Button(_ticked(texts.say("No quiet hours"), chat.quiet is None), "quiet off"))
    return turn.show("\n".join(wording), *buttons, _back(turn))


def set_nothing(turn: Turn) -> Reply:
    """Turns to silence on days without news, or to a line that says so."""
    return settings(turn.change(says_nothing=not turn.chat.says_nothing))


def set_zone(turn: Turn) -> Reply:
    """The chat's time zone: IANA's name, a city's or country's, or an offset from UTC; several are offered."""
    zones = timezones.named(turn.args, turn.now) if turn.args else (turn.desk.zone.key,)
    if turn.args and len(zones) == 1:
        return _zone_screen(turn.change(zone=zones[0]), ())
    if not zones:
        return turn.say(
            "No time zone is called “{name}”. Try a large city nearby, or UTC+8.", name=messages.quoted(turn.args)
        )
    return _zone_screen(turn, zones)


def _zone_screen(turn: Turn, zones: Iterable[str]) -> Reply:
    texts, zone = turn.texts, turn.chat.zone
    local = turn.now.astimezone(turn.chat.timetable.zone)
    wording = [
        texts.say(
            "Time zone: {zone}, where it is {time} now.", zone=timezones.label(texts, zone), time=f"{local:%H:%M}"
        ),
        texts.say("Another one: /tz and a city, such as /tz 东京; or /tz UTC+8"),
    ]
    offered = timezones.by_city(texts, zones)[:MOST_ZONES]
    buttons = [Button(_ticked(timezones.label(texts, each), each == zone), f"tz {each}") for each in offered]
    return turn.show("\n".join(wording), *buttons, _back(turn), width=3)


def pause(turn: Turn) -> Reply:
    """Stops digests, for good or until a date (`12-01`) or for a time (`3天`); what is followed is kept."""
    if turn.args == "?":
        return _pause_screen(turn)
    until = to_day(turn.args, turn.now, turn.chat.timetable.zone)
    if turn.args and until is None:
        return turn.say(
            "“{text}” is no date ahead. Like this: /pause 12-01, or /pause 3天", text=messages.quoted(turn.args)
        )
    return _pause_screen(turn.change(paused=True, paused_until=until))


def _pause_screen(turn: Turn) -> Reply:
    texts = turn.texts
    wording = [timetables.pause(texts, turn.chat)]
    if turn.chat.paused:
        wording.append(texts.say("What you follow is kept. To go on: /resume"))
    spans = [(texts.count("{count} day", "{count} days", days), f"pause {days}d") for days in (1, 3, 7, 30)]
    rest = [Button(texts.say("Until I resume"), "pause")]
    if turn.chat.paused:
        rest.append(Button(texts.say("Resume"), "resume"))
    keyboard = (tuple(Button(*span) for span in spans), tuple(rest), (_back(turn),))
    return turn.lay_out("\n".join(wording), keyboard)


def resume(turn: Turn) -> Reply:
    """Lets digests come again, from the next edition on: never a flood of those missed."""
    if turn.chat.paused:
        turn.store.deliveries.skip_missed(turn.chat.id)
        turn = turn.change(paused=False, paused_until=None)
    return turn.say("Digests come again, from the next edition on.", _back(turn))


def _ticked(label: str, on: bool) -> str:
    return f"✓ {label}" if on else label


def _back(turn: Turn) -> Button:
    return Button(turn.texts.say("‹ Settings"), "settings")
