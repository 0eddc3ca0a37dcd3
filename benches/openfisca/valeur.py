"""Values foyers with OpenFisca-France: persons and households in, expected tables out.

    valeur.py --mois 2025-06 --persons P.parquet --households H.parquet --out PREFIX [--n N]

writes PREFIX_expected.parquet and PREFIX_expected_persons.parquet, the columns of the reference foyers except the variants
(`*_stock`, `*_autre_fenetre`), which need a second simulation.
"""

import argparse
import sys
import time

import numpy as np
import pandas as pd

import conventions as c
from simulation import Simulation, systeme

NON_RECOURS_FAMILLE = "rsa aspa aide_logement af cf asf paje_base ppa".split()
NON_RECOURS_PERSONNE = "aah ass asi".split()


def valeurs(tbs, personnes: pd.DataFrame, foyers: pd.DataFrame, mois: str):
    """The two expected tables (households, persons) of these foyers at `mois`, in order of identifiers."""
    s = Simulation(tbs, personnes, foyers, mois)
    annee = s.m.year
    f = {"household_id": s.foyers.household_id.values}
    for nom in c.SORTIES_FAMILLE:
        v = tbs.variables[nom]
        r = s.somme(nom) if v.entity.key == "individu" else s.lire(nom)
        f[nom] = np.asarray(r)
    for nom in c.SORTIES_PERSONNE_SOMMEES:
        f[nom] = s.somme(nom) if tbs.variables[nom].entity.key == "individu" else np.asarray(s.lire(nom))
    f["ars_annuelle"] = np.asarray(s.lire("ars", annee))
    f["cheque_energie_annuel"] = np.asarray(s.lire("cheque_energie", annee))
    f["cheque_energie_uc"] = np.asarray(s.lire("cheque_energie_unites_consommation", annee))
    f["c2s_gratuite"] = f["cmu_c"]
    f["c2s_participation"] = f["css_participation_forfaitaire"] > 0
    p = {"person_id": s.personnes.person_id.values, "household_id": s.personnes.household_id.values}
    for nom in c.SORTIES_PERSONNE:
        p[nom] = np.asarray(s.lire(nom))
    for nom in NON_RECOURS_FAMILLE:
        f[f"non_recours_{nom}"] = (f[nom] > 0) & (s.foyers[f"recu_{nom}"].values == 0)
    for nom in NON_RECOURS_PERSONNE:
        recu = np.bincount(s.i, weights=s.personnes[f"recu_{nom}"].values, minlength=len(s.foyers))
        f[f"non_recours_{nom}"] = (f[nom] > 0) & (recu == 0)
    return pd.DataFrame(f), pd.DataFrame(p)


def valoriser(tbs, personnes, foyers, mois, lot=2500, dire=None):
    """As `valeurs`, in lots of `lot` foyers so that memory stays small; `dire` receives a line after each lot."""
    tables = []
    for debut in range(0, len(foyers), lot):
        h = foyers.iloc[debut : debut + lot]
        t = time.time()
        tables.append(valeurs(tbs, personnes[personnes.household_id.isin(h.household_id)], h, mois))
        if dire:
            dire(f"{mois} : foyers {debut + 1} à {debut + len(h)}, {time.time() - t:.0f} s")
    return tuple(pd.concat(morceau, ignore_index=True) for morceau in zip(*tables))


def main() -> None:
    a = argparse.ArgumentParser()
    a.add_argument("--mois", required=True)
    a.add_argument("--persons", required=True)
    a.add_argument("--households", required=True)
    a.add_argument("--out", required=True)
    a.add_argument("--n", type=int, help="the first N foyers only")
    x = a.parse_args()
    h = pd.read_parquet(x.households)
    h = h.head(x.n) if x.n else h
    p = pd.read_parquet(x.persons)
    p = p[p.household_id.isin(h.household_id)]
    foyer, personne = valoriser(systeme(), p, h, x.mois, dire=lambda m: print(m, file=sys.stderr))
    foyer.to_parquet(f"{x.out}_expected.parquet")
    personne.to_parquet(f"{x.out}_expected_persons.parquet")


if __name__ == "__main__":
    main()
