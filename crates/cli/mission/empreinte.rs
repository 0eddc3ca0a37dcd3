//! The fingerprint that binds keys to a purpose.

use super::{Donnees, Finalite, Mission, Mode, Suite};

/// First bytes of what is hashed: another form of the canonical bytes needs another number.
const DOMAINE: &str = "recours/mission/1";

impl Mission {
    /// BLAKE3 (hexadecimal) of the fields that bind the purpose: name, purpose, legal basis, territory, date,
    /// epoch, nature of the data, mode, suite, bodies (id and SIREN), rights, and the rule pack's hash; in mode B the rounds and the attested populations
    /// too.
    ///
    /// It enters key derivation: tokens made for one purpose cannot be joined to those of another. Paths,
    /// mappings and recipients do not change it, nor does the order of bodies or rights in the file.
    pub fn empreinte(&self, regles: &str) -> String {
        let mut hache = blake3::Hasher::new();
        let mut champ = |texte: &str| {
            // Length first, so that no two lists of fields give the same bytes.
            hache.update(&(texte.len() as u64).to_le_bytes());
            hache.update(texte.as_bytes());
        };
        champ(DOMAINE);
        champ(&self.nom);
        champ(match self.finalite {
            Finalite::Informer => "informer",
            Finalite::Attribuer => "attribuer",
        });
        champ(&self.base_legale);
        champ(&self.territoire);
        champ(&self.date.to_string());
        champ(&self.epoque);
        champ(match self.donnees {
            Donnees::Inventees => "inventees",
            Donnees::Reelles => "reelles",
        });
        champ(match self.mode {
            Mode::A => "A",
            Mode::B => "B",
        });
        champ(match self.suite {
            Suite::Rgs => "rgs",
            Suite::Rapide => "rapide",
        });
        if self.mode == Mode::B {
            // What caps evaluations is signed by all, the key holder included.
            champ(&self.tours.to_string());
            let mut populations: Vec<(&str, u64)> =
                self.organismes.iter().filter_map(|o| o.population.map(|n| (o.id.as_str(), n))).collect();
            populations.sort_unstable();
            champ(&populations.len().to_string());
            for (id, n) in populations {
                champ(id);
                champ(&n.to_string());
            }
        }
        let mut organismes: Vec<(&str, &str)> =
            self.organismes.iter().map(|o| (o.id.as_str(), o.siren.as_deref().unwrap_or_default())).collect();
        organismes.sort_unstable();
        champ(&organismes.len().to_string());
        for (id, siren) in organismes {
            champ(id);
            champ(siren);
        }
        match &self.droits {
            None => champ("tous"),
            Some(droits) => {
                let mut droits: Vec<&str> = droits.iter().map(String::as_str).collect();
                droits.sort_unstable();
                droits.dedup();
                champ(&droits.len().to_string());
                for droit in droits {
                    champ(droit);
                }
            }
        }
        if let Some(limites) = self.liaison.textes() {
            champ("liaison");
            limites.iter().for_each(|l| champ(l));
        }
        champ(regles);
        hache.finalize().to_hex().to_string()
    }
}
