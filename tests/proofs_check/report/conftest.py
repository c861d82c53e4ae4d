"""A report with one claim of each kind, made of evidence as the checks hand it over."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.claim import Case, Claim, Part, Quantifier, Region
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Evidence, Mutant, Strength, Tally
from hessproof.proofs_check.model.verdict import DEFINITIONS, Verdict, judge_claim, judge_part
from hessproof.proofs_check.report.model import (
    ClaimResult,
    DerivationRecord,
    Environment,
    Figure,
    PartResult,
    Report,
    Series,
    StepRecord,
)


def _one_layer(case: Case) -> bool:
    return case.architecture.layers == 1


LAYERS = (Region("L = 1", _one_layer), Region("L ≥ 2", lambda case: not _one_layer(case)))


def _claim(
    row: str,
    where: str,
    original: str,
    statement: str,
    summary: str,
    *parts: Part,
    paper: str = "singh2021",
    repairs: str | None = None,
    remarks: tuple[str, ...] = (),
) -> Claim:
    return Claim(f"{paper}.{row}", paper, where, original, statement, summary, parts, repairs, remarks)


EQ4 = _claim(
    "eq4",
    "Eq. (4)",
    "the functional Hessian has, for k < l, the blocks of Eq. (4)",
    r"\widehat{H}^{kl} = W^{k+1:l-1} \otimes W^{k-1:1}\, \Omega^\top\, W^{L:l+1} \qquad (k < l)",
    "A block of the functional Hessian above the diagonal, derivative with respect to the transposed matrix.",
    Part(
        "main",
        r"\frac{\partial}{\partial W^{l\top}} \frac{\partial \mathcal{L}}{\partial W^{k}} = "
        r"W^{k+1:l-1} \otimes W^{k-1:1}\, \Omega^\top\, W^{L:l+1}",
        "For k < l the block is one Kronecker product.",
        Quantifier.EVERY,
    ),
    remarks=("$W^{k:l}$ with $k < l$ is a product of transposes; an empty descending chain is the identity.",),
)
THM3 = _claim(
    "thm3",
    "Theorem 3",
    "Under the assumption A1, the rank of the matrix A_o can be expressed by the ranks of two chains.",
    r"\operatorname{rk} A_{\mathrm{o}} = r \operatorname{rk} W^{2:L} + K \operatorname{rk} W^{L-1:1} "
    r"- \operatorname{rk} W^{2:L} \operatorname{rk} W^{L-1:1} = q\,(r + K - q)",
    "The rank of the outer factor, as a function of two ranks of chains, and as a function of sizes alone.",
    Part(
        "chains",
        r"\operatorname{rk} A_{\mathrm{o}} = r \operatorname{rk} W^{2:L} + K \operatorname{rk} W^{L-1:1} "
        r"- \operatorname{rk} W^{2:L} \operatorname{rk} W^{L-1:1}",
        "The rank in terms of the ranks of the two chains.",
        Quantifier.EVERY,
        ("A1",),
        regions=LAYERS,
    ),
    Part(
        "sizes",
        r"\operatorname{rk} A_{\mathrm{o}} = q\,(r + K - q)",
        "The rank in terms of sizes: it needs the chains to have maximal rank, which A1 does not give.",
        Quantifier.EVERY,
        ("A1",),
        regions=LAYERS,
    ),
)
FACT7 = _claim(
    "fact7",
    "Fact 7",
    "the rank of the loss Hessian is given by 2qM − Lq² + q(r+K), which holds empirically",
    r"\operatorname{rk} H_{\mathcal{L}} = 2 q M - L q^2 + q (r + K)",
    "The rank of the loss Hessian of almost every deep linear network with as many residual directions as q.",
    Part(
        "main",
        r"\operatorname{rk} H_{\mathcal{L}} = 2 q M - L q^2 + q (r + K), \qquad q = \min(r, M_1, \dots, M_{L-1}, K)",
        "Exact for almost all parameters.",
        Quantifier.GENERIC,
        published_domain="s ≥ q",
        regions=(Region("s ≥ q", lambda case: case.residual_rank >= case.q), Region("s < q", lambda case: True)),
        in_domain=lambda case: case.residual_rank >= case.q,
    ),
)
SAMPLES = _claim(
    "samples",
    "§5.1, Fig. 2a",
    "predictions match the rank at every sample size",
    r"\operatorname{rk} H_{\mathcal{L}}(N) = \rho(\operatorname{rk} \widehat{\Sigma}_N)",
    "The number of samples enters through the rank of the data alone.",
    Part("main", r"N \mapsto \operatorname{rk} \widehat{\Sigma}_N", "At every sample size.", Quantifier.GENERIC),
)
REPAIR = _claim(
    "thm3",
    "amends Theorem 3",
    "—",
    r"\operatorname{rk} A_{\mathrm{o}} \le q\,(r + K - q)",
    "The bound that holds for every parameter, with equality where both chains have rank q.",
    Part("main", r"\operatorname{rk} A_{\mathrm{o}} \le q\,(r+K-q)", "For every parameter.", Quantifier.EVERY),
    paper="hessproof",
    repairs="singh2021.thm3",
)
UNDECIDED = _claim(
    "plateaus",
    "S8",
    "eigenvalue plateaus",
    r"\lambda(H_{\mathrm{f}}) = \pm \sigma_i(\Omega)",
    "For one hidden layer the functional Hessian has the eigenvalues ±σ_i(Ω), each M_1 times.",
    Part("main", r"\lambda = \pm \sigma_i(\Omega)", "Each value M_1 times.", Quantifier.GENERIC),
)
VACUOUS = _claim(
    "lemma8",
    "Lemma 8",
    "the rank of each weight matrix is preserved along gradient flow",
    r"\operatorname{rk} W^l_t = \operatorname{rk} W^l_0",
    "Ranks are constant along gradient flow from balanced square weights with class-wise centred data.",
    Part("main", r"\operatorname{rk} W^l_t = \operatorname{rk} W^l_0", "At all times.", Quantifier.EVERY, ("centred",)),
)
UNCHECKED = _claim(
    "thm1",
    "Theorem 1",
    "the norm of the Hessian is bounded",
    r"\lVert H_i(\theta) \rVert \le \sqrt{2}\, L M_x^2 M_W^{2L} + \sqrt{2}\, M_W^2 \frac{M_W^{2L} - 1}{M_W^2 - 1}",
    "A bound of the norm of the Hessian of one sample's loss for ReLU networks without bias.",
    Part("main", r"\lVert H_i \rVert \le M_H", "For every parameter.", Quantifier.EVERY),
    paper="kiselev2024",
)
CLAIMS = (EQ4, THM3, FACT7, SAMPLES, UNDECIDED, VACUOUS, UNCHECKED, REPAIR)


def _evidence(
    claim: Claim, part: str, check: str, engine: Engine, strength: Strength, held: int, **more: object
) -> Evidence:
    values: dict[str, object] = {
        "claim": claim.id,
        "part": part,
        "check": check,
        "engine": engine,
        "strength": strength,
        "idea": f"Decides by {check}.",
        "modules": [f"hessproof.symbolic.{check.replace('-', '_')}", "hessproof.symbolic.architecture"],
        "scope": "all sizes" if strength == Strength.PROOF else "the listed instances",
        "tally": Tally(tried=held, satisfied=held, held=held),
        "controls": [Mutant(description="q → q − 1", caught=True, by="31-20-10: 600 instead of 619")],
        "seed": 2021,
        "seconds": 1.25,
    }
    return Evidence.model_validate({**values, **more})


_PROJECTION = Counterexample(
    widths=[1, 2, 2, 1],
    data_rank=1,
    residual_rank=1,
    predicted=1,
    measured=0,
    weights=[[["1"], ["0"]], [["0", "1"], ["-1/2", "0"]], [["1", "0"]]],
    sigma=[["1"]],
    omega=[["-3/7"]],
    order="p, then the widths in lexicographic order, then the largest entry",
    confirmed_by="scalar-symbols",
    reproduce="hessproof verify singh2021.thm3 --profile quick --seed 2021",
)

EVIDENCE: tuple[Evidence, ...] = (
    _evidence(
        EQ4,
        "main",
        "derivation",
        Engine.SYMBOLIC,
        Strength.PROOF,
        1,
        idea="Derives the block from the loss with the rule for AWB and the product rule, for symbolic L and k < l.",
        details={"steps": 5},
        controls=[
            Mutant(description="step 2 without the transpose", caught=True, by="step 2 at sizes (2, 3, 2)"),
            Mutant(description="W^{k+1:l-1} → W^{k+1:l}", caught=True, by="the shapes of the final formula"),
            Mutant(description="Ω → −Ω twice", caught=False, by="the two signs cancel: it is the same formula"),
        ],
    ),
    _evidence(
        EQ4,
        "main",
        "scalar-symbols",
        Engine.SYMBOLIC,
        Strength.CERTIFICATE,
        14,
        idea="Differentiates the loss of tiny networks twice, entry by entry, with a scalar symbol for each weight.",
        modules=[
            "hessproof.symbolic.scalars",
            "hessproof.symbolic.architecture",
            "hessproof.proofs_check.checks.blocks",
        ],
        scope="14 shapes, L ≤ 4, widths ≤ 3, every block",
        seconds=8.41,
    ),
    _evidence(
        EQ4,
        "main",
        "floating",
        Engine.FLOAT,
        Strength.SAMPLE,
        200,
        idea="Compares the assembled block with a second-order Taylor coefficient on random networks.",
        scope="200 random networks, L ≤ 5, widths ≤ 8",
        details={
            "tolerance": 1e-10,
            "largest difference": 3.1e-14,
            "sizes": [[3, 2, 4], [5, 5, 5]],
            "by layers": [{"L": 2, "instances": 90, "margin": 3.1e-14}, {"L": 3, "instances": 110, "margin": 1.2e-14}],
        },
        seconds=2.08,
    ),
    _evidence(
        EQ4,
        "main",
        "device",
        Engine.GPU,
        Strength.SAMPLE,
        0,
        missing="no CUDA device; install hessproof[cuda12]",
        modules=[],
    ),
    _evidence(THM3, "chains", "z-lemma", Engine.SYMBOLIC, Strength.PROOF, 1, details={"steps": 7}),
    _evidence(
        THM3,
        "chains",
        "modular",
        Engine.EXACT,
        Strength.CERTIFICATE,
        3900,
        regions={
            "L = 1": Tally(tried=20, satisfied=20, held=20),
            "L ≥ 2": Tally(tried=3880, satisfied=3880, held=3880),
        },
        details={"primes": [2147483629, 2147483587], "data": {"ranks": "every r", "residuals": "every s"}},
        seconds=21.7,
    ),
    _evidence(
        THM3,
        "sizes",
        "special-weights",
        Engine.EXACT,
        Strength.CERTIFICATE,
        0,
        tally=Tally(tried=1204, satisfied=840, held=812, failed=28),
        regions={
            "L = 1": Tally(tried=20, satisfied=20, held=20),
            "L ≥ 2": Tally(tried=1184, satisfied=820, held=792, failed=28),
        },
        counterexample=_PROJECTION,
        idea="Runs through weights of maximal rank whose product is deficient.",
        seconds=3.2,
    ),
    _evidence(
        FACT7,
        "main",
        "survey",
        Engine.EXACT,
        Strength.CERTIFICATE,
        3900,
        scope="all 3,900 architectures with L ≤ 4 and widths ≤ 5, every r and s",
        tally=Tally(tried=61880, satisfied=61880, held=61880),
        regions={
            "s ≥ q": Tally(tried=61880, satisfied=61880, held=61880),
            "s < q": Tally(tried=40120, satisfied=40120, held=22, failed=40098),
        },
        seconds=44.0,
    ),
    _evidence(FACT7, "main", "kernel-and-witness", Engine.EXACT, Strength.CERTIFICATE, 300, seconds=5.0),
    _evidence(
        SAMPLES, "main", "digits", Engine.FLOAT, Strength.SAMPLE, 17, details={"gap": 1.2e9, "tolerance": 2.4e-9}
    ),
    _evidence(
        UNDECIDED,
        "main",
        "spectrum",
        Engine.MULTIPRECISION,
        Strength.SAMPLE,
        0,
        tally=Tally(tried=40, satisfied=40, held=37, undecided=3),
    ),
    _evidence(VACUOUS, "main", "flow", Engine.FLOAT, Strength.SAMPLE, 0, tally=Tally(tried=50)),
    _evidence(REPAIR, "main", "z-lemma", Engine.SYMBOLIC, Strength.PROOF, 1),
    _evidence(REPAIR, "main", "modular", Engine.EXACT, Strength.CERTIFICATE, 3900),
)
DERIVATION = DerivationRecord(
    title="The block above the diagonal",
    steps=[
        StepRecord(
            rule="gradient (2)",
            latex=r"\frac{\partial \mathcal{L}}{\partial W^{k}} = W^{k+1:L}\, \Omega\, W^{1:k-1}",
            symbolic=True,
            numeric=True,
        ),
        StepRecord(
            rule="product rule",
            latex=r"\begin{aligned} \frac{\partial}{\partial W^{l\top}} \left( W^{k+1:L}\, \Omega\, W^{1:k-1} \right) "
            r"&= W^{k+1:l-1} \otimes W^{k-1:1}\, \Omega^\top\, W^{L:l+1} \\ "
            r"&\quad + \text{the outer part} \end{aligned}",
            note="W^l occurs transposed in the first chain",
            symbolic=True,
            numeric=True,
        ),
        StepRecord(
            rule="Gauss–Newton split",
            latex=r"\widehat{H}^{kl} = W^{k+1:l-1} \otimes W^{k-1:1}\, \Omega^\top\, W^{L:l+1}",
            symbolic=True,
        ),
    ],
    latex=r"\widehat{H}^{kl} = W^{k+1:l-1} \otimes W^{k-1:1} \Omega^\top W^{L:l+1}",
)
FIGURES = [
    Figure(
        id="fig2a",
        claim=SAMPLES.id,
        title="Rank against sample size (Fig. 2a)",
        caption="The digits, hidden layers 50, 20, 20, 20. Lines are measured in the paper; here circles are.",
        x_label="samples N",
        y_label="rank of the loss Hessian",
        series=[
            Series(name="loss", x=[1, 10, 30, 60, 100], y=[120, 1500, 2900, 3600, 3700], style="predicted"),
            Series(name="loss", x=[1, 10, 30, 60, 100], y=[120, 1500, 2900, 3600, None], style="measured"),
            Series(name="outer", x=[1, 10, 30, 60, 100], y=[10, 100, 300, 600, 610], style="predicted"),
            Series(name="outer", x=[1, 10, 30, 60, 100], y=[10, 100, 300, 600, 610], style="measured"),
        ],
        seconds=3.1,
    )
]


def result_of(claim: Claim, evidence: tuple[Evidence, ...] = EVIDENCE) -> ClaimResult:
    """The claim's record, its verdicts computed from the evidence."""
    judgements, parts = {}, []
    for part in claim.parts:
        found = [item for item in evidence if (item.claim, item.part) == (claim.id, part.key)]
        judgement = judgements[part.key] = judge_part(part, found)
        parts.append(
            PartResult(
                key=part.key,
                statement=part.statement,
                text=part.text,
                quantifier=part.quantifier,
                assumptions=list(part.assumptions),
                published_domain=part.published_domain,
                verdict=judgement.verdict,
                why=judgement.why,
                holds_on=list(judgement.holds_on),
                fails_on=list(judgement.fails_on),
                routes=list(judgement.routes),
                evidence=found,
                derivations=[DERIVATION] if claim is EQ4 else [],
            )
        )
    whole = judge_claim(claim, judgements)
    return ClaimResult(
        claim=claim.id,
        paper=claim.paper,
        where=claim.where,
        original=claim.original,
        statement=claim.statement,
        summary=claim.summary,
        quantifier=claim.quantifier,
        verdict=whole.verdict,
        why=whole.why,
        holds_on=list(whole.holds_on),
        fails_on=list(whole.fails_on),
        repairs=claim.repairs,
        repaired_by=[other.id for other in CLAIMS if other.repairs == claim.id],
        remarks=list(claim.remarks),
        expected=whole.verdict,
        agrees=True,
        parts=parts,
    )


