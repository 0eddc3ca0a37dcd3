"""Pages in headless Chromium: axe-core, nothing fetched, tagged PDF, images; for sheets, how many a person takes.

    controle.py [--admis RULE,RULE] [--ecrans] [--plies NAME,NAME] AXE.MIN.JS IMAGES SCRATCH [NAME=]PAGE.html...

A page with folded parts (<details>) is audited twice, as it opens and with all of them unfolded (--plies: as it opens only). --ecrans adds what a desktop
and a phone show. --admis names axe-core's rules whose doubts the caller explains; without it doubts are printed and do not fail.

Exit 1 when axe-core finds something (or doubts, with --admis), when a page asks for anything, when a PDF has no tags or no
language, when a page is wider than its screen, or when a person's sheet takes more than two."""
import argparse, pathlib, re, subprocess, sys

from navigateur import Navigateur

lecture = argparse.ArgumentParser()
lecture.add_argument("--admis")
lecture.add_argument("--ecrans", action="store_true")
lecture.add_argument("--plies", default="")
for nom in ("axe", "images", "scratch"):
    lecture.add_argument(nom)
lecture.add_argument("pages", nargs="+")
args = lecture.parse_args()
admis = None if args.admis is None else set(args.admis.split(","))
DEPLIER = "document.querySelectorAll('details').forEach(d => { d.open = true })"
DEBORDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def printed(pdf):
    """Of a PDF: whether it is tagged and says its language, its pages, and where each person's sheet starts."""
    told = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout.split("\f")[:-1]
    starts = [i for i, t in enumerate(text) if re.search(r"^\s*Fiche \d+ sur \d+", t, re.M)]
    raw = pathlib.Path(pdf).read_bytes()
    return "Tagged:          yes" in told and b"/StructTreeRoot" in raw, b"/Lang" in raw, len(text), starts


def one(n, name, page):
    """Prints a line for a page; whether it has a fault."""
    p = n.ouvre(page)
    found = [("", p.axe(args.axe))]
    wide = ["bureau"] if p.evalue(DEBORDE) else []
    if args.ecrans:
        p.image(f"{args.images}/{name}_bureau.png")
    pdf = f"{args.images if args.ecrans else args.scratch}/{name}.pdf"
    p.pdf(pdf)
    unfold = name not in args.plies.split(",")
    if unfold and p.evalue("document.querySelectorAll('details').length"):
        p.evalue(DEPLIER)
        found.append((", déplié", p.axe(args.axe)))
        wide += ["bureau déplié"] if p.evalue(DEBORDE) else []
    asked = p.demandees()
    if args.ecrans:
        tel = n.ouvre(page, largeur=390, hauteur=844)
        tel.image(f"{args.images}/{name}_telephone.png")
        wide += ["téléphone"] if tel.evalue(DEBORDE) else []
        if unfold:
            tel.evalue(DEPLIER)
        wide += ["téléphone déplié"] if tel.evalue(DEBORDE) else []
    tagged, lang, count, starts = printed(pdf)
    lengths = [b - a for a, b in zip(starts, [*starts[1:], count])]
    sheets = f"{sum(x <= 2 for x in lengths)} personnes sur {len(lengths)} en une, les autres en {max((x + 1) // 2 for x in lengths)} au plus" if lengths else "–"
    bad = bool(asked) or bool(wide) or not tagged or not lang or any(x > 4 for x in lengths)
    for how, r in found:
        told = f"{'oui' if tagged else 'NON':<10}  {'oui' if lang else 'NON':<6} {count:>6}  {sheets}" if not how else ""
        print(f"{name + how:<34} {len(r['fautes']):>6} {len(r['doutes']):>6} {r['passees']:>15}   {told}".rstrip())
        for f in r["fautes"]:
            print(f"    faute {f['id']} ({f['impact']}) : {f['aide']} – {f['combien']} fois, dont {f['ou']}")
        for d in r["doutes"]:
            print(f"    doute {d['id']} : {d['aide']} – {d['combien']} fois, dont {d['ou']}")
        bad |= bool(r["fautes"]) or (admis is not None and any(d["id"] not in admis for d in r["doutes"]))
    for a in asked:
        print(f"    la page demande {a}")
    for w in wide:
        print(f"    la page est plus large que l'écran : {w}")
    first = starts[0] + 1 if starts else 1
    for de, a in ((1, 1), (first, min(first + 3, count))):
        for gris, suite in (([], ""), (["-gray"], "_gris")):
            subprocess.run(["pdftoppm", "-r", "70", *gris, "-png", "-f", str(de), "-l", str(a), pdf, f"{args.images}/{name}{suite}"], check=True)
    return bad


bad = False
print(f"{'page':<34} {'fautes':>6} {'doutes':>6} {'règles passées':>15}   PDF balisé  langue  pages  feuilles par personne")
with Navigateur(args.scratch) as n:
    for given in args.pages:
        name, _, page = given.rpartition("=")
        bad |= one(n, name or pathlib.Path(page).stem, page)
print(f"images : {args.images}")
sys.exit(1 if bad else 0)
