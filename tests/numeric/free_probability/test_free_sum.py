"""The law of a free sum: density against balls, edges, atoms, masses of bands, distribution function, moments."""

from __future__ import annotations

import math
from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from hessproof.numeric.free_probability import balls
from hessproof.numeric.free_probability.equation import equation, rational_of
from hessproof.numeric.free_probability.free_sum import FreeSum
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU
from hessproof.symbolic.free_probability.symbols import EPSILON, TAU, Z

MODELS = (PENNINGTON, PENNINGTON_RELU)

energies = st.one_of(st.just(0.0), st.floats(-9, 6).map(lambda x: 10.0**x))
ratios = st.one_of(st.sampled_from([1.0, 2.0, 1 - 1e-9, 1 + 1e-9, 2 - 1e-9]), st.floats(-5, 5).map(lambda x: 10.0**x))
scales = st.sampled_from([1.0, 2.0, 1e-3, 1e3])
shares = st.one_of(st.sampled_from([0.0, 1.0, -0.1, 1.1, 1e-15]), st.floats(0, 1))


@pytest.mark.slow
@given(st.sampled_from(MODELS), energies, ratios, scales, shares, st.integers(0, 2))
@settings(max_examples=24, deadline=None)
def test_density_and_distribution_against_balls(
    model: object, epsilon: float, tau: float, scale: float, share: float, band: int
) -> None:
    law = FreeSum(model, epsilon, tau, scale)  # type: ignore[arg-type]
    edges = law.edges()
    band = min(band, len(edges) // 2 - 1)
    left, right = edges[2 * band : 2 * band + 2]
    place = left + share * (right - left)
    density, below = float(law.density(place)), float(law.distribution(place))
    event(f"{len(edges) // 2} bands, {len(law.atoms())} atoms, {'inside' if density > 0 else 'outside'}")
    if not math.isinf(density):
        exact = float(law.density_ball(place, 20).mid())
        assert abs(density - exact) <= max(1e-10, 4e-16 * exact)
    with flint.ctx.workprec(300):
        assert abs(below - float(balls.distribution(law.equation, rational_of(place)).mid())) < 1e-12


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("tau", [0.1, 0.9, 1.0, 1.7, 2.0, 5.0])
def test_one_root_lies_below_the_line(model: object, tau: float) -> None:
    """The theorem on which the choice of the root rests, tried with the roots of another library."""
    generator = np.random.default_rng(7)
    for epsilon in (0.001, 0.3, 20.0):
        f = FreeSum(model, epsilon, tau).equation  # type: ignore[arg-type]
        for z in generator.normal(size=20) * 3 + 1j * 10.0 ** generator.uniform(-3, 1, 20):
            top = [float(f.numerator[k].p) / float(f.numerator[k].q) for k in range(f.degree + 1)]
            bottom = [float(f.denominator[k].p) / float(f.denominator[k].q) for k in range(f.degree + 1)]
            roots = np.roots((np.array(top) - z * np.array(bottom))[::-1])
            assert (roots.imag < 0).sum() == 1


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("epsilon", [0, 1e-9, 0.03, 1e4])
@pytest.mark.parametrize("tau", [1e-4, 0.9999, 1.0, 2.0, 2.001, 40.0])
def test_mass_is_one(model: object, epsilon: float, tau: float) -> None:
    law = FreeSum(model, epsilon, tau)  # type: ignore[arg-type]
    found = law.integral()
    assert abs(found.value - 1) < 1e-10
    assert found.error < 1e-10
    exact = sum(float(band.mass.mid()) for band in law.bands) + sum(mass for _, mass in law.atoms())
    assert exact == pytest.approx(1, abs=1e-15)


def test_few_places_need_balls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand places over the spectrum stay in double precision."""
    from hessproof.numeric.free_probability import fast_roots

    asked = []
    by_balls = fast_roots.root_by_balls
    monkeypatch.setattr(fast_roots, "root_by_balls", lambda *given: asked.append(given) or by_balls(*given))
    for model in MODELS:
        for epsilon, tau in ((0.5, 0.25), (1e-6, 1.0), (1.0, 4.0), (1e-12, 1.5)):
            law = FreeSum(model, epsilon, tau)
            edges = law.edges()
            law.density(np.linspace(edges[0] - 0.1, edges[-1] + 0.1, 10_000))
    assert len(asked) < 100


def test_marchenko_pastur_at_no_energy() -> None:
    law = FreeSum(PENNINGTON, 0, 0.25, 2)
    assert law.edges() == pytest.approx((0.5, 4.5), rel=1e-15)
    x = np.linspace(0.6, 4.4, 7)
    known = np.sqrt((x - 0.5) * (4.5 - x)) / (2 * np.pi * x * 2 * 0.25)
    assert law.density(x) == pytest.approx(known, rel=1e-13)
    assert law.negative_ball() == 0


def test_semicircle_at_large_energy() -> None:
    law = FreeSum(PENNINGTON, 1e8, 0.5)
    radius = math.sqrt(8e8)
    assert law.edges() == pytest.approx((-radius, radius), rel=1e-4)
    assert law.density(0.0) == pytest.approx(2 / math.pi / radius, rel=1e-4)


def test_hard_edges_are_infinite() -> None:
    assert FreeSum(PENNINGTON, 0, 1).density([0.0, -1.0]).tolist() == [math.inf, 0.0]
    law = FreeSum(PENNINGTON_RELU, 1, 2)
    assert law.edges()[2] == 0.0
    assert law.density(0.0) == math.inf
    near = float(law.density(1e-20)) * 1e-10
    assert near == pytest.approx(1 / (2 * math.pi), rel=1e-4)  # ρ ≈ 1/(2π√(sλ))


def test_an_atom_is_no_part_of_the_density() -> None:
    assert FreeSum(PENNINGTON, 0, 4).density(0.0) == 0.0
    law = FreeSum(PENNINGTON_RELU, 1, Fraction(2) + Fraction(1, 2**52))
    (place, mass), edges = law.atoms()[0], law.edges()
    assert place == 0.0
    assert mass == pytest.approx(2.0**-53)
    assert 0 < edges[2] < 1e-30
    assert law.density(0.0) == 0.0


def test_outside_the_bands_the_transform_is_real() -> None:
    law = FreeSum(PENNINGTON, 0.5, 0.25, 2)
    points = np.array([-40.0, -3.0, 9.0, 1e6])
    g = law.stieltjes(points)
    assert (g.imag == 0).all()
    assert (2 / (1 - 2 * 0.25 * g) + g + 1 / g).real == pytest.approx(points, rel=1e-9)
    assert g[-1].real == pytest.approx(1e-6, rel=1e-5)
    assert np.isinf(FreeSum(PENNINGTON, 0, 4).stieltjes([0.0]).real).all()


def test_two_bands_merge_where_three_roots_meet() -> None:
    """F′ = F″ = 0 at 2ε = s²τ(τ^{1/3} − 1)³; for τ = 8 that is ε = 4."""
    below, at, above = (FreeSum(PENNINGTON, energy, 8).edges() for energy in ("39999/10000", 4, "40001/10000"))
    assert [len(edges) for edges in (below, at, above)] == [4, 2, 2]
    cusp = [edge for edge in balls.edges(FreeSum(PENNINGTON, 4, 8).equation) if not edge.crossing]
    assert len(cusp) == 1
    assert float(FreeSum(PENNINGTON, 4, 8).density(float(cusp[0].place.mid()))) < 1e-4


def test_masses_of_bands_are_counted_by_jumps() -> None:
    law = FreeSum(PENNINGTON, 0.01, 4)
    assert [float(band.mass) for band in law.bands] == pytest.approx([3 / 4, 1 / 4], abs=1e-15)
    law = FreeSum(PENNINGTON_RELU, 0.01, 4)
    assert law.atoms() == ((0.0, 0.5),)
    assert [float(band.mass) for band in law.bands] == pytest.approx([1 / 8, 1 / 8, 1 / 4], abs=1e-15)


@pytest.mark.parametrize("tau", ["2", "5/2", "7", "100"])
@pytest.mark.parametrize("epsilon", ["1/1000", "1", "1000"])
def test_relu_index_is_known_from_two_on(tau: str, epsilon: str) -> None:
    """For τ ≥ 2 there is room for both parts: α = 1/(2τ), whatever the energy."""
    found = FreeSum(PENNINGTON_RELU, epsilon, tau).negative_ball(20)
    assert found.overlaps(flint.arb(1) / (2 * flint.arb(flint.fmpq(*Fraction(tau).as_integer_ratio()))))


def test_distribution_counts_atoms_from_their_place_on() -> None:
    law = FreeSum(PENNINGTON, 0, 4)
    assert law.distribution([-1e-300, 0.0, 0.5, 20.0]).tolist() == [0.0, 0.75, 0.75, 1.0]
    x = np.linspace(-3, 12, 400)
    for model in MODELS:
        values = FreeSum(model, 0.05, 3).distribution(x)
        assert (np.diff(values) >= 0).all()
        assert values[0] == 0.0
        assert values[-1] == 1.0


def test_distribution_is_the_integral_of_the_density() -> None:
    for model in MODELS:
        law = FreeSum(model, 0.2, 0.7)
        for place in (-0.3, 0.1, 1.0, 2.5):
            assert law.integral(None, -math.inf, place).value == pytest.approx(
                float(law.distribution(place)), abs=1e-13
            )


def test_moments_by_cumulants_and_by_quadrature() -> None:
    for model in MODELS:
        law = FreeSum(model, "1/5", "3/2", 2)
        one, two = law.moments(8), law.moments(8, "quadrature")
        assert two == pytest.approx(one, rel=1e-12)
    assert FreeSum(PENNINGTON, "1/2", "1/4", 3).moments(2) == (1.0, 3.0, 9 + 9 / 4 + 1)


def test_shapes_and_kinds_of_points() -> None:
    law = FreeSum(PENNINGTON, Fraction(1, 2), "1/4", np.float64(1.0))
    assert law.density(1).shape == ()
    assert law.density([[0, 1], [2, 3]]).shape == (2, 2)
    assert law.distribution(np.float32(1.0)).shape == ()
    assert FreeSum(PENNINGTON, 0.5, np.float32(0.25)).tau == Fraction(1, 4)


NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((-1, 1), "ε = -1"), ((NAN, 1), "ε = nan"), ((INFINITY, 1), "ε = inf"), ((1, 0), "τ = 0"), ((1, -2), "τ = -2"),
        ((1, NAN), "τ = nan"), ((1, 1, 0), "scale = 0"), ((1, 1, -1), "scale = -1"), (("x", 1), "ε = x"),
        ((None, 1), "ε = None"), ((True, 1), "ε = True"), ((1j, 1), "ε = 1j"), ((1, 1e30), "τ = 1e+30"),
    ],
)  # fmt: skip
def test_bad_parameters(given: tuple[object, ...], words: str) -> None:
    with pytest.raises(UnusableRequest) as caught:
        FreeSum(PENNINGTON, *given)
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "ask",
    [
        lambda law: law.density([]), lambda law: law.density([0.0, NAN]), lambda law: law.density([INFINITY]),
        lambda law: law.density("text"), lambda law: law.density(0.0, 0.0), lambda law: law.density(0.0, -1),
        lambda law: law.density(0.0, NAN), lambda law: law.density(0.0, "small"), lambda law: law.distribution([]),
        lambda law: law.moments(-1), lambda law: law.moments(2.5), lambda law: law.moments(2, "luck"),
        lambda law: law.negative_fraction("luck"), lambda law: law.negative_fraction(digits=16),
        lambda law: law.negative_fraction(digits=0), lambda law: law.negative_ball(10**6),
        lambda law: law.negative_integral(0), lambda law: law.density_ball(NAN), lambda law: law.density_ball(0, True),
    ],
)  # fmt: skip
def test_bad_requests(ask: object) -> None:
    with pytest.raises(UnusableRequest) as caught:
        ask(FreeSum(PENNINGTON, 0.5, 0.25))  # type: ignore[operator]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "formula",
    [2 * Z**2, 1 / (1 + TAU * Z), -EPSILON * Z, 1 / (1 - TAU * Z) ** 2, 1 / Z, 1 / (1 + Z**2), Z / (1 - Z**3)],
)
def test_transforms_without_a_known_root_are_refused(formula: object) -> None:
    with pytest.raises(UnusableRequest, match="freely infinitely divisible"):
        equation(formula, {EPSILON: Fraction(1, 3), TAU: Fraction(1, 2)})  # type: ignore[arg-type]
