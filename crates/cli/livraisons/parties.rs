//! Parts of deliveries as tables: what a host gives to worker processes of its own, and reads there.
//!
//! A table holds every body's rows of one part, and says of itself in every row what binds them: the mission with its rules, the
//! part, how many rows and facts it has, the bodies that delivered. Rows may therefore travel without their file, in any order, and a
//! part that lost or doubled some on the way is refused. A row has a handle, never the number that its body knows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, DictionaryArray, FixedSizeBinaryBuilder, Int32Array, Int64Array, RecordBatch, StringArray, UInt32Array,
    new_null_array,
};
use arrow::compute::{cast, concat, take_record_batch};
use arrow::datatypes::{DataType, Field, Int32Type, Schema};
use recours_engine::grain::delivered_as;
use recours_engine::link::Delivery;
use recours_rules::Pack;
use recours_tables::{ErreurTable, Lot};

use super::controle::Controle;
use super::{entiers, roles, seize};
use crate::erreur::ErreurCommande;
use crate::mission::{Mission, Organisme};

/// The part's number, from 0.
pub const PART: &str = "part";
/// How many parts there are.
pub const PARTS: &str = "parts";
/// Rows of this part.
pub const ROWS: &str = "rows";
/// Columns of facts.
pub const FACTS: &str = "facts";
/// Fingerprint of the mission with its rules.
pub const MISSION: &str = "mission";
/// Bodies that delivered, apart by spaces.
pub const BODIES: &str = "bodies";
/// Those among them too many of whose rows may be anybody, in all parts together.
pub const ADRIFT: &str = "adrift";
/// The body of a row.
pub const BODY: &str = "body";
/// Its place among the rows of that body.
pub const ROW: &str = "row";

/// Columns of a part, before the facts.
pub const COLONNES: [&str; 14] =
    [PART, PARTS, ROWS, FACTS, MISSION, BODIES, ADRIFT, BODY, ROW, "handle", "force", "nir_certifie", "foyer", "role"];

/// Columns of a delivery that are no facts.
const STRUCTURE: [&str; 3] = ["row_id", "foyer", "role"];

/// The facts of some deliveries, by column: the same in every part.
pub fn faits(livraisons: &[Delivery]) -> BTreeMap<String, DataType> {
    let champs = livraisons.iter().flat_map(|d| d.facts.schema_ref().fields());
    let faits = champs.filter(|c| !STRUCTURE.contains(&c.name().as_str()));
    faits.map(|c| (c.name().clone(), c.data_type().clone())).collect()
}

/// One part as a table.
///
/// # Errors
/// E-DETECT-003 when Arrow cannot form it.
pub fn table(
    pack: &Pack,
    empreinte: &str,
    partie: &[Delivery],
    (k, n): (usize, usize),
    faits: &BTreeMap<String, DataType>,
) -> Result<RecordBatch, ErreurCommande> {
    former(pack, empreinte, partie, (k, n), faits).map_err(|_| ErreurCommande::panne("E-DETECT-003", "partie impossible à former."))
}

