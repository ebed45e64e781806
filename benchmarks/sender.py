"""Sends prepared requests over keep-alive connections: `python -m benchmarks.sender FILE PORT SECONDS`.

The file is msgpack: for each connection the bodies that it sends, one after the other, each once. Prints one JSON
document: seconds, and for each answer its status and ms.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import uvloop

_HEAD = "POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n"


async def one(port: int, bodies: Sequence[bytes], until: float, told: list[tuple[int, float]]) -> None:
    """Send one connection's bodies until the time is over."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    for body in bodies:
        began = time.perf_counter()
        if began > until:
            break
        writer.write(_HEAD.format(len(body)).encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
        await reader.readexactly(int(length))
        told.append((int(head[9:12]), 1000 * (time.perf_counter() - began)))
    writer.close()


async def send(connections: Sequence[Sequence[bytes]], port: int, seconds: float) -> dict[str, object]:
    """Send on all connections at once."""
    began = time.perf_counter()
    told: list[tuple[int, float]] = []
    await asyncio.gather(*(one(port, bodies, began + seconds, told) for bodies in connections))
    return {"seconds": time.perf_counter() - began, "answers": told}


if __name__ == "__main__":
    lines = msgspec.msgpack.decode(Path(sys.argv[1]).read_bytes(), type=list[list[bytes]])
    print(json.dumps(uvloop.run(send(lines, int(sys.argv[2]), float(sys.argv[3])))))
