//! The rows of an event: the body's own row ids, and for lists the right.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, FixedSizeBinaryArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use recours_engine::outreach::{Jour, NumeroDeLigne};
use recours_tables::{ErreurTable, Lecteur, ParquetEnMemoire};

use super::qui::Empreintes;
use crate::erreur::ErreurCommande;

/// Columns of `trace.N.parquet`. A test holds them to the protocol.
pub const COLONNES: [&str; 8] = ["row_id", "statut", "numero", "etat_civil", "droit", "bande", "date_utile", "expire"];

/// What the act did with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Statut {
    /// Its data left.
    Livree,
    /// Its person objects: marked tokens left, and nothing else.
    Opposee,
    /// It was blinded for the key holder.
    Aveuglee,
    /// A list had it; a page was made.
    Retenue,
    /// A list had it; the team has no time in this wave.
    AuDela,
    /// A list had it; not told (objection, death, minority).
    Ecartee,
    /// A list had it; the person renounces this right.
    Renoncee,
    /// A list had it, after its last day.
    Expiree,
    /// Found at home.
    Trouvee,
    /// Told to a partner, the person having agreed.
    Transmise,
    /// The partner was told that the agreement is withdrawn.
    Retiree,
}

impl Statut {
    /// Each with its word in the file.
    const MOTS: [(Self, &'static str); 11] = [
        (Self::Livree, "livree"),
        (Self::Opposee, "opposee"),
        (Self::Aveuglee, "aveuglee"),
        (Self::Retenue, "retenue"),
        (Self::AuDela, "au_dela"),
        (Self::Ecartee, "ecartee"),
        (Self::Renoncee, "renoncee"),
        (Self::Expiree, "expiree"),
        (Self::Trouvee, "trouvee"),
        (Self::Transmise, "transmise"),
        (Self::Retiree, "retiree"),
    ];

    fn mot(self) -> &'static str {
        Self::MOTS.iter().find(|(s, _)| *s == self).map_or("", |(_, mot)| mot)
    }

    fn lire(mot: &str) -> Option<Self> {
        Self::MOTS.iter().find(|(_, m)| *m == mot).map(|(s, _)| *s)
    }
}

/// A row of an event. No `Debug`: it is of a person.
#[derive(Clone, PartialEq)]
pub struct Ligne {
    /// The body's own row id.
    pub row_id: NumeroDeLigne,
    /// What was done with it.
    pub statut: Statut,
    /// Who, under the body's own key.
    pub qui: Empreintes,
    /// The right, its band, its useful date and last day, for rows of lists.
    pub droit: Option<Droit>,
}

/// A right of a row.
#[derive(Clone, PartialEq)]
pub struct Droit {
    /// Its identifier in the rules.
    pub id: String,
    /// Band, in French.
    pub bande: Option<String>,
    /// Useful date.
    pub date_utile: Option<Jour>,
    /// Last day.
    pub expire: Option<Jour>,
}

impl Ligne {
    /// A row, without right nor digests.
    #[must_use]
    pub fn nue(row_id: NumeroDeLigne, statut: Statut) -> Self {
        Self { row_id, statut, qui: Empreintes::default(), droit: None }
    }
}

fn schema() -> SchemaRef {
    let [row_id, statut, numero, etat_civil, droit, bande, date_utile, expire] = COLONNES;
    let octets = |nom, vide| Field::new(nom, DataType::FixedSizeBinary(16), vide);
    let texte = |nom, vide| Field::new(nom, DataType::Utf8, vide);
    let jour = |nom| Field::new(nom, DataType::Date32, true);
    Arc::new(Schema::new(vec![
        octets(row_id, false),
        texte(statut, false),
        octets(numero, true),
        octets(etat_civil, true),
        texte(droit, true),
        texte(bande, true),
        jour(date_utile),
        jour(expire),
    ]))
}

/// Rows of one batch.
const PAR_LOT: usize = 65_536;

pub(super) fn parquet(lignes: &[Ligne]) -> Result<Vec<u8>, ErreurCommande> {
    let nom = Path::new("trace.parquet");
    let faute = || ErreurTable::Schema { fichier: nom.to_path_buf() };
    let schema = schema();
    let mut ecrivain = ParquetEnMemoire::creer(nom, &schema, &[])?;
    for lot in lignes.chunks(PAR_LOT) {
        let octets = |f: &dyn Fn(&Ligne) -> Option<[u8; 16]>| {
            FixedSizeBinaryArray::try_from_sparse_iter_with_size(lot.iter().map(f), 16)
                .map(|t| Arc::new(t) as ArrayRef)
                .map_err(|_| faute())
        };
        let texte = |f: &dyn Fn(&Droit) -> Option<&str>| -> ArrayRef {
            Arc::new(lot.iter().map(|l| l.droit.as_ref().and_then(f)).collect::<StringArray>())
        };
        let jour = |f: &dyn Fn(&Droit) -> Option<Jour>| -> ArrayRef {
            Arc::new(lot.iter().map(|l| l.droit.as_ref().and_then(f)).collect::<Date32Array>())
        };
        let colonnes = vec![
            octets(&|l| Some(l.row_id))?,
            Arc::new(StringArray::from_iter_values(lot.iter().map(|l| l.statut.mot()))),
            octets(&|l| l.qui.numero)?,
            octets(&|l| l.qui.etat_civil)?,
            texte(&|d| Some(&d.id)),
            texte(&|d| d.bande.as_deref()),
            jour(&|d| d.date_utile),
            jour(&|d| d.expire),
        ];
        ecrivain.ecrire(&RecordBatch::try_new(Arc::clone(&schema), colonnes).map_err(|_| faute())?)?;
    }
    Ok(ecrivain.terminer()?)
}

/// Calls `recevoir` for each row of a file; nothing else of it is kept.
pub(super) fn lire(fichier: &Path, octets: Vec<u8>, mut recevoir: impl FnMut(Ligne)) -> Result<(), ErreurCommande> {
    let lecteur = Lecteur::depuis_parquet(fichier, octets)?;
    let [row_id, statut, numero, etat_civil, droit, bande, date_utile, expire] = COLONNES;
    for lot in lecteur.lots()? {
        let lot = lot?;
        let ids = lot.colonne(row_id)?;
        let ids = ids.obligatoire(ids.octets16()?)?;
        let (numeros, civils) = (lot.colonne(numero)?.octets16()?, lot.colonne(etat_civil)?.octets16()?);
        let (statuts, droits, bandes) = (lot.colonne(statut)?.texte()?, lot.colonne(droit)?.texte()?, lot.colonne(bande)?.texte()?);
        let (utiles, fins) = (lot.colonne(date_utile)?.date()?, lot.colonne(expire)?.date()?);
        let dit = |t: &StringArray, i: usize| t.is_valid(i).then(|| t.value(i).to_owned());
        for (i, row_id) in ids.into_iter().enumerate() {
            let statut = Statut::lire(statuts.value(i)).ok_or_else(|| ErreurTable::Schema { fichier: fichier.to_path_buf() })?;
            let un = |v: &[Option<[u8; 16]>]| v.get(i).copied().flatten();
            let jour = |v: &[Option<Jour>]| v.get(i).copied().flatten();
            recevoir(Ligne {
                row_id,
                statut,
                qui: Empreintes { numero: un(&numeros), etat_civil: un(&civils) },
                droit: dit(&droits, i).map(|id| Droit { id, bande: dit(&bandes, i), date_utile: jour(&utiles), expire: jour(&fins) }),
            });
        }
    }
    Ok(())
}
