"""Digests, hits, lists and errors → messages in the reader's language, within Telegram's limits by construction."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot.chat import BUTTONS, Button, Mark, Message, Rows, Span, Spans, rows
from bot.splitter import bold, paginate
from bot.texts import Texts, gettext_noop
from digests.composition import Composed, Fate
from digests.errors import DigestsError, QueryError, UnknownPlace, UnknownTopic
from digests.folding import fold
from digests.model import Article, Edition, RawArticle
from digests.query import Either, Field, Not, Wish, parse
from digests.seeds import Lexicon
from digests.storage.search import COUNTED
from digests.text.snippets import snippet

LABEL = 20
"""Characters of a wish on a button."""

REFERENCE = 35
"""Bytes that a button has for what it asks of some editions, beside their numbers and that of a page."""

UNTITLED = 20
"""Characters of the text that stand for a headline that is not there."""

READ_MESSAGES = 12
"""Messages that an article is read in at most: some 50,000 characters, more than any newspaper prints."""

_NUMBER = re.compile(r"[A-Z]?\d{1,3}")

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


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the articles under it; `left_out` more are behind the button `rest`, which lists them all."""

    heading: str
    articles: Sequence[Article]
    left_out: int = 0
    rest: Button | None = None


def sections(texts: Texts, lexicon: Lexicon, composed: Iterable[Composed], first: int, last: int) -> list[Section]:
    """What was composed of the editions from `first` to `last` (their ids), as a reader is shown it."""
    shown = []
    for part in composed:
        articles, left_out = part.having(Fate.SHOWN), len(part.having(Fate.LEFT_OUT))
        heading = section(texts, lexicon, part.name)
        if left_out:
            label = texts.say("More: {section}", section=_shortened(heading, LABEL))
            rest = Button(label, more_action(part.name, first, last))
            shown.append(Section(heading, articles, left_out, rest))
        elif articles:
            shown.append(Section(heading, articles))
    return shown


def more_action(name: str, first: int, last: int, page: int = 1) -> str:
    """The command that lists all that the editions from `first` to `last` have for a wish."""
    editions = f"{first}-{last}" if first != last else f"{last}"
    return f"more {editions} {reference(name)}" + (f" page:{page}" if page > 1 else "")


def reference(name: str) -> str:
    """A wish as a button names it: `-` for what no topic has, its fingerprint if it is too long."""
    if len(name.encode()) <= REFERENCE:
        return name or "-"
    return "~" + hashlib.sha256(name.encode()).hexdigest()[:12]


def digest(
    texts: Texts, lexicon: Lexicon, edition: Edition, sections: Sequence[Section], zone: ZoneInfo
) -> tuple[Message, ...]:
    """An edition's sections as messages: dated header, the articles with buttons to read them, what is left out.

    No articles, no messages.
    """
    shown = [article for section in sections for article in section.articles]
    if not shown:
        return ()
    count = len(shown) + sum(section.left_out for section in sections)
    header = _header(texts, edition, zone, _counts(texts, count, len(shown)))
    blocks = _blocks(texts, lexicon, sections, edition.closes_at.astimezone(zone).date())
    hidden = [section for section in sections if not section.articles]
    rest = [section.rest for section in sections if section.rest is not None][: BUTTONS - len(shown)]
    return _numbered(texts, [header, *blocks, *_also(texts, hidden)], shown, 1, rows(rest, 2))


def _counts(texts: Texts, count: int, shown: int) -> str:
    if count == shown:
        return texts.count("{count} article", "{count} articles", count)
    return texts.count(
        "{count} article, of which {shown} here",
        "{count} articles, of which {shown} here",
        count,
        shown=texts.number(shown),
    )


def listing(
    texts: Texts, lexicon: Lexicon, edition: Edition, section: Section, zone: ZoneInfo, *, first: int, count: int
) -> tuple[Message, ...]:
    """A page of all `count` articles for one wish, numbered from `first`; the button under it turns the page."""
    header = _header(texts, edition, zone, _counts(texts, count, count))
    blocks = _blocks(texts, lexicon, [section], edition.closes_at.astimezone(zone).date(), first)
    under = rows([section.rest] if section.rest else [], 1)
    return _numbered(texts, [header, *blocks], section.articles, first, under)


def _header(texts: Texts, edition: Edition, zone: ZoneInfo, count: str) -> Spans:
    return bold(digest_title(texts, edition, zone)), Span(f"\n{count}")


