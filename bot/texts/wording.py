"""Every sentence the bot says, as one typed record: a language that lacks one does not pass the type check."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The bot's sentences in one language; `{…}` are filled in by name with `str.format`."""

    code: str
    name: str
    # Commands: what the menu and /help say
    command_start: str
    command_today: str
    command_digest: str
    command_search: str
    command_topics: str
    command_places: str
    command_follow: str
    command_unfollow: str
    command_list: str
    command_time: str
    command_pause: str
    command_resume: str
    command_lang: str
    command_help: str
    command_forget: str
    # Greeting and help
    greeting: str
    help_head: str
    help_query: str
    unknown_command: str
    nearest_command: str
    # Digests
    digest_title: str
    edition_morning: str
    edition_noon: str
    edition_evening: str
    date: str
    weekdays: tuple[str, ...]
    article_count: str
    article_choice: str
    left_out: str
    also: str
    also_count: str
    rest_button: str
    no_topic: str
    page: str
    also_in: str
    continues: str
    enumeration: str
    printed_on: str
    reporter: str
    correspondent: str
    photographer: str
    truncated: str
    read_button: str
    read_usage: str
    read_gone: str
    read_too_long: str
    archive_empty: str
    digest_empty: str
    digest_no_edition: str
    digest_usage: str
    more_gone: str
    today_button: str
    # Following
    topics_head: str
    places_head: str
    place_head: str
    place_follow: str
    place_unfollow: str
    place_back: str
    places_button: str
    topics_button: str
    more_button: str
    now_following: str
    already_following: str
    no_longer: str
    not_following: str
    follow_usage: str
    follow_found: str
    follow_found_none: str
    unfollow_button: str
    unfollow_usage: str
    list_head: str
    list_empty: str
    list_times: str
    list_no_times: str
    list_paused: str
    topic_label: str
    place_label: str
    field_labels: dict[str, str]
    either: str
    excepted: str
    # Search
    search_usage: str
    search_head: str
    search_none: str
    follow_button: str
    # Timetable and the rest
    time_usage: str
    time_set: str
    time_cleared: str
    time_bad: str
    time_too_many: str
    pause_done: str
    resume_done: str
    lang_usage: str
    lang_done: str
    forget_ask: str
    forget_button: str
    forget_keep: str
    forget_done: str
    kept: str
    admins_only: str
    # For administrators
    upload_name: str
    upload_not_fetched: str
    upload_head: str
    upload_item: str
    upload_date: str
    upload_no_date: str
    upload_source: str
    upload_no_source: str
    upload_hint: str
    upload_accept: str
    upload_drop: str
    upload_today: str
    upload_yesterday: str
    upload_done: str
    upload_dropped: str
    upload_gone: str
    upload_unread: str
    upload_too_many: str
    upload_too_big: str
    upload_usage: str
    correct_ask: str
    correct_done: str
    correct_undone: str
    correct_none: str
    correct_undo_button: str
    correct_read_button: str
    correct_usage: str
    alarms: dict[str, str]
    alarms_over: dict[str, str]
    # Errors
    error_unexpected: str
    error_database: str
    error_topic: str
    error_place: str
    error_date: str
    error_query: str
    error_query_reasons: dict[str, str]
