//! `recours dossier` through the built command: every statement has a source that exists, nothing is invented, and what
//! changed is said.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod banc;
mod differences;
mod sources;

use banc::{Banc, PAPIERS};
use std::collections::BTreeSet;

/// The two missions of the repository that are shown: two booleans, and five rights.
const MISSIONS: [&str; 2] = ["rsa_sans_css.toml", "demo.toml"];

/// Fails when a sentence, a point, a caption or a row carries no source, or one that does not exist.
#[test]
fn chaque_phrase_a_une_source_qui_existe() {
    for mission in MISSIONS {
        let ici = Banc::de(mission);
        ici.reussir(&[]);
        // Twice: the paper of differences is held to the same.
        ici.reussir(&[]);
        let mut combien = 0;
        for papier in PAPIERS.into_iter().chain(["index", "difference"]) {
            let page = ici.lire(&format!("{papier}.html"));
            for (ligne, sources) in sources::enonces(&page) {
                let sources = sources.unwrap_or_else(|| panic!("{papier} : sans source : {ligne}"));
                assert!(!sources.is_empty(), "{papier} : source vide : {ligne}");
                for source in sources {
                    sources::existe(&ici, &source).unwrap_or_else(|faute| panic!("{papier} : {source} : {faute} : {ligne}"));
                }
                combien += 1;
            }
            sources::marques_du_markdown(&ici.lire(&format!("{papier}.md"))).unwrap_or_else(|faute| panic!("{papier}.md : {faute}"));
        }
        assert!(combien > 150, "{mission} : {combien} énoncés seulement");
    }
}

/// The walk above sees what it is there to see.
#[test]
fn le_parcours_voit_une_phrase_sans_source() {
    let page = "<main id=\"contenu\"><p data-source=\"plan:plan\">a</p><ul><li>b</li></ul></main>";
    let vus = sources::enonces(page);
    assert_eq!(vus.iter().map(|(_, s)| s.is_some()).collect::<Vec<_>>(), [true, false]);
    let ici = Banc::de("rsa_sans_css.toml");
    for (source, bon) in [
        ("mission:mission.nom:8", true),
        ("mission:mission.nom:3", false),
        ("regle:c2s_allocataires_rsa@2019-11", true),
        ("regle:c2s_allocataires_rsa@1990", false),
        ("menaces:2.26", true),
        ("menaces:2.99", false),
        ("protocole:20.1", true),
        ("protocole:77", false),
        ("mesure:grain", true),
        ("mesure:rien", false),
        ("vocabulaire:c2s_ouverte", true),
        ("vocabulaire:fortune", false),
        ("nulle:part", false),
    ] {
        assert_eq!(sources::existe(&ici, source).is_ok(), bon, "{source}");
    }
    assert!(sources::marques_du_markdown("# T\n\nUne phrase.\n\n## Sources de ce document\n").is_err());
}

/// What the smallest mission lets go: one boolean of the Caf, one of the Cpam, and what a row lets guess.
#[test]
fn la_plus_petite_mission_se_lit_d_un_coup_d_oeil() {
    let ici = Banc::de("rsa_sans_css.toml");
    ici.reussir(&[]);
    let index = ici.lire("index.html");
    for mot in ["Au premier coup d'œil", "Caf du département inventé", "Cpam du département inventé", "12 mois", "1er octobre 2027"] {
        assert!(index.contains(mot), "{mot}");
    }
    let liste = ici.lire("01-liste-des-donnees.md");
    assert!(liste.contains("rsa_paye") && liste.contains("css_active") && liste.contains("vrai ou faux"), "{liste}");
    assert!(liste.contains("CSS L861-2"), "{liste}");
    let impact = ici.lire("03-analyse-d-impact.html");
    assert!(impact.contains("<svg role=\"img\"") && impact.contains("<desc id=\"schema-texte\">2 organismes"));
    // The Cpam guesses what the Caf brought, and the other way round.
    let deviner = impact.split("Ce que celui qui reçoit").nth(1).unwrap();
    assert!(deviner.contains("(caf)") && deviner.contains("(cpam)"));
}