def _blocks(
    texts: Texts, lexicon: Lexicon, sections: Iterable[Section], closed_on: date, first: int = 1
) -> list[Spans]:
    """A block for each article, the heading before the first of a section, what is left out behind the last."""
    numbers = count(first)
    blocks: list[Spans] = []
    for part in sections:
        items = [
            (*_item(texts, lexicon, article, next(numbers)), Span(printed_on(texts, article, closed_on)))
            for article in part.articles
        ]
        if items:
            items[0] = (bold(f"▍{part.heading}"), Span("\n"), *items[0])
        if items and part.left_out:
            items[-1] = (*items[-1], Span("\n\n" + texts.count("and {count} more", "and {count} more", part.left_out)))
        blocks += items
    return blocks


def _also(texts: Texts, hidden: Iterable[Section]) -> list[Spans]:
    """The line that counts what the sections have of which nothing is shown."""
    counts = [
        texts.say("{section} ({count})", section=part.heading, count=texts.number(part.left_out)) for part in hidden
    ]
    if not counts:
        return []
    return [(Span(texts.say("Also in this edition: {sections}", sections=enumeration(texts, counts))),)]


def enumeration(texts: Texts, names: Iterable[str]) -> str:
    """Names one after the other."""
    return texts.say_in("between names", ", ").join(names)


def _numbered(
    texts: Texts, blocks: Sequence[Spans], articles: Sequence[Article], first: int, under: Rows
) -> tuple[Message, ...]:
    """A header, a block for each article, what else there is; each message with buttons to read what begins in it."""
    pages = paginate(blocks)
    messages = []
    for page in pages:
        here = [place - 1 for place in page.begins if 0 < place <= len(articles)]
        reading = [Button(texts.say("Read {number}", number=n + first), f"read {articles[n].id}") for n in here]
        messages.append(Message(page.spans, rows(reading, 4) + (under if page is pages[-1] else ())))
    return tuple(messages)


def _item(texts: Texts, lexicon: Lexicon, article: Article, number: int) -> Spans:
    sentences = "\n".join(sentence.line for sentence in article.summary.sentences)
    quote = (Span(sentences, Mark.QUOTE), Span("\n")) if sentences else ()
    return (bold(f"{number} {headline(article)}"), Span("\n"), *quote, Span(credits_line(texts, lexicon, article)))


def headline(article: RawArticle) -> str:
    """An article's headline; for a caption that has none, how its text begins."""
    return article.headline or _shortened(article.body, UNTITLED)


def _shortened(whole: str, longest: int) -> str:
    return whole if len(whole) <= longest else f"{whole[:longest]}…"


def credits_line(texts: Texts, lexicon: Lexicon, article: Article) -> str:
    """Place, byline, source and page of an article in one line, and whether its text is cut short."""
    parts = [place_name(lexicon, article), *byline(texts, article), article.source, page_name(texts, article)]
    lines = [" · ".join(part for part in parts if part)]
    if article.truncated:
        lines.append(texts.say("(the text we were given stops here, unfinished)"))
    lines += _also_in(texts, article)
    if article.continues:
        lines.append(texts.say("Follows: {headline}", headline=article.continues))
    return "\n".join(line for line in lines if line)


def _also_in(texts: Texts, article: Article) -> list[str]:
    return [texts.say("Also in {papers}", papers=enumeration(texts, article.also_in))] if article.also_in else []


def page_name(texts: Texts, article: Article) -> str:
    """The page by its number and its section's name; a page that somebody named otherwise as it was named."""
    if not _NUMBER.fullmatch(article.page):
        return article.page
    return texts.say("page {number} {section}", number=article.page, section=article.section).strip()


def printed_on(texts: Texts, article: Article, closed_on: date) -> str:
    """The day an article was printed, on a line of its own, unless it is that of the edition or next to it.

    “Yesterday” in an old paper must not be taken for the reader's yesterday.
    """
    printed = article.published_on
    if printed is None or abs(closed_on - printed) <= timedelta(days=1):
        return ""
    return "\n" + texts.say("printed on {date}", date=texts.date(printed))


def place_name(lexicon: Lexicon, article: Article) -> str:
    """The name of the place an article speaks of most, or empty."""
    return next((lexicon.places[code].name for code in article.places if code in lexicon.places), "")


