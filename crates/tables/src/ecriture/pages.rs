//! One column of one row group as Parquet pages: a dictionary of small numbers where there is one, else the bytes as they
//! are. Made by hand because the general writer allocates for each fixed-size value and hashes each dictionary entry again:
//! for findings (a handle, a few short codes) that costs several times the copy.

use std::collections::BTreeMap;

use ::arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryArray, PrimitiveArray};
use ::arrow::datatypes::{ArrowDictionaryKeyType, ArrowPrimitiveType, DataType, Int8Type, Int16Type, Int32Type, UInt8Type, UInt16Type};
use ::parquet::basic::Encoding;
use ::parquet::column::page::{CompressedPage, Page, PageWriter};
use ::parquet::data_type::{ByteArray, FixedLenByteArray};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ColumnChunkMetaData;
use ::parquet::file::statistics::Statistics;
use ::parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use ::parquet::schema::types::ColumnDescPtr;
use bytes::Bytes;

/// Whole numbers that lie this close together are written by their place between the smallest and the greatest.
const ETENDUE: i64 = 1 << 12;

/// The pages of a column of a row group, and what the footer says of them; offsets count from its first byte.
pub(super) struct Pages {
    pub(super) octets: Vec<u8>,
    pub(super) description: ColumnChunkMetaData,
}

/// Values of a column before they become pages.
struct Valeurs {
    /// Entries of the dictionary, and their number.
    dictionnaire: Option<(Vec<u8>, u32)>,
    corps: Vec<u8>,
    bornes: Option<Statistics>,
}

/// Encodes a column given in pieces, of which the bytes say nothing. `triee`: the rows follow its order, so that its bounds
/// are its first and last values.
pub(super) fn encoder(colonne: &[&ArrayRef], descripteur: &ColumnDescPtr, triee: bool) -> Result<Pages, ParquetError> {
    let Some(premier) = colonne.first() else { return Err(imprevu()) };
    let lignes = colonne.iter().map(|c| c.len()).sum();
    let valeurs = match premier.data_type() {
        DataType::FixedSizeBinary(_) => fixes(colonne, triee),
        DataType::Int8 => nombres::<Int8Type>(colonne),
        DataType::Int32 => nombres::<Int32Type>(colonne),
        DataType::Dictionary(cle, valeur) if **valeur == DataType::Utf8 => match cle.as_ref() {
            DataType::Int8 => textes::<Int8Type>(colonne),
            DataType::UInt8 => textes::<UInt8Type>(colonne),
            DataType::UInt16 => textes::<UInt16Type>(colonne),
            DataType::Int16 => textes::<Int16Type>(colonne),
            DataType::Int32 => textes::<Int32Type>(colonne),
            _ => None,
        },
        _ => None,
    };
    let nuls = colonne.iter().any(|c| c.null_count() > 0);
    let annulable = descripteur.max_def_level() > 0;
    if !annulable && nuls {
        return Err(imprevu());
    }
    let niveaux = annulable.then(|| niveaux_de_definition(colonne, lignes, nuls)).transpose()?;
    assembler(valeurs.ok_or_else(imprevu)?, descripteur, lignes, niveaux)
}

fn imprevu() -> ParquetError {
    ParquetError::General("colonne d'un type imprévu".into())
}

/// Dictionary page, data page and their description.
fn assembler(valeurs: Valeurs, descripteur: &ColumnDescPtr, lignes: usize, niveaux: Option<Vec<u8>>) -> Result<Pages, ParquetError> {
    let mut sortie = TrackedWrite::new(Vec::with_capacity(valeurs.corps.len() + lignes / 4 + 512));
    let mut pages = SerializedPageWriter::new(&mut sortie);
    let (mut place, mut taille) = (None, 0);
    let encodage = if valeurs.dictionnaire.is_some() { Encoding::RLE_DICTIONARY } else { Encoding::PLAIN };
    if let Some((entrees, nombre)) = valeurs.dictionnaire {
        let longueur = entrees.len();
        let page = Page::DictionaryPage { buf: Bytes::from(entrees), num_values: nombre, encoding: Encoding::PLAIN, is_sorted: false };
        let ecrite = pages.write_page(CompressedPage::new(page, longueur))?;
        place = Some(0);
        taille += ecrite.uncompressed_size;
    }
    let corps = match niveaux {
        None => valeurs.corps,
        Some(niveaux) => [niveaux, valeurs.corps].concat(),
    };
    let longueur = corps.len();
    let page = Page::DataPage {
        buf: Bytes::from(corps),
        num_values: u32::try_from(lignes)?,
        encoding: encodage,
        def_level_encoding: Encoding::RLE,
        rep_level_encoding: Encoding::RLE,
        statistics: None,
    };
    let debut = taille;
    taille += pages.write_page(CompressedPage::new(page, longueur))?.uncompressed_size;
    let octets = sortie.into_inner()?;
    let encodages = if place.is_some() { vec![Encoding::PLAIN, Encoding::RLE, encodage] } else { vec![Encoding::PLAIN, Encoding::RLE] };
    let mut description = ColumnChunkMetaData::builder(descripteur.clone())
        .set_encodings(encodages)
        .set_num_values(i64::try_from(lignes)?)
        .set_total_compressed_size(i64::try_from(taille)?)
        .set_total_uncompressed_size(i64::try_from(taille)?)
        .set_dictionary_page_offset(place)
        .set_data_page_offset(i64::try_from(debut)?);
    if let Some(bornes) = valeurs.bornes {
        description = description.set_statistics(bornes);
    }
    Ok(Pages { octets, description: description.build()? })
}

