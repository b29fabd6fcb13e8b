"""Certificates: what was proved, in a small JSON file, and proved again from it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pysoft.files import write_whole
from pysoft.operator import Operator
from rtl.core import check_stages

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
        operator, stages = Operator.from_name(content["operator"]), check_stages(content["stages"])
        [(part["name"], part["result"], part["statement"]) for part in content["parts"]]
        content["statement"], content["proved"], content["sha256"], dict(content["versions"])
    except KeyError as error:
        raise ValueError(f"{path} is no certificate of mitchell prove: it has no {error}") from None
    except TypeError:
        raise ValueError(f"{path} is no certificate of mitchell prove: it has another form") from None
    except ValueError as error:
        raise ValueError(f"{path} is no certificate of mitchell prove: {error}") from None
    return Certificate(operator, stages, content)


def differences(certificate: Certificate, proof: Proof) -> tuple[str, ...]:
    """What a proof that was made anew says otherwise, in words.

    Times, versions, solvers, and notes, which are about what a solver happens to find, do not count.

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
    parts = {part["name"]: part for part in old["parts"]}
    for part in new["parts"]:
        before = parts.pop(part["name"], {"result": "missing"})
        if before["result"] != part["result"]:
            found.append(f"{part['name']} was {before['result']} and is {part['result']}")
        elif before["statement"] != part["statement"]:
            found.append(f"{part['name']} has another statement")
    found += [f"{name} was {part['result']} and is missing" for name, part in parts.items()]
    if not found and old["proved"] != new["proved"]:  # else that is why
        found.append(f"proved was {old['proved']} and is {new['proved']}")
    if old["proved"] == new["proved"] and old["statement"] != new["statement"]:
        found.append("the statement is another one")
    if not found and _claims(old) != _claims(new):
        found.append("it says more than the proof, or something twice")
    return tuple(found)


def _claims(content: dict[str, Any]) -> dict[str, Any]:
    """All but what may differ: of a refuted part the operands, too."""
    free = {"solver", "seconds", "questions", "note"}
    parts = [
        {
            key: value
            for key, value in part.items()
            if key not in free and (key, part["result"]) != ("counterexample", "refuted")
        }
        for part in content["parts"]
    ]
    return content | {"parts": parts, "versions": None}
