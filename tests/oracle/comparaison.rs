//! Answers of `evaluate --validation` held against the reference file, right by right.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::reference::{Reference, ecartes, nombres, texte};
use crate::evaluer::banc::{Reponse, dit, racine, reponses};

/// Whose a right is, and how near its amount must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unite {
    /// Of the foyer, within one euro.
    Foyer,
    /// Of the foyer, to the cent.
    FoyerAuCentime,
    /// Of the person, to the cent.
    Personne,
    /// Of the foyer, yes or no only.
    SansMontant,
}

/// Right, column of the expected table, whose it is.
pub const DROITS: [(&str, &str, Unite); 19] = [
    ("rsa", "rsa", Unite::Foyer),
    ("ppa", "ppa", Unite::Foyer),
    ("aspa", "aspa", Unite::FoyerAuCentime),
    ("asi", "asi", Unite::Personne),
    ("c2s_gratuite", "c2s_gratuite", Unite::SansMontant),
    ("c2s_participation", "c2s_participation", Unite::SansMontant),
    ("aah", "aah", Unite::Personne),
    ("caah", "caah", Unite::Personne),
    ("ass", "ass", Unite::Personne),
    ("aide_logement", "aide_logement", Unite::Foyer),
    ("af", "af", Unite::FoyerAuCentime),
    ("cf", "cf", Unite::FoyerAuCentime),
    ("asf", "asf", Unite::FoyerAuCentime),
    ("paje_base", "paje_base", Unite::FoyerAuCentime),
    ("aeeh", "aeeh", Unite::Foyer),
    ("ars", "ars_annuelle", Unite::Foyer),
    ("cheque_energie", "cheque_energie_annuel", Unite::Foyer),
    ("bourse_college", "bourse_college", Unite::Foyer),
    ("bourse_lycee", "bourse_lycee", Unite::Foyer),
];

/// The reference computes in 32-bit floats: numbers of 8 192 to 16 384 € (the size of the annual amounts that monthly
/// ones come from) lie 0.001 € apart. The table prints the widest distance met, so that nothing hides here.
const BRUIT: f64 = 0.001;

impl Unite {
    /// Euros allowed between the amount and the expected one.
    pub fn tolerance(self) -> Option<f64> {
        match self {
            Self::SansMontant => None,
            Self::Foyer => Some(1.0),
            Self::FoyerAuCentime | Self::Personne => Some(0.01),
        }
    }
}

/// A unit whose answer differs.
#[derive(Debug, Clone)]
pub struct Ecart {
    pub foyer: String,
    /// Empty for a right of the foyer.
    pub personne: String,
    /// Whether the verdict differs, not only the amount.
    pub verdict: bool,
    /// Euros between the answer and what is expected.
    pub de: f64,
    pub dit: String,
}

/// What one right gives on one period.
#[derive(Debug, Default, Clone)]
pub struct Accord {
    pub unites: usize,
    /// Same verdict.
    pub accordees: usize,
    /// All units, those left out included, and those of the same verdict.
    pub toutes: (usize, usize),
    /// Expected to be entitled.
    pub ouverts: usize,
    /// Of those, amounts within the tolerance.
    pub exacts: usize,
    /// The widest distance among those within.
    pub plus_large: f64,
    /// Gravest first: a verdict that differs, then the gap.
    pub ecarts: Vec<Ecart>,
}

/// A thousandth of the units may differ, or two where that would allow fewer.
fn tient(bons: usize, tous: usize) -> bool {
    tous - bons <= (tous / 1000).max(2)
}

impl Accord {
    /// Share of the units with the same verdict, in percent.
    pub fn verdicts(&self) -> f64 {
        part(self.accordees, self.unites)
    }

    /// The same share, nobody left out.
    pub fn verdicts_de_tous(&self) -> f64 {
        part(self.toutes.1, self.toutes.0)
    }

    /// Share of those entitled whose amount is within the tolerance.
    pub fn montants(&self) -> f64 {
        part(self.exacts, self.ouverts)
    }

    /// The bar: 99.9 % of verdicts and of amounts, or all but two.
    pub fn tient(&self) -> bool {
        tient(self.accordees, self.unites) && tient(self.exacts, self.ouverts)
    }

