"""Makes foyers in the format of the reference foyers: one builder for a person, one for a foyer, one for the two tables.

Amounts not given are nothing; totals of year N-2 not given follow from the oldest months. Everything is deterministic.
"""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from conventions import MOIS_PASSES, REVENUS, colonne

ABATTEMENT_SALAIRES = (0.10, 495.0, 14171.0)  # rate, floor, ceiling: only used to make plausible tax figures
ABATTEMENT_PENSIONS = (0.10, 442.0, 4321.0)
FACTEUR_IMPOSABLE = {"salaire_net": 1.04, "chomage_net": 1.03, "retraite_nette": 1.02, "pension_invalidite": 1.0, "micro_benefice": 1.0}
NOM_N2 = {
    "salaire_net": "salaire_imposable_n2",
    "chomage_net": "chomage_imposable_n2",
    "retraite_nette": "retraite_imposable_n2",
    "pension_invalidite": "pension_invalidite_n2",
    "micro_benefice": "micro_imposable_n2",
}
FAITS = {  # facts of a person and what they are when nothing is said
    "sexe": "F",
    "activite": "inactif",
    "activite_depuis_mois": 25,
    "activite_precedente": None,
    "etat_travail": "na",
    "nationalite": "FR",
    "duree_titre_sejour_annees": 0.0,
    "taux_incapacite": 0.0,
    "handicap": False,
    "rsdae": False,
    "inapte_travail": False,
    "ass_precondition": False,
    "rsa_jeune_heures_ok": False,
    "date_debut_chomage": "",
    "boursier": False,
    "enceinte": False,
    "garde_alternee": False,
    "scolarite": "inconnue",
    "pension_alimentaire_percue_mensuelle": 0.0,
    "revenus_locatifs_mensuels": 0.0,
    "revenus_capital_mensuels": 0.0,
    "livret_a": 0.0,
    "epargne_non_imposable": 0.0,
}
LOGEMENT = {
    "isolement_recent": False,
    "statut_occupation": "locataire_vide",
    "zone_apl": 2,
    "loyer_hors_charges": 380.0,
    "coloc": False,
    "logement_chambre": False,
    "participation_frais": False,
}
RECUS_FOYER = ["recu_rsa", "recu_aspa", "recu_aide_logement", "recu_af", "recu_cf", "recu_asf", "recu_paje_base", "recu_ppa"]
RECUS_INDIVIDU = ["recu_aah", "recu_ass", "recu_asi", "recu_caah"]


def abattu(total: float, bareme) -> float:
    taux, plancher, plafond = bareme
    return round(max(0.0, total - min(max(taux * total, plancher), plafond)), 2)


def serie(valeur) -> np.ndarray:
    """15 amounts, [0] = M: a number for every month, a list (the last one goes on), or a function of the months back."""
    if callable(valeur):
        return np.round([valeur(k) for k in range(MOIS_PASSES + 1)], 2)
    if np.isscalar(valeur):
        return np.full(MOIS_PASSES + 1, round(float(valeur), 2))
    v = list(valeur) + [valeur[-1]] * (MOIS_PASSES + 1 - len(valeur))
    return np.round(np.array(v, float), 2)


