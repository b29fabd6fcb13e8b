"""House rules that a reader could check by eye, over every module of every room."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# A room imports itself and the rooms named here.
BELOW = {
    "pysoft": set(),
    "rtl": {"pysoft"},
    "sim": {"pysoft", "rtl"},
    "formal": {"pysoft", "rtl"},
    "boards": {"pysoft", "rtl"},
    "tuning": {"pysoft"},
    "experiments": {"pysoft"},
    "training": {"pysoft", "experiments"},
    "mitchell": {"pysoft", "rtl", "sim", "formal", "boards", "experiments"},
}
MODULES = [path for room in BELOW for path in sorted((ROOT / room).rglob("*.py"))]


def parse(path):
    return ast.parse(path.read_text())


@pytest.fixture(params=MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def module(request):
    return request.param


def exported(tree):
    for node in tree.body:
        if isinstance(node, ast.Assign) and [getattr(target, "id", None) for target in node.targets] == ["__all__"]:
            return ast.literal_eval(node.value)
    return None


def test_imports_go_down_only(module):
    room = module.relative_to(ROOT).parts[0]
    imported = set()
    for node in ast.walk(parse(module)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            imported.add(node.module.partition(".")[0])
    assert set() == imported & set(BELOW) - BELOW[room] - {room}


def test_public_names_are_exported_sorted_and_documented(module):
    tree = parse(module)
    assert ast.get_docstring(tree), "a module says what it is"
    definitions = [node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    public = {node.name for node in definitions if not node.name.startswith("_")}
    names = exported(tree)
    if names is None:
        assert not public
        return
    assert public <= set(names)
    # ruff's order: constants, classes, functions
    assert sorted(names, key=lambda name: (not name.isupper(), name.lower() == name, name)) == names
    assert all(ast.get_docstring(node) for node in definitions if node.name in names)


def test_only_the_command_line_prints(module):
    if module.is_relative_to(ROOT / "mitchell" / "cli"):
        return
    calls = [node.func for node in ast.walk(parse(module)) if isinstance(node, ast.Call)]
    assert "print" not in {getattr(function, "id", None) for function in calls}


def test_every_room_is_looked_at():
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(BELOW)
    assert len(MODULES) > 50
