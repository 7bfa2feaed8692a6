"""Edits as rows: deliveries whose messages are to be put right, after something that they show was amended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, update

from digests.model.outbox import DeliveryState, Edit, EditState, Pace
from digests.storage.columns import UtcDateTime
from digests.storage.noun import Noun, chunks
from digests.storage.paces import Paces, busy
from digests.storage.subscriptions import to_chat
from digests.storage.tables.news import amendments
from digests.storage.tables.outbox import deliveries, edits, recipe_articles, recipes
from digests.storage.tables.readers import chats

_UNFINISHED = [state.value for state in (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING)]
_LABELLED = [column.label(f"edit_{column.name}") for column in edits.c]
_SENT = ("parts", "message_ids", "weekly", "due_at")
_SHOWN = (*(deliveries.c[name].label(f"sent_{name}") for name in _SENT), recipes.c.content.label("recipe"))


class Edits(Noun):
    """Sent messages that are to be put right. A step on a row that has vanished, or was owed anew, does nothing."""

    def owe(self, article_id: int, now: datetime) -> None:
        """Owes an edit to every message that shows an article, or is about to; owed once for all that came before."""
        owed = self._owed(now).where(deliveries.c.recipe_id.in_(_showing(article_id)))
        adding = self._insert(edits).from_select(list(_first(now)), owed)
        # Whoever is at such a row knows less: his claim is worth nothing, and the next one waits until it has ended.
        waits = func.coalesce(edits.c.claimed_until, literal(now, UtcDateTime))
        later = func.max if not self._postgresql else func.greatest
        anew = {name: adding.excluded[name] for name in ("state", "part", "attempts", "last_error", "owed_at")}
        anew |= {"claims": edits.c.claims + 1, "next_at": later(waits, literal(now, UtcDateTime))}
        self._connection.execute(adding.on_conflict_do_update(index_elements=[edits.c.delivery_id], set_=anew))

    def catch_up(self, now: datetime, window: timedelta) -> None:
        """Owes what `owe` could not see: messages that were under way, in another transaction, while it was done.

        They know of less than was amended since; `window` is how long a message may be under way.
        """
        recent = amendments.c.made_at > now - window
        if self._connection.execute(select(amendments.c.id).where(recent).limit(1)).first() is None:
            return
        changed = select(recipe_articles.c.recipe_id).join(
            amendments, amendments.c.article_id == recipe_articles.c.article_id
        )
        its = recipe_articles.c.recipe_id == deliveries.c.recipe_id
        newer = changed.where(its, amendments.c.id > deliveries.c.amended)
        known = exists().where(edits.c.delivery_id == deliveries.c.id)
        under_way = (deliveries.c.recipe_id.in_(changed.where(recent)), deliveries.c.claimed_until > now - 2 * window)
        owed = self._owed(now).where(*under_way, newer.correlate(deliveries).exists(), ~known)
        adding = self._insert(edits).from_select(list(_first(now)), owed)
        self._connection.execute(adding.on_conflict_do_nothing())

    def _owed(self, now: datetime) -> Select[Any]:
        begun = or_(deliveries.c.parts_sent > 0, deliveries.c.state.in_(_UNFINISHED))
        return select(*_first(now).values()).where(begun)

    def count(self, article_id: int) -> int:
        """How many messages show an article and can be edited."""
        shown = (deliveries.c.recipe_id.in_(_showing(article_id)), deliveries.c.message_ids.is_not(None))
        total: int | None = self._connection.execute(
            select(func.sum(deliveries.c.parts_sent - deliveries.c.parts_unknown)).where(*shown)
        ).scalar()
        return int(total or 0)

    def claim(
        self, now: datetime, lease: timedelta, transport: str, pace: Pace, most: int, ahead: timedelta
    ) -> list[Edit]:
        """Takes at most so many edits of a transport, each for one message and with its instant, as the pace allows.

        Those that are owed longest first, of each room one; none of a delivery that is still under way.
        """
        slots = Paces(self._connection).slots(transport, now, pace, most, ahead) if self._due(now) else []
        rows = self._pending(now, transport, pace, len(slots)) if slots else []
        if not rows:
            return []
        for some in chunks([row.edit_id for row in rows]):
            taking = update(edits).where(edits.c.id.in_(some))
            self._connection.execute(
                taking.values(state=EditState.CLAIMED.value, claimed_until=now + lease, claims=edits.c.claims + 1)
            )
        taken = slots[: len(rows)]
        Paces(self._connection).take(transport, now, pace, taken, [row.room for row in rows])
        return [_to_edit(row, slot) for row, slot in zip(rows, taken, strict=True)]

    def _due(self, now: datetime) -> bool:
        """Whether anything is due: as a rule nothing is, and that is told by the index alone."""
        due = select(edits.c.id).where(edits.c.state == EditState.PENDING.value, edits.c.next_at <= now)
        return self._connection.execute(due.limit(1)).first() is not None

    def _pending(self, now: datetime, transport: str, pace: Pace, most: int) -> list[Any]:
        wanted = (
            select(*_LABELLED, *_SHOWN, chats)
            .join_from(edits, deliveries, deliveries.c.id == edits.c.delivery_id)
            .join(chats, chats.c.id == deliveries.c.chat_id)
            .outerjoin(recipes, recipes.c.id == deliveries.c.recipe_id)
            .where(edits.c.state == EditState.PENDING.value, edits.c.next_at <= now)
            .where(deliveries.c.state.not_in(_UNFINISHED), chats.c.address.startswith(f"{transport}:", autoescape=True))
            .where(~busy(chats.c.room, now, pace))
            .order_by(edits.c.next_at, edits.c.id)
            .limit(most)
            .with_for_update(skip_locked=True, of=edits)
        )
        rooms: dict[str, Any] = {}
        for row in self._connection.execute(wanted):
            rooms.setdefault(row.room, row)
        return list(rooms.values())

    def arrived(self, edit: Edit, next_at: datetime, amended: int) -> None:
        """A message is right now, as of the amendment `amended`: the next one is due at `next_at`, or all are."""
        if edit.part + 1 < len(edit.message_ids):
            self._step(edit, state=EditState.PENDING.value, part=edit.part + 1, next_at=next_at, attempts=0)
        elif self._step(edit, state=EditState.DONE.value):
            known = update(deliveries).where(deliveries.c.id == edit.delivery_id)
            self._connection.execute(known.values(amended=amended))

    def again(self, edit: Edit, next_at: datetime, error: str) -> None:
        """It was not done: due again at `next_at`."""
        self._step(edit, state=EditState.PENDING.value, next_at=next_at, attempts=edit.attempts + 1, last_error=error)

    def wait(self, edit: Edit, next_at: datetime, error: str) -> None:
        """Told to wait: due again at `next_at`, and not counted as a failed try."""
        self._step(edit, state=EditState.PENDING.value, next_at=next_at, last_error=error)

    def end(self, edit: Edit, state: EditState, error: str) -> None:
        """It will not be done: the chat is gone, the message is, or it cannot be made."""
        self._step(edit, state=state.value, last_error=error)

    def _step(self, edit: Edit, **values: Any) -> bool:
        ours = and_(edits.c.id == edit.id, edits.c.claims == edit.claim, edits.c.state == EditState.CLAIMED.value)
        taken = update(edits).where(ours).values(claimed_until=None, **values).returning(edits.c.id)
        return self._connection.execute(taken).first() is not None

    def recover(self, now: datetime, lease: timedelta) -> None:
        """Takes back what a dead process held when its lease ended; to edit twice changes nothing.

        So it is with a lease that a clock gave which has been put back since.
        """
        over = or_(edits.c.claimed_until <= now, edits.c.claimed_until > now + 2 * lease)
        ended = (edits.c.state == EditState.CLAIMED.value, over)
        found = select(edits.c.id).where(*ended).with_for_update(skip_locked=True)
        values = {"state": EditState.PENDING.value, "next_at": now, "claimed_until": None}
        self._connection.execute(update(edits).where(edits.c.id.in_(found)).values(values))

    def counts(self) -> dict[EditState, int]:
        """How many edits are in each state; states without any are left out."""
        counted = select(edits.c.state, func.count().label("rows")).group_by(edits.c.state)
        return {EditState(row.state): row.rows for row in self._connection.execute(counted)}

    def unfinished(self) -> int:
        """How many edits are owed; those that have ended are not looked at."""
        owed = edits.c.state.in_([EditState.PENDING.value, EditState.CLAIMED.value])
        return self._connection.execute(select(func.count()).where(owed)).scalar_one()

    def oldest(self) -> datetime | None:
        """Since when the edit is owed that is due longest; nothing if none is."""
        owed = edits.c.state == EditState.PENDING.value
        found: datetime | None = self._connection.execute(
            select(edits.c.owed_at).where(owed).order_by(edits.c.next_at).limit(1)
        ).scalar()
        return found


def _showing(article_id: int) -> Select[tuple[int]]:
    return select(recipe_articles.c.recipe_id).where(recipe_articles.c.article_id == article_id)


def _first(now: datetime) -> dict[str, ColumnElement[Any]]:
    """What a row says when it is owed."""
    return {
        "delivery_id": deliveries.c.id,
        "state": literal(EditState.PENDING.value),
        "next_at": literal(now, UtcDateTime),
        **{name: literal(0) for name in ("part", "claims", "attempts")},
        "last_error": literal(""),
        "owed_at": literal(now, UtcDateTime),
    }


def _to_edit(row: Any, go_at: datetime) -> Edit:
    return Edit(
        id=row.edit_id,
        delivery_id=row.edit_delivery_id,
        chat=to_chat(row),
        parts=row.sent_parts,
        message_ids=tuple(row.sent_message_ids or ()),
        recipe=row.recipe,
        weekly=row.sent_weekly,
        due_at=row.sent_due_at,
        part=row.edit_part,
        go_at=go_at,
        attempts=row.edit_attempts,
        owed_at=row.edit_owed_at,
        claim=row.edit_claims + 1,
    )
