//! `recours interne`: at home, what a body finds on its own extract by rules whose facts stay with it.
//!
//! Salaries that the RSA was written among, a bank that refused a payment, the end of a decision on a disability: the
//! holder alone may look, and only to help. The same rules, by the same code as the host's (`detect`), over the same
//! tables as `seal` reads. Nothing is written but one private file in the body's own folder.

pub(crate) mod apport;
mod lecture;

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use recours_engine::detect::{self, Detection};
use recours_engine::finding::{Certainty, Finding};
use recours_engine::outreach::{Bande, Jour, Ligne, NumeroDeLigne, expiration_par_defaut, schema, vers_lot};
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_rules::pack::RightKind;
use recours_tables::{Origine, ParquetEnMemoire, Protection, preparer_octets};

use crate::cles::Detenteur;
use crate::colonnes_utiles::colonnes_a_demeure;
use crate::commandes::open::registre::{self, Trouves};
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::mission::Mission;
use crate::progression::Progression;
use crate::scellement::extrait_sans_opposition;
use crate::{chemins, opposition, regles, signature, traces};

pub use lecture::lire;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chez l'organisme : évalue, sur son seul extrait, les règles dont les faits ne sortent pas de chez lui.\n\n\
Certains faits ne vont à personne d'autre : santé, suspensions, banque qui refuse un versement, salaire écrit à la place du\n\
RSA. Ils servent pourtant à aider : relire une déclaration ensemble, demander à temps un renouvellement. L'organisme qui les\n\
détient évalue ces règles lui-même. Rien n'en sort : ni colonne, ni ligne, ni compte chez l'hôte ou la liaison.\n\n\
Quelles règles : celles que la mission lui donne dans sa section, par exemple\n\
  interne = [\"rupture_dtr_rsa_en_salaire\", \"rupture_versement_rejete\"]\n\
Quels faits : les colonnes que les tables de la mission décrivent pour lui, celles que « recours seal » garde comprises.\n\n\
Le fichier écrit (lisible par vous seul, signé par l'organisme) a les six colonnes d'une liste : row_id, droit, bande,\n\
date_utile, regle, expire. « recours open … --avec FICHIER » le joint à la liste reçue : une personne, un contact.\n\
Les personnes décédées, mineures ou qui se sont opposées n'y sont pas, ni les droits auxquels une personne renonce.\n\
Ce qui n'est pas établi n'y est que si la date de l'échéance est connue : sans date, il n'y a rien à proposer encore.\n\n\
Exemple : recours interne mission.toml --body caf --out bodies/caf/interne.parquet")]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Organisme qui évalue, chez lui
    #[arg(long, value_name = "ORGANISME")]
    body: String,
    /// Fichier de l'extrait, à la place de celui de même nom dans la mission (peut se répéter)
    #[arg(long, value_name = "FICHIER")]
    input: Vec<Origine>,
    /// Registre de l'organisme ; par défaut, registre.parquet ou registre.csv dans son dossier
    #[arg(long, value_name = "FICHIER")]
    register: Option<PathBuf>,
    /// Fichier des lignes trouvées ; par défaut, interne.parquet dans le dossier de l'organisme
    #[arg(long, value_name = "FICHIER")]
    out: Option<PathBuf>,
}

/// Counts of one rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BilanRegle {
    /// Name for people.
    pub libelle: String,
    /// Rows written: something may be proposed.
    pub a_proposer: u64,
    /// Rows written: something must be asked first.
    pub a_verifier: u64,
    /// Not settled and without a known date: not written.
    pub sans_date: u64,
    /// Left out: death, objection, minority, renunciation.
    pub ecartees: u64,
}

/// What a body found at home. Its `Display` is what `recours interne` prints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BilanInterne {
    /// The body.
    pub organisme: String,
    /// Persons looked at: those of the extract who do not object.
    pub personnes: u64,
    /// By rule, in the order of their identifiers.
    pub regles: BTreeMap<String, BilanRegle>,
    /// People in the file.
    pub trouvees: u64,
    /// The file.
    pub fichier: PathBuf,
}

