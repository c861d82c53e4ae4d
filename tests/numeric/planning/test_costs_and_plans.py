"""Costs add up, plans read well, and what cannot fit is refused with the size that would."""

from __future__ import annotations

from types import ModuleType

import array_api_strict
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hessproof.numeric.planning import (
    Cost,
    Plan,
    Speed,
    bytes_in_words,
    largest_that_fits,
    machine_speed,
    make_plan,
    refuse_if_it_cannot_fit,
    seconds_in_words,
)
from hessproof.numeric.planning.speed import thread_count
from hessproof.symbolic.errors import UnusableRequest

CORE = Cost("core of order 16,410", 2.28e12, 21 * 2**27, share=0.75)
BASES = Cost("orthonormal bases", 76e9, 2**28)
SPEED = Speed(76.0, 2, "measured")


def test_pieces_follow_each_other_so_times_add_and_the_largest_memory_counts() -> None:
    plan = Plan((BASES, CORE), SPEED)
    assert plan.seconds == pytest.approx(1 + 40)
    assert plan.bytes == CORE.bytes
    assert plan.flops == CORE.flops + BASES.flops
    assert Plan((Cost("a", 1, 0, products=3), Cost("b", 1, 0, products=4)), SPEED).products == 7


def test_the_plan_in_words() -> None:
    assert Plan((CORE,), SPEED).lines == ("plan: core of order 16,410, 2.6 GiB, about 40 s at 76 Gflop/s on 2 threads",)
    assert Plan((BASES, CORE), SPEED).lines == (
        "plan: orthonormal bases and core of order 16,410, 2.6 GiB, about 41 s at 76 Gflop/s on 2 threads",
        "  orthonormal bases: 256 MiB, about 1 s",
        "  core of order 16,410: 2.6 GiB, about 40 s",
    )
    assert Plan((BASES,), Speed(4.0, 1, "")).line.endswith("about 19 s at 4.0 Gflop/s on 1 thread")
    assert Plan((CORE,), Speed(60_000.0, 0, "")).line == "plan: core of order 16,410, 2.6 GiB, less than a second"
    assert Plan((Cost("x", 6e14, 1),), Speed(60_000.0, 0, "")).line.endswith("about 10 s at 60,000 Gflop/s on the GPU")
    assert Plan((), None).line == "plan: nothing to compute, 1 KiB, less than a second"


def test_the_speed_is_measured_only_where_it_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def speed(xp: object) -> Speed:
        asked.append(xp)
        return SPEED

    monkeypatch.setattr("hessproof.numeric.planning.plan.machine_speed", speed)
    assert make_plan([Cost("little", 1e6, 10)]).seconds is None
    assert make_plan([]).seconds is None
    assert asked == []
    assert make_plan([Cost("much", 7.6e10, 10)], array_api_strict).seconds == pytest.approx(1.0)
    assert asked == [array_api_strict]


def test_the_share_of_the_whole_follows_the_predicted_seconds() -> None:
    plan = Plan((BASES, CORE), SPEED)
    assert plan.share_done(0, 0.0) == 0
    assert plan.share_done(1, 0.0) == pytest.approx(1 / 41)
    assert plan.share_done(1, 1.0) == pytest.approx(1)
    assert Plan((Cost("nothing", 0, 0),), None).share_done(0, 0.5) == 1


@pytest.mark.parametrize("numbers", [(-1, 0, 0, 1.0), (0, -1, 0, 1.0), (0, 0, -1, 1.0), (0, 0, 0, 0.0), (0, 0, 0, 1.1)])
def test_impossible_costs_are_refused(numbers: tuple[float, int, int, float]) -> None:
    with pytest.raises(UnusableRequest):
        Cost("x", *numbers)


@given(st.integers(1, 64), st.integers(0, 10**13), st.integers(1, 10**7))
def test_the_largest_that_fits_fits_and_the_next_does_not(entry: int, limit: int, most: int) -> None:
    def cost(order: int) -> Cost:
        return Cost("matrix", 0, entry * order**2)

    largest = largest_that_fits(cost, limit, most)
    assert cost(largest).bytes <= limit
    assert largest == most or cost(largest + 1).bytes > limit


def test_nothing_fits_into_nothing() -> None:
    assert largest_that_fits(lambda order: 8 * order, 7) == 0


def test_what_cannot_fit_is_refused_with_what_is_there_and_what_would_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hessproof.numeric.planning.plan.memory_room", lambda xp: (10 * 2**30, "what is free"))
    plan = Plan((BASES, Cost("core of order 40,000", 1, 8 * 40_000**2)), None)
    with pytest.raises(UnusableRequest) as caught:
        refuse_if_it_cannot_fit(
            plan, "choose narrower layers", cost_of=lambda n: 8 * n**2, size_in_words="a core of order {size:,}"
        )
    assert str(caught.value) == (
        "core of order 40,000 (11.9 GiB): expected at most 8.0 GiB (80% of what is free, 10.0 GiB); "
        "a core of order 32,768 would fit: choose narrower layers"
    )
    with pytest.raises(UnusableRequest, match=r"; choose narrower layers$"):
        refuse_if_it_cannot_fit(plan, "choose narrower layers")
    with pytest.raises(UnusableRequest, match=r"; choose narrower layers$"):
        refuse_if_it_cannot_fit(plan, "choose narrower layers", cost_of=lambda n: 2**60)
    refuse_if_it_cannot_fit(plan, "nothing", limit=8 * 40_000**2)


def test_the_speed_of_any_array_library_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hessproof.numeric.planning.speed.ENOUGH_SECONDS", 1e-4)
    monkeypatch.setattr("hessproof.numeric.planning.speed.FIRST_ORDER", 16)
    machine_speed.cache_clear()
    strict = machine_speed(array_api_strict)
    assert strict.gflops > 0
    assert machine_speed(array_api_strict) is strict
    machine_speed.cache_clear()


def test_threads_as_the_libraries_count_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)
    assert thread_count() == 4
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert thread_count() == 3
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "8")
    assert thread_count() == 4
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "many")
    assert thread_count() == 3
    monkeypatch.delattr("os.sched_getaffinity")
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert thread_count() == 2
    assert thread_count(ModuleType("cupy")) == 0


@given(st.floats(0, 1e9), st.integers(0, 2**60))
def test_words_for_every_size(seconds: float, count: int) -> None:
    assert seconds_in_words(seconds).split()[0] in ("about", "less")
    assert bytes_in_words(count).split()[1] in ("KiB", "MiB", "GiB")
