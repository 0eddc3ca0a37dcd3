//! Who asks: a small file, for an identity has no place on a command line, in a history or in a message.

use std::path::Path;

use recours_engine::outreach::NumeroDeLigne;
use recours_seal::canon::{DateBrute, IdentiteBrute};
use recours_tables::ErreurTable;
use serde::Deserialize;

use crate::erreur::ErreurCommande;
use crate::traces::qui::{Chercheur, Empreintes};

/// What the file says. No `Debug`: it names a person.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Demande {
    numero: Option<String>,
    nom_naissance: Option<String>,
    prenoms: Option<String>,
    date_naissance: Option<DateDite>,
}

/// A date between quotes or not.
#[derive(Deserialize)]
#[serde(untagged)]
enum DateDite {
    Texte(String),
    Jour(toml::value::Datetime),
}

impl Demande {
    /// Digests under the body's key; at least one of them says something.
    pub(super) fn empreintes(&self, chercheur: &Chercheur) -> Empreintes {
        let ne = self.date_naissance.as_ref().map(|d| match d {
            DateDite::Texte(t) => t.clone(),
            DateDite::Jour(j) => j.to_string(),
        });
        chercheur.empreintes(&IdentiteBrute {
            nir: self.numero.as_deref(),
            // Who asks says that the number is theirs: the birth date must not make it another's.
            nir_propre: Some(true),
            nom_naissance: self.nom_naissance.as_deref(),
            prenoms: self.prenoms.as_deref(),
            date_naissance: ne.as_deref().map(DateBrute::Texte),
            ..IdentiteBrute::default()
        })
    }
}

/// Reads a request. No value of it is ever said again.
pub(super) fn lire(fichier: &Path) -> Result<Demande, ErreurCommande> {
    let texte = std::fs::read_to_string(fichier).map_err(|e| ErreurTable::de_lecture(fichier, &e))?;
    // What the TOML reader says would quote the line.
    let lue: Option<Demande> = toml::from_str(&texte).ok();
    let lue = lue.ok_or_else(|| refus(fichier, "ce fichier ne se lit pas"))?;
    let etat_civil = [lue.nom_naissance.is_some(), lue.prenoms.is_some(), lue.date_naissance.is_some()];
    if etat_civil.contains(&true) && etat_civil.contains(&false) {
        return Err(refus(fichier, "il faut le nom de naissance, les prénoms et la date de naissance ensemble"));
    }
    if lue.numero.is_none() && !etat_civil[0] {
        return Err(refus(fichier, "il faut le numéro, ou le nom de naissance, les prénoms et la date de naissance"));
    }
    // A number or a date that the canonical form does not read would find nobody, and pass for « nothing ».
    let essai = recours_seal::canon::canoniser(&IdentiteBrute {
        nir: lue.numero.as_deref(),
        nom_naissance: lue.nom_naissance.as_deref(),
        prenoms: lue.prenoms.as_deref(),
        date_naissance: None,
        ..IdentiteBrute::default()
    });
    let ne = lue.date_naissance.as_ref().map(|d| match d {
        DateDite::Texte(t) => recours_seal::canon::DateNaissance::lire(t).is_some(),
        DateDite::Jour(j) => recours_seal::canon::DateNaissance::lire(&j.to_string()).is_some(),
    });
    for (dite, lisible, champ) in [
        (lue.numero.is_some(), essai.nir.is_some(), "numero"),
        (lue.nom_naissance.is_some(), essai.nom_naissance.is_some(), "nom_naissance"),
        (lue.prenoms.is_some(), essai.prenoms.is_some(), "prenoms"),
        (ne.is_some(), ne == Some(true), "date_naissance"),
    ] {
        if dite && !lisible {
            return Err(refus(fichier, &format!("« {champ} » ne se lit pas")));
        }
    }
    Ok(lue)
}

/// A row id as people copy it.
pub(super) fn numero_de_ligne(texte: &str) -> Result<NumeroDeLigne, ErreurCommande> {
    let chiffres: Vec<u8> = texte.bytes().filter(|c| *c != b'-').collect();
    let mut id = [0; 16];
    let lu = chiffres.len() == 32
        && id.iter_mut().zip(chiffres.chunks(2)).all(|(octet, paire)| {
            let lu = std::str::from_utf8(paire).ok().and_then(|p| u8::from_str_radix(p, 16).ok());
            lu.is_some_and(|o| {
                *octet = o;
                true
            })
        });
    if lu {
        return Ok(id);
    }
    Err(ErreurCommande::usage("E-ACCES-004", "--row : ce n'est pas un numéro de ligne.")
        .avec_conseil("Copiez-le de la colonne « row_id » de votre extrait : 32 chiffres hexadécimaux."))
}

fn refus(fichier: &Path, quoi: &str) -> ErreurCommande {
    ErreurCommande::refus("E-ACCES-001", format!("{} : {quoi}.", fichier.display()))
        .avec_conseil("« recours acces --help » donne les quatre lignes possibles : numero, nom_naissance, prenoms, date_naissance.")
}
