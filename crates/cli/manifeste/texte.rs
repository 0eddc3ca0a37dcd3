//! The lines of the manifest.

use std::collections::BTreeMap;

use recours_engine::aggregates::Diffusion;
use recours_rules::Pack;

use crate::commandes::plan::apports::{Plan, mois_ecrits};
use crate::commandes::plan::grain;
use crate::mission::{Composition, Donnees, Finalite, Mission, Mode, Organisme};

/// Everything but what is read off the rules.
pub(super) fn de_mission(mission: &Mission, empreinte_regles: &str) -> BTreeMap<String, String> {
    let mut l = Lignes::default();
    en_tete(&mut l, mission, empreinte_regles);
    let roles = [
        ("tiers_cles", &mission.roles.tiers_cles),
        ("liaison", &mission.roles.liaison),
        ("hote", &mission.roles.hote),
        ("auditeur", &mission.roles.auditeur),
    ];
    for (role, siren) in roles {
        l.si(&format!("role.{role}.siren"), siren.as_ref());
    }
    mission.organismes.iter().for_each(|o| organisme(&mut l, o));
    for c in &mission.conventions {
        let reference = c.convention.as_deref().map_or_else(|| "convention à signer".to_owned(), |r| format!("convention {r}"));
        for famille in &c.familles {
            let cle = format!("convention.{}.{famille}.{}.{}", c.organisme, c.destinataire, c.du);
            l.ligne(&cle, format!("jusqu'au {} ; {} ; {reference}", c.au, c.article));
        }
    }
    match &mission.droits {
        None => l.ligne("droits", "tous ceux du jeu de règles"),
        Some(droits) => droits.iter().for_each(|d| l.ligne(&format!("droit.{d}"), "évalué")),
    }
    for (droit, liste) in &mission.destinataires {
        l.ligne(&format!("destinataires.{droit}"), liste.join(", "));
    }
    for (source, regle) in &mission.diffusion {
        l.ligne(&format!("diffusion.{source}"), diffusion(regle));
    }
    let c = &mission.conservation;
    l.ligne("conservation.collecte", format!("{} mois", c.collecte_mois));
    l.ligne("conservation.traces", format!("{} mois", c.traces_mois));
    l.ligne("conservation.journal", format!("{} mois", c.journal_mois));
    l.ligne("conservation.fiches", format!("{} jours", c.fiches_jours));
    l.0
}

fn en_tete(l: &mut Lignes, mission: &Mission, empreinte_regles: &str) {
    l.ligne("mission.nom", &mission.nom);
    let finalite = match mission.finalite {
        Finalite::Informer => "informer",
        Finalite::Attribuer => "attribuer",
    };
    l.ligne("mission.finalite", finalite);
    l.ligne("mission.base_legale", &mission.base_legale);
    l.ligne("mission.territoire", &mission.territoire);
    l.ligne("mission.date", mission.date.to_string());
    l.ligne("mission.epoque", &mission.epoque);
    let donnees = match mission.donnees {
        Donnees::Inventees => "inventées",
        Donnees::Reelles => "réelles",
    };
    l.ligne("mission.donnees", donnees);
    l.ligne("mission.mode", if mission.mode == Mode::A { "A" } else { "B" });
    l.ligne("mission.suite", crate::entete::code_de_suite(mission.suite));
    l.ligne("mission.tours", mission.tours.to_string());
    l.ligne("mission.empreinte", mission.empreinte(empreinte_regles));
    l.ligne("regles.empreinte", empreinte_regles);
    let t = &mission.liaison;
    let limites = [
        ("faux_liens_maximum", t.faux_liens_maximum.to_string()),
        ("faux_liens_cumules_maximum", t.faux_liens_cumules_maximum.to_string()),
        ("unicite_minimale", t.unicite_minimale.to_string()),
        ("entropie_minimale", t.entropie_minimale.to_string()),
        ("plafond_frequence", t.plafond_frequence.to_string()),
        ("part_frequente_maximale", t.part_frequente_maximale.to_string()),
        ("dates_contredites_maximum", t.dates_contredites_maximum.to_string()),
        ("passes_elargies", oui_ou_non(t.passes_elargies)),
    ];
    for (nom, valeur) in limites {
        l.ligne(&format!("liaison.{nom}"), valeur);
    }
}

fn organisme(l: &mut Lignes, o: &Organisme) {
    let mut dit = |nom: &str, valeur: Option<String>| l.si(&format!("organisme.{}.{nom}", o.id), valeur.as_ref());
    dit("nom", Some(o.nom.clone()));
    dit("siren", o.siren.clone());
    dit("couverture", Some(tries(o.couverture.iter().map(|(v, _)| v))).filter(|t| !t.is_empty()));
    let composition = match o.composition {
        Composition::Complete => "complète",
        Composition::Partielle => "partielle",
        Composition::Aucune => "aucune",
    };
    dit("composition", Some(composition.to_owned()));
    dit("plafond_liste", o.plafond_liste.map(|n| n.to_string()));
    dit("population", o.population.map(|n| n.to_string()));
    dit("interne", Some(tries(&o.interne)).filter(|t| !t.is_empty()));
    dit("dpo", o.dpo.clone());
    dit("representant", o.representant.clone());
}

/// Columns that leave each body, by the names of the vocabulary.
pub(super) fn ajouter_regles(lignes: &mut BTreeMap<String, String>, mission: &Mission, pack: &Pack, plan: &Plan) {
    for (o, prevu) in mission.organismes.iter().zip(&plan.organismes) {
        for a in &prevu.apports {
            let Some(v) = pack.vocabulary.variables.get(a.variable) else { continue };
            let mois = if a.mois.is_empty() { String::new() } else { format!(" ({})", mois_ecrits(&a.mois)) };
            let valeur = format!("famille {} : {}{mois} ; {}", v.class, v.label, grain::dit(pack, v, &a.grains));
            lignes.insert(format!("livre.{}.{}", o.id, v.name), valeur);
        }
        if let Some(famille) = super::lignes::famille_de_la_composition(pack, o) {
            lignes.insert(format!("livre.{}.foyer", o.id), format!("famille {famille} : qui vit avec qui, sous un numéro tiré au sort"));
        }
    }
}

/// The words of the mission file where it has some.
fn diffusion(regle: &Diffusion) -> String {
    let connues = [("defaut", Diffusion::DEFAUT), ("cnaf", Diffusion::CNAF), ("dgfip", Diffusion::DGFIP)];
    connues.iter().find(|(_, r)| r == regle).map_or_else(
        || format!("seuil {}, arrondi {}, dominance {}", regle.seuil, regle.arrondi, regle.dominance),
        |(nom, _)| (*nom).to_owned(),
    )
}

fn oui_ou_non(oui: bool) -> String {
    if oui { "oui" } else { "non" }.to_owned()
}

/// Names in their order, whatever that of the file.
fn tries<'a>(noms: impl IntoIterator<Item = &'a String>) -> String {
    let mut noms: Vec<&str> = noms.into_iter().map(String::as_str).collect();
    noms.sort_unstable();
    noms.dedup();
    noms.join(", ")
}

/// Lines under way.
#[derive(Default)]
struct Lignes(BTreeMap<String, String>);

impl Lignes {
    fn ligne(&mut self, cle: &str, valeur: impl Into<String>) {
        self.0.insert(cle.to_owned(), valeur.into());
    }

    /// What a mission does not say has no line.
    fn si(&mut self, cle: &str, valeur: Option<&String>) {
        if let Some(valeur) = valeur {
            self.ligne(cle, valeur);
        }
    }
}
