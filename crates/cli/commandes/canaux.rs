//! `recours canaux`: at home, by which channels a body's people contact it. Protected counts only.
//!
//! Contacts stay with the body. What it publishes is counts by public, class and sub-group, under the same protection as the
//! observatory; the class of a person is written nowhere.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use arrow::array::Array;
use recours_engine::aggregates::{Diffusion, Publie, Zone};
use recours_engine::detect;
use recours_engine::outreach::NumeroDeLigne;
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_rules::channels::{Channels, Class, Used};
use recours_tables::{Origine, Protection, lire_table, preparer_octets};

use crate::cles::Detenteur;
use crate::colonnes_utiles::colonnes_a_demeure;
use crate::commandes::interne::apport;
use crate::commandes::observe::planche::{Planche, Rang, nombre, parution_de, protegee, texte};
use crate::commandes::observe::registre::{self, Registre};
use crate::commandes::open::registre as inscrits;
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::mission::{Mission, Organisme};
use crate::progression::Progression;
use crate::scellement::extrait_sans_opposition;
use crate::{chemins, opposition, regles};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Chez l'organisme : compte par où passent ses usagers, sans rien écrire d'aucun.\n\n\
Lit ses contacts (contacts.parquet : row_id, le, canal, objet), à défaut les comptes de son registre, sur la période que disent\n\
les règles (rules/fr/canaux.yaml : six mois entiers avant celui de la mission) ; met chaque personne dans le sous-groupe des\n\
canaux qu'elle a employés, et les sous-groupes en classes : direct, mixte, numérique, déclaration trimestrielle seule, aucun\n\
contact. La déclaration trimestrielle en ligne est à part ; une connexion n'est pas un contact.\n\n\
N'écrit que des comptes protégés (seuil de onze ou plus, secret secondaire), par public : ceux qui reçoivent un droit, d'après\n\
l'extrait de l'organisme. Les personnes décédées, mineures ou qui se sont opposées ne sont pas comptées. Ce qui est publié est\n\
retenu dans publications.jsonl, chez l'organisme.\n\n\
Exemple : recours canaux mission.toml --body caf --out canaux.csv")]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Organisme qui compte, chez lui
    #[arg(long, value_name = "ORGANISME")]
    body: String,
    /// Fichier de l'extrait, à la place de celui de même nom dans la mission (peut se répéter)
    #[arg(long, value_name = "FICHIER")]
    input: Vec<Origine>,
    /// Registre de l'organisme ; par défaut, registre.parquet ou registre.csv dans son dossier
    #[arg(long, value_name = "FICHIER")]
    register: Option<PathBuf>,
    /// Contacts de l'organisme ; par défaut, contacts.parquet ou contacts.csv dans son dossier
    #[arg(long, value_name = "FICHIER")]
    contacts: Option<PathBuf>,
    /// Table à écrire (CSV)
    #[arg(long, value_name = "FICHIER")]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// Exit 3 when the mission, the extract, the register or the contacts are refused; nothing is written then.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    let (registre, contacts) = (args.register.as_deref(), args.contacts.as_deref());
    let planche = compter(&mission, &args.body, &args.input, registre, contacts, &args.out, &Progression::automatique())?;
    for phrase in &planche.lire {
        println!("{phrase}");
    }
    for rang in planche.rangs.iter().filter(|r| r.page) {
        println!("{}", rang.cellules.join(" | "));
    }
    println!("→ {}", args.out.display());
    Ok(())
}

