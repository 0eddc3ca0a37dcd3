//! The files of the observatory: CSV for spreadsheets, Parquet for programs, a page for people.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema};
use recours_engine::aggregates::Publie;
use recours_tables::{FichierPret, Protection, preparer_octets, vers_parquet};
use serde::Serialize;

use super::planche::Planche;
use super::sources::Regle;
use super::{BANDES, LigneObservee};
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::{modeles, regles};

/// Writes them aside.
///
/// # Errors
/// Exit 4 when a page or a table cannot be made or written.
pub fn preparer(
    mission: &Mission,
    lignes: &[LigneObservee],
    planches: &[Planche],
    diffusion: &[Regle],
    sortie: &Path,
) -> Result<Vec<FichierPret>, ErreurCommande> {
    let html = modeles::rendre("observatoire.html", Rapport::nouveau(mission, lignes, planches, diffusion))?;
    let parquet = parquet(lignes)?;
    let mut prets = vec![
        preparer_octets(sortie.join("observatoire.csv"), csv(lignes).as_bytes(), Protection::Ordinaire)?,
        preparer_octets(sortie.join("observatoire.parquet"), &parquet, Protection::Ordinaire)?,
        preparer_octets(sortie.join("report.html"), html.as_bytes(), Protection::Ordinaire)?,
    ];
    for planche in planches {
        let fichier = sortie.join(planche.code).with_extension("csv");
        prets.push(preparer_octets(fichier, planche.csv().as_bytes(), Protection::Ordinaire)?);
    }
    Ok(prets)
}

/// Every cell with its right, its zone and its band.
fn cellules(lignes: &[LigneObservee]) -> impl Iterator<Item = (&LigneObservee, &super::ZoneObservee, &'static str, Publie)> {
    lignes.iter().flat_map(|l| {
        l.zones.iter().flat_map(move |z| {
            let bandes = [(BANDES[0], z.a_proposer.0), (BANDES[1], z.a_verifier.0), ("total", z.total.0)];
            bandes.into_iter().map(move |(bande, dit)| (l, z, bande, dit))
        })
    })
}

/// One line per cell. Codes and names come from the rule pack and the mission, which nobody outside writes.
fn csv(lignes: &[LigneObservee]) -> String {
    let entre = |texte: &str| format!("\"{}\"", texte.replace('"', "\"\""));
    let mut texte = String::from("\u{feff}droit;libelle;nature;unite;decoupage;niveau;zone;nom_zone;bande;regle;nombre\r\n");
    for (l, z, bande, dit) in cellules(lignes) {
        let (libelle, nom, regle) = (entre(&l.libelle), entre(&z.libelle), entre(&l.regle));
        texte += &format!(
            "{};{libelle};{};{};{};{};{};{nom};{bande};{regle};{}\r\n",
            l.droit,
            l.nature,
            l.unite,
            l.decoupage,
            z.niveau,
            entre(&z.code),
            dit.texte()
        );
    }
    texte
}

