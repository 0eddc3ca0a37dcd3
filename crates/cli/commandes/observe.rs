//! `recours observe`: counts for the whole territory, that identify nobody.

pub mod comptes;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use recours_engine::outreach::{Bande, Nature, Poignee};
use recours_rules::pack::RightKind;
use recours_rules::types::Entity;
use recours_tables::{Protection, ecrire_ensemble, preparer_octets};
use serde::Serialize;

use crate::chemins;
use crate::commandes::outreach::{lecture, regles_de_liste};
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::{modeles, regles};

use comptes::{Publie, proteger};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Publie des comptes protégés : par droit ou échéance, combien de personnes ou de foyers à proposer, à vérifier.\n\n\
Aucun compte sous onze ; les autres sont arrondis au multiple de cinq inférieur ; quand un seul nombre d'un total est\n\
caché, un second l'est aussi. Écrit observatoire.csv et report.html.\n\n\
Exemple : recours observe mission.toml --findings host/findings.parquet --out observatory"
)]
pub struct Args {
    /// Fichier de la mission
    #[arg(value_name = "MISSION")]
    pub mission: PathBuf,
    /// Repérages de « recours detect » (par défaut, ceux du dossier de l'hôte)
    #[arg(long, value_name = "FICHIER")]
    pub findings: Option<PathBuf>,
    /// Dossier de sortie
    #[arg(long, value_name = "DOSSIER")]
    pub out: PathBuf,
}

/// Counts of one right or rupture, protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LigneObservee {
    /// Identifier.
    pub droit: String,
    /// Name for people.
    pub libelle: String,
    /// « droit non reçu » or « échéance proche ».
    pub nature: &'static str,
    /// « personnes » or « foyers ».
    pub unite: &'static str,
    /// To propose.
    pub a_proposer: Publie,
    /// To check.
    pub a_verifier: Publie,
    /// Both.
    pub total: Publie,
}

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanObservatoire {
    /// Rights not received first, then ruptures, by name.
    pub lignes: Vec<LigneObservee>,
    /// Files written.
    pub fichiers: Vec<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// Exit 3 when the findings are refused; exit 1 for faults in the rules.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    let findings = args.findings.unwrap_or_else(|| chemins::reperages(&mission.dossiers.hote));
    let bilan = observer(&mission, &findings, &args.out, &Progression::automatique())?;
    println!("{:<30} {:>14} {:>14} {:>14}", "droit ou rupture", "à proposer", "à vérifier", "total");
    for l in &bilan.lignes {
        println!("{:<30} {:>14} {:>14} {:>14}", l.droit, l.a_proposer.texte(), l.a_verifier.texte(), l.total.texte());
    }
    for f in &bilan.fichiers {
        println!("→ {}", f.display());
    }
    Ok(())
}

/// Counts, protects and writes `observatoire.csv` and `report.html` under `sortie`, both or none.
///
/// # Errors
/// As the command.
pub fn observer(mission: &Mission, findings: &Path, sortie: &Path, progression: &Progression) -> Result<BilanObservatoire, ErreurCommande> {
    let etape = progression.etape("observatoire", None);
    let (pack, _) = regles::de_mission(mission)?;
    let regles = regles_de_liste(mission, &pack);
    let reperages = lecture::reperages(findings, &regles)?;
    let mut vus: HashSet<(Poignee, usize)> = HashSet::with_capacity(reperages.len());
    let mut comptes = vec![(0_u64, 0_u64); regles.len()];
    for r in &reperages {
        if let (true, Some((a_proposer, a_verifier))) = (vus.insert((r.personne, r.regle)), comptes.get_mut(r.regle)) {
            *match r.bande {
                Bande::AProposer => a_proposer,
                Bande::AVerifier => a_verifier,
            } += 1;
        }
    }
    let mut lignes: Vec<(Nature, LigneObservee)> = std::iter::zip(&pack.rights, std::iter::zip(&regles, comptes))
        .map(|(droit, (regle, (a_proposer, a_verifier)))| {
            let [a_proposer, a_verifier, total] = proteger(a_proposer, a_verifier);
            let ligne = LigneObservee {
                droit: droit.id.clone(),
                libelle: droit.label.clone(),
                nature: match droit.kind {
                    RightKind::Droit => "droit non reçu",
                    RightKind::Rupture => "échéance proche",
                },
                unite: if droit.unit == Entity::Personne { "personnes" } else { "foyers" },
                a_proposer,
                a_verifier,
                total,
            };
            (regle.nature, ligne)
        })
        .collect();
    lignes.sort_by(|(na, a), (nb, b)| nb.cmp(na).then_with(|| a.libelle.cmp(&b.libelle)));
    let lignes: Vec<LigneObservee> = lignes.into_iter().map(|(_, l)| l).collect();
    let html = modeles::rendre("observatoire.html", Rapport::nouveau(mission, &lignes))?;
    let fichiers = vec![sortie.join("observatoire.csv"), sortie.join("report.html")];
    ecrire_ensemble(vec![
        preparer_octets(sortie.join("observatoire.csv"), csv(&lignes).as_bytes(), Protection::Ordinaire)?,
        preparer_octets(sortie.join("report.html"), html.as_bytes(), Protection::Ordinaire)?,
    ])?;
    etape.terminer();
    Ok(BilanObservatoire { lignes, fichiers })
}

/// One line per right and band. Codes and names come from the rule pack, which nobody outside writes.
fn csv(lignes: &[LigneObservee]) -> String {
    let mut texte = String::from("\u{feff}droit;libelle;nature;unite;bande;nombre\r\n");
    for l in lignes {
        for (bande, nombre) in [("à proposer", &l.a_proposer), ("à vérifier", &l.a_verifier), ("total", &l.total)] {
            let libelle = l.libelle.replace('"', "\"\"");
            texte += &format!("{};\"{libelle}\";{};{};{bande};{}\r\n", l.droit, l.nature, l.unite, nombre.texte());
        }
    }
    texte
}

/// What the template of the report reads.
#[derive(Serialize)]
struct Rapport<'a> {
    territoire: &'a str,
    mission: &'a str,
    date: String,
    inventees: bool,
    organismes: Vec<&'a str>,
    natures: Vec<(&'static str, Vec<&'a LigneObservee>)>,
}

impl<'a> Rapport<'a> {
    fn nouveau(mission: &'a Mission, lignes: &'a [LigneObservee]) -> Self {
        let par_nature = |nature: &str| lignes.iter().filter(|l| l.nature == nature).collect();
        Self {
            territoire: &mission.territoire,
            mission: &mission.nom,
            date: modeles::date_longue(i32::try_from(regles::jour(mission)).unwrap_or(i32::MAX)),
            inventees: mission.donnees == crate::mission::Donnees::Inventees,
            organismes: mission.organismes.iter().map(|o| o.nom.as_str()).collect(),
            natures: vec![("Droits non reçus", par_nature("droit non reçu")), ("Échéances proches", par_nature("échéance proche"))],
        }
    }
}
