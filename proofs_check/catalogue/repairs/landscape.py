"""Repairs about trained networks (Kiselev & Grabovoy 2024, §3.4 and §5)."""

from __future__ import annotations

from hessproof.proofs_check.catalogue.regions_landscape import SCHEDULES
from hessproof.proofs_check.catalogue.rows import DISTRIBUTION, EVERY, part, row
from hessproof.proofs_check.model.claim import Claim

_CHANGE = r"\operatorname{E}_\pi \left| \mathcal{L}_{k+1} - \mathcal{L}_k \right|"
_ANY = "any N ≥ 2 numbers ℓ_1, …, ℓ_N; the mean is over all orders π in which they are added"
_PROTOCOL = "the protocol of the experiments, on the digits"

CLAIMS: tuple[Claim, ...] = (
    row(
        "hessproof.order_average",
        "sharpens §5.1, Figs. 2–3",
        "Averaged over the order of the objects, the difference lies between c/(k + 1) and 2c/(k + 1) for any numbers "
        "in place of the losses.",
        r"\frac{c}{k+1} \le " + _CHANGE + r" \le \frac{2(1 - 1/N)\, c}{k+1}, \quad c = \frac{1}{N-1} \sum_i"
        r" \left| \ell_i - \mathcal{L}_N \right|",
        "The decay like 1/k says nothing of the network: it holds for any N numbers. Only the height of the curve "
        "depends on them, through their spread, and for losses it is at most twice the mean loss.",
        part(
            "identity",
            EVERY,
            _CHANGE + r" = \frac{D_k}{k+1}, \quad D_k = \operatorname{E}_\pi \left| \ell_{\pi(k+1)} - \tfrac1k"
            r" \textstyle\sum_{i \le k} \ell_{\pi(i)} \right|",
            "The mean difference is D_k/(k + 1), D_k telling how far one more number lies from the mean of k others.",
            domain=_ANY,
        ),
        part(
            "falling",
            EVERY,
            r"D_1 \ge D_2 \ge \ldots \ge D_{N-1}",
            "D_k never grows with k.",
            domain=_ANY,
        ),
        part(
            "bounds",
            EVERY,
            r"D_{N-1} = \tfrac{1}{N-1} \textstyle\sum_i \left| \ell_i - \mathcal{L}_N \right| \le D_k \le D_1 ="
            r" \tfrac{1}{N(N-1)} \textstyle\sum_{i \ne j} \left| \ell_i - \ell_j \right| \le 2(1 - 1/N) D_{N-1}",
            "The curve lies between c/(k + 1) and 2c/(k + 1), c being N/(N − 1) times the mean deviation.",
            domain=_ANY,
        ),
        part(
            "losses",
            EVERY,
            r"\ell_i \ge 0 \ \Longrightarrow\ " + _CHANGE + r" \le \frac{2 \mathcal{L}_N}{k+1}",
            "For numbers that are not negative, such as losses, the curve is at most 2𝓛_N/(k + 1).",
            domain="any N ≥ 2 numbers ℓ_i ≥ 0",
        ),
        part(
            "attained",
            EVERY,
            r"\ell = (1, -1, 0, \ldots, 0): D_1 = 2(1 - 1/N) D_{N-1}; \quad \ell = (1, 0, \ldots, 0): D_k = D_{N-1} ="
            r" 2 \mathcal{L}_N \text{ for all } k",
            "All of these bounds are attained.",
            domain="the instances with N ≤ 6 (quick), 9 (standard), 12 (thorough)",
        ),
        part(
            "memory",
            EVERY,
            r"s_1 = v_1,\ s_k = f s_{k-1} + (1 - f) v_k,\ v_j \ge 0,\ 0 < f < 1 \ \Longrightarrow\ s_k \ge f^{k-1} v_1",
            "An exponential moving average keeps f^(k−1) times its first value, whatever is smoothed.",
            domain="any numbers v_j ≥ 0",
        ),
        part(
            "smoothing",
            EVERY,
            r"v_k = \tfrac{1}{k+1},\ s_1 = v_1,\ s_k = 0.99\, s_{k-1} + 0.01\, v_k: \quad s_k > 2 v_k \iff 4 \le k \le"
            r" 607, \quad s_k < 1.1\, v_k \text{ for } k \ge 1241",
            "The published smoothing by a factor 0.99 does not keep the rate: it raises c/(k + 1) by more than two for "
            "4 ≤ k ≤ 607, by up to 20.5 at k = 104, and by less than a tenth from k = 1,241 on only.",
            domain="k ≤ 10,000",
        ),
        repairs="kiselev2024.exp_decay",
        remarks=(
            "Leave each of k numbers out once: x − mean of k is the average of k terms x − mean of k − 1, so D_k ≤ "
            "D_{k-1} by the triangle inequality and the exchange of places.",
            "With f = 0.99 the memory f^(k−1)v_1 alone exceeds v_1/k for 2 ≤ k ≤ 644.",
            "In a doubly logarithmic plot the smoothed c/(k + 1) has local slopes from −0.1 (k = 10) over −3.4 "
            "(k = 481) to −1.06 (k = 2,000): the first hundreds show the moving average forgetting its start, 0.99^k.",
        ),
    ),
    row(
        "hessproof.width_spread",
        "amends §5.1, Figs. 2–3 (left)",
        "The difference rises from 4 to 8 neurons in ten epochs, and falls from 16 neurons on.",
        r"h \mapsto \left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \text{ rises from } h = 4"
        r" \text{ to } 8, \text{ falls from } h = 16 \text{ to } 32 \text{ to } 64",
        "The height of the curve is the spread of the training losses: small for a network that has not begun to "
        "fit, largest for one that fits some objects and not others, small again for one that fits all.",
        part(
            "narrow",
            DISTRIBUTION,
            r"h = 8 \text{ above } h = 4",
            "Widening five layers from 4 to 8 neurons raises the difference.",
            domain=f"{_PROTOCOL}, ten epochs",
        ),
        part(
            "wide",
            DISTRIBUTION,
            r"h = 16 \text{ above } 32 \text{ above } 64",
            "From 16 neurons on, widening five layers lowers the difference.",
            domain=_PROTOCOL,
            regions=SCHEDULES,
        ),
        repairs="kiselev2024.exp_width",
    ),
    row(
        "hessproof.loss_spread",
        "amends §5.1, Figs. 2–3 (right)",
        "The difference grows with the number of layers up to five, after training; before it, it falls.",
        r"L \mapsto \left| \mathcal{L}_{k+1}(\hat\theta) - \mathcal{L}_k(\hat\theta) \right| \text{ grows from } L = 1"
        r" \text{ to } 3 \text{ to } 5; \text{ at the initial weights it falls}",
        "Up to five layers each step raises the difference after training. At the initial weights it is the other way "
        "round: each layer shrinks the outputs, so that the losses of deeper networks lie closer to log K.",
        part(
            "shallow",
            DISTRIBUTION,
            r"L = 1 \text{ below } 3 \text{ below } 5",
            "After training, h = 16: each of these steps raises the difference.",
            domain=_PROTOCOL,
            regions=SCHEDULES,
        ),
        part(
            "initial",
            DISTRIBUTION,
            r"\text{at the initial weights: } L = 1 \text{ above } 3 \text{ above } 5 \text{ above } 7 \text{ above }"
            r" 10",
            "Before any training each step lowers the difference.",
            domain="PyTorch's initial weights, the digits",
        ),
        repairs="kiselev2024.exp_depth",
    ),
    row(
        "hessproof.deep_spread",
        "amends §5.1, Figs. 2–3 (right)",
        "Beyond five layers the sign of the effect of depth depends on how long was trained.",
        r"L = 10 \text{ below } L = 5 \text{ in ten epochs, above it in as many steps as published}",
        "After ten epochs on the digits, where ten layers have a mean loss above 1.3 and five one below 0.95, the "
        "difference is smaller for ten. After as many steps as published it is greater.",
        part(
            "few",
            DISTRIBUTION,
            r"L = 10 \text{ below } L = 5 \text{ after } 290 \text{ steps}",
            "In ten epochs, ten layers have the smaller difference.",
            domain=f"{_PROTOCOL}, ten epochs, h = 16",
        ),
        part(
            "many",
            DISTRIBUTION,
            r"L = 10 \text{ above } L = 5 \text{ after } 1{,}566 \text{ steps}",
            "In as many steps as published, ten layers have the greater difference.",
            domain=f"{_PROTOCOL}, as many steps as published, h = 16",
        ),
        repairs="kiselev2024.exp_depth",
        remarks=("It takes a hundred starts to tell the first from zero, and runs in the thorough profile alone.",),
    ),
)
