"""Alerts → messages: whether one is still to be told, and how."""

from collections.abc import Sequence

from bot import characters, messages
from bot.articles import byline, credits_line, notes, withdrawal
from bot.chat import Button, Mark, Message, Span, rows
from bot.editions import summary
from bot.look import Look
from bot.messages import headline
from bot.splitter import bold, lines, paginate
from bot.texts import Texts
from digests.errors import QueryError
from digests.model.news import Article
from digests.model.outbox import Delivery
from digests.model.readers import Chat, Subscription
from digests.query import Query, Subject, parse, subject_of
from digests.seeds import Lexicon
from digests.storage import Store
from digests.text.snippets import snippet


def wanted(store: Store, lexicon: Lexicon, delivery: Delivery) -> list[Subscription]:
    """For whose sake an alert is told; nothing when it is none any more, and its article comes with the digest.

    So it is when a digest told of the article first, or nothing that the chat wants to be told of at once finds it
    any more, or an editor took it back.
    """
    article = store.articles.get(delivery.article_id or 0)
    if article is None or article.withdrawn or _was_told(delivery.chat, article):
        return []
    subject = subject_of(article)
    return [wish for wish in store.subscriptions.of(delivery.chat.id) if _wants(lexicon, wish, subject)]


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


def message(
    look: Look, article: Article, wishes: Sequence[Subscription], queries: Sequence[str], last_of: int
) -> tuple[Message, ...]:
    """The article with a sentence or two of it, the queries for whose sake it is told, and how to be told no more.

    `wishes` are those of the queries that the chat still follows; the last alert of a day says that it is.
    """
    if article.withdrawn:
        return messages.text(f"🔔 {withdrawal(look, article)}")
    texts, shown = look.texts, characters.shown(look.texts, article)
    words = [word for text in queries if (query := _read(look.lexicon, text)) for word in query.words]
    told = summary(shown) or texts.printed(snippet(article.body, words))
    names = messages.enumeration(texts, (messages.wish(texts, look.lexicon, query) for query in queries))
    block = lines(
        (bold(f"🔔 {headline(shown)}"),),
        (Span(told, Mark.QUOTE),),
        credits_line(look, shown, byline(texts, shown)[:1]),
        *notes(look, shown),
        (Span(characters.note(texts, [article])),),
        (Span(texts.say("You follow: {wishes}", wishes=names)),),
        (Span(_last(texts, last_of) if last_of else ""),),
    )
    silent = [Button(texts.say("Not at once any more"), f"wish {wish.id} silent") for wish in wishes[:1]]
    buttons = [Button(texts.say("Read it"), f"read {article.id}"), *silent]
    return (Message(paginate([block])[0].spans, rows(buttons, 2)),)


def _last(texts: Texts, most: int) -> str:
    return texts.count(
        "That is {count} alert in a day: what else comes in waits for your digest.",
        "That is {count} alerts in a day: what else comes in waits for your digest.",
        most,
    )
