//! `recours demo`: an invented département, and the whole job with real files between the roles.

mod bilan;
pub(in crate::commandes) mod invention;
mod mode_b;
mod rappel;

use super::detect::{BilanDetection, detecter_dans};
use crate::commandes::{interne, observe, open, outreach};
use crate::erreur::ErreurCommande;
use crate::manifeste::{self, Manifeste};
use crate::mission::Mission;
use crate::progression::Progression;
use crate::regles::INTEGREES;
use crate::ressources::Ressources;
use crate::{chemins, cles, dossier, liaison, scellement};
use include_dir::Dir;
use recours_tables::ecriture::{Protection, ecrire_octets};
use std::path::{Path, PathBuf};

/// The demo's missions travel in the binary, as the rules do: the demo runs from any folder.
const COMPLETE: &str = include_str!("../../../../missions/demo.toml");
const ECHEANCES: &str = include_str!("../../../../missions/echeances.toml");
const PETITE: &str = include_str!("../../../../missions/rsa_sans_css.toml");

/// The missions that show what each invented body could bring.
pub(in crate::commandes) const MISSIONS: [&str; 2] = [COMPLETE, ECHEANCES];

/// How many people may be invented.
pub(in crate::commandes) const BORNES: std::ops::RangeInclusive<i64> = 100..=5_000_000;

/// People invented unless --persons says otherwise.
const PERSONNES: u32 = 200_000;
/// The same in mode B, where each token costs a thousand times more.
const PERSONNES_B: u32 = 1_000;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Invente un département, écrit ce que chaque organisme en sait, puis fait tout le travail avec de vrais\n\
fichiers entre les rôles : sceller, relier, détecter, lister, ouvrir, publier des comptes.\n\n\
Rien n'est vrai dans ce département : ni noms, ni numéros, ni adresses.\n\n\
Exemple : recours demo --persons 200000 --seed 1 --out demo")]
pub struct Args {
    /// Nombre de personnes inventées (par défaut 200 000, et 1 000 en mode B)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(BORNES))]
    pub persons: Option<u32>,
    /// Graine : la même donne le même département
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// La plus petite mission : RSA sans complémentaire santé, deux booléens traversent
    #[arg(long)]
    pub petite: bool,
    /// La mission des échéances d'âge et de famille (enfants, handicap, logement, retraite, veuvage), sur les mêmes personnes
    #[arg(long, conflicts_with = "petite")]
    pub echeances: bool,
    /// Comment sont faits les jetons : A, hachage à deux clés ; B, évaluation aveugle, sur la plus petite mission
    #[arg(long, value_enum, value_name = "MODE", default_value = "A", ignore_case = true)]
    pub mode: ModeDemo,
    /// Dossier de sortie
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub out: PathBuf,
    /// Threads and memory.
    #[command(flatten)]
    pub ressources: Ressources,
}

/// The two modes on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "verbatim")]
pub enum ModeDemo {
    /// Two-level keyed hashes
    A,
    /// OPRF
    B,
}

/// Says that a folder is a demo's: without it, nothing there is removed.
const MARQUE: &str = "DEMONSTRATION.txt";
const TEXTE_MARQUE: &str = "Écrit par « recours demo » : tout ici est inventé, et sera effacé par la démonstration suivante.\n";

/// What stands in a folder that a demo may write over: everything else is left alone.
const DOSSIERS: [&str; 14] = [
    "echanges",
    "tiers_cles",
    "bodies",
    "truth",
    "deliveries",
    "linkage",
    "host",
    "lists",
    "observatory",
    "regles",
    "cles",
    "auditeur",
    "territoire",
    "dossier",
];

/// What is public of the invented territory: communes, an invented model of areas and the counts to which it applies.
const TERRITOIRE: [(&str, &str); 3] = [
    ("communes.csv", include_str!("../../../../missions/observatoire/communes.csv")),
    ("modele.toml", include_str!("../../../../missions/observatoire/modele.toml")),
    ("cellules.csv", include_str!("../../../../missions/observatoire/cellules.csv")),
];

/// Runs the command.
///
/// # Errors
/// Exit 3 when the folder holds something else than a former demo; exit 4 when the disk refuses.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    args.ressources.preparer_fils()?;
    print!("{}", faire(&args, &Progression::automatique())?);
    Ok(())
}

/// The demo as a program asks for it, and its summary.
///
/// # Errors
/// As the command; E-USAGE-001 for a number of people out of [`BORNES`].
pub fn demontrer(personnes: u32, graine: u64, out: &Path, progression: &Progression) -> Result<String, ErreurCommande> {
    if !BORNES.contains(&i64::from(personnes)) {
        let message = format!("de {} à {} personnes.", BORNES.start(), BORNES.end());
        return Err(ErreurCommande::usage("E-USAGE-001", message));
    }
    let args = Args {
        persons: Some(personnes),
        seed: graine,
        petite: false,
        echeances: false,
        mode: ModeDemo::A,
        out: out.to_path_buf(),
        ressources: Ressources::default(),
    };
    faire(&args, progression)
}

