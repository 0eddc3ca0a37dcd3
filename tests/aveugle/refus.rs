//! What is refused, each with its code; nothing is left behind.

use super::territoire_b::{TerritoireB, mission_b};
use crate::sceller::territoire::personnes_caf;
use recours_tables::{IdentiteAge, enveloppe};

const AVEUGLER: [&str; 4] = ["blind", "mission.toml", "--body", "caf"];
const FINALISER: [&str; 4] = ["finalise", "mission.toml", "--body", "caf"];
const SERVIR: [&str; 4] = ["serve-keys", "mission.toml", "--input", "echanges/caf"];
const REPONSE: &str = "echanges/caf/reponse.t1.001.age";
const DEMANDE: &str = "echanges/caf/demande.t1.001.age";

fn evalue() -> TerritoireB {
    let b = TerritoireB::nouveau(1, "rapide");
    b.reussir(&AVEUGLER);
    b.reussir(&SERVIR);
    b
}

/// Opens an envelope with a key of the territory, changes the bytes, closes it again for the same reader.
fn retoucher(b: &TerritoireB, fichier: &str, cle: &str, changer: impl Fn(&mut Vec<u8>)) {
    let identite = IdentiteAge::lire(&b.chemin(cle)).unwrap();
    let mut clair = b.ouvrir(&b.chemin(fichier), &b.chemin(cle));
    changer(&mut clair);
    std::fs::write(b.chemin(fichier), enveloppe::chiffrer(&clair, &[identite.destinataire()]).unwrap()).unwrap();
}

/// The batches of an answer written again by hand, as a dishonest key holder would.
fn reecrire_reponse(b: &TerritoireB, changer: impl Fn(&mut Vec<u8>, &mut Vec<u8>)) {
    use arrow::array::{ArrayRef, AsArray, BinaryArray, FixedSizeBinaryArray, RecordBatch};
    use std::sync::Arc;
    let (lecteur, lot) = b.table(&b.chemin(REPONSE), &b.chemin("bodies/caf/cle.age"));
    let schema = lecteur.schema();
    let annotations: Vec<(String, String)> = ["contenu", "mission", "epoque", "suite", "organisme", "lignes", "tour", "demande"]
        .iter()
        .map(|cle| format!("recours.{cle}"))
        .map(|cle| (cle.clone(), lecteur.annotation(&cle).unwrap().to_owned()))
        .collect();
    let annotations: Vec<(&str, &str)> = annotations.iter().map(|(c, t)| (c.as_str(), t.as_str())).collect();
    let mut elements: Vec<Vec<u8>> = lot.lot().column(1).as_binary::<i32>().iter().map(|e| e.unwrap().to_vec()).collect();
    let mut preuves: Vec<Vec<u8>> = lot.lot().column(2).as_fixed_size_binary().iter().map(|e| e.unwrap().to_vec()).collect();
    changer(&mut elements[0], &mut preuves[0]);
    let colonnes: Vec<ArrayRef> = vec![
        Arc::clone(lot.lot().column(0)),
        Arc::new(BinaryArray::from_iter_values(elements)),
        Arc::new(FixedSizeBinaryArray::try_from_iter(preuves.into_iter()).unwrap()),
    ];
    let lots = [RecordBatch::try_new(Arc::clone(&schema), colonnes).unwrap()];
    let clair = recours_tables::vers_parquet_annote("reponse", &schema, &lots, &annotations).unwrap();
    let identite = IdentiteAge::lire(&b.chemin("bodies/caf/cle.age")).unwrap();
    std::fs::write(b.chemin(REPONSE), enveloppe::chiffrer(&clair, &[identite.destinataire()]).unwrap()).unwrap();
}

