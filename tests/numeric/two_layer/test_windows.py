"""The network with windows of active samples: its gates and its rank."""

from __future__ import annotations

import numpy as np
import pytest

from hessproof.numeric.two_layer.windows import window_network
from hessproof.symbolic.errors import UnusableRequest


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_gates_are_windows_and_the_rank_is_that_of_all_outputs(width: int) -> None:
    net = window_network(width)
    gates = [[int(unit <= sample < unit + width) for unit in range(width)] for sample in range(2 * width - 1)]
    assert net.slopes.astype(int).tolist() == gates
    assert net.kinks == 0
    # floats suffice: the smallest singular value is far above 1e-8 at these widths
    assert np.linalg.matrix_rank(net.jacobian().astype(float), tol=1e-8) == width * (2 * width - 1)


def test_a_width_of_zero_is_refused() -> None:
    with pytest.raises(UnusableRequest):
        window_network(0)
