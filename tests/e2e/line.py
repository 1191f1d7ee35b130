"""The line between a browser and the product, which a test can cut: open connections break and new ones are refused."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

PIECE_BYTES = 65536
WITHIN_S = 10
T = TypeVar("T")


class Line:
    """Forwards a port of its own to ``port``.

    Attributes:
        url: what the browser opens.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._is_cut = False
        self._ends: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._join, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Nothing goes through from now on."""
        self._do(self._cut())

    def mend(self) -> None:
        """New connections go through again."""
        self._is_cut = False

    def close(self) -> None:
        """Ends the line and all that hangs on it."""
        self.cut()
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WITHIN_S)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WITHIN_S)

    async def _cut(self) -> None:
        self._is_cut = True
        for end in self._ends:
            end.transport.abort()

    async def _end(self) -> None:
        self._server.close()
        await asyncio.gather(*self._carrying)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)
        ends = {writer}
        with contextlib.suppress(OSError):
            if not self._is_cut:
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
                ends.add(far_writer)
                self._ends |= ends
                if not self._is_cut:
                    await asyncio.gather(_carry(reader, far_writer), _carry(far_reader, writer))
        self._ends -= ends
        for end in ends:
            end.transport.abort()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
