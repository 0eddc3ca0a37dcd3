"""Row for row what the command line gives, by the same rules on the same rows."""

import json

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import recours
from conftest import ORACLE, ROOT

RULES = ROOT / "rules" / "fr"


@pytest.mark.parametrize("validation", [False, True])
@pytest.mark.parametrize(("month", "day"), [("2026-10", "2026-10-01"), ("2025-06", "2025-06-01")])
def test_evaluate(command, tmp_path, month, day, validation):
    people, homes, out = ORACLE / f"{month}_persons.parquet", ORACLE / f"{month}_households.parquet", tmp_path / "r.parquet"
    arguments = ["evaluate", "--rules", RULES, "--on", day, "--persons", people, "--households", homes, "--out", out]
    done = command(*arguments, *(["--validation"] if validation else []))
    assert done.returncode == 0, done.stderr
    answers = recours.Rules(RULES, on=day).evaluate(pq.read_table(people), pq.read_table(homes), validation=validation)
    mine, theirs = pa.table(answers), pq.read_table(out)
    assert mine.num_rows > 1000
    assert mine.column_names == theirs.column_names
    assert pl.from_arrow(mine).equals(pl.from_arrow(theirs), null_equal=True)


def test_explain(command, tmp_path, rules, few):
    people, homes = few
    pq.write_table(people, tmp_path / "p.parquet")
    pq.write_table(homes, tmp_path / "h.parquet")
    home = str(homes["household_id"][3].as_py())
    arguments = ["--persons", tmp_path / "p.parquet", "--households", tmp_path / "h.parquet", "--explain", home]
    done = command("evaluate", "--rules", RULES, "--on", "2026-10-01", *arguments, "--droit", "rsa")
    assert done.returncode == 0, done.stderr
    assert rules.explain(people, homes, home, rights=["rsa"]) == done.stdout


def test_demo_counts(command, invented, tmp_path):
    """Same seed, same counts: the keys differ, so the handles do."""
    from conftest import PERSONS, SEED

    done = command("demo", "--persons", PERSONS, "--seed", SEED, "--out", tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    counts = [json.loads((folder / "demo/host/receipt.json").read_text())["droits"] for folder in (invented, tmp_path)]
    assert counts[0] == counts[1]
    assert sum(right["probable"] for right in counts[0].values()) > 0


def test_detect_gives_the_bytes_of_the_command(command, mission):
    host = mission.parent / "host"
    found = recours.Mission(mission).detect(out=host)
    mine = (host / "findings.parquet").read_bytes()
    assert found.path == host / "findings.parquet"
    assert found.receipt["reperages"] == len(found.findings) > 0
    done = command("detect", mission, "--out", host)
    assert done.returncode == 0, done.stderr
    assert (host / "findings.parquet").read_bytes() == mine
    assert pl.DataFrame(found.findings).equals(pl.read_parquet(host / "findings.parquet"), null_equal=True)


def test_a_body_seals_tables_in_memory_as_its_files(mission):
    """The CPAM's extract from memory: same links, same findings as from its file."""
    work = recours.Mission(mission)
    before = counts(work.detect())
    extract = mission.parent / "bodies" / "cpam" / "extrait"
    tables = {file.stem: pl.read_parquet(file) for file in extract.glob("*.parquet")}
    assert tables
    for file in extract.glob("*.parquet"):
        file.unlink()
    with pytest.raises(recours.RefusedInput):
        work.seal("cpam")
    report = work.seal("cpam", tables)
    assert "cpam" in report
    work.link()
    assert counts(work.detect()) == before


def counts(found):
    return {right: (value["certain"], value["probable"], value["possible"]) for right, value in found.receipt["droits"].items()}


def test_plan_names_what_the_command_names(command, invented):
    plan = pl.DataFrame(recours.Mission(invented / "demo" / "mission.toml").plan())
    text = command("plan", invented / "demo" / "mission.toml").stdout
    for body, column in plan.select("body", "column").unique().rows():
        assert body in text.lower() or column in text, (body, column)
    assert plan.height > 20


def test_a_list_is_made_and_opened(mission):
    work = recours.Mission(mission)
    found = work.detect()
    out = mission.parent / "caf.age"
    assert work.outreach("caf", found.path, out)
    home = mission.parent / "bodies" / "caf"
    with open(home / "cle.age") as key:
        report = work.open(out, home / "registre.parquet", key.fileno(), mission.parent / "pages")
    assert report and any((mission.parent / "pages").iterdir())
    unit = pl.DataFrame(found.findings)["unit"][0]
    assert work.explain(found.path, unit) == work.explain(found.path, unit.hex())
