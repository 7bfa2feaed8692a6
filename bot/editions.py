"""Editions as messages: the digest, and the list of all that they have for a wish, within Telegram's limits."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, count
from zoneinfo import ZoneInfo

from bot import characters, messages
from bot.articles import byline, credits_line, notes, place_name, printed_on, withdrawal
from bot.chat import Button, Mark, Message, Rows, Span, Spans, rows
from bot.look import Look
from bot.messages import enumeration, headline, shortened
from bot.splitter import bold, lines, paginate
from bot.texts import Texts, gettext_noop
from digests.composition import Composed, Fate
from digests.model.news import Article, Edition, Kind
from digests.model.readers import Style

LABEL = 8
"""Characters of a wish on a button, of which three stand side by side."""
REFERENCE = 35
"""Bytes that a button has for what it asks of some editions, beside their numbers and that of a page."""
MOST_REST = 6
"""Sections of which more is a button of its own; of more sections, one button asks which."""
ACROSS = 5
"""Buttons to read side by side: ten articles take two rows."""
HALF_A_DAY = timedelta(hours=12)
SENTENCES = (None, 2, 1)
"""Sentences of a summary at most, all at first: fewer are tried before a digest takes a second message."""
NONE_AT_ALL = 0
"""Sentences in what was sent already and must not take more messages than it did."""

_UNTITLED = {
    Kind.STORY: gettext_noop("Without a headline"),
    Kind.CAPTION: gettext_noop("Photograph"),
    Kind.BRIEF: gettext_noop("In brief"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the articles under it; `left_out` more are behind the button `rest`, which lists them all."""

    heading: str
    articles: Sequence[Article]
    left_out: int = 0
    rest: Button | None = None


def sections(look: Look, composed: Iterable[Composed], first: int, last: int) -> list[Section]:
    """What was composed of the editions from `first` to `last` (their ids), as a reader is shown it."""
    shown = []
    for part in composed:
        articles, left_out = part.having(Fate.SHOWN), len(part.having(Fate.LEFT_OUT))
        if articles or left_out:
            shown.append(section(look, part.name, articles, left_out, first, last))
    return shown


def section(look: Look, query: str, articles: Sequence[Article], left_out: int, first: int, last: int) -> Section:
    """What the editions from `first` to `last` show for a wish, and a button for what they leave out."""
    heading = messages.section(look.texts, look.lexicon, query)
    if not left_out:
        return Section(heading, articles)
    label = f"{name(look, query)} +{look.texts.number(left_out)}"
    return Section(heading, articles, left_out, Button(label, more_action(query, first, last)))


def name(look: Look, query: str) -> str:
    """A section's name on a button."""
    return shortened(messages.section(look.texts, look.lexicon, query), LABEL)


def rest_action(first: int, last: int) -> str:
    """The command that asks of which section all is to be listed."""
    return f"more {_span(first, last)}"


def _span(first: int, last: int) -> str:
    return f"{first}-{last}" if first != last else f"{last}"


def more_action(query: str, first: int, last: int, page: int | None = None) -> str:
    """The command that lists all that the editions from `first` to `last` have for a wish; with a page, in place."""
    return f"more {_span(first, last)} {reference(query)}" + (f" page:{page}" if page else "")


def reference(query: str) -> str:
    """A wish as a button names it: `-` for what no topic has, its fingerprint if it is too long."""
    if len(query.encode()) <= REFERENCE:
        return query or "-"
    return "~" + hashlib.sha256(query.encode()).hexdigest()[:12]


