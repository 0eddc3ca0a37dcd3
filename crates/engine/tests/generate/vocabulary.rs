//! The small vocabulary and parameters that generated rules read: at least one fact of every kind, one
//! parameter of every shape, thresholds that the generated foyers stand on.

use recours_rules::SourceFile;

/// Facts. `majeur`, `en_couple`, `zone_effective` and `charge` are derived from others when no column brings them.
const VOCABULARY: &str = r#"
codes:
  - { nom: roles, valeurs: [demandeur, conjoint, enfant, absent] }
  - { nom: activites, valeurs: [actif, chomeur, etudiant, retraite, inactif] }
  - { nom: zones, valeurs: [z1, z2, z3] }
  - { nom: statuts, valeurs: [seul, marie, pacse] }
variables:
  - { nom: role, dit: "Place", pour: personne, type: code, classe: social, codes: roles }
  - { nom: naissance, dit: "Naissance", pour: personne, type: date, classe: social }
  - { nom: fin_droits, dit: "Fin de droits", pour: personne, type: date, classe: social, peut_etre_absent: true }
  - { nom: activite, dit: "Activité", pour: personne, type: code, classe: social, codes: activites }
  - { nom: enceinte, dit: "Grossesse", pour: personne, type: booleen, classe: social }
  - { nom: salaire, dit: "Salaire", pour: personne, type: montant, classe: social, unite: euro_par_mois, serie: true }
  - { nom: rente, dit: "Bénéfice", pour: personne, type: montant, classe: social, unite: euro_par_mois, serie: true, min: aucun }
  - { nom: inscrit, dit: "Inscrit", pour: personne, type: booleen, classe: social, serie: true }
  - { nom: situation, dit: "Situation du mois", pour: personne, type: code, classe: social, codes: activites, serie: true }
  - { nom: relance, dit: "Dernière relance", pour: foyer, type: date, classe: social, peut_etre_absent: true, serie: true }
  - { nom: pension, dit: "Pension", pour: personne, type: montant, classe: social, unite: euro_par_mois }
  - { nom: taux, dit: "Taux", pour: personne, type: nombre, classe: social, max: 1 }
  - { nom: anciennete, dit: "Ancienneté", pour: personne, type: nombre, classe: social, unite: mois }
  - { nom: patrimoine, dit: "Patrimoine", pour: personne, type: montant, classe: social, unite: euro }
  - { nom: revenu_n2, dit: "Revenu", pour: personne, type: montant, classe: social, unite: euro_par_an, min: aucun }
  - { nom: majeur, dit: "Majeur", pour: personne, type: booleen, classe: social, derive: "age(naissance, debut[M]) >= 18" }
  - { nom: statut, dit: "Statut", pour: foyer, type: code, classe: social, codes: statuts }
  - { nom: en_couple, dit: "Couple", pour: foyer, type: booleen, classe: social, derive: "statut dans (marie, pacse)" }
  - { nom: zone, dit: "Zone", pour: foyer, type: code, classe: social, codes: zones }
  - { nom: zone_effective, dit: "Zone qui compte", pour: foyer, type: code, classe: social, codes: zones, derive: "si en_couple alors z1 sinon zone" }
  - { nom: loyer, dit: "Loyer", pour: foyer, type: montant, classe: social, unite: euro_par_mois }
  - { nom: loge, dit: "Logé", pour: foyer, type: booleen, classe: social }
  - { nom: occupants, dit: "Occupants", pour: foyer, type: nombre, classe: social, max: 20 }
  - { nom: depot, dit: "Dépôt", pour: foyer, type: date, classe: social, peut_etre_absent: true }
  - { nom: recu, dit: "Reçu", pour: foyer, type: montant, classe: social, unite: euro_par_mois }
  - { nom: charge, dit: "Charge", pour: foyer, type: montant, classe: social, unite: euro_par_mois, min: aucun, derive: "somme(adultes, pension) + (si en_couple alors loyer sinon par_mois(somme(membres, revenu_n2)))" }
"#;

