//! The proof that no rule moves a class of data beyond what it may.
//!
//! A rule, a fact and a class each say what may cross. Said apart they could contradict each other, and the contradiction
//! would be found by whoever reads a delivery. Here they are held together, over what rules read through computations and
//! derived facts, before anything is sealed:
//!
//! 1. a fact does no more than its class allows;
//! 2. a fact that crosses although it is derived from facts that stay is a conclusion: true or false (a date where the class
//!    says so), into a class that theirs allows; nothing is concluded from what never leaves;
//! 3. a rule that crosses reads only facts that cross: in its verdict, amount, receipt, dates, in what shows a type of
//!    non-recours, and in what is known of requirements. What only a holder may see of the way to a right is said by the
//!    rule (`parcours_croisement`), and never leaves it.

use crate::diagnostic::Diagnostic;
use crate::pack::{Pack, Right};
use crate::typed::{Node, Typed};
use crate::types::Type;
use crate::vocabulary::{Crossing, Variable};
use std::collections::BTreeSet;

/// What was proved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proof {
    /// Classes of the list.
    pub classes: usize,
    /// Facts.
    pub facts: usize,
    /// Facts that may cross.
    pub crossing: usize,
    /// Facts among them that are the conclusion of a holder.
    pub conclusions: usize,
    /// Rules that cross.
    pub rules: usize,
    /// Pairs of such a rule and of a fact that it reads.
    pub flows: usize,
}

/// One fact reached, with what leads to it.
struct Reached {
    fact: usize,
    path: Vec<String>,
    place: (String, crate::diagnostic::Span),
}

/// Proves it, or says each breach with its path.
///
/// # Errors
/// Every breach, never an empty list.
pub fn prove(pack: &Pack) -> Result<Proof, Vec<Diagnostic>> {
    let mut out = Vec::new();
    if pack.classes.is_empty() {
        let file = pack.vocabulary.variables.first().map_or("", |v| v.class_place.0.as_str());
        let message = "ce jeu de règles ne dit pas ses classes de données : rien n'en peut sortir";
        out.push(
            Diagnostic::error("R-122", file, crate::diagnostic::Span::default(), message)
                .help("ajouter un fichier `classes_de_donnees`, comme `fr/classes.yaml`"),
        );
        return Err(out);
    }
    let mut proof = Proof { classes: pack.classes.len(), facts: pack.vocabulary.variables.len(), ..Proof::default() };
    for (i, v) in pack.vocabulary.variables.iter().enumerate() {
        within_its_class(pack, v, &mut out);
        if v.crossing == Crossing::Authorised {
            proof.crossing += 1;
            proof.conclusions += usize::from(concluded(pack, i, v, &mut out));
        }
    }
    for right in pack.all_rights().filter(|r| r.crossing == Crossing::Authorised) {
        proof.rules += 1;
        proof.flows += read_by(pack, right, &mut out);
    }
    requirements(pack, &mut out);
    out.sort_by(|a, b| (&a.file, a.span.start, &a.message).cmp(&(&b.file, b.span.start, &b.message)));
    out.dedup();
    if out.is_empty() { Ok(proof) } else { Err(out) }
}

const fn rank(c: Crossing) -> u8 {
    match c {
        Crossing::Authorised => 2,
        Crossing::HolderOnly => 1,
        Crossing::Forbidden => 0,
    }
}

const fn word(c: Crossing) -> &'static str {
    match c {
        Crossing::Authorised => "autorise",
        Crossing::HolderOnly => "detenteur_seul",
        Crossing::Forbidden => "interdit",
    }
}

fn within_its_class(pack: &Pack, v: &Variable, out: &mut Vec<Diagnostic>) {
    let Some(class) = pack.class(&v.class).filter(|c| rank(v.crossing) > rank(c.crossing)) else { return };
    let most = word(class.crossing);
    let message =
        format!("`{}` peut aller plus loin que sa classe : `{}`, et `{}` au plus pour `{}`", v.name, word(v.crossing), most, v.class);
    let help = format!("écrire `croisement: {most}` ; pour que la conclusion de son détenteur sorte, en faire un fait dérivé");
    out.push(Diagnostic::error("R-123", &v.class_place.0, v.class_place.1, message).help(help));
}

/// Whether a fact that crosses is drawn from facts that stay; each of these is held to what its class may conclude.
fn concluded(pack: &Pack, at: usize, v: &Variable, out: &mut Vec<Diagnostic>) -> bool {
    let mut found = Vec::new();
    if let Some(body) = pack.derived.get(&at) {
        // A derived fact that stays hides nothing: what it is drawn from is looked at too.
        reach(pack, body, std::slice::from_ref(&v.name), &v.class_place, true, &mut found);
    }
    for r in &found {
        let Some(from) = pack.vocabulary.variables.get(r.fact) else { continue };
        let Some(class) = pack.class(&from.class) else { continue };
        let path = chain(r, from);
        let fault = |message: String, help: String| Diagnostic::error("R-124", &v.class_place.0, v.class_place.1, message).help(help);
        if from.crossing == Crossing::Forbidden || class.crossing == Crossing::Forbidden {
            let help = "retirer ce fait de la formule : rien ne se conclut de ce qui ne sort jamais";
            out.push(fault(format!("`{}` sort, et conclut d'un fait qui ne sort jamais : {path}", v.name), help.into()));
        } else if matches!(v.ty, Type::Date { .. }) && !class.dated.contains(&v.class) {
            let message = format!("`{}` sort, et dit une date que la classe `{}` ne laisse pas conclure : {path}", v.name, class.name);
            out.push(fault(message, "en faire un booléen, ou écrire `croisement: detenteur_seul`".into()));
        } else if !matches!(v.ty, Type::Bool | Type::Date { .. }) {
            let message = format!("`{}` sort, et n'est pas un vrai ou faux alors qu'il vient d'un fait qui reste : {path}", v.name);
            out.push(fault(message, "en faire un booléen, ou écrire `croisement: detenteur_seul`".into()));
        } else if v.ty == Type::Bool && !class.conclusions.contains(&v.class) {
            let into = class.conclusions.join(", ");
            let allowed = if into.is_empty() { "rien".to_owned() } else { format!("seulement dans : {into}") };
            let message = format!("`{}` conclut de `{}` vers `{}`, que la classe ne permet pas : {path}", v.name, class.name, v.class);
            out.push(fault(message, format!("`{}` laisse conclure {allowed} ; écrire `croisement: detenteur_seul`", class.name)));
        }
    }
    !found.is_empty()
}

