"""The forms that content pages come in, each a small description: which XPath finds what."""

from dataclasses import dataclass


def _named(attribute: str, name: str) -> str:
    """A condition: `name` is among the words of the attribute, in whatever case."""
    folded = f"translate(normalize-space(@{attribute}), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
    return f"contains(concat(' ', {folded}, ' '), ' {name.lower()} ')"


def by_id(*names: str) -> str:
    """Finds the elements that bear one of these ids."""
    return f"//*[{' or '.join(_named('id', name) for name in names)}]"


def by_class(*names: str, tag: str = "*") -> str:
    """Finds the elements of one of these classes."""
    return f"//{tag}[{' or '.join(_named('class', name) for name in names)}]"


def by_name(name: str, tag: str) -> str:
    """Finds the elements with this name attribute."""
    return f"//{tag}[{_named('name', name)}]"


@dataclass(frozen=True, slots=True)
class Form:
    """XPaths of a content page's parts; `title` and `body` must be there, for the form to be this one.

    `body` lists places from the narrowest to the widest: the first that holds text is the body.
    """

    name: str
    title: str
    body: tuple[str, ...]
    kicker: str = ""
    subtitle: str = ""
    author: str = ""


_FOUNDER_BODY = ("//founder-content", by_id("ozoom"))
_FOUNDER_AUTHOR = f"//founder-author | {by_id('Author')}"
_BIG, _SMALL = by_class("font01", "bt1", tag="td"), by_class("font02", "bt2", tag="td")
_HEADING = f"({by_class('article', 'text_c')}//h1 | ({by_id('articleContent', 'ozoom')})[1]/preceding::h1)[last()]"


def _row(number: int) -> str:
    return f"(({by_class('wz', tag='table')}//table)[1]//tr)[{number}]"


FORMS = (
    # Founder's newer pages: heze, shouguang, qiandongnan; jxrb and nhwb of cnjxol.com
    Form(
        "founder",
        title=by_id("Title"),
        kicker=by_id("PreTitle"),
        subtitle=by_id("SubTitle"),
        author=_FOUNDER_AUTHOR,
        body=_FOUNDER_BODY,
    ),
    # zjol.com.cn, jhnews.com.cn
    Form(
        "zjol",
        title=by_class("main-article-title"),
        kicker=by_class("main-article-pretitle", "main-article-introtitle"),
        subtitle=by_class("main-article-subtitle"),
        author=f"{by_class('main-article-author')} | //founder-author",
        body=(*_FOUNDER_BODY, by_class("main-article-content")),
    ),
    # zjol's headings in one element, their parts unmarked
    Form(
        "zjol, plain",
        title=by_class("main-article-alltitle"),
        author=f"{by_class('main-article-author')} | //founder-author",
        body=(*_FOUNDER_BODY, by_class("main-article-content")),
    ),
    # zwb.nujiang.cn
    Form(
        "nujiang",
        title=by_id("doctitle"),
        kicker=by_id("yinti"),
        subtitle=by_id("subdoctitle"),
        author=by_id("docauthor", "author"),
        body=(by_id("doccontent"),),
    ),
    # langya.cn, zzrbw.com
    Form(
        "newsdeta",
        title=f"{by_class('newsdetatit')}//h3",
        kicker=by_class("intro"),
        subtitle=by_class("sub"),
        author="//founder-author",
        body=(by_class("newsdetatext"),),
    ),
    # Founder's older pages, whose table tells headings by class
    Form(
        "table of classes",
        title=_BIG,
        kicker=f"({_BIG})[1]/../preceding-sibling::tr{_SMALL}",
        subtitle=f"(({_BIG})[1]/../following-sibling::tr)[1]{_SMALL}",
        author="//founder-author",
        body=(*_FOUNDER_BODY, by_class("M_m_cont")),
    ),
    # Founder's older pages (cnepaper.com): rows one to four of a table
    Form(
        "table",
        title=_row(2),
        kicker=_row(1),
        subtitle=_row(3),
        author=f"//founder-author | {_row(4)}",
        body=(*_FOUNDER_BODY, by_id("doccontent")),
    ),
    # paper.people.com.cn before and since December 2024
    Form(
        "headings",
        title=_HEADING,
        kicker=f"{_HEADING}/preceding-sibling::h3[1]",
        subtitle=f"{_HEADING}/following-sibling::h2[1]",
        author=f"//founder-author | {_HEADING}/following-sibling::h4[1] | {by_class('sec', tag='p')}",
        body=(*_FOUNDER_BODY, by_id("articleContent")),
    ),
    # Nothing but a marked body: the CMS's comment, or <title>, names it
    Form(
        "bare",
        title="",
        author=_FOUNDER_AUTHOR,
        body=(*_FOUNDER_BODY, by_id("articleContent", "doccontent"), "//comment()[normalize-space()='enpcontent']/.."),
    ),
)

ATTACHMENTS = f"{by_class('attachment', 'pci_c', 'pictext')} | {by_id('newspic')}"
"""Pictures with their captions."""

LISTS = (by_id("articlelist"), by_id("titleList"), by_class("news-list", "main-ed-articlenav-list", "Therestlist"))
"""What lists the articles of a layout page, the surest first."""

MAPS = by_name("PagePicMap", "map") + f" | {by_class('paper_rect')}//map | {by_id('PagePicMap')}"
"""The picture of a layout page, with an area for each article."""

LABELS = (
    f"{by_id('layout', 'currentBM')} | {by_class('banming2', 'l_t', 'bm01', 'paperinfo')} "
    f"| {by_class('newslisttit')}//em | {by_class('tabs')}/h3"
)
"""Where pages print which one they are."""
