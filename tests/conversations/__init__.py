"""Whole conversations as scripts (*.txt), played over HTTP by the real bot; how they are written:

    person 小王                         a person; `person Ann speaks en`; `operator 老张`: one in LIWEN_ADMIN_IDS
    group 街坊群, administered by 小王    also `forum 论坛, …` and `channel 频道, …`
    it is 2024-11-13 07:00              sets the clock (Asia/Shanghai), and what is due is sent; first of all
    90 minutes pass                     also hours, days
    paper 南湖晚报: 标题 / 段落 / 段落      an article comes in; `page seeds/pages/x.txt` a whole page of a newspaper
    edition                             the edition closes, and what is due is sent
    小王: /start                         writes to the bot; `小王 in 街坊群: …`, `小王 in 论坛/交通: …` (a topic)
    小王 taps 交通                       the newest button so labelled (a tick before it does not matter);
                                        `小王 taps 交通 in 街坊群`
    小王 shares 30.71 120.93            a location
    小王 asks inline: 公交                @liwen_bot 公交 in any chat
    小王 blocks the bot, unblocks the bot, adds the bot to 街坊群, removes the bot from 街坊群
    costs at most 6 calls               of the Bot API, since the last such line or the beginning

Below a step, indented, stands what comes of it: who is `sent`, or sees `edited` in place, which text (HTML as sent,
each line behind `|`) with which [buttons], what a tap is `answered`, what Telegram `refused`. A line `…` stands for
any lines. `python -m tests.conversations [NAME …]` plays scripts and writes down what came of them.
"""
