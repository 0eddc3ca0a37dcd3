//! The keys of rule files, in their order, with what each holds: the one table behind `recours fmt` and
//! `rules/schema.json`. What is accepted is decided by [`crate::document`]; a test holds the two together.

mod catalogue;
mod channels;
mod classes;
mod journey;

use crate::catalogue::{REQUIREMENTS, STAGES};
pub use catalogue::{CATALOGUE, SERVICES};
pub use channels::CHANNELS;
pub use classes::{CLASSES, FRAME};
pub use journey::{CAPACITIES, TYPES};

/// What a value is, for its layout and for an editor.
#[derive(Debug, Clone, Copy)]
pub enum Value {
    /// A name or a code: written bare.
    Name,
    /// One of these words: written bare.
    Word(&'static [&'static str]),
    /// A unit of numbers.
    Unit,
    /// A sentence or a reference: written between quotes.
    Sentence,
    /// A formula of the rule language.
    Expression,
    /// A window of months (`M-4..M-2`).
    Window,
    /// `AAAA-MM-JJ`.
    Date,
    /// A decimal.
    Number,
    /// A decimal, or a day.
    NumberOrDate,
    /// A decimal, or `aucun` for no bound.
    Bound,
    /// A small whole number.
    Count,
    /// `true` or `false`.
    Flag,
    /// Keys of one shape.
    One(&'static Shape),
    /// A list of one shape.
    Many(&'static Shape),
    /// A list of names, on one line.
    Names,
    /// A name, or a list of names.
    NameOrNames,
    /// A name, a list of names, or keys of one shape.
    NamesOrOne(&'static Shape),
    /// A list of sentences, one per line.
    Sentences,
    /// The entries of a table: a list of decimals, or one per code.
    Entries,
    /// Facts of a foyer or of a person, by name.
    Facts,
    /// Several persons, the facts of each on a line.
    People,
}

/// One key.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it holds.
    pub value: Value,
    /// For who writes it, in French.
    pub says: &'static str,
}

/// The keys that stand together.
#[derive(Debug)]
pub struct Shape {
    /// Name in the schema.
    pub name: &'static str,
    /// For who writes it, in French.
    pub says: &'static str,
    /// Written on one line where it fits.
    pub row: bool,
    /// In their order.
    pub keys: &'static [Key],
}

impl Shape {
    /// A key by its name, with its rank.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<(usize, &'static Key)> {
        self.keys.iter().enumerate().find(|(_, k)| k.name == name)
    }
}

const fn must(name: &'static str, value: Value, says: &'static str) -> Key {
    Key { name, required: true, value, says }
}

const fn may(name: &'static str, value: Value, says: &'static str) -> Key {
    Key { name, required: false, value, says }
}

const OF_WHOM: Value = Value::Word(&["personne", "foyer"]);
const CROSSING: Value = Value::Word(&["autorise", "detenteur_seul", "interdit"]);
const CROSSING_SAYS: &str = "Ce qui peut en être croisé entre organismes : `autorise`, `detenteur_seul` ou `interdit`.";
const ARTICLE: &str = "Le texte : code et article, ou « à vérifier ».";

/// The kinds of documents, by the key that tells them apart.
pub static DOCUMENTS: [(&str, &Shape); 16] = [
    ("droit", &RIGHT),
    ("rupture", &RIGHT),
    ("calculs", &CALCULATIONS),
    ("parametres", &PARAMETERS),
    ("codes", &VOCABULARY),
    ("variables", &VOCABULARY),
    ("variante", &OVERLAY),
    ("demarche", &CATALOGUE),
    ("services", &SERVICES),
    ("prealables", &PREREQUISITES),
    ("textes", &TEXTS),
    ("types_non_recours", &TYPES),
    ("capacites", &CAPACITIES),
    ("canaux", &CHANNELS),
    ("classes_de_donnees", &CLASSES),
    ("cadre", &FRAME),
];