def digest(
    look: Look,
    edition: Edition,
    sections: Sequence[Section],
    first: int,
    named: str = "",
    alerted: Sequence[Article] = (),
    parts: int | None = None,
) -> tuple[Message, ...]:
    """The sections of the editions from `first` (its id) to the last one as messages: dated header, or another name,
    the articles with buttons to read them, what is left out; what the reader was `alerted` of is named only.

    One message, unless even a sentence of each article is too much; made again, at most as many `parts` as it was.
    No articles, no messages.
    """
    shown = [article for section in sections for article in section.articles]
    if not shown:
        return ()
    total = len(shown) + sum(section.left_out for section in sections)
    rest = [section.rest for section in sections if section.rest is not None]
    if len(rest) > MOST_REST:
        label = look.texts.count("{count} more ›", "{count} more ›", total - len(shown))
        rest = [Button(label, rest_action(first, edition.id))]
    if not look.shared:
        rest.append(Button(look.texts.say("⚙ Settings"), "settings"))
    counts = _counts(look.texts, total, len(shown))
    layout = _Layout(look, edition, counts, sections, rows(rest, 3), named=named, alerted=alerted)
    return layout.messages() if parts is None else layout.within(parts)


def listing(
    look: Look, edition: Edition, section: Section, *, first: int, total: int, turning: Sequence[Button] = ()
) -> tuple[Message, ...]:
    """A page of all `total` articles for one wish, numbered from `first`; the buttons `turning` turn it."""
    return _Layout(look, edition, _counts(look.texts, total, total), [section], rows(turning, 2), first).messages()


def title(texts: Texts, edition: Edition, zone: ZoneInfo) -> str:
    """An edition's name: its local date and whether it is the morning's, midday's or evening's."""
    local = edition.closes_at.astimezone(zone)
    return texts.say("Liwen 里闻 · {date}, {edition}", date=texts.date(local.date()), edition=part_of_day(texts, local))


