//! `recours returns` at a body: what the forms give, what may leave, what is deleted.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use recours::commandes::returns::{Bilan, Demande, traiter};
use recours::erreur::ErreurCommande;
use recours::mission::Mission;
use recours::retours::comptes::Comptes;
use recours::retours::diffusion;
use recours::retours::intervalle::ErreurExamen;
use recours::retours::suivi;

use recours_engine::aggregates::registre::Parution;

use super::banc::{Banc, JOUR, suivie};
use crate::listes::territoire::{ORGANISMES, Personne, Territoire, personne};

/// A body with `n` pages of RSA, in a mission whose keys are made.
pub struct Chantier {
    pub territoire: Territoire,
    pub banc: Banc,
}

impl Chantier {
    pub fn nouveau(n: usize) -> Self {
        let personnes: Vec<Personne> = (0..n).map(|i| personne(i, &ORGANISMES)).collect();
        Self {
            territoire: Territoire::nouveau(&personnes, &[], 300),
            banc: Banc::nouveau(&(1..=n as u32).map(|f| suivie(f, "rsa")).collect::<Vec<_>>(), &[]),
        }
    }

    pub fn demande<'a>(&'a self, formulaires: &'a [PathBuf], suivis: &'a [PathBuf], jour: i32) -> Demande<'a> {
        Demande {
            mission: &self.territoire.mission,
            formulaires,
            suivis,
            sortie: self.banc.chemin("retours"),
            registre: None,
            remplacer: false,
            erreur: ErreurExamen::AUCUNE,
            transmettre: None,
            mesurer: None,
            jour,
        }
    }

    /// Takes these rows into account, `jours` days after the opening.
    pub fn noter(&self, rangees: &[&str], jours: i32) -> Result<Bilan, ErreurCommande> {
        let formulaires = [self.banc.remplir("rempli.csv", rangees)];
        traiter(&self.demande(&formulaires, &[self.banc.chemin("suivi.parquet")], JOUR + jours))
    }

    pub fn lire(&self, nom: &str) -> String {
        std::fs::read_to_string(self.banc.chemin(&format!("retours/{nom}"))).unwrap()
    }

    pub fn mission(&self) -> &Mission {
        &self.territoire.mission
    }
}

/// Pages 1 to 14 helped, 15 to 18 examined and not entitled, 19 refuses, 20 not reached.
fn vingt() -> Vec<String> {
    let mut rangees: Vec<String> = (1..=14)
        .map(|f| format!("{f} rsa etape=accompagné date=05/10/2026 canal=téléphone comment=avec minutes=30 vu_non_connaissance=oui"))
        .collect();
    rangees.extend(
        (15..=18).map(|f| format!("{f} rsa etape=non~éligible~après~examen date=05/10/2026 canal=téléphone minutes=15 vu_non_demande=oui")),
    );
    rangees.push("19 rsa etape=refus date=05/10/2026 canal=téléphone".into());
    rangees.push("20 rsa etape=non~joint date=05/10/2026 canal=téléphone".into());
    rangees
}

fn noter(c: &Chantier, rangees: &[String], jours: i32) -> Result<Bilan, ErreurCommande> {
    c.noter(&rangees.iter().map(String::as_str).collect::<Vec<_>>(), jours)
}

#[test]
fn les_visites_disent_quelles_regles_avaient_raison() {
    let c = Chantier::nouveau(22);
    let bilan = noter(&c, &vingt(), 10).unwrap();
    let (justes, examinees, part) = bilan.comptes.justesse("rsa@2026-04", None, ErreurExamen::AUCUNE);
    assert_eq!((justes, examinees), (14, 18));
    assert!(part.unwrap().contient(14.0 / 18.0));
    // Refusal and absence are not errors of the rule; two pages are still to be examined.
    assert_eq!(bilan.notes, 20);
    let texte = c.lire("bilan.csv");
    let toutes = texte.lines().find(|l| l.contains("\"toutes\"")).unwrap();
    assert!(toutes.contains("\"18\";\"14\";\"0,778\""), "{toutes}");
    assert!(c.lire("minutes.csv").contains("\"téléphone\";\"18\";\"26,667\";\"20,000\""), "{}", c.lire("minutes.csv"));
    let types = c.lire("types.csv");
    // The rules said « not known, not asked for »; the team saw the first in fourteen, the second in four.
    assert!(types.contains("\"non_connaissance\";\"14\";\"4\";\"0\";\"0\";\"0\";\"14\";\"4\";\"0\""), "{types}");
    for nom in ["bilan.csv", "types.csv", "minutes.csv", "a_rappeler.csv", "notes.csv", "comptes.json", "parutions.json"] {
        let droits = std::fs::metadata(c.banc.chemin(&format!("retours/{nom}"))).unwrap().permissions().mode() & 0o777;
        assert_eq!(droits, 0o600, "{nom}");
    }
}

