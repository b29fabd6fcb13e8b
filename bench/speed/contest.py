"""Contenders in turns, A B C A B C ..., in one process, and what each of them costs in units of the first.

What slows a machine down for a while slows down all of a round. So times are compared within a round only, and the
figure is the median of these ratios, with its quartiles.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["Case", "Contender", "Effort", "Skipped", "contest", "must_agree"]

LEAST_ROUNDS = 3


@dataclass(frozen=True)
class Contender:
    name: str
    call: Callable[[], np.ndarray]
    bits: str = ""  # contenders of a case that have the same word here must give the same bits
    note: str = ""


@dataclass(frozen=True)
class Case:
    name: str
    work: int  # products that are summed up, or elements, in one call
    contenders: Callable[[], list[Contender]]  # makes its data only when it is called; the first is the baseline


@dataclass(frozen=True)
class Skipped:
    name: str
    reason: str


@dataclass(frozen=True)
class Effort:
    rounds: int = 15
    sample: float = 2e-3  # seconds that a turn takes at least: short calls are repeated
    budget: float = 1.5  # seconds after which a contender leaves, though not before LEAST_ROUNDS


def contest(case: Case, effort: Effort) -> list[dict]:
    """One record for each contender, times in seconds, rates in 10^9 a second."""
    contenders = case.contenders()
    with np.errstate(all="ignore"):  # operands are infinities and NaN on purpose
        _check_bits(case, contenders)
        repeats = [_repeats(contender, effort) for contender in contenders]
        times = _times(contenders, repeats, effort)
    records = []
    for contender, count, seconds in zip(contenders, repeats, times, strict=True):
        ratios = [own / baseline for own, baseline in zip(seconds, times[0], strict=False)]  # a prefix, if it left
        low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
        names = {"case": case.name, "contender": contender.name, "baseline": contenders[0].name}
        ratio = {"ratio": middle, "ratio_low": low, "ratio_high": high}
        typical, best = statistics.median(seconds), min(seconds)
        duration = {"seconds": typical, "best_seconds": best}
        rates = {"rate": case.work / typical / 1e9, "best_rate": case.work / best / 1e9}
        samples = {"rounds": len(seconds), "calls_a_round": count}
        remarks = {"bits": contender.bits, "note": contender.note}
        records.append(names | ratio | duration | rates | samples | remarks)
    return records


def must_agree(case: str, first: str, x: np.ndarray, second: str, y: np.ndarray) -> None:
    """Raise SystemExit unless both arrays have the same bits."""
    if x.shape != y.shape or x.dtype != y.dtype or x.tobytes() != y.tobytes():
        raise SystemExit(f"{case}: {second} does not give the bits of {first}")


def _check_bits(case: Case, contenders: list[Contender]) -> None:
    """Call each once, which also compiles and warms up what is to be timed."""
    seen: dict[str, tuple[str, np.ndarray]] = {}
    for contender in contenders:
        result = np.asarray(contender.call())
        if contender.bits in seen:
            must_agree(case.name, *seen[contender.bits], contender.name, result)
        elif contender.bits:
            seen[contender.bits] = contender.name, result


def _seconds(contender: Contender, count: int) -> float:
    call, start = contender.call, time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - start) / count


def _repeats(contender: Contender, effort: Effort) -> int:
    return max(1, round(effort.sample / _seconds(contender, 1)))


def _times(contenders: list[Contender], repeats: list[int], effort: Effort) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in contenders]
    for done in range(max(LEAST_ROUNDS, effort.rounds)):
        spent = [sum(seconds) * count for seconds, count in zip(times, repeats, strict=True)]
        staying = [done < LEAST_ROUNDS or total < effort.budget for total in spent]
        if not any(staying[1:]):
            break
        for number, contender in enumerate(contenders):
            if number == 0 or staying[number]:
                times[number].append(_seconds(contender, repeats[number]))
    return times
