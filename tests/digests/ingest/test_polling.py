"""Sources are asked over HTTP: a feed and a newspaper site on 127.0.0.1."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digests.errors import NotFetched
from digests.ingest.dates import Calendar
from digests.ingest.doors import Doors
from digests.ingest.fetcher import Fetched, Fetcher
from digests.ingest.pipeline import Pipeline
from digests.ingest.polling import EMPTY_FOR, LEASE, LONGEST, LONGEST_BACK_OFF, Asked, Poller, back_off, spread
from digests.model.sources import Source, SourceKind
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from tests.digests.ingest.site import Reply, Site
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
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def fetcher(clock: FakeClock) -> Fetcher:
    return Fetcher(clock=clock, sleep=lambda _: None, allow_private=True)


@pytest.fixture
def poller(database: Database, lexicon: Lexicon, fetcher: Fetcher, clock: FakeClock) -> Poller:
    return Poller(database, Pipeline(database, Analyzer(lexicon)), doors, fetcher, ZONE, clock)


def poll(poller: Poller, *, hours: int = 0) -> list[Asked]:
    """What the sources give so many hours after NOW."""
    assert isinstance(poller.clock, FakeClock)
    poller.clock.now = NOW + hours * HOUR
    return poll_due(poller)


def poll_due(poller: Poller) -> list[Asked]:
    with poller.database.read() as store:
        due = store.sources.due(poller.clock())
    return [asked for source_id, _ in due if (asked := poller.poll(source_id)) is not None]


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
    (asked,) = poll(poller)
    assert (asked.fault, asked.ingested.new) == (None, 1)
    with poller.database.read() as store:
        (article,) = store.articles.unassigned()
    assert (article.source, article.title, article.published_on) == ("嘉禾", "公交开通", DAY)
    assert poll(poller) == []
    assert abs(only(poller).next_at - NOW - timedelta(minutes=30)) <= timedelta(minutes=3)


def test_a_feed_that_has_not_changed_is_not_read_again(poller: Poller, site: Site) -> None:
    add(poller, site.on("/rss", feed(("1", "公交开通", LONG)), Reply(status=304)))
    poll(poller)
    (asked,) = poll(poller, hours=1)
    assert (asked.fault, asked.ingested.articles) == (None, 0)
    assert site.asked[-1][1]["if-none-match"] == '"1"'


def test_an_announcement_is_read_in_full_from_its_page_once(poller: Poller, site: Site) -> None:
    page = f"<html><head><title>公交开通</title></head><body><h1>公交开通</h1><p>{LONG}</p><p>{LONG}</p></body></html>"
    site.on("/articles/1.html", Reply(page.encode(), headers=HTML))
    add(poller, site.on("/rss", feed(("1", "公交开通", "三条线路……"))))
    poll(poller)
    with poller.database.read() as store:
        (article,) = store.articles.unassigned()
    assert LONG in article.body
    (asked,) = poll(poller, hours=1)
    assert asked.ingested.articles == 0
    assert site.paths.count("/articles/1.html") == 1


def test_an_announcement_whose_page_is_gone_is_news_as_it_is(poller: Poller, site: Site) -> None:
    add(poller, site.on("/rss", feed(("1", "公交开通", "三条线路昨天开通。"))))
    assert poll(poller)[0].ingested.new == 1


def test_a_new_feed_begins_with_its_last_days_not_with_its_archive(poller: Poller, site: Site) -> None:
    old = feed(("1", "旧闻", LONG), day="2024-11-01T06:00:00+08:00")
    add(poller, site.on("/rss", old))
    assert poll(poller)[0].ingested.articles == 0


def test_a_source_that_fails_is_asked_later_and_later_and_says_why(poller: Poller, site: Site) -> None:
    add(poller, site.on("/rss", Reply(status=404)))
    (asked,) = poll(poller)
    assert asked.fault is not None
    failed = only(poller)
    assert (failed.failures, failed.next_at) == (1, NOW + timedelta(minutes=30))
    assert failed.last_error == "there is no such page (404)"
    assert site.url not in failed.last_error
    poll(poller, hours=1)
    assert only(poller).next_at == NOW + 2 * HOUR
    site.on("/rss", feed(("1", "公交开通", LONG)))
    assert poll(poller, hours=3)[0].ingested.new == 1
    assert only(poller).failures == 0


def test_one_that_fails_does_not_stop_the_others(poller: Poller, site: Site) -> None:
    add(poller, site.on("/broken", Reply(b"<html>no feed</html>", headers=HTML)))
    add(poller, site.on("/rss", feed(("1", "公交开通", LONG))))
    asked = {one.source.url: one for one in poll(poller)}
    assert asked[site.url + "/rss"].ingested.new == 1


def test_entries_without_a_date_are_news_only_once_a_source_has_answered(poller: Poller, site: Site) -> None:
    old, new = ("1", "公交旧闻", LONG), ("2", "图书馆开馆", LONG)
    add(poller, site.on("/rss", feed(old, day=""), feed(old, new, day="")))
    poll(poller)
    poll(poller, hours=1)
    with poller.database.read() as store:
        found = {article.id: article.title for article in store.articles.unassigned()}
        assert [found[number] for number in store.alerts.waiting(10)] == ["图书馆开馆"]
    assert sorted(found.values()) == ["公交旧闻", "图书馆开馆"]


def test_a_day_s_edition_is_read_once_and_later_only_what_is_new(poller: Poller, site: Site) -> None:
    for number in (1, 2, 3):
        site.on(f"/pc/content/202411/13/content_{number}.html", content(number))
    url = site.on("/pc/layout/202411/13/node_01.html", layout(1, 2), layout(1, 2, 3))
    add(poller, url.replace("/13/", "/12/"), SourceKind.EPAPER)
    assert poll(poller)[0].ingested.new == 2
    (asked,) = poll(poller, hours=1)
    assert (asked.fault, asked.ingested.new, asked.ingested.known) == (None, 1, 0)
    assert titles(poller) == ["1号线开通", "2号线开通", "3号线开通"]
    assert site.paths.count("/pc/content/202411/13/content_1.html") == 1


def replaced(poller: Poller, **more: object) -> Poller:
    return replace(poller, **more)  # type: ignore[arg-type]


def test_told_to_stop_before_it_begins_it_asks_nothing(poller: Poller, site: Site) -> None:
    add(poller, site.on("/rss", feed(("1", "公交开通", LONG))))
    assert poll_due(replaced(poller, stopping=lambda: True)) == []
    assert (site.asked, only(poller).next_at) == ([], NOW)


def test_told_to_stop_in_the_middle_it_reads_the_feed_anew_the_next_time(poller: Poller, site: Site) -> None:
    add(poller, site.on("/rss", feed(("1", "公交开通", LONG), ("2", "图书馆开馆", LONG))))
    stopping = replaced(poller, stopping=lambda: "/rss" in site.paths)
    assert poll_due(stopping)[0].ingested.articles == 0
    assert (only(poller).etag, only(poller).next_at) == ("", NOW)
    poll(poller)
    assert "if-none-match" not in site.asked[-1][1]
    assert titles(poller) == ["公交开通", "图书馆开馆"]


def test_told_to_stop_among_an_edition_s_pages_it_asks_for_no_more_of_them(poller: Poller, site: Site) -> None:
    url = site.on("/pc/layout/202411/13/node_01.html", layout(1, 2, 3))
    add(poller, url, SourceKind.EPAPER)
    poll_due(replaced(poller, stopping=lambda: url.removeprefix(site.url) in site.paths))
    assert site.paths == ["/robots.txt", "/pc/layout/202411/13/node_01.html"]
    assert (only(poller).failures, only(poller).next_at) == (0, NOW)


def test_a_server_that_drips_holds_a_source_no_longer_than_its_time(
    poller: Poller, site: Site, clock: FakeClock
) -> None:
    honest = poller.fetcher
    for number in range(20):
        site.on(f"/pc/content/202411/13/content_{number}.html", content(number))
    add(poller, site.on("/pc/layout/202411/13/node_01.html", layout(*range(20))), SourceKind.EPAPER)

    class Dripping:
        def fetch(self, url: str, **more: str) -> Fetched:
            clock.now += LONGEST / 16
            return honest.fetch(url, **more)

    (asked,) = poll_due(replaced(poller, fetcher=Dripping()))
    assert (asked.fault, asked.ingested.unread) == (None, 0)
    assert 10 <= len(titles(poller)) <= 16
    assert only(poller).next_at > clock.now
    poll(poller, hours=2)
    assert len(titles(poller)) == 20


def test_a_claim_is_renewed_while_requests_go_out_and_lost_soon_after_a_kill(
    poller: Poller, site: Site, clock: FakeClock
) -> None:
    seen: list[datetime] = []
    honest = poller.fetcher

    class Watched:
        def fetch(self, url: str, **more: str) -> Fetched:
            seen.append(only(poller).next_at)
            clock.now += LEASE * 0.8
            return honest.fetch(url, **more)

    for number in (1, 2):
        site.on(f"/pc/content/202411/13/content_{number}.html", content(number))
    add(poller, site.on("/pc/layout/202411/13/node_01.html", layout(1, 2)), SourceKind.EPAPER)
    poll_due(replaced(poller, fetcher=Watched()))
    assert seen == [NOW + LEASE, NOW + 1.8 * LEASE, NOW + 2.6 * LEASE]


def test_a_paper_that_is_not_there_yet_is_no_failure_and_is_asked_for_as_often_as_ever(
    poller: Poller, site: Site
) -> None:
    site.on("/pc/content/202411/13/content_1.html", content(1))
    add(poller, site.on("/pc/layout/202411/13/node_01.html", layout(1)), SourceKind.EPAPER)
    assert poll(poller)[0].ingested.new == 1
    for hours in range(10, 24):  # the next day has begun in the paper's zone
        poll(poller, hours=hours)
        assert only(poller).failures == 0
        assert only(poller).next_at < NOW + (hours + 1) * HOUR


def test_an_address_that_never_gave_an_edition_fails(poller: Poller, site: Site) -> None:
    add(poller, site.url + "/pc/layout/202411/13/node_01.html", SourceKind.EPAPER)
    (asked,) = poll(poller)
    assert "no edition of 2024-11-13 there: there is no such page (404)" in str(asked.fault)
    assert only(poller).failures == 1


def test_a_page_with_an_advert_is_no_fault_and_is_asked_for_again_hours_later(poller: Poller, site: Site) -> None:
    advert = "/pc/content/202411/13/content_2.html"
    empty = "<meta charset='utf-8'><h2 id='Title'>广告</h2><div id='ozoom'></div>"
    site.on(advert, Reply(empty.encode(), headers=HTML))
    site.on("/pc/content/202411/13/content_1.html", content(1))
    add(poller, site.on("/pc/layout/202411/13/node_01.html", layout(1, 2)), SourceKind.EPAPER)
    (asked,) = poll(poller)
    assert (asked.ingested.new, asked.ingested.unread, asked.ingested.furniture) == (1, 0, 1)
    poll(poller, hours=1)
    assert site.paths.count(advert) == 1
    site.on(advert, content(2))
    assert poll(poller, hours=EMPTY_FOR // HOUR + 1)[0].ingested.new == 1


def test_a_fault_of_ours_fails_its_source_alone(poller: Poller, site: Site) -> None:
    for number in range(6):
        add(poller, site.on(f"/rss{number}", feed((str(number), f"{number}号线开通", LONG))))
    honest = poller.fetcher

    class Faulty:
        def fetch(self, url: str, **more: str) -> Fetched:
            if not url.endswith("/rss5"):
                raise IndexError("a fault of ours")
            return honest.fetch(url, **more)

    asked = poll_due(replaced(poller, fetcher=Faulty()))
    reasons = Counter(str(one.fault) for one in asked)
    assert reasons == {"None": 1, "嘉禾: a fault of ours (IndexError), the log has more": 5}
    assert titles(poller) == ["5号线开通"]


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


def test_a_feed_that_gives_its_entries_new_ids_at_each_asking_brings_them_once(poller: Poller, site: Site) -> None:
    url = site.on("/rss", *(feed((f"session-{number}", "公交开通", LONG)) for number in range(3)))
    add(poller, url)
    for hours in range(3):
        poll(poller, hours=hours)
    assert titles(poller) == ["公交开通"]


def test_an_announcement_whose_host_wants_to_be_left_alone_waits_for_its_text(poller: Poller, site: Site) -> None:
    page = f"<html><head><title>公交开通</title></head><body><h1>公交开通</h1><p>{LONG}</p><p>{LONG}</p></body></html>"
    busy = Reply(status=503, headers={"Retry-After": "600"})
    site.on("/articles/1.html", busy, Reply(page.encode(), headers=HTML))
    add(poller, site.on("/rss", feed(("1", "公交开通", "三条线路……"))))
    assert poll(poller)[0].ingested.articles == 0
    assert only(poller).etag == ""
    assert poll(poller, hours=1)[0].ingested.new == 1
    with poller.database.read() as store:
        assert LONG in store.articles.unassigned()[0].body


def test_an_announcement_of_another_day_waits_for_nothing(poller: Poller, site: Site) -> None:
    site.on("/articles/1.html", Reply(status=503, headers={"Retry-After": "600"}))
    add(poller, site.on("/rss", feed(("1", "公交开通", "三条线路……"), day="2024-11-12T06:00:00+08:00")))
    assert poll(poller)[0].ingested.new == 1