/// Which values are there, as the format wants it: one run where all are, else the bits themselves.
fn niveaux_de_definition(colonne: &[&ArrayRef], lignes: usize, nuls: bool) -> Result<Vec<u8>, ParquetError> {
    let mut corps = Vec::with_capacity(lignes / 8 + 16);
    if nuls {
        let groupes = lignes.div_ceil(8);
        varint(((groupes as u64) << 1) | 1, &mut corps);
        let debut = corps.len();
        corps.resize(debut + groupes, 0);
        for (i, present) in colonne.iter().flat_map(|c| (0..c.len()).map(|i| c.is_valid(i))).enumerate() {
            if let Some(octet) = corps.get_mut(debut + i / 8) {
                *octet |= u8::from(present) << (i % 8);
            }
        }
    } else {
        varint((lignes as u64) << 1, &mut corps);
        corps.push(1);
    }
    Ok([u32::try_from(corps.len())?.to_le_bytes().as_slice(), &corps].concat())
}

fn varint(mut nombre: u64, vers: &mut Vec<u8>) {
    while nombre >= 0x80 {
        vers.push((nombre & 0x7f) as u8 | 0x80);
        nombre >>= 7;
    }
    vers.push(nombre as u8);
}

/// Places in a dictionary, packed: the width, one header, then eight values on as many bytes as the width.
fn empaqueter(indices: &[u16], entrees: usize) -> Vec<u8> {
    let largeur = (usize::BITS - entrees.saturating_sub(1).leading_zeros()).max(1) as usize;
    let groupes = indices.len().div_ceil(8);
    let mut corps = Vec::with_capacity(groupes * largeur + 8);
    corps.push(largeur as u8);
    varint(((groupes as u64) << 1) | 1, &mut corps);
    for huit in indices.chunks(8) {
        let mot = huit.iter().rev().fold(0_u128, |mot, i| (mot << largeur) | u128::from(*i));
        let octets = mot.to_le_bytes();
        corps.extend_from_slice(octets.get(..largeur).unwrap_or_default());
    }
    corps
}

fn fixes(colonne: &[&ArrayRef], triee: bool) -> Option<Valeurs> {
    let morceaux: Vec<&FixedSizeBinaryArray> = colonne.iter().map(|c| c.as_fixed_size_binary_opt()).collect::<Option<_>>()?;
    let largeur = usize::try_from(morceaux.first()?.value_length()).ok().filter(|l| *l > 0)?;
    let mut corps = Vec::with_capacity(morceaux.iter().map(|m| m.len() * largeur).sum());
    for m in &morceaux {
        if m.null_count() > 0 {
            corps.extend(m.iter().flatten().flatten());
            continue;
        }
        corps.extend_from_slice(m.value_data().get(m.offset() * largeur..)?.get(..m.len() * largeur)?);
    }
    let dans_l_ordre = triee && corps.chunks_exact(largeur).is_sorted();
    let borne = |octets: &[u8]| FixedLenByteArray::from(ByteArray::from(octets.to_vec()));
    let bornes = corps.get(..largeur).filter(|_| dans_l_ordre).zip(corps.len().checked_sub(largeur).and_then(|d| corps.get(d..)));
    let bornes = bornes.map(|(moins, plus)| Statistics::fixed_len_byte_array(Some(borne(moins)), Some(borne(plus)), None, Some(0), false));
    Some(Valeurs { dictionnaire: None, corps, bornes })
}

