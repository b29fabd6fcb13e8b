import json

import pytest


def test_mutate_counts_the_mutants_of_each_operator(run):
    status, out, _ = run("mutate", "mul-u4-mitchell", "div-u4-mitchell", "--mutants", "50", "--seed", "1", "--json")
    answer = json.loads(out)
    assert 0 == status
    assert ["mul-u4-mitchell", "div-u4-mitchell"] == [score["operator"] for score in answer]
    assert [50, 50] == [score["killed"] + score["equivalent"] for score in answer]
    assert [1.0, 1.0] == [score["score"] for score in answer]


def test_mutate_draws_a_table(run):
    status, out, _ = run("mutate", "mul-u4-exact", "--mutants", "20", "--markdown")
    assert 0 == status
    row = next(line for line in out.splitlines() if "mul-u4-exact" in line)
    assert ["20", "20", "0", "0", "100.00 %"] == [cell.strip() for cell in row.strip("|").split("|")][-5:]


@pytest.mark.parametrize("name", ["mul-s4-mitchell", "mul-f8e4m3-mitchell"])
def test_mutate_tells_of_a_live_mutant_and_fails(monkeypatch, run, name):
    from formal import mutation

    full = mutation.operand_vectors
    monkeypatch.setattr(mutation, "operand_vectors", lambda *args, **options: [c[:3] for c in full(*args, **options)])
    status, out, _ = run("mutate", name, "--mutants", "10")
    assert 1 == status
    assert f"{name}, " in out
    assert ": no vector kills it, though " in out


def test_mutate_refuses_before_it_begins(run):
    status, out, err = run("mutate", "mul-u4-exact", "mul-u16-exact", "--vectors", "all")
    assert (2, "") == (status, out)
    assert "'all' vectors is for operands of up to 8 bits, not for u16" in err
    status, _, err = run("mutate", "mul-u4-exact", "--mutants", "0")
    assert 2 == status
    assert "'0' is neither a number from 1 up nor 'all'" in err
