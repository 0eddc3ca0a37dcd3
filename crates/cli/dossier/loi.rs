//! What the rule pack says of the law: references, classes of data, names of facts, texts.

use std::collections::BTreeMap;

use recours_rules::classes::Status;
use recours_rules::pack::Pack;
use recours_rules::texts::NOTICE;

use super::sources::{Registre, Source};
use crate::commandes::explain::ecriture::date_longue;

/// A legal reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// How it is cited.
    pub titre: String,
    /// What it says, as far as it was read.
    pub dit: String,
    /// Where and when it was read; from memory it has to be opened before anybody relies on it.
    pub statut: Statut,
}

/// Whether somebody read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statut {
    /// Read on an official site: where and when, in words.
    Lu(String),
    /// Read elsewhere: that does not spare anybody the text itself.
    Secondaire {
        /// Where and when, in words.
        lu: String,
        /// What to open.
        quoi: String,
    },
    /// What to open.
    AVerifier(String),
}

/// Sites of those who publish the law, or who gave the opinion.
const OFFICIELS: [&str; 4] = ["legifrance", "cnil.fr", "eur-lex", "journal-officiel"];

impl Statut {
    /// `quoi` is what to open when the pack does not say it.
    fn de(status: &Status, lu: Option<&str>, quoi: &str) -> Self {
        match (status, lu) {
            (Status::ToCheck(quoi), Some(ou)) => Self::Secondaire { lu: format!("lu sur {ou}"), quoi: quoi.clone() },
            (Status::ToCheck(quoi), None) => Self::AVerifier(quoi.clone()),
            (Status::Checked(_), None) => Self::AVerifier(quoi.to_owned()),
            (Status::Checked(le), Some(ou)) => {
                let jour = date_longue(*le);
                let dit = format!("lu sur {ou} en {}", jour.split_once(' ').map_or(jour.as_str(), |(_, mois)| mois));
                if OFFICIELS.iter().any(|o| ou.contains(o)) { Self::Lu(dit) } else { Self::Secondaire { lu: dit, quoi: quoi.to_owned() } }
            }
        }
    }

    /// As a paper prints it, after what it speaks of.
    #[must_use]
    pub fn dit(&self) -> String {
        match self {
            Self::Lu(ou) => format!("({ou})"),
            Self::Secondaire { lu, .. } => format!("({lu} ; à vérifier par le DPO)"),
            Self::AVerifier(quoi) => format!("(à vérifier par le DPO : {quoi})"),
        }
    }

    /// What is still to be opened.
    #[must_use]
    pub fn a_ouvrir(&self) -> Option<&str> {
        match self {
            Self::Lu(_) => None,
            Self::Secondaire { quoi, .. } | Self::AVerifier(quoi) => Some(quoi),
        }
    }
}

/// A class of data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClasseDite {
    /// Its name for people.
    pub libelle: String,
    /// One sentence.
    pub dit: String,
    /// The article that says what it may do.
    pub article: String,
    /// Whether somebody read it.
    pub statut: Statut,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub struct Loi {
    /// References by identifier.
    pub references: BTreeMap<String, Reference>,
    /// Classes by name.
    pub classes: BTreeMap<String, ClasseDite>,
    /// Facts by name, as people read them.
    pub variables: BTreeMap<String, String>,
    /// Sentences of the notice due at the first contact, each body's name still to fill.
    pub information: Vec<String>,
}

impl Loi {
    /// Read off a pack.
    #[must_use]
    pub fn du_jeu(pack: &Pack) -> Self {
        let reference = |r: &recours_rules::classes::Reference| {
            (
                r.id.clone(),
                Reference { titre: r.title.clone(), dit: r.says.clone(), statut: Statut::de(&r.status, r.read_at.as_deref(), &r.title) },
            )
        };
        let classe = |c: &recours_rules::classes::Class| {
            let statut = Statut::de(&c.status, None, &c.article);
            (c.name.clone(), ClasseDite { libelle: c.label.clone(), dit: c.says.clone(), article: c.article.clone(), statut })
        };
        Self {
            references: pack.frame.iter().map(reference).collect(),
            classes: pack.classes.iter().map(classe).collect(),
            variables: pack.vocabulary.variables.iter().map(|v| (v.name.clone(), v.label.clone())).collect(),
            information: pack.texts.filled(NOTICE, &[("organisme", &["…".to_owned()])]),
        }
    }

    /// A reference as a paper cites it: what it says, and whether somebody read it. A pack that lacks it leaves a blank.
    #[must_use]
    pub fn citer(&self, id: &str, registre: &Registre) -> String {
        let Some(r) = self.references.get(id) else {
            return registre.blanc("texte de loi", id, &format!("cadre.{id}"), "dans le cadre du jeu de règles");
        };
        registre.dire(&format!("{} : {} {}", r.titre, r.dit, r.statut.dit()), &[Source::Cadre { id: id.to_owned() }])
    }

    /// What a DPO has to open, of what was cited: each once, in order.
    #[must_use]
    pub fn a_verifier(&self, cites: &[Source]) -> Vec<(String, Source)> {
        let mut sortie: Vec<(String, Source)> = Vec::new();
        for source in cites {
            let trouve = match source {
                Source::Cadre { id } => self.references.get(id).map(|r| &r.statut),
                Source::Classe { nom } => self.classes.get(nom).map(|c| &c.statut),
                _ => None,
            };
            if let Some(quoi) = trouve.and_then(Statut::a_ouvrir)
                && !sortie.iter().any(|(q, _)| q == quoi)
            {
                sortie.push((quoi.to_owned(), source.clone()));
            }
        }
        sortie
    }
}
