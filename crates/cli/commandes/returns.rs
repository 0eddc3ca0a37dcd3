//! `recours returns`: at a body, what became of the people of its list; which rules were right; what may be told of it.

mod effet;
mod entree;
mod sorties;
mod transmission;

use std::collections::BTreeSet;
use std::path::PathBuf;

use recours_engine::outreach::{Jour, NumeroDeLigne};
use recours_tables::{FichierPret, ecrire_ensemble};

use crate::chemins;
use crate::cles::Detenteur;
use crate::commandes::open::trouver_mission;
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::mission::Mission;
use crate::retours::comptes::Comptes;
use crate::retours::dossier::{Cle, Dossier, replier};
use crate::retours::intervalle::ErreurExamen;
use crate::retours::memoire::{Memoire, notes};
use crate::retours::mots::{Etape, Ou};
use crate::retours::refus::Refusees;
use crate::retours::suivi::{self, Ligne};
use crate::retours::{comparaison, diffusion};
use crate::traces;

pub use effet::Mesure;
pub use transmission::Partenaire;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Chez l'organisme : lit ce que l'équipe a noté après ses visites, dit quelles règles avaient raison, et prépare ce qui peut être transmis.\n\n\
« recours open » laisse à côté des fiches un formulaire (retours.xlsx, retours.csv) : une ligne par fiche et par droit, sans nom, des\n\
listes déroulantes. Remplissez-le, puis donnez-le ici avec suivi.parquet, qui dit à quelle ligne correspond chaque fiche.\n\n\
Écrit dans le dossier de sortie, pour vous seul (droits 0600) :\n\
  bilan.csv          par règle et par bande : ce que les visites ont donné, et pour quelle part la règle avait raison\n\
  types.csv          les types de non-recours dits par les règles, et ceux que l'équipe a vus\n\
  minutes.csv        le temps passé par canal, et celui qui était prévu\n\
  a_rappeler.csv     les fiches à reprendre, et quand\n\
  notes.csv          tout ce qui a été pris en compte\n\
  refus.parquet      les refus, que « recours open --refus » respecte tant que la situation ne change pas (avec --register)\n\
et, pour l'hôte ou la mission :\n\
  a_transmettre.csv  des comptes de 11 et plus seulement\n\n\
