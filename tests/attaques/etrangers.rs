//! A body that adds to its extract people whom it does not serve: what it is refused, and what comes back about them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, FixedSizeBinaryArray, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take};
use recours::commandes::detect::detecter;
use recours::commandes::outreach::preparer_liste;
use recours::manifeste::{self, Manifeste};
use recours::progression::Progression;
use recours::{aveugle, liaison, scellement};
use recours_tables::{IdentiteAge, Lecteur, lire_table};

use super::banc::{Copie, MODE_A};
use crate::aveugle::territoire_b::TerritoireB;
use crate::sceller::territoire::personnes_caf;

fn muet() -> Progression {
    Progression::silencieuse()
}

/// What a dishonest body got, in counts.
#[derive(Debug, Default)]
pub struct Curiosite {
    /// People of the other body whom it added, all « in RSA » by its own word.
    pub ajoutes: usize,
    /// Findings about them at the host.
    pub reperes: usize,
    /// Of them, those whom the linkage joined to a row of the body that serves them.
    pub relies: usize,
    /// Rows of its list about these.
    pub recues: usize,
    /// Rows of its list about added people of whom the linkage found nobody else's row: they say what it made up.
    pub inventees: usize,
    /// Rows of its list about its own people.
    pub siennes: usize,
}

/// The CAF adds every person of the CPAM whom it does not know, seals, and waits for its list.
pub fn curiosite(destinataires: &str) -> Curiosite {
    let ici = MODE_A.copie();
    let mission = std::fs::read_to_string(ici.chemin("mission.toml")).unwrap();
    let mission = mission.replace("c2s_allocataires_rsa = [\"cpam\", \"caf\"]", &format!("c2s_allocataires_rsa = {destinataires}"));
    assert!(mission.contains(destinataires));
    std::fs::write(ici.chemin("mission.toml"), mission).unwrap();
    // All agree to it: the lists are what is looked at here, not the signatures.
    let manifeste = Manifeste::de_mission(&ici.mission()).unwrap();
    ici.mission().organismes.iter().for_each(|o| drop(manifeste::signer(&ici.mission(), &manifeste, &o.id).unwrap()));
    let ajoutees = ajouter_des_inconnus(&ici);
    let mission = ici.mission();
    scellement::sceller_organisme(&mission, "caf", &[], None, &muet()).unwrap();
    liaison::relier(&mission, None, &muet()).unwrap();
    let detection = detecter(&mission, None, &muet()).unwrap().detection;
    let liste = ici.chemin("lists/caf.age");
    preparer_liste(&mission, &ici.chemin("host/findings.parquet"), "caf", &liste, &muet()).unwrap();
    let cle = IdentiteAge::lire(&ici.chemin("bodies/caf/cle.age")).unwrap();
    let clair = recours::cles::ouvrir_enveloppe(&liste, &cle).unwrap();
    let recues: Vec<[u8; 16]> = lignes(&Lecteur::depuis_parquet("liste", clair).unwrap().tout().unwrap());
    let extrait = lire_table(ici.chemin("bodies/caf/extrait/personnes.parquet")).unwrap().tout().unwrap();
    let siennes: HashSet<[u8; 16]> = lignes(&extrait).into_iter().filter(|id| !ajoutees.contains(id)).collect();
    // The host's findings about the added, by the handles that the linkage gave to their rows.
    let liens = lire_table(ici.chemin("linkage/caf.parquet")).unwrap().tout().unwrap();
    let poignees = liens.colonne("handle").unwrap().octets16().unwrap();
    let visees: HashMap<[u8; 16], [u8; 16]> =
        lignes(&liens).into_iter().zip(poignees.into_iter().flatten()).filter(|(id, _)| ajoutees.contains(id)).collect();
    let en_face = lire_table(ici.chemin("linkage/cpam.parquet")).unwrap().tout().unwrap();
    let en_face: HashSet<[u8; 16]> = en_face.colonne("handle").unwrap().octets16().unwrap().into_iter().flatten().collect();
    let relie = |id: &[u8; 16]| visees.get(id).is_some_and(|p| en_face.contains(p));
    let poignees: HashSet<&[u8; 16]> = visees.values().collect();
    Curiosite {
        ajoutes: ajoutees.len(),
        reperes: detection.findings.iter().filter(|f| poignees.contains(&f.unit)).count(),
        relies: ajoutees.iter().filter(|id| relie(id)).count(),
        recues: recues.iter().filter(|id| relie(id)).count(),
        inventees: recues.iter().filter(|id| ajoutees.contains(*id) && !relie(id)).count(),
        siennes: recues.iter().filter(|id| siennes.contains(*id)).count(),
    }
}

