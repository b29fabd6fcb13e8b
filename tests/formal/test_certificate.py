import dataclasses
import json

import pytest

from formal.certificate import differences, read_certificate, write_certificate
from formal.result import Part, Proof
from pysoft.operator import Operator


@pytest.fixture
def proof():
    operator = Operator.from_name("mul-s4-mitchell")
    parts = (Part("coverage", "all", "proved", "z3 4", 0.5, 1), Part("bound", "-1 <= r", "refuted", note="x1 = 1/2"))
    return Proof(operator, 2, "for every input", parts, "ab" * 32, (("yosys", "0.1"), ("z3", "4")))


def test_certificate_is_read_as_it_was_written(proof, tmp_path):
    path = write_certificate(proof, tmp_path / "new" / "folder")
    assert tmp_path / "new" / "folder" / "mul-s4-mitchell-stages2.json" == path
    certificate = read_certificate(path)
    assert (proof.operator, 2, proof.to_dict()) == (certificate.operator, certificate.stages, certificate.content)
    assert () == differences(certificate, proof)


def test_certificate_of_a_combinational_circuit_has_its_name_alone(proof, tmp_path):
    assert "mul-s4-mitchell.json" == write_certificate(dataclasses.replace(proof, stages=0), tmp_path).name


def changed(proof, part, **changes):
    parts = list(proof.parts)
    parts[part] = dataclasses.replace(parts[part], **changes)
    return dataclasses.replace(proof, parts=tuple(parts))


def test_times_and_versions_are_no_difference(proof, tmp_path):
    certificate = read_certificate(write_certificate(proof, tmp_path))
    again = changed(proof, 0, seconds=9.0, solver="z3 5", questions=7)
    assert () == differences(certificate, dataclasses.replace(again, versions=(("yosys", "0.2"), ("z3", "5"))))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda proof: changed(proof, 0, result="unknown"), "coverage was proved and is unknown"),
        (lambda proof: dataclasses.replace(proof, parts=proof.parts[:1]), "bound was refuted and is missing"),
        (
            lambda proof: dataclasses.replace(proof, parts=(*proof.parts, Part("reset", "", "proved"))),
            "reset was missing and is proved",
        ),
        (lambda proof: dataclasses.replace(proof, statement="for some"), "the statement is another one"),
        (lambda proof: changed(proof, 0, statement="r = e"), "coverage has another statement"),
        (
            lambda proof: dataclasses.replace(proof, sha256="cd" * 32),
            "the Verilog is another one (with the same tools)",
        ),
        (
            lambda proof: dataclasses.replace(proof, sha256="cd" * 32, versions=(("yosys", "0.2"), ("z3", "4"))),
            "the Verilog is another one (yosys 0.1 then, 0.2 now)",
        ),
    ],
)
def test_every_other_difference_is_told(proof, tmp_path, change, words):
    certificate = read_certificate(write_certificate(proof, tmp_path))
    assert (words,) == differences(certificate, change(proof))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.pop("sha256"),
        lambda content: content.pop("statement"),
        lambda content: content.update(versions="4"),
        lambda content: content.update(operator=4),
        lambda content: content.update(operator="mul-u8-nobody"),
        lambda content: content.update(parts=[{"name": "bound"}]),
    ],
)
def test_what_is_no_certificate_is_refused(proof, tmp_path, change):
    content = proof.to_dict()
    change(content)
    (tmp_path / "c.json").write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"c\.json is no certificate of mitchell prove"):
        read_certificate(tmp_path / "c.json")


def test_a_forged_verdict_is_told(proof, tmp_path):
    path = write_certificate(proof, tmp_path)
    forged = json.loads(path.read_text())
    path.write_text(json.dumps(forged | {"proved": not forged["proved"]}))
    verdict = f"proved was {not proof.proved} and is {proof.proved}"
    assert (verdict,) == differences(read_certificate(path), proof)


@pytest.mark.parametrize(
    "forge",
    [
        lambda content: content["parts"].insert(0, content["parts"][0] | {"result": "refuted"}),
        lambda content: content.update(signed_by="me"),
        lambda content: content["parts"][0].update(counterexample={"a": 3, "b": 3}),
        lambda content: content["parts"][0].update(bound="exact"),
    ],
)
def test_what_a_file_says_beside_is_told(proof, tmp_path, forge):
    path = write_certificate(proof, tmp_path)
    forged = json.loads(path.read_text())
    forge(forged)
    path.write_text(json.dumps(forged))
    assert ("it says more than the proof, or something twice",) == differences(read_certificate(path), proof)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{}", "it has no 'operator'"),
        ("[1]", "it has another form"),
        ('{"operator": "mul-u4-mitchell", "stages": 99}', r"stages must be 0\.\.5, not 99"),
    ],
)
def test_what_is_no_certificate_is_told_with_its_name(text, reason, tmp_path):
    path = tmp_path / "c.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=rf"c\.json is no certificate of mitchell prove: {reason}"):
        read_certificate(path)
