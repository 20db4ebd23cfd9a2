"""Kombu's filesystem transport with atomic messages: the embedded broker.

The original writes a message into the folder that a worker is reading, and a worker that finds it half-written ends. Here a
message appears whole, by a rename, and is taken by another rename, so that exactly one consumer gets it.
"""

import uuid
from json import JSONDecodeError
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

from kombu import Connection
from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.virtual import BrokerState
from kombu.utils.json import dumps, loads

SCHEME = "facet-filesystem"


class Channel(filesystem.Channel):
    def _put(self, queue: Any, payload: Any, **_: Any) -> None:  # type: ignore[override]  # the bases differ themselves
        folder = Path(self.data_folder_out)
        # Twenty digits sort by age until the year 2286; the name's dots separate what the consumer looks for.
        path = folder / f"{time_ns():020d}-{uuid.uuid4().hex}.{queue}.msg"
        writing = folder / f".{path.name}"
        try:
            writing.write_text(dumps(payload), encoding="utf-8")
            writing.rename(path)
        except OSError as error:
            raise ChannelError(f"Cannot write the message {path}: {error.strerror}") from error

    def _get(self, queue: Any, timeout: float | None = None) -> Any:
        waiting = Path(self.data_folder_in).glob(f"[!.]*.{queue}.msg")
        for path in sorted(waiting):
            taken = path.with_name(f".taken-{path.name}")
            try:
                path.rename(taken)
                text = taken.read_text(encoding="utf-8")
                taken.unlink()
                return loads(text)
            except (OSError, JSONDecodeError):
                # Another consumer took it, or it is damaged. A lost message is no lost job: it is sent again.
                continue
        raise Empty


class Transport(filesystem.Transport):
    Channel = Channel

    def __init__(self, client: Connection, **options: Any) -> None:
        super().__init__(client, **options)
        # The original remembers bindings for the whole process, and would not write them into a second folder.
        self.state = BrokerState()


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
