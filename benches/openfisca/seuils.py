"""Finds, by asking OpenFisca only, the cent at which a right changes: then makes the foyers one cent and one euro around it.

A search is a family shape, one amount that moves, one right and a share of its highest value: bisection, in cents, of
"the right is above this share". No ceiling is written here, so none can be wrong or late.
"""

from dataclasses import dataclass

import numpy as np

from bornes import Bornes
from fabrique import Foyer, tables
from valeur import valeurs

AUTOUR = (-100, -1, 0, 1, 100)  # cents
CHUTES = {  # shares of the highest value whose crossing is looked for
    "af": (0.999, 0.6, 0.3),
    "cf": (0.8, 0.0),
    "paje_base": (0.75, 0.0),
    "ars_annuelle": (0.999, 0.0),
    "cheque_energie_annuel": (0.9, 0.6, 0.4, 0.0),
    "bourse_college": (0.8, 0.4, 0.0),
    "bourse_lycee": (0.9, 0.7, 0.5, 0.0),
    "aide_logement": (0.97, 0.0),
    "aah": (0.999, 0.0),
    "aspa": (0.999, 0.0),
    "asi": (0.999, 0.0),
    "ass": (0.999, 0.0),
    "rsa": (0.999, 0.0),
    "ppa": (0.0,),
    "c2s": (0.75, 0.0),
}
ENTRE_DEUX = {"cf": 50000.0, "paje_base": 40000.0}  # of a couple: too much with one earner, not with two


@dataclass
class Recherche:
    forme: str
    montant: str
    droit: str
    part: float
    bas: int  # cents
    haut: int