fn former(
    pack: &Pack,
    empreinte: &str,
    partie: &[Delivery],
    (k, n): (usize, usize),
    faits: &BTreeMap<String, DataType>,
) -> Result<RecordBatch, arrow::error::ArrowError> {
    let lignes: usize = partie.iter().map(|d| d.handles.len()).sum();
    let noms = |d: &mut dyn Iterator<Item = &Delivery>| d.map(|d| d.body.as_str()).collect::<Vec<_>>().join(" ");
    let entier = |x: usize| i64::try_from(x).unwrap_or(i64::MAX);
    let petit = |x: usize| -> ArrayRef { Arc::new(Int32Array::from(vec![i32::try_from(x).unwrap_or(i32::MAX); lignes])) };
    let partout = |texte: &str| -> Result<ArrayRef, arrow::error::ArrowError> {
        let cles = Int32Array::from(vec![0; lignes]);
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(cles, Arc::new(StringArray::from(vec![texte])))?))
    };
    let mut octets = [FixedSizeBinaryBuilder::with_capacity(lignes, 16), FixedSizeBinaryBuilder::with_capacity(lignes, 16)];
    let [poignees, foyers] = &mut octets;
    for d in partie {
        for h in &d.handles {
            poignees.append_value(h)?;
        }
        for f in &d.foyers {
            match f {
                Some(f) => foyers.append_value(f)?,
                None => foyers.append_null(),
            }
        }
    }
    let mots = super::mots_des_roles(pack);
    let role = |r: &Option<u8>| r.and_then(|r| mots.get(usize::from(r))).map(String::as_str);
    let corps: DictionaryArray<Int32Type> = partie.iter().flat_map(|d| d.handles.iter().map(|_| d.body.as_str())).collect();
    let mut colonnes: Vec<(String, ArrayRef)> = [
        (PART, petit(k)),
        (PARTS, petit(n)),
        (ROWS, Arc::new(Int64Array::from(vec![entier(lignes); lignes])) as ArrayRef),
        (FACTS, petit(faits.len())),
        (MISSION, partout(empreinte)?),
        (BODIES, partout(&noms(&mut partie.iter()))?),
        (ADRIFT, partout(&noms(&mut partie.iter().filter(|d| d.is_loose())))?),
        (BODY, Arc::new(corps) as ArrayRef),
        (ROW, Arc::new(partie.iter().flat_map(|d| (0..d.handles.len()).map(entier)).collect::<Int64Array>())),
        ("handle", Arc::new(poignees.finish())),
        ("force", Arc::new(partie.iter().flat_map(|d| d.force.iter().map(|f| i32::from(*f))).collect::<Int32Array>())),
        ("nir_certifie", Arc::new(partie.iter().flat_map(|d| d.certified.iter().map(|c| Some(*c))).collect::<BooleanArray>())),
        ("foyer", Arc::new(foyers.finish())),
        ("role", Arc::new(partie.iter().flat_map(|d| d.roles.iter().map(role)).collect::<StringArray>())),
    ]
    .into_iter()
    .map(|(nom, c)| (nom.to_owned(), c))
    .collect();
    for (nom, genre) in faits {
        let morceaux: Vec<ArrayRef> = partie
            .iter()
            .map(|d| match d.facts.column_by_name(nom) {
                Some(c) => cast(c, genre),
                None => Ok(new_null_array(genre, d.handles.len())),
            })
            .collect::<Result<_, _>>()?;
        colonnes.push((nom.clone(), concat(&morceaux.iter().map(AsRef::as_ref).collect::<Vec<_>>())?));
    }
    let champs: Vec<Field> = colonnes.iter().map(|(nom, c)| Field::new(nom, c.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(champs)), colonnes.into_iter().map(|c| c.1).collect())
}

/// What rows of parts are held against.
pub struct Lecture<'a> {
    mission: &'a Mission,
    pack: &'a Pack,
    empreinte: &'a str,
    controle: Controle<'a>,
}

impl<'a> Lecture<'a> {
    /// For a mission with its rules.
    pub fn nouvelle(mission: &'a Mission, pack: &'a Pack, program: &recours_engine::plan::Program, empreinte: &'a str) -> Self {
        Self { mission, pack, empreinte, controle: Controle::nouveau(pack, program, crate::grain::Forme::Grossie) }
    }

