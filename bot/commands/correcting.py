"""The command by which administrators set an article's topics right: learnt from at once, and taken back at will."""

from bot import messages
from bot.chat import Button, Reply
from bot.commands.turn import Turn
from bot.texts import gettext_noop
from digests import correcting
from digests.model import Article
from digests.text.topics import MOST

NONE = ("none", "无")
UNDO = ("undo", "撤销")

_ASK = gettext_noop("{headline}\nTopics: {topics}\nPress a topic to put it first, a ticked one to take it away.")
_DONE = gettext_noop("{headline}\nTopics now: {topics}. Articles like it will get the same.")
_UNDONE = gettext_noop("{headline}\nTaken back, with what it taught. Topics: {topics}.")


def correct(turn: Turn) -> Reply:
    """`NUMBER TOPIC…` gives an article these topics, best first, or `none`, or with `undo` its own; `NUMBER` asks."""
    number, *names = turn.args.split()[: MOST + 2] or [""]
    if not number.isdecimal() or len(number) > 18 or len(names) > MOST:
        return turn.say(
            "Like this: /correct 12 transport livelihood (the number as on its reading button; "
            "the first topic counts most, three at most); /correct 12 none; /correct 12 undo"
        )
    article = turn.store.articles.get(int(number))
    if article is None:
        return turn.say("There is no article {id}.", id=int(number))
    if not names:
        return _shown(turn, article, _ASK)
    if names[0] in UNDO:
        return _shown(turn, article, _UNDONE, correcting.withdraw(turn.store, article))
    wanted = [] if names[0] in NONE else [turn.desk.lexicon.topic(name).slug for name in names]
    topics = tuple(dict.fromkeys(wanted))
    correcting.correct(turn.store, turn.desk.analyzer(), article, topics, turn.now)
    return _shown(turn, article, _DONE, topics)


def _shown(turn: Turn, article: Article, message: str, topics: tuple[str, ...] | None = None) -> Reply:
    topics = article.topics if topics is None else topics
    names = messages.enumeration(turn.texts, (_name(turn, slug) for slug in topics))
    said = names or turn.texts.say_in("topics", "none")
    reading = Button(turn.texts.say("Read it"), f"read {article.id}")
    buttons = (*topic_buttons(turn, article.id, topics), reading)
    return turn.say(message, *buttons, width=3, headline=messages.headline(article), topics=said)


def topic_buttons(turn: Turn, article_id: int, topics: tuple[str, ...]) -> list[Button]:
    """A button for each topic: it puts the topic first, or takes a ticked one away; the last takes it all back."""
    buttons = [_button(turn, article_id, slug, topics) for slug in turn.desk.lexicon.topics]
    if turn.store.corrections.of(article_id):
        buttons.append(Button(turn.texts.say("Undo"), f"correct {article_id} {UNDO[0]}"))
    return buttons


def _button(turn: Turn, article_id: int, slug: str, topics: tuple[str, ...]) -> Button:
    others = [topic for topic in topics if topic != slug]
    wanted = others if slug in topics else [slug, *others][:MOST]
    tick = f"{topics.index(slug) + 1} ✓ " if slug in topics else ""
    return Button(tick + _name(turn, slug), f"correct {article_id} {' '.join(wanted) or NONE[0]}")


def _name(turn: Turn, slug: str) -> str:
    topic = turn.desk.lexicon.topics.get(slug)
    return messages.topic_name(turn.texts, topic.zh, topic.en) if topic else slug