Une fiche est effacée trente jours après la dernière chose à y faire : ses comptes restent. Aucun compte n'est fait par agent :\n\
une colonne qui le dirait est refusée. Relire deux fois le même fichier ne change rien.\n\n\
Exemples :\n\
  recours returns --input liste/retours.xlsx --suivi liste/suivi.parquet --register registre.parquet --out retours\n\
  recours returns --purge --suivi liste/suivi.parquet --out retours\n\
  recours returns --suivi liste/suivi.parquet --register registre.parquet --out retours --transmettre ccas --cle age1…\n\
  recours returns --suivi liste/suivi.parquet --out retours --ouvertures ouverts.csv --au 2027-04-15"
)]
pub struct Args {
    /// Formulaire rempli (XLSX ou CSV) ; plusieurs fois possible
    #[arg(long, value_name = "FICHIER")]
    pub input: Vec<PathBuf>,
    /// suivi.parquet, écrit à côté des fiches ; plusieurs fois possible
    #[arg(long, value_name = "FICHIER", required = true)]
    pub suivi: Vec<PathBuf>,
    /// Dossier des retours : celui des fois précédentes, pour que les comptes s'ajoutent
    #[arg(long, value_name = "DOSSIER")]
    pub out: PathBuf,
    /// Fichier de la mission (par défaut, mission.toml au-dessus du suivi ou dans le dossier courant)
    #[arg(long, value_name = "FICHIER")]
    pub mission: Option<PathBuf>,
    /// Registre de l'organisme : pour retenir les refus, et pour --transmettre
    #[arg(long, value_name = "FICHIER")]
    pub register: Option<PathBuf>,
    /// Ce que dit le fichier remplace ce qui était noté pour les mêmes fiches (pour corriger une erreur de saisie)
    #[arg(long)]
    pub remplacer: bool,
    /// Efface seulement les fiches dont le temps est passé
    #[arg(long)]
    pub purge: bool,
    /// Erreur d'examen connue par une seconde lecture : part de « non » à tort, part de « oui » à tort (0,05:0,02)
    #[arg(long, value_name = "OUBLI:TROP", value_parser = lire_erreur, allow_hyphen_values = true)]
    pub erreur_examen: Option<ErreurExamen>,
    /// Prépare, chiffré pour ce partenaire, ce que les personnes ont accepté de lui transmettre
    #[arg(long, value_name = "PARTENAIRE", value_parser = lire_partenaire, requires = "cle", requires = "register")]
    pub transmettre: Option<Ou>,
    /// Clé publique du partenaire (age1…)
    #[arg(long, value_name = "CLE", requires = "transmettre")]
    pub cle: Option<String>,
    /// Avec --transmettre, ces fiches seulement
    #[arg(long, value_name = "NUMERO", requires = "transmettre")]
    pub fiche: Vec<u32>,
    /// Droits ouverts depuis, selon vos propres fichiers (row_id, droit, ouvert_le) : mesure l'effet des contacts
    #[arg(long, value_name = "FICHIER", requires = "au")]
    pub ouvertures: Option<PathBuf>,
    /// Jour de cet extrait, AAAA-MM-JJ
    #[arg(long, value_name = "DATE", requires = "ouvertures")]
    pub au: Option<jiff::civil::Date>,
    /// Mois après l'ouverture de la liste où l'effet est mesuré
    #[arg(long, value_name = "MOIS", default_value_t = comparaison::MOIS, value_parser = clap::value_parser!(i32).range(1..=24), requires = "ouvertures")]
    pub mois: i32,
    /// Jour d'aujourd'hui, AAAA-MM-JJ (pour des essais)
    #[arg(long, value_name = "DATE")]
    pub on: Option<jiff::civil::Date>,
}

fn lire_erreur(texte: &str) -> Result<ErreurExamen, String> {
    ErreurExamen::lire(texte).ok_or_else(|| "attendu : deux parts entre 0 et 0,5, comme 0,05:0,02".into())
}

fn lire_partenaire(texte: &str) -> Result<Ou, String> {
    Ou::lire(texte).ok_or_else(|| format!("partenaires : {}", Ou::mots().join(", ")))
}

/// What to do.
pub struct Demande<'a> {
    /// The mission.
    pub mission: &'a Mission,
    /// Filled forms.
    pub formulaires: &'a [PathBuf],
    /// Companions of the openings.
    pub suivis: &'a [PathBuf],
    /// Folder of returns.
    pub sortie: PathBuf,
    /// The body's register.
    pub registre: Option<PathBuf>,
    /// What forms say replaces what was noted of the same pages.
    pub remplacer: bool,
    /// Known error of examinations.
    pub erreur: ErreurExamen,
    /// What to hand over.
    pub transmettre: Option<Partenaire>,
    /// What to measure.
    pub mesurer: Option<Mesure>,
    /// Today.
    pub jour: Jour,
}

/// What was done. Counts only, at home.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bilan {
    /// The body.
    pub organisme: String,
    /// Rows taken into account, those of before included.
    pub notes: usize,
    /// Rows of pages that were deleted since: left out.
    pub deja_effacees: usize,
    /// Pages deleted this time.
    pub effacees: usize,
    /// Rows to look at again.
    pub rappels: usize,
    /// Refusals remembered; those that the register cannot identify.
    pub refus: (usize, usize),
    /// Counts of returns, deleted pages included.
    pub comptes: Comptes,
    /// Rows told to the partner, and withdrawn ones.
    pub transmises: (usize, usize),
    /// Effect, when asked.
    pub effets: Vec<comparaison::Effet>,
    /// Whether counts may leave beside what left before.
    pub transmettable: bool,
    /// Files written.
    pub fichiers: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 when there is nothing to do; exit 3 when a form, a companion, the register or the mission is refused: nothing is
