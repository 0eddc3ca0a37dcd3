//! `recours check`: reads, types, lints and proves a rule pack, on worked cases and on invented foyers.

mod affichage;
mod moments;
pub mod parametres;
mod soins;
mod tournures;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use recours_engine::coverage::constant::constant;
use recours_engine::coverage::contradiction::contradictions;
use recours_engine::coverage::{Coverage, Seen};
use recours_engine::properties::{self, Effort, Outcome as Essais, Rate};
use recours_engine::reference::cases::{self, Moments};
use recours_rules::SourceFile;
use recours_rules::date::{self, Days};
use recours_rules::diagnostic::{Diagnostic, Severity};
use recours_rules::document::{Document, read};
use recours_rules::flow::{self, Proof};
use recours_rules::pack::{Pack, RightKind};

use super::evaluate::jour;
use super::plan::Forme;
use crate::erreur::ErreurCommande;
use crate::regles::{Jeu, en_attente, lire_texte};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Le jeu est construit pour le jour demandé et pour le premier jour de chaque version de règle. Ses cas \
                        d'école sont évalués, chacun à sa date ; ses propriétés sont essayées sur des foyers inventés, toujours les \
                        mêmes. Une faute donne le code de sortie 1.")]
pub struct Args {
    /// Dossier du jeu de règles.
    #[arg(value_name = "DOSSIER")]
    pub rules: PathBuf,

    /// Jour pour lequel vérifier (AAAA-MM-JJ) ; par défaut, aujourd'hui.
    #[arg(long, value_name = "DATE", value_parser = jour)]
    pub on: Option<Days>,

    /// Variante à vérifier avec le jeu ; les cas d'école restent ceux de la loi, et ceux des droits locaux qu'elle complète.
    #[arg(long, value_name = "FICHIER")]
    pub overlay: Option<PathBuf>,

    /// Nomme les paramètres lus par les règles et non vérifiés depuis le début du mois, et les démarches à relire.
    #[arg(long)]
    pub perimes: bool,

    /// Essaie chaque propriété sur 20 000 foyers inventés au lieu de 200, et mesure la réciproque.
    #[arg(long)]
    pub approfondi: bool,

    /// Nomme les clauses et calculs qu'aucun cas d'école ne rend vrais, ou faux.
    #[arg(long)]
    pub couverture: bool,

    /// Mesure, droit par droit, combien de verdicts que tous les compléments partagent sont dits inconnus.
    #[arg(long)]
    pub reciproque: bool,

    /// Forme de la réponse.
    #[arg(long, value_name = "FORME", default_value = "texte")]
    pub format: Forme,
}

/// Foyers invented for each property.
const FOYERS: usize = 200;

/// The same with `--approfondi`.
const FOYERS_APPROFONDI: usize = 20_000;

/// Foyers enumerated for each right by `--reciproque`.
const FOYERS_RECIPROQUE: usize = 2_000;

/// Of the foyers invented: the same for everybody, so that a fault is seen again.
const GRAINE: u64 = 20_261_122;

/// What a check found.
struct Bilan {
    on: Days,
    droits: usize,
    ruptures: usize,
    clauses: usize,
    calculs: usize,
    parametres: usize,
    cas: usize,
    comptes: soins::Comptes,
    perimes: Vec<String>,
    en_attente: Option<String>,
    effort: Effort,
    essais: Essais,
    couverture: Coverage,
    moments: Moments,
    reciproque: Vec<Rate>,
    flux: Option<Proof>,
    diagnostics: Vec<Diagnostic>,
}

/// Runs the command.
///
/// # Errors
/// Exit 1 with every fault drawn in its file; 3 when the folder cannot be read.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let debut = Instant::now();
    let jeu = Jeu::lire(&args.rules)?;
    let on = args.on.unwrap_or_else(aujourd_hui);
    // Faults of an overlay stop here, drawn in its own file.
    let complet = args.overlay.as_ref().map(|v| jeu.construire(Some(v), on)).transpose()?;
    let effort = Effort { foyers: if args.approfondi { FOYERS_APPROFONDI } else { FOYERS }, seed: GRAINE };
    let mut bilan = verifier(&jeu.fichiers, on, effort);
    if args.perimes
        && let Ok(pack) = Pack::build(&jeu.fichiers, None, on)
    {
        bilan.diagnostics.extend(pack.catalogue.stale(on));
    }
    if let (Some(pack), Some(variante)) = (complet, &args.overlay) {
        // An overlay that only compares is for no mission: what it reads goes nowhere.
        if let Err(fautes) = if pack.comparison { Ok(Proof::default()) } else { flow::prove(&pack) } {
            let nouvelles: Vec<Diagnostic> = fautes.into_iter().filter(|d| !bilan.diagnostics.contains(d)).collect();
            bilan.diagnostics.extend(nouvelles);
        }
        prouver_locaux(&mut bilan, pack, &jeu, &lire_texte(variante)?);
    }
    if (args.reciproque || args.approfondi)
        && let Ok(pack) = Pack::build(&jeu.fichiers, None, on)
    {
        bilan.reciproque = properties::converse(&pack, Effort { foyers: FOYERS_RECIPROQUE, seed: GRAINE });
    }
    let fautes = bilan.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    match args.format {
        Forme::Json => println!("{:#}", affichage::objet(&jeu, &bilan, debut)),
        Forme::Texte => {
            for d in bilan.diagnostics.iter().filter(|d| d.severity == Severity::Warning) {
                println!("{}", jeu.dessiner(d, None));
            }
            if fautes == 0 {
                print!("{}", affichage::resume(&bilan, &args, debut));
            }
        }
    }
    if fautes == 0 {
        return Ok(());
    }
    let dessins: Vec<String> = bilan.diagnostics.iter().filter(|d| d.severity == Severity::Error).map(|d| jeu.dessiner(d, None)).collect();
    Err(ErreurCommande::fautes("E-REGLES-001", format!("{fautes} faute(s) dans les règles.\n{}", dessins.join("\n"))))
}

