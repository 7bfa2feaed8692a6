"""What can be said of a line by itself: how it opens and ends, whom it credits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum

from digests.ingest.pages.credits import Credits, Trust, read_credits
from digests.ingest.pages.lines import Line
from digests.ingest.pages.marks import MARKS
from digests.ingest.pages.names import HAN, Likeness, likeness
from digests.ingest.pages.signs import JUMP_BEHIND


class Ending(IntEnum):
    """How a line ends."""

    FINISHED = 0  # behind a sentence
    PLAIN = 1  # behind a word
    HANGING = 2  # behind a comma or the like, in an open bracket, behind 的: more must come


class Opening(IntEnum):
    """How a line opens."""

    PLAIN = 0
    DATELINE = 1  # 本报讯, 新华社…电, (记者 …)
    ITEM = 2  # 一、 1. ●
    STRANDED = 3  # a mark that cannot open a line: the line before was cut


@dataclass(frozen=True, slots=True)
class Closing:
    """Credits at the end of a paragraph, which begin at the character `start` of it."""

    start: int
    credits: Credits

    @property
    def is_photo(self) -> bool:
        """Does it credit a picture? Then what it closes is a caption, not a story with a byline."""
        return self.credits.of_a_picture


@dataclass(frozen=True, slots=True)
class Leading:
    """Credits at the head of a paragraph; those in brackets are the characters from `start` to `end`, others none."""

    start: int
    end: int
    credits: Credits


@dataclass(slots=True)  # as lines are
class Traits:
    """A line and what was read off it; `credits` when the whole line is credits, `marked` when a mark (■) leads it.

    `framed`: it begins or is part of a paragraph that ends with a picture's credits, or that stands above them.
    """

    line: Line
    length: int  # characters
    ending: Ending
    opening: Opening
    marked: bool
    credits: Credits | None
    closing: Closing | None
    framed: bool = False


_MARKED = re.compile(rf"^[\s{MARKS}]*[{MARKS}][\s{MARKS}]*")
_CLOSERS = "”’」』)》】〉\"'〕]"
_STOPS = "。!?…"
_HANGS = ",、;:—-("
# Words after which no headline, subhead or sentence ends.
_FUNCTION_WORDS = "的和与及或在将把被向从对为于以之而且并"
_ITEM = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|[(][一二三四五六七八九十\d]{1,2}[)]|\d{1,2}[.、](?!\d)|第[一二三四五六七八九十]+[,、])"
)
_NOTE_ENDS = f")]】版>→{MARKS}①②③④⑤"
NOTE = 18  # characters: no note of where a text goes on is longer
_CAPTION_LINES = 8  # hard-wrapped lines of a caption
_TAIL = 90  # characters: credits behind a text are no longer
_BRACKETS = re.compile("[()《》“”「」【】]")
_NUMBER_TAIL = re.compile(r"\d\.$")
_PAPER = rf"(?:本报|本刊|本台|晚报|日报|[{HAN}]{{1,6}}(?:报|社|网|台|客户端))(?:综合)?"
# 据…消息 within a report only says who told it.
DATELINE = re.compile(
    rf"^[{MARKS}\s]*[【\[(]?(?:(?:据|综合)?{_PAPER}(?:讯|[{HAN}]{{0,10}}(?:\d{{1,2}}月)?[\d一二三四五六七八九十]{{1,3}}日(?:电|讯))"
    rf"|(?!据){_PAPER}消息)[】\])]?"
)
# One of these stands in every dateline and around or behind all credits at the head of a paragraph.
_TOLD = re.compile("讯|电|息|[(]|报道")
_INLINE = re.compile(r"\s*[(]([^()]{2,100})[)]")
# 本报讯 记者 A 通讯员 B 报道:
_LAST_NAME = re.compile(rf"(?<![{HAN}])(?:[{HAN}]\s+[{HAN}]|[{HAN}]{{2,3}})$")
_FIRST_NAME = re.compile(rf"^(?:[{HAN}]\s+[{HAN}]|[{HAN}]{{2,3}})(?![{HAN}])")
_BYLINE = re.compile(rf"^[{MARKS}\s]*[{HAN}]{{0,8}}?(?:记者|通讯员|实习生|作者)")
_NAMES_ONLY = re.compile(rf"^(?:[{HAN}]\s[{HAN}]|[{HAN}]{{1,3}})(?:[\s、,]+(?:[{HAN}]\s[{HAN}]|[{HAN}]{{2,3}}))+$")
_REPORTS = re.compile(r"\s*((?:[^\s,。:()]{0,8}?记者|通讯员)[^,。:!?()]{2,60}?)\s*(?:摄影)?报道(?=[:,。\s])")
_AT_END = re.compile(r"[(]([^()]{2,60})[)][。.]?$")
_CUT_CREDITS = re.compile(r"^[(](?:[^()]{0,8}记者|通讯员)[^()。]{2,40}$")
_NO_NAME = '。!?”’()"'
_BEHIND_STOP = re.compile(rf"[。!?…][”’」』\"]?\s*([^{_NO_NAME}]{{3,40}})$")


def read_lines(lines: Iterable[Line]) -> list[Traits]:
    """Read each line; credits behind a paragraph are also found when a hard wrap broke them."""
    page: list[Traits] = []
    for line in lines:
        traits = read_traits(line)
        if traits.closing is None and not traits.marked and _may_close(line):
            traits = _with_lines_above(page, traits)
        if page and traits.credits is None and traits.length <= _TAIL // 2 and _NAMES_ONLY.match(line.folded):
            traits = _with_byline_above(page, traits)
        page.append(traits)
        if _is_picture(traits):
            _frame(page)
    return page


def _is_picture(traits: Traits) -> bool:
    credited = traits.closing.credits if traits.closing else traits.credits
    return credited is not None and credited.of_a_picture


def _frame(page: list[Traits]) -> None:
    """Mark the paragraph that the picture's credits at the end of the page so far belong to, back to its first line."""
    place = len(page) - 1
    if page[place].credits is not None:
        place -= 1
    for _ in range(_CAPTION_LINES):
        if place < 0 or page[place].credits is not None:
            break
        page[place] = replace(page[place], framed=True)
        place -= 1
        if place < 0 or page[place].ending is Ending.FINISHED or page[place].opening is Opening.DATELINE:
            break


