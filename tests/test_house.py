"""The package stands in floors: a file imports only from floors below it, and heavy libraries stay in their rooms."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "zhgen"
FLOORS = (
    ("errors", "wording", "threads", "config", "files", "progress", "recurrent"),
    ("raw", "layers"),
    ("corpus",),
    ("names", "vectors", "ngrams"),
    ("bundle",),
    ("sampling",),
    ("generation",),
    ("training", "batches"),
    ("evaluation",),
    ("labs",),
    ("cli",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
HEAVY = {
    "jieba": {"corpus/engines.py", "corpus/kinds.py"},
    "rjieba": {"corpus/engines.py"},
    "gensim": {"vectors/word2vec.py"},
    "tensorflow": {"training/tensorflow_backend.py"},
    "jax": {"training/jax_backend.py"},
    "matplotlib": {"labs/picture.py"},
    "rich": {"progress.py"},
    "scipy": {"generation/fitting.py"},
    "sklearn": {"vectors/projection.py"},
}


def _modules() -> dict[str, ast.Module]:
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py")}


def _imports(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def _room(path: str) -> str:
    return path.split("/")[0].removesuffix(".py")


MODULES = _modules()


def _own(names: set[str]) -> set[str]:
    """Return the modules of the package among imported names, as paths."""
    places = {name.removeprefix("zhgen.").replace(".", "/") for name in names if name.startswith("zhgen.")}
    return {path for place in places for path in (f"{place}.py", f"{place}/__init__.py") if path in MODULES}


@pytest.mark.parametrize("path", sorted(path for path in MODULES if _room(path) in FLOOR))
def test_a_module_imports_only_from_its_room_and_from_floors_below(path: str) -> None:
    """Nothing runs back up."""
    here = _room(path)
    above = {other for other in _own(_imports(MODULES[path])) if _room(other) != here and FLOOR[_room(other)] >= FLOOR[here]}
    sideways_on_the_first_floor = {other for other in above if FLOOR[_room(other)] == FLOOR[here] == 0}
    assert above - sideways_on_the_first_floor == set()


def test_every_room_has_a_floor() -> None:
    """A new room is put on a floor before it is built."""
    rooms = {_room(path) for path in MODULES} - {"__init__", "__main__"}
    assert rooms == set(FLOOR)


def test_there_are_no_circles() -> None:
    """No module reaches itself through what it imports."""
    edges = {path: _own(_imports(tree)) - {path} for path, tree in MODULES.items()}

    def reachable(path: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(edges[path])
        while waiting:
            other = waiting.pop()
            if other not in seen:
                seen.add(other)
                waiting.extend(edges[other])
        return seen

    assert [path for path in edges if path in reachable(path)] == []


@pytest.mark.parametrize("library", sorted(HEAVY))
def test_a_heavy_library_stays_in_its_room(library: str) -> None:
    """jieba, gensim, TensorFlow and rich are each known in one module."""
    users = {path for path, tree in MODULES.items() if any(name.split(".")[0] == library for name in _imports(tree))}
    assert users == HEAVY[library]


def test_keras_is_known_where_networks_are_trained_alone() -> None:
    """What runs after training does not need Keras."""
    users = {path for path, tree in MODULES.items() if any(name.split(".")[0] == "keras" for name in _imports(tree))}
    assert {_room(path) for path in users} == {"layers", "training", "labs"}


def _calls_of_load(tree: ast.AST) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if ast.unparse(call.func) == "np.load"]


def test_nothing_is_pickled() -> None:
    """What comes from elsewhere never is: pickle is known in one module, between a process and those it started."""
    users = {path for path, tree in MODULES.items() if _imports(tree) & {"pickle", "marshal", "shelve"}}
    assert users == {"generation/channel.py"}
    loads = [call for tree in MODULES.values() for call in _calls_of_load(tree)]
    assert [ast.unparse(call) for call in loads] == ["np.load(file, allow_pickle=False)"]
