"""One OpenFisca-France simulation for a table of persons and one of households, at a month M.

Run as an external program: OpenFisca-France is AGPL-3.0 and nothing of it enters this repository.
"""

import numpy as np
import pandas as pd
from openfisca_core.reforms import Reform
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_france import FranceTaxBenefitSystem

import conventions as c


def systeme(plafond_c2s_corrige: bool = True):
    """The French system, with the published C2S ceilings unless `plafond_c2s_corrige` is false."""
    base = FranceTaxBenefitSystem()
    if not plafond_c2s_corrige:
        return base

    def corriger(parametres):
        plafond = parametres.prestations_sociales.solidarite_insertion.minima_sociaux.cs.cmu.plafond_base
        for date, montant in c.PLAFOND_C2S.items():
            plafond.update(start=date, value=montant)
        return parametres

    class PlafondsPublies(Reform):
        def apply(self):
            self.modify_parameters(corriger)

    return PlafondsPublies(base)


def _entites(tbs, personnes: pd.DataFrame, foyers: pd.DataFrame):
    """A foyer is one famille and one menage; two tax households when the couple is `concubin`."""
    b = SimulationBuilder()
    b.create_entities(tbs)
    b.declare_person_entity("individu", personnes.person_id.values)
    rang = pd.Series(np.arange(len(foyers)), index=foyers.household_id)
    i = personnes.household_id.map(rang).values
    concubin = (foyers.statut_conjugal == "concubin").values
    seconds = np.flatnonzero(concubin)
    fiscal_second = np.full(len(foyers), -1)
    fiscal_second[seconds] = len(foyers) + np.arange(len(seconds))
    role = personnes.role.to_numpy(str)

    famille = b.declare_entity("famille", np.arange(len(foyers)))
    b.join_with_persons(famille, i, role)
    menage = b.declare_entity("menage", np.arange(len(foyers)))
    b.join_with_persons(menage, i, np.where(role == "demandeur", "personne_de_reference", role))
    fiscal = b.declare_entity("foyer_fiscal", np.arange(len(foyers) + len(seconds)))
    rang_fiscal = np.where((role == "conjoint") & concubin[i], fiscal_second[i], i)
    declarant = np.where((role == "conjoint") & ~concubin[i], "conjoint", "declarant_principal")
    b.join_with_persons(fiscal, rang_fiscal, np.where(role == "enfant", "personne_a_charge", declarant))
    return b.build(tbs), i, seconds


