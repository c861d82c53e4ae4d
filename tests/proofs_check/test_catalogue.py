"""The catalogue is complete, its ids are permanent, and every row can be read, rendered and counted."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from xml.etree import ElementTree

import pytest
import sympy as sp
from latex2mathml.converter import convert
from sympy.parsing.sympy_parser import (
    implicit_multiplication,
    parse_expr,
    split_symbols_custom,
    standard_transformations,
)

from hessproof.proofs_check.catalogue import CLAIMS, PAPERS, amended_by, claim, claims_of, papers
from hessproof.proofs_check.catalogue.assumptions import ASSUMPTIONS
from hessproof.proofs_check.catalogue.regions import has_peak, hidden_bottleneck
from hessproof.proofs_check.catalogue.regions_convergence import HALF_SPACE, QUADRATIC_LOSSES
from hessproof.proofs_check.catalogue.regions_gates import KINK, SILENT
from hessproof.proofs_check.catalogue.regions_landscape import SCHEDULES
from hessproof.proofs_check.catalogue.regions_laws import SCALES, SIZES
from hessproof.proofs_check.catalogue.regions_norms import (
    BY_LAYERS,
    BY_NORM,
    ENTRIES_LARGE,
    ENTRIES_MIDDLE,
    ENTRIES_SMALL,
)
from hessproof.proofs_check.catalogue.regions_two_layer import ATTAINED, BLOCKS
from hessproof.proofs_check.catalogue.rows import GENERIC, part, row
from hessproof.proofs_check.model.claim import Case, Claim, Part, Quantifier, Region
from hessproof.symbolic.architecture import LOSSES, Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import FORMULAS

PERMANENT = {
    "singh2021": (
        "eq1 vec eq2 diag eq3 eq4 eq5 split range_o range_f lemma1 prop2 thm3 cor4 ntk thm5 cor6 independence "
        "residual_rank overall fact7 overlap deficiency a1 samples losses width nonlinear_numrank reconstruction "
        "coarse_bounds lemma8 rank_decrease effective_parameters weights_rank training thm9 a2 cor10 fact11 thm12 "
        "thm12_remark fact13 functional_bias fact13_deficiency plateaus spectrum ratio"
    ),
    "kiselev2024": (
        "difference assumption1 bounded_loss taylor triangle split top_space softmax jacobian thm1.a thm1.b thm1.c "
        "thm1.d thm1 thm1_L1 lemma1.a lemma1 small_base lemma2 exp_decay exp_width exp_depth exp_features"
    ),
    "pennington2017": (
        "split counting definiteness energy convexity assumptions semicircle marchenko_pastur stieltjes r_transform "
        "r_values density index eps_c relu_r relu_eps_c exp_index exp_minimisers"
    ),
    "hessproof": (
        "outer_rank narrow_products column_rank functional_bound loss_bound any_residual overlap deficiency width "
        "every_data_set every_data_set_bias "
        "softmax_differences losses_outer losses_bound losses_generic losses_bias outer_bias functional_bias loss_bias "
        "centred_bias deficiency_bias rectified_outer rectified_depth rectified_critical active_samples "
        "two_layer_columns balanced_flow flow_rank vanishing_residual effective_parameters residual_rank plateaus "
        "ratio softmax_norm gates h_term_blocks layer_derivative g_term_norm one_layer_norm h_term_norm hessian_norm "
        "entry_norms entries_bound common_minimum loss_range taylor_difference sample_size order_average width_spread "
        "loss_spread deep_spread top_space small_base tightness two_layer_blocks usable_parameters "
        "residual_gradient convexity wigner_scale wishart_scale stieltjes_inversion r_domain free_moments "
        "free_sum_roots leftmost_edge critical_energy index_law index_distribution relu_index hessian_moments "
        "error_blocks linear_outer_law linear_index linear_minimisers last_layer inertia "
        "rectified_scalar deficient_weights"
    ),
}
"""Every id ever published. Ids may be added, never renamed or dropped."""

REPAIRS = "outer_rank narrow_products column_rank functional_bound loss_bound any_residual overlap deficiency width"
"""Repairs about linear networks without bias, under the squared loss."""

LINEAR = (
    "eq1 vec eq2 diag eq3 eq4 eq5 split range_o range_f lemma1 prop2 thm3 cor4 ntk thm5 cor6 independence overall "
    "fact7 overlap deficiency samples width"
)
"""Rows of Singh et al. 2021 about linear networks without bias, under the squared loss."""

TRAITS = [
    frozenset(traits)
    for traits in (
        *((region.name,) for region in (*BY_NORM, *BY_LAYERS, *SCHEDULES, *SIZES, *SCALES, *BLOCKS, *ATTAINED)),
        *((trait,) for trait in (ENTRIES_LARGE, ENTRIES_MIDDLE, ENTRIES_SMALL, HALF_SPACE, QUADRATIC_LOSSES)),
        (KINK,),
        (KINK, SILENT),
    )
]
"""What a region may ask for that no width and no rank tells."""

PARTS = [(item, each) for item in CLAIMS.values() for each in item.parts]
RANKED = [(item, each) for item, each in PARTS if each.formula is not None]
CASES = [
    Case(Architecture(widths), r, s)
    for layers, most in ((1, 3), (2, 3), (3, 3), (4, 2))
    for widths in product(range(1, most + 1), repeat=layers + 1)
    for r in range(widths[0] + 1)
    for s in range(min(r, widths[-1]) + 1)
]
WIDER = [
    *CASES,
    *(
        Case(Architecture(widths, bias=True, activation=activation, loss=loss), r, s, r + more, s + e, e)
        for activation, loss in (("linear", "mse"), ("linear", "cross-entropy"), ("linear", "cosh"), ("relu", "mse"))
        for layers, most in ((1, 3), (2, 3), (3, 2), (4, 2))
        for widths in product(range(1, most + 1), repeat=layers + 1)
        for r in range(widths[0] + 1)
        for s in range(min(r, widths[-1]) + 1)
        for more in ((1,) if r == 0 else (0, 1))
        for e in (0, 1)
        if s + e <= min(r + more, widths[-1])
    ),
    *(
        Case(
            Architecture(case.architecture.widths, activation=activation, loss=loss), case.data_rank, case.residual_rank
        )
        for activation, loss in (
            ("linear", "cross-entropy"),
            ("linear", "cosh"),
            *product(("relu", "leaky-relu", "tanh"), LOSSES),
        )
        for case in CASES
    ),
    *(Case(Architecture((64, w, w, 10), loss=loss), 41, 9) for w in range(4, 37, 4) for loss in LOSSES),
    *(Case(Architecture((d, 30, 20, 10), activation="tanh"), d, 10) for d in (16, 64)),
]
"""With bias, other losses and other activations too."""
TRAITED = [
    Case(
        Architecture(widths, bias=bias, activation="relu", loss="cross-entropy"),
        1,
        1,
        *((2, 1, 0) if bias else (None, None, None)),
        traits,
    )
    for widths in ((1, 2), (2, 2), (1, 2, 2), (3, 2, 2), (2, 2, 2, 2), (1, 1, 1, 2), (2, 3, 3, 3, 2))
    for bias in (False, True)
    for traits in TRAITS
]
"""ReLU networks with what a region asks for beyond widths and ranks."""


def name(value: object) -> str:
    return value.id if isinstance(value, Claim) else value.key if isinstance(value, Part) else ""


def regions_that_contain(each: Part, case: Case) -> list[str]:
    return [region.name for region in each.regions if region.contains(case)]


def test_all_ids_are_there_in_order_and_no_others() -> None:
    expected = [f"{paper}.{key}" for paper, keys in PERMANENT.items() for key in keys.split()]
    assert list(CLAIMS) == expected
    assert [len(claims_of(paper.key)) for paper in papers()] == [47, 23, 18, 78]


@pytest.mark.parametrize("item", CLAIMS.values(), ids=name)
def test_a_row_is_complete(item: Claim) -> None:
    assert item.id == f"{item.paper}.{item.id.partition('.')[2]}"
    assert item.paper in PAPERS
    for text in (item.where, item.original, item.statement, item.summary):
        assert text == text.strip()
        assert text
    assert item.summary.endswith(".")
    keys = [each.key for each in item.parts]
    assert keys
    assert len(set(keys)) == len(keys)
    for each in item.parts:
        assert item.part(each.key) is each
        assert each.statement
        assert each.text.endswith(".")
        assert each.published_domain
        assert each.regions
        assert len({region.name for region in each.regions}) == len(each.regions)


@pytest.mark.parametrize("item", CLAIMS.values(), ids=name)
def test_every_formula_renders_as_mathml(item: Claim) -> None:
    for latex in (item.statement, *(each.statement for each in item.parts)):
        assert_renders(latex)


@pytest.mark.parametrize("assumption", ASSUMPTIONS.values(), ids=lambda assumption: assumption.name)
def test_every_assumption_renders_and_is_used(assumption: object) -> None:
    found = ASSUMPTIONS[assumption.name]  # type: ignore[attr-defined]
    assert_renders(found.statement)
    assert found.text.endswith(".")
    assert found.where
    assert any(found.name in each.assumptions for _, each in PARTS)


def assert_renders(latex: str) -> None:
    assert "$" not in latex
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    root = ElementTree.fromstring(convert(latex))
    assert root.tag.endswith("math")
    leftovers = [node.text for node in root.iter() if node.text and "\\" in node.text]
    assert not leftovers, f"not understood: {leftovers} in {latex}"


def test_a_formula_that_does_not_render_is_noticed() -> None:
    with pytest.raises(AssertionError, match="not understood"):
        assert_renders(r"\nosuchcommand x")


def test_assumptions_are_defined() -> None:
    used = {assumption for _, each in PARTS for assumption in each.assumptions}
    assert used == set(ASSUMPTIONS)


@pytest.mark.parametrize("key", LINEAR.split())
def test_regions_partition_the_small_cases(key: str) -> None:
    for each in linear_parts(key):
        assert_partition(each)


@pytest.mark.parametrize("item", [claim(f"hessproof.{key}") for key in REPAIRS.split()], ids=name)
def test_regions_of_repairs_of_linear_networks_partition_the_small_cases(item: Claim) -> None:
    for each in item.parts:
        assert_partition(each)


@pytest.mark.slow
@pytest.mark.parametrize("item", [*claims_of("singh2021"), *claims_of("hessproof")], ids=name)
def test_no_case_is_counted_twice_and_every_region_is_met(item: Claim) -> None:
    for each in item.parts:
        met = set()
        for case in (*WIDER, *TRAITED):
            found = regions_that_contain(each, case)
            assert len(found) <= 1, f"{each.key}: {case} lies in {found}"
            met.update(found)
        assert met == {region.name for region in each.regions}, f"{each.key}: a region that no small case reaches"


def linear_parts(key: str) -> list[Part]:
    """The parts of a row of Singh et al. 2021 but those about networks with ReLU or tanh."""
    return [each for each in claim(f"singh2021.{key}").parts if each.key not in ("relu", "tanh")]


def assert_partition(each: Part) -> None:
    met = set()
    for case in CASES:
        found = regions_that_contain(each, case)
        assert len(found) == 1, f"{each.key}: {case} lies in {found}"
        assert each.region_of(case) == found[0]
        met.add(found[0])
    assert met == {region.name for region in each.regions}, "a region that no small case reaches"


def test_regions_that_overlap_or_leave_a_gap_are_noticed() -> None:
    few = Region("few", lambda case: case.data_rank <= 1)
    many = Region("many", lambda case: case.data_rank >= 1)
    most = Region("most", lambda case: case.data_rank >= 2)
    assert_partition(part("whole", GENERIC, "x", "X.", regions=(few, most)))
    for regions in ((few, many), (many,)):
        with pytest.raises(AssertionError, match="lies in"):
            assert_partition(part("torn", GENERIC, "x", "X.", regions=regions))


def test_every_published_domain_is_met_and_only_some_leave_cases_out() -> None:
    for key in LINEAR.split():
        for each in linear_parts(key):
            inside = sum(each.in_domain(case) for case in CASES)
            assert inside > 0, (key, each.key)
            if each.published_domain == "every architecture":
                assert inside == len(CASES), (key, each.key)


@pytest.mark.parametrize(
    ("widths", "r", "s", "key", "part_key", "region"),
    [
        ((2, 1, 2, 1), 2, 1, "thm3", "second_equality", "L = 3, a peak in the widths"),
        ((2, 1, 1, 2), 2, 1, "thm3", "second_equality", "L ≥ 3, widths fall, then rise"),
        ((1, 2, 1), 1, 1, "cor4", "every_A1", "L ≤ 2"),
        ((1, 1, 2, 1, 1), 1, 1, "thm3", "first_equality", "L ≥ 4, a peak in the widths"),
        ((3, 3, 3), 2, 0, "overall", "main", "L ≥ 2, s < q"),
        ((3, 3), 3, 1, "overall", "main", "L = 1, 2s < q"),
        ((3, 3), 3, 2, "overall", "main", "L = 1, q/2 ≤ s < q"),
        ((3, 1, 3), 3, 2, "fact7", "main", "L ≥ 2, s > q"),
        ((1, 2, 1, 2), 1, 1, "thm5", "first_every_A1", "L ≥ 3, a width rises after M_2"),
        ((3, 2, 2, 3), 3, 3, "thm5", "middle_generic", "L ≥ 3, s ≥ q, hidden bottleneck"),
        ((4, 2, 3), 2, 1, "prop2", "control", "a hidden width below min(K, d), none below min(K, r)"),
        ((3, 2, 2, 3), 3, 3, "width", "rank_linear", "equal hidden widths < min(r, K), L ≥ 3"),
        ((3, 2, 3), 3, 2, "width", "rank_linear", "equal hidden widths < min(r, K), L = 2"),
        ((3, 4, 3), 3, 3, "width", "ratio_saturates", "L = 2, r = d = K"),
    ],
)
def test_cases_lie_where_they_should(
    widths: tuple[int, ...], r: int, s: int, key: str, part_key: str, region: str
) -> None:
    assert claim(f"singh2021.{key}").part(part_key).region_of(Case(Architecture(widths), r, s)) == region


def test_peaks_and_bottlenecks_are_about_the_reduced_network() -> None:
    assert not has_peak((3, 3, 2, 2, 5))
    assert has_peak((2, 5, 5, 3))
    assert not has_peak((1,))
    assert hidden_bottleneck(Case(Architecture((4, 2, 3)), 3, 0))
    assert not hidden_bottleneck(Case(Architecture((4, 2, 3)), 2, 0))


def test_repairs_amend_claims_that_exist() -> None:
    for item in CLAIMS.values():
        assert (item.repairs is not None) == (item.paper == "hessproof")
        if item.repairs is not None:
            assert CLAIMS[item.repairs].paper != "hessproof"
            assert item.id in amended_by(item.repairs)
    assert amended_by("singh2021.eq1") == ()


def test_quantifiers_follow_from_the_kind_of_statement() -> None:
    for item, each in PARTS:
        if "A1" in each.assumptions and item.id != "singh2021.a1":
            assert each.quantifier is Quantifier.EVERY, "under A1 means every parameter that satisfies A1"
        if each.relation == "<=":
            assert each.quantifier is Quantifier.EVERY, "a bound is claimed for every parameter"
    assert claim("singh2021.fact7").quantifier is Quantifier.GENERIC
    assert claim("singh2021.cor4").quantifier is Quantifier.EVERY
    distributions = {item.id for item, each in PARTS if each.quantifier is Quantifier.DISTRIBUTION}
    assert {"singh2021.a1", "singh2021.spectrum", "pennington2017.semicircle"} < distributions
    assert not distributions & {f"singh2021.{key}" for key in LINEAR.split()}


@pytest.mark.parametrize(("item", "each"), RANKED, ids=name)
def test_formulas_exist_and_are_about_the_same_quantity(item: Claim, each: Part) -> None:
    formula = FORMULAS[str(each.formula)]
    reduced = {"a_o": "jacobian"} if "reduced data" in each.assumptions else {}
    stated = str(each.quantity).partition(":")[0]
    assert stated in (formula.quantity, reduced.get(formula.quantity))
    assert each.relation in ("==", "<=", ">=")


TYPED = [
    (item, each)
    for item, each in RANKED
    if each.formula in ("prop2_bound", "prop2_control", "thm3", "cor4", "thm5", "cor6", "cor6_two_layers", "overall")
    or each.formula in ("cor6_equality", "fact7", "outer_generic", "outer_bound", "loss_bound", "loss_generic")
]


@pytest.mark.parametrize(("item", "each"), TYPED, ids=name)
def test_printed_formulas_have_the_values_of_the_symbolic_ones(item: Claim, each: Part) -> None:
    for widths, r, s in (((3, 2, 4, 3), 2, 2), ((4, 4, 3, 5), 4, 3), ((5, 2, 2, 3), 3, 1), ((7, 6, 5, 4), 5, 4)):
        architecture = Architecture(widths)
        layer = {"column:1": 1, "column:l": 2, "column:L": 3}.get(str(each.quantity))
        expected = FORMULAS[str(each.formula)].evaluate(architecture, r, s, layer)
        assert printed_value(each.statement, architecture, r, s, layer) == expected


def printed_value(statement: str, architecture: Architecture, r: int, s: int, layer: int | None) -> int:
    """The value of a printed statement's right-hand side, up to what follows a wide space."""
    text = statement.partition(r"\quad")[0].replace(r"\le", "=").rpartition("=")[2].replace(r"\hat q", "h")
    for index, letter in (("{l-1}", "A"), ("l", "B"), ("1", "C"), ("{L-1}", "D")):
        text = text.replace(f"M_{index}", letter)
    widths, q = architecture.widths, min(r, *architecture.widths[1:])
    l = layer or 0
    values = {
        "q": q, "h": min(q, s), "r": r, "s": s, "K": widths[-1], "L": architecture.layers,
        "M": architecture.hidden_total, "A": widths[l - 1], "B": widths[l], "C": widths[1], "D": widths[-2],
    }  # fmt: skip
    symbols = {letter: sp.Symbol(letter) for letter in values}
    rules = (*standard_transformations, split_symbols_custom(lambda word: True), implicit_multiplication)
    expression = parse_expr(text.replace("^", "**"), local_dict=symbols, transformations=rules)
    return int(expression.subs(values))


