//! `recours observe`: counts for the whole territory, that identify nobody.

mod carte;
pub mod communes;
pub mod comptes;
mod decoupage;
mod exigences;
pub mod miroir;
pub mod modele;
pub mod planche;
pub(crate) mod registre;
mod sortie;
mod sources;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use recours_engine::aggregates::registre::{CelluleDite, Parution, Region};
use recours_engine::aggregates::{Diffusion, Publication, Publie, Tableau, proteger};
use recours_engine::outreach::{Bande, Nature, Poignee, Reperage};
use recours_rules::Pack;
use recours_rules::pack::RightKind;
use recours_rules::types::Entity;
use serde::{Serialize, Serializer};

use crate::chemins;
use crate::cles::Detenteur;
use crate::commandes::detect::Comptes;
use crate::commandes::outreach::{lecture, regles_de_liste};
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::lieux::Repertoire;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::regles;

use decoupage::Decoupage;
use planche::Planche;
use registre::Registre;
use sources::Regle;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Publie des comptes protégés : par droit ou échéance, combien de personnes ou de foyers à proposer, à vérifier.\n\n\
Chaque compte suit la règle la plus stricte des sources qui y ont contribué (section [diffusion] de la mission ; seuil\n\
commun de onze). Ce qui est trop petit est « secret », et avec lui ce qui permettrait de le retrouver par soustraction,\n\
dans le tableau comme avec les tableaux déjà publiés (registre des publications, chez l'hôte).\n\
Écrit observatoire.csv, observatoire.parquet et report.html, et, une table par fichier :\n\
  miroir.csv      ce que chaque démarche exige, et pour combien de personnes on sait que ce n'est pas rempli ;\n\
  exposition.csv  les actes que des droits imposent en un an, selon ce que l'on sait des exigences ;\n\
  contraste.csv   droits tenus sans écran et droits qui ne se demandent qu'en ligne ;\n\
  taux.csv        le taux de non-recours, là où son dénominateur est connu ;\n\
  carte.csv       avec --lieux et --communes : les lieux où l'on est reçu, pour 100 000 habitants ;\n\
  modele.csv      avec --modele et --cellules : une estimation publiée, appliquée à des comptes par zone, jamais à une personne.\n\n\
Exemple : recours observe mission.toml --findings host/findings.parquet --out observatory"
)]
pub struct Args {
    /// Fichier de la mission
    #[arg(value_name = "MISSION")]
    pub mission: PathBuf,
    /// Repérages de « recours detect » (par défaut, ceux du dossier de l'hôte)
    #[arg(long, value_name = "FICHIER")]
    pub findings: Option<PathBuf>,
    /// Lieu de chaque unité (colonnes unit, commune, epci), si la mission le fait traverser : comptes par commune et EPCI
    #[arg(long, value_name = "FICHIER")]
    pub territoires: Option<PathBuf>,
    /// Répertoire des lieux du territoire (lieux.csv)
    #[arg(long, value_name = "FICHIER")]
    pub lieux: Option<PathBuf>,
    /// Communes du territoire (colonnes commune, epci, population), pour les taux pour 100 000 habitants
    #[arg(long, value_name = "FICHIER", requires = "lieux")]
    pub communes: Option<PathBuf>,
    /// Modèle publié à appliquer à des comptes par zone (modele.toml)
    #[arg(long, value_name = "FICHIER", requires = "cellules")]
    pub modele: Option<PathBuf>,
    /// Comptes par zone et par case du modèle (colonnes zone, effectif et celles du modèle)
    #[arg(long, value_name = "FICHIER", requires = "modele")]
    pub cellules: Option<PathBuf>,
    /// Registre de ce qui a été publié (par défaut, publications.jsonl dans le dossier de l'hôte)
    #[arg(long, value_name = "FICHIER")]
    pub registre: Option<PathBuf>,
    /// Dossier de sortie
    #[arg(long, value_name = "DOSSIER")]
    pub out: PathBuf,
}

