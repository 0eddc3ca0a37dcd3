//! The published figures, one line each.

use super::mesure::Mesures;

/// A published figure and how to measure it.
pub(super) struct Publie {
    pub(super) sujet: &'static str,
    pub(super) nom: &'static str,
    pub(super) unite: &'static str,
    pub(super) valeur: f64,
    pub(super) tolerance: f64,
    pub(super) mesure: fn(&Mesures) -> f64,
    pub(super) source: &'static str,
}

const fn p(
    sujet: &'static str,
    nom: &'static str,
    unite: &'static str,
    (valeur, tolerance): (f64, f64),
    mesure: fn(&Mesures) -> f64,
    source: &'static str,
) -> Publie {
    Publie { sujet, nom, unite, valeur, tolerance, mesure, source }
}

const INSEE_AGES: &str = "Insee, bilan démographique 2024 (à vérifier)";
const INSEE_MENAGES: &str = "Insee, recensement 2021, ménages ; le foyer CAF en diffère un peu (à vérifier)";
const INSEE_EMPLOI: &str = "Insee, enquête Emploi 2024 (à vérifier)";
const INSEE_LOGEMENT: &str = "Insee, recensement 2021, statut d'occupation ; foyers hébergés comptés à part (à vérifier)";
const DREES: &str = "DREES, minima sociaux et prestations sociales, éd. 2024 (à vérifier)";
const ODDS: &str = "ODDS, étude 2023 (2e semestre 2022), Seine-Saint-Denis";
const ODDS_SOCIAL: &str = "ODDS, étude 2023, services sociaux départementaux, 2022 ; lu comme une composition des personnes rencontrées";
const DEFENSEUR: &str = "Défenseur des droits 2017, 9 % ; précaires isolés 20 %, autres 8 %";
const CREDOC_2017: &str = "CREDOC 2017";
const CREDOC_2018: &str = "CREDOC 2018, à l'échelle de la population";
const CNAF: &str = "Cnaf, foyers bénéficiaires 2023, rapportés à 31 M de foyers (à vérifier)";

