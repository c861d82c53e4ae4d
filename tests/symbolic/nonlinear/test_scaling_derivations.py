"""Derivations about the scaling symmetry: they pass, their mutants do not; the formulas at small cases."""

from __future__ import annotations

import pytest

from hessproof.symbolic.nonlinear import active_samples, columns, scaling, scaling_rank
from hessproof.symbolic.nonlinear import scaling_formulas as formulas
from hessproof.symbolic.nonlinear.activations import activation

DERIVATIONS = {
    "jacobian": scaling.jacobian_kernel,
    "critical": scaling.critical_kernel,
    "independence": scaling_rank.independence,
    "dependence": scaling_rank.dependence,
    "depth": scaling_rank.outer_bound,
    "bias": scaling_rank.outer_bound_with_bias,
    "critical bound": scaling_rank.critical_bound,
    "one layer": scaling_rank.one_hidden_layer,
    "samples": scaling_rank.by_samples,
    "cross-entropy": scaling_rank.cross_entropy_bound,
    "columns": columns.two_layers,
    "active samples": active_samples.count,
}


@pytest.mark.long
@pytest.mark.parametrize("name", DERIVATIONS)
def test_every_line_passes_and_wrong_variants_do_not(name):
    derivation = DERIVATIONS[name]()
    report = derivation.check(1)
    assert report.ok, report.why
    survivors = [each.description for each in derivation.mutants() if not each.rejection() and each.differs(derivation)]
    assert not survivors


def test_euler_is_what_the_activations_of_this_project_obey():
    names = ("relu", "leaky-relu", "tanh", "elu", "linear")
    obeying = {name for name in names if activation(name).positively_homogeneous}
    assert obeying == {"relu", "leaky-relu", "linear"}


def test_theorem_9_and_fact_11_are_one_formula():
    for r, d, active, outputs in ((1, 2, 3, 1), (2, 2, 1, 4), (3, 5, 4, 2)):
        one = formulas.FORMULAS["thm9"].evaluate_at({formulas.r: r, formulas.active: active, formulas.K: outputs})
        values = {
            formulas.p: active * (d + outputs),
            formulas.first: active,
            formulas.hidden: active,
            formulas.d: d,
            formulas.r: r,
        }
        assert one == formulas.FORMULAS["fact11"].evaluate_at(values)


def test_half_of_the_neurons_miss_a2_in_the_end():
    shares = [active_samples.missed(2 * d + 1, d) / 2 ** (2 * d + 1) for d in (2, 8, 32, 200)]
    assert shares == sorted(shares)
    assert shares[0] == 5 / 32
    assert 0.45 < shares[-1] < 0.5