/// Where an observation reads and keeps, beside the mission.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Place of each unit.
    pub territoires: Option<&'a Path>,
    /// Register of publications.
    pub registre: Option<&'a Path>,
    /// Directory of places.
    pub lieux: Option<&'a Path>,
    /// Communes, their EPCI and inhabitants.
    pub communes: Option<&'a Path>,
    /// Model of small areas, and the counts to which it is applied.
    pub modele: Option<(&'a Path, &'a Path)>,
}

/// A cell for tables of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dit(pub Publie);

impl Serialize for Dit {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0.texte())
    }
}

/// Counts of one zone, protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZoneObservee {
    /// Code.
    pub code: String,
    /// Name for people.
    pub libelle: String,
    /// 0 for the territory.
    pub niveau: usize,
    /// To propose.
    pub a_proposer: Dit,
    /// To check.
    pub a_verifier: Dit,
    /// Both.
    pub total: Dit,
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
    /// `zone`, `mois` or `commune`: how it is cut.
    pub decoupage: &'static str,
    /// The rule that was applied, in words.
    pub regle: String,
    /// Cells hidden as small, and cells hidden with them.
    pub secrets: (usize, usize),
    /// The territory first, then its parts.
    pub zones: Vec<ZoneObservee>,
}

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanObservatoire {
    /// Rights not received first, then ruptures, by name.
    pub lignes: Vec<LigneObservee>,
    /// Tables beside the counts by right.
    pub planches: Vec<Planche>,
    /// Files written.
    pub fichiers: Vec<PathBuf>,
}

/// The columns of every table.
const BANDES: [&str; 2] = ["à proposer", "à vérifier"];

/// Runs the command.
///
/// # Errors
/// Exit 3 when the findings are refused, or what would be published reveals small counts beside what was; exit 1 for
/// faults in the rules.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    let findings = args.findings.unwrap_or_else(|| chemins::reperages(&mission.dossiers.hote));
    let options = Options {
        territoires: args.territoires.as_deref(),
        registre: args.registre.as_deref(),
        lieux: args.lieux.as_deref(),
        communes: args.communes.as_deref(),
        modele: args.modele.as_deref().zip(args.cellules.as_deref()),
    };
    let bilan = observer_avec(&mission, &findings, &args.out, options, &Progression::automatique())?;
    println!("{:<30} {:>14} {:>14} {:>14}", "droit ou rupture", BANDES[0], BANDES[1], "total");
    for l in &bilan.lignes {
        if let Some(z) = l.zones.first() {
            println!("{:<30} {:>14} {:>14} {:>14}", l.droit, z.a_proposer.0.texte(), z.a_verifier.0.texte(), z.total.0.texte());
        }
    }
    let (petits, autres) = bilan.secrets();
    println!("Secrets : {petits} nombres trop petits, {autres} tus avec eux pour qu'ils ne se retrouvent pas.");
    for f in &bilan.fichiers {
        println!("→ {}", f.display());
    }
    Ok(())
}

/// Counts, protects, holds to the register and writes `observatoire.csv`, `observatoire.parquet` and `report.html`
/// under `sortie`, all or none.
///
/// # Errors
/// As the command.
pub fn observer(mission: &Mission, findings: &Path, sortie: &Path, progression: &Progression) -> Result<BilanObservatoire, ErreurCommande> {
    observer_avec(mission, findings, sortie, Options::default(), progression)
}

