"""Does this harness give back the reference foyers? Values the first N of each month and compares every column.

    verifie.py [--reference tests/donnees/oracle] [--n N] [--mois 2025-06,2026-10]

Prints, per month and column, how many rows differ (more than 0.02 on a number, at all on a truth value) and exits 1 if a
right agrees on less than 99.9 % of rows.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from simulation import systeme
from valeur import valoriser

TOLERANCE = 0.02
DROITS = (
    "rsa ppa aspa asi aah caah ass aide_logement af cf asf paje_base aeeh ars_annuelle cheque_energie_annuel bourse_college "
    "bourse_lycee c2s_gratuite c2s_participation"
).split()


def differences(obtenu: pd.DataFrame, attendu: pd.DataFrame, cle: str) -> dict:
    """Rows that differ, per column present on both sides: a boolean array in the order of `cle`."""
    a = attendu.set_index(cle).loc[obtenu[cle]]
    ecarts = {}
    for nom in a.columns.intersection(obtenu.columns):
        g, e = obtenu[nom].to_numpy(), a[nom].to_numpy()
        ecarts[nom] = np.abs(g.astype(float) - e.astype(float)) > TOLERANCE
    return ecarts


def main() -> None:
    a = argparse.ArgumentParser()
    a.add_argument("--reference", default="tests/donnees/oracle", type=Path)
    a.add_argument("--n", type=int)
    a.add_argument("--mois", default="2025-06,2026-10")
    a.add_argument("--exemples", type=int, default=0, help="print the identifiers of this many differing rows per column")
    x = a.parse_args()
    tbs, mauvais = systeme(), []
    for mois in x.mois.split(","):
        base = str(next(x.reference.glob(f"{mois}*_households.parquet"))).removesuffix("_households.parquet")
        h = pd.read_parquet(f"{base}_households.parquet")
        h = h.head(x.n) if x.n else h
        p = pd.read_parquet(f"{base}_persons.parquet")
        obtenus = valoriser(tbs, p[p.household_id.isin(h.household_id)], h, mois)
        for obtenu, suffixe, cle in zip(obtenus, ("expected", "expected_persons"), ("household_id", "person_id")):
            attendu = pd.read_parquet(f"{base}_{suffixe}.parquet")
            for nom, ecart in differences(obtenu, attendu, cle).items():
                accord = 1 - ecart.mean()
                droit = nom in DROITS and (suffixe == "expected") == (nom in obtenus[0])
                if ecart.any() or (droit and x.exemples):
                    print(f"{mois} {suffixe:17s} {nom:40s} {int(ecart.sum()):5d} sur {len(ecart):6d}  accord {100 * accord:7.3f} %")
                    if x.exemples:
                        lignes = np.flatnonzero(ecart)[: x.exemples]
                        attendus = attendu.set_index(cle).loc[obtenu[cle].iloc[lignes], nom]
                        for k, (i, v) in zip(lignes, attendus.items()):
                            print(f"      {cle} {i} : obtenu {obtenu[nom].iloc[k]}, attendu {v}")
                if droit and accord < 0.999:
                    mauvais.append(f"{mois} {nom}")
            absents = sorted(set(attendu.columns) - set(obtenu.columns))
            communes = len(attendu.columns.intersection(obtenu.columns))
            print(f"{mois} {suffixe} : {len(obtenu)} lignes, {communes} colonnes ; non produites : {', '.join(absents) or 'aucune'}")
    if mauvais:
        sys.exit("accord inférieur à 99,9 % : " + ", ".join(mauvais))


if __name__ == "__main__":
    main()
