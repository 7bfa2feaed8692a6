"""The steps of a delivery as statements, made once: to build one costs more than to run it."""

from typing import Any

from sqlalchemy import JSON, Integer, Text, and_, bindparam, case, func, null, text, update
from sqlalchemy.sql.dml import ReturningUpdate

from digests.model.outbox import DeliveryState
from digests.storage.columns import Key, UtcDateTime
from digests.storage.tables.outbox import deliveries

_NEXT_AT = bindparam("then", type_=UtcDateTime)
_REASON = bindparam("why", type_=Text)
# Written out: a bound list is put together anew each time.
_UNDERWAY = text("deliveries.state IN ('claimed', 'sending')")
_UNFINISHED = text("deliveries.state IN ('pending', 'claimed', 'sending')")
# A ledger writes again what may have been committed when its connection broke: that must not pass over a message.
_AT_ITS_PART = and_(_UNFINISHED, deliveries.c.parts_sent == bindparam("part", type_=Integer))


def _step(state: Any, *, of: Any = _UNFINISHED, **values: Any) -> ReturningUpdate[Any]:
    """The row `delivery`, in one of the states `of` and by its claim `ours`, goes to `state`; returns its outcome.

    The number of its claim is the fence: whoever claims a row later makes every earlier claim worthless. Until then
    what the sender knows is the truth, even when its lease ended before it could say so.
    """
    values["state"] = state.value if isinstance(state, DeliveryState) else state
    ours = (deliveries.c.id == bindparam("delivery"), deliveries.c.claims == bindparam("ours"), of)
    told = (deliveries.c.chat_id, deliveries.c.edition_id, deliveries.c.weekly)
    outcome = (*told, deliveries.c.state, deliveries.c.parts_unknown)
    return update(deliveries).where(*ours).values(values).returning(*outcome)


def _go_on() -> ReturningUpdate[Any]:
    """Past a message that went out, to the next one or to the end; `doubt` is 1 if it may not have arrived, else 0."""
    doubt = bindparam("doubt", type_=Integer)
    more = deliveries.c.parts_sent + 1 < deliveries.c.parts
    doubts = deliveries.c.parts_unknown + doubt
    ended = case((doubts > 0, DeliveryState.UNKNOWN.value), else_=DeliveryState.SENT.value)
    return _step(
        case((more, DeliveryState.PENDING.value), else_=ended),
        of=_AT_ITS_PART,
        next_at=_NEXT_AT,
        sent_at=bindparam("at", type_=UtcDateTime),
        parts_sent=deliveries.c.parts_sent + 1,
        parts_unknown=doubts,
        unknowns=deliveries.c.unknowns + doubt,
        doubtful=False,
        contents=case((more, deliveries.c.contents), else_=null()),
        message_ids=bindparam("names", type_=JSON),
        last_error=_REASON,
    )


SENDING = _step(
    DeliveryState.SENDING,
    of=_UNDERWAY,
    claimed_until=bindparam("until", type_=UtcDateTime),
    parts=bindparam("number", type_=Integer),
    contents=bindparam("messages", type_=JSON(none_as_null=True)),
    recipe_id=func.coalesce(bindparam("recipe", type_=Key), deliveries.c.recipe_id),
    amended=func.coalesce(bindparam("known", type_=Key), deliveries.c.amended),
)
GO_ON = _go_on()
NOTHING = _step(DeliveryState.SENT, sent_at=bindparam("at", type_=UtcDateTime), parts=0, contents=null(), last_error="")
WAIT = _step(DeliveryState.PENDING, next_at=_NEXT_AT, last_error=_REASON)
AGAIN = _step(DeliveryState.PENDING, next_at=_NEXT_AT, last_error=_REASON, attempts=deliveries.c.attempts + 1)
DOUBTFUL = _step(
    DeliveryState.PENDING, next_at=_NEXT_AT, last_error=_REASON, unknowns=deliveries.c.unknowns + 1, doubtful=True
)
GONE = _step(DeliveryState.GONE, last_error=_REASON)
FAILED = _step(DeliveryState.FAILED, last_error=_REASON, attempts=deliveries.c.attempts + 1)
