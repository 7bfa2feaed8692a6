"""A chat's timetable in words."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot import timezones
from bot.messages import enumeration
from bot.texts import Texts
from digests.model import Chat
from digests.timetable import EVERY_DAY


def daily(texts: Texts, chat: Chat) -> str:
    """When digests come."""
    if not chat.days:
        return texts.say("Only the week's best, no digests on other days.")
    hours = " ".join(f"{at:%H:%M}" for at in chat.times)
    zone = timezones.label(texts, chat.zone)
    if chat.days == EVERY_DAY:
        return (
            texts.say("Daily at {times} ({zone}).", times=hours, zone=zone)
            if hours
            else texts.say("With each edition.")
        )
    days = weekdays(texts, chat.days)
    if hours:
        return texts.say("On {days} at {times} ({zone}).", days=days, times=hours, zone=zone)
    return texts.say("On {days} with each edition.", days=days)


def weekdays(texts: Texts, days: Sequence[int]) -> str:
    """ISO weekdays by their short names; three or more in a row by the first and last."""
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return texts.say("{first} to {last}", first=texts.weekday(days[0]), last=texts.weekday(days[-1]))
    return enumeration(texts, [texts.weekday(day) for day in days])


def weekly(texts: Texts, chat: Chat) -> str:
    """When the week's best comes."""
    if chat.weekly is None:
        return texts.say("Off.")
    return texts.say("{day} at {time}.", day=texts.weekday(chat.weekly.day), time=f"{chat.weekly.at:%H:%M}")


def quiet(texts: Texts, chat: Chat) -> str:
    """When nothing comes."""
    if chat.quiet is None:
        return texts.say("Off.")
    return texts.say("From {start} to {end}.", start=f"{chat.quiet.start:%H:%M}", end=f"{chat.quiet.end:%H:%M}")


def nothing(texts: Texts, chat: Chat) -> str:
    """What a day without news brings."""
    return texts.say("A line says so.") if chat.says_nothing else texts.say("Silence.")


def pause(texts: Texts, chat: Chat) -> str:
    """Whether digests are paused, and until when."""
    if not chat.paused:
        return texts.say("Digests come.")
    if chat.paused_until is None:
        return texts.say("Paused.")
    ends = chat.paused_until.astimezone(chat.timetable.zone)
    return texts.say("Paused; digests come again on {date}.", date=texts.date(ends.date()))


def next_digest(texts: Texts, chat: Chat, now: datetime) -> str:
    """When the next digest may come, as the clock of the chat shows it; empty if that depends on the editions."""
    due = chat.timetable.due(now + timedelta(minutes=1)) if chat.times and not chat.paused else None
    if due is None:
        return ""
    local = due.astimezone(chat.timetable.zone)
    return texts.say("Next: {date} {time}.", date=texts.date(local.date()), time=f"{local:%H:%M}")


def moved(chat: Chat) -> list[time]:
    """The chat's hours that lie in its quiet hours: they come when these end."""
    return [at for at in chat.times if chat.quiet is not None and chat.quiet.holds(at)]
