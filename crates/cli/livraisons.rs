//! What the bodies delivered to the host, opened with its key and checked against the mission.

mod controle;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use arrow::array::{AsArray, RecordBatch, UInt32Array};
use arrow::compute::{cast, take_record_batch};
use arrow::datatypes::{DataType, UInt8Type};
use recours_engine::link::{Coverage, Delivery, Handle};
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_rules::types::Type;
use recours_tables::enveloppe::{IdentiteAge, dechiffrer};
use recours_tables::{Colonne, ErreurTable, Lecteur, Lot, lire_table};

use crate::chemins;
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::mission::{Composition, Mission, Organisme};
use crate::progression::Progression;
use controle::Controle;

/// The deliveries of a mission.
pub struct Livraisons {
    /// With the links of their rows, in the order of the mission's bodies.
    pub livraisons: Vec<Delivery>,
    /// BLAKE3 of each envelope, by body.
    pub empreintes: BTreeMap<String, String>,
}

/// Opens the deliveries of a mission; a body that delivered nothing is said and left out.
///
/// # Errors
/// Exit 3 for an envelope of another key, a file of another mission or grain, a column or a value that should not have
/// left its body (`controle.rs`), rows that stand twice or have no link.
pub fn ouvrir(
    mission: &Mission,
    pack: &Pack,
    program: &Program,
    empreinte_regles: &str,
    forme: Forme,
    progression: &Progression,
) -> Result<Livraisons, ErreurCommande> {
    let cle = IdentiteAge::lire(&chemins::cle_hote(mission))?;
    let empreinte = mission.empreinte(empreinte_regles);
    let controle = Controle::nouveau(pack, program, forme);
    let mut out = Livraisons { livraisons: Vec::new(), empreintes: BTreeMap::new() };
    for o in mission.organismes.iter().filter(|o| !o.tables.is_empty()) {
        let attributs = chemins::attributs(&chemins::livraison(mission, &o.id));
        if !attributs.exists() {
            progression.dire(format!("{} n'a rien livré : ce que lui seul sait reste inconnu.", o.id));
            continue;
        }
        let etape = progression.etape(format!("Lecture {}", o.id), None);
        let octets = std::fs::read(&attributs).map_err(|e| ErreurTable::de_lecture(&attributs, &e))?;
        out.empreintes.insert(o.id.clone(), blake3::hash(&octets).to_hex().to_string());
        let clair = dechiffrer(&octets, &cle).map_err(|e| ErreurCommande::from(e).dans(&attributs))?;
        let faits = Lecteur::depuis_parquet(&attributs, clair)?;
        let mut entete = Entete::nouvelle(Contenu::Attributs, mission, &empreinte, &o.id);
        entete.regles = Some(empreinte_regles.to_owned());
        entete.lignes = faits.lignes().unwrap_or(0);
        entete.grain = Some(controle.grain.empreinte.clone());
        entete.verifier(&faits)?;
        controle.colonnes(o, &faits.schema())?;
        let faits = faits.tout()?;
        controle.valeurs(o, faits.lot())?;
        let chemin_liens = chemins::liaison(&mission.dossiers.liaison, &o.id);
        let liens = lire_table(&chemin_liens)?;
        let mut entete = Entete::nouvelle(Contenu::Liaison, mission, &empreinte, &o.id);
        entete.lignes = liens.lignes().unwrap_or(0);
        entete.verifier(&liens)?;
        out.livraisons.push(livraison(pack, o, &faits, &liens.tout()?)?);
        etape.terminer();
    }
    Ok(out)
}

fn seize(lot: &Lot, nom: &str) -> Result<Vec<Handle>, ErreurTable> {
    let colonne = lot.colonne(nom)?;
    colonne.obligatoire(colonne.octets16()?)
}

