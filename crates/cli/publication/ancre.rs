//! Anchors that stay from one page to the next: they hang on the names that rule files give, never on a rank in the page.

/// Of a parameter.
pub(super) fn parametre(nom: &str) -> String {
    format!("parametre.{nom}")
}

/// Of a fact.
pub(super) fn fait(nom: &str) -> String {
    format!("fait.{nom}")
}

/// Of a computation: its qualified name (`rsa.ressources`), or that of one shared by several rules.
pub(super) fn calcul(nom: &str) -> String {
    if nom.contains('.') { nom.to_owned() } else { format!("calcul.{nom}") }
}

/// Of a procedure.
pub(super) fn demarche(id: &str) -> String {
    format!("demarche.{id}")
}

/// Of what must be there first.
pub(super) fn prealable(id: &str) -> String {
    format!("prealable.{id}")
}

/// Of a worked case: its rank in the file of the rule, from 1.
pub(super) fn cas(regle: &str, rang: usize) -> String {
    format!("{regle}.cas.{rang}")
}