fn faire(args: &Args, progression: &Progression) -> Result<String, ErreurCommande> {
    let texte = match (args.petite || args.mode == ModeDemo::B, args.echeances) {
        (true, _) => PETITE,
        (_, true) => ECHEANCES,
        _ => COMPLETE,
    };
    let personnes = args.persons.unwrap_or(if args.mode == ModeDemo::B { PERSONNES_B } else { PERSONNES });
    match args.mode {
        ModeDemo::A => preparer(&args.out, texte)?,
        ModeDemo::B => preparer(&args.out, &mode_b::mission(texte, personnes))?,
    }
    let mission = Mission::lire(args.out.join("mission.toml"))?;
    let invention = invention::inventer(&mission, personnes, args.seed, progression)?;
    cles::creer_cles(&mission)?;
    let manifeste = Manifeste::de_mission(&mission)?;
    mission.organismes.iter().try_for_each(|o| manifeste::signer(&mission, &manifeste, &o.id).map(drop))?;
    match args.mode {
        ModeDemo::A => {
            mission.organismes.iter().try_for_each(|o| scellement::sceller_organisme(&mission, &o.id, &[], None, progression).map(drop))?
        }
        ModeDemo::B => mode_b::sceller(&mission, args.ressources.memory, progression)?,
    }
    let liaison = liaison::relier_dans(&mission, None, args.ressources.memory, progression)?;
    let detection: BilanDetection = detecter_dans(&mission, None, args.ressources.memory, progression)?;
    let mut listes = Vec::new();
    for o in &mission.organismes {
        if !o.interne.is_empty() {
            interne::evaluer_chez_soi(&mission, &o.id, &[], None, None, progression)?;
        }
        let liste = chemins::liste(&mission, &o.id);
        let bilan = outreach::preparer_liste(&mission, &detection.trouvailles, &o.id, &liste, progression)?;
        let (registre, cle) = (chemins::registre(o)?, chemins::cle_organisme(o));
        let jour = open::jour_d_usage(&mission);
        let ouverte = open::ouvrir_liste(&mission, &liste, &registre, &cle, &o.dossier.join("liste"), jour, progression)?;
        listes.push((bilan, ouverte));
    }
    let [lieux, communes, modele, cellules] =
        ["lieux.csv", "territoire/communes.csv", "territoire/modele.toml", "territoire/cellules.csv"].map(|f| args.out.join(f));
    let options = observe::Options {
        lieux: lieux.exists().then_some(lieux.as_path()),
        communes: Some(&communes),
        modele: Some((&modele, &cellules)),
        ..observe::Options::default()
    };
    dossier::faire(&mission, &args.out.join("dossier"), dossier::Options::default())?;
    observe::observer_avec(&mission, &detection.trouvailles, &args.out.join("observatory"), options, progression)?;
    bilan::resumer(&mission, &invention, &liaison, &detection, &listes, progression)
}

/// Writes the mission and the rules; removes a former demo's folders.
fn preparer(out: &Path, mission: &str) -> Result<(), ErreurCommande> {
    let echec = |e: &std::io::Error| {
        ErreurCommande::panne("E-DEMO-001", format!("{} : dossier de sortie impossible ({}).", out.display(), e.kind()))
    };
    // A real mission has the same folders: only what a demo marked as its own is removed.
    let ancienne = out.join(MARQUE).exists();
    if out.exists() && !ancienne && std::fs::read_dir(out).map_err(|e| echec(&e))?.next().is_some() {
        return Err(ErreurCommande::refus(
            "E-DEMO-002",
            format!("{} : ce dossier contient autre chose qu'une démonstration.", out.display()),
        )
        .avec_conseil("Donnez un dossier vide ou nouveau avec --out."));
    }
    for d in DOSSIERS {
        let d = out.join(d);
        if ancienne && d.exists() {
            std::fs::remove_dir_all(&d).map_err(|e| echec(&e))?;
        }
    }
    std::fs::create_dir_all(out).map_err(|e| echec(&e))?;
    ecrire_octets(out.join(MARQUE), TEXTE_MARQUE.as_bytes(), Protection::Ordinaire)?;
    ecrire_octets(out.join("mission.toml"), mission.replace("../rules/fr", "regles/fr").as_bytes(), Protection::Ordinaire)?;
    for (nom, texte) in TERRITOIRE {
        ecrire_octets(out.join("territoire").join(nom), texte.as_bytes(), Protection::Ordinaire)?;
    }
    copier(&INTEGREES, &out.join("regles/fr"))
}

fn copier(source: &Dir<'_>, vers: &Path) -> Result<(), ErreurCommande> {
    for f in source.files() {
        ecrire_octets(vers.join(f.path()), f.contents(), Protection::Ordinaire)?;
    }
    source.dirs().try_for_each(|d| copier(d, vers))
}
