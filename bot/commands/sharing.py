"""What `@bot 公交` in any chat is answered with: articles to be shared, a page at a time."""

from dataclasses import replace

from bot import hits, messages
from bot.chat import Offer, Offers, Reply, Request
from bot.commands.turn import Desk, Turn
from bot.look import Look
from bot.texts import texts_for
from digests.composition import distinct, ordered
from digests.errors import DigestsError
from digests.model.news import Article
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
            texts = texts_for(language, converted=chat.converted if chat else False)
            look = Look(texts, desk.lexicon, desk.zone, web_url=desk.web_url)
            return _offers(store, look, request.args.strip(), offset)
    except DigestsError as error:
        return Offers(notice=messages.error(texts_for(language), error)[0].plain)


def _offers(store: Store, look: Look, text: str, offset: str) -> Offers:
    texts = look.texts
    if not text:
        return _newest(store, look, offset)
    query = parse(text, look.lexicon)
    found = _found(store, look, query, offset)
    if found.offers or offset:
        return found
    others = near_misses(store, look.lexicon, query)
    if not others:
        return Offers(notice=texts.say("“{query}” does not stand in any article.", query=text))
    meant = messages.wish(texts, look.lexicon, others[0].canonical)
    notice = texts.say("No “{query}”; this is “{meant}”.", query=text, meant=meant)
    return replace(_found(store, look, others[0], ""), more="", notice=notice)


def _found(store: Store, look: Look, query: Query, offset: str) -> Offers:
    found = store.search.find(query, limit=ON_A_PAGE, after=read_cursor(offset) if offset else None)
    introduced = store.related.introduced(found.articles)
    return Offers(tuple(_offer(look, each, query) for each in introduced), found.after or "")


def _newest(store: Store, look: Look, offset: str) -> Offers:
    edition = store.editions.newest(filled=True)
    if edition is None:
        return Offers(notice=look.texts.say("There is nothing to read yet."))
    begin = int(offset) if offset.isdecimal() and len(offset) < 6 else 0
    every = ordered(None, distinct(store.related.introduced(store.articles.of_edition(edition.id))))
    here = every[begin : begin + ON_A_PAGE]
    more = str(begin + ON_A_PAGE) if len(every) > begin + ON_A_PAGE else ""
    return Offers(tuple(_offer(look, entry.article) for entry in here), more)


def _offer(look: Look, article: Article, query: Query | None = None) -> Offer:
    words, title = query.words if query else (), look.texts.printed(messages.headline(article))
    return Offer(str(article.id), title, hits.in_a_line(look.texts, article, words), hits.shared(look, article, words))


def listing(turn: Turn) -> Reply:
    """The same, for who writes it to the bot or in the console: each article as it would be shared."""
    found = offers(turn.desk, turn.request)
    notice = messages.text(found.notice) if found.notice else ()
    return Reply((*notice, *(offer.message for offer in found.offers[:3])))
