"""Every example that a reader may copy is run: docstrings, the README's block, the page for data teams."""

import doctest
import inspect
import json
import re
import warnings

import polars
import pytest

import recours
from conftest import ROOT

FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE


def documented():
    """Each public name with its docstring: the module, its functions and classes, their methods and properties."""
    yield "recours", recours.__doc__
    for name in recours.__all__:
        thing = getattr(recours, name)
        if not (inspect.isclass(thing) or inspect.isroutine(thing)):
            continue
        yield name, thing.__doc__
        if inspect.isclass(thing) and not issubclass(thing, BaseException | Warning):
            for member, value in vars(thing).items():
                if not member.startswith("_"):
                    yield f"{name}.{member}", inspect.getdoc(getattr(value, "__func__", value))


@pytest.mark.parametrize(("name", "text"), list(documented()))
def test_docstring(place, name, text):
    assert text, f"{name} has no docstring"
    import datetime

    names = {"recours": recours, "polars": polars, "datetime": datetime}
    test = doctest.DocTestParser().get_doctest(inspect.cleandoc(text), names, name, None, 0)
    assert test.examples, f"{name} has no example"
    said = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", recours.RecoursNote)
        result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.append)
    assert result.failed == 0, "".join(said)


def blocks(page):
    return re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text(encoding="utf-8"), re.M | re.S)


def test_the_readme_block_gives_the_figures_of_the_demo(command, tmp_path, monkeypatch, capsys):
    """The block, in an empty folder; then the command, with the number of people and the seed of the block."""
    (block,) = blocks("README.md")
    people, seed = re.search(r"recours\.demo\((\d[\d_]*), seed=(\d+)", block).groups()
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "readme"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", recours.RecoursNote)
        exec(compile(block, "README.md", "exec"), names)
    shown = capsys.readouterr().out
    done = command("demo", "--persons", int(people), "--seed", seed, "--out", tmp_path / "other")
    assert done.returncode == 0, done.stderr
    receipt = json.loads((tmp_path / "other" / "host" / "receipt.json").read_text(encoding="utf-8"))
    assert names["found"].receipt["droits"] == receipt["droits"]
    counts = {right: n["probable"] + n["possible"] + n["certain"] for right, n in receipt["droits"].items()}
    table = {row[0]: sum(v for v in row[1:] if v) for row in names["counts"].rows()}
    assert table == {right: n for right, n in counts.items() if n}
    assert "shape" in shown


def test_the_page_for_data_teams(place, monkeypatch):
    """The blocks of the page, one after the other, as somebody would type them."""
    names = {"__name__": "page"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", recours.RecoursNote)
        for number, block in enumerate(blocks("docs/embed-python.md")):
            exec(compile(block, f"docs/embed-python.md, block {number + 1}", "exec"), names)
    assert number >= 4
