"""Certificates: what was proved, in a small JSON file, and proved again from it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pysoft.files import write_whole
from pysoft.operator import Operator

from .result import Proof

__all__ = ["Certificate", "differences", "read_certificate", "write_certificate"]


@dataclass(frozen=True)
class Certificate:
    """What a file says was proved.

    Parameters
    ----------
    operator : Operator
    stages : int
    content : dict
        All that the file says, as :meth:`formal.result.Proof.to_dict` made it.
    """

    operator: Operator
    stages: int
    content: dict[str, Any]


def write_certificate(proof: Proof, folder: Path) -> Path:
    """Write ``NAME.json``, or ``NAME-stagesN.json``, into ``folder``, which is made if missing; returns the path."""
    name = proof.operator.name + f"-stages{proof.stages}" * (proof.stages > 0)
    path = folder / f"{name}.json"
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(proof.to_dict(), indent=2) + "\n")
    return path


def read_certificate(path: Path) -> Certificate:
    """The certificate in a file.

    Raises
    ------
    ValueError
        If the file holds no certificate.
    OSError
        If it cannot be read.
    """
    try:
        content = json.loads(path.read_text())
        operator, stages = Operator.from_name(content["operator"]), content["stages"]
        [(part["name"], part["result"]) for part in content["parts"]]
        content["statement"], content["sha256"], dict(content["versions"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no certificate of mitchell prove ({error})") from None
    return Certificate(operator, stages, content)


def differences(certificate: Certificate, proof: Proof) -> tuple[str, ...]:
    """What a proof that was made anew says otherwise, in words; times and versions do not count.

    Parameters
    ----------
    certificate : Certificate
    proof : Proof
        Of the same operator and stages.
    """
    old, new = certificate.content, proof.to_dict()
    found = []
    if old["sha256"] != new["sha256"]:
        versions = [
            f"{name} {old['versions'].get(name)} then, {version} now"
            for name, version in new["versions"].items()
            if old["versions"].get(name) != version
        ]
        found.append(f"the Verilog is another one ({'; '.join(versions) or 'with the same tools'})")
    results = {part["name"]: part["result"] for part in old["parts"]}
    for part in new["parts"]:
        before = results.pop(part["name"], "missing")
        if before != part["result"]:
            found.append(f"{part['name']} was {before} and is {part['result']}")
    found += [f"{name} was {result} and is missing" for name, result in results.items()]
    if old["statement"] != new["statement"]:
        found.append("the statement is another one")
    return tuple(found)
