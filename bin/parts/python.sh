# .venv with the locked packages: by uv where it is present or installable, else by pip.

python_is_fit() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if command -v "$candidate" >/dev/null 2>&1 && python_is_fit "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "Bartizan needs Python 3.11 or newer. Install it and run this again."
}

ensure_venv() {
    if [ -x .venv/bin/python ] && python_is_fit .venv/bin/python; then return; fi
    say "Making .venv ..."
    python=$(find_python)
    if command -v uv >/dev/null 2>&1; then
        uv venv -q --seed --clear --python "$python" .venv
    else
        "$python" -m venv --clear .venv || install_venv_module "$python"
    fi
}

install_venv_module() {
    # Debian ships venv apart from Python.
    apt_install "Python's venv module" python3-venv
    "$1" -m venv --clear .venv
}

ensure_uv() {
    if command -v uv >/dev/null 2>&1; then uv=uv
    elif [ -x .venv/bin/uv ] || .venv/bin/python -m pip install -q --disable-pip-version-check uv >/dev/null 2>&1; then uv=.venv/bin/uv
    else uv=""
    fi
}

install_locked() {
    if [ -n "$uv" ]; then
        UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-180} UV_LINK_MODE=${UV_LINK_MODE:-copy} \
            "$uv" pip install -q --python .venv/bin/python --require-hashes -r "$1"
    else
        .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$1"
    fi
}

ensure_packages() {
    stamp=.venv/.stamp-$1
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(hash_of "$1")" ]; then return; fi
    say "Installing the packages of $1 ..."
    ensure_uv
    install_locked "$1"
    hash_of "$1" > "$stamp"
}