    /// The deliveries of each part that a table holds whole, in the order of their numbers.
    ///
    /// # Errors
    /// E-PARTIE-001 for rows of another mission or other rules, -002 for a part of which rows or columns are missing or doubled,
    /// -003 for a body that the mission has not, E-TABLE for a column that is missing or of another type, and what is refused of
    /// a delivery.
    pub fn parties(&self, lot: &Lot) -> Result<Vec<Vec<Delivery>>, ErreurCommande> {
        let texte = |nom: &str| -> Result<StringArray, ErreurTable> { lot.colonne(nom)?.texte() };
        let nombre = |nom: &str| -> Result<Vec<i64>, ErreurTable> {
            let colonne = lot.colonne(nom)?;
            // Whole numbers far below what a double holds exactly.
            Ok(colonne.obligatoire(colonne.nombre()?)?.into_iter().map(|x| x as i64).collect())
        };
        let lieu = |ligne: usize| format!("{} : ligne {}", lot.fichier().display(), lot.premiere_ligne() + ligne as u64);
        let missions = texte(MISSION)?;
        if let Some(ligne) = (0..missions.len()).find(|i| missions.is_null(*i) || missions.value(*i) != self.empreinte) {
            let message = format!("{} : partie d'une autre mission, ou d'autres règles.", lieu(ligne));
            return Err(ErreurCommande::refus("E-PARTIE-001", message)
                .avec_conseil("Découpez de nouveau avec cette mission, et donnez aux travailleurs la même mission et les mêmes règles."));
        }
        let corps = texte(BODY)?;
        let rang: BTreeMap<&str, u32> = self.mission.organismes.iter().map(|o| o.id.as_str()).zip(0..).collect();
        let mut rangs = Vec::with_capacity(corps.len());
        for ligne in 0..corps.len() {
            match rang.get(corps.value(ligne)).filter(|_| corps.is_valid(ligne)) {
                Some(r) => rangs.push(*r),
                None => return Err(inconnu(&lieu(ligne))),
            }
        }
        let (numeros, places) = (nombre(PART)?, nombre(ROW)?);
        let cle = |i: &u32| {
            let i = *i as usize;
            (numeros.get(i).copied(), rangs.get(i).copied(), places.get(i).copied())
        };
        let mut ordre: Vec<u32> = (0..u32::try_from(lot.lignes()).unwrap_or(u32::MAX)).collect();
        ordre.sort_by_key(cle);
        let (lignes, bodies, adrift) = (nombre(ROWS)?, texte(BODIES)?, texte(ADRIFT)?);
        let annonces = nombre(FACTS)?;
        let faits: Vec<&str> =
            lot.lot().schema_ref().fields().iter().map(|c| c.name().as_str()).filter(|c| !COLONNES.contains(c)).collect();
        let mut parties = Vec::new();
        for groupe in ordre.chunk_by(|a, b| cle(a).0 == cle(b).0) {
            let Some(tete) = groupe.first().map(|i| *i as usize) else { continue };
            let n = i64::try_from(groupe.len()).unwrap_or(i64::MAX);
            let entiere = groupe.iter().all(|i| {
                let i = *i as usize;
                lignes.get(i) == Some(&n) && bodies.value(i) == bodies.value(tete) && adrift.value(i) == adrift.value(tete)
            });
            let doublee = groupe.windows(2).any(|w| matches!(w, [a, b] if cle(a) == cle(b)));
            let colonnes = annonces.get(tete).is_some_and(|n| usize::try_from(*n) == Ok(faits.len()));
            if !entiere || doublee || !colonnes {
                let quoi = if colonnes { "lignes" } else { "colonnes" };
                let numero = numeros.get(tete).copied().unwrap_or_default();
                let message = format!("{} : la partie {numero} n'est pas entière ({quoi} en moins ou en double).", lot.fichier().display());
                return Err(ErreurCommande::refus("E-PARTIE-002", message).avec_conseil(
                    "Une partie se juge d'un coup : donnez toutes ses lignes, une fois chacune, avec toutes ses colonnes (répartir par « part »).",
                ));
            }
            parties.push(self.partie(lot, groupe, &rangs, (bodies.value(tete), adrift.value(tete)), &faits)?);
        }
        Ok(parties)
    }

