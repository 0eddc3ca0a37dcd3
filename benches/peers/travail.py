"""The job, once, as SQL text that DuckDB, DataFusion and Polars (`pl.sql_expr`) share. `regles/` says the same in the rule language.

Integer cents, or hundredths of a cent where a rate applies; no division and no float, so that answers can be compared exactly.
A rule gives TRUE (certain), NULL (possible) or FALSE (no row), with the band of its amount.
"""

DAY = "2026-03-01"


def d(day):
    return f"CAST('{day}' AS DATE)"


# --- a person, after the left joins of caf with cpam, cnav (m_cnav: it has a row), ft (m_ft) and dept
ADULT = "role <= 2"


def count(condition):
    return ("cnt", condition)


AGGREGATES = {
    "n_ad": count(ADULT),
    "n_par": count("role = 2"),
    "n_ch": count(f"role = 3 AND birth > {d('2006-03-01')}"),
    "n_chu": count("role = 3 AND birth IS NULL"),
    "n_a": count(f"role = 3 AND birth > {d('2015-03-01')} AND birth <= {d('2020-03-01')}"),
    "n_b": count(f"role = 3 AND birth > {d('2011-03-01')} AND birth <= {d('2015-03-01')}"),
    "n_c": count(f"role = 3 AND birth > {d('2008-03-01')} AND birth <= {d('2011-03-01')}"),
    "n_25": count(f"{ADULT} AND birth <= {d('2001-03-01')}"),
    "n_adu": count(f"{ADULT} AND birth IS NULL"),
    "n_eld": count(f"{ADULT} AND birth <= {d('1961-03-01')}"),
    "n_pre": count(f"{ADULT} AND birth > {d('1961-03-01')} AND birth <= {d('1961-09-01')} AND m_cnav IS NULL"),
    "n_wu": count(f"{ADULT} AND wages IS NULL"),
    "n_unk": count(
        f"({ADULT} AND (wages IS NULL OR other IS NULL)) OR (m_cnav IS NOT NULL AND pension IS NULL) OR (m_ft IS NOT NULL AND are IS NULL)"
    ),
    "n_d80": count("dis >= 80"),
    "n_d50": count("dis >= 50 AND dis < 80"),
    "n_nc": count(f"{ADULT} AND (c2s = 0 OR c2s = 3)"),
    "n_ncu": count(f"{ADULT} AND c2s IS NULL"),
    "n_aspau": count("m_cnav IS NOT NULL AND aspa IS NULL"),
    "n_am": count(f"{ADULT} AND ameli"),
    "n_dd": count("digdiff"),
    "n_sw": count(f"sw >= {d('2025-03-01')}"),
    "wages": ("sum", "COALESCE(wages,0)"),
    "bonus": ("sum", "CASE WHEN wages > 142500 THEN 1847300 WHEN wages > 70102 THEN 26*(wages-70102) ELSE 0 END"),
    "res": ("sum", "COALESCE(wages,0)+COALESCE(other,0)+COALESCE(pension,0)+COALESCE(are,0)"),
    "aspa": ("sum", "COALESCE(aspa,0)"),
    "are": ("sum", "COALESCE(are,0)"),
    "c2s_end": ("min", "CASE WHEN c2s = 1 OR c2s = 2 THEN c2s_end END"),
    "are_end": ("min", "CASE WHEN are > 0 THEN are_end END"),
}
AGGREGATES.update({c: ("max", c) for c in ("rent", "zone", "housing", "rsa", "ppa", "al", "aah", "af", "ars", "dtr")})

