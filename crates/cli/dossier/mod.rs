//! The papers that let bodies sign: read off the mission and the rules, each statement with its source.
//!
//! Templates (`modeles/dossier/`) are filled from a context where each value carries its sources ([`sources`]), read into
//! a small model ([`papier`]) that refuses a statement without source, and written twice from it ([`markdown`], [`html`]).

mod analyse;
mod contexte;
mod difference;
mod donnees;
mod etat;
mod html;
mod lignes;
mod loi;
mod markdown;
mod menaces;
mod papier;
mod pdf;
mod schema;
mod sources;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::{Environment, ErrorKind, UndefinedBehavior};
use recours_engine::grain::Grains;
use recours_engine::plan::Program;
use recours_tables::{FichierPret, Protection, ecrire_ensemble, preparer_octets};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::erreur::ErreurCommande;
use crate::manifeste::Manifeste;
use crate::mission::Mission;
use crate::regles;
use contexte::Matiere;
use difference::{Changement, PARTIES};
use etat::Etat;
use lignes::Lignes;
use loi::Loi;
use papier::Papier;
use sources::{Registre, Source};

/// Templates: number and name of the file, template.
const PAPIERS: [(&str, &str); 6] = [
    ("01-liste-des-donnees", include_str!("../modeles/dossier/01_liste_des_donnees.md")),
    ("02-convention", include_str!("../modeles/dossier/02_convention.md")),
    ("03-analyse-d-impact", include_str!("../modeles/dossier/03_analyse_d_impact.md")),
    ("04-registre", include_str!("../modeles/dossier/04_registre.md")),
    ("05-information", include_str!("../modeles/dossier/05_information.md")),
    ("06-homologation", include_str!("../modeles/dossier/06_homologation.md")),
];
const INDEX: &str = include_str!("../modeles/dossier/index.md");
const DIFFERENCE: &str = include_str!("../modeles/dossier/difference.md");

/// What is kept of a dossier, for the next one.
const ETAT: &str = "dossier.json";
const FORMAT: &str = "dossier/1";

/// What stands for the diagram in Markdown.
const FIGURE_EN_MOTS: &str = "*(Le schéma des flux est dans la version HTML ; le tableau qui suit dit la même chose.)*";

