import json
import re
from dataclasses import replace

import httpx
import pytest
from lxml import html

from bot.commands import Desk
from digests.model.news import Sentence, Summary
from tests.bot.web.conftest import client
from tests.samples import HOUR, NOW, add, raw


async def page(web: httpx.AsyncClient, path: str, status: int = 200, wants: str = "") -> html.HtmlElement:
    answer = await web.get(path, headers={"Accept-Language": wants})
    assert answer.status_code == status, path
    return html.fromstring(answer.text)


def heads(found: html.HtmlElement) -> list[str]:
    return [" ".join(head.text_content().split()) for head in found.iter("h1", "h2", "h3")]


async def links(found: html.HtmlElement) -> list[str]:
    return [link for link in found.xpath("//a/@href") if link.startswith("/")]


async def test_the_front_page_is_the_newest_edition_by_topic(web: httpx.AsyncClient) -> None:
    found = await page(web, "/")
    shown = heads(found)
    assert shown[0] == "2024年11月13日 星期三 午报"
    assert {"交通", "经济", "时政", "其他"} <= {*shown, *(link.text for link in found.xpath("//nav//a"))}
    assert sorted(head for head in shown if len(head) > 6)[1:] == [
        "公交数据换来贷款",
        "公交新增三条线路",
        "领导赴余新镇调研",
    ]


async def test_every_link_of_every_page_leads_somewhere(web: httpx.AsyncClient) -> None:
    found = ["/", "/search?q=公交"]
    for path in found:
        answer = await web.get(path)
        assert answer.status_code == 200, path
        new = await links(html.fromstring(answer.text))
        # Villages are many, and languages are the same pages again.
        found += dict.fromkeys(link for link in new if link not in found and len(link) < 18 and "lang=" not in link)
    assert {"/calendar", "/trends", "/topics/transport", "/places/330402101", "/editions/1/other"} <= {*found}


async def test_the_sentences_of_the_summary_are_marked_in_the_full_text(desk: Desk) -> None:
    article = raw("两段", "开头。第一句在这里。", "第二句从这里\u3000说起。结尾。", page="03", section="本埠")
    first, second = "第一句在这里。", "第二句从这里\u3000说起。"
    with desk.database.begin() as store:
        number = add(store, article, "transport", places=("330402101",))
        sentences = tuple(Sentence(text, article.body.index(text)) for text in (first, second))
        store.articles.set_summary(number, Summary(sentences))
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        store.articles.assign(edition.id, [number])
    async with client(desk) as web:
        found = await page(web, f"/articles/{number}")
    assert [mark.text_content() for mark in found.iter("mark")] == [first, second]
    assert found.xpath("//aside//a/@href") == ["#s1", "#s2"]
    assert found.get_element_by_id("s2").text == second
    text = found.xpath("//div[@class='text']")[0]
    assert [paragraph.text_content() for paragraph in text.iter("p")] == list(article.paragraphs)
    assert "记者 冯思家" in found.text_content()
    assert "03版 本埠" in found.text_content()


async def test_an_article_names_its_copies_and_its_story(desk: Desk) -> None:
    with desk.database.begin() as store:
        first = add(store, raw("开工了"))
        second = add(store, raw("通车了"), follows=first)
        copy = add(store, raw("通车了", source="乙报"), duplicate_of=second)
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        store.articles.assign(edition.id, [first, second, copy])
    async with client(desk) as web:
        found = await page(web, f"/articles/{second}")
        later = await page(web, f"/articles/{first}")
    assert {f"/articles/{first}", f"/articles/{copy}"} <= {*await links(found)}
    assert {"前情", "别家报道"} <= {*heads(found)}
    assert f"/articles/{second}" in await links(later)


async def test_what_waits_for_its_edition_is_shown_nowhere(desk: Desk) -> None:
    with desk.database.begin() as store:
        waits = add(store, raw("还没出版的公交新闻"), "transport", places=("330402101",))
    async with client(desk) as web:
        await page(web, f"/articles/{waits}", 404)
        for path in ("/", "/topics/transport", "/places/330402101", "/search?q=公交", "/feed.atom", "/feed.json"):
            assert "还没出版" not in (await web.get(path)).text, path


async def test_an_article_that_was_taken_back_is_gone_and_stands_in_no_list(desk: Desk) -> None:
    with desk.database.begin() as store:
        store.articles.retract(1, NOW)
    async with client(desk) as web:
        found = await page(web, "/articles/1", 410)
        assert "编辑已撤回这篇报道" in found.text_content()
        for path in ("/", "/topics/transport", "/places/330402101", "/search?q=公交", "/feed.atom", "/editions/1"):
            assert "公交新增三条线路" not in (await web.get(path)).text, path


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/articles/0", "/articles/999999999999999999999", f"/editions/{'9' * 5000}",
     "/editions/77", "/topics/nonsense", "/places/99",
     "/calendar/2024-13", "/calendar/1999-01", "/editions/1/nonsense", "/editions/1/transport?page=9",
     "/editions/1/transport?page=x", "/topics/transport?after=x", "/topics/nonsense/feed.atom", "/places/1/feed.json"],
)  # fmt: skip
async def test_addresses_that_lead_nowhere_say_so_kindly(web: httpx.AsyncClient, path: str) -> None:
    found = await page(web, path, 404)
    assert "没有这一页" in found.text_content()
    assert found.xpath("//main//a/@href") == ["/"]


