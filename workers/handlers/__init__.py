"""The work behind each kind of job."""

from workers.execution import Handler
from workers.handlers.fitting import fit
from workers.handlers.freeze import freeze_snapshot
from workers.handlers.parse import parse
from workers.handlers.prelabel import prelabel
from workers.handlers.repredict import repredict
from workers.handlers.train import train_landmarks
from workers.handlers.train_baseline import train_baseline
from workers.handlers.unpack import unpack

HANDLERS: dict[str, Handler] = {
    "unpack": unpack,
    "prelabel": prelabel,
    "repredict": repredict,
    "parse": parse,
    "fitting": fit,
    "freeze": freeze_snapshot,
    "train": train_landmarks,
    "train_baseline": train_baseline,
}
