//! Social services of the département: people met, difficulties observed and entered by an agent.

use super::{Contexte, Fichier, PREMIER_FAIT, ecrire_identite, schema_personnes};
use crate::hasard::Hasard;
use crate::tableau::{Genre, Tableau};

const PERSONNES: [(&str, Genre); 7] = [
    ("date_dernier_rdv", Genre::Texte),
    ("ne_peut_seul", Genre::Bool),
    ("pas_de_messagerie", Genre::Bool),
    ("difficulte_langue", Genre::Bool),
    ("ni_connexion_ni_materiel", Genre::Bool),
    ("acces_perdu", Genre::Bool),
    ("orientation", Genre::Texte),
];

/// Share of difficulties that the agent could observe; the others stay unknown, not « no ».
const OBSERVE: f64 = 0.7;

pub(super) fn fichiers() -> Vec<Fichier> {
    vec![Fichier { chemin: "extrait/suivis.parquet", schema: schema_personnes(&PERSONNES) }]
}

pub(super) fn ecrire(c: &Contexte<'_>, h: &mut Hasard, tables: &mut [Tableau]) {
    let [t, ..] = tables else { return };
    let m = c.src.mois_m();
    for (l, e) in &c.lignes {
        let p = &c.foyer.personnes[l.personne];
        t.oublier(c.retard(h, PREMIER_FAIT, 7));
        ecrire_identite(t, l, e);
        if l.doublon {
            t.rien_d_autre();
            t.fin_ligne();
            continue;
        }
        let il_y_a = (h.unif().powi(2) * 360.0) as i32;
        t.date_ou_aucune(Some(m.premier() - 1 - il_y_a));
        let a = &p.acces;
        for v in [a.difficulte_seul, a.sans_email, a.difficulte_francais, a.sans_connexion, a.code_perdu] {
            let observe = h.chance(OBSERVE);
            t.bool(observe.then_some(v));
        }
        let orientation = ["emploi", "socio_professionnelle", "sociale"][h.poids(&[0.35, 0.3, 0.35])];
        t.texte(if c.recu.rsa > 0 && h.chance(0.85) { orientation } else { "" });
        t.fin_ligne();
    }
}
