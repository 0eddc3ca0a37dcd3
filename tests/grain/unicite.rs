//! How many people and foyers are alone of their kind at the host, with values and with what really arrives: whoever is
//! alone could be recognised by somebody who knows the same facts of them from elsewhere.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use recours::mission::{Composition, Mission};
use recours_engine::grain::{Grain, Grains};
use recours_engine::plan::Program;
use recours_tables::enveloppe::{IdentiteAge, dechiffrer};
use recours_tables::{Lecteur, lire_table};

use crate::evaluer::banc::{dit, recours};

/// Fewer than this are too few to hide among.
const PEU: usize = 5;

fn empreinte(de: impl Hash) -> u64 {
    let mut h = DefaultHasher::new();
    de.hash(&mut h);
    h.finish()
}

/// Shares of a population, in hundredths of percent kept as floats.
#[derive(Clone, Copy)]
struct Part {
    uniques: f64,
    peu: f64,
}

/// Who is alone with its mark, and who is among fewer than five.
fn part(marques: impl Iterator<Item = u64>) -> Part {
    let mut marques: Vec<u64> = marques.collect();
    marques.sort_unstable();
    let (mut seuls, mut peu) = (0usize, 0usize);
    for groupe in marques.chunk_by(|a, b| a == b) {
        seuls += usize::from(groupe.len() == 1);
        peu += if groupe.len() < PEU { groupe.len() } else { 0 };
    }
    let n = marques.len().max(1) as f64;
    Part { uniques: 100.0 * seuls as f64 / n, peu: 100.0 * peu as f64 / n }
}

/// What the host holds of one body's rows: for each fact (months of a series together), a mark per row.
struct Livraison {
    body: String,
    lignes: Vec<[u8; 16]>,
    foyers: Vec<Option<[u8; 16]>>,
    complete: bool,
    marques: BTreeMap<String, Vec<u64>>,
}

/// `salaire_net` of `salaire_net_m03`.
fn famille(colonne: &str) -> &str {
    match colonne.rsplit_once("_m") {
        Some((serie, mois)) if mois.len() == 2 && mois.bytes().all(|c| c.is_ascii_digit()) => serie,
        _ => colonne,
    }
}

fn lire(mission: &Mission, livraisons: &Path) -> Vec<Livraison> {
    let cle = IdentiteAge::lire(&recours::chemins::cle_hote(mission)).unwrap();
    let mut sortie = Vec::new();
    for o in &mission.organismes {
        let fichier = livraisons.join(&o.id).join("attributs.parquet.age");
        let Ok(octets) = std::fs::read(&fichier) else { continue };
        let lecteur = Lecteur::depuis_parquet(&fichier, dechiffrer(&octets, &cle).unwrap()).unwrap();
        drop(octets);
        let complete = o.composition == Composition::Complete;
        let mut l = Livraison { body: o.id.clone(), lignes: Vec::new(), foyers: Vec::new(), complete, marques: BTreeMap::new() };
        for lot in lecteur.lots().unwrap() {
            let lot = lot.unwrap();
            let ids = lot.colonne("row_id").unwrap();
            l.lignes.extend(ids.obligatoire(ids.octets16().unwrap()).unwrap());
            l.foyers.extend(lot.colonne("foyer").unwrap().octets16().unwrap());
            let n = l.lignes.len();
            for (champ, colonne) in lot.lot().schema().fields().iter().zip(lot.lot().columns()) {
                if matches!(champ.name().as_str(), "row_id" | "foyer") {
                    continue;
                }
                let marques = l.marques.entry(famille(champ.name()).to_owned()).or_default();
                marques.resize(n, 0);
                let textes = cast(colonne, &DataType::Utf8).unwrap();
                let debut = n - textes.len();
                for (i, texte) in textes.as_string::<i32>().iter().enumerate() {
                    if let Some(texte) = texte {
                        marques[debut + i] = marques[debut + i].wrapping_add(empreinte((champ.name(), texte)));
                    }
                }
            }
        }
        sortie.push(l);
    }
    sortie
}

/// All that the host can put together of each person: a mark per fact, whichever body tells it, and per list.
struct Jointes {
    marques: BTreeMap<String, Vec<u64>>,
    /// Persons of each foyer that some body describes whole.
    foyers: Vec<Vec<u32>>,
    personnes: usize,
}

