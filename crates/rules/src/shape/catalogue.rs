//! The keys of the procedure catalogue.

use super::{ARTICLE, Key, Shape, VALIDITY, Value, may, must};
use crate::catalogue::words;

const CHECKED: Key = may("verifie_le", Value::Date, "Jour où c'était vrai pour la dernière fois ; sans lui, la source dit « à vérifier ».");
const FROM: &str = "D'où on le sait : texte, page officielle et sa date, étude ; « (à vérifier) » sinon.";

/// A procedure.
pub static CATALOGUE: Shape = Shape {
    name: "catalogue",
    says: "Une démarche : une étape d'un droit, ce qu'elle demande, par qui, où, avec quelles pièces et par quelles portes.",
    row: false,
    keys: &[
        must("demarche", Value::Name, "Identifiant de la démarche, que les droits et les ruptures citent."),
        must("libelle", Value::Sentence, "Nom de la démarche, pour les personnes."),
        must("droits", Value::Names, "Les droits qu'elle ouvre ou qu'elle garde."),
        must("etape", Value::Word(&words::STAGES), "Étape du parcours."),
        must("demande", Value::Sentence, "Ce qui est demandé à la personne, en une phrase."),
        must("source", Value::Sentence, FROM),
        CHECKED,
        may("actes_par_an", Value::One(&MEASURE), "Nombre d'actes obligatoires par an."),
        may("actes", Value::Many(&ACT), "Ce qu'il faut faire, quel que soit l'organisme."),
        may("exigences", Value::Many(&REQUIREMENT), "Ce que la démarche exige, quels que soient l'organisme et le canal."),
        may("pieces", Value::Many(&PIECE), "Pièces demandées, quel que soit l'organisme."),
        must("variantes", Value::Many(&VARIANT), "La démarche par organisme, par territoire et par dates."),
        may("journal", Value::Many(&CHANGE), "Changements datés de la démarche."),
    ],
};

static VARIANT: Shape = Shape {
    name: "variante_demarche",
    says: "La démarche chez un organisme, dans des territoires, entre deux jours.",
    row: false,
    keys: &[
        must("organisme", Value::Name, "Organisme qui la reçoit."),
        may("territoires", Value::Names, "Codes de départements ou de communes ; sans eux, partout."),
        may("validite", Value::One(&VALIDITY), "Jours entre lesquels elle se fait ainsi."),
        must("activation", Value::Word(&words::ACTIVATIONS), "Comment vient le droit."),
        must("demandeur", Value::Sentence, "Qui le demande."),
        must("occasion", Value::Sentence, "Où, et à quelle occasion."),
        may("particularites", Value::Sentence, "Ce qui est propre à cet organisme ou à ce territoire."),
        must("source", Value::Sentence, FROM),
        CHECKED,
        may("actes", Value::Many(&ACT), "Actes propres à cette variante."),
        may("exigences", Value::Many(&REQUIREMENT), "Exigences propres à cette variante, quel que soit le canal."),
        may("pieces", Value::Many(&PIECE), "Pièces propres à cette variante."),
        must("canaux", Value::Many(&CHANNEL), "Les portes."),
        may("alternative_humaine", Value::Sentence, "Comment elle se fait sans écran : un lieu, une personne, un formulaire."),
        may("interlocuteur", Value::One(&CONTACT), "À qui s'adresser ; jamais un numéro en 08."),
        may("reponse", Value::One(&MEASURE), "Jours dans lesquels l'organisme répond."),
        may("a_dire", Value::Many(&SPOKEN), "Ce que l'on dit à la personne : français parlé, sans montant."),
    ],
};

static SPOKEN: Shape = Shape {
    name: "parole",
    says: "Une phrase dite à la personne.",
    row: true,
    keys: &[
        must("dit", Value::Sentence, "La phrase, en français parlé, sans montant."),
        may("source", Value::Sentence, "D'où on sait ce qu'elle affirme ; sans source, elle n'affirme rien : ni délai, ni effet."),
        CHECKED,
    ],
};

static ACT: Shape = Shape {
    name: "acte",
    says: "Un acte demandé.",
    row: true,
    keys: &[must("dit", Value::Sentence, "L'acte, en une phrase."), must("source", Value::Sentence, FROM), CHECKED],
};