class Simulation:
    """A simulation ready to be asked; `personnes` and `foyers` are in the format of the reference foyers."""

    def __init__(self, tbs, personnes: pd.DataFrame, foyers: pd.DataFrame, mois: str):
        self.m = pd.Period(mois, "M")
        self.personnes = personnes.sort_values(["household_id", "person_id"]).reset_index(drop=True)
        self.foyers = foyers.sort_values("household_id").reset_index(drop=True)
        self.sim, self.i, self.seconds = _entites(tbs, self.personnes, self.foyers)
        self.sim.max_spiral_loops = 10
        self._dates()
        self._revenus()
        self._faits()
        self._recus()

    # -- writing ------------------------------------------------------------------------------------------------
    def poser(self, nom: str, periode, valeurs) -> None:
        v = np.asarray(valeurs)
        if v.dtype.kind not in "bifM":
            v = v.astype(object if self.sim.tax_benefit_system.variables[nom].value_type is str else str)
        self.sim.set_input(nom, str(periode), v)

    def mois(self, debut: int, fin: int):
        """Months M+debut..M+fin, both included."""
        return [self.m + k for k in range(debut, fin + 1)]

    def _dates(self) -> None:
        p = self.personnes
        self.poser("date_naissance", "ETERNITY", p.date_naissance.to_numpy(str).astype("datetime64[D]"))
        jamais = str(self.sim.tax_benefit_system.variables["date_debut_chomage"].default_value)
        debut = p.date_debut_chomage.where(p.date_debut_chomage != "", jamais)
        self.poser("date_debut_chomage", "ETERNITY", debut.to_numpy(str).astype("datetime64[D]"))

    def _revenus(self) -> None:
        p, n2 = self.personnes, self.m.year - 2
        mensuels = {}
        for nom, cibles in c.REVENUS.items():
            for cible, facteur in cibles.items():
                for k in range(c.MOIS_PASSES + 1):
                    mensuels[cible, self.m - k] = np.round(facteur * p[c.colonne(nom, k)].values, 2)
                for k in range(1, c.MOIS_SUIVANTS + 1):
                    mensuels[cible, self.m + k] = mensuels[cible, self.m]
        for nom, cible in c.ANNEE_N2_MENSUELLE.items():
            annee = [pd.Period(f"{n2}-{k:02d}", "M") for k in range(1, 13)]
            connus = [m for m in annee if (cible, m) in mensuels]
            reste = p[nom].values - sum((mensuels[cible, m] for m in connus), np.zeros(len(p)))
            for m in annee:
                if m not in connus:
                    mensuels[cible, m] = reste / (12 - len(connus))
        for (cible, m), valeurs in mensuels.items():
            self.poser(cible, m, valeurs)
        for nom, cible in c.ANNEE_N2.items():
            self.poser(cible, n2, p[nom].values)
        for nom, cible in c.CONSTANTES.items():
            for m in self.mois(-47, c.MOIS_SUIVANTS):
                self.poser(cible, m, p[nom].values)
        f = self.foyers
        vide = np.zeros(len(self.seconds))
        sans = np.zeros(len(f) + len(self.seconds))  # the reference knows no special allowance for age or invalidity
        self.poser("abattements_speciaux_prestations_familiales", n2, sans)
        self.poser("rfr", n2, np.concatenate([f.rfr_n2_foyer1.values, f.rfr_n2_foyer2.values[self.seconds]]))
        self.poser("revenu_categoriel_foncier", n2, np.concatenate([f.revenus_fonciers_nets_n2.values, vide]))

    def _faits(self) -> None:
        p, f = self.personnes, self.foyers
        marital = f.statut_conjugal.map(lambda s: c.STATUT_MARITAL.get(s, s)).values[self.i]
        marital = np.where(p.role == "enfant", "celibataire", marital)
        dix_ans = p.nationalite.isin(c.EUROPE).values | (p.duree_titre_sejour_annees.values >= c.TITRE_DIX_ANS)
        for m in self.mois(-47, c.MOIS_SUIVANTS):
            recul = max((self.m - m).n, 0)
            for nom, cible in c.FAITS_PERSONNE.items():
                self.poser(cible, m, p[nom].values)
            for nom, cible in c.FAITS_LOGEMENT.items():
                self.poser(cible, m, f[nom].values)
            self.poser("zone_apl", m, ("zone_" + f.zone_apl.astype(str)).values)
            self.poser("residence", m, np.full(len(f), "metropole"))
            self.poser("statut_marital", m, marital)
            self.poser("activite", m, np.where(p.activite_depuis_mois.values > recul, p.activite, p.activite_precedente))
            self.poser("enceinte", m, p.enceinte.values & (0 <= (self.m - m).n <= 4))
            self.poser("rsa_isolement_recent", m, f.isolement_recent.values)
            self.poser("asi_aspa_condition_nationalite", m, dix_ans)
            self.poser("departement_experimentation_rsa", m, np.full(len(f), m >= c.TRIMESTRE_DECALE_DEPUIS))

    def _recus(self) -> None:
        """What was received from M-14 to M-1; nothing earlier, which also ends OpenFisca's look at the past."""
        for table, recus in ((self.personnes, c.RECUS_PERSONNE), (self.foyers, c.RECUS_FAMILLE)):
            for nom, cible in recus:
                for m in self.mois(-47, -1):
                    dans = (self.m - m).n <= c.MOIS_PASSES
                    self.poser(cible, m, table[nom].values if dans else np.zeros(len(table)))

    # -- reading ------------------------------------------------------------------------------------------------
    def lire(self, nom: str, periode=None):
        """Value of OpenFisca's variable `nom` (at M unless `periode` is given), one per member of its entity."""
        return self.sim.calculate(nom, str(periode or self.m))

    def somme(self, nom: str, periode=None):
        """A person's variable summed over the foyer."""
        return np.bincount(self.i, weights=self.lire(nom, periode), minlength=len(self.foyers)).astype("float32")
