//! What a request may be, what is refused, and what an answer says of somebody who objects.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, FixedSizeBinaryArray, StringArray};

use super::banc::contenu;
use crate::sceller::territoire::{Territoire, octets, personnes_caf, row_id};

const CANARI: &str = "Quokkaville";

fn acces(ici: &Territoire, demande: &str) -> (i32, String) {
    ici.ecrire("demande.toml", demande);
    let s = ici.recours(&["acces", "mission.toml", "--body", "caf", "--demande", "demande.toml", "--out", "reponse"]);
    (s.status.code().unwrap(), String::from_utf8(s.stdout).unwrap() + &String::from_utf8(s.stderr).unwrap())
}

const SEULE: &str = "nom_naissance = \"SEULE\"\nprenoms = \"quokkaville\"\ndate_naissance = \"14/02/1990\"\n";

#[test]
fn une_demande_illisible_ou_qui_ne_designe_personne_est_refusee_sans_rien_repeter() {
    let ici = Territoire::scelle();
    let avant = contenu(&ici.chemin("bodies/caf"));
    for (demande, code) in [
        ("", "E-ACCES-001"),
        ("nom_naissance = \"Quokkaville\"\n", "E-ACCES-001"),
        ("prenoms = Quokkaville\n", "E-ACCES-001"),
        ("surnom = \"Quokkaville\"\n", "E-ACCES-001"),
        ("numero = \"Quokkaville\"\n", "E-ACCES-001"),
        ("nom_naissance = \"Seule\"\nprenoms = \"Quokkaville\"\ndate_naissance = \"canaridate\"\n", "E-ACCES-001"),
        ("nom_naissance = \"Autre\"\nprenoms = \"Quokkaville\"\ndate_naissance = 1990-02-14\n", "E-ACCES-002"),
        // Her name and date with somebody else's number.
        (&format!("numero = \"285067599904225\"\n{SEULE}"), "E-ACCES-002"),
        ("numero = \"290029999904405\"\n", "E-ACCES-002"),
    ] {
        let (sortie, dit) = acces(&ici, demande);
        assert!(sortie == 3 && dit.contains(code), "{demande} : {dit}");
        assert!(!dit.contains(CANARI) && !dit.contains("canaridate") && !dit.contains("2850675") && !dit.contains("2900299"), "{dit}");
        assert!(!ici.chemin("reponse").exists());
    }
    assert_eq!(avant, contenu(&ici.chemin("bodies/caf")));
    let (sortie, dit) = acces(&ici, SEULE);
    assert_eq!(sortie, 0, "{dit}");
    // Neither an identity nor a row id may be typed in another form.
    let s = ici.recours(&["acces", "mission.toml", "--body", "caf", "--row", CANARI, "--out", "autre"]);
    let dit = String::from_utf8(s.stderr).unwrap();
    assert!(s.status.code() == Some(2) && dit.contains("E-ACCES-004") && !dit.contains(CANARI), "{dit}");
}

#[test]
fn deux_lignes_de_meme_identite_ne_recoivent_pas_de_reponse_au_hasard() {
    let ici = Territoire::nouveau();
    let texte = personnes_caf();
    let seule = texte.lines().find(|l| l.contains(CANARI)).unwrap();
    let double = seule.replace(&row_id(0xa5), &row_id(0xa9)).replace("SECRET-D3", "SECRET-D4");
    ici.ecrire("bodies/caf/extrait/personnes.csv", &format!("{texte}{double}\n"));
    ici.sceller("caf").unwrap();
    let (sortie, dit) = acces(&ici, SEULE);
    assert!(sortie == 3 && dit.contains("E-ACCES-003") && !dit.contains(CANARI), "{dit}");
    assert!(!ici.chemin("reponse").exists());
    // Whoever looked it up in the register may name both rows.
    let (a, b) = (row_id(0xa5), row_id(0xa9));
    let s = ici.recours(&["acces", "mission.toml", "--body", "caf", "--row", &a, "--row", &b, "--out", "reponse"]);
    assert!(s.status.success(), "{}", String::from_utf8_lossy(&s.stderr));
}

