//! Canaries in deliveries: all there, sealed alike, and gone before anything is linked.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, BooleanArray, FixedSizeBinaryArray, RecordBatch};
use recours::chemins;
use recours::cles::Detenteur;
use recours::entete::{Contenu, Entete};
use recours_seal::canaris::{COMBIEN, CleCanaris};
use recours_tables::{Lecteur, enveloppe, lire_table, vers_parquet_annote};

use super::territoire::{Territoire, row_ids};

/// Writes a delivery again after `changer` has been at its batch, signed by the body as the first was.
fn reecrire(ici: &Territoire, body: &str, changer: impl Fn(&CleCanaris, RecordBatch) -> RecordBatch) {
    let chemin = ici.jetons(body);
    let clair = ici.ouvrir(&chemin, &chemins::cle_liaison(&ici.mission()));
    let lecteur = Lecteur::depuis_parquet("clair", clair.clone()).unwrap();
    let cle = lecteur.annotation("recours.canaris").unwrap();
    let lot = Lecteur::depuis_parquet("clair", clair).unwrap().tout().unwrap().lot().clone();
    let lot = changer(&CleCanaris::lire(cle).unwrap(), lot);
    let mission = ici.mission();
    let mut entete = Entete::nouvelle(Contenu::Jetons, &mission, &recours::cles::empreinte_de_mission(&mission).unwrap(), body);
    entete.canon = Some("canon/1".into());
    entete.scellement = lecteur.annotation("recours.scellement").map(str::to_owned);
    entete.lignes = lot.num_rows() as u64;
    let annotations = entete.annotations();
    let mut annotations: Vec<(&str, &str)> = annotations.iter().map(|(c, t)| (*c, t.as_str())).collect();
    annotations.push(("recours.canaris", cle));
    let mut clair = vers_parquet_annote("clair", &lot.schema(), &[lot], &annotations).unwrap();
    let journal = recours::journal::ouvrir(&mission, &Detenteur::Organisme(body.into())).unwrap();
    recours::signature::signer(&mut clair, &entete, &journal).unwrap();
    let destinataire = recours::cles::destinataire(&mission, "liaison").unwrap();
    std::fs::write(chemin, enveloppe::chiffrer(&clair, &[destinataire]).unwrap()).unwrap();
}

/// The same batch, with the first canary's cells of a column replaced.
fn derive(cle: &CleCanaris, lot: &RecordBatch, colonne: &str) -> RecordBatch {
    let ids = lot.column_by_name("row_id").unwrap().as_fixed_size_binary();
    let canari = (0..lot.num_rows()).find(|i| ids.value(*i) == cle.row_ids()[1]).unwrap();
    let (i, _) = lot.schema().column_with_name(colonne).map(|(i, f)| (i, f.clone())).unwrap();
    let mut colonnes = lot.columns().to_vec();
    colonnes[i] = if let Some(fixe) = colonnes[i].as_fixed_size_binary_opt() {
        let valeurs =
            (0..fixe.len()).map(|k| if k == canari { Some([9_u8; 16].to_vec()) } else { fixe.is_valid(k).then(|| fixe.value(k).to_vec()) });
        Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(valeurs, 16).unwrap()) as ArrayRef
    } else {
        let libre = colonnes[i].as_binary::<i32>();
        Arc::new(
            (0..libre.len())
                .map(|k| if k == canari { Some(vec![9_u8; 32]) } else { libre.is_valid(k).then(|| libre.value(k).to_vec()) })
                .collect::<BinaryArray>(),
        )
    };
    RecordBatch::try_new(lot.schema(), colonnes).unwrap()
}

#[test]
fn mille_temoins_dans_les_jetons_et_nulle_part_ailleurs() {
    let ici = Territoire::scelle();
    let (lecteur, temoins) = ici.temoins("caf");
    assert_eq!((temoins.lignes(), lecteur.annotation("recours.lignes")), (COMBIEN, Some("1024")));
    let ids: Vec<[u8; 16]> = row_ids(&temoins);
    let au_bureau: Vec<[u8; 16]> = row_ids(&ici.table_attributs("caf").1);
    assert!(au_bureau.len() == 4 && au_bureau.iter().all(|id| !ids.contains(id)));
    // Another delivery has other ids for them, in another place.
    assert!(row_ids(&ici.temoins("cpam").1).iter().all(|id| !ids.contains(id)));
    let bilan = ici.relier().unwrap();
    assert_eq!((bilan.lignes(), bilan.personnes()), (8, 5));
    let relies = row_ids(&lire_table(ici.chemin("linkage/caf.parquet")).unwrap().tout().unwrap());
    assert!(relies.len() == 4 && relies.iter().all(|id| !ids.contains(id)));
    for passe in &bilan.statistiques.passes {
        assert!(passe.jetons <= 9 * 100 && passe.liens < 10, "{}", passe.passe.code());
    }
}

#[test]
fn une_livraison_dont_les_temoins_derivent_n_est_pas_reliee() {
    for colonne in ["p2", "p7"] {
        let ici = Territoire::scelle();
        reecrire(&ici, "cpam", |cle, lot| derive(cle, &lot, colonne));
        let erreur = ici.relier().unwrap_err();
        assert_eq!(erreur.code, "E-LIAISON-005");
        assert!(erreur.message.contains("« cpam »") && erreur.message.contains(colonne), "{}", erreur.message);
        assert!(!ici.chemin("linkage/caf.parquet").exists());
    }
}

#[test]
fn une_livraison_sans_tous_ses_temoins_n_est_pas_reliee() {
    let ici = Territoire::scelle();
    reecrire(&ici, "caf", |cle, lot| {
        let ids = lot.column_by_name("row_id").unwrap().as_fixed_size_binary();
        let garder: BooleanArray = ids.iter().map(|id| Some(id != Some(&cle.row_ids()[7]))).collect();
        arrow::compute::filter_record_batch(&lot, &garder).unwrap()
    });
    let erreur = ici.relier().unwrap_err();
    assert_eq!(erreur.code, "E-LIAISON-004");
    assert!(erreur.message.contains("999"), "{}", erreur.message);
}

/// All bodies drift together, by a common update in the middle of an epoch: only the first linkage tells.
#[test]
fn une_derive_commune_se_voit_contre_la_premiere_liaison_de_l_epoque() {
    let ici = Territoire::scelle();
    ici.relier().unwrap();
    for body in ["caf", "cpam"] {
        ici.sceller(body).unwrap();
    }
    ici.relier().unwrap();
    for body in ["caf", "cpam"] {
        reecrire(&ici, body, |cle, lot| derive(cle, &lot, "p3"));
    }
    let erreur = ici.relier().unwrap_err();
    assert_eq!(erreur.code, "E-LIAISON-005");
    assert!(erreur.message.contains("première liaison de l'époque (p3)"), "{}", erreur.message);
}
