//! A small bench: invented foyers in files, the built command, and its answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Float64Type;
use recours_tables::lire_table;

/// Root of the repository.
pub fn racine() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the built command from a folder.
pub fn recours(dans: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_recours")).current_dir(dans).args(arguments).output().unwrap()
}

/// Everything that the command said.
pub fn dit(sortie: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&sortie.stdout), String::from_utf8_lossy(&sortie.stderr))
}

/// One foyer's answer for one right.
#[derive(Debug, Clone, PartialEq)]
pub struct Reponse {
    pub droit: String,
    pub bas: Option<f64>,
    pub haut: Option<f64>,
    pub periode: String,
    pub manque: Vec<String>,
    pub ensembles: Vec<Vec<String>>,
}

/// Answers by (household, person or empty, right).
pub type Reponses = BTreeMap<(String, String, String), Reponse>;

/// Reads a file of answers.
pub fn reponses(fichier: &Path) -> Reponses {
    let lot = lire_table(fichier).unwrap().tout().unwrap();
    lire_reponses(lot.lot())
}

/// Answers of a batch.
pub fn lire_reponses(lot: &RecordBatch) -> Reponses {
    let texte = |nom: &str| -> Vec<String> {
        let c = arrow::compute::cast(lot.column_by_name(nom).unwrap(), &arrow::datatypes::DataType::Utf8).unwrap();
        c.as_string::<i32>().iter().map(|v| v.unwrap_or_default().to_owned()).collect()
    };
    let nombre = |nom: &str| -> Vec<Option<f64>> { lot.column_by_name(nom).unwrap().as_primitive::<Float64Type>().iter().collect() };
    let liste = |a: &dyn Array| -> Vec<String> { a.as_string::<i32>().iter().map(|v| v.unwrap().to_owned()).collect() };
    let (foyers, personnes, droits, verdicts, periodes) =
        (texte("household_id"), texte("person_id"), texte("right"), texte("entitled"), texte("period"));
    let (bas, haut) = (nombre("amount_low"), nombre("amount_high"));
    let (missing, settle) =
        (lot.column_by_name("missing").unwrap().as_list::<i32>(), lot.column_by_name("settle").unwrap().as_list::<i32>());
    (0..lot.num_rows())
        .map(|i| {
            let ensembles = settle.value(i);
            let ensembles = ensembles.as_list::<i32>();
            let reponse = Reponse {
                droit: verdicts[i].clone(),
                bas: bas[i],
                haut: haut[i],
                periode: periodes[i].clone(),
                manque: liste(missing.value(i).as_ref()),
                ensembles: (0..ensembles.len()).map(|k| liste(ensembles.value(k).as_ref())).collect(),
            };
            ((foyers[i].clone(), personnes[i].clone(), droits[i].clone()), reponse)
        })
        .collect()
}

/// Tables as text, written as CSV: columns by name, cells by row.
#[derive(Clone)]
pub struct Texte {
    pub colonnes: Vec<(String, Vec<String>)>,
}

impl Texte {
    /// Writes with a separator.
    pub fn ecrire(&self, fichier: &Path, separateur: &str) {
        let lignes = self.colonnes.first().map_or(0, |c| c.1.len());
        let mut texte = self.colonnes.iter().map(|c| c.0.as_str()).collect::<Vec<_>>().join(separateur);
        for i in 0..lignes {
            texte.push('\n');
            texte += &self.colonnes.iter().map(|c| c.1[i].as_str()).collect::<Vec<_>>().join(separateur);
        }
        texte.push('\n');
        std::fs::write(fichier, texte).unwrap();
    }

    /// A column's cells.
    pub fn colonne(&mut self, nom: &str) -> &mut Vec<String> {
        &mut self.colonnes.iter_mut().find(|c| c.0 == nom).unwrap_or_else(|| panic!("pas de colonne {nom}")).1
    }

    /// Removes a column.
    pub fn sans(&mut self, nom: &str) {
        self.colonnes.retain(|c| c.0 != nom);
    }
}

/// Three invented foyers in a folder: 1, a lone woman of 40 without income; 2, a couple in work with a child; 3, a
/// man of 70 with a small pension.
pub struct Banc {
    pub dossier: tempfile::TempDir,
    pub personnes: Texte,
    pub foyers: Texte,
}

const SERIES: [&str; 6] = ["salaire_net", "chomage_net", "retraite_nette", "pension_invalidite", "ij_maladie", "micro_benefice"];

