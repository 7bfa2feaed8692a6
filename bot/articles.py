"""An article as a chat shows it: who wrote it and where it stands, and in full, in pages with buttons."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot import characters, messages
from bot.chat import Button, Message, Rows, Span, Spans, rows
from bot.look import Look
from bot.messages import also_in, headline, shortened, wish
from bot.splitter import bold, lines, linked, paginate
from bot.texts import Texts, gettext_noop
from digests.model.news import Act, Amendment, Article

PAGE = 1_800
"""UTF-16 units of a page of an article: two screens of a phone, so that turning it needs little scrolling."""
RUNNING = 40
"""Characters of the headline that stands over the second page and those behind it."""
HEADLINE = 120
"""Characters of a headline in a list: ten of them fit into a message, whatever they are."""
LABEL = 10
"""Characters of a paper's name on a button."""
VERSIONS = 2
"""Other papers' versions of an article that have a button."""

NONE, UNDO = "none", "undo"
"""What a correction says instead of topics."""

CHANGED = {
    (Act.RETRACTED, False): gettext_noop("this article was retracted."),
    (Act.RETRACTED, True): gettext_noop("this article was retracted. {words}"),
    (Act.DROPPED, False): gettext_noop("this article was taken out of the digest."),
    (Act.PINNED, False): gettext_noop("moved to the top."),
    (Act.NOTED, True): "",
    (Act.SHORTENED, False): gettext_noop("a sentence was taken out of the summary."),
    (Act.REVISED, False): gettext_noop("the text was replaced by a revised one."),
}
"""What readers are told was changed; `words` are the operator's, and of a note all there is."""
RESTORED = {
    Act.RETRACTED.value: gettext_noop("it had been retracted by mistake and stands again."),
    Act.DROPPED.value: gettext_noop("it had been taken out by mistake and is back."),
    "": gettext_noop("a change was undone."),
}

_NUMBER = re.compile(r"[A-Z]?\d{1,3}")
_OPENED = re.compile(r"(\d{1,18})(?: from:(\d{1,18}))?(?: page:(\d{1,3}))?")


