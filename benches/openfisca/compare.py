"""Our rules on the foyers of a folder, held against what OpenFisca-France said of them: a table month x right.

    compare.py --recours BIN --regles rules/fr --dossier D [--variante FILE | --sans-variante] [--pires 5] [--csv FILE]

The folder is one that `foyers.py` wrote, or the reference foyers in the same layout. Left out: the foyers in which
somebody's civil age on the first day of M is not OpenFisca's (mean years of 365.2425 days); their count is printed.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from conventions import colonne, mois_demandes

DROIT_PERSONNE = {"aah", "caah", "ass", "asi"}
COLONNE = {"ars": "ars_annuelle", "cheque_energie": "cheque_energie_annuel"}
AU_CENTIME = {"af", "cf", "asf", "paje_base", "aah", "caah", "aspa", "asi", "ass"}
SANS_MONTANT = {"c2s_gratuite", "c2s_participation"}
DROITS = (
    "rsa ppa aspa asi aah caah ass aide_logement af cf asf paje_base aeeh ars cheque_energie bourse_college bourse_lycee "
    "c2s_gratuite c2s_participation"
).split()
EPSILON = 0.005  # what 32 bits do to a cent


def evaluer(recours: str, regles: str, variante, mois: str, dossier: Path) -> pd.DataFrame:
    """Answers of `recours evaluate --validation`: one row per unit and right."""
    with tempfile.TemporaryDirectory() as d:
        sortie = f"{d}/reponses.parquet"
        commande = [recours, "evaluate", "--rules", regles, "--on", f"{mois}-01", "--out", sortie, "--validation"]
        for table in ("persons", "households"):
            commande += [f"--{table}", f"{dossier}/{mois}_{table}.parquet"]
        if variante:
            commande += ["--overlay", variante]
        fait = subprocess.run(commande, capture_output=True, text=True)
        if fait.returncode:
            sys.exit(f"{mois} : recours evaluate a échoué\n{fait.stderr[-3000:]}")
        return pd.read_parquet(sortie)


class Mois:
    """The tables of a month and the foyers left out."""

    def __init__(self, dossier: Path, mois: str):
        def lire(suffixe):
            return pd.read_parquet(f"{dossier}/{mois}_{suffixe}.parquet")

        self.mois, self.personnes, self.menages = mois, lire("persons"), lire("households").set_index("household_id")
        self.foyers = lire("expected").set_index("household_id")
        self.individus = lire("expected_persons").set_index("person_id").loc[self.personnes.person_id]
        self.m = pd.Period(mois, "M")
        p = self.personnes
        naissance = pd.to_datetime(p.date_naissance)
        self.ecartes = set(p.household_id[self._civil(naissance, self.m) != self.individus.age.to_numpy()])
        # OpenFisca's age may also differ from the civil one in another month that a right looks at.
        autres = [self.m + k for k in range(-14, 13)]
        self.age_ailleurs = set()
        for m in autres:
            jours = (m.start_time - naissance).dt.days.to_numpy()
            differe = (self._civil(naissance, m) != np.floor((jours + 1) / 365.2425)) & (jours >= 0)
            self.age_ailleurs |= set(p.household_id[differe])

    @staticmethod
    def _civil(naissance, m):
        pas_encore = naissance.dt.month * 100 + naissance.dt.day > m.month * 100 + 1
        return (m.year - naissance.dt.year - pas_encore).to_numpy()

    def comparer(self, reponses: pd.DataFrame, droit: str):
        """One row per unit: foyer, what we say, what OpenFisca says; None when the rules have no such right."""
        r = reponses[reponses.right == droit]
        if r.empty:
            return None
        personne = droit in DROIT_PERSONNE
        attendu = (self.individus if personne else self.foyers)[COLONNE.get(droit, droit)]
        r = r.set_index("person_id" if personne else "household_id").reindex(attendu.index)
        foyer = self.individus.household_id if personne else attendu.index.to_series()
        t = pd.DataFrame({"foyer": foyer, "dit": r.entitled, "montant": r.amount_low.astype(float), "attendu": attendu.astype(float)})
        t["a_droit"] = t.attendu > 0
        t["verdict"] = ((t.dit == "oui") & t.a_droit) | ((t.dit == "non") & ~t.a_droit)
        tolerance = (0.01 if droit in AU_CENTIME else 1.0) + EPSILON
        t["exact"] = t.verdict if droit in SANS_MONTANT else (t.montant - t.attendu).abs().fillna(np.inf) <= tolerance
        t["ecart"] = (t.montant.fillna(0) - t.attendu).abs()
        t["age_ailleurs"] = t.foyer.isin(self.age_ailleurs)
        return t[~t.foyer.isin(self.ecartes)]

    def faits(self, foyer: int) -> str:
        """What the input files say of a foyer, without what is nothing; a series as its runs."""
        h = self.menages.loc[foyer]
        dit = [f"{k}={v}" for k, v in h.items() if not _rien(v) and k not in ("type_menage", "nb_personnes", "nb_enfants", "couple")]
        lignes = [f"    [{h.type_menage}] " + ", ".join(dit)]
        for _, p in self.personnes[self.personnes.household_id == foyer].iterrows():
            tus = ("person_id", "household_id", "role", "sexe")
            mots = [f"{k}={v}" for k, v in p.items() if "_m" not in k and not _rien(v) and k not in tus]
            for nom in ("salaire_net", "chomage_net", "retraite_nette", "pension_invalidite", "ij_maladie", "micro_benefice"):
                serie = [p[colonne(nom, k)] for k in range(15)]
                if any(serie):
                    mots.append(f"{nom}={'tous ' + str(serie[0]) if len(set(serie)) == 1 else serie}")
            lignes.append(f"      {p.role} {p.person_id} : " + ", ".join(mots))
        return "\n".join(lignes)


def _rien(v) -> bool:
    return v in (0, 0.0, False, "", "na", "inconnue", "FR") if not isinstance(v, float) else v == 0


def arguments():
    a = argparse.ArgumentParser()
    a.add_argument("--recours", required=True)
    a.add_argument("--regles", default="rules/fr")
    a.add_argument("--dossier", type=Path, required=True)
    a.add_argument("--variante")
    a.add_argument("--sans-variante", action="store_true")
    a.add_argument("--droits", default=",".join(DROITS))
    a.add_argument("--mois")
    a.add_argument("--pires", type=int, default=3, help="worst disagreements shown per right, over all months")
    a.add_argument("--csv", type=Path, help="every disagreement, one per line")
    return a.parse_args()


def main() -> None:
    a = argparse.ArgumentParser()
    x = arguments()
    variante = None if x.sans_variante else x.variante or f"{x.regles}/variantes/openfisca.yaml"
    mois = mois_demandes(x.mois) if x.mois else sorted({f.name[:7] for f in x.dossier.glob("*_expected.parquet")})
    tous = []
    titres = ("unités", "ayants", "inconnu", "verdict", "diff.", "montant", "diff.", "âge")
    print(f"{'mois':8s} {'droit':18s} " + " ".join(f"{t:>{w}s}" for t, w in zip(titres, (7, 7, 7, 9, 6, 9, 6, 4))))
    for un in mois:
        m = Mois(x.dossier, un)
        reponses = evaluer(x.recours, x.regles, variante, un, x.dossier)
        for droit in x.droits.split(","):
            t = m.comparer(reponses, droit)
            if t is None:
                continue
            ayants, faux = t[t.a_droit], t[~t.verdict | (t.a_droit & ~t.exact)]
            inconnus, montants = (t.dit == "inconnu").sum(), 100 * ayants.exact.mean() if len(ayants) else 100.0
            print(
                f"{un:8s} {droit:18s} {len(t):7d} {len(ayants):7d} {inconnus:7d} {100 * t.verdict.mean():8.2f}% "
                f"{(~t.verdict).sum():6d} {montants:8.2f}% {(~ayants.exact).sum():6d} {faux.age_ailleurs.sum():4d}"
            )
            tous.append(faux.assign(mois=un, droit=droit, nature=m.menages.type_menage.reindex(faux.foyer).to_numpy()))
        print(f"{un:8s} {len(m.ecartes)} foyers laissés de côté sur {len(m.menages)} : l'âge civil n'est pas celui d'OpenFisca", flush=True)
    tous = pd.concat(tous) if tous else pd.DataFrame()
    if x.csv:
        tous.to_csv(x.csv, index_label="unite")
    if x.pires and len(tous):
        for droit in x.droits.split(","):
            pires = tous[tous.droit == droit].sort_values("ecart", ascending=False).head(x.pires)
            for unite, p in pires.iterrows():
                print(f"\n{droit} {p.mois} unité {unite} : nous {p.dit} {p.montant}, OpenFisca {p.attendu:.2f}")
                print(Mois(x.dossier, p.mois).faits(p.foyer))
    print("\nverdict : oui ou non comme OpenFisca ; montant : parmi les ayants, à 1 €, et au centime pour", *sorted(AU_CENTIME))
    print("âge : différences dans des foyers où l'âge d'OpenFisca s'écarte de l'âge civil un autre mois que M")


if __name__ == "__main__":
    main()
