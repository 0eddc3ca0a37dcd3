//! The rules of a croisement: those whose class lets them see several bodies' facts, compiled with the computations that go
//! with each row.

use recours_engine::plan::{NodeId, Program};
use recours_rules::date::Days;
use recours_rules::flow;
use recours_rules::pack::{Calc, Pack, Right};
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::Crossing;
use recours_tables::proches::{noms_proches, vouliez_vous};

use super::brut::Texte;
use super::faute::Examen;
use super::sortie::COLONNES;
use crate::erreur::ErreurCommande;
use crate::regles::Jeu;

/// Rules that a croisement leaves aside.
pub(super) struct Ecartees {
    /// Those that stay with the holder of their facts.
    pub chez_leur_detenteur: Vec<String>,
    /// Those of a person: no minor may be the unit of a row, and nothing here says who is of age.
    pub de_personne: Vec<String>,
}

/// The pack for a day, without the rules that are left aside.
///
/// # Errors
/// Exit 1 for faults in the rules; E-CROISER-014 when they would move a class of data beyond what it may.
pub(super) fn preparer(jeu: &Jeu, le: Days) -> Result<(Pack, Ecartees), ErreurCommande> {
    let mut pack = jeu.construire(None, le)?;
    if let Err(fautes) = flow::prove(&pack) {
        let dessins: String = fautes.iter().map(|d| jeu.dessiner(d, None)).collect();
        let message = "ces règles feraient sortir une classe de données plus loin qu'elle ne le permet.";
        return Err(ErreurCommande::refus("E-CROISER-014", format!("{message}\n{dessins}")));
    }
    let noms = |pack: &Pack, garder: fn(&Right) -> bool| pack.rights.iter().filter(|r| !garder(r)).map(|r| r.id.clone()).collect();
    let croisable = |r: &Right| r.crossing == Crossing::Authorised;
    let chez_leur_detenteur = noms(&pack, croisable);
    pack.rights.retain(croisable);
    let de_foyer = |r: &Right| r.unit != Entity::Personne;
    let de_personne = noms(&pack, de_foyer);
    pack.rights.retain(de_foyer);
    // Neither types of non-recours nor requirements: verdicts only.
    pack.capacities.clear();
    pack.rights.iter_mut().for_each(|r| r.journey = None);
    Ok((pack, Ecartees { chez_leur_detenteur, de_personne }))
}

/// The computations named in `calculs`.
pub(super) fn calculs(examen: &mut Examen<'_>, pack: &Pack, noms: &[Texte]) -> Vec<(String, Calc)> {
    let mut voulus: Vec<(String, Calc)> = Vec::new();
    for nom in noms {
        let place = examen.place(nom);
        let texte = nom.get_ref().as_str();
        let Some(calcul) = pack.calcs.iter().find(|c| c.name == texte) else {
            let proches = noms_proches(texte, pack.calcs.iter().filter(|c| nombre_du_foyer(c)).map(|c| c.name.as_str()));
            examen.faute("E-CROISER-013", place, format!("les règles n'ont pas de calcul « {texte} »."), vouliez_vous(&proches));
            continue;
        };
        if !nombre_du_foyer(calcul) {
            let message = format!("« {texte} » n'est pas un nombre du foyer.");
            examen.faute("E-CROISER-013", place, message, "Prenez un calcul numérique dont l'unité est le foyer.");
        } else if COLONNES.contains(&texte) || voulus.iter().any(|(n, _)| n == texte) {
            examen.faute(
                "E-CROISER-013",
                place,
                format!("« {texte} » est déjà une colonne du résultat."),
                "Nommez chaque calcul une fois.",
            );
        } else {
            voulus.push((texte.to_owned(), calcul.clone()));
        }
    }
    voulus
}

fn nombre_du_foyer(calcul: &Calc) -> bool {
    matches!(calcul.ty, Type::Num(_) | Type::Literal) && calcul.entity != Entity::Personne && !calcul.monthly
}

/// The program, and the nodes of the computations.
pub(super) fn compiler(pack: &Pack, calculs: Vec<(String, Calc)>) -> (Program, Vec<(String, NodeId)>) {
    let corps: Vec<_> = calculs.iter().map(|(_, c)| (&c.body, c.entity)).collect();
    let (program, noeuds) = Program::compile_with(pack, &corps);
    let noms = calculs.iter().map(|(nom, _)| nom.clone());
    (program, noms.zip(noeuds).collect())
}
