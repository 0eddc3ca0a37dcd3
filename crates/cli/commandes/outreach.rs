//! `recours outreach`: at the engine host, the rows of one body, encrypted to it.

pub(crate) mod lecture;
pub(crate) mod remises;

use std::path::{Path, PathBuf};

use recours_engine::outreach::{self, Annuaire, Bilan, Graine, Regle, Vague, expiration_par_defaut, schema, vers_lot};
use recours_rules::Pack;
use recours_rules::pack::Right;
use recours_tables::enveloppe::chiffrer;
use recours_tables::{Protection, preparer_octets, vers_parquet_annote};

use crate::chemins;
use crate::cles::{self, Detenteur};
use crate::commandes::observe::comptes::compte;
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::manifeste;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::regles;
use crate::signature;

pub use lecture::nature_de;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chez l'hôte du moteur : prépare la liste d'un organisme et la chiffre pour lui seul.\n\n\
Une ligne a six champs : numéro de ligne de l'organisme, droit, bande (à proposer, à vérifier), date utile, règle,\n\
expiration. Une personne n'est confiée qu'à un organisme par vague. La liste est limitée à la capacité déclarée\n\
(plafond_liste) : d'abord ce qui a une date, puis un tirage au sort, pour que ne pas y figurer ne dise rien.\n\
Elle est complétée par des lignes qui ne sont à personne, jusqu'à un multiple de 500, et signée par l'hôte.\n\
L'hôte retient, pour lui seul, quelles lignes il a remises : « recours explain --row » n'explique que celles-là.\n\n\
Exemple : recours outreach mission.toml --findings host/findings.parquet --for caf --out lists/caf.age")]
pub struct Args {
    /// Fichier de la mission
    #[arg(value_name = "MISSION")]
    pub mission: PathBuf,
    /// Repérages de « recours detect » (par défaut, ceux du dossier de l'hôte)
    #[arg(long, value_name = "FICHIER")]
    pub findings: Option<PathBuf>,
    /// Organisme à qui la liste est destinée
    #[arg(long = "for", value_name = "ORGANISME")]
    pub pour: String,
    /// Liste chiffrée à écrire (par défaut, lists/ORGANISME.age)
    #[arg(long, value_name = "FICHIER")]
    pub out: Option<PathBuf>,
}

/// What was put in a list, for the summary of the demo. Counts are exact: it stays at the host.
#[derive(Debug, Clone)]
pub struct BilanListe {
    /// The body.
    pub organisme: String,
    /// The encrypted list.
    pub fichier: PathBuf,
    /// Declared capacity, in people.
    pub plafond: Option<u32>,
    /// Counts.
    pub bilan: Bilan,
}

/// Runs the command.
///
/// # Errors
/// Exit 3 when the findings, a link or the body's key is refused; exit 1 for faults in the rules.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    let findings = args.findings.unwrap_or_else(|| chemins::reperages(&mission.dossiers.hote));
    let sortie = args.out.unwrap_or_else(|| chemins::liste(&mission, &args.pour));
    let bilan = preparer_liste(&mission, &findings, &args.pour, &sortie, &Progression::automatique())?;
    print!("{}", bilan.en_clair());
    Ok(())
}

/// Makes one body's list: selects, pads, shuffles, encrypts, writes whole or not at all.
///
/// # Errors
/// As the command.
pub fn preparer_liste(
    mission: &Mission,
    findings: &Path,
    organisme: &str,
    sortie: &Path,
    progression: &Progression,
) -> Result<BilanListe, ErreurCommande> {
    let rang = rang_de(mission, organisme)?;
    let (pack, empreinte_regles) = regles::de_mission(mission)?;
    let destinataire = cle_du_destinataire(mission, organisme)?;
    let journal = journal::ouvrir(mission, &Detenteur::Hote)?;
    manifeste::exiger(mission, &empreinte_regles)?;
    manifeste::exiger_liste(mission, organisme)?;
    let regles = regles_de_liste(mission, &pack);

    let etape = progression.etape(format!("liste de {organisme}"), None);
    let reperages = lecture::reperages(findings, &regles)?;
    // What goes out is what a detection of this host found.
    journal::exiger_produit(&journal, "detection", "fichier.findings.parquet", findings)?;
    let mut annuaire = Annuaire::nouveau(&reperages, mission.organismes.len());
    for (i, o) in mission.organismes.iter().enumerate() {
        let liens = chemins::liaison(&mission.dossiers.liaison, &o.id);
        if i == rang || liens.exists() {
            lecture::inscrire(&liens, i, &mut annuaire)?;
        } else {
            progression.dire(format!("{} n'a pas de liaison : il ne reçoit aucune ligne.", o.id));
        }
    }
    let plafond = mission.organismes.get(rang).and_then(|o| o.plafond_liste);
    let jour = i32::try_from(regles::jour(mission)).unwrap_or(i32::MAX);
    let vague = Vague {
        organisme: rang,
        jour,
        expiration: expiration_par_defaut(jour),
        plafond: plafond.map(|p| usize::try_from(p).unwrap_or(usize::MAX)),
        graine: graine()?,
    };
    let liste =
        outreach::preparer(&vague, &regles, &reperages, &annuaire).map_err(|e| ErreurCommande::panne("E-LISTE-009", e.to_string()))?;
    let lot = vers_lot(&liste.lignes).map_err(|_| ErreurCommande::panne("E-LISTE-009", "la liste ne tient pas en mémoire."))?;
    let empreinte = mission.empreinte(&empreinte_regles);
    let mut entete = Entete::nouvelle(Contenu::Liste, mission, &empreinte, organisme);
    entete.lignes = liste.lignes.len() as u64;
    let annotations = entete.annotations();
    let annotations: Vec<(&str, &str)> = annotations.iter().map(|(cle, texte)| (*cle, texte.as_str())).collect();
    let mut clair = vers_parquet_annote(&format!("liste de {organisme}"), &schema(), &[lot], &annotations)?;
    signature::signer(&mut clair, &entete, &journal)?;
    let enveloppe = chiffrer(&clair, &[destinataire])?;
    let remises = remises::preparer(mission, &entete, &liste.remises, jour)?;
    let acte = Acte::de_mission("liste", mission, &empreinte)
        .texte("empreinte_regles", &empreinte_regles)
        .texte("organisme", organisme)
        .compte("personnes", liste.bilan.personnes as u64);
    journal::publier(&journal, acte, vec![preparer_octets(sortie, &enveloppe, Protection::Ordinaire)?, remises], None)?;
    etape.terminer();
    Ok(BilanListe { organisme: organisme.to_owned(), fichier: sortie.to_path_buf(), plafond, bilan: liste.bilan })
}