/// Counts at home, protects, holds to the body's own register of publications and writes the table.
///
/// # Errors
/// E-CANAUX-001 when the rules say no channel class, E-CANAUX-002 for contacts that are not ones; those of the extract and of
/// the register.
pub fn compter(
    mission: &Mission,
    body: &str,
    entrees: &[Origine],
    registre: Option<&Path>,
    contacts: Option<&Path>,
    sortie: &Path,
    progression: &Progression,
) -> Result<Planche, ErreurCommande> {
    let journal = journal::ouvrir(mission, &Detenteur::Organisme(body.to_owned()))?;
    let mut organisme = mission.organisme(body)?.clone();
    organisme.remplacer_fichiers(entrees)?;
    let (pack, empreinte_regles) = regles::de_mission(mission)?;
    let sans_classes = || {
        ErreurCommande::refus("E-CANAUX-001", "les règles de la mission ne disent pas de classes de canal à cette date.")
            .avec_conseil("Ajoutez au jeu de règles un fichier comme rules/fr/canaux.yaml, et son paramètre.")
    };
    let canaux = pack.channels.as_ref().ok_or_else(sans_classes)?;
    let fenetre = canaux.window(&pack.parameters, pack.on).ok_or_else(sans_classes)?;
    let registre = registre.map_or_else(|| chemins::registre(&organisme), |r| Ok(r.to_path_buf()))?;
    let beneficiaires = beneficiaires(mission, &organisme, &pack, &registre, progression)?;
    let comptees: HashSet<NumeroDeLigne> = beneficiaires.iter().flatten().copied().collect();
    let jour = opposition::jour_de(mission);
    let joignables = inscrits::lire(&registre, &comptees, jour, jour)?.inscrits;
    let fichier = contacts.map_or_else(|| chemins::contacts(&organisme), |c| Ok(c.to_path_buf()))?;
    let mut employes: HashMap<NumeroDeLigne, Used> = HashMap::new();
    let des_contacts = contacts.is_some() || fichier.exists();
    if des_contacts {
        lire_contacts(&fichier, canaux, fenetre, &mut employes)?;
    } else {
        for (row_id, i) in &joignables {
            let c = &i.contacts;
            let comptes = [("accueil", c.accueil), ("telephone", c.telephone), ("courrier", c.courrier), ("numerique", c.numerique)];
            employes.insert(*row_id, canaux.of_counts(comptes));
        }
    }
    let regle = mission.diffusion.iter().filter(|(s, _)| s == body).fold(Diffusion::DEFAUT, |d, (_, r)| d.plus_stricte(*r));
    let (mut rangs, mut parutions) = (Vec::new(), Vec::new());
    for public in &canaux.publics {
        let droits = public.rights.iter().filter_map(|d| pack.right(d)).filter_map(|d| beneficiaires.get(d));
        let siens: HashSet<NumeroDeLigne> = droits.flatten().filter(|r| joignables.contains_key(*r)).copied().collect();
        if siens.is_empty() {
            continue;
        }
        let compte = siens.iter().map(|r| employes.get(r).copied().unwrap_or_default());
        let (zones, feuilles, dites) = arbre(canaux, &public.says, compte);
        let publication = protegee(&format!("canaux, {}", public.id), zones, &["personnes"], regle, &feuilles)?;
        parutions.push(parution_de(mission, &format!("canaux:{body}:{}", public.id), &publication, regle));
        for (z, (classe, sous_groupe, dit)) in dites.into_iter().enumerate() {
            // One column: what it says and its total are one number.
            let dites = [publication.cellule(z, 0), publication.cellule(z, 1)];
            let nombre = if dites.contains(&Publie::Secret) { Publie::Secret } else { dites[0] };
            let tout = publication.cellule(0, 0).nombre().filter(|_| publication.cellule(0, 1) != Publie::Secret);
            let part =
                nombre.nombre().zip(tout).map_or_else(|| "secret".into(), |(n, t)| format!("{:.1}", 100.0 * n as f64 / t.max(1) as f64));
            rangs.push(Rang {
                page: sous_groupe.is_empty(),
                cellules: vec![
                    public.says.clone(),
                    dit,
                    nombre.texte(),
                    part.replace('.', ","),
                    public.id.clone(),
                    classe.to_owned(),
                    sous_groupe,
                    organisme.id.clone(),
                ],
            });
        }
    }
    let planche = planche(&organisme, &pack, canaux, fenetre, des_contacts, rangs);
    let propre = organisme.dossier.join("publications.jsonl");
    let mut publie = Registre::lire(&propre, &journal)?;
    publie.admettre(parutions)?;
    let pret = preparer_octets(sortie, planche.csv().as_bytes(), Protection::Ordinaire)?;
    publie.ecrire()?;
    let acte = Acte::de_mission(registre::ACTE, mission, &mission.empreinte(&empreinte_regles))
        .texte("empreinte_regles", &empreinte_regles)
        .texte(registre::TETE, publie.tete());
    journal::publier(&journal, acte, vec![pret], None)?;
    Ok(planche)
}

/// Row ids of those who receive each right of the pack, by the body's own extract.
fn beneficiaires(
    mission: &Mission,
    organisme: &Organisme,
    pack: &Pack,
    registre: &Path,
    progression: &Progression,
) -> Result<Vec<Vec<NumeroDeLigne>>, ErreurCommande> {
    let program = Program::compile(pack);
    let voulues = colonnes_a_demeure(pack, &program, &organisme.id);
    let (extrait, gardees) = extrait_sans_opposition(mission, organisme, pack, &voulues, registre, progression)?;
    let apport = apport::depuis(pack, organisme, extrait, &gardees)?;
    detect::receivers_at_home(pack, &program, apport).map_err(|e| {
        ErreurCommande::refus("E-CANAUX-003", format!("{e}")).avec_conseil("Corrigez cette colonne de l'extrait, puis recommencez.")
    })
}