@dataclass(frozen=True, slots=True)
class Opened:
    """An article that is open at a page; `origin` is the number of the message in whose place it stands, 0 for none.

    `turned`: it was open before, and a button says at which page it is to be shown now.
    """

    article_id: int
    origin: int = 0
    page: int = 1
    turned: bool = False

    @classmethod
    def parsed(cls, args: str) -> "Opened | None":
        """What the arguments of a command say is open: `12`, `12 from:3 page:2`."""
        found = _OPENED.fullmatch(args)
        if found is None:
            return None
        number, origin, page = found.groups()
        return cls(int(number), int(origin or 0), max(1, int(page or 1)), turned=page is not None)

    @property
    def tail(self) -> str:
        """Where it is open, as a button's command ends."""
        return (f" from:{self.origin}" if self.origin else "") + f" page:{self.page}"

    def action(self, command: str) -> str:
        """A command about it, as a button has it."""
        return f"{command} {self.article_id}{self.tail}"

    def at(self, page: int) -> str:
        """The command that turns to a page."""
        return replace(self, page=page).action("read")

    def other(self, article_id: int) -> str:
        """The command that opens another article in its place; what stands nowhere yet is gone back to from there."""
        return replace(self, article_id=article_id).at(1) if self.origin else f"read {article_id}"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reader has to do with an article, and what else there is to read from it.

    `steps` is how much more (below 0: less) is wanted of `this`, a canonical query; `before` and `after` are the
    articles beside it in the message from which it was opened; `versions` are those of other papers, with their names.
    `corrected` says, to those who may correct topics only, whether its own were.
    """

    saved: bool = False
    this: str | None = None
    steps: int = 0
    before: int | None = None
    after: int | None = None
    versions: Sequence[tuple[int, str]] = ()
    corrected: bool | None = None


def view(look: Look, article: Article, opened: Opened, setting: Setting) -> Message:
    """A page of an article, with buttons: to turn it, to save it, to want more of its kind, to read on, to go back."""
    texts, differs = look.texts, characters.differ(look.texts, [article])
    note = (Span(characters.note(texts, [article])),)
    article = characters.shown(texts, article)
    head = lines((bold(headline(article)),), *_under_headline(look, article, setting), note)
    body = [*article.paragraphs, *_broken_off(texts, article)]
    pages = paginate([head, *((Span(paragraph),) for paragraph in body)], PAGE)
    opened = replace(opened, page=min(opened.page, len(pages)))
    spans = pages[opened.page - 1].spans
    if opened.page > 1:
        running = f"{shortened(headline(article), RUNNING)} {opened.page}/{len(pages)}"
        spans = (bold(running), Span("\n\n"), *spans)
    buttons = _buttons(texts, article, opened, setting, len(pages))
    if differs:
        buttons += rows(characters_buttons(texts, opened), 1)
    if setting.corrected is not None:
        buttons += rows(topic_buttons(look, article, opened.tail, undoable=setting.corrected), 4)
    return Message(spans, buttons)


def _under_headline(look: Look, article: Article, setting: Setting) -> Iterable[Spans]:
    published = article.published_on
    yield (Span(look.texts.date(published) if published else ""),)
    yield credits_line(look, article, byline(look.texts, article))
    yield from related(look, article)
    yield from corrections(look, article)
    if setting.this and setting.steps:
        yield (Span(effect(look, setting.this, setting.steps)),)


def effect(look: Look, this: str, steps: int) -> str:
    """What so many steps more, or less, of a canonical query do, as a reader is told."""
    named = wish(look.texts, look.lexicon, this)
    match steps:
        case 0:
            return look.texts.say("In your digests, {wish} stands as usual.", wish=named)
        case 1:
            return look.texts.say("In your digests, {wish} comes before other news.", wish=named)
        case -1:
            return look.texts.say("In your digests, {wish} comes after other news.", wish=named)
    if steps > 0:
        return look.texts.say("In your digests, {wish} comes first.", wish=named)
    return look.texts.say("In your digests, {wish} comes last, and only if there is room.", wish=named)


def _buttons(texts: Texts, article: Article, opened: Opened, setting: Setting, pages: int) -> Rows:
    groups = (
        (_turning(texts, opened, pages), 2),
        (_other_articles(texts, article, opened, setting), 3),
        (_wishes(texts, opened, setting), 3),
        (_around(texts, opened, setting), 3),
    )
    return tuple(row for group, width in groups for row in rows(group, width))


def _turning(texts: Texts, opened: Opened, pages: int) -> Iterable[Button]:
    if opened.page > 1:
        yield Button(texts.say("‹ Page {page}", page=opened.page - 1), opened.at(opened.page - 1))
    if opened.page < pages:
        yield Button(texts.say("Page {page} ›", page=opened.page + 1), opened.at(opened.page + 1))


def _other_articles(texts: Texts, article: Article, opened: Opened, setting: Setting) -> Iterable[Button]:
    for number, paper in setting.versions[:VERSIONS]:
        yield Button(texts.say("In {paper}", paper=shortened(texts.printed(paper), LABEL)), opened.other(number))
    if article.follows and article.continues:
        yield Button(texts.say("What came before"), opened.other(article.follows))


def _around(texts: Texts, opened: Opened, setting: Setting) -> Iterable[Button]:
    if setting.before:
        yield Button(texts.say("‹ Previous"), opened.other(setting.before))
    if opened.origin:
        yield Button(texts.say("Back"), f"back {opened.origin}")
    if setting.after:
        yield Button(texts.say("Next ›"), opened.other(setting.after))


def _wishes(texts: Texts, opened: Opened, setting: Setting) -> Iterable[Button]:
    if setting.saved:
        yield Button(texts.say("★ Saved"), opened.action("unsave"))
    else:
        yield Button(texts.say("☆ Save"), opened.action("save"))
    if setting.this:
        yield Button(texts.say("👍 More of this") + " ✓" * setting.steps, opened.action("taste more"))
        yield Button(texts.say("👎 Less of this") + " ✓" * -setting.steps, opened.action("taste less"))


def characters_buttons(texts: Texts, opened: Opened | None = None) -> Iterable[Button]:
    """One to have articles in the characters of the chat's language, or as in the paper; what is open stays open."""
    act, label = "converted", gettext_noop("Articles in your characters")
    if texts.converted:
        act, label = "original", gettext_noop("Articles as in the paper")
    if texts.conversion:
        yield Button(texts.say(label), opened.action(f"lang {act}") if opened else f"lang {act}")


def topic_buttons(look: Look, article: Article, tail: str = "", *, undoable: bool) -> Iterable[Button]:
    """A button for each topic: it puts the topic first, or takes a ticked one away; the last takes it all back."""
    for slug in look.lexicon.topics:
        tick = f"{article.topics.index(slug) + 1} ✓ " if slug in article.topics else ""
        sign = "-" if tick else "+"
        yield Button(tick + topic_name(look, slug), f"correct {article.id} {sign}{slug}{tail}")
    if undoable:
        yield Button(look.texts.say("Undo"), f"correct {article.id} {UNDO}{tail}")


def topic_name(look: Look, slug: str) -> str:
    """A topic's name in the reader's language; of one that is no more, what it was called here."""
    topic = look.lexicon.topics.get(slug)
    return messages.topic_name(look.texts, topic.zh, topic.en) if topic else slug


