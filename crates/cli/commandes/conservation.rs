//! `recours conservation`: at a role or a body, what must go today goes, and what must stay stays.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use recours_tables::journal::{Journal, verifier_fichier};

use crate::cles::{self, Detenteur};
use crate::effacement::{self, Nature, Piece};
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::mission::{Donnees, Mission};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chez un rôle ou un organisme : retire ce dont le temps est passé, garde le reste, et dit les deux.\n\n\
La section [conservation] de la mission donne les durées : ce qui a été réuni (livraisons, poignées, repérages, listes), au plus\n\
douze mois après la date de la mission ; les fiches ouvertes, trente jours ; les traces par personne d'un organisme, trente-six mois\n\
après chaque acte ; les contenus du journal, douze mois (leurs empreintes restent). Une opposition ou une renonciation a sa\n\
propre fin, dans le registre de l'organisme, que cette commande ne touche pas ; un refus que « recours returns » a retenu part après\n\
la durée des traces.\n\n\
À lancer chaque mois, par exemple depuis une tâche planifiée. --essai montre sans rien faire. --le donne un autre jour : un jour à\n\
venir n'est accepté que pour un essai, ou avec des données inventées ; un jour d'avant le dernier acte du journal, jamais.\n\n\
Exemple : recours conservation mission.toml --de caf --essai")]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Rôle (`tiers_cles`, `liaison`, `hote`, `auditeur`) ou organisme
    #[arg(long, value_name = "NOM")]
    de: String,
    /// Jour de l'horloge, AAAA-MM-JJ (par défaut, aujourd'hui)
    #[arg(long, value_name = "DATE")]
    le: Option<Date>,
    /// Montre ce qui serait fait, sans rien faire
    #[arg(long)]
    essai: bool,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LigneDeBilan {
    /// What.
    pub quoi: &'static str,
    /// How many files, contents or rows.
    pub combien: usize,
    /// Last day, when it has one.
    pub jusqu_au: Option<Date>,
    /// Whether its time is over.
    pub part: bool,
}

/// What was kept and what went. Its `Display` is what the command prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanConservation {
    /// Whose.
    pub de: String,
    /// The clock.
    pub le: Date,
    /// Whether nothing was done.
    pub essai: bool,
    /// By kind and day.
    pub lignes: Vec<LigneDeBilan>,
}

impl fmt::Display for BilanConservation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let essai = if self.essai { " (essai : rien n'est fait)" } else { "" };
        writeln!(f, "Ce que tient « {} » au {}{essai}", self.de, self.le)?;
        writeln!(f, "{:32} {:>8}   {:14} suite", "quoi", "combien", "jusqu'au")?;
        for l in &self.lignes {
            let fin = l.jusqu_au.map_or_else(|| "(à chacun)".to_owned(), |d| d.to_string());
            let suite = match (l.part, self.essai) {
                (false, _) => "gardé",
                (true, false) => "retiré",
                (true, true) => "à retirer",
            };
            writeln!(f, "{:32} {:>8}   {fin:14} {suite}", l.quoi, l.combien)?;
        }
        if self.lignes.is_empty() {
            writeln!(f, "rien")?;
        }
        Ok(())
    }
}

/// Runs the command.
///
/// # Errors
/// Exit 2 for a day that the clock may not say; exit 3 when the log or the traces do not hold; exit 4 when a file cannot be destroyed.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    let bilan = appliquer(&mission, &Detenteur::de_nom(&args.de), args.le, args.essai)?;
    print!("{bilan}");
    Ok(())
}

/// Applies the retention of the mission to what `qui` holds, on a day; shows it only with `essai`.
///
/// # Errors
/// As the command.
pub fn appliquer(mission: &Mission, qui: &Detenteur, le: Option<Date>, essai: bool) -> Result<BilanConservation, ErreurCommande> {
    let journal = journal::ouvrir(mission, qui)?;
    let le = horloge(mission, &journal, le, essai)?;
    let pieces = effacement::inventaire(mission, qui, &journal)?;
    let mut bilan = BilanConservation { de: qui.nom().to_owned(), le, essai, lignes: compter(&pieces, le) };
    let passees: Vec<PathBuf> = pieces.into_iter().filter(|p| p.jusqu_au < le).map(|p| p.chemin).collect();
    let avant = le.checked_sub(i32::from(mission.conservation.journal_mois).months()).ok().and_then(|d| d.to_zoned(TimeZone::UTC).ok());
    let avant = avant.map_or(i64::MIN, |d| d.timestamp().as_second());
    bilan.lignes.extend(contenus(&journal, avant)?);
    let refus = refus(mission, qui, le)?;
    bilan.lignes.extend(refus.lignes);
    if essai {
        return Ok(bilan);
    }
    let empreinte = cles::empreinte_de_mission(mission).unwrap_or_default();
    let acte = || Acte::de_mission("conservation", mission, &empreinte).texte("le", le.to_string());
    if passees.is_empty() {
        journal::inscrire(&journal, acte().nombre("fichiers", 0))?;
    } else {
        effacement::detruire(&journal, &mission.dossier, &passees, acte)?;
    }
    recours_tables::ecrire_ensemble(refus.prets)?;
    journal.elaguer(avant)?;
    Ok(bilan)
}

