import feedparser
import httpx
import pytest
from lxml import etree

from bot.commands import Desk
from tests.bot.web.conftest import client
from tests.samples import HOUR, NOW, add, raw

PATHS = ["/feed", "/topics/transport/feed", "/places/330402101/feed", "/search/feed"]


@pytest.mark.parametrize("path", PATHS)
async def test_every_topic_place_and_query_has_a_feed_in_both_forms(web: httpx.AsyncClient, path: str) -> None:
    asked = {"q": "公交"} if "search" in path else {}
    atom = await web.get(f"{path}.atom", params=asked)
    assert atom.headers["content-type"] == "application/atom+xml; charset=utf-8"
    read = feedparser.parse(atom.content)
    assert not read.bozo
    json = (await web.get(f"{path}.json", params=asked)).json()
    assert json["version"] == "https://jsonfeed.org/version/1.1"
    assert [entry.id for entry in read.entries] == [item["id"] for item in json["items"]]
    assert "https://news.example/articles/1" in [entry.link for entry in read.entries]
    assert (read.feed.links[1].href, json["feed_url"]) == tuple(
        str(httpx.URL(f"https://news.example{path}.{form}", params=asked or None)) for form in ("atom", "json")
    )


async def test_an_entry_tells_the_summary_the_writer_and_the_topics(web: httpx.AsyncClient) -> None:
    entries = {entry.title: entry for entry in feedparser.parse((await web.get("/feed.atom")).content).entries}
    bus = entries["公交新增三条线路"]
    assert "公交新增三条线路，方便市民出行。" in bus.content[0].value
    assert bus.author == "冯思家"
    assert {"交通", "民生", "余新镇"} <= {tag.term for tag in bus.tags}


async def test_pages_name_their_feeds(web: httpx.AsyncClient) -> None:
    page = (await web.get("/search", params={"q": "公交"})).text
    assert 'href="https://news.example/search/feed.atom?q=%E5%85%AC%E4%BA%A4"' in page


async def test_a_query_that_cannot_be_read_is_a_bad_request(web: httpx.AsyncClient) -> None:
    answer = await web.get("/search/feed.atom", params={"q": "“没关上"})
    assert answer.status_code == 400
    assert "引号没有配对" in answer.text


async def test_what_no_xml_may_hold_is_left_out(desk: Desk) -> None:
    with desk.database.begin() as store:
        number = add(store, raw("<b>&\x0b钟\x01", "段落<i>\x02。"), "transport")
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        store.articles.assign(edition.id, [number])
    async with client(desk) as web:
        root = etree.fromstring((await web.get("/feed.atom")).content)
    titles = [title.text for title in root.iter("{http://www.w3.org/2005/Atom}title")]
    assert "<b>&钟" in titles