/// The register of the CAF says that 0xa4 objects: their facts did not leave, and marked tokens did.
#[test]
fn qui_s_est_oppose_lit_ce_qui_est_parti_et_ce_qui_n_est_pas_parti() {
    let ici = Territoire::nouveau();
    let ids = FixedSizeBinaryArray::try_from_iter([octets(0xa1), octets(0xa4)].into_iter()).unwrap();
    ici.registre_caf(vec![
        ("row_id", Arc::new(ids) as ArrayRef),
        ("opposition", Arc::new(BooleanArray::from(vec![false, true]))),
        ("opposition_jusqu_au", Arc::new(Date32Array::from(vec![None, Some(21_000)]))),
        ("renonciations", Arc::new(StringArray::from(vec![Some("rsa:2026-05-01"), None]))),
    ]);
    ici.sceller("caf").unwrap();
    let (sortie, dit) = acces(&ici, "nom_naissance = \"Opposant\"\nprenoms = \"Paul\"\ndate_naissance = 1970-05-09\n");
    assert_eq!(sortie, 0, "{dit}");
    let md = std::fs::read_to_string(ici.chemin("reponse/reponse.md")).unwrap();
    for mot in
        ["aucun fait qui vous concerne n'est parti", "marquée « opposition »", "l'unité de liaison", "jusqu'au 1er juillet 2027 compris"]
    {
        assert!(md.replace('\u{a0}', " ").contains(mot), "{mot}\n{md}");
    }
    assert!(!md.contains("l'hôte du moteur"), "{md}");
    // Who does not object reads the facts, and their renunciation.
    let (sortie, dit) = acces(&ici, "numero = \"285067599904225\"\n");
    let trouve = format!("{sortie} {dit}");
    let numero = personnes_caf().lines().find(|l| l.starts_with(&row_id(0xa1))).unwrap().split(';').nth(3).unwrap().to_owned();
    let (sortie, dit) = acces(&ici, &format!("numero = \"{numero}\"\n"));
    assert_eq!(sortie, 0, "{dit} {trouve}");
    let md = std::fs::read_to_string(ici.chemin("reponse/reponse.md")).unwrap();
    assert!(md.contains("l'hôte du moteur") && md.contains("Vous avez renoncé") && !md.contains("Vous vous êtes opposé"), "{md}");
}

/// Fails when a trace that was changed, or that comes from elsewhere, is answered from.
#[test]
fn une_trace_changee_ou_etrangere_n_est_pas_crue() {
    let ici = Territoire::scelle();
    let dossier = ici.chemin("bodies/caf/traces");
    let json = contenu(&dossier).into_iter().find(|f| f.ends_with(".json")).unwrap();
    let (json, parquet) = (dossier.join(&json), dossier.join(json.replace(".json", ".parquet")));
    let (texte, lignes) = (std::fs::read_to_string(&json).unwrap(), std::fs::read(&parquet).unwrap());

    std::fs::write(&json, texte.replace("liaison", "personne")).unwrap();
    assert!(acces(&ici, SEULE).1.contains("E-TRACE-004"));
    std::fs::write(&json, &texte).unwrap();

    let mut autres = lignes.clone();
    *autres.last_mut().unwrap() ^= 1;
    std::fs::write(&parquet, &autres).unwrap();
    assert!(acces(&ici, SEULE).1.contains("E-TRACE-004"));
    std::fs::write(&parquet, &lignes).unwrap();

    std::fs::copy(&json, dossier.join("trace.00000000.json")).unwrap();
    assert!(acces(&ici, SEULE).1.contains("E-TRACE-003"));
    std::fs::remove_file(dossier.join("trace.00000000.json")).unwrap();

    // One that is gone is said.
    std::fs::rename(&json, ici.chemin("ailleurs.json")).unwrap();
    assert!(acces(&ici, SEULE).1.contains("E-ACCES-002"));
    ici.sceller("caf").unwrap();
    let (sortie, dit) = acces(&ici, SEULE);
    assert!(sortie == 0 && dit.contains("annonce 1 traces qui ne sont pas ici"), "{dit}");
}
