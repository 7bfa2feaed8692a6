"""Commands about one article: it is read page by page where a button was pressed, saved, and the way back."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from bot import articles
from bot.articles import Opened, Setting
from bot.chat import Button, Message, Reply, Rows, rows
from bot.commands.turn import Turn
from digests.model.news import Article
from digests.tastes import this_of

MOST_SAVED = 1_000
"""Articles that a chat puts aside: more nobody finds again."""
SHOWN = 10
"""Saved articles in one message."""

_READ = re.compile(r"read (\d+)(?: |$)")
_BACK = re.compile(r"back (\d{1,18})")
_SAVED = re.compile(r"(?:(drop|undo) ?(\d{1,18})? ?(\d{1,10})? ?)?(?:page:(\d{1,3}))?")


def read(turn: Turn) -> Reply:
    """An article in full, by its number in the archive: `12`; by buttons `12 from:3 page:2`."""
    opened = Opened.parsed(turn.args)
    if opened is None:
        return turn.say("Which one? Press a button under a digest, or send /read and its number.")
    article = turn.store.articles.get(opened.article_id)
    if article is None:
        return turn.say("There is no article {id}.", id=opened.article_id)
    if article.retracted_at is not None:
        return _retracted(turn, article)
    return show(turn, _placed(turn, opened), article)


def _retracted(turn: Turn, article: Article) -> Reply:
    """What is said in place of an article that an editor took back; below the message whose button was pressed."""
    (introduced,) = turn.store.related.introduced([article])
    undo = [Button(turn.texts.say("Let it stand again"), f"amend {article.id} undo retracted")] if turn.by_admin else []
    reply = turn.show(articles.withdrawal(turn.look, introduced), *undo, _newest(turn))
    return replace(reply, edit=False)


def _newest(turn: Turn) -> Button:
    return Button(turn.texts.say("The newest edition"), "today")


def _placed(turn: Turn, opened: Opened) -> Opened:
    """The article in place of the message whose button was pressed, which is kept; where many read along, below it."""
    shown = turn.request.shown
    if opened.origin or opened.turned or shown is None or turn.in_group or not turn.chat.id:
        return opened
    standing = next((found for found in map(_BACK.fullmatch, _actions(shown)) if found), None)
    if standing:  # tapped twice: an article stands there already
        return replace(opened, origin=int(standing[1]))
    # In a transaction of its own: reading is no change of settings, and needs none otherwise.
    with turn.desk.database.begin() as store:
        return replace(opened, origin=store.originals.keep(turn.chat.id, shown.stored, turn.now))


def show(turn: Turn, opened: Opened, article: Article, notice: str = "") -> Reply:
    """An open article; it takes the place of the message whose button was pressed, if that is its own or was kept."""
    (introduced,) = turn.store.related.introduced([article])
    shown = articles.view(turn.look, introduced, opened, _setting(turn, opened, introduced))
    in_place = turn.request.pressed and (opened.turned or bool(opened.origin))
    return Reply((shown,), edit=in_place, notice=notice)


def _setting(turn: Turn, opened: Opened, article: Article) -> Setting:
    this = this_of(article)
    before, after = _beside(turn, opened)
    return Setting(
        saved=turn.store.saved.has(turn.chat.id, article.id),
        this=this,
        steps=dict(turn.chat.tastes).get(this or "", 0),
        before=before,
        after=after,
        versions=turn.store.related.versions(article) if article.also_in else (),
        corrected=turn.store.corrections.of(article.id) is not None if turn.by_admin else None,
    )


def _beside(turn: Turn, opened: Opened) -> tuple[int | None, int | None]:
    """The articles before and after an open one in the message that it was opened from."""
    if not opened.origin:
        return None, None
    kept = turn.store.originals.get(opened.origin, turn.chat.id)
    origin = Message.restored(kept) if kept else turn.request.shown  # it may have been kept a moment ago
    listed = _listed(origin)
    if opened.article_id not in listed:
        return None, None
    place = listed.index(opened.article_id)
    return (listed[place - 1] if place else None), (listed[place + 1] if place + 1 < len(listed) else None)


def _listed(message: Message | None) -> list[int]:
    """The ids of the articles that a message has buttons to read."""
    return [int(found[1]) for found in map(_READ.match, _actions(message)) if found]


def _actions(message: Message | None) -> list[str]:
    return [button.action for row in message.buttons for button in row] if message else []


def back(turn: Turn) -> Reply:
    """Puts back the message that an article took the place of, to the letter."""
    number = turn.args
    kept = turn.store.originals.get(int(number), turn.chat.id) if number.isdecimal() and len(number) < 19 else None
    if kept is None:
        return turn.say("This button is too old: what it stood for is gone. The newest: /today", _newest(turn))
    original = Message.restored(kept)
    if any(article.withdrawn for article in turn.store.articles.load(_listed(original)).values()):
        return turn.say("Something in that message was taken back since. The newest: /today", _newest(turn))
    return Reply((original,), edit=turn.request.pressed)


def save(turn: Turn) -> Reply:
    """Puts an article aside: `12`, or an open one by its button."""
    opened = Opened.parsed(turn.args)
    article = turn.store.articles.get(opened.article_id) if opened else None
    if opened is None or article is None:
        return turn.say("Press ☆ under an article to save it. What you saved: /saved")
    if article.retracted_at is not None:
        return _retracted(turn, article)
    if turn.store.saved.count(turn.chat.id) >= MOST_SAVED:
        return turn.say("You have saved {most} articles already. Remove some first: /saved", most=MOST_SAVED)
    turn.store.saved.add(turn.chat.id, article.id, turn.now)
    notice = turn.texts.say("Saved. All you saved: /saved")
    if opened.turned:
        return show(turn, opened, article, notice)
    return turn.show(notice, Button(turn.texts.say("Remove"), f"unsave {article.id}"))


def unsave(turn: Turn) -> Reply:
    """Puts an article aside no longer; the same button saves it again."""
    opened = Opened.parsed(turn.args)
    article = turn.store.articles.get(opened.article_id) if opened else None
    if opened is None or article is None:
        return saved(replace(turn, request=replace(turn.request, args="")))
    turn.store.saved.remove(turn.chat.id, article.id)
    notice = turn.texts.say("No longer saved.")
    if article.retracted_at is not None:
        return turn.show(notice)
    if opened.turned:
        return show(turn, opened, article, notice)
    return turn.show(notice, Button(turn.texts.say("Undo"), f"save {article.id}"))


def saved(turn: Turn) -> Reply:
    """What was put aside, the last first; by buttons `drop` (to choose what to remove), `drop 12`, `undo 12 TIME`."""
    found = _SAVED.fullmatch(turn.args)
    act, number, saved_at, page = found.groups() if found else (None, None, None, None)
    undo: Button | None = None
    notice = ""
    if act == "undo" and number and saved_at:
        _restore(turn, int(number), int(saved_at))
    elif act == "drop" and number:
        removed = turn.store.saved.remove(turn.chat.id, int(number))
        if removed is not None:
            notice = turn.texts.say("No longer saved.")
            undo = Button(turn.texts.say("Undo"), f"saved undo {number} {removed.timestamp():.0f} page:{page or 1}")
    return _saved_page(turn, int(page or 1), dropping=act == "drop", undo=undo, notice=notice)


def _restore(turn: Turn, number: int, saved_at: int) -> None:
    if turn.store.articles.get(number) is not None:
        turn.store.saved.add(turn.chat.id, number, datetime.fromtimestamp(saved_at, UTC))


def _saved_page(turn: Turn, page: int, *, dropping: bool, undo: Button | None, notice: str) -> Reply:
    count = turn.store.saved.count(turn.chat.id)
    pages = max(1, -(-count // SHOWN))
    page = max(1, min(page, pages))
    shown = [kept.article for kept in turn.store.saved.of(turn.chat.id, skip=(page - 1) * SHOWN, limit=SHOWN)]
    undoing = [undo] if undo else []
    if not shown:
        reply = turn.say("Nothing saved yet. Press ☆ under an article to find it here again.", *undoing)
        return replace(reply, notice=notice)
    title = turn.texts.count("{count} saved article", "{count} saved articles", count)
    message = articles.titles(turn.look.texts, title, shown, (page - 1) * SHOWN + 1)
    under = _saved_buttons(turn, shown, page, pages, dropping=dropping)
    return Reply((replace(message, buttons=under + rows(undoing, 1)),), edit=turn.request.pressed, notice=notice)


def _saved_buttons(turn: Turn, shown: list[Article], page: int, pages: int, *, dropping: bool) -> Rows:
    texts = turn.texts
    first = (page - 1) * SHOWN + 1
    if dropping:
        each = [Button(f"✕ {n}", f"saved drop {article.id} page:{page}") for n, article in enumerate(shown, first)]
        return rows(each, 5) + rows([Button(texts.say("Done"), f"saved page:{page}")], 1)
    each = [Button(texts.say("Read {number}", number=n), f"read {a.id}") for n, a in enumerate(shown, first)]
    turning = {page - 1: texts.say("Previous page"), page + 1: texts.say("Next page")}
    under = [Button(label, f"saved page:{n}") for n, label in turning.items() if 0 < n <= pages]
    return rows(each, 5) + rows([*under, Button(texts.say("Remove…"), f"saved drop page:{page}")], 3)
