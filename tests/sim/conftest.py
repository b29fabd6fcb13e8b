import pytest


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """One folder of builds for the whole run: nothing is left over from an earlier one."""
    return tmp_path_factory.mktemp("builds")