/// A right or a rupture.
pub static RIGHT: Shape = Shape {
    name: "regle",
    says: "Un droit, ou une rupture de droit : une règle par fichier.",
    row: false,
    keys: &[
        may("droit", Value::Name, "Identifiant du droit : minuscules, chiffres et `_`."),
        may("rupture", Value::Name, "Identifiant de la rupture : une perte que l'on peut voir venir."),
        must("version", Value::Sentence, "Version de la règle, écrite entre guillemets."),
        must("libelle", Value::Sentence, "Nom du droit, pour les personnes."),
        must("organisme", Value::Name, "Organisme qui verse ou qui décide."),
        must("unite", OF_WHOM, "À qui le droit appartient : `personne` ou `foyer`."),
        may("periode", Value::Word(&["mois", "an", "unique"]), "Pour combien de temps est le montant : `mois`, `an` ou `unique`."),
        may("sur_demande", Value::Flag, "Le droit doit-il être demandé ?"),
        must("source", Value::Sentence, "Le texte qui fonde le droit."),
        may("croisement", CROSSING, CROSSING_SAYS),
        may("validite", Value::One(&VALIDITY), "Jours pendant lesquels cette version est la loi."),
        may("concerne", Value::NameOrNames, "Pour une rupture : le droit qui serait perdu, ou la liste de ceux qui le seraient."),
        may("etape", Value::Word(&STAGES), "Étape de la démarche."),
        may("calculs", Value::Many(&CALCULATION), "Montants et conditions intermédiaires, nommés."),
        must("conditions", Value::Many(&CONDITION), "Les clauses : toutes doivent être remplies."),
        may("montant", Value::One(&AMOUNT), "Le montant à verser quand les clauses sont remplies."),
        may("percu", Value::Expression, "Comment on sait que le droit est déjà perçu."),
        may("echeance", Value::Expression, "Le jour de la perte."),
        may("limite", Value::Expression, "Le dernier jour où ce qui est demandé peut arriver, si ce n'est pas celui de la perte."),
        may("delais", Value::One(&DELAYS), "Le temps que demande chaque canal : la date utile par ce canal est d'autant plus tôt."),
        may("date_utile", Value::Expression, "Le dernier jour où agir sert encore, quand `delais` ne suffit pas à le dire."),
        may("deja_agi", Value::Expression, "Pour une rupture : la personne a déjà fait le nécessaire."),
        may("parcours", Value::Facts, "Pour un droit : les faits qui disent ce qui s'est passé, par événement de `types_non_recours`."),
        may(
            "parcours_croisement",
            CROSSING,
            "Pour une règle croisée dont le parcours ne l'est pas : `detenteur_seul`, il ne se lit que chez son détenteur.",
        ),
        may("non_modelise", Value::Many(&NOTE), "Conditions de la loi que la règle laisse de côté : le repérage est au mieux probable."),
        may("hypotheses", Value::Many(&ASSUMPTION), "Ce que l'on suppose quand un fait manque : le repérage est au mieux probable."),
        may("proposer", Value::Sentence, "Ce que l'on propose à la personne, en une phrase."),
        may("jusqu_a", Value::Sentence, "Montant maximal, dit pour les personnes."),
        may(
            "gravite",
            Value::Word(&crate::pack::GRAVITIES),
            "Ce que coûte de ne pas l'avoir : `vital` (soins, logement, énergie, eau), `dependance` (le foyer en vit), `complement`.",
        ),
        may("de_vive_voix", Value::Flag, "En parler en face à face : l'erreur se corrige ensemble."),
        may("ce_que_cela_engage", Value::Sentences, "Ce qu'accepter le droit engage, pour les personnes."),
        may(
            "demarche",
            Value::NamesOrOne(&PROCEDURE),
            "Comment le droit se demande : ses démarches du catalogue, ou ce qu'il en est dit ici.",
        ),
        may("prealables", Value::Names, "Ce qui doit être là d'abord : des préalables, ou des droits qui viennent avant."),
        may("pieces", Value::Many(&PIECE), "Pièces que la démarche demande."),
        may("cas", Value::Many(&CASE), "Cas d'école, évalués par `recours check`."),
        may("proprietes", Value::Many(&PROPERTY), "Ce que la règle promet, essayé sur des foyers inventés."),
    ],
};

static VALIDITY: Shape = Shape {
    name: "validite",
    says: "Premier et dernier jour d'une version.",
    row: true,
    keys: &[must("du", Value::Date, "Premier jour."), may("au", Value::Date, "Dernier jour ; sans lui, toujours en vigueur.")],
};

