//! What the bodies delivered to the host, opened with its key and checked against the mission.

mod controle;
pub(crate) mod deversees;
mod liens;
pub mod parties;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

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

/// What deliveries of a mission are held against, and the key that opens them.
struct Ouvreur<'a> {
    mission: &'a Mission,
    pack: &'a Pack,
    cle: IdentiteAge,
    /// Of the mission with its rules.
    empreinte: String,
    empreinte_regles: &'a str,
    signataires: Signataires,
    controle: Controle<'a>,
    forme: Forme,
}

impl<'a> Ouvreur<'a> {
    fn nouveau(
        mission: &'a Mission,
        pack: &'a Pack,
        program: &Program,
        empreinte_regles: &'a str,
        forme: Forme,
    ) -> Result<Self, ErreurCommande> {
        let cle = IdentiteAge::lire(&chemins::cle_hote(mission))?;
        let empreinte = mission.empreinte(empreinte_regles);
        let signataires = Signataires::de_mission(mission, &empreinte)?;
        Ok(Self { mission, pack, cle, empreinte, empreinte_regles, signataires, controle: Controle::nouveau(pack, program, forme), forme })
    }

    /// The bodies that delivered, each with its envelope; of the others it is said that they did not.
    fn livrees(&self, progression: &Progression) -> Vec<(&'a Organisme, PathBuf)> {
        let mission = self.mission;
        let mut out = Vec::new();
        for o in mission.organismes.iter().filter(|o| !o.tables.is_empty()) {
            let attributs = chemins::attributs(&chemins::livraison(mission, &o.id));
            if attributs.exists() {
                out.push((o, attributs));
            } else {
                progression.dire(format!("{} n'a rien livré : ce que lui seul sait reste inconnu.", o.id));
            }
        }
        out
    }

    fn entete(&self, contenu: Contenu, o: &Organisme) -> Entete {
        Entete::nouvelle(contenu, self.mission, &self.empreinte, &o.id)
    }

    /// What a delivery says of itself, whether its body `signee` it, and its columns; gives the sealing that it is of.
    fn verifier(&self, o: &Organisme, faits: &Lecteur, signee: Result<(), ErreurCommande>) -> Result<Option<String>, ErreurCommande> {
        let mut entete = self.entete(Contenu::Attributs, o);
        entete.regles = Some(self.empreinte_regles.to_owned());
        entete.lignes = faits.lignes().unwrap_or(0);
        entete.grain = Some(self.controle.grain.empreinte.clone());
        entete.verifier(faits)?;
        // After what the file says of itself: « of another mission » helps more than « not signed so ».
        signee?;
        self.controle.colonnes(self.mission, o, &faits.schema())?;
        Ok(faits.annotation(SCELLEMENT).map(str::to_owned))
    }

    /// The links of a body's rows, signed by the linkage unit and of this sealing; no row of them read.
    fn liens(&self, o: &Organisme, scellement: Option<&str>) -> Result<Lecteur, ErreurCommande> {
        let chemin = chemins::liaison(&self.mission.dossiers.liaison, &o.id);
        let liens = lire_table(&chemin)?;
        let mut entete = self.entete(Contenu::Liaison, o);
        entete.lignes = liens.lignes().unwrap_or(0);
        entete.verifier(&liens)?;
        let fichier = std::fs::File::open(&chemin).map_err(|e| ErreurTable::de_lecture(&chemin, &e))?;
        self.signataires.verifier_source(self.mission, &chemin, &fichier, &entete, "liaison")?;
        // Raw values serve to hold the coarsened against, on invented data, under the same handles: sealed again, not linked.
        if self.forme == Forme::Grossie && liens.annotation(SCELLEMENT) != scellement {
            let message = format!("livraison de « {} » : jetons et attributs ne viennent pas du même scellement.", o.id);
            return Err(ErreurCommande::refus("E-DETECT-008", message).avec_conseil("Sceller et relier de nouveau."));
        }
        Ok(liens)
    }
}

/// Opens the deliveries of a mission and holds them; a body that delivered nothing is said and left out.
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
    let ouvreur = Ouvreur::nouveau(mission, pack, program, empreinte_regles, forme)?;
    let mut out = Livraisons { livraisons: Vec::new(), empreintes: BTreeMap::new() };
    for (o, attributs) in ouvreur.livrees(progression) {
        let etape = progression.etape(format!("Lecture {}", o.id), None);
        let octets = std::fs::read(&attributs).map_err(|e| ErreurTable::de_lecture(&attributs, &e))?;
        out.empreintes.insert(o.id.clone(), blake3::hash(&octets).to_hex().to_string());
        let clair = dechiffrer(&octets, &ouvreur.cle).map_err(|e| ErreurCommande::from(e).dans(&attributs))?;
        let signee = ouvreur.signataires.verifier(mission, &attributs, &clair, &ouvreur.entete(Contenu::Attributs, o), &o.id);
        let faits = Lecteur::depuis_parquet(&attributs, clair)?;
        let scellement = ouvreur.verifier(o, &faits, signee)?;
        let faits = faits.tout()?;
        ouvreur.controle.valeurs(o, faits.lot(), 0)?;
        let liens = ouvreur.liens(o, scellement.as_deref())?;
        out.livraisons.push(livraison(pack, o, &faits, &liens.tout()?)?);
        etape.terminer();
        progression.continuer()?;
    }
    Ok(out)
}

/// What Arrow says might quote a value.
fn informe() -> ErreurCommande {
    ErreurCommande::panne("E-DETECT-003", "table intermédiaire impossible à former.")
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
        return Err(en_double(organisme, a.min(b), a.max(b)));
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

/// The same row id at two rows, from 0.
fn en_double(organisme: &Organisme, premiere: u32, seconde: u32) -> ErreurCommande {
    let (a, b) = (u64::from(premiere) + 1, u64::from(seconde) + 1);
    let message = format!("livraison de « {} » : le même row_id aux lignes {a} et {b}.", organisme.id);
    ErreurCommande::refus("E-DETECT-006", message).avec_conseil("L'organisme doit dédoublonner son extrait et sceller de nouveau.")
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
