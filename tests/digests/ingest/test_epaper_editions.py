from collections.abc import Callable
from datetime import date
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from digests.errors import BadDocument, InputError, NotFetched, NothingFound
from digests.ingest.epapers import read_edition
from digests.ingest.fetcher import Fetched
from digests.model.news import RawArticle
from tests.digests.ingest.site import Reply, Site

DAY = date(2024, 11, 13)
LAYOUT, CONTENT = "/paper/pc/layout/202411/13", "/paper/pc/content/202411/13"


def content_page(number: int, encoding: str = "utf-8") -> bytes:
    text = f"<p>第{number}篇的正文，几只鹭鸟栖息。</p><p>据了解，生态好了。</p>"
    return (
        f'<html><head><meta charset="{encoding}"></head><body><h2 id="Title">标题{number}</h2>'
        f'<div id="ozoom"><founder-content>{text}</founder-content></div></body></html>'
    ).encode(encoding)


def layout_page(label: str, *numbers: int) -> bytes:
    items = "".join(f'<li><a href="../../../content/202411/13/content_{number}.html">x</a></li>' for number in numbers)
    names = ("第01版：要闻", "第02版：民生", "第03版")
    pages = "".join(f'<a href="./node_0{number}.html">{name}</a>' for number, name in enumerate(names, 1))
    return (
        f'<meta charset="utf-8"><title>嘉禾日报数字报</title><span id="layout">{label}</span>'
        f'<div id="articlelist"><ul>{items}</ul></div><div id="list">{pages}</div>'
    ).encode()


SITE: dict[str, bytes] = {
    "/": b'<html><head><meta http-equiv="refresh" content="0;url=paper/index.html"></head></html>',
    "/paper/index.html": f'<script>window.location.href="{LAYOUT}/node_01.html";</script>'.encode(),
    "/loop": b"<script>location.href='/loop2'</script>",
    "/loop2": b"<script>location.href='/loop'</script>",
    "/blank": b"<html><p>under construction</p></html>",
    **{f"/hop{n}": f"<script>location.href='/hop{n + 1}'</script>".encode() for n in range(9)},
    f"{LAYOUT}/node_01.html": layout_page("第01版：要闻", 1, 2, 404),
    f"{LAYOUT}/node_02.html": layout_page("第02版：民生", 2, 3, 4, 5),
    f"{CONTENT}/content_1.html": content_page(1),
    f"{CONTENT}/content_2.html": content_page(2),
    f"{CONTENT}/content_3.html": '<meta charset="utf-8"><h2 id="Title">广告</h2><div id="ozoom"><img></div>'.encode(),
    f"{CONTENT}/content_4.html": content_page(4, "gbk"),
    f"{CONTENT}/content_5.html": b"\xff\xfe\x00\xd8\xd8\xd8 no text",
}


@pytest.fixture
def paper(site: Site) -> str:
    """The address of a paper of two pages, a third of which is missing."""
    for path, body in SITE.items():
        site.on(path, Reply(body, headers={"Content-Type": "text/html"}))
    return site.url


def fetch(url: str) -> Fetched:
    try:
        with urlopen(url, timeout=10) as answer:
            return Fetched(url=answer.url, content=answer.read(), content_type=answer.headers["Content-Type"])
    except HTTPError as error:
        error.close()
        raise NotFetched(url, f"status {error.code}") from None


def counting(asked: list[str]) -> Callable[[str], Fetched]:
    def fetch_and_count(url: str) -> Fetched:
        asked.append(url)
        return fetch(url)

    return fetch_and_count


def outcome(item: RawArticle | InputError) -> str:
    return item.title if isinstance(item, RawArticle) else type(item).__name__


WHOLE = ["NotFetched", "标题1", "标题2", "NotFetched", "NothingFound", "标题4", "BadDocument"]


@pytest.mark.parametrize(
    ("start", "day"),
    [
        (f"{LAYOUT}/node_01.html", None),
        ("/", None),
        ("/", DAY),
        ("/paper/index.html", None),
        ("/paper/pc/layout/202311/01/node_05.html", DAY),
        ("/paper/pc/content/202311/01/content_9.html?div=-1", DAY),
        (f"{CONTENT}/content_1.html", DAY),
        (f"{CONTENT}/content_1.html", None),
    ],
)
def test_a_whole_edition_is_read_from_any_of_its_addresses(paper: str, start: str, day: date | None) -> None:
    items = list(read_edition(fetch, paper + start, day))
    assert [outcome(item) for item in items] == WHOLE


def test_an_article_takes_page_paper_and_day_from_the_first_page_that_names_it(paper: str) -> None:
    articles = [item for item in read_edition(fetch, f"{paper}{LAYOUT}/node_01.html") if isinstance(item, RawArticle)]
    assert [(article.page, article.section) for article in articles] == [
        ("1", "要闻"),
        ("1", "要闻"),
        ("2", "民生"),
    ]
    assert {(article.source, article.published_on) for article in articles} == {("嘉禾日报", DAY)}
    assert articles[2].paragraphs[0] == "第4篇的正文，几只鹭鸟栖息。"
    assert articles[0].external_id == f"{paper}{CONTENT}/content_1.html"


def test_each_page_is_asked_for_once_and_only_when_its_turn_comes(paper: str) -> None:
    asked: list[str] = []
    items = read_edition(counting(asked), f"{paper}{LAYOUT}/node_01.html")
    assert asked == []
    while outcome(next(items)) != "标题1":
        pass
    assert len(asked) == 4  # three layout pages and the first article
    list(items)
    assert len(asked) == len(set(asked)) == 9


@pytest.mark.parametrize(
    ("start", "day", "error"),
    [
        (f"{LAYOUT}/node_09.html", None, NotFetched),
        (f"{LAYOUT}/node_01.html", date(2024, 11, 14), NotFetched),
        ("/blank", None, BadDocument),
        ("/loop", None, NotFetched),
        ("/hop0", None, BadDocument),
    ],
)
def test_where_the_first_page_cannot_be_had_its_error_is_raised(
    paper: str, start: str, day: date | None, error: type[InputError]
) -> None:
    with pytest.raises(error):
        next(read_edition(fetch, paper + start, day))


def test_at_most_three_pages_that_forward_are_followed(paper: str) -> None:
    asked: list[str] = []
    with pytest.raises(BadDocument, match="3 pages that lead on"):
        next(read_edition(counting(asked), f"{paper}/hop0"))
    assert len(asked) == 4


def test_a_server_that_answers_another_day_with_the_newest_edition_is_found_out() -> None:
    newest = Fetched(url=f"http://paper.example{LAYOUT}/node_01.html", content=SITE[f"{LAYOUT}/node_01.html"])
    with pytest.raises(NotFetched, match="no edition of 2024-11-14"):
        next(read_edition(lambda _: newest, f"http://paper.example{LAYOUT}/node_01.html", date(2024, 11, 14)))


def test_an_endless_paper_is_read_to_its_bounds() -> None:
    asked: list[str] = []

    def endless(url: str) -> Fetched:
        asked.append(url)
        if "/content" in url:
            raise NothingFound(url)
        first = 20 * len(asked)
        pages = "".join(f'<a href="node_{1000 + number}.html">x</a>' for number in range(first, first + 20))
        return Fetched(url=url, content=layout_page("", *range(first, first + 20)) + pages.encode())

    items = list(read_edition(endless, f"http://paper.example{LAYOUT}/node_01.html"))
    assert len(items) == 2000
    assert len(asked) == 2200
