//! `recours check`: reads, types, lints and proves a rule pack.

pub mod parametres;
mod soins;
mod tournures;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use recours_engine::properties::{self, Effort, Outcome as Essais};
use recours_engine::reference::cases;
use recours_rules::SourceFile;
use recours_rules::date::{self, Days};
use recours_rules::diagnostic::{Diagnostic, Severity};
use recours_rules::document::{Document, read};
use recours_rules::pack::{Pack, RightKind};
use serde_json::json;

use super::evaluate::jour;
use super::explain::ecriture;
use super::plan::Forme;
use crate::erreur::ErreurCommande;
use crate::regles::{Jeu, en_attente, lire_texte};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Le jeu est construit pour le jour demandé et pour le premier jour de chaque version de règle. Ses cas \
                        d'école sont évalués, chacun à sa date. Une faute donne le code de sortie 1.")]
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

    /// Nomme les paramètres lus par les règles et non vérifiés depuis le début du mois.
    #[arg(long)]
    pub perimes: bool,

    /// Essaie chaque propriété sur 20 000 foyers inventés au lieu de 200.
    #[arg(long)]
    pub approfondi: bool,

    /// Forme de la réponse.
    #[arg(long, value_name = "FORME", default_value = "texte")]
    pub format: Forme,
}

/// Foyers invented for each property.
const FOYERS: usize = 200;

/// The same with `--approfondi`.
const FOYERS_APPROFONDI: usize = 20_000;

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
    if let (Some(pack), Some(variante)) = (complet, &args.overlay) {
        prouver_locaux(&mut bilan, pack, &jeu, &lire_texte(variante)?);
    }
    let fautes = bilan.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    match args.format {
        Forme::Json => println!("{:#}", objet(&jeu, &bilan, debut)),
        Forme::Texte => {
            for d in bilan.diagnostics.iter().filter(|d| d.severity == Severity::Warning) {
                println!("{}", jeu.dessiner(d, None));
            }
            if fautes == 0 {
                print!("{}", resume(&bilan, args.perimes, debut));
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
        let soins = soins::soigner(&pack, fichiers);
        ajouter(&mut bilan, soins);
        pack.rights.retain(|r| prouvees.insert(r.rule()));
        let resultat = cases::run(&pack, |d| pour_le(lu.as_ref(), fichiers, d));
        bilan.cas += resultat.run;
        ajouter(&mut bilan, resultat.faults);
        let mut essais = properties::run(&pack, effort);
        ajouter(&mut bilan, std::mem::take(&mut essais.faults));
        bilan.essais.add(essais);
    }
    bilan
}

/// Worked cases of the rights that only this overlay completes: those of a territory, with its parameters.
fn prouver_locaux(bilan: &mut Bilan, mut pack: Pack, jeu: &Jeu, variante: &SourceFile) {
    let Ok(seul) = Pack::build(&jeu.fichiers, None, bilan.on) else { return };
    pack.rights.retain(|r| seul.waiting.iter().any(|w| w.right.id == r.id));
    let resultat = cases::run(&pack, |d| Pack::build(&jeu.fichiers, Some(variante), d));
    bilan.en_attente = en_attente(&pack);
    bilan.cas += resultat.run;
    bilan.diagnostics.extend(resultat.faults);
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

fn resume(b: &Bilan, nommer_perimes: bool, debut: Instant) -> String {
    let mut s = format!(
        "Au {} : {} droits, {} ruptures, {} clauses, {} calculs, {} paramètres, {} cas d'école réussis, en {} ms.\n",
        ecriture::date_longue(b.on),
        b.droits,
        b.ruptures,
        b.clauses,
        b.calculs,
        b.parametres,
        b.cas,
        debut.elapsed().as_millis()
    );
    let (c, e) = (&b.comptes, &b.essais);
    s += &format!(
        "  {} propriété(s) sur {} foyers inventés chacune : {} essais, {} où elles engagent.\n",
        e.properties, b.effort.foyers, e.trials, e.tested
    );
    s += &format!(
        "  Certain reste vrai : {} foyers partiels, {} verdicts établis, {} compléments, aucun ne contredit.\n",
        e.partial, e.settled, e.completions
    );
    s += &format!("  {} source(s) « à vérifier » ; {} calcul(s) sans source.\n", c.a_verifier, c.calculs_sans_source);
    s += &format!("  {} paramètre(s) et {} calcul(s) que rien ne lit.\n", c.parametres_inutilises, c.calculs_inutilises);
    if let Some(phrase) = &b.en_attente {
        s += &format!("  {phrase}\n");
    }
    let suite = if nommer_perimes || b.perimes.is_empty() { "" } else { " (--perimes les nomme)" };
    s += &format!("  {} paramètre(s) lus non vérifiés depuis le début de ce mois{suite}.\n", b.perimes.len());
    if nommer_perimes {
        for p in &b.perimes {
            s += &format!("    {p}\n");
        }
    }
    s
}

fn objet(jeu: &Jeu, b: &Bilan, debut: Instant) -> serde_json::Value {
    let diagnostics: Vec<serde_json::Value> = b
        .diagnostics
        .iter()
        .map(|d| {
            let source = jeu.fichiers.iter().find(|f| f.name == d.file).map_or("", |f| f.text.as_str());
            let (ligne, colonne) = d.position(source);
            json!({
                "code": d.code,
                "gravite": if d.severity == Severity::Error { "erreur" } else { "attention" },
                "fichier": d.file,
                "ligne": ligne,
                "colonne": colonne,
                "message": d.message,
                "aide": d.help,
            })
        })
        .collect();
    json!({
        "jour": date::format(b.on),
        "empreinte": jeu.empreinte(),
        "droits": b.droits,
        "ruptures": b.ruptures,
        "clauses": b.clauses,
        "calculs": b.calculs,
        "parametres": b.parametres,
        "cas": b.cas,
        "a_verifier": b.comptes.a_verifier,
        "calculs_sans_source": b.comptes.calculs_sans_source,
        "parametres_inutilises": b.comptes.parametres_inutilises,
        "calculs_inutilises": b.comptes.calculs_inutilises,
        "perimes": b.perimes,
        "en_attente": b.en_attente,
        "proprietes": b.essais.properties,
        "foyers_par_propriete": b.effort.foyers,
        "essais": b.essais.trials,
        "essais_qui_engagent": b.essais.tested,
        "foyers_partiels": b.essais.partial,
        "verdicts_etablis": b.essais.settled,
        "complements": b.essais.completions,
        "duree_ms": u64::try_from(debut.elapsed().as_millis()).unwrap_or(u64::MAX),
        "diagnostics": diagnostics,
    })
}