/// written then.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    if args.input.is_empty() && !args.purge && args.transmettre.is_none() && args.ouvertures.is_none() {
        return Err(ErreurCommande::usage("E-RETOURS-014", "rien à faire : ni formulaire, ni --purge, ni --transmettre, ni --ouvertures.")
            .avec_conseil("Donnez le formulaire rempli avec --input ; « recours returns --help » donne des exemples."));
    }
    let premier = args.suivi.first().cloned().unwrap_or_default();
    let fichier = args.mission.map_or_else(|| trouver_mission(&premier), Ok)?;
    let mission = Mission::lire(&fichier)?;
    let aujourd_hui = args.on.unwrap_or_else(|| jiff::Zoned::now().date());
    let transmettre = args.transmettre.zip(args.cle).map(|(ou, cle)| Partenaire { ou, cle, fiches: args.fiche.into_iter().collect() });
    let mesurer = args.ouvertures.zip(args.au).map(|(fichier, au)| Mesure { fichier, au: jours(au), mois: args.mois });
    let demande = Demande {
        mission: &mission,
        formulaires: &args.input,
        suivis: &args.suivi,
        sortie: args.out,
        registre: args.register,
        remplacer: args.remplacer,
        erreur: args.erreur_examen.unwrap_or(ErreurExamen::AUCUNE),
        transmettre,
        mesurer,
        jour: jours(aujourd_hui),
    };
    let bilan = traiter(&demande)?;
    print!("{}", sorties::en_clair(&bilan, demande.erreur));
    Ok(())
}

