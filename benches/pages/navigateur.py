"""Headless Chromium, driven through its own pipe (`--remote-debugging-pipe`): Python's standard library is enough.

    with Navigateur(scratch) as n:
        p = n.ouvre("/chemin/page.html", largeur=390)   # width of a phone; scripts=False to switch scripts off
        p.evalue("document.title"); p.tape("loyer"); p.touche("Tab"); p.image("page.png"); p.pdf("page.pdf"); p.axe(axe_js)
"""
import base64, json, os, pathlib, subprocess

OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--hide-scrollbars"]
# Nobody can judge the contrast of what is not drawn yet: a page that draws as one scrolls is drawn whole first.
DESSINER = """(() => { const s = new CSSStyleSheet(); s.replaceSync("* { content-visibility: visible !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, s] })()"""
AXE = """axe.run(document, { resultTypes: ["violations", "incomplete"] }).then(r => {
  const dit = l => l.map(v => ({ id: v.id, impact: v.impact, aide: v.help, ou: v.nodes.slice(0, 3).map(n => n.target.join(" ")),
                                 combien: v.nodes.length }));
  return { fautes: dit(r.violations), doutes: dit(r.incomplete), passees: r.passes.length };
})"""


class Navigateur:
    def __init__(self, scratch):
        ordre_lu, ordre = os.pipe()
        reponse, reponse_ecrite = os.pipe()

        def fils():  # Chromium reads orders on 3 and answers on 4
            a, b = os.dup(ordre_lu), os.dup(reponse_ecrite)
            os.dup2(a, 3)
            os.dup2(b, 4)

        self.processus = subprocess.Popen(["chromium", *OPTIONS, "--remote-debugging-pipe", f"--user-data-dir={scratch}/profil", "about:blank"],
                                          preexec_fn=fils, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(ordre_lu), os.close(reponse_ecrite)
        self.ordre, self.reponse, self.reste, self.rang, self.faits = ordre, reponse, b"", 0, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.demande("Browser.close")
        except (OSError, RuntimeError):
            pass
        self.processus.wait(30)

    def lit(self):
        while b"\0" not in self.reste:
            octets = os.read(self.reponse, 1 << 20)
            if not octets:
                raise RuntimeError("Chromium s'est arrêté")
            self.reste += octets
        un, self.reste = self.reste.split(b"\0", 1)
        return json.loads(un)

    def demande(self, methode, session=None, **parametres):
        self.rang += 1
        rang = self.rang
        message = {"id": rang, "method": methode, "params": parametres}
        if session:
            message["sessionId"] = session
        octets = json.dumps(message).encode() + b"\0"
        while octets:
            octets = octets[os.write(self.ordre, octets):]
        while True:
            lu = self.lit()
            if lu.get("id") == rang:
                if "error" in lu:
                    raise RuntimeError(f"{methode} : {lu['error']['message']}")
                return lu["result"]
            if "method" in lu:
                self.faits.append(lu)

    def attend(self, fait, session):
        while True:
            for i, f in enumerate(self.faits):
                if f["method"] == fait and f.get("sessionId") == session:
                    return self.faits.pop(i)
            lu = self.lit()
            if "method" in lu:
                self.faits.append(lu)

    def ouvre(self, page, largeur=1280, hauteur=900, scripts=True, ancre="", ralenti=1):
        return Page(self, pathlib.Path(page).resolve().as_uri() + ancre, largeur, hauteur, scripts, ralenti)


class Page:
    def __init__(self, navigateur, adresse, largeur, hauteur, scripts, ralenti):
        self.n = navigateur
        cible = navigateur.demande("Target.createTarget", url="about:blank")["targetId"]
        self.session = navigateur.demande("Target.attachToTarget", targetId=cible, flatten=True)["sessionId"]
        self.largeur, self.hauteur, self.requetes = largeur, hauteur, []
        for domaine in ("Page", "Runtime", "Network", "Log"):
            self(f"{domaine}.enable")
        self("Emulation.setDeviceMetricsOverride", width=largeur, height=hauteur, deviceScaleFactor=1, mobile=largeur < 600)
        if ralenti > 1:
            self("Emulation.setCPUThrottlingRate", rate=ralenti)
        self("Emulation.setScriptExecutionDisabled", value=not scripts)
        self("Page.navigate", url=adresse)
        navigateur.attend("Page.loadEventFired", self.session)

    def __call__(self, methode, **parametres):
        return self.n.demande(methode, self.session, **parametres)

    def evalue(self, expression):
        r = self("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in r:
            raise RuntimeError(f"{expression[:80]} : {r['exceptionDetails']['text']}")
        return r["result"].get("value")

    def tape(self, texte):
        """Types into whatever has the focus."""
        for c in texte:
            self("Input.dispatchKeyEvent", type="keyDown", text=c, key=c)
            self("Input.dispatchKeyEvent", type="keyUp", key=c)

    def touche(self, nom):
        code, texte = {"Tab": (9, ""), "Enter": (13, "\r"), "Escape": (27, ""), " ": (32, " ")}.get(nom, (0, ""))
        commun = {"key": nom, "code": "Space" if nom == " " else nom, "windowsVirtualKeyCode": code}
        self("Input.dispatchKeyEvent", type="keyDown", **commun, **({"text": texte} if texte else {}))
        self("Input.dispatchKeyEvent", type="keyUp", **commun)

    def demandees(self):
        """Addresses that the page asked for, itself left out."""
        vues = [f["params"]["request"]["url"] for f in self.n.faits
                if f["method"] == "Network.requestWillBeSent" and f.get("sessionId") == self.session]
        return vues[1:]

    def plaintes(self):
        """What the browser wrote to its console: a script or a style refused by the page's own policy, for example."""
        return [f["params"]["entry"]["text"] for f in self.n.faits if f["method"] == "Log.entryAdded" and f.get("sessionId") == self.session]

    def axe(self, axe):
        """What axe-core finds in the page as it stands. It comes by the debugger: the page's own policy stays in force."""
        self.evalue(DESSINER)
        self.evalue(pathlib.Path(axe).read_text() + "\n;0")
        return self.evalue(AXE)

    def image(self, fichier, entiere=False):
        """What the screen shows, or the page from top to bottom."""
        haut = min(self.evalue("document.documentElement.scrollHeight"), 12000) if entiere else self.hauteur
        cadre = {"clip": {"x": 0, "y": 0, "width": self.largeur, "height": haut, "scale": 1}, "captureBeyondViewport": True} if entiere else {}
        pathlib.Path(fichier).write_bytes(base64.b64decode(self("Page.captureScreenshot", format="png", **cadre)["data"]))

    def pdf(self, fichier):
        r = self("Page.printToPDF", generateTaggedPDF=True, preferCSSPageSize=True, printBackground=False, displayHeaderFooter=False)
        pathlib.Path(fichier).write_bytes(base64.b64decode(r["data"]))