/// Parameters. `tardif` has no value before 2025: reading it earlier gives anything.
const PARAMETERS: &str = r#"
parametres:
  - nom: plafond
    dit: "Plafond"
    unite: euro_par_mois
    valeurs:
      - { du: 2000-01-01, valeur: 600, source: "x" }
      - { du: 2025-02-01, valeur: 646.52, source: "x" }
  - { nom: base, dit: "Base", unite: euro_par_mois, valeurs: [ { du: 2000-01-01, valeur: 500.01, source: "x" } ] }
  - { nom: annuel, dit: "Annuel", unite: euro_par_an, valeurs: [ { du: 2000-01-01, valeur: 12000, source: "x" } ] }
  - { nom: stock, dit: "Stock", unite: euro, valeurs: [ { du: 2000-01-01, valeur: 3000, source: "x" } ] }
  - { nom: tardif, dit: "Tardif", unite: euro_par_mois, valeurs: [ { du: 2025-01-01, valeur: 100, source: "x" } ] }
  - { nom: coefficient, dit: "Coefficient", unite: nombre, valeurs: [ { du: 2000-01-01, valeur: 0.61, source: "x" } ] }
  - { nom: age_seuil, dit: "Âge", unite: annees, valeurs: [ { du: 2000-01-01, valeur: 25, source: "x" } ] }
  - { nom: delai, dit: "Délai", unite: mois, valeurs: [ { du: 2000-01-01, valeur: 3, source: "x" } ] }
  - { nom: delai_ouvres, dit: "Délai", unite: jours_ouvres, valeurs: [ { du: 2000-01-01, valeur: 7, source: "x" } ] }
  - { nom: campagne, dit: "Clôture", type: date, valeurs: [ { du: 2000-01-01, valeur: 2024-10-31, source: "x" }, { du: 2025-02-01, valeur: 2025-10-31, source: "x" } ] }
  - { nom: delai_jours, dit: "Délai", unite: jours, valeurs: [ { du: 2000-01-01, valeur: 31, source: "x" } ] }
  - { nom: bareme, dit: "Barème", unite: nombre, table: true, valeurs: [ { du: 2000-01-01, valeurs: [1, 1.5, 1.8], au_dela: 0.4, source: "x" } ] }
  - { nom: degressif, dit: "Barème", unite: euro_par_mois, table: true, valeurs: [ { du: 2000-01-01, valeurs: [500, 600], au_dela: -50.01, source: "x" } ] }
  - { nom: forfait, dit: "Forfait", unite: euro_par_mois, par: zones, valeurs: [ { du: 2000-01-01, valeurs: { z1: 300, z2: 260.5, z3: 240 }, source: "x" } ] }
  - { nom: part, dit: "Part", unite: nombre, par: activites, valeurs: [ { du: 2000-01-01, valeurs: { actif: 1, chomeur: 0.5, etudiant: 0, retraite: 2, inactif: 0.5 }, source: "x" } ] }
  - nom: age_legal
    dit: "Âge légal"
    unite: mois
    par_generation: true
    valeurs:
      - { du: 2000-01-01, generations: [ { nes_avant: 1961-09-01, ans: 62, mois: 0 }, { nes_avant: 2000-02-29, ans: 62, mois: 3 }, { ans: 64, mois: 0 } ], source: "x" }
  - nom: reference
    dit: "Mois de référence"
    fenetre: true
    valeurs:
      - { du: 2000-01-01, fenetre: "M-4..M-2", source: "x" }
      - { du: 2025-02-01, fenetre: "M-3..M-1", source: "x" }
"#;

/// Computations that show each derived fact, so that a test can read what its formula gives.
const MIRRORS: &str = r#"
calculs:
  - { nom: voit_majeur, type: booleen, pour: personne, formule: "majeur" }
  - { nom: voit_en_couple, type: booleen, formule: "en_couple" }
  - { nom: voit_z1, type: booleen, formule: "zone_effective = z1" }
  - { nom: voit_z2, type: booleen, formule: "zone_effective = z2" }
  - { nom: voit_charge, unite: euro_par_mois, formule: "charge" }
"#;

/// The derived facts and the computations that show them: one, or one for each code but the last.
pub const DERIVED: [(&str, &[&str]); 4] = [
    ("majeur", &["voit_majeur"]),
    ("en_couple", &["voit_en_couple"]),
    ("charge", &["voit_charge"]),
    ("zone_effective", &["voit_z1", "voit_z2"]),
];

/// Amounts at which something changes in the parameters above, in euros.
pub const THRESHOLDS: [&str; 14] =
    ["600", "646.52", "500.01", "12000", "3000", "100", "300", "260.5", "240", "500", "549.99", "1000", "1", "18"];

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile { name: name.into(), text: text.into() }
}

/// The files that every generated pack begins with.
pub fn base() -> Vec<SourceFile> {
    vec![file("vocabulaire.yaml", VOCABULARY), file("parametres.yaml", PARAMETERS), file("miroirs.yaml", MIRRORS)]
}
