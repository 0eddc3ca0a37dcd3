//! Detection in parts: the same bytes whatever their number, in one process or in several that hold no key; parts that are not
//! whole, not the host's or of another mission are refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchIterator, StringArray, UInt32Array};
use arrow::compute::{cast, concat_batches, take_record_batch};
use arrow::datatypes::{DataType, Field, Schema};
use recours::erreur::{ErreurCommande, Sortie};
use recours::integration::{Chantier, Flux, Progression, Table};
use recours_tables::enveloppe::{IdentiteAge, dechiffrer};
use recours_tables::{depuis_parquet, lire_table, vers_parquet};
use tempfile::TempDir;

use crate::evaluer::banc::{dit, recours};

/// One small département for all tests: they only add folders to it.
static TERRITOIRE: LazyLock<TempDir> = LazyLock::new(|| {
    let dossier = tempfile::tempdir().unwrap();
    let sortie = recours(dossier.path(), &["demo", "--persons", "2500", "--seed", "7", "--out", "demo"]);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    dossier
});

fn demo() -> PathBuf {
    TERRITOIRE.path().join("demo")
}

fn chantier() -> Chantier {
    Chantier::ouvrir(&demo().join("mission.toml")).unwrap()
}

fn muet() -> Progression {
    Progression::silencieuse()
}

fn couper(n: usize, ou: &str) -> Vec<PathBuf> {
    chantier().decouper(n, &TERRITOIRE.path().join(ou), &muet()).unwrap()
}

fn flux(lots: Vec<RecordBatch>) -> Flux {
    let schema = lots[0].schema();
    Box::new(RecordBatchIterator::new(lots.into_iter().map(Ok), schema))
}

fn une(table: &Table) -> RecordBatch {
    concat_batches(&table.schema, &table.lots).unwrap()
}

fn reperages() -> RecordBatch {
    lire_table(demo().join("host/findings.parquet")).unwrap().tout().unwrap().lot().clone()
}

/// What the command writes, findings and counts and receipt byte by byte, and the auditor's trace once opened.
#[test]
fn la_commande_ecrit_les_memes_octets_quel_que_soit_le_nombre_de_parties() {
    let auditeur = IdentiteAge::lire(&demo().join("auditeur/cle.age")).unwrap();
    let sorties: Vec<Vec<Vec<u8>>> = ["1", "2", "7"]
        .iter()
        .map(|n| {
            let dossier = TERRITOIRE.path().join(format!("en_{n}"));
            let sortie = recours(TERRITOIRE.path(), &["detect", "demo/mission.toml", "--parties", n, "--out", &format!("en_{n}")]);
            assert!(sortie.status.success(), "{}", dit(&sortie));
            let lu = |nom: &str| std::fs::read(dossier.join(nom)).unwrap();
            let trace = dechiffrer(&lu("trace.parquet.age"), &auditeur).unwrap();
            vec![sortie.stdout.replace_nombre(n), lu("findings.parquet"), lu("comptes.json"), lu("receipt.json"), trace]
        })
        .collect();
    assert!(reperages().num_rows() > 500);
    for autre in &sorties[1..] {
        for (i, quoi) in ["texte", "findings.parquet", "comptes.json", "receipt.json", "trace"].iter().enumerate() {
            assert!(sorties[0][i] == autre[i], "{quoi} diffère");
        }
    }
    assert!(sorties[0][1] == std::fs::read(demo().join("host/findings.parquet")).unwrap(), "et comme sans --parties");
}