/// As [`observer`], with places and a register of its own.
///
/// # Errors
/// As the command.
pub fn observer_avec(
    mission: &Mission,
    findings: &Path,
    sortie: &Path,
    options: Options<'_>,
    progression: &Progression,
) -> Result<BilanObservatoire, ErreurCommande> {
    let etape = progression.etape("observatoire", None);
    let (pack, empreinte_regles) = regles::de_mission(mission)?;
    let journal = journal::ouvrir(mission, &Detenteur::Hote)?;
    let defaut = mission.dossiers.hote.join("publications.jsonl");
    let mut registre = Registre::lire(options.registre.unwrap_or(&defaut), &journal)?;
    let regles = regles_de_liste(mission, &pack);
    let reperages = lecture::reperages(findings, &regles)?;
    let diffusion = sources::regles(mission, &pack)?;
    let par_lieu = options.territoires.map(|fichier| Decoupage::par_lieu(mission, fichier)).transpose()?;
    let (entier, par_mois) = (Decoupage::entier(mission), Decoupage::par_mois(mission));

    let (mut lignes, mut parutions, mut dits) = (Vec::new(), Vec::new(), Vec::new());
    for (rang, (droit, regle)) in std::iter::zip(&pack.rights, &diffusion).enumerate() {
        let rupture = droit.kind == RightKind::Rupture;
        let decoupage = par_lieu.as_ref().unwrap_or(if rupture { &par_mois } else { &entier });
        let publication = compter(decoupage, regle, &reperages, rang, &droit.id)?;
        parutions.push(parution(mission, &droit.id, decoupage, &publication, regle));
        dits.push([publication.cellule(0, 0), publication.cellule(0, 1)]);
        let nature = regles.get(rang).map_or(Nature::NonRecours, |r| r.nature);
        lignes.push((nature, ligne(&pack, rang, decoupage, &publication, regle)));
    }
    lignes.sort_by(|(na, a), (nb, b)| nb.cmp(na).then_with(|| a.libelle.cmp(&b.libelle)));
    let lignes: Vec<LigneObservee> = lignes.into_iter().map(|(_, l)| l).collect();
    let decoupage = par_lieu.as_ref().unwrap_or(&entier);
    let vue = Vue { mission, pack: &pack, findings, diffusion: &diffusion, dits: &dits, decoupage, reperages: &reperages };
    let planches = vue.planches(options, &mut parutions)?;
    registre.admettre(parutions)?;

    let prets = sortie::preparer(mission, &lignes, &planches, &diffusion, sortie)?;
    let fichiers = prets.iter().map(|p| p.destination().to_path_buf()).collect();
    registre.ecrire()?;
    let acte = Acte::de_mission(registre::ACTE, mission, &mission.empreinte(&empreinte_regles))
        .texte("empreinte_regles", &empreinte_regles)
        .texte(registre::TETE, registre.tete());
    journal::publier(&journal, acte, prets, None)?;
    etape.terminer();
    Ok(BilanObservatoire { lignes, planches, fichiers })
}

/// What the tables beside the counts by right are made from.
struct Vue<'a> {
    mission: &'a Mission,
    pack: &'a Pack,
    findings: &'a Path,
    diffusion: &'a [Regle],
    /// What is said of the territory for each right: to propose, to check.
    dits: &'a [[Publie; 2]],
    decoupage: &'a Decoupage,
    reperages: &'a [Reperage],
}

impl Vue<'_> {
    /// The tables, and what the register keeps of them.
    fn planches(&self, options: Options<'_>, parutions: &mut Vec<Parution>) -> Result<Vec<Planche>, ErreurCommande> {
        let (mission, pack) = (self.mission, self.pack);
        let regles: Vec<Diffusion> = self.diffusion.iter().map(|r| r.diffusion).collect();
        // Several rights, and facts of several bodies: the strictest rule of all.
        let stricte = mission.diffusion.iter().fold(Diffusion::DEFAUT, |d, (_, autre)| d.plus_stricte(*autre));
        let a_proposer: Vec<Publie> = self.dits.iter().map(|[dit, _]| *dit).collect();
        let empechements = miroir::lire(self.findings, pack)?;
        let regles_du_miroir: Vec<Diffusion> = vec![stricte; regles.len()];
        let mut tables = vec![miroir::faire(mission, pack, &empechements, &a_proposer, &regles_du_miroir)];
        if let Some(comptes) = comptes_de_l_hote(self.findings)? {
            tables.push(exigences::exposition(mission, &comptes, stricte)?);
            tables.push(exigences::contraste(mission, pack, &comptes, stricte)?);
            tables.push(exigences::taux(mission, pack, &comptes, self.dits, &regles));
        }
        if let Some(fichier) = options.lieux {
            let repertoire = Repertoire::lire(fichier)?;
            let communes = options.communes.map_or_else(|| Ok(Vec::new()), communes::lire)?;
            tables.push(carte::faire(mission, self.decoupage, self.reperages, &empechements, &repertoire, &communes, stricte)?);
        }
        if let Some((fichier, cellules)) = options.modele {
            let modele = modele::Modele::lire(fichier)?;
            let zones = modele::appliquer(&modele, cellules)?;
            tables.push((modele::planche(&modele, &zones), Vec::new()));
        }
        Ok(tables
            .into_iter()
            .map(|(planche, siennes)| {
                parutions.extend(siennes);
                planche
            })
            .collect())
    }
}

