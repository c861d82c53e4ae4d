"""The criteria of Figure 6 put a second time, before their run, with new seeds.

The first run was stopped after about 40 of 200 seeds. Its energies carry the sampling spread of the targets: ε is
proportional to their mean square (W² scales with them), which for m = 128 spreads by 3 % from draw to draw, about
as much as the law changes over the fitted range. That is known exactly and says nothing about critical points. Here
every energy is divided by the mean square of the targets for which its point is critical. Everything else (networks,
protocol, range of α, limits) is as in the first criteria.
"""

from __future__ import annotations

from hessproof.proofs_check.model.check import Profile

SEEDS: dict[Profile, tuple[int, ...]] = {Profile.THOROUGH: tuple(range(8001, 8201))}
"""Seeds of the runs for every φ: 200 runs, as published."""
LIBRARY_SEEDS: dict[Profile, tuple[int, ...]] = {Profile.THOROUGH: tuple(range(8501, 8601))}
"""Seeds of the second route."""
LIBRARY_RATIOS = (0.25, 0.5)
"""φ of the second route."""
PRESCRIBED_SEEDS = tuple(range(8301, 8321))
"""Seeds of the runs whose index is prescribed; they are described, not judged."""
MINIMISER_SEEDS = tuple(range(8401, 8411))
"""Seeds of the long descents; they are described, not judged."""