/// Whatever is put aside, and however many judge: the bytes of what was held. A little more than the least memory that a mission
/// takes reads and puts aside a thousand rows at a time.
#[test]
fn ce_qui_est_mis_de_cote_donne_les_memes_octets() {
    let auditeur = IdentiteAge::lire(&demo().join("auditeur/cle.age")).unwrap();
    let fichiers = |ou: &str| -> Vec<Vec<u8>> {
        let lu = |nom: &str| std::fs::read(TERRITOIRE.path().join(ou).join(nom)).unwrap();
        vec![lu("findings.parquet"), lu("comptes.json"), lu("receipt.json"), dechiffrer(&lu("trace.parquet.age"), &auditeur).unwrap()]
    };
    let detecter = |ou: &str, options: &[&str]| {
        let sortie = recours(TERRITOIRE.path(), &[&["detect", "demo/mission.toml", "--out", ou], options].concat());
        assert!(sortie.status.success(), "{}", dit(&sortie));
        sortie
    };
    detecter("tenu", &["--threads", "1", "--parties", "1"]);
    let tenu = fichiers("tenu");
    for (ou, options) in [
        ("cote_1", &["--memory", "160MiB", "--threads", "1"] as &[&str]),
        ("cote_2", &["--memory", "512MiB", "--threads", "2", "--parties", "1"]),
        ("cote_8", &["--memory", "3GiB", "--threads", "8", "--parties", "40"]),
        ("cote_3", &["--memory", "300MiB", "--threads", "2", "--parties", "700", "--timings=cote_3.json"]),
    ] {
        let sortie = detecter(ou, options);
        for (quoi, (a, b)) in ["findings", "comptes", "reçu", "trace"].iter().zip(tenu.iter().zip(fichiers(ou))) {
            assert!(*a == b, "{options:?} : {quoi} diffère");
        }
        let temps = TERRITOIRE.path().join(format!("{ou}.json"));
        if temps.exists() {
            let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&temps).unwrap()).unwrap();
            assert!(json["postes"].as_array().unwrap().len() == 6 && json["personnes"].as_u64().unwrap() > 1000, "{json}");
            let dit = String::from_utf8_lossy(&sortie.stderr).into_owned();
            assert!(["règles", "fil 2", "personnes par seconde"].iter().all(|m| dit.contains(m)), "{dit}");
        }
        let la: Vec<String> =
            std::fs::read_dir(TERRITOIRE.path().join(ou)).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(la.len(), 4, "{la:?}");
    }
    assert!(tenu[0] == std::fs::read(demo().join("host/findings.parquet")).unwrap());
}

#[test]
fn trop_peu_de_memoire_est_refuse_avant_que_rien_ne_soit_ecrit() {
    let sortie = recours(TERRITOIRE.path(), &["detect", "demo/mission.toml", "--out", "trop_peu", "--memory", "8MiB"]);
    assert_eq!(sortie.status.code(), Some(3), "{}", dit(&sortie));
    assert!(dit(&sortie).contains("E-DETECT-010"), "{}", dit(&sortie));
    assert!(!TERRITOIRE.path().join("trop_peu").exists());
}

