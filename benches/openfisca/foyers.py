"""New foyers of a month, in the format of the reference foyers, with what OpenFisca-France says of them.

    foyers.py --mois 2026-03 --dossier D [--sortes tirage,brouille,bornes,seuils] [--n 1000] [--graine 7]

Two passes, as for the reference: rights are valued with nothing received, a random share of those entitled then receives
them from M-14 to M-1, and rights are valued again. Writes D/MOIS_persons, _households, _expected, _expected_persons; a month
that is already there is left as it is.
"""

import argparse
import sys
import zlib
from pathlib import Path

import numpy as np
from bornes import Bornes
from brouille import Brouille
from conventions import mois_demandes
from fabrique import tables
from seuils import Seuils
from simulation import systeme
from tirage import Tirage
from valeur import valoriser

PART_RECUE = {"rsa": 0.66, "aspa": 0.5, "aide_logement": 0.75, "af": 0.95, "cf": 0.9, "asf": 0.7, "paje_base": 0.9, "ppa": 0.6}
PART_RECUE_PERSONNE = {"aah": 0.75, "ass": 0.6, "asi": 0.5, "caah": 0.75}
PART_AUTREMENT = 0.04  # of those who receive, how many receive another amount than the one of today


def recevoir(r, personnes, foyers, attendu_foyers, attendu_personnes) -> None:
    """Writes `recu_*` in place: a random share of those entitled, now and then of another amount."""
    for table, attendu, parts in ((foyers, attendu_foyers, PART_RECUE), (personnes, attendu_personnes, PART_RECUE_PERSONNE)):
        for droit, part in parts.items():
            recu = r.random(len(table)) < part
            facteur = np.where(r.random(len(table)) < PART_AUTREMENT, r.uniform(0.3, 1.2, len(table)), 1.0)
            montant = np.round(attendu[droit].to_numpy(float) * facteur, 2)
            deja = table[f"recu_{droit}"].to_numpy()  # some foyers come with receipts of their own
            table[f"recu_{droit}"] = np.where(deja > 0, deja, np.where(recu, montant, 0.0)).astype("float32")


def construire(tbs, mois: str, sortes, n: int, graine: int, tous_les: int = 1):
    """The four tables of a month: persons, households, expected households, expected persons."""
    liste = []
    if "tirage" in sortes:
        liste += Tirage(mois, graine).foyers(n)
    if "brouille" in sortes:
        liste += Brouille(mois, graine).foyers(n)
    if "bornes" in sortes:
        liste += Bornes(mois).foyers()[::tous_les]
    if "seuils" in sortes:
        liste += Seuils(tbs, mois).foyers()
    personnes, foyers = tables(liste, mois)
    r = np.random.default_rng([graine, 1, zlib.crc32(mois.encode())])
    recevoir(r, personnes, foyers, *valoriser(tbs, personnes, foyers, mois))
    return personnes, foyers, *valoriser(tbs, personnes, foyers, mois)


def main() -> None:
    a = argparse.ArgumentParser()
    a.add_argument("--mois", required=True, help="AAAA-MM, AAAA-MM..AAAA-MM, or several with commas")
    a.add_argument("--dossier", type=Path, required=True)
    a.add_argument("--sortes", default="tirage,brouille,bornes,seuils")
    a.add_argument("--n", type=int, default=1000, help="random foyers per month")
    a.add_argument("--graine", type=int, default=7)
    a.add_argument("--tous-les", type=int, default=1, help="keep one boundary foyer in so many")
    x = a.parse_args()
    x.dossier.mkdir(parents=True, exist_ok=True)
    tbs = systeme()
    for mois in mois_demandes(x.mois):
        if (x.dossier / f"{mois}_expected_persons.parquet").exists():
            continue  # made by an earlier run; the last file written says that the month is whole
        quatre = construire(tbs, mois, x.sortes.split(","), x.n, x.graine, x.tous_les)
        for table, suffixe in zip(quatre, ("persons", "households", "expected", "expected_persons")):
            table.to_parquet(x.dossier / f"{mois}_{suffixe}.parquet")
        print(f"{mois} : {len(quatre[1])} foyers, {len(quatre[0])} personnes", file=sys.stderr)


if __name__ == "__main__":
    main()
