"""The published rules as somebody uses them: what they type, what comes first, by keyboard, without scripts, on a slow telephone.

    publication.py IMAGES SCRATCH REGLES.html

Exit 1 when a search does not give the right expected, when the page asks for anything or its policy refuses its own script."""
import sys, time

from navigateur import Navigateur

images, scratch, page = sys.argv[1:]
# What is typed, and what one of the first three answers must be (French pack).
RECHERCHES = [("sans papiers santé", "c2s_gratuite"), ("veuve", "reversion"), ("loyer", "aide_logement"), ("LOYERS", "aide_logement"),
              ("petite retraite", "aspa"), ("mère seule", "asf"), ("handicapé", "aah"), ("chômage fin de droits", "ass"), ("eleve boursier lycee", "bourse_lycee"),
              ("je suis enceinte", "prime_naissance"), ("courrier perdu", "rupture_courrier_revenu_dtr"), ("électricité", "cheque_energie"),
              ("montant forfaitaire du RSA", "parametre.rsa_montant_base")]
bad = []


def faute(dit):
    bad.append(dit)
    print(f"    FAUTE : {dit}")


def attend(p, expression, quoi):
    for _ in range(100):
        if p.evalue(expression):
            return
        time.sleep(0.05)
    faute(f"{quoi} n'arrive pas")


def cherche(p, texte):
    """Types it letter by letter, and gives what the page answers."""
    p.evalue("document.getElementById('effacer').click()")
    avant = p.evalue("document.getElementById('annonce').textContent")
    p.tape(texte)
    attend(p, f"document.getElementById('annonce').textContent !== {avant!r}", f"« {texte} »")
    time.sleep(0.3)
    return p.evalue("[...document.querySelectorAll('#resultats a')].map(a => decodeURIComponent(a.hash.slice(1)))"), \
        p.evalue("document.getElementById('annonce').textContent")


with Navigateur(scratch) as n:
    p = n.ouvre(page)
    for texte, voulu in RECHERCHES:
        trouves, dit = cherche(p, texte)
        bon = voulu in trouves[:3]
        print(f"« {texte} » : {', '.join(trouves[:3])} – {dit}")
        if not bon:
            faute(f"« {texte} » ne mène pas à {voulu} dans les trois premiers")
    # By keyboard alone: from the field to the first answer, and there.
    trouves, _ = cherche(p, "veuve")
    p.image(f"{images}/recherche_bureau.png")
    for _ in range(8):
        p.touche("Tab")
        if p.evalue("document.activeElement.closest('#resultats') !== null"):
            break
    else:
        faute("le clavier n'atteint pas les résultats")
    p.touche("Enter")
    time.sleep(0.3)
    ou = p.evalue("[document.activeElement.id, Math.round(document.activeElement.getBoundingClientRect().top)]")
    print(f"au clavier, Entrée sur le premier résultat mène à : {ou[0]}, à {ou[1]} points du haut de l'écran")
    if ou[0] != trouves[0] or not -5 <= ou[1] <= 200:
        faute("Entrée sur un résultat n'y mène pas")
    # Folded parts open when a link leads into them.
    p.evalue("location.hash = 'parametre.rsa_montant_base'")
    time.sleep(0.3)
    if not p.evalue("document.getElementById('parametre.rsa_montant_base').checkVisibility()"):
        faute("un lien vers une partie pliée ne l'ouvre pas")
    # Filters.
    p.evalue("document.getElementById('effacer').click(); const o = document.getElementById('organisme'); o.value = 'cpam'; o.dispatchEvent(new Event('change'))")
    n_cpam = p.evalue("document.querySelectorAll('#resultats a').length")
    print(f"filtre « CPAM » : {n_cpam} règles ; {p.evalue('document.getElementById(`annonce`).textContent')}")
    if not n_cpam:
        faute("le filtre par organisme est vide")
    doubles = p.evalue("(() => { const vus = new Set(), d = []; for (const e of document.querySelectorAll('[id]')) { if (vus.has(e.id)) d.push(e.id); vus.add(e.id) } return d })()")
    morts = p.evalue("[...document.querySelectorAll('a[href^=\"#\"]')].map(a => decodeURIComponent(a.hash.slice(1))).filter(i => document.getElementById(i) === null)")
    print(f"ancres : {p.evalue('document.querySelectorAll(`[id]`).length')}, doubles : {len(doubles)} ; liens sans cible : {len(set(morts))}")
    if doubles or morts:
        faute(f"doubles {doubles[:5]}, sans cible {sorted(set(morts))[:5]}")
    if p.demandees() or p.plaintes():
        faute(f"la page demande {p.demandees()} ; le navigateur se plaint : {p.plaintes()}")
    # Without scripts: nothing to search with, everything to read.
    sans = n.ouvre(page, scripts=False, largeur=390, hauteur=844)
    lu = sans.evalue("[document.getElementById('moteur').checkVisibility(), document.querySelector('noscript p').checkVisibility(), document.getElementById('rsa.age_ou_charge').checkVisibility()]")
    sans.image(f"{images}/sans_scripts.png")
    print(f"sans scripts : moteur caché {'oui' if not lu[0] else 'NON'}, conseil montré {'oui' if lu[1] else 'NON'}, conditions lisibles {'oui' if lu[2] else 'NON'}")
    if lu != [False, True, True]:
        faute("sans scripts, la page ne se lit pas")
    # A telephone six times slower than this machine.
    debut = time.monotonic()
    tel = n.ouvre(page, largeur=390, hauteur=844, ralenti=6)
    m = tel.evalue("(() => { const t = performance.getEntriesByType('navigation')[0]; const p = performance.getEntriesByName('first-contentful-paint')[0]; return [p ? p.startTime : 0, t.domContentLoadedEventEnd, t.loadEventEnd] })()")
    d = tel.evalue("(() => { const c = document.getElementById('chercher'); c.value = 'loyer'; const t = performance.now(); document.getElementById('moteur').requestSubmit(); const u = performance.now(); c.value = 'veuve'; document.getElementById('moteur').requestSubmit(); return [u - t, performance.now() - u] })()")
    print(f"téléphone six fois plus lent : premier affichage {m[0] / 1000:.1f} s, page prête {m[2] / 1000:.1f} s ; première recherche {d[0]:.0f} ms, suivantes {d[1]:.0f} ms")
    tel.image(f"{images}/recherche_telephone.png")
    for ancre in ("rsa", "reversion", "parametre.rsa_montant_base", "rupture_c2s_renouvellement"):
        n.ouvre(page, largeur=390, hauteur=1600, ancre=f"#{ancre}").image(f"{images}/{ancre}_telephone.png")
    b = n.ouvre(page, hauteur=1600, ancre="#rsa")
    b.image(f"{images}/rsa_bureau.png")
    b.evalue("document.querySelectorAll('#rsa details').forEach(d => { d.open = true })")
    b.evalue("document.querySelector('#rsa details.partie').scrollIntoView()")
    b.image(f"{images}/rsa_calculs_bureau.png")
    b.evalue("document.querySelector('#rsa .cas').scrollIntoView()")
    b.image(f"{images}/rsa_cas_bureau.png")
print(f"images : {images}")
sys.exit(1 if bad else 0)
