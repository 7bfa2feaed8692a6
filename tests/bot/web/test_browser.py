"""The pages in a real browser, on a phone and on a desk, in light and dark; `make test-web` brings what it needs."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.commands import Desk
from bot.web.server import listen
from bot.web.site import site
from digests import builder
from digests.ingest import files
from digests.ingest.doors import Label
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.summarizer import Summarizer
from tests.benchmarks.archive import Press
from tests.bot.conftest import desk_of
from tests.fakes import FakeClock
from tests.httpserver import free_port
from tests.samples import DAY, HOUR, NOW, raw

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright here: make test-web installs it")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here: make test-web installs it")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: make test-web installs it")

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PAGES = ("/", "/articles/{article}", "/editions/1/livelihood", "/topics", "/topics/transport", "/places",
         "/places/330402", "/calendar", "/trends", "/search", "/search?q=公交", "/search?q=“", "/nothing")  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, lexicon: Lexicon) -> Iterator[Desk]:
    """The seed page in an edition, and four weeks before it in which less happened."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('web')}/liwen.sqlite3")
    database.migrate()
    desk = desk_of(database, lexicon, FakeClock(NOW))
    press = Press()
    desk.ingest(replace(press.article(n), published_on=DAY - timedelta(n % 20 + 8)) for n in range(40))
    builder.close_edition(database, Summarizer(), lexicon, NOW - HOUR, empty=False)
    for page in lexicon.pages:
        desk.ingest(files.read_path(desk.doors(), page.file, Label(source="南湖晚报", published_on=DAY)))
    towns = ("乍浦镇", "澉浦镇", "黄湾镇", "新仓镇")
    desk.ingest(raw(f"台风临近{town}", f"台风离{town}不到{n}百公里，渔船都回了港。") for n, town in enumerate(towns, 2))
    builder.close_edition(database, Summarizer(), lexicon, NOW, empty=False)
    yield desk
    database.close()


@pytest.fixture(scope="module")
def served(archive: Desk) -> Iterator[str]:
    """The address at which the archive's site answers."""
    address, stop = f"127.0.0.1:{free_port()}", threading.Event()

    async def serve() -> None:
        ended = asyncio.Event()
        listener = listen("LIWEN_WEB_ADDRESS", address, site(archive, burst=10_000))
        serving = asyncio.create_task(listener.serve(ended))
        await asyncio.to_thread(stop.wait)
        ended.set()
        await serving

    server = threading.Thread(target=asyncio.run, args=(serve(),))
    server.start()
    yield f"http://{address}"
    stop.set()
    server.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as tools:
        running = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@contextmanager
def opened(browser: Any, served: str, device: dict[str, Any], **more: Any) -> Iterator[Any]:
    """A page of a device; nothing may go wrong in it, and nothing be asked of another host."""
    context = browser.new_context(base_url=served, locale="zh-CN", **device, **more)
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(served) else wrong.append(asked.url))
    yield page
    assert wrong == []
    assert context.cookies() == []
    context.close()


def paths(archive: Desk) -> list[str]:
    with archive.database.read() as store:
        article = max(store.articles.of_edition(2), key=lambda article: len(article.summary.sentences))
    return [path.format(article=article.id) for path in PAGES]


def test_a_reader_finds_an_article_and_the_sentence_in_it_on_a_phone(browser: Any, served: str) -> None:
    with opened(browser, served, PHONE) as page:
        page.goto("/")
        head = page.locator(".item a", has_text="善居工程").first
        title = head.inner_text()
        head.tap()
        page.wait_for_url("**/articles/*")
        assert page.locator("h1").inner_text() in title
        sentence = page.locator(".summary li a").nth(1)
        text = sentence.inner_text()
        sentence.tap()
        marked = page.locator("mark:target")
        assert marked.inner_text() in text
        assert marked.is_visible()
        box = marked.bounding_box()
        assert 0 <= box["y"] < 844
        page.locator("nav.onward a").tap()
        page.wait_for_url("**/editions/*")


def test_what_rose_is_a_table_with_bars(browser: Any, served: str) -> None:
    with opened(browser, served, PHONE) as page:
        page.goto("/trends")
        assert page.locator(".rises tbody th a", has_text="台风").is_visible()
        bar = page.locator(".rises svg").first.bounding_box()
        assert bar["width"] > 100


def test_no_page_is_wider_than_its_device(browser: Any, served: str, archive: Desk) -> None:
    for device in (PHONE, DESKTOP, {"viewport": {"width": 320, "height": 568}}):
        with opened(browser, served, device) as page:
            for path in paths(archive)[:-1]:
                page.goto(path)
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide <= 0, (path, device)


def test_a_keyboard_is_enough(browser: Any, served: str) -> None:
    with opened(browser, served, DESKTOP) as page:
        page.goto("/")
        page.keyboard.press("Tab")
        assert page.locator(".skip").bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_search_is_typed_narrowed_and_its_faults_are_told(browser: Any, served: str) -> None:
    with opened(browser, served, PHONE) as page:
        page.goto("/")
        page.locator("input[name=q]").fill("公交")
        page.keyboard.press("Enter")
        assert page.locator("main mark").first.inner_text() == "公交"
        page.locator("input[name=q]").fill("“公交")
        page.keyboard.press("Enter")
        assert "引号没有配对" in page.locator("[role=alert]").inner_text()
        assert page.locator("input[name=q]").input_value() == "“公交"


def test_at_night_the_paper_is_dark_and_in_print_it_is_white(browser: Any, served: str) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    with opened(browser, served, PHONE, color_scheme="dark") as page:
        page.goto("/")
        assert page.evaluate(colour) == "rgb(23, 22, 20)"
    with opened(browser, served, DESKTOP) as page:
        page.goto("/")
        page.emulate_media(media="print")
        assert page.evaluate(colour) == "rgb(255, 255, 255)"
        assert not page.locator(".seek").is_visible()
        assert page.locator(".item").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_no_serious_finding(browser: Any, served: str, archive: Desk, scheme: str) -> None:
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    for device in (PHONE, DESKTOP):
        context = browser.new_context(base_url=served, locale="zh-CN", color_scheme=scheme, **device)
        page = context.new_page()
        for path in paths(archive):
            page.goto(path)
            found = axe.Axe().run(page, options=options).response["violations"]
            serious = [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")]
            assert serious == [], path
        context.close()


def test_a_page_and_its_style_are_light(browser: Any, served: str, archive: Desk) -> None:
    with opened(browser, served, PHONE) as page:
        sizes: dict[str, int] = {}
        page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
        for path in paths(archive)[:-1]:
            sizes.clear()
            page.goto(path, wait_until="networkidle")
            assert max(sizes.values()) < 50_000, path
            assert len(sizes) <= 3, path