def _may_close(line: Line) -> bool:
    """Might it be the end of credits that began in the line above? Few lines are, so that more may be tried."""
    return len(line.text) <= _TAIL // 2 and line.folded[-1] in ")摄图文影道" and "(" not in line.folded


def _with_lines_above(page: list[Traits], traits: Traits) -> Traits:
    """Read on into the two lines above; those over which credits run do not end their paragraph any more."""
    text, folded = traits.line.text, traits.line.folded
    for count in range(1, min(2, len(page)) + 1):
        upper, lower = page[-count].line, page[1 - count].line if count > 1 else traits.line
        if upper.folded[-1] in _STOPS:
            break
        seam = seam_of(upper, lower)
        text, folded = f"{upper.text[-_TAIL:]}{seam}{text}", f"{upper.folded[-_TAIL:]}{seam}{folded}"
        closing = closing_credits(text, folded)
        if closing is not None and closing.start < len(text) - traits.length:
            page[-count:] = [replace(above, closing=None, ending=Ending.HANGING) for above in page[-count:]]
            return replace(traits, closing=Closing(0, closing.credits), ending=Ending.FINISHED, credits=None)
        if page[-count].opening is Opening.DATELINE:
            break
    return traits


def seam_of(upper: Line, lower: Line) -> str:
    """The white space a hard wrap fell on, where it shows: it parts names, and nothing else stands between two."""
    if upper.trail or lower.indent == 1:
        return " "
    first = _FIRST_NAME.match(lower.folded)
    last = _LAST_NAME.search(upper.folded[-6:]) if first else None
    return " " if last and first and _is_person(last[0]) and _is_person(first[0]) else ""


def _is_person(name: str) -> bool:
    return likeness("".join(name.split())) is Likeness.PERSON


def _with_byline_above(page: list[Traits], traits: Traits) -> Traits:
    """A line of names that goes on with a byline that was broken for width is read with it."""
    above = page[-1]
    if not _BYLINE.match(above.line.folded):
        return traits
    seam = seam_of(above.line, traits.line)
    mark = _MARKED.match(above.line.folded)
    start = mark.end() if mark else 0
    text, folded = (f"{a}{seam}{b}"[start:] for a, b in _texts(above.line, traits.line))
    credits_ = read_credits(text, folded)
    if credits_ is None:
        return traits
    page[-1] = replace(above, credits=credits_, closing=None, opening=Opening.PLAIN)
    return replace(traits, credits=credits_, closing=None)


def _texts(upper: Line, lower: Line) -> tuple[tuple[str, str], tuple[str, str]]:
    return (upper.text, lower.text), (upper.folded, lower.folded)


def read_traits(line: Line) -> Traits:
    """Read off a line what it says by itself."""
    mark = _MARKED.match(line.folded)
    start = mark.end() if mark else 0
    opening = _opening(line.folded[:160], start)
    credits_ = None if opening is Opening.STRANDED else _whole(line, start)
    closing = None if credits_ else closing_credits(line.text, line.folded)
    ending = Ending.FINISHED if closing or jump_behind(line.folded) is not None else _ending(line.folded)
    return Traits(line, len(line.text), ending, opening, mark is not None, credits_, closing)


