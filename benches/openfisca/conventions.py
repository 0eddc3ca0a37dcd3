"""What the input files say, in OpenFisca's words: names, months, fixed conversions.

Only names of inputs and outputs and the conventions of the reference foyers are here; no formula of OpenFisca-France is
restated. A month is a `pandas.Period` ("M"); `_mKK` in a column name is the month M-KK.
"""

import pandas as pd

MOIS_PASSES = 14  # M-14..M are in the files
MOIS_SUIVANTS = 12  # the income of M is carried forward to M+1..M+12

# One income of the files -> OpenFisca inputs, each `round(factor x amount, 2)`; factor 1 keeps the amount.
REVENUS = {
    "salaire_net": {"salaire_net": 1.0, "salaire_imposable": 1.04, "salaire_de_base": 1.28},
    "chomage_net": {"chomage_net": 1.0, "chomage_imposable": 1.03},
    "retraite_nette": {"retraite_nette": 1.0, "retraite_imposable": 1.02, "retraite_brute": 1.05},
    "pension_invalidite": {"pensions_invalidite": 1.0},
    "ij_maladie": {"indemnites_journalieres_maladie": 1.0},
    "micro_benefice": {"rpns_auto_entrepreneur_benefice": 1.0},
}
# Totals of year N-2: the months of N-2 that lie before M-14 share what the months of the files do not already say.
ANNEE_N2_MENSUELLE = {
    "salaire_imposable_n2": "salaire_imposable",
    "chomage_imposable_n2": "chomage_imposable",
    "retraite_imposable_n2": "retraite_imposable",
    "pension_invalidite_n2": "pensions_invalidite",
}
ANNEE_N2 = {
    "micro_imposable_n2": "rpns_imposables",
    "salaires_apres_abattement_n2": "revenu_assimile_salaire_apres_abattements",
    "pensions_apres_abattement_n2": "revenu_assimile_pension_apres_abattements",
}
# Constant amounts, known for all the past and the coming year.
CONSTANTES = {
    "pension_alimentaire_percue_mensuelle": "pensions_alimentaires_percues",
    "revenus_locatifs_mensuels": "revenus_locatifs",
    "revenus_capital_mensuels": "revenus_capital",
}
# Facts of a person that hold for every month valued.
FAITS_PERSONNE = {
    "livret_a": "livret_a",
    "epargne_non_imposable": "epargne_revenus_non_imposables",
    "nationalite": "nationalite",
    "duree_titre_sejour_annees": "duree_possession_titre_sejour",
    "taux_incapacite": "taux_incapacite",
    "handicap": "handicap",
    "rsdae": "aah_restriction_substantielle_durable_acces_emploi",
    "inapte_travail": "inapte_travail",
    "ass_precondition": "ass_precondition_remplie",
    "rsa_jeune_heures_ok": "rsa_jeune_condition_heures_travail_remplie",
    "boursier": "boursier",
    "garde_alternee": "garde_alternee",
    "scolarite": "scolarite",
}
FAITS_LOGEMENT = {
    "statut_occupation": "statut_occupation_logement",
    "loyer_hors_charges": "loyer",
    "coloc": "coloc",
    "logement_chambre": "logement_chambre",
    "participation_frais": "participation_frais",
}
RECUS_PERSONNE = [("recu_aah", "aah"), ("recu_ass", "ass"), ("recu_asi", "asi"), ("recu_caah", "caah")]
RECUS_FAMILLE = [
    ("recu_rsa", "rsa"),
    ("recu_aspa", "aspa"),
    ("recu_aide_logement", "aide_logement"),
    ("recu_af", "af"),
    ("recu_af", "af_base"),  # the whole receipt, age increase included: as the reference does
    ("recu_cf", "cf"),
    ("recu_cf", "cf_non_majore_avant_cumul"),  # likewise
    ("recu_asf", "asf"),
    ("recu_paje_base", "paje_base"),
    ("recu_ppa", "ppa"),
]
STATUT_MARITAL = {"marie": "marie", "pacse": "pacse", "concubin": "celibataire"}
EUROPE = set(
    "FR DE AT BE BG CY HR DK ES EE FI GR HU IE IT LV LT LU MT NL PL PT CZ RO SK SI SE IS LI NO CH".split()
)
TITRE_DIX_ANS = 10

# Output column -> OpenFisca variable, valued at M.
SORTIES_FAMILLE = (
    "rsa rsa_socle rsa_socle_majore rsa_forfait_logement rsa_base_ressources rsa_nb_enfants rsa_eligibilite "
    "rsa_majore_eligibilite ppa ppa_eligibilite ppa_eligibilite_apprenants aspa asi_aspa_base_ressources asi_aspa_nb_alloc "
    "cmu_c cmu_c_plafond acs_plafond css_cmu_base_ressources css_cmu_acs_eligibilite cmu_nbp_foyer apl als alf aide_logement "
    "aide_logement_montant_brut aide_logement_base_ressources aide_logement_loyer_plafond al_nb_personnes_a_charge "
    "reduction_loyer_solidarite af af_base af_majoration af_allocation_forfaitaire af_nbenf af_taux_modulation cf cf_montant asf "
    "asf_montant paje_base aeeh prestations_familiales_base_ressources biactivite bourse_college_echelon bourse_lycee_echelon"
).split()
SORTIES_PERSONNE = (
    "age aah aah_base aah_eligible caah asi asi_eligibilite aspa_eligibilite ass ass_eligibilite_individu "
    "rsa_condition_nationalite rsa_enfant_a_charge autonomie_financiere prestations_familiales_enfant_a_charge "
    "asi_aspa_base_ressources_individu css_cmu_base_ressources_individu rsa_base_ressources_individu "
    "rsa_revenu_activite_individu"
).split()
SORTIES_PERSONNE_SOMMEES = "aah caah asi ass css_participation_forfaitaire bourse_college bourse_lycee".split()

# The only corrections of the reference foyers, all through inputs or parameters.
TRIMESTRE_DECALE_DEPUIS = pd.Period("2025-03", "M")
PLAFOND_C2S = {"2025-04-01": 10339, "2026-04-01": 10421}


def mois_demandes(texte: str) -> list:
    """Months of « 2025-01..2025-06,2026-03 », in order of writing."""
    morceaux = [m.split("..") for m in texte.split(",")]
    return [str(m) for x in morceaux for m in pd.period_range(x[0], x[-1], freq="M")]


def colonne(nom: str, recul: int) -> str:
    """Column of income `nom` in month M-`recul`."""
    return f"{nom}_m{recul:02d}"
