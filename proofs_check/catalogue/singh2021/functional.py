"""Singh et al. 2021, §4.3: the rank of the functional Hessian and of its block columns."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions import COLUMNS, FIRST_COLUMN, LAST_COLUMN, MIDDLE_COLUMN, is_deep
from hessproof.proofs_check.catalogue.regions_rectified import DEPTHS, relu_without_bias, tanh_without_bias
from hessproof.proofs_check.catalogue.rows import EVERY, GENERIC, part, row
from hessproof.proofs_check.catalogue.singh2021.outer import A1, PRODUCTS
from hessproof.proofs_check.model.claim import Case, Claim

_REDUCED = (
    "§4 reduces the data first: if r < d the input is pre-processed to r dimensions and W^1 is M_1 × r; A1 is about "
    "that W^1. Ranks of H_f and of its block columns are the same for the network as it stands."
)


def _two_layers(case: Case) -> bool:
    return case.architecture.layers == 2


def _middle_exists(case: Case) -> bool:
    return case.architecture.layers >= 3


def _column(layer: str, rank: str) -> str:
    return rf"\operatorname{{rk}} \widehat{{\mathbf{{H}}}}_f^{{\bullet {layer}}} = {rank}"


_MIDDLE = _column("l", r"\hat q M_{l-1} + \hat q M_l - \hat q^2") + r" \quad \text{for } 2 \le l \le L-1"
_FIRST = _column("1", r"\hat q M_1 + \hat q s - \hat q^2")
_LAST = _column("L", r"\hat q M_{L-1} + \hat q s - \hat q^2")
_FUNCTIONAL = r"2\hat q M + 2\hat q s - L\hat q^2"

CLAIMS: tuple[Claim, ...] = (
    row(
        "singh2021.thm5",
        "Theorem 5",
        "For a deep linear network, the rank of l-th column-block, Ĥ_f^{•l}, of the matrix Ĥ_f, under the assumption "
        "A1 is given as rk(Ĥ_f^{•l}) = q̂ M_{l−1} + q̂ M_l − q̂², for l ∈ [2, …, L−1]. When l = 1, we have "
        "rk(Ĥ_f^{•1}) = q̂ M_1 + q̂ s − q̂². And, when l = L, we have rk(Ĥ_f^{•L}) = q̂ M_{L−1} + q̂ s − q̂². Here, "
        "q̂ := min(r, M_1, …, M_{L−1}, K, s) = min(q, s) and s := rk(Ω) = rk(E[δ_{x,y} x^⊤]).",
        r"\operatorname{rk} \widehat{\mathbf{H}}_f^{\bullet l} = \begin{cases} \hat q M_1 + \hat q s - \hat q^2 & l ="
        r" 1 \\"
        r" \hat q M_{l-1} + \hat q M_l - \hat q^2 & 2 \le l \le L-1 \\ \hat q M_{L-1} + \hat q s - \hat q^2 & l = L"
        r" \end{cases}",
        "The rank of each block column of the functional Hessian.",
        *(
            part(
                f"{key}_every_A1",
                EVERY,
                statement,
                f"{text}, for every parameter under A1, as published.",
                assumptions=A1,
                domain="L ≥ 2" if key != "middle" else "L ≥ 3",
                regions=regions,
                inside=is_deep if key != "middle" else _middle_exists,
                quantity=quantity,
                relation="==",
                formula="thm5",
            )
            for key, statement, text, regions, quantity in (
                ("first", _FIRST, "The first block column", FIRST_COLUMN, "column:1"),
                ("middle", _MIDDLE, "The block columns between the first and the last", MIDDLE_COLUMN, "column:l"),
                ("last", _LAST, "The last block column", LAST_COLUMN, "column:L"),
            )
        ),
        *(
            part(
                f"{key}_generic",
                GENERIC,
                statement,
                f"{text}, for almost all parameters.",
                domain="L ≥ 2" if key != "middle" else "L ≥ 3",
                regions=COLUMNS,
                inside=is_deep if key != "middle" else _middle_exists,
                quantity=quantity,
                relation="==",
                formula="thm5",
            )
            for key, statement, text, quantity in (
                ("first", _FIRST, "The first block column", "column:1"),
                ("middle", _MIDDLE, "The block columns between the first and the last", "column:l"),
                ("last", _LAST, "The last block column", "column:L"),
            )
        ),
        remarks=(
            _REDUCED,
            PRODUCTS,
            "A network with one layer has a first block column that is also the last, and H_f = 0: it is shown as a "
            "region, outside the published domain.",
        ),
    ),
    row(
        "singh2021.cor6",
        "Corollary 6",
        "Under the setup of Theorem 5, the rank of H_f can be upper bounded as, rk(H_f) ≤ 2q̂M + 2q̂s − Lq̂², where M "
        "= Σ_{i=1}^{L−1} M_i. Although the above result is an upper bound, empirically this is precisely the formula "
        "at initialization, and thus we have the tightest upper bound on the rank of the functional Hessian.",
        rf"\operatorname{{rk}} \mathbf{{H}}_f \le {_FUNCTIONAL}, \qquad M = \sum_{{i=1}}^{{L-1}} M_i",
        "A bound on the rank of the functional Hessian, attained for two layers and, as observed, at any depth.",
        part(
            "bound",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_f \le {_FUNCTIONAL}",
            "The bound, for every parameter under A1.",
            assumptions=A1,
            regions=COLUMNS,
            quantity="functional",
            relation="<=",
            formula="cor6",
        ),
        part(
            "two_layers",
            EVERY,
            rf"\operatorname{{rk}} \mathbf{{H}}_f = {_FUNCTIONAL} \quad \text{{for }} L = 2",
            "For two layers the bound is an equality, under A1.",
            assumptions=A1,
            domain="L = 2",
            regions=COLUMNS,
            inside=_two_layers,
            quantity="functional",
            relation="==",
            formula="cor6_two_layers",
        ),
        part(
            "any_depth",
            GENERIC,
            rf"\operatorname{{rk}} \mathbf{{H}}_f = {_FUNCTIONAL}",
            "At any depth the bound is an equality, for almost all parameters.",
            domain="L ≥ 2",
            regions=COLUMNS,
            inside=is_deep,
            quantity="functional",
            relation="==",
            formula="cor6_equality",
        ),
        remarks=(_REDUCED,),
    ),
    row(
        "singh2021.independence",
        "§4.3, block-column independence",
        "A surprising element of the above analysis is that just adding the ranks of the block-columns, corresponding "
        "to the respective layers, gives the rank of the entire H_f which is tight. This phenomenon is quite "
        "straightforward to see in a 2-layer network and there Corollary 6 is an equality. However, the more "
        "interesting observation is that this holds even for arbitrary depth and also extends to networks with "
        "non-linearities such as ReLU and Tanh.",
        r"\operatorname{rk} \mathbf{H}_f = \sum_{l=1}^{L} \operatorname{rk} \mathbf{H}_f^{\bullet l}",
        "The block columns of the functional Hessian have independent column spaces.",
        part(
            "two_layers",
            EVERY,
            r"\operatorname{rk} \mathbf{H}_f = \operatorname{rk} \mathbf{H}_f^{\bullet 1} + \operatorname{rk}"
            r" \mathbf{H}_f^{\bullet 2}"
            r" \quad \text{for } L = 2",
            "For two layers the ranks of both block columns add up, for every parameter.",
            domain="L = 2",
            regions=COLUMNS,
            inside=_two_layers,
            quantity="functional",
            relation="==",
        ),
        part(
            "any_depth",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_f = \sum_{l=1}^{L} \operatorname{rk} \mathbf{H}_f^{\bullet l}",
            "At any depth the ranks of the block columns add up, for almost all parameters of a linear network.",
            regions=COLUMNS,
            quantity="functional",
            relation="==",
        ),
        part(
            "relu",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_f = \sum_{l=1}^{L} \operatorname{rk} \mathbf{H}_f^{\bullet l}",
            "At any depth the ranks of the block columns add up, for almost all parameters of a ReLU network.",
            domain="L ≥ 2, ReLU",
            regions=DEPTHS,
            inside=relu_without_bias,
        ),
        part(
            "tanh",
            GENERIC,
            r"\operatorname{rk} \mathbf{H}_f = \sum_{l=1}^{L} \operatorname{rk} \mathbf{H}_f^{\bullet l}",
            "At any depth the ranks of the block columns add up, for almost all parameters of a tanh network.",
            domain="L ≥ 2, tanh",
            regions=DEPTHS,
            inside=tanh_without_bias,
        ),
        remarks=(
            "A ReLU network is, on the set of parameters with the same neurons active on each sample, a sum of linear "
            "networks, one for each pattern of active neurons. “Almost all” is read on each such open set.",
            "For small random ReLU networks the ranks rarely fail to add up: for fewer than one in 5000 of those that "
            "were tried, all with L ≥ 3 and at least three samples. At the source's own widths, 64-30-20-10, on 129 "
            "digit images they fail for most seeds, by 15 to 48 dimensions of about 1100.",
            "With bias, which the source does not claim, they fail at 1-2-2-2 with three samples: 10 against 3 + 5 + "
            "3.",
            "For smooth activations the ranks are measured exactly or in ball arithmetic: in floating point the "
            "functional Hessian loses the squares of its small singular values.",
        ),
    ),
)
