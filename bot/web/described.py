"""An article as machines are told of it: schema.org's NewsArticle in JSON-LD."""

from typing import Any

from bot import messages
from bot.web.page import Viewing, corrections
from digests.model.news import Article


def news_article(viewing: Viewing, article: Article) -> dict[str, Any]:
    """The NewsArticle of an article (https://schema.org/NewsArticle); what is not known is left out."""
    visit, lexicon = viewing.visit, viewing.desk.lexicon
    described = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": messages.headline(article),
        "description": "".join(sentence.line for sentence in article.summary.sentences),
        "url": visit.absolute(f"/articles/{article.id}"),
        "isBasedOn": article.url,
        "inLanguage": "zh-Hans",
        "datePublished": article.published_on.isoformat() if article.published_on else "",
        "dateModified": article.revised_at.isoformat() if article.revised_at else "",
        "author": [{"@type": "Person", "name": name} for name in article.byline],
        "publisher": {"@type": "Organization", "name": article.source} if article.source else None,
        "articleSection": [lexicon.topics[slug].zh for slug in article.topics if slug in lexicon.topics],
        "contentLocation": [
            {"@type": "Place", "name": lexicon.places[code].name} for code in article.places if code in lexicon.places
        ],
        "wordCount": len(article.body),
        "correction": corrections(viewing.look, article),
    }
    return {name: value for name, value in described.items() if value}
