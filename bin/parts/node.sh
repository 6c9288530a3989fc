# Node from PATH when it is new enough, else from its wheel; then the editor, built only when its
# sources changed.

node_is_fit() {
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 &&
        node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

ensure_node() {
    if node_is_fit; then return; fi
    PATH=$PWD/.venv/bin:$PATH
    export PATH
    if node_is_fit; then return; fi
    say "Installing Node (no Node >= 20.19 on PATH) ..."
    ensure_uv
    install_locked requirements-node.txt
    node_is_fit || fail "Node could not be installed. Install Node 20.19 or newer and run this again."
}

ensure_node_modules() {
    stamp=editor/node_modules/.stamp
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(hash_of editor/package-lock.json)" ]; then return; fi
    say "Installing the editor's packages ..."
    (cd editor && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error </dev/null >/dev/null)
    hash_of editor/package-lock.json > "$stamp"
}

ensure_editor() {
    want=$(hash_of editor/src editor/package-lock.json editor/vite.config.ts editor/tsconfig.json)
    if [ -f static/editor/manifest.json ] && [ -f static/.stamp ] && [ "$(cat static/.stamp)" = "$want" ]; then return; fi
    ensure_node
    ensure_node_modules
    say "Building the editor ..."
    (cd editor && npm run --silent build -- --logLevel warn </dev/null)
    printf '%s' "$want" > static/.stamp
}
