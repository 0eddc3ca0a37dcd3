//! France Travail: the registered, the beginning of unemployment, the end of the allowance, the ASS.

use super::{Contexte, Fichier, PREMIER_FAIT, echeances, ecrire_identite, schema_personnes};
use crate::hasard::Hasard;
use crate::tableau::{Genre, Tableau};

const PERSONNES: [(&str, Genre); 4] =
    [("inscription_en_cours", Genre::Bool), ("debut_chomage", Genre::Texte), ("fin_droits_are", Genre::Texte), ("mt_ass", Genre::Reel)];

pub(super) fn fichiers(complet: bool) -> Vec<Fichier> {
    let mut personnes = PERSONNES.to_vec();
    if !complet {
        personnes.extend(echeances::EMPLOI);
    }
    vec![Fichier { chemin: "extrait/inscrits.parquet", schema: schema_personnes(&personnes) }]
}

pub(super) fn ecrire(c: &Contexte<'_>, h: &mut Hasard, tables: &mut [Tableau]) {
    let [t, ..] = tables else { return };
    for (l, e) in &c.lignes {
        let p = &c.foyer.personnes[l.personne];
        t.oublier(c.retard(h, PREMIER_FAIT, 4));
        ecrire_identite(t, l, e);
        if l.doublon {
            t.rien_d_autre();
            t.fin_ligne();
            continue;
        }
        // Reference foyers say nothing of registration nor of the end of the allowance.
        let connu = !c.src.complet();
        t.bool(connu.then_some(true));
        t.date_ou_aucune(p.debut_chomage);
        if connu {
            t.date_ou_aucune(p.are_fin);
        } else {
            t.texte(None);
        }
        t.montant(c.recus[l.personne].ass);
        if connu {
            echeances::emploi(c, l.personne, t);
        }
        t.fin_ligne();
    }
}
