//! Whose a delivery is: forged, altered or replayed, the linkage unit and the host use nothing of it.

use std::path::Path;

use recours::chemins;
use recours::cles::Detenteur;
use recours::entete::{Contenu, Entete};
use recours_tables::{Lecteur, enveloppe};

use super::territoire::{Territoire, fichiers, mission};

/// Runs the binary, expects this refusal, and not one more file.
fn refuse(ici: &Territoire, arguments: &[&str], code: &str) {
    let avant = fichiers(ici.dossier.path());
    let sortie = ici.recours(arguments);
    let texte = String::from_utf8(sortie.stderr).unwrap();
    assert_eq!(sortie.status.code(), Some(3), "{texte}");
    assert!(texte.starts_with(&format!("erreur {code} : ")) && texte.contains("\n  → "), "{code} attendu : {texte}");
    assert_eq!(avant, fichiers(ici.dossier.path()), "des fichiers ont été laissés");
}

fn entete(ici: &Territoire, contenu: Contenu, body: &str) -> Entete {
    let mission = ici.mission();
    Entete::nouvelle(contenu, &mission, &recours::cles::empreinte_de_mission(&mission).unwrap(), body)
}

fn envoyer(ici: &Territoire, chemin: &Path, clair: &[u8], pour: &str) {
    let cle = recours::cles::destinataire(&ici.mission(), pour).unwrap();
    std::fs::write(chemin, enveloppe::chiffrer(clair, &[cle]).unwrap()).unwrap();
}

/// Signs these bytes as `qui`, whatever signature they have.
fn signer(ici: &Territoire, clair: &mut [u8], entete: &Entete, qui: &Detenteur) {
    recours::signature::signer(clair, entete, &recours::journal::ouvrir(&ici.mission(), qui).unwrap()).unwrap();
}

/// The two files of a delivery: who reads it, with which key, and the command that does.
fn deux(ici: &Territoire) -> [(std::path::PathBuf, std::path::PathBuf, Contenu, &'static str, &'static str); 2] {
    let m = ici.mission();
    [
        (ici.jetons("cpam"), chemins::cle_liaison(&m), Contenu::Jetons, "liaison", "link"),
        (ici.attributs("cpam"), chemins::cle_hote(&m), Contenu::Attributs, "hote", "detect"),
    ]
}

/// Fails when the linkage unit or the host does not ask who made a delivery: anybody has their public keys.
#[test]
fn une_livraison_que_l_organisme_n_a_pas_signee_est_refusee() {
    let ici = Territoire::scelle();
    ici.relier().unwrap();
    for (chemin, cle, contenu, pour, commande) in deux(&ici) {
        let bonne = std::fs::read(&chemin).unwrap();
        let clair = ici.ouvrir(&chemin, &cle);
        let entete = entete(&ici, contenu, "cpam");
        for qui in [Detenteur::Organisme("caf".into()), Detenteur::Liaison, Detenteur::Hote] {
            let mut forgee = clair.clone();
            signer(&ici, &mut forgee, &entete, &qui);
            envoyer(&ici, &chemin, &forgee, pour);
            refuse(&ici, &[commande, "mission.toml"], "E-LIVRAISON-014");
        }
        // Written again without any signature.
        let lecteur = Lecteur::depuis_parquet("clair", clair.clone()).unwrap();
        let noms = ["contenu", "mission", "epoque", "suite", "organisme", "lignes", "canon", "regles", "grain", "scellement", "canaris"];
        let noms: Vec<String> = noms.iter().map(|n| format!("recours.{n}")).collect();
        let dites: Vec<(&str, &str)> = noms.iter().filter_map(|n| Some((n.as_str(), lecteur.annotation(n)?))).collect();
        let lot = Lecteur::depuis_parquet("clair", clair.clone()).unwrap().tout().unwrap().lot().clone();
        let sans = recours_tables::vers_parquet_annote("clair", &lot.schema(), &[lot], &dites).unwrap();
        envoyer(&ici, &chemin, &sans, pour);
        refuse(&ici, &[commande, "mission.toml"], "E-LIVRAISON-013");
        // Changed after it was signed, by somebody who could open it.
        let mut changee = clair.clone();
        changee[12] ^= 1;
        envoyer(&ici, &chemin, &changee, pour);
        refuse(&ici, &[commande, "mission.toml"], "E-LIVRAISON-014");
        std::fs::write(&chemin, bonne).unwrap();
        assert!(ici.recours(&[commande, "mission.toml"]).status.success());
    }
}