/// True counts that `detect` left beside its findings; nothing when it left none.
fn comptes_de_l_hote(findings: &Path) -> Result<Option<Comptes>, ErreurCommande> {
    let fichier = chemins::comptes(findings.parent().unwrap_or_else(|| Path::new("")));
    let octets = match std::fs::read(&fichier) {
        Ok(octets) => octets,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(recours_tables::ErreurTable::de_lecture(&fichier, &e).into()),
    };
    serde_json::from_slice(&octets).map(Some).map_err(|_| {
        ErreurCommande::refus("E-OBSERVATOIRE-009", format!("{} : ce ne sont pas les comptes d'une détection.", fichier.display()))
            .avec_conseil("Refaites « recours detect » : il les écrit à côté des repérages.")
    })
}

/// The table of a right, protected and checked again.
fn compter(decoupage: &Decoupage, regle: &Regle, reperages: &[Reperage], droit: usize, nom: &str) -> Result<Publication, ErreurCommande> {
    let defaut = || ErreurCommande::panne("E-OBSERVATOIRE-006", format!("{nom} : le tableau n'a pas passé sa propre vérification."));
    let mut comptes = vec![vec![0_u64; BANDES.len()]; decoupage.zones.len()];
    let mut vus: HashSet<Poignee> = HashSet::new();
    for r in reperages.iter().filter(|r| r.regle == droit) {
        let colonne = match r.bande {
            Bande::AProposer => 0,
            Bande::AVerifier => 1,
        };
        if let (true, Some(n)) = (vus.insert(r.personne), comptes.get_mut(decoupage.feuille(r)).and_then(|l| l.get_mut(colonne))) {
            *n += 1;
        }
    }
    let parents: HashSet<usize> = decoupage.zones.iter().filter_map(|z| z.parent).collect();
    let feuilles: Vec<Vec<u64>> = comptes.into_iter().enumerate().filter(|(z, _)| !parents.contains(z)).map(|(_, l)| l).collect();
    let colonnes = BANDES.map(String::from).to_vec();
    let tableau = Tableau::nouveau(decoupage.zones.clone(), colonnes, &[regle.diffusion; BANDES.len()], &feuilles).map_err(|_| defaut())?;
    let publication = proteger(tableau);
    if publication.audit().is_empty() { Ok(publication) } else { Err(defaut()) }
}

fn ligne(pack: &Pack, rang: usize, decoupage: &Decoupage, publication: &Publication, regle: &Regle) -> LigneObservee {
    let (id, libelle, genre, unite) =
        pack.rights.get(rang).map_or(("", "", RightKind::Droit, Entity::Foyer), |d| (&d.id, &d.label, d.kind, d.unit));
    let zones = std::iter::zip(&decoupage.zones, &decoupage.niveaux).enumerate().map(|(z, (zone, niveau))| ZoneObservee {
        code: zone.code.clone(),
        libelle: zone.libelle.clone(),
        niveau: *niveau,
        a_proposer: Dit(publication.cellule(z, 0)),
        a_verifier: Dit(publication.cellule(z, 1)),
        total: Dit(publication.cellule(z, 2)),
    });
    LigneObservee {
        droit: id.to_owned(),
        libelle: libelle.to_owned(),
        nature: match genre {
            RightKind::Droit => "droit non reçu",
            RightKind::Rupture => "échéance proche",
        },
        unite: if unite == Entity::Personne { "personnes" } else { "foyers" },
        decoupage: decoupage.dimension,
        regle: regle.dite(),
        secrets: publication.secrets(),
        zones: zones.collect(),
    }
}

