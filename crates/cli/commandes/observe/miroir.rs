//! The mirror report: which requirements of which procedures leave how many people out, and how it is done without a screen.
//!
//! The subject is the procedure. A count is that of people to whom the right may be proposed and for whom a requirement is
//! *known* not to be met; those of whom nothing is known are not in it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use arrow::array::AsArray;
use recours_engine::aggregates::registre::Parution;
use recours_engine::aggregates::{Diffusion, Publie};
use recours_engine::outreach::{Bande, Poignee};
use recours_rules::Pack;
use recours_rules::catalogue::{Mask, Obtained, Procedure, Requirement, Stage, Variant};
use recours_tables::{ErreurTable, lire_table};

use super::planche::{Planche, Rang, a_part, nombre, part, parution, region, texte};
use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// A person, a right to propose, and what its procedure requires that is known not to be there.
pub struct Empechement {
    /// Handle.
    pub personne: Poignee,
    /// Position of the right in the pack.
    pub droit: usize,
    /// Requirements.
    pub manque: Mask,
}

/// The rows of the findings that may be proposed, with what is unmet; one a person and right.
///
/// # Errors
/// E-TABLE when the findings cannot be read.
pub fn lire(fichier: &Path, pack: &Pack) -> Result<Vec<Empechement>, ErreurCommande> {
    let droits: HashMap<&str, usize> = pack.rights.iter().enumerate().map(|(i, r)| (r.id.as_str(), i)).collect();
    let abime = || ErreurTable::Abime { fichier: fichier.to_path_buf(), format: "Parquet", ligne: None };
    let mut lus: BTreeMap<(Poignee, usize), Mask> = BTreeMap::new();
    for lot in lire_table(fichier)?.projeter(&["unit", "right", "certainty", "unmet"])?.lots()? {
        let lot = lot?;
        let unit = lot.colonne("unit")?;
        let personnes = unit.obligatoire(unit.octets16()?)?;
        let (noms, degres) = (lot.colonne("right")?.texte()?, lot.colonne("certainty")?.texte()?);
        let listes = lot.lot().column_by_name("unmet").and_then(|c| c.as_list_opt::<i32>().cloned()).ok_or_else(abime)?;
        for (i, personne) in personnes.into_iter().enumerate() {
            let Some(droit) = droits.get(noms.value(i)).filter(|_| Bande::de_certitude(degres.value(i)) == Some(Bande::AProposer)) else {
                continue;
            };
            let mots = listes.value(i);
            let mots = mots.as_string_opt::<i32>().ok_or_else(abime)?;
            let manque = mots.iter().flatten().filter_map(Requirement::parse).collect::<Mask>();
            let place = lus.entry((personne, *droit)).or_default();
            *place = place.or(manque);
        }
    }
    Ok(lus.into_iter().map(|((personne, droit), manque)| Empechement { personne, droit, manque }).collect())
}

/// For people.
#[must_use]
pub fn etape(etape: Stage) -> String {
    etape.name().replace('_', " ")
}

