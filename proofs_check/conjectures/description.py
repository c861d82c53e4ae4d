"""What a conjecture is told about an instance: its sizes and ranks, as plain whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

from hessproof.symbolic.architecture import Architecture


@dataclass(frozen=True)
class Description:
    """An instance in the words that a formula uses.

    Args:
        widths: (M_0, …, M_L).
        data_rank: r = rk E[xx⊤].
        augmented_data_rank: r̃ = rk E[x̃x̃⊤] with x̃ = (x, 1), which is r or r + 1.
        residual_rank: s = rk E[δx⊤], δ = F(x) − y.
        augmented_residual_rank: s̃ = rk E[δx̃⊤], which is s or s + 1.
        residual_mean: e = rk E[δ], which is 0 if E[δ] = 0 and 1 otherwise.
        samples: N, the number of samples.
        active: How many neurons of each hidden layer are active on at least one sample; all of them where the
            activation has no dead neurons.
        bias: Whether every layer adds a bias.
        activation: Of the hidden layers.
        loss: The loss.

    Example:
        >>> a = Description((3, 2, 2), 3, 4, 2, 2, 1, samples=4, active=(2,))
        >>> a.inputs, a.outputs, a.hidden, a.layers, a.parameters, str(a)
        (3, 2, (2,), 2, 10, '3-2-2, r = 3, r̃ = 4, s = 2, s̃ = 2, E[δ] ≠ 0, N = 4')
    """

    widths: tuple[int, ...]
    data_rank: int
    augmented_data_rank: int
    residual_rank: int
    augmented_residual_rank: int
    residual_mean: int
    samples: int
    active: tuple[int, ...]
    bias: bool = False
    activation: str = "linear"
    loss: str = "mse"

    @property
    def inputs(self) -> int:
        """d = M_0."""
        return self.widths[0]

    @property
    def outputs(self) -> int:
        """K = M_L."""
        return self.widths[-1]

    @property
    def hidden(self) -> tuple[int, ...]:
        """(M_1, …, M_{L-1})."""
        return self.widths[1:-1]

    @property
    def layers(self) -> int:
        """L, the number of weight matrices."""
        return len(self.widths) - 1

    @property
    def parameters(self) -> int:
        """p = Σ M_l M_{l-1}, with bias Σ M_l (M_{l-1} + 1)."""
        return sum(
            rows * (columns + self.bias) for columns, rows in zip(self.widths[:-1], self.widths[1:], strict=True)
        )

    @property
    def architecture(self) -> Architecture:
        """The same network in the project's own record."""
        return Architecture(self.widths, self.bias, self.activation, self.loss)

    def __str__(self) -> str:
        kind = [name for name in (self.activation, self.loss) if name not in ("linear", "mse")]
        shown = ["-".join(map(str, self.widths)) + (" with bias" if self.bias else ""), *kind]
        mean = "≠" if self.residual_mean else "="
        shown += [f"r = {self.data_rank}", f"r̃ = {self.augmented_data_rank}", f"s = {self.residual_rank}"]
        shown += [f"s̃ = {self.augmented_residual_rank}", f"E[δ] {mean} 0", f"N = {self.samples}"]
        if self.active != self.hidden:
            shown.append(f"active = {self.active}")
        return ", ".join(shown)
