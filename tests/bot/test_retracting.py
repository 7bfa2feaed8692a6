"""A retracted article is gone from every place where it could be read, and back in all of them when that is undone."""

from collections.abc import Callable

import pytest

from bot.chat import Reply
from bot.commands import COMMANDS, Desk
from bot.commands.reading import composition
from bot.letters import as_html, as_markdown, letter
from bot.look import Look
from bot.texts import texts_for
from bot.web.site import FEEDS, PAGES
from digests import amending, builder
from digests.alerting import Alerting
from digests.model.news import Act
from digests.query import parse
from digests.rising import week
from digests.seeds import Lexicon
from digests.storage import Database, Store
from digests.text.analyzer import Analyzer
from digests.text.summarizer import Summarizer
from tests.bot.asking import ME, ask, buttons, follow, said
from tests.bot.conftest import SHANGHAI, desk_of
from tests.bot.shell import Liwen
from tests.bot.web.conftest import client
from tests.fakes import FakeClock
from tests.samples import DAY, HOUR, NOW, add, raw

GONE = "新增三条线路"
"""What stands in the article that is retracted, and nowhere else."""
CHAT = {
    "today": ("/today", "/today 交通"),
    "digest": ("/digest 2024-11-13", "/digest 2024-11-13 交通"),
    "search": ("/search 公交", "/search topic:交通"),
    "card": ("/card",),
    "follow": ("/follow 公交",),
    "more": ("/more 1 topic:transport", "/more 1"),
    "read": ("/read 1",),
    "saved": ("/saved",),
    "save": ("/save 1",),
    "inline": ("/inline 公交", "/inline"),
    "export": ("/export",),
}
"""Lines that tell of it, by their commands."""
SILENT = {
    *("start", "trends", "topics", "places", "unfollow", "list", "settings", "time", "days", "weekly", "quiet", "tz"),
    *("taste", "style", "pause", "resume", "lang", "channels", "done", "import", "forget", "privacy", "about", "help"),
    *("setup", "near", "nothing", "back", "unsave", "wish"),
}
"""Commands that tell of no article, or only of what others tell; what these rest on is tried below."""
PATHS = {
    "/": "/",
    "/editions/{number:number}": "/editions/1",
    "/editions/{number:number}/{slug}": "/editions/1/transport",
    "/articles/{number:number}": "/articles/1",
    "/topics/{slug}": "/topics/transport",
    "/places/{code}": "/places/330402101",
    "/search": "/search?q=公交",
    "/feed": "/feed.atom",
    "/topics/{slug}/feed": "/topics/transport/feed.atom",
    "/places/{code}/feed": "/places/330402101/feed.atom",
    "/search/feed": "/search/feed.atom?q=公交",
}
"""Pages that tell of it, by their routes; the others are pictures, lists of days, topics and places, and trends."""


def shown(reply: Reply) -> str:
    pictures = [message.picture.alt for message in reply.messages if message.picture]
    document = reply.document.content.decode() if reply.document else ""
    return "\n".join([*(message.plain for message in reply.messages), *pictures, document, *buttons(reply)])


def retract(desk: Desk, number: int = 1) -> None:
    with desk.database.begin() as store:
        article = amending.begin(store, number)
        assert article is not None
        amending.retract(store, article, "人物有误。", NOW)


def restore(desk: Desk, number: int = 1) -> None:
    with desk.database.begin() as store:
        article = amending.begin(store, number)
        assert article is not None
        assert amending.take_back(store, desk.analyzer, article, Act.RETRACTED, NOW)


def test_every_command_is_known_to_tell_of_articles_or_not() -> None:
    assert {command.name for command in COMMANDS if not command.admins_only} == CHAT.keys() | SILENT


def test_every_page_is_known_to_tell_of_articles_or_not() -> None:
    silent = {"/editions/{number:number}/card.png", "/calendar", "/calendar/{month}", "/topics", "/places", "/trends"}
    assert PAGES.keys() | FEEDS.keys() == PATHS.keys() | silent | {"/trends.png"}


