"""What ``hessproof spectrum --model`` prints."""

from __future__ import annotations

from hessproof.proofs_check.cli.output import console, print_json, table
from hessproof.proofs_check.cli.progress import stages_shown
from hessproof.proofs_check.spectra.model_output import ModelSpectrumOutput, spectrum_of_model
from hessproof.proofs_check.spectra.model_values import smallest_share
from hessproof.symbolic.free_probability.models import PENNINGTON, PENNINGTON_RELU


def run_model(
    epsilon: float,
    tau: float,
    relu: bool,
    scale: float,
    monte_carlo: int | None,
    *,
    seed: int,
    device: str,
    out: str | None,
    as_json: bool,
) -> int:
    """Compute, print and write; the exit status."""
    with stages_shown() as progress:
        found = spectrum_of_model(
            epsilon, tau, relu=relu, scale=scale, monte_carlo=monte_carlo, seed=seed, device=device, out=out,
            progress=progress,
        )  # fmt: skip
    if as_json:
        print_json(found.model_dump_json(indent=2))
    else:
        show(found, out)
    return 0


def show(found: ModelSpectrumOutput, out: str | None) -> None:
    """Print the law, the matrix drawn beside it, and what was written."""
    screen = console()
    kind = " with ReLU" if found.relu else ""
    transforms = " + ".join(found.r_transforms.values())
    screen.print(f"model    H_0 + H_1{kind}, freely independent: R(z) = {transforms}")
    screen.print(f"at       ε = {found.epsilon:g}, τ = {found.tau:g}, σ = {found.scale:g}")
    screen.print()
    drawn = found.monte_carlo
    rows = table("", "limit law", *(() if drawn is None else (f"{drawn.size:,} eigenvalues drawn",)))
    bands = " and ".join(f"{band.low:.6g} to {band.high:.6g}" for band in found.bands) or "none"
    atoms = ", ".join(f"{atom.mass:.6g} at {atom.place:g}" for atom in found.atoms) or "none"
    cells: list[tuple[str, str, str]] = [
        ("eigenvalues from, to", bands, "" if drawn is None else f"{drawn.smallest:.6g} to {drawn.largest:.6g}"),
        ("atoms", atoms, "" if drawn is None or not found.atoms else f"{drawn.zeros:.6g} at 0"),
        ("mean", f"{found.mean:.6g}", "" if drawn is None else f"{drawn.mean:.6g}"),
        ("variance", f"{found.variance:.6g}", "" if drawn is None else f"{drawn.variance:.6g}"),
        ("α, below zero", f"{found.negative_fraction:.8g}", "" if drawn is None else f"{drawn.negative_fraction:.6g}"),
    ]
    for name, law, matrix in cells:
        rows.add_row(name, law, *(() if drawn is None else (matrix,)))
    screen.print(rows)
    if drawn is not None:
        screen.print(f"seed {drawn.seed}; the two distribution functions differ by {drawn.distance:.2g} at most")
    screen.print()
    _show_critical(found)
    if out is not None:
        screen.print(f"written to {out}: {', '.join(found.files)}")


def _show_critical(found: ModelSpectrumOutput) -> None:
    screen = console()
    if found.critical_energy is None:
        least = smallest_share(PENNINGTON_RELU if found.relu else PENNINGTON, found.tau)
        screen.print(
            f"critical energy: none for τ ≥ 1; at every ε > 0 eigenvalues are negative, α → {least:.6g} for ε → 0"
        )
        return
    screen.print(f"critical energy ε_c = {found.critical_energy:.8g}: no eigenvalue is negative up to it")
    if found.index_coefficient is None:
        return
    screen.print(f"near it α ≈ α_0 ((ε − ε_c)/ε_c)^(3/2), α_0 = {found.index_coefficient:.6g}", end="")
    if found.power_law is None:
        screen.print()
    elif found.negative_fraction:
        ratio = found.power_law / found.negative_fraction
        screen.print(f"; here that is {found.power_law:.4g}, {ratio:.3g} times α")
    else:
        screen.print(f"; here that is {found.power_law:.4g}")
