"""For all tests: the width of tables, set before anything is imported, and a folder of builds."""

import os

os.environ["COLUMNS"] = "120"  # pytest-xdist sets 80 in its workers

import pytest


@pytest.fixture(scope="session")
def cache(tmp_path_factory, worker_id):
    """One folder of builds for the whole run, shared by its processes: nothing is left over from an earlier one."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    return shared / "builds"
