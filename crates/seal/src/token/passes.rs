//! The canonical bytes of each pass.

use super::Passe;
use crate::canon::{DateNaissance, IdentiteCanonique, Nom, Prenoms, noms, phonetique};
use crate::keys::encoder;

/// Writes into `sortie` (emptied first) the canonical bytes of `passe` for a person; false when a
/// component is missing, and then no token must be made.
///
/// With `enc` = length (u16, big endian) then bytes, for each field:
///
/// | Pass | Fields |
/// |---|---|
/// | p0 | number (13 characters), birth year — only when `nir_certifie` |
/// | p1 | number, bearer, phonetic surname, phonetic given name |
/// | p2 | enc(each component of birth and use names, sorted), first given name joined, date, postcode when the date may be fictive |
/// | p3 | phonetic surname, phonetic given name, date |
/// | p4 | first component of the surname, initial of the given name, date, postcode |
/// | p5 | first component of the given name, date, postcode |
///
/// * *bearer* is `P`, or `A` + birth year when the number is another person's: a child under a parent's
///   number who has the parent's given name must not become the parent.
/// * *phonetic* codes are those of the surname joined with its particles and of the first component of
///   the given name; p4 drops particles, so that both variants have their pass.
/// * the *initial* in p4 keeps twins apart, who share surname, date and postcode.
/// * *date* is `AAAAMMJJ`. A date that may be fictive (1 January, 31 December) gives no p3, p4 nor p5;
///   in p2 the postcode is then required as a second strong field and added, so that people whose day
///   of birth was never recorded are not left out of everything.
/// * somebody known to be *dead* only has the passes with a number: names must not join the dead to a living
///   homonym.
#[must_use]
pub fn octets(passe: Passe, personne: &IdentiteCanonique, sortie: &mut Vec<u8>) -> bool {
    sortie.clear();
    if personne.decede && passe > Passe::P1 {
        return false;
    }
    ecrire(passe, personne, sortie).is_some()
}

fn ecrire(passe: Passe, p: &IdentiteCanonique, sortie: &mut Vec<u8>) -> Option<()> {
    let mut champ = |octets: &[u8]| (!octets.is_empty() && encoder(sortie, octets)).then_some(());
    match passe {
        Passe::P0 => {
            let nir = p.nir.as_ref().filter(|_| p.nir_certifie)?;
            champ(nir.treize())?;
            champ(format!("{:04}", p.date_naissance?.annee()).as_bytes())
        }
        Passe::P1 => {
            let (nom, prenoms) = (p.nom()?, p.prenoms.as_ref()?);
            champ(p.nir.as_ref()?.treize())?;
            champ(porteur(p).as_bytes())?;
            champ(son_du_nom(nom).as_bytes())?;
            champ(son_du_prenom(prenoms).as_bytes())
        }
        Passe::P2 => {
            let mut ensemble = Vec::new();
            let noms = noms::ensemble(p.nom_naissance.iter().chain(&p.nom_usage));
            if !noms.iter().all(|mot| encoder(&mut ensemble, mot.as_bytes())) {
                return None;
            }
            let date = p.date_naissance?;
            champ(&ensemble)?;
            champ(p.prenoms.as_ref()?.premier_joint().as_bytes())?;
            champ(date.complete()?.as_bytes())?;
            if date.peut_etre_fictive() { champ(p.code_postal.as_ref()?.as_bytes()) } else { Some(()) }
        }
        Passe::P3 => {
            let date = date_sure(p)?;
            champ(son_du_nom(p.nom()?).as_bytes())?;
            champ(son_du_prenom(p.prenoms.as_ref()?).as_bytes())?;
            champ(date.as_bytes())
        }
        Passe::P4 => {
            let date = date_sure(p)?;
            champ(p.nom()?.premier_composant().as_bytes())?;
            champ(p.prenoms.as_ref()?.premier_composant().as_bytes().get(..1)?)?;
            champ(date.as_bytes())?;
            champ(p.code_postal.as_ref()?.as_bytes())
        }
        Passe::P5 => {
            let date = date_sure(p)?;
            champ(p.prenoms.as_ref()?.premier_composant().as_bytes())?;
            champ(date.as_bytes())?;
            champ(p.code_postal.as_ref()?.as_bytes())
        }
    }
}

fn date_sure(p: &IdentiteCanonique) -> Option<String> {
    p.date_naissance.filter(|d| !d.peut_etre_fictive()).and_then(DateNaissance::complete)
}

fn porteur(p: &IdentiteCanonique) -> String {
    match (p.nir_d_autrui, p.date_naissance) {
        (true, Some(date)) => format!("A{:04}", date.annee()),
        (true, None) => "A".to_owned(),
        (false, _) => "P".to_owned(),
    }
}

pub(super) fn son_du_nom(nom: &Nom) -> String {
    phonetique::code(&nom.joint())
}

pub(super) fn son_du_prenom(prenoms: &Prenoms) -> String {
    phonetique::code(prenoms.premier_composant())
}
