"""Pages in headless Chromium: axe-core, tagged PDF, sheets per person, images.

    controle.py AXE.MIN.JS IMAGES SCRATCH PAGE.html...

Exit 1 when axe-core finds something, when a PDF has no tags, or when a person's page is more than one sheet."""
import json, pathlib, re, subprocess, sys

axe, images, scratch, *pages = sys.argv[1:]
CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={scratch}/profil"]
RUN = """<script>
axe.run(document, { resultTypes: ["violations", "incomplete"] }).then(r => {
  const dit = l => l.map(v => ({ id: v.id, impact: v.impact, aide: v.help, ou: v.nodes.slice(0, 3).map(n => n.target.join(" ")), combien: v.nodes.length }));
  const p = document.createElement("pre"); p.id = "resultat-axe";
  p.textContent = JSON.stringify({ fautes: dit(r.violations), doutes: dit(r.incomplete), passees: r.passes.length });
  document.body.appendChild(p);
});
</script>"""


def chromium(*args):
    return subprocess.run([*CHROMIUM, *args], capture_output=True, text=True, timeout=300).stdout


def audit(page):
    """What axe-core finds: a copy of the page where scripts may run."""
    html = pathlib.Path(page).read_text()
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    copy = pathlib.Path(scratch) / "audit.html"
    copy.write_text(html.replace("</body>", "<script>" + pathlib.Path(axe).read_text() + "</script>" + RUN + "</body>"))
    dom = chromium("--virtual-time-budget=60000", "--dump-dom", copy.as_uri())
    found = re.search(r'<pre id="resultat-axe">(.*?)</pre>', dom, re.S)
    if not found:
        sys.exit(f"{page} : axe-core n'a pas répondu")
    text = found.group(1)
    for escaped, plain in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(escaped, plain)
    return json.loads(text)


def printed(page, name):
    """The PDF that a browser prints, whether it is tagged and says its language, and pages per person."""
    pdf = f"{scratch}/{name}.pdf"
    chromium("--no-pdf-header-footer", f"--print-to-pdf={pdf}", pathlib.Path(page).as_uri())
    told = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout.split("\f")[:-1]
    starts = [i for i, t in enumerate(text) if re.search(r"^\s*Fiche \d+ sur \d+", t, re.M)]
    lengths = [b - a for a, b in zip(starts, [*starts[1:], len(text)])]
    raw = pathlib.Path(pdf).read_bytes()
    return pdf, "Tagged:          yes" in told and b"/StructTreeRoot" in raw, b"/Lang" in raw, len(text), starts, lengths


bad = False
print(f"{'page':<34} {'fautes':>6} {'doutes':>6} {'règles passées':>15}   PDF balisé  langue  pages  feuilles par personne")
for page in pages:
    where = pathlib.Path(page)
    name = f"{where.parent.parent.name}_{where.stem}"
    r = audit(page)
    pdf, tagged, lang, count, starts, lengths = printed(page, name)
    sheets = f"{sum(n <= 2 for n in lengths)} personnes sur {len(lengths)} en une, les autres en {max((n + 1) // 2 for n in lengths)} au plus" if lengths else "–"
    print(f"{name:<34} {len(r['fautes']):>6} {len(r['doutes']):>6} {r['passees']:>15}   {'oui' if tagged else 'NON':<10}  {'oui' if lang else 'NON':<6} {count:>6}  {sheets}")
    for f in r["fautes"]:
        print(f"    faute {f['id']} ({f['impact']}) : {f['aide']} – {f['combien']} fois, dont {f['ou']}")
    for d in r["doutes"]:
        print(f"    doute {d['id']} : {d['aide']} – {d['combien']} fois, dont {d['ou']}")
    bad |= bool(r["fautes"]) or not tagged or not lang or any(n > 4 for n in lengths)
    first = starts[0] + 1 if starts else 1
    for de, a in ((1, 1), (first, min(first + 3, count))):
        subprocess.run(["pdftoppm", "-r", "70", "-png", "-f", str(de), "-l", str(a), pdf, f"{images}/{name}"], check=True)
        subprocess.run(["pdftoppm", "-r", "70", "-gray", "-png", "-f", str(de), "-l", str(a), pdf, f"{images}/{name}_gris"], check=True)
print(f"images : {images}")
sys.exit(1 if bad else 0)
