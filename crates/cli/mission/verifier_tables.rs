//! Tables of a body: each with what its form needs and nothing else, and all of them together.

use std::collections::BTreeMap;

use toml::Spanned;

use super::brut::{Carte, TableBrute, Texte};
use super::faute::Place;
use super::organisme::{ChampIdentite, ColonnesMois, Correspondance, Forme, NatureSerie, TableSource, Traduction, conseil_parmi};
use super::serie::{MARQUE, separer_serie};
use super::verifier::Verification;

/// Roles in a foyer.
pub(super) const ROLES: [&str; 3] = ["demandeur", "conjoint", "enfant"];

pub(super) fn table_source(v: &mut Verification<'_>, brut: Spanned<TableBrute>) -> TableSource {
    let place = v.place(&brut);
    let brut = brut.into_inner();
    let forme = v.parmi(
        "forme",
        &brut.forme,
        &[("personnes", Forme::Personnes), ("foyers", Forme::Foyers), ("mois", Forme::Mois)],
        Forme::Personnes,
    );
    refuser_hors_forme(v, &brut, forme, place);
    if brut.fichiers.get_ref().is_empty() {
        let place = v.place(&brut.fichiers);
        v.faute("E-MISSION-009", place, "« fichiers » est vide.".into(), "Nommez au moins un fichier.");
    }
    let fichiers = brut.fichiers.get_ref().iter().map(|f| v.chemin("fichiers", f).into()).collect();
    let mois = match (&brut.mois, &brut.nature, &brut.montant) {
        (Some(mois), Some(nature), Some(montant)) => Some(ColonnesMois {
            mois: v.non_vide("mois", mois),
            nature: v.non_vide("nature", nature),
            montant: v.non_vide("montant", montant),
        }),
        _ => None,
    };
    if forme == Forme::Mois && (mois.is_none() || brut.natures.is_empty()) {
        v.faute(
            "E-MISSION-022",
            place,
            "une table « mois » a besoin de « mois », « nature », « montant » et [organisme.table.natures].".into(),
            "Nommez ces colonnes, et les codes de nature de chaque série.",
        );
    }
    let roles = (!brut.roles.is_empty()).then(|| roles(v, brut.roles));
    TableSource {
        fichiers,
        forme,
        cle: v.non_vide("cle", &brut.cle),
        foyer: brut.foyer.as_ref().map(|t| v.non_vide("foyer", t)),
        role: brut.role.as_ref().map(|t| v.non_vide("role", t)),
        roles,
        identite: identite(v, brut.identite),
        colonnes: correspondances(v, brut.colonnes),
        codes: brut.codes.into_iter().map(|(variable, codes)| traduction(v, &variable, codes)).collect(),
        mois,
        exhaustif: brut.exhaustif.is_some_and(Spanned::into_inner),
        natures: natures(v, brut.natures),
        place,
    }
}

/// A key that its form does not use would be silently ignored: refused instead.
fn refuser_hors_forme(v: &mut Verification<'_>, brut: &TableBrute, forme: Forme, place: Place) {
    let personnes = forme == Forme::Personnes;
    let mois = forme == Forme::Mois;
    let (nom, admis) = match forme {
        Forme::Personnes => ("personnes", "foyer, role, roles, identite, colonnes et codes"),
        Forme::Foyers => ("foyers", "colonnes et codes"),
        Forme::Mois => ("mois", "mois, nature, montant, exhaustif et natures"),
    };
    for (cle, presente, admise) in [
        ("foyer", brut.foyer.is_some(), personnes),
        ("role", brut.role.is_some(), personnes),
        ("roles", !brut.roles.is_empty(), personnes),
        ("identite", !brut.identite.is_empty(), personnes),
        ("colonnes", !brut.colonnes.is_empty(), !mois),
        ("codes", !brut.codes.is_empty(), !mois),
        ("mois", brut.mois.is_some(), mois),
        ("nature", brut.nature.is_some(), mois),
        ("montant", brut.montant.is_some(), mois),
        ("exhaustif", brut.exhaustif.is_some(), mois),
        ("natures", !brut.natures.is_empty(), mois),
    ] {
        if presente && !admise {
            v.faute(
                "E-MISSION-022",
                place,
                format!("« {cle} » ne va pas dans une table « {nom} »."),
                format!("Une table « {nom} » prend fichiers, forme, cle, {admis}."),
            );
        }
    }
}

fn roles(v: &mut Verification<'_>, bruts: Carte<Texte>) -> Traduction {
    let mut place = Place::default();
    let mut codes = BTreeMap::new();
    for (code, role) in bruts {
        place = v.place(&role);
        if !ROLES.contains(&role.get_ref().as_str()) {
            v.faute(
                "E-MISSION-009",
                place,
                format!("roles : « {} » n'est pas un rôle.", role.get_ref()),
                conseil_parmi(role.get_ref(), &ROLES),
            );
        }
        codes.insert(code.into_inner(), role.into_inner());
    }
    Traduction { variable: "role".into(), codes: codes.into_iter().collect(), place }
}

fn traduction(v: &mut Verification<'_>, variable: &Texte, bruts: Carte<Texte>) -> Traduction {
    let codes: BTreeMap<String, String> = bruts.into_iter().map(|(code, notre)| (code.into_inner(), notre.into_inner())).collect();
    Traduction { variable: variable.get_ref().clone(), codes: codes.into_iter().collect(), place: v.place(variable) }
}

