"""The command that searches: pages of hits, ranked or newest first, made narrower by buttons, and what was meant."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from bot import hits, messages
from bot.chat import Button, Reply
from bot.commands.referring import button, referred
from bot.commands.turn import Turn
from digests.query import Field, Query, Wish, parse
from digests.spelling import near_misses
from digests.storage.search import Found, Order, read_cursor

HITS = 5
"""Hits on a page: what a phone shows without much scrolling."""
LABEL = 20
"""Characters of a query on a button."""
OFFERED = 6
"""Topics, places and months of each that are offered to make a search narrower."""

_SUFFIX = re.compile(
    r"(?:^|\s+)(?:after:(?P<after>[0-9a-z]{1,13}\.[0-9a-z]{1,13})|page:(?P<page>\d{1,2})"
    r"|order:(?P<order>best|new)|show:(?P<show>filters))$"
)
_DAYS = ("since", "before")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as a button asks for it: the query, its order, behind which hit, which page that is."""

    text: str
    order: Order = "new"
    after: str = ""
    page: int = 1
    filters: bool = False

    @property
    def suffix(self) -> str:
        """What stands behind the query in a button."""
        parts = ("order:best" if self.order == "best" else "", f"after:{self.after}" if self.after else "")
        return " ".join([*filter(None, parts), *([f"page:{self.page}"] if self.page > 1 else [])])


def _read(text: str) -> Asked:
    asked = Asked(text)
    while found := _SUFFIX.search(asked.text):
        asked = _with(replace(asked, text=asked.text[: found.start()]), found)
    return asked


def _with(asked: Asked, found: re.Match[str]) -> Asked:
    match found.lastgroup:
        case "page":
            return replace(asked, page=max(1, int(found["page"])))
        case "order":
            return replace(asked, order="best" if found["order"] == "best" else "new")
        case "after":
            return replace(asked, after=found["after"])
    return replace(asked, filters=True)


def search(turn: Turn) -> Reply:
    """A page of what a query finds; `order:`, `after:`, `page:` and `show:` behind it are what the buttons say."""
    asked = _read(turn.args)
    wanted = referred(turn, asked.text)
    if wanted is None:
        return turn.say("This button is too old: what it stood for is gone. Please search again.")
    if not wanted:
        return _suggestions(turn)
    asked = replace(asked, text=wanted)
    query = parse(wanted, turn.desk.lexicon)
    if asked.filters:
        return _filters(turn, asked, query)
    found = _find(turn, asked, query)
    return _page(turn, asked, query, found) if found.articles else _nothing(turn, asked, query)


def _find(turn: Turn, asked: Asked, query: Query) -> Found:
    find = turn.store.search.find
    if asked.after:
        return find(query, limit=HITS, order=asked.order, after=read_cursor(asked.after))
    # Back, a page is found by its number: its hits may have moved on by what came in between.
    before = find(query, limit=HITS * (asked.page - 1), order=asked.order) if asked.page > 1 else Found((), None)
    if asked.page > 1 and before.after is None:
        return Found(())
    return find(query, limit=HITS, order=asked.order, after=read_cursor(before.after) if before.after else None)


def _page(turn: Turn, asked: Asked, query: Query, found: Found) -> Reply:
    texts, first = turn.texts, 1 + HITS * (asked.page - 1)
    count = hits.counted(texts, turn.store.search.count(query))
    head = [texts.say("“{query}”: {count} found", query=_shown(turn, asked.text, query), count=count)]
    head.append(texts.say("best first") if asked.order == "best" else texts.say("newest first"))
    if asked.page > 1:
        head.append(texts.say("page {number}", number=asked.page))
    buttons = [*_turning(turn, asked, found), _flipping(turn, asked), _narrowing(turn, asked)]
    buttons += [*_widening(turn, asked, query), _following(turn, asked.text, query)]
    shown = hits.page(turn.look, " · ".join(head), query.words, found.articles, first, buttons)
    return Reply(shown, edit=turn.request.pressed)


def _shown(turn: Turn, text: str, query: Query) -> str:
    """The query as it was typed, or, where buttons made it narrower, as one would say it."""
    plain = not any(isinstance(wish, Field) for wish in query.wishes)
    return text if plain else messages.wish(turn.texts, turn.desk.lexicon, query.canonical)


def _button(turn: Turn, label: str, asked: Asked) -> Button:
    suffix = "show:filters" if asked.filters else ""
    return button(turn, label, "search", asked.text, f"{asked.suffix} {suffix}".strip())


def _turning(turn: Turn, asked: Asked, found: Found) -> list[Button]:
    texts, turning = turn.texts, []
    if asked.page > 1:
        turning.append(_button(turn, texts.say("Previous page"), replace(asked, after="", page=asked.page - 1)))
    if found.after:
        turning.append(_button(turn, texts.say("Next page"), replace(asked, after=found.after, page=asked.page + 1)))
    return turning