def _whole(line: Line, start: int) -> Credits | None:
    """Credits that fill the line, in brackets or not."""
    text, folded = line.text[start:], line.folded[start:]
    bracketed = folded.startswith("(") and folded.endswith(")")
    if bracketed:
        text, folded = text[1:-1], folded[1:-1]
    if bracketed and likeness("".join(folded.split())) is Likeness.AGENCY:
        return Credits()
    # A reporter alone in brackets may bear the rarest surname, as 和; a correspondent may be an office.
    sure = start or (bracketed and "记者" in folded) or folded.startswith("通讯员 ")
    return read_credits(text, folded, Trust.FULL if sure else Trust.SOME)


def _opening(head: str, start: int) -> Opening:
    if head[0] in ",。、;:!?)”’」』》】〉…%":
        return Opening.STRANDED
    if _TOLD.search(head) and (dateline(head) or _CUT_CREDITS.match(head) or opening_credits(head, head) is not None):
        return Opening.DATELINE
    return Opening.ITEM if start or _ITEM.match(head) else Opening.PLAIN


def jump_behind(folded: str) -> int | None:
    """Where a note that the text goes on elsewhere begins at its end, if there is one with a text before it."""
    if folded[-1] not in _NOTE_ENDS:
        return None
    match = JUMP_BEHIND.search(folded, max(1, len(folded) - NOTE))
    return match.start() if match else None


def _ending(folded: str) -> Ending:
    bare = folded.rstrip(_CLOSERS)
    last = bare[-1:]
    # A wrap may leave closing marks alone: all of it is "" then.
    if last in _STOPS or (last == "." and not _NUMBER_TAIL.search(bare)):
        return Ending.FINISHED
    if bare == folded and (last in _HANGS or last in _FUNCTION_WORDS):
        return Ending.HANGING
    if not _BRACKETS.search(folded):
        return Ending.PLAIN
    opened, closed = (max(map(folded.rfind, brackets)) for brackets in ("(《“「【", ")》”」】"))
    return Ending.HANGING if opened > closed else Ending.PLAIN


def dateline(folded: str) -> re.Match[str] | None:
    """本报讯, 据新华社北京10月9日电 and the like at the head of a paragraph."""
    # Looked for only where its last character stands, for that is seen at once.
    told = "讯" in folded or "电" in folded or "息" in folded
    return DATELINE.match(folded) if told else None


def opening_credits(text: str, folded: str) -> Credits | None:
    """Who is credited at the head of a paragraph, if anybody is."""
    leading = leading_credits(text, folded)
    return leading.credits if leading else None


def leading_credits(text: str, folded: str) -> Leading | None:
    """Credits at the head of a paragraph: 本报讯(记者 X), 新华社…电(记者 X), (记者 X), 本报讯 记者 X 报道:."""
    dated = dateline(folded)
    start = dated.end() if dated else 0
    inline = _INLINE.match(folded, start) or ("报道" in folded and _REPORTS.match(folded, start))
    if not inline:
        return None
    bracketed = inline.re is _INLINE
    credits_ = read_credits(text[slice(*inline.span(1))], inline[1], Trust.FULL if dated and bracketed else Trust.SOME)
    return Leading(start, inline.end() if bracketed else start, credits_) if credits_ else None


def closing_credits(text: str, folded: str) -> Closing | None:
    """Credits behind the last sentence: (记者 X), (X 摄), 本报记者 X 摄影报道, (新华社), (吕劲)."""
    tail = max(0, len(folded) - _TAIL)
    if ")" in folded[-2:] and (match := _AT_END.search(folded, tail)):
        credits_ = _bracketed(text[slice(*match.span(1))], match[1], folded[: match.start()].rstrip()[-2:])
    elif folded[-1:] not in _NO_NAME and (match := _BEHIND_STOP.search(folded, tail)):
        credits_ = read_credits(text[slice(*match.span(1))], match[1], Trust.LITTLE)
    else:
        return None
    start = match.start() if match.re is _AT_END else match.start(1)
    dated = dateline(folded[:start])
    if credits_ is None or (dated and not folded[dated.end() : start].strip()):
        return None
    return Closing(start, credits_)


def _bracketed(text: str, folded: str, before: str) -> Credits | None:
    """Credits in brackets at the very end; a bare name or agency counts only behind a finished sentence."""
    credits_ = read_credits(text, folded)
    if credits_ is not None or before.rstrip(_CLOSERS)[-1:] not in tuple(_STOPS):
        return credits_
    squeezed = "".join(folded.split())
    kind = likeness(squeezed)
    if kind is Likeness.AGENCY:
        return Credits()
    return Credits(reporters=("".join(text.split()),)) if kind is Likeness.PERSON and len(squeezed) <= 3 else None
