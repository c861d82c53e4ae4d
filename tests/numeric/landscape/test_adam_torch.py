"""Training against PyTorch's own layers, loss and optimiser."""

from __future__ import annotations

import numpy as np
import pytest

from hessproof.numeric.landscape.adam import train
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.symbolic.architecture import Architecture

pytestmark = [pytest.mark.autodiff, pytest.mark.filterwarnings("ignore:.*torch.jit")]
torch = pytest.importorskip("torch", reason="PyTorch is not installed; `tox -e autodiff` installs it")


@pytest.mark.parametrize("bias", [False, True])
def test_the_same_weights_as_pytorch(bias: bool) -> None:
    network = Architecture((6, 5, 4, 3), bias=bias, activation="relu", loss="cross-entropy")
    stream = np.random.default_rng(0)
    inputs, classes = stream.standard_normal((50, 6)), stream.integers(0, 3, 50)
    found = train(network, inputs, np.eye(3)[classes], seeds=[8, 9], epochs=5, batch=16)

    layers: list[object] = []
    for number, matrix in enumerate(initial_parameters(network, "uniform", 9)):
        layer = torch.nn.Linear(*network.weight_shapes[number][::-1], bias=bias, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(matrix[:, :-1] if bias else matrix))
            if bias:
                layer.bias.copy_(torch.tensor(matrix[:, -1]))
        layers += [layer, torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(5):
        order = np.random.default_rng([9, epoch, 1]).permutation(50)
        for start in range(0, 50, 16):
            chosen = order[start : start + 16]
            optimiser.zero_grad()
            outputs = model(torch.tensor(inputs[chosen]))
            torch.nn.functional.cross_entropy(outputs, torch.tensor(classes[chosen])).backward()
            optimiser.step()
    for number, matrix in enumerate(found.parameters(1)):
        layer = model[2 * number]
        np.testing.assert_allclose(matrix[:, : layer.in_features], layer.weight.detach().numpy(), rtol=1e-9, atol=1e-11)
        if bias:
            np.testing.assert_allclose(matrix[:, -1], layer.bias.detach().numpy(), rtol=1e-9, atol=1e-11)
