//! The manifest: everything that the bodies of a mission agree on, as one text that they sign.
//!
//! The text has one line per thing agreed on, `clé = valeur`, sorted, in French: a lawyer reads it, and two missions that
//! say the same give the same bytes whatever the order of their files. It holds what a body commits to before the others
//! (purpose, legal basis, dates, who gives which family of data to whom and under which text, which columns and how
//! coarse, rights, recipients, caps, retention, rules) and nothing of its own kitchen (paths, names of its columns, team).
//!
//! ```text
//! mission.empreinte    binds keys to a purpose: caps, recipients, lines and retention may change under the same keys
//! Manifeste::empreinte binds signatures to the whole text: none of it may change without all signing again
//! ```

mod difference;
mod lignes;
mod mots;
mod signe;
mod texte;

use std::collections::BTreeMap;
use std::path::Path;

use recours_engine::grain::Grains;
use recours_engine::plan::Program;
use recours_rules::Pack;

use crate::commandes::plan::apports::Plan;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::regles;

pub use difference::Difference;
pub use lignes::{exiger_liste, exiger_livraison, exiger_numeros, exiger_scellement, familles_livrees, verifier_familles};
pub use signe::{ACTE, Etat, Signe, chemin, etats, exigees, exiger, exiger_complet, signer};

/// First line of the text, and domain of its digest: another form of the text needs another number.
const DOMAINE: &str = "recours/manifeste/1";

/// Keys that are read off the rules: whoever holds none of them (the linkage unit) does not compare them.
const DES_REGLES: [&str; 2] = ["grain.", "livre."];

/// What the bodies of a mission sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifeste(BTreeMap<String, String>);

impl Manifeste {
    /// From the mission and the hash of its rules: all but what is read off the rules themselves.
    #[must_use]
    pub fn de(mission: &Mission, empreinte_regles: &str) -> Self {
        Self(texte::de_mission(mission, empreinte_regles))
    }

    /// With the columns that each body delivers, and how coarse.
    #[must_use]
    pub fn complet(mission: &Mission, pack: &Pack, program: &Program, grains: &Grains, empreinte_regles: &str) -> Self {
        let mut lignes = texte::de_mission(mission, empreinte_regles);
        texte::ajouter_regles(&mut lignes, mission, pack, &Plan::avec_grains(mission, pack, program, grains));
        lignes.insert("grain.empreinte".to_owned(), grains.fingerprint(pack));
        Self(lignes)
    }

    /// The whole manifest of a mission, its rules read.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn de_mission(mission: &Mission) -> Result<Self, ErreurCommande> {
        let (pack, empreinte) = regles::de_mission(mission)?;
        let program = Program::compile(&pack);
        Ok(Self::complet(mission, &pack, &program, &Grains::of(&pack, &program), &empreinte))
    }

    /// Of a mission file, or of a signed text.
    ///
    /// # Errors
    /// E-MANIFESTE-011 for a text that is no manifest; those of the mission and its rules.
    pub fn de_fichier(chemin: &Path) -> Result<Self, ErreurCommande> {
        match std::fs::read_to_string(chemin) {
            Ok(texte) if texte.starts_with(DOMAINE) => Ok(Signe::de_texte(chemin, &texte)?.manifeste),
            // A file that cannot be read is a mission's to refuse, in its words.
            _ => Self::de_mission(&Mission::lire(chemin)?),
        }
    }

    /// The text: what is signed.
    #[must_use]
    pub fn texte(&self) -> String {
        let lignes: String = self.0.iter().map(|(cle, valeur)| format!("{cle} = {}\n", echapper(valeur))).collect();
        format!("{DOMAINE}\n{lignes}")
    }

    /// From its text.
    fn de_texte(texte: &str) -> Option<Self> {
        let mut lignes = texte.lines();
        (lignes.next()? == DOMAINE).then_some(())?;
        let lues: Option<BTreeMap<String, String>> =
            lignes.map(|l| l.split_once(" = ").map(|(cle, valeur)| (cle.to_owned(), rendre(valeur)))).collect();
        // Exactly the form that is written: a line twice, another order or another end would be read by nobody alike.
        lues.map(Self).filter(|m| m.texte() == texte)
    }

    /// BLAKE3 of the text under its domain, 64 hexadecimal digits.
    #[must_use]
    pub fn empreinte(&self) -> String {
        let mut hache = blake3::Hasher::new();
        for part in [DOMAINE, &self.texte()] {
            hache.update(&(part.len() as u64).to_le_bytes());
            hache.update(part.as_bytes());
        }
        hache.finalize().to_hex().to_string()
    }

    /// What changes from this manifest to another, in the order of the text. What is read off the rules is compared only
    /// when both have it.
    #[must_use]
    pub fn differences(&self, apres: &Self) -> Vec<Difference> {
        let regles = self.a_les_regles() && apres.a_les_regles();
        difference::entre(self, apres).into_iter().filter(|d| regles || !DES_REGLES.iter().any(|p| d.cle().starts_with(p))).collect()
    }

    /// A line of the text, by its key.
    #[must_use]
    pub fn valeur(&self, cle: &str) -> Option<&str> {
        self.0.get(cle).map(String::as_str)
    }

    fn a_les_regles(&self) -> bool {
        self.0.contains_key("grain.empreinte")
    }

    /// Lines whose key begins so.
    fn sous<'m>(&'m self, debut: &'m str) -> impl Iterator<Item = (&'m str, &'m str)> {
        self.0.iter().filter_map(move |(cle, valeur)| cle.strip_prefix(debut).map(|reste| (reste, valeur.as_str())))
    }
}

/// A value on one line, and back: a text of several lines must not pass for several agreements.
fn echapper(valeur: &str) -> String {
    valeur.chars().flat_map(|c| if c.is_control() || c == '\\' { c.escape_default().collect::<Vec<_>>() } else { vec![c] }).collect()
}

fn rendre(valeur: &str) -> String {
    let mut sortie = String::with_capacity(valeur.len());
    let mut reste = valeur;
    while let Some((avant, suite)) = reste.split_once('\\') {
        sortie.push_str(avant);
        let (lu, saute) = match suite.as_bytes() {
            [b'n', ..] => ('\n', 1),
            [b'r', ..] => ('\r', 1),
            [b't', ..] => ('\t', 1),
            [b'\\', ..] => ('\\', 1),
            _ => match suite.strip_prefix("u{").and_then(|s| s.split_once('}')) {
                Some((n, _)) => (u32::from_str_radix(n, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'), n.len() + 3),
                None => ('\\', 0),
            },
        };
        sortie.push(lu);
        reste = suite.get(saute..).unwrap_or_default();
    }
    sortie + reste
}

#[cfg(test)]
mod tests;
