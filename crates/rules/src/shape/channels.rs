//! The keys of channel classes.

use super::{Shape, Value, may, must};
use crate::channels::{CLASSES, KINDS};

const FROM: &str = "D'où on le sait.";

/// How contacts are sorted into classes.
pub static CHANNELS: Shape = Shape {
    name: "classes_de_canal",
    says: "Par où les personnes s'adressent à un organisme, et comment on les compte.",
    row: false,
    keys: &[
        must("fenetre", Value::Name, "Paramètre : mois entiers de contacts regardés."),
        must("canaux", Value::Many(&MEANS), "Les canaux des contacts, huit au plus."),
        may("a_part", Value::Many(&APART), "Ce qui ne compte pas avec le reste."),
        must("classes", Value::Many(&CLASS), "Les classes, toutes."),
        must("publics", Value::Many(&PUBLIC), "De qui on compte les contacts ensemble."),
    ],
};

static MEANS: Shape = Shape {
    name: "moyen",
    says: "Un canal.",
    row: true,
    keys: &[
        must("canal", Value::Name, "Le mot des contacts."),
        must("sorte", Value::Word(&KINDS), "Direct ou matériel, ou numérique."),
        must("dit", Value::Sentence, "Pour les personnes ; les sous-groupes en sont faits."),
    ],
};

static APART: Shape = Shape {
    name: "a_part",
    says: "Des contacts mis à part.",
    row: false,
    keys: &[
        must("id", Value::Name, "Identifiant."),
        must("canal", Value::Name, "Canal de ces contacts."),
        must("objet", Value::Name, "Objet de ces contacts."),
        may("classe", Value::Word(&CLASSES), "Classe de qui n'a rien d'autre ; sans elle, ce ne sont pas des contacts."),
        must("dit", Value::Sentence, "Pour les personnes."),
        must("source", Value::Sentence, FROM),
    ],
};

static CLASS: Shape = Shape {
    name: "classe",
    says: "Une classe.",
    row: false,
    keys: &[
        must("classe", Value::Word(&CLASSES), "Laquelle."),
        must("dit", Value::Sentence, "Pour les personnes."),
        must("source", Value::Sentence, FROM),
    ],
};

static PUBLIC: Shape = Shape {
    name: "public",
    says: "Un public.",
    row: true,
    keys: &[
        must("public", Value::Name, "Identifiant."),
        must("dit", Value::Sentence, "Pour les personnes."),
        must("droits", Value::Names, "Les droits dont l'un au moins est reçu."),
    ],
};
