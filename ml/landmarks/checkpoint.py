"""Files of landmark models: what their header says, and how one becomes a network again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from torch import Tensor

from ml.landmarks.hourglass import INPUT_SIZE, LandmarkNet
from ml.model_file import CheckpointError, pack, unpack, without_memory
from ml.schema import SCHEMA_VERSION

KIND: Final = "landmarks"


@dataclass(frozen=True)
class Metadata:
    """What a model file says of itself.

    Attributes:
        width: channels of the hourglass.
        labels: how many labeled photos it was trained on.
        metrics: its metrics on the held-out photos, if it was evaluated.
        parent: SHA-256 of the model file that training started from, or None.
        snapshot: id of the dataset snapshot that it was trained on, or None.
        input_size: side of the network's input, in pixels.
        schema_version: of the points that it predicts.
        kind: tells landmark models from others.
    """

    width: int
    labels: int
    metrics: Mapping[str, Any] | None = None
    parent: str | None = None
    snapshot: int | str | None = None
    input_size: int = INPUT_SIZE
    schema_version: str = SCHEMA_VERSION
    kind: str = KIND


def dump(state: Mapping[str, Tensor], metadata: Metadata) -> bytes:
    """Writes a model file; the same weights and metadata give the same bytes.

    Args:
        state: `LandmarkNet.state_dict()`, on any device and in any memory format.
        metadata: of JSON values.
    """
    return pack(state, asdict(metadata))


def load(checkpoint: bytes) -> tuple[LandmarkNet, Metadata]:
    """Reads a model file into a network on the CPU, in evaluation mode.

    Raises:
        CheckpointError: the bytes are damaged, of another kind of model, or of other points.
    """
    tensors, header = unpack(checkpoint)
    if header.get("kind") != KIND:
        raise CheckpointError(f"a model of kind {header.get('kind')!r}, where {KIND!r} is needed")
    if header.get("schema_version") != SCHEMA_VERSION:
        raise CheckpointError(
            f"a model for the points of schema {header.get('schema_version')!r}; this version needs {SCHEMA_VERSION!r}"
        )
    if header.get("input_size") != INPUT_SIZE:
        raise CheckpointError(f"a model for inputs of {header.get('input_size')!r} px, where {INPUT_SIZE} are needed")
    try:
        metadata = Metadata(**header)
        with without_memory():
            network = LandmarkNet(metadata.width)
        network.load_state_dict(tensors, assign=True)
    except (TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"the weights or the header do not fit the network: {error}") from error
    return network.float().eval(), metadata