/// The same file again, its rows in another order, a later step: the counts are those of the people, not of the readings.
#[test]
fn relire_ne_compte_pas_deux_fois() {
    let c = Chantier::nouveau(22);
    let premier = noter(&c, &vingt(), 10).unwrap();
    let mut autre_ordre = vingt();
    autre_ordre.reverse();
    let second = noter(&c, &autre_ordre, 10).unwrap();
    assert_eq!(premier.comptes, second.comptes);
    assert_eq!(premier.notes, second.notes);
    let apres = c
        .noter(&["1 rsa etape=droit~ouvert date=20/10/2026", "2 rsa etape=rejeté date=20/10/2026 motif=condition~non~remplie"], 25)
        .unwrap();
    let (justes, examinees, _) = apres.comptes.justesse("rsa@2026-04", None, ErreurExamen::AUCUNE);
    assert_eq!((justes, examinees), (13, 18));
    // The same step said again with other minutes corrects it.
    let corrige = c.noter(&["3 rsa etape=accompagné date=05/10/2026 canal=visite comment=pour minutes=90"], 25).unwrap();
    assert_eq!(corrige.notes, apres.notes);
    assert!(c.lire("minutes.csv").contains("\"visite\";\"1\";\"90,000\""));
}

/// A step that cannot follow is refused whole, with its row and what may be written; nothing is kept of the file.
#[test]
fn un_pas_impossible_refuse_le_fichier() {
    let c = Chantier::nouveau(3);
    c.noter(&["1 rsa etape=refus date=05/10/2026 canal=téléphone"], 10).unwrap();
    let avant = c.lire("notes.csv");
    let e = c
        .noter(&["2 rsa etape=joint date=06/10/2026 canal=accueil", "1 rsa etape=accompagné date=07/10/2026 comment=avec"], 10)
        .unwrap_err();
    assert_eq!(e.code, "E-RETOURS-010");
    assert!(e.to_string().contains("ligne 3, fiche 1 : « accompagné » ne peut pas suivre « refus »"), "{e}");
    assert_eq!(c.lire("notes.csv"), avant);
    let e = c.noter(&["2 rsa etape=contact~tenté date=06/10/2026 canal=courrier"], 10).unwrap_err();
    assert!(e.to_string().contains("« validé »"), "{e}");
    for (rangee, code) in [
        ("9 rsa etape=joint date=06/10/2026 canal=accueil", "E-RETOURS-009"),
        ("2 rsa etape=joint date=06/10/2025 canal=accueil", "E-RETOURS-006"),
        ("2 rsa etape=joint date=06/12/2026 canal=accueil", "E-RETOURS-006"),
        ("2 rsa etape=accompagné date=06/10/2026 canal=accueil", "E-RETOURS-008"),
        ("2 rsa etape=écarté date=06/10/2026 motif=pièce~manquante", "E-RETOURS-005"),
    ] {
        assert_eq!(c.noter(&[rangee], 10).unwrap_err().code, code, "{rangee}");
    }
    // A mistake of before is corrected by saying so.
    let formulaires = [c.banc.remplir("rempli.csv", &["1 rsa etape=accompagné date=07/10/2026 canal=téléphone comment=avec"])];
    let suivis = [c.banc.chemin("suivi.parquet")];
    let bilan = traiter(&Demande { remplacer: true, ..c.demande(&formulaires, &suivis, JOUR + 10) }).unwrap();
    assert_eq!(bilan.notes, 1);
}

