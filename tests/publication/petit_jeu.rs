//! A pack of one rule, whose words and one condition are chosen.

use super::Page;
use recours::publication::{self, Origine};
use recours::regles::Jeu;
use recours_rules::date;
use std::path::Path;

pub(super) struct PetitJeu {
    dossier: tempfile::TempDir,
}

impl PetitJeu {
    /// `mot` stands wherever a file says something for people.
    pub(super) fn nouveau(mot: &str, condition: &str) -> Self {
        let dossier = tempfile::tempdir().unwrap();
        let ecrire = |nom: &str, texte: String| std::fs::write(dossier.path().join(nom), texte).unwrap();
        ecrire(
            "classes.yaml",
            format!(
                "classes_de_donnees:\n  - {{ classe: composition, libelle: \"Composition {mot}\", dit: \"Qui vit là\", croisement: autorise, \
                 article: \"Article {mot}\", a_verifier: \"Article\" }}\n"
            ),
        );
        ecrire(
            "vocabulaire.yaml",
            format!(
                "codes:\n  - {{ nom: roles, valeurs: [demandeur, conjoint, enfant] }}\nvariables:\n  \
                 - {{ nom: role, dit: \"Place {mot}\", pour: personne, type: code, codes: roles, classe: composition, detenteurs: [caf] }}\n  \
                 - {{ nom: naissance, dit: Naissance, pour: personne, type: date, classe: composition, detenteurs: [caf] }}\n  \
                 - {{ nom: terme, dit: Terme, pour: personne, type: date, peut_etre_absent: true, classe: composition, detenteurs: [caf] }}\n  \
                 - {{ nom: salaire, dit: Salaire, pour: personne, type: montant, unite: euro_par_mois, serie: true, classe: composition, detenteurs: [caf] }}\n  \
                 - {{ nom: isole, dit: Isolé, pour: foyer, type: booleen, classe: composition, detenteurs: [caf] }}\n  \
                 - {{ nom: revenu, dit: \"Revenu {mot}\", pour: foyer, type: montant, unite: euro_par_mois, classe: composition, detenteurs: [caf] }}\n"
            ),
        );
        ecrire(
            "parametres.yaml",
            format!(
                "parametres:\n  - nom: plafond\n    dit: \"Plafond {mot}\"\n    unite: euro_par_mois\n    valeurs:\n      \
                 - {{ du: 2020-01-01, valeur: 500, source: \"Règlement {mot}\" }}\n"
            ),
        );
        ecrire(
            "aide.yaml",
            format!(
                "droit: aide\nversion: \"1\"\nlibelle: \"{mot} <img src=x>\"\norganisme: caf\nunite: foyer\nsource: \"Règlement {mot}\"\n\
                 proposer: \"Demander {mot}\"\nce_que_cela_engage: [\"Rien {mot}\"]\nconditions:\n  \
                 - {{ id: ressources, dit: \"Peu de ressources {mot}\", source: \"Art. 1 {mot} (à vérifier)\", si: \"{condition}\" }}\n\
                 non_modelise:\n  - {{ id: autre, dit: \"Autre {mot}\", source: \"Art. 2\" }}\n\
                 demarche: {{ en_ligne: \"Site {mot}\", alternative_humaine: \"Guichet {mot}\" }}\ncas:\n  - nom: \"Cas {mot}\"\n    \
                 le: 2026-10-01\n    foyer: {{ revenu: 100 }}\n    personnes: [{{ role: demandeur, naissance: 1980-01-01 }}]\n    \
                 attendu: {{ droit: oui }}\n"
            ),
        );
        Self { dossier }
    }

    pub(super) fn chemin(&self) -> &Path {
        self.dossier.path()
    }

    pub(super) fn empreinte(&self) -> String {
        Jeu::lire(self.chemin()).unwrap().empreinte()
    }

    pub(super) fn page(&self) -> Page {
        self.ecrire(None)
    }

    pub(super) fn avec_contact(&self, contact: &str) -> Page {
        self.ecrire(Some(contact.to_owned()))
    }

    fn ecrire(&self, contact: Option<String>) -> Page {
        let jeu = Jeu::lire(self.chemin()).unwrap();
        let pack = jeu.construire(None, date::parse("2026-10-01").unwrap()).unwrap_or_else(|e| panic!("{e}"));
        let origine = Origine { empreinte: jeu.empreinte(), avec_variante: None, contact };
        Page::de(publication::page(&pack, &jeu.fichiers, None, &jeu.dossier.display().to_string(), &origine).unwrap())
    }
}
