"""How long OpenFisca-France takes on some foyers: CPU seconds of the simulation (entities, inputs, every output asked for), the
tax and benefit system being loaded; one line of JSON.

    vitesse.py --mois 2026-03 --persons P.parquet --households H.parquet [--lot N]
"""

import argparse
import json
import time

import pandas as pd

import conventions as c
from simulation import systeme
from valeur import valeurs


def main() -> None:
    a = argparse.ArgumentParser()
    a.add_argument("--mois", required=True)
    a.add_argument("--persons", required=True)
    a.add_argument("--households", required=True)
    a.add_argument("--lot", type=int, default=10_000, help="foyers in one simulation")
    a = a.parse_args()
    personnes, foyers = pd.read_parquet(a.persons), pd.read_parquet(a.households)
    tbs = systeme()
    debut = time.process_time()
    for i in range(0, len(foyers), a.lot):
        h = foyers.iloc[i : i + a.lot]
        valeurs(tbs, personnes[personnes.household_id.isin(h.household_id)], h, a.mois)
    simulation = time.process_time() - debut
    sorties = len(c.SORTIES_FAMILLE) + len(c.SORTIES_PERSONNE_SOMMEES) + len(c.SORTIES_PERSONNE) + 3
    print(json.dumps({"foyers": len(foyers), "simulation": simulation, "sorties": sorties}))


if __name__ == "__main__":
    main()