def week_title(texts: Texts, begins: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """The name of a week's best: the first and the last of its days, each of which it holds the larger part of."""
    first, last = (begins + HALF_A_DAY).astimezone(zone), (ends - HALF_A_DAY).astimezone(zone)
    days = (texts.short_date(first.date()), texts.short_date(last.date()))
    return texts.say("Liwen · the week {first} to {last}", first=days[0], last=days[1])


def part_of_day(texts: Texts, local: datetime) -> str:
    """Which of its day's editions closed at this local time."""
    if local.hour < 11:
        return texts.say_in("edition", "morning")
    return texts.say_in("edition", "midday") if local.hour < 15 else texts.say_in("edition", "evening")


def _counts(texts: Texts, total: int, shown: int) -> str:
    if total == shown:
        return texts.count("{count} article", "{count} articles", total)
    return texts.count(
        "{count} article, of which {shown} here",
        "{count} articles, of which {shown} here",
        total,
        shown=texts.number(shown),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """What is laid out: sections, their articles numbered from `first`, and the buttons under the last message.

    It is `named` otherwise than the edition, if that is not empty.
    """

    look: Look
    edition: Edition
    counts: str
    sections: Sequence[Section]
    under: Rows
    first: int = 1
    named: str = ""
    alerted: Sequence[Article] = ()

    @property
    def _articles(self) -> list[Article]:
        return [article for section in self.sections for article in section.articles]

    def messages(self) -> tuple[Message, ...]:
        """One message if it can be; else as many as it takes, with all there is of each summary."""
        fullest: tuple[Message, ...] = ()
        for most in SENTENCES:
            made = self._paged(most)
            if len(made) == 1:
                return made
            fullest = fullest or made
        return fullest

    def within(self, parts: int) -> tuple[Message, ...]:
        """At most so many messages, with as much of each summary as they hold."""
        made: tuple[Message, ...] = ()
        for most in (*SENTENCES, NONE_AT_ALL):
            made = self._paged(most)
            if len(made) <= parts:
                return made
        return made[:parts]

    def _paged(self, most: int | None) -> tuple[Message, ...]:
        """As many messages as it takes, each with buttons to read what begins in it."""
        shown = self._articles
        pages = paginate([self._header(), *self._items(most), self._left_out(), self._known()], tight=self._tight())
        made = []
        for page in pages:
            here = [place - 1 for place in page.begins if 0 < place <= len(shown)]
            reading = [
                Button(self.look.texts.say("Read {number}", number=n + self.first), f"read {shown[n].id}")
                for n in here
                if not shown[n].withdrawn
            ]
            made.append(Message(page.spans, rows(reading, ACROSS) + (self.under if page is pages[-1] else ())))
        return tuple(made)

    def _header(self) -> Spans:
        below = " · ".join(filter(None, (self._paper(), self.counts)))
        note = characters.note(self.look.texts, self._articles)
        name = self.named or title(self.look.texts, self.edition, self.look.zone)
        return lines((bold(name),), (Span(below),), (Span(note),))

    def _paper(self) -> str:
        """The paper, if all is from one: it is named once then."""
        papers = {article.source for article in self._articles}
        return self.look.texts.printed(papers.pop()) if len(papers) == 1 else ""

    def _items(self, most: int | None) -> Iterator[Spans]:
        numbers = count(self.first)
        item = self._headline if self.look.style is Style.COMPACT else self._summary
        for part in self.sections:
            for place, article in enumerate(part.articles):
                heading = () if place else (bold(f"▍{part.heading}"),)
                shown = characters.shown(self.look.texts, article)
                told = self._withdrawn if shown.withdrawn else item
                yield lines(heading, *told(shown, next(numbers), most))

    def _tight(self) -> set[int]:
        """The places of the blocks that stand right under the one before: headlines of one section."""
        if self.look.style is not Style.COMPACT:
            return set()
        leads = {at + 1 for at in accumulate((len(part.articles) for part in self.sections), initial=0)}
        return set(range(1, len(self._articles) + 1)) - leads

    def _headline(self, article: Article, number: int, _most: int | None) -> Iterator[Spans]:
        place = place_name(self.look, article)
        yield bold(str(number)), Span(f" {headline(article)}"), Span(f" · {place}" if place else "")

    def _withdrawn(self, article: Article, number: int, _most: int | None) -> Iterator[Spans]:
        yield bold(str(number)), Span(f" {withdrawal(self.look, article)}")

    def _summary(self, article: Article, number: int, most: int | None) -> Iterator[Spans]:
        yield (bold(f"{number} {self._title(article)}"),)
        yield (Span(summary(article, most), Mark.QUOTE),)
        yield credits_line(self.look, article, byline(self.look.texts, article)[:1], paper=not self._paper())
        yield from notes(self.look, article)
        closed_on = self.edition.closes_at.astimezone(self.look.zone).date()
        yield (Span(printed_on(self.look.texts, article, closed_on)),)

    def _title(self, article: Article) -> str:
        """The headline; of a text without one what it is, for its words stand in the quote below."""
        if article.headline.strip() or not article.summary.sentences:
            return headline(article)
        return self.look.texts.say(_UNTITLED[article.kind])

    def _left_out(self) -> Spans:
        """The line that counts what there is no room for."""
        texts = self.look.texts
        counts = [
            texts.say("{section} ({count})", section=part.heading, count=texts.number(part.left_out))
            for part in self.sections
            if part.left_out
        ]
        return (
            (Span(texts.say("Also in this edition: {sections}", sections=enumeration(texts, counts))),)
            if counts
            else ()
        )

    def _known(self) -> Spans:
        """The line that names what the reader was told of at once."""
        texts = self.look.texts
        names = [headline(characters.shown(texts, article)) for article in self.alerted]
        told = texts.say_in("between headlines", "; ").join(names)
        return (Span(texts.say("You were told already: {headlines}", headlines=told)),) if names else ()


def summary(article: Article, most: int | None = None) -> str:
    """The sentences of a summary, `most` of them; those that follow each other in the paper in one paragraph."""
    text, behind = "", 0
    for sentence in article.summary.sentences[:most]:
        between = article.body[behind : sentence.start]
        goes_on = not between.strip() and "\n" not in between
        text += ("" if goes_on or not text else "\n") + (between if goes_on and text else "") + sentence.line
        behind = sentence.end
    return text
