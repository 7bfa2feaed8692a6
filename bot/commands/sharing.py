"""What `@bot 公交` in any chat is answered with: articles to be shared, a page at a time."""

from dataclasses import replace

from bot import hits, messages
from bot.chat import Offer, Offers, Reply, Request
from bot.commands.turn import Desk, Turn
from bot.texts import Texts, texts_for
from digests.composition import distinct, ordered
from digests.errors import DigestsError
from digests.model import Article
from digests.query import Query, parse
from digests.spelling import near_misses
from digests.storage import Store
from digests.storage.search import read_cursor

ON_A_PAGE = 20
"""Articles that are offered at a time; Telegram takes 50 and asks for more when somebody scrolls."""


def offers(desk: Desk, request: Request, offset: str = "") -> Offers:
    """Articles for `request.args`, behind an offset; without words those of the newest edition.

    What cannot be read, or finds nothing, is said in a notice. Blocks while the database works.
    """
    language = request.language
    try:
        with desk.database.read() as store:
            chat = store.chats.find(request.address)
            language = chat.language if chat else language
            return _offers(desk, store, texts_for(language), request.args.strip(), offset)
    except DigestsError as error:
        return Offers(notice=messages.error(texts_for(language), error)[0].plain)


def _offers(desk: Desk, store: Store, texts: Texts, text: str, offset: str) -> Offers:
    if not text:
        return _newest(desk, store, texts, offset)
    query = parse(text, desk.lexicon)
    found = _found(desk, store, texts, query, offset)
    if found.offers or offset:
        return found
    others = near_misses(store, desk.lexicon, query)
    if not others:
        return Offers(notice=texts.say("“{query}” does not stand in any article.", query=text))
    meant = messages.wish(texts, desk.lexicon, others[0].canonical)
    notice = texts.say("No “{query}”; this is “{meant}”.", query=text, meant=meant)
    return replace(_found(desk, store, texts, others[0], ""), more="", notice=notice)


def _found(desk: Desk, store: Store, texts: Texts, query: Query, offset: str) -> Offers:
    found = store.search.find(query, limit=ON_A_PAGE, after=read_cursor(offset) if offset else None)
    return Offers(tuple(_offer(desk, texts, each, query) for each in found.articles), found.after or "")


def _newest(desk: Desk, store: Store, texts: Texts, offset: str) -> Offers:
    edition = store.editions.newest(filled=True)
    if edition is None:
        return Offers(notice=texts.say("There is nothing to read yet."))
    begin = int(offset) if offset.isdecimal() and len(offset) < 6 else 0
    every = ordered(None, distinct(store.related.introduced(store.articles.of_edition(edition.id))))
    here = every[begin : begin + ON_A_PAGE]
    more = str(begin + ON_A_PAGE) if len(every) > begin + ON_A_PAGE else ""
    return Offers(tuple(_offer(desk, texts, entry.article) for entry in here), more)


def _offer(desk: Desk, texts: Texts, article: Article, query: Query | None = None) -> Offer:
    words = query.words if query else ()
    below = hits.in_a_line(article, words)
    return Offer(str(article.id), messages.headline(article), below, hits.shared(texts, desk.lexicon, article, words))


def listing(turn: Turn) -> Reply:
    """The same, for who writes it to the bot or in the console: each article as it would be shared."""
    found = offers(turn.desk, turn.request)
    notice = messages.text(found.notice) if found.notice else ()
    return Reply((*notice, *(offer.message for offer in found.offers[:3])))
