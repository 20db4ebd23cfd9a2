"""The embedded broker's folder: messages appear whole and are taken once."""

import threading
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Queue
from kombu.simple import SimpleQueue

from backend.jobs.broker import settings_of_celery
from backend.settings import Settings


def _connection(folder: Path) -> Connection:
    settings = Settings(data_dir=folder, broker_url="")
    settings.prepare_data_dir()
    configuration = settings_of_celery(settings)
    return Connection(configuration["broker_url"], transport_options=configuration["broker_transport_options"])


def _queue(connection: Connection) -> SimpleQueue:
    return connection.SimpleQueue(Queue("parse", Exchange("parse", type="direct"), routing_key="parse"))


def test_messages_come_out_in_order_and_once(tmp_path: Path) -> None:
    with _connection(tmp_path) as connection:
        queue = _queue(connection)
        for number in range(30):
            queue.put(number)
        received = []
        for _ in range(30):
            message = queue.get(timeout=5)
            received.append(message.payload)
            message.ack()
        assert received == list(range(30))
        with pytest.raises(queue.Empty):
            queue.get(block=False)


def test_a_half_written_or_damaged_message_does_not_end_the_consumer(tmp_path: Path) -> None:
    with _connection(tmp_path) as connection:
        queue = _queue(connection)
        folder = tmp_path / "broker" / "in"
        (folder / f"{0:020d}-aa.parse.msg").write_text("")
        (folder / f".{0:020d}-bb.parse.msg").write_text('{"half":')
        queue.put("whole")
        message = queue.get(timeout=5)
        message.ack()
        assert message.payload == "whole"


def test_two_consumers_share_without_doubling(tmp_path: Path) -> None:
    with _connection(tmp_path) as connection:
        queue = _queue(connection)
        for number in range(200):
            queue.put(number)
    received: list[int] = []

    def consume() -> None:
        with _connection(tmp_path) as own:
            mine = _queue(own)
            while True:
                try:
                    message = mine.get(timeout=0.5)
                except mine.Empty:
                    return
                received.append(message.payload)
                message.ack()

    threads = [threading.Thread(target=consume) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(received) == list(range(200))
