//! Handing over: only with the person's agreement, only for the partner and the right that they said, only to its key.

use recours::commandes::returns::{Bilan, Demande, Partenaire, traiter};
use recours::erreur::ErreurCommande;
use recours::retours::mots::Ou;
use recours_tables::enveloppe::{IdentiteAge, dechiffrer};

use super::banc::{JOUR, ligne_de};
use super::commande::Chantier;

fn remettre(c: &Chantier, rangees: &[&str], ou: Ou, cle: &IdentiteAge, fiches: &[u32]) -> Result<(Bilan, String), ErreurCommande> {
    let formulaires = [c.banc.remplir("rempli.csv", rangees)];
    let suivis = [c.banc.chemin("suivi.parquet")];
    let bilan = traiter(&Demande {
        registre: Some(c.banc.chemin("registre.parquet")),
        transmettre: Some(Partenaire { ou, cle: cle.destinataire(), fiches: fiches.iter().copied().collect() }),
        ..c.demande(&formulaires, &suivis, JOUR + 20)
    })?;
    let enveloppe = std::fs::read(c.banc.chemin(&format!("retours/transmis.{}.csv.age", ou.code()))).unwrap();
    Ok((bilan, String::from_utf8(dechiffrer(&enveloppe, cle).unwrap()).unwrap()))
}

fn chantier() -> Chantier {
    let c = Chantier::nouveau(6);
    crate::listes::territoire::registre_sous(&c.banc.chemin("registre.parquet"), 6, |n| ligne_de(n + 1));
    c
}

const ACCORDS: [&str; 4] = [
    "1 rsa etape=joint date=05/10/2026 canal=téléphone accord=oui accord_pour=ccas",
    "2 rsa etape=joint date=05/10/2026 canal=téléphone accord=oui accord_pour=association",
    "3 rsa etape=joint date=05/10/2026 canal=téléphone accord=non accord_pour=ccas",
    "4 rsa etape=joint date=05/10/2026 canal=téléphone",
];

#[test]
fn seul_part_ce_que_la_personne_a_accepte_pour_ce_partenaire() {
    let (c, cle) = (chantier(), IdentiteAge::generer());
    let (bilan, texte) = remettre(&c, &ACCORDS, Ou::Ccas, &cle, &[]).unwrap();
    assert_eq!(bilan.transmises, (1, 0));
    assert_eq!(texte.lines().count(), 2, "{texte}");
    assert!(texte.contains("Nominventé0") && texte.contains("2026-10-05"), "{texte}");
    for autre in ["Nominventé1", "Nominventé2", "Nominventé3", "rsa@", "à proposer", "2610199"] {
        assert!(!texte.contains(autre), "{autre} : {texte}");
    }
    // Nobody else opens it, and the log says how many only.
    let enveloppe = std::fs::read(c.banc.chemin("retours/transmis.ccas.csv.age")).unwrap();
    assert!(dechiffrer(&enveloppe, &IdentiteAge::generer()).is_err());
    let journal = std::fs::read_to_string(c.territoire.chemin("bodies/caf/journal.jsonl")).unwrap();
    assert!(journal.contains("\"transmission\"") && journal.contains("\"accords\":\"de 1 à 10\"") && !journal.contains("Nominventé"));
    // Once told, it is not told again.
    assert_eq!(remettre(&c, &ACCORDS, Ou::Ccas, &cle, &[]).unwrap_err().code, "E-RETOURS-016");
}

#[test]
fn sans_accord_rien_ne_part_et_le_message_le_dit() {
    let (c, cle) = (chantier(), IdentiteAge::generer());
    let e = remettre(&c, &ACCORDS, Ou::Ccas, &cle, &[1, 3, 4]).unwrap_err();
    assert_eq!(e.code, "E-RETOURS-016");
    assert!(e.to_string().contains("fiches 3, 4") && e.to_string().contains("accord"), "{e}");
    assert!(!c.banc.chemin("retours").exists(), "something was written");
    assert_eq!(remettre(&c, &ACCORDS, Ou::Mdph, &cle, &[]).unwrap_err().code, "E-RETOURS-016");
}

#[test]
fn un_accord_retire_est_dit_au_partenaire_et_ne_repart_pas() {
    let (c, cle) = (chantier(), IdentiteAge::generer());
    remettre(&c, &ACCORDS, Ou::Ccas, &cle, &[]).unwrap();
    let retrait = ["1 rsa date=12/10/2026 accord=retiré accord_pour=ccas"];
    let suivis = [c.banc.chemin("suivi.parquet")];
    let formulaires = [c.banc.remplir("retrait.csv", &retrait)];
    traiter(&c.demande(&formulaires, &suivis, JOUR + 20)).unwrap();
    assert!(c.lire("a_rappeler.csv").contains("accord retiré : prévenir le partenaire"));
    let (bilan, texte) = remettre(&c, &retrait, Ou::Ccas, &cle, &[]).unwrap();
    assert_eq!(bilan.transmises, (0, 1));
    assert!(texte.contains("accord retiré : à effacer") && texte.contains("Nominventé0"), "{texte}");
    assert!(!texte.contains("0639980000"), "a withdrawn row needs no telephone: {texte}");
    assert_eq!(remettre(&c, &retrait, Ou::Ccas, &cle, &[]).unwrap_err().code, "E-RETOURS-016");
}
