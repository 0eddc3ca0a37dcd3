//! Deliveries of which no more is held than memory allows: checked whole as they come ([`Controlees`]), then their rows put
//! aside part by part, in a file without a name ([`Deversees`]), and read back one part at a time.
//!
//! Nothing of a delivery is used before its last byte was decrypted, its signature held and every value found to be as
//! coarse as it must. It is read a second time from the same open envelope, whose every block is authenticated.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::SchemaRef;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use recours_engine::link::{Delivery, Handle, adrift, is_loose};
use recours_engine::parts::together::{Rows, part_of_rows};
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_tables::deversoir::Deversoir;
use recours_tables::enveloppe::EnveloppeOuverte;
use recours_tables::{ErreurTable, Lecteur, Lot};

use super::liens::{self, Lien, Liens};
use super::{Ouvreur, composition, couvre, en_double, roles, seize};
use crate::entete::Contenu;
use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::mission::{Mission, Organisme};
use crate::progression::Progression;

/// Deliveries found good, none of whose facts is held.
pub(crate) struct Controlees<'a> {
    ouvreur: Ouvreur<'a>,
    deversoir: Deversoir,
    /// Rows read at a time.
    par_lot: usize,
    corps: Vec<Controlee<'a>>,
    /// BLAKE3 of each envelope, by body.
    pub(crate) empreintes: BTreeMap<String, String>,
}

/// One body's.
struct Controlee<'a> {
    organisme: &'a Organisme,
    chemin: PathBuf,
    enveloppe: EnveloppeOuverte,
    /// Where the links of each batch's rows are put aside, and how many rows it has.
    liens: Vec<(u64, usize)>,
    /// Rows that have a link.
    lignes: Rows,
    tus: HashSet<[u8; 16]>,
    desoriente: bool,
    /// Of a batch read, facts and structure.
    schema: SchemaRef,
}

impl<'a> Controlees<'a> {
    /// Opens the deliveries of a mission, as [`super::ouvrir`] and with the same refusals; what must be kept of them goes to
    /// `deversoir`. Where a delivery has several faults, the first by rows is told.
    ///
    /// # Errors
    /// The same; exit 4 when the disk refuses.
    pub(crate) fn ouvrir(
        mission: &'a Mission,
        pack: &'a Pack,
        program: &Program,
        empreinte_regles: &'a str,
        forme: Forme,
        (deversoir, par_lot): (Deversoir, usize),
        progression: &Progression,
    ) -> Result<Self, ErreurCommande> {
        let ouvreur = Ouvreur::nouveau(mission, pack, program, empreinte_regles, forme)?;
        let mut out = Self { ouvreur, deversoir, par_lot, corps: Vec::new(), empreintes: BTreeMap::new() };
        for (o, chemin) in out.ouvreur.livrees(progression) {
            let (controlee, empreinte) = out.controler(o, chemin, progression)?;
            out.corps.push(controlee);
            out.empreintes.insert(o.id.clone(), empreinte);
            progression.continuer()?;
        }
        Ok(out)
    }

    /// The bodies that delivered.
    pub(crate) fn organismes(&self) -> Vec<String> {
        self.corps.iter().map(|c| c.organisme.id.clone()).collect()
    }

    /// Rows of all bodies.
    pub(crate) fn lignes(&self) -> usize {
        self.corps.iter().map(|c| c.lignes.len()).sum()
    }