# --- a foyer: three levels, each may use those before
LEVELS = [
    {
        "n_dep": "n_ch + n_chu",
        "n": "n_ad + n_ch + n_chu",
        "cpl": "CASE WHEN n_ad >= 2 THEN 1 ELSE 0 END",
        "res100": "res*100",
        "nr_rsa": "CASE WHEN rsa IS NULL THEN NULL ELSE rsa <= 0 END",
    },
    {
        "pct": (
            "100 + CASE WHEN cpl = 1 THEN 50 ELSE 0 END + CASE WHEN n_dep = 0 THEN 0 "
            "WHEN cpl = 1 THEN (CASE WHEN n_dep = 1 THEN 30 WHEN n_dep = 2 THEN 60 ELSE 60 + 40*(n_dep-2) END) "
            "ELSE (CASE WHEN n_dep = 1 THEN 50 WHEN n_dep = 2 THEN 80 ELSE 80 + 40*(n_dep-2) END) END"
        ),
        "fl": "CASE WHEN COALESCE(al,0) > 0 OR housing >= 2 THEN (CASE WHEN n = 1 THEN 775800 WHEN n = 2 THEN 1551600 ELSE 1920200 END) ELSE 0 END",
        "c2sc": "100*(CASE WHEN n = 1 THEN 86200 WHEN n = 2 THEN 129300 WHEN n = 3 THEN 155200 WHEN n = 4 THEN 181000 ELSE 181000 + 34480*(n-4) END)",
        "aspac": "CASE WHEN cpl = 1 THEN 16054100 ELSE 10340900 END",
        "aahc": "103332*(100 + 81*cpl + 50*n_dep)",
        "cap": "(CASE WHEN zone = 1 THEN 31900 WHEN zone = 2 THEN 27800 WHEN zone = 3 THEN 26100 END) + 5500*cpl + 6500*n_dep",
        "kage": "CASE WHEN n_25 > 0 OR n_dep > 0 THEN TRUE WHEN n_adu > 0 THEN NULL ELSE FALSE END",
        "kids": "n_a + n_b + n_c",
        "reasons": (
            "CASE WHEN n_unk > 0 THEN 1 ELSE 0 END + CASE WHEN n_chu > 0 THEN 2 ELSE 0 END + CASE WHEN n_am = 0 THEN 4 ELSE 0 END "
            "+ CASE WHEN n_dd > 0 THEN 8 ELSE 0 END + CASE WHEN n_sw > 0 THEN 16 ELSE 0 END + CASE WHEN n_par > 0 THEN 32 ELSE 0 END "
            "+ CASE WHEN n_ncu > 0 THEN 64 ELSE 0 END"
        ),
    },
    {
        "a1": "64652*pct - fl - res100",
        "a2": "63399*pct + 61*wages + bonus - fl - res100",
        "a3": "aspac - res100",
        "a4": "CASE WHEN res100 <= c2sc THEN 6000 ELSE 18000 END * 100",
        "a5": "CASE WHEN aahc - res100 > 10333200 THEN 10333200 ELSE aahc - res100 END",
        "a6": (
            "CASE WHEN n_dep = 2 THEN 15105 ELSE 34459 + 19354*(n_dep-3) END "
            "* (CASE WHEN 12*res100 > 1044500000 THEN 25 WHEN 12*res100 > 783690000 THEN 50 ELSE 100 END)"
        ),
        "a7": "100*(42387*n_a + 44727*n_b + 46276*n_c)",
        "a8": (
            "100*(CASE WHEN rent < cap THEN rent ELSE cap END + 5800 + 1300*n_dep) "
            "- (370000 + CASE WHEN res > 50000 THEN 30*(res-50000) ELSE 0 END)"
        ),
        "a9": "100*(COALESCE(rsa,0)+COALESCE(ppa,0))",
        "a10": "CAST(600000 AS BIGINT)",
        "a11": "100*are",
        "a12": "100*(COALESCE(rsa,0)+COALESCE(aah,0))",
    },
]


def unless(fails, unknown):
    """FALSE when it fails, NULL when that is not known, TRUE otherwise."""
    return f"CASE WHEN {fails} THEN FALSE WHEN {unknown} THEN NULL ELSE TRUE END"


