//! The register that a body keeps at home: addresses, contacts, papers held, what forbids a visit.
//! It never leaves; `open` reads it to turn a row number back into a person.

use super::{Contexte, IDENTITE, Organisme, ecrire_identite};
use crate::contacts::Comptes;
use crate::faits::Personne;
use crate::hasard::Hasard;
use crate::imperfections::sans_accent;
use crate::tableau::{Genre, Tableau, schema};
use arrow::datatypes::SchemaRef;

const PROPRES: [(&str, Genre); 17] = [
    ("adresse_ligne1", Genre::Texte),
    ("adresse_ligne2", Genre::Texte),
    ("adresse_commune", Genre::Texte),
    ("telephone", Genre::Texte),
    ("email", Genre::Texte),
    ("canal_prefere", Genre::Texte),
    ("contacts_accueil", Genre::Compte),
    ("contacts_telephone", Genre::Compte),
    ("contacts_courrier", Genre::Compte),
    ("contacts_numerique", Genre::Compte),
    ("contacts_dtr_en_ligne", Genre::Compte),
    ("pieces_detenues", Genre::Texte),
    ("adresse_confidentielle", Genre::Bool),
    ("sous_tutelle", Genre::Bool),
    ("decede", Genre::Bool),
    ("opposition", Genre::Bool),
    ("mineur", Genre::Bool),
];

/// The five difficulties that an agent noted, at the département only.
const DIFFICULTES: [(&str, Genre); 5] = [
    ("difficulte_seul", Genre::Bool),
    ("difficulte_courriel", Genre::Bool),
    ("difficulte_francais", Genre::Bool),
    ("difficulte_equipement", Genre::Bool),
    ("difficulte_code", Genre::Bool),
];

pub(super) fn schema_registre(o: Organisme) -> SchemaRef {
    let mut c = vec![("row_id", Genre::Octets16)];
    c.extend(IDENTITE);
    c.extend(PROPRES);
    if o == Organisme::Departement {
        c.extend(DIFFICULTES);
    }
    schema(&c)
}

/// Rates of what a body notes to protect people (declared, not published).
const CONFIDENTIELLE: f64 = 0.004;
const TUTELLE: f64 = 0.012;
const DECES_TARDIF: f64 = 0.0008;
const OPPOSITION: f64 = 0.003;

pub(super) fn ecrire(c: &Contexte<'_>, h: &mut Hasard, t: &mut Tableau) {
    let confidentielle = h.chance(CONFIDENTIELLE);
    for (l, e) in &c.lignes {
        let p = &c.foyer.personnes[l.personne];
        let historique = &c.historiques[l.personne];
        let k = if l.doublon { Comptes::default() } else { Comptes::de(&historique.contacts) };
        ecrire_identite(t, l, e);
        t.texte(c.adresse.ligne.as_str());
        t.texte(if h.chance(0.12) { "Appartement 2" } else { "" });
        t.texte(c.adresse.commune);
        t.texte(telephone(h, p).as_deref());
        t.texte(email(h, p, &e.prenoms, &e.nom_naissance).as_deref());
        t.texte(if historique.choix_exprime { k.habituel() } else { "" });
        for v in [k.accueil, k.telephone, k.courrier, k.numerique, k.dtr_en_ligne] {
            t.compte(v);
        }
        t.texte(pieces(h, c.organisme).as_str());
        t.bool(confidentielle);
        t.bool(p.adulte() && h.chance(if p.age >= 80 { TUTELLE * 3.0 } else { TUTELLE }));
        t.bool(h.chance(if p.age >= 75 { DECES_TARDIF * 8.0 } else { DECES_TARDIF }));
        t.bool(h.chance(OPPOSITION));
        t.bool(p.age < 18);
        if c.organisme == Organisme::Departement {
            for v in historique.observees {
                t.bool(v.filter(|_| !l.doublon));
            }
        }
        t.fin_ligne();
    }
}

/// A telephone number in the ranges kept for fiction (01 99 00 xx xx and 06 39 98 xx xx).
fn telephone(h: &mut Hasard, p: &Personne) -> Option<String> {
    let (a, sans) = (h.entre(0, 9_999), h.chance(0.08));
    if !p.adulte() || sans {
        return None;
    }
    let debut = if h.chance(0.85) { "063998" } else { "019900" };
    Some(format!("{debut}{a:04}"))
}

/// An address in a domain that can never exist.
fn email(h: &mut Hasard, p: &Personne, prenoms: &str, nom: &str) -> Option<String> {
    let (sans, n) = (h.chance(0.12), h.entre(1, 99));
    if !p.adulte() || p.acces.sans_email || sans {
        return None;
    }
    let simple = |s: &str| sans_accent(s).to_lowercase().chars().filter(char::is_ascii_lowercase).collect::<String>();
    let prenom = prenoms.split(' ').next().unwrap_or_default();
    Some(format!("{}.{}{n}@exemple.invalid", simple(prenom), simple(nom)))
}

/// Codes of the papers that the body already holds.
fn pieces(h: &mut Hasard, o: Organisme) -> String {
    let possibles: &[(&str, f64)] = match o {
        Organisme::Caf | Organisme::Msa => {
            &[("piece_identite", 0.95), ("rib", 0.98), ("justificatif_domicile", 0.7), ("attestation_loyer", 0.45), ("livret_famille", 0.4)]
        }
        Organisme::Cpam => &[("piece_identite", 0.85), ("rib", 0.93), ("attestation_droits", 0.99), ("avis_imposition", 0.25)],
        Organisme::Carsat => &[("piece_identite", 0.8), ("rib", 0.6), ("releve_carriere", 0.99), ("avis_imposition", 0.35)],
        Organisme::FranceTravail => &[("piece_identite", 0.85), ("rib", 0.8), ("attestation_employeur", 0.6), ("cv", 0.7)],
        Organisme::Departement => &[("piece_identite", 0.5), ("justificatif_domicile", 0.35), ("contrat_engagement", 0.3)],
    };
    let mut liste: Vec<&str> = Vec::new();
    for (code, part) in possibles {
        if h.chance(*part) {
            liste.push(code);
        }
    }
    liste.join(";")
}
