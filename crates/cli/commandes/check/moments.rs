//! Whether each rupture is shown at every moment: before, in time, too late, when the person acted, without a date.

use recours_engine::reference::cases::{Moment, Moments};
use recours_rules::diagnostic::Diagnostic;
use recours_rules::pack::{Pack, RightKind};

/// Ruptures that lack a moment, each at its name.
pub fn manquants(pack: &Pack, moments: &Moments) -> Vec<Diagnostic> {
    let mut fautes = Vec::new();
    for r in pack.rights.iter().filter(|r| r.kind == RightKind::Rupture) {
        let vus = moments.get(&r.rule()).copied().unwrap_or_default();
        let attendus = Moment::ALL.into_iter().filter(|m| *m != Moment::Acted || r.acted.is_some());
        let absents: Vec<&str> = attendus.filter(|m| vus.get(*m as usize) == Some(&0)).map(Moment::said).collect();
        if !absents.is_empty() {
            let (fichier, ou) = &r.place;
            fautes
                .push(Diagnostic::error("R-102", fichier, *ou, format!("aucun cas d'école de cette rupture : {}", absents.join(", "))).help(
                "reprendre un cas à temps, la veille du début de l'alerte, le lendemain de l'échéance, la démarche faite, ou sans la date",
            ));
        }
    }
    fautes
}

/// How many cases stand at each moment, over all ruptures.
pub fn resume(moments: &Moments) -> String {
    let total = |m: Moment| moments.values().filter_map(|v| v.get(m as usize)).sum::<usize>();
    let parts: Vec<String> = Moment::ALL.into_iter().map(|m| format!("{} {}", m.said(), total(m))).collect();
    format!("  {} rupture(s), cas d'école par moment : {}.\n", moments.len(), parts.join(", "))
}
