//! What the letter says: the person's own rows, in words, and nothing else.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use recours_engine::outreach::Jour;
use recours_rules::date::days;
use serde::Serialize;

use crate::mission::convention::{HOTE, LIAISON};
use crate::mission::{Mission, Organisme};
use crate::modeles::date_longue;
use crate::traces::{Concerne, Evenement, Flux, Ligne, Statut};

/// What the register says of objections and renunciations.
#[derive(Default)]
pub struct Dite {
    /// Whether one of the rows stands in it.
    pub connue: bool,
    /// Objections, each with its last day.
    pub oppositions: Vec<Option<Jour>>,
    /// Rights renounced, each with its last day.
    pub renonciations: Vec<(String, Option<Jour>)>,
}

/// The letter, ready for its templates.
#[derive(Serialize)]
pub struct Lettre {
    organisme: String,
    jour: String,
    dpo: Option<String>,
    inventees: bool,
    missions: Vec<Cadre>,
    envois: Vec<Envoi>,
    opposee: bool,
    tokens: bool,
    listes: Vec<Nommee>,
    partenaires: Vec<Nommee>,
    interne: Vec<Nommee>,
    registre: Option<Registre>,
    gardees_jusqu_au: String,
    /// Blanks that the sender fills.
    blancs: Vec<String>,
}

#[derive(Serialize, PartialEq)]
struct Cadre {
    nom: String,
    territoire: String,
    date: String,
    attribuer: bool,
    base_legale: String,
    collecte_jusqu_au: String,
}

#[derive(Serialize)]
struct Envoi {
    quand: Vec<String>,
    vers: String,
    famille: String,
    donnees: Vec<String>,
    article: Option<String>,
    convention: Option<String>,
    jusqu_au: String,
}

#[derive(Serialize)]
struct Nommee {
    quand: String,
    droit: String,
    suite: String,
}

#[derive(Serialize)]
struct Registre {
    connue: bool,
    oppositions: Vec<String>,
    renonciations: Vec<String>,
}