def byline(texts: Texts, article: Article) -> list[str]:
    """Who wrote and photographed, by role, each person once."""
    roles = (
        (gettext_noop("by {names}"), article.reporters),
        (gettext_noop("with {names}"), article.correspondents),
        (gettext_noop("photo {names}"), article.photographers),
    )
    seen: set[str] = set()
    lines = []
    for wording, names in roles:
        new = [name for name in names if name not in seen]
        seen.update(new)
        if new:
            lines.append(texts.say(wording, names=" ".join(new)))
    return lines


def digest_title(texts: Texts, edition: Edition, zone: ZoneInfo) -> str:
    """An edition's name: its local date and whether it is the morning's, midday's or evening's."""
    local = edition.closes_at.astimezone(zone)
    return texts.say("Liwen 里闻 · {date}, {edition}", date=texts.date(local.date()), edition=part_of_day(texts, local))


def part_of_day(texts: Texts, local: datetime) -> str:
    """Which of its day's editions closed at this local time."""
    if local.hour < 11:
        return texts.say_in("edition", "morning")
    return texts.say_in("edition", "midday") if local.hour < 15 else texts.say_in("edition", "evening")


def full_article(texts: Texts, lexicon: Lexicon, article: Article) -> tuple[Message, ...]:
    """An article from headline to last line, in as many messages as it takes."""
    published = f"{texts.date(article.published_on)}\n" if article.published_on else ""
    blocks: list[Spans] = [(bold(headline(article)), Span(f"\n{published}{credits_line(texts, lexicon, article)}"))]
    blocks += [(Span(paragraph),) for paragraph in article.paragraphs]
    shown = _with_buttons(blocks, ())
    if len(shown) <= READ_MESSAGES:
        return shown
    return (*shown[:READ_MESSAGES], *text(texts.say("(It is too long; the rest is not shown.)")))


def hits(
    texts: Texts, query: str, words: Sequence[str], articles: Sequence[Article], count: int, buttons: Iterable[Button]
) -> tuple[Message, ...]:
    """Search hits: headline and the sentence with the hits, the query's words marked."""
    blocks: list[Spans] = [(bold(texts.say("“{query}”: {count} found", query=query, count=counted(texts, count))),)]
    blocks += [_hit(texts, words, article, number) for number, article in enumerate(articles, 1)]
    reading = [Button(texts.say("Read {number}", number=n), f"read {a.id}") for n, a in enumerate(articles, 1)]
    return _with_buttons(blocks, rows(reading, 4) + rows(buttons, 1))


def counted(texts: Texts, count: int) -> str:
    """A number of hits; those past COUNTED are not counted."""
    return texts.number(count) + ("+" if count >= COUNTED else "")


def _hit(texts: Texts, words: Sequence[str], article: Article, number: int) -> Spans:
    published = article.published_on.isoformat() if article.published_on else ""
    lines = [" ".join(part for part in (published, article.source) if part), *_also_in(texts, article)]
    below = "".join(f"\n{line}" for line in lines if line)
    shown = marked(snippet(article.body, words), words)
    return (bold(f"{number} "), *marked(headline(article), words), Span("\n"), *shown, Span(below))


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
    """A canonical query as a reader would say it: `-广告 topic:transport` is 主题 交通（不要 广告）."""
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
            return texts.say("place {name}", name=lexicon.places[wish.value].name)
        case Field():
            return texts.say(_FIELDS[wish.name], name=wish.value)
    return wish.canonical


def section(texts: Texts, lexicon: Lexicon, query: str) -> str:
    """The heading over what a query found: the bare name of a topic or place, else the wish; none: what is left."""
    if not query:
        return texts.say_in("heading", "Other")
    kind, _, key = query.partition(":")
    if kind == "topic" and key in lexicon.topics:
        return topic_name(texts, lexicon.topics[key].zh, lexicon.topics[key].en)
    if kind == "place" and key in lexicon.places:
        return lexicon.places[key].name
    return wish(texts, lexicon, query)


def topic_name(texts: Texts, zh: str, en: str) -> str:
    """A topic's name in the reader's language."""
    return zh if texts.code.startswith("zh") else en


def error(texts: Texts, fault: DigestsError) -> tuple[Message, ...]:
    """What a reader is told of an error: what is wrong, where, and how to mend it."""
    match fault:
        case UnknownTopic():
            known = enumeration(texts, fault.known)
            return text(texts.say("There is no topic “{name}”. There are: {known}", name=fault.name, known=known))
        case UnknownPlace():
            return text(texts.say("There is no place “{name}”. /places finds it step by step.", name=fault.name))
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
