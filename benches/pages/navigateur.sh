# Chromium, the tools that read a PDF, fonts and axe-core for measures that open pages. Sourced, never run:
#
#   . benches/pages/navigateur.sh      installs what is missing (Debian, as root), else says what to install and stops;
#                                      then $axe is the path of axe.min.js, verified and kept under target/
AXE=4.14.1
AXE_SHA512=1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5
manque=()
command -v chromium >/dev/null || manque+=(chromium)
command -v pdftoppm >/dev/null || manque+=(poppler-utils)
command -v npm >/dev/null || manque+=(npm)
fc-list 2>/dev/null | grep -q LiberationSans || manque+=(fonts-liberation fontconfig)
if [ ${#manque[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "il manque : ${manque[*]} (Debian : apt-get install ${manque[*]})" >&2
        exit 1
    fi
    echo "installation : ${manque[*]}"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${manque[@]}" >/dev/null
fi
axe=${CARGO_TARGET_DIR:-target}/axe-core-$AXE
if [ ! -f "$axe/axe.min.js" ]; then
    mkdir -p "$axe"
    (cd "$axe" && npm pack --silent "axe-core@$AXE" >/dev/null)
    echo "$AXE_SHA512  $axe/axe-core-$AXE.tgz" | sha512sum --check --status || { rm -rf "$axe"; echo "axe-core $AXE n'est pas celui attendu" >&2; exit 1; }
    tar -xzf "$axe/axe-core-$AXE.tgz" -C "$axe" --strip-components=1 package/axe.min.js
fi
axe=$(realpath "$axe/axe.min.js")