    /// One part, from its rows in the order of bodies and places.
    fn partie(
        &self,
        lot: &Lot,
        groupe: &[u32],
        rangs: &[u32],
        (bodies, adrift): (&str, &str),
        faits: &[&str],
    ) -> Result<Vec<Delivery>, ErreurCommande> {
        let mots = |t: &str| t.split(' ').filter(|m| !m.is_empty()).map(str::to_owned).collect::<BTreeSet<String>>();
        let (livrent, desorientes) = (mots(bodies), mots(adrift));
        let connus = self.mission.organismes.iter().filter(|o| livrent.contains(&o.id)).count();
        let rang = |i: &u32| rangs.get(*i as usize).copied();
        let mut out = Vec::with_capacity(connus);
        let mut vues = 0;
        for (o, r) in self.mission.organismes.iter().zip(0u32..).filter(|(o, _)| livrent.contains(&o.id)) {
            let debut = groupe.partition_point(|i| rang(i) < Some(r));
            let fin = groupe.partition_point(|i| rang(i) <= Some(r));
            vues += fin - debut;
            out.push(self.livraison(lot, o, groupe.get(debut..fin).unwrap_or_default(), desorientes.contains(&o.id), faits)?);
        }
        if connus != livrent.len() || vues != groupe.len() {
            return Err(inconnu(&lot.fichier().display().to_string()));
        }
        Ok(out)
    }

    fn livraison(&self, lot: &Lot, o: &Organisme, lignes: &[u32], desoriente: bool, faits: &[&str]) -> Result<Delivery, ErreurCommande> {
        let schema = |_| ErreurTable::Schema { fichier: lot.fichier().to_path_buf() };
        let siennes = take_record_batch(lot.lot(), &UInt32Array::from(lignes.to_vec())).map_err(schema)?;
        let mut colonnes: Vec<(Field, ArrayRef)> = Vec::new();
        for nom in faits.iter().copied().chain(["foyer", "role"]) {
            let Some(c) = siennes.column_by_name(nom).filter(|c| c.null_count() < c.len()) else { continue };
            let genre = match nom {
                "foyer" => c.data_type().clone(),
                "role" => DataType::Utf8,
                _ => self.genre(nom).unwrap_or_else(|| c.data_type().clone()),
            };
            let c = cast(c, &genre).map_err(|_| type_inattendu(lot.fichier(), nom, &genre))?;
            colonnes.push((Field::new(nom, genre, true), c));
        }
        let (champs, tableaux): (Vec<Field>, Vec<ArrayRef>) = colonnes.into_iter().unzip();
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(lignes.len()));
        let facts = RecordBatch::try_new_with_options(Arc::new(Schema::new(champs)), tableaux, &options).map_err(schema)?;
        self.controle.colonnes(self.mission, o, facts.schema_ref())?;
        self.controle.valeurs(o, &facts, 0)?;
        let siennes = Lot::nouveau(lot.fichier(), 1, siennes);
        let certifie = siennes.colonne("nir_certifie")?;
        let faits_seuls: Vec<usize> =
            (0..facts.num_columns()).filter(|i| !STRUCTURE.contains(&facts.schema().field(*i).name().as_str())).collect();
        Ok(Delivery {
            body: o.id.clone(),
            composition: super::composition(o),
            covers: super::couvre(o),
            handles: seize(&siennes, "handle")?,
            force: entiers(&siennes.colonne("force")?, siennes.fichier())?,
            certified: certifie.obligatoire(certifie.booleen()?)?,
            foyers: siennes.colonne("foyer")?.octets16()?,
            roles: roles(self.pack, &facts),
            loose: Some(desoriente),
            facts: facts.project(&faits_seuls).map_err(schema)?,
        })
    }

    /// The type under which a fact is delivered: what a program between us may have changed.
    fn genre(&self, nom: &str) -> Option<DataType> {
        let fait = self.pack.vocabulary.column(nom)?;
        let v = self.pack.vocabulary.variables.get(fait.0)?;
        Some(delivered_as(v, self.controle.grain.grains.get(fait)))
    }
}

fn inconnu(lieu: &str) -> ErreurCommande {
    ErreurCommande::refus("E-PARTIE-003", format!("{lieu} : lignes d'un organisme que la mission n'a pas, ou qui n'a rien livré."))
        .avec_conseil("Découpez de nouveau avec cette mission.")
}

fn type_inattendu(fichier: &Path, colonne: &str, genre: &DataType) -> ErreurTable {
    ErreurTable::TypeInattendu {
        fichier: fichier.to_path_buf(),
        colonne: colonne.to_owned(),
        attendu: format!("{genre} attendu"),
        trouve: "autre".to_owned(),
    }
}