/// The day of the clock: not before what the log already saw, and not after today when it would destroy real data.
fn horloge(mission: &Mission, journal: &Journal, dit: Option<Date>, essai: bool) -> Result<Date, ErreurCommande> {
    let aujourd_hui = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let le = dit.unwrap_or(aujourd_hui);
    if le > aujourd_hui && !essai && mission.donnees == Donnees::Reelles {
        return Err(ErreurCommande::usage("E-CONSERVATION-002", "ce jour n'est pas encore venu : rien de réel n'est détruit en avance.")
            .avec_conseil("Ajoutez --essai pour voir ce qui partira ce jour-là."));
    }
    let dernier = match journal.chemin().exists() {
        true => verifier_fichier(journal.chemin(), Some(journal.cle().publique()), None)?.entrees.last().map(|e| e.instant),
        false => None,
    };
    let dernier = dernier.and_then(|i| Timestamp::from_second(i).ok()).map(|i| i.to_zoned(TimeZone::UTC).date());
    if dernier.is_some_and(|d| le < d) {
        return Err(ErreurCommande::usage("E-CONSERVATION-001", "ce jour est avant le dernier acte du journal.").avec_conseil(
            "L'horloge de la machine retarde, ou --le est faux : réglez-la d'abord, car les durées se comptent d'après elle.",
        ));
    }
    Ok(le)
}

/// Files by kind and last day.
fn compter(pieces: &[Piece], le: Date) -> Vec<LigneDeBilan> {
    let mut par: BTreeMap<(Nature, Date), usize> = BTreeMap::new();
    for p in pieces {
        *par.entry((p.nature, p.jusqu_au)).or_default() += 1;
    }
    let ligne = |((nature, jusqu_au), combien): ((Nature, Date), usize)| LigneDeBilan {
        quoi: nature.dit(),
        combien,
        jusqu_au: Some(jusqu_au),
        part: jusqu_au < le,
    };
    par.into_iter().map(ligne).collect()
}

/// Contents of the log, those older than `avant` and the others.
fn contenus(journal: &Journal, avant: i64) -> Result<Vec<LigneDeBilan>, ErreurCommande> {
    if !journal.chemin().exists() {
        return Ok(Vec::new());
    }
    let entrees = verifier_fichier(journal.chemin(), Some(journal.cle().publique()), None)?.entrees;
    let garde = recours_tables::journal::ELAGAGE;
    let (vieux, autres): (Vec<_>, Vec<_>) =
        entrees.iter().filter(|e| e.contenu.is_some() && e.acte != garde).partition(|e| e.instant < avant);
    let ligne = |combien: usize, part| LigneDeBilan { quoi: "contenus du journal", combien, jusqu_au: None, part };
    Ok([ligne(vieux.len(), true), ligne(autres.len(), false)].into_iter().filter(|l| l.combien > 0).collect())
}

/// Refusals of the field that are kept at home: rows too old, and the files without them.
#[derive(Default)]
struct RefusPasses {
    lignes: Vec<LigneDeBilan>,
    prets: Vec<recours_tables::FichierPret>,
}

#[cfg(not(feature = "complet"))]
fn refus(_: &Mission, _: &Detenteur, _: Date) -> Result<RefusPasses, ErreurCommande> {
    Ok(RefusPasses::default())
}

/// A refusal has no end of its own: it holds until the person's situation changes, and no longer than the traces.
#[cfg(feature = "complet")]
fn refus(mission: &Mission, qui: &Detenteur, le: Date) -> Result<RefusPasses, ErreurCommande> {
    use crate::retours::refus::Refusees;

    let Detenteur::Organisme(id) = qui else { return Ok(RefusPasses::default()) };
    let limite = le.checked_sub(i32::from(mission.conservation.traces_mois).months());
    let limite = limite.map_err(|_| ErreurCommande::panne("E-INTERNE-001", "date impossible."))?;
    let jours = recours_rules::date::days(i64::from(limite.year()), i64::from(limite.month()), i64::from(limite.day()));
    let nom = crate::chemins::refus(std::path::Path::new(""));
    let mut fichiers = Vec::new();
    effacement::parcourir(&mission.organisme(id)?.dossier, &mut |f| {
        if f.file_name() == nom.file_name() {
            fichiers.push(f.to_path_buf());
        }
    });
    let mut r = RefusPasses::default();
    for fichier in fichiers {
        let mut refusees = Refusees::lire(&fichier)?;
        let retires = refusees.oublier_avant(i32::try_from(jours).unwrap_or_default());
        let ligne = |combien: usize, part| LigneDeBilan { quoi: "refus retenus", combien, jusqu_au: None, part };
        r.lignes.extend([ligne(retires, true), ligne(refusees.nombre(), false)].into_iter().filter(|l| l.combien > 0));
        if retires > 0 {
            r.prets.push(refusees.preparer(&fichier)?);
        }
    }
    Ok(r)
}
