"""What editors read is what was built: the stub against the module, and the docstrings in both."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
USE = '''
from datetime import date
import polars as pl
import recours

rules = recours.Rules("rules/fr", on=date(2026, 10, 1))
answers = rules.evaluate(pl.DataFrame(), pl.DataFrame(), progress=lambda step, done, total: None)
frame = pl.DataFrame(answers)
found = recours.Mission("mission.toml").detect(memory=1 << 30)
names: list[str] = found.findings.column_names
try:
    recours.demo(2000, seed=1, out="demo")
except recours.RulesError as error:
    line: int | None = error.line
'''


def run(*arguments):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_stub_is_the_module(tmp_path):
    code, said = run("-m", "mypy.stubtest", "recours", "--mypy-config-file", str(HERE.parent / "pyproject.toml"))
    assert code == 0, said


def test_the_stub_has_the_docstrings_of_the_module():
    code, said = run(str(HERE.parent / "notices.py"))
    assert code == 0, said


@pytest.mark.parametrize(
    ("line", "faults"),
    [("", 0), ('rules.evaluate("persons.parquet", pl.DataFrame())', 1), ("rules.day.upper()", 1), ('recours.Rules("rules/fr")', 1)],
)
def test_a_type_checker_sees_right_and_wrong_use(tmp_path, line, faults):
    file = tmp_path / "use.py"
    file.write_text(USE + line + "\n", encoding="utf-8")
    code, said = run("-m", "mypy", "--strict", "--no-incremental", str(file))
    assert code == (1 if faults else 0), said
    assert said.count("error:") == faults, said
