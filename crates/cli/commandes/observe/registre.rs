//! `publications.jsonl`: what the host has published, one table a line, each line after the hash of the one before.
//!
//! The host's log names the head at each publication: a register that was removed or cut no longer has it, and
//! nothing more is published until it is put back.

use std::path::{Path, PathBuf};

use recours_engine::aggregates::registre::{Parution, Revelation, verifier};
use recours_tables::journal::{Journal, verifier_fichier};
use recours_tables::{ErreurTable, Protection, ecrire_octets};
use serde::{Deserialize, Serialize};

use crate::erreur::ErreurCommande;

/// The act that names the register's head.
pub const ACTE: &str = "publication";
/// Name of that field.
pub const TETE: &str = "registre";

/// One line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ligne {
    precedente: String,
    parution: Parution,
}

/// The register, read and checked.
pub struct Registre {
    chemin: PathBuf,
    texte: String,
    tete: String,
    parutions: Vec<Parution>,
}

impl Registre {
    /// Reads the register, empty when there is none, and holds it to what the host's log says was published.
    ///
    /// # Errors
    /// E-OBSERVATOIRE-002 when it cannot be read or its chain is broken, -003 when it has not what the log names.
    pub fn lire(chemin: &Path, journal: &Journal) -> Result<Self, ErreurCommande> {
        let refus = |quoi: &str| {
            ErreurCommande::refus("E-OBSERVATOIRE-002", format!("{} : {quoi}.", chemin.display()))
                .avec_conseil("Reprenez la sauvegarde du registre : sans lui, rien ne dit ce que deux tableaux révèlent ensemble.")
        };
        let texte = match std::fs::read_to_string(chemin) {
            Ok(texte) => texte,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(_) => return Err(refus("registre des publications illisible")),
        };
        let mut registre = Self { chemin: chemin.to_path_buf(), texte: String::new(), tete: String::new(), parutions: Vec::new() };
        let mut tetes = vec![String::new()];
        for (i, brute) in texte.lines().enumerate() {
            let ligne: Ligne = serde_json::from_str(brute).map_err(|_| refus(&format!("ligne {} illisible", i + 1)))?;
            if ligne.precedente != registre.tete {
                return Err(refus(&format!("ligne {} : elle ne suit pas la précédente", i + 1)));
            }
            registre.ajouter(brute, ligne.parution);
            tetes.push(registre.tete.clone());
        }
        if let Some(attestee) = derniere_attestee(journal)?.filter(|t| !tetes.contains(t)) {
            let debut: String = attestee.chars().take(12).collect();
            return Err(ErreurCommande::refus(
                "E-OBSERVATOIRE-003",
                format!("{} : le registre n'a pas la publication {debut}… que nomme le journal de l'hôte.", chemin.display()),
            )
            .avec_conseil("Remettez le registre d'origine à sa place, ou donnez-le par --registre."));
        }
        Ok(registre)
    }

    fn ajouter(&mut self, brute: &str, parution: Parution) {
        self.texte.push_str(brute);
        self.texte.push('\n');
        self.tete = blake3::hash(brute.as_bytes()).to_hex().to_string();
        self.parutions.push(parution);
    }

    /// Its head: hash of the last line, empty at first.
    #[must_use]
    pub fn tete(&self) -> &str {
        &self.tete
    }

    /// Adds tables after checking each against all that is there; the same table published again adds nothing.
    ///
    /// # Errors
    /// E-OBSERVATOIRE-004 with the cells at fault; nothing is then added.
    pub fn admettre(&mut self, nouvelles: Vec<Parution>) -> Result<(), ErreurCommande> {
        let fautes: Vec<String> =
            nouvelles.iter().flat_map(|n| verifier(&self.parutions, n).into_iter().map(move |r| dite(n, &r))).collect();
        if let Some((premieres, reste)) = fautes.split_at_checked(fautes.len().min(5)).filter(|(p, _)| !p.is_empty()) {
            let suite = if reste.is_empty() { String::new() } else { format!("\n  … et {} autres", reste.len()) };
            return Err(ErreurCommande::refus(
                "E-OBSERVATOIRE-004",
                format!(
                    "rapprochés de tableaux déjà publiés, ceux-ci révéleraient de petits nombres :\n  {}{suite}",
                    premieres.join("\n  ")
                ),
            )
            .avec_conseil(
                "Publiez au même grain et sur le même territoire, reprenez les chiffres déjà publiés, ou attendez l'époque suivante.",
            ));
        }
        for parution in nouvelles {
            if self.parutions.contains(&parution) {
                continue;
            }
            let ligne = Ligne { precedente: self.tete.clone(), parution };
            let brute =
                serde_json::to_string(&ligne).map_err(|_| ErreurCommande::panne("E-OBSERVATOIRE-006", "registre impossible à écrire."))?;
            self.ajouter(&brute, ligne.parution);
        }
        Ok(())
    }

    /// Writes it whole, for its owner alone. Before the tables appear: a table out of the register would be worse than
    /// a line without its table.
    ///
    /// # Errors
    /// E-TABLE-022 when the disk refuses.
    pub fn ecrire(&self) -> Result<(), ErreurTable> {
        ecrire_octets(&self.chemin, self.texte.as_bytes(), Protection::Privee)
    }
}

/// The head that the host's log names last.
fn derniere_attestee(journal: &Journal) -> Result<Option<String>, ErreurCommande> {
    if !journal.chemin().exists() {
        return Ok(None);
    }
    let entrees = verifier_fichier(journal.chemin(), None, None)?.entrees;
    Ok(entrees.iter().rev().filter(|e| e.acte == ACTE).find_map(|e| e.contenu.as_ref()?.get(TETE).cloned()))
}

fn dite(parution: &Parution, revelation: &Revelation) -> String {
    match revelation {
        Revelation::Difference { grande, retiree } => format!("{} : « {grande} » moins « {retiree} »", parution.sujet),
        Revelation::Change { cellule } => format!("{} : « {cellule} », déjà dit avec un nombre voisin", parution.sujet),
        Revelation::TropFin => format!("{} : trop de découpages croisés pour être vérifiés", parution.sujet),
    }
}
