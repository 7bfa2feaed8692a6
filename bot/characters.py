"""The paper's words as a chat reads them: word for word, or in its own simplified or traditional characters."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

from bot.chat import Spans
from bot.texts import Texts
from digests.model.news import Article, Sentence, Summary


def shown(texts: Texts, article: Article) -> Article:
    """An article as the chat reads it; where its sentences begin is told in the text that is shown."""
    if not texts.converted:
        return article
    said = texts.printed
    body, sentences = article.body, article.summary.sentences
    moved = (Sentence(said(sentence.text), len(said(body[: sentence.start]))) for sentence in sentences)
    return replace(
        article,
        kicker=said(article.kicker),
        title=said(article.title),
        subtitle=said(article.subtitle),
        paragraphs=tuple(map(said, article.paragraphs)),
        reporters=tuple(map(said, article.reporters)),
        correspondents=tuple(map(said, article.correspondents)),
        photographers=tuple(map(said, article.photographers)),
        source=said(article.source),
        section=said(article.section),
        also_in=tuple(map(said, article.also_in)),
        continues=said(article.continues),
        summary=Summary(tuple(moved)),
    )


def shown_spans(texts: Texts, spans: Spans) -> Spans:
    """Marked words of the paper as the chat reads them, the marks where they were."""
    whole = "".join(span.text for span in spans)
    said = texts.printed(whole)
    if len(said) != len(whole):
        return tuple(replace(span, text=texts.printed(span.text)) for span in spans)
    # Converted in one piece: 发 is 髮 or 發 by what stands beside it.
    ends = list(accumulate(len(span.text) for span in spans))
    return tuple(replace(span, text=said[end - len(span.text) : end]) for span, end in zip(spans, ends, strict=True))


def note(texts: Texts, articles: Iterable[Article]) -> str:
    """What is said where any of the articles is not shown as it stands in the paper; else nothing."""
    if not texts.converted or not differ(texts, articles):
        return ""
    return texts.say("(in your characters, converted from the paper's: /lang)")


def differ(texts: Texts, articles: Iterable[Article]) -> bool:
    """Whether any of the articles is written in other characters than those of the chat's language."""
    return any(texts.chinese(words) != words for article in articles for words in (article.headline, article.body))