fn joindre(mission: &Mission, livraisons: &[Livraison]) -> Jointes {
    let mut rang: HashMap<[u8; 16], u32> = HashMap::new();
    let mut places: Vec<Vec<u32>> = Vec::new();
    for l in livraisons {
        let liens = lire_table(recours::chemins::liaison(&mission.dossiers.liaison, &l.body)).unwrap().tout().unwrap();
        let seize = |c: &str| liens.colonne(c).unwrap().octets16().unwrap();
        let poignee: HashMap<[u8; 16], [u8; 16]> =
            seize("row_id").into_iter().flatten().zip(seize("handle").into_iter().flatten()).collect();
        places.push(
            l.lignes
                .iter()
                .map(|id| {
                    let suivant = rang.len() as u32;
                    // Who was left out for objecting elsewhere has no handle; the row is at the host all the same, alone.
                    *rang.entry(poignee.get(id).copied().unwrap_or(*id)).or_insert(suivant)
                })
                .collect(),
        );
    }
    let mut j = Jointes { marques: BTreeMap::new(), foyers: Vec::new(), personnes: rang.len() };
    for (l, places) in livraisons.iter().zip(&places) {
        let listes = j.marques.entry("connu de".into()).or_insert_with(|| vec![0; rang.len()]);
        places.iter().for_each(|p| listes[*p as usize] = listes[*p as usize].wrapping_add(empreinte(&l.body)));
        for (nom, marques) in &l.marques {
            let ici = j.marques.entry(nom.clone()).or_insert_with(|| vec![0; rang.len()]);
            for (p, m) in places.iter().zip(marques) {
                ici[*p as usize] = ici[*p as usize].wrapping_add(empreinte((&l.body, m)));
            }
        }
        if l.complete {
            let mut gens: HashMap<[u8; 16], Vec<u32>> = HashMap::new();
            for (p, f) in places.iter().zip(&l.foyers) {
                gens.entry(f.unwrap_or_default()).or_default().push(*p);
            }
            j.foyers.extend(gens.into_values());
        }
    }
    j
}

/// Each person's mark over some facts.
fn total<'m>(marques: impl Iterator<Item = (&'m String, &'m Vec<u64>)>, n: usize) -> Vec<u64> {
    let mut sortie = vec![0u64; n];
    for (nom, colonne) in marques {
        for (s, m) in sortie.iter_mut().zip(colonne) {
            *s = s.wrapping_add(empreinte((nom, m)));
        }
    }
    sortie
}

fn par_foyer(personnes: &[u64], foyers: &[Vec<u32>]) -> Vec<u64> {
    foyers.iter().map(|gens| gens.iter().fold(0u64, |s, p| s.wrapping_add(empreinte(personnes[*p as usize])))).collect()
}

fn foyers_d_un(l: &Livraison) -> Vec<Vec<u32>> {
    let mut gens: HashMap<[u8; 16], Vec<u32>> = HashMap::new();
    for (i, f) in l.foyers.iter().enumerate() {
        if let Some(f) = f {
            gens.entry(*f).or_default().push(i as u32);
        }
    }
    gens.into_values().collect()
}

/// Name of a line, how many it counts, and the shares.
type Lignes = BTreeMap<String, (usize, Part)>;

fn tableau(livraisons: &[Livraison], jointes: &Jointes) -> Lignes {
    let mut sortie = Lignes::new();
    for (i, l) in livraisons.iter().enumerate() {
        let marques = total(l.marques.iter(), l.lignes.len());
        sortie.insert(format!("{i} {}, personnes", l.body), (marques.len(), part(marques.iter().copied())));
        let foyers = par_foyer(&marques, &foyers_d_un(l));
        if !foyers.is_empty() {
            sortie.insert(format!("{i} {}, foyers", l.body), (foyers.len(), part(foyers.iter().copied())));
        }
    }
    let marques = total(jointes.marques.iter(), jointes.personnes);
    sortie.insert("8 ensemble, personnes".into(), (jointes.personnes, part(marques.iter().copied())));
    let foyers = par_foyer(&marques, &jointes.foyers);
    if !foyers.is_empty() {
        sortie.insert("9 ensemble, foyers décrits en entier".into(), (foyers.len(), part(foyers.iter().copied())));
    }
    sortie
}

/// What stays told exactly, and what each fact does to uniqueness.
fn par_fait(j: &Jointes, exacts: &dyn Fn(&str) -> bool) {
    let tous = total(j.marques.iter(), j.personnes);
    let partout = part(tous.iter().copied());
    let sans = |nom: &String, colonne: &Vec<u64>| part(tous.iter().zip(colonne).map(|(t, m)| t.wrapping_sub(empreinte((nom, m)))));
    let mut lignes: Vec<(&String, Part, Part)> = j.marques.iter().map(|(nom, c)| (nom, part(c.iter().copied()), sans(nom, c))).collect();
    lignes.sort_by(|a, b| b.1.uniques.total_cmp(&a.1.uniques));
    println!("\n  ce qui rend unique, sur les colonnes grossies ({:.2} % de personnes uniques en tout)", partout.uniques);
    println!("  {:40} {:>14} {:>14}", "fait (tous organismes et mois)", "uniques par lui", "uniques sans lui");
    for (nom, seul, sans) in lignes.iter().take(12) {
        let dit = if exacts(nom) { " (au centime)" } else { "" };
        println!("  {:40} {:>13.2} % {:>13.2} %", format!("{nom}{dit}"), seul.uniques, sans.uniques);
    }
    let reste = part(total(j.marques.iter().filter(|(nom, _)| !exacts(nom)), j.personnes).into_iter());
    println!("  {:40} {:>14} {:>13.2} %", "tous les montants au centime", "", reste.uniques);
}