fn aujourd_hui() -> Days {
    let d = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    date::days(i64::from(d.year()), i64::from(d.month()), i64::from(d.day()))
}

/// First days of the versions of rules.
fn premiers_jours(fichiers: &[SourceFile]) -> BTreeSet<Days> {
    let validites = fichiers.iter().filter_map(|f| match read(&f.name, &f.text) {
        Ok(Document::Right(d)) => d.validite,
        _ => None,
    });
    validites.filter_map(|v| date::parse(&v.du.value)).collect()
}

/// The pack of a day: the one already read when its rules are the same that day, else read again.
fn pour_le(lu: Option<&Pack>, fichiers: &[SourceFile], jour: Days) -> Result<Pack, Vec<Diagnostic>> {
    lu.and_then(|p| p.on_day(jour)).map_or_else(|| Pack::build(fichiers, None, jour), Ok)
}

fn verifier(fichiers: &[SourceFile], on: Days, effort: Effort) -> Bilan {
    let mut bilan = Bilan {
        on,
        droits: 0,
        ruptures: 0,
        clauses: 0,
        calculs: 0,
        parametres: 0,
        cas: 0,
        comptes: soins::Comptes::default(),
        perimes: Vec::new(),
        en_attente: None,
        effort,
        essais: Essais::default(),
        couverture: Coverage::default(),
        moments: Moments::new(),
        reciproque: Vec::new(),
        flux: None,
        diagnostics: Vec::new(),
    };
    let ajouter = |bilan: &mut Bilan, nouveaux: Vec<Diagnostic>| {
        for d in nouveaux {
            if !bilan.diagnostics.contains(&d) {
                bilan.diagnostics.push(d);
            }
        }
    };
    let mut prouvees = BTreeSet::new();
    let mut jours: Vec<Days> = vec![on];
    jours.extend(premiers_jours(fichiers).into_iter().filter(|d| *d != on));
    let mut lu: Option<Pack> = None;
    let mut vu = Seen::default();
    for jour in jours {
        let mut pack = match pour_le(lu.as_ref(), fichiers, jour) {
            Ok(pack) => pack,
            Err(fautes) => {
                ajouter(&mut bilan, fautes);
                continue;
            }
        };
        lu.get_or_insert_with(|| pack.clone());
        if jour == on {
            decrire(&mut bilan, &pack);
            ajouter(&mut bilan, pack.warnings.clone());
        }
        // What may cross is proved for the rules of each day, and said for the day asked.
        match flow::prove(&pack) {
            Ok(preuve) if jour == on => bilan.flux = Some(preuve),
            Ok(_) => {}
            Err(fautes) => ajouter(&mut bilan, fautes),
        }
        let soins = soins::soigner(&pack, fichiers);
        ajouter(&mut bilan, soins);
        pack.rights.retain(|r| prouvees.insert(r.rule()));
        if jour != on && pack.rights.is_empty() {
            continue;
        }
        ajouter(&mut bilan, constant(&pack));
        ajouter(&mut bilan, contradictions(&pack));
        let resultat = cases::run(&pack, |d| pour_le(lu.as_ref(), fichiers, d));
        bilan.cas += resultat.run;
        vu.add(resultat.seen);
        ajouter(&mut bilan, moments::manquants(&pack, &resultat.moments));
        bilan.moments.extend(resultat.moments);
        ajouter(&mut bilan, resultat.faults);
        let mut essais = properties::run(&pack, effort);
        ajouter(&mut bilan, std::mem::take(&mut essais.faults));
        bilan.essais.add(essais);
    }
    if let Some(pack) = &lu {
        bilan.couverture = vu.coverage(pack);
    }
    bilan
}

/// Worked cases and properties of the rights that only this overlay completes: those of a territory, with its parameters.
fn prouver_locaux(bilan: &mut Bilan, mut pack: Pack, jeu: &Jeu, variante: &SourceFile) {
    let Ok(seul) = Pack::build(&jeu.fichiers, None, bilan.on) else { return };
    pack.rights.retain(|r| seul.waiting.iter().any(|w| w.right.id == r.id));
    let resultat = cases::run(&pack, |d| Pack::build(&jeu.fichiers, Some(variante), d));
    let mut essais = properties::run(&pack, bilan.effort);
    bilan.en_attente = en_attente(&pack);
    bilan.cas += resultat.run;
    bilan.diagnostics.extend(resultat.faults);
    bilan.diagnostics.append(&mut essais.faults);
    bilan.essais.add(essais);
}

fn decrire(bilan: &mut Bilan, pack: &Pack) {
    bilan.droits = pack.all_rights().filter(|r| r.kind == RightKind::Droit).count();
    bilan.ruptures = pack.all_rights().count() - bilan.droits;
    bilan.clauses = pack.all_rights().map(|r| r.conditions.len()).sum();
    bilan.calculs = pack.calcs.iter().filter(|c| c.place.1.end > 0).count() - bilan.clauses.min(pack.calcs.len());
    bilan.parametres = pack.parameters.all.len();
    bilan.comptes = soins::compter(pack);
    bilan.en_attente = en_attente(pack);
    bilan.perimes = parametres::perimes(pack).into_iter().map(str::to_owned).collect();
}
