//! Tables as the tools of an agency write them, byte for byte: what the documentation of each says, or its files show.
//! `docs/fr/agence.md` gives the addresses.

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Genre {
    Texte,
    /// « 1234,56 ».
    Euros,
    /// « 2026-01-31 ».
    Jour,
    /// « oui » or « non ».
    Oui,
}

/// A table before any tool: cells in one written form per kind, `""` when nothing is known.
#[derive(Clone)]
pub struct Table {
    pub colonnes: Vec<(String, Genre)>,
    pub rangees: Vec<Vec<String>>,
}

/// A tool and the way in which it was asked to write.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Outil {
    /// `proc export dbms=csv`: DSD, BEST12., DATE9., 0/1; Windows-1252 on Windows.
    SasExport,
    /// A data step with `dlm=';' encoding='wlatin1'` and no DSD: `.` for missing, NUMX12.2, DATETIME20., nothing quoted.
    SasPointVirgule,
    /// « CSV (séparateur : point-virgule) ».
    Excel,
    /// « CSV UTF-8 ».
    ExcelUtf8,
    /// « Texte Unicode ».
    ExcelUnicode,
    /// `write.csv2`, row names and `NA` included.
    R,
}

pub const OUTILS: [Outil; 6] = [Outil::SasExport, Outil::SasPointVirgule, Outil::Excel, Outil::ExcelUtf8, Outil::ExcelUnicode, Outil::R];

fn genre_de(cellules: &[&str]) -> Genre {
    let pleines: Vec<&str> = cellules.iter().copied().filter(|c| !c.is_empty()).collect();
    let tous = |f: &dyn Fn(&str) -> bool| !pleines.is_empty() && pleines.iter().all(|c| f(c));
    let euros = |c: &str| c.split_once(',').is_some_and(|(e, d)| e.parse::<u32>().is_ok() && d.len() == 2 && d.parse::<u8>().is_ok());
    let jour = |c: &str| c.len() == 10 && c.as_bytes()[4] == b'-' && c.as_bytes()[7] == b'-';
    if tous(&euros) {
        Genre::Euros
    } else if tous(&jour) {
        Genre::Jour
    } else if tous(&|c| matches!(c, "oui" | "non" | "faux" | "O" | "N")) {
        Genre::Oui
    } else {
        Genre::Texte
    }
}

impl Table {
    /// From columns of cells; the kind of each column shows in its cells.
    pub fn nouvelle(colonnes: &[(String, Vec<String>)]) -> Self {
        let lignes = colonnes.first().map_or(0, |c| c.1.len());
        let genre = |c: &[String]| genre_de(&c.iter().map(String::as_str).collect::<Vec<_>>());
        Self {
            colonnes: colonnes.iter().map(|(nom, c)| (nom.clone(), genre(c))).collect(),
            rangees: (0..lignes).map(|i| colonnes.iter().map(|c| c.1[i].clone()).collect()).collect(),
        }
    }

    /// From a plain CSV with `;` and no quotes.
    pub fn de_csv(texte: &str) -> Self {
        let mut lignes = texte.lines().map(|l| l.split(';').map(String::from).collect::<Vec<_>>());
        let noms = lignes.next().unwrap();
        let rangees: Vec<Vec<String>> = lignes.collect();
        let colonnes: Vec<(String, Vec<String>)> =
            noms.into_iter().enumerate().map(|(j, n)| (n, rangees.iter().map(|r| r[j].clone()).collect())).collect();
        Self::nouvelle(&colonnes)
    }
}

