"""Docstrings live in the Rust sources; editors read them from the stub. This copies them from the built module to the stub.

    python notices.py            fails when they differ
    python notices.py --write    rewrites the stub
"""

import ast
import inspect
import sys
import textwrap
from pathlib import Path

import recours._recours as built

STUB = Path(__file__).parent / "python" / "recours" / "_recours.pyi"


def document(nodes: list[ast.stmt], owner: object, depth: int) -> None:
    """Gives each class, function and property of the stub the docstring that it has in the built module."""
    for node in nodes:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or not hasattr(owner, node.name):
            continue
        target = inspect.getattr_static(owner, node.name)
        target = target.__func__ if isinstance(target, staticmethod) else target
        body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) and s.value.value is not ...)]
        if isinstance(node, ast.ClassDef):
            document(body, target, depth + 1)
        text = inspect.getdoc(target) if not node.name.startswith("__") else None
        if text:
            if "\n" in text:
                text = textwrap.indent(text, "    " * (depth + 1)).strip() + "\n" + "    " * (depth + 1)
            body = [s for s in body if not isinstance(s, ast.Expr)]
            body.insert(0, ast.Expr(ast.Constant(text)))
        node.body = body or [ast.Expr(ast.Constant(...))]


def render() -> str:
    tree = ast.parse(STUB.read_text(encoding="utf-8"))
    document(tree.body, built, 0)
    return ast.unparse(tree) + "\n"


def main() -> int:
    text = render()
    if "--write" in sys.argv:
        STUB.write_text(text, encoding="utf-8")
    elif text != STUB.read_text(encoding="utf-8"):
        print(f"{STUB.name} has not the docstrings of the built module: run « python {Path(__file__).name} --write »", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
