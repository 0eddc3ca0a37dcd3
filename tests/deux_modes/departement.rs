//! An invented département whose mission evaluates the whole pack: the demo's bodies, files and mappings, no choice of rights.

use std::path::Path;

use recours::grain::Forme;
use recours::mission::Mission;
use recours::progression::Progression;
use recours::{cles, liaison, livraisons, regles, scellement};
use recours_engine::link::Delivery;
use recours_engine::plan::Program;
use recours_rules::Pack;
use tempfile::TempDir;

use crate::evaluer::banc::{dit, recours};

pub struct Departement {
    _dossier: TempDir,
    pub mission: Mission,
    pub pack: Pack,
    pub empreinte: String,
    pub program: Program,
}

impl Departement {
    /// Invented by `recours demo`, then sealed and linked again under the mission of the whole pack.
    pub fn nouveau(personnes: u32, graine: u64) -> Self {
        let dossier = tempfile::tempdir().unwrap();
        let demo = ["demo", "--persons", &personnes.to_string(), "--seed", &graine.to_string(), "--out", "demo"];
        let sortie = recours(dossier.path(), &demo);
        assert!(sortie.status.success(), "{}", dit(&sortie));
        let (de, vers) = (dossier.path().join("demo"), dossier.path().join("entier"));
        for nom in ["bodies", "regles"] {
            copier(&de.join(nom), &vers.join(nom));
        }
        let texte = std::fs::read_to_string(de.join("mission.toml")).unwrap();
        std::fs::write(vers.join("mission.toml"), sans_choix(&texte)).unwrap();
        let mission = Mission::lire(vers.join("mission.toml")).unwrap();
        assert!(mission.droits.is_none());
        cles::creer_cles(&mission).unwrap();
        let muet = Progression::silencieuse();
        for o in mission.organismes.iter().filter(|o| !o.tables.is_empty()) {
            scellement::sceller_organisme(&mission, &o.id, &[], None, &muet).unwrap();
        }
        liaison::relier(&mission, None, &muet).unwrap();
        let (pack, empreinte) = regles::de_mission(&mission).unwrap();
        let program = Program::compile(&pack);
        Self { _dossier: dossier, mission, pack, empreinte, program }
    }

    pub fn livraisons(&self) -> Vec<Delivery> {
        let muet = Progression::silencieuse();
        livraisons::ouvrir(&self.mission, &self.pack, &self.program, &self.empreinte, Forme::Grossie, &muet).unwrap().livraisons
    }
}

/// The mission without its list of rights: all of them. Without its lines too: they permit what the demo's rights need.
fn sans_choix(texte: &str) -> String {
    let (avant, apres) = texte.split_once("droits = [").unwrap();
    let (apres, _) = apres.split_once(']').unwrap().1.split_once("[[convention]]").unwrap();
    format!("{avant}{apres}")
}

/// Files that are not keys or logs.
fn copier(de: &Path, vers: &Path) {
    std::fs::create_dir_all(vers).unwrap();
    for entree in std::fs::read_dir(de).unwrap() {
        let chemin = entree.unwrap().path();
        let nom = chemin.file_name().unwrap();
        if chemin.is_dir() {
            copier(&chemin, &vers.join(nom));
        } else if ["parquet", "yaml", "json", "md", "csv"].iter().any(|x| chemin.extension().is_some_and(|e| e == *x)) {
            std::fs::copy(&chemin, vers.join(nom)).unwrap();
        }
    }
}