@dataclass
class Personne:
    """`revenus` maps an income to what `serie` takes; `n2` forces totals of year N-2, `force` any other column."""

    role: str
    naissance: dt.date
    revenus: dict = field(default_factory=dict)
    n2: dict = field(default_factory=dict)
    faits: dict = field(default_factory=dict)
    force: dict = field(default_factory=dict)

    def ligne(self, m: pd.Period) -> dict:
        x = FAITS | self.faits
        x["activite_precedente"] = x["activite_precedente"] or x["activite"]
        series = {nom: serie(self.revenus.get(nom, 0.0)) for nom in REVENUS}
        for nom, s in series.items():
            x.update({colonne(nom, k): s[k] for k in range(MOIS_PASSES + 1)})
        dans_n2 = [k for k in range(MOIS_PASSES + 1) if (m - k).year == m.year - 2]
        for nom, cible in NOM_N2.items():
            f, s = FACTEUR_IMPOSABLE[nom], series[nom]
            x[cible] = round(sum(round(f * s[k], 2) for k in dans_n2) + (12 - len(dans_n2)) * round(f * s[-1], 2), 2)
        x.update({k: v for k, v in self.n2.items() if not k.endswith("apres_abattement_n2")})
        if self.naissance.year > m.year - 2:  # not yet born in year N-2
            x.update({cible: 0.0 for cible in NOM_N2.values()})
        pensions = x["retraite_imposable_n2"] + x["pension_invalidite_n2"]
        pensions += 12 * x["pension_alimentaire_percue_mensuelle"] * (self.naissance.year <= m.year - 2)
        x["salaires_apres_abattement_n2"] = abattu(x["salaire_imposable_n2"] + x["chomage_imposable_n2"], ABATTEMENT_SALAIRES)
        x["pensions_apres_abattement_n2"] = abattu(pensions, ABATTEMENT_PENSIONS)
        x.update(self.n2)
        x |= {"role": self.role, "date_naissance": self.naissance.isoformat(), "age": age_civil(self.naissance, m)}
        return x | {nom: np.float32(0) for nom in RECUS_INDIVIDU} | self.force


@dataclass
class Foyer:
    """`origine` says where the foyer comes from (column `type_menage`); `force` replaces household figures."""

    origine: str
    personnes: list
    statut: str = "celibataire"
    logement: dict = field(default_factory=dict)
    force: dict = field(default_factory=dict)

    def ligne(self, lignes: list) -> dict:
        x = LOGEMENT | self.logement
        fonciers = [round(12 * 0.7 * p["revenus_locatifs_mensuels"], 2) for p in lignes]
        rfr = [p["salaires_apres_abattement_n2"] + p["pensions_apres_abattement_n2"] + p["micro_imposable_n2"] for p in lignes]
        second = {i for i, p in enumerate(lignes) if p["role"] == "conjoint" and self.statut == "concubin"}
        premier = [i for i in range(len(lignes)) if i not in second]
        x |= {
            "type_menage": self.origine,
            "statut_conjugal": self.statut,
            "revenus_fonciers_nets_n2": round(sum(fonciers[i] for i in premier), 2),
            "rfr_n2_foyer1": round(sum(rfr[i] + fonciers[i] for i in premier), 2),
            "rfr_n2_foyer2": round(sum(rfr[i] for i in second), 2),
            "nb_personnes": len(lignes),
            "nb_enfants": sum(p["role"] == "enfant" for p in lignes),
            "couple": any(p["role"] == "conjoint" for p in lignes),
        }
        return x | {nom: np.float32(0) for nom in RECUS_FOYER} | self.force


def age_civil(naissance: dt.date, m: pd.Period) -> int:
    """Completed years on the first day of M (a 29 February birth is a year older on 1 March of a common year)."""
    return m.year - naissance.year - ((naissance.month, naissance.day) > (m.month, 1))


def tables(foyers: list, mois: str):
    """(persons, households) of these foyers at `mois`, identifiers 0, 1, 2…"""
    m = pd.Period(mois, "M")
    personnes, menages = [], []
    for h, foyer in enumerate(foyers):
        lignes = [p.ligne(m) for p in foyer.personnes]
        menages.append({"household_id": h} | foyer.ligne(lignes))
        for ligne in lignes:
            personnes.append({"person_id": len(personnes), "household_id": h} | ligne)
    return pd.DataFrame(personnes), pd.DataFrame(menages)


def decale(m: pd.Period, annees: int = 0, mois: int = 0, jours: int = 0) -> dt.date:
    """A birth date: the first day of M, so many years and months earlier, `jours` days later (negative: earlier)."""
    p = m - (12 * annees + mois)
    return dt.date(p.year, p.month, 1) + dt.timedelta(days=jours)