/// Facts in the order of the rows' ids, as detection reads them, with the links of those rows.
fn livraison(pack: &Pack, organisme: &Organisme, faits: &Lot, liens: &Lot) -> Result<Delivery, ErreurCommande> {
    let ids = seize(faits, "row_id")?;
    let mut ordre: Vec<u32> = (0..u32::try_from(ids.len()).unwrap_or(u32::MAX)).collect();
    ordre.sort_unstable_by_key(|i| ids.get(*i as usize).copied());
    let id = |i: u32| ids.get(i as usize);
    if let Some([a, b]) = ordre.windows(2).find_map(|w| <[u32; 2]>::try_from(w).ok().filter(|[a, b]| id(*a) == id(*b))) {
        let message = format!("livraison de « {} » : le même row_id aux lignes {} et {}.", organisme.id, a.min(b) + 1, a.max(b) + 1);
        return Err(
            ErreurCommande::refus("E-DETECT-006", message).avec_conseil("L'organisme doit dédoublonner son extrait et sceller de nouveau.")
        );
    }
    let trie = take_record_batch(faits.lot(), &UInt32Array::from(ordre.clone()))
        .map_err(|_| ErreurTable::Schema { fichier: faits.fichier().to_path_buf() })?;
    let lies: HashMap<Handle, usize> = seize(liens, "row_id")?.into_iter().enumerate().map(|(i, r)| (r, i)).collect();
    let (poignees, force) = (seize(liens, "handle")?, entiers(&liens.colonne("force")?, liens.fichier())?);
    let certifie = liens.colonne("nir_certifie")?.booleen()?;
    let foyers = match faits.colonne_si_presente("foyer")? {
        Some(c) => ordre_de(&ordre, &c.octets16()?),
        None => vec![None; ids.len()],
    };
    let composition = match organisme.composition {
        Composition::Complete => Coverage::Complete,
        Composition::Partielle => Coverage::Partial,
        Composition::Aucune => Coverage::Nothing,
    };
    let mut d = Delivery {
        body: organisme.id.clone(),
        composition,
        covers: organisme.couverture.iter().map(|(v, _)| v.clone()).collect(),
        handles: Vec::with_capacity(ids.len()),
        force: Vec::with_capacity(ids.len()),
        certified: Vec::with_capacity(ids.len()),
        foyers,
        roles: roles(pack, &trie),
        facts: trie,
    };
    for ligne in &ordre {
        let lien = ids.get(*ligne as usize).and_then(|id| lies.get(id)).copied();
        let Some(i) = lien else {
            let message = format!("livraison de « {} », ligne {} : ligne sans lien.", organisme.id, ligne + 1);
            return Err(ErreurCommande::refus("E-DETECT-008", message)
                .avec_conseil("Jetons et attributs viennent de deux scellements différents : sceller et relier de nouveau."));
        };
        d.handles.push(poignees.get(i).copied().unwrap_or_default());
        d.force.push(force.get(i).copied().unwrap_or(0));
        d.certified.push(certifie.get(i).copied().flatten().unwrap_or(false));
    }
    Ok(d)
}

fn ordre_de<T: Copy>(ordre: &[u32], valeurs: &[Option<T>]) -> Vec<Option<T>> {
    ordre.iter().map(|i| valeurs.get(*i as usize).copied().flatten()).collect()
}

fn entiers(colonne: &Colonne, fichier: &Path) -> Result<Vec<u8>, ErreurTable> {
    let faute = |_| ErreurTable::Schema { fichier: fichier.to_path_buf() };
    let c = cast(colonne.tableau(), &DataType::UInt8).map_err(faute)?;
    Ok(c.as_primitive::<UInt8Type>().iter().map(|v| v.unwrap_or(0)).collect())
}

/// Positions of the roles in the vocabulary's list.
fn roles(pack: &Pack, faits: &RecordBatch) -> Vec<Option<u8>> {
    let liste = pack.vocabulary.variables.get(pack.role).and_then(|v| match v.ty {
        Type::Code(l) => pack.vocabulary.lists.get(l),
        _ => None,
    });
    let textes = faits.column_by_name("role").and_then(|c| cast(c, &DataType::Utf8).ok());
    let (Some(liste), Some(textes)) = (liste, textes) else { return vec![None; faits.num_rows()] };
    let textes = textes.as_string::<i32>();
    textes.iter().map(|t| t.and_then(|t| liste.index_written(t)).and_then(|i| u8::try_from(i).ok())).collect()
}
