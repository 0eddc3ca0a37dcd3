//! A rule pack, and what it says of known foyers.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use recours_engine::evaluate::{Purpose, prepare};
use recours_engine::foyers;
use recours_engine::plan::Program;
use recours_engine::properties::{Wanted, complete};
use recours_rules::date::Days;
use recours_rules::{Pack, SourceFile};
use recours_tables::Origine;

use super::{Flux, Table, besoins};
use crate::commandes::evaluate::etapes::Etapes;
use crate::commandes::evaluate::jointure::Jointure;
use crate::commandes::evaluate::ruptures::Ruptures;
use crate::commandes::evaluate::{deriver, dire_colonnes, entree, evaluer, hypotheses, ruptures, trouver, verifier_droits};
use crate::erreur::ErreurCommande;
use crate::progression::Progression;
use crate::regles::{Jeu, en_attente, lire_texte};

/// Names by which messages call the two tables.
const PERSONNES: &str = "persons";
const FOYERS: &str = "households";

/// A rule pack for a day. It does not change: threads may share it.
pub struct Regles {
    pack: Pack,
    empreinte: String,
    ruptures: Ruptures,
    /// Programs compiled so far, by the rules that the tables of a call let answer.
    programmes: Mutex<HashMap<Cas, Arc<Compile>>>,
}

/// Which rules answer, and whether they are only verdicts.
type Cas = (Vec<bool>, bool);

struct Compile {
    pack: Pack,
    program: Program,
    /// What is to be known of every evaluation by these rules, a sentence each.
    notes: Vec<String>,
}

impl std::fmt::Debug for Regles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Regles").field("empreinte", &self.empreinte).field("jour", &self.pack.on).finish_non_exhaustive()
    }
}

impl Regles {
    /// The pack of a folder, with an overlay if one is named, for a day (days since 1970-01-01).
    ///
    /// # Errors
    /// E-REGLES-001 with every fault drawn in its file; -002, -003 for a folder or a file that cannot be read.
    pub fn charger(dossier: &Path, surcharge: Option<&Path>, le: Days) -> Result<Self, ErreurCommande> {
        Self::depuis(&Jeu::lire(dossier)?, surcharge.map(lire_texte).transpose()?, le)
    }

    /// The pack that these texts make.
    ///
    /// # Errors
    /// As [`Regles::charger`].
    pub fn de_textes(fichiers: Vec<SourceFile>, surcharge: Option<SourceFile>, le: Days) -> Result<Self, ErreurCommande> {
        Self::depuis(&Jeu::de_textes(fichiers)?, surcharge, le)
    }

    /// The French pack that travels in this library.
    ///
    /// # Errors
    /// As [`Regles::charger`]: a day on which its parameters have no value.
    pub fn integrees(le: Days) -> Result<Self, ErreurCommande> {
        Self::depuis(&Jeu::integre()?, None, le)
    }

    fn depuis(jeu: &Jeu, surcharge: Option<SourceFile>, le: Days) -> Result<Self, ErreurCommande> {
        let pack = jeu.construire_avec(surcharge.as_ref(), le)?;
        let ruptures = Ruptures::de(&pack);
        let regles = Self { pack, empreinte: jeu.empreinte(), ruptures, programmes: Mutex::default() };
        // Ready for the first volunteer: most tables let all of them answer.
        prepare(&regles.compiler(vec![true; regles.pack.rights.len()], false).program);
        Ok(regles)
    }

    /// The day of the pack, days since 1970-01-01.
    #[must_use]
    pub fn jour(&self) -> Days {
        self.pack.on
    }

    /// BLAKE3 of its texts, 64 hexadecimal digits: the one that missions sign.
    #[must_use]
    pub fn empreinte(&self) -> &str {
        &self.empreinte
    }

    /// One row for each right and rupture: `right`, `label`, `kind` (`droit`, `rupture`), `unit` (`personne`, `foyer`), `body`, `rule` (id@version), `source`.
    ///
    /// # Errors
    /// A fault of the program.
    pub fn droits(&self) -> Result<Table, ErreurCommande> {
        besoins::droits(&self.pack)
    }

    /// One row for each column that these rules read: `column`, `table` (`persons`, `households`), `type`, `unit`,
    /// `allowed` (list: the codes of a closed list), `holders` (list: bodies that may bring it), `rights` (list: the rules
    /// that need it). A column that nobody brings is unknown, never zero.
    ///
    /// # Errors
    /// A fault of the program.
    pub fn besoins(&self) -> Result<Table, ErreurCommande> {
        let program = Program::compile(&self.pack);
        besoins::colonnes(&self.pack, &program)
    }

