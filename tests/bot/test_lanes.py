"""Work in lanes."""

import asyncio

from bot.telegram.lanes import Lanes


async def test_one_lane_keeps_its_order_and_a_flood_in_it_holds_up_no_other() -> None:
    lanes, done = Lanes(2), list[str]()

    def work(name: str, seconds: float) -> None:
        async def run() -> None:
            await asyncio.sleep(seconds)
            done.append(name)

        lanes.put(name[0], run)

    for number in range(20):
        work(f"a{number}", 0.01)
    assert (lanes.length("a"), lanes.length("b")) == (20, 0)
    work("b", 0)
    await lanes.finish(5)
    assert [name for name in done if name != "b"] == [f"a{number}" for number in range(20)]
    assert done.index("b") < 3


async def test_no_more_is_done_at_once_than_allowed() -> None:
    lanes, running, most = Lanes(3), 0, 0

    async def run() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1

    for number in range(10):
        lanes.put(str(number), run)
    await lanes.finish(5)
    assert most == 3


async def test_what_takes_too_long_is_given_up_at_the_end() -> None:
    lanes, ended = Lanes(1), list[str]()

    async def run() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    lanes.put("a", run)
    lanes.put("a", run)
    await lanes.finish(0.05)
    assert ended == ["cancelled"]
