import subprocess
import sys

import torch

from ml.landmarks.hourglass import LandmarkNet
from ml.model_file import without_memory
from ml.parsing.resnet import ResNet


def test_networks_without_memory_have_the_shapes_of_others() -> None:
    with without_memory():
        bare = LandmarkNet(8)
    assert all(tensor.is_meta for tensor in bare.state_dict().values())
    whole = LandmarkNet(8).state_dict()
    assert {name: tensor.shape for name, tensor in bare.state_dict().items()} == {
        name: tensor.shape for name, tensor in whole.items()
    }
    # Elsewhere weights are drawn as ever.
    assert whole["head.weight"].std() > 0 and ResNet(18).state_dict()["conv1.weight"].std() > 0


def test_weights_given_to_one_are_its_own() -> None:
    weights = LandmarkNet(8).state_dict()
    with without_memory():
        bare = LandmarkNet(8)
    bare.load_state_dict(weights, assign=True)
    assert all(torch.equal(tensor, weights[name]) for name, tensor in bare.state_dict().items())


def test_loading_models_does_not_load_torchs_compiler() -> None:
    """It takes over a second, at every start of a command and of a worker."""
    code = "import sys\nfrom ml.landmarks import checkpoint, shipped\n"
    code += "from ml.parsing import checkpoint as parsing, shipped as masks\n"
    code += "checkpoint.load(shipped.shipped_checkpoint())\nparsing.load(masks.shipped_checkpoint())\n"
    code += "print('torch._dynamo' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
