//! What the bodies delivered to the host, opened with its key and checked against the mission.

mod controle;
pub mod parties;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use arrow::array::{AsArray, RecordBatch, UInt32Array};
use arrow::compute::{cast, take_record_batch};
use arrow::datatypes::{DataType, UInt8Type};
use recours_engine::link::{Coverage, Delivery, Handle};
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_rules::types::Type;
use recours_rules::vocabulary::CodeList;
use recours_tables::enveloppe::{IdentiteAge, dechiffrer};
use recours_tables::{Colonne, ErreurTable, Lecteur, Lot, lire_table};

use crate::chemins;
use crate::entete::{Contenu, Entete, SCELLEMENT};
use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::mission::{Composition, Mission, Organisme};
use crate::progression::Progression;
use crate::signature::Signataires;
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
/// left its body (`controle.rs`), rows that stand twice, links of another sealing,
/// and whatever its author did not sign.
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
    let signataires = Signataires::de_mission(mission, &empreinte)?;
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
        let signee =
            signataires.verifier(mission, &attributs, &clair, &Entete::nouvelle(Contenu::Attributs, mission, &empreinte, &o.id), &o.id);
        let faits = Lecteur::depuis_parquet(&attributs, clair)?;
        let mut entete = Entete::nouvelle(Contenu::Attributs, mission, &empreinte, &o.id);
        entete.regles = Some(empreinte_regles.to_owned());
        entete.lignes = faits.lignes().unwrap_or(0);
        entete.grain = Some(controle.grain.empreinte.clone());
        entete.verifier(&faits)?;
        // After what the file says of itself: « of another mission » helps more than « not signed so ».
        signee?;
        let scellement = faits.annotation(SCELLEMENT).map(str::to_owned);
        controle.colonnes(mission, o, &faits.schema())?;
        let faits = faits.tout()?;
        controle.valeurs(o, faits.lot())?;
        let chemin_liens = chemins::liaison(&mission.dossiers.liaison, &o.id);
        let liens = lire_table(&chemin_liens)?;
        let mut entete = Entete::nouvelle(Contenu::Liaison, mission, &empreinte, &o.id);
        entete.lignes = liens.lignes().unwrap_or(0);
        entete.verifier(&liens)?;
        let fichier = std::fs::File::open(&chemin_liens).map_err(|e| ErreurTable::de_lecture(&chemin_liens, &e))?;
        signataires.verifier_source(mission, &chemin_liens, &fichier, &entete, "liaison")?;
        // Raw values serve to hold the coarsened against, on invented data, under the same handles: sealed again, not linked.
        if forme == Forme::Grossie && liens.annotation(SCELLEMENT).map(str::to_owned) != scellement {
            let message = format!("livraison de « {} » : jetons et attributs ne viennent pas du même scellement.", o.id);
            return Err(ErreurCommande::refus("E-DETECT-008", message).avec_conseil("Sceller et relier de nouveau."));
        }
        out.livraisons.push(livraison(pack, o, &faits, &liens.tout()?)?);
        etape.terminer();
        progression.continuer()?;
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
    let lies: HashMap<Handle, usize> = seize(liens, "row_id")?.into_iter().enumerate().map(|(i, r)| (r, i)).collect();
    let tus = retirer_sans_lien(&mut ordre, &ids, &lies, faits)?;
    let trie = take_record_batch(faits.lot(), &UInt32Array::from(ordre.clone()))
        .map_err(|_| ErreurTable::Schema { fichier: faits.fichier().to_path_buf() })?;
    let (poignees, force) = (seize(liens, "handle")?, entiers(&liens.colonne("force")?, liens.fichier())?);
    let certifie = liens.colonne("nir_certifie")?.booleen()?;
    let foyers = match faits.colonne_si_presente("foyer")? {
        Some(c) => ordre_de(&ordre, &c.octets16()?).into_iter().map(|f| f.filter(|f| !tus.contains(f))).collect(),
        None => vec![None; ordre.len()],
    };
    let mut d = Delivery {
        body: organisme.id.clone(),
        composition: composition(organisme),
        covers: couvre(organisme),
        handles: Vec::with_capacity(ids.len()),
        force: Vec::with_capacity(ids.len()),
        certified: Vec::with_capacity(ids.len()),
        foyers,
        roles: roles(pack, &trie),
        loose: None,
        facts: trie,
    };
    for ligne in &ordre {
        let lien = ids.get(*ligne as usize).and_then(|id| lies.get(id)).copied();
        // Rows without a link were taken out.
        let Some(i) = lien else { continue };
        d.handles.push(poignees.get(i).copied().unwrap_or_default());
        d.force.push(force.get(i).copied().unwrap_or(0));
        d.certified.push(certifie.get(i).copied().flatten().unwrap_or(false));
    }
    Ok(d)
}

fn composition(organisme: &Organisme) -> Coverage {
    match organisme.composition {
        Composition::Complete => Coverage::Complete,
        Composition::Partielle => Coverage::Partial,
        Composition::Aucune => Coverage::Nothing,
    }
}

fn couvre(organisme: &Organisme) -> Vec<String> {
    organisme.couverture.iter().map(|(v, _)| v.clone()).collect()
}

/// Takes out the rows that the linkage unit left out: their facts are not looked at. Gives the foyers that thereby are no
/// longer described whole.
fn retirer_sans_lien(
    ordre: &mut Vec<u32>,
    ids: &[Handle],
    lies: &HashMap<Handle, usize>,
    faits: &Lot,
) -> Result<HashSet<[u8; 16]>, ErreurTable> {
    let foyers = faits.colonne_si_presente("foyer")?.map(|c| c.octets16()).transpose()?.unwrap_or_default();
    let mut tus = HashSet::new();
    ordre.retain(|i| {
        let lie = ids.get(*i as usize).is_some_and(|id| lies.contains_key(id));
        if !lie {
            tus.extend(foyers.get(*i as usize).copied().flatten());
        }
        lie
    });
    Ok(tus)
}

fn ordre_de<T: Copy>(ordre: &[u32], valeurs: &[Option<T>]) -> Vec<Option<T>> {
    ordre.iter().map(|i| valeurs.get(*i as usize).copied().flatten()).collect()
}

fn entiers(colonne: &Colonne, fichier: &Path) -> Result<Vec<u8>, ErreurTable> {
    let faute = |_| ErreurTable::Schema { fichier: fichier.to_path_buf() };
    let c = cast(colonne.tableau(), &DataType::UInt8).map_err(faute)?;
    Ok(c.as_primitive::<UInt8Type>().iter().map(|v| v.unwrap_or(0)).collect())
}

fn liste_des_roles(pack: &Pack) -> Option<&CodeList> {
    pack.vocabulary.variables.get(pack.role).and_then(|v| match v.ty {
        Type::Code(l) => pack.vocabulary.lists.get(l),
        _ => None,
    })
}

/// The words of the roles, by their positions.
fn mots_des_roles(pack: &Pack) -> &[String] {
    liste_des_roles(pack).map_or(&[], |l| &l.codes)
}

/// Positions of the roles in the vocabulary's list.
fn roles(pack: &Pack, faits: &RecordBatch) -> Vec<Option<u8>> {
    let liste = liste_des_roles(pack);
    let textes = faits.column_by_name("role").and_then(|c| cast(c, &DataType::Utf8).ok());
    let (Some(liste), Some(textes)) = (liste, textes) else { return vec![None; faits.num_rows()] };
    let textes = textes.as_string::<i32>();
    textes.iter().map(|t| t.and_then(|t| liste.index_written(t)).and_then(|i| u8::try_from(i).ok())).collect()
}
