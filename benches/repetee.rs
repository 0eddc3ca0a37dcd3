//! A mission of many people, for `./measure memoire_mission`: what bodies delivered in an invented mission and how it was linked,
//! several times over, each time under other row ids, foyers and handles.
//!
//! `repetee MISSION TIMES OUT` reads the deliveries and links of `MISSION`, and writes those of the larger mission to
//! `OUT/deliveries` and `OUT/linkage`, coarsened, encrypted and signed as `seal` and `link` do. The territory is the same each
//! time; what rules say of it is therefore the same, and memory and time are those of so many people.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a measure: nothing to recover")]

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, FixedSizeBinaryArray, FixedSizeBinaryBuilder, RecordBatch};
use recours::cles::{self, Detenteur};
use recours::entete::{Contenu, Entete, GRAIN, SCELLEMENT};
use recours::journal;
use recours::mission::Mission;
use recours::{chemins, regles, signature};
use recours_tables::ecriture::{ParquetEnMemoire, Protection, ecrire_octets};
use recours_tables::enveloppe::{IdentiteAge, chiffrer, dechiffrer};
use recours_tables::{Lecteur, lire_table};

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let [mission, fois, sortie] = arguments.as_slice() else {
        eprintln!("repetee MISSION TIMES OUT");
        return;
    };
    let (mission, fois, sortie) = (Mission::lire(mission).expect("a mission"), fois.parse::<u64>().expect("a number"), Path::new(sortie));
    let (_, empreinte_regles) = regles::de_mission(&mission).expect("rules");
    let empreinte = mission.empreinte(&empreinte_regles);
    let hote = IdentiteAge::lire(&chemins::cle_hote(&mission)).expect("the host's key");
    let liaison = journal::ouvrir(&mission, &Detenteur::Liaison).expect("the linkage unit's key");
    for o in mission.organismes.iter().filter(|o| !o.tables.is_empty()) {
        let chemin = chemins::attributs(&chemins::livraison(&mission, &o.id));
        let clair = dechiffrer(&std::fs::read(&chemin).expect("a delivery"), &hote).expect("for the host");
        let faits = Lecteur::depuis_parquet(&chemin, clair).expect("a table");
        let mut entete = Entete::nouvelle(Contenu::Attributs, &mission, &empreinte, &o.id);
        entete.regles = Some(empreinte_regles.clone());
        entete.grain = faits.annotation(GRAIN).map(str::to_owned);
        entete.scellement = faits.annotation(SCELLEMENT).map(str::to_owned);
        let corps = journal::ouvrir(&mission, &Detenteur::Organisme(o.id.clone())).expect("the body's key");
        let mut octets = repeter(faits, fois, &mut entete);
        signature::signer(&mut octets, &entete, &corps).expect("signed");
        let vers_hote = cles::destinataire(&mission, "hote").expect("the host's public key");
        let enveloppe = chiffrer(&octets, &[vers_hote]).expect("encrypted");
        drop(octets);
        ecrire_octets(sortie.join("deliveries").join(&o.id).join("attributs.parquet.age"), &enveloppe, Protection::Ordinaire)
            .expect("written");
        drop(enveloppe);
        let liens = lire_table(chemins::liaison(&mission.dossiers.liaison, &o.id)).expect("links");
        let mut entete = Entete::nouvelle(Contenu::Liaison, &mission, &empreinte, &o.id);
        entete.scellement = liens.annotation(SCELLEMENT).map(str::to_owned);
        let mut octets = repeter(liens, fois, &mut entete);
        signature::signer(&mut octets, &entete, &liaison).expect("signed");
        let ou = chemins::liaison(&sortie.join("linkage"), &o.id);
        ecrire_octets(ou, &octets, Protection::Ordinaire).expect("written");
        println!("{:<16} {:>10} lignes", o.id, entete.lignes);
    }
}

/// The rows of a table so many times, as the bytes of a Parquet file to sign; their number goes into the header.
fn repeter(lecteur: Lecteur, fois: u64, entete: &mut Entete) -> Vec<u8> {
    entete.lignes = lecteur.lignes().expect("their number") * fois;
    let annotations = entete.annotations();
    let annotations: Vec<(&str, &str)> = annotations.iter().map(|(c, t)| (*c, t.as_str())).collect();
    let lots: Vec<RecordBatch> = lecteur.lots().expect("rows").map(|l| l.expect("a batch").lot().clone()).collect();
    let schema = lots.first().expect("rows").schema();
    let mut ecrivain = ParquetEnMemoire::creer("table.parquet", &schema, &annotations).expect("a table");
    for n in 0..fois {
        let mut nom = [0; 16];
        blake3::Hasher::new().update(&n.to_be_bytes()).finalize_xof().fill(&mut nom);
        for lot in &lots {
            ecrivain.ecrire(&sous_d_autres_noms(lot, &nom)).expect("rows");
        }
    }
    ecrivain.terminer().expect("a table")
}

/// Everything that names somebody or a foyer, random before, random and different after.
fn sous_d_autres_noms(lot: &RecordBatch, nom: &[u8; 16]) -> RecordBatch {
    let colonnes = lot.schema_ref().fields().iter().zip(lot.columns()).map(|(champ, colonne)| -> ArrayRef {
        if !["row_id", "foyer", "handle"].contains(&champ.name().as_str()) {
            return Arc::clone(colonne);
        }
        let avant = colonne.as_any().downcast_ref::<FixedSizeBinaryArray>().expect("sixteen bytes");
        let mut apres = FixedSizeBinaryBuilder::with_capacity(avant.len(), 16);
        for i in 0..avant.len() {
            if avant.is_null(i) {
                apres.append_null();
            } else {
                let octets: Vec<u8> = avant.value(i).iter().zip(nom).map(|(a, b)| a ^ b).collect();
                apres.append_value(octets).expect("sixteen bytes");
            }
        }
        Arc::new(apres.finish())
    });
    let colonnes = colonnes.collect();
    RecordBatch::try_new(lot.schema(), colonnes).expect("the same columns")
}
