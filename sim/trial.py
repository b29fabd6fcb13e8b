"""Simulator side: what every bench does once for each operator in the design."""

from typing import Any

import cocotb

from .job import Job, Report, jobs_from_environment

__all__ = ["TRIALS", "Device", "Trial", "each_trial"]


class Device:
    """The ports of one operator, as attributes.

    Parameters
    ----------
    top : cocotb handle
        The top of the design.
    prefix : str
        What stands before the names of the operator's ports there.
    """

    def __init__(self, top: Any, prefix: str):
        self._top = top
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        handle = getattr(self._top, self._prefix + name)
        setattr(self, name, handle)  # found without a search from now on
        return handle


class Trial:
    """One operator: the job, the vectors made for it, and the report of what was found."""

    def __init__(self, job: Job):
        self.job = job
        self.vectors = job.make_vectors()
        self.report = Report(job)

    def device(self, top: Any) -> Device:
        """The operator's own ports at the top of the design."""
        return Device(top, self.job.prefix)


TRIALS = [Trial(job) for job in jobs_from_environment()]

each_trial = cocotb.parametrize(trial=[cocotb.Param(trial, name=trial.job.operator) for trial in TRIALS])
"""Decorator of a test with the argument ``trial``: one test for each, called ``<test>/trial=<operator>``."""
