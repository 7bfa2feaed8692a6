"""Sources are asked over HTTP: a feed and a newspaper site on 127.0.0.1."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from digests.errors import NotFetched
from digests.ingest.addresses import read_address
from digests.ingest.dates import Calendar
from digests.ingest.doors import Doors, Label
from digests.ingest.fetcher import Fetcher
from digests.ingest.introducing import introduce
from digests.ingest.pipeline import Pipeline
from digests.ingest.polling import LONGEST_BACK_OFF, Poller, back_off, spread
from digests.model import RawArticle, Source, SourceKind
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from tests.digests.ingest.site import Reply, Site, serving
from tests.fakes import FakeClock
from tests.samples import DAY, HOUR, NOW

ZONE = ZoneInfo("Asia/Shanghai")
HTML = {"Content-Type": "text/html; charset=utf-8"}
LONG = "昨天上午，南湖区新开的三条公交线路首日运行，沿途居民说出行方便多了，公交公司表示还会按客流调整班次。" * 4


def feed(*entries: tuple[str, str, str], day: str = "2024-11-13T06:00:00+08:00") -> Reply:
    items = "".join(
        f"<item><guid>{number}</guid><title>{title}</title><pubDate>{day}</pubDate>"
        f"<link>/articles/{number}.html</link><description>{text}</description></item>"
        for number, title, text in entries
    )
    body = f"<rss version='2.0'><channel><title>嘉禾新闻</title>{items}</channel></rss>"
    return Reply(body.encode(), headers={"Content-Type": "application/rss+xml", "ETag": f'"{len(entries)}"'})


def content(number: int) -> Reply:
    text = f"<p>{number}号线昨天开通，{LONG}</p>"
    body = f'<meta charset="utf-8"><h2 id="Title">{number}号线开通</h2><div id="ozoom">{text}</div>'
    return Reply(body.encode(), headers=HTML)


def layout(*numbers: int) -> Reply:
    links = "".join(f'<li><a href="../../../content/202411/13/content_{number}.html">x</a></li>' for number in numbers)
    body = (
        '<meta charset="utf-8"><title>嘉禾日报数字报</title><span id="layout">第01版：要闻</span>'
        f'<div id="articlelist"><ul>{links}</ul></div><div id="list"><a href="./node_01.html">第01版：要闻</a></div>'
    )
    return Reply(body.encode(), headers=HTML)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(clock=FakeClock(NOW), sleep=lambda _: None, allow_private=True)


@pytest.fixture
def poller(database: Database, lexicon: Lexicon, fetcher: Fetcher) -> Poller:
    return Poller(database, Pipeline(database, Analyzer(lexicon)), doors, fetcher, ZONE)


def doors() -> Doors:
    return Doors(Calendar(ZONE, DAY))


def add(poller: Poller, url: str, kind: SourceKind = SourceKind.FEED) -> Source:
    with poller.database.begin() as store:
        added = store.sources.add(url, "嘉禾", kind, NOW, every=30)
    assert added is not None
    return added


def only(poller: Poller) -> Source:
    with poller.database.read() as store:
        (source,) = store.sources.all()
    return source


def titles(poller: Poller) -> list[str]:
    with poller.database.read() as store:
        return [article.title for article in store.articles.unassigned()]


def test_a_feed_that_is_due_is_asked_and_what_it_has_is_stored_under_the_source_s_name(
    poller: Poller, site: Site
) -> None:
    add(poller, site.on("/rss", feed(("1", "公交开通", LONG))))
    (asked,) = poller.poll(NOW)
    assert (asked.fault, asked.ingested.new) == (None, 1)
    with poller.database.read() as store:
        (article,) = store.articles.unassigned()
    assert (article.source, article.title, article.published_on) == ("嘉禾", "公交开通", DAY)
    assert poller.poll(NOW) == []
    assert abs(only(poller).next_at - NOW - timedelta(minutes=30)) <= timedelta(minutes=3)


def test_a_feed_that_has_not_changed_is_not_read_again(poller: Poller, site: Site) -> None:
    add(poller, site.on("/rss", feed(("1", "公交开通", LONG)), Reply(status=304)))
    poller.poll(NOW)
    (asked,) = poller.poll(NOW + HOUR)
    assert (asked.fault, asked.ingested.articles) == (None, 0)
    assert site.asked[-1][1]["if-none-match"] == '"1"'


def test_an_announcement_is_read_in_full_from_its_page_once(poller: Poller, site: Site) -> None:
    page = f"<html><head><title>公交开通</title></head><body><h1>公交开通</h1><p>{LONG}</p><p>{LONG}</p></body></html>"
    site.on("/articles/1.html", Reply(page.encode(), headers=HTML))
    add(poller, site.on("/rss", feed(("1", "公交开通", "三条线路……"))))
    poller.poll(NOW)
    with poller.database.read() as store:
        (article,) = store.articles.unassigned()
    assert LONG in article.body
    (asked,) = poller.poll(NOW + HOUR)
    assert asked.ingested.articles == 0
    assert site.paths.count("/articles/1.html") == 1


def test_an_announcement_whose_page_is_gone_is_news_as_it_is(poller: Poller, site: Site) -> None:
    add(poller, site.on("/rss", feed(("1", "公交开通", "三条线路昨天开通。"))))
    assert poller.poll(NOW)[0].ingested.new == 1


def test_a_new_feed_begins_with_its_last_days_not_with_its_archive(poller: Poller, site: Site) -> None:
    old = feed(("1", "旧闻", LONG), day="2024-11-01T06:00:00+08:00")
    add(poller, site.on("/rss", old))
    assert poller.poll(NOW)[0].ingested.articles == 0


def test_a_source_that_fails_is_asked_later_and_later_and_says_why(poller: Poller, site: Site) -> None:
    source = add(poller, site.on("/rss", Reply(status=404)))
    (asked,) = poller.poll(NOW)
    assert asked.fault is not None
    failed = only(poller)
    assert (failed.failures, failed.next_at) == (1, NOW + timedelta(minutes=30))
    assert failed.last_error == "there is no such page (404)"
    assert site.url not in failed.last_error
    poller.poll(NOW + HOUR)
    assert only(poller).next_at == NOW + 2 * HOUR
    site.on("/rss", feed(("1", "公交开通", LONG)))
    assert poller.ask(source, NOW + 3 * HOUR).ingested.new == 1
    assert only(poller).failures == 0


def test_one_that_fails_does_not_stop_the_others(poller: Poller, site: Site) -> None:
    add(poller, site.on("/broken", Reply(b"<html>no feed</html>", headers=HTML)))
    add(poller, site.on("/rss", feed(("1", "公交开通", LONG))))
    asked = {one.source.url: one for one in poller.poll(NOW)}
    assert asked[site.url + "/rss"].ingested.new == 1


def test_a_day_s_edition_is_read_once_and_later_only_what_is_new(poller: Poller, site: Site) -> None:
    for number in (1, 2, 3):
        site.on(f"/pc/content/202411/13/content_{number}.html", content(number))
    url = site.on("/pc/layout/202411/13/node_01.html", layout(1, 2), layout(1, 2, 3))
    add(poller, url.replace("/13/", "/12/"), SourceKind.EPAPER)
    assert poller.poll(NOW)[0].ingested.new == 2
    (asked,) = poller.poll(NOW + HOUR)
    assert (asked.fault, asked.ingested.new, asked.ingested.known) == (None, 1, 0)
    assert titles(poller) == ["1号线开通", "2号线开通", "3号线开通"]
    assert site.paths.count("/pc/content/202411/13/content_1.html") == 1


def test_told_to_stop_it_ends_at_once_and_goes_on_next_time(
    database: Database, lexicon: Lexicon, fetcher: Fetcher, site: Site
) -> None:
    stopping = Poller(database, Pipeline(database, Analyzer(lexicon)), doors, fetcher, ZONE, lambda: True)
    add(stopping, site.on("/rss", feed(("1", "公交开通", LONG))))
    assert stopping.poll(NOW)[0].ingested.articles == 0
    assert only(stopping).next_at == NOW


def test_the_pause_doubles_up_to_a_day_and_is_at_least_what_the_server_asked_for() -> None:
    source = Source(id=1, url="u", name="n", kind=SourceKind.FEED, every=30, added_at=NOW, next_at=NOW, failures=3)
    assert back_off(source, NotFetched("u", "x")) == 4 * HOUR
    assert back_off(source, NotFetched("u", "x", wait=86_400.0)) == timedelta(days=1)
    many = Source(id=1, url="u", name="n", kind=SourceKind.FEED, every=30, added_at=NOW, next_at=NOW, failures=99)
    assert back_off(many, NotFetched("u", "x")) == LONGEST_BACK_OFF


def test_sources_of_one_interval_do_not_come_all_at_once() -> None:
    source = Source(id=1, url="u", name="n", kind=SourceKind.FEED, every=60, added_at=NOW, next_at=NOW)
    pauses = {spread(replace(source, url=f"u{number}"), NOW) for number in range(50)}
    assert len(pauses) > 40
    assert min(pauses) >= timedelta(minutes=54)
    assert max(pauses) <= timedelta(minutes=66)


def test_an_address_gives_the_whole_edition_of_the_day_asked_for(fetcher: Fetcher, site: Site) -> None:
    for number in (1, 2):
        site.on(f"/pc/content/202411/13/content_{number}.html", content(number))
    url = site.on("/pc/layout/202411/13/node_01.html", layout(1, 2))
    items = read_address(fetcher.fetch, doors(), url.replace("/13/", "/10/"), Label(published_on=DAY))
    assert [item.title for item in items if isinstance(item, RawArticle)] == ["1号线开通", "2号线开通"]


def test_an_address_that_gives_nothing_is_a_fault_among_the_items(fetcher: Fetcher, site: Site) -> None:
    (fault,) = read_address(fetcher.fetch, doors(), site.url + "/none", Label())
    assert isinstance(fault, NotFetched)


def test_a_feed_a_newspaper_site_and_a_page_that_names_its_feed_introduce_themselves(
    fetcher: Fetcher, site: Site
) -> None:
    rss = site.on("/rss", feed(("1", "公交开通", LONG)))
    paper = site.on("/pc/layout/202411/13/node_01.html", layout(1))
    link = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    home = site.on("/", Reply(f"<html><head>{link}</head><body>x</body></html>".encode(), headers=HTML))
    found = [introduce(fetcher.fetch, doors(), url) for url in (rss, paper, home)]
    assert [(one.url, one.kind, one.name) for one in found] == [
        (rss, SourceKind.FEED, "嘉禾新闻"),
        (paper, SourceKind.EPAPER, "嘉禾日报"),
        (rss, SourceKind.FEED, "嘉禾新闻"),
    ]