def _flipping(turn: Turn, asked: Asked) -> Button:
    if asked.order == "best":
        return _button(turn, turn.texts.say("Newest first"), Asked(asked.text))
    return _button(turn, turn.texts.say("Best first"), Asked(asked.text, order="best"))


def _narrowing(turn: Turn, asked: Asked) -> Button:
    return _button(turn, turn.texts.say("Narrow it down"), Asked(asked.text, asked.order, filters=True))


def _following(turn: Turn, text: str, query: Query) -> Button:
    label = turn.texts.say("Follow “{query}”", query=messages.shortened(_shown(turn, text, query), LABEL))
    return button(turn, label, "follow", text)


def _widening(turn: Turn, asked: Asked, query: Query) -> list[Button]:
    """A button for each thing that makes the query narrower: it takes that away again."""
    filters = [wish for wish in query.wishes if isinstance(wish, Field)]
    others = [wish for wish in query.wishes if not isinstance(wish, Field)]
    if not others and len(filters) == 1:
        return []
    away = [(_name(turn, wish), [wish]) for wish in filters if wish.name not in _DAYS]
    days = [wish for wish in filters if wish.name in _DAYS]
    away += [(" ".join(_name(turn, wish) for wish in days), days)] if days else []
    return [_without(turn, asked, query, name, gone) for name, gone in away if len(gone) < len(query.wishes)]


def _without(turn: Turn, asked: Asked, query: Query, name: str, gone: list[Field]) -> Button:
    rest = Query(tuple(wish for wish in query.wishes if wish not in gone))
    return _button(turn, f"✕ {name}", Asked(rest.canonical, asked.order))


def _name(turn: Turn, wish: Wish) -> str:
    return messages.wish(turn.texts, turn.desk.lexicon, wish.canonical)


def _filters(turn: Turn, asked: Asked, query: Query) -> Reply:
    """What the hits are about and of when they are, as buttons that make the query narrower."""
    facets = turn.store.search.facets(query)
    asked_for = {wish.canonical for wish in query.wishes}
    offered = [
        (canonical, count)
        for each in (_topics(turn, facets.topics), _places(turn, facets.places))
        for canonical, count in islice((one for one in each if one[0] not in asked_for), OFFERED)
    ]
    dated = any(isinstance(wish, Field) and wish.name in _DAYS for wish in query.wishes)
    buttons = [_narrower(turn, asked, query, *each) for each in offered]
    buttons += [] if dated else [_month(turn, asked, query, *each) for each in islice(facets.months.items(), OFFERED)]
    back = _button(turn, turn.texts.say("‹ Back"), replace(asked, filters=False))
    return turn.say("“{query}”: what about it?", *buttons, back, query=_shown(turn, asked.text, query))


def _topics(turn: Turn, counts: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    return ((f"topic:{slug}", count) for slug, count in counts.items() if slug in turn.desk.lexicon.topics)


def _places(turn: Turn, counts: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    return ((f"place:{code}", count) for code, count in counts.items() if code in turn.desk.lexicon.places)


def _narrower(turn: Turn, asked: Asked, query: Query, canonical: str, count: int) -> Button:
    label = f"{messages.section(turn.texts, turn.desk.lexicon, canonical)} {turn.texts.number(count)}"
    return _button(turn, label, Asked(f"{query.canonical} {canonical}", asked.order))


def _month(turn: Turn, asked: Asked, query: Query, month: str, count: int) -> Button:
    year, number = map(int, month.split("-"))
    behind = date(year + number // 12, number % 12 + 1, 1)
    wanted = f"{query.canonical} since:{month}-01 before:{behind}"
    return _button(turn, f"{month} · {turn.texts.number(count)}", Asked(wanted, asked.order))


def _nothing(turn: Turn, asked: Asked, query: Query) -> Reply:
    """What was meant, perhaps; and the query itself to follow, for it may find something one day."""
    texts = turn.texts
    others = near_misses(turn.store, turn.desk.lexicon, query)
    offered = [_button(turn, _shown(turn, other.canonical, other), Asked(other.canonical)) for other in others]
    follow = _following(turn, asked.text, query)
    if not offered:
        return turn.say(
            "“{query}” does not stand in any article. Try another word; names and places work too.",
            follow,
            query=asked.text,
        )
    lines = [texts.say("“{query}” does not stand in any article. Did you mean:", query=asked.text)]
    for number, other in enumerate(others, 1):
        count = hits.counted(texts, turn.store.search.count(other))
        lines.append(f"{number}. " + texts.say("{query} ({count})", query=offered[number - 1].label, count=count))
    return turn.show("\n".join(lines), *offered, follow, width=1)


def _suggestions(turn: Turn) -> Reply:
    """How to search, and what the newest edition speaks of, to be pressed."""
    usage = turn.texts.say("What are you looking for? Such as: /search 公交, or just “公交”.")
    words = turn.desk.trends(turn.store)
    if not words:
        return turn.show(usage)
    lines = [usage, turn.texts.say("The newest edition speaks of:")]
    return turn.show("\n".join(lines), *(Button(word, f"search {word}") for word in words), width=3)
