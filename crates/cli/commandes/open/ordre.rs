//! In which order to go, and how far a team can go: useful date, then gravity, then cumulated barriers. How easily
//! somebody answers plays no part, and a short contact never passes before a longer one that is due.

use std::cmp::Reverse;

use super::fiche::Prete;
use crate::mission::Equipe;

/// Puts pages in the order of contacts. Of equals, the list's own random order stays.
pub fn ordonner(fiches: &mut [Prete]) {
    fiches.sort_by_key(|f| (f.date.is_none(), f.date, f.gravite, Reverse(f.cumul)));
}

/// How many of the first contacts the team has time for: the first that does not fit, and all after it, wait.
pub fn capacite(minutes: impl Iterator<Item = u32>, equipe: Option<Equipe>) -> usize {
    let Some(equipe) = equipe else { return minutes.count() };
    let mut reste = equipe.en_tout();
    minutes
        .take_while(|m| {
            let tient = u64::from(*m) <= reste;
            reste = reste.saturating_sub(u64::from(*m));
            tient
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn le_temps_de_l_equipe_coupe_au_premier_qui_ne_tient_pas() {
        let equipe = |personnes, minutes| Some(Equipe { personnes, minutes });
        assert_eq!(capacite([30, 30, 30].into_iter(), None), 3);
        assert_eq!(capacite([30, 30, 30].into_iter(), equipe(1, 60)), 2);
        assert_eq!(capacite([30, 30, 30].into_iter(), equipe(3, 30)), 3);
        // Twenty minutes are left and the third would fit: it does not pass before the second.
        assert_eq!(capacite([40, 45, 20].into_iter(), equipe(1, 60)), 1);
        assert_eq!(capacite([40].into_iter(), equipe(0, 600)), 0);
    }
}