/// The facts that a crossing rule reads; those that stay are breaches.
fn read_by(pack: &Pack, right: &Right, out: &mut Vec<Diagnostic>) -> usize {
    let mut read = BTreeSet::new();
    let mut told = BTreeSet::new();
    let mut follow = |calc: usize| {
        let Some(c) = pack.calcs.get(calc) else { return };
        let mut found = Vec::new();
        let place = if c.place.0.is_empty() { &right.place } else { &c.place };
        reach(pack, &c.body, &[right.id.clone(), c.name.clone()], place, false, &mut found);
        read.extend(found.iter().map(|r| r.fact));
        for r in found {
            let Some(v) = pack.vocabulary.variables.get(r.fact).filter(|v| v.crossing != Crossing::Authorised) else { continue };
            if told.insert(r.fact) {
                out.push(breach(&right.id, &r, v, right));
            }
        }
    };
    right.conditions.iter().for_each(|c| follow(c.calc));
    Pack::outputs(right).into_iter().chain(right.channels.iter().map(|c| c.date)).for_each(&mut follow);
    if right.journey_crossing == Crossing::Authorised {
        right.journey.iter().flat_map(|j| j.events.iter().chain(&j.observed)).for_each(|(_, calc)| follow(*calc));
    }
    read.len()
}

fn breach(of: &str, r: &Reached, v: &Variable, right: &Right) -> Diagnostic {
    let stays = if v.crossing == Crossing::Forbidden { "ne sort jamais" } else { "reste chez son détenteur" };
    let message = format!("`{of}` peut être croisée, et lit un fait qui {stays} : {}", chain(r, v));
    let place = if r.place.1.end > 0 { &r.place } else { &right.place };
    let parcours = r.path.iter().any(|p| p.contains(".parcours.") || p.contains(".type."));
    let help = if parcours {
        "écrire `parcours_croisement: detenteur_seul` : ces événements ne se lisent alors que chez leur détenteur"
    } else {
        "lire une conclusion de son détenteur (un booléen dérivé), ou écrire `croisement: detenteur_seul`"
    };
    Diagnostic::error("R-125", &place.0, place.1, message).help(help)
}

/// What is known of requirements goes with every rule that crosses and whose procedure requires them.
fn requirements(pack: &Pack, out: &mut Vec<Diagnostic>) {
    for c in &pack.capacities {
        for e in c.shows_no.iter().chain(&c.shows_yes) {
            let Some(calc) = pack.calcs.get(e.calc) else { continue };
            let mut found = Vec::new();
            reach(pack, &calc.body, &[format!("exigence {}", c.requirement.name()), e.id.clone()], &e.place, false, &mut found);
            for r in found {
                let Some(v) = pack.vocabulary.variables.get(r.fact).filter(|v| v.crossing != Crossing::Authorised) else { continue };
                let message = format!("ce constat sert à des règles croisées, et lit un fait qui reste : {}", chain(&r, v));
                out.push(Diagnostic::error("R-125", &e.place.0, e.place.1, message).help("lire un fait observé qui peut sortir"));
            }
        }
    }
}

/// `rsa → rsa.montant → taux_incapacite : sante`.
fn chain(r: &Reached, v: &Variable) -> String {
    format!("{} → {} : {}", r.path.join(" → "), v.name, v.class)
}

/// Facts below an expression, each once, with the computations that lead to it. A fact that crosses is proved for itself
/// and nothing is looked for behind it. With `behind`, facts that cross are left out and those that stay are looked behind.
fn reach(pack: &Pack, body: &Typed, path: &[String], place: &(String, crate::diagnostic::Span), behind: bool, out: &mut Vec<Reached>) {
    let (mut calcs, mut facts) = (BTreeSet::new(), BTreeSet::new());
    let mut todo = std::collections::VecDeque::from([(body, path.to_vec(), place.clone())]);
    while let Some((t, path, place)) = todo.pop_front() {
        t.walk(&mut |n| {
            let fact = match n.node {
                Node::Input(v, _) => v,
                Node::Persons(..) => pack.role,
                Node::Calc(c, _) => {
                    if let Some(calc) = pack.calcs.get(c).filter(|_| calcs.insert(c)) {
                        let place = if calc.place.1.end > 0 { calc.place.clone() } else { place.clone() };
                        todo.push_back((&calc.body, longer(&path, &calc.name), place));
                    }
                    return;
                }
                _ => return,
            };
            if !facts.insert(fact) {
                return;
            }
            let Some(v) = pack.vocabulary.variables.get(fact) else { return };
            if v.crossing == Crossing::Authorised && behind {
                return;
            }
            out.push(Reached { fact, path: path.clone(), place: place.clone() });
            if let Some(body) = pack.derived.get(&fact).filter(|_| behind) {
                todo.push_back((body, longer(&path, &v.name), place.clone()));
            }
        });
    }
}

fn longer(path: &[String], name: &str) -> Vec<String> {
    path.iter().cloned().chain([name.to_owned()]).collect()
}
