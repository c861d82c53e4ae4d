"""How many of the directions that rescale neurons are independent: exact ranks against the graph of nonzero weights."""

from __future__ import annotations

from hessproof.numeric.exact import exact_rank
from hessproof.numeric.rectified.network import squared
from hessproof.numeric.rectified.tangents import loose_components, tangents_on_data
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.nonlinear.draws import Wanted, case_of, networks
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength
from hessproof.symbolic.architecture import Architecture

IDEA = "the rank over Q of all the directions, against connected components of the graph of nonzero weights"


def directions(context: Context) -> Finding:
    """Networks with many zero weights, with and without bias."""
    counter = Counter(claim("hessproof.rectified_depth").part("directions"))
    loose, caught = 0, 0
    for bias in (False, True):
        for network in networks(Wanted((2, 4), bias=bias), context.profile, context.seed_for("directions") % 2**31):
            found, isolated = exact_rank(tangents_on_data(network)).value, loose_components(network)
            hidden = network.architecture.hidden_total
            counter.count(case_of(network), found == hidden - isolated)
            loose += isolated > 0
            caught += found != hidden
    controls = (
        Mutant(description="all of them independent", caught=caught > 0, by=f"{caught} networks have loose components"),
    )
    scope = f"{counter.tally.tried} integer networks with L ≤ 4, {loose} of them with loose components"
    return Finding(Strength.SAMPLE, scope, counter.tally, counter.regions, controls)


def demonstrate() -> None:
    """One network with a loose neuron."""
    network = squared(Architecture((1, 2, 1), activation="relu"), [[[3], [0]], [[5, 0]]], [[1]], [[0]])
    exact_rank(tangents_on_data(network))
    loose_components(network)


CHECKS = (
    FunctionCheck("hessproof.rectified_depth", "directions", "graph", Engine.EXACT, IDEA, directions, demonstrate),
)
