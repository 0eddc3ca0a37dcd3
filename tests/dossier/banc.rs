//! A mission of the repository in a folder of its own, with its rules copied, so that both may be changed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

pub const PAPIERS: [&str; 6] =
    ["01-liste-des-donnees", "02-convention", "03-analyse-d-impact", "04-registre", "05-information", "06-homologation"];

pub struct Banc {
    dossier: tempfile::TempDir,
    textes: OnceLock<Vec<String>>,
}

pub fn racine() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn dit(sortie: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&sortie.stdout), String::from_utf8_lossy(&sortie.stderr))
}

fn copier(de: &Path, vers: &Path) {
    std::fs::create_dir_all(vers).unwrap();
    for entree in std::fs::read_dir(de).unwrap().map(|e| e.unwrap().path()) {
        let la = vers.join(entree.file_name().unwrap());
        if entree.is_dir() {
            copier(&entree, &la);
        } else {
            std::fs::copy(&entree, la).unwrap();
        }
    }
}

impl Banc {
    /// A copy of `missions/<nom>` and of the French rules.
    pub fn de(nom: &str) -> Self {
        let ici = Self { dossier: tempfile::tempdir().unwrap(), textes: OnceLock::new() };
        copier(&racine().join("rules/fr"), &ici.dossier().join("regles"));
        let texte = std::fs::read_to_string(racine().join("missions").join(nom)).unwrap();
        ici.ecrire_mission(&texte.replace("../rules/fr", "regles"));
        ici
    }

    pub fn dossier(&self) -> &Path {
        self.dossier.path()
    }

    /// Texts of the rules, as they stood when first asked for.
    pub fn regles(&self) -> &[String] {
        self.textes.get_or_init(|| {
            let mut dossiers: Vec<PathBuf> = vec![self.dossier().join("regles")];
            let mut textes = Vec::new();
            while let Some(d) = dossiers.pop() {
                for chemin in std::fs::read_dir(d).unwrap().map(|e| e.unwrap().path()) {
                    if chemin.is_dir() {
                        dossiers.push(chemin);
                    } else if chemin.extension().is_some_and(|x| x == "yaml") {
                        textes.push(std::fs::read_to_string(chemin).unwrap());
                    }
                }
            }
            textes
        })
    }

    pub fn sortie(&self) -> PathBuf {
        self.dossier().join("dossier")
    }

    pub fn mission(&self) -> String {
        std::fs::read_to_string(self.dossier().join("mission.toml")).unwrap()
    }

    pub fn ecrire_mission(&self, texte: &str) {
        std::fs::write(self.dossier().join("mission.toml"), texte).unwrap();
    }

    /// Changes a text of the rules; it must be there.
    pub fn changer_regle(&self, fichier: &str, avant: &str, apres: &str) {
        let chemin = self.dossier().join("regles").join(fichier);
        let texte = std::fs::read_to_string(&chemin).unwrap();
        assert!(texte.contains(avant), "{fichier} : {avant}");
        std::fs::write(chemin, texte.replace(avant, apres)).unwrap();
    }

    pub fn lire(&self, nom: &str) -> String {
        std::fs::read_to_string(self.sortie().join(nom)).unwrap_or_else(|e| panic!("{nom} : {e}"))
    }

    pub fn lancer(&self, arguments: &[&str]) -> Output {
        self.lancer_avec(arguments, &[])
    }

    pub fn lancer_avec(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut commande = Command::new(env!("CARGO_BIN_EXE_recours"));
        commande.current_dir(self.dossier()).args(["dossier", "mission.toml", "--out", "dossier"]).args(arguments);
        commande.envs(variables.iter().copied()).output().unwrap()
    }

    /// Runs the command, which must succeed; what it said.
    pub fn reussir(&self, arguments: &[&str]) -> String {
        let sortie = self.lancer(arguments);
        assert!(sortie.status.success(), "{}", dit(&sortie));
        dit(&sortie)
    }
}
