import time

from rtl.verilator import find_verilator, take_runtime


def test_verilator_is_found_with_what_it_needs():
    version, environment = find_verilator()
    assert version[0].isdecimal()
    assert environment.keys() == {"PATH", "VERILATOR_ROOT", "MAKEFLAGS"}


def test_objects_of_an_earlier_build_are_newer_than_all_that_is_written_now(tmp_path):
    runtime, work = tmp_path / "runtime", tmp_path / "work"
    work.mkdir()
    take_runtime(runtime, work)
    assert list(work.iterdir()) == []
    runtime.mkdir()
    (runtime / "verilated.o").write_bytes(b"object")
    take_runtime(runtime, work)
    assert (work / "verilated.o").read_bytes() == b"object"
    assert (work / "verilated.o").stat().st_mtime > time.time() + 60