/// What is put aside has no name, so that nothing of it is left when the program is killed; nor can another user open it.
#[cfg(target_os = "linux")]
#[test]
fn tuee_pendant_qu_elle_met_de_cote_la_commande_ne_laisse_rien() {
    let ici = tempfile::tempdir().unwrap();
    copier(&demo(), ici.path(), &["mission.toml", "regles", "cles", "host", "deliveries", "linkage"]);
    let noms = |ou: &Path| -> BTreeSet<String> {
        let mut vus = BTreeSet::new();
        let mut dossiers = vec![ou.to_path_buf()];
        while let Some(d) = dossiers.pop() {
            for e in std::fs::read_dir(d).unwrap() {
                let e = e.unwrap().path();
                vus.insert(e.display().to_string());
                if e.is_dir() {
                    dossiers.push(e);
                }
            }
        }
        vus
    };
    let passage = tempfile::tempdir().unwrap();
    let avant = noms(ici.path());
    let mut enfant = std::process::Command::new(env!("CARGO_BIN_EXE_recours"))
        .current_dir(ici.path())
        .env("TMPDIR", passage.path())
        .args(["detect", "mission.toml", "--out", "sortie", "--memory", "300MiB", "--threads", "1", "--parties", "900"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // Killed once both files without a name have something in them.
    let dossier = PathBuf::from(format!("/proc/{}/fd", enfant.id()));
    let mut vus = 0;
    let limite = std::time::Instant::now() + std::time::Duration::from_secs(120);
    while vus < 2 && enfant.try_wait().unwrap().is_none() && std::time::Instant::now() < limite {
        vus = 0;
        for lien in std::fs::read_dir(&dossier).into_iter().flatten().flatten() {
            let sans_nom = std::fs::read_link(lien.path()).is_ok_and(|l| l.to_string_lossy().ends_with("(deleted)"));
            let Some(m) = std::fs::metadata(lien.path()).ok().filter(|m| sans_nom && m.is_file() && m.len() > 0) else { continue };
            assert_eq!(m.permissions().mode() & 0o777, 0o600);
            vus += 1;
        }
    }
    enfant.kill().unwrap();
    let fin = enfant.wait().unwrap();
    assert!(vus == 2 && fin.code().is_none(), "finie avant d'être tuée : {fin:?}, {vus}");
    assert_eq!(noms(ici.path()), avant, "rien de plus, et rien de moins");
    assert!(noms(passage.path()).is_empty(), "{:?}", noms(passage.path()));
}

/// The printed path holds the number of parts.
trait SansNombre {
    fn replace_nombre(&self, n: &str) -> Vec<u8>;
}

impl SansNombre for Vec<u8> {
    fn replace_nombre(&self, n: &str) -> Vec<u8> {
        String::from_utf8_lossy(self).replace(&format!("en_{n}"), "en").into_bytes()
    }
}

/// Who judges a part needs the mission, its rules and its public keys: no key, no log, no other part.
#[test]
fn des_travailleurs_sans_secret_trouvent_les_memes_reperages() {
    for n in [1, 2, 7] {
        let parties = couper(n, &format!("parties_{n}"));
        assert_eq!(parties.len(), n);
        let mut tables = Vec::new();
        for partie in &parties {
            assert_eq!(std::fs::metadata(partie).unwrap().permissions().mode() & 0o777, 0o600);
            let ailleurs = tempfile::tempdir().unwrap();
            copier(&demo(), ailleurs.path(), &["mission.toml", "regles", "cles"]);
            let la = ailleurs.path().join(partie.file_name().unwrap());
            std::fs::copy(partie, &la).unwrap();
            let chantier = Chantier::ouvrir(&ailleurs.path().join("mission.toml")).unwrap();
            tables.push(une(&chantier.detecter_partie(&la, &muet()).unwrap()));
        }
        assert!(tables.iter().filter(|t| t.num_rows() > 0).count() == n);
        tables.reverse();
        let tout = une(&chantier().reunir(flux(tables)).unwrap());
        let octets = vers_parquet("findings.parquet", &tout.schema(), &[tout]).unwrap();
        assert!(octets == std::fs::read(demo().join("host/findings.parquet")).unwrap(), "{n} parties");
    }
}

fn copier(de: &Path, vers: &Path, noms: &[&str]) {
    for nom in noms {
        let (de, vers) = (de.join(nom), vers.join(nom));
        if de.is_dir() {
            std::fs::create_dir_all(&vers).unwrap();
            let dedans: Vec<String> = std::fs::read_dir(&de).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
            copier(&de, &vers, &dedans.iter().map(String::as_str).collect::<Vec<_>>());
        } else {
            std::fs::copy(de, vers).unwrap();
        }
    }
}

fn lignes_de(parties: &[PathBuf]) -> RecordBatch {
    let lots: Vec<RecordBatch> = parties.iter().map(|p| lire_table(p).unwrap().tout().unwrap().lot().clone()).collect();
    concat_batches(&lots[0].schema(), &lots).unwrap()
}

/// Rows as a cluster hands them over: spelled out, bytes of any length, in another order.
fn transportees(lot: &RecordBatch) -> RecordBatch {
    let n = lot.num_rows() as u32;
    let melange = UInt32Array::from_iter_values((0..n).map(|i| (u64::from(i) * 7_919 % u64::from(n)) as u32));
    assert_eq!(melange.values().iter().collect::<BTreeSet<_>>().len(), lot.num_rows());
    let lot = take_record_batch(lot, &melange).unwrap();
    let colonnes: Vec<(Field, ArrayRef)> = lot
        .schema()
        .fields()
        .iter()
        .zip(lot.columns())
        .map(|(f, c)| {
            let genre = match c.data_type() {
                DataType::Dictionary(_, v) => v.as_ref().clone(),
                DataType::FixedSizeBinary(_) => DataType::Binary,
                autre => autre.clone(),
            };
            (Field::new(f.name(), genre.clone(), true), cast(c, &genre).unwrap())
        })
        .collect();
    let (champs, tableaux): (Vec<_>, Vec<_>) = colonnes.into_iter().unzip();
    RecordBatch::try_new(Arc::new(Schema::new(champs)), tableaux).unwrap()
}

#[test]
fn des_lignes_sans_fichier_dans_le_desordre_donnent_les_memes_reperages() {
    let lot = transportees(&lignes_de(&couper(5, "lignes")));
    assert!(lot.column_by_name("row_id").is_none(), "le numéro que l'organisme connaît ne va pas aux travailleurs");
    let morceaux = (0..4).map(|i| lot.slice(i * lot.num_rows() / 4, (i + 1) * lot.num_rows() / 4 - i * lot.num_rows() / 4)).collect();
    let trouve = une(&chantier().detecter_lignes(flux(morceaux), &muet()).unwrap());
    assert_eq!(trouve, reperages());
}

fn refuse(lot: RecordBatch) -> ErreurCommande {
    chantier().detecter_lignes(flux(vec![lot]), &muet()).unwrap_err()
}

fn avec(lot: &RecordBatch, nom: &str, colonne: ArrayRef) -> RecordBatch {
    let i = lot.schema().index_of(nom).unwrap();
    let mut champs: Vec<Field> = lot.schema().fields().iter().map(|f| f.as_ref().clone()).collect();
    champs[i] = Field::new(nom, colonne.data_type().clone(), true);
    let mut colonnes = lot.columns().to_vec();
    colonnes[i] = colonne;
    RecordBatch::try_new(Arc::new(Schema::new(champs)), colonnes).unwrap()
}

#[test]
fn une_partie_qui_n_est_pas_entiere_est_refusee() {
    let lot = transportees(&lignes_de(&couper(2, "entieres")));
    let n = lot.num_rows();
    let coupee = refuse(lot.slice(0, n - 1));
    assert_eq!((coupee.code.as_ref(), coupee.sortie), ("E-PARTIE-002", Sortie::Refus));
    assert!(coupee.message.contains("lignes en moins"), "{coupee}");
    // As many rows, one of them twice: a task that was counted twice in part.
    let mut rangs: Vec<u32> = (0..n as u32).collect();
    let parts = lot.column_by_name("part").unwrap().as_primitive::<arrow::datatypes::Int32Type>().clone();
    let pareille = (1..n).find(|i| parts.value(*i) == parts.value(0)).unwrap();
    rangs[pareille] = 0;
    assert_eq!(refuse(take_record_batch(&lot, &UInt32Array::from(rangs)).unwrap()).code, "E-PARTIE-002");
    let sans_fait: Vec<usize> = (0..lot.num_columns() - 1).collect();
    let amputee = refuse(lot.project(&sans_fait).unwrap());
    assert!(amputee.code == "E-PARTIE-002" && amputee.message.contains("colonnes"), "{amputee}");
    let sans_poignee: Vec<usize> = (0..lot.num_columns()).filter(|i| lot.schema().field(*i).name() != "handle").collect();
    assert_eq!(refuse(lot.project(&sans_poignee).unwrap()).code, "E-TABLE-007");
}

#[test]
fn des_lignes_d_une_autre_mission_ou_d_un_inconnu_sont_refusees_sans_rien_dire_d_elles() {
    let lot = transportees(&lignes_de(&couper(2, "autres")));
    let texte = |mot: &str| -> ArrayRef { Arc::new(StringArray::from(vec![mot; lot.num_rows()])) };
    let autre = refuse(avec(&lot, "mission", texte("secretdautrui")));
    assert_eq!((autre.code.as_ref(), autre.sortie), ("E-PARTIE-001", Sortie::Refus));
    let inconnu = refuse(avec(&lot, "body", texte("secretdautrui")));
    assert_eq!(inconnu.code, "E-PARTIE-003");
    let muets = refuse(avec(&lot, "bodies", texte("caf")));
    assert_eq!(muets.code, "E-PARTIE-003", "des lignes de qui n'a rien livré");
    for e in [autre, inconnu, muets] {
        assert!(!e.to_string().contains("secretdautrui"), "{e}");
    }
    // A fact told more finely than the rules bear is refused as in a delivery.
    let dites = lot.column_by_name("date_naissance").unwrap();
    let fines: ArrayRef = Arc::new((0..lot.num_rows()).map(|i| dites.is_valid(i).then_some("1983-03-17")).collect::<StringArray>());
    assert_eq!(refuse(avec(&lot, "date_naissance", fines)).code, "E-DETECT-013");
}

#[test]
fn un_fichier_change_ou_d_une_autre_mission_est_refuse() {
    let parties = couper(2, "fichiers");
    let octets = std::fs::read(&parties[0]).unwrap();
    let change = TERRITOIRE.path().join("fichiers/change.parquet");
    // A byte of the data, not of the footer.
    let mut faux = octets.clone();
    faux[200] ^= 1;
    std::fs::write(&change, &faux).unwrap();
    let e = chantier().detecter_partie(&change, &muet()).unwrap_err();
    assert_eq!((e.code.as_ref(), e.sortie), ("E-LIVRAISON-014", Sortie::Refus), "{e}");
    let e = chantier().detecter_partie(&demo().join("host/findings.parquet"), &muet()).unwrap_err();
    assert_eq!(e.code, "E-LIVRAISON-001", "{e}");
    // Another epoch, then other rules.
    let ailleurs = tempfile::tempdir().unwrap();
    copier(&demo(), ailleurs.path(), &["mission.toml", "regles", "cles"]);
    let mission = ailleurs.path().join("mission.toml");
    let texte = std::fs::read_to_string(&mission).unwrap();
    std::fs::write(&mission, texte.replace("2026-T4", "2026-T3")).unwrap();
    let e = Chantier::ouvrir(&mission).unwrap().detecter_partie(&parties[0], &muet()).unwrap_err();
    assert_eq!((e.code.as_ref(), e.sortie), ("E-LIVRAISON-003", Sortie::Refus), "{e}");
    std::fs::write(&mission, texte).unwrap();
    let parametres = ailleurs.path().join("regles/fr/autre.yaml");
    std::fs::write(
        &parametres,
        "parametres:\n  - { nom: inutile, dit: \"Rien\", unite: euro, valeurs: [ { du: 2020-01-01, valeur: 1, source: \"essai\" } ] }\n",
    )
    .unwrap();
    let e = Chantier::ouvrir(&mission).unwrap().detecter_partie(&parties[0], &muet()).unwrap_err();
    assert!(["E-LIVRAISON-006", "E-REGLES-004"].contains(&e.code.as_ref()), "{e}");
}

#[test]
fn une_partie_reunie_deux_fois_est_refusee() {
    let table = reperages();
    let e = chantier().reunir(flux(vec![table.clone(), table.slice(3, 1)])).unwrap_err();
    assert_eq!((e.code.as_ref(), e.sortie), ("E-PARTIE-004", Sortie::Refus));
    let e = chantier().reunir(flux(vec![table.project(&[0, 1]).unwrap()])).unwrap_err();
    assert_eq!(e.code, "E-PARTIE-004");
    assert_eq!(une(&chantier().reunir(flux(vec![table.slice(0, 0)])).unwrap()).num_rows(), 0);
}

#[test]
fn l_appelant_peut_arreter_entre_deux_parties_et_rien_n_est_ecrit() {
    let vus = Arc::new(Mutex::new(Vec::new()));
    let copie = Arc::clone(&vus);
    let p = Progression::observee(Arc::new(move |etape, fait, total| {
        copie.lock().unwrap().push((etape.to_owned(), fait, total));
        !(etape == "découpage" && fait == 2)
    }));
    let dossier = TERRITOIRE.path().join("arrete");
    let e = chantier().decouper(6, &dossier, &p).unwrap_err();
    assert_eq!((e.code.as_ref(), e.sortie), ("E-ARRET-001", Sortie::Panne));
    assert!(vus.lock().unwrap().contains(&("découpage".to_owned(), 2, Some(6))));
    assert!(std::fs::read_dir(&dossier).map_or(0, Iterator::count) == 0, "rien n'est laissé");
    assert_eq!(chantier().decouper(0, &dossier, &muet()).unwrap_err().code, "E-USAGE-001");
}

/// The tables of the protocol name what a part holds.
#[test]
fn les_colonnes_d_une_partie_sont_celles_du_protocole() {
    let lot = lignes_de(&couper(1, "colonnes"));
    let noms: Vec<String> = lot.schema().fields().iter().take(14).map(|f| f.name().clone()).collect();
    assert_eq!(noms, recours::livraisons::parties::COLONNES);
    assert!(lot.num_columns() > 14);
    let (_, lots) = depuis_parquet("p", std::fs::read(TERRITOIRE.path().join("colonnes/partie.0000.0001.parquet")).unwrap()).unwrap();
    assert_eq!(lots.iter().map(RecordBatch::num_rows).sum::<usize>(), lot.num_rows());
}
