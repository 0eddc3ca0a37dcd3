//! A page as a reader gets it: what stands under an anchor, as text.

use recours_rules::number;
use std::collections::BTreeMap;

pub(super) struct Page {
    pub(super) brut: String,
    /// All of it without tags, as [`simple`] makes it.
    pub(super) texte: String,
    /// By anchor: the text from there to the next one, and to the next one of the same kind.
    morceaux: BTreeMap<String, String>,
}

/// Text without tags or entities, every space a plain one and none doubled.
pub(super) fn simple(html: &str) -> String {
    let (mut sortie, mut dedans) = (String::with_capacity(html.len()), false);
    for c in html.chars() {
        match c {
            '<' => dedans = true,
            '>' if dedans => {
                dedans = false;
                sortie.push(' ');
            }
            c if !dedans => sortie.push(c),
            _ => {}
        }
    }
    let lisible = sortie.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&").replace('\u{a0}', " ");
    lisible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without what stands from each `de` to the next `a`, both left out.
fn sans(html: &str, de: &str, a: &str) -> String {
    let mut morceaux = html.split(de);
    let premier = morceaux.next().unwrap_or_default().to_owned();
    morceaux.fold(premier, |sortie, m| sortie + m.split_once(a).map_or(m, |(_, suite)| suite))
}

fn serre(texte: &str) -> String {
    texte.chars().filter(|c| !c.is_whitespace() && *c != '\u{a0}').collect()
}

/// What a policy says of a script.
pub(super) fn condense(script: &str) -> String {
    const SIGNES: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let octets = ring::digest::digest(&ring::digest::SHA256, script.as_bytes());
    let bits: String = octets.as_ref().iter().map(|o| format!("{o:08b}")).collect();
    let mut sortie = String::from("sha256-");
    for six in bits.as_bytes().chunks(6) {
        let texte = format!("{:0<6}", std::str::from_utf8(six).unwrap());
        sortie.push(char::from(SIGNES[usize::from_str_radix(&texte, 2).unwrap()]));
    }
    sortie + "="
}

impl Page {
    pub(super) fn de(brut: String) -> Self {
        // What only a screen reader says does not count as said.
        let visible = sans(&brut, "<span class=\"cache\">", "</span>");
        let mut morceaux = BTreeMap::new();
        let coupes: Vec<usize> = visible.match_indices(" id=\"").map(|(i, _)| i).collect();
        for (k, &i) in coupes.iter().enumerate() {
            let ancre = visible[i + 5..].split('"').next().unwrap().to_owned();
            let debut = i + visible[i..].find('>').unwrap() + 1;
            let fin = coupes.get(k + 1).map_or(visible.len(), |&j| visible[..j].rfind('<').unwrap());
            morceaux.insert(ancre, simple(visible.get(debut..fin.max(debut)).unwrap()));
        }
        let corps = visible.split_once("<body>").map_or("", |(_, r)| r);
        let texte = simple(corps.split("<script>").next().unwrap());
        Self { brut, texte, morceaux }
    }

    fn sous(&self, ancre: &str) -> &str {
        self.morceaux.get(ancre).unwrap_or_else(|| panic!("pas d'ancre « {ancre} »"))
    }

    /// These words stand under this anchor.
    pub(super) fn dit(&self, ancre: &str, mots: &[&str]) {
        let texte = self.sous(ancre);
        for m in mots {
            let m = m.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(texte.contains(&m), "sous « {ancre} », pas « {m} » : {texte}");
        }
    }

    /// An expression stands there word for word, however it is cut in lines.
    pub(super) fn dit_serre(&self, ancre: &str, expression: &str) {
        let texte = self.sous(ancre);
        assert!(serre(texte).contains(&serre(expression)), "sous « {ancre} », pas « {expression} » : {texte}");
    }

    /// A number stands there with all its digits.
    pub(super) fn dit_le_nombre(&self, ancre: &str, x: i64) {
        self.dit_serre(ancre, &number::format(x).replace('.', ","));
    }

    /// A value as a worked case writes it: a number, a day, a word.
    pub(super) fn dit_la_valeur(&self, ancre: &str, ecrite: &str) {
        match (number::parse(ecrite), recours_rules::date::parse(ecrite)) {
            (Some(x), None) => self.dit_le_nombre(ancre, x),
            (_, Some(jour)) => {
                let (annee, mois, j) = recours_rules::date::civil(jour);
                let noms = [
                    "janvier",
                    "février",
                    "mars",
                    "avril",
                    "mai",
                    "juin",
                    "juillet",
                    "août",
                    "septembre",
                    "octobre",
                    "novembre",
                    "décembre",
                ];
                let j = if j == 1 { "1er".to_owned() } else { j.to_string() };
                self.dit(ancre, &[&format!("{j} {} {annee}", noms[usize::try_from(mois - 1).unwrap()])]);
            }
            _ => match ecrite {
                "vrai" | "oui" => self.dit(ancre, &["oui"]),
                "faux" | "non" => self.dit(ancre, &["non"]),
                mot => self.dit(ancre, &[&mot.replace('_', " ")]),
            },
        }
    }

    /// The French reading of a formula, with its lists.
    pub(super) fn lecture(&self, ancre: &str) -> String {
        let debut = self.brut.find(&format!(" id=\"{ancre}\"")).unwrap();
        let suite = &self.brut[debut..];
        let lecture = suite.split_once("<div class=\"lecture\">").unwrap().1;
        lecture.split_once("</div>").unwrap().0.to_owned()
    }

    pub(super) fn ancres(&self) -> Vec<&str> {
        self.attributs("id")
    }

    /// Values of an attribute, as written.
    pub(super) fn attributs(&self, nom: &str) -> Vec<&str> {
        let devant = format!(" {nom}=\"");
        self.brut.match_indices(&devant).map(|(i, _)| self.brut[i + devant.len()..].split('"').next().unwrap()).collect()
    }
}