def make_report() -> Report:
    """The sample: eight claims with five verdicts, one of them off the ledger."""
    results = [result_of(claim) for claim in CLAIMS]
    samples = next(result for result in results if result.claim == SAMPLES.id)
    samples.expected, samples.agrees = Verdict.CERTIFIED, False
    samples.disagreement = "corroborated is weaker than the ledger's certified"
    return Report(
        generated=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        command="hessproof verify --profile standard --seed 2021",
        profile=Profile.STANDARD,
        seed=2021,
        jobs=2,
        seconds=96.4,
        environment=Environment(
            hessproof="0.1.0",
            python="3.12.4",
            platform="Linux x86_64",
            processors=2,
            libraries={"numpy": "2.4.6", "sympy": "1.14.0", "python-flint": "0.9.0", "mpmath": "1.3.0"},
        ),
        results=results,
        figures=FIGURES,
        definitions={verdict.value: meaning for verdict, meaning in DEFINITIONS.items()},
        papers={
            "singh2021": "Singh, Bachmann & Hofmann 2021, Analytic insights into structure and rank",
            "kiselev2024": "Kiselev & Grabovoy 2024, Unraveling the Hessian",
            "hessproof": "Statements of this project",
        },
    )


@pytest.fixture
def report() -> Report:
    """A copy of the sample report that a test may change."""
    return make_report().model_copy(deep=True)


@pytest.fixture
def claims() -> dict[str, Claim]:
    """The claims of the sample report, by id."""
    return {claim.id: claim for claim in CLAIMS}
