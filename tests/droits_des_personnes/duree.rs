//! The clock moved forward: what must go is gone, what must stay stays.

use super::banc::{contenu, demande, demo, dit, entrees, personnes, table, toute};

const GARDES: [&str; 4] = ["registre.parquet", "signature.cle", "journal.jsonl", "extrait/"];

fn conserver(ici: &std::path::Path, de: &str, le: &str) -> String {
    let (code, texte) = dit(ici, &["conservation", "mission.toml", "--de", de, "--le", le]);
    assert_eq!(code, 0, "{de} {le} : {texte}");
    texte
}

/// Day of this machine, some months later.
fn dans(mois: i32) -> String {
    use jiff::ToSpan;
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().checked_add(mois.months()).unwrap().to_string()
}

#[test]
fn l_horloge_avance_et_chaque_chose_part_a_son_heure() {
    let copie = toute();
    let ici = copie.path();
    let caf = ici.join("bodies/caf");
    let (avant, traces) = (contenu(&caf), contenu(&caf.join("traces")));
    assert!(traces.len() >= 6 && avant.iter().any(|f| f.starts_with("liste/liste.")), "{avant:?}");
    let gardes = |la: &std::collections::BTreeSet<String>| GARDES.iter().all(|g| la.iter().any(|f| f.starts_with(g)));

    // A rehearsal shows and does nothing.
    let (code, essai) = dit(ici, &["conservation", "mission.toml", "--de", "caf", "--le", "2030-01-01", "--essai"]);
    assert!(code == 0 && essai.contains("essai : rien n'est fait") && essai.contains("à retirer"), "{essai}");
    assert_eq!(contenu(&caf), avant);

    // Eleven months after the mission's date: the pages are gone, everything else stays.
    let dit_onze = conserver(ici, "caf", "2027-09-01");
    let la = contenu(&caf);
    assert!(!la.iter().any(|f| f.starts_with("liste/liste.") || f.ends_with("courriers.html")), "{la:?}");
    assert!(la.contains("liste/suivi.parquet") && la.contains("interne.parquet") && gardes(&la));
    assert!(ici.join("deliveries/caf/jetons.parquet.age").exists() && ici.join("lists/caf.age").exists());
    assert_eq!(contenu(&caf.join("traces")), traces);
    assert!(dit_onze.lines().any(|l| l.contains("fiches ouvertes") && l.ends_with("retiré")), "{dit_onze}");
    assert!(dit_onze.lines().any(|l| l.contains("traces par personne") && l.ends_with("gardé")), "{dit_onze}");

    // Thirteen: all that was collected, at every role; the traces still answer.
    for de in ["caf", "liaison", "hote"] {
        conserver(ici, de, "2027-11-01");
    }
    let la = contenu(&caf);
    assert!(!la.contains("liste/suivi.parquet") && !la.contains("interne.parquet") && gardes(&la), "{la:?}");
    assert_eq!(contenu(&caf.join("traces")), traces);
    for parti in ["deliveries/caf/jetons.parquet.age", "deliveries/caf/attributs.parquet.age", "linkage/caf.parquet", "lists/caf.age"] {
        assert!(!ici.join(parti).exists(), "{parti}");
    }
    for parti in ["findings.parquet", "comptes.json", "receipt.json", "trace.parquet.age", "remises/caf.parquet"] {
        assert!(demo().join("host").join(parti).exists() && !ici.join("host").join(parti).exists(), "{parti}");
    }
    assert!(ici.join("host/publications.jsonl").exists() && ici.join("deliveries/msa").exists());
    let siens = personnes().into_values().find_map(|p| p.get("caf").cloned()).unwrap();
    demande(ici, "caf", &siens);
    let acces = ["acces", "mission.toml", "--body", "caf", "--demande", "demande.toml", "--out", "reponse"];
    let (code, texte) = dit(ici, &acces);
    assert_eq!(code, 0, "{texte}");

    // Thirty-seven months after the acts: the traces too. The register, with its objections, is the body's own.
    let registre = std::fs::read(caf.join("registre.parquet")).unwrap();
    conserver(ici, "caf", &dans(37));
    assert!(!caf.join("traces").exists());
    assert_eq!(std::fs::read(caf.join("registre.parquet")).unwrap(), registre);
    assert_eq!(table(&caf.join("registre.parquet")).lignes(), table(&demo().join("bodies/caf/registre.parquet")).lignes());
    let (code, texte) = dit(ici, &acces);
    assert!(code == 3 && texte.contains("E-ACCES-002"), "{texte}");

    // The log holds, says each destruction before it, and its old contents are gone.
    let actes = entrees(&caf.join("journal.jsonl"));
    assert!(actes.iter().filter(|e| e.acte == "conservation").count() >= 3 && actes.iter().any(|e| e.acte == "elagage"));
    assert!(actes.iter().any(|e| e.acte == "scellement" && e.contenu.is_none()));
}

#[test]
fn l_horloge_ne_recule_pas() {
    let copie = toute();
    let (code, texte) = dit(copie.path(), &["conservation", "mission.toml", "--de", "caf", "--le", "2026-01-01"]);
    assert!(code == 2 && texte.contains("E-CONSERVATION-001"), "{texte}");
    let (code, texte) = dit(copie.path(), &["conservation", "mission.toml", "--de", "personne"]);
    assert!(code == 3 && texte.contains("E-MISSION-020"), "{texte}");
    assert_eq!(contenu(&copie.path().join("bodies/caf")), contenu(&demo().join("bodies/caf")));
}

/// A shorter time in the mission counts at once for what was kept under a longer one.
#[test]
fn une_duree_raccourcie_compte_aussitot() {
    let copie = toute();
    let mission = copie.path().join("mission.toml");
    let texte = std::fs::read_to_string(&mission).unwrap();
    let courte = texte.replace("traces_mois = 36", "traces_mois = 2").replace("collecte_mois = 12", "collecte_mois = 1");
    assert_ne!(texte, courte);
    std::fs::write(&mission, courte).unwrap();
    let dite = conserver(copie.path(), "caf", &dans(3));
    assert!(dite.lines().any(|l| l.contains("traces par personne") && l.ends_with("retiré")), "{dite}");
    assert!(!copie.path().join("deliveries/caf/jetons.parquet.age").exists());
}
