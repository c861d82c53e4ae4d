"""Your own statement as a property test, on architectures and exact instances that hessproof draws.

Run it as ``pytest examples/test_my_conjecture.py``. Hypothesis shrinks a failure to few parameters and small ranks.
"""

from hypothesis import find, given, settings

from hessproof.numeric import generic_instance, measure
from hessproof.proofs_check import strategies as some
from hessproof.proofs_check.model.claim import Case

CASES = some.cases(some.architectures(max_layers=3, max_width=4))


def ranks(case: Case) -> dict[str, int]:
    """Exact ranks of H_o, H_f and H_L at integer weights drawn from a large range."""
    instance = generic_instance(case.architecture, case.data_rank, case.residual_rank, seed=1)
    return {name: rank.value for name, rank in measure(instance).items()}


@settings(max_examples=30, deadline=None, derandomize=True)
@given(CASES)
def test_the_loss_hessian_has_at_most_the_rank_of_its_parts_together(case: Case) -> None:
    found = ranks(case)
    assert found["loss"] <= found["outer"] + found["functional"]


def test_that_it_has_exactly_their_rank_together_is_false() -> None:
    def fails(case: Case) -> bool:
        found = ranks(case)
        return found["loss"] != found["outer"] + found["functional"]

    case = find(CASES, fails, settings=settings(max_examples=100, derandomize=True, database=None))
    assert case.architecture.widths == (1, 1, 1)
    assert (case.data_rank, case.residual_rank) == (1, 1)
