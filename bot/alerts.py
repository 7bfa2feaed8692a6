"""Alerts → messages: whether one is still to be told, and how."""

from collections.abc import Sequence

from bot import messages
from bot.chat import Button, Mark, Message, Span, rows
from bot.messages import headline
from bot.splitter import bold, paginate
from bot.texts import Texts, texts_for
from digests.errors import QueryError
from digests.model import Article, Chat, Delivery, Subscription
from digests.query import Query, Subject, parse, subject_of
from digests.seeds import Lexicon
from digests.storage import Store
from digests.text.snippets import snippet


def alert(store: Store, lexicon: Lexicon, delivery: Delivery, most: int) -> tuple[Message, ...]:
    """The message of an alert; none when it is none any more, and its article comes with the digest.

    So it is when a digest told of the article first, or nothing that the chat wants to be told of at once finds it
    any more. The last one that a chat gets in a day says that it is.
    """
    article = store.articles.get(delivery.article_id or 0)
    if article is None or _was_told(delivery.chat, article):
        return ()
    subject = subject_of(article)
    wishes = [wish for wish in store.subscriptions.of(delivery.chat.id) if _wants(lexicon, wish, subject)]
    if not wishes:
        return ()
    (shown,) = store.related.introduced([article])
    texts = texts_for(delivery.chat.language)
    return _message(texts, lexicon, shown, wishes, most if store.alerts.number(delivery) >= most else 0)


def _was_told(chat: Chat, article: Article) -> bool:
    return article.edition_id is not None and article.edition_id <= chat.covered


def _wants(lexicon: Lexicon, wish: Subscription, subject: Subject) -> bool:
    query = _read(lexicon, wish.query)
    return query is not None and wish.alerts_since is not None and not wish.paused and query.accepts(subject)


def _read(lexicon: Lexicon, text: str) -> Query | None:
    try:
        return parse(text, lexicon)
    except QueryError:  # its topic or place has gone from seeds/
        return None


def _message(
    texts: Texts, lexicon: Lexicon, article: Article, wishes: Sequence[Subscription], last_of: int
) -> tuple[Message, ...]:
    """The article with a sentence or two of it, for whose sake it is told, and how to be told no more of that."""
    queries = [query for wish in wishes if (query := _read(lexicon, wish.query))]
    words = [word for query in queries for word in query.words]
    sentences = [sentence.line for sentence in article.summary.sentences] or [snippet(article.body, words)]
    names = [messages.wish(texts, lexicon, wish.query) for wish in wishes]
    below = [
        messages.credits_line(texts, lexicon, article),
        texts.say("You follow: {wishes}", wishes=texts.say_in("between names", ", ").join(names)),
    ]
    if last_of:
        below.append(_last(texts, last_of))
    spans = (bold(f"🔔 {headline(article)}"), Span("\n"), Span("\n".join(sentences), Mark.QUOTE), Span("\n"))
    buttons = [
        Button(texts.say("Read it"), f"read {article.id}"),
        Button(texts.say("Not at once any more"), f"wish {wishes[0].id} silent"),
    ]
    [page, *_] = paginate([(*spans, Span("\n".join(line for line in below if line)))])
    return (Message(page.spans, rows(buttons, 2)),)


def _last(texts: Texts, most: int) -> str:
    return texts.count(
        "That is {count} alert in a day: what else comes in waits for your digest.",
        "That is {count} alerts in a day: what else comes in waits for your digest.",
        most,
    )
