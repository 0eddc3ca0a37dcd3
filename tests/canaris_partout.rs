//! Canaries: six invented people whose every value can be recognised go through every command, every refusal and both
//! modes; then everything that came out is searched for them, under every writing and encoding, and for every key.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod chantier;
mod chercheur;
mod demonstration;
mod erreurs;
mod motifs;
mod parcours;
mod recherche;
pub mod secrets;
mod territoire;

use chantier::{Chantier, Fouille, identites};

/// Prints every fault at once: the first is seldom the only one.
fn rien(fouille: &Fouille) {
    let dits: Vec<String> = fouille.fautes.iter().map(|(ou, quoi)| format!("{ou} : {quoi}")).collect();
    assert!(dits.is_empty(), "{} fuites\n{}", dits.len(), dits.join("\n"));
}

fn par_toutes_les_commandes(mode: &'static str) {
    let mut c = Chantier::nouveau(mode);
    c.reussir(&["keys", "new", "mission.toml"]);
    c.relever_les_secrets();
    parcours::sceller(&mut c);
    parcours::aval(&mut c);
    if mode == "B" {
        parcours::par_le_service(&mut c);
    } else {
        parcours::evaluer(&mut c);
    }
    let fouille = c.fouiller(&identites());
    rien(&fouille);
    let ouvertes = |quoi: &str| fouille.enveloppes_ouvertes.iter().filter(|n| n.contains(quoi)).count();
    for quoi in ["jetons.parquet", "attributs.parquet", "lists/", "trace.parquet"] {
        assert!(ouvertes(quoi) >= 1, "{quoi} n'a pas été ouvert : {:?}", fouille.enveloppes_ouvertes);
    }
    if mode == "B" {
        parcours::le_tiers_n_a_que_des_elements(&c);
        assert!(ouvertes("demande.") >= 2 && ouvertes("reponse.") >= 2 && ouvertes("residu") >= 2, "{:?}", fouille.enveloppes_ouvertes);
    }
    assert!(fouille.fichiers > 35 && fouille.couches > 150, "{fouille:?}");
    assert!(c.combien_de_secrets > 25, "{} secrets cherchés", c.combien_de_secrets);
}

#[test]
fn par_toutes_les_commandes_en_mode_a() {
    par_toutes_les_commandes("A");
}

#[test]
fn par_toutes_les_commandes_en_mode_b() {
    par_toutes_les_commandes("B");
}

fn par_tous_les_refus(mode: &'static str, refus_attendus: usize, codes_attendus: usize) {
    let mut c = Chantier::nouveau(mode);
    c.reussir(&["keys", "new", "mission.toml"]);
    c.relever_les_secrets();
    parcours::sceller(&mut c);
    parcours::aval(&mut c);
    let refus = erreurs::des_extraits(&mut c);
    assert!(refus >= refus_attendus, "{refus} extraits refusés seulement : les fautes n'ont pas été vues");
    erreurs::des_cles(&mut c);
    erreurs::des_livraisons(&mut c);
    erreurs::de_l_aval(&mut c);
    if mode == "B" {
        erreurs::des_echanges(&mut c);
    }
    erreurs::de_la_machine(&mut c);
    assert!(c.codes.len() >= codes_attendus, "{} codes seulement : {:?}", c.codes.len(), c.codes);
    rien(&c.fouiller(&identites()));
}

#[test]
fn par_tous_les_refus_en_mode_a() {
    par_tous_les_refus("A", 35, 25);
}

#[test]
fn par_tous_les_refus_en_mode_b() {
    par_tous_les_refus("B", 35, 25);
}

/// Run by the next test in a process of its own, since the hook is the whole process's.
#[test]
fn tombe_avec_des_gens_en_memoire() {
    if let Some(dossier) = std::env::var_os("RECOURS_TOMBE") {
        erreurs::tomber(std::path::Path::new(&dossier));
    }
}

/// Fails if the program's hook lets the default message of a panic through.
#[test]
fn une_panique_ne_montre_personne() {
    let mut c = Chantier::nouveau("A");
    c.reussir(&["keys", "new", "mission.toml"]);
    c.relever_les_secrets();
    let mut tombe = std::process::Command::new(std::env::current_exe().unwrap());
    tombe.args(["--exact", "canaris_partout::tombe_avec_des_gens_en_memoire", "--nocapture"]);
    let sortie = tombe.env("RUST_BACKTRACE", "full").env("RECOURS_TOMBE", c.dossier.path()).output().unwrap();
    let texte = String::from_utf8_lossy(&sortie.stderr);
    assert_eq!(texte.matches("E-INTERNE-001").count(), 5, "{texte}");
    c.noter("panique", &sortie);
    rien(&c.fouiller(&identites()));
}

/// The demonstration, in both modes: whoever stands in a register stands in no file of the other roles, and is not printed.
#[test]
fn la_demonstration_ne_montre_personne() {
    for demo in [&*crate::attaques::banc::MODE_A, &*crate::attaques::banc::MODE_B] {
        let (cherche, combien) = demonstration::gens_des_registres(&demo.racine());
        assert!(combien > 150, "{combien} personnes cherchées");
        let mut fautes = cherche.dans(&demo.sortie);
        let vus = demonstration::chercher_hors_des_organismes(&cherche, &demo.racine(), &mut fautes);
        assert!(vus > 25, "{vus} fichiers");
        assert!(fautes.is_empty(), "{fautes:?}");
        // The search finds them where they are at home.
        let registre = std::fs::read(demo.chemin("bodies/cpam/registre.parquet")).unwrap();
        assert!(!cherche.au_fond("registre", &registre, &[], &mut |_| {}).is_empty());
    }
}