static CALCULATION: Shape = Shape {
    name: "calcul",
    says: "Un calcul nommé, que l'on relit seul.",
    row: false,
    keys: &[
        must("nom", Value::Name, "Nom, employé dans les formules."),
        may("dit", Value::Sentence, "Une phrase."),
        may("pour", OF_WHOM, "À qui la valeur appartient."),
        may("mensuel", Value::Flag, "Une valeur par mois, lue `nom[m]`."),
        may("unite", Value::Unit, "Unité d'un nombre."),
        may("type", Value::Word(&["booleen", "date"]), "Quand ce n'est pas un nombre : `booleen` ou `date`."),
        may("source", Value::Sentence, ARTICLE),
        must("formule", Value::Expression, "La formule."),
    ],
};

static CONDITION: Shape = Shape {
    name: "condition",
    says: "Une clause : une phrase, un article, une expression.",
    row: false,
    keys: &[
        must("id", Value::Name, "Nom de la clause."),
        must("dit", Value::Sentence, "La condition en une phrase, que le juriste signe."),
        must("source", Value::Sentence, ARTICLE),
        must("si", Value::Expression, "La condition."),
    ],
};

static AMOUNT: Shape = Shape {
    name: "montant",
    says: "Le montant à verser.",
    row: false,
    keys: &[
        may("dit", Value::Sentence, "Une phrase."),
        must("unite", Value::Unit, "Unité du montant."),
        must("source", Value::Sentence, ARTICLE),
        must("formule", Value::Expression, "La formule."),
    ],
};

static NOTE: Shape = Shape {
    name: "non_modelise",
    says: "Une condition de la loi que la règle laisse de côté.",
    row: true,
    keys: &[
        must("id", Value::Name, "Nom."),
        must("dit", Value::Sentence, "La condition, en une phrase."),
        must("source", Value::Sentence, ARTICLE),
    ],
};

static ASSUMPTION: Shape = Shape {
    name: "hypothese",
    says: "Ce que l'on suppose quand un fait est inconnu.",
    row: true,
    keys: &[
        must("id", Value::Name, "Nom."),
        must("dit", Value::Sentence, "L'hypothèse, en une phrase."),
        must("source", Value::Sentence, "D'où elle vient."),
        must("variable", Value::Name, "Le fait supposé."),
        must("valeur", Value::Expression, "La valeur supposée : ni fait ni calcul."),
    ],
};

static PIECE: Shape = Shape {
    name: "piece",
    says: "Une pièce de la démarche.",
    row: true,
    keys: &[must("code", Value::Name, "Code de la pièce."), must("dit", Value::Sentence, "La pièce, pour les personnes.")],
};

static PROCEDURE: Shape = Shape {
    name: "demarche",
    says: "Comment le droit se demande.",
    row: false,
    keys: &[
        may("en_ligne", Value::Sentence, "Où il se demande en ligne."),
        may("alternative_humaine", Value::Sentence, "Comment il se demande sans écran : un lieu, un téléphone, un formulaire."),
    ],
};

static PROPERTY: Shape = Shape {
    name: "propriete",
    says: "Une promesse de la règle ; une seule sorte par entrée.",
    row: false,
    keys: &[
        must("id", Value::Name, "Nom."),
        must("dit", Value::Sentence, "La promesse, en une phrase."),
        may("jamais_croissant", Value::One(&ALONG), "Le montant ne monte jamais quand ce fait monte."),
        may("jamais_decroissant", Value::One(&ALONG), "Le montant ne baisse jamais quand ce fait monte."),
        may("entre", Value::One(&BOUNDS), "Le montant d'un droit ouvert reste entre ces bornes."),
        may("nul_si", Value::Expression, "Le droit est fermé quand ceci est vrai."),
        may("sans_saut", Value::One(&STEP), "Un pas du fait ne déplace pas le montant de plus que cela."),
        may("tant_que", Value::Expression, "La promesse ne vaut que là où ceci est vrai."),
    ],
};