def told(desk: Desk) -> set[str]:
    """The lines of CHAT whose answers hold what stands in the article."""
    return {line for lines in CHAT.values() for line in lines if GONE in shown(ask(desk, line))}


def test_nothing_that_is_said_in_chat_tells_of_a_retracted_article(desk: Desk) -> None:
    follow(desk, "topic:transport")
    ask(desk, "/save 1")
    before = told(desk)
    assert {
        "/today",
        "/digest 2024-11-13",
        "/search 公交",
        "/card",
        "/read 1",
        "/saved",
        "/inline",
        "/export",
    } <= before
    retract(desk)
    assert told(desk) == set()
    assert "这篇报道已撤回。人物有误。" in said(desk, "/read 1")
    assert "这篇报道已撤回。人物有误。" in said(desk, "/save 1")
    assert "（已撤回）" in said(desk, "/saved")
    restore(desk)
    assert told(desk) == before


async def pages_with_it(desk: Desk) -> set[str]:
    async with client(desk, burst=1000) as web:
        answers = {path: await web.get(path) for path in PATHS.values()}
    assert {answer.status_code for answer in answers.values()} <= {200, 410}
    return {path for path, answer in answers.items() if GONE in answer.text}


async def test_no_page_and_no_feed_tells_of_a_retracted_article_and_its_own_answers_410(desk: Desk) -> None:
    assert await pages_with_it(desk) == set(PATHS.values())
    retract(desk)
    assert await pages_with_it(desk) == set()
    async with client(desk) as web:
        assert (await web.get("/articles/1")).status_code == 410
    restore(desk)
    assert await pages_with_it(desk) == set(PATHS.values())


LOOKS: dict[str, Callable[[Store, Lexicon], object]] = {
    "editions": lambda store, _: store.articles.of_editions(1, 1),
    "search": lambda store, lexicon: store.search.find(parse("公交", lexicon)).articles,
    "best": lambda store, lexicon: store.search.find(parse("公交", lexicon), order="best").articles,
    "texts": lambda store, lexicon: store.search.texts(parse("公交", lexicon), 10),
    "published": lambda store, _: store.published.newest(10),
    "stories": lambda store, _: store.published.stories(DAY, DAY, 10),
    "digests": lambda store, _: store.digests.of_edition(1),
    "standing": lambda store, _: store.articles.standing(1),
}


@pytest.mark.parametrize("look", LOOKS)
def test_no_look_into_the_archive_finds_a_retracted_article(desk: Desk, lexicon: Lexicon, look: str) -> None:
    with desk.database.begin() as store:
        store.digests.add(1, {"topic:transport": [1]})
    with desk.database.read() as store:
        assert GONE in str(LOOKS[look](store, lexicon))
    retract(desk)
    with desk.database.read() as store:
        assert GONE not in str(LOOKS[look](store, lexicon))


def test_counts_and_trends_leave_it_out(desk: Desk, lexicon: Lexicon) -> None:
    retract(desk)
    with desk.database.read() as store:
        assert store.search.count(parse("公交", lexicon)) == 1
        assert store.published.tally(DAY, DAY).stories == 3
        assert "transport" not in store.search.facets(parse("公交", lexicon)).topics
        assert week(store, Analyzer(lexicon), DAY).stories == 3


def test_the_trends_of_an_edition_are_found_anew_when_something_is_retracted(desk: Desk) -> None:
    def stories() -> int:
        with desk.database.read() as store:
            found = desk.trending.newest(store)
        assert found is not None
        return found.stories

    assert stories() == 4
    retract(desk)
    assert stories() == 3


def test_letters_leave_it_out(desk: Desk) -> None:
    retract(desk)
    with desk.database.read() as store:
        edition = store.editions.newest()
        assert edition is not None
        made = letter(Look(texts_for(""), desk.lexicon, SHANGHAI), edition, composition(store, desk.lexicon, (), 1, 1))
    assert GONE not in as_html(made) + as_markdown(made)


