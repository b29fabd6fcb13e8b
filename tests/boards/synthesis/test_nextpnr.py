import json

from boards.synthesis.nextpnr import Placed, Usage, read_log, read_report, usage_of


def test_report_has_the_slowest_clock_and_what_was_placed(tmp_path):
    file = tmp_path / "report.json"
    blocks = {"RAM": {"used": 0, "available": 2}, "LC": {"used": 7, "available": 9}}
    clocks = {"a": {"achieved": 31.0, "constraint": 12.0}, "b": {"achieved": 30.0, "constraint": 12.0}}
    file.write_text(json.dumps({"fmax": clocks, "utilization": blocks}))
    assert Placed(30.0, {"LC": Usage(7, 9), "RAM": Usage(0, 2)}) == read_report(file)
    file.write_text(json.dumps({"fmax": {}, "utilization": {}}))
    assert Placed(None, {}) == read_report(file)


def test_blocks_that_share_their_places_are_counted_together():
    blocks = {"LUT4": Usage(8000, 8640), "ALU": Usage(700, 6480)}
    assert Usage(8700, 8640) == usage_of(blocks, ("LUT4", "ALU"))
    assert Usage(0, 0) == usage_of(blocks, ("DSP",))


def test_log_has_what_was_to_be_placed():
    log = (
        "Info: Device utilisation:\n"
        "Info: \t         ICESTORM_LC:    3736/   1280   291%\n"
        "Info: \t               SB_IO:       3/     96     3%\n"
        "ERROR: Unable to place cell 'x', no Bels remaining of type 'ICESTORM_LC'\n"
    )
    assert {"ICESTORM_LC": Usage(3736, 1280), "SB_IO": Usage(3, 96)} == read_log(log)
