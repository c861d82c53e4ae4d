"""Criteria of the experiments on A2 (Singh et al. 2021, §7.1), with their seeds."""

from __future__ import annotations

from hessproof.proofs_check.criteria.criterion import Criterion

MEASURES = "share of the active hidden neurons whose weighted input covariance has the rank of the input covariance"
WHY = (
    "A2 asks it of each active neuron, so the share has to be 1; N = 2d + 1 is the first number of samples for which "
    "the source says that A2 holds"
)

A2_GAUSSIAN = Criterion(
    claim="singh2021.a2",
    part="main",
    configuration="16-30-10 ReLU, Glorot normal weights, N = 33 independent standard normal inputs",
    measures=MEASURES,
    relation=">=",
    threshold=1.0,
    seeds=(7101, 7102, 7103, 7104, 7105),
    why=WHY,
)
A2_DIGITS = Criterion(
    claim="singh2021.a2",
    part="main",
    configuration="64-30-10 ReLU, Glorot normal weights, N = 129 digit images drawn without replacement, as they are",
    measures=MEASURES,
    relation=">=",
    threshold=1.0,
    seeds=(7201, 7202, 7203, 7204, 7205),
    why=WHY,
)
A2_INTEGERS = Criterion(
    claim="singh2021.a2",
    part="main",
    configuration="8-12-3 ReLU, integer weights and inputs uniform between -10^6 and 10^6, N = 17, ranks over Q",
    measures=MEASURES,
    relation=">=",
    threshold=1.0,
    seeds=(7301, 7302, 7303, 7304, 7305),
    why=WHY,
)
A2_AMPLE = Criterion(
    claim="hessproof.active_samples",
    part="ample",
    configuration="16-30-10 ReLU, Glorot normal weights, N = 80 = 5d independent standard normal inputs",
    measures=MEASURES,
    relation=">=",
    threshold=1.0,
    seeds=(7401, 7402, 7403, 7404, 7405),
    why=(
        "the probability that some of 30 neurons misses A2 is at most 30 Σ_{k=1}^{15} C(80, k) / 2^80, below 1e-6, so "
        "every seed has to meet it"
    ),
)

CRITERIA = (A2_GAUSSIAN, A2_DIGITS, A2_INTEGERS, A2_AMPLE)