/// What the register keeps of a table: regions by their leaves, and what is said.
fn parution(mission: &Mission, droit: &str, decoupage: &Decoupage, publication: &Publication, regle: &Regle) -> Parution {
    let tableau = publication.tableau();
    let mut feuilles: Vec<BTreeSet<String>> = vec![BTreeSet::new(); decoupage.zones.len()];
    for (z, zone) in decoupage.zones.iter().enumerate().filter(|(z, _)| tableau.est_feuille(*z)) {
        let mut ici = Some(z);
        while let Some(place) = ici {
            if let Some(ensemble) = feuilles.get_mut(place) {
                ensemble.insert(zone.code.clone());
            }
            ici = decoupage.zones.get(place).and_then(|zone| zone.parent);
        }
    }
    // A table that is not cut says nothing of this dimension: it takes it whole.
    let coupe = decoupage.zones.len() > 1;
    let cellules = tableau.cellules().map(|(z, c)| {
        let mut region = Region::new();
        if let (true, Some(ensemble)) = (coupe, feuilles.get(z)) {
            region.insert(decoupage.dimension.to_owned(), ensemble.clone());
        }
        let bande = BANDES.get(c).copied();
        region.insert("bande".to_owned(), bande.map_or_else(|| BANDES.map(String::from).into(), |b| BTreeSet::from([b.to_owned()])));
        let zone = decoupage.zones.get(z).map_or("", |zone| zone.libelle.as_str());
        CelluleDite {
            libelle: format!("{zone}, {}", bande.unwrap_or("total")),
            region,
            dit: publication.cellule(z, c).nombre(),
            seuil: regle.diffusion.seuil,
            arrondi: regle.diffusion.arrondi,
        }
    });
    let mut completes = BTreeSet::from(["bande".to_owned()]);
    if coupe {
        completes.insert(decoupage.dimension.to_owned());
    }
    Parution {
        sujet: droit.to_owned(),
        territoire: mission.territoire.clone(),
        mois: mois_de_l_epoque(&mission.epoque),
        completes,
        cellules: cellules.collect(),
    }
}

/// First and last month of an epoch (`2026-T4`, `2026-S2`, `2026-10`), as `year * 12 + month - 1`.
fn mois_de_l_epoque(epoque: &str) -> (i32, i32) {
    let (annee, partie) = epoque.split_once('-').unwrap_or((epoque, ""));
    let debut = annee.parse::<i32>().unwrap_or(0) * 12;
    let rang = |texte: &str| texte.parse::<i32>().unwrap_or(1) - 1;
    let (premier, duree) = match partie.split_at_checked(1) {
        Some(("T", n)) => (rang(n) * 3, 3),
        Some(("S", n)) => (rang(n) * 6, 6),
        _ => (rang(partie), 1),
    };
    (debut + premier, debut + premier + duree - 1)
}

/// Counts by right, for whoever reads the numbers without the page.
impl BilanObservatoire {
    /// What is said of the whole territory for a right: to propose, to check, total.
    #[must_use]
    pub fn du_territoire(&self, droit: &str) -> Option<[Publie; 3]> {
        let zone = self.lignes.iter().find(|l| l.droit == droit)?.zones.first()?;
        Some([zone.a_proposer.0, zone.a_verifier.0, zone.total.0])
    }

    /// Hidden cells over all tables: small ones, and others with them. For the host alone: a reader who knew how many are
    /// small would know more of each.
    #[must_use]
    pub fn secrets(&self) -> (usize, usize) {
        self.lignes.iter().fold((0, 0), |(a, b), l| (a + l.secrets.0, b + l.secrets.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn une_epoque_est_une_suite_de_mois() {
        let octobre = 2026 * 12 + 9;
        assert_eq!(mois_de_l_epoque("2026-T4"), (octobre, octobre + 2));
        assert_eq!(mois_de_l_epoque("2026-S2"), (octobre - 3, octobre + 2));
        assert_eq!(mois_de_l_epoque("2026-10"), (octobre, octobre));
    }
}