fn mesurer(dossier: &Path, personnes: &str, petite: bool) {
    let reussir = |arguments: &[&str]| {
        let debut = std::time::Instant::now();
        let sortie = recours(dossier, arguments);
        assert!(sortie.status.success(), "{arguments:?} : {}", dit(&sortie));
        debut.elapsed().as_secs_f64()
    };
    let demo = ["demo", "--persons", personnes, "--seed", "1", "--out", "d"];
    reussir(&[&demo[..], if petite { &["--petite"] } else { &[] }].concat());
    let mission = Mission::lire(dossier.join("d/mission.toml")).unwrap();
    let grossies = dossier.join("grossies");
    std::fs::rename(&mission.dossiers.livraisons, &grossies).unwrap();
    let bodies: Vec<String> = mission.organismes.iter().filter(|o| !o.tables.is_empty()).map(|o| o.id.clone()).collect();
    let scelle: f64 = bodies.iter().map(|b| reussir(&["seal", "d/mission.toml", "--body", b, "--sans-grain"])).sum();
    let detecte = reussir(&["detect", "d/mission.toml", "--sans-grain", "--out", "brut"]);
    let reperages = |sortie: &str| std::fs::read(dossier.join(sortie).join("findings.parquet")).unwrap();
    let memes = reperages("brut") == reperages("d/host");
    let combien = lire_table(dossier.join("brut/findings.parquet")).unwrap().lignes().unwrap_or(0);

    let brutes = lire(&mission, &mission.dossiers.livraisons);
    let avant = tableau(&brutes, &joindre(&mission, &brutes));
    drop(brutes);
    let rendues = lire(&mission, &grossies);
    let jointes = joindre(&mission, &rendues);
    let apres = tableau(&rendues, &jointes);
    drop(rendues);
    println!("\nmission « {} », {personnes} personnes inventées : uniques chez l'hôte (et parmi moins de {PEU})", mission.nom);
    println!("  {:42} {:>9} {:>22} {:>22}", "", "combien", "valeurs brutes", "valeurs grossies");
    for (nom, (n, b)) in &avant {
        let (_, g) = apres[nom];
        let deux = |p: Part| format!("{:.2} % ({:.2} %)", p.uniques, p.peu);
        println!("  {:42} {n:>9} {:>22} {:>22}", nom.get(2..).unwrap_or(nom), deux(*b), deux(g));
        assert!(g.uniques <= b.uniques, "{nom} : grossir ne peut pas rendre unique");
    }
    let (pack, _) = recours::regles::de_mission(&mission).unwrap();
    let program = Program::compile(&pack);
    let grains = Grains::of(&pack, &program);
    let au_centime = |nom: &str| {
        let v = pack.vocabulary.find(nom).map(|i| (i, &pack.vocabulary.variables[i]));
        v.is_some_and(|(i, v)| {
            matches!(v.ty, recours_rules::types::Type::Num(_)) && program.inputs.iter().any(|f| f.0 == i && *grains.get(*f) == Grain::Exact)
        })
    };
    par_fait(&jointes, &au_centime);
    println!(
        "\n  {combien} repérages, {} avec les valeurs brutes et avec les grossies",
        if memes { "les mêmes, octet pour octet," } else { "DIFFÉRENTS" }
    );
    println!("  scellement brut {scelle:.1} s pour tous les organismes, détection {detecte:.1} s");
    assert!(memes);
}

#[test]
fn deux_fois_la_meme_marque_n_est_pas_unique() {
    let p = part([1, 2, 2, 3, 3, 3, 3, 3].into_iter());
    assert_eq!((p.uniques, p.peu), (12.5, 37.5));
    assert_eq!((famille("salaire_net_m03"), famille("recu_rsa"), famille("taux_m")), ("salaire_net", "recu_rsa", "taux_m"));
}

/// The figures, for `./measure grain`.
#[test]
fn tableau_de_l_unicite() {
    if std::env::var_os("RECOURS_MESURE").is_none() {
        return;
    }
    let taille = if std::env::var_os("RECOURS_PETIT").is_some() { "2000" } else { "1000000" };
    let personnes = std::env::var("RECOURS_PERSONNES").unwrap_or_else(|_| taille.to_owned());
    for petite in [true, false] {
        let d = tempfile::tempdir().unwrap();
        mesurer(d.path(), &personnes, petite);
    }
}
