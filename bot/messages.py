"""Wordings and errors → messages in the reader's language, within Telegram's limits by construction."""

import re
from collections.abc import Iterable, Sequence

from bot.chat import Button, Message, Rows, Span, Spans, rows
from bot.splitter import bold, paginate
from bot.texts import Texts, gettext_noop
from digests.errors import DigestsError, QueryError, TooManyWishes, UnknownPlace, UnknownTopic
from digests.folding import fold
from digests.model.news import Article, RawArticle
from digests.query import Either, Field, Not, Wish, parse
from digests.seeds import Lexicon

UNTITLED = 20
"""Characters of the text that stand for a headline that is not there."""
QUOTED = 40
"""Characters that are said back of what cannot be understood."""

_FIELDS = {
    "by": gettext_noop("by {name}"),
    "source": gettext_noop("from {name}"),
    "since": gettext_noop("since {name}"),
    "before": gettext_noop("before {name}"),
}

_REASONS = {
    "empty": gettext_noop("it does not say what to find"),
    "only_excluded": gettext_noop("it only says what to leave out; add a word to find"),
    "quote": gettext_noop("a quotation mark has no partner"),
    "field": gettext_noop("there is no such field; use topic: place: by: source: since: before:"),
    "value": gettext_noop("something must follow the colon"),
    "date": gettext_noop("a date looks like 2024-11-13"),
    "topic": gettext_noop("there is no such topic, see /topics"),
    "place": gettext_noop("there is no such place, see /places"),
    "too_long": gettext_noop("it is too long"),
}


def text(wording: str, *buttons: Button, width: int = 2) -> tuple[Message, ...]:
    """Plain wording as messages, the buttons under the last one."""
    return _with_buttons([(Span(wording),)], rows(buttons, width))


def enumeration(texts: Texts, names: Iterable[str]) -> str:
    """Names one after the other."""
    return texts.say_in("between names", ", ").join(names)


def headline(article: RawArticle) -> str:
    """An article's headline; for a caption that has none, how its text begins."""
    return article.headline.strip() or shortened(article.body.strip(), UNTITLED) or "…"


def shortened(whole: str, longest: int) -> str:
    """A text, or its first `longest` characters and an ellipsis."""
    return whole if len(whole) <= longest else f"{whole[:longest]}…"


def quoted(said: str) -> str:
    """What somebody sent, as far as it is said back to him."""
    return shortened(said, QUOTED)


def also_in(texts: Texts, article: Article) -> str:
    """Which other papers have an article; empty for none."""
    return texts.say("Also in {papers}", papers=enumeration(texts, article.also_in)) if article.also_in else ""


def marked(shown: str, words: Sequence[str]) -> Spans:
    """The text with every hit of a word in bold; longer words win where two overlap."""
    wanted = sorted({fold(word) for word in words if word.strip()}, key=len, reverse=True)
    if not wanted:
        return (Span(shown),)
    spans: list[Span] = []
    behind = 0
    for match in re.finditer("|".join(map(re.escape, wanted)), fold(shown)):
        if match.start() > behind:
            spans.append(Span(shown[behind : match.start()]))
        spans.append(bold(shown[match.start() : match.end()]))
        behind = match.end()
    return (*spans, Span(shown[behind:]))


def wish(texts: Texts, lexicon: Lexicon, query: str) -> str:
    """A canonical query as a reader would say it: `-广告 topic:transport` is 交通新闻（不要 广告）."""
    try:
        wishes = parse(query, lexicon).wishes
    except QueryError:
        return query
    wanted = [_said(texts, lexicon, each) for each in wishes if not isinstance(each, Not)]
    unwanted = [_said(texts, lexicon, each.wish) for each in wishes if isinstance(each, Not)]
    excepted = texts.say(" (without {wishes})", wishes=" ".join(unwanted)) if unwanted else ""
    return " ".join(wanted) + excepted


def _said(texts: Texts, lexicon: Lexicon, wish: Wish) -> str:
    match wish:
        case Either():
            return texts.say_in("between queries", " or ").join(_said(texts, lexicon, each) for each in wish.wishes)
        case Field(name="topic"):
            topic = lexicon.topics[wish.value]
            return texts.say("topic {name}", name=topic_name(texts, topic.zh, topic.en))
        case Field(name="place"):
            return texts.say("place {name}", name=texts.named(lexicon.places[wish.value].name))
        case Field():
            return texts.say(_FIELDS[wish.name], name=texts.named(wish.value, person=wish.name == "by"))
    return texts.chinese(wish.canonical)


def section(texts: Texts, lexicon: Lexicon, query: str) -> str:
    """The heading over what a query found: the bare name of a topic or place, else the wish; none: what is left."""
    if not query:
        return texts.say_in("heading", "Other")
    kind, _, key = query.partition(":")
    if kind == "topic" and key in lexicon.topics:
        return topic_name(texts, lexicon.topics[key].zh, lexicon.topics[key].en)
    if kind == "place" and key in lexicon.places:
        return texts.named(lexicon.places[key].name)
    return wish(texts, lexicon, query)


def topic_name(texts: Texts, zh: str, en: str) -> str:
    """A topic's name in the reader's language."""
    return texts.chinese(zh) if texts.conversion else en


def error(texts: Texts, fault: DigestsError) -> tuple[Message, ...]:
    """What a reader is told of an error: what is wrong, where, and how to mend it."""
    match fault:
        case UnknownTopic():
            known = enumeration(texts, (topic_name(texts, zh, en) for zh, en in fault.known.values()))
            return text(
                texts.say("There is no topic “{name}”. There are: {known}", name=quoted(fault.name), known=known)
            )
        case UnknownPlace():
            return text(
                texts.say("There is no place “{name}”. /places finds it step by step.", name=quoted(fault.name))
            )
        case TooManyWishes():
            return text(texts.say("You follow {most} things already. Remove some first: /list", most=fault.most))
        case QueryError():
            return text(_unread(texts, fault))
        case _:
            return text(texts.say("The archive cannot be opened right now. Please try again later."))


def _unread(texts: Texts, fault: QueryError) -> str:
    near = texts.say(" ({near})", near=fault.near) if fault.near else ""
    reason = texts.say(_REASONS[fault.reason])
    return texts.say(
        "This cannot be read: character {position}{near}, {reason}.",
        position=fault.position + 1,
        near=near,
        reason=reason,
    )


def _with_buttons(blocks: Iterable[Spans], buttons: Rows) -> tuple[Message, ...]:
    pages = paginate(blocks)
    return (*(Message(page.spans) for page in pages[:-1]), Message(pages[-1].spans, buttons))