impl Outil {
    /// The file that this tool writes.
    pub fn octets(self, table: &Table) -> Vec<u8> {
        let separateur = match self {
            Self::SasExport => ",",
            Self::ExcelUnicode => "\t",
            _ => ";",
        };
        let fin = if self == Self::R { "\n" } else { "\r\n" };
        let mut texte = String::new();
        let entete: Vec<String> = table.colonnes.iter().map(|(nom, _)| self.titre(nom)).collect();
        texte += &(self.ligne(None, &entete).join(separateur) + fin);
        for (i, rangee) in table.rangees.iter().enumerate() {
            let cellules: Vec<String> = table.colonnes.iter().zip(rangee).map(|((_, g), c)| self.cellule(*g, c)).collect();
            texte += &(self.ligne(Some(i), &cellules).join(separateur) + fin);
        }
        match self {
            Self::SasExport | Self::SasPointVirgule | Self::Excel => texte.chars().map(windows_1252).collect(),
            Self::ExcelUtf8 => format!("\u{feff}{texte}").into_bytes(),
            Self::ExcelUnicode => format!("\u{feff}{texte}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::R => texte.into_bytes(),
        }
    }

    fn titre(self, nom: &str) -> String {
        if self == Self::R { format!("\"{nom}\"") } else { self.texte(nom) }
    }

    /// R puts the names of the rows first, under no name.
    fn ligne(self, rang: Option<usize>, cellules: &[String]) -> Vec<String> {
        let nom = rang.map_or_else(|| "\"\"".into(), |i| format!("\"{}\"", i + 1));
        (self == Self::R).then_some(nom).into_iter().chain(cellules.iter().cloned()).collect()
    }

    fn cellule(self, genre: Genre, cellule: &str) -> String {
        match (genre, cellule, self) {
            (Genre::Texte, "", Self::SasPointVirgule) => " ".into(),
            (_, "", Self::SasPointVirgule) => ".".into(),
            (Genre::Texte, "", Self::R) => "\"\"".into(),
            (_, "", Self::R) => "NA".into(),
            (_, "", _) => String::new(),
            (Genre::Texte, texte, _) => self.texte(texte),
            (Genre::Euros, euros, _) => self.euros(euros),
            (Genre::Jour, jour, _) => self.jour(jour),
            (Genre::Oui, mot, _) => {
                let oui = matches!(mot, "oui" | "O");
                match self {
                    Self::SasExport | Self::SasPointVirgule => if oui { "1" } else { "0" }.into(),
                    Self::R => if oui { "TRUE" } else { "FALSE" }.into(),
                    _ => if oui { "VRAI" } else { "FAUX" }.into(),
                }
            }
        }
    }

    fn texte(self, texte: &str) -> String {
        let a_proteger = match self {
            Self::SasPointVirgule => false,
            Self::R => true,
            Self::SasExport => texte.contains([',', '"']),
            // Excel quotes a comma here too.
            Self::ExcelUnicode => texte.contains(['\t', ',', '"', '\n']),
            Self::Excel | Self::ExcelUtf8 => texte.contains([';', '"', '\n']),
        };
        if a_proteger { format!("\"{}\"", texte.replace('"', "\"\"")) } else { texte.into() }
    }

    fn euros(self, euros: &str) -> String {
        let (entiers, centimes) = euros.split_once(',').unwrap();
        let court = format!("{entiers}.{centimes}").trim_end_matches('0').trim_end_matches('.').to_owned();
        let groupe = |blanc: &str| match entiers.len() {
            0..=3 => entiers.to_owned(),
            n => format!("{}{blanc}{}", &entiers[..n - 3], &entiers[n - 3..]),
        };
        match self {
            Self::SasExport => court,
            Self::SasPointVirgule => format!("{euros:>12}"),
            Self::R => court.replace('.', ","),
            // A cell with the format « Monétaire »; the thousands are apart by what Windows says.
            Self::Excel => format!("{},{centimes}\u{a0}€", groupe("\u{a0}")),
            Self::ExcelUtf8 | Self::ExcelUnicode => format!("{},{centimes} €", groupe("\u{202f}")),
        }
    }

    fn jour(self, iso: &str) -> String {
        const MOIS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
        let (annee, mois, jour) = (&iso[..4], &iso[5..7], &iso[8..]);
        let sas = format!("{jour}{}{annee}", MOIS[mois.parse::<usize>().unwrap() - 1]);
        match self {
            Self::SasExport => sas,
            Self::SasPointVirgule => format!("{sas}:00:00:00").chars().rev().chain("  ".chars()).collect::<Vec<_>>().iter().rev().collect(),
            Self::R => iso.into(),
            _ => format!("{jour}/{mois}/{annee}"),
        }
    }
}

fn windows_1252(c: char) -> u8 {
    match c {
        '€' => 0x80,
        '’' => 0x92,
        'œ' => 0x9c,
        _ => u8::try_from(u32::from(c)).unwrap_or_else(|_| panic!("{c:?} is not in Windows-1252")),
    }
}

/// The writers above, held against bytes.
#[test]
fn chaque_outil_ecrit_ses_octets() {
    let table = Table {
        colonnes: [("code", Genre::Texte), ("nom", Genre::Texte), ("mt", Genre::Euros), ("le", Genre::Jour), ("css", Genre::Oui)]
            .map(|(n, g)| (n.to_owned(), g))
            .into(),
        rangees: [["01", "Lœuf, d’É \"x\"", "1234,50", "1985-06-12", "oui"], ["2A", "", "", "", ""]]
            .map(|r| r.map(String::from).to_vec())
            .into(),
    };
    let unicode = |t: &str| -> Vec<u8> { b"\xff\xfe".iter().copied().chain(t.encode_utf16().flat_map(u16::to_le_bytes)).collect() };
    for (outil, attendu) in [
        (Outil::SasExport, b"code,nom,mt,le,css\r\n01,\"L\x9cuf, d\x92\xc9 \"\"x\"\"\",1234.5,12JUN1985,1\r\n2A,,,,\r\n".to_vec()),
        (
            Outil::SasPointVirgule,
            b"code;nom;mt;le;css\r\n01;L\x9cuf, d\x92\xc9 \"x\";     1234,50;  12JUN1985:00:00:00;1\r\n2A; ;.;.;.\r\n".to_vec(),
        ),
        (Outil::Excel, b"code;nom;mt;le;css\r\n01;\"L\x9cuf, d\x92\xc9 \"\"x\"\"\";1\xa0234,50\xa0\x80;12/06/1985;VRAI\r\n2A;;;;\r\n".to_vec()),
        (
            Outil::ExcelUtf8,
            "\u{feff}code;nom;mt;le;css\r\n01;\"Lœuf, d’É \"\"x\"\"\";1\u{202f}234,50 €;12/06/1985;VRAI\r\n2A;;;;\r\n".as_bytes().to_vec(),
        ),
        (
            Outil::ExcelUnicode,
            unicode("code\tnom\tmt\tle\tcss\r\n01\t\"Lœuf, d’É \"\"x\"\"\"\t1\u{202f}234,50 €\t12/06/1985\tVRAI\r\n2A\t\t\t\t\r\n"),
        ),
        (
            Outil::R,
            "\"\";\"code\";\"nom\";\"mt\";\"le\";\"css\"\n\"1\";\"01\";\"Lœuf, d’É \"\"x\"\"\";1234,5;1985-06-12;TRUE\n\"2\";\"2A\";\"\";NA;NA;NA\n"
                .as_bytes()
                .to_vec(),
        ),
    ] {
        assert_eq!(String::from_utf8_lossy(&outil.octets(&table)), String::from_utf8_lossy(&attendu), "{outil:?}");
        assert_eq!(outil.octets(&table), attendu, "{outil:?}");
    }
}