impl fmt::Display for BilanInterne {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} : {} personnes regardées chez lui, {} à contacter.", self.organisme, self.personnes, self.trouvees)?;
        for (droit, r) in &self.regles {
            writeln!(f, "  {} ({droit})", r.libelle)?;
            writeln!(
                f,
                "    à proposer {}, à vérifier {} ; sans date connue {}, écartées {} (décès, opposition, minorité, renonciation)",
                r.a_proposer, r.a_verifier, r.sans_date, r.ecartees
            )?;
        }
        writeln!(f, "→ {}", self.fichier.display())?;
        writeln!(f, "Ce fichier reste chez vous : « recours open LISTE … --avec FICHIER » le joint à la liste reçue.")
    }
}

/// Runs the command.
///
/// # Errors
/// Exit 3 when the mission, the extract or the register is refused; nothing is written then.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    let progression = Progression::automatique();
    let bilan = evaluer_chez_soi(&mission, &args.body, &args.input, args.register.as_deref(), args.out.as_deref(), &progression)?;
    print!("{bilan}");
    Ok(())
}

/// Evaluates at home the rules that the mission gives to `body`, on its own extract, and writes what they find for it
/// alone. Needs the mission, its rules, `cles/` and the body's own folder; nothing of the other bodies.
///
/// # Errors
/// E-CHEZSOI-001 to -003 for rules that are not the body's to evaluate; those of the extract and of the register; nothing
/// is written then.
pub fn evaluer_chez_soi(
    mission: &Mission,
    body: &str,
    entrees: &[Origine],
    registre: Option<&Path>,
    sortie: Option<&Path>,
    progression: &Progression,
) -> Result<BilanInterne, ErreurCommande> {
    let journal = journal::ouvrir(mission, &Detenteur::Organisme(body.to_owned()))?;
    let mut organisme = mission.organisme(body)?.clone();
    organisme.remplacer_fichiers(entrees)?;
    let (pack, empreinte_regles) = regles::a_demeure(mission, &organisme)?;
    let empreinte = mission.empreinte(&empreinte_regles);
    if let Some(phrase) = regles::en_attente(&pack) {
        progression.dire(format!("note : {phrase}"));
    }
    let program = Program::compile(&pack);
    let voulues = colonnes_a_demeure(&pack, &program, body);
    let registre = registre.map_or_else(|| chemins::registre(&organisme), |r| Ok(r.to_path_buf()))?;
    let (extrait, gardees) = extrait_sans_opposition(mission, &organisme, &pack, &voulues, &registre, progression)?;
    let etape = progression.etape("évaluation des règles", None);
    let connus = extrait.clone();
    let apport = apport::depuis(&pack, &organisme, extrait, &gardees)?;
    let detection = detect::at_home(&pack, &program, apport).map_err(|e| {
        ErreurCommande::refus("E-CHEZSOI-004", format!("{e}")).avec_conseil("Corrigez cette colonne de l'extrait, puis recommencez.")
    })?;
    etape.terminer();

    let jour = opposition::jour_de(mission);
    let mut bilan = BilanInterne {
        organisme: organisme.nom.clone(),
        personnes: gardees.len() as u64,
        fichier: sortie.map_or_else(|| chemins::interne(&organisme), Path::to_path_buf),
        ..BilanInterne::default()
    };
    let voulus: HashSet<NumeroDeLigne> = detection.findings.iter().map(|t| t.unit).collect();
    let trouves = registre::lire(&registre, &voulus, jour, jour)?;
    let lignes = lignes(&pack, &detection, &trouves, jour, &mut bilan);
    bilan.trouvees = lignes.iter().map(|l| l.row_id).collect::<HashSet<_>>().len() as u64;

    let mut entete = Entete::nouvelle(Contenu::Interne, mission, &empreinte, body);
    entete.lignes = lignes.len() as u64;
    let mut clair = parquet(&lignes, &entete)?;
    signature::signer(&mut clair, &entete, &journal)?;
    let pret = preparer_octets(&bilan.fichier, &clair, Protection::Privee)?;
    let acte = Acte::de_mission("interne", mission, &empreinte)
        .texte("empreinte_regles", &empreinte_regles)
        .compte("personnes", bilan.personnes)
        .compte("lignes", entete.lignes);
    let contexte = traces::Contexte { mission, organisme: &organisme, empreinte: &empreinte, empreinte_regles: &empreinte_regles };
    let mut prets = vec![pret];
    traces::interne(&contexte, &pack, &connus, &lignes, &journal)?.joindre(&mut prets)?;
    journal::publier(&journal, acte, prets, None)?;
    Ok(bilan)
}

