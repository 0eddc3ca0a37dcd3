"""Boundary foyers at a month: ages around every threshold, leap days, foyers of one and of twelve, cents, every dwelling.

Each function yields foyers named after what they try. Income thresholds are not written here: `seuils.py` finds them.
"""

import datetime as dt
import itertools

import pandas as pd

from fabrique import Foyer, Personne, decale

AGES_ENFANT = [0, 1, 2, 3, 6, 11, 14, 15, 16, 18, 19, 20, 21, 25]
AGES_ADULTE = [16, 18, 20, 25, 28, 30, 50, 60, 62, 64, 65, 67]
JOURS = [(0, -1), (0, 0), (0, 1), (0, 14), (-1, -1), (-1, 0), (1, 0), (1, -1)]  # (months later, days) around a birthday in M


def adulte(role="demandeur", age=40, jours=100, revenus=None, n2=None, naissance=None, mois=None, **faits) -> Personne:
    faits.setdefault("activite", "retraite" if age >= 66 else "inactif")
    return Personne(role, naissance or decale(mois, age, 0, -jours), revenus or {}, n2 or {}, faits)


class Bornes:
    def __init__(self, mois: str):
        self.m = pd.Period(mois, "M")

    def a(self, role="demandeur", age=40, **k) -> Personne:
        return adulte(role, age, mois=self.m, **k)

    def e(self, age=8, **k) -> Personne:
        k.setdefault("activite", "inactif")
        return adulte("enfant", age, mois=self.m, **k)

    def anniversaires(self, ages):
        for age, (mois, jours) in itertools.product(ages, JOURS):
            jour = decale(self.m, age, -mois, jours)
            if jour < dt.date(self.m.year, self.m.month, 1):  # nobody is born after the first day of M
                yield age, jour

    # -- ages ---------------------------------------------------------------------------------------------------
    def enfants(self):
        """A child at an age threshold: alone with one parent, second of two, third of three, all of them nearly so."""
        bas = {"salaire_net": 600.0}
        for age, jour in self.anniversaires(AGES_ENFANT):
            scol = "college" if 11 <= age < 15 else "lycee" if 15 <= age < 19 else "primaire" if 6 <= age < 11 else "inconnue"
            limite = self.e(naissance=jour, scolarite=scol)
            nom = f"enfant_{age}"
            yield Foyer(nom, [self.a(age=45), limite], logement={"isolement_recent": age % 2 == 0})
            ecolier = self.e(9, scolarite="primaire")
            yield Foyer(nom, [self.a(age=45, revenus=bas, activite="actif"), self.a("conjoint", 44), ecolier, limite], "marie")
            yield Foyer(nom, [self.a(age=47, revenus=bas, activite="actif"), limite, self.e(4), self.e(22)], "divorce")
            yield Foyer(nom, [self.a(age=45), self.a("conjoint", 44), limite, self.e(naissance=jour), self.e(12), self.e(5)], "concubin")
            autonome = self.e(naissance=jour, revenus={"salaire_net": [1500.0] * 4 + [0.0]}, activite="actif")
            yield Foyer(nom, [self.a(age=48), self.a("conjoint", 44), autonome, self.e(10), self.e(13)], "pacse")
            handicape = self.e(naissance=jour, handicap=True, taux_incapacite=0.8)
            yield Foyer(nom, [self.a(age=48), handicape])

    def adultes(self):
        """An adult at an age threshold: nothing, work, disability, pension, allowance for the unemployed."""
        for age, jour in self.anniversaires(AGES_ADULTE):
            nom, loge = f"adulte_{age}", {"loyer_hors_charges": 450.0}
            yield Foyer(nom, [self.a(naissance=jour)], logement=loge)
            travail = {"revenus": {"salaire_net": 900.0}, "activite": "actif", "rsa_jeune_heures_ok": True}
            yield Foyer(nom, [self.a(naissance=jour, **travail)], logement=loge)
            yield Foyer(nom, [self.a(naissance=jour, taux_incapacite=0.8, handicap=True)], logement=loge)
            yield Foyer(nom, [self.a(naissance=jour, taux_incapacite=0.6, handicap=True, rsdae=True)], logement=loge)
            if age < 50:
                etudiant = {"activite": "etudiant", "scolarite": "enseignement_superieur"}
                yield Foyer(nom, [self.a(naissance=jour, revenus={"salaire_net": 700.0}, **etudiant)], logement=loge)
                yield Foyer(nom, [self.a(naissance=jour, boursier=True, **etudiant), self.e(1)], logement=loge)
                continue
            yield Foyer(nom, [self.a(naissance=jour, revenus={"retraite_nette": 500.0}, activite="retraite")], "veuf")
            yield Foyer(nom, [self.a(naissance=jour, inapte_travail=True, taux_incapacite=0.5)], logement=loge)
            invalide = {"revenus": {"pension_invalidite": 400.0}, "taux_incapacite": 0.66, "handicap": True}
            yield Foyer(nom, [self.a(naissance=jour, **invalide)], logement=loge)
            retraite = self.a("conjoint", 70, revenus={"retraite_nette": 300.0})
            yield Foyer(nom, [self.a(naissance=jour, **invalide), retraite], "marie")
            ass = {"activite": "chomeur", "ass_precondition": True, "date_debut_chomage": decale(self.m, 2).isoformat()}
            yield Foyer(nom, [self.a(naissance=jour, **ass)])
            yield Foyer(nom, [self.a(naissance=jour, activite="inactif"), self.a("conjoint", 66)], "concubin")
        for mois in range(-2, 3):  # 65 years and 9 months
            for jours in (-1, 0, 1, 15):
                jour = decale(self.m, 65, 9 + mois, jours)
                ass = {"activite": "chomeur", "ass_precondition": True, "date_debut_chomage": decale(self.m, 2).isoformat()}
                yield Foyer("adulte_65_9", [self.a(naissance=jour, **ass), self.a("conjoint", 50)], "marie")
        for annee in (1961, 1962, 1963, 1964, 1965):  # legal age by birth cohort
            for mm, jj in ((1, 1), (3, 31), (4, 1), (8, 31), (9, 1), (12, 31)):
                ne = {"naissance": dt.date(annee, mm, jj), "taux_incapacite": 0.6, "rsdae": True, "handicap": True}
                yield Foyer("generation", [self.a(**ne)])
                yield Foyer("generation", [self.a(naissance=ne["naissance"], inapte_travail=True, revenus={"retraite_nette": 200.0})])

    def bissextiles(self):
        for annee in (1948, 1960, 1964, 2000, 2004, 2008, 2012, 2016, 2020, 2024):
            ne = dt.date(annee, 2, 29)
            if self.m.year - annee < 22:
                yield Foyer("bissextile", [self.a(age=40), self.e(naissance=ne), self.e(10), self.e(2)])
                yield Foyer("bissextile", [self.a(age=40), self.a("conjoint"), self.e(naissance=ne), self.e(naissance=ne)], "marie")
            else:
                yield Foyer("bissextile", [self.a(naissance=ne, taux_incapacite=0.8, handicap=True)])
                yield Foyer("bissextile", [self.a(naissance=ne), self.a("conjoint", naissance=ne)], "marie")

    # -- sizes, cents, dwellings --------------------------------------------------------------------------------
    def tailles(self):
        for n in range(0, 11):
            enfants = [self.e(1 + 2 * k) for k in range(n)]
            alternes = [self.e(1 + 2 * k, garde_alternee=k % 2 == 0) for k in range(n)]
            loge = {"loyer_hors_charges": 600.0, "zone_apl": 1 + n % 3}
            for revenu in (0.0, 0.01, 700.0, 2500.0):
                travail = {"revenus": {"salaire_net": revenu}, "activite": "actif"}
                yield Foyer(f"taille_{n + 1}", [self.a(**travail)] + enfants, logement=loge)
                yield Foyer(f"taille_{n + 2}", [self.a(**travail), self.a("conjoint", 38)] + enfants, "concubin", loge)
                if n:
                    yield Foyer(f"alternee_{n}", [self.a(**travail)] + alternes, "divorce", loge)
                    yield Foyer(f"alternee_{n}", [self.a(**travail), self.a("conjoint")] + alternes, "marie", loge)

    def centimes(self):
        """One cent of each income, alone, in every month or in one only."""
        for nom, mois in itertools.product(
            ["salaire_net", "chomage_net", "retraite_nette", "pension_invalidite", "ij_maladie", "micro_benefice"],
            [None, 0, 1, 2, 3, 4, 5, 12, 13, 14],
        ):
            serie = 0.01 if mois is None else [0.01 if k == mois else 0.0 for k in range(15)]
            grand = 1200.0 if mois is None else [1200.0 if k == mois else 0.0 for k in range(15)]
            for valeur, activite in itertools.product((serie, grand), ("actif", "chomeur", "inactif")):
                yield Foyer("centime", [self.a(revenus={nom: valeur}, activite=activite)], logement={"loyer_hors_charges": 400.0})
        epargnes = ("livret_a", "epargne_non_imposable")
        for fait in ("pension_alimentaire_percue_mensuelle", "revenus_locatifs_mensuels", "revenus_capital_mensuels") + epargnes:
            for x in (0.01, 99.99, 30000.0, 30000.01):
                if x < 1000 or fait in epargnes:
                    yield Foyer("centime", [self.a(**{fait: x})], logement={"loyer_hors_charges": 400.0})
                    yield Foyer("centime", [self.a(age=68, **{fait: x})])
                    yield Foyer("centime", [self.a(**{fait: x}), self.e(2)], "divorce", {"loyer_hors_charges": 400.0})

    def logements(self):
        loyers = [0.0, 0.01, 150.0, 290.0, 450.0, 700.0, 1100.0, 1700.0]
        statuts = ["proprietaire", "locataire_vide", "locataire_hlm", "locataire_meuble", "loge_gratuitement"]
        rang = itertools.count()
        for statut, zone, n, couple in itertools.product(statuts, (1, 2, 3), range(0, 8), (False, True)):
            loyer = loyers[next(rang) % 7 + 1] if statut.startswith("locataire") else 0.0
            loge = {"statut_occupation": statut, "zone_apl": zone, "loyer_hors_charges": loyer}
            loge["participation_frais"] = statut == "loge_gratuitement" and n % 2 == 0
            adultes = [self.a(revenus={"salaire_net": 400.0 * (zone - 1)}, activite="actif")] + [self.a("conjoint", 35)] * couple
            yield Foyer("logement", adultes + [self.e(2 + 3 * k) for k in range(n)], "pacse" if couple else "celibataire", loge)
        for statut, loyer, zone, coloc, chambre in itertools.product(statuts[1:4], loyers, (1, 2, 3), (False, True), (False, True)):
            loge = {"statut_occupation": statut, "zone_apl": zone, "loyer_hors_charges": loyer}
            yield Foyer("logement", [self.a(age=33)], logement=loge | {"coloc": coloc, "logement_chambre": chambre})

    # -- conditions ---------------------------------------------------------------------------------------------
    def handicaps(self):
        for taux, rsdae, age in itertools.product((0.49, 0.5, 0.51, 0.79, 0.8, 0.81), (False, True), (18, 19, 20, 40, 61, 63, 64, 66)):
            faits = {"taux_incapacite": taux, "rsdae": rsdae, "handicap": taux >= 0.5}
            for revenus, activite in (({}, "inactif"), ({"salaire_net": 800.0}, "actif"), ({"pension_invalidite": 600.0}, "inactif")):
                lui = self.a(age=age, revenus=revenus, activite=activite, **faits)
                yield Foyer("handicap", [lui], logement={"loyer_hors_charges": 400.0})

    def chomeurs(self):
        """Unemployed since exactly k months, with benefit or none, ASS or none, on the first day of the month or later."""
        for k, are, ass, jours in itertools.product((1, 2, 3, 6, 12), (0.0, 700.0), (False, True), (0, 1, 14)):
            faits = {"activite": "chomeur", "activite_depuis_mois": k, "activite_precedente": "actif", "ass_precondition": ass}
            faits["date_debut_chomage"] = decale(self.m, 0, k, jours).isoformat()
            revenus = {"salaire_net": [0.0] * k + [1300.0], "chomage_net": [are] * k + [0.0]}
            loge = {"loyer_hors_charges": 500.0}
            yield Foyer("chomeur", [self.a(revenus=revenus, **faits)], logement=loge)
            travail = self.a("conjoint", revenus={"salaire_net": 1100.0}, activite="actif")
            yield Foyer("chomeur", [self.a(revenus=revenus, **faits), travail, self.e(6)], "marie", loge)

    def sejours(self):
        for pays, duree in itertools.product(("DE", "CH", "MA"), (0.0, 0.24, 0.25, 0.26, 4.99, 5.0, 5.01, 9.99, 10.0, 10.01)):
            ailleurs = {"nationalite": pays, "duree_titre_sejour_annees": duree}
            for personnes, statut in (
                ([self.a(**ailleurs)], "celibataire"),
                ([self.a(age=70, **ailleurs)], "veuf"),
                ([self.a(age=70, **ailleurs), self.a("conjoint", 71)], "marie"),
                ([self.a(revenus={"pension_invalidite": 300.0}, taux_incapacite=0.8, **ailleurs)], "celibataire"),
                ([self.a(revenus={"salaire_net": 900.0}, **ailleurs | {"activite": "actif"}), self.e(2)], "divorce"),
            ):
                yield Foyer("sejour", personnes, statut)

    def interruptions(self):
        """Each income that stopped k months ago, with or without another one; sickness after work; pregnancy; isolation."""
        noms = ["salaire_net", "chomage_net", "retraite_nette", "pension_invalidite", "ij_maladie", "micro_benefice"]
        for nom, autre, k in itertools.product(noms, [None] + noms, (1, 2, 3, 5)):
            if nom == autre:
                continue
            revenus = {nom: [0.0] * k + [950.0]} | ({autre: [300.0] * k + [0.0]} if autre else {})
            yield Foyer("arret", [self.a(revenus=revenus, activite="actif")], logement={"loyer_hors_charges": 420.0})
            if k < 3:
                yield Foyer("arret", [self.a(revenus=revenus, activite="inactif"), self.a("conjoint"), self.e(2)], "marie")
        for n, recent, enceinte, couple in itertools.product((0, 1, 2, 3), (False, True), (False, True), (False, True)):
            parent = self.a(age=28, enceinte=enceinte, revenus={"salaire_net": 250.0}, activite="actif")
            autres = [self.a("conjoint", 30)] * couple + [self.e(5 + k) for k in range(n)]
            yield Foyer("isolement", [parent] + autres, "pacse" if couple else "divorce", {"isolement_recent": recent})
        for k in range(0, 15):  # a child born in each month of the windows
            parent = self.a(age=26, revenus={"salaire_net": 700.0}, activite="actif")
            yield Foyer("naissance", [parent, self.e(naissance=decale(self.m, 0, k + 1, 9))])
            yield Foyer("naissance", [parent, self.a("conjoint"), self.e(naissance=decale(self.m, 0, k + 1, 9)), self.e(4)], "marie")

    def foyers(self) -> list:
        sortes = [self.enfants, self.adultes, self.bissextiles, self.tailles, self.centimes, self.logements]
        sortes += [self.handicaps, self.chomeurs, self.sejours, self.interruptions]
        return [f for sorte in sortes for f in sorte()]