/// The table, and what the register keeps of it. `dits` is what the counts by right say « à proposer », by position of the
/// right: a part of what is not said is not said either.
#[must_use]
pub fn faire(
    mission: &Mission,
    pack: &Pack,
    empechements: &[Empechement],
    dits: &[Publie],
    regles: &[Diffusion],
) -> (Planche, Vec<Parution>) {
    let (mut rangs, mut parutions) = (Vec::new(), Vec::new());
    for (i, droit) in pack.rights.iter().enumerate() {
        let Some(demarche) = pack.catalogue.for_rule(droit) else { continue };
        let siens: Vec<&Empechement> = empechements.iter().filter(|e| e.droit == i).collect();
        let tout = siens.len() as u64;
        let (dit, regle) = (dits.get(i).copied().unwrap_or(Publie::Secret), regles.get(i).copied().unwrap_or(Diffusion::DEFAUT));
        let mut manques: BTreeMap<Requirement, Publie> = BTreeMap::new();
        for organisme in mission.organismes.iter().filter(|o| demarche.bodies(pack.on).contains(&o.id.as_str())) {
            let Some(variante) = demarche.at(&organisme.id, None, pack.on) else { continue };
            let exigences: BTreeSet<Requirement> = variante.channels.iter().flat_map(|c| c.needs.named().iter()).collect();
            for exigence in exigences {
                let combien = siens.iter().filter(|e| e.manque.holds(Mask::of(exigence))).count() as u64;
                let manque = *manques.entry(exigence).or_insert_with(|| part(combien, tout, dit, regle));
                rangs.push(rang(
                    &organisme.nom,
                    &droit.label,
                    demarche,
                    variante,
                    exigence,
                    (dit, manque),
                    deja(mission, pack, demarche, variante),
                ));
            }
        }
        // What is not said tells the register nothing.
        for (exigence, manque) in manques.into_iter().filter(|(_, dit)| *dit != Publie::Secret) {
            let cellules = vec![
                ("à proposer".to_owned(), region("exigence", ["non_remplie", "autre"].map(String::from)), dit, regle),
                (format!("exigence {}", exigence.name()), region("exigence", ["non_remplie".to_owned()]), manque, regle),
            ];
            parutions.push(parution(mission, format!("miroir:{}:{}", droit.id, exigence.name()), cellules));
        }
    }
    let lignes = pack.catalogue.lines.iter().filter(|l| l.what == recours_rules::catalogue::What::Requirement);
    let (lues, a_verifier) = lignes.fold((0_u32, 0_u32), |(t, v), l| (t + 1, v + u32::from(l.checked.is_none())));
    let lire = vec![
        "Le sujet est la démarche : chaque ligne dit une exigence qu'elle pose, et pour combien de personnes à qui le droit est à proposer on \
         sait, par un fait observé, qu'elle n'est pas remplie."
            .to_owned(),
        "De la plupart des personnes on ne sait rien : elles ne sont pas dans ces nombres, qui sont donc des minimums.".to_owned(),
        "Une même personne compte à plusieurs exigences, et chez chaque organisme où la démarche peut se faire.".to_owned(),
        format!("Exigences du catalogue encore à vérifier à leur source : {a_verifier} sur {lues}."),
    ];
    let colonnes = vec![
        texte("Organisme et démarche"),
        texte("Ce que la démarche exige"),
        nombre("À proposer"),
        nombre("Exigence non remplie"),
        texte("Sans écran"),
        a_part("Droit"),
        a_part("Étape"),
        a_part("Exigence"),
        a_part("Portes qui l'exigent"),
        a_part("Pièces demandées"),
        a_part("Pièces qu'un autre organisme de la mission demande déjà, ou que l'organisme obtient"),
        a_part("Coût de justification"),
        a_part("Vérifié le"),
    ];
    let legende = "Personnes à qui proposer un droit, et exigence de la démarche connue comme non remplie".to_owned();
    (Planche::nouvelle("miroir", "Ce que les démarches exigent", lire, legende, colonnes, rangs), parutions)
}

/// Pieces that somebody else of the mission already asks for under the same code, or that the body obtains by itself.
fn deja(mission: &Mission, pack: &Pack, demarche: &Procedure, variante: &Variant) -> usize {
    let ailleurs = |code: &str| {
        pack.catalogue.procedures.iter().flat_map(|p| &p.variants).any(|v| {
            v.in_force(pack.on)
                && v.body != variante.body
                && mission.organismes.iter().any(|o| o.id == v.body)
                && v.pieces.iter().any(|x| x.code == code)
        })
    };
    debug_assert!(demarche.variants.iter().any(|v| v.body == variante.body));
    variante.pieces.iter().filter(|p| p.obtained == Obtained::ByExchange || ailleurs(&p.code)).count()
}

fn rang(
    organisme: &str,
    droit: &str,
    demarche: &Procedure,
    variante: &Variant,
    exigence: Requirement,
    (dit, manque): (Publie, Publie),
    deja: usize,
) -> Rang {
    let lignes = || variante.channels.iter().flat_map(|c| &c.requirements).filter(|l| l.any_of.holds(Mask::of(exigence)));
    // The sentence that was read at its source first.
    let ligne = lignes().find(|l| l.checked.is_some()).or_else(|| lignes().next());
    let phrase = ligne.map_or_else(String::new, |l| if l.checked.is_some() { l.says.clone() } else { format!("{} (à vérifier)", l.says) });
    let portes: BTreeSet<&str> =
        variante.channels.iter().filter(|c| c.needs.named().holds(Mask::of(exigence))).map(|c| c.kind.name()).collect();
    let humaine = match &variante.human {
        Some(h) if h.printable() => h.says.clone(),
        Some(h) => format!("{} (à vérifier)", h.says),
        None => "Aucune n'est connue".into(),
    };
    let pieces = variante.pieces.len();
    Rang {
        page: manque != Publie::Secret,
        cellules: vec![
            format!("{organisme} : {}", demarche.label),
            phrase,
            dit.texte(),
            manque.texte(),
            humaine,
            droit.to_owned(),
            etape(demarche.stage),
            exigence.name().to_owned(),
            portes.into_iter().collect::<Vec<_>>().join(", "),
            pieces.to_string(),
            deja.to_string(),
            pieces.saturating_sub(deja).to_string(),
            ligne.and_then(|l| l.checked).map_or_else(|| "à vérifier".into(), recours_rules::date::format),
        ],
    }
}
