"""Files of parsing models: what their header says, and how one becomes a network again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from torch import Tensor

from ml.model_file import CheckpointError, pack, unpack, without_memory
from ml.parsing.bspnet import BSPNet
from ml.parsing.categories import CATEGORY_SETS, CategoryCount
from ml.parsing.pspnet import PSPNet
from ml.parsing.regions import CropKind
from ml.parsing.resnet import WIDTH, Depth
from ml.schema import SCHEMA_VERSION

KIND: Final = "parsing"

NetworkName = Literal["bspnet", "pspnet"]
ModelName = Literal["A", "B", "C"]
ParsingNet = BSPNet | PSPNet


@dataclass(frozen=True)
class Architecture:
    """What must be known to build a network and to feed it.

    Attributes:
        network: "bspnet" or "pspnet".
        model: of a BSPNet, the paper's A (semantic branch only), B (boundary features besides) or C (which is B, trained
            with the boundary-weighted loss). A PSPNet is always an A.
        depth: of the ResNet.
        categories: how many it tells apart: 2, 3 or 11.
        input_size: side of its input in pixels, 8k + 1.
        crop: what of a photo it is shown.
        width: of the ResNet: planes of its first stage. 64 are torchvision's; half as many take a quarter of the time.
    """

    network: NetworkName
    model: ModelName
    depth: Depth
    categories: CategoryCount
    input_size: int
    crop: CropKind
    width: int = WIDTH

    def __post_init__(self) -> None:
        if self.network not in ("bspnet", "pspnet") or self.model not in ("A", "B", "C"):
            raise ValueError(f"there is no model {self.model!r} of a network {self.network!r}")
        if self.network == "pspnet" and self.model != "A":
            raise ValueError(f"a PSPNet has no boundary branch: its model is A, not {self.model}")
        if self.categories not in CATEGORY_SETS:
            raise ValueError(f"2, 3 or 11 categories can be told apart, not {self.categories}")
        if self.input_size < 33 or self.input_size % 8 != 1:
            raise ValueError(f"the input's side must be 8k + 1 pixels, such as 129, 257 or 473, not {self.input_size}")
        if self.crop not in ("photo", "head", "face"):
            raise ValueError(f"there is no crop {self.crop!r}")
        if not 8 <= self.width <= WIDTH:
            raise ValueError(f"the width must be 8 to {WIDTH}, not {self.width}")

    def build(self) -> ParsingNet:
        """Returns the network with random weights."""
        if self.network == "pspnet":
            return PSPNet(self.depth, self.categories, self.width)
        return BSPNet(self.depth, self.categories, boundary=self.model != "A", width=self.width)


@dataclass(frozen=True)
class Metadata:
    """What a model file says of itself.

    Attributes:
        architecture: of the network.
        labels: how many labeled photos it was trained on.
        metrics: its metrics on the held-out photos, if it was evaluated.
        parent: SHA-256 of the model file that training started from, or None.
        snapshot: id of the dataset snapshot that it was trained on, or None.
        schema_version: of the categories.
        kind: tells parsing models from others.
    """

    architecture: Architecture
    labels: int
    metrics: Mapping[str, Any] | None = None
    parent: str | None = None
    snapshot: int | str | None = None
    schema_version: str = SCHEMA_VERSION
    kind: str = KIND


def dump(state: Mapping[str, Tensor], metadata: Metadata, *, half: bool = False) -> bytes:
    """Writes a model file; the same weights and metadata give the same bytes.

    Args:
        state: the network's `state_dict()`, on any device and in any memory format.
        metadata: of JSON values.
        half: stores the convolutions in 16 bits, half the bytes; everything else keeps its precision.
    """
    if half:
        state = {name: tensor.half() if tensor.ndim == 4 else tensor for name, tensor in state.items()}
    return pack(state, asdict(metadata))


def load(checkpoint: bytes) -> tuple[ParsingNet, Metadata]:
    """Reads a model file into a network on the CPU, in float32 and in evaluation mode.

    Raises:
        CheckpointError: the bytes are damaged, of another kind of model, or of other categories.
    """
    tensors, header = unpack(checkpoint)
    if header.get("kind") != KIND:
        raise CheckpointError(f"a model of kind {header.get('kind')!r}, where {KIND!r} is needed")
    if header.get("schema_version") != SCHEMA_VERSION:
        raise CheckpointError(
            f"a model for the categories of schema {header.get('schema_version')!r}; "
            f"this version needs {SCHEMA_VERSION!r}"
        )
    try:
        architecture = Architecture(**header.pop("architecture"))
        metadata = Metadata(architecture, **header)
        with without_memory():
            network = architecture.build()
        network.load_state_dict(tensors, assign=True)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"the weights or the header do not fit the network: {error}") from error
    return network.float().eval(), metadata