fn nombres<T: ArrowPrimitiveType>(colonne: &[&ArrayRef]) -> Option<Valeurs>
where
    T::Native: Into<i32>,
{
    let mut presents: Vec<i32> = Vec::with_capacity(colonne.iter().map(|c| c.len()).sum());
    for c in colonne {
        let c: &PrimitiveArray<T> = c.as_primitive_opt()?;
        if c.null_count() == 0 {
            presents.extend(c.values().iter().map(|v| -> i32 { (*v).into() }));
        } else {
            presents.extend(c.iter().flatten().map(|v| -> i32 { v.into() }));
        }
    }
    let (moins, plus) = presents.iter().fold((i32::MAX, i32::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
    let etendue = i64::from(plus) - i64::from(moins);
    if presents.is_empty() || etendue >= ETENDUE {
        return Some(Valeurs { dictionnaire: None, corps: presents.iter().flat_map(|v| v.to_le_bytes()).collect(), bornes: None });
    }
    let mut place = vec![u16::MAX; usize::try_from(etendue).ok()? + 1];
    let de = |v: i32| usize::try_from(i64::from(v) - i64::from(moins)).unwrap_or(0);
    for v in &presents {
        if let Some(p) = place.get_mut(de(*v)) {
            *p = 0;
        }
    }
    let mut entrees = Vec::new();
    for (v, p) in (i64::from(moins)..).zip(&mut place).filter(|(_, p)| **p == 0) {
        *p = u16::try_from(entrees.len() / 4).ok()?;
        entrees.extend_from_slice(&i32::try_from(v).ok()?.to_le_bytes());
    }
    let indices: Vec<u16> = presents.iter().map(|v| place.get(de(*v)).copied().unwrap_or(0)).collect();
    let nombre = entrees.len() / 4;
    Some(Valeurs { corps: empaqueter(&indices, nombre), dictionnaire: Some((entrees, u32::try_from(nombre).ok()?)), bornes: None })
}

/// Words used, in their order, whatever the dictionaries of the pieces hold besides.
fn textes<K: ArrowDictionaryKeyType>(colonne: &[&ArrayRef]) -> Option<Valeurs>
where
    K::Native: TryInto<u16> + Copy,
{
    let mut mots: BTreeMap<&str, u16> = BTreeMap::new();
    let mut morceaux: Vec<(Vec<u16>, Vec<Option<&str>>)> = Vec::with_capacity(colonne.len());
    for c in colonne {
        let dictionnaire = c.as_dictionary_opt::<K>()?;
        let textes: Vec<Option<&str>> = dictionnaire.values().as_string_opt::<i32>()?.iter().collect();
        let cles = dictionnaire.keys();
        let place = |k: K::Native| k.try_into().ok().filter(|i: &u16| usize::from(*i) < textes.len());
        let cles: Vec<u16> = match cles.null_count() {
            0 => cles.values().iter().map(|k| place(*k)).collect::<Option<_>>()?,
            _ => cles.iter().flatten().map(place).collect::<Option<_>>()?,
        };
        let mut employe = vec![false; textes.len()];
        cles.iter().for_each(|k| {
            if let Some(e) = employe.get_mut(usize::from(*k)) {
                *e = true;
            }
        });
        for (mot, _) in textes.iter().zip(&employe).filter(|(_, e)| **e) {
            mots.insert((*mot)?, 0);
        }
        morceaux.push((cles, textes));
    }
    let mut entrees = Vec::new();
    for (rang, (mot, place)) in mots.iter_mut().enumerate() {
        *place = u16::try_from(rang).ok()?;
        entrees.extend_from_slice(&u32::try_from(mot.len()).ok()?.to_le_bytes());
        entrees.extend_from_slice(mot.as_bytes());
    }
    let mut indices = Vec::with_capacity(morceaux.iter().map(|(cles, _)| cles.len()).sum());
    for (cles, textes) in &morceaux {
        let table: Vec<u16> = textes.iter().map(|t| t.and_then(|t| mots.get(t)).copied().unwrap_or(0)).collect();
        indices.extend(cles.iter().map(|k| table.get(usize::from(*k)).copied().unwrap_or(0)));
    }
    let nombre = u32::try_from(mots.len()).ok()?;
    Some(Valeurs { corps: empaqueter(&indices, mots.len()), dictionnaire: Some((entrees, nombre)), bornes: None })
}