/// `dossier.json` as it is read back.
#[derive(Debug, Deserialize)]
struct Garde {
    format: String,
    etat: Etat,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bilan {
    /// Papers, the index left out.
    pub papiers: usize,
    /// Blanks to fill.
    pub manques: usize,
    /// Legal statements that a DPO has to open.
    pub a_verifier: usize,
    /// Changes since the former dossier, when there is one.
    pub changements: Option<usize>,
    /// PDFs.
    pub pdf: usize,
    /// The page to open.
    pub index: PathBuf,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// The former `dossier.json`, instead of the one that stands in the folder.
    pub avant: Option<&'a Path>,
    /// Whether a browser prints PDFs too.
    pub pdf: bool,
}

/// Writes the dossier of a mission. It reads the mission and the rules: no key, no extract.
///
/// # Errors
/// Those of the rules; E-DOSSIER-001 when a template does not fit, -002 when a former dossier cannot be read, -003 and
/// -004 when no browser prints. Nothing is written then.
pub fn faire(mission: &Mission, sortie: &Path, options: Options<'_>) -> Result<Bilan, ErreurCommande> {
    let navigateur = options.pdf.then(pdf::navigateur).transpose()?;
    let (pack, empreinte) = regles::de_mission(mission)?;
    mission.verifier_vocabulaire(&regles::vocabulaire(&pack, true))?;
    let program = Program::compile(&pack);
    let texte = std::fs::read_to_string(&mission.fichier).unwrap_or_default();
    let lignes = Lignes::de(&texte);
    let grains = Grains::of(&pack, &program);
    let etat = donnees::etat(mission, &pack, &program, &grains, &empreinte);
    let loi = Arc::new(Loi::du_jeu(&pack));
    let registre = Arc::new(Registre::default());
    let manifeste = Manifeste::complet(mission, &pack, &program, &grains, &empreinte);
    let matiere = Matiere { mission, lignes: &lignes, etat: &etat, loi: &loi, manifeste: &manifeste, registre: &registre };
    let ancien = ancien(sortie, options.avant)?;
    let changements = ancien.as_ref().map(|a| difference::comparer(a, &etat, &|cle| lignes.source(cle)));

    let mut contexte = matiere.contexte();
    contexte["analyse"] = analyse::analyse(&matiere, &pack);
    let environnement = environnement(&registre, &loi);
    let mut papiers: Vec<(String, Papier)> = Vec::with_capacity(PAPIERS.len() + 2);
    for (nom, modele) in PAPIERS {
        papiers.push((nom.to_owned(), remplir(&environnement, nom, modele, &contexte, &registre)?));
    }
    if let Some(changements) = &changements {
        contexte["changements"] = dits(changements, &registre);
        contexte["aucun_changement"] = changements.is_empty().into();
        papiers.push(("difference".to_owned(), remplir(&environnement, "difference", DIFFERENCE, &contexte, &registre)?));
    }
    // The index comes last: it says what the others left blank.
    let manques = registre.manques();
    contexte["manques"] = manques
        .iter()
        .map(|m| {
            let blanc = [Source::Manque { cle: "sommaire".to_owned() }];
            let pour = if m.pour.is_empty() { String::new() } else { format!(" : {}", m.pour.join(" ; ")) };
            json!({ "quoi": registre.dire(&m.quoi, &blanc), "ou": registre.dire(&m.ou, &blanc), "pour": registre.dire(&pour, &blanc) })
        })
        .collect();
    let cites: Vec<Source> = papiers.iter().flat_map(|(_, p)| p.sources()).collect();
    let a_verifier = loi.a_verifier(&cites);
    contexte["a_verifier"] = a_verifier.iter().map(|(quoi, source)| registre.dire(quoi, std::slice::from_ref(source))).collect();
    contexte["papiers"] = papiers.iter().map(|(nom, p)| json!({ "fichier": format!("{nom}.html"), "titre": p.titre })).collect();
    contexte["changes"] = changements.is_some().into();
    let index = remplir(&environnement, "index", INDEX, &contexte, &registre)?;

    let figure = schema::svg(mission, &etat);
    let mut liens: Vec<(String, String)> = vec![("index.html".to_owned(), "Sommaire".to_owned())];
    liens.extend(papiers.iter().map(|(nom, p)| (format!("{nom}.html"), p.titre.clone())));
    let page = |papier: &Papier, ici: &str| {
        let inventees = mission.donnees == crate::mission::Donnees::Inventees;
        let page = html::Page {
            titre: &papier.titre,
            mission: &mission.nom,
            papiers: liens.clone(),
            ici,
            inventees,
            contenu: minijinja::Value::UNDEFINED,
            sources: Vec::new(),
        };
        html::ecrire(papier, page, &figure)
    };
    let mut pages: Vec<(String, String)> = Vec::new();
    let mut prets: Vec<FichierPret> = Vec::new();
    for (nom, papier) in &papiers {
        let fichier = format!("{nom}.html");
        pages.push((fichier.clone(), page(papier, &fichier)?));
        prets.push(pret(sortie, &format!("{nom}.md"), markdown::ecrire(papier, FIGURE_EN_MOTS).as_bytes())?);
    }
    pages.push(("index.html".to_owned(), page(&index, "index.html")?));
    prets.push(pret(sortie, "index.md", markdown::ecrire(&index, FIGURE_EN_MOTS).as_bytes())?);
    let mut imprimes = 0;
    if let Some(navigateur) = navigateur {
        for (nom, octets) in imprimer(&navigateur, &pages)? {
            prets.push(pret(sortie, &nom, &octets)?);
            imprimes += 1;
        }
    }
    for (nom, texte) in &pages {
        prets.push(pret(sortie, nom, texte.as_bytes())?);
    }
    let json = garder(&etat, &registre, &papiers);
    prets.push(pret(sortie, ETAT, format!("{json:#}\n").as_bytes())?);
    ecrire_ensemble(prets)?;
    Ok(Bilan {
        papiers: papiers.len(),
        manques: manques.len(),
        a_verifier: a_verifier.len(),
        changements: changements.map(|c| c.len()),
        pdf: imprimes,
        index: sortie.join("index.html"),
    })
}

fn pret(sortie: &Path, nom: &str, octets: &[u8]) -> Result<FichierPret, ErreurCommande> {
    Ok(preparer_octets(sortie.join(nom), octets, Protection::Ordinaire)?)
}

/// The state of the former dossier: the one named, else the one in the folder, else none.
fn ancien(sortie: &Path, nomme: Option<&Path>) -> Result<Option<Etat>, ErreurCommande> {
    let ici = sortie.join(ETAT);
    let fichier = match nomme {
        Some(f) => f,
        None if ici.exists() => &ici,
        None => return Ok(None),
    };
    let refus = |quoi: &str| {
        ErreurCommande::refus("E-DOSSIER-002", format!("{} : {quoi}.", fichier.display()))
            .avec_conseil("Donnez avec --avant le dossier.json d'un dossier fait par cette commande, ou écrivez dans un dossier nouveau.")
    };
    let texte = std::fs::read_to_string(fichier).map_err(|_| refus("dossier précédent illisible"))?;
    let garde: Garde = serde_json::from_str(&texte).map_err(|_| refus("ce n'est pas l'état d'un dossier"))?;
    if garde.format == FORMAT { Ok(Some(garde.etat)) } else { Err(refus("cet état est d'une autre version")) }
}

/// Templates with the functions by which a sentence says its source.
fn environnement(registre: &Arc<Registre>, loi: &Arc<Loi>) -> Environment<'static> {
    let mut e = Environment::new();
    e.set_undefined_behavior(UndefinedBehavior::Strict);
    e.set_trim_blocks(true);
    e.set_lstrip_blocks(true);
    let r = Arc::clone(registre);
    e.add_function("selon", move |jeton: String| -> Result<String, minijinja::Error> {
        let inconnu = || minijinja::Error::new(ErrorKind::InvalidOperation, format!("source inconnue : {jeton}"));
        let sources: Option<Vec<Source>> = jeton.split(' ').map(de_jeton).collect();
        Ok(r.selon(&sources.ok_or_else(inconnu)?))
    });
    let (r, l) = (Arc::clone(registre), Arc::clone(loi));
    e.add_function("loi", move |id: String| l.citer(&id, &r));
    let r = Arc::clone(registre);
    e.add_function("blanc", move |quoi: String, cle: String, ou: String| r.blanc(&quoi, "", &cle, &ou));
    e
}