/// The rows to write, those of people who may be told only, in the order of row ids.
fn lignes(pack: &Pack, detection: &Detection, trouves: &Trouves, jour: Jour, bilan: &mut BilanInterne) -> Vec<Ligne> {
    for droit in &pack.rights {
        bilan.regles.insert(droit.id.clone(), BilanRegle { libelle: droit.label.clone(), ..BilanRegle::default() });
    }
    let mut lignes = Vec::new();
    for t in &detection.findings {
        let Some(compte) = bilan.regles.get_mut(&t.right) else { continue };
        if !utilisable(pack, t) {
            compte.sans_date += 1;
        } else if !trouves.inscrits.contains_key(&t.unit) || renonce(pack, &t.right, |d| trouves.renonce(&t.unit, d)) {
            compte.ecartees += 1;
        } else {
            let bande = if t.certainty == Certainty::Possible { Bande::AVerifier } else { Bande::AProposer };
            match bande {
                Bande::AProposer => compte.a_proposer += 1,
                Bande::AVerifier => compte.a_verifier += 1,
            }
            let defaut = expiration_par_defaut(jour);
            lignes.push(Ligne {
                row_id: t.unit,
                droit: t.right.clone(),
                bande,
                date_utile: t.useful_date,
                regle: t.rule.clone(),
                expire: t.deadline.or(t.useful_date).map_or(defaut, |j| j.min(defaut)),
            });
        }
    }
    lignes
}

/// What is not settled is of use at home only where the day of the loss is known: an extract that leaves a date empty for
/// most people would otherwise list most people.
fn utilisable(pack: &Pack, t: &Finding) -> bool {
    let rupture = pack.right(&t.right).and_then(|r| pack.rights.get(r)).is_some_and(|r| r.kind == RightKind::Rupture);
    t.certainty != Certainty::Possible || (rupture && t.deadline.is_some())
}

/// Whether a person wants no word of it: of the rule, or of every right that a rupture is about (whoever wants no RSA wants
/// no reminder of it).
fn renonce(pack: &Pack, droit: &str, renonce: impl Fn(&str) -> bool) -> bool {
    let concernes = pack.right(droit).and_then(|r| pack.rights.get(r)).map_or(&[][..], |r| r.concerns.as_slice());
    renonce(droit) || (!concernes.is_empty() && concernes.iter().all(|c| renonce(c)))
}

fn parquet(lignes: &[Ligne], entete: &Entete) -> Result<Vec<u8>, ErreurCommande> {
    // What Arrow says might quote a value.
    let faute = |_| ErreurCommande::panne("E-CHEZSOI-005", "table des lignes impossible à former.");
    let annotations = entete.annotations();
    let annotations: Vec<(&str, &str)> = annotations.iter().map(|(cle, texte)| (*cle, texte.as_str())).collect();
    let mut ecrivain = ParquetEnMemoire::creer("interne.parquet", &schema(), &annotations)?;
    ecrivain.ecrire(&vers_lot(lignes).map_err(faute)?)?;
    Ok(ecrivain.terminer()?)
}
