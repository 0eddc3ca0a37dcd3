//! Who a row is, as a digest that only this body can make.
//!
//! The key comes from the body's signature key, which outlives the others and is under the role's passphrase with real data.
//! Without it the digests are random bytes; with it, whoever holds it could try numbers one by one, as in the body's own register.

use recours_seal::canon::{IdentiteBrute, canoniser};
use recours_tables::journal::CleJournal;
use zeroize::Zeroizing;

/// What the key is for.
const USAGE: &str = "recours 2026-11 traces par personne v1";

/// Digests of a row; `None` where the extract does not say enough.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Empreintes {
    /// Of the national number, when it is the person's own.
    pub numero: Option<[u8; 16]>,
    /// Of surname, first given name and birth date, in the canonical form.
    pub etat_civil: Option<[u8; 16]>,
}

impl Empreintes {
    /// Whether a row is of the person asked for: what both say agrees, and they both say something.
    #[must_use]
    pub fn est(&self, demande: &Self) -> bool {
        let dits = [(self.numero, demande.numero), (self.etat_civil, demande.etat_civil)];
        let mut communs = dits.iter().filter_map(|(a, b)| Some(((*a)?, (*b)?)));
        let premier = communs.next().is_some_and(|(a, b)| a == b);
        premier && communs.all(|(a, b)| a == b)
    }

    /// Whether nothing could be read of a person.
    #[must_use]
    pub fn vides(&self) -> bool {
        *self == Self::default()
    }
}

/// Makes digests under one body's key.
pub struct Chercheur(Zeroizing<[u8; 32]>);

impl Chercheur {
    pub(super) fn nouveau(cle: &CleJournal) -> Self {
        Self(cle.secret_pour(USAGE))
    }

    /// The digests of an identity.
    #[must_use]
    pub fn empreintes(&self, brute: &IdentiteBrute<'_>) -> Empreintes {
        let c = canoniser(brute);
        let numero = c.nir.as_ref().filter(|_| !c.nir_d_autrui).map(|n| self.de(b"numero", &[n.treize()]));
        let prenom = c.prenoms.as_ref().map(|p| p.premier_joint());
        let etat_civil = c
            .nom()
            .zip(prenom)
            .zip(c.date_naissance)
            .map(|((nom, prenom), ne)| self.de(b"etat civil", &[nom.joint().as_bytes(), prenom.as_bytes(), ne.texte().as_bytes()]));
        Empreintes { numero, etat_civil }
    }

    fn de(&self, quoi: &[u8], champs: &[&[u8]]) -> [u8; 16] {
        let mut h = blake3::Hasher::new_keyed(&self.0);
        for champ in std::iter::once(&quoi).chain(champs) {
            h.update(&(champ.len() as u64).to_be_bytes());
            h.update(champ);
        }
        let mut court = [0; 16];
        court.copy_from_slice(&h.finalize().as_bytes()[..16]);
        court
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use recours_seal::canon::DateBrute;

    use super::*;

    fn personne<'a>(nir: Option<&'a str>, nom: &'a str, prenoms: &'a str, ne: &'a str) -> IdentiteBrute<'a> {
        IdentiteBrute {
            nir,
            nom_naissance: Some(nom),
            prenoms: Some(prenoms),
            date_naissance: Some(DateBrute::Texte(ne)),
            ..IdentiteBrute::default()
        }
    }

    #[test]
    fn une_personne_se_retrouve_quelle_que_soit_l_ecriture() {
        let c = Chercheur::nouveau(&CleJournal::generer().unwrap());
        let e = c.empreintes(&personne(Some("2 85 06 99 999 001 64"), "D'ÉTÉ-INVENTÉE", "Zoé Anne", "12/06/1985"));
        let autre = c.empreintes(&personne(None, "d ete inventee", "ZOE", "1985-06-12"));
        assert!(e.numero.is_some() && autre.numero.is_none() && e.est(&autre) && autre.est(&e));
        // The same name on another day, or another number, is somebody else.
        assert!(!e.est(&c.empreintes(&personne(None, "d'été inventée", "Zoé", "1985-06-13"))));
        assert!(!e.est(&c.empreintes(&personne(Some("285069999900265"), "D'été inventée", "Zoé", "1985-06-12"))));
        assert!(!e.est(&Empreintes::default()) && Empreintes::default().vides());
    }

    /// A child under a parent's number is not found by that number.
    #[test]
    fn le_numero_d_autrui_ne_designe_pas() {
        let c = Chercheur::nouveau(&CleJournal::generer().unwrap());
        assert!(c.empreintes(&personne(Some("285069999900164"), "Inventée", "Ana", "2015-03-02")).numero.is_none());
    }

    /// Without the body's key the digests say nothing.
    #[test]
    fn une_autre_cle_donne_d_autres_empreintes() {
        let p = personne(Some("285069999900164"), "Inventée", "Zoé", "1985-06-12");
        let [a, b] = [0, 1].map(|_| Chercheur::nouveau(&CleJournal::generer().unwrap()).empreintes(&p));
        assert!(a.numero != b.numero && a.etat_civil != b.etat_civil);
    }
}
