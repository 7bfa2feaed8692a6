"""The paper's words as a chat reads them: word for word, or in its own simplified or traditional characters."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache, partial
from itertools import accumulate

from bot.chat import Spans
from bot.look import Look
from bot.texts import Texts
from digests.model.news import Article, Sentence, Summary
from digests.text import keyterms

_WHEN = re.compile("于[昨今明前近上下本当去此]")
"""于昨天表示: what looks like somebody who speaks, and is when."""


def shown(look: Look, article: Article) -> Article:
    """An article as the chat reads it; where its sentences begin is told in the text that is shown."""
    if not look.texts.converted:
        return article
    said = partial(_converted, look.texts, names=_names(look, article))
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


def printed(look: Look, words: str, article: Article | None = None) -> str:
    """What stands in the paper, in an article of it: word for word, or in the chat's characters where it wants that."""
    return _converted(look.texts, words, _names(look, article)) if look.texts.converted else words


def shown_spans(look: Look, spans: Spans, article: Article | None = None) -> Spans:
    """Marked words of the paper as the chat reads them, the marks where they were."""
    whole = "".join(span.text for span in spans)
    said = printed(look, whole, article)
    if len(said) != len(whole):
        return tuple(replace(span, text=printed(look, span.text, article)) for span in spans)
    # Converted in one piece: 发 is 髮 or 發 by what stands beside it.
    ends = list(accumulate(len(span.text) for span in spans))
    return tuple(replace(span, text=said[end - len(span.text) : end]) for span, end in zip(spans, ends, strict=True))


def _converted(texts: Texts, words: str, names: Mapping[str, str]) -> str:
    """Words in the chat's characters, piece by piece: names as they are written, and what stands between them."""
    if not names:
        return texts.chinese(words)
    pieces = _pattern(tuple(names)).split(words)
    return "".join(names[piece] if at % 2 else texts.chinese(piece) for at, piece in enumerate(pieces))


@lru_cache(maxsize=64)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest_first))})")


def _names(look: Look, article: Article | None) -> Mapping[str, str]:
    """The names that a converter of words would get wrong: of places, and of those who write or speak in an article."""
    if not look.texts.traditional:
        return {}
    names = _misread(look.texts, look.lexicon.place_names)
    return names | _names_within(look, article) if article else names


def _names_within(look: Look, article: Article) -> dict[str, str]:
    texts, places = look.texts, look.lexicon.places
    # Short names of the places it is about only: 余新 stands in 业余新手, too.
    about = (look.lexicon.short_name(places[code]) for code in article.places if code in places)
    called = keyterms.people(f"{article.headline}\n{article.body}")
    people = {*article.byline, *(name for name in called if not _WHEN.match(name))}
    return _misread(texts, tuple(about)) | _misread(texts, tuple(people), person=True)


@lru_cache(maxsize=64)
def _misread(texts: Texts, names: tuple[str, ...], *, person: bool = False) -> dict[str, str]:
    written = {name: texts.named(name, person=person) for name in names if len(name) > 1}
    return {name: right for name, right in written.items() if right != texts.chinese(name)}


def note(texts: Texts, articles: Iterable[Article]) -> str:
    """What is said where any of the articles is not shown as it stands in the paper; else nothing."""
    if not texts.converted or not differ(texts, articles):
        return ""
    return texts.say("(in your characters, converted from the paper's: /lang)")


def differ(texts: Texts, articles: Iterable[Article]) -> bool:
    """Whether any of the articles is written in other characters than those of the chat's language."""
    return any(texts.chinese(words) != words for article in articles for words in (article.headline, article.body))
