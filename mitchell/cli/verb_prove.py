"""``mitchell prove``: the netlist is its specification, and the specification keeps its bound."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

import mitchell

from .common import PATTERNS, console, expand, json_option, print_json, print_table, progress, stages_option, table

if TYPE_CHECKING:
    from formal.result import Proof

__all__ = ["command"]


@click.command("prove", epilog=PATTERNS)
@click.argument("names", metavar="OPERATOR|FILE...", nargs=-1, required=True)
@stages_option
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default="proofs",
    show_default=True,
    help="folder for the certificates",
)
@click.option("--check", is_flag=True, help="prove again what is in the certificates FILE..., and compare")
@json_option
def command(names: tuple[str, ...], stages: int, folder: Path, check: bool, as_json: bool) -> int:
    """Prove for every input that the netlist of OPERATOR equals its specification, and that this keeps its bound.

    Each proof is written as a certificate, NAME.json. With stages also that the pipeline delivers the results of all
    that it accepts, in order, each once. Exits with 1 if a part is refuted or left open, or a certificate is not
    confirmed or says that something is not proved; a bound that is nowhere met is proved, though `attained` is refuted.
    """
    if check:
        source = click.get_current_context().get_parameter_source
        if any(source(name) is ParameterSource.COMMANDLINE for name in ("stages", "folder")):
            raise click.UsageError("--check reads the stages from the files and writes none: omit --stages and -o")
        return _check([Path(name) for name in names], as_json)
    from formal.certificate import write_certificate
    from pysoft.files import check_folder

    operators = expand(names)
    check_folder(folder)
    proofs = []
    for operator in operators:
        proof = _prove(operator, stages)
        path = write_certificate(proof, folder)
        proofs.append(proof)
        if not as_json:
            _print(proof)
            console.print(f"certificate {path}")
    if as_json:
        plain = [proof.to_dict() for proof in proofs]
        print_json(plain if len(plain) > 1 else plain[0])
    return int(not all(proof.proved for proof in proofs))


def _prove(operator: mitchell.Operator, stages: int) -> "Proof":
    from formal.prove import prove

    with progress(operator.name) as update:
        return prove(operator, stages=stages, progress=update)


def _check(paths: list[Path], as_json: bool) -> int:
    """Prove again, and say of each certificate whether it is confirmed, and what it says."""
    from formal.certificate import differences, read_certificate

    certificates = [read_certificate(path) for path in paths]
    answers = []
    for path, certificate in zip(paths, certificates, strict=True):
        proof = _prove(certificate.operator, certificate.stages)
        found = differences(certificate, proof)
        answers.append({"file": str(path), "confirmed": not found, "proved": proof.proved, "differences": found})
        if not as_json:
            verdict = "; ".join(found) or f"confirmed, {'proved' if proof.proved else 'but not proved'}"
            console.print(f"{path}: {verdict}", soft_wrap=True)
    if as_json:
        print_json(answers)
    return int(not all(answer["confirmed"] and answer["proved"] for answer in answers))


def _print(proof: "Proof") -> None:
    name = proof.operator.name
    rows = table(name, "<part", "<result", "questions", "seconds", "<statement")
    for part in proof.parts:
        rows.add_row(part.name, part.result, str(part.questions), f"{part.seconds:.2f}", part.note or part.statement)
    print_table(rows)
    for part in proof.parts:
        if part.counterexample is not None:
            console.print(f"{part.name} fails for: mitchell eval {name} {' '.join(map(str, part.counterexample))}")
    if proof.proved:
        console.print(proof.statement)
    console.print(f"Verilog sha256 {proof.sha256}")