/// Nothing is invented: what the mission does not say is a blank, listed on the index, and goes when it is said.
#[test]
fn ce_qui_manque_est_un_blanc_et_se_liste() {
    let ici = Banc::de("rsa_sans_css.toml");
    let nu = ici.mission().split("\n[[convention]]").next().unwrap().to_owned();
    ici.ecrire_mission(&nu);
    ici.reussir(&[]);
    let (index, convention) = (ici.lire("index.md"), ici.lire("02-convention.md"));
    let ligne = |texte: &str, mots: &[&str]| texte.lines().any(|l| mots.iter().all(|m| l.contains(m)));
    for manque in ["SIREN ([roles])", "délégué à la protection des données (dpo)", "qui signe (representant)", "ligne [[convention]]"]
    {
        let manque = manque.replace('[', "\\[").replace(']', "\\]");
        assert!(ligne(&index, &[&manque, "dans mission.toml"]), "{manque} : {index}");
        assert!(ligne(&convention, &["(à compléter : ", &manque]), "{manque} : {convention}");
    }
    // One line of the index for one thing to fill, whoever lacks it.
    assert!(ligne(&index, &["SIREN", "hôte du moteur ; auditeur"]), "{index}");
    let debut = nu.find("\n[destinataires]").unwrap();
    let dite = format!("{}\n[roles]\nhote = \"130025265\"\n{}", &nu[..debut], &nu[debut..]);
    ici.ecrire_mission(&dite.replace("siren = \"000000001\"", "siren = \"000000001\"\ndpo = \"dpo@caf.example\""));
    ici.reussir(&[]);
    let (index, convention) = (ici.lire("index.md"), ici.lire("02-convention.md"));
    assert!(!ligne(&index, &["SIREN", "hôte du moteur"]) && convention.contains("130025265"), "{index}");
    assert!(!ligne(&index, &["délégué", "Caf"]) && convention.contains("dpo@caf.example"), "{index}");
}

/// One file each: no script, nothing fetched, French, every table captioned, no link that leads nowhere.
#[test]
fn chaque_page_est_un_seul_fichier_accessible() {
    let ici = Banc::de("demo.toml");
    ici.reussir(&[]);
    for papier in PAPIERS.into_iter().chain(["index"]) {
        let page = ici.lire(&format!("{papier}.html"));
        assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"fr\">"), "{papier}");
        for interdit in ["<script", "<link", "<img", "src=", "url(http", "@import"] {
            assert!(!page.contains(interdit), "{papier} : {interdit}");
        }
        assert_eq!(page.matches("<table>").count(), page.matches("<caption").count(), "{papier}");
        assert!(!page.contains("<th>"), "{papier} : une tête sans portée");
        for lien in page.split("href=\"").skip(1).map(|l| l.split('"').next().unwrap()) {
            assert!(lien.starts_with('#') || ici.sortie().join(lien).exists(), "{papier} : {lien}");
        }
        // Only identifiers that are there are named by others.
        let ids: BTreeSet<&str> = page.split(" id=\"").skip(1).map(|l| l.split('"').next().unwrap()).collect();
        for cible in page.split("aria-labelledby=\"").skip(1).flat_map(|l| l.split('"').next().unwrap().split(' ')) {
            assert!(ids.contains(cible), "{papier} : {cible}");
        }
    }
}

/// Without a browser `--pdf` says so; a former dossier that is none is refused; nothing is written then.
#[test]
fn un_refus_ne_laisse_rien() {
    let ici = Banc::de("rsa_sans_css.toml");
    let sans = ici.lancer_avec(&["--pdf"], &[("PATH", ""), ("RECOURS_NAVIGATEUR", "")]);
    assert_eq!((sans.status.code(), ici.sortie().exists()), (Some(4), false), "{}", banc::dit(&sans));
    assert!(banc::dit(&sans).contains("E-DOSSIER-003") && banc::dit(&sans).contains("RECOURS_NAVIGATEUR"));
    let nomme = ici.lancer_avec(&["--pdf"], &[("RECOURS_NAVIGATEUR", "/nulle/part")]);
    assert!(nomme.status.code() == Some(4) && banc::dit(&nomme).contains("/nulle/part"), "{}", banc::dit(&nomme));
    let autre = ici.dossier().join("autre.json");
    std::fs::write(&autre, "{\"format\": \"autre\"}").unwrap();
    for avant in [autre.to_str().unwrap(), "/nulle/part.json"] {
        let refuse = ici.lancer(&["--avant", avant]);
        assert_eq!((refuse.status.code(), ici.sortie().exists()), (Some(3), false), "{}", banc::dit(&refuse));
        assert!(banc::dit(&refuse).contains("E-DOSSIER-002"), "{}", banc::dit(&refuse));
    }
}
