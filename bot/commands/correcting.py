"""The command by which administrators set an article's topics right: learnt from at once, and taken back at will."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import characters, messages
from bot.articles import NONE, UNDO, Opened, topic_buttons, topic_name
from bot.chat import Button, Reply
from bot.commands import articles
from bot.commands.turn import Turn
from bot.texts import gettext_noop
from digests import correcting
from digests.folding import fold
from digests.model.news import Article
from digests.text.topics import MOST

_NONE = (NONE, "无")
_UNDO = (UNDO, "撤销")
_TAIL = re.compile(r"(?: from:\d{1,18})?(?: page:\d{1,3})?$")

_ASK = gettext_noop("Topics: {topics}\nPress a topic to put it first, a ticked one to take it away.")
_DONE = gettext_noop("Topics now: {topics}. Articles like it will get the same.")
_UNDONE = gettext_noop("Taken back, with what it taught. Topics: {topics}.")


def correct(turn: Turn) -> Reply:
    """`NUMBER TOPIC…` gives an article these topics, best first, or `none`, or with `undo` its own; `NUMBER` asks.

    By buttons `NUMBER +TOPIC` puts one first and `NUMBER -TOPIC` takes one away, of an open article where it stands.
    """
    args = _TAIL.sub("", turn.args)
    number, *names = args.split()[: MOST + 2] or [""]
    opened = Opened.parsed(number + turn.args[len(args) :])
    if opened is None or len(names) > MOST:
        return turn.say(
            "Like this: /correct 12 transport livelihood (the number as on its reading button; "
            "the first topic counts most, three at most); /correct 12 none; /correct 12 undo"
        )
    article = turn.store.articles.get(opened.article_id)
    if article is None:
        return turn.say("There is no article {id}.", id=opened.article_id)
    if not names:
        return _shown(turn, article, _ASK)
    corrected, message = _corrected(turn, article, names)
    if opened.turned:
        return articles.show(turn, opened, corrected, _said(turn, corrected, message))
    return _shown(turn, corrected, message)


def _corrected(turn: Turn, article: Article, names: Sequence[str]) -> tuple[Article, str]:
    """The article with its topics set right, and what is said of it."""
    if fold(names[0]) in _UNDO:
        return replace(article, topics=correcting.withdraw(turn.store, article)), _UNDONE
    topics = _wanted(turn, article, names)
    correcting.correct(turn.store, turn.desk.analyzer(), article, topics, turn.now)
    return replace(article, topics=topics), _DONE


def _wanted(turn: Turn, article: Article, names: Sequence[str]) -> tuple[str, ...]:
    """The topics that are wanted: those named, or an article's own with one put first (`+`) or taken away (`-`)."""
    if fold(names[0]) in _NONE:
        return ()
    slugs = [turn.desk.lexicon.topic(name.lstrip("+-")).slug for name in names]
    if names[0][0] not in "+-":
        return tuple(dict.fromkeys(slugs))
    others = [topic for topic in article.topics if topic not in slugs]
    return tuple((slugs + others if names[0][0] == "+" else others)[:MOST])


def _shown(turn: Turn, article: Article, message: str) -> Reply:
    reading = Button(turn.texts.say("Read it"), f"read {article.id}")
    undoable = turn.store.corrections.of(article.id) is not None
    buttons = (*topic_buttons(turn.look, article, undoable=undoable), reading)
    return turn.show(
        f"{characters.printed(turn.look, messages.headline(article), article)}\n{_said(turn, article, message)}",
        *buttons,
        width=3,
    )


def _said(turn: Turn, article: Article, message: str) -> str:
    names = messages.enumeration(turn.texts, (topic_name(turn.look, slug) for slug in article.topics))
    return turn.texts.say(message, topics=names or turn.texts.say_in("topics", "none"))
