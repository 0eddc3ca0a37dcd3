//! CPAM: nearly everybody; an insured adult and the children beside them; the complementary cover.

use super::{Contexte, Fichier, PREMIER_FAIT, echeances, ecrire_identite, parcours, schema_personnes};
use crate::faits::Role;
use crate::hasard::Hasard;
use crate::tableau::{Genre, Tableau};
use crate::versements::{C2s, RecuFoyer};

const PERSONNES: [(&str, Genre); 7] = [
    ("numero_dossier", Genre::Texte),
    ("qualite_assure", Genre::Texte),
    ("nature_css", Genre::Texte),
    ("date_fin_css", Genre::Texte),
    ("renouvellement_demande", Genre::Bool),
    ("css_active", Genre::Bool),
    ("mt_asi_verse", Genre::Reel),
];

pub(super) fn fichiers(complet: bool) -> Vec<Fichier> {
    let mut personnes = PERSONNES.to_vec();
    if !complet {
        personnes.extend(echeances::SANTE);
        personnes.push(echeances::COURRIER);
        personnes.extend(parcours::C2S);
    }
    vec![Fichier { chemin: "extrait/assures.parquet", schema: schema_personnes(&personnes) }]
}

fn code_css(c: C2s) -> &'static str {
    match c {
        C2s::Aucune => "AUC",
        C2s::Gratuite => "CSG",
        C2s::Participation => "CSP",
    }
}

pub(super) fn ecrire(c: &Contexte<'_>, h: &mut Hasard, tables: &mut [Tableau]) {
    let [t, ..] = tables else { return };
    for (l, e) in &c.lignes {
        t.oublier(c.retard(h, PREMIER_FAIT + 2, 4));
        ecrire_identite(t, l, e);
        if l.doublon {
            t.rien_d_autre();
            t.fin_ligne();
            continue;
        }
        let dossier = l.dossier.map(|d| d.to_string()).unwrap_or_default();
        t.texte(dossier.as_str());
        t.texte(if l.role == Role::Enfant { "AYD" } else { "ASS" });
        ecrire_css(t, c.recu);
        t.montant(c.recus[l.personne].asi);
        if !c.src.complet() {
            echeances::sante(c, l.personne, t);
            t.bool(!c.vie.personnes[l.personne].joignable_par(c.organisme));
            parcours::sante(c, l.personne, t);
        }
        t.fin_ligne();
    }
}

/// The four columns of the complementary cover (nulls when the file says nothing of it).
pub(super) fn ecrire_css(t: &mut Tableau, r: &RecuFoyer) {
    if r.c2s_inconnue {
        t.texte(None);
        t.texte(None);
        t.bool(None);
        t.bool(None);
    } else {
        t.texte(code_css(r.c2s));
        t.date_ou_aucune(r.c2s_fin);
        t.bool(r.c2s_demande);
        t.bool(r.c2s != C2s::Aucune);
    }
}