async def test_a_search_marks_its_hits_and_can_be_narrowed(web: httpx.AsyncClient) -> None:
    found = await page(web, "/search?q=公交")
    assert {mark.text for mark in found.iter("mark")} == {"公交"}
    assert "找到 2 篇" in found.text_content()
    narrowed = [link for link in found.xpath("//details//a/@href") if "topic%3Atransport" in link]
    assert heads(await page(web, narrowed[0]))[-1] == "公交新增三条线路"


async def test_a_query_that_cannot_be_read_is_answered_as_in_chat(web: httpx.AsyncClient) -> None:
    found = await page(web, "/search?q=公交 “没关上")
    assert "引号没有配对" in found.xpath("//*[@role='alert']")[0].text
    assert found.xpath("//input[@name='q']/@value") == ["公交 “没关上"]


async def test_long_lists_turn_their_pages(desk: Desk) -> None:
    with desk.database.begin() as store:
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        ids = [add(store, raw(f"地铁第{n}号线", f"第{n}号线开工，全长{n}公里。"), "tech") for n in range(45)]
        store.articles.assign(edition.id, ids)
    async with client(desk, burst=1000) as web:
        for path in ("/topics/tech", "/search?q=地铁", f"/editions/{edition.id}/tech"):
            seen, address = [], path
            while address:
                found = await page(web, address)
                seen += [link for link in found.xpath("//main//article//a/@href") if link.startswith("/articles/")]
                onward = found.xpath("//a[@rel='next']/@href")
                address = onward[0] if onward else ""
            assert len(seen) == len(set(seen)) == 45, path
        assert "全部 45 篇" in (await web.get("/")).text


async def test_the_calendar_shows_the_editions_of_a_month(web: httpx.AsyncClient) -> None:
    found = await page(web, "/calendar/2024-11")
    (link,) = found.xpath("//table//a")
    assert (link.get("href"), link.get("aria-label")) == ("/editions/1", "2024年11月13日 星期三 午报, 共 4 篇")
    assert found.xpath("count(//tbody/tr)") == 5


async def test_pages_speak_the_reader_s_language(web: httpx.AsyncClient) -> None:
    taiwan = await page(web, "/", wants="zh-TW,zh;q=0.9,en;q=0.8")
    assert taiwan.get("lang") == "zh-Hant"
    english = await page(web, "/?lang=en", wants="zh-CN")
    assert english.get("lang") == "en"
    assert all("lang=en" in link for link in english.xpath("//main//a/@href") if link.startswith("/"))
    assert (await page(web, "/?lang=klingon")).get("lang") == "zh-Hans"


async def test_machines_are_told_what_an_article_is(web: httpx.AsyncClient) -> None:
    found = await page(web, "/articles/1")
    [script] = list(found.iter("script"))
    described = json.loads(script.text)
    assert (described["@type"], described["headline"]) == ("NewsArticle", "公交新增三条线路")
    assert described["url"] == "https://news.example/articles/1"
    assert described["author"] == [{"@type": "Person", "name": "冯思家"}]
    assert found.xpath("//meta[@property='og:title']/@content") == ["公交新增三条线路"]
    assert found.xpath("//link[@rel='canonical']/@href") == ["https://news.example/articles/1"]


async def test_nothing_that_a_paper_or_a_reader_writes_becomes_markup(desk: Desk) -> None:
    evil = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    article = raw(
        evil, f"{evil}。", f"{evil}又一段。", source=evil, reporters=(evil,), page=evil, url="https://e.example/"
    )
    with desk.database.begin() as store:
        number = add(store, article, "transport")
        store.articles.set_summary(number, Summary((Sentence(f"{evil}。", 0),)))
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        store.articles.assign(edition.id, [number])
    async with client(desk) as web:
        for path in ("/", f"/articles/{number}", "/topics/transport", "/search"):
            answer = await web.get(path, params={"q": evil} if path == "/search" else {})
            found = html.fromstring(answer.text)
            assert not found.xpath("//img"), path
            assert {script.get("type") for script in found.iter("script")} <= {"application/ld+json"}
            assert answer.text.count("<script") == len(list(found.iter("script"))), path


async def test_a_page_stays_small_however_much_an_edition_holds(desk: Desk) -> None:
    with desk.database.begin() as store:
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        for n in range(300):
            article = raw(f"第{n}条：" + "新闻标题很长很长" * 3, f"{n}" + "句子也不短，说了不少事情" * 8 + "。")
            number = add(store, article, ("transport", "economy", "tech", "sports", "health")[n % 5])
            store.articles.set_summary(number, Summary((Sentence(article.body, 0),)))
            store.articles.assign(edition.id, [number])
    async with client(desk) as web:
        for path in ("/", f"/editions/{edition.id}/tech", "/topics/tech", "/search?q=句子"):
            assert len((await web.get(path)).content) < 50_000, path


async def test_an_empty_archive_says_so(empty_desk: Desk) -> None:
    async with client(empty_desk) as web:
        for path in ("/", "/calendar", "/trends", "/topics", "/places"):
            await page(web, path)
        assert "还没有出过一期" in (await page(web, "/")).text_content()


async def test_an_address_that_is_not_a_web_page_s_is_no_link(desk: Desk) -> None:
    with desk.database.begin() as store:
        number = add(store, replace(raw("恶意链接"), url="javascript:alert(1)"))
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        store.articles.assign(edition.id, [number])
    async with client(desk) as web:
        assert not re.search(r'href="javascript:', (await web.get(f"/articles/{number}")).text)
