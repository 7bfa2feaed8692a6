"""Knows a page's lines: which are credits and adverts, and where a sentence goes on in the line below."""

import re

CLOSERS = "”’」』）)】》〉"
STOPS = "。．｡！？!?…"

# A name as it follows 记者 and a space; what begins with these tells on: 记者 从市场监管局 获悉.
_NAME = r"(?![从在近昨今日获了])[\u4e00-\u9fff·]{2,4}"
_WRITER = rf"(?:本报|首席|见习|实习|特派)?(?:记者|通讯员)[ \u3000]?{_NAME}(?:[ \u3000、]{_NAME}){{0,4}}"
# Not 电力 or 讯息, as a sentence may go on behind a day.
_WIRE = "(?:电(?![力话视影动子商网台信])|讯(?![息号问]))"
_DATELINE = re.compile(
    rf"""
    (?: [■□▲●◆\s]*
      (?: 【[^【】\n]{{0,30}}(?:记者|通讯员|报道|讯|消息)[^【】\n]{{0,40}}】
        | (?: 本报(?:(?!记者)[\u4e00-\u9fff]{{2,4}})?讯(?!员)
            | (?:本报|据?[\u4e00-\u9fff]{{2,6}}[社网])[^\s，,。；;(（]{{0,12}}?\d日(?:[\u4e00-\u9fff]{{0,3}}专)?{_WIRE}
            | [\u4e00-\u9fff]{{2,6}}[社网报](?:消息[:：]|{_WIRE})
            | [\u4e00-\u9fff]{{2,6}}\d{{1,2}}月\d{{1,2}}日电(?=[ \u3000\xa0]) )
          [ \u3000\xa0]*(?:[(（][^()（）\n]{{0,80}}[)）])?
        | [^\s，,。；;：:“”《》()（）]{{2,20}}(?:[(（][^\s()（）]{{1,10}}[)）])?[讯电]
          [ \u3000]*[(（][^()（）\n]{{0,12}}(?:记者|通讯员|编辑)[^()（）\n]{{0,80}}[)）]
        | (?:[\u4e00-\u9fff]{{2,6}}(?:讯[ \u3000]*)?)?{_WRITER}
          (?:[ \u3000]+{_WRITER})?[ \u3000]*(?:(?:摄影)?报道|(?<=[ \u3000])) )
      [ \u3000\xa0:：,，]* )+
    """,
    re.VERBOSE,
)
_PERSON = (
    "记者|通讯员|编辑|责编|责任编辑|摄影|摄像|作者|来源|供稿|图文|文/图|图/文|校对|版式|制图"
    "|策划|统筹|审核|监制|原标题|文字|图片"
)
_CREDIT = re.compile(
    r"[■□▲●◆(（【\[\s]*(?:本报|本刊|新华社|中新[社网]|首席|见习|实习|特约|全媒体|融媒体?|南湖晚报|嘉兴日报)*"
    rf"(?:(?:{_PERSON})[^。，,！？!?]{{0,60}}|讯|完|END)[)）】\]]?"
)
# Each alternative begins with a character of its own: so a search is quick.
_ADDRESS = r"[:：]?\s*[\w-]{6,}"
_MORE = "(?:更多|全文|原文)"
_NOTICE = re.compile(
    rf"扫[一1]?[扫码]|二维码|下载.{{0,8}}(?:APP|app|客户端)|公众号|热线|广告|电话{_ADDRESS}|咨询{_ADDRESS}|微信号?{_ADDRESS}"
    rf"|邮箱{_ADDRESS}|查看{_MORE}|了解{_MORE}|阅读{_MORE}|更多(?:精彩|内容|资讯)|点击(?:查看|阅读|进入|链接|下方|关注)"
    r"|长按(?:识别|关注)"
)

ADVERT = 40
"""Characters of the longest advert that is one sentence."""

