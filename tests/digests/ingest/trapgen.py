"""A second generator of newspaper pages with their gold, made without a look at the reader: other words and traps."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import opencc

from tests.digests.ingest import strangers
from tests.digests.ingest.strangers import Chance

Gold = dict[str, object]
FULL = str.maketrans(",:;!?()", "，：；！？（）")
CLOSERS = "。!?！？…"


@dataclass(frozen=True)
class Manner:
    """How a page is set; `width` in characters (0: whole lines)."""

    blank: str = "all"  # all | none | articles | random
    punct: str = "half"  # half | full | mixed
    traditional: bool = False
    heads: str = "one"  # one | decks | broken
    byline: str = "line"
    mark: str = "■"
    who: str = "记者"
    padded: bool = False
    width: int = 0
    hanging: bool = False  # marks may not begin a line
    indent: str = ""
    cuts: float = 0.3
    noise: float = 0.6
    inside: float = 0.05  # noise between the paragraphs of an article
    dateline: str = "本报讯 "
    spaced: bool = False


def any_manner(rng: random.Random) -> Manner:
    """Every trait that VARIANTS.md names, in any mixture."""
    width = rng.choice([0, 0, 0, 0, 18, 22, 26, 30])
    indent = rng.choice(["　　", "    "]) if width and rng.random() < 0.9 else rng.choice(["", "", "　　"])
    blank = rng.choice(["all", "none", "articles", "random"])
    return Manner(
        blank="none" if width and blank == "all" else blank,
        punct=rng.choice(["half", "full", "mixed"]),
        traditional=rng.random() < 0.12,
        heads=rng.choice(["one", "one", "decks", "broken"]),
        byline=rng.choice(["line", "line", "lines", "inline", "inline", "closing", "split", "report"]),
        mark=rng.choice(["■", "◎", "□", "●", "▲", "", "", "☉ "]),
        who=rng.choice(
            ["记者", "本报记者", "全媒体记者", "见习记者", "首席记者", "晚报记者", "青阳融媒记者", "实习记者"]
        ),
        padded=rng.random() < 0.3,
        width=width,
        hanging=rng.random() < 0.5,
        indent=indent,
        dateline=rng.choice(["本报讯 ", "本报讯 ", "晚报讯 ", "", "青阳日报讯 "]),
    )


@dataclass
class TrapPage:
    """A page's text and its gold in the form of the scorer."""

    text: str
    gold: Gold = field(default_factory=dict)


def trap_page(seed: int, manner: Manner | None = None) -> TrapPage:
    """The page of a seed."""
    rng = random.Random(seed)  # noqa: S311
    return _Press(rng, manner or any_manner(rng)).page(f"t{seed}")