/// All of them.
pub(super) const PUBLIE: [Publie; 60] = [
    p("ages", "moins de 20 ans", "%", (23.0, 2.5), |m| m.moins_20.pct(), INSEE_AGES),
    p("ages", "20 à 64 ans", "%", (55.2, 3.0), |m| m.de_20_a_64.pct(), INSEE_AGES),
    p("ages", "65 ans et plus", "%", (21.8, 2.5), |m| m.plus_65.pct(), INSEE_AGES),
    p("ages", "75 ans et plus", "%", (10.7, 2.0), |m| m.plus_75.pct(), INSEE_AGES),
    p("ages", "femmes", "%", (51.6, 1.5), |m| m.femmes.pct(), INSEE_AGES),
    p("ages", "nationalité étrangère", "%", (8.2, 2.0), |m| m.etrangers.pct(), "Insee, immigrés et étrangers 2023 (à vérifier)"),
    p("ages", "nés hors de France", "%", (13.1, 3.0), |m| m.nes_ailleurs.pct(), "Insee, immigrés et étrangers 2023 (à vérifier)"),
    p("menages", "personnes par foyer", "personnes", (2.17, 0.12), |m| m.personnes_par_foyer.rapport(), INSEE_MENAGES),
    p("menages", "foyers d'une personne", "%", (37.8, 3.0), |m| m.seuls.pct(), INSEE_MENAGES),
    p("menages", "familles monoparentales", "%", (9.0, 2.0), |m| m.parents_seuls.pct(), INSEE_MENAGES),
    p("menages", "couples sans enfant", "%", (26.5, 4.5), |m| m.couples.pct(), INSEE_MENAGES),
    p("menages", "couples avec enfants", "%", (24.5, 3.0), |m| m.couples_enfants.pct(), INSEE_MENAGES),
    p("menages", "enfants par foyer qui en a", "personnes", (1.77, 0.15), |m| m.enfants_par_foyer.rapport(), INSEE_MENAGES),
    p("travail", "en emploi, 25-49 ans", "%", (82.5, 3.5), |m| m.emploi_25_49.pct(), INSEE_EMPLOI),
    p("travail", "en emploi, 55-64 ans", "%", (60.4, 5.0), |m| m.emploi_55_64.pct(), INSEE_EMPLOI),
    p("travail", "chômeurs parmi les actifs", "%", (7.5, 2.0), |m| m.chomeurs.pct(), INSEE_EMPLOI),
    p("travail", "chômeurs qui touchent l'ARE", "%", (47.0, 9.0), |m| m.are.pct(), "Unédic 2024 (à vérifier)"),
    p(
        "travail",
        "micro-entrepreneurs, 20-64 ans",
        "%",
        (3.6, 1.2),
        |m| m.micro.pct(),
        "Urssaf 2024, administrativement actifs avec chiffre d'affaires (à vérifier)",
    ),
    p("travail", "pension d'invalidité, 20-61 ans", "%", (2.4, 0.9), |m| m.invalidite.pct(), "Cnam 2023 (à vérifier)"),
    p(
        "revenus",
        "retraités parmi les 65 ans et plus",
        "%",
        (94.5, 3.0),
        |m| m.retraites_65.pct(),
        "DREES, les retraités et les retraites, éd. 2024 (à vérifier)",
    ),
    p(
        "revenus",
        "pension nette moyenne, 65 ans et plus",
        "€/mois",
        (1_620.0, 150.0),
        |m| m.pension_moyenne(),
        "DREES, les retraités et les retraites, éd. 2024, droits directs et réversion (à vérifier)",
    ),
    p(
        "revenus",
        "salaire net médian, temps complet",
        "€/mois",
        (2_190.0, 150.0),
        |m| m.salaire_median(),
        "Insee Première, salaires du privé 2024 (à vérifier)",
    ),
    p(
        "revenus",
        "personnes sous 1 216 € par unité de consommation, avant prestations",
        "%",
        (21.5, 6.5),
        |m| m.pauvres.pct(),
        "Insee, taux de pauvreté avant redistribution 2022, ménages hors étudiants ; ici foyers, étudiants et hébergés compris (à vérifier)",
    ),
    p("logement", "propriétaires", "%", (56.0, 5.0), |m| m.proprietaires.pct(), INSEE_LOGEMENT),
    p("logement", "locataires HLM", "%", (15.5, 3.0), |m| m.hlm.pct(), INSEE_LOGEMENT),
    p("logement", "locataires du privé", "%", (23.0, 4.0), |m| m.prives.pct(), INSEE_LOGEMENT),
    p("logement", "logés gratuitement ou hébergés", "%", (5.0, 2.5), |m| m.gratuits.pct(), INSEE_LOGEMENT),
    p(
        "acces",
        "non-internautes, 18 ans et plus",
        "%",
        (14.0, 2.0),
        |m| m.non_internautes.pct(),
        "CREDOC 2017, 12 %, et Capacity 2017, 16 %",
    ),
    p(
        "acces",
        "non-internautes, personnes seules rapportées aux autres",
        "fois",
        (2.7, 0.7),
        |m| m.non_internautes_seuls.rapport() / m.non_internautes_autres.rapport(),
        "M@rsouin 2016, Bretagne, 43 % et 16 % : le rapport, les niveaux ne s'accordant pas avec CREDOC et Capacity",
    ),
    p("acces", "sans accès à internet", "%", (9.0, 1.5), |m| m.sans_acces.pct(), DEFENSEUR),
    p("acces", "sans accès à internet, précaires isolés", "%", (20.0, 4.0), |m| m.sans_acces_isoles.pct(), DEFENSEUR),
    p("acces", "sans accès à internet, tous les autres", "%", (8.0, 1.5), |m| m.sans_acces_autres.pct(), DEFENSEUR),
    p("acces", "sans internet fixe", "%", (14.0, 2.5), |m| m.sans_fixe.pct(), CREDOC_2018),
    p("acces", "sans ordiphone", "%", (25.0, 3.0), |m| m.sans_smartphone.pct(), CREDOC_2018),
    p("acces", "sans ordinateur", "%", (22.0, 3.0), |m| m.sans_ordinateur.pct(), CREDOC_2018),
    p("acces", "démarche en ligne en douze mois, 25-39 ans", "%", (89.0, 4.0), |m| m.en_ligne_25_39.pct(), CREDOC_2017),
    p("acces", "démarche en ligne en douze mois, 60-69 ans", "%", (58.0, 5.0), |m| m.en_ligne_60_69.pct(), CREDOC_2017),
    p("acces", "démarche en ligne en douze mois, 70 ans et plus", "%", (30.0, 5.0), |m| m.en_ligne_70.pct(), CREDOC_2017),
    p("prestations", "foyers avec aide au logement", "%", (18.7, 3.5), |m| m.aide_logement.pct(), CNAF),
    p("prestations", "foyers avec allocations familiales", "%", (15.5, 3.0), |m| m.af.pct(), CNAF),
    p("prestations", "foyers au RSA", "%", (5.9, 1.0), |m| m.rsa.pct(), DREES),
    p("prestations", "foyers à la prime d'activité", "%", (14.7, 3.0), |m| m.ppa.pct(), CNAF),
    p("prestations", "AAH, 20-64 ans", "%", (3.2, 0.9), |m| m.aah.pct(), DREES),
    p("prestations", "Aspa, 65 ans et plus", "%", (4.6, 1.3), |m| m.aspa.pct(), DREES),
    p(
        "prestations",
        "personnes à la C2S",
        "%",
        (11.3, 2.5),
        |m| m.c2s.pct(),
        "7,7 M de personnes mi-2024, direction de la Sécurité sociale",
    ),
    p("contacts", "RSA à la Caf, DTR en ligne à part : mixte", "%", (28.0, 5.0), |m| m.rsa_mixte.pct(), ODDS),
    p("contacts", "RSA à la Caf : direct seul", "%", (9.0, 4.0), |m| m.rsa_direct.pct(), ODDS),
    p("contacts", "RSA à la Caf : numérique seul", "%", (33.0, 5.0), |m| m.rsa_numerique.pct(), ODDS),
    p("contacts", "C2S à la Cpam : mixte", "%", (63.0, 5.0), |m| m.c2s_mixte.pct(), ODDS),
    p("contacts", "C2S à la Cpam : numérique seul", "%", (17.0, 4.0), |m| m.c2s_numerique.pct(), ODDS),
    p("contacts", "C2S : demandes sur papier", "%", (80.0, 5.0), |m| m.c2s_papier.pct(), ODDS),
    p("contacts", "Aspa à la Carsat : direct seul", "%", (49.0, 6.0), |m| m.aspa_direct.pct(), ODDS),
    p("contacts", "Aspa à la Carsat : numérique seul", "%", (33.0, 6.0), |m| m.aspa_numerique.pct(), ODDS),
    p(
        "departement",
        "personnes rencontrées par les services sociaux dans l'année",
        "%",
        (2.3, 0.5),
        |m| m.departement.pct(),
        "ODDS, 37 812 usagers en 2022, rapportés à 1,65 M d'habitants de la Seine-Saint-Denis (à vérifier)",
    ),
    p("departement", "au moins une des cinq difficultés, notée", "%", (18.0, 2.5), |m| m.difficulte.pct(), ODDS_SOCIAL),
    p("departement", "parmi elles, démarches impossibles seul", "%", (40.0, 8.0), |m| m.difficulte_seul.pct(), ODDS_SOCIAL),
    p("departement", "personnes seules, en difficulté", "%", (27.0, 7.0), |m| m.seuls_en_difficulte.pct(), ODDS_SOCIAL),
    p("departement", "personnes seules, sans difficulté notée", "%", (16.0, 3.5), |m| m.seuls_sans_difficulte.pct(), ODDS_SOCIAL),
    p("departement", "couples sans enfant, en difficulté", "%", (6.0, 4.0), |m| m.couples_en_difficulte.pct(), ODDS_SOCIAL),
    p("departement", "couples sans enfant, sans difficulté notée", "%", (3.0, 1.7), |m| m.couples_sans_difficulte.pct(), ODDS_SOCIAL),
];