#[test]
fn une_reponse_qui_n_est_pas_vraie() {
    let b = evalue();
    let bonne = std::fs::read(b.chemin(REPONSE)).unwrap();
    reecrire_reponse(&b, |_, preuve| preuve[0] ^= 1);
    b.refuser(&FINALISER, 3, "E-OPRF-002");
    std::fs::write(b.chemin(REPONSE), &bonne).unwrap();
    reecrire_reponse(&b, |elements, _| elements[..64].rotate_left(32));
    b.refuser(&FINALISER, 3, "E-OPRF-002");
    std::fs::write(b.chemin(REPONSE), &bonne).unwrap();
    reecrire_reponse(&b, |elements, _| elements[..32].fill(0));
    b.refuser(&FINALISER, 3, "E-OPRF-001");
    std::fs::write(b.chemin(REPONSE), &bonne).unwrap();
    reecrire_reponse(&b, |elements, _| elements.truncate(32));
    b.refuser(&FINALISER, 3, "E-OPRF-003");
    // Cut or changed on its way, missing, of somebody else; then the true one, the state being still there.
    std::fs::write(b.chemin(REPONSE), &bonne[..bonne.len() - 1]).unwrap();
    b.refuser(&FINALISER, 3, "E-ENVELOPPE-008");
    std::fs::remove_file(b.chemin(REPONSE)).unwrap();
    b.refuser(&FINALISER, 3, "E-OPRF-012");
    b.reussir(&["blind", "mission.toml", "--body", "cpam"]);
    b.reussir(&["serve-keys", "mission.toml", "--input", "echanges/cpam"]);
    std::fs::copy(b.chemin("echanges/cpam/reponse.t1.001.age"), b.chemin(REPONSE)).unwrap();
    b.refuser(&FINALISER, 3, "E-ENVELOPPE-007");
    std::fs::write(b.chemin(REPONSE), &bonne).unwrap();
    b.reussir(&FINALISER);
    b.refuser(&FINALISER, 3, "E-OPRF-009");
}

/// A key holder who answers with another key tags a body's people: the proof is against the published one.
#[test]
fn une_autre_cle_que_celle_de_la_mission() {
    let b = TerritoireB::nouveau(1, "rapide");
    b.reussir(&AVEUGLER);
    let autre = TerritoireB::nouveau(1, "rapide");
    // Its own master key in place of the mission's: refused at once by its identifier.
    let vraie = std::fs::read(b.chemin("tiers_cles/oprf.cle")).unwrap();
    std::fs::copy(autre.chemin("tiers_cles/oprf.cle"), b.chemin("tiers_cles/oprf.cle")).unwrap();
    b.refuser(&SERVIR, 3, "E-SCEAU-007");
    // And where it also rewrote its own copy of the identifiers, the body finds out.
    let honnete = std::fs::read(b.chemin("cles/identifiants.toml")).unwrap();
    let lire = |t: &TerritoireB, fichier: &str| std::fs::read_to_string(t.chemin(fichier)).unwrap();
    let sa_cle = recours::cles::Identifiants::lire_si_present(&autre.mission()).unwrap().unwrap().oprf.unwrap();
    let mienne = recours::cles::Identifiants::lire_si_present(&b.mission()).unwrap().unwrap().oprf.unwrap();
    for fichier in ["cles/identifiants.toml", "tiers_cles/compteur.json"] {
        b.ecrire(fichier, &lire(&b, fichier).replace(&mienne, &sa_cle));
    }
    b.reussir(&SERVIR);
    std::fs::write(b.chemin("cles/identifiants.toml"), honnete).unwrap();
    std::fs::write(b.chemin("tiers_cles/oprf.cle"), vraie).unwrap();
    b.refuser(&FINALISER, 3, "E-OPRF-002");
}

#[test]
fn une_demande_deja_servie_trop_grande_ou_fausse() {
    let b = evalue();
    std::fs::remove_file(b.chemin(REPONSE)).unwrap();
    b.refuser(&SERVIR, 3, "E-OPRF-007");
    b.refuser(&["serve-keys", "mission.toml", "--input", DEMANDE, "--out", "r.age"], 3, "E-OPRF-007");
    // The third request is beyond the population attested.
    b.reussir(&AVEUGLER);
    b.reussir(&SERVIR);
    b.reussir(&AVEUGLER);
    let texte = b.refuser(&SERVIR, 3, "E-OPRF-006");
    assert!(texte.contains("« caf », passe p0") && texte.contains("sur les 2010 que permet la population attestée"), "{texte}");
    // What is no request: another file, another body's name inside, another key's envelope, no counter.
    b.refuser(&["serve-keys", "mission.toml", "--input", "mission.toml", "--out", "r.age"], 3, "E-ENVELOPPE-006");
    let autre = TerritoireB::nouveau(1, "rapide");
    autre.reussir(&AVEUGLER);
    std::fs::copy(autre.chemin(DEMANDE), b.chemin("etrangere.age")).unwrap();
    b.refuser(&["serve-keys", "mission.toml", "--input", "etrangere.age", "--out", "r.age"], 3, "E-ENVELOPPE-007");
    std::fs::remove_file(b.chemin("tiers_cles/compteur.json")).unwrap();
    b.refuser(&SERVIR, 3, "E-OPRF-008");
    b.refuser(&["serve-keys", "mission.toml", "--input", DEMANDE], 2, "E-USAGE-005");
}

