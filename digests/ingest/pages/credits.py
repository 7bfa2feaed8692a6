"""Who is credited, and as what, in a line or a piece of a line: 记者 A 通讯员 B、C, A 文 B 摄, 文/图 A."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import lru_cache

from digests.ingest.pages.names import HAN, Likeness, likeness


@dataclass(frozen=True, slots=True)
class Credits:
    """People by role in printed order; all may be empty where only editors or an agency are named."""

    reporters: tuple[str, ...] = ()
    correspondents: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()

    @classmethod
    def union(cls, credited: Iterable["Credits | None"]) -> "Credits":
        """Everybody in any of them, once per role."""
        known = [credits_ for credits_ in credited if credits_ is not None]
        if len(known) < 2:
            return known[0] if known else cls()
        return cls(
            _once(credits_.reporters for credits_ in known),
            _once(credits_.correspondents for credits_ in known),
            _once(credits_.photographers for credits_ in known),
            _once(credits_.editors for credits_ in known),
        )

    @property
    def only_photographers(self) -> bool:
        """True where a picture is credited and no text."""
        return bool(self.photographers) and not (self.reporters or self.correspondents)

    @property
    def of_a_picture(self) -> bool:
        """True where all reporters who are credited took the picture: 王强 摄, 记者 王强 摄影报道."""
        return bool(self.photographers) and set(self.reporters) <= set(self.photographers)

    @property
    def only_editors(self) -> bool:
        """True for the line that names who made the page, not who wrote the article."""
        return bool(self.editors) and not (self.reporters or self.correspondents or self.photographers)


def _once(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))


class Trust(Enum):
    """How surely a text is credits: behind a sentence little, in a line or brackets some, behind a ■ full."""

    LITTLE = "little"
    SOME = "some"
    FULL = "full"


class _Role(StrEnum):
    REPORTER = "reporter"
    CORRESPONDENT = "correspondent"
    PHOTO = "photo"
    TEXT = "text"
    BOTH = "both"
    EDITOR = "editor"


_DESK = (
    "本报|本刊|本台|晚报|日报|晨报|早报|商报|新华社|中新社|全媒体|融媒体?"
    "|首席|见习|实习|特约|特派|资深|文字|视频|校园|小"
    rf"|驻[{HAN}]{{2,3}}"
)
_HOUSE = "报|社|台|网|新闻|客户端|中心|集团|频道|传?媒体?|发布|周刊|观察|在线"
_PAPER = rf"(?:(?<![{HAN}])[{HAN}]{{2,8}}?(?:{_HOUSE}))?(?:{_DESK})*"
_WORDS = (
    (_Role.PHOTO, rf"{_PAPER}(?:摄影|图片)记者"),
    (_Role.REPORTER, rf"{_PAPER}(?:记者|实习生|评论员)|作者"),
    (_Role.CORRESPONDENT, rf"{_PAPER}(?:通讯员|撰稿人?)"),
    (
        _Role.EDITOR,
        r"(?:本版|值班|责任|美术|图片|文字|网络|视觉|执行|见习)*(?:编辑|责编|美编|编委|主任|总编辑?|主编)|校对|版式(?:设计)?|版面设计"
        r"|组版|审读|检校|统筹|策划|制图|排版|监制|审核|终审|编审|视觉|责校|签发|监审|[一二三初复]审",
    ),
    (
        _Role.BOTH,
        r"文[/、·及与和]?图|图[/、·]?文(?!字)|文并摄|摄影[/、]?(?:报道|文)|(?:采写|文字?)[/、]?摄影?|报道[/、]摄影",
    ),
    (_Role.PHOTO, r"摄影|供图|图片|摄制|拍摄"),
    (_Role.TEXT, r"撰文|采写|文字|报道|整理|编译"),
    (_Role.PHOTO, rf"(?<![{HAN}])[图摄](?![{HAN}])|摄(?![{HAN}])"),
    # but 孔 文 and 文 强 are people
    (_Role.TEXT, rf"(?<=/)文(?![{HAN}])|(?<![{HAN}])(?<![\s、,:/][{HAN}]\s)文(?![{HAN}])(?!\s[{HAN}](?![{HAN}]))"),
)
_ROLE = re.compile("|".join(f"(?P<w{number}>{pattern})" for number, (_, pattern) in enumerate(_WORDS)))
# Whether there is a role at all shows in the words themselves; looking for what stands before them takes long.
_ANY_ROLE = re.compile("|".join(pattern.removeprefix(_PAPER) for _, pattern in _WORDS))
_ROLE_OF = {f"w{number}": role for number, (role, _) in enumerate(_WORDS)}
_NAME = re.compile(rf"[{HAN}\d]+(?:[·•・][{HAN}]+)*")
_BETWEEN = re.compile(r"^[\s、,;:/|&·+和■●◎◆▲]*$")
_HINT = re.compile(r"记者|通讯员|实习|作者|评论员|撰|摄|文|图|编|校|版|审|策划|统筹|采写")
_LONGEST = 160
_PROSE = re.compile(r"[。!?“”《》%…「」'\"]")  # marks that no credits hold


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    role: _Role | None = None


@dataclass(slots=True)
class _Group:
    """A role in front of names; `after` is the role that stands behind them (王强 摄)."""

    role: _Role | None
    names: list[_Token]
    after: _Role | None = None


def read_credits(text: str, folded: str, trust: Trust = Trust.SOME) -> Credits | None:
    """The credits that `text` (with its folded form) consists of, or None if there is anything else in it.

    `trust` says how much its place already shows it to be one, so how many of the names must be surely people.
    """
    if len(folded) > _LONGEST or _PROSE.search(folded) or not (_HINT.search(folded) and _ANY_ROLE.search(folded)):
        return None
    return _read(text, folded, trust)


# The same credits are read as part of a line, of a paragraph and of the lines above; there are few on a page.
@lru_cache(maxsize=256)
def _read(text: str, folded: str, trust: Trust) -> Credits | None:
    tokens = _tokens(folded)
    if tokens is None:
        return None
    groups = _groups(tokens)
    return _credits(groups, text, folded) if _is_credible(groups, folded, trust) else None


def _tokens(folded: str) -> list[_Token] | None:
    tokens: list[_Token] = []
    end = 0
    for match in _ROLE.finditer(folded):
        names = _names(folded, end, match.start())
        if names is None:
            return None
        tokens += [*names, _Token(match.start(), match.end(), _ROLE_OF[str(match.lastgroup)])]
        end = match.end()
    names = _names(folded, end, len(folded))
    return None if names is None or not end else tokens + names


def _names(folded: str, start: int, end: int) -> list[_Token] | None:
    """The names between two role words, a name padded with a space (王 强) as one; None if other text is there."""
    if not _BETWEEN.match(_NAME.sub("", folded[start:end])):
        return None
    names: list[_Token] = []
    for match in _NAME.finditer(folded, start, end):
        last = names[-1] if names else None
        padded = last and last.end - last.start == 1 and match.end() - match.start() == 1
        if last and padded and folded[last.end : match.start()].isspace():
            names[-1] = _Token(last.start, match.end())
        else:
            names.append(_Token(match.start(), match.end()))
    return names


def _groups(tokens: list[_Token]) -> list[_Group]:
    groups = [_Group(None, [])]
    for place, token in enumerate(tokens):
        current = groups[-1]
        if token.role is None:
            current.names.append(token)
        elif current.names and _stands_behind(token.role, current, tokens[place + 1 :]):
            current.after = token.role
            groups.append(_Group(None, []))
        elif token.role is _Role.REPORTER and current.role in (_Role.PHOTO, _Role.BOTH) and not current.names:
            continue  # 摄影 记者 A, 文/图 记者 A: the former says what of
        else:
            groups.append(_Group(token.role, []))
    groups = [group for group in groups if group.names or group.role]
    if len(groups) > 1 and groups[-1].after in (_Role.PHOTO, _Role.BOTH):
        _spread(groups)
    return groups


def _spread(groups: list[_Group]) -> None:
    """记者 A 通讯员 B 摄: what stands behind all of them holds for each."""
    if all(group.role in (_Role.REPORTER, _Role.CORRESPONDENT) and not group.after for group in groups[:-1]):
        for group in groups[:-1]:
            group.after = groups[-1].after


def _stands_behind(role: _Role, group: _Group, rest: list[_Token]) -> bool:
    """Does 摄, 文 or 文/图 belong to the names in front of it (王强 摄) and not to those behind (摄 王强)?"""
    if role not in (_Role.PHOTO, _Role.TEXT, _Role.BOTH) or group.role in (_Role.PHOTO, _Role.TEXT, _Role.EDITOR):
        return False
    if not rest or rest[0].role is not None:
        return True
    following = next((token.role for token in rest if token.role), None)
    return following in (_Role.PHOTO, _Role.TEXT, _Role.BOTH)


def _is_credible(groups: list[_Group], folded: str, trust: Trust) -> bool:
    """Every name must belong to a role and look like one, and enough of them surely be people."""
    kinds: list[Likeness] = []
    for group in groups:
        if not group.names:
            continue
        here = [likeness(_squeezed(folded, name)) for name in group.names]
        office = group.role in (_Role.CORRESPONDENT, _Role.PHOTO, _Role.EDITOR)
        unfit = Likeness.NONE if office else Likeness.OFFICE
        if (group.role or group.after) is None or any(kind in (Likeness.NONE, unfit) for kind in here):
            return False
        kinds += here
    people, doubts = kinds.count(Likeness.PERSON), kinds.count(Likeness.MAYBE)
    if not kinds or trust is Trust.FULL:
        return bool(kinds)
    if trust is Trust.LITTLE and doubts:
        return False
    return people > doubts or set(kinds) == {Likeness.AGENCY}


def _squeezed(text: str, token: _Token) -> str:
    return "".join(text[token.start : token.end].split())


def _credits(groups: list[_Group], text: str, folded: str) -> Credits:
    credited: dict[_Role, dict[str, None]] = {role: {} for role in _Role}
    for group in groups:
        people = [name for name in group.names if likeness(_squeezed(folded, name)) is not Likeness.AGENCY]
        for role in _roles(group):
            credited[role] |= dict.fromkeys(_squeezed(text, name) for name in people)
    writers = (_Role.REPORTER, _Role.CORRESPONDENT, _Role.PHOTO, _Role.EDITOR)
    return Credits(*(tuple(credited[role]) for role in writers))


def _roles(group: _Group) -> Iterable[_Role]:
    """As what a group is credited: 记者 A 文/图 is a reporter and a photographer, 记者 A 摄 only the latter."""
    writer = group.role if group.role in (_Role.REPORTER, _Role.CORRESPONDENT) else _Role.REPORTER
    kind = group.after or group.role
    if kind is _Role.BOTH:
        return writer, _Role.PHOTO
    if kind is _Role.TEXT:
        return (writer,)
    return (kind,) if kind else ()
