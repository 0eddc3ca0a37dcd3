//! Bad input: each refusal names file, column or row, says what to do, exits with 3 and leaves nothing.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, FixedSizeBinaryArray, RecordBatch};
use recours::chemins;
use recours::entete::{Contenu, Entete};
use recours_tables::{Lot, ParquetEnMemoire, enveloppe};

use super::territoire::{Territoire, assures_cpam, fichiers, mission, octets, personnes_caf, row_ids};

/// Runs the binary and expects a refusal with this code and these words, and not one more file.
fn refuse(ici: &Territoire, arguments: &[&str], code: &str, mots: &[&str]) {
    let avant = fichiers(ici.dossier.path());
    let sortie = ici.recours(arguments);
    let texte = String::from_utf8(sortie.stderr).unwrap();
    assert_eq!(sortie.status.code(), Some(3), "{texte}");
    assert!(texte.starts_with(&format!("erreur {code} : ")), "{code} attendu : {texte}");
    for mot in mots {
        assert!(texte.contains(mot), "« {mot} » attendu : {texte}");
    }
    assert!(texte.contains("\n  → "), "pas de conseil : {texte}");
    assert_eq!(avant, fichiers(ici.dossier.path()), "des fichiers ont été laissés");
}

const SCELLER: [&str; 4] = ["seal", "mission.toml", "--body", "caf"];
const RELIER: [&str; 2] = ["link", "mission.toml"];

#[test]
fn la_cle_d_une_autre_mission() {
    let (ici, autre) = (Territoire::nouveau(), Territoire::nouveau());
    std::fs::copy(autre.chemin("bodies/caf/niveau1.cle"), ici.chemin("bodies/caf/niveau1.cle")).unwrap();
    refuse(&ici, &SCELLER, "E-SCEAU-007", &["bodies/caf/niveau1.cle", "n'est pas celle de la mission"]);
    // The linkage unit's as well, and a key of the other level.
    let ici = Territoire::scelle();
    std::fs::copy(autre.chemin("linkage/niveau2.cle"), ici.chemin("linkage/niveau2.cle")).unwrap();
    refuse(&ici, &RELIER, "E-SCEAU-007", &["linkage/niveau2.cle"]);
    std::fs::copy(ici.chemin("bodies/caf/niveau1.cle"), ici.chemin("linkage/niveau2.cle")).unwrap();
    refuse(&ici, &RELIER, "E-SCEAU-006", &["niveau1", "niveau2"]);
    // All the keys of another mission together.
    let autre = Territoire::sans_cles();
    autre.ecrire("mission.toml", &mission("autre", "2026-T4"));
    recours::cles::creer_cles(&autre.mission()).unwrap();
    for fichier in ["cles/identifiants.toml", "cles/liaison.pub", "cles/hote.pub", "bodies/caf/niveau1.cle"] {
        std::fs::copy(autre.chemin(fichier), ici.chemin(fichier)).unwrap();
    }
    refuse(&ici, &SCELLER, "E-CLES-004", &["identifiants.toml", "autre mission"]);
}

#[test]
fn une_cle_que_d_autres_peuvent_lire() {
    let ici = Territoire::scelle();
    let ouvrir = |relatif: &str| std::fs::set_permissions(ici.chemin(relatif), std::fs::Permissions::from_mode(0o640)).unwrap();
    ouvrir("bodies/caf/niveau1.cle");
    refuse(&ici, &SCELLER, "E-SCEAU-003", &["bodies/caf/niveau1.cle", "640", "chmod 600"]);
    ouvrir("linkage/niveau2.cle");
    refuse(&ici, &RELIER, "E-SCEAU-003", &["linkage/niveau2.cle"]);
    ouvrir("linkage/cle.age");
    refuse(&ici, &RELIER, "E-ENVELOPPE-002", &["linkage/cle.age", "640"]);
}

#[test]
fn une_cle_publique_absente_fausse_ou_remplacee() {
    let (ici, autre) = (Territoire::nouveau(), Territoire::nouveau());
    std::fs::copy(autre.chemin("cles/hote.pub"), ici.chemin("cles/hote.pub")).unwrap();
    refuse(&ici, &SCELLER, "E-CLES-006", &["cles/hote.pub", "identifiants.toml"]);
    ici.ecrire("cles/hote.pub", "AGE-SECRET-KEY-1CANARIZEAU\n");
    refuse(&ici, &SCELLER, "E-CLES-002", &["cles/hote.pub"]);
    std::fs::remove_file(ici.chemin("cles/hote.pub")).unwrap();
    refuse(&ici, &SCELLER, "E-CLES-001", &["cles/hote.pub", "keys new"]);
}

