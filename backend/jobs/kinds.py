"""The kinds of job: the queue of each, how often one may be tried before it counts as failed, and which may be stopped."""

from dataclasses import dataclass

QUEUES = ("prelabel", "parse", "train", "transfer")


@dataclass(frozen=True)
class JobKind:
    name: str
    queue: str
    max_attempts: int
    # Whether an admin may stop it: long work that leaves nothing half done, and for which no photo waits.
    stoppable: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        JobKind("unpack", "transfer", 5, stoppable=True),
        JobKind("prelabel", "prelabel", 5),
        JobKind("parse", "prelabel", 5, stoppable=True),
        JobKind("fitting", "parse", 5),
        JobKind("freeze", "transfer", 5),
        JobKind("train", "train", 5, stoppable=True),
        JobKind("train_baseline", "train", 5, stoppable=True),
        JobKind("repredict", "prelabel", 5, stoppable=True),
    )
}
