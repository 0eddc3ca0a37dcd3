//! Words that people type and rule files do not write, themes, and names of bodies. They only help to find a rule: nothing of what a
//! rule says comes from here. A rule whose words are in none of these lists is still on the page, under « Autres ».

use super::html::plier;

/// Themes, in the order of the page. A rule goes to the first whose words stand in its name or in what it proposes.
const THEMES: [(&str, &[&str]); 8] = [
    ("Santé et soins", &["sante", "soins", "100 %", "indemnites journalieres"]),
    ("Handicap et autonomie", &["handicap", "aah", "aeeh", "mdph", "autonomie", "invalidite", "mobilite inclusion"]),
    ("Retraite, veuvage", &["retraite", "aspa", "veuvage", "reversion", "personnes agees", "contributif"]),
    ("Logement et énergie", &["logement", "loyer", "energie", "domicile"]),
    ("École et cantine", &["bourse", "rentree", "scolaire", "cantine", "ecole"]),
    ("Enfants et famille", &["enfant", "familial", "paje", "naissance", "asf"]),
    ("Transports", &["transport"]),
    (
        "Ressources et emploi",
        &[
            "rsa",
            "revenu de solidarite",
            "prime d activite",
            "chomage",
            "france travail",
            "declaration trimestrielle",
            "solidarite specifique",
            "versement",
        ],
    ),
];

/// Where the rest goes.
pub(super) const AUTRES: &str = "Autres";

/// Names of the themes, the rest last.
pub(super) fn themes() -> Vec<&'static str> {
    THEMES.iter().map(|(t, _)| *t).chain([AUTRES]).collect()
}

/// The theme of a rule, from its name and from what it proposes.
pub(super) fn theme(nom: &str, propose: &str) -> &'static str {
    let (nom, propose) = (contour(nom), contour(propose));
    let trouve = |texte: &str| THEMES.iter().find(|(_, mots)| mots.iter().any(|m| contient(texte, m))).map(|(t, _)| *t);
    trouve(&nom).or_else(|| trouve(&propose)).unwrap_or(AUTRES)
}

/// What people type, by the words of rules that it leads to. Each word begins one of the texts' words.
const COURANTS: [(&[&str], &[&str]); 15] = [
    (&["veuvage", "reversion", "conjoint decede"], &["veuve", "veuf", "décès du conjoint", "mort du mari"]),
    (&["logement", "loyer", "apl"], &["loyer", "location", "APL", "expulsion", "propriétaire"]),
    (&["sante solidaire", "protocole de soins"], &["santé", "médecin", "mutuelle", "CMU", "soins", "dentiste", "hôpital"]),
    (&["adultes handicapes", "enfant handicape", "mdph", "aah"], &["handicap", "invalide", "MDPH"]),
    (&["invalidite"], &["invalide", "maladie longue"]),
    (&["chomage", "france travail", "solidarite specifique"], &["chômeur", "chômeuse", "Pôle emploi", "fin de droits", "Assédic"]),
    (&["revenu de solidarite active", "rsa"], &["RMI", "sans revenu", "sans ressources"]),
    (&["personnes agees", "aspa"], &["minimum vieillesse", "petite retraite", "ASPA"]),
    (&["soutien familial", "parent isole"], &["mère seule", "père seul", "parent seul", "pension alimentaire", "séparation"]),
    (&["prime d activite"], &["travailleur pauvre", "petit salaire", "bas salaire", "temps partiel"]),
    (&["energie"], &["électricité", "gaz", "chauffage", "facture"]),
    (&["bourse", "rentree scolaire", "cantine"], &["école", "collège", "lycée", "fournitures"]),
    (&["naissance", "paje", "grossesse"], &["enceinte", "bébé", "grossesse"]),
    (&["domicil"], &["sans domicile", "sans abri", "SDF", "adresse"]),
    (&["transport"], &["bus", "train", "métro", "carte de transport"]),
];

/// For whoever is not French: wherever a rule speaks of it, in a piece or in what it leaves out too.
const SEJOUR: (&[&str], &[&str]) =
    (&["sejour", "stable et reguliere", "nationalite"], &["papiers", "sans papiers", "étranger", "étrangère", "carte de séjour"]);

/// The everyday words that lead to a rule, for what it is called, proposes and asks (`textes`), and all that it says (`tous`).
pub(super) fn courants(textes: &str, tous: &str) -> Vec<&'static str> {
    let (textes, tous) = (contour(textes), contour(tous));
    let mut sortie: Vec<&str> = Vec::new();
    if SEJOUR.0.iter().any(|m| contient(&tous, m)) {
        sortie.extend(SEJOUR.1);
    }
    for (mots, dits) in COURANTS {
        if mots.iter().any(|m| contient(&textes, m)) {
            sortie.extend(dits.iter().filter(|d| !sortie.contains(d)).copied().collect::<Vec<_>>());
        }
    }
    sortie
}

/// The name of a body; its identifier when it is not one of these.
pub(super) fn organisme(id: &str) -> &str {
    match id {
        "caf" => "Caisse d'allocations familiales (Caf)",
        "msa" => "Mutualité sociale agricole (MSA)",
        "cpam" => "Caisse primaire d'assurance maladie (CPAM)",
        "carsat" => "Caisse de retraite (Carsat)",
        "france_travail" => "France Travail",
        "departement" => "Département",
        "mdph" => "Maison départementale des personnes handicapées (MDPH)",
        "asp" => "Agence de services et de paiement (ASP)",
        "commune" => "Commune",
        "education_nationale" => "Éducation nationale",
        autre => autre,
    }
}

/// The title of a family of parameters, from the name of its file.
pub(super) fn famille(fichier: &str) -> String {
    let sigles = ["aah", "apa", "asi", "aspa", "ass", "c2s", "rls", "rsa"];
    if sigles.contains(&fichier) {
        return fichier.to_uppercase();
    }
    let mut lettres = fichier.chars();
    lettres.next().map_or_else(String::new, |c| c.to_uppercase().chain(lettres).collect())
}

/// Folded, one space between words and at both ends: a word can be looked for with the space before it.
fn contour(texte: &str) -> String {
    format!(" {} ", plier(texte).split_whitespace().collect::<Vec<_>>().join(" "))
}

fn contient(texte: &str, mot: &str) -> bool {
    texte.contains(&format!(" {}", contour(mot).trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn un_mot_se_cherche_par_son_debut() {
        assert_eq!(theme("Aide au logement (APL, ALF ou ALS)", ""), "Logement et énergie");
        assert_eq!(theme("Quelque chose", "Rien de connu"), AUTRES);
        assert!(courants("Pension de réversion", "").contains(&"veuve"));
        assert!(!courants("Prime d'activité", "").contains(&"veuve"));
    }
}
