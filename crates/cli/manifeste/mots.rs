//! Differences as a project lead and a data protection officer read them.

use super::Manifeste;

/// One sentence for a line that changed, came or went.
pub(super) fn dire(cle: &str, avant: Option<&str>, apres: Option<&str>, m: &Manifeste, n: &Manifeste) -> String {
    let (genre, reste) = cle.split_once('.').unwrap_or((cle, ""));
    match genre {
        "convention" => convention(reste, avant, apres, m, n),
        "livre" => livre(reste, avant, apres, m, n),
        "organisme" => organisme(reste, avant, apres, m, n),
        "destinataires" => passe(&format!("l'ordre des destinataires de « {reste} »"), avant, apres),
        "droit" => match apres {
            Some(_) => format!("Le droit ou la rupture « {reste} » est désormais évalué."),
            None => format!("Le droit ou la rupture « {reste} » n'est plus évalué."),
        },
        "role" => passe(&format!("le SIREN du rôle « {} »", reste.trim_end_matches(".siren")), avant, apres),
        "diffusion" => passe(&format!("la règle de diffusion de la source « {reste} »"), avant, apres),
        "conservation" => passe(&format!("la conservation ({})", conserve(reste)), avant, apres),
        "liaison" => passe(&format!("la limite de liaison « {reste} »"), avant, apres),
        "grain" => "Le grain des faits livrés (leurs tranches et leurs classes) n'est plus le même.".to_owned(),
        "regles" => format!("Le jeu de règles n'est plus le même (empreinte {}, puis {}).", debut(avant), debut(apres)),
        _ => passe(&en_tete(cle), avant, apres),
    }
}

fn en_tete(cle: &str) -> String {
    match cle {
        "mission.nom" => "le nom de la mission",
        "mission.finalite" => "la finalité",
        "mission.base_legale" => "la base légale",
        "mission.territoire" => "le territoire",
        "mission.date" => "la date",
        "mission.epoque" => "l'époque",
        "mission.donnees" => "la nature des données",
        "mission.mode" => "le mode",
        "mission.suite" => "la suite cryptographique",
        "mission.tours" => "le nombre de tours",
        "mission.empreinte" => "l'empreinte de la mission",
        "droits" => "le choix des droits",
        autre => return format!("« {autre} »"),
    }
    .to_owned()
}

fn conserve(quoi: &str) -> &str {
    match quoi {
        "collecte" => "ce qui a été collecté",
        "traces" => "les traces des personnes",
        "journal" => "les contenus des journaux",
        "fiches" => "les fiches ouvertes",
        autre => autre,
    }
}

/// « La finalité passe de « informer » à « attribuer ». »
fn passe(quoi: &str, avant: Option<&str>, apres: Option<&str>) -> String {
    let quoi = majuscule(quoi);
    match (avant, apres) {
        (Some(a), Some(b)) => format!("{quoi} passe de « {a} » à « {b} »."),
        (None, Some(b)) => format!("{quoi} est désormais dit : « {b} »."),
        (Some(a), None) => format!("{quoi} n'est plus dit (c'était « {a} »)."),
        (None, None) => quoi,
    }
}

/// A line of the table body × family → recipient.
fn convention(reste: &str, avant: Option<&str>, apres: Option<&str>, m: &Manifeste, n: &Manifeste) -> String {
    let parts: Vec<&str> = reste.splitn(4, '.').collect();
    let [de, famille, vers, du] = parts.as_slice() else { return passe(&format!("« convention.{reste} »"), avant, apres) };
    let (qui, a_qui) = (nom(de, m, n), nom(vers, m, n));
    match (avant, apres) {
        (None, Some(b)) => format!("{} peut désormais livrer à {a_qui} la famille « {famille} », du {du} {b}.", majuscule(&qui)),
        (Some(a), None) => format!("{} ne peut plus livrer à {a_qui} la famille « {famille} » (c'était du {du} {a}).", majuscule(&qui)),
        (Some(a), Some(b)) => {
            format!("La ligne de {qui} à {a_qui}, famille « {famille} », depuis le {du}, passe de « {a} » à « {b} ».")
        }
        (None, None) => String::new(),
    }
}

