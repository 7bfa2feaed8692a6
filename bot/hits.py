"""What a query found → messages: a page of hits, and articles to be shared."""

from collections.abc import Iterable, Sequence

from bot import characters
from bot.articles import byline, credits_line, notes
from bot.chat import Button, Mark, Message, Span, Spans, rows
from bot.editions import summary
from bot.look import Look
from bot.messages import also_in, headline, marked
from bot.splitter import bold, lines, paginate
from bot.texts import Texts
from digests.model.news import Article
from digests.storage.search import COUNTED
from digests.text.snippets import snippet

READING = 5
"""Buttons to read in a row."""


def page(
    look: Look, head: str, words: Sequence[str], articles: Sequence[Article], first: int, buttons: Iterable[Button]
) -> tuple[Message, ...]:
    """Hits numbered from `first` below a heading: headline, the sentence that has the words, day and papers."""
    texts = look.texts
    blocks: list[Spans] = [lines((bold(head),), (Span(characters.note(texts, articles)),))]
    blocks += [_hit(look, words, article, number) for number, article in enumerate(articles, first)]
    reading = [Button(texts.say("Read {number}", number=n), f"read {a.id}") for n, a in enumerate(articles, first)]
    pages = paginate(blocks)
    under = rows(reading, READING) + rows(buttons, 2)
    return (*(Message(each.spans) for each in pages[:-1]), Message(pages[-1].spans, under))


def counted(texts: Texts, count: int) -> str:
    """A number of hits; those past COUNTED are not counted."""
    return texts.number(count) + ("+" if count >= COUNTED else "")


def _hit(look: Look, words: Sequence[str], article: Article, number: int) -> Spans:
    texts, told = look.texts, characters.shown(look, article)
    # Hits are found in the paper's own words, then shown.
    head, found = (
        characters.shown_spans(look, marked(printed, words), article)
        for printed in (headline(article), snippet(article.body, words))
    )
    below = (Span(_day_and_paper(texts, told)),), (Span(also_in(texts, told)),)
    return lines((bold(f"{number} "), *head), found, *below)


def _day_and_paper(texts: Texts, article: Article) -> str:
    published = texts.date(article.published_on) if article.published_on else ""
    return " ".join(part for part in (published, article.source) if part)


def in_a_line(look: Look, article: Article, words: Sequence[str]) -> str:
    """Day, paper and the sentence that has the words, or begins the text, for a list of offers."""
    told = characters.printed(look, snippet(article.body, words), article)
    parts = (_day_and_paper(look.texts, characters.shown(look, article)), told)
    return " · ".join(part for part in parts if part)


def shared(look: Look, article: Article, words: Sequence[str]) -> Message:
    """An article as somebody shares it: headline, its summary or the sentence that has the words, day, credits."""
    texts, shown = look.texts, characters.shown(look, article)
    told = summary(shown) or characters.printed(look, snippet(article.body, words), article)
    block = lines(
        (bold(headline(shown)),),
        (Span(told, Mark.QUOTE),),
        (Span(texts.date(article.published_on) if article.published_on else ""),),
        credits_line(look, shown, byline(texts, shown)[:1]),
        *notes(look, shown),
        (Span(characters.note(texts, [article])),),
    )
    return Message(paginate([block])[0].spans)
