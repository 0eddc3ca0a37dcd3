//! Openings of invented rows, and forms filled as a team would.

use std::path::{Path, PathBuf};

use recours::retours::ecrire::{HorsCapacite, preparer};
use recours::retours::formulaire::COLONNES;
use recours::retours::mots::{Canal, TypeNonRecours, normaliser};
use recours::retours::suivi::{self, Ligne, Ouverture, Suivie};
use recours_engine::outreach::{Bande, Nature};
use recours_tables::ecrire_ensemble;
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

/// 2026-10-01.
pub const JOUR: i32 = 20_727;

pub fn ligne_de(n: usize) -> [u8; 16] {
    let mut octets = [0xA7; 16];
    octets[8..].copy_from_slice(&(n as u64).to_be_bytes());
    octets
}

pub fn suivie(fiche: u32, droit: &str) -> Suivie {
    Suivie {
        fiche,
        row_id: ligne_de(fiche as usize),
        droit: droit.into(),
        libelle: format!("Libellé de {droit}"),
        nature: if droit.starts_with("rupture") { Nature::Rupture } else { Nature::NonRecours },
        regle: format!("{droit}@2026-04"),
        bande: Bande::AProposer,
        date_utile: None,
        expire: JOUR + 61,
        canal: Canal::Telephone,
        minutes: 20,
        types: vec![TypeNonRecours::NonConnaissance, TypeNonRecours::NonDemande],
        freins: 0,
    }
}

/// A body's folder after an opening.
pub struct Banc {
    pub dossier: TempDir,
    pub lignes: Vec<Ligne>,
}

impl Banc {
    pub fn nouveau(suivies: &[Suivie], hors: &[HorsCapacite]) -> Self {
        let dossier = tempfile::tempdir().unwrap();
        let ouverture = Ouverture { organisme: "caf", epoque: "2026-T4", jour: JOUR };
        ecrire_ensemble(preparer(dossier.path(), &ouverture, suivies, hors).unwrap()).unwrap();
        let lignes = suivi::lire(&dossier.path().join("suivi.parquet")).unwrap();
        Self { dossier, lignes }
    }

    pub fn chemin(&self, nom: &str) -> PathBuf {
        self.dossier.path().join(nom)
    }

    pub fn vague(&self) -> String {
        self.lignes[0].vague.clone()
    }

    /// A CSV form with these rows: page, right, then `column=value`.
    pub fn remplir(&self, nom: &str, rangees: &[&str]) -> PathBuf {
        let mut texte = COLONNES.iter().map(|c| c.titre).collect::<Vec<_>>().join(";") + "\r\n";
        for r in rangees {
            let mut mots = r.split(' ').filter(|m| !m.is_empty());
            let (fiche, droit) = (mots.next().unwrap(), mots.next().unwrap());
            let saisies: Vec<(&str, String)> = mots.map(|m| m.split_once('=').unwrap()).map(|(c, v)| (c, v.replace('~', " "))).collect();
            let cases = COLONNES.iter().map(|c| match c.titre {
                "vague" => self.vague(),
                "fiche" => fiche.into(),
                "droit" => droit.into(),
                t => saisies.iter().find(|(c, _)| *c == normaliser(t)).map(|(_, v)| v.clone()).unwrap_or_default(),
            });
            texte += &(cases.collect::<Vec<_>>().join(";") + "\r\n");
        }
        let chemin = self.chemin(nom);
        std::fs::write(&chemin, texte).unwrap();
        chemin
    }
}

/// A workbook with these cells on its sheet `retours`, as a spreadsheet saves it.
pub fn classeur(chemin: &Path, remplir: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) {
    let mut livre = Workbook::new();
    let feuille = livre.add_worksheet().set_name("retours").unwrap();
    for (c, colonne) in (0_u16..).zip(&COLONNES) {
        feuille.write_string(0, c, colonne.titre).unwrap();
    }
    remplir(feuille);
    livre.save(chemin).unwrap();
}
