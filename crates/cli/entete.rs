//! What the files between roles say of themselves, so that a file of another mission, epoch or body is
//! refused by name and never joined.

use std::path::Path;

use recours_tables::Lecteur;
use recours_tables::signature::{self, Objet};

use crate::erreur::ErreurCommande;
use crate::mission::{Mission, Suite};

/// What a file between roles holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contenu {
    /// Tokens, from a body to the linkage unit.
    Jetons,
    /// Attributes, from a body to the host.
    Attributs,
    /// Handles, from the linkage unit to the host.
    Liaison,
    /// Blinded elements, from a body to the key holder (mode B).
    Demande,
    /// Evaluated elements and proofs, from the key holder to a body (mode B).
    Reponse,
    /// Row ids that the first round left open, from the linkage unit to a body (mode B).
    Residu,
    /// Rows to reach, from the host to a body.
    Liste,
    /// Every body's rows of one part of the people, from the host to worker processes of its own.
    Partie,
    /// Rows to reach that a body found at home: they never leave it.
    Interne,
}

impl Contenu {
    /// Its word in the file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Jetons => "jetons",
            Self::Attributs => "attributs",
            Self::Liaison => "liaison",
            Self::Demande => "demande",
            Self::Reponse => "reponse",
            Self::Residu => "residu",
            Self::Liste => "liste",
            Self::Partie => "partie",
            Self::Interne => "interne",
        }
    }
}

/// Texts that a file between roles carries about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entete {
    /// What it holds.
    pub contenu: Contenu,
    /// Fingerprint of the mission with its rules ([`crate::cles::empreinte_de_mission`]).
    pub mission: String,
    /// Epoch of the keys.
    pub epoque: String,
    /// Suite of the tokens.
    pub suite: Suite,
    /// The body.
    pub organisme: String,
    /// Version of the canonical form under the tokens, for tokens.
    pub canon: Option<String>,
    /// Hash of the rule pack by which the columns were chosen, for attributes.
    pub regles: Option<String>,
    /// Fingerprint of the grain of its facts ([`crate::grain`]), for attributes.
    pub grain: Option<String>,
    /// Round, in mode B.
    pub tour: Option<u8>,
    /// The request that a request or an answer is, in mode B.
    pub demande: Option<String>,
    /// The sealing that tokens and attributes come from, and the links of those tokens: random, the same in the three.
    pub scellement: Option<String>,
    /// Rows.
    pub lignes: u64,
}

/// What a file holds.
pub const CONTENU: &str = "recours.contenu";
/// Fingerprint of the mission that a file is of.
pub const MISSION: &str = "recours.mission";
/// Its epoch.
pub const EPOQUE: &str = "recours.epoque";
const SUITE: &str = "recours.suite";
/// The body that a file is of.
pub const ORGANISME: &str = "recours.organisme";
const CANON: &str = "recours.canon";
const REGLES: &str = "recours.regles";
/// The grain of the facts that a file holds.
pub const GRAIN: &str = "recours.grain";
/// The round that a file is of, in mode B.
pub const TOUR: &str = "recours.tour";
/// The request's identifier: the key holder reads it before it knows what to expect.
pub const DEMANDE: &str = "recours.demande";
/// The sealing that a file comes from.
pub const SCELLEMENT: &str = "recours.scellement";
const LIGNES: &str = "recours.lignes";

impl Entete {
    /// For a file of this mission and body; no canonical form, no rules, no row yet.
    #[must_use]
    pub fn nouvelle(contenu: Contenu, mission: &Mission, empreinte: &str, organisme: &str) -> Self {
        Self {
            contenu,
            mission: empreinte.to_owned(),
            epoque: mission.epoque.clone(),
            suite: mission.suite,
            organisme: organisme.to_owned(),
            canon: None,
            regles: None,
            grain: None,
            tour: None,
            demande: None,
            scellement: None,
            lignes: 0,
        }
    }

    /// The pairs to write in the file.
    #[must_use]
    pub fn annotations(&self) -> Vec<(&'static str, String)> {
        let mut paires = vec![
            (CONTENU, self.contenu.code().to_owned()),
            (MISSION, self.mission.clone()),
            (EPOQUE, self.epoque.clone()),
            (SUITE, code_de_suite(self.suite).to_owned()),
            (ORGANISME, self.organisme.clone()),
            (LIGNES, self.lignes.to_string()),
        ];
        paires.extend(self.canon.clone().map(|c| (CANON, c)));
        paires.extend(self.regles.clone().map(|r| (REGLES, r)));
        paires.extend(self.grain.clone().map(|g| (GRAIN, g)));
        paires.extend(self.tour.map(|t| (TOUR, t.to_string())));
        paires.extend(self.demande.clone().map(|d| (DEMANDE, d)));
        paires.extend(self.scellement.clone().map(|s| (SCELLEMENT, s)));
        // Blank until the file is whole ([`crate::signature`]).
        paires.push(signature::a_signer());
        paires
    }