/// What a template may name by itself: the two documents, measures, the plan.
fn de_jeton(jeton: &str) -> Option<Source> {
    let (genre, nom) = jeton.split_once(':').unwrap_or((jeton, ""));
    match genre {
        "menaces" if menaces::existe(menaces::Document::Menaces, nom) => Some(Source::Menaces { section: nom.to_owned() }),
        "protocole" if menaces::existe(menaces::Document::Protocole, nom) => Some(Source::Protocole { section: nom.to_owned() }),
        "cadre" if !nom.is_empty() => Some(Source::Cadre { id: nom.to_owned() }),
        "mesure" => Some(Source::Mesure { nom: nom.to_owned() }),
        "plan" => Some(Source::Plan),
        "avant" => Some(Source::Avant { quoi: nom.to_owned() }),
        _ => None,
    }
}

fn remplir(e: &Environment<'_>, nom: &str, modele: &str, contexte: &Value, registre: &Registre) -> Result<Papier, ErreurCommande> {
    let faute = |quoi: String| ErreurCommande::panne("E-DOSSIER-001", format!("le modèle {nom} n'a pas pu être rempli : {quoi}."));
    let rempli = e.render_str(modele, minijinja::Value::from_serialize(contexte)).map_err(|x| faute(x.to_string()))?;
    Papier::lire(&rempli, registre).map_err(faute)
}

/// Changes by part, as the template reads them.
fn dits(changements: &[Changement], registre: &Registre) -> Value {
    let partie =
        |cle: &str| -> Vec<String> { changements.iter().filter(|c| c.partie == cle).map(|c| registre.dire(&c.dit, &c.sources)).collect() };
    PARTIES.iter().map(|(cle, titre)| json!({ "titre": titre, "lignes": partie(cle) })).collect()
}

/// PDFs by name: pages are laid where the browser reads them, and removed.
fn imprimer(navigateur: &Path, pages: &[(String, String)]) -> Result<Vec<(String, Vec<u8>)>, ErreurCommande> {
    let dossier = std::env::temp_dir().join(format!("recours-pdf-{}", std::process::id()));
    let noms: Vec<String> = pages.iter().map(|(nom, _)| nom.clone()).collect();
    let faits = pages
        .iter()
        .try_for_each(|(nom, texte)| Ok(recours_tables::ecriture::ecrire_octets(dossier.join(nom), texte.as_bytes(), Protection::Privee)?))
        .and_then(|()| pdf::imprimer(navigateur, &dossier, &noms));
    // What could not be removed holds nothing that the dossier does not.
    let _ = std::fs::remove_dir_all(&dossier);
    Ok(noms.iter().map(|n| n.replace(".html", ".pdf")).zip(faits?).collect())
}

/// `dossier.json`: what is compared next time, and everything that was said, with its sources.
fn garder(etat: &Etat, registre: &Registre, papiers: &[(String, Papier)]) -> Value {
    #[derive(Serialize)]
    struct Dit {
        dit: String,
        sources: Vec<String>,
    }
    let faits: Vec<Dit> =
        registre.faits().into_iter().map(|(dit, s)| Dit { dit, sources: s.iter().map(Source::jeton).collect() }).collect();
    json!({
        "format": FORMAT,
        "papiers": papiers.iter().map(|(nom, p)| json!({ "nom": nom, "titre": p.titre })).collect::<Vec<_>>(),
        "etat": etat,
        "a_completer": registre.manques().iter().map(|m| json!({ "quoi": m.quoi, "ou": m.ou, "pour": m.pour })).collect::<Vec<_>>(),
        "faits": faits,
    })
}
