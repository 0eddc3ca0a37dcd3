//! The columns of the form: what stands there already, what is to be filled, and from which list.

use super::mots::{Accord, Canal, Comment, Etape, Motif, Ou, OuiNon, TypeNonRecours, normaliser};

/// Name of the sheet in the workbook.
pub const FEUILLE: &str = "retours";

/// What a column takes.
#[derive(Debug, Clone, Copy)]
pub enum Saisie {
    /// Written when the list was opened; not to be changed.
    Fixe,
    /// One word of a list.
    Choix(fn() -> Vec<&'static str>),
    /// A day, dd/mm/yyyy.
    Jour,
    /// A number of minutes.
    Minutes,
}

/// A column: what its header says, what it takes, and the sentence that a spreadsheet shows when it is chosen.
#[derive(Debug, Clone, Copy)]
pub struct Colonne {
    /// Header.
    pub titre: &'static str,
    /// What it takes.
    pub saisie: Saisie,
    /// Help.
    pub aide: &'static str,
    /// Width in a spreadsheet, in characters.
    pub largeur: f64,
}

const fn colonne(titre: &'static str, saisie: Saisie, aide: &'static str, largeur: f64) -> Colonne {
    Colonne { titre, saisie, aide, largeur }
}

/// The columns, in order. There is no other, and none says who wrote a row.
pub const COLONNES: [Colonne; 20] = [
    colonne("vague", Saisie::Fixe, "Ne pas changer.", 14.0),
    colonne("fiche", Saisie::Fixe, "Numéro de la fiche. Pour noter une étape de plus, recopiez la ligne.", 7.0),
    colonne("droit", Saisie::Fixe, "Ne pas changer.", 16.0),
    colonne("libellé", Saisie::Fixe, "Le droit ou l'échéance, en clair.", 34.0),
    colonne(
        "étape",
        Saisie::Choix(Etape::mots),
        "Ce qui s'est passé. Une ligne par étape ; la dernière suffit si tout s'est fait d'un coup.",
        26.0,
    ),
    colonne("date", Saisie::Jour, "Quand : jj/mm/aaaa.", 12.0),
    colonne("canal", Saisie::Choix(Canal::mots), "Par quel moyen la personne a été contactée.", 12.0),
    colonne(
        "comment",
        Saisie::Choix(Comment::mots),
        "Pour « accompagné » : fait pour, en présence de, avec la personne, ou par elle avec vos conseils.",
        14.0,
    ),
    colonne("où", Saisie::Choix(Ou::mots), "Pour « orienté » : vers qui.", 18.0),
    colonne("motif", Saisie::Choix(Motif::mots), "Pour « écarté », « rejeté » et « contrôle ».", 24.0),
    colonne("vu : non-connaissance", Saisie::Choix(OuiNon::mots), "La personne ne connaissait pas ce droit.", 10.0),
    colonne("vu : non-demande", Saisie::Choix(OuiNon::mots), "Elle le connaissait et ne l'avait pas demandé.", 10.0),
    colonne("vu : non-demande contrainte", Saisie::Choix(OuiNon::mots), "Ce que la démarche exige l'en empêchait.", 10.0),
    colonne("vu : non-réception", Saisie::Choix(OuiNon::mots), "Elle l'avait demandé sans l'obtenir.", 10.0),
    colonne("vu : non-proposition", Saisie::Choix(OuiNon::mots), "Personne ne le lui avait proposé.", 10.0),
    colonne("minutes", Saisie::Minutes, "Temps passé à cette étape.", 9.0),
    colonne(
        "autonomie gagnée",
        Saisie::Choix(OuiNon::mots),
        "La personne saura faire seule la prochaine fois. Se note à part du droit ouvert.",
        11.0,
    ),
    colonne(
        "accord",
        Saisie::Choix(Accord::mots),
        "La personne accepte que ce partenaire, et lui seul, soit prévenu de ce droit. La date est celle de la ligne.",
        9.0,
    ),
    colonne("accord pour", Saisie::Choix(Ou::mots), "Le partenaire dont la personne a accepté qu'il soit prévenu.", 18.0),
    colonne("rappeler le", Saisie::Jour, "Un jour convenu avec la personne, ou pour essayer encore.", 12.0),
];

/// The columns that say what a worker saw, in the order of [`TypeNonRecours::TOUS`].
#[must_use]
pub fn vus() -> Vec<(TypeNonRecours, String)> {
    TypeNonRecours::TOUS.iter().map(|t| (*t, normaliser(&format!("vu : {}", t.dit())))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No form counts by worker: no column could say who.
    #[test]
    fn aucune_colonne_ne_dit_qui_a_saisi() {
        for c in &COLONNES {
            let nom = normaliser(c.titre);
            for mot in ["agent", "travailleur", "intervenant", "referent", "saisi_par", "auteur", "nom", "equipe", "commentaire"] {
                assert!(nom.split('_').all(|m| m != mot), "{nom}");
            }
        }
    }

    #[test]
    fn chaque_type_a_sa_colonne() {
        for (_, nom) in vus() {
            assert!(COLONNES.iter().any(|c| normaliser(c.titre) == nom), "{nom}");
        }
    }
}
