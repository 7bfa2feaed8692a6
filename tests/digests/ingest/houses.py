"""How the papers of the third generator set their pages: marks, blanks, wraps, where credits stand."""

import random
from dataclasses import dataclass

from tests.digests.ingest.foundry import half


@dataclass(frozen=True)
class House:
    """How a paper sets its pages; `wrap` in characters (0: whole lines)."""

    punct: str = "nfkc"  # nfkc | full | mixed
    blank: str = "all"  # all | none | art | random
    heads: str = "single"  # single | multi
    marker: str = "■"
    who: str = "记者"
    pad: str = ""
    seps: str = " "
    indent: str = ""
    wrap: int = 0
    kinsoku: bool = False
    dateline: str = "本报讯 "
    credit: str = "line"  # line | lines | inline | tight | closing | below | wire
    photo: int = 0
    traditional: bool = False
    spaced: bool = False
    subheads: float = 0.15
    cuts: float = 0.25


PHOTOS = (
    "({who} 摄)",
    " 本报记者 {one} 摄",
    "\n{m}摄影 记者 {one}",
    " 本报记者 {one} 摄影报道",
    "\n{m}摄影 {one}",
    "({one}/摄)",
    "\n{m}摄影 记者 {one}\n通讯员 {two}",
    "\n本报记者 {one} 摄",
    "(记者 {one} 摄影报道)",
    " {one} 摄",
    "\n{one} 摄",
    "江城日报全媒体记者{tight}摄",
    "(图/记者 {one})",
    "\n记者 {one} 通讯员 {two} 摄",
    "({one} 供图)",
    "\n摄影/{one}",
    "\n作者: 摄影 记者 {one} 编辑: 朱琴燕",
    "(新华社记者 {one} 摄)",
    "\n文/图 记者 {one}",
    "本报记者 {one} 通讯员 {two} 摄影报道",
)


def any_house(rng: random.Random, side: int) -> House:
    """A house drawn from everything that was seen of papers; what a side does not print, the other does."""
    blank = rng.choice(["all", "all", "none", "art", "random"])
    wrap = (
        rng.choice([0, 0, 0, rng.choice([16, 19, 24, 28, 30, 33])])
        if side == 0
        else rng.choice([0, 0, 0, rng.choice([15, 18, 22, 26, 31, 36])])
    )
    return House(
        punct=rng.choice(["nfkc", "nfkc", "full", "mixed"]),
        blank=blank,
        heads=rng.choice(["single", "multi"]),
        marker=rng.choice(half(["■", "□", "◎", "●", "", "▲", "○", "★", "◆", "", "▪", "♦", "", "※"], side)),
        who=rng.choice(
            half(
                [
                    "记者",
                    "本报记者",
                    "全媒体记者",
                    "江城日报记者",
                    "见习记者",
                    "融媒体记者",
                    "首席记者",
                    "晚报记者",
                    "本报首席记者",
                    "实习记者",
                ],
                side,
            )
        ),
        pad=rng.choice(["", "", " ", "　"]),
        seps=rng.choice([" ", " ", "、", "，"]),
        indent=rng.choice(["", "", "　　", "    "]) if not wrap else rng.choice(["", "　　", "　　", "    "]),
        wrap=wrap,
        kinsoku=rng.random() < 0.5,
        dateline=rng.choice(["本报讯 ", "本报讯 ", "本报讯", "", "晚报讯 ", "本报消息 ", "本报综合消息 "]),
        credit=rng.choice(["line", "line", "lines", "inline", "inline", "tight", "closing", "below", "wire"]),
        photo=rng.randrange(len(PHOTOS)),
        traditional=rng.random() < 0.08,
        spaced=rng.random() < 0.02,
    )