fn jours(date: jiff::civil::Date) -> Jour {
    let jours = recours_rules::date::days(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    i32::try_from(jours).unwrap_or(Jour::MAX)
}

/// Does it: reads, checks all, then writes all or nothing.
///
/// # Errors
/// As the command.
pub fn traiter(demande: &Demande<'_>) -> Result<Bilan, ErreurCommande> {
    let mut suivis: Vec<(PathBuf, Vec<Ligne>)> =
        demande.suivis.iter().map(|f| Ok((f.clone(), suivi::lire(f)?))).collect::<Result<_, ErreurCommande>>()?;
    let organisme = entree::organisme(demande.mission, &suivis)?;
    let journal = journal::ouvrir(demande.mission, &Detenteur::Organisme(organisme.clone()))?;
    let mut memoire = Memoire::lire(&chemins::comptes_des_retours(&demande.sortie))?;
    let mut lignes: Vec<Ligne> = suivis.iter().flat_map(|(_, l)| l.clone()).collect();
    let lus = entree::lire(demande, &lignes, &memoire)?;
    let mut evenements = lus.evenements;
    let dossiers = replier(&lignes, &evenements).map_err(|i| entree::impossibles(i, &lus.origines, demande))?;

    let refus = retenir_les_refus(demande, &lignes, &dossiers)?;
    let transmises = demande
        .transmettre
        .as_ref()
        .map(|p| transmission::preparer(demande, &organisme, p, &lignes, &dossiers, &mut memoire))
        .transpose()?;
    let (effets, compare) = effet::preparer(demande)?;
    let rappels = sorties::rappels(&lignes, &dossiers, &memoire, demande.jour);
    // Counted before deletion, kept by it: deleting changes no count.
    let mut comptes = memoire.comptes.clone();
    comptes.ajouter(&Comptes::de(&lignes, &dossiers));
    let effacees = memoire.effacer(&mut lignes, &mut evenements, &dossiers, demande.jour);

    let mut prets: Vec<FichierPret> = sorties::preparer(demande, &comptes, &rappels)?;
    let parutions = chemins::parutions_des_retours(&demande.sortie);
    let envoi = diffusion::preparer(&comptes, diffusion::lire(&parutions)?, demande.erreur)?;
    let transmettable = envoi.csv.is_some();
    prets.extend(sorties::envoi(demande, &envoi, &parutions)?);
    prets.push(sorties::prive(&demande.sortie.join("notes.csv"), &notes(&evenements))?);
    prets.push(memoire.preparer(&chemins::comptes_des_retours(&demande.sortie))?);
    prets.extend(compare);
    let mut retenus = (0, 0);
    if let Some((refusees, inconnus)) = refus {
        retenus = (refusees.nombre(), inconnus);
        prets.push(refusees.preparer(&chemins::refus(&demande.sortie))?);
    }
    if effacees > 0 {
        for (fichier, siennes) in &mut suivis {
            siennes.retain(|l| !memoire.effacee(&l.vague, l.suivie.fiche));
            prets.push(suivi::preparer(fichier, siennes)?);
        }
    }
    let (envoyees, envoi) = transmises.map_or(((0, 0), Vec::new()), |t| (t.combien, t.prets));
    inscrire(demande, &journal, &evenements, effacees, envoyees, &envoi)?;
    prets.extend(envoi);
    let fichiers = prets.iter().map(|p| p.destination().to_path_buf()).collect();
    ecrire_ensemble(prets)?;
    Ok(Bilan {
        organisme: demande.mission.organisme(&organisme)?.nom.clone(),
        notes: evenements.len(),
        deja_effacees: lus.deja_effacees,
        effacees,
        rappels: rappels.len(),
        refus: retenus,
        comptes,
        transmises: envoyees,
        effets,
        transmettable,
        fichiers,
    })
}

/// The refusals of these rows, added to those of before; nothing without the register.
fn retenir_les_refus(
    demande: &Demande<'_>,
    lignes: &[Ligne],
    dossiers: &std::collections::BTreeMap<Cle, Dossier>,
) -> Result<Option<(Refusees, usize)>, ErreurCommande> {
    let Some(registre) = &demande.registre else { return Ok(None) };
    let siens: BTreeSet<(NumeroDeLigne, String, Jour)> = lignes
        .iter()
        .filter_map(|l| {
            let dossier = dossiers.get(&Cle::de_ligne(l))?;
            (dossier.etape() == Etape::Refus).then(|| (l.suivie.row_id, l.suivie.droit.clone(), dossier.pas.last().map_or(0, |p| p.jour)))
        })
        .collect();
    let mut refusees = Refusees::lire(&chemins::refus(&demande.sortie))?;
    let inconnus = refusees.retenir(registre, &siens)?;
    Ok(Some((refusees, inconnus)))
}

/// The body's log: rounded counts, and nothing of whom.
fn inscrire(
    demande: &Demande<'_>,
    journal: &recours_tables::journal::Journal,
    evenements: &BTreeSet<crate::retours::lire::Evenement>,
    effacees: usize,
    envoyees: (usize, usize),
    envoi: &[FichierPret],
) -> Result<(), ErreurCommande> {
    let empreinte = crate::cles::empreinte_de_mission(demande.mission)?;
    if !demande.formulaires.is_empty() {
        let acte = Acte::de_mission("retours", demande.mission, &empreinte).compte("lignes", evenements.len() as u64);
        journal::inscrire(journal, acte)?;
    }
    if effacees > 0 {
        let acte = Acte::de_mission("effacement", demande.mission, &empreinte).compte("fiches", effacees as u64);
        journal::inscrire(journal, acte)?;
    }
    if let (Some(partenaire), [enveloppe, trace @ ..]) = (&demande.transmettre, envoi) {
        let acte = Acte::de_mission("transmission", demande.mission, &empreinte)
            .texte("partenaire", partenaire.ou.code())
            .compte("accords", envoyees.0 as u64)
            .compte("retraits", envoyees.1 as u64)
            .texte("fichier.transmis", enveloppe.empreinte()?);
        journal::inscrire(journal, traces::au_journal(acte, trace)?)?;
    }
    Ok(())
}
