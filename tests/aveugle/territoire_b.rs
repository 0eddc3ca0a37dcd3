//! The nine people of the sealing tests, in mode B.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::process::{Child, Command, Stdio};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use recours::chemins;
use recours_tables::lire_table;

use crate::sceller::territoire::{Territoire, mission, row_ids};

pub struct TerritoireB(pub Territoire);

impl Deref for TerritoireB {
    type Target = Territoire;
    fn deref(&self) -> &Territoire {
        &self.0
    }
}

/// The mission in mode B. The CAF has four rows to seal beside the thousand canaries: what the bodies attest lets it do so
/// twice. Without the wider passes, which cost tens of evaluations a person.
pub fn mission_b(tours: u8, suite: &str) -> String {
    mission_large(tours, suite) + "\n[liaison]\npasses_elargies = false\n"
}

/// The same with the wider passes.
pub fn mission_large(tours: u8, suite: &str) -> String {
    mission("essai", "2026-T4")
        .replace("mode = \"A\"\nsuite = \"rgs\"", &format!("mode = \"B\"\nsuite = \"{suite}\"\ntours = {tours}"))
        .replace("plafond_liste = 300", "plafond_liste = 300\npopulation = 1010")
}

impl TerritoireB {
    pub fn nouveau(tours: u8, suite: &str) -> Self {
        Self::avec(&mission_b(tours, suite))
    }

    pub fn avec(mission: &str) -> Self {
        let ici = Self(Territoire::sans_cles());
        ici.ecrire("mission.toml", mission);
        recours::cles::creer_cles(&ici.mission()).unwrap();
        ici
    }

    /// The same territory in mode A, sealed and linked.
    pub fn en_mode_a(suite: &str) -> Self {
        let ici = Self::avec(&mission("essai", "2026-T4").replace("suite = \"rgs\"", &format!("suite = \"{suite}\"")));
        for body in ["caf", "cpam"] {
            ici.sceller(body).unwrap();
        }
        ici.relier().unwrap();
        ici
    }

    /// The three steps of one round, by the command line.
    pub fn par_fichiers(&self, body: &str, tour: u8) {
        let (tour, echanges) = (tour.to_string(), format!("echanges/{body}"));
        self.reussir(&["blind", "mission.toml", "--body", body, "--tour", &tour]);
        self.reussir(&["serve-keys", "mission.toml", "--input", &echanges]);
        self.reussir(&["finalise", "mission.toml", "--body", body, "--tour", &tour]);
    }

    /// Runs the binary, gives its standard output.
    pub fn reussir(&self, arguments: &[&str]) -> String {
        let sortie = self.recours(arguments);
        assert!(sortie.status.success(), "{arguments:?} : {}", String::from_utf8_lossy(&sortie.stderr));
        String::from_utf8(sortie.stdout).unwrap()
    }

    /// Runs the binary and expects this refusal, with an advice and not one more file than the log's line and the lock.
    pub fn refuser(&self, arguments: &[&str], sortie: i32, code: &str) -> String {
        let avant = self.fichiers();
        let resultat = self.recours(arguments);
        let texte = String::from_utf8(resultat.stderr).unwrap();
        assert_eq!(resultat.status.code(), Some(sortie), "{arguments:?} : {texte}");
        assert!(texte.starts_with(&format!("erreur {code} : ")) && texte.contains("\n  → "), "{code} attendu : {texte}");
        assert_eq!(avant, self.fichiers(), "{code} : des fichiers ont été laissés");
        texte
    }

    fn fichiers(&self) -> BTreeSet<std::path::PathBuf> {
        let tous = crate::sceller::territoire::fichiers(self.dossier.path());
        tous.into_iter().filter(|f| !f.ends_with("tiers_cles/journal.jsonl") && !f.ends_with("compteur.verrou")).collect()
    }

    /// Moves folders out of the way, as if this machine did not have them.
    pub fn cacher(&self, dossiers: &[&str]) {
        for dossier in dossiers.iter().filter(|d| self.chemin(d).exists()) {
            let loin = self.chemin("ailleurs").join(dossier.replace('/', "~"));
            std::fs::create_dir_all(loin.parent().unwrap()).unwrap();
            std::fs::rename(self.chemin(dossier), loin).unwrap();
        }
    }

    /// Puts them back.
    pub fn rendre(&self) {
        for entree in std::fs::read_dir(self.chemin("ailleurs")).unwrap() {
            let loin = entree.unwrap().path();
            let ici = self.chemin(&loin.file_name().unwrap().to_str().unwrap().replace('~', "/"));
            std::fs::rename(loin, ici).unwrap();
        }
    }

    /// The key holder's service, on a port of its own.
    pub fn service(&self) -> Service {
        let mut processus = Command::new(env!("CARGO_BIN_EXE_recours"))
            .args(["serve-keys", "mission.toml", "--ecoute", "127.0.0.1:0"])
            .current_dir(self.dossier.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut premiere = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(processus.stdout.as_mut().unwrap()), &mut premiere).unwrap();
        let adresse = premiere.trim().strip_prefix("Écoute sur ").unwrap().trim_end_matches('.').to_owned();
        Service { processus, adresse }
    }
}

/// Stopped when dropped.
pub struct Service {
    processus: Child,
    pub adresse: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.processus.kill();
        let _ = self.processus.wait();
    }
}

/// The persons, each by its rows (body and row id).
pub fn partition(ici: &Territoire) -> BTreeSet<BTreeSet<(String, [u8; 16])>> {
    let mut personnes: BTreeMap<[u8; 16], BTreeSet<(String, [u8; 16])>> = BTreeMap::new();
    for body in ["caf", "cpam"] {
        let lot = lire_table(chemins::liaison(&ici.mission().dossiers.liaison, body)).unwrap().tout().unwrap();
        let poignees = lot.colonne("handle").unwrap().octets16().unwrap();
        for (id, poignee) in row_ids(&lot).into_iter().zip(poignees) {
            personnes.entry(poignee.unwrap()).or_default().insert((body.to_owned(), id));
        }
    }
    personnes.into_values().collect()
}

/// The findings without their random handles, sorted.
pub fn reperages(ici: &TerritoireB) -> Vec<String> {
    ici.reussir(&["detect", "mission.toml"]);
    let lot = lire_table(ici.chemin("host/findings.parquet")).unwrap().tout().unwrap();
    let schema = lot.lot().schema();
    let colonnes: Vec<_> = schema.fields().iter().zip(lot.lot().columns()).filter(|(c, _)| c.name() != "unit").collect();
    let options = FormatOptions::default();
    let textes: Vec<_> = colonnes.iter().map(|(_, c)| ArrayFormatter::try_new(c.as_ref(), &options).unwrap()).collect();
    let ligne = |i| textes.iter().map(|t| t.value(i).to_string()).collect::<Vec<_>>().join("|");
    let mut lignes: Vec<String> = (0..lot.lot().num_rows()).map(ligne).collect();
    lignes.sort();
    lignes
}