/// The rules of the mission as lists need them, in the pack's order.
pub(crate) fn regles_de_liste(mission: &Mission, pack: &Pack) -> Vec<Regle> {
    let rang = |id: &String| mission.organismes.iter().position(|o| o.id == *id);
    let regle = |r: &Right| Regle {
        droit: r.id.clone(),
        regle: r.rule(),
        nature: nature_de(r.kind),
        destinataires: mission.destinataires(&r.id).iter().filter_map(rang).collect(),
    };
    pack.rights.iter().map(regle).collect()
}

fn rang_de(mission: &Mission, organisme: &str) -> Result<usize, ErreurCommande> {
    let id = &mission.organisme(organisme)?.id;
    mission.organismes.iter().position(|o| o.id == *id).ok_or_else(|| ErreurCommande::panne("E-LISTE-009", "organisme introuvable."))
}

/// The public key of a body, held to the one that the mission's identifiers name: whoever put another file there would
/// read the list.
fn cle_du_destinataire(mission: &Mission, organisme: &str) -> Result<String, ErreurCommande> {
    let fichier = chemins::cle_publique(mission, organisme);
    if !fichier.is_file() {
        return Err(ErreurCommande::refus(
            "E-LISTE-001",
            format!("{} : clé publique de l'organisme introuvable ou illisible.", fichier.display()),
        )
        .avec_conseil("L'organisme la crée avec « recours keys new » et la remet à l'hôte ; elle commence par « age1 »."));
    }
    cles::destinataire(mission, organisme)
}

/// A seed from the system's generator, kept nowhere.
fn graine() -> Result<Graine, ErreurCommande> {
    let mut octets = [0; 32];
    getrandom::fill(&mut octets).map_err(|_| {
        ErreurCommande::panne("E-LISTE-008", "le générateur aléatoire du système ne répond pas : rien n'a été tiré au sort.")
    })?;
    Ok(Graine::nouvelle(octets))
}

impl BilanListe {
    /// The counts for people: none below eleven.
    pub fn en_clair(&self) -> String {
        use std::fmt::Write;
        let b = &self.bilan;
        let mut texte = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(texte, "Liste de {} : {} personnes, {} lignes.", self.organisme, compte(b.personnes), compte(b.lignes));
        let _ = match self.plafond {
            Some(p) => writeln!(texte, "Capacité déclarée : {p} personnes ; au-delà : {}.", compte(b.hors_plafond)),
            None => writeln!(
                texte,
                "Aucune capacité déclarée (plafond_liste) : tous les repérés y sont, donc en être absent dit quelque chose."
            ),
        };
        let _ = writeln!(texte, "Personnes repérées qu'aucun destinataire ne connaît : {}.", compte(b.injoignables));
        let titres = ["livrées", "au-delà", "ailleurs", "injoignables", "trop tard"];
        let _ = write!(texte, "{:<30}", "droit ou rupture");
        for t in titres {
            let _ = write!(texte, " {t:>12}");
        }
        texte.push('\n');
        for d in b.droits.iter().filter(|d| d.reperees > 0) {
            let _ = write!(texte, "{:<30}", d.droit);
            for n in [d.livrees, d.hors_plafond, d.ailleurs, d.sans_destinataire, d.trop_tard] {
                let _ = write!(texte, " {:>12}", compte(n));
            }
            texte.push('\n');
        }
        let _ = writeln!(texte, "→ {}", self.fichier.display());
        texte
    }
}
