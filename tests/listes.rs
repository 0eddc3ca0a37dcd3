//! Lists: what leaves the host for a body, and what that body makes of it at home.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod exigences;
mod observatoire;
mod opposition;
mod pages;
mod pages_contenu;
mod pages_roles;
mod provenance;
pub mod territoire;

use std::collections::BTreeSet;

use recours::erreur::Sortie;
use recours_engine::outreach::COLONNES;
use territoire::*;

/// Twelve people known to everybody, each missing RSA; the first also has a renewal to ask for.
fn douze() -> Territoire {
    let personnes: Vec<Personne> = (0..12).map(|n| personne(n, &ORGANISMES)).collect();
    let mut reperages: Vec<Reperage> = (0..12).map(|n| (n, "rsa", if n % 2 == 0 { "certain" } else { "possible" }, None)).collect();
    reperages.push((0, "rupture_c2s_renouvellement", "probable", Some(30)));
    Territoire::nouveau(&personnes, &reperages, 300)
}

fn numeros(t: &Territoire, organisme: &str) -> Vec<[u8; 16]> {
    let lot = t.rangees(organisme);
    lot.colonne("row_id").unwrap().octets16().unwrap().into_iter().map(Option::unwrap).collect()
}

#[test]
fn une_liste_a_exactement_six_champs_et_un_multiple_de_cinq_cents_lignes() {
    let t = douze();
    let bilan = t.preparer("caf").unwrap().bilan;
    assert_eq!((bilan.lignes, bilan.personnes, bilan.remplissage), (11, 11, 489));
    let lot = t.rangees("caf");
    let noms: Vec<String> = lot.lot().schema().fields().iter().map(|c| c.name().clone()).collect();
    assert_eq!(noms, COLONNES);
    assert_eq!(lot.lignes(), 500);
    let bandes: BTreeSet<String> = lot.colonne("bande").unwrap().texte().unwrap().iter().flatten().map(str::to_owned).collect();
    assert!(bandes.iter().all(|b| b == "à proposer" || b == "à vérifier"), "{bandes:?}");
    // Person 0 is led by the Cpam, because of the renewal: RSA goes with it.
    assert!(!numeros(&t, "caf").contains(&ligne_chez("caf", 0)));
    t.preparer("cpam").unwrap();
    assert_eq!(numeros(&t, "cpam").iter().filter(|n| **n == ligne_chez("cpam", 0)).count(), 2);
}

#[test]
fn une_liste_ne_porte_rien_des_autres_organismes_ni_de_l_hote() {
    let t = douze();
    for o in ORGANISMES {
        t.preparer(o).unwrap();
        let clair = t.clair(o);
        let connus: BTreeSet<[u8; 16]> = numeros(&t, o).into_iter().collect();
        for n in 0..12 {
            for autre in ORGANISMES.iter().filter(|a| **a != o) {
                assert!(!connus.contains(&ligne_chez(autre, n)));
                assert!(!contient(&clair, &ligne_chez(autre, n)), "{o} receives a row id of {autre}");
            }
            assert!(!connus.contains(&poignee(n)) && !contient(&clair, &poignee(n)), "a handle leaves the host");
        }
        for mot in ["certain", "probable", "possible", "Nominventé", "Camille"] {
            assert!(!contient(&clair, mot.as_bytes()), "{o} : {mot}");
            assert!(!contient(&std::fs::read(t.chemin(&format!("lists/{o}.age"))).unwrap(), mot.as_bytes()));
        }
    }
}

fn contient(octets: &[u8], motif: &[u8]) -> bool {
    octets.windows(motif.len()).any(|f| f == motif)
}

#[test]
fn le_plafond_compte_des_personnes_et_le_bilan_ne_dit_pas_de_petit_nombre() {
    let personnes: Vec<Personne> = (0..30).map(|n| personne(n, &["caf"])).collect();
    let reperages: Vec<Reperage> = (0..30).flat_map(|n| [(n, "rsa", "probable", None), (n, "aspa", "possible", None)]).collect();
    let t = Territoire::nouveau(&personnes, &reperages, 13);
    let bilan = t.preparer("caf").unwrap();
    assert_eq!((bilan.bilan.personnes, bilan.bilan.hors_plafond), (13, 17));
    let aspa = bilan.bilan.droits.iter().find(|d| d.droit == "aspa").unwrap();
    assert_eq!((aspa.reperees, aspa.sans_destinataire), (30, 30));
    let texte = bilan.en_clair();
    assert!(texte.contains("13 personnes") && texte.contains("moins de 11"), "{texte}");
    // Another draw, other people.
    let tirages: BTreeSet<Vec<[u8; 16]>> = (0..6)
        .map(|_| {
            t.preparer("caf").unwrap();
            let mut n: Vec<[u8; 16]> = numeros(&t, "caf").into_iter().filter(|n| n[..8] == ligne_chez("caf", 0)[..8]).collect();
            n.sort_unstable();
            n
        })
        .collect();
    assert!(tirages.len() > 1, "the draw never changes");
}

#[test]
fn la_cle_d_un_autre_organisme_n_ouvre_rien() {
    let t = douze();
    t.preparer("caf").unwrap();
    let erreur = t.ouvrir_avec("caf", "cpam").unwrap_err();
    assert_eq!((erreur.code.as_ref(), erreur.sortie), ("E-LISTE-003", Sortie::Refus));
    assert!(!t.chemin("bodies/caf/liste").exists(), "something was written");
}