def test_the_other_papers_version_of_a_retracted_article_stands_for_itself(
    desk: Desk, story_of_two_papers: tuple[int, int]
) -> None:
    first, again = story_of_two_papers
    retract(desk, first)
    with desk.database.read() as store:
        found = store.articles.get(again)
        assert found is not None
        [introduced] = store.related.introduced([found])
        assert introduced.also_in == ()
        assert store.related.versions(introduced) == []
        assert again in [article.id for article in store.published.newest(10)]
    assert "南湖晚报" not in said(desk, "/search 公交夜班线")
    assert "嘉兴日报" in said(desk, "/search 公交夜班线")


def test_an_article_retracted_before_its_edition_waits_for_the_next_one(database: Database, lexicon: Lexicon) -> None:
    desk = desk_of(database, lexicon, FakeClock())
    with database.begin() as store:
        number = add(store, raw(), "transport")
    retract(desk, number)
    close(database, lexicon, 1)
    assert said(desk, "/today").startswith("还没有报道可看")
    restore(desk, number)
    close(database, lexicon, 2)
    assert GONE in said(desk, "/today")


def close(database: Database, lexicon: Lexicon, hours: int) -> None:
    builder.close_edition(database, Summarizer(), lexicon, NOW + hours * HOUR, empty=True)


def test_nobody_is_alerted_of_what_was_retracted_before(database: Database, lexicon: Lexicon) -> None:
    desk = desk_of(database, lexicon, FakeClock())
    follow(desk, "公交")
    with database.begin() as store:
        chat = store.chats.find(ME)
        assert chat is not None
        [wish] = store.subscriptions.of(chat.id)
        store.subscriptions.set_alerts(wish, NOW - HOUR)
        number = add(store, raw())
    retract(desk, number)
    assert Alerting(database, lexicon, SHANGHAI, 5).alert([number], NOW) == 0


def test_old_buttons_say_that_it_was_retracted_and_the_way_back_tells_it_no_more(desk: Desk) -> None:
    ask(desk, "/start")
    [digest] = ask(desk, "/today").messages
    opened = ask(desk, "/read 1", pressed=True, shown=digest)
    back = buttons(opened)["返回"]
    retract(desk)
    assert "已撤回" in shown(ask(desk, "/read 1 from:1 page:1", pressed=True, shown=opened.messages[0]))
    assert GONE not in shown(ask(desk, f"/{back}", pressed=True, shown=opened.messages[0]))
    restore(desk)
    assert GONE in shown(ask(desk, f"/{back}", pressed=True, shown=opened.messages[0]))


def test_on_the_command_line_it_is_asked_first_and_taken_back(liwen: Liwen) -> None:
    liwen("ingest", "-", stdin="公交新增三条线路\n\n南湖区公交新增三条线路，方便市民出行，沿途居民昨天试乘。\n")
    assert GONE in liwen("search", "公交").out
    refused = liwen("retract", "1", "人物有误。", stdin="n\n")
    assert (refused.status, "messages to edit: 0" in refused.out) == (1, True)
    assert GONE in liwen("search", "公交").out
    assert liwen("retract", "1", "人物有误。", "--yes").out.endswith("done\n")
    assert GONE not in liwen("search", "公交").out
    assert liwen("amend").out.split("\t")[2:4] == ["retracted", "人物有误。"]
    assert liwen("retract", "1", "--undo", stdin="y\n").status == 0
    assert GONE in liwen("search", "公交").out


@pytest.mark.parametrize("line", ["retract 99 --yes", "amend 1 fly --yes", "amend 1 note --yes", "retract x"])
def test_what_cannot_be_done_is_one_clear_line(liwen: Liwen, line: str) -> None:
    ended = liwen(*line.split())
    assert ended.status == 2
    assert len(ended.err.splitlines()) == 1
