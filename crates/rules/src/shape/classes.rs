//! The keys of classes of data and of legal texts.

use super::{ARTICLE, CROSSING, Shape, Value, may, must};

const CHECKED: &str = "Jour où le texte a été lu à sa source ; sinon `a_verifier`.";
const TO_CHECK: &str = "De mémoire : le texte à ouvrir avant de s'y fier.";

/// Classes of data.
pub static CLASSES: Shape = Shape {
    name: "classes_de_donnees",
    says: "Les classes de données : ce que chaque fait peut faire, au plus.",
    row: false,
    keys: &[must("classes_de_donnees", Value::Many(&CLASS), "Les classes.")],
};

static CLASS: Shape = Shape {
    name: "classe_de_donnees",
    says: "Une classe de données.",
    row: false,
    keys: &[
        must("classe", Value::Name, "Nom, écrit sous `classe` des faits."),
        must("libelle", Value::Sentence, "Nom pour les personnes."),
        must("dit", Value::Sentence, "Une phrase."),
        must("croisement", CROSSING, "Le plus que puisse faire un fait de cette classe : `autorise`, `detenteur_seul` ou `interdit`."),
        may("conclusions", Value::Names, "Classes dans lesquelles son détenteur peut conclure, par vrai ou faux."),
        may("conclusions_datees", Value::Names, "Classes dans lesquelles il peut conclure par une date."),
        must("article", Value::Sentence, ARTICLE),
        may("verifie", Value::Date, CHECKED),
        may("a_verifier", Value::Sentence, TO_CHECK),
    ],
};

/// Legal texts that papers cite.
pub static FRAME: Shape = Shape {
    name: "cadre",
    says: "Les textes que citent les papiers d'une mission.",
    row: false,
    keys: &[must("cadre", Value::Many(&REFERENCE), "Les textes.")],
};

static REFERENCE: Shape = Shape {
    name: "texte_de_loi",
    says: "Un texte, et ce qu'il en est lu.",
    row: false,
    keys: &[
        must("texte", Value::Name, "Nom, pour les papiers."),
        must("titre", Value::Sentence, "Comment il se cite."),
        must("dit", Value::Sentence, "Ce qu'il dit, autant qu'on l'a lu."),
        may("lu", Value::Sentence, "Où il a été lu : le nom du site."),
        may("verifie", Value::Date, CHECKED),
        may("a_verifier", Value::Sentence, TO_CHECK),
    ],
};