fn jour(date: Date) -> String {
    let j = days(i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    date_longue(i32::try_from(j).unwrap_or_default())
}

fn le(e: &Evenement) -> String {
    jour(e.le.to_zoned(TimeZone::UTC).date())
}

/// Everything that the events say of these rows.
pub(super) fn composer(mission: &Mission, organisme: &Organisme, trouves: &[(&Evenement, Vec<Ligne>)], dite: Option<Dite>) -> Lettre {
    let mut l = Lettre {
        organisme: organisme.nom.clone(),
        jour: jour(jiff::Timestamp::now().to_zoned(TimeZone::UTC).date()),
        dpo: organisme.dpo.clone(),
        inventees: trouves.iter().any(|(e, _)| e.mission.inventees),
        missions: Vec::new(),
        envois: Vec::new(),
        opposee: false,
        tokens: false,
        listes: Vec::new(),
        partenaires: Vec::new(),
        interne: Vec::new(),
        registre: dite.map(|d| en_mots(d, trouves)),
        gardees_jusqu_au: trouves.iter().map(|(e, _)| e.trace_jusqu_au).max().map(jour).unwrap_or_default(),
        blancs: Vec::new(),
    };
    let mut vues: Vec<&str> = Vec::new();
    for (e, lignes) in trouves {
        let cadre = Cadre {
            nom: e.mission.nom.clone(),
            territoire: e.mission.territoire.clone(),
            date: jour(e.mission.date),
            attribuer: e.mission.attribuer,
            base_legale: e.mission.base_legale.clone(),
            collecte_jusqu_au: jour(e.collecte_jusqu_au),
        };
        if !l.missions.contains(&cadre) {
            l.missions.push(cadre);
        }
        match e.acte.as_str() {
            "ouverture" => {
                // A list opened again is the same list.
                let liste = e.liste.as_deref().unwrap_or_default();
                if !vues.contains(&liste) {
                    vues.push(liste);
                    l.listes.extend(nommees(e, lignes));
                }
            }
            "interne" => l.interne.extend(nommees(e, lignes)),
            "transmission" => {
                let vers = e.flux.first().map(|f| f.vers_dit.clone()).unwrap_or_default();
                l.partenaires.extend(nommees(e, lignes).map(|n| Nommee { suite: format!("{} : {}", vers, n.suite), ..n }));
            }
            _ => {
                let (livree, opposee) = (a(lignes, Statut::Livree) || a(lignes, Statut::Aveuglee), a(lignes, Statut::Opposee));
                l.opposee |= opposee;
                for f in e.flux.iter().filter(|f| concerne(f, livree, opposee)) {
                    l.tokens |= f.vers != HOTE;
                    envoyer(&mut l.envois, e, f);
                }
            }
        }
    }
    l.blancs = blancs(mission, &l);
    l
}

fn a(lignes: &[Ligne], statut: Statut) -> bool {
    lignes.iter().any(|l| l.statut == statut)
}

fn concerne(f: &Flux, livree: bool, opposee: bool) -> bool {
    match f.concerne {
        Concerne::Toutes => livree || opposee,
        Concerne::Livrees => livree,
        Concerne::Opposees => opposee,
    }
}

/// The same flow sent again is one line with several days.
fn envoyer(envois: &mut Vec<Envoi>, e: &Evenement, f: &Flux) {
    let nouveau = Envoi {
        quand: vec![le(e)],
        vers: f.vers_dit.clone(),
        famille: f.famille_dit.clone(),
        donnees: f.donnees.iter().map(|d| d.dit.clone()).collect(),
        article: f.article.clone(),
        convention: f.convention.clone(),
        jusqu_au: jour(e.collecte_jusqu_au),
    };
    let meme = |x: &&mut Envoi| {
        x.vers == nouveau.vers
            && x.famille == nouveau.famille
            && x.donnees == nouveau.donnees
            && x.article == nouveau.article
            && x.convention == nouveau.convention
            && x.jusqu_au == nouveau.jusqu_au
    };
    match envois.iter_mut().find(meme) {
        Some(x) if !x.quand.contains(&nouveau.quand[0]) => x.quand.extend(nouveau.quand),
        Some(_) => {}
        None => envois.push(nouveau),
    }
}

fn nommees<'a>(e: &'a Evenement, lignes: &'a [Ligne]) -> impl Iterator<Item = Nommee> + 'a {
    lignes.iter().filter_map(|l| {
        let droit = l.droit.as_ref()?;
        let mut suite = match l.statut {
            Statut::Retenue => "une fiche a été préparée pour vous joindre",
            Statut::AuDela => "retenue pour une autre fois, faute de temps de l'équipe",
            Statut::Ecartee => "laissée de côté : personne n'a été chargé de vous joindre (opposition, décès noté ou minorité)",
            Statut::Renoncee => "laissée de côté : vous aviez renoncé à ce droit",
            Statut::Expiree => "laissée de côté : la ligne n'était plus à jour",
            Statut::Trouvee => "trouvée chez nous, sur nos seuls fichiers",
            Statut::Transmise => "transmis avec votre accord",
            Statut::Retiree => "retrait de votre accord transmis",
            Statut::Livree | Statut::Opposee | Statut::Aveuglee => return None,
        }
        .to_owned();
        if let Some(bande) = &droit.bande {
            suite = format!("{bande} ; {suite}");
        }
        if let Some(expire) = droit.expire {
            suite += &format!(" (ligne valable jusqu'au {})", date_longue(expire));
        }
        Some(Nommee { quand: le(e), droit: e.droits.get(&droit.id).unwrap_or(&droit.id).clone(), suite })
    })
}

fn en_mots(d: Dite, trouves: &[(&Evenement, Vec<Ligne>)]) -> Registre {
    let fin = |f: Option<Jour>| f.map_or_else(|| "sans date de fin".to_owned(), |f| format!("jusqu'au {} compris", date_longue(f)));
    let libelle = |droit: &str| trouves.iter().find_map(|(e, _)| e.droits.get(droit)).map_or_else(|| droit.to_owned(), Clone::clone);
    Registre {
        connue: d.connue,
        oppositions: d.oppositions.into_iter().map(fin).collect(),
        renonciations: d.renonciations.into_iter().map(|(droit, f)| format!("{} ({})", libelle(&droit), fin(f))).collect(),
    }
}

/// What the sender has to fill or to check, each once.
fn blancs(mission: &Mission, l: &Lettre) -> Vec<String> {
    let mut blancs = vec!["Le nom et l'adresse de la personne, et votre référence.".to_owned()];
    if l.dpo.is_none() {
        blancs.push("Les coordonnées de votre délégué à la protection des données (« dpo » dans la mission).".into());
    }
    if l.envois.iter().any(|e| e.article.is_none() || e.convention.is_none()) {
        blancs.push("Le texte ou la convention des envois qui n'en nomment pas.".into());
    }
    if l.registre.as_ref().is_none_or(|r| !r.connue) {
        blancs.push("Votre registre n'a pas été trouvé ici, ou n'a plus la personne : dites vous-même si une opposition est notée.".into());
    }
    if mission.roles.hote.is_none() && l.envois.iter().any(|e| e.vers.contains("hôte")) {
        blancs.push(format!("Qui tient les rôles « {HOTE} » et « {LIAISON} » : la mission ne donne pas leur SIREN."));
    }
    blancs.push(
        "À vérifier par votre délégué à la protection des données avant l'envoi : RGPD, articles 15 (accès), 16 (rectification), \
         21 (opposition) et 77 (réclamation)."
            .into(),
    );
    blancs
}
