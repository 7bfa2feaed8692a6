"""What the CMS (Founder) writes of a page into a comment behind it: its day, author, titles, paper, page number."""

import html
import re
from collections.abc import Mapping

_NAMES = (
    "articleid|date|author|title|keyword|subtitle|introtitle|siteid|nodeid|nodename|nodesearchname|urlpad|url|id|channel"
    "|picurl|pagepicurl|abstract|sourcename|source|column|columnname|pagenum|pagename|papername|type|layout|content"
)
# <!--enpproperty <date>2026-02-02</date><author/>… /enpproperty-->, its opening broken or lost on some sites.
_COMMENT = re.compile(
    r"<!-*\s*enpproperty\b(?:(?!enpproperty)[\s\S]){0,60000}?(?:/enpproperty\s*-*>|-->)"
    # A run of properties is taken whole, so that none is tried twice; it counts only where the comment's end follows.
    rf"|(?:<((?:founder-)?(?:{_NAMES}))\s*(?:/>|>[^<>]{{0,2000}}</\1\s*>)\s*)++(?P<end>/enpproperty\s*-*>)?",
    re.IGNORECASE,
)
_PROPERTY = re.compile(r"<((?:founder-)?[a-z]{2,20})>([\s\S]{0,4000}?)</\1\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
# The same printed into the text: 2026-02-02 4 4 嘉兴日报 content_276912.html 1 3 水乡开渔礼 /enpproperty-->
_TAIL = re.compile(r"(?:\d{4}-\d\d-\d\d(?!\d)[^。]{0,400}?)?<?!?-*/?\s*enpproperty[^。]{0,400}$", re.IGNORECASE)
_ROW = re.compile(r"^\d{4}-\d\d-\d\d\b.{0,80}\b(?:content|node)_\w+\.html?\b")


def without_properties(text: str) -> tuple[str, Mapping[str, str]]:
    """The page's text without such comments, and their properties, the first that says something for each name.

    A name is in lower case and without `founder-` (`founder-date` is `date`).
    """
    found: dict[str, str] = {}
    for comment in filter(_is_comment, _COMMENT.finditer(text)):
        for name, value in _PROPERTY.findall(comment[0]):
            plain = " ".join(html.unescape(_TAG.sub(" ", value)).split())
            if plain:
                found.setdefault(name.lower().removeprefix("founder-"), plain)
    return _COMMENT.sub(lambda comment: "" if _is_comment(comment) else comment[0], text), found


def _is_comment(found: re.Match[str]) -> bool:
    return found["end"] is not None or found[0].startswith("<!")


def without_tail(paragraph: str) -> str:
    """The paragraph without properties that a broken comment let into the text; nothing if it holds nothing else."""
    if _ROW.match(paragraph):
        return ""
    return _TAIL.sub("", paragraph).rstrip() if "enpproperty" in paragraph.lower() else paragraph