/// Counts of one rule: rights opened, under way, to look at again, not entitled, not examined; of both bands.
fn comptes(proposer: [u64; 5], verifier: [u64; 5]) -> Comptes {
    let codes = ["droit_ouvert", "en_cours", "deja_ouvert", "non_eligible_apres_examen", "refus"];
    let bande = |n: [u64; 5]| codes.iter().map(|c| (*c).to_owned()).zip(n).collect();
    let bandes = [("a_proposer".to_owned(), bande(proposer)), ("a_verifier".to_owned(), bande(verifier))].into();
    Comptes { issues: [("rsa@2026-04".to_owned(), bandes)].into(), ..Comptes::default() }
}

fn envoi(comptes: &Comptes, avant: Vec<Parution>) -> (Option<String>, Vec<Parution>) {
    let envoi = diffusion::preparer(comptes, avant, ErreurExamen::AUCUNE).unwrap();
    (envoi.csv.map(|c| String::from_utf8(c).unwrap()), envoi.parutions)
}

/// Fails when a count under eleven leaves, when a hidden one can be found by subtraction, or when what the law says no to is told
/// by more than its rule.
#[test]
fn seuls_des_comptes_de_onze_et_plus_partent() {
    let (texte, parutions) = envoi(&comptes([40, 80, 20, 30, 30], [15, 25, 18, 40, 22]), Vec::new());
    let texte = texte.unwrap();
    for attendu in [
        "issues;rsa@2026-04;;;non_eligible_apres_examen;70",
        "issues;rsa@2026-04;a_verifier;;en_cours;25",
        "issues;rsa@2026-04;;;total;320",
        "justesse;rsa@2026-04;;;part;0,597",
    ] {
        assert!(texte.contains(attendu), "{attendu} : {texte}");
    }
    assert!(!texte.contains(";a_proposer;;non_eligible") && !texte.contains(";a_proposer;;total"), "{texte}");
    // Four of the second band were set aside by law: hidden, and enough with them that they cannot be found.
    let (petit, _) = envoi(&comptes([40, 80, 20, 30, 30], [15, 25, 18, 4, 22]), Vec::new());
    for l in petit.unwrap().lines().skip(1) {
        let champs: Vec<&str> = l.split(';').collect();
        assert!(
            champs.len() == 6 && champs[5].parse::<u64>().is_ok_and(|n| n >= 11) || champs[5] == "secret" || champs[0] == "justesse",
            "{l}"
        );
    }
    let (petit, _) = envoi(&comptes([40, 80, 20, 30, 30], [15, 25, 3, 40, 22]), Vec::new());
    let petit = petit.unwrap();
    assert!(petit.contains("a_verifier;;regle_a_revoir;secret"), "{petit}");
    // Three, known by its rule's twenty-three minus the other band's twenty: one of the two is hidden with it.
    assert!(petit.contains("a_proposer;;regle_a_revoir;secret") || petit.contains("rsa@2026-04;;;regle_a_revoir;secret"), "{petit}");
    // Where a rule has one band only, its own counts are hidden, and its share with them.
    let (petit, _) = envoi(&comptes([40, 80, 20, 3, 30], [0; 5]), Vec::new());
    let petit = petit.unwrap();
    assert!(petit.contains("rsa@2026-04;;;non_eligible_apres_examen;secret") && petit.contains("part;secret"), "{petit}");
    // One more: beside what left, the difference would be of one person. The same may be said again; anything else is
    // refused, since what two sendings say together might give a cell that each of them hides.
    assert!(envoi(&comptes([41, 80, 20, 30, 30], [15, 25, 18, 40, 22]), parutions.clone()).0.is_none());
    assert_eq!(envoi(&comptes([40, 80, 20, 30, 30], [15, 25, 18, 40, 22]), parutions.clone()).0, Some(texte));
    assert!(envoi(&comptes([80, 160, 40, 60, 60], [30, 50, 36, 80, 44]), parutions).0.is_none());
}

/// The command keeps what left: a change of one person writes no new file.
#[test]
fn un_envoi_qui_dirait_une_personne_n_est_pas_refait() {
    let c = Chantier::nouveau(22);
    assert!(noter(&c, &vingt(), 10).unwrap().transmettable);
    let texte = c.lire("a_transmettre.csv");
    assert!(noter(&c, &vingt(), 11).unwrap().transmettable);
    let bilan = c.noter(&["21 rsa etape=accompagné date=06/10/2026 canal=accueil comment=avec minutes=20"], 10).unwrap();
    assert!(!bilan.transmettable);
    assert_eq!(c.lire("a_transmettre.csv"), texte);
}