    fn controler(&self, o: &'a Organisme, chemin: PathBuf, progression: &Progression) -> Result<(Controlee<'a>, String), ErreurCommande> {
        let etape = progression.etape(format!("Contrôle {}", o.id), None);
        let lecture = |e: std::io::Error| ErreurTable::de_lecture(&chemin, &e);
        let mut fichier = File::open(&chemin).map_err(lecture)?;
        let empreinte = blake3::Hasher::new().update_reader(&mut fichier).map_err(lecture)?.finalize().to_hex().to_string();
        std::io::Seek::rewind(&mut fichier).map_err(lecture)?;
        let enveloppe = EnveloppeOuverte::ouvrir(fichier, &self.ouvreur.cle, true).map_err(|e| ErreurCommande::from(e).dans(&chemin))?;
        let entete = self.ouvreur.entete(Contenu::Attributs, o);
        let signee = self.ouvreur.signataires.verifier_source(self.ouvreur.mission, &chemin, &enveloppe, &entete, &o.id);
        let faits = Lecteur::depuis_enveloppe(&chemin, enveloppe.clone())?;
        let scellement = self.ouvreur.verifier(o, &faits, signee)?;
        let lecteur = self.ouvreur.liens(o, scellement.as_deref())?;
        etape.total(faits.lignes().unwrap_or(0) + lecteur.lignes().unwrap_or(0));
        let mut relies = Liens::lire(lecteur, &|n| etape.avance(n))?;
        let mut corps = Controlee {
            organisme: o,
            enveloppe,
            liens: Vec::new(),
            lignes: Rows::new(composition(o)),
            tus: HashSet::new(),
            desoriente: false,
            schema: faits.schema(),
            chemin: chemin.clone(),
        };
        let (mut vues, mut isolees) = (0u32, 0);
        let mut octets = Vec::new();
        for lot in faits.taille_lot(self.par_lot).lots()? {
            let lot = lot?;
            corps.schema = lot.lot().schema();
            self.ouvreur.controle.valeurs(o, lot.lot(), u64::from(vues))?;
            let foyers = foyers(&lot)?;
            octets.clear();
            for (i, id) in seize(&lot, "row_id")?.iter().enumerate() {
                let foyer = foyers.get(i).copied().flatten();
                let lien = relies.de(id, vues);
                vues = vues.saturating_add(1);
                match &lien {
                    Some(l) => {
                        corps.lignes.push(&l.poignee, foyer.as_ref());
                        isolees += usize::from(adrift(l.certifie, l.force));
                    }
                    None => corps.tus.extend(foyer),
                }
                liens::vers_octets(lien.as_ref(), &mut octets);
            }
            corps.liens.push((ajouter(&self.deversoir, &octets)?, lot.lignes()));
            etape.avance(lot.lignes() as u64);
            progression.continuer()?;
        }
        if let Some((a, b)) = relies.double() {
            return Err(en_double(o, a, b));
        }
        corps.desoriente = is_loose(isolees, corps.lignes.len());
        etape.terminer();
        Ok((corps, empreinte))
    }

    /// Reads every delivery again and puts its rows aside by part, whole households together. At most about `tenu` bytes of
    /// facts are held meanwhile.
    ///
    /// # Errors
    /// E-TABLE-005 when an envelope changed in between; exit 4 when the disk refuses.
    pub(crate) fn deverser(self, parties: usize, tenu: u64, progression: &Progression) -> Result<Deversees<'a>, ErreurCommande> {
        let Self { ouvreur, deversoir, par_lot, corps, .. } = self;
        let etape = progression.etape("répartition par foyers", Some(corps.iter().map(|c| c.lignes.len() as u64).sum()));
        let (rows, corps): (Vec<Rows>, Vec<_>) =
            corps.into_iter().map(|mut c| (std::mem::replace(&mut c.lignes, Rows::new(composition(c.organisme))), c)).unzip();
        let places = part_of_rows(rows, parties);
        let mut out = Deversees { pack: ouvreur.pack, deversoir, corps: Vec::new(), parties };
        for (c, place) in corps.into_iter().zip(places) {
            let mut repartie = Repartie {
                organisme: c.organisme,
                tus: c.tus,
                desoriente: c.desoriente,
                schema: c.schema,
                chemin: c.chemin,
                morceaux: (0..parties).map(|_| Vec::new()).collect(),
            };
            let mut attente = Attente::default();
            let mut place = place.into_iter();
            let lots = Lecteur::depuis_enveloppe(&repartie.chemin, c.enveloppe)?.taille_lot(par_lot).lots()?;
            for (lot, (ou, n)) in lots.zip(c.liens) {
                let lot = lot?;
                let mut octets = vec![0; n * liens::OCTETS];
                out.deversoir.relire(ou, &mut octets).map_err(|e| out.deversoir.faute(&e))?;
                let relies: Vec<Option<Lien>> = octets.chunks_exact(liens::OCTETS).map(liens::d_octets).collect();
                attente.ajouter(lot.lot(), &relies, &mut place)?;
                if attente.octets as u64 >= tenu {
                    repartie.deposer(&mut attente, &out.deversoir)?;
                }
                etape.avance(relies.iter().flatten().count() as u64);
                progression.continuer()?;
            }
            repartie.deposer(&mut attente, &out.deversoir)?;
            out.corps.push(repartie);
        }
        etape.terminer();
        Ok(out)
    }
}