def titles(texts: Texts, title: str, listed: Iterable[Article], first: int) -> Message:
    """A title and the headlines of a few articles, numbered from `first`, each with its paper and day: one message."""
    blocks: list[Spans] = [(bold(title),)]
    for number, article in enumerate(listed, first):
        printed = texts.date(article.published_on) if article.published_on else ""
        below = " · ".join(filter(None, (shortened(texts.printed(article.source), RUNNING), printed)))
        name = shortened(texts.printed(headline(article)), HEADLINE)
        if article.retracted_at is not None:
            name, below = texts.say("(retracted)"), ""
        blocks.append(lines((bold(str(number)), Span(f" {name}")), (Span(below),)))
    return Message(paginate(blocks)[0].spans)


def credits_line(look: Look, article: Article, names: Iterable[str], *, paper: bool = True) -> Spans:
    """Place, byline, paper (unless it is said elsewhere) and page of an article, and a link to it on the web."""
    texts = look.texts
    parts = [place_name(look, article), *names, article.source if paper else "", page_name(texts, article)]
    shown = [(Span(part),) for part in parts if part]
    address = linked(texts.say("on the web"), look.page_of(article))
    if address.link:
        shown.append((address,))
    return tuple(span for number, part in enumerate(shown) for span in ((Span(" · "),) if number else ()) + part)


def notes(look: Look, article: Article) -> Iterable[Spans]:
    """What is to be known of an article besides, each a line: that it breaks off, who else has it, what it follows."""
    yield from ((Span(line),) for line in _broken_off(look.texts, article))
    yield from related(look, article)
    yield from corrections(look, article)


def _broken_off(texts: Texts, article: Article) -> Iterable[str]:
    if article.truncated:
        yield texts.say("(the text we were given stops here, unfinished)")


def related(look: Look, article: Article) -> Iterable[Spans]:
    """Who else has an article, and what it follows, each a line."""
    if article.also_in:
        yield (Span(also_in(look.texts, article)),)
    if article.continues:
        follows = look.texts.say("Follows: {headline}", headline=article.continues)
        yield (linked(follows, look.ours(article.follows or 0)),)


def corrections(look: Look, article: Article) -> Iterable[Spans]:
    """What an editor changed about an article and when, each a line that says that it is a correction."""
    return ((Span(correction(look, made)),) for made in article.amendments)


def correction(look: Look, made: Amendment) -> str:
    """That something was changed, when, and what."""
    local = made.made_at.astimezone(look.zone)
    at = f"{look.texts.short_date(local.date())} {local:%H:%M}"
    return look.texts.say("Correction ({at}): {change}", at=at, change=change(look.texts, made))


def change(texts: Texts, made: Amendment) -> str:
    """What was changed."""
    told = RESTORED.get(made.words, RESTORED[""]) if made.act is Act.RESTORED else CHANGED[made.act, bool(made.words)]
    return texts.say(told, words=made.words) if told else made.words


def withdrawal(look: Look, article: Article) -> str:
    """What stands in place of an article that was taken back, or out of its edition: none of its own words."""
    wanted = Act.RETRACTED if article.retracted_at else Act.DROPPED
    made = next((made for made in article.amendments if made.act is wanted), None)
    return correction(look, made) if made else look.texts.say(CHANGED[wanted, False])


def page_name(texts: Texts, article: Article) -> str:
    """The page by its number and its section's name; a page that somebody named otherwise as it was named."""
    if not _NUMBER.fullmatch(article.page):
        return article.page
    return texts.say("page {number} {section}", number=article.page, section=article.section).strip()


def printed_on(texts: Texts, article: Article, closed_on: date) -> str:
    """The day an article was printed, unless it is that of the edition or next to it.

    “Yesterday” in an old paper must not be taken for the reader's yesterday.
    """
    printed = article.published_on
    if printed is None or abs(closed_on - printed) <= timedelta(days=1):
        return ""
    return texts.say("printed on {date}", date=texts.date(printed))


def place_name(look: Look, article: Article) -> str:
    """The name of the place an article speaks of most, or empty."""
    places = look.lexicon.places
    return look.texts.chinese(next((places[code].name for code in article.places if code in places), ""))


def byline(texts: Texts, article: Article) -> list[str]:
    """Who wrote and photographed, by role, each person once."""
    roles = (
        (gettext_noop("by {names}"), article.reporters),
        (gettext_noop("with {names}"), article.correspondents),
        (gettext_noop("photo {names}"), article.photographers),
    )
    seen: set[str] = set()
    said = []
    for wording, names in roles:
        new = [name for name in names if name not in seen]
        seen.update(new)
        if new:
            said.append(texts.say(wording, names=" ".join(new)))
    return said