/// The same with types: `nombre` is null where `secret` is true.
fn parquet(lignes: &[LigneObservee]) -> Result<Vec<u8>, ErreurCommande> {
    let faute = |_| ErreurCommande::panne("E-OBSERVATOIRE-006", "table de l'observatoire impossible à former.");
    let toutes: Vec<_> = cellules(lignes).collect();
    let textes = |f: &dyn Fn(usize) -> String| Arc::new(StringArray::from_iter_values((0..toutes.len()).map(f))) as ArrayRef;
    let champ = |i: usize, f: &dyn Fn(&LigneObservee, &super::ZoneObservee, &'static str) -> String| {
        toutes.get(i).map(|(l, z, bande, _)| f(l, z, bande)).unwrap_or_default()
    };
    let colonnes: Vec<(&str, ArrayRef, bool)> = vec![
        ("droit", textes(&|i| champ(i, &|l, _, _| l.droit.clone())), false),
        ("libelle", textes(&|i| champ(i, &|l, _, _| l.libelle.clone())), false),
        ("nature", textes(&|i| champ(i, &|l, _, _| l.nature.to_owned())), false),
        ("unite", textes(&|i| champ(i, &|l, _, _| l.unite.to_owned())), false),
        ("decoupage", textes(&|i| champ(i, &|l, _, _| l.decoupage.to_owned())), false),
        ("zone", textes(&|i| champ(i, &|_, z, _| z.code.clone())), false),
        ("nom_zone", textes(&|i| champ(i, &|_, z, _| z.libelle.clone())), false),
        ("niveau", Arc::new(UInt64Array::from_iter_values(toutes.iter().map(|(_, z, _, _)| z.niveau as u64))), false),
        ("bande", textes(&|i| champ(i, &|_, _, b| b.to_owned())), false),
        ("regle", textes(&|i| champ(i, &|l, _, _| l.regle.clone())), false),
        ("nombre", Arc::new(UInt64Array::from_iter(toutes.iter().map(|(_, _, _, dit)| dit.nombre()))), true),
        ("secret", Arc::new(BooleanArray::from_iter(toutes.iter().map(|(_, _, _, dit)| Some(*dit == Publie::Secret)))), false),
    ];
    let champs: Vec<Field> = colonnes.iter().map(|(nom, c, nul)| Field::new(*nom, c.data_type().clone(), *nul)).collect();
    debug_assert!(champs.iter().all(|c| *c.data_type() != DataType::Null));
    let schema = Arc::new(Schema::new(champs));
    let lot = RecordBatch::try_new(Arc::clone(&schema), colonnes.into_iter().map(|(_, c, _)| c).collect()).map_err(faute)?;
    Ok(vers_parquet("observatoire.parquet", &schema, &[lot])?)
}

/// What the template of the report reads.
#[derive(Serialize)]
struct Rapport<'a> {
    territoire: &'a str,
    mission: &'a str,
    date: String,
    inventees: bool,
    organismes: Vec<&'a str>,
    natures: Vec<(&'static str, Vec<&'a LigneObservee>)>,
    details: Vec<Detail<'a>>,
    planches: &'a [Planche],
    regles: Vec<(&'a str, &'a str)>,
    tus: usize,
    arrondi: bool,
}

/// A right cut in zones; zones of which nothing is said are only counted.
#[derive(Serialize)]
struct Detail<'a> {
    libelle: &'a str,
    quoi: &'static str,
    zones: Vec<&'a super::ZoneObservee>,
    tues: usize,
}

impl<'a> Rapport<'a> {
    fn nouveau(mission: &'a Mission, lignes: &'a [LigneObservee], planches: &'a [Planche], diffusion: &[Regle]) -> Self {
        let par_nature = |nature: &str| lignes.iter().filter(|l| l.nature == nature).collect();
        let muette = |z: &super::ZoneObservee| [z.a_proposer, z.a_verifier, z.total].iter().all(|d| d.0 == Publie::Secret);
        let detail = |l: &'a LigneObservee| {
            let (tues, zones): (Vec<_>, Vec<_>) = l.zones.iter().skip(1).partition(|z| muette(z));
            let quoi = if l.decoupage == "mois" { "Mois" } else { "Lieu" };
            Detail { libelle: &l.libelle, quoi, zones, tues: tues.len() }
        };
        Self {
            territoire: &mission.territoire,
            mission: &mission.nom,
            date: modeles::date_longue(i32::try_from(regles::jour(mission)).unwrap_or(i32::MAX)),
            inventees: mission.donnees == crate::mission::Donnees::Inventees,
            organismes: mission.organismes.iter().map(|o| o.nom.as_str()).collect(),
            natures: vec![("Droits non reçus", par_nature("droit non reçu")), ("Échéances proches", par_nature("échéance proche"))],
            details: lignes.iter().filter(|l| l.zones.len() > 1).map(detail).collect(),
            planches,
            regles: lignes.iter().map(|l| (l.libelle.as_str(), l.regle.as_str())).collect(),
            // Together: how many of them are small would say more of each.
            tus: lignes.iter().map(|l| l.secrets.0 + l.secrets.1).sum(),
            arrondi: diffusion.iter().any(|r| r.diffusion.arrondi > 1),
        }
    }
}