impl Banc {
    pub fn nouveau() -> Self {
        let fixe = |v: [&str; 5]| v.map(str::to_owned).to_vec();
        let mut personnes = vec![
            ("person_id".to_owned(), fixe(["11", "21", "22", "23", "31"])),
            ("household_id".into(), fixe(["1", "2", "2", "2", "3"])),
            ("role".into(), fixe(["demandeur", "demandeur", "conjoint", "enfant", "demandeur"])),
            ("date_naissance".into(), fixe(["1986-03-31", "1990-02-28", "1991-12-01", "2019-10-01", "1956-06-15"])),
            ("nationalite".into(), fixe(["FR", "FR", "DE", "FR", "FR"])),
            ("activite".into(), fixe(["inactif", "actif", "actif", "inactif", "retraite"])),
        ];
        personnes.push(("duree_titre_sejour_annees".into(), fixe(["0", "0", "9", "0", "0"])));
        personnes.push(("taux_incapacite".into(), vec!["0".into(); 5]));
        for nom in ["handicap", "inapte_travail", "enceinte", "garde_alternee", "rsa_jeune_heures_ok"] {
            personnes.push((nom.into(), vec!["non".into(); 5]));
        }
        for nom in [
            "pension_alimentaire_percue_mensuelle",
            "revenus_locatifs_mensuels",
            "revenus_capital_mensuels",
            "livret_a",
            "epargne_non_imposable",
            "recu_aah",
            "recu_ass",
            "recu_asi",
            "recu_caah",
        ] {
            personnes.push((nom.into(), vec!["0".into(); 5]));
        }
        for serie in SERIES {
            for m in 0..15 {
                let v = match serie {
                    "salaire_net" => fixe(["0", "1650,50", "1422,07", "0", "0"]),
                    "retraite_nette" => fixe(["0", "0", "0", "0", "512,34"]),
                    _ => fixe(["0", "0", "0", "0", "0"]),
                };
                personnes.push((format!("{serie}_m{m:02}"), v));
            }
        }
        let trois = |v: [&str; 3]| v.map(str::to_owned).to_vec();
        let mut foyers = vec![
            ("household_id".to_owned(), trois(["1", "2", "3"])),
            ("statut_conjugal".into(), trois(["celibataire", "marie", "veuf"])),
            ("statut_occupation".into(), trois(["locataire_hlm", "proprietaire", "locataire_vide"])),
            ("isolement_recent".into(), trois(["faux", "faux", "faux"])),
            ("participation_frais".into(), trois(["faux", "faux", "faux"])),
        ];
        for nom in ["recu_rsa", "recu_aspa", "recu_aide_logement", "recu_af", "recu_cf", "recu_asf", "recu_paje_base", "recu_ppa"] {
            foyers.push((nom.into(), vec!["0,00".into(); 3]));
        }
        Self { dossier: tempfile::tempdir().unwrap(), personnes: Texte { colonnes: personnes }, foyers: Texte { colonnes: foyers } }
    }

    pub fn chemin(&self, nom: &str) -> PathBuf {
        self.dossier.path().join(nom)
    }

    /// Writes both tables with `;`.
    pub fn ecrire(&self) {
        self.personnes.ecrire(&self.chemin("p.csv"), ";");
        self.foyers.ecrire(&self.chemin("f.csv"), ";");
    }

    /// Writes both tables and evaluates them on 2026-10-01, with more arguments.
    pub fn evaluer(&self, plus: &[&str]) -> Output {
        self.ecrire();
        let regles = racine().join("rules/fr");
        let mut arguments = vec!["evaluate", "--rules", regles.to_str().unwrap(), "--on", "2026-10-01"];
        arguments.extend(["--persons", "p.csv", "--households", "f.csv"]);
        if !plus.contains(&"--out") {
            arguments.extend(["--out", "r.parquet"]);
        }
        arguments.extend(plus);
        recours(self.dossier.path(), &arguments)
    }

    /// As [`Banc::evaluer`], when it must succeed.
    pub fn reponses(&self, plus: &[&str]) -> Reponses {
        let sortie = self.evaluer(plus);
        assert!(sortie.status.success(), "{}", dit(&sortie));
        reponses(&self.chemin("r.parquet"))
    }

    /// As [`Banc::evaluer`], when the input must be refused: exit 3, nothing written, the words there.
    pub fn refus(&self, mots: &[&str]) -> String {
        let sortie = self.evaluer(&[]);
        let texte = dit(&sortie);
        assert_eq!(sortie.status.code(), Some(3), "{texte}");
        for mot in mots {
            assert!(texte.contains(mot), "« {mot} » attendu dans :\n{texte}");
        }
        let restes: Vec<String> = std::fs::read_dir(self.dossier.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|n| !["p.csv", "f.csv", "p.parquet", "f.parquet"].contains(&n.as_str()))
            .collect();
        assert!(restes.is_empty(), "il reste {restes:?}");
        texte
    }
}

/// Key of an answer of a foyer.
pub fn cle(foyer: &str, droit: &str) -> (String, String, String) {
    (foyer.to_owned(), String::new(), droit.to_owned())
}
