"""An address gives a feed, an edition, or an article with all its pages; and it introduces itself as a source."""

import pytest

from digests.errors import BadDocument, NotFetched
from digests.ingest.addresses import read_address
from digests.ingest.doors import Label
from digests.ingest.fetcher import Fetcher
from digests.ingest.introducing import introduce
from digests.model.news import RawArticle
from digests.model.sources import SourceKind
from tests.digests.ingest.site import Reply, Site
from tests.digests.ingest.test_polling import HTML, LONG, content, doors, feed, layout
from tests.fakes import FakeClock
from tests.samples import DAY


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(clock=FakeClock(), sleep=lambda _: None, allow_private=True)


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


def test_pages_that_name_each_other_as_feeds_introduce_nothing(fetcher: Fetcher, site: Site) -> None:
    for here, there in (("/a", "/b"), ("/b", "/a")):
        link = f'<link rel="alternate" type="application/rss+xml" href="{there}">'
        site.on(here, Reply(f"<html><head>{link}</head><body>x</body></html>".encode(), headers=HTML))
    with pytest.raises(BadDocument, match="neither a feed nor a newspaper site"):
        introduce(fetcher.fetch, doors(), site.url + "/a")
    assert site.paths == ["/robots.txt", "/a", "/b"]


def part(number: int, *, onward: str = "", title: str = "公交开通") -> Reply:
    paragraphs = "".join(f"<p>第{number}页第{line}段，{LONG}</p>" for line in range(3))
    link = f'<p><a href="{onward}">下一页</a></p>' if onward else ""
    return Reply(
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{paragraphs}{link}</body></html>".encode(),
        headers=HTML,
    )


def test_an_article_in_several_pages_is_read_to_its_end(fetcher: Fetcher, site: Site) -> None:
    url = site.on("/a.html", part(1, onward="/a_2.html"))
    site.on("/a_2.html", part(2, onward="/a_3.html"))
    site.on("/a_3.html", part(3))
    (article,) = read_address(fetcher.fetch, doors(), url, Label())
    assert isinstance(article, RawArticle)
    assert [text[:6] for text in article.paragraphs] == [
        f"第{page}页第{line}段" for page in (1, 2, 3) for line in range(3)
    ]
    assert (article.url, article.truncated) == (url, False)


@pytest.mark.parametrize("behind", [part(2, title="另一篇文章"), Reply(status=404), part(2, onward="/a.html")])
def test_a_next_page_that_is_another_article_gone_or_a_circle_ends_it(
    fetcher: Fetcher, site: Site, behind: Reply
) -> None:
    url = site.on("/a.html", part(1, onward="/a_2.html"))
    site.on("/a_2.html", behind)
    (article,) = read_address(fetcher.fetch, doors(), url, Label())
    assert isinstance(article, RawArticle)
    assert article.truncated
    assert len(site.paths) == 3