/// A true delivery of another mission, epoch or body, encrypted again to the right reader.
#[test]
fn une_livraison_rejouee_est_refusee() {
    let ici = Territoire::scelle();
    ici.relier().unwrap();
    for (nom, epoque, code) in [("autre", "2026-T4", "E-LIVRAISON-007"), ("essai", "2026-T3", "E-LIVRAISON-003")] {
        let autre = Territoire::sans_cles();
        autre.ecrire("mission.toml", &mission(nom, epoque));
        recours::cles::creer_cles(&autre.mission()).unwrap();
        // The same body, with the same signature key: only the mission differs.
        std::fs::copy(ici.chemin("bodies/cpam/signature.cle"), autre.chemin("bodies/cpam/signature.cle")).unwrap();
        std::fs::remove_file(autre.chemin("bodies/cpam/journal.jsonl")).unwrap();
        autre.sceller("cpam").unwrap();
        for ((chemin, _, _, pour, commande), (de, cle, ..)) in deux(&ici).into_iter().zip(deux(&autre)) {
            let bonne = std::fs::read(&chemin).unwrap();
            envoyer(&ici, &chemin, &autre.ouvrir(&de, &cle), pour);
            refuse(&ici, &[commande, "mission.toml"], code);
            std::fs::write(&chemin, bonne).unwrap();
        }
    }
    // Another body's, said to be the CPAM's: the words in the file tell, and the signature once they are changed.
    for (chemin, cle, contenu, pour, commande) in deux(&ici) {
        let caf = chemin.to_string_lossy().replace("cpam", "caf");
        let mut clair = ici.ouvrir(Path::new(&caf), &cle);
        envoyer(&ici, &chemin, &clair, pour);
        refuse(&ici, &[commande, "mission.toml"], "E-LIVRAISON-008");
        signer(&ici, &mut clair, &entete(&ici, contenu, "cpam"), &Detenteur::Organisme("cpam".into()));
        envoyer(&ici, &chemin, &clair, pour);
        refuse(&ici, &[commande, "mission.toml"], "E-LIVRAISON-008");
    }
}

/// What goes from the linkage unit to the host is signed too, and must be of the same sealing as the facts.
#[test]
fn des_poignees_que_la_liaison_n_a_pas_faites_sont_refusees() {
    let ici = Territoire::scelle();
    ici.relier().unwrap();
    let chemin = ici.chemin("linkage/cpam.parquet");
    let bonnes = std::fs::read(&chemin).unwrap();
    let mut changees = bonnes.clone();
    let i = changees.len() / 2;
    changees[i] ^= 1;
    std::fs::write(&chemin, &changees).unwrap();
    let sortie = ici.recours(&["detect", "mission.toml"]);
    let texte = String::from_utf8(sortie.stderr).unwrap();
    assert!(sortie.status.code() == Some(3) && (texte.contains("E-LIVRAISON-014") || texte.contains("E-TABLE")), "{texte}");
    let mut d_un_autre = bonnes.clone();
    signer(&ici, &mut d_un_autre, &entete(&ici, Contenu::Liaison, "cpam"), &Detenteur::Organisme("caf".into()));
    std::fs::write(&chemin, &d_un_autre).unwrap();
    refuse(&ici, &["detect", "mission.toml"], "E-LIVRAISON-014");
    std::fs::write(&chemin, &bonnes).unwrap();
    // Facts of a later sealing than the tokens that were linked.
    let jetons = std::fs::read(ici.jetons("cpam")).unwrap();
    ici.sceller("cpam").unwrap();
    std::fs::write(ici.jetons("cpam"), jetons).unwrap();
    refuse(&ici, &["detect", "mission.toml"], "E-DETECT-008");
}
