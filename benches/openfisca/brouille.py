"""Foyers without likelihood: every fact drawn on its own, every income a run, a hole, a start or a stop.

A rule that was fitted to likely people fails here first: a student with a pension, a lodger with savings and no right to
stay, a partner of seventeen, what is received without any right to it.
"""

import zlib

import numpy as np
import pandas as pd

from fabrique import Foyer, Personne, decale

REVENUS = {"salaire_net": 0.5, "chomage_net": 0.2, "retraite_nette": 0.2, "pension_invalidite": 0.15, "ij_maladie": 0.15, "micro_benefice": 0.12}
ACTIVITES = ["actif", "chomeur", "etudiant", "retraite", "inactif"]
SCOLARITES = ["inconnue", "maternelle", "primaire", "college", "lycee", "enseignement_superieur"]
RECUS = {  # what is received whatever the rights, and up to how much
    "recu_rsa": 700,
    "recu_aspa": 900,
    "recu_aide_logement": 400,
    "recu_af": 500,
    "recu_cf": 300,
    "recu_asf": 400,
    "recu_paje_base": 200,
    "recu_ppa": 400,
}
RECUS_PERSONNE = {"recu_aah": 1040, "recu_ass": 590, "recu_asi": 600, "recu_caah": 105}


class Brouille:
    def __init__(self, mois: str, graine: int = 7):
        self.m = pd.Period(mois, "M")
        self.r = np.random.default_rng([graine, 2, zlib.crc32(mois.encode())])

    def chance(self, p: float) -> bool:
        return bool(self.r.random() < p)

    def parmi(self, choix):
        return choix[int(self.r.integers(len(choix)))]

    def euros(self, haut: float) -> float:
        return round(float(self.r.uniform(0.01, haut)), 2)

    def serie(self, haut: float) -> list:
        """15 months: constant, started or stopped k months ago, a hole, one month only, or each month on its own."""
        x, y, k, j = self.euros(haut), self.euros(haut), int(self.r.integers(1, 15)), int(self.r.integers(0, 15))
        genre = self.parmi(["constant", "constant", "debut", "arret", "change", "trou", "seul", "chaque"])
        valeurs = {
            "constant": lambda i: x,
            "debut": lambda i: x if i < k else 0.0,
            "arret": lambda i: 0.0 if i < k else x,
            "change": lambda i: x if i < k else y,
            "trou": lambda i: 0.0 if i in (j, j + 1) else x,
            "seul": lambda i: x if i == j else 0.0,
            "chaque": lambda i: self.euros(haut) if self.r.random() < 0.6 else 0.0,
        }[genre]
        return [round(valeurs(i), 2) for i in range(15)]

    def naissance(self, age_min: int, age_max: int):
        age, mois = int(self.r.integers(age_min, age_max + 1)), int(self.r.integers(0, 12))
        jour = decale(self.m, age, mois, -int(self.r.integers(1, 31)))
        if self.chance(0.3):  # the first or the last day of a month
            jour = decale(self.m, age, mois, self.parmi([0, -1]))
        return min(jour, decale(self.m, 0, 0, -1))

    def personne(self, role: str, age_min: int, age_max: int) -> Personne:
        jour = self.naissance(age_min, age_max)
        p = 1.0 if role != "enfant" else 0.35 if self.m.year - jour.year > 14 else 0.0  # no child of fourteen works
        revenus = {nom: self.serie(1400 if role == "enfant" else 2600) for nom, part in REVENUS.items() if self.chance(part * p)}
        activite, depuis = self.parmi(ACTIVITES), self.parmi([1, 2, 3, 4, 6, 12, 14, 25])
        faits = {
            "sexe": self.parmi(["F", "H"]),
            "activite": activite,
            "activite_depuis_mois": depuis,
            "activite_precedente": self.parmi(ACTIVITES) if depuis < 25 else activite,
            "scolarite": self.parmi(SCOLARITES),
            "boursier": self.chance(0.2),
            "enceinte": self.chance(0.05) and role != "enfant",
            "garde_alternee": self.chance(0.12) and role == "enfant",
            "ass_precondition": self.chance(0.5 if activite == "chomeur" else 0.01) and age_min >= 17,
            "rsa_jeune_heures_ok": self.chance(0.3),
            "inapte_travail": self.chance(0.15),
            "rsdae": self.chance(0.4),
            "handicap": self.chance(0.2),
            "taux_incapacite": self.parmi([0.0, 0.0, 0.0, 0.3, 0.5, 0.51, 0.6, 0.79, 0.8, 0.81, 0.9, 1.0]),
        }
        if activite == "chomeur" or self.chance(0.05):
            faits["date_debut_chomage"] = decale(self.m, 0, depuis, self.parmi([0, 0, 0, 1, 14, 27])).isoformat()
        if self.chance(0.2):
            faits["nationalite"] = self.parmi(["DE", "CH", "NO", "MA", "CN"])
            faits["duree_titre_sejour_annees"] = self.parmi([0.0, 0.2, 0.25, 3.0, 5.0, 7.5, 10.0, 12.0])
        p = max(p, 0.35)  # but children save, and an allowance may be in their name
        for nom, part, haut in (
            ("livret_a", 0.4, 23000),
            ("epargne_non_imposable", 0.15, 60000),
            ("revenus_locatifs_mensuels", 0.1, 900),
            ("revenus_capital_mensuels", 0.1, 400),
            ("pension_alimentaire_percue_mensuelle", 0.12, 900),
        ):
            if self.chance(part * p):
                faits[nom] = self.euros(haut)
        n2 = {}
        if self.m.month > 2:  # later than February no month of the file lies in N-2: the year may be anything
            for nom in ("salaire_imposable_n2", "chomage_imposable_n2", "retraite_imposable_n2", "pension_invalidite_n2", "micro_imposable_n2"):
                if revenus and self.chance(0.3):
                    n2[nom] = self.parmi([0.0, self.euros(9000), self.euros(45000)])
        return Personne(role, jour, revenus, n2, faits, self.recu(RECUS_PERSONNE, 0.06 * (role != "enfant")))

    def recu(self, montants: dict, part: float) -> dict:
        return {nom: np.float32(self.euros(haut)) for nom, haut in montants.items() if self.chance(part)}

    def foyer(self) -> Foyer:
        couple = self.chance(0.5)
        personnes = [self.personne("demandeur", 17, 95)] + [self.personne("conjoint", 17, 95)] * couple
        enfants = self.parmi([0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 10])
        personnes += [self.personne("enfant", 0, self.parmi([3, 18, 18, 27])) for _ in range(enfants)]
        statut = self.parmi(["marie", "pacse", "concubin"] if couple else ["celibataire", "divorce", "veuf"])
        statut_logement = self.parmi(["proprietaire", "locataire_vide", "locataire_hlm", "locataire_meuble", "loge_gratuitement"])
        loyer = self.parmi([0.01, self.euros(600), self.euros(600), self.euros(1500)])
        logement = {
            "statut_occupation": statut_logement,
            "zone_apl": int(self.r.integers(1, 4)),
            "loyer_hors_charges": loyer if statut_logement.startswith("locataire") else 0.0,
            "coloc": self.chance(0.15),
            "logement_chambre": self.chance(0.12),
            "participation_frais": self.chance(0.2),
            "isolement_recent": self.chance(0.3),
        }
        return Foyer("brouille", personnes, statut, logement, self.recu(RECUS, 0.12))

    def foyers(self, n: int) -> list:
        return [self.foyer() for _ in range(n)]
