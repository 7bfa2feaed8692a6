"""What a query found → messages: a page of hits, and articles to be shared."""

from collections.abc import Iterable, Sequence

from bot.chat import Button, Mark, Message, Span, Spans, rows
from bot.messages import also_in, credits_line, headline, marked
from bot.splitter import bold, paginate
from bot.texts import Texts
from digests.model import Article
from digests.seeds import Lexicon
from digests.storage.search import COUNTED
from digests.text.snippets import snippet

READING = 5
"""Buttons to read in a row."""


def page(
    texts: Texts, head: str, words: Sequence[str], articles: Sequence[Article], first: int, buttons: Iterable[Button]
) -> tuple[Message, ...]:
    """Hits numbered from `first` below a heading: headline, the sentence that has the words, day and papers."""
    blocks: list[Spans] = [(bold(head),)]
    blocks += [_hit(texts, words, article, number) for number, article in enumerate(articles, first)]
    reading = [Button(texts.say("Read {number}", number=n), f"read {a.id}") for n, a in enumerate(articles, first)]
    pages = paginate(blocks)
    under = rows(reading, READING) + rows(buttons, 2)
    return (*(Message(each.spans) for each in pages[:-1]), Message(pages[-1].spans, under))


def counted(texts: Texts, count: int) -> str:
    """A number of hits; those past COUNTED are not counted."""
    return texts.number(count) + ("+" if count >= COUNTED else "")


def _hit(texts: Texts, words: Sequence[str], article: Article, number: int) -> Spans:
    published = article.published_on.isoformat() if article.published_on else ""
    lines = [" ".join(part for part in (published, article.source) if part), *also_in(texts, article)]
    below = "".join(f"\n{line}" for line in lines if line)
    shown = marked(snippet(article.body, words), words)
    return (bold(f"{number} "), *marked(headline(article), words), Span("\n"), *shown, Span(below))


def in_a_line(article: Article, words: Sequence[str]) -> str:
    """Day, paper and the sentence that has the words, or begins the text, for a list of offers."""
    published = article.published_on.isoformat() if article.published_on else ""
    return " · ".join(part for part in (published, article.source, snippet(article.body, words)) if part)


def shared(texts: Texts, lexicon: Lexicon, article: Article, words: Sequence[str]) -> Message:
    """An article as somebody shares it: headline, its summary or the sentence that has the words, day, credits."""
    sentences = [sentence.line for sentence in article.summary.sentences] or [snippet(article.body, words)]
    published = texts.date(article.published_on) if article.published_on else ""
    below = "\n".join(line for line in (published, credits_line(texts, lexicon, article)) if line)
    quote = "\n".join(line for line in sentences if line)
    spans = (bold(headline(article)), Span("\n"), Span(quote, Mark.QUOTE), Span(f"\n{below}"))
    return Message(paginate([spans])[0].spans)
