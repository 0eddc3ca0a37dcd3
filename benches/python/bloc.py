"""Runs the README's Python block in an empty folder and holds its counts against `recours demo` with the same seed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

folder, binary = Path(sys.argv[1]), sys.argv[2]
(block,) = re.findall(r"^```python\n(.*?)^```$", Path("README.md").read_text(encoding="utf-8"), re.M | re.S)
people, seed = re.search(r"recours\.demo\((\d[\d_]*), seed=(\d+)", block).groups()
os.chdir(folder)
names: dict[str, object] = {"__name__": "readme"}
exec(compile(block, "README.md", "exec"), names)

subprocess.run([binary, "demo", "--persons", str(int(people)), "--seed", seed, "--out", "demo"], check=True, capture_output=True)
command = json.loads(Path("demo/host/receipt.json").read_text(encoding="utf-8"))["droits"]
python = names["found"].receipt["droits"]
print(f"\n{int(people)} personnes, graine {seed}, par droit : certain + probable + possible")
for right in sorted(command):
    mine, theirs = ([counts[right][k] for k in ("certain", "probable", "possible")] for counts in (python, command))
    print(f"  {right:<28} recours demo {theirs}   Python {mine}")
if python != command:
    sys.exit("les comptes diffèrent")
print("  mêmes comptes")
