import contextlib
import os
import pty
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from digests.storage import Database
from digests.storage.migrations import HEAD
from tests import ROOT
from tests.bot.shell import Liwen, jsonl, lines
from tests.samples import follow

TOKEN = "123456789:" + "A" * 35
BUS = "南湖区公交新增三条线路，方便市民出行。\n线路下月开通，经过余新镇。"
HOSPITAL = "市第一医院昨天开设夜间门诊，方便患者就医。"
SUMMARY = (
    "new {new}, known {known}, revised 0, near-duplicates 0, follow-ups 0, "
    "noise lines dropped {noise}, not read {unread}\n"
)

ARTICLES: list[dict[str, object]] = [
    {
        "id": "a1",
        "title": "公交新增三条线路",
        "text": "南湖区公交新增三条线路，方便市民出行。\n线路下月开通，经过余新镇。",
        "date": "2024-11-13",
    },
    {"id": 7, "title": "医院开设夜间门诊", "text": "市第一医院昨天开设夜间门诊，方便患者就医。", "source": "嘉兴日报"},
]


def test_pages_prints_the_articles_of_the_seed_page(liwen: Liwen, seed_page: Path) -> None:
    done = liwen("pages", seed_page)
    assert done.status == 0
    golden = (ROOT / "tests/golden/seed_articles.jsonl").read_text(encoding="utf-8")
    assert lines(done.out) == lines(golden)


def test_pages_reads_standard_input_and_gb18030(liwen: Liwen, seed_page: Path) -> None:
    text = seed_page.read_text(encoding="utf-8")
    assert liwen("pages", "-", stdin=text.encode("gb18030")).out == liwen("pages", seed_page).out


def test_pages_explains_each_line(liwen: Liwen, seed_page: Path) -> None:
    done = liwen("pages", "--explain", seed_page)
    assert "扫码下载读嘉APP" in done.out
    assert all(len(line.split("\t")) == 4 for line in done.out.splitlines())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not a text file"),
        (b" \n\n ", "the page is empty"),
        ("扫码下载读嘉APP\n".encode(), "no article found"),
    ],
)
def test_a_bad_page_is_one_clear_line(liwen: Liwen, tmp_path: Path, content: bytes, said: str) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(content)
    for command in ("pages", "ingest"):
        done = liwen(command, bad)
        assert done.status == 1
        assert said in done.err
        assert done.err.count("\n") == 1


def test_a_file_that_is_not_there_is_bad_use(liwen: Liwen) -> None:
    for command in ("pages", "ingest"):
        done = liwen(command, "nothing.txt")
        assert (done.status, done.err) == (2, "liwen: nothing.txt: no such file or directory\n")


