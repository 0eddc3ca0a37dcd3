//! Statements of a page and of a text, with their sources, and whether these exist. Written apart from the program: it
//! reads the papers and the repository only.

use super::banc::{Banc, racine};

/// Paragraphs, points, captions and rows of the contents of a page, each with the words of its `data-source`.
pub fn enonces(page: &str) -> Vec<(String, Option<Vec<String>>)> {
    let contenu = page.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    // The list of sources stands after the paper: it is not part of it.
    let contenu = contenu.split("<h2 id=\"sources\">").next().unwrap();
    let mut trouves = Vec::new();
    let mut tete = false;
    for morceau in contenu.split('<').skip(1) {
        let balise = morceau.split('>').next().unwrap();
        let nom = balise.split(' ').next().unwrap();
        tete = match nom {
            "thead" => true,
            "/thead" => false,
            _ => tete,
        };
        if !["p", "li", "caption", "tr"].contains(&nom) || tete {
            continue;
        }
        let sources = balise.split("data-source=\"").nth(1).map(|s| s.split('"').next().unwrap());
        let sources = sources.map(|s| s.split(' ').filter(|x| !x.is_empty()).map(String::from).collect());
        trouves.push((morceau.chars().take(160).collect(), sources));
    }
    trouves
}

/// Whether a source stands where it says.
pub fn existe(ici: &Banc, source: &str) -> Result<(), String> {
    let (genre, nom) = source.split_once(':').ok_or("sans genre")?;
    let oui = |bon: bool, quoi: &str| if bon { Ok(()) } else { Err(quoi.to_owned()) };
    match genre {
        "mission" => {
            let (cle, ligne) = nom.rsplit_once(':').ok_or("sans ligne")?;
            let texte = ici.mission();
            let ecrite = texte.lines().nth(ligne.parse::<usize>().map_err(|e| e.to_string())? - 1).ok_or("ligne hors du fichier")?;
            // A table of an array is found by its header.
            let derniere = cle.rsplit('.').find(|c| c.parse::<usize>().is_err()).unwrap();
            let id = cle.strip_prefix("organisme.").filter(|c| !c.contains('.'));
            oui(ecrite.contains(derniere) || id.is_some() && ecrite.contains("organisme"), "la clé n'est pas sur cette ligne")
        }
        // Only what has a default may come from it.
        "defaut" => {
            let cle = nom.strip_prefix("conservation.").ok_or("pas une durée par défaut")?;
            oui(!ici.mission().contains(&format!("\n{cle} =")), "la mission le dit")
        }
        "manque" | "avant" => oui(!nom.is_empty(), "vide"),
        "plan" => Ok(()),
        "signature" => oui(ici.dossier().join(format!("cles/manifeste/{nom}.txt")).is_file(), "aucune signature"),
        "regle" => {
            let (id, version) = nom.split_once('@').ok_or("sans version")?;
            let dit = |t: &str| {
                t.lines().any(|l| l == format!("droit: {id}") || l == format!("rupture: {id}"))
                    && t.contains(&format!("version: \"{version}\""))
            };
            oui(ici.regles().iter().any(|t| dit(t)), "aucune règle de ce nom et de cette version")
        }
        "vocabulaire" | "parametre" | "texte" => dans_les_regles(ici, "nom", nom),
        "classe" => dans_les_regles(ici, "classe", nom),
        "cadre" => dans_les_regles(ici, "texte", nom),
        "menaces" => match nom.strip_prefix("2.") {
            Some(n) => oui(document("menaces").lines().any(|l| l.starts_with(&format!("| {n} | "))), "aucun adversaire"),
            None => oui(titre("menaces", nom), "aucune section"),
        },
        "protocole" => oui(titre("protocole", nom), "aucune section"),
        "mesure" => oui(racine().join("benches/mesures").join(nom).is_file(), "aucune mesure"),
        _ => Err("genre inconnu".to_owned()),
    }
}

fn document(nom: &str) -> String {
    std::fs::read_to_string(racine().join(format!("docs/fr/{nom}.md"))).unwrap()
}

fn titre(nom: &str, section: &str) -> bool {
    document(nom).lines().any(|l| l.starts_with(&format!("## {section}. ")) || l.starts_with(&format!("### {section} ")))
}

fn dans_les_regles(ici: &Banc, cle: &str, nom: &str) -> Result<(), String> {
    let motif = format!("{cle}: {nom}");
    let la = |t: &str| t.match_indices(&motif).any(|(i, m)| !t[i + m.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'));
    if ici.regles().iter().any(|t| la(t)) { Ok(()) } else { Err(format!("« {motif} » n'est dans aucune règle")) }
}

/// Each statement of a text ends with marks between brackets, and each mark is in the list at its end.
pub fn marques_du_markdown(texte: &str) -> Result<(), String> {
    let (papier, sources) = texte.split_once("## Sources de ce document").ok_or("sans liste de sources")?;
    let lignes: Vec<&str> = papier.lines().collect();
    for (rang, ligne) in lignes.iter().enumerate() {
        let tete = ligne.starts_with("|-") || lignes.get(rang + 1).is_some_and(|l| l.starts_with("|-"));
        if ligne.is_empty() || ligne.starts_with('#') || ligne.starts_with("*(Le schéma") || tete {
            continue;
        }
        let fin = ligne.trim_end_matches(" |");
        let marques = fin.strip_suffix(']').and_then(|l| l.rsplit_once('[')).map(|(_, m)| m).ok_or(format!("sans marque : {ligne}"))?;
        for marque in marques.split([',', '–']).map(str::trim) {
            if !sources.contains(&format!("- **{marque}** : ")) {
                return Err(format!("marque {marque} sans source : {ligne}"));
            }
        }
    }
    Ok(())
}
