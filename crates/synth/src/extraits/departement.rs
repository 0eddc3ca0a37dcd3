//! Social services of the département: people met, difficulties observed and entered by an agent.

use super::{Contexte, Fichier, PREMIER_FAIT, echeances, ecrire_identite, parcours, schema_personnes};
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

pub(super) fn fichiers() -> Vec<Fichier> {
    let mut personnes = PERSONNES.to_vec();
    personnes.extend(echeances::SOCIAL);
    personnes.extend(parcours::PROPOSES);
    vec![Fichier { chemin: "extrait/suivis.parquet", schema: schema_personnes(&personnes) }]
}

pub(super) fn ecrire(c: &Contexte<'_>, h: &mut Hasard, tables: &mut [Tableau]) {
    let [t, ..] = tables else { return };
    for (l, e) in &c.lignes {
        t.oublier(c.retard(h, PREMIER_FAIT, 7));
        ecrire_identite(t, l, e);
        if l.doublon {
            t.rien_d_autre();
            t.fin_ligne();
            continue;
        }
        let vu = &c.historiques[l.personne];
        t.date_ou_aucune(vu.dernier_rdv);
        for v in vu.observees {
            t.bool(v);
        }
        let orientation = ["emploi", "socio_professionnelle", "sociale"][h.poids(&[0.35, 0.3, 0.35])];
        t.texte(if c.recu.rsa > 0 && h.chance(0.85) { orientation } else { "" });
        echeances::social(c, l.personne, t);
        parcours::proposes(c, t);
        t.fin_ligne();
    }
}
