"""The checks of the catalogue see a wrong formula, a wrong block, a wrong weight and a wrong record."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.checks import (
    block_identities,
    every_parameter,
    first_derivatives,
    generic_ranks,
    growth,
    matrices,
    ranges,
    witnesses,
)
from hessproof.proofs_check.checks.samples import make_sample, tiny
from hessproof.proofs_check.checks.upper_bounds import BOUNDS, bounded
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.registry import CHECKS
from hessproof.proofs_check.searches.point import points
from hessproof.proofs_check.surveys.record import Request
from hessproof.proofs_check.surveys.survey import measure
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.terms import KroneckerTerm


@pytest.fixture(scope="module")
def sample():
    return make_sample(tiny())


@pytest.fixture(scope="module")
def record():
    return measure([Request((2, 3, 2, 2), 2, 2)])[0]


def test_every_check_belongs_to_a_part_and_names_its_idea():
    for check in CHECKS.load():
        assert CLAIMS[check.claim].part(check.part)
        assert len(check.idea.split()) > 5


@pytest.mark.parametrize("row", list(block_identities.COMPARISONS))
def test_blocks_agree_with_the_definition_and_variants_do_not(sample, row):
    part, compare = block_identities.COMPARISONS[row]
    assert compare(sample, block_identities.derived_terms)
    caught = [mutant.caught for mutant in block_identities.controls(compare, part, (sample,))]
    assert len(caught) >= 15
    assert sum(caught) >= len(caught) - 2


def test_a_wrong_derivative_is_noticed(sample):
    assert first_derivatives.jacobian_agrees(sample)
    assert first_derivatives.gradient_agrees(sample)

    def swapped(layers, k):
        term = first_derivatives.jacobian_block(layers, k)
        return KroneckerTerm(term.right, term.left)

    assert not first_derivatives.jacobian_agrees(sample, swapped)
    wrong = replace(sample, instance=replace(sample.instance, targets=sample.instance.targets + 1))
    assert first_derivatives.gradient_agrees(wrong), "the gradient follows its own labels"
    assert not first_derivatives.degrees_agree(sample, own=0)


@pytest.mark.parametrize("part", ["outer", "functional"])
def test_a_wrong_sweep_is_noticed(sample, part):
    rng = np.random.default_rng(3)
    assert ranges.sweep_agrees(sample, part, rng)
    for variant in ranges.WRONG[part]:
        assert not ranges.sweep_agrees(sample, part, rng, variant), variant


@pytest.mark.parametrize(("name", "key"), generic_ranks.PARTS)
def test_a_record_with_a_wrong_rank_fails(record, name, key):
    outcome = generic_ranks.outcome_of(name, key)
    if not CLAIMS[name].part(key).in_domain(record.case):
        record = measure([Request((2, 2, 2, 2), 2, 2)])[0]
    assert outcome(record) is True
    wrong = replace(record, ranks={quantity: rank - 1 for quantity, rank in record.ranks.items()})
    assert outcome(wrong) is not True


def test_the_witness_attains_what_the_survey_measures(record):
    found = witnesses.witnessed(record.architecture, record.data_rank, record.residual_rank)
    assert found.ranks == {name: record.ranks[name] for name in ("outer", "functional", "loss")}


def test_every_generic_part_has_a_bound_whose_derivations_hold():
    for name, key in generic_ranks.PARTS:
        assert (name, key) in BOUNDS
    assert bounded("singh2021.fact7", "main")
    assert not bounded("singh2021.fact7", "another part")


def test_a1_does_not_bound_products():
    case = Case(Architecture((1, 2, 1, 2)), 1, 0)
    weights = [np.array([[0], [1]]), np.array([[1, 0]]), np.array([[0], [1]])]
    point = next(points(case, [weights], np.eye(1, dtype=int), np.zeros((2, 1), dtype=int)))
    published = every_parameter.statement_of("singh2021.cor4", "every_A1")
    assert published.assumption(point)
    failure = published.failure(point)
    assert failure is not None
    assert (failure.predicted, failure.measured) == (2, 1)
    assert every_parameter.statement_of("hessproof.outer_rank", "jacobian").failure(point) is None
    assert not every_parameter.statement_of("hessproof.narrow_products", "equality").assumption(point)


def test_growth_with_the_width():
    assert growth.ranks_in_a_row((3, 3, 3), 1) == (7, 16, 27)
    assert growth.limit((1, 2, 1)) == 1
    assert growth.limit((2, 2, 3)) == pytest.approx(0.8)
    assert growth.limit((2, 3, 2)) == 0


def test_the_z_matrix_and_gram_ranks():
    c, d = np.array([[1, 2], [2, 4]]), np.array([[1, 0, 1]])
    assert matrices.z_rank(c, d) == 3 * 1 + 2 * 1 - 1
    assert len(set(matrices.gram_ranks(tiny()).values())) == 1
