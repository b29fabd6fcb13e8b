import json

import pytest


@pytest.fixture(scope="module")
def certificate():
    """A certificate as text."""
    from formal.prove import prove
    from pysoft.operator import Operator

    return json.dumps(prove(Operator.from_name("mul-u3-mitchell")).to_dict())


def test_prove_writes_certificates_and_prints_what_they_say(run, tmp_path):
    status, out, _ = run("prove", "mul-u3-mitchell", "div-u3-mitchell", "-o", str(tmp_path / "new"), "--json")
    answers = json.loads(out)
    assert (0, [True, True]) == (status, [answer["proved"] for answer in answers])
    files = [tmp_path / "new" / f"{name}.json" for name in ("mul-u3-mitchell", "div-u3-mitchell")]
    assert answers == [json.loads(file.read_text()) for file in files]
    assert sorted(files) == sorted((tmp_path / "new").iterdir())


def test_prove_draws_a_table_of_a_pipeline(run, tmp_path):
    status, out, _ = run("prove", "mul-u2-mitchell", "--stages", "1", "-o", str(tmp_path))
    assert 0 == status
    path = tmp_path / "mul-u2-mitchell-stages1.json"
    content = json.loads(path.read_text())
    assert 1 == content["stages"]
    cells = [[cell.strip() for cell in line.split("│")[1:3]] for line in out.splitlines() if "│" in line]
    assert [[part["name"], "proved"] for part in content["parts"]] == [cell for cell in cells if cell[0]]
    assert f"Verilog sha256 {content['sha256']}" in out
    assert path.name in out.replace("\n", "")


def test_prove_fails_with_what_it_cannot_prove(monkeypatch, run, tmp_path):
    from formal import prove
    from formal.result import Part

    refuted = Part("equivalence", "", "refuted", counterexample=(3, 2), note="k1 = 1, k2 = 1")
    monkeypatch.setattr(prove, "prove_equivalence", lambda *args, **options: refuted)
    status, out, _ = run("prove", "mul-u2-mitchell", "-o", str(tmp_path))
    assert 1 == status
    assert "equivalence fails for: mitchell eval mul-u2-mitchell 3 2" in out
    assert "the magnitudes" not in out
    assert {"a": 3, "b": 2} == json.loads((tmp_path / "mul-u2-mitchell.json").read_text())["parts"][1]["counterexample"]


def test_check_confirms_a_certificate(run, certificate, tmp_path):
    (tmp_path / "c.json").write_text(certificate)
    status, out, _ = run("prove", "--check", str(tmp_path / "c.json"), "--json")
    expected = {"file": str(tmp_path / "c.json"), "confirmed": True, "proved": True, "differences": []}
    assert (0, [expected]) == (status, json.loads(out))
    assert ["c.json"] == [file.name for file in tmp_path.iterdir()]


def test_check_confirms_no_changed_certificate(run, certificate, tmp_path):
    changed = json.loads(certificate) | {"sha256": "0" * 64}
    changed["parts"][1]["result"] = "refuted"
    (tmp_path / "c.json").write_text(json.dumps(changed))
    status, out, _ = run("prove", "--check", str(tmp_path / "c.json"), "--json")
    (answer,) = json.loads(out)
    assert (1, False) == (status, answer["confirmed"])
    expected = ["the Verilog is another one (with the same tools)", "equivalence was refuted and is proved"]
    assert expected == answer["differences"]


@pytest.mark.parametrize("text", ["no JSON", "{}", "[1]"])
def test_check_refuses_what_is_no_certificate(run, tmp_path, text):
    (tmp_path / "c.json").write_text(text)
    status, out, err = run("prove", "--check", str(tmp_path / "c.json"))
    assert (2, "") == (status, out)
    assert "is no certificate of mitchell prove" in err.replace("\n", " ")


def test_check_refuses_a_missing_file(run, tmp_path):
    status, _, err = run("prove", "--check", str(tmp_path / "missing.json"))
    assert 2 == status
    assert "missing.json" in err.replace("\n", "")


def test_prove_looks_at_the_folder_before_it_proves(run, tmp_path):
    (tmp_path / "file").touch()
    status, out, err = run("prove", "mul-u32-mitchell", "-o", str(tmp_path / "file" / "below"))
    assert (2, "") == (status, out)
    assert "nothing can be written there (Not a directory): choose another folder with -o" in err


@pytest.mark.parametrize("options", [["--stages", "2"], ["-o", "proofs"]])
def test_check_takes_no_options_of_a_proof(run, certificate, tmp_path, options):
    (tmp_path / "c.json").write_text(certificate)
    status, out, err = run("prove", "--check", str(tmp_path / "c.json"), *options)
    assert (2, "") == (status, out)
    assert "omit --stages and -o" in err.replace("\n", " ")