#[test]
fn un_extrait_sans_une_colonne_ou_avec_deux_fois_une_ligne() {
    let ici = Territoire::nouveau();
    ici.ecrire("bodies/caf/extrait/personnes.csv", &personnes_caf().replacen(";ne_le;", ";ne;", 1));
    refuse(&ici, &SCELLER, "E-TABLE-007", &["personnes.csv", "« ne_le »"]);
    ici.ecrire("bodies/caf/extrait/personnes.csv", &personnes_caf().replace("000a2;", "000a1;"));
    refuse(&ici, &SCELLER, "E-TABLE-016", &["personnes.csv", "row_id", "ligne 2", "ligne 1"]);
    ici.ecrire("bodies/caf/extrait/personnes.csv", &personnes_caf().replace("000a2;", "000a;"));
    refuse(&ici, &SCELLER, "E-TABLE-014", &["personnes.csv", "row_id", "ligne 2"]);
    ici.ecrire("bodies/cpam/extrait/assures.csv", &assures_cpam().replace(";99120;1\n", ";99120;peut-être\n"));
    refuse(&ici, &["seal", "mission.toml", "--body", "cpam"], "E-TABLE-010", &["assures.csv", "« css »", "ligne 2"]);
    refuse(&ici, &["seal", "mission.toml", "--body", "msa"], "E-MISSION-020", &["msa", "caf, cpam"]);
}

#[test]
fn un_registre_qui_ne_dit_rien_des_oppositions() {
    let ici = Territoire::nouveau();
    let ids = FixedSizeBinaryArray::try_from_iter([octets(0xa1)].into_iter()).unwrap();
    let lot = RecordBatch::try_from_iter([("row_id", Arc::new(ids) as ArrayRef)]).unwrap();
    recours_tables::ecrire_parquet(ici.chemin("bodies/caf/registre.parquet"), &lot.schema(), &[lot]).unwrap();
    refuse(&ici, &SCELLER, "E-TABLE-007", &["registre.parquet", "« opposition »"]);
}

#[test]
fn une_livraison_alteree_tronquee_ou_adressee_a_un_autre() {
    let ici = Territoire::scelle();
    let chemin = ici.jetons("cpam");
    let bonne = std::fs::read(&chemin).unwrap();
    let relier = |octets: &[u8], code: &str| {
        std::fs::write(&chemin, octets).unwrap();
        refuse(&ici, &RELIER, code, &["deliveries/cpam/jetons.parquet.age"]);
    };
    for position in [bonne.len() / 2, bonne.len() - 1] {
        let mut changee = bonne.clone();
        changee[position] ^= 1;
        relier(&changee, "E-ENVELOPPE-008");
    }
    relier(&bonne[..bonne.len() - 20], "E-ENVELOPPE-008");
    relier(&std::fs::read(ici.attributs("cpam")).unwrap(), "E-ENVELOPPE-007");
    relier(&ici.ouvrir(&ici.attributs("cpam"), &chemins::cle_hote(&ici.mission())), "E-ENVELOPPE-006");
    // Whole and rightly addressed, but another body's.
    relier(&std::fs::read(ici.jetons("caf")).unwrap(), "E-LIVRAISON-008");
    assert!(!ici.chemin("linkage/caf.parquet").exists());
}

/// A delivery of the CPAM as a faulty or hostile program could write it.
struct Faux {
    entete: Entete,
    annotee: bool,
    row_ids: Vec<[u8; 16]>,
    largeur: usize,
    colonnes: Vec<&'static str>,
    /// Canaries of the true delivery, after the rows.
    temoins: (String, Lot),
}

impl Faux {
    fn nouveau(ici: &Territoire) -> Self {
        let mission = ici.mission();
        let empreinte = recours::cles::empreinte_de_mission(&mission).unwrap();
        let mut entete = Entete::nouvelle(Contenu::Jetons, &mission, &empreinte, "cpam");
        entete.canon = Some("canon/1".to_owned());
        let (lecteur, lot) = ici.temoins("caf");
        let temoins = (lecteur.annotation("recours.canaris").unwrap().to_owned(), lot);
        entete.lignes = 3 + temoins.1.lignes() as u64;
        let colonnes = vec!["p0", "p1", "p2", "p3", "p4", "p5"];
        Self { entete, annotee: true, row_ids: [1, 2, 3].map(octets).to_vec(), largeur: 16, colonnes, temoins }
    }