/// A body that names another would spend its questions, and could not read the answers.
#[test]
fn la_demande_d_un_organisme_inconnu_ou_d_une_autre_epoque() {
    let b = TerritoireB::nouveau(1, "rapide");
    b.reussir(&AVEUGLER);
    retoucher(&b, DEMANDE, "tiers_cles/cle.age", |clair| {
        // Same length, so that the Parquet stays whole.
        let texte = b"recours.organisme".as_slice();
        let debut = clair.windows(texte.len()).position(|w| w == texte).unwrap() + texte.len();
        let place = (debut..debut + 8).find(|i| clair[*i..].starts_with(b"caf")).unwrap();
        clair[place..place + 3].copy_from_slice(b"caz");
    });
    b.refuser(&SERVIR, 3, "E-LIVRAISON-008");
    // A key holder with the keys of another epoch, or of another purpose.
    for mission in [
        mission_b(1, "rapide").replace("2026-T4", "2027-T1"),
        mission_b(1, "rapide").replace("finalite = \"informer\"", "finalite = \"attribuer\""),
    ] {
        let autre = TerritoireB::avec(&mission);
        b.reussir(&AVEUGLER);
        retoucher_pour(&b, &autre);
        let texte = autre.recours(&["serve-keys", "mission.toml", "--input", "venue.age", "--out", "r.age"]);
        let texte = String::from_utf8(texte.stderr).unwrap();
        assert!(texte.starts_with("erreur E-LIVRAISON-003") || texte.starts_with("erreur E-LIVRAISON-007"), "{texte}");
    }
}

/// The request of `b`, in an envelope that the key holder of `autre` can open.
fn retoucher_pour(b: &TerritoireB, autre: &TerritoireB) {
    let clair = b.ouvrir(&b.chemin(DEMANDE), &b.chemin("tiers_cles/cle.age"));
    let identite = IdentiteAge::lire(&autre.chemin("tiers_cles/cle.age")).unwrap();
    std::fs::write(autre.chemin("venue.age"), enveloppe::chiffrer(&clair, &[identite.destinataire()]).unwrap()).unwrap();
}

/// Canonical bytes that changed would give tokens that join nothing, in silence.
#[test]
fn un_extrait_change_entre_les_deux_pas() {
    let b = evalue();
    let bon = personnes_caf();
    b.ecrire("bodies/caf/extrait/personnes.csv", &bon.replace("1985-06-12", "1985-06-13"));
    b.refuser(&FINALISER, 3, "E-OPRF-011");
    let sans_la_premiere: String = bon.lines().enumerate().filter(|(i, _)| *i != 1).map(|(_, l)| format!("{l}\n")).collect();
    b.ecrire("bodies/caf/extrait/personnes.csv", &sans_la_premiere);
    b.refuser(&FINALISER, 3, "E-OPRF-011");
    // A new row was not blinded: it waits for the next epoch, and is said.
    let nouvelle =
        format!("{bon}{};NUMERODOSSIERSECRET-D9;ALL;;Nouvelle;Ida;1991-01-05;F;99120;N;N;0\n", crate::sceller::territoire::row_id(0xa9));
    b.ecrire("bodies/caf/extrait/personnes.csv", &nouvelle);
    let texte = b.reussir(&FINALISER);
    assert!(texte.contains("1 lignes nouvelles depuis l'aveuglement"), "{texte}");
    // A new blinding takes the place of the old: its answer no longer fits.
    let b = evalue();
    std::fs::rename(b.chemin(REPONSE), b.chemin("ancienne.age")).unwrap();
    b.reussir(&AVEUGLER);
    b.refuser(&["finalise", "mission.toml", "--body", "caf", "--reponse", "ancienne.age"], 3, "E-LIVRAISON-011");
}

#[test]
fn chaque_mode_a_ses_commandes() {
    let b = TerritoireB::nouveau(1, "rapide");
    b.refuser(&["seal", "mission.toml", "--body", "caf"], 3, "E-MISSION-025");
    let a = TerritoireB::en_mode_a("rgs");
    a.refuser(&AVEUGLER, 3, "E-OPRF-018");
    a.refuser(&["serve-keys", "mission.toml", "--input", "mission.toml", "--out", "r"], 3, "E-OPRF-018");
    a.refuser(&FINALISER, 3, "E-OPRF-018");
}
