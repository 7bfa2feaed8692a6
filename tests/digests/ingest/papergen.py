"""A third generator of newspaper pages with their gold: any stock of texts, set in the manner of any house."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import opencc

from tests.digests.ingest import foundry
from tests.digests.ingest.foundry import half, name_of
from tests.digests.ingest.houses import PHOTOS, House, any_house

Gold = dict[str, Any]
_NFKC = str.maketrans("，：；！？（）", ",:;!?()")
_FULL = str.maketrans(",:;!?()", "，：；！？（）")
_NUMBERS = re.compile(r"(?<=\d)[：，](?=\d)")
_STOPS = "。!?！？…"
_CLOSERS = "”’」』)）》】\"'"
_NO_HEAD = ",。、;:!?)”’》】」，；：！？）…%"


@dataclass(frozen=True)
class Story:
    """A text to print: its headline, in which spaces part clauses, and its paragraphs in full-width punctuation."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass
class Printed:
    """A page's text and its gold as the scorer wants it."""

    text: str
    gold: Gold


@dataclass
class _Row:
    """A logical line: `role` head, byline, text, noise; `glued` to the row above by no more than a line end."""

    text: str
    role: str
    opens: bool = False
    glued: bool = False
    cut: bool = False


@dataclass
class Press:
    """Prints one page."""

    rng: random.Random
    house: House
    stock: Sequence[Story]
    side: int
    rows: list[_Row] = field(default_factory=list)
    articles: list[Gold] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)

    # -- small things ------------------------------------------------------------------------------------------

    def pick(self, items: Sequence[Any]) -> Any:
        return self.rng.choice(half(items, self.side))

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def people(self, count: int) -> list[str]:
        drawn: dict[str, None] = {}
        while len(drawn) < count:
            drawn[name_of(self.rng)] = None
        return list(drawn)

    def padded(self, name: str) -> str:
        return name[0] + self.house.pad + name[1] if len(name) == 2 else name

    def listed(self, names: Sequence[str], sep: str = "") -> str:
        return (sep or self.house.seps).join(map(self.padded, names))

    def put_noise(self, lines: Sequence[str]) -> None:
        for place, line in enumerate(lines):
            self.rows.append(_Row(line, "noise", opens=place == 0))
            self.noise.append(line)

    # -- whole pages -------------------------------------------------------------------------------------------

    def page(self, name: str) -> Printed:
        rng = self.rng
        for _ in range(rng.choice([0, 1, 1, 2])):
            self.put_noise([self.pick(foundry.FOLIOS)])
        if self.maybe(0.2):
            self.put_noise([self.pick(foundry.SECTIONS)])
        blocks = ["story"] * rng.randint(2, 6) + ["caption"] * rng.choice([0, 0, 1, 1, 2])
        blocks += ["briefs"] * self.maybe(0.2) + ["bullets"] * self.maybe(0.06) + ["voices"] * self.maybe(0.04)
        rng.shuffle(blocks)
        for block in blocks:
            getattr(self, block)()
            if self.maybe(0.3):
                self.put_noise(self.pick(foundry.NOTICES) if self.maybe(0.4) else [self.pick(foundry.SMALL)])
            if self.maybe(0.06):
                self.put_noise([self.pick(foundry.SECTIONS)])
        if self.maybe(0.5):
            self.story(cut_off=True)
        if self.maybe(0.45):
            self.put_noise([self.pick(foundry.EDITORS)])
        text, gold = self.set(), {"page": name, "style": vars(self.house), "articles": self.articles}
        gold["noise"] = [{"text": self.spelt(line)} for line in self.noise]
        return Printed(*self.respelt(text, gold))

    def respelt(self, text: str, gold: Gold) -> tuple[str, Gold]:
        if not self.house.traditional:
            return text, gold
        spell = opencc.OpenCC("s2t").convert
        quotes = str.maketrans("“”‘’", "「」『』")
        return spell(text).translate(quotes), _mapped(gold, lambda value: spell(value).translate(quotes))

    def spelt(self, text: str) -> str:
        """Punctuation as the house has it; colons and commas between digits stay narrow."""
        if self.house.punct == "nfkc":
            return text.translate(_NFKC)
        if self.house.punct == "full":
            return _NUMBERS.sub(lambda m: m[0].translate(_NFKC), text.translate(_FULL))
        return "".join(char.translate(_FULL if self.maybe(0.5) else _NFKC) for char in text)

    # -- articles ----------------------------------------------------------------------------------------------

    def story(self, *, cut_off: bool = False) -> None:
        rng, story = self.rng, self.rng.choice(self.stock)
        paragraphs = list(story.paragraphs[: rng.randint(2, 9)])
        writers = self.people(rng.choice([1, 1, 2, 3]) + rng.choice([0, 0, 1, 2]))
        count = rng.randint(1, min(3, len(writers)))
        reporters, others = writers[:count], writers[count:]
        if others and self.maybe(0.1):
            others[0] = rng.choice(foundry.OFFICES)
        credit = self.house.credit if self.maybe(0.8) else rng.choice(["line", "inline", "lines"])
        jump = self.pick(foundry.JUMPS) if not cut_off and self.maybe(0.06) else ""
        if (cut_off or jump) and credit in ("closing", "below"):
            credit = "line"
        if self.maybe(0.05):
            credit, reporters, others = "none", [], []
        gold = self.article("story", self.head(story.title), reporters, others)
        tail = self.credited(credit, reporters, others, paragraphs, gold)
        if len(paragraphs) >= 4 and self.maybe(self.house.subheads):
            self.with_subheads(paragraphs)
        if self.maybe(0.03):
            self.put_noise([self.pick(foundry.JUMPS_BACK)])
        self.text(paragraphs, gold, cut_off or (bool(jump) and self.maybe(0.5)), tail)
        if jump:
            gold["truncated"] = True
            self.noise.append(jump)
            if self.maybe(0.4):
                self.rows[-1].text += self.spelt(jump)
            else:
                self.rows.append(_Row(jump, "jump"))
        if credit == "below":
            self.byline(self.house.marker + self.line_of(reporters, others), gold)

    def head(self, title: str) -> tuple[str, str, str]:
        """Print a headline; the fields that are right for it."""
        kicker = self.pick(foundry.KICKERS) if self.maybe(0.15) else ""
        subtitle = self.pick(foundry.SUBTITLES) if self.maybe(0.15) else ""
        if self.maybe(0.12) and not title.startswith("【"):
            title = self.pick(foundry.SERIES) + title
        if self.house.heads == "single":
            whole = " ".join(filter(None, (kicker, title, subtitle)))
            self.rows.append(_Row(whole, "head", opens=True))
            return "", whole, ""
        lines = [line for line in (kicker, title, subtitle) if line]
        if len(lines) == 1 and " " in title and self.maybe(0.5):
            lines = title.split(" ")
            for place, line in enumerate(lines):
                self.rows.append(_Row(line, "head", opens=place == 0))
            return "", title, ""
        for place, line in enumerate(lines):
            self.rows.append(_Row(line, "head", opens=place == 0, glued=place > 0))
        return kicker, title, subtitle

    def article(
        self,
        kind: str,
        head: tuple[str, str, str],
        reporters: Sequence[str] = (),
        others: Sequence[str] = (),
        photographers: Sequence[str] = (),
    ) -> Gold:
        kicker, title, subtitle = map(self.spelt, head)
        gold: Gold = {
            "id": "",
            "kind": kind,
            "kicker": kicker,
            "title": title,
            "subtitle": subtitle,
            "title_alternatives": [],
            "reporters": list(reporters),
            "correspondents": list(others),
            "photographers": list(photographers),
            "people": [*reporters, *others, *photographers],
            "role_optional": {},
            "byline_raw": [],
            "paragraphs": [],
            "cuts": [],
            "truncated": False,
        }
        self.articles.append(gold)
        return gold

    def line_of(self, reporters: Sequence[str], others: Sequence[str], sep: str = "", gap: str = " ") -> str:
        parts = [f"{self.house.who}{gap}{self.listed(reporters, sep)}"] if reporters else []
        parts += [f"通讯员{gap}{self.listed(others, sep)}"] if others else []
        return gap.join(parts)

    def byline(self, line: str, gold: Gold, *, glued: bool = False) -> None:
        self.rows.append(_Row(line, "byline", glued=glued))
        gold["byline_raw"].append(line)

    def credited(
        self, credit: str, reporters: Sequence[str], others: Sequence[str], paragraphs: list[str], gold: Gold
    ) -> str:
        """Print who wrote it; what stands behind the text is returned."""
        line, mark, dateline = self.line_of(reporters, others), self.house.marker, self.house.dateline
        if credit in ("line", "lines"):
            photo = " 文/图" if not others and self.maybe(0.1) else ""
            gold["photographers"] = list(reporters) if photo else []
            if credit == "lines" and others:
                self.byline(f"{mark}{self.line_of(reporters, ())}", gold)
                self.byline(self.line_of((), others), gold, glued=self.maybe(0.5))
            else:
                self.byline(mark + line + photo, gold)
            paragraphs[0] = (dateline if self.maybe(0.8) else "") + paragraphs[0]
        elif credit == "inline":
            paragraphs[0] = f"{dateline or '本报讯 '}({line}){paragraphs[0]}"
        elif credit == "tight":
            paragraphs[0] = (
                f"{dateline.strip() or '本报讯'}({self.line_of(reporters, others, '、', '')}){paragraphs[0]}"
            )
        elif credit == "wire":
            place = self.rng.choice(["江城", "北京", "印度金奈", "上海"])
            paragraphs[0] = f"新华社{place}11月{self.rng.randint(1, 12)}日电({line}){paragraphs[0]}"
        if credit not in ("line", "lines", "below", "none"):
            gold["byline_raw"].append(" " + line)
        return f"({line})" if credit == "closing" else ""

    def with_subheads(self, paragraphs: list[str]) -> None:
        for place in sorted(self.rng.sample(range(1, len(paragraphs) - 1), self.rng.choice([1, 2])), reverse=True):
            paragraphs.insert(place, self.pick(foundry.SUBHEADS))

    def text(self, paragraphs: Sequence[str], gold: Gold, cut_off: bool = False, tail: str = "") -> None:
        if cut_off:
            last = paragraphs[-1]
            end = self.spot(last, max(1, len(last) // 3))
            paragraphs = [*paragraphs[:-1], last[:end]] if end else paragraphs
            gold["truncated"] = bool(end)
        for place, paragraph in enumerate(paragraphs):
            text = self.spelt(paragraph)
            gold["paragraphs"].append(text)
            text += self.spelt(tail) if place == len(paragraphs) - 1 else ""
            pieces = self.cut(text, place, gold) if len(text) > 60 and self.maybe(self.house.cuts) else [text]
            for number, piece in enumerate(pieces):
                self.rows.append(_Row(piece, "text" if not number else "more", cut=number < len(pieces) - 1))

    def cut(self, text: str, place: int, gold: Gold) -> list[str]:
        offset = self.spot(text, 8)
        if not offset or offset > len(text) - 8:
            return [text]
        gold["cuts"].append({"para": place, "offset": offset})
        return [text[:offset], text[offset:]]

    def spot(self, text: str, least: int) -> int:
        """Where a column may be cut: never right after a sentence; often after a comma. 0 if nowhere."""
        spots = [
            i
            for i in range(least, len(text) - 6)
            if text[i - 1] not in _STOPS + _CLOSERS + " " and text[i] not in _STOPS + " "
        ]
        commas = [i for i in spots if text[i - 1] in ",，、；;"]
        return self.rng.choice(commas if commas and self.maybe(0.25) else spots) if spots else 0

    def caption(self) -> None:
        one, two = self.people(2)
        head = ("", "", "") if self.maybe(0.2) else ("", self.pick(foundry.CAPTION_TITLES), "")
        if head[1]:
            self.rows.append(_Row(head[1], "head", opens=True))
        texts = (
            [self.pick(foundry.CAPTIONS)]
            if self.maybe(0.5)
            else [self.rng.choice(self.stock).paragraphs[0][:160].rpartition("。")[0] + "。"]
        )
        form = PHOTOS[self.house.photo] if self.maybe(0.7) else self.rng.choice(half(PHOTOS, self.side))
        credit = form.format(
            who=self.padded(one), one=self.padded(one), two=self.padded(two), tight=one, m=self.house.marker
        )
        gold = self.article("caption", head, photographers=[one], others=[two] if "{two}" in form else [])
        gold["role_optional"] = {"reporters": [one], "photographers": [two]}
        inline, *lines = credit.split("\n")
        start = len(self.rows)
        self.text(texts, gold, tail=inline)
        if not head[1]:
            self.rows[start].opens = True
        for number, line in enumerate(lines):
            self.byline(line, gold, glued=number > 0 and self.maybe(0.7))
        if inline:
            gold["byline_raw"].append(" " + inline)

    def briefs(self) -> None:
        self.put_noise([self.pick(foundry.BRIEF_SECTIONS)])
        ends = self.rng.choice(["(新华社)", "({who})", "", "(据新华社)", "(记者 {one})", "({one})"])
        for _ in range(self.rng.randint(2, 4)):
            story, one = self.rng.choice(self.stock), self.people(1)[0]
            text = (story.paragraphs[0].rstrip("。") + "。")[:180].rpartition("。")[0] or story.paragraphs[0][:80]
            end = ends.format(who=self.house.who + " " + self.padded(one), one=self.padded(one))
            self.rows.append(_Row(story.title, "head", opens=True))
            gold = self.article("brief", ("", story.title, ""), [one] if "{" in ends else [])
            self.text([text + "。" + ("" if "{" in ends else end)], gold, tail=end if "{" in ends else "")

    def bullets(self) -> None:
        head, mark = self.pick(foundry.BULLET_HEADS), self.rng.choice(["●", "◆", "▲"])
        self.rows.append(_Row(head, "head", opens=True))
        gold = self.article("brief", ("", head, ""))
        self.text([mark + item for item in self.rng.sample(foundry.BULLETS, 3)], gold)

    def voices(self) -> None:
        """A column of communities: one article with its items as subheads."""
        self.rows.append(_Row("社区朋友圈", "head", opens=True))
        gold = self.article("story", ("", "社区朋友圈", ""))
        items = [[f"@{name}社区", self.rng.choice(self.stock).paragraphs[0]] for name in ("凌塘", "双桥", "文昌")]
        self.text([line for item in items for line in item], gold)

    # -- setting -----------------------------------------------------------------------------------------------

    def set(self) -> str:
        """The rows as the page's text."""
        house, rng, lines = self.house, self.rng, [""] * self.rng.choice([0, 0, 1, 3])
        tall = house.blank == "all" and self.maybe(0.2)
        for row in self.rows:
            physical = self.lines_of(row)
            if lines:
                lines += [""] * self.blanks(row)
            for number, line in enumerate(physical):
                lines += [""] if number and (tall or (house.blank == "random" and self.maybe(0.15))) else []
                lines.append(line)
        return "\n".join(
            " ".join(line.replace(" ", "  ")) if house.spaced else line for line in lines
        ) + "\n" * rng.randint(0, 2)

    def blanks(self, row: _Row) -> int:
        blank = self.house.blank
        if blank == "none" or row.glued:
            return 0
        if blank == "random":
            return self.rng.choice([0, 0, 1, 1, 2])
        if row.opens:
            return self.rng.choice([1, 2, 3]) if blank == "all" else self.rng.choice([1, 1, 2])
        return int(blank == "all")

    def lines_of(self, row: _Row) -> list[str]:
        text = row.text if row.role in ("text", "more") else self.spelt(row.text)
        indent = self.house.indent if row.role == "text" else ""
        width = self.house.wrap
        if not width or (row.role in ("head", "byline", "noise") and len(text) <= width * 3 // 2):
            return [indent + text]
        return _wrapped(indent + text, width, self.house.kinsoku)


def _wrapped(text: str, width: int, kinsoku: bool) -> list[str]:
    lines = []
    while len(text) > width:
        end = width
        while kinsoku and end > width - 3 and text[end] in _NO_HEAD:
            end -= 1
        lines.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [line for line in (*lines, text) if line]


def _mapped(value: Any, spell: Any) -> Any:
    if isinstance(value, str):
        return spell(value)
    if isinstance(value, dict):
        return {
            key: inner if key in ("kind", "style", "page") else _mapped(inner, spell) for key, inner in value.items()
        }
    return [_mapped(inner, spell) for inner in value] if isinstance(value, list) else value


def paper_page(seed: int, side: int, stock: Sequence[Story], **manner: Any) -> Printed:
    """The page of a seed, of the words and manners of one side."""
    rng = random.Random(2 * seed + side)  # noqa: S311
    house = replace(any_house(rng, side), **manner)
    return Press(rng, house, stock, side).page(f"p{side}-{seed}")