static ALONG: Shape = Shape {
    name: "selon",
    says: "Le fait qui bouge, tout le reste égal.",
    row: true,
    keys: &[
        must("selon", Value::Name, "Le fait : un montant ou un nombre."),
        may("chez", Value::Name, "Groupe de la personne dont le fait bouge ; `adultes` sinon."),
        may("mois", Value::Word(&["tous"]), "`tous` : une série bouge dans tous ses mois à la fois."),
    ],
};

static BOUNDS: Shape = Shape {
    name: "bornes",
    says: "Bornes : un nombre ou une formule dans l'unité du montant.",
    row: true,
    keys: &[may("min", Value::Expression, "Pas moins."), may("max", Value::Expression, "Pas plus.")],
};

static STEP: Shape = Shape {
    name: "pas",
    says: "Un pas d'un fait, et le plus grand écart de montant qu'il permet.",
    row: true,
    keys: &[
        must("selon", Value::Name, "Le fait."),
        may("chez", Value::Name, "Groupe de la personne dont le fait bouge ; `adultes` sinon."),
        must("de", Value::Number, "Le pas, dans l'unité du fait."),
        must("au_plus", Value::Expression, "Le plus grand écart : un nombre ou une formule."),
    ],
};

static CASE: Shape = Shape {
    name: "cas",
    says: "Un cas d'école : des faits inventés et la réponse que la loi donne.",
    row: false,
    keys: &[
        must("nom", Value::Sentence, "Ce que le cas montre."),
        must("le", Value::Date, "Jour de l'évaluation."),
        may("reste_nul", Value::Flag, "Tout ce qui n'est pas dit est connu pour nul ; sinon, inconnu."),
        may("foyer", Value::Facts, "Faits du foyer."),
        must("personnes", Value::People, "Faits de chaque personne, le demandeur d'abord."),
        must("attendu", Value::One(&EXPECTED), "La réponse attendue."),
        may("source", Value::Sentence, "D'où vient le cas."),
    ],
};

static DELAYS: Shape = Shape {
    name: "delais",
    says: "Le temps que demande chaque canal : un paramètre daté, en jours, en jours ouvrés ou en mois.",
    row: true,
    keys: &[
        may("en_ligne", Value::Name, "Sur un site ou une application."),
        may("papier", Value::Name, "Par un formulaire sur papier, envoyé ou déposé."),
        may("guichet", Value::Name, "À un guichet ou en rendez-vous."),
        may("telephone", Value::Name, "Par téléphone."),
        may("domicile", Value::Name, "Par une visite à domicile."),
        may("visio", Value::Name, "En visio, depuis un lieu qui l'offre."),
    ],
};

static DATES: Shape = Shape {
    name: "dates_utiles",
    says: "La date utile attendue par chaque canal nommé.",
    row: true,
    keys: &[
        may("en_ligne", Value::Name, "Sur un site ou une application."),
        may("papier", Value::Name, "Par un formulaire sur papier, envoyé ou déposé."),
        may("guichet", Value::Name, "À un guichet ou en rendez-vous."),
        may("telephone", Value::Name, "Par téléphone."),
        may("domicile", Value::Name, "Par une visite à domicile."),
        may("visio", Value::Name, "En visio, depuis un lieu qui l'offre."),
    ],
};

static EXPECTED: Shape = Shape {
    name: "attendu",
    says: "La réponse attendue d'un cas.",
    row: true,
    keys: &[
        must("droit", Value::Word(&["oui", "non", "inconnu"]), "`oui`, `non` ou `inconnu`."),
        may("montant", Value::Number, "Montant exact."),
        may("manque", Value::Names, "Faits qui doivent être nommés manquants."),
        may("personne", Value::Count, "La personne dont il s'agit, à partir de 1 ; la première sinon."),
        may("echeance", Value::Name, "Le jour de la perte, ou `aucune`, ou `inconnue`."),
        may("date_utile", Value::Name, "Le dernier jour où agir sert encore, par le canal le plus lent."),
        may("dates_utiles", Value::One(&DATES), "Le même par chaque canal nommé."),
        may("moment", Value::Word(&["pas_encore"]), "Pour une rupture qu'un événement amène, et non un jour : le cas vient avant lui."),
        may("deja_agi", Value::Word(&["oui", "non", "inconnu"]), "La personne a-t-elle déjà fait le nécessaire ?"),
        may("types", Value::Names, "Tous les types de non-recours donnés, dans n'importe quel ordre."),
        may("exigences_non_remplies", Value::Names, "Toutes les exigences de la démarche connues pour non remplies."),
    ],
};

