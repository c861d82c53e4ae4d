"""Exact Hessians of rectified networks: two routes, kinks, scaling, ball arithmetic and powers of two."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.network.hessians import network_hessian
from hessproof.numeric.primes import primes
from hessproof.numeric.rectified.balls import ball_functional, ball_rank
from hessproof.numeric.rectified.blocks import loss_gradient, network_jacobian, rectified_hessian
from hessproof.numeric.rectified.critical import critical_point
from hessproof.numeric.rectified.dyadic import from_floats
from hessproof.numeric.rectified.forward import forward, on_kink
from hessproof.numeric.rectified.jets import active_neurons, definition_gradient, definition_hessian
from hessproof.numeric.rectified.modular import modular_hessian, rectified_rank
from hessproof.numeric.rectified.network import squared, with_loss
from hessproof.numeric.rectified.powers import PRIME, PowerNetwork, power_functional, power_ranks, tanh_of_multiple
from hessproof.numeric.rectified.tangents import loose_components, tangents, tangents_on_data
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

PARTS = ("outer", "functional", "loss")


def _drawn(rng, activation, bias, layers, side="below"):
    widths = tuple(int(width) for width in rng.integers(1, 4, layers + 1))
    architecture = Architecture(widths, bias=bias, activation=activation)
    samples = int(rng.integers(1, 5))
    weights = [rng.integers(-3, 4, (rows, columns + bias)) for rows, columns in architecture.weight_shapes]
    inputs = rng.integers(-3, 4, (samples, widths[0]))
    return squared(architecture, weights, inputs, rng.integers(-3, 4, (samples, widths[-1])), side)


@pytest.mark.parametrize("activation", ["relu", "leaky-relu", "linear"])
@pytest.mark.parametrize("bias", [False, True])
def test_blocks_agree_with_the_definition(activation, bias):
    rng = np.random.default_rng(7)
    for number in range(12):
        network = _drawn(rng, activation, bias, 1 + number % 4, ("below", "above")[number % 2])
        for part in PARTS:
            assert (rectified_hessian(network, part) == definition_hessian(network, part)).all()
        assert (loss_gradient(network) == definition_gradient(network)).all()
        assert forward(network).active == active_neurons(network)


@pytest.mark.parametrize("activation", ["relu", "leaky-relu"])
def test_modular_hessians_are_residues_of_the_exact_ones(activation):
    rng, prime = np.random.default_rng(8), primes(1)[0]
    for number in range(10):
        network = _drawn(rng, activation, bool(number % 2), 1 + number % 4)
        for part in PARTS:
            exact, found = rectified_hessian(network, part), modular_hessian(network, part, prime)
            assert not ((exact - found.astype(int)) % prime).any()
            assert rectified_rank(network, part).value == exact_rank(exact).value


@pytest.mark.parametrize("bias", [False, True])
def test_a_float_network_has_the_ranks_of_its_exact_copy(bias):
    rng = np.random.default_rng(9)
    architecture = Architecture((3, 3, 2, 2), bias=bias, activation="relu")
    weights = [rng.standard_normal((rows, columns + bias)) for rows, columns in architecture.weight_shapes]
    inputs, targets = rng.standard_normal((6, 3)), rng.standard_normal((6, 2))
    network = from_floats(architecture, weights, inputs, targets)
    for part in PARTS:
        found = network_hessian(architecture, weights, inputs, targets, part)
        values = np.linalg.svd(found, compute_uv=False)
        assert (values > 1e-9 * values[0]).sum() == rectified_rank(network, part).value


def test_infinite_weights_are_refused():
    with pytest.raises(UnusableRequest, match="not finite"):
        from_floats(Architecture((1, 1), activation="relu"), [[[np.inf]]], [[1.0]], [[1.0]])


def test_blocks_agree_with_sympy_on_a_network_that_stays_in_one_linear_region():
    names = sympy.symbols("a:8")
    first, second = sympy.Matrix(2, 2, names[:4]), sympy.Matrix(2, 2, names[4:])
    numbers = dict(zip(names, (3, 1, 2, -1, 1, 2, -2, 1), strict=True))
    samples, targets = ((1, 2), (2, 1)), ((1, 0), (-1, 2))
    loss = 0
    for x, y in zip(samples, targets, strict=True):
        z = first * sympy.Matrix(x)
        a = z.applyfunc(lambda entry: entry if entry.subs(numbers) > 0 else sympy.Integer(0))
        residual = second * a - sympy.Matrix(y)
        loss += (residual.T * residual)[0] / 2
    expected = sympy.hessian(loss, names).subs(numbers)
    weights = [[[3, 1], [2, -1]], [[1, 2], [-2, 1]]]
    network = squared(Architecture((2, 2, 2), activation="relu"), weights, samples, targets)
    assert rectified_hessian(network).tolist() == np.asarray(expected.tolist()).astype(int).tolist()


def test_leaky_slopes_scale_the_whole_hessian():
    architecture = Architecture((1, 1, 1), activation="leaky-relu")
    found = rectified_hessian(squared(architecture, [[[-2]], [[3]]], [[1]], [[1]]))
    w, v = sympy.symbols("w v")
    loss = (v * w / 100 - 1) ** 2 / 2
    expected = sympy.hessian(loss, (w, v)).subs({w: -2, v: 3}) * 100**2
    assert found.tolist() == np.asarray(expected.tolist()).astype(int).tolist()


def test_another_loss_enters_through_its_derivatives():
    architecture = Architecture((2, 2, 2), activation="relu")
    rng = np.random.default_rng(1)
    weights, inputs = [rng.integers(-3, 4, (2, 2)) for _ in range(2)], rng.integers(-3, 4, (3, 2))
    symmetric = rng.integers(-3, 4, (3, 2, 2))
    symmetric = symmetric + symmetric.transpose(0, 2, 1)
    network = with_loss(architecture, weights, inputs, rng.integers(-3, 4, (3, 2)), symmetric)
    for part in PARTS:
        assert (rectified_hessian(network, part) == definition_hessian(network, part)).all()
    zero = with_loss(architecture, weights, inputs, np.zeros((3, 2), dtype=int), symmetric)
    assert not rectified_hessian(zero, "functional").any()


def test_kinks_are_seen_unless_nothing_reaches_them():
    relu = Architecture((1, 2, 2, 1), activation="relu")
    dead_below = [[[-1], [-2]], [[1, 1], [1, 1]], [[1, 1]]]
    assert not on_kink(squared(relu, dead_below, [[1]], [[0]]))
    assert on_kink(squared(relu, [[[0], [-2]], *dead_below[1:]], [[1]], [[0]]))
    with_bias = Architecture((1, 1, 1), bias=True, activation="relu")
    assert on_kink(squared(with_bias, [[[1, 0]], [[1, 1]]], [[0]], [[0]]))


@pytest.mark.parametrize("side", ["below", "above"])
def test_the_tangents_lie_in_the_kernel_of_the_jacobian_everywhere(side):
    rng = np.random.default_rng(3)
    for number in range(20):
        network = _drawn(rng, ("relu", "leaky-relu")[number % 2], bool(number % 3), 2 + number % 3, side)
        assert not (network_jacobian(network) @ tangents(network).T).any()


def test_the_tangents_lie_in_the_kernel_of_the_loss_at_critical_points_only():
    rng, moved = np.random.default_rng(4), 0
    for number in range(20):
        network = _drawn(rng, "relu", bool(number % 2), 2 + number % 2)
        moved += bool((rectified_hessian(network) @ tangents(network).T).any())
        if not on_kink(network):
            critical = critical_point(network, rng)
            assert not loss_gradient(critical).any()
            assert not (rectified_hessian(critical) @ tangents(network).T).any()
    assert moved > 5


def test_a_loose_neuron_costs_one_direction():
    relu = Architecture((2, 2, 1), activation="relu")
    network = squared(relu, [[[1, -1], [1, 1]], [[0, 1]]], [[1, 1]], [[0]])
    assert loose_components(network) == 1, "the first row is orthogonal to the data and leads nowhere"
    assert exact_rank(tangents_on_data(network)).value == 1
    assert exact_rank(tangents(network)).value == 2


@pytest.mark.slow
def test_balls_contain_the_definition_and_prove_pivots():
    rng = np.random.default_rng(5)
    architecture = Architecture((2, 2, 1), bias=True, activation="tanh")
    weights = [rng.integers(-2, 3, (2, 3)), rng.integers(-2, 3, (1, 3))]
    inputs, targets = rng.integers(-2, 3, (3, 2)), rng.integers(-2, 3, (3, 1))
    names = sympy.symbols("t:9")
    first, second = sympy.Matrix(2, 3, names[:6]), sympy.Matrix(1, 3, names[6:])
    numbers = dict(zip(names, [int(e) for part in weights for e in part.ravel()], strict=True))
    functional = sympy.zeros(9, 9)
    for x, y in zip(inputs, targets, strict=True):
        hidden = (first * sympy.Matrix([*map(int, x), 1])).applyfunc(sympy.tanh)
        output = (second * sympy.Matrix([*hidden, 1]))[0]
        functional += (output - int(y[0])).subs(numbers) * sympy.hessian(output, names).subs(numbers)
    found = ball_functional(architecture, weights, inputs, targets, bits=300)
    for place, entry in np.ndenumerate(found):
        assert abs(float(entry) - float(functional[place])) < 1e-12
    rank = ball_rank(found, bits=300)
    assert rank.lower == functional.evalf(40).rank(iszerofunc=lambda entry: abs(entry) < 1e-25)


def test_balls_refuse_a_kink():
    with pytest.raises(UnusableRequest, match="smooth"):
        ball_functional(Architecture((1, 1, 1), activation="relu"), [[[1]], [[1]]], [[1]], [[1]])


def test_powers_of_two_agree_with_balls():
    architecture = Architecture((2, 2, 1), activation="tanh")
    rng = np.random.default_rng(6)
    weights = tuple(rng.integers(1, 4, shape).astype(object) for shape in architecture.weight_shapes)
    inputs, targets = rng.integers(1, 3, (2, 2)).astype(object), rng.integers(1, 9, (2, 1)).astype(object)
    found = power_functional(PowerNetwork(architecture, weights, inputs, targets), t=12345)
    for row, column in ((0, 4), (0, 0), (3, 1)):
        exact = 0
        for x, y in zip(inputs, targets, strict=True):
            hidden = [tanh_of_multiple(int(k)) for k in weights[0] @ x]
            delta = sum(v * a for v, a in zip(weights[1][0], hidden, strict=True)) - y[0]
            slope, bend = 1 - hidden[0] ** 2, -2 * hidden[0] * (1 - hidden[0] ** 2)
            exact += {
                (0, 4): delta * slope * x[0],
                (0, 0): delta * weights[1][0, 0] * bend * x[0] ** 2,
                (3, 1): 0,
            }[row, column]
        numerator, denominator = (exact.numerator, exact.denominator) if exact else (0, 1)
        assert int(found[row, column]) == numerator * pow(denominator, -1, PRIME) % PRIME
    whole, columns = power_ranks(PowerNetwork(architecture, weights, inputs, targets), (1, 2))
    assert whole == sum(columns)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"activation": "tanh"}, "activation tanh"),
        ({"weights": [[[1, 2]], [[1]]]}, "weights of shapes"),
        ({"targets": [[1, 2]]}, "targets of shape"),
        ({"side": "left"}, "slope at a kink"),
    ],
)
def test_what_is_refused(change, message):
    given = {"activation": "relu", "weights": [[[1]], [[1]]], "targets": [[1]], "side": "below", **change}
    architecture = Architecture((1, 1, 1), activation=given["activation"])
    with pytest.raises(UnusableRequest, match=message):
        squared(architecture, given["weights"], [[1]], given["targets"], given["side"])


def test_deep_power_networks_are_refused():
    deep = Architecture((1, 1, 1, 1, 1), activation="tanh")
    one = np.asarray([[1]], dtype=object)
    with pytest.raises(UnusableRequest, match="4 layers"):
        PowerNetwork(deep, (one, one, one, one), one, one)