/// Thirty days after the last thing to be done, a page is gone: from the companion, from the notes; its counts stay, the log
/// says how many and nothing of whom.
#[test]
fn une_fiche_est_effacee_apres_trente_jours() {
    let c = Chantier::nouveau(22);
    let avant = noter(&c, &vingt(), 10).unwrap();
    let suivis = [c.banc.chemin("suivi.parquet")];
    // Closed on 5 October: still there on 4 November, gone the day after.
    assert_eq!(traiter(&c.demande(&[], &suivis, JOUR + 34)).unwrap().effacees, 0);
    let bilan = traiter(&c.demande(&[], &suivis, JOUR + 35)).unwrap();
    assert_eq!(bilan.effacees, 5);
    assert_eq!(bilan.comptes, avant.comptes);
    let restent = suivi::lire(&suivis[0]).unwrap();
    assert_eq!(restent.len(), 17);
    assert!(restent.iter().all(|l| !(15..=19).contains(&l.suivie.fiche)));
    assert!(!c.lire("notes.csv").contains("non éligible"));
    let journal = std::fs::read_to_string(c.territoire.chemin("bodies/caf/journal.jsonl")).unwrap();
    let effacement = journal.lines().find(|l| l.contains("\"effacement\"")).unwrap();
    assert!(effacement.contains("\"fiches\":\"de 1 à 10\""), "{effacement}");
    // An old form brings nothing back.
    let relu = noter(&c, &vingt(), 35).unwrap();
    assert_eq!((relu.deja_effacees, relu.effacees), (5, 0));
    assert_eq!(relu.comptes, avant.comptes);
    // In the end nothing is left of anybody, and the counts are the same.
    let fin = traiter(&c.demande(&[], &suivis, JOUR + 500)).unwrap();
    assert_eq!((fin.effacees, fin.notes), (17, 0));
    assert_eq!(fin.comptes, avant.comptes);
    assert!(suivi::lire(&suivis[0]).unwrap().is_empty());
    assert_eq!(traiter(&c.demande(&[], &suivis, JOUR + 501)).unwrap_err().code, "E-RETOURS-015");
}

/// What the law says no to stays at home: in no log, no printed line, and in what leaves only as a column per rule.
#[test]
fn ce_que_la_loi_refuse_ne_sort_pas() {
    let c = Chantier::nouveau(22);
    noter(&c, &vingt(), 10).unwrap();
    let journal = std::fs::read_to_string(c.territoire.chemin("bodies/caf/journal.jsonl")).unwrap();
    assert!(journal.contains("\"retours\"") && !journal.contains("ligible"), "{journal}");
    let sortie = std::process::Command::new(env!("CARGO_BIN_EXE_recours"))
        .args(["returns", "--on", "2026-10-12", "--mission"])
        .arg(c.territoire.chemin("mission.toml"))
        .arg("--input")
        .arg(c.banc.remplir("rempli.csv", &vingt().iter().map(String::as_str).collect::<Vec<_>>()))
        .arg("--suivi")
        .arg(c.banc.chemin("suivi.parquet"))
        .arg("--out")
        .arg(c.banc.chemin("retours"))
        .output()
        .unwrap();
    assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));
    let dit = String::from_utf8(sortie.stdout).unwrap();
    assert!(dit.contains("juste pour 78 % des 18 personnes examinées"), "{dit}");
    assert!(!dit.contains("ligible") && sortie.stderr.is_empty(), "{dit}");
    assert_eq!(c.mission().organismes.len(), 3);
}

/// Nothing to do is said as such.
#[test]
fn sans_rien_a_faire_l_usage_est_rappele() {
    let sortie =
        std::process::Command::new(env!("CARGO_BIN_EXE_recours")).args(["returns", "--suivi", "x", "--out", "y"]).output().unwrap();
    assert_eq!(sortie.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&sortie.stderr).contains("E-RETOURS-014"));
}
