//! What a fact's description says of its cells: their codes, and what an empty one means.

use recours_rules::number::{Decimal, SCALE};
use recours_rules::pack::Pack;
use recours_rules::types::Type;
use recours_rules::vocabulary::{CodeList, Variable};
use recours_tables::proches::{noms_proches, vouliez_vous};
use toml::Spanned;

use super::brut::{Carte, Texte};
use super::description::decimal;
use super::faute::Examen;

/// What an empty cell says, when that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nul {
    /// A number.
    Nombre(Decimal),
    /// A truth.
    Vrai(bool),
    /// Known to be no date.
    Aucun,
    /// A set of codes.
    Code(u64),
}

/// What cells say, one set of codes each.
pub(super) fn codes(examen: &mut Examen<'_>, pack: &Pack, variable: &Variable, dits: Option<&Carte<Texte>>) -> Option<Vec<(String, u64)>> {
    let dits = dits?;
    let Type::Code(liste) = variable.ty else {
        let place = dits.keys().next().map(|k| examen.place(k));
        examen.faute("E-CROISER-007", place, "« codes » ne va qu'à un fait à codes.", "Retirez « codes ».");
        return None;
    };
    let liste = pack.vocabulary.lists.get(liste)?;
    let lus = dits.iter().filter_map(|(cellule, code)| Some((cellule.get_ref().clone(), un_code(examen, liste, code)?)));
    Some(lus.collect())
}

fn un_code(examen: &mut Examen<'_>, liste: &CodeList, code: &Texte) -> Option<u64> {
    let trouve = liste.index(code.get_ref()).or_else(|| liste.index_written(code.get_ref()));
    if let Some(rang) = trouve {
        return Some(1 << rang);
    }
    let place = examen.place(code);
    let conseil = match vouliez_vous(&noms_proches(code.get_ref(), liste.codes.iter().map(String::as_str))) {
        question if question.is_empty() => format!("Codes du vocabulaire : {}.", liste.listing()),
        question => question,
    };
    examen.faute("E-CROISER-009", place, format!("le vocabulaire n'a pas de code « {} » pour ce fait.", code.get_ref()), conseil);
    None
}

/// What an empty cell says.
pub(super) fn nul(examen: &mut Examen<'_>, pack: &Pack, variable: &Variable, centimes: bool, dit: &Spanned<toml::Value>) -> Option<Nul> {
    let place = examen.place(dit);
    let (attendu, lu) = match variable.ty {
        Type::Num(_) | Type::Literal => {
            let lu = decimal(dit.get_ref()).map(|d| if centimes { d / 100 } else { d });
            match lu {
                Some(d) if d < variable.domain.lo || d > variable.domain.hi => {
                    let message = format!("« nul » est hors du domaine que le vocabulaire déclare pour « {} ».", variable.name);
                    examen.faute("E-CROISER-008", place, message, "Un vide ne peut valoir que ce que le fait peut valoir.");
                    return None;
                }
                _ => ("un nombre, dans l'unité de la colonne : nul = 0", lu.map(Nul::Nombre)),
            }
        }
        Type::Bool => ("true ou false", dit.get_ref().as_bool().map(Nul::Vrai)),
        Type::Date { absent_possible: true } => {
            ("\"aucun\" (le vide dit qu'il n'y a pas de date)", dit.get_ref().as_str().filter(|s| *s == "aucun").map(|_| Nul::Aucun))
        }
        Type::Date { .. } => ("rien : le vocabulaire ne permet pas à cette date d'être « aucune »", None),
        Type::Code(liste) => {
            let Some(texte) = dit.get_ref().as_str() else {
                examen.faute(
                    "E-CROISER-008",
                    place,
                    "« nul » n'est pas du type du fait.",
                    "Il faut un code du vocabulaire entre guillemets.",
                );
                return None;
            };
            let liste = pack.vocabulary.lists.get(liste)?;
            return un_code(examen, liste, &Spanned::new(dit.span(), texte.to_owned())).map(Nul::Code);
        }
    };
    if lu.is_none() {
        examen.faute("E-CROISER-008", place, "« nul » n'est pas du type du fait.", format!("Il faut {attendu}."));
    }
    lu
}

/// Hundred-millionths per unit of a whole number.
pub(super) const fn pas(centimes: bool) -> i64 {
    if centimes { SCALE / 100 } else { SCALE }
}
