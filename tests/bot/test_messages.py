from dataclasses import replace

from bot import hits, messages
from bot.chat import Mark
from bot.texts import DEFAULT, texts_for
from digests.seeds import Lexicon
from tests.bot.test_editions import look
from tests.samples import article


def test_hits_are_marked_however_they_are_written_and_the_longer_word_wins() -> None:
    spans = messages.marked("ＡＰＰ與公交公司", ["app", "公交", "公交公司", " "])
    assert [span.text for span in spans if span.mark is Mark.BOLD] == ["ＡＰＰ", "公交公司"]
    assert "".join(span.text for span in spans) == "ＡＰＰ與公交公司"
    assert messages.marked("公交", [])[0].mark is None


def test_a_wish_reads_as_a_person_would_say_it(lexicon: Lexicon) -> None:
    assert (
        messages.wish(DEFAULT, lexicon, "-place:330402101 topic:transport 公交") == "交通新闻 公交（不要 余新镇新闻）"
    )
    assert messages.wish(DEFAULT, lexicon, 'by:冯思家 source:晚报 "数据 资产"') == '记者 冯思家 来源 晚报 "数据 资产"'
    assert messages.wish(DEFAULT, lexicon, "公交 OR 地铁 since:2024-11-01") == "公交 或 地铁 2024-11-01 起"
    assert messages.wish(texts_for("en"), lexicon, "-广告 公交 OR 地铁") == "公交 or 地铁 (without 广告)"
    assert messages.wish(texts_for("en"), lexicon, "topic:transport") == "topic Transport"
    assert messages.wish(DEFAULT, lexicon, "topic:gone place:0 x") == "topic:gone place:0 x"


def test_a_caption_without_a_title_is_called_by_how_it_begins() -> None:
    assert messages.headline(article(title="", body="几只鹭鸟。")) == "几只鹭鸟。"
    assert messages.headline(article(title="", body="鹭" * 30)) == "鹭" * 20 + "…"


def test_a_section_of_one_topic_or_place_has_its_bare_name(lexicon: Lexicon) -> None:
    queries = ("topic:transport", "place:330402101", "公交 topic:transport", "topic:gone", "place:0")
    shown = [messages.section(DEFAULT, lexicon, query) for query in queries]
    assert shown == ["交通", "余新镇", "公交 交通新闻", "topic:gone", "place:0"]


def test_an_article_without_a_day_has_none_in_its_line(lexicon: Lexicon) -> None:
    undated = replace(article(), published_on=None, source="")
    [message] = hits.page(look(lexicon), "公交", ["公交"], [undated], 1, [])
    assert "2024" not in message.plain
