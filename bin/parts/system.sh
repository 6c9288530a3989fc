# What comes from the operating system: installed when we may, else named with the exact command.

apt_install() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        fail "$1 is missing. Install it with: sudo apt-get install -y $2   (or your system's own packages) and run this again."
    fi
    say "Installing $1 ..."
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $2 >/tmp/bartizan-apt.log 2>&1 </dev/null ||
        { apt-get update -q >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $2 >/tmp/bartizan-apt.log 2>&1 </dev/null; } ||
        fail "$1 could not be installed; see /tmp/bartizan-apt.log"
}

ensure_library() {
    .venv/bin/python -c "import ctypes, sys; ctypes.CDLL(sys.argv[1])" "$2" 2>/dev/null || apt_install "$1" "$3"
}

ensure_program() {
    for name in $2; do
        if command -v "$name" >/dev/null 2>&1; then return; fi
    done
    apt_install "$1" "$3"
}