fn foyers(lot: &Lot) -> Result<Vec<Option<[u8; 16]>>, ErreurTable> {
    Ok(lot.colonne_si_presente("foyer")?.map(|c| c.octets16()).transpose()?.unwrap_or_default())
}

fn ajouter(deversoir: &Deversoir, octets: &[u8]) -> Result<u64, ErreurCommande> {
    Ok(deversoir.ajouter(octets).map_err(|e| deversoir.faute(&e))?)
}

/// Rows read, waiting to be put aside together.
#[derive(Default)]
struct Attente {
    lots: Vec<RecordBatch>,
    liens: Vec<Lien>,
    places: Vec<u16>,
    octets: usize,
}

impl Attente {
    fn ajouter(&mut self, lot: &RecordBatch, liens: &[Option<Lien>], place: &mut impl Iterator<Item = u16>) -> Result<(), ErreurCommande> {
        let relies: Vec<u32> = (0..).zip(liens).filter(|(_, l)| l.is_some()).map(|(i, _)| i).collect();
        let lot = if relies.len() == lot.num_rows() {
            lot.clone()
        } else {
            take_record_batch(lot, &UInt32Array::from(relies)).map_err(|_| super::informe())?
        };
        self.octets += lot.get_array_memory_size();
        self.liens.extend(liens.iter().flatten());
        self.places.extend(place.take(lot.num_rows()));
        self.lots.push(lot);
        Ok(())
    }
}

/// One body's rows, put aside.
struct Repartie<'a> {
    organisme: &'a Organisme,
    chemin: PathBuf,
    tus: HashSet<[u8; 16]>,
    desoriente: bool,
    schema: SchemaRef,
    /// By part, where its rows are.
    morceaux: Vec<Vec<Morceau>>,
}

/// Some rows of one body and part: their links, then their facts as an Arrow stream.
struct Morceau {
    place: u64,
    lignes: usize,
    octets: usize,
}

impl Repartie<'_> {
    fn deposer(&mut self, attente: &mut Attente, deversoir: &Deversoir) -> Result<(), ErreurCommande> {
        let Attente { lots, liens, places, .. } = std::mem::take(attente);
        if liens.is_empty() {
            return Ok(());
        }
        let tout = concat_batches(&self.schema, &lots).map_err(|_| super::informe())?;
        drop(lots);
        let mut ordre: Vec<u32> = (0..u32::try_from(places.len()).unwrap_or(u32::MAX)).collect();
        let part = |i: &u32| places.get(*i as usize).copied().unwrap_or(0);
        ordre.sort_by_key(part);
        for groupe in ordre.chunk_by(|a, b| part(a) == part(b)) {
            let Some(k) = groupe.first().map(part) else { continue };
            let mut octets = Vec::new();
            groupe.iter().for_each(|i| liens::vers_octets(liens.get(*i as usize), &mut octets));
            let lot = take_record_batch(&tout, &UInt32Array::from(groupe.to_vec())).map_err(|_| super::informe())?;
            deposer_lot(&lot, &mut octets)?;
            let morceau = Morceau { place: ajouter(deversoir, &octets)?, lignes: groupe.len(), octets: octets.len() };
            if let Some(m) = self.morceaux.get_mut(usize::from(k)) {
                m.push(morceau);
            }
        }
        Ok(())
    }
}

