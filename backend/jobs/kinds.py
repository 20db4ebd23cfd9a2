"""The kinds of job, the queue of each, and how often one may be tried before it counts as failed."""

from dataclasses import dataclass

QUEUES = ("prelabel", "parse", "train", "transfer")


@dataclass(frozen=True)
class JobKind:
    name: str
    queue: str
    max_attempts: int


KINDS = {
    kind.name: kind
    for kind in (
        JobKind("unpack", "transfer", 5),
        JobKind("prelabel", "prelabel", 5),
        JobKind("parse", "prelabel", 5),
        JobKind("fitting", "parse", 5),
        JobKind("freeze", "transfer", 5),
        JobKind("train", "train", 5),
        JobKind("train_baseline", "train", 5),
        JobKind("repredict", "prelabel", 5),
    )
}