/// A column that a body delivers, with its family and the article that permits it.
fn livre(reste: &str, avant: Option<&str>, apres: Option<&str>, m: &Manifeste, n: &Manifeste) -> String {
    let (id, colonne) = reste.split_once('.').unwrap_or((reste, ""));
    let qui = majuscule(&nom(id, m, n));
    let decrire = |valeur: &str, ici: &Manifeste| {
        let (famille, dit) = valeur.strip_prefix("famille ").and_then(|v| v.split_once(" : ")).unwrap_or(("", valeur));
        format!("« {colonne} » ({dit} ; famille « {famille} », {})", article(ici, id, famille))
    };
    match (avant, apres) {
        (None, Some(b)) => format!("{qui} livre désormais {}.", decrire(b, n)),
        (Some(a), None) => format!("{qui} ne livre plus {}.", decrire(a, m)),
        (Some(a), Some(b)) => format!("{qui} livre autrement : {}, au lieu de {}.", decrire(b, n), decrire(a, m)),
        (None, None) => String::new(),
    }
}

/// The articles of the lines of a family from a body to the host.
fn article(ici: &Manifeste, organisme: &str, famille: &str) -> String {
    let debut = format!("convention.{organisme}.{famille}.hote.");
    let mut articles: Vec<&str> = ici.sous(&debut).filter_map(|(_, v)| v.split(" ; ").nth(1)).collect();
    articles.dedup();
    if articles.is_empty() { "aucune ligne ne le permet".to_owned() } else { articles.join(" ; ") }
}

fn organisme(reste: &str, avant: Option<&str>, apres: Option<&str>, m: &Manifeste, n: &Manifeste) -> String {
    let (id, quoi) = reste.split_once('.').unwrap_or((reste, ""));
    let qui = nom(id, m, n);
    let dit = match quoi {
        "nom" => match (avant, apres) {
            (None, Some(b)) => return format!("{} entre dans la mission (organisme « {id} »).", majuscule(b)),
            (Some(a), None) => return format!("{} quitte la mission (organisme « {id} »).", majuscule(a)),
            _ => format!("le nom de l'organisme « {id} »"),
        },
        "siren" => format!("le SIREN de {qui}"),
        "couverture" | "interne" => return liste(quoi, &qui, avant, apres),
        "composition" => format!("la composition de foyer que décrit {qui}"),
        "plafond_liste" => format!("la capacité de liste de {qui}"),
        "population" => format!("la population attestée par {qui}"),
        "dpo" => format!("le délégué à la protection des données de {qui}"),
        "representant" => format!("le représentant de {qui}"),
        autre => format!("« {autre} » de {qui}"),
    };
    passe(&dit, avant, apres)
}

/// What came into a list and what left it.
fn liste(quoi: &str, qui: &str, avant: Option<&str>, apres: Option<&str>) -> String {
    let mots = |t: Option<&str>| -> Vec<String> { t.into_iter().flat_map(|t| t.split(", ")).map(str::to_owned).collect() };
    let (a, b) = (mots(avant), mots(apres));
    let seulement = |ici: &[String], la: &[String]| ici.iter().filter(|v| !la.contains(v)).cloned().collect::<Vec<_>>().join(", ");
    let (plus, moins) = (seulement(&b, &a), seulement(&a, &b));
    let (oui, non) = match quoi {
        "couverture" => ("couvre désormais entièrement", "ne couvre plus entièrement"),
        _ => ("évalue désormais chez lui", "n'évalue plus chez lui"),
    };
    let phrases = [(oui, plus), (non, moins)];
    let dites: Vec<String> = phrases.iter().filter(|(_, l)| !l.is_empty()).map(|(verbe, l)| format!("{verbe} : {l}")).collect();
    format!("{} {}.", majuscule(qui), dites.join(" ; "))
}

/// A body or a role, as people call it.
fn nom(id: &str, m: &Manifeste, n: &Manifeste) -> String {
    match id {
        "hote" => return "l'hôte".to_owned(),
        "liaison" => return "l'unité de liaison".to_owned(),
        _ => {}
    }
    let cle = format!("organisme.{id}.nom");
    n.valeur(&cle).or_else(|| m.valeur(&cle)).map_or_else(|| format!("« {id} »"), str::to_owned)
}

fn debut(empreinte: Option<&str>) -> String {
    empreinte.map_or_else(|| "aucune".to_owned(), |e| format!("{}…", e.get(..12).unwrap_or(e)))
}

fn majuscule(texte: &str) -> String {
    let mut lettres = texte.chars();
    lettres.next().map_or_else(String::new, |l| l.to_uppercase().chain(lettres).collect())
}
