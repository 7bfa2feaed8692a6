"""Who wrote it, from a field that names authors: 张三、李四, 记者 张三 通讯员 李四, or nobody."""

import re

from digests.folding import fold
from digests.ingest.pages.credits import Credits, Trust, read_credits

_NOBODY = re.compile(
    r".*(?:员|者|部|社|报|网|站|客|室|局|办|委|县|市|区|镇|编辑|发布|中心|频道|媒体|佚名|匿名|原创|转载)$"
)
_CONTACT = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+")
_BRACKETS = re.compile(r"[()（）\[\]【】]")
_ROLE = "记者 "
_LONGEST = 150


def people_in(text: str) -> Credits:
    """The people an author field names, by role; without a role's word they are reporters.

    Only what looks like Chinese people's names counts (read_credits): offices, agencies, user names and editors do not.
    """
    squeezed = " ".join(_BRACKETS.sub(" ", _CONTACT.sub(" ", text[: 2 * _LONGEST])).split())
    if not squeezed or len(squeezed) > _LONGEST:
        return Credits()
    line = _ROLE + squeezed
    credits_ = read_credits(line, fold(line), Trust.SOME) or Credits()
    return Credits(*(_people(names) for names in (credits_.reporters, credits_.correspondents, credits_.photographers)))


def _people(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if not _NOBODY.match(name))
