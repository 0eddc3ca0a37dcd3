//! Tables of one row per person: the one with identities, and those that add facts to it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray, UInt32Array};
use arrow::compute::take;
use recours_tables::unicite::verifie_unicite;
use recours_tables::{Colonne, ErreurTable, Lot};

use super::colonnes::{Recueil, ouvrir, reunir, voulues};
use super::index::IndexPersonnes;
use super::{Demande, Releve};
use crate::mission::verifier_tables::ROLES;
use crate::mission::{ChampIdentite, TableSource};

/// Files of a table and how many rows each has given.
pub(super) type Provenance = Vec<(Arc<Path>, u64)>;

/// The identity table, read.
pub(super) struct Base {
    pub row_ids: Vec<[u8; 16]>,
    pub provenance: Provenance,
    pub identites: BTreeMap<ChampIdentite, StringArray>,
    pub foyers: Option<StringArray>,
    pub roles: Option<StringArray>,
    pub apports: BTreeMap<String, ArrayRef>,
}

/// Reads the table that has the identities.
pub(super) fn lire_base(
    table: &TableSource,
    demande: &Demande<'_>,
    releve: &mut Releve,
    suivi: &mut dyn FnMut(u64),
) -> Result<Base, ErreurTable> {
    let mut prises = voulues(table, demande, releve);
    let mut noms: Vec<&str> = vec![&table.cle];
    noms.extend(table.identite.iter().map(|(_, colonne)| colonne.as_str()));
    noms.extend(table.foyer.as_deref());
    noms.extend(table.role.as_deref());
    let lecteurs = ouvrir(&table.fichiers, &noms, &mut prises, releve)?;
    let mut recueil = Recueil::nouveau(prises);
    let mut row_ids = Vec::new();
    let mut provenance = Provenance::new();
    let mut identites: Vec<Vec<StringArray>> = table.identite.iter().map(|_| Vec::new()).collect();
    let mut foyers: Vec<StringArray> = Vec::new();
    let mut roles: Vec<StringArray> = Vec::new();
    for lecteur in lecteurs {
        let fichier: Arc<Path> = lecteur.fichier().into();
        let avant = row_ids.len();
        for lot in lecteur.lots()? {
            let lot = lot?;
            row_ids.extend(cles(&lot, table)?);
            for ((champ, colonne), morceaux) in table.identite.iter().zip(&mut identites) {
                morceaux.push(identite(*champ, &lot.colonne(colonne)?)?);
            }
            if let Some(colonne) = &table.foyer {
                foyers.push(lot.colonne(colonne)?.sans_marques()?.code(None)?);
            }
            if let Some(colonne) = &table.role {
                roles.push(lire_roles(&lot, colonne, table)?);
            }
            recueil.ajouter(&lot)?;
            suivi(lot.lignes() as u64);
        }
        provenance.push((fichier, (row_ids.len() - avant) as u64));
    }
    let nom = nom_de(table);
    let mut par_champ = BTreeMap::new();
    for ((champ, _), morceaux) in table.identite.iter().zip(identites) {
        par_champ.insert(*champ, textes(&morceaux, nom)?);
    }
    Ok(Base {
        row_ids,
        provenance,
        identites: par_champ,
        foyers: table.foyer.is_some().then(|| textes(&foyers, nom)).transpose()?,
        roles: table.role.is_some().then(|| textes(&roles, nom)).transpose()?,
        apports: recueil.colonnes(nom).collect::<Result<_, _>>()?,
    })
}

/// A field of identity as text, in the written forms that tokens are made of.
fn identite(champ: ChampIdentite, colonne: &Colonne) -> Result<StringArray, ErreurTable> {
    match champ {
        ChampIdentite::DateNaissance => colonne.naissance(),
        ChampIdentite::Deces => colonne.fait_date(),
        _ => colonne.sans_marques()?.texte(),
    }
}

/// First file of a table, for errors about the table as a whole.
pub(super) fn nom_de(table: &TableSource) -> &Path {
    table.fichiers.first().map_or(Path::new(""), |f| f.nom())
}

/// Row ids of a batch, none missing.
pub(super) fn cles(lot: &Lot, table: &TableSource) -> Result<Vec<[u8; 16]>, ErreurTable> {
    let colonne = lot.colonne(&table.cle)?;
    colonne.obligatoire(colonne.octets16()?)
}

fn lire_roles(lot: &Lot, colonne: &str, table: &TableSource) -> Result<StringArray, ErreurTable> {
    let colonne = lot.colonne(colonne)?;
    let colonne = match &table.roles {
        None => colonne,
        Some(t) => colonne.traduite(|code| t.traduire(code), || t.connus())?,
    };
    colonne.codes(|code| ROLES.contains(&code), &ROLES.map(String::from))
}

pub(super) fn textes(morceaux: &[StringArray], nom: &Path) -> Result<StringArray, ErreurTable> {
    if morceaux.is_empty() {
        return Ok(StringArray::from(Vec::<&str>::new()));
    }
    let morceaux: Vec<ArrayRef> = morceaux.iter().map(|m| Arc::new(m.clone()) as ArrayRef).collect();
    Ok(reunir(&morceaux, nom)?.as_string::<i32>().clone())
}

/// Facts of another table of persons, brought to the rows of the identity table; unknown for the persons
/// that it does not list.
pub(super) fn rattacher(
    table: &TableSource,
    demande: &Demande<'_>,
    index: &IndexPersonnes,
    releve: &mut Releve,
    suivi: &mut dyn FnMut(u64),
) -> Result<BTreeMap<String, ArrayRef>, ErreurTable> {
    let mut prises = voulues(table, demande, releve);
    let lecteurs = ouvrir(&table.fichiers, &[&table.cle], &mut prises, releve)?;
    let mut recueil = Recueil::nouveau(prises);
    let mut row_ids = Vec::new();
    let mut provenance = Provenance::new();
    for lecteur in lecteurs {
        let fichier: Arc<Path> = lecteur.fichier().into();
        let avant = row_ids.len();
        for lot in lecteur.lots()? {
            let lot = lot?;
            row_ids.extend(cles(&lot, table)?);
            recueil.ajouter(&lot)?;
            suivi(lot.lignes() as u64);
        }
        provenance.push((fichier, (row_ids.len() - avant) as u64));
    }
    verifie_unicite(&provenance, &table.cle, &row_ids)?;
    let mut source: Vec<Option<u32>> = vec![None; index.taille()];
    for (row_id, ligne) in row_ids.iter().zip(0_u32..) {
        match index.ligne(row_id).and_then(|i| source.get_mut(i as usize)) {
            Some(place) => *place = Some(ligne),
            None => releve.lignes_orphelines += 1,
        }
    }
    reprendre(recueil, &UInt32Array::from(source), nom_de(table))
}

/// Each column of the table, in the order of the persons.
pub(super) fn reprendre(recueil: Recueil<'_>, lignes: &UInt32Array, nom: &Path) -> Result<BTreeMap<String, ArrayRef>, ErreurTable> {
    recueil
        .colonnes(nom)
        .map(|colonne| {
            let (vocabulaire, valeurs) = colonne?;
            let prises = take(&valeurs, lignes, None).map_err(|_| ErreurTable::TropGrand { fichier: nom.to_path_buf() })?;
            Ok((vocabulaire, prises))
        })
        .collect()
}