/// What must be there before a procedure can succeed.
pub static PREREQUISITES: Shape = Shape {
    name: "prealables",
    says: "Ce qui doit être là avant une démarche : une adresse avant un compte, un compte avant une déclaration.",
    row: false,
    keys: &[must("prealables", Value::Many(&PREREQUISITE), "Les préalables, les premiers d'abord.")],
};

static PREREQUISITE: Shape = Shape {
    name: "prealable",
    says: "Un préalable, et ce qu'il faut faire quand il manque.",
    row: false,
    keys: &[
        must("id", Value::Name, "Nom, écrit sous `prealables` des règles."),
        must("dit", Value::Sentence, "Ce qui doit être là."),
        must("lever", Value::Sentence, "Ce qu'il faut faire d'abord quand il manque."),
        must("source", Value::Sentence, ARTICLE),
        may("exigence", Value::Word(&REQUIREMENTS), "L'exigence des démarches à laquelle il répond."),
        may("signes", Value::Names, "Les règles dont le repérage montre qu'il manque."),
        may("apres", Value::Names, "Ses propres préalables."),
    ],
};

/// Shared computations.
pub static CALCULATIONS: Shape = Shape {
    name: "calculs",
    says: "Calculs communs à plusieurs droits.",
    row: false,
    keys: &[must("calculs", Value::Many(&CALCULATION), "Les calculs.")],
};

/// Dated parameters.
pub static PARAMETERS: Shape = Shape {
    name: "parametres",
    says: "Ce que la loi peut changer : des valeurs datées, chacune avec sa source.",
    row: false,
    keys: &[must("parametres", Value::Many(&PARAMETER), "Les paramètres.")],
};

static PARAMETER: Shape = Shape {
    name: "parametre",
    says: "Un paramètre daté.",
    row: false,
    keys: &[
        must("nom", Value::Name, "Nom, employé dans les formules."),
        must("dit", Value::Sentence, "Une phrase."),
        may("unite", Value::Unit, "Unité des valeurs (sauf une fenêtre ou une date)."),
        may("type", Value::Word(&["date"]), "`date` quand les valeurs sont des jours."),
        may("table", Value::Flag, "Une table par nombre entier, à partir de 1."),
        may("par", Value::Name, "Une table par code : la liste, ou une variable à codes."),
        may("par_generation", Value::Flag, "Une table par date de naissance."),
        may("fenetre", Value::Flag, "Une fenêtre de mois."),
        may("local", Value::Flag, "Fixé par chaque territoire : sans valeur ici, donné par sa variante."),
        may("verifie_le", Value::Date, "Jour jusqu'auquel la valeur a été vérifiée."),
        must("valeurs", Value::Many(&DATED), "Les valeurs, la plus ancienne d'abord."),
    ],
};

static DATED: Shape = Shape {
    name: "valeur",
    says: "Une valeur à partir d'un jour.",
    row: true,
    keys: &[
        must("du", Value::Date, "Premier jour."),
        may("valeur", Value::NumberOrDate, "Un nombre, ou un jour."),
        may("valeurs", Value::Entries, "Une table : la liste des valeurs, ou une par code."),
        may("au_dela", Value::Number, "Une table : ajouté pour chaque entier au-delà de la liste."),
        may("fenetre", Value::Window, "Une fenêtre : `M-4..M-2`."),
        may("generations", Value::Many(&GENERATION), "Une table par naissance : des seuils dans l'ordre."),
        must("source", Value::Sentence, ARTICLE),
    ],
};

static GENERATION: Shape = Shape {
    name: "generation",
    says: "Une ligne d'une table par naissance.",
    row: true,
    keys: &[
        may("nes_avant", Value::Date, "Nés avant ce jour ; absent sur la dernière ligne."),
        must("ans", Value::Count, "Années accomplies."),
        must("mois", Value::Count, "Mois accomplis en plus."),
    ],
};