    fn poser(self, ici: &Territoire) {
        let (cle, temoins) = &self.temoins;
        let lignes = self.row_ids.len();
        let n = lignes + temoins.lignes();
        let ids = FixedSizeBinaryArray::try_from_iter(self.row_ids.iter().copied().chain(row_ids(temoins))).unwrap();
        let mut colonnes: Vec<(&str, ArrayRef)> = vec![("row_id", Arc::new(ids))];
        for passe in self.colonnes {
            let jeton = vec![7_u8; self.largeur];
            let largeur = i32::try_from(self.largeur).unwrap();
            let vrais = temoins.colonne(passe).unwrap().octets16().unwrap();
            let de = |i: usize| match i.checked_sub(lignes) {
                None => (i == 1).then(|| jeton.clone()),
                Some(k) => vrais[k].map(|j| j[..self.largeur].to_vec()),
            };
            let jetons = (0..n).map(de);
            colonnes.push((passe, Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(jetons, largeur).unwrap())));
        }
        colonnes.push(("nir_certifie", Arc::new(BooleanArray::from(vec![false; n]))));
        colonnes.push(("opposition", Arc::new(BooleanArray::from(vec![false; n]))));
        let lot = RecordBatch::try_from_iter(colonnes).unwrap();
        let annotations = if self.annotee { self.entete.annotations() } else { Vec::new() };
        let mut annotations: Vec<(&str, &str)> = annotations.iter().map(|(c, t)| (*c, t.as_str())).collect();
        if self.annotee {
            annotations.push(("recours.canaris", cle));
        }
        let mut ecrivain = ParquetEnMemoire::creer("faux", &lot.schema(), &annotations).unwrap();
        ecrivain.ecrire(&lot).unwrap();
        let mut clair = ecrivain.terminer().unwrap();
        if self.annotee {
            let journal = recours::journal::ouvrir(&ici.mission(), &recours::cles::Detenteur::Organisme("cpam".into())).unwrap();
            recours::signature::signer(&mut clair, &self.entete, &journal).unwrap();
        }
        envoyer(ici, &ici.jetons("cpam"), &clair);
    }
}

fn envoyer(ici: &Territoire, chemin: &Path, clair: &[u8]) {
    let destinataire = recours::cles::destinataire(&ici.mission(), "liaison").unwrap();
    std::fs::write(chemin, enveloppe::chiffrer(clair, &[destinataire]).unwrap()).unwrap();
}

#[test]
fn une_livraison_bien_adressee_mais_mal_faite() {
    let ici = Territoire::scelle();
    let fichier = "deliveries/cpam/jetons.parquet.age";
    let essayer = |change: &dyn Fn(&mut Faux), code: &str, mots: &[&str]| {
        let mut faux = Faux::nouveau(&ici);
        change(&mut faux);
        faux.poser(&ici);
        refuse(&ici, &RELIER, code, &[&[fichier], mots].concat());
    };
    essayer(&|f| f.annotee = false, "E-LIVRAISON-001", &["de quelle mission"]);
    essayer(&|f| f.entete.contenu = Contenu::Attributs, "E-LIVRAISON-002", &["attributs", "jetons"]);
    essayer(&|f| f.entete.epoque = "2026-T3".into(), "E-LIVRAISON-003", &["2026-T3", "2026-T4"]);
    essayer(&|f| f.entete.suite = recours::mission::Suite::Rapide, "E-LIVRAISON-004", &["rapide", "rgs"]);
    essayer(&|f| f.entete.canon = Some("canon/2".into()), "E-LIVRAISON-005", &["canon/2", "canon/1"]);
    essayer(&|f| f.entete.mission = "ab".repeat(32), "E-LIVRAISON-007", &["abababab"]);
    essayer(&|f| f.entete.organisme = "Canarizeau Zéphyrinette".into(), "E-LIVRAISON-008", &["illisible"]);
    essayer(&|f| f.entete.lignes += 1, "E-LIVRAISON-009", &["nombre de lignes"]);
    essayer(&|f| f.row_ids = [1, 2, 1].map(octets).to_vec(), "E-TABLE-016", &["row_id", "ligne 3", "ligne 1"]);
    essayer(&|f| f.largeur = 15, "E-TABLE-014", &["« p0 »", "ligne 2"]);
    essayer(&|f| f.colonnes.truncate(5), "E-TABLE-007", &["« p5 »"]);

    // A Parquet cut before it was encrypted.
    let clair = ici.ouvrir(&ici.jetons("caf"), &chemins::cle_liaison(&ici.mission()));
    envoyer(&ici, &ici.jetons("cpam"), &clair[..clair.len() / 2]);
    refuse(&ici, &RELIER, "E-TABLE-005", &[fichier]);
    // As it should be, it is linked: the refusals above were not for another reason.
    Faux::nouveau(&ici).poser(&ici);
    assert_eq!(ici.relier().unwrap().lignes(), 7);
}