/// What each person used in the window.
fn lire_contacts(
    fichier: &Path,
    canaux: &Channels,
    fenetre: (i64, i64),
    employes: &mut HashMap<NumeroDeLigne, Used>,
) -> Result<(), ErreurCommande> {
    for lot in lire_table(fichier)?.projeter(&["row_id", "le", "canal", "objet"])?.lots()? {
        let lot = lot?;
        let (row_id, le) = (lot.colonne("row_id")?, lot.colonne("le")?);
        let row_id = row_id.obligatoire(row_id.octets16()?)?;
        let le = le.obligatoire(le.date()?)?;
        let (moyens, objets) = (lot.colonne("canal")?.texte()?, lot.colonne("objet")?.texte()?);
        for (i, (row_id, le)) in row_id.into_iter().zip(le).enumerate() {
            if !(fenetre.0..=fenetre.1).contains(&i64::from(le)) {
                continue;
            }
            let objet = if objets.is_valid(i) { objets.value(i) } else { "" };
            let connu = moyens.is_valid(i) && canaux.add(employes.entry(row_id).or_default(), moyens.value(i), objet);
            if !connu {
                let permis: Vec<&str> = canaux.means.iter().map(|m| m.code.as_str()).collect();
                let ligne = lot.premiere_ligne() + i as u64;
                return Err(ErreurCommande::refus(
                    "E-CANAUX-002",
                    format!("{}, ligne {ligne}, colonne « canal » : mot inconnu ; permis : {}.", fichier.display(), permis.join(", ")),
                )
                .avec_conseil("Traduisez les canaux de votre outil dans ces mots, ou déclarez-en d'autres dans rules/fr/canaux.yaml."));
            }
        }
    }
    Ok(())
}

/// Root, classes, sub-groups: zones, counts of the leaves, and what each zone is (class, sub-group, words).
type Arbre = (Vec<Zone>, Vec<Vec<u64>>, Vec<(&'static str, String, String)>);

fn arbre(canaux: &Channels, public: &str, employes: impl Iterator<Item = Used>) -> Arbre {
    let groupes = canaux.sub_groups();
    let mut comptes: HashMap<Used, u64> = HashMap::new();
    employes.for_each(|u| *comptes.entry(u).or_default() += 1);
    let mut zones = vec![Zone { code: "tout".into(), libelle: public.to_owned(), parent: None }];
    let (mut feuilles, mut dites) = (Vec::new(), vec![("", String::new(), "ensemble".to_owned())]);
    for (classe, says) in Class::ALL.into_iter().zip(&canaux.says) {
        let parent = zones.len();
        zones.push(Zone { code: classe.name().into(), libelle: says.clone(), parent: Some(0) });
        dites.push((classe.name(), String::new(), says.clone()));
        let siens: Vec<Used> = groupes.iter().filter(|(c, _)| *c == classe).map(|(_, u)| *u).collect();
        for used in &siens {
            let n = comptes.get(used).copied().unwrap_or(0);
            feuilles.push(vec![n]);
            // A class of one sub-group is that sub-group.
            if siens.len() > 1 {
                let code = canaux.code(*used);
                zones.push(Zone { code: format!("{}:{code}", classe.name()), libelle: canaux.name(*used), parent: Some(parent) });
                dites.push((classe.name(), code, canaux.name(*used)));
            }
        }
    }
    (zones, feuilles, dites)
}

fn planche(organisme: &Organisme, pack: &Pack, canaux: &Channels, fenetre: (i64, i64), contacts: bool, rangs: Vec<Rang>) -> Planche {
    let jour = |j: i64| crate::modeles::date_longue(i32::try_from(j).unwrap_or(i32::MAX));
    let mut lire = vec![
        format!("{}, contacts du {} au {}.", organisme.nom, jour(fenetre.0), jour(fenetre.1)),
        "Par où l'on passe n'est pas ce que l'on sait faire : une classe sert à choisir comment joindre.".to_owned(),
    ];
    lire.extend(canaux.apart.iter().map(|a| format!("À part : {}. {}.", a.says, a.source.trim_end_matches('.'))));
    if !contacts {
        lire.push("D'après les comptes du registre : l'organisme n'a pas donné ses contacts un par un.".to_owned());
    }
    let date = recours_rules::date::format(pack.on);
    let colonnes = vec![
        texte("Public"),
        texte("Canaux employés"),
        nombre("Personnes"),
        nombre("Part du public, en %"),
        texte("public"),
        texte("classe"),
        texte("sous_groupe"),
        texte("organisme"),
    ];
    Planche::nouvelle("canaux", "Par où passent les usagers", lire, format!("Personnes par canaux employés, au {date}"), colonnes, rangs)
}
