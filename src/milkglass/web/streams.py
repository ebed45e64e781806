"""Streams: server-sent events that tell an open page when a part of it changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

TICK_SECONDS = 1.0
STREAM_SECONDS = 60.0  # then the page asks again, so that a login that is over ends it


def streamed(event: str, part: Callable[[], tuple[str, str]], *, is_once: bool) -> StreamingResponse:
    """Answer with a part of a page, at once and each time that it changes; the page puts it in place.

    Args:
        event: what the events are called.
        part: writes the part now, as an id and its HTML; run in a thread.
        is_once: end after the first, for a program that only asks.
    """
    seconds = 0.0 if is_once else STREAM_SECONDS
    return StreamingResponse(
        _events(event, part, seconds), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _events(event: str, part: Callable[[], tuple[str, str]], seconds: float) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop().time
    ends, last = clock() + seconds, ""
    yield "retry: 1000\n\n"
    while True:
        number, html = await run_in_threadpool(part)
        if html != last:
            last = html
            lines = "".join(f"data: {line}\n" for line in html.splitlines())
            yield f"id: {number}\nevent: {event}\n{lines}\n"
        if clock() >= ends:
            return
        await asyncio.sleep(TICK_SECONDS)
