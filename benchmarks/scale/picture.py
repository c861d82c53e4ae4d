"""The log–log plot: time and memory of ranks and eigenvalues, and time of products, against the parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.scale.contenders import CONTENDERS
from benchmarks.scale.fit import exponent
from benchmarks.scale.networks import parameters
from benchmarks.scale.records import Runs

STYLES: dict[str, tuple[str, str]] = {
    "rank": ("#000000", "o"),
    "rank-core": ("#332288", "X"),
    "rank-dense": ("#666666", "s"),
    "eigenvalues": ("#0072b2", "D"),
    "flint-nmod": ("#009e73", "^"),
    "flint-fmpz": ("#56b4e9", "v"),
    "sympy": ("#cc79a7", "P"),
    "mpmath": ("#aa4499", "p"),
    "torch": ("#d55e00", "<"),
    "jax": ("#e69f00", ">"),
    "jax-chunks": ("#999933", "h"),
    "hvp": ("#000000", "o"),
    "ggn": ("#0072b2", "D"),
    "hvp-curvlinops": ("#d55e00", "<"),
    "ggn-curvlinops": ("#e69f00", ">"),
}
"""Colour and mark; each pair differs in both."""

SPAN = (80, 2e6)
"""Of the axis of p."""


def draw(record: dict[str, Any], path: Path) -> None:
    """Draw the runs of a record into an .svg or .png file."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    runs = Runs(runs=record["runs"])
    networks = sorted({run["network"] for run in runs}, key=parameters)
    with matplotlib.rc_context({"svg.hashsalt": "benchmarks-scale", "font.size": 9}):
        figure = Figure(figsize=(13.0, 5.8), layout="constrained")
        FigureCanvasAgg(figure)
        times, memory, products = figure.subplots(1, 3)
        ranks = [name for name in STYLES if CONTENDERS[name].group in ("rank", "eigenvalues")]
        _panel(times, runs, networks, dict.fromkeys(ranks, "seconds"), fitted=True)
        _panel(memory, runs, networks, dict.fromkeys(ranks, "peak_mib"))
        rest = [name for name in STYLES if CONTENDERS[name].group == "products"]
        _panel(products, runs, networks, dict.fromkeys(rest, "float64_one"), fitted=True)
        for axes, title, unit in (
            (times, "Ranks and eigenvalues, linear networks", "seconds"),
            (memory, "The same: largest resident memory", "MiB"),
            (products, "One product with a vector, ReLU networks", "seconds"),
        ):
            axes.set(title=title, xlabel="parameters p", ylabel=unit, xscale="log", yscale="log", xlim=SPAN)
            axes.grid(True, which="major", color="#dddddd", linewidth=0.6)
            axes.set_axisbelow(True)
            axes.minorticks_off()
        for axes in (times, products):
            handles, labels = axes.get_legend_handles_labels()
            if handles:
                axes.legend(handles, labels, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2, frameon=False)
        memory.text(
            0.5,
            -0.16,
            "Colours as on the left.\nCrosses: did not finish. Dotted: fitted power of p.",
            transform=memory.transAxes,
            ha="center",
            va="top",
        )
        figure.savefig(path, dpi=110, metadata={"Date": None} if path.suffix == ".svg" else None)


def _panel(axes: Any, runs: Runs, networks: list[str], keys: dict[str, str], fitted: bool = False) -> None:
    for name, key in keys.items():
        colour, mark = STYLES[name]
        found = [(parameters(network), runs.middle(name, network, key)) for network in networks]
        points = [(float(p), value) for p, value in found if value is not None]
        if key != "float64_one":
            _ends(axes, runs, networks, name, key, None if points else _label(name))
        if not points:
            continue
        fit = exponent(points) if fitted else None
        label = _label(name) + ("" if fit is None else f", $p^{{{fit[0]:.2f}}}$")
        axes.plot(*zip(*points, strict=True), color=colour, marker=mark, markersize=5, linewidth=1.2, label=label)
        if fit is not None:
            ends = [points[-fit[2]][0], 2 * points[-1][0]]
            axes.plot(ends, [2.718281828459045 ** fit[1] * p ** fit[0] for p in ends], color=colour, linestyle=":")


def _ends(axes: Any, runs: Runs, networks: list[str], name: str, key: str, label: str | None) -> None:
    """Crosses where a contender failed: at the time or the memory that it had then."""
    for network in networks:
        if runs.failure(name, network):
            last = runs.of(name, network)[-1]
            value = last.get("peak_mib") if key == "peak_mib" else min(last["wall"], last["seconds_limit"])
            if value:
                style = {"color": STYLES[name][0], "marker": "x", "markersize": 8, "linestyle": "none"}
                axes.plot([parameters(network)], [value], label=label, **style)
                label = None


def _label(name: str) -> str:
    one = CONTENDERS[name]
    return f"{one.label}, eigenvalues" if one.group == "eigenvalues" else one.label
