//! Carsat: every adult with an income or a career; the monthly resources of the DRM, long; the ASPA.

use super::famille::code_situation;
use super::{Contexte, Fichier, PREMIER_FAIT, echeances, ecrire_identite, parcours, schema_personnes};
use crate::faits::MOIS_SERIE;
use crate::hasard::Hasard;
use crate::tableau::{Genre, Tableau, schema};

const PERSONNES: [(&str, Genre); 5] = [
    ("situation_declaree", Genre::Texte),
    ("mt_aspa_mensuel", Genre::Reel),
    ("mt_asi_mensuel", Genre::Reel),
    ("sejour_aspa_verifie", Genre::Bool),
    ("aspa_inaptitude", Genre::Bool),
];
const PERSONNES_COMPLET: [(&str, Genre); 7] = [
    ("salaire_imposable_n2", Genre::Reel),
    ("chomage_imposable_n2", Genre::Reel),
    ("retraite_imposable_n2", Genre::Reel),
    ("pension_invalidite_n2", Genre::Reel),
    ("micro_imposable_n2", Genre::Reel),
    ("salaires_apres_abattement_n2", Genre::Reel),
    ("pensions_apres_abattement_n2", Genre::Reel),
];

/// Nature codes of the long table, in the order of the series.
const NATURES_DRM: [&str; 6] = ["SAL", "ARE", "RET", "INV", "IJM", "MIC"];
/// Share of people whose employer's or fund's last two declarations have not arrived: the line is
/// there without its amount.
const DRM_TARDIVE: f64 = 0.004;

pub(super) fn fichiers(complet: bool) -> Vec<Fichier> {
    let mut personnes = PERSONNES.to_vec();
    if complet {
        personnes.extend(PERSONNES_COMPLET);
    } else {
        personnes.extend(echeances::RETRAITE);
        personnes.push(echeances::COURRIER);
        personnes.extend(parcours::ASPA);
    }
    vec![
        Fichier { chemin: "extrait/personnes.parquet", schema: schema_personnes(&personnes) },
        Fichier {
            chemin: "extrait/drm.parquet",
            schema: schema(&[("row_id", Genre::Octets16), ("mois", Genre::Date), ("nature", Genre::Texte), ("montant", Genre::Reel)]),
        },
    ]
}

pub(super) fn ecrire(c: &Contexte<'_>, h: &mut Hasard, tables: &mut [Tableau]) {
    let [personnes, drm, ..] = tables else { return };
    let complet = c.src.complet();
    for (l, e) in &c.lignes {
        let p = &c.foyer.personnes[l.personne];
        let r = &c.recus[l.personne];
        personnes.oublier(c.retard(h, PREMIER_FAIT, 5));
        ecrire_identite(personnes, l, e);
        if l.doublon {
            personnes.rien_d_autre();
            personnes.fin_ligne();
            continue;
        }
        let retraite = p.series.retraite[14] > 0 || r.aspa > 0;
        let concerne = complet || p.age >= 60;
        personnes.texte((complet || retraite).then(|| code_situation(c.foyer.statut)));
        // Each payer says what it pays itself: the MSA pays the ASPA of its own people; the ASI comes with the
        // invalidity pension, from the CPAM or the MSA.
        personnes.montant(if c.foyer.agricole { 0 } else { r.aspa });
        personnes.montant(0);
        personnes.bool(concerne.then(|| p.sejour_aspa()));
        personnes.bool(concerne.then(|| p.aspa_anticipe()));
        if complet {
            let n = &p.n2;
            for v in [n.salaire, n.chomage, n.retraite, n.invalidite, n.micro, n.salaires_abattus, n.pensions_abattues] {
                personnes.montant(v);
            }
        } else {
            echeances::retraite(c, l.personne, personnes);
            personnes.bool(!c.vie.personnes[l.personne].joignable_par(c.organisme));
            parcours::retraite(c, l.personne, personnes);
        }
        personnes.fin_ligne();
        let tardive = h.chance(DRM_TARDIVE) && !complet;
        for (serie, nature) in p.series.toutes().iter().zip(NATURES_DRM) {
            for (k, &v) in serie.iter().enumerate().filter(|(_, v)| **v != 0) {
                drm.octets(&l.row_id);
                drm.date(c.src.mois_m().plus(k as i32 + 1 - MOIS_SERIE as i32).premier());
                drm.texte(nature);
                drm.montant(if tardive && k >= MOIS_SERIE - 2 { None } else { Some(v) });
                drm.fin_ligne();
            }
        }
    }
}