static REQUIREMENT: Shape = Shape {
    name: "exigence",
    says: "Une exigence ; le sujet de la phrase est la démarche, jamais la personne.",
    row: true,
    keys: &[
        must("code", Value::Word(&words::REQUIREMENTS), "L'exigence, du vocabulaire fermé."),
        may("ou", Value::Names, "Ce qui peut en tenir lieu."),
        must("dit", Value::Sentence, "« La démarche exige… », « Le site demande… »."),
        must("source", Value::Sentence, FROM),
        CHECKED,
    ],
};

static PIECE: Shape = Shape {
    name: "piece_demandee",
    says: "Une pièce que la démarche demande.",
    row: true,
    keys: &[
        must("code", Value::Name, "Code de la pièce, le même que dans les droits et les registres."),
        must("dit", Value::Sentence, "La pièce, pour les personnes."),
        must("nature", Value::Word(&words::NATURES), "`stable`, ou `volatile` avec sa durée."),
        may("duree", Value::One(&MEASURE), "Jours pendant lesquels une pièce volatile est bonne."),
        must("obtention", Value::Word(&words::OBTAINED), "Qui l'obtient : la personne, le professionnel, ou un échange entre organismes."),
        must("source", Value::Sentence, FROM),
        CHECKED,
    ],
};

static CHANNEL: Shape = Shape {
    name: "porte",
    says: "Une porte : par où la démarche se fait, et ce qu'elle exige.",
    row: false,
    keys: &[
        must("canal", Value::Word(&words::CHANNELS), "Sorte de porte."),
        may("service", Value::Name, "Un service décrit une fois, avec ses exigences."),
        may("ou", Value::Sentence, "Où : un lieu, un site, un formulaire. Obligatoire sans `service`."),
        may("source", Value::Sentence, "D'où on le sait ; obligatoire avec `ou`."),
        CHECKED,
        may("delai", Value::One(&MEASURE), "Jours pour qu'un acte fait par cette porte soit enregistré."),
        may("minutes", Value::One(&MEASURE), "Minutes qu'il faut."),
        may("exigences", Value::Many(&REQUIREMENT), "Ce que cette porte exige en plus de son service."),
    ],
};

static CONTACT: Shape = Shape {
    name: "interlocuteur",
    says: "À qui s'adresser.",
    row: true,
    keys: &[
        must("profil", Value::Word(&words::PROFILES), "Sorte de professionnel."),
        must("dit", Value::Sentence, "Comment le joindre."),
        must("source", Value::Sentence, FROM),
        CHECKED,
    ],
};

static MEASURE: Shape = Shape {
    name: "mesure",
    says: "Un nombre entier avec sa source, ou un paramètre daté en jours ou sans unité.",
    row: true,
    keys: &[
        may("valeur", Value::Count, "Le nombre."),
        may("parametre", Value::Name, "Le paramètre daté, à la place."),
        may("source", Value::Sentence, "D'où on le sait ; obligatoire avec `valeur`."),
        CHECKED,
    ],
};

static CHANGE: Shape = Shape {
    name: "changement",
    says: "Un changement daté.",
    row: true,
    keys: &[
        must("le", Value::Date, "Premier jour."),
        must("dit", Value::Sentence, "Ce qui a changé."),
        must("source", Value::Sentence, ARTICLE),
        CHECKED,
    ],
};

/// Doors that several procedures share.
pub static SERVICES: Shape = Shape {
    name: "services",
    says: "Les portes que plusieurs démarches partagent, avec ce qu'elles exigent.",
    row: false,
    keys: &[
        must("services", Value::Many(&SERVICE), "Les services."),
        may("journal", Value::Many(&CHANGE), "Changements datés de ces services."),
    ],
};

static SERVICE: Shape = Shape {
    name: "service",
    says: "Une porte que plusieurs démarches partagent : un compte en ligne, un accueil, un formulaire.",
    row: false,
    keys: &[
        must("nom", Value::Name, "Nom, que les démarches citent."),
        may("organisme", Value::Name, "Organisme qui la tient, s'il y en a un seul."),
        must("canal", Value::Word(&words::CHANNELS), "Sorte de porte."),
        must("ou", Value::Sentence, "Où : un lieu, un site, un formulaire."),
        must("source", Value::Sentence, FROM),
        CHECKED,
        may("exigences", Value::Many(&REQUIREMENT), "Ce qu'elle exige, quel que soit le droit."),
    ],
};
