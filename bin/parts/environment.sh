# The settings of every process, decided once: from the environment, else the embedded defaults.
HOST=${HOST:-127.0.0.1}
PORT=${PORT:-8000}
BASE_URL=${BASE_URL:-http://$HOST:$PORT}
DATA_DIR=${DATA_DIR:-$PWD/data}
export HOST PORT BASE_URL DATA_DIR
mkdir -p "$DATA_DIR"
chmod 700 "$DATA_DIR"

# A secret is made once and readable by its owner only.
secret_file() {
    if [ ! -s "$1" ]; then (umask 077 && .venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(48))' > "$1"); fi
    cat "$1"
}

if [ -z "${SECRET_KEY:-}" ]; then SECRET_KEY=$(secret_file "$DATA_DIR/secret-key"); fi
export SECRET_KEY

processes="web worker caller beat"
if [ -z "${REDIS_URL:-}" ]; then
    BROKER_PASSWORD=$(secret_file "$DATA_DIR/broker-password")
    BROKER_PORT=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    REDIS_URL="redis://:$BROKER_PASSWORD@127.0.0.1:$BROKER_PORT/0"
    processes="broker $processes"
    export BROKER_PASSWORD BROKER_PORT
fi
export REDIS_URL
