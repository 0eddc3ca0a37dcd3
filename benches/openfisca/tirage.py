"""Random foyers: a small generator of its own, unlike the one of the reference foyers, with a fixed seed per month.

Wider than life on purpose: every activity meets every income, adult children earn, pensions meet disability. What
matters is that rules are met from many sides, not that shares are those of the country.
"""

import zlib

import numpy as np
import pandas as pd

from fabrique import Foyer, Personne, decale

HORS_EUROPE = ["MA", "TN", "TR", "CI", "CN", "BR"]
EUROPE = ["DE", "PT", "RO", "CH", "IS"]
GENRES_TRAVAIL = {  # what an adult's last months were, and how often
    "stable": 9,
    "variable": 4,
    "perte": 4,
    "perte_sans_are": 2,
    "fin_are": 3,
    "ass": 3,
    "reprise": 2,
    "inactif": 4,
    "micro": 3,
    "maladie": 3,
    "etudiant": 2,
    "rien": 1,
}
GENRES_FOYER = {"seul": 6, "jeune": 2, "senior": 3, "couple": 3, "couple_seniors": 2, "parent_isole": 6, "famille": 8, "grande_famille": 2}
AGES_ADULTES = {"jeune": (17, 26), "senior": (58, 92), "couple_seniors": (57, 88), "seul": (24, 66)}
NOMBRE_ENFANTS = {"parent_isole": (1, 4), "famille": (1, 5), "grande_famille": (5, 10)}
ECOLES = [(3, "inconnue"), (6, "maternelle"), (11, "primaire"), (15, "college"), (19, "lycee"), (99, "enseignement_superieur")]