    /// What the rules answer of known foyers: the columns of `recours evaluate`, in the order of the table of foyers.
    /// With `validation`, a row for each unit and right, receipt ignored: for reference data, never for real people.
    ///
    /// # Errors
    /// Those of the tables (column and row, never a value); E-ARRET-001.
    pub fn evaluer(&self, personnes: Flux, foyers: Flux, validation: bool, p: &Progression) -> Result<Table, ErreurCommande> {
        let (personnes, foyers) = (Origine::memoire(PERSONNES, personnes), Origine::memoire(FOYERS, foyers));
        let (compile, jointure) = self.preparer(&personnes, &foyers, (validation, validation), p)?;
        let purpose = if validation { Purpose::Validation } else { Purpose::Information };
        let mut lots = Vec::new();
        evaluer(&compile.pack, &compile.program, &jointure, purpose, (p, &Etapes::default()), &mut |lot| {
            lots.push(lot);
            Ok(())
        })?;
        let premier = lots.first().ok_or_else(|| ErreurCommande::panne("E-EVALUER-001", "aucune réponse (défaut du programme)."))?;
        Ok(Table { schema: premier.schema(), lots })
    }

    /// Why, clause by clause, for one foyer: a text that shows its values. `droits` empty: all.
    ///
    /// # Errors
    /// As [`Regles::evaluer`]; E-EVALUER-002 for a foyer that is not there, -004 for a right that the pack has not.
    pub fn expliquer(
        &self,
        personnes: Flux,
        foyers: Flux,
        foyer: &str,
        droits: &[String],
        validation: bool,
        p: &Progression,
    ) -> Result<String, ErreurCommande> {
        let (personnes, foyers) = (Origine::memoire(PERSONNES, personnes), Origine::memoire(FOYERS, foyers));
        let (compile, jointure) = self.preparer(&personnes, &foyers, (validation, false), p)?;
        verifier_droits(&self.pack, droits)?;
        let rang = trouver(&jointure, foyer.trim(), &foyers)?;
        deriver(&compile.pack, &compile.program, &jointure, (rang, foyer.trim()), droits, validation)
    }

    /// Tables of foyers of whom everything that these rules read is known, from tables of which much is: for measures.
    ///
    /// # Errors
    /// Those of the tables given: column and row, never a value.
    pub fn foyers_complets(
        &self,
        personnes: &RecordBatch,
        foyers: &RecordBatch,
        voulu: Wanted,
    ) -> Result<(RecordBatch, RecordBatch), ErreurCommande> {
        let program = Program::compile(&self.pack);
        let connus = foyers::read(&self.pack, &program, personnes, foyers)
            .map_err(|e| ErreurCommande::refus("E-DONNEES-001", format!("les foyers de départ : {e}.")))?;
        complete(&self.pack, &program, &connus, voulu)
            .map_err(|_| ErreurCommande::panne("E-EVALUER-001", "les foyers n'ont pas pu être mis en table (défaut du programme)."))
    }

    fn preparer(
        &self,
        personnes: &Origine,
        foyers: &Origine,
        (validation, verdicts): (bool, bool),
        p: &Progression,
    ) -> Result<(Arc<Compile>, Jointure), ErreurCommande> {
        p.continuer()?;
        let gardees = self.ruptures.gardees(personnes, foyers, validation, p)?;
        let compile = self.compiler(gardees, verdicts);
        compile.notes.iter().for_each(|phrase| p.dire(format!("note : {phrase}")));
        let (personnes, foyers) = entree::lire(&compile.pack, &compile.program, personnes, foyers, None, (p, &Etapes::default()))?;
        dire_colonnes(&compile.pack, &compile.program, &personnes, &foyers, p);
        let jointure = Jointure::faire(personnes, foyers)?;
        Ok((compile, jointure))
    }

    /// The program of the rules that answer; compiled once.
    fn compiler(&self, gardees: Vec<bool>, verdicts: bool) -> Arc<Compile> {
        let mut connus = self.programmes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(connus.entry((gardees, verdicts)).or_insert_with_key(|(gardees, _)| {
            let mut pack = self.pack.clone();
            ruptures::restreindre(&mut pack, gardees);
            let program = if verdicts { Program::verdicts(&pack) } else { Program::compile(&pack) };
            let notes = en_attente(&pack).into_iter().chain(hypotheses::nommer(&pack, &program)).collect();
            Arc::new(Compile { pack, program, notes })
        }))
    }
}
