//! One error for all commands: a stable code, what and where, what to do, and the exit code.

use std::borrow::Cow;
use std::fmt;
use std::process::ExitCode;

use recours_tables::{ErreurEnveloppe, ErreurTable};

/// How a command ends when it does not end well (0 is « done »).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Sortie {
    /// The thing checked has faults; they were printed.
    Fautes = 1,
    /// Wrong usage of the command.
    Usage = 2,
    /// An input was refused; nothing was written.
    Refus = 3,
    /// The machine failed (disk, memory, a fault of the program); nothing was left behind.
    Panne = 4,
}

impl From<Sortie> for ExitCode {
    fn from(sortie: Sortie) -> Self {
        Self::from(sortie as u8)
    }
}

/// Why a command stopped. Its `Display` is what the user reads, in French:
///
/// ```text
/// erreur E-TABLE-007 : personnes.csv : colonne « nir » absente.
///   → Vérifiez que …
/// ```
///
/// Whoever builds one puts no value of a record in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErreurCommande {
    /// Stable code, explained in the documentation.
    pub code: Cow<'static, str>,
    /// What happened and where. Several lines when there are several faults.
    pub message: String,
    /// What to do about it.
    pub conseil: Option<String>,
    /// The exit code.
    pub sortie: Sortie,
}

impl ErreurCommande {
    /// An error without advice; see [`ErreurCommande::avec_conseil`].
    pub fn nouvelle(sortie: Sortie, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), conseil: None, sortie }
    }

    /// Exit 1: the thing checked has faults.
    pub fn fautes(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::nouvelle(Sortie::Fautes, code, message)
    }

    /// Exit 2: wrong usage.
    pub fn usage(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::nouvelle(Sortie::Usage, code, message)
    }

    /// Exit 3: an input was refused.
    pub fn refus(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::nouvelle(Sortie::Refus, code, message)
    }

    /// Exit 4: the machine failed.
    pub fn panne(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::nouvelle(Sortie::Panne, code, message)
    }

    /// Names the file, for an error that did not know it.
    #[must_use]
    pub fn dans(mut self, fichier: &std::path::Path) -> Self {
        self.message = format!("{} : {}", fichier.display(), self.message);
        self
    }

    /// What happened and where, as it may be shown.
    pub fn texte(&self) -> Cow<'_, str> {
        sans_secret(&self.message)
    }

    /// What to do about it, as it may be shown; empty when there is no advice.
    pub fn que_faire(&self) -> Cow<'_, str> {
        self.conseil.as_deref().map_or(Cow::Borrowed(""), sans_secret)
    }

    /// Adds what to do.
    #[must_use]
    pub fn avec_conseil(mut self, conseil: impl Into<String>) -> Self {
        self.conseil = Some(conseil.into()).filter(|c: &String| !c.is_empty());
        self
    }
}

impl fmt::Display for ErreurCommande {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "erreur {} : {}", self.code, self.texte())?;
        if self.conseil.is_some() {
            write!(f, "\n  → {}", self.que_faire())?;
        }
        Ok(())
    }
}

/// What an age identity begins with, in the case that tools write.
const SECRET: &str = "AGE-SECRET-KEY-";

/// A secret key pasted where a name or a date should be must not come out in the message that says so.
fn sans_secret(texte: &str) -> Cow<'_, str> {
    if !texte.contains(SECRET) {
        return Cow::Borrowed(texte);
    }
    let mut morceaux = texte.split(SECRET);
    let mut sortie = morceaux.next().unwrap_or_default().to_owned();
    for morceau in morceaux {
        sortie.push_str("(clé secrète)");
        sortie.push_str(morceau.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
    }
    Cow::Owned(sortie)
}

impl std::error::Error for ErreurCommande {}

impl From<ErreurTable> for ErreurCommande {
    fn from(erreur: ErreurTable) -> Self {
        let sortie = if erreur.est_panne() { Sortie::Panne } else { Sortie::Refus };
        Self::nouvelle(sortie, erreur.code(), erreur.to_string()).avec_conseil(erreur.conseil())
    }
}

impl From<ErreurEnveloppe> for ErreurCommande {
    fn from(erreur: ErreurEnveloppe) -> Self {
        let sortie = if erreur.est_panne() { Sortie::Panne } else { Sortie::Refus };
        Self::nouvelle(sortie, erreur.code(), erreur.to_string()).avec_conseil(erreur.conseil())
    }
}

#[cfg(feature = "complet")]
impl From<recours_seal::ErreurSceau> for ErreurCommande {
    fn from(erreur: recours_seal::ErreurSceau) -> Self {
        let sortie = if erreur.est_panne() { Sortie::Panne } else { Sortie::Refus };
        Self::nouvelle(sortie, erreur.code(), erreur.to_string()).avec_conseil(erreur.conseil())
    }
}

#[cfg(feature = "complet")]
impl From<recours_seal::oprf::ErreurOprf> for ErreurCommande {
    fn from(erreur: recours_seal::oprf::ErreurOprf) -> Self {
        let sortie = if erreur.est_panne() { Sortie::Panne } else { Sortie::Refus };
        Self::nouvelle(sortie, erreur.code(), erreur.to_string()).avec_conseil(erreur.conseil())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;
    use std::path::Path;

    #[test]
    fn un_fichier_refuse_sort_en_3_et_un_disque_plein_en_4() {
        let refus: ErreurCommande = ErreurTable::Vide { fichier: "a.csv".into() }.into();
        assert_eq!(refus.sortie, Sortie::Refus);
        assert_eq!(
            refus.to_string(),
            "erreur E-TABLE-004 : a.csv : fichier vide.\n  → Refaites l'extraction : même sans ligne, le fichier doit nommer ses colonnes."
        );
        let plein = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let panne: ErreurCommande = ErreurTable::d_ecriture(Path::new("b"), &plein).into();
        assert_eq!(panne.sortie as u8, 4);
    }

    #[test]
    fn une_cle_collee_par_erreur_ne_ressort_pas() {
        let e = ErreurCommande::refus("E-X", "« AGE-SECRET-KEY-1ABC2 » n'est pas une date.").avec_conseil("Pas AGE-SECRET-KEY-1DEF3.");
        assert_eq!(e.to_string(), "erreur E-X : « (clé secrète) » n'est pas une date.\n  → Pas (clé secrète).");
        assert_eq!(e.texte(), "« (clé secrète) » n'est pas une date.");
        assert_eq!(e.que_faire(), "Pas (clé secrète).");
    }

    #[test]
    fn un_conseil_vide_ne_laisse_pas_de_fleche() {
        let e = ErreurCommande::usage("E-X", "non").avec_conseil("");
        assert_eq!(e.to_string(), "erreur E-X : non");
    }
}