class Tirage:
    def __init__(self, mois: str, graine: int = 7):
        self.m = pd.Period(mois, "M")
        self.r = np.random.default_rng([graine, zlib.crc32(mois.encode())])

    # -- small draws --------------------------------------------------------------------------------------------
    def chance(self, p: float) -> bool:
        return bool(self.r.random() < p)

    def parmi(self, choix, poids=None):
        w = None if poids is None else np.array(poids) / sum(poids)
        return choix[int(self.r.choice(len(choix), p=w))]

    def euros(self, bas: float, haut: float) -> float:
        return round(float(self.r.uniform(bas, haut)), 2)

    def naissance(self, age_min: int, age_max: int):
        """A birth date for an age drawn between both; one in six on the first or last day of a month."""
        jour = decale(self.m, age_min) - (decale(self.m, age_min) - decale(self.m, age_max + 1)) * float(self.r.random())
        if self.chance(1 / 6):
            p = pd.Period(jour, "M")
            return (p.start_time if self.chance(0.5) else p.end_time).date()
        return jour

    # -- work and income ----------------------------------------------------------------------------------------
    def salaire(self) -> float:
        return self.parmi([self.euros(100, 900), self.euros(900, 1600), self.euros(1600, 3200), self.euros(3200, 9000)], [4, 5, 4, 1])

    def travail(self, age: int):
        """(facts, incomes) of an adult."""
        r, s = self.r, self.salaire()
        k = int(r.integers(1, 14))
        genre = self.parmi(list(GENRES_TRAVAIL), [p if g != "etudiant" or age < 31 else 0 for g, p in GENRES_TRAVAIL.items()])
        depuis = {"activite": "chomeur", "activite_depuis_mois": k, "activite_precedente": "actif"}
        jour = decale(self.m, 0, k, 0 if self.chance(0.8) else 14).isoformat()
        are = round(0.62 * s, 2)
        if genre == "stable":
            return {"activite": "actif"}, {"salaire_net": lambda _: s * r.uniform(0.98, 1.02)}
        if genre == "variable":
            return {"activite": "actif"}, {"salaire_net": lambda _: s * r.uniform(0.3, 1.3) if r.random() < 0.6 else 0.0}
        if genre == "perte":
            reste = self.euros(50, 700) if self.chance(0.2) else 0.0
            return depuis | {"date_debut_chomage": jour}, {
                "salaire_net": lambda j: s if j >= k else reste,
                "chomage_net": lambda j: are if j < k else 0.0,
            }
        if genre == "perte_sans_are":
            return depuis | {"date_debut_chomage": jour}, {"salaire_net": lambda j: s if j >= k else 0.0}
        if genre in ("fin_are", "ass"):
            d = decale(self.m, 2, int(r.integers(0, 12))).isoformat()
            faits = {"activite": "chomeur", "date_debut_chomage": d, "ass_precondition": genre == "ass" or self.chance(0.3)}
            return faits, {"chomage_net": lambda j: are if j >= k else 0.0}
        if genre == "reprise":
            faits = {"activite": "actif", "activite_depuis_mois": k, "activite_precedente": self.parmi(["chomeur", "inactif"])}
            return faits, {"salaire_net": lambda j: s if j < k else 0.0, "chomage_net": lambda j: 0.0 if j < k else are}
        if genre == "micro":
            return {"activite": "actif"}, {"micro_benefice": s * 0.6, "salaire_net": self.euros(0, 600) if self.chance(0.2) else 0.0}
        if genre == "maladie":
            return {"activite": "actif"}, {
                "salaire_net": lambda j: s if j >= k or k == 13 else (s * 0.3 if k % 3 == 0 else 0.0),
                "ij_maladie": lambda j: s * 0.5 if j < k else 0.0,
            }
        if genre == "etudiant":
            faits = {"activite": "etudiant", "scolarite": "enseignement_superieur", "boursier": self.chance(0.4)}
            return faits, {"salaire_net": self.parmi([0.0, self.euros(100, 1300)])}
        return {"activite": "inactif" if genre == "inactif" else "chomeur"}, {}

    def adulte(self, role: str, age_min: int, age_max: int) -> Personne:
        jour = self.naissance(age_min, age_max)
        age = self.m.year - jour.year
        faits, revenus = self.travail(age)
        if age >= 60 and self.chance(0.85):
            pension = self.parmi([0.0, self.euros(100, 1100), self.euros(1100, 3000)], [1, 4, 4])
            faits, revenus = {"activite": "retraite"}, {"retraite_nette": pension}
            if self.chance(0.1):
                revenus["salaire_net"] = self.euros(50, 1500)
        if self.chance(0.13):
            taux = self.parmi([0.3, 0.49, 0.5, 0.51, 0.6, 0.79, 0.8, 0.9])
            faits |= {"taux_incapacite": taux, "handicap": taux >= 0.5 or self.chance(0.3), "rsdae": self.chance(0.5)}
            if self.chance(0.4):
                revenus["pension_invalidite"] = self.euros(50, 1300)
        faits["inapte_travail"] = age >= 58 and self.chance(0.12)
        faits["rsa_jeune_heures_ok"] = age < 26 and self.chance(0.4)
        if self.chance(0.12):
            faits["nationalite"] = self.parmi(HORS_EUROPE + EUROPE)
            faits["duree_titre_sejour_annees"] = self.parmi([0.0, 0.24, 0.25, 1.0, 4.99, 5.0, 6.0, 9.99, 10.0, 15.0])
        if self.chance(0.5):
            faits["livret_a"] = self.euros(1, 12000)
        if self.chance(0.08):
            faits["epargne_non_imposable"] = self.euros(1, 90000)
        if self.chance(0.06):
            faits["revenus_locatifs_mensuels"] = self.euros(20, 900)
        if self.chance(0.06):
            faits["revenus_capital_mensuels"] = self.euros(1, 300)
        n2 = {}
        if self.chance(0.3) and self.m.month > 2:  # the year N-2 was another life
            n2["salaire_imposable_n2"] = self.parmi([0.0, self.euros(100, 9000), self.euros(9000, 60000)])
        faits["sexe"] = self.parmi(["F", "H"])
        return Personne(role, jour, revenus, n2, faits)

    def enfant(self, alternee: bool) -> Personne:
        jour = self.naissance(*self.parmi([(0, 3), (3, 11), (10, 18), (15, 21), (18, 26)], [4, 5, 4, 4, 2]))
        age = self.m.year - jour.year
        ecole = next(nom for limite, nom in ECOLES if age < limite)
        faits = {"activite": "etudiant" if age >= 15 else "inactif", "scolarite": ecole, "garde_alternee": alternee}
        revenus, n2 = {}, {}
        if age >= 15 and self.chance(0.4):
            s = self.euros(20, 1800)
            revenus = {"salaire_net": s if self.chance(0.6) else (lambda _: s * self.r.uniform(0, 2))}
            faits |= {"activite": "actif", "scolarite": "inconnue"} if self.chance(0.6) else {}
        if age >= 15 and self.chance(0.06):
            revenus["chomage_net"] = self.euros(100, 900)
        if self.chance(0.06):
            faits |= {"handicap": True, "taux_incapacite": self.parmi([0.5, 0.6, 0.8, 0.9])}
        if self.chance(0.05):
            faits["livret_a"] = self.euros(10, 5000)
        return Personne("enfant", jour, revenus, n2, faits)

    def logement(self) -> dict:
        loyer = self.parmi([0.0, self.euros(100, 500), self.euros(300, 900), self.euros(900, 2000)], [1, 4, 6, 2])
        statut = self.parmi(["locataire_vide", "locataire_hlm", "locataire_meuble", "proprietaire", "loge_gratuitement"], [6, 6, 3, 3, 2])
        loge = {"statut_occupation": statut, "zone_apl": int(self.r.integers(1, 4)), "loyer_hors_charges": 0.0}
        if statut.startswith("locataire"):
            loge["loyer_hors_charges"] = loyer
            loge["coloc"] = self.chance(0.06)
            loge["logement_chambre"] = self.chance(0.05)
        elif statut == "loge_gratuitement":
            loge["participation_frais"] = self.chance(0.3)
        return loge

    def foyer(self) -> Foyer:
        genre = self.parmi(list(GENRES_FOYER), list(GENRES_FOYER.values()))
        ages = AGES_ADULTES.get(genre, (19, 62))
        couple = genre in ("couple", "couple_seniors", "famille") or genre == "grande_famille" and self.chance(0.7)
        moins, plus = NOMBRE_ENFANTS.get(genre, (0, 0))
        enfants = int(self.r.integers(moins, plus + 1))
        if genre == "couple_seniors" and self.chance(0.1):
            enfants = 1
        personnes = [self.adulte("demandeur", *ages)]
        if couple:
            personnes.append(self.adulte("conjoint", *ages))
        alternee = self.chance(0.06)
        personnes += [self.enfant(alternee and self.chance(0.7)) for _ in range(enfants)]
        logement = self.logement()
        if not couple and enfants:
            logement["isolement_recent"] = self.chance(0.4)
            if self.chance(0.35):
                personnes[0].faits["pension_alimentaire_percue_mensuelle"] = self.euros(10, 700)
        if genre in ("seul", "couple", "parent_isole", "famille") and self.chance(0.06):
            personnes[-1 if len(personnes) == 2 and couple else 0].faits |= {"enceinte": True, "sexe": "F"}
        unis, seuls = ["marie", "pacse", "concubin"], ["celibataire", "divorce", "veuf"]
        statut = self.parmi(unis if couple else seuls, [5, 2, 3] if couple else [5, 3, 1])
        return Foyer(f"tirage_{genre}", personnes, statut, logement)

    def foyers(self, n: int) -> list:
        return [self.foyer() for _ in range(n)]
