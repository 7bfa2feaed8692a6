"""The Bot API's methods: what each does in the chats, and what it answers."""

import json
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp.web import FileField

from tests.botapi.chats import Event, Refused, Shown
from tests.botapi.people import BOT, chat
from tests.botapi.validation import NOTICE_UNITS, caption_refusal, inline_refusal, refusal, units

if TYPE_CHECKING:
    from tests.botapi.server import BotApi

Parameters = dict[str, Any]
Method = Callable[["BotApi", Parameters], Any]

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


PNG = b"\x89PNG\r\n\x1a\n"


def _refuse(reason: str) -> None:
    if reason:
        raise Refused(400, f"Bad Request: {reason}")


def _as_message(shown: Shown) -> dict[str, Any]:
    topic = {"message_thread_id": shown.thread, "is_topic_message": True} if shown.thread else {}
    return {"message_id": shown.id, "date": 1, "chat": chat(shown.chat), "text": "x", **topic}


def send_message(api: "BotApi", parameters: Parameters) -> Any:
    """A text."""
    _refuse(refusal(parameters))
    return _as_message(api.chats.add(api.people.next_number(), parameters))


def send_photo(api: "BotApi", parameters: Parameters) -> Any:
    """A picture, uploaded, or one of those it has by the name it gave it."""
    named = parameters.get("photo")
    if not isinstance(named, str) or not named:
        return _send_file(api, parameters, "photo")
    _refuse(caption_refusal(parameters))
    _refuse("" if named in api.files else "wrong file identifier/HTTP URL specified")
    shown = api.chats.add(api.people.next_number(), parameters, "photo sent before")
    return _as_message(shown) | _sizes(named, api.files[named])


def _sizes(name: str, content: bytes) -> dict[str, Any]:
    """What there is of a picture: one size, by what its PNG says."""
    width, height = struct.unpack(">II", content[16:24])
    size = {"file_id": name, "file_unique_id": name, "width": width, "height": height, "file_size": len(content)}
    return {"photo": [size]}


def send_document(api: "BotApi", parameters: Parameters) -> Any:
    """A file."""
    return _send_file(api, parameters, "document")


def _send_file(api: "BotApi", parameters: Parameters, kind: str) -> Any:
    _refuse(caption_refusal(parameters))
    content = parameters.get(kind)
    _refuse("" if content else f"there is no {kind} in the request")
    name, number = getattr(content, "filename", None) or "file", api.people.next_number()
    held = content.file.read() if isinstance(content, FileField) else b""
    _refuse("IMAGE_PROCESS_FAILED" if kind == "photo" and not held.startswith(PNG) else "")
    api.files[str(number)] = held
    sizes = _sizes(str(number), held) if kind == "photo" else {}
    return _as_message(api.chats.add(number, parameters, f"{kind} {name}")) | sizes


def edit_message_text(api: "BotApi", parameters: Parameters) -> Any:
    """Another text, and other buttons, in place of a message's."""
    _refuse(refusal(parameters))
    return _as_message(api.chats.edit(parameters, "text"))


def edit_message_caption(api: "BotApi", parameters: Parameters) -> Any:
    """Another caption in place of a picture's or file's."""
    _refuse(caption_refusal(parameters))
    return _as_message(api.chats.edit(parameters, "caption"))


def edit_message_reply_markup(api: "BotApi", parameters: Parameters) -> Any:
    """Other buttons under a message."""
    return _as_message(api.chats.edit(parameters, None))


def delete_message(api: "BotApi", parameters: Parameters) -> Any:
    """Takes a message away."""
    api.chats.delete(int(parameters["chat_id"]), int(parameters["message_id"]))
    return True


def answer_callback_query(api: "BotApi", parameters: Parameters) -> Any:
    """Confirms that a button was pressed, with a text over the chat if there is one."""
    number, text = str(parameters["callback_query_id"]), str(parameters.get("text", ""))
    _refuse("" if number in api.people.asked else TOO_OLD)
    _refuse("MESSAGE_TOO_LONG" if units(text) > NOTICE_UNITS else "")
    kind = "alerted" if str(parameters.get("show_alert", "")).lower() == "true" else "answered"
    if url := parameters.get("url"):
        kind, text = "opened", str(url)
    api.chats.events.append(Event(kind, api.people.asked.pop(number), text=text))
    return True


def answer_inline_query(api: "BotApi", parameters: Parameters) -> Any:
    """Results to share, each shown as its title, description and the text that would be sent."""
    number, results = str(parameters["inline_query_id"]), parameters.get("results") or []
    _refuse("" if number in api.people.asked else TOO_OLD)
    results = json.loads(results) if isinstance(results, str) else results
    _refuse(inline_refusal(parameters, results))
    person = api.people.asked.pop(number)
    for result in results:
        lines = [result["title"], result.get("description", ""), result["input_message_content"]["message_text"]]
        api.chats.events.append(Event("inline", person, text="\n".join(line for line in lines if line)))
    return True


def get_chat_member(api: "BotApi", parameters: Parameters) -> Any:
    """What somebody is in a chat; those in `api.admins` administer all."""
    number = int(parameters["user_id"])
    user = {"id": number, "is_bot": False, "first_name": "x"}
    if number not in api.admins:
        return {"status": "member", "user": user}
    return {"status": "creator", "user": user, "is_anonymous": False}


def get_file(_: "BotApi", parameters: Parameters) -> Any:
    """Where a file can be had."""
    name = str(parameters["file_id"])
    return {"file_id": name, "file_unique_id": name, "file_path": f"documents/{name}"}


MESSAGES: dict[str, Method] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "editMessageText": edit_message_text,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
}
"""What counts towards Telegram's limits, and may end in faults."""
METHODS: dict[str, Method] = {
    "getMe": lambda *_: BOT,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "getChatMember": get_chat_member,
    "getFile": get_file,
    "getWebhookInfo": lambda api, _: {"has_custom_certificate": False, **api.webhook},
    **dict.fromkeys(
        ("setMyCommands", "deleteMyCommands", "setMyDescription", "setMyShortDescription", "sendChatAction",
         "setWebhook", "deleteWebhook", "setChatMenuButton", "leaveChat"),
        lambda *_: True,
    ),
}  # fmt: skip
SETTING_UP = {"getMe", "getUpdates", "setMyCommands", "deleteMyCommands", "setMyDescription", "setMyShortDescription",
              "setWebhook", "deleteWebhook", "getWebhookInfo", "setChatMenuButton"}  # fmt: skip
"""What a bot asks for itself: no conversation costs it."""
