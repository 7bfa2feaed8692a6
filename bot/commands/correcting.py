"""The command by which administrators set an article's topics right: learnt from at once, and taken back at will."""

from bot import messages
from bot.chat import Button, Reply
from bot.commands.turn import Turn
from digests import correcting
from digests.model import Article
from digests.text.topics import MOST

NONE = ("none", "无")
UNDO = ("undo", "撤销")


def correct(turn: Turn) -> Reply:
    """`NUMBER TOPIC…` gives an article these topics, best first, or `none`, or with `undo` its own; `NUMBER` asks."""
    number, *names = turn.args.split()[: MOST + 2] or [""]
    if not number.isdecimal() or len(number) > 18 or len(names) > MOST:
        return turn.say(turn.texts.correct_usage)
    article = turn.store.articles.get(int(number))
    if article is None:
        return turn.say(turn.texts.read_gone.format(id=int(number)))
    if not names:
        return _shown(turn, article, turn.texts.correct_ask)
    if names[0] in UNDO:
        return _shown(turn, article, turn.texts.correct_undone, correcting.withdraw(turn.store, article))
    wanted = [] if names[0] in NONE else [turn.desk.lexicon.topic(name).slug for name in names]
    topics = tuple(dict.fromkeys(wanted))
    correcting.correct(turn.store, turn.desk.analyzer(), article, topics, turn.now)
    return _shown(turn, article, turn.texts.correct_done, topics)


def _shown(turn: Turn, article: Article, wording: str, topics: tuple[str, ...] | None = None) -> Reply:
    topics = article.topics if topics is None else topics
    names = turn.texts.enumeration.join(_name(turn, slug) for slug in topics) or turn.texts.correct_none
    said = wording.format(headline=messages.headline(article), topics=names)
    reading = Button(turn.texts.correct_read_button, f"read {article.id}")
    return turn.say(said, *topic_buttons(turn, article.id, topics), reading, width=3)


def topic_buttons(turn: Turn, article_id: int, topics: tuple[str, ...]) -> list[Button]:
    """A button for each topic: it puts the topic first, or takes a ticked one away; the last takes it all back."""
    buttons = [_button(turn, article_id, slug, topics) for slug in turn.desk.lexicon.topics]
    if turn.store.corrections.of(article_id):
        buttons.append(Button(turn.texts.correct_undo_button, f"correct {article_id} {UNDO[0]}"))
    return buttons


def _button(turn: Turn, article_id: int, slug: str, topics: tuple[str, ...]) -> Button:
    others = [topic for topic in topics if topic != slug]
    wanted = others if slug in topics else [slug, *others][:MOST]
    tick = f"{topics.index(slug) + 1} ✓ " if slug in topics else ""
    return Button(tick + _name(turn, slug), f"correct {article_id} {' '.join(wanted) or NONE[0]}")


def _name(turn: Turn, slug: str) -> str:
    topic = turn.desk.lexicon.topics.get(slug)
    return messages.topic_name(turn.texts, topic.zh, topic.en) if topic else slug
