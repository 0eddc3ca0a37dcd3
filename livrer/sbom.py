"""Holds the lists of components (sbom/NAME.cdx.json) against cargo's own account: nothing missing, nothing without licence.

    python3 livrer/sbom.py NAME…       from the top of the archive; exit 1 when a crate that cargo would compile is not listed

cargo-cyclonedx writes the lists; this reads `cargo tree`, which knows the features that are on.
"""

import json
import subprocess
import sys
from pathlib import Path


def compiled(package: str) -> set[tuple[str, str]]:
    """Name and version of every crate that building `package` compiles, build scripts included."""
    command = ["cargo", "tree", "--locked", "--offline", "--package", package, "--edges", "normal,build"]
    tree = subprocess.run([*command, "--prefix", "none", "--format", "{p}"], check=True, capture_output=True, text=True)
    rows = (line.split() for line in tree.stdout.splitlines() if line.strip())
    return {(row[0], row[1].removeprefix("v")) for row in rows}


def faults(package: str) -> list[str]:
    bom = json.loads(Path(f"sbom/{package}.cdx.json").read_text(encoding="utf-8"))
    components = [bom["metadata"]["component"], *bom["components"]]
    listed = {(c["name"], c["version"]) for c in components}
    found = [f"{name} {version} : absent de la liste" for name, version in sorted(compiled(package) - listed)]
    for c in components:
        own = c["name"].startswith("recours")
        for field in ["licenses", "purl"] if own else ["licenses", "purl", "hashes"]:
            if not c.get(field):
                found.append(f"{c['name']} {c['version']} : sans {field}")
    licences = {e.get("expression") or e["license"].get("id") or e["license"]["name"] for c in components for e in c.get("licenses", [])}
    print(f"sbom/{package}.cdx.json : {len(listed)} composants, {len(licences)} licences ou expressions")
    return found


def main() -> int:
    found = [fault for package in sys.argv[1:] for fault in faults(package)]
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