fn lignes(lot: &recours_tables::Lot) -> Vec<[u8; 16]> {
    lot.colonne("row_id").unwrap().octets16().unwrap().into_iter().flatten().collect()
}

/// Rows of the CPAM's extract put into the CAF's, under new row ids, all « in RSA ». Gives the ids.
fn ajouter_des_inconnus(ici: &Copie) -> HashSet<[u8; 16]> {
    let lire = |fichier: &str| lire_table(ici.chemin(fichier)).unwrap().tout().unwrap().lot().clone();
    let (caf, cpam) = (lire("bodies/caf/extrait/personnes.parquet"), lire("bodies/cpam/extrait/assures.parquet"));
    let connus: BTreeSet<Option<String>> = MODE_A.gens_de("caf", "personnes").into_iter().map(|g| g.champs[0].clone()).collect();
    let vises: Vec<u32> = (0_u32..)
        .zip(MODE_A.gens_de("cpam", "assures"))
        .filter(|(_, g)| g.champs[0].is_some() && !connus.contains(&g.champs[0]))
        .map(|(i, _)| i)
        .collect();
    assert!(vises.len() >= 20, "{} inconnus seulement", vises.len());
    let ids: Vec<[u8; 16]> =
        vises.iter().map(|i| *blake3::hash(format!("curieux {i}").as_bytes()).as_bytes().first_chunk().unwrap()).collect();
    let (rangs, premier) = (UInt32Array::from(vises.clone()), UInt32Array::from(vec![0; vises.len()]));
    let schema = caf.schema();
    let colonnes: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|champ| match champ.name().as_str() {
            "row_id" => Arc::new(FixedSizeBinaryArray::try_from_iter(ids.iter()).unwrap()) as ArrayRef,
            "rsa_paye" => Arc::new(BooleanArray::from(vec![true; ids.len()])) as ArrayRef,
            nom => match cpam.column_by_name(nom).filter(|c| c.data_type() == champ.data_type()) {
                Some(colonne) => take(colonne, &rangs, None).unwrap(),
                None => take(caf.column_by_name(nom).unwrap(), &premier, None).unwrap(),
            },
        })
        .collect();
    let ajout = RecordBatch::try_new(Arc::clone(&schema), colonnes).unwrap();
    let tout = concat_batches(&schema, [&caf, &ajout]).unwrap();
    recours_tables::ecrire_parquet(ici.chemin("bodies/caf/extrait/personnes.parquet"), &schema, &[tout]).unwrap();
    ids.into_iter().collect()
}

/// Mode B: strangers beyond the population that the body attests are not evaluated at all. Gives how many were asked for, the margin
/// that the attested population leaves, and how many were evaluated.
pub fn quota(etrangers: u32) -> (u64, u64, u64) {
    let b = TerritoireB::nouveau(1, "rapide");
    let mut texte = personnes_caf();
    let siens = texte.lines().count() as u64 - 1;
    for n in 0..etrangers {
        let treize = 1_800_199_001_000_u64 + u64::from(n) % 999 + u64::from(n / 999) * 1_000 + 1;
        texte += &format!(
            "{};NUMERODOSSIERSECRET-X{n};ALL;{treize:013}{:02};Inconnu{};Prenom;1980-01-15;M;99120;O;N;0\n",
            crate::sceller::territoire::row_id(0x1_0000 + n),
            97 - treize % 97,
            char::from(b'a' + (n % 26) as u8),
        );
    }
    b.ecrire("bodies/caf/extrait/personnes.csv", &texte);
    let mission = b.mission();
    aveugle::aveugler(&mission, "caf", &[], 1, None, None, &muet()).unwrap();
    let echanges = b.chemin("echanges/caf");
    let servie = aveugle::evaluer_fichiers(&mission, &echanges, &echanges);
    let compteur = std::fs::read_to_string(b.chemin("tiers_cles/compteur.json")).unwrap();
    let compteur: serde_json::Value = serde_json::from_str(&compteur).unwrap();
    let faites = compteur["evaluations"]["caf"]["p0"].as_u64().unwrap_or(0);
    if let Err(refus) = servie {
        assert_eq!(refus.code, "E-OPRF-006");
    }
    let population = mission.organisme("caf").unwrap().population.unwrap();
    (u64::from(etrangers), population.saturating_sub(siens), faites)
}
