//! What each body would hold about the territory: files for `extrait/`, and its `registre`.
//!
//! Column names are those that such a body might use, not the vocabulary's; identity columns alone
//! have fixed names. `missions/demo.toml` translates.

mod carsat;
mod contacts;
mod cpam;
mod departement;
mod echeances;
mod famille;
mod france_travail;
mod parcours;
mod registre;

use crate::appartenance::{Ligne, lignes};
use crate::contacts::{Historique, historiques};
use crate::erreur::ErreurSynth;
use crate::faits::Foyer;
use crate::hasard::Hasard;
use crate::identite::{Adresse, Identite, identites_du_foyer};
use crate::imperfections::{self, Ecriture, Taux, ecrire};
use crate::parcours::{Parcours, parcours as parcours_du_foyer};
use crate::source::{ParTranches, Source};
use crate::tableau::{Genre, Tableau, schema};
use crate::territoire::Territoire;
use crate::versements::{RecuFoyer, RecuPersonne};
use crate::vie::{Vie, vivre};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use std::ops::Range;
use std::sync::Arc;

/// A body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Organisme {
    /// Family allowance fund.
    Caf = 0,
    /// Agricultural social fund.
    Msa = 1,
    /// Health insurance fund.
    Cpam = 2,
    /// Pension fund.
    Carsat = 3,
    /// Public employment service.
    FranceTravail = 4,
    /// Social services of the département.
    Departement = 5,
}

impl Organisme {
    /// All bodies.
    pub const TOUS: [Self; 6] = [Self::Caf, Self::Msa, Self::Cpam, Self::Carsat, Self::FranceTravail, Self::Departement];

    /// Identifier used in missions and folder names.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Caf => "caf",
            Self::Msa => "msa",
            Self::Cpam => "cpam",
            Self::Carsat => "carsat",
            Self::FranceTravail => "france_travail",
            Self::Departement => "departement",
        }
    }

    /// Declared rates of imperfection of its file.
    #[must_use]
    pub fn taux(self) -> &'static Taux {
        match self {
            Self::Caf => &imperfections::CAF,
            Self::Msa => &imperfections::MSA,
            Self::Cpam => &imperfections::CPAM,
            Self::Carsat => &imperfections::CARSAT,
            Self::FranceTravail => &imperfections::FRANCE_TRAVAIL,
            Self::Departement => &imperfections::DEPARTEMENT,
        }
    }
}

/// A file that a body holds.
#[derive(Clone, Debug)]
pub struct Fichier {
    /// Path inside the body's folder, with the extension `.parquet`.
    pub chemin: &'static str,
    /// Its columns.
    pub schema: SchemaRef,
}

enum Porteur<'a> {
    Emprunt(&'a dyn Source),
    Partage(Arc<dyn Source>),
}

impl Porteur<'_> {
    fn source(&self) -> &dyn Source {
        match self {
            Self::Emprunt(s) => *s,
            Self::Partage(s) => s.as_ref(),
        }
    }
}

/// Foyers written in one go.
const TRANCHE: usize = 4_096;

/// The files of one body.
pub struct ExtraitOrganisme<'a> {
    /// The body.
    pub organisme: Organisme,
    /// Its files: those of `extrait/`, then `registre.parquet` and `contacts.parquet`, which never leave it.
    pub fichiers: Vec<Fichier>,
    porteur: Porteur<'a>,
}

impl ExtraitOrganisme<'_> {
    /// The contents, by lots: each item has one batch per file, in the order of `fichiers` (a batch may
    /// have no row). Lots come in the same order with the same contents whatever the threads.
    pub fn lots(&self) -> impl Iterator<Item = Result<Vec<RecordBatch>, ErreurSynth>> + '_ {
        let src = self.porteur.source();
        let o = self.organisme;
        let schemas: Vec<SchemaRef> = self.fichiers.iter().map(|f| f.schema.clone()).collect();
        ParTranches::nouveau(src.nombre_foyers(), TRANCHE, move |tranche| ecrire_tranche(src, o, &schemas, tranche))
    }
}

impl Territoire {
    /// The files of the six bodies, as the receipts now stand.
    #[must_use]
    pub fn extraits(&self) -> Vec<ExtraitOrganisme<'_>> {
        Organisme::TOUS
            .iter()
            .map(|&organisme| ExtraitOrganisme { organisme, fichiers: fichiers(organisme, false), porteur: Porteur::Emprunt(self) })
            .collect()
    }
}

/// The files of the bodies for given foyers (see [`crate::reference`]). The MSA has none of them: its empty
/// file says so, since a payer that is not asked leaves receipt unknown.
pub(crate) fn extraits_partages(source: &Arc<dyn Source>) -> Vec<ExtraitOrganisme<'static>> {
    [Organisme::Caf, Organisme::Msa, Organisme::Cpam, Organisme::Carsat, Organisme::FranceTravail]
        .into_iter()
        .map(|organisme| ExtraitOrganisme { organisme, fichiers: fichiers(organisme, true), porteur: Porteur::Partage(source.clone()) })
        .collect()
}

fn fichiers(o: Organisme, complet: bool) -> Vec<Fichier> {
    let mut liste = match o {
        Organisme::Caf | Organisme::Msa => famille::fichiers(o, complet),
        Organisme::Cpam => cpam::fichiers(complet),
        Organisme::Carsat => carsat::fichiers(complet),
        Organisme::FranceTravail => france_travail::fichiers(complet),
        Organisme::Departement => departement::fichiers(),
    };
    liste.push(Fichier { chemin: "registre.parquet", schema: registre::schema_registre(o) });
    liste.push(Fichier { chemin: "contacts.parquet", schema: contacts::schema_contacts() });
    liste
}