#[test]
fn une_liste_alteree_ou_tronquee_est_refusee() {
    let t = douze();
    t.preparer("caf").unwrap();
    let fichier = t.chemin("lists/caf.age");
    let entiere = std::fs::read(&fichier).unwrap();
    let mut alteree = entiere.clone();
    let milieu = entiere.len() / 2;
    alteree[milieu] ^= 1;
    for (octets, code) in [
        (alteree, "E-ENVELOPPE-008"),
        (entiere[..entiere.len() - 9].to_vec(), "E-ENVELOPPE-008"),
        (b"row_id;droit".to_vec(), "E-ENVELOPPE-006"),
    ] {
        std::fs::write(&fichier, octets).unwrap();
        let erreur = t.ouvrir_avec("caf", "caf").unwrap_err();
        assert_eq!((erreur.code.as_ref(), erreur.sortie), (code, Sortie::Refus));
        assert!(!t.chemin("bodies/caf/liste").exists());
    }
}

#[test]
fn les_lignes_de_personne_sont_laissees_et_chacun_n_a_qu_une_fiche() {
    let t = douze();
    let bilan = t.ouvrir("cpam");
    assert_eq!((bilan.personnes, bilan.droits, bilan.inconnues), (1, 2, 498));
    let bilan = t.ouvrir("caf");
    assert_eq!((bilan.personnes, bilan.droits, bilan.inconnues), (11, 11, 489));
    // The list of a body opened with the register of another: nobody, and no page.
    std::fs::copy(t.chemin("bodies/carsat/registre.parquet"), t.chemin("bodies/caf/registre.parquet")).unwrap();
    assert_eq!(t.ouvrir("caf").personnes, 0);
}

#[test]
fn des_entrees_refusees_ne_laissent_rien() {
    let t = douze();
    let refuse = |t: &Territoire, code: &str| {
        let erreur = t.preparer("caf").unwrap_err();
        assert_eq!((erreur.code.as_ref(), erreur.sortie), (code, Sortie::Refus), "{erreur}");
        assert!(!t.chemin("lists/caf.age").exists());
    };
    let cle = t.lire("cles/caf.pub");
    std::fs::remove_file(t.chemin("cles/caf.pub")).unwrap();
    refuse(&t, "E-LISTE-001");
    std::fs::write(t.chemin("cles/caf.pub"), "pas une clé\n").unwrap();
    refuse(&t, "E-CLES-002");
    // A true key, but not the one that the mission names: its owner would read the list.
    std::fs::copy(t.chemin("cles/cpam.pub"), t.chemin("cles/caf.pub")).unwrap();
    refuse(&t, "E-CLES-006");
    std::fs::write(t.chemin("cles/caf.pub"), cle).unwrap();
    let liens = t.chemin("linkage/caf.parquet");
    let entiers = std::fs::read(&liens).unwrap();
    std::fs::write(&liens, &entiers[..entiers.len() / 2]).unwrap();
    refuse(&t, "E-TABLE-005");
    std::fs::remove_file(&liens).unwrap();
    refuse(&t, "E-TABLE-001");
    let reperages = t.chemin("host/findings.parquet");
    let (schema, mut lots) = recours_tables::depuis_parquet("f", std::fs::read(&reperages).unwrap()).unwrap();
    let regle = schema.index_of("rule").unwrap();
    let mut colonnes = lots[0].columns().to_vec();
    colonnes[regle] = std::sync::Arc::new(arrow::array::StringArray::from(vec!["canari@1"; lots[0].num_rows()]));
    lots[0] = arrow::array::RecordBatch::try_new(schema.clone(), colonnes).unwrap();
    recours_tables::ecrire_parquet(&reperages, &schema, &lots).unwrap();
    let erreur = t.preparer("cpam").unwrap_err();
    assert_eq!((erreur.code.as_ref(), erreur.sortie), ("E-LISTE-002", Sortie::Refus));
    assert!(erreur.to_string().contains("ligne 1") && !erreur.to_string().contains("canari"));
    let erreur = t.preparer("mutuelle").unwrap_err();
    assert_eq!(erreur.code, "E-MISSION-020");
}

#[test]
fn les_commandes_font_le_meme_travail() {
    let t = douze();
    let recours = |arguments: &[&str]| {
        let sortie =
            std::process::Command::new(env!("CARGO_BIN_EXE_recours")).current_dir(t.dossier.path()).args(arguments).output().unwrap();
        (sortie.status.code(), String::from_utf8(sortie.stdout).unwrap(), String::from_utf8(sortie.stderr).unwrap())
    };
    let (code, dit, erreur) =
        recours(&["outreach", "mission.toml", "--findings", "host/findings.parquet", "--for", "caf", "--out", "lists/caf.age"]);
    assert_eq!(code, Some(0), "{erreur}");
    assert!(dit.contains("11 personnes"), "{dit}");
    let ouvrir = |cle: &str| {
        recours(&["open", "lists/caf.age", "--register", "bodies/caf/registre.parquet", "--identity", cle, "--out", "bodies/caf/liste"])
    };
    let (code, _, erreur) = ouvrir("bodies/cpam/cle.age");
    assert_eq!(code, Some(3));
    assert!(erreur.contains("E-LISTE-003") && !t.chemin("bodies/caf/liste").exists(), "{erreur}");
    let (code, dit, erreur) = ouvrir("bodies/caf/cle.age");
    assert_eq!(code, Some(0), "{erreur}");
    assert!(dit.contains("11 personnes à contacter") && !dit.contains("Nominventé"), "{dit}");
    #[cfg(unix)]
    for f in ["liste.csv", "liste.html"] {
        use std::os::unix::fs::PermissionsExt;
        let droits = std::fs::metadata(t.chemin("bodies/caf/liste").join(f)).unwrap().permissions().mode();
        assert_eq!(droits & 0o777, 0o600, "{f}");
    }
}