    fn compter(&mut self, r: &Reponse, attendu: f64, unite: Unite, foyer: &str, personne: &str) {
        self.unites += 1;
        let ouvert = attendu > 0.0;
        let meme = r.droit == if ouvert { "oui" } else { "non" };
        self.accordees += usize::from(meme);
        let de = match (r.bas, r.haut) {
            _ if unite == Unite::SansMontant => 0.0,
            (Some(b), Some(h)) => (b - attendu).abs().max((h - attendu).abs()),
            _ => f64::INFINITY,
        };
        let exact = unite.tolerance().is_none_or(|t| de <= t + BRUIT);
        if ouvert {
            self.ouverts += 1;
            self.exacts += usize::from(exact);
            if exact {
                self.plus_large = self.plus_large.max(de);
            }
        }
        if !meme || (ouvert && !exact) {
            let montant = |x: Option<f64>| x.map_or_else(|| "?".to_owned(), |x| format!("{x:.4}"));
            let dit = match unite {
                Unite::SansMontant => format!("attendu {}, obtenu {}", if ouvert { "oui" } else { "non" }, r.droit),
                _ => format!("attendu {attendu:.4}, obtenu {} [{} ; {}]", r.droit, montant(r.bas), montant(r.haut)),
            };
            self.ecarts.push(Ecart { foyer: foyer.to_owned(), personne: personne.to_owned(), verdict: !meme, de, dit });
        }
    }
}

fn part(n: usize, de: usize) -> f64 {
    if de == 0 { 100.0 } else { 100.0 * n as f64 / de as f64 }
}

/// With which rules.
pub struct Regles {
    /// Folder of the pack.
    pub dossier: PathBuf,
    /// Under the overlay of the same folder, or as the law is.
    pub variante: bool,
    /// Only these rights; all when empty.
    pub droits: Vec<String>,
}

impl Regles {
    /// The pack of the repository.
    pub fn du_depot(variante: bool) -> Self {
        Self { dossier: racine().join("rules/fr"), variante, droits: Vec::new() }
    }

    pub fn retenu(&self, droit: &str) -> bool {
        self.droits.is_empty() || self.droits.iter().any(|d| d == droit)
    }

    /// `recours evaluate --validation` on these tables.
    pub fn evaluer(&self, jour: &str, personnes: &Path, menages: &Path) -> Command {
        let mut commande = Command::new(env!("CARGO_BIN_EXE_recours"));
        commande.current_dir(racine()).args(["evaluate", "--validation", "--on", jour, "--rules"]).arg(&self.dossier);
        commande.arg("--persons").arg(personnes).arg("--households").arg(menages);
        if self.variante {
            commande.arg("--overlay").arg(self.dossier.join("variantes/openfisca.yaml"));
        }
        commande
    }
}

/// What a comparison gives.
pub struct Comparaison {
    /// Foyers left out, by reason, and of how many foyers.
    pub ecartes: BTreeMap<&'static str, usize>,
    pub foyers: usize,
    /// Rights in the order of [`DROITS`]; none when the pack has no such right.
    pub accords: Vec<(&'static str, Unite, Option<Accord>)>,
}

/// Evaluates and compares.
pub fn comparer(reference: &Reference, regles: &Regles) -> Comparaison {
    let dossier = tempfile::tempdir().unwrap();
    let sortie = dossier.path().join("reponses.parquet");
    let fin =
        regles.evaluer(&reference.jour(), &reference.table("persons"), &reference.table("households")).arg("--out").arg(&sortie).output();
    let fin = fin.unwrap();
    assert!(fin.status.success(), "{}", dit(&fin));
    let obtenu = reponses(&sortie);
    let connus: BTreeSet<&str> = obtenu.keys().map(|k| k.2.as_str()).collect();
    let hors = ecartes(reference);
    let tous_hors: BTreeSet<&str> = hors.values().flatten().map(String::as_str).collect();
    let accords = DROITS.into_iter().filter(|d| regles.retenu(d.0)).map(|(droit, colonne, unite)| {
        let accord = connus.contains(droit).then(|| {
            let fichier = reference.table(if unite == Unite::Personne { "expected_persons" } else { "expected" });
            let foyers = texte(&fichier, "household_id");
            let personnes = if unite == Unite::Personne { texte(&fichier, "person_id") } else { vec![String::new(); foyers.len()] };
            let mut accord = Accord::default();
            for ((foyer, personne), attendu) in foyers.into_iter().zip(personnes).zip(nombres(&fichier, colonne)) {
                let reponse = &obtenu[&(foyer.clone(), personne.clone(), droit.to_owned())];
                accord.toutes.0 += 1;
                accord.toutes.1 += usize::from(reponse.droit == if attendu > 0.0 { "oui" } else { "non" });
                if !tous_hors.contains(foyer.as_str()) {
                    accord.compter(reponse, attendu, unite, &foyer, &personne);
                }
            }
            accord.ecarts.sort_by(|a, b| b.verdict.cmp(&a.verdict).then(b.de.total_cmp(&a.de)).then(a.foyer.cmp(&b.foyer)));
            accord
        });
        (droit, unite, accord)
    });
    let accords = accords.collect();
    Comparaison {
        ecartes: hors.into_iter().map(|(raison, f)| (raison, f.len())).collect(),
        foyers: texte(&reference.table("expected"), "household_id").len(),
        accords,
    }
}