def test_a_printed_formula_with_another_value_is_noticed() -> None:
    architecture = Architecture((3, 2, 4, 3))
    right = claim("singh2021.fact7").parts[0].statement
    wrong = right.replace("2qM", "qM")
    assert printed_value(right, architecture, 2, 2, None) == FORMULAS["fact7"].evaluate(architecture, 2, 2)
    assert printed_value(wrong, architecture, 2, 2, None) != FORMULAS["fact7"].evaluate(architecture, 2, 2)


def test_an_unknown_claim_is_refused_with_what_comes_closest() -> None:
    with pytest.raises(UnusableRequest, match=r"did you mean singh2021\.thm3"):
        claim("thm3")
    with pytest.raises(UnusableRequest, match=r"singh2021\.fact7"):
        claim("singh2021.fact8")
    with pytest.raises(UnusableRequest, match="'hessproof claims' lists all"):
        claim("zzz" * 1000)
    with pytest.raises(UnusableRequest, match="one of singh2021, kiselev2024"):
        claims_of("euclid")


def test_a_row_without_parts_states_itself() -> None:
    made = row("hessproof.x", "here", "o", "x = y", "It is so.", GENERIC, assumptions=("A1",), domain="L ≥ 2")
    only = made.parts[0]
    assert (only.key, only.statement, only.text, only.published_domain) == ("main", "x = y", "It is so.", "L ≥ 2")
    assert only.assumptions == ("A1",)
    assert only.quantifier is GENERIC


def test_the_catalogue_is_read_without_the_symbolic_machinery() -> None:
    listing = "print([name for name in ('sympy', 'numpy', 'scipy') if name in sys.modules])"
    code = f"import sys, hessproof.proofs_check.catalogue; {listing}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