RULES = {
    1: f"kage AND ({unless('a1 < 60000', 'n_unk > 0 OR n_chu > 0')}) AND nr_rsa",
    2: f"({unless('wages = 0 AND n_wu = 0', 'n_wu > 0')}) AND ({unless('a2 < 150000', 'n_unk > 0 OR n_chu > 0')}) AND (ppa <= 0)",
    3: f"({unless('n_eld = 0 AND n_adu = 0', 'n_eld = 0')}) AND ({unless('a3 <= 0', 'n_unk > 0')}) AND ({unless('aspa > 0', 'n_aspau > 0')})",
    4: f"({unless('n_nc = 0 AND n_ncu = 0', 'n_nc = 0')}) AND ({unless('res100*100 > c2sc*135', 'n_unk > 0')}) AND (c2s_end IS NULL)",
    5: f"(n_d80 > 0 OR (n_d50 > 0 AND wages = 0)) AND ({unless('aahc <= res100', 'n_unk > 0')}) AND (aah <= 0)",
    6: f"({unless('n_dep < 2', 'n_ch < 2')}) AND (af <= 0)",
    7: f"({unless('kids = 0 AND n_chu = 0', 'kids = 0')}) AND ({unless('12*res > 2779400 + 641400*(n_dep-1)', 'n_unk > 0')}) AND (ars <= 0)",
    8: f"(housing = 1) AND (rent > 0) AND ({unless('a8 < 100000', 'n_unk > 0 OR zone IS NULL')}) AND (al <= 0)",
    9: f"((rsa > 0) OR (ppa > 0)) AND (dtr < {d('2025-11-20')})",
    10: (
        f"(c2s_end IS NOT NULL AND c2s_end >= {d(DAY)} AND c2s_end <= {d('2026-04-30')}) "
        f"AND ({unless('res100 > c2sc', 'n_unk > 0')})"
    ),
    11: (
        f"(are_end IS NOT NULL AND are_end >= {d(DAY)} AND are_end <= {d('2026-04-15')}) AND (rsa <= 0) "
        f"AND ({unless('res > 250000', 'n_unk > 0')})"
    ),
    12: "(n_pre > 0) AND ((rsa > 0) OR (aah > 0))",
}

# The same rights in regles/droits, in the order of the rules.
RIGHTS = ["rsa", "ppa", "aspa", "c2s", "aah", "af", "ars", "aide_logement", "declaration", "fin_c2s", "fin_chomage", "retraite"]

TABLES = ("caf", "cpam", "cnav", "ft", "dept")


def band(amount):
    return f"CASE WHEN {amount} < 500000 THEN 1 WHEN {amount} < 1500000 THEN 2 WHEN {amount} < 4000000 THEN 3 ELSE 4 END"


def rows(source):
    """The rows of each rule, out of a table with r1…r12, b1…b12 and reasons."""
    cert = "CAST(CASE WHEN r{i} THEN 2 ELSE 1 END AS TINYINT)"
    one = "SELECT htok, CAST({i} AS TINYINT) AS rule, " + cert + " AS cert, b{i} AS band, reasons FROM {s} WHERE r{i} IS NOT FALSE"
    return "\nUNION ALL ".join(one.format(i=i, s=source) for i in RULES)


def sql(dialect, source):
    """A SELECT of one row per foyer: htok, reasons, r1…r12 (three-valued), b1…b12. `source` names a table's relation."""

    def aggregate(kind, e):
        if kind == "cnt":
            return f"CAST(sum(CASE WHEN {e} THEN 1 ELSE 0 END) AS BIGINT)" if dialect == "datafusion" else f"count(*) FILTER (WHERE {e})"
        return f"CAST(sum(CAST({e} AS BIGINT)) AS BIGINT)" if kind == "sum" else f"{kind}({e})"

    persons = f"""SELECT caf.htok, role, birth, wages, other, dis, rent, zone, housing, rsa, ppa, al, aah, af, ars, dtr,
  c.c2s, c.c2s_end AS c2s_end, c.ameli, v.m_cnav, v.pension, v.aspa, f.m_ft, f.are, f.are_end, s.sw, s.digdiff
 FROM {source("caf")} caf
 LEFT JOIN {source("cpam")} c ON c.ptok = caf.ptok
 LEFT JOIN (SELECT ptok, pension, aspa, TRUE AS m_cnav FROM {source("cnav")}) v ON v.ptok = caf.ptok
 LEFT JOIN (SELECT ptok, are, are_end, TRUE AS m_ft FROM {source("ft")}) f ON f.ptok = caf.ptok
 LEFT JOIN {source("dept")} s ON s.ptok = caf.ptok"""
    steps = [f"p AS ({persons})"]
    steps.append("h AS (SELECT htok, " + ", ".join(f"{aggregate(k, e)} AS {n}" for n, (k, e) in AGGREGATES.items()) + " FROM p GROUP BY htok)")
    before = "h"
    for i, level in enumerate(LEVELS):
        steps.append(f"x{i} AS (SELECT *, " + ", ".join(f"{e} AS {n}" for n, e in level.items()) + f" FROM {before})")
        before = f"x{i}"
    verdicts = ", ".join(f"({e}) AS r{i}, CAST({band(f'a{i}')} AS TINYINT) AS b{i}" for i, e in RULES.items())
    return "WITH " + ",\n".join(steps) + f"\nSELECT htok, CAST(reasons AS INT) AS reasons, {verdicts} FROM {before}"
