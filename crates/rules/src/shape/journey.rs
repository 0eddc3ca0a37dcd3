//! The keys of types of non-recours and of capacities.

use super::{Shape, Value, may, must};
use crate::catalogue::words;
use crate::journey::LABELS;

const FROM: &str = "D'où vient l'idée : texte, étude ; « (à vérifier) » sinon.";

/// Types of non-recours.
pub static TYPES: Shape = Shape {
    name: "types_non_recours",
    says: "Les types de non-recours, une fois pour tous les droits : les événements que chaque droit relie, et ce qui montre un type.",
    row: false,
    keys: &[
        must("evenements", Value::Many(&EVENT), "Ce qui peut arriver sur le chemin d'un droit."),
        may("connaissance", Value::Many(&OBSERVATION), "Ce qui montre que l'offre est connue, sans être d'un type."),
        must("types_non_recours", Value::Many(&TYPE), "Les types."),
    ],
};

static EVENT: Shape = Shape {
    name: "evenement",
    says: "Un événement, que le `parcours` d'un droit relie à un fait.",
    row: true,
    keys: &[
        must("nom", Value::Name, "Nom, employé dans les observations."),
        must("dit", Value::Sentence, "Une phrase."),
        must("type", Value::Word(&["date", "code", "nombre"]), "Ce que c'est."),
        may("unite", Value::Unit, "Unité d'un nombre."),
        may("codes", Value::Name, "Liste d'un code."),
    ],
};

static TYPE: Shape = Shape {
    name: "type_non_recours",
    says: "Un type de non-recours et ce qui le montre.",
    row: false,
    keys: &[
        must("type", Value::Word(&LABELS), "Le type, de la liste fermée."),
        must("dit", Value::Sentence, "Une phrase."),
        may("par_defaut", Value::Flag, "Donné tant que rien ne montre que l'offre est connue."),
        may("connue", Value::Flag, "Ses observations montrent que l'offre est connue."),
        may("observations", Value::Many(&OBSERVATION), "Ce qui le montre ; une seule suffit."),
    ],
};

static OBSERVATION: Shape = Shape {
    name: "observation",
    says: "Ce qui montre un type : vrai, ou rien n'est dit.",
    row: false,
    keys: &[
        must("id", Value::Name, "Nom."),
        must("dit", Value::Sentence, "Ce qui est observé, en une phrase."),
        must("source", Value::Sentence, FROM),
        must("si", Value::Expression, "Vrai d'un adulte du foyer, quand un événement est de personne."),
        may("sauf_si", Value::Expression, "Ce qui ne doit être vrai d'aucun adulte du foyer."),
    ],
};

/// Capacities.
pub static CAPACITIES: Shape = Shape {
    name: "capacites",
    says: "Ce que des faits observés disent des exigences des démarches.",
    row: false,
    keys: &[must("capacites", Value::Many(&CAPACITY), "Une entrée par exigence.")],
};

static CAPACITY: Shape = Shape {
    name: "capacite",
    says: "Ce qui est connu d'une exigence ; le reste est inconnu.",
    row: false,
    keys: &[
        must("exigence", Value::Word(&words::REQUIREMENTS), "L'exigence, du vocabulaire fermé des démarches."),
        may("connu_non", Value::Many(&EVIDENCE), "Ce qui fait savoir qu'elle n'est pas remplie."),
        may("connu_oui", Value::Many(&EVIDENCE), "Ce qui fait savoir qu'elle est remplie."),
    ],
};

static EVIDENCE: Shape = Shape {
    name: "constat",
    says: "Un fait observé devant la personne, et ce qu'il dit.",
    row: true,
    keys: &[
        must("id", Value::Name, "Nom."),
        must("dit", Value::Sentence, "Ce qui est constaté, en une phrase dont le sujet est la démarche."),
        must("source", Value::Sentence, FROM),
        must("si", Value::Expression, "Une condition sur des faits de la personne marqués `prouve: capacite`."),
    ],
};