/// A batch as an Arrow stream, after what `octets` holds.
///
/// # Errors
/// E-DETECT-003: what Arrow says might quote a value.
pub(crate) fn deposer_lot(lot: &RecordBatch, octets: &mut Vec<u8>) -> Result<(), ErreurCommande> {
    let ecrit = StreamWriter::try_new(octets, lot.schema_ref()).and_then(|mut e| e.write(lot).and_then(|()| e.finish()));
    ecrit.map_err(|_| super::informe())
}

/// As [`deposer_lot`] wrote it.
///
/// # Errors
/// The same.
pub(crate) fn reprendre_lot(octets: &[u8]) -> Result<RecordBatch, ErreurCommande> {
    let lot = StreamReader::try_new(octets, None).ok().and_then(|mut s| s.next()).and_then(Result::ok);
    lot.ok_or_else(super::informe)
}

/// Deliveries put aside by part.
pub(crate) struct Deversees<'a> {
    pack: &'a Pack,
    deversoir: Deversoir,
    corps: Vec<Repartie<'a>>,
    parties: usize,
}

impl Deversees<'_> {
    /// How many parts.
    pub(crate) fn parties(&self) -> usize {
        self.parties
    }

    /// The deliveries of part `k`, from 0: every body with its rows of it, as if all had been held.
    ///
    /// # Errors
    /// Exit 4 when the disk refuses.
    pub(crate) fn partie(&self, k: usize) -> Result<Vec<Delivery>, ErreurCommande> {
        self.corps.iter().map(|c| self.livraison(c, k)).collect()
    }

    fn livraison(&self, c: &Repartie<'_>, k: usize) -> Result<Delivery, ErreurCommande> {
        let (mut lots, mut relies) = (Vec::new(), Vec::new());
        for m in c.morceaux.get(k).map(Vec::as_slice).unwrap_or_default() {
            let mut octets = vec![0; m.octets];
            self.deversoir.relire(m.place, &mut octets).map_err(|e| self.deversoir.faute(&e))?;
            let (siens, lot) = octets.split_at_checked(m.lignes * liens::OCTETS).ok_or_else(super::informe)?;
            relies.extend(siens.chunks_exact(liens::OCTETS).filter_map(liens::d_octets));
            lots.push(reprendre_lot(lot)?);
        }
        let lot = concat_batches(&c.schema, &lots).map_err(|_| super::informe())?;
        drop(lots);
        let lot = Lot::nouveau(Arc::from(c.chemin.as_path()), 1, lot);
        // In the order of row ids, as deliveries that are held.
        let ids: Vec<Handle> = seize(&lot, "row_id")?;
        let mut ordre: Vec<u32> = (0..u32::try_from(ids.len()).unwrap_or(u32::MAX)).collect();
        ordre.sort_unstable_by_key(|i| ids.get(*i as usize));
        let trie = take_record_batch(lot.lot(), &UInt32Array::from(ordre.clone())).map_err(|_| super::informe())?;
        let foyers = foyers(&lot)?;
        let en_ordre = |i: &u32| relies.get(*i as usize);
        Ok(Delivery {
            body: c.organisme.id.clone(),
            composition: composition(c.organisme),
            covers: couvre(c.organisme),
            handles: ordre.iter().filter_map(en_ordre).map(|l| l.poignee).collect(),
            force: ordre.iter().filter_map(en_ordre).map(|l| l.force).collect(),
            certified: ordre.iter().filter_map(en_ordre).map(|l| l.certifie).collect(),
            foyers: ordre.iter().map(|i| foyers.get(*i as usize).copied().flatten().filter(|f| !c.tus.contains(f))).collect(),
            roles: roles(self.pack, &trie),
            loose: Some(c.desoriente),
            facts: trie,
        })
    }
}