class Seuils:
    def __init__(self, tbs, mois: str):
        self.tbs, self.mois, self.b = tbs, mois, Bornes(mois)

    # -- shapes: the persons of a foyer when the moving amount is x ----------------------------------------------
    def forme(self, nom: str):
        """(persons, marital status, dwelling) of a shape, before the amount is put in."""
        a, e, loyer = self.b.a, self.b.e, {"loyer_hors_charges": 480.0}
        actif = {"activite": "actif"}
        ecoliers = [e(8, scolarite="primaire"), e(12, scolarite="college"), e(16, scolarite="lycee")]
        conjoint = a("conjoint", 41, **actif)
        formes = {
            "seul": ([a(**actif)], "celibataire"),
            "jeune": ([a(age=22, rsa_jeune_heures_ok=True, **actif)], "celibataire"),
            "etudiant": ([a(age=21, activite="etudiant", scolarite="enseignement_superieur")], "celibataire"),
            "couple": ([a(**actif), conjoint], "marie"),
            "isole_1": ([a(**actif), e(2)], "divorce"),
            "isole_3": ([a(**actif)] + ecoliers, "celibataire"),
            "concubins_1": ([a(**actif), conjoint, e(1)], "concubin"),
            "famille_2": ([a(**actif), conjoint] + ecoliers[:2], "pacse"),
            "famille_3": ([a(**actif), conjoint] + ecoliers, "marie"),
            "famille_5": ([a(**actif), conjoint, e(4), e(1)] + ecoliers, "marie"),
            "alternee_3": ([a(**actif), conjoint] + [e(k, garde_alternee=True, scolarite="college") for k in (11, 12, 13)], "marie"),
            "adolescent": ([a(age=45, **actif), e(17, activite="actif"), e(10, scolarite="primaire")], "divorce"),
            "senior": ([a(age=70)], "veuf"),
            "seniors": ([a(age=70), a("conjoint", 68)], "marie"),
            "senior_mixte": ([a(age=70), a("conjoint", 50, **actif)], "marie"),
            "handicape": ([a(taux_incapacite=0.8, handicap=True, **actif)], "celibataire"),
            "handicape_enfant": ([a(taux_incapacite=0.6, rsdae=True, handicap=True), e(7)], "divorce"),
            "invalide": ([a(age=55, taux_incapacite=0.66, handicap=True)], "celibataire"),
            "invalides": ([a(age=55, taux_incapacite=0.66), a("conjoint", 54)], "marie"),
            "ass": ([a(ass_precondition=True, activite="chomeur", date_debut_chomage="2022-09-01")], "celibataire"),
            "ass_couple": ([a(ass_precondition=True, activite="chomeur", date_debut_chomage="2022-09-01"), conjoint], "pacse"),
        }
        personnes, statut = formes[nom]
        return personnes, statut, loyer

    def foyer(self, r: Recherche, centimes: int) -> Foyer:
        personnes, statut, loge = self.forme(r.forme)
        x, force = centimes / 100, {}
        cible, _, quoi = r.montant.rpartition(".")
        p = personnes[{"": 0, "conjoint": 1, "enfant": -1}[cible] if cible != "enfant" else self._enfant(personnes)]
        if quoi in ("salaire_net", "retraite_nette", "chomage_net", "micro_benefice"):
            p.revenus[quoi] = x
        elif quoi == "pension_invalidite":
            for malade in personnes if r.forme == "invalides" else [p]:
                malade.revenus[quoi] = x
        elif quoi == "ressources_n2":
            p.n2["salaires_apres_abattement_n2"] = x
            force["rfr_n2_foyer1"] = x
        elif quoi == "rfr":
            force["rfr_n2_foyer1"] = x
        elif quoi == "part_n2":  # two earners or one: what the couple has together stays as it is
            for qui, part in ((personnes[0], ENTRE_DEUX[r.droit] - x), (p, x)):
                qui.n2 |= {"salaires_apres_abattement_n2": round(part, 2), "salaire_imposable_n2": round(part / 0.9, 2)}
        elif quoi == "loyer_hors_charges":
            loge[quoi] = x
        else:
            p.faits[quoi] = x
        return Foyer(f"seuil_{r.droit}_{r.forme}_{r.montant}", personnes, statut, loge, force)

    @staticmethod
    def _enfant(personnes) -> int:
        return next(i for i, p in enumerate(personnes) if p.role == "enfant")

    # -- what is looked for -------------------------------------------------------------------------------------
    def recherches(self) -> list:
        familles = ["isole_1", "isole_3", "concubins_1", "famille_2", "famille_3", "famille_5", "alternee_3"]
        tout = ["seul", "couple"] + familles
        plan = []

        def chercher(formes, montant, droits, bas, haut):
            for forme in formes:
                for droit in droits:
                    for part in CHUTES[droit]:
                        plan.append(Recherche(forme, montant, droit, part, bas * 100, haut * 100))

        chercher(familles, "ressources_n2", ["af", "cf", "paje_base", "ars_annuelle"], 0, 160000)
        chercher(["famille_3", "concubins_1"], "conjoint.part_n2", ["cf", "paje_base"], 0, 15000)
        chercher(tout, "rfr", ["cheque_energie_annuel"], 0, 90000)
        chercher(["isole_3", "famille_2", "famille_5", "alternee_3"], "rfr", ["bourse_college", "bourse_lycee"], 0, 150000)
        chercher(tout + ["jeune"], "salaire_net", ["rsa", "aide_logement", "c2s"], 0, 7000)
        chercher(tout + ["jeune"], "salaire_net", ["ppa"], 1000, 9000)
        chercher(["etudiant"], "salaire_net", ["ppa"], 0, 1200)
        chercher(["seul", "isole_1", "famille_3"], "chomage_net", ["rsa", "aide_logement", "c2s"], 0, 7000)
        chercher(["seul", "isole_1", "famille_3"], "micro_benefice", ["rsa", "c2s"], 0, 7000)
        chercher(["adolescent"], "enfant.salaire_net", ["rsa", "af", "aide_logement", "ars_annuelle", "c2s"], 0, 4000)
        chercher(["isole_1", "isole_3"], "pension_alimentaire_percue_mensuelle", ["rsa", "c2s"], 0, 4000)
        chercher(["senior", "seniors", "senior_mixte"], "retraite_nette", ["aspa", "c2s", "aide_logement"], 0, 5000)
        chercher(["senior", "seniors", "senior_mixte"], "salaire_net", ["aspa"], 0, 5000)
        chercher(["invalide", "invalides"], "pension_invalidite", ["asi", "c2s", "aide_logement"], 1, 5000)
        chercher(["handicape", "handicape_enfant"], "salaire_net", ["aah", "c2s", "aide_logement"], 0, 7000)
        chercher(["handicape", "handicape_enfant"], "pension_invalidite", ["aah"], 0, 3000)
        chercher(["ass"], "pension_alimentaire_percue_mensuelle", ["ass"], 0, 4000)
        chercher(["ass_couple"], "conjoint.salaire_net", ["ass", "c2s"], 0, 6000)
        chercher(["seul", "famille_2"], "loyer_hors_charges", ["aide_logement"], 480, 4000)
        chercher(["seul", "isole_1"], "livret_a", ["rsa"], 0, 900000)
        return plan

    def valeur(self, recherches, centimes) -> dict:
        """Right -> its value in each foyer (for c2s: 2 free, 1 contributory, 0 none)."""
        p, h = tables([self.foyer(r, x) for r, x in zip(recherches, centimes)], self.mois)
        f, _ = valeurs(self.tbs, p, h, self.mois)
        f["c2s"] = 2 * f.c2s_gratuite + f.c2s_participation
        return np.array([float(f[r.droit].iloc[i]) for i, r in enumerate(recherches)])

    def foyers(self) -> list:
        """Foyers around every crossing found; searches whose right does not change between the two ends are dropped."""
        cherche = self.recherches()
        bas, haut = np.array([r.bas for r in cherche]), np.array([r.haut for r in cherche])
        vb, vh = self.valeur(cherche, bas), self.valeur(cherche, haut)
        seuil = np.array([r.part for r in cherche]) * np.maximum(vb, vh)
        change = (vb > seuil) != (vh > seuil)
        cherche = [r for r, oui in zip(cherche, change) if oui]
        bas, haut, seuil, avant = bas[change], haut[change], seuil[change], (vb > seuil)[change]
        while (haut - bas > 1).any():
            milieu = (bas + haut) // 2
            comme_bas = (self.valeur(cherche, milieu) > seuil) == avant
            bas, haut = np.where(comme_bas, milieu, bas), np.where(comme_bas, haut, milieu)
        return [self.foyer(r, max(0, int(x) + d)) for r, x in zip(cherche, bas) for d in AUTOUR]