# What stands before a line end is stripped off by hand: a search that begins with blanks looks at every character.
_LINE_END = re.compile(r"\n\s*")
_BLANKS = " \u3000"
_BEGINS_NO_LINE = (*",，、;；:：%％℃", *STOPS, *CLOSERS)
_ENDS_NO_LINE = tuple(",，、（(“‘「『《〈【")
_STOPPED = (*";；:：.", *STOPS)
_STOP = re.compile(rf"[{re.escape(STOPS)}][\"{re.escape(CLOSERS)}]*")
_CREDIT_TAIL = re.compile(r"(?:[摄绘]影?|[供制绘]图|供稿|图片|报道|制作|[(（]完[)）])[)）】\]]?\Z")
_PAIRS = ("“”", "‘’", "《》", "（）", "()", "「」", "『』")
# Headings are shorter than this, seldom with a comma, and stand on lines of their own.
_PROSE = 25
_PROSE_WITHOUT_COMMA = 32


def is_credit(text: str) -> bool:
    """Whether a sentence only says who wrote, took or edited: ■记者 甲, (完)."""
    return _CREDIT.fullmatch(text) is not None


def has_notice(text: str) -> bool:
    """Whether a sentence has the words of an advert or a service line; a story may have them too."""
    return _NOTICE.search(text) is not None


def is_advert(text: str) -> bool:
    """Whether a sentence only asks readers to scan, call or download: it has a notice's words and hardly any other."""
    return len(text) <= ADVERT and has_notice(text)


def dateline_of(text: str) -> str:
    """What stands before the story in its first sentence: 本报讯(记者 甲), 新华社北京8月11日电; "" if nothing."""
    # Few sentences have such a word anywhere: to look takes a fifth of the time that the pattern does.
    if not ("讯" in text or "电" in text or "记者" in text or "报道" in text or "消息" in text):
        return ""
    dateline = _DATELINE.match(text)
    return dateline.group() if dateline else ""


def heal(body: str) -> str:
    """The body with spaces in place of line ends that stand within a sentence, as a column's edge leaves them.

    As long as the body, so offsets stay. A line end is healed only on evidence: what comes next can begin no line,
    what is before can end none, a quotation is open, or the line is prose and stops in mid-sentence.
    """
    if "\n" not in body:
        return body
    lines, gaps, start = [], [], 0
    for end in _LINE_END.finditer(body):
        line = body[start : end.start()]
        lines.append(line.rstrip(_BLANKS))
        gaps.append(line[len(lines[-1]) :] + end.group())
        start = end.end()
    lines.append(body[start:])
    pieces = lines[:1]
    for gap, above, below in zip(gaps, lines, lines[1:], strict=False):
        pieces += (" " * len(gap) if _goes_on(above, below) else gap, below)
    return "".join(pieces)


def _goes_on(above: str, below: str) -> bool:
    """Whether the sentence in which a line stops goes on in the line below."""
    if not above or not below:
        return False
    if below.startswith(_BEGINS_NO_LINE):
        return True
    if above.rstrip(f'"{CLOSERS}').endswith(_STOPPED) or is_credit(below) or is_advert(below):
        return False
    return above.endswith(_ENDS_NO_LINE) or _stops_short(above, below)


def _stops_short(above: str, below: str) -> bool:
    """Whether a line without a stop at its end is prose whose sentence ends in the line below."""
    stop = max((above.rfind(mark) for mark in STOPS), default=-1)
    tail = above[stop + 1 :].lstrip(CLOSERS + '"')
    if is_credit(tail) or _CREDIT_TAIL.search(tail[-5:]) or is_advert(tail):
        return False
    if any(tail.rfind(pair[0]) > tail.rfind(pair[1]) and _closes(pair, below) for pair in _PAIRS):
        return True
    if not _STOP.search(below):
        return False
    return stop >= 0 or bool(dateline_of(tail)) or len(tail) >= _least(tail)


def _closes(pair: str, below: str) -> bool:
    close, opening = below.find(pair[1]), below.find(pair[0])
    return close >= 0 and (opening < 0 or close < opening)


def _least(tail: str) -> int:
    """The characters by which an unfinished line is known for prose."""
    return _PROSE if re.search("[,，]", tail) else _PROSE_WITHOUT_COMMA