class _Press:
    def __init__(self, rng: random.Random, manner: Manner) -> None:
        self.rng, self.manner, self.chance = rng, manner, Chance(rng)
        self.lines: list[str] = []
        self.noise: list[str] = []
        self.articles: list[Gold] = []

    def page(self, name: str) -> TrapPage:
        rng = self.rng
        self.top()
        kinds = ["story"] * rng.randint(2, 5) + ["caption"] * rng.randint(0, 2) + ["briefs"] * (rng.random() < 0.25)
        rng.shuffle(kinds)
        for kind in kinds:
            getattr(self, kind)()
            if rng.random() < self.manner.noise:
                self.put_noise(*rng.choice([[rng.choice(strangers.SMALL)], rng.choice(strangers.NOTICES)]))
        if rng.random() < 0.3:
            self.story(cut_off=True)
        if rng.random() < 0.5:
            self.put_noise(self.chance.furniture(rng.choice(strangers.EDITOR_FORMS), 4, "要闻"))
        gold: Gold = {"page": name, "articles": self.articles, "noise": [{"text": line} for line in self.noise]}
        return TrapPage(*self.spelt("\n".join(self.lines), gold))

    def spelt(self, text: str, gold: Gold) -> tuple[str, Gold]:
        if self.manner.punct == "full":
            text = text.translate(FULL)
        elif self.manner.punct == "mixed":
            text = "".join(char.translate(FULL) if self.rng.random() < 0.5 else char for char in text)
        if self.manner.traditional:
            spell = opencc.OpenCC("s2t").convert
            text, gold = spell(text), _respelt(gold, spell)
        return text, gold

    # -- furniture ---------------------------------------------------------------------------------------------

    def top(self) -> None:
        rng = self.rng
        page, section = rng.randint(1, 24), rng.choice(strangers.PAGE_SECTIONS)
        for _ in range(rng.choice([0, 1, 1, 2])):
            self.put_noise(self.chance.furniture(rng.choice(strangers.FOLIO_FORMS), page, section))
        if rng.random() < 0.3:
            self.put_noise(f"{rng.choice(strangers.DATES)} {rng.choice(strangers.WEEKS)}")
        if rng.random() < 0.25:
            self.put_noise(rng.choice(strangers.SECTION_HEADS))

    def put_noise(self, *lines: str) -> None:
        self.noise += lines
        for line in lines:
            self.put(line)
        self.gap(2)

    def put(self, line: str) -> None:
        self.lines.append(line)
        self.gap(1)

    def gap(self, size: int) -> None:
        blank = self.manner.blank
        if blank == "all":
            count = 1 if size == 1 else self.rng.randint(0, 2)
        elif blank == "articles":
            count = int(size == 2)
        else:
            count = self.rng.choice([0, 0, 1, 2]) if blank == "random" else 0
        self.lines += [""] * count

    # -- articles ----------------------------------------------------------------------------------------------

    def head(self) -> tuple[str, str, str]:
        rng, chance, heads = self.rng, self.chance, self.manner.heads
        title = chance.one_of(strangers.TITLES)
        kicker = chance.one_of(strangers.KICKERS) if rng.random() < 0.35 else ""
        subtitle = chance.one_of(strangers.SUBTITLES) if heads == "decks" and rng.random() < 0.3 else ""
        if heads == "decks":
            self.lines += [line for line in (kicker, title, subtitle) if line]
        elif heads == "broken" and len(title) > 12:
            kicker = ""
            at = rng.randint(5, len(title) - 5)
            self.lines += [title[:at].rstrip(), title[at:].lstrip()]
        else:
            self.lines.append(" ".join(part for part in (kicker, title) if part))
        self.gap(1)
        return kicker, title, subtitle

    def padded(self, names: Sequence[str], between: str = " ") -> str:
        pad = self.rng.choice([" ", "　"]) if self.manner.padded else ""
        return between.join(f"{name[0]}{pad}{name[1]}" if len(name) == 2 else name for name in names)

    def record(self, head: tuple[str, str, str], kind: str, paragraphs: list[str], **more: object) -> None:
        gold: Gold = dict(zip(("kicker", "title", "subtitle"), head, strict=True))
        gold |= {"kind": kind, "paragraphs": paragraphs, "truncated": False, "cuts": [], "byline_raw": []}
        gold |= {"reporters": [], "correspondents": [], "photographers": [], "role_optional": {}, **more}
        people = [name for role in ("reporters", "correspondents", "photographers") for name in gold[role]]  # type: ignore[attr-defined]
        self.articles.append(gold | {"people": list(dict.fromkeys(people))})

    def story(self, *, cut_off: bool = False) -> None:
        rng, chance = self.rng, self.chance
        head = self.head()
        reporters = chance.names(rng.choice([1, 1, 2]))
        helpers = tuple(set(chance.names(rng.choice([0, 1, 1, 2, 3]))) - set(reporters))
        texts = [chance.paragraph() for _ in range(rng.randint(2, 8))]
        subheads: set[int] = set()
        self.vary(texts, subheads)
        opening, closing, photographers = self.signed(reporters, helpers)
        cut_off = cut_off and not closing
        texts[0] = opening + texts[0]
        shown = list(texts)
        jump = rng.choice(strangers.JUMPS) if not cut_off and not closing and rng.random() < 0.12 else ""
        if cut_off or (jump and rng.random() < 0.5):
            last = shown[-1]
            texts[-1] = shown[-1] = last[: rng.randint(8, max(9, len(last) - 4))].rstrip(CLOSERS + "”,;")
        elif closing and not closing.startswith("\n"):
            shown[-1] += closing
        cuts = [
            cut for place, text in enumerate(shown) for cut in self.paragraph(text, place, cut=place not in subheads)
        ]
        if jump:
            self.put(jump)
            self.noise.append(jump)
        if closing.startswith("\n"):
            self.put(closing.strip())
        self.record(
            head,
            "story",
            texts,
            reporters=list(reporters),
            correspondents=list(helpers),
            photographers=list(photographers),
            truncated=bool(cut_off or jump),
            cuts=cuts,
        )
        self.gap(2)

    def vary(self, texts: list[str], subheads: set[int]) -> None:
        """Subheads, interviews, numbered measures, as long stories have them."""
        rng, chance = self.rng, self.chance
        form = rng.random()
        if form < 0.2 and len(texts) > 3:
            for place in (len(texts) - 1, len(texts) // 2):
                texts.insert(
                    place,
                    chance.one_of(["{place}的新变化", "破解难题 “{thing}”落地", "从“有”到“优”", "让日子更有盼头"]),
                )
            subheads |= {(len(texts) - 2) // 2, len(texts) - 2}
        elif form < 0.28:
            texts[1:] = [f"{'记者' if n % 2 else chance.names(1)[0]}:{text}" for n, text in enumerate(texts[1:], 1)]
        elif form < 0.36:
            texts[1:] = [
                f"{'一二三四五六七八'[n]}、{chance.text('{thing}。')}{text}" for n, text in enumerate(texts[1:])
            ]

    def signed(self, reporters: Sequence[str], helpers: Sequence[str]) -> tuple[str, str, tuple[str, ...]]:
        """What stands in front of the text and behind it; a line of its own is printed here."""
        rng, manner = self.rng, self.manner
        comma = rng.choice([" ", " ", "、"])
        by, helped = self.padded(reporters, comma), f"通讯员 {self.padded(helpers, comma)}" if helpers else ""
        tight = "" if rng.random() < 0.3 and not manner.padded else " "
        line = f"{manner.who}{tight}{by}" + (f" {helped}" if helped else "")
        kind = manner.byline
        photographers: tuple[str, ...] = ()
        if kind == "line" and not helpers and rng.random() < 0.4:
            photographers = tuple(reporters)
            line += rng.choice([" 文/摄", " 文/图", " 摄影报道", " 文并摄"])
        elif kind == "line" and helpers and rng.random() < 0.2:
            line, photographers = f"{manner.who} {by}/文 {self.padded(helpers, ' ')}/摄", tuple(helpers)
        if kind in ("line", "split") or (kind == "lines" and not helpers):
            self.put(manner.mark + line if rng.random() < 0.9 else f"({line})")
        elif kind == "lines":
            self.put(f"{manner.mark}{manner.who} {by}")
            self.put(f"{manner.mark}{helped}" if rng.random() < 0.3 else helped)
        dateline = manner.dateline.strip() or "本报讯"
        opening = {
            "inline": rng.choice(
                [
                    f"{dateline}({line})",
                    f"{dateline} ({line})",
                    f"({line})",
                    f"本报11月19日讯 ({line})",
                    f"【{dateline}】({line})",
                ]
            ),
            "report": f"{dateline} {line}报道:" if helpers else f"{dateline} {line}报道 ",
        }.get(kind, manner.dateline if rng.random() < 0.7 else "")
        closing = rng.choice([f"({line})", f"({line})", f"\n({line})", f"\n{line}"]) if kind == "closing" else ""
        if kind == "line" and photographers == tuple(helpers):
            return opening, closing, photographers
        return opening, closing, photographers

    def caption(self) -> None:
        rng, chance = self.rng, self.chance
        head = ("", "", "")
        if rng.random() < 0.85:
            head = ("", rng.choice(strangers.CAPTION_TITLES), "")
            self.put(head[1])
        (name,) = chance.names(1)
        shown = self.padded([name])
        text = chance.one_of(strangers.CAPTIONS)
        form = rng.choice(strangers.PHOTO_CREDITS)
        credit = form.format(padded=shown, name=name, mark=self.manner.mark)
        self.paragraph(text + (credit if not credit.startswith("\n") else ""), 0, cut=False)
        if credit.startswith("\n"):
            self.put(credit.strip())
        role = {"reporters": [name]} if "记者" in credit else {"correspondents": [name], "reporters": [name]}
        self.record(head, "caption", [text], photographers=[name], role_optional=role)
        self.gap(2)

    def briefs(self) -> None:
        rng, chance = self.rng, self.chance
        self.put_noise(rng.choice(strangers.BRIEF_HEADS))
        for _ in range(rng.randint(2, 4)):
            head = ("", chance.one_of(strangers.TITLES), "")
            self.put(head[1])
            text = chance.paragraph() + chance.paragraph()
            agency = rng.choice(["(新华社)", "", "(据新华社)"])
            self.paragraph(text + agency, 0, cut=False)
            self.record(head, "brief", [text + agency])
            self.gap(2)
        self.put_noise(rng.choice(["要闻", "民生", "综合新闻"]))

    def paragraph(self, text: str, place: int, *, cut: bool = True) -> list[Gold]:
        """Print a paragraph, perhaps cut by a column; tell the cuts for the gold."""
        rng, manner = self.rng, self.manner
        pieces, cuts = [text], []
        if cut and rng.random() < manner.cuts and len(text) > 40:
            at = rng.randint(12, len(text) - 10)
            if text[at - 1] not in CLOSERS + "”)" and text[at] not in "”)":
                pieces = [text[:at], text[at:]]
                cuts = [Gold(para=place, offset=at, left=text[at - 6 : at], right=text[at : at + 6])]
        for number, piece in enumerate(pieces):
            self.lines += self.wrapped(piece if number else manner.indent + piece)
            self.gap(1)
            if cut and number == 0 and rng.random() < manner.inside:
                self.put(small := rng.choice(strangers.SMALL))
                self.noise.append(small)
        return cuts

    def wrapped(self, text: str) -> list[str]:
        width = self.manner.width
        if not width:
            return [text]
        lines: list[str] = []
        while text:
            end = width
            while self.manner.hanging and end > width - 3 and text[end : end + 1] and text[end] in ",。、;:!?)”》":
                end -= 1
            lines.append(text[:end])
            text = text[end:]
        return lines


def _respelt(value: Gold, spell: object) -> Gold:
    def walk(item: object) -> object:
        if isinstance(item, str):
            return spell(item)  # type: ignore[operator]
        if isinstance(item, list):
            return [walk(part) for part in item]
        if isinstance(item, dict):
            return {key: part if key == "kind" else walk(part) for key, part in item.items()}
        return item

    return {key: walk(part) for key, part in value.items()}