/// Facts and closed lists.
pub static VOCABULARY: Shape = Shape {
    name: "vocabulaire",
    says: "Les faits que les règles lisent, et leurs listes de codes.",
    row: false,
    keys: &[may("codes", Value::Many(&CODES), "Listes fermées de codes."), must("variables", Value::Many(&VARIABLE), "Les faits.")],
};

static CODES: Shape = Shape {
    name: "liste",
    says: "Une liste fermée de codes.",
    row: true,
    keys: &[
        must("nom", Value::Name, "Nom de la liste."),
        must("valeurs", Value::Names, "Les codes, comme les règles les écrivent."),
        may("ecrits", Value::Names, "Les codes comme les fichiers les écrivent, dans le même ordre."),
    ],
};

static VARIABLE: Shape = Shape {
    name: "variable",
    says: "Un fait : ce qu'une colonne apporte.",
    row: true,
    keys: &[
        must("nom", Value::Name, "Nom, aussi celui de la colonne."),
        must("dit", Value::Sentence, "Une phrase."),
        must("pour", OF_WHOM, "À qui le fait appartient."),
        must("type", Value::Word(&["montant", "nombre", "booleen", "date", "code"]), "Ce que c'est."),
        may("unite", Value::Unit, "Unité d'un nombre."),
        may("codes", Value::Name, "Liste d'un code."),
        may("serie", Value::Flag, "Une valeur par mois, de M-14 à M : colonnes `<nom>_m00` à `<nom>_m14`."),
        may("min", Value::Bound, "Plus petite valeur possible, ou `aucun`."),
        may("max", Value::Bound, "Plus grande valeur possible, ou `aucun`."),
        may("peut_etre_absent", Value::Flag, "Une date dont on peut savoir qu'il n'y en a pas."),
        must("classe", Value::Name, "Classe de données, de la liste du jeu : ce qu'il peut faire, au plus."),
        may("croisement", CROSSING, CROSSING_SAYS),
        may("detenteurs", Value::Names, "Organismes qui peuvent l'apporter."),
        may("payeurs", Value::Names, "Organismes dont le silence commun veut dire qu'il n'y en a pas."),
        may(
            "prouve",
            Value::Word(&["capacite", "rien"]),
            "`capacite` : observé devant la personne ; `rien` : ne prouve rien de ce qu'elle peut faire.",
        ),
        may("derive", Value::Expression, "Formule qui le donne depuis d'autres faits, quand aucune colonne ne l'apporte."),
    ],
};

/// An overlay.
pub static OVERLAY: Shape = Shape {
    name: "variante",
    says: "Une variante : remplace des paramètres et des clauses par leur nom. Jamais chargée avec le jeu.",
    row: false,
    keys: &[
        must("variante", Value::Name, "Nom."),
        must("dit", Value::Sentence, "À quoi elle sert."),
        may("comparaison", Value::Flag, "Ne sert qu'à comparer avec une autre source : jamais avec des données réelles."),
        may("parametres", Value::Many(&PARAMETER), "Paramètres et fenêtres remplacés en entier."),
        may("clauses", Value::Many(&CLAUSE), "Clauses et calculs remplacés."),
    ],
};

static CLAUSE: Shape = Shape {
    name: "clause_remplacee",
    says: "Une clause ou un calcul que la variante remplace.",
    row: false,
    keys: &[
        must("nom", Value::Name, "Nom complet : `rsa.age`."),
        must("raison", Value::Sentence, "Pourquoi."),
        must("formule", Value::Expression, "L'expression à la place."),
    ],
};

/// What pages, messages and letters say.
pub static TEXTS: Shape = Shape {
    name: "textes",
    says: "Ce que disent les fiches, les messages et les courriers.",
    row: false,
    keys: &[must("textes", Value::Many(&TEXT), "Les textes, chacun une fois.")],
};

static TEXT: Shape = Shape {
    name: "texte",
    says: "Un texte de la liste fermée.",
    row: false,
    keys: &[
        must("nom", Value::Name, "Lequel."),
        may("source", Value::Sentence, "Le texte de loi qui le demande, ou d'où vient sa forme."),
        must("dit", Value::Sentences, "Ses phrases ; `{champ}` est remplacé par un nom, une date ou d'autres phrases."),
    ],
};