    /// What `auteur` signs of a file with this header.
    #[must_use]
    pub fn objet<'a>(&'a self, auteur: &'a str) -> Objet<'a> {
        Objet { auteur, contenu: self.contenu.code(), mission: &self.mission, epoque: &self.epoque, organisme: &self.organisme }
    }

    /// Checks that a file is the one expected: same content, epoch, suite, canonical form, mission and body, and
    /// as many rows as it announces. `lignes` of `self` is not looked at.
    ///
    /// # Errors
    /// E-LIVRAISON-001 when the file says nothing of itself, then -002 content, -003 epoch, -004 suite, -005
    /// canonical form, -006 rules, -007 mission, -008 body, -009 number of rows, -010 round, -011 request, -012 grain.
    pub fn verifier(&self, lecteur: &Lecteur) -> Result<(), ErreurCommande> {
        let fichier = lecteur.fichier();
        if lecteur.annotation(MISSION).is_none() {
            return Err(refus("E-LIVRAISON-001", fichier, "ce fichier ne dit pas de quelle mission il est".to_owned())
                .avec_conseil("Attendu : un fichier écrit par « recours seal » ou « recours link », sans conversion."));
        }
        let mut attendus = vec![
            ("E-LIVRAISON-002", CONTENU, "contenu", self.contenu.code()),
            ("E-LIVRAISON-003", EPOQUE, "époque", self.epoque.as_str()),
            ("E-LIVRAISON-004", SUITE, "suite", code_de_suite(self.suite)),
        ];
        attendus.extend(self.canon.as_deref().map(|c| ("E-LIVRAISON-005", CANON, "forme canonique", c)));
        attendus.extend(self.regles.as_deref().map(|r| ("E-LIVRAISON-006", REGLES, "jeu de règles", r)));
        attendus.push(("E-LIVRAISON-007", MISSION, "mission", &self.mission));
        attendus.push(("E-LIVRAISON-008", ORGANISME, "organisme", &self.organisme));
        attendus.extend(self.grain.as_deref().map(|g| ("E-LIVRAISON-012", GRAIN, "grain", g)));
        let tour = self.tour.map(|t| t.to_string());
        attendus.extend(tour.as_deref().map(|t| ("E-LIVRAISON-010", TOUR, "tour", t)));
        attendus.extend(self.demande.as_deref().map(|d| ("E-LIVRAISON-011", DEMANDE, "demande", d)));
        for (code, cle, nom, attendu) in attendus {
            let trouve = lecteur.annotation(cle).unwrap_or("absent");
            if trouve != attendu {
                let texte = format!("fait pour {nom} « {} », attendu « {} »", court(trouve), court(attendu));
                return Err(refus(code, fichier, texte).avec_conseil(
                    "Ce fichier est d'une autre mission, d'une autre époque ou d'un autre organisme : demandez le bon, ou faites sceller \
                     à nouveau.",
                ));
            }
        }
        let annoncees = lecteur.annotation(LIGNES).and_then(|n| n.parse::<u64>().ok());
        if lecteur.lignes().is_some() && annoncees != lecteur.lignes() {
            return Err(refus("E-LIVRAISON-009", fichier, "le nombre de lignes n'est pas celui qu'il annonce".to_owned())
                .avec_conseil("Le fichier a été changé après le scellement : demandez un nouvel envoi."));
        }
        Ok(())
    }
}

/// `rgs` or `rapide`.
#[must_use]
pub fn code_de_suite(suite: Suite) -> &'static str {
    match suite {
        Suite::Rgs => "rgs",
        Suite::Rapide => "rapide",
    }
}

fn refus(code: &'static str, fichier: &Path, quoi: String) -> ErreurCommande {
    ErreurCommande::refus(code, format!("{} : {quoi}.", fichier.display()))
}

/// Enough of a text to compare by eye. What another wrote there is shown only if it looks like one of ours.
fn court(texte: &str) -> &str {
    let notre = texte.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'/' | b'.'));
    if notre { texte.get(..16).unwrap_or(texte) } else { "illisible" }
}
