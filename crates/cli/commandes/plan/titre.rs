//! Under what a column leaves: its class, the article of that class, and the line of the manifest in force.

use recours_rules::classes::Class;
use recours_rules::pack::Pack;
use serde_json::{Value, json};

use crate::mission::convention::{Convention, HOTE};
use crate::mission::{Donnees, Mission};

/// Of one column of one body, towards the host.
#[derive(Debug, Clone, Copy)]
pub struct Titre<'a> {
    /// Its class of data.
    pub classe: Option<&'a Class>,
    /// The line in force.
    pub ligne: Option<&'a Convention>,
    /// Lines that there are, none of them in force.
    pub perimees: usize,
    /// Whether nothing leaves without a line.
    pub exigee: bool,
}

impl<'a> Titre<'a> {
    /// Looks it up.
    #[must_use]
    pub fn de(mission: &'a Mission, pack: &'a Pack, organisme: &str, variable: usize) -> Self {
        let classe = pack.vocabulary.variables.get(variable).and_then(|v| pack.class(&v.class));
        let famille = classe.map_or("", |c| c.name.as_str());
        let ligne = mission.en_cours(organisme, famille, HOTE);
        let perimees = if ligne.is_some() { 0 } else { mission.convention(organisme, famille, HOTE).len() };
        Self { classe, ligne, perimees, exigee: mission.conventionnee() }
    }

    /// Name of the class.
    #[must_use]
    pub fn nom(&self) -> &'a str {
        self.classe.map_or("", |c| c.name.as_str())
    }

    /// `classe social ; ligne 61, CRPA L114-8 II, convention 2026-014`.
    #[must_use]
    pub fn court(&self) -> String {
        format!("classe {} ; {}", self.nom(), self.ligne_dite())
    }

    /// The line, or that there is none.
    #[must_use]
    pub fn ligne_dite(&self) -> String {
        match (self.ligne, self.perimees, self.exigee) {
            (Some(l), ..) => {
                let convention = l.convention.as_deref().map_or_else(|| "convention à compléter".to_owned(), |c| format!("convention {c}"));
                format!("ligne {}, {}, {convention}, du {} au {}", l.ligne, l.article, l.du, l.au)
            }
            (None, 0, true) => "aucune ligne en cours : rien ne part".into(),
            (None, _, true) => "aucune ligne en cours (celles de la mission ne couvrent pas ce jour) : rien ne part".into(),
            (None, _, false) => "aucune ligne en cours".into(),
        }
    }

    /// What the class allows, by which article, checked or not.
    #[must_use]
    pub fn article_dit(&self) -> String {
        self.classe.map_or_else(String::new, |c| {
            let verifie = if c.status.to_check() { " ; à vérifier par le DPO" } else { "" };
            format!("{}{verifie}", c.article)
        })
    }

    /// For programs.
    #[must_use]
    pub fn objet(&self) -> Value {
        json!({
            "classe": self.nom(),
            "libelle": self.classe.map(|c| c.label.clone()),
            "article": self.classe.map(|c| c.article.clone()),
            "article_a_verifier": self.classe.is_none_or(|c| c.status.to_check()),
            "convention": self.ligne.map(|l| json!({
                "article": l.article,
                "convention": l.convention,
                "du": l.du.to_string(),
                "au": l.au.to_string(),
                "ligne": l.ligne,
            })),
            "partirait": self.ligne.is_some() || !self.exigee,
        })
    }
}

/// Said once when the mission has no line at all and its data are invented.
#[must_use]
pub fn note(mission: &Mission) -> Option<&'static str> {
    (!mission.conventionnee() && mission.donnees == Donnees::Inventees)
        .then_some("La mission n'a aucune ligne de convention : ses données sont inventées, et rien n'est refusé pour cela.")
}
