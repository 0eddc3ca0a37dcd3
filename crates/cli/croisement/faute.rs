//! Faults of a croisement's description: where, what, what to do; all of them at once.

use std::path::{Path, PathBuf};

use toml::Spanned;

use crate::erreur::ErreurCommande;
use crate::mission::{Faute, Place};

/// The description being checked: its text for places, its folder for paths, the faults so far.
pub(super) struct Examen<'t> {
    pub fichier: &'t Path,
    pub texte: &'t str,
    pub fautes: Vec<Faute>,
}

impl<'t> Examen<'t> {
    pub fn nouveau(fichier: &'t Path, texte: &'t str) -> Self {
        Self { fichier, texte, fautes: Vec::new() }
    }

    pub fn place<T>(&self, valeur: &Spanned<T>) -> Place {
        Place::de(self.texte, &valeur.span())
    }

    pub fn faute(&mut self, code: &'static str, place: impl Into<Option<Place>>, message: impl Into<String>, conseil: impl Into<String>) {
        self.fautes.push(Faute { code, place: place.into(), message: message.into(), conseil: conseil.into() });
    }

    /// A path of the description, from its folder.
    pub fn chemin(&self, relatif: &str) -> PathBuf {
        self.fichier.parent().unwrap_or(Path::new("")).join(relatif)
    }

    /// Exit 3 with all the faults found, when there are some.
    ///
    /// # Errors
    /// Those.
    pub fn conclure(&mut self) -> Result<(), ErreurCommande> {
        let mut fautes = std::mem::take(&mut self.fautes);
        fautes.sort_by_key(|f| f.place);
        let place = |f: &Faute| f.place.map(|p| format!(":{}:{}", p.ligne, p.colonne)).unwrap_or_default();
        let nom = self.fichier.display();
        match fautes.as_slice() {
            [] => Ok(()),
            [seule] => {
                Err(ErreurCommande::refus(seule.code, format!("{nom}{} : {}", place(seule), seule.message))
                    .avec_conseil(seule.conseil.clone()))
            }
            [premiere, ..] => {
                let lignes = fautes.iter().map(|f| {
                    let fleche = if f.conseil.is_empty() { String::new() } else { format!("\n  → {}", f.conseil) };
                    format!("\n{nom}{} : {} ({}){fleche}", place(f), f.message, f.code)
                });
                Err(ErreurCommande::refus(
                    premiere.code,
                    format!("{} fautes dans le croisement{}", fautes.len(), lignes.collect::<String>()),
                ))
            }
        }
    }
}