def test_one_bad_file_does_not_stop_the_others(liwen: Liwen, tmp_path: Path, seed_page: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_bytes(b"\0")
    (tmp_path / "in" / "b.txt").write_bytes(seed_page.read_bytes())
    done = liwen("pages", tmp_path / "in", tmp_path / "gone.txt")
    assert len(lines(done.out)) == 6
    assert done.err.count("\n") == 2
    done = liwen("ingest", tmp_path / "in")
    assert done.status == 1
    assert done.out == SUMMARY.format(new=6, known=0, noise=1, unread=1)
    (tmp_path / "empty").mkdir()
    assert "no file to read in this folder" in liwen("ingest", tmp_path / "empty").err


def test_ingest_build_digest_and_search_follow_each_other(liwen: Liwen, seed_page: Path) -> None:
    done = liwen("ingest", seed_page, "--source", "南湖晚报", "--date", "2024-11-13", "--page", "第01版")
    assert done.out == SUMMARY.format(new=6, known=0, noise=1, unread=0)
    assert liwen("ingest", seed_page).out == SUMMARY.format(new=0, known=6, noise=1, unread=0)
    assert "还没有报道" in liwen("digest").out
    assert liwen("build").out.startswith("articles 6, digests ")
    assert "nothing to build" in liwen("build").out
    digest = liwen("digest").out
    assert "共 6 篇" in digest
    assert "第01版" in digest
    assert "/read" not in digest
    assert "城市公共交通再增" in liwen("digest", "交通").out + liwen("digest", "economy").out
    assert "没有出过摘要" in liwen("digest", "--date", "2020-01-01").out
    assert "2024-11-13\t南湖晚报\t城市公共交通" in liwen("search", "公交", "贷款").out
    assert liwen("search", "--best", "公交").out.count("\n") == 1
    assert liwen("search", "没有这个词").out == ""


def test_digest_explains_the_place_of_each_article(liwen: Liwen, seed_page: Path) -> None:
    assert liwen("digest", "--explain").out == "no edition to explain\n"
    liwen("ingest", seed_page, "--source", "南湖晚报", "--date", "2024-11-13", "--page", "1")
    liwen("build")
    told = liwen("digest", "--explain").out.splitlines()
    assert sum(" shown " in line and "page 3" in line for line in told) == 6
    assert any("in another section" in line for line in told)
    [head, bus] = liwen("digest", "--explain", "交通").out.splitlines()
    assert head == "topic:transport: 1 shown"
    assert "城市公共交通再增" in bus
    assert "+ truncated -1" in bus
    assert liwen("digest", "--explain", "--date", "2020-01-01").out == "no edition to explain\n"


def test_digest_prints_every_page_of_a_topic(liwen: Liwen) -> None:
    bodies = ["".join(chr(0x4E00 + 60 * n + at) for at in range(60)) for n in range(12)]  # none like another
    rows = [{"id": n, "title": f"第{n}条公交线路开通", "text": f"{body}。"} for n, body in enumerate(bodies)]
    liwen("ingest", "-", stdin=jsonl(*rows))
    liwen("build")
    shown = liwen("digest", "交通").out
    assert [shown.count(f"第{n}条公交线路开通\n") for n in range(12)] == [1] * 12
    assert "共 12 篇，先看 10 篇" in liwen("digest").out


def test_an_unknown_topic_is_bad_use(liwen: Liwen) -> None:
    done = liwen("digest", "玄学")
    assert done.status == 2
    assert done.err.startswith("liwen: unknown topic '玄学'; known: politics, ")


def test_articles_come_as_json_lines_and_are_found_by_their_own_ids(liwen: Liwen, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(jsonl(*ARTICLES), encoding="utf-8")
    assert liwen("ingest", tmp_path / "a.jsonl").out.startswith("new 2")
    assert liwen("ingest", "-", stdin=jsonl(*ARTICLES)).out.startswith("new 0, known 2")
    queries = jsonl(
        {"q": "公交"}, {"q": "方便", "limit": 1, "order": "best"}, {"q": "“坏"}, {"q": "方便", "order": "new"}
    )
    found = lines(liwen("search", "--jsonl", stdin=queries).out)
    assert found[0]["ids"] == ["a1"]
    assert found[1]["ids"] == ["7"]  # both have it once, and this one is shorter and newer
    assert "quote" in str(found[2]["error"])
    assert set(found[3]["ids"]) == {"a1", "7"}  # type: ignore[call-overload]
    assert isinstance(found[0]["ms"], float)


def test_a_search_goes_on_behind_its_cursor(liwen: Liwen, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(jsonl(*ARTICLES), encoding="utf-8")
    liwen("ingest", tmp_path / "a.jsonl")
    first = liwen("search", "方便", "--limit", "1")
    assert first.err.startswith("more: --after ")
    second = liwen("search", "方便", "--limit", "1", "--after", first.err.split()[-1])
    assert {first.out, second.out} == {f"{line}\n" for line in liwen("search", "方便").out.splitlines()}
    assert second.err == ""
    assert "no cursor" in liwen("search", "方便", "--after", "x").err


def test_an_index_of_another_version_is_told_in_one_line_and_made_anew(liwen: Liwen, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(jsonl(*ARTICLES), encoding="utf-8")
    liwen("ingest", tmp_path / "a.jsonl")
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "liwen.sqlite3")) as connection, connection:
        connection.execute("UPDATE search_index SET version = 1")
    found = liwen("search", "公交")
    assert "公交新增三条线路" in found.out
    assert found.err.count("\n") == 1
    assert "liwen reindex" in found.err
    assert liwen("reindex").out == "articles 2\n"
    again = liwen("search", "公交")
    assert (again.out, again.err) == (found.out, "")


def test_what_is_understood_can_be_asked_without_storing_anything(liwen: Liwen, tmp_path: Path) -> None:
    rows = jsonl(*ARTICLES)
    [bus, hospital] = lines(liwen("classify", stdin=rows).out)
    assert bus["topics"][0] == "transport"  # type: ignore[index]
    assert hospital["topics"][0] == "health"  # type: ignore[index]
    [bus, _] = lines(liwen("places", stdin=rows).out)
    assert {"code": "330402101", "name": "余新镇"} in bus["places"]  # type: ignore[operator]
    [bus, _] = lines(liwen("summarize", stdin=rows).out)
    assert bus["id"] == "a1"
    assert all(sentence in str(ARTICLES[0]["text"]) for sentence in bus["summary"])  # type: ignore[attr-defined]
    short = {**ARTICLES[0], "max_sentences": 1, "max_chars": None}
    assert len(lines(liwen("summarize", stdin=jsonl(short)).out)[0]["summary"]) == 1  # type: ignore[arg-type]
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("line", ["nonsense", '["list"]', '{"title": 3}', '{"id": 1}'])
def test_a_bad_line_says_which_and_why(liwen: Liwen, line: str) -> None:
    for command in ("summarize", "classify", "places"):
        done = liwen(command, stdin=f"\n{line}\n")
        assert done.status == 1
        assert done.err.startswith("liwen: standard input, line 2: ")
        assert done.err.count("\n") == 1
    assert "line 1" in liwen("search", "--jsonl", stdin=f"{line}\n").err


def test_every_faulty_setting_is_named_before_anything_starts(liwen: Liwen, tmp_path: Path) -> None:
    done = liwen("run", TELEGRAM_TOKEN="wrong", LIWEN_EDITIONS="noon")
    assert done.status == 2
    assert [line.split(":")[1] for line in done.err.splitlines()] == [" TELEGRAM_TOKEN", " LIWEN_EDITIONS"]
    assert not (tmp_path / "data").exists()


def test_a_database_that_cannot_be_written_is_one_clear_line(liwen: Liwen, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = liwen("build", LIWEN_DATA_DIR=f"{tmp_path}/file")
    assert done.status == 1
    assert done.err.count("\n") == 1
    assert "liwen: database" in done.err


def test_seeds_that_cannot_be_read_are_reported_all_at_once(liwen: Liwen, tmp_path: Path) -> None:
    done = liwen("classify", stdin=jsonl(*ARTICLES), LIWEN_SEEDS_DIR=f"{tmp_path}/none")
    assert done.status == 1
    assert "topics.toml" in done.err


def test_an_unknown_home_region_is_named(liwen: Liwen) -> None:
    done = liwen("places", stdin=jsonl(*ARTICLES), LIWEN_HOME_REGION="9999")
    assert done.status == 1
    assert "9999" in done.err


@pytest.mark.parametrize("line", ["nonsense", "ingest", "search", "search x --limit 0", "--bad"])
def test_bad_use_is_one_clear_line(liwen: Liwen, line: str) -> None:
    done = liwen(*line.split())
    assert done.status == 2
    assert done.err.count("\n") == 1


def test_a_query_that_cannot_be_read_is_bad_use(liwen: Liwen) -> None:
    done = liwen("search", "“公交")
    mend = "close the quotation mark, or leave it out"
    assert (done.status, done.err) == (2, f"liwen: query, character 1: quote '“公交': {mend}\n")


def test_help_needs_nothing(liwen: Liwen) -> None:
    assert "ingest" in liwen("--help").out
    assert "--source" in liwen("ingest", "--help").out
    assert liwen().status == 2


def test_migrate_says_what_it_did(liwen: Liwen) -> None:
    assert liwen("migrate").out == f"schema none → {HEAD}\n"
    assert liwen("migrate").out == f"schema {HEAD}, nothing to do\n"


def test_config_shows_each_setting_and_masks_secrets(liwen: Liwen) -> None:
    done = liwen("config", TELEGRAM_TOKEN=TOKEN, LIWEN_EDITIONS="7:00")
    assert "TELEGRAM_TOKEN=********\t# environment" in done.out
    assert "LIWEN_EDITIONS=07:00\t# environment" in done.out
    assert TOKEN not in done.out


def test_a_database_newer_than_the_program_is_refused(liwen: Liwen, tmp_path: Path) -> None:
    import sqlite3

    liwen("migrate")
    connection = sqlite3.connect(tmp_path / "data" / "liwen.sqlite3")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    done = liwen("build")
    assert done.status == 1
    assert "newer than this program" in done.err


def piped(tmp_path: Path, command: str, text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", command], input=text, capture_output=True, text=True, cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", ["run", "console"])
def test_without_a_token_the_console_has_the_seed_page_read(tmp_path: Path, command: str) -> None:
    done = piped(tmp_path, command, "/today\n/topics 交通\n/follow 公交\n/wish add 公交\n公交\n")
    assert done.returncode == 0
    for expected in ("共 6 篇", "[✓ 交通]", "[关注] /wish add 公交", "已关注。", "“公交”共 1 篇"):
        assert expected in done.stdout
    assert ("TELEGRAM_TOKEN" in done.stderr) == (command == "run")
    assert "Traceback" not in done.stderr


def test_a_reader_of_the_output_who_leaves_is_no_fault(tmp_path: Path, seed_page: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "pages", *[str(seed_page)] * 20], cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(60) == 1
    with process.stderr:
        assert process.stderr.read() == b""


def test_ctrl_c_ends_the_console_at_once(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "console"], cwd=tmp_path, stdin=theirs, stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}, text=True, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    os.close(theirs)
    try:
        assert process.stdout.readline().strip()  # it greets, and waits
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 0
        assert "Traceback" not in process.stdout.read()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        os.close(ours)


@pytest.mark.parametrize(
    "line",
    [
        '{"q": "x", "limit": "abc"}',
        '{"q": "x", "limit": -1}',
        '{"q": "x", "order": "zzz"}',
        '{"q": "\\ud800"}',
        "[" * 100_000,
    ],
)
def test_a_value_that_cannot_be_taken_is_named_with_its_line(liwen: Liwen, line: str) -> None:
    done = liwen("search", "--jsonl", stdin=f"{line}\n")
    assert done.status == 1
    assert done.err.startswith("liwen: standard input, line 1: ")
    assert done.err.count("\n") == 1


def test_a_settings_file_that_is_no_text_is_one_clear_line(liwen: Liwen, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\0")
    done = liwen("config")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert ".env" in done.err


def test_a_password_of_a_proxy_is_not_shown(liwen: Liwen) -> None:
    assert "secret" not in liwen("config", TELEGRAM_PROXY="socks5://user:secret@127.0.0.1:1080").out


def test_a_database_url_with_nonsense_in_it_is_one_clear_line(liwen: Liwen) -> None:
    for url in ("postgresql://a:secret@h:port/x", "sqlite://x/y"):
        done = liwen("build", DATABASE_URL=url)
        assert (done.status, done.err.count("\n")) == (1, 1)
        assert "secret" not in done.err


def test_what_nobody_foresaw_is_still_one_line(liwen: Liwen) -> None:
    done = liwen("digest", "--date", "9999-12-31")
    assert "Traceback" not in done.err


def test_the_console_without_an_input_ends(tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m bot console <&-"], cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_a_worker_with_nothing_to_do_says_what_is_missing(liwen: Liwen) -> None:
    ended = liwen("worker")
    assert (ended.status, ended.out) == (2, "")
    assert "no TELEGRAM_TOKEN to send with, and no LIWEN_BROKER_URL to take tasks from" in ended.err


def test_digest_explains_what_a_chat_gets_by_its_wishes_and_tastes(liwen: Liwen, seed_page: Path) -> None:
    liwen("ingest", seed_page, "--source", "南湖晚报", "--date", "2024-11-13", "--page", "1")
    liwen("build")
    database = Database("sqlite:///data/liwen.sqlite3")
    follow(database, "telegram:7", "topic:politics", "topic:economy", tastes=(("topic:economy", 1),))
    database.close()
    told = liwen("digest", "--explain", "--chat", "telegram:7").out.splitlines()
    assert told[0].startswith("topic:economy")
    assert "+ taste 2" in told[1]
    assert any(line.startswith("topic:politics") for line in told)
    ended = liwen("digest", "--explain", "--chat", "telegram:9")
    assert (ended.status, "there is no chat telegram:9" in ended.err) == (2, True)
