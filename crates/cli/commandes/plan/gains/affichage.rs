//! What one more column gives and one less loses, for people and for programs.

use std::fmt::Write as _;

use recours_rules::pack::Pack;
use serde_json::{Value, json};

use super::super::titre::Titre;
use super::{Bilan, Colonne, Compte, Effet, Gains};
use crate::mission::Mission;

/// For a terminal.
#[must_use]
pub fn texte(mission: &Mission, pack: &Pack, b: &Bilan) -> String {
    let mut s = format!(
        "\nUne colonne de plus, une de moins : repérages comptés sur {} personnes inventées (graine {}). Rien ici ne parle de personne.\n",
        b.personnes, b.graine
    );
    let largeur = b.base.keys().map(String::len).max().unwrap_or(0);
    let _ = writeln!(s, "\nAvec les colonnes de la mission :");
    for (regle, c) in &b.base {
        let _ = writeln!(s, "  {regle:largeur$}  certain {}, probable {}, possible {}", c.certain, c.probable, c.possible);
    }
    for g in &b.organismes {
        organisme(&mut s, mission, pack, b, g);
    }
    s
}

fn organisme(s: &mut String, mission: &Mission, pack: &Pack, b: &Bilan, g: &Gains) {
    let largeur = b.base.keys().map(String::len).max().unwrap_or(0);
    let _ = writeln!(s, "\n{}", g.id);
    if !g.invente {
        s.push_str("  l'invention ne connaît pas cet organisme, ou il n'apporte rien : rien n'est compté\n");
        return;
    }
    for (titre, effets) in [("avec une colonne de plus", &g.plus), ("sans une colonne qu'il apporte", &g.moins)] {
        let (mut dits, muets): (Vec<&Effet>, Vec<&Effet>) = effets.iter().partition(|e| !e.regles.is_empty());
        // What changes most is read first.
        dits.sort_by_key(|e| std::cmp::Reverse(e.deplaces()));
        if effets.is_empty() {
            continue;
        }
        let _ = writeln!(s, "  {titre} :");
        for e in dits {
            let aussi = if e.aussi.is_empty() { String::new() } else { format!(" ; aussi chez {}", e.aussi.join(", ")) };
            let _ = writeln!(s, "    {} [{}{aussi}]", nom(pack, &e.colonne), classe_et_ligne(mission, pack, &g.id, &e.colonne));
            for (regle, (avant, apres)) in &e.regles {
                let _ = writeln!(s, "      {regle:largeur$}  {}", avant_apres(*avant, *apres));
            }
            if e.regles.len() > 1 {
                let (avant, apres) = b.totaux(e);
                let _ = writeln!(s, "      {:largeur$}  {}", "toutes règles", avant_apres(avant, apres));
            }
        }
        if !muets.is_empty() {
            let noms: Vec<String> = muets.iter().map(|e| nom(pack, &e.colonne)).collect();
            let _ = writeln!(s, "    aucun compte ne change : {}", noms.join(", "));
        }
    }
    if !g.non_comptes.is_empty() {
        let noms: Vec<&str> = g.non_comptes.iter().filter_map(|v| pack.vocabulary.variables.get(*v)).map(|v| v.name.as_str()).collect();
        let _ = writeln!(s, "  non comptées, l'invention n'en dit rien chez lui : {}", noms.join(", "));
    }
}

fn avant_apres(a: Compte, b: Compte) -> String {
    let parts = [("certain", a.certain, b.certain), ("probable", a.probable, b.probable), ("possible", a.possible, b.possible)];
    let dit = |(mot, x, y): (&str, usize, usize)| if x == y { format!("{mot} {x}") } else { format!("{mot} {x} → {y}") };
    parts.map(dit).join(", ")
}

fn nom(pack: &Pack, c: &Colonne) -> String {
    match c {
        Colonne::Fait(v) => pack.vocabulary.variables.get(*v).map(|v| v.name.clone()).unwrap_or_default(),
        Colonne::Composition => "la composition de ses foyers".into(),
    }
}

fn variable(pack: &Pack, c: &Colonne) -> usize {
    match c {
        Colonne::Fait(v) => *v,
        Colonne::Composition => pack.role,
    }
}

fn classe_et_ligne(mission: &Mission, pack: &Pack, organisme: &str, c: &Colonne) -> String {
    Titre::de(mission, pack, organisme, variable(pack, c)).court()
}

/// For programs.
#[must_use]
pub fn objet(mission: &Mission, pack: &Pack, b: &Bilan) -> Value {
    let compte = |c: &Compte| json!({ "certain": c.certain, "probable": c.probable, "possible": c.possible });
    let effet = |g: &Gains, e: &Effet| {
        let regles: Vec<Value> = e.regles.iter().map(|(r, (a, b))| json!({ "regle": r, "avant": compte(a), "apres": compte(b) })).collect();
        json!({
            "colonne": match e.colonne { Colonne::Fait(_) => nom(pack, &e.colonne), Colonne::Composition => "composition".into() },
            "titre": Titre::de(mission, pack, &g.id, variable(pack, &e.colonne)).objet(),
            "aussi_chez": e.aussi,
            "toutes_regles": { "avant": compte(&b.totaux(e).0), "apres": compte(&b.totaux(e).1) },
            "regles": regles,
        })
    };
    let organismes: Vec<Value> = b
        .organismes
        .iter()
        .map(|g| {
            let noms: Vec<&str> = g.non_comptes.iter().filter_map(|v| pack.vocabulary.variables.get(*v)).map(|v| v.name.as_str()).collect();
            json!({
                "id": g.id,
                "invente": g.invente,
                "une_de_plus": g.plus.iter().map(|e| effet(g, e)).collect::<Vec<_>>(),
                "une_de_moins": g.moins.iter().map(|e| effet(g, e)).collect::<Vec<_>>(),
                "non_comptees": noms,
            })
        })
        .collect();
    json!({
        "personnes": b.personnes,
        "graine": b.graine,
        "donnees": "inventees",
        "avec_la_mission": b.base.iter().map(|(r, c)| (r.clone(), compte(c))).collect::<serde_json::Map<_, _>>(),
        "organismes": organismes,
    })
}