/// What the writer of one foyer at one body needs.
pub(crate) struct Contexte<'s> {
    pub(crate) src: &'s dyn Source,
    pub(crate) organisme: Organisme,
    pub(crate) foyer: &'s Foyer,
    pub(crate) recu: &'s RecuFoyer,
    pub(crate) recus: &'s [RecuPersonne],
    pub(crate) adresse: &'s Adresse,
    /// What happened between each member of the foyer and this body.
    pub(crate) historiques: &'s [Historique],
    /// Dated facts of the foyer and its members.
    pub(crate) vie: &'s Vie,
    /// What happened on the way to each family of rights.
    pub(crate) parcours: &'s [Parcours; 6],
    /// Rows with the identity as this body has it.
    pub(crate) lignes: Vec<(Ligne, Ecriture)>,
}

fn ecrire_tranche(src: &dyn Source, o: Organisme, schemas: &[SchemaRef], tranche: Range<usize>) -> Result<Vec<RecordBatch>, ErreurSynth> {
    let mut tables: Vec<Tableau> = schemas.iter().map(Tableau::nouveau).collect();
    for i in tranche {
        let foyer = src.foyer(i);
        let (recu, recus) = src.recus(&foyer);
        let (rangs, mut h) = lignes(src, o, &foyer, recu, recus);
        if rangs.is_empty() {
            continue;
        }
        let (ids, adresse) = identites_du_foyer(src.graine(), &foyer, src.ordres());
        let lignes = rangs
            .into_iter()
            .map(|l| {
                let e = identite_ecrite(&mut h, o, &foyer, &ids, &l);
                (l, e)
            })
            .collect();
        let historiques = historiques(src.graine(), src.mois_m(), o, &foyer, recu, recus);
        let vie = vivre(src.graine(), src.mois_m(), &foyer, recu, recus);
        let parcours = parcours_du_foyer(src.graine(), src.mois_m(), &foyer, recu, recus);
        let ctx = Contexte {
            src,
            organisme: o,
            foyer: &foyer,
            recu,
            recus,
            adresse: &adresse,
            historiques: &historiques,
            vie: &vie,
            parcours: &parcours,
            lignes,
        };
        match o {
            Organisme::Caf | Organisme::Msa => famille::ecrire(&ctx, &mut h, &mut tables),
            Organisme::Cpam => cpam::ecrire(&ctx, &mut h, &mut tables),
            Organisme::Carsat => carsat::ecrire(&ctx, &mut h, &mut tables),
            Organisme::FranceTravail => france_travail::ecrire(&ctx, &mut h, &mut tables),
            Organisme::Departement => departement::ecrire(&ctx, &mut h, &mut tables),
        }
        if let [.., registre, contacts] = tables.as_mut_slice() {
            registre::ecrire(&ctx, &mut h, registre);
            contacts::ecrire(&ctx, contacts);
        }
    }
    tables.into_iter().map(Tableau::finir).collect()
}

fn identite_ecrite(h: &mut Hasard, o: Organisme, f: &Foyer, ids: &[Identite], l: &Ligne) -> Ecriture {
    let parent = l.sous_nir_de.map(|k| ids[k].nir.as_str());
    ecrire(h, &ids[l.personne], o.taux(), parent, f.personnes[l.personne].naissance_imprecise)
}

/// The identity columns, under their fixed names.
pub(crate) const IDENTITE: [(&str, Genre); 8] = [
    ("nir", Genre::Texte),
    ("nom_naissance", Genre::Texte),
    ("nom_usage", Genre::Texte),
    ("prenoms", Genre::Texte),
    ("date_naissance", Genre::Date),
    ("sexe", Genre::Texte),
    ("commune_naissance", Genre::Texte),
    ("code_postal", Genre::Texte),
];

/// Schema: row number, identity, then the body's own columns.
pub(crate) fn schema_personnes(propres: &[(&str, Genre)]) -> SchemaRef {
    let mut c = vec![("row_id", Genre::Octets16)];
    c.extend(IDENTITE);
    c.extend_from_slice(propres);
    schema(&c)
}

/// Index of the first column after the row number and the identity.
pub(crate) const PREMIER_FAIT: usize = 9;

/// Writes row number and identity.
pub(crate) fn ecrire_identite(t: &mut Tableau, l: &Ligne, e: &Ecriture) {
    t.octets(&l.row_id);
    t.texte(e.nir.as_deref());
    t.texte(e.nom_naissance.as_str());
    t.texte(e.nom_usage.as_deref());
    t.texte(e.prenoms.as_str());
    t.date(e.date_naissance);
    t.texte(e.sexe);
    t.texte(e.commune_naissance.as_deref());
    t.texte(e.code_postal.as_str());
}

impl Contexte<'_> {
    /// Draws the fact that is late in a row: an index among `n` columns from `premier`.
    pub(crate) fn retard(&self, h: &mut Hasard, premier: usize, n: usize) -> Option<usize> {
        let (oui, lequel) = (h.chance(self.organisme.taux().fait_tardif), h.indice(n));
        (oui && !self.src.complet()).then_some(premier + lequel)
    }
}