fn identite(v: &mut Verification<'_>, bruts: Carte<Texte>) -> Vec<(ChampIdentite, String)> {
    let noms = ChampIdentite::TOUS.map(ChampIdentite::nom);
    let mut sortie = Vec::with_capacity(bruts.len());
    for (champ, colonne) in bruts {
        match ChampIdentite::TOUS.into_iter().find(|c| c.nom() == champ.get_ref()) {
            Some(connu) => sortie.push((connu, v.non_vide(champ.get_ref(), &colonne))),
            None => {
                let place = v.place(&champ);
                v.faute(
                    "E-MISSION-023",
                    place,
                    format!("identite : « {} » n'est pas un champ d'identité.", champ.get_ref()),
                    conseil_parmi(champ.get_ref(), &noms),
                );
            }
        }
    }
    sortie.sort_unstable_by_key(|(champ, _)| *champ);
    sortie
}

fn correspondances(v: &mut Verification<'_>, bruts: Carte<Texte>) -> Vec<Correspondance> {
    let mut sortie = Vec::with_capacity(bruts.len());
    for (variable, colonne) in bruts {
        let place = v.place(&variable);
        let c = Correspondance { colonne: v.non_vide(variable.get_ref(), &colonne), variable: variable.into_inner(), place };
        if c.est_serie() && (separer_serie(&c.variable).is_some() || c.colonne.matches(MARQUE).count() > 1) {
            v.faute(
                "E-MISSION-017",
                place,
                format!("colonnes : « {} » mêle un mois et {{mm}}.", c.variable),
                "Écrivez serie = \"colonne_{mm}\", ou serie_m03 = \"colonne\".",
            );
        }
        sortie.push(c);
    }
    sortie
}

fn natures(v: &mut Verification<'_>, bruts: Carte<Vec<Texte>>) -> Vec<NatureSerie> {
    let mut vues: BTreeMap<String, String> = BTreeMap::new();
    let mut sortie = Vec::with_capacity(bruts.len());
    for (serie, codes) in bruts {
        let place = v.place(&serie);
        if codes.is_empty() {
            v.faute(
                "E-MISSION-009",
                place,
                format!("natures : « {} » n'a aucun code.", serie.get_ref()),
                "Nommez au moins un code de nature, ou retirez la ligne.",
            );
        }
        for code in &codes {
            let deja = vues.insert(code.get_ref().trim().to_owned(), serie.get_ref().clone());
            if let Some(autre) = deja {
                let place = v.place(code);
                v.faute(
                    "E-MISSION-010",
                    place,
                    format!("natures : le code « {} » va déjà à « {autre} ».", code.get_ref()),
                    "Un code de nature compte dans une seule série, une seule fois.",
                );
            }
        }
        sortie.push(NatureSerie {
            natures: codes.into_iter().map(|c| c.into_inner().trim().to_owned()).collect(),
            serie: serie.into_inner(),
            place,
        });
    }
    sortie
}

/// One table with identities, a way from persons to foyers, and no variable brought twice.
pub(super) fn ensemble(v: &mut Verification<'_>, id: &str, tables: &[TableSource]) {
    let Some(premiere) = tables.first() else { return };
    let bases: Vec<&TableSource> = tables.iter().filter(|t| !t.identite.is_empty()).collect();
    match bases.as_slice() {
        [] => v.faute(
            "E-MISSION-024",
            premiere.place,
            format!("l'organisme « {id} » n'a pas de table « personnes » avec [organisme.table.identite]."),
            "Une table de personnes porte l'identité ; les autres s'y rattachent.",
        ),
        [base] => {
            let foyers = tables.iter().find(|t| t.forme == Forme::Foyers);
            if let (Some(foyers), None) = (foyers, &base.foyer) {
                v.faute(
                    "E-MISSION-024",
                    foyers.place,
                    format!("l'organisme « {id} » a une table « foyers » que rien ne relie aux personnes."),
                    "Donnez « foyer » (la colonne du numéro de dossier) dans la table des personnes.",
                );
            }
        }
        [_, autre, ..] => v.faute(
            "E-MISSION-024",
            autre.place,
            format!("l'organisme « {id} » a plusieurs tables avec [organisme.table.identite]."),
            "Une seule table porte l'identité ; si ses lignes sont en plusieurs fichiers, nommez-les tous dans « fichiers ».",
        ),
    }
    for table in tables.iter().filter(|t| t.forme == Forme::Personnes && t.identite.is_empty() && (t.foyer.is_some() || t.role.is_some())) {
        v.faute(
            "E-MISSION-024",
            table.place,
            "« foyer » et « role » se donnent dans la table qui porte l'identité.".into(),
            "Déplacez ces clés.",
        );
    }
    let mut vues: Vec<(&str, Place)> = Vec::new();
    let apports = tables.iter().flat_map(|t| {
        let colonnes = t.colonnes.iter().map(|c| (c.variable.as_str(), c.place));
        colonnes.chain(t.natures.iter().map(|n| (n.serie.as_str(), n.place)))
    });
    for (variable, place) in apports {
        let serie = |nom| separer_serie(nom).map_or(nom, |(serie, _)| serie);
        let deja = vues.iter().find(|(autre, _)| {
            *autre == variable || (serie(*autre) == serie(variable) && (*autre == serie(*autre) || variable == serie(variable)))
        });
        if let Some((_, premiere)) = deja {
            let message = format!("« {variable} » est déjà apporté par cet organisme, ligne {}.", premiere.ligne);
            v.faute("E-MISSION-010", place, message, "Gardez une seule source par variable.");
        }
        vues.push((variable, place));
    }
}
