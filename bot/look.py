"""How things look to a chat: its language and style, the names of topics and places, and where the web pages are."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.texts import Texts, texts_for
from digests.model.news import Article
from digests.model.readers import Chat, Style
from digests.seeds import Lexicon
from digests.storage.paces import is_group


@dataclass(frozen=True, slots=True)
class Look:
    """How things look to a chat; `zone` is the paper's, in which editions are named, `web_url` without a slash.

    `shared`: many read along, so what is for one reader only is left out.
    """

    texts: Texts
    lexicon: Lexicon
    zone: ZoneInfo
    style: Style = Style.FULL
    web_url: str | None = None
    shared: bool = False

    def page_of(self, article: Article) -> str:
        """Where an article stands on the web: on our pages, else where it came from; empty for nowhere."""
        return self.ours(article.id) or article.url

    def ours(self, article_id: int) -> str:
        """An article's address on our pages, empty without any."""
        return f"{self.web_url}/articles/{article_id}" if self.web_url else ""


def look_of(to: Chat, lexicon: Lexicon, zone: ZoneInfo, web_url: str | None) -> Look:
    """How things look to a chat that is written to."""
    texts = texts_for(to.language, converted=to.converted)
    return Look(texts, lexicon, zone, to.style, web_url, is_group(to.address))
