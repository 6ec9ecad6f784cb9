# Shared by the scripts: be at the root, stop at the first error, have what is needed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }

# need COMMAND PACKAGE: installs the Debian package when the command is missing.
need() {
  command -v "$1" >/dev/null && return
  missing="${missing:-} $2"
}

# Installs what `need` found missing, or says what to install.
install_missing() {
  [ -n "${missing:-}" ] || return 0
  say "installing$missing"
  if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }; then
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    echo "Please install:$missing (this machine has no apt-get, or you may not use it)" >&2
    exit 1
  fi
  # Debian starts a Redis of its own at installation; ours is a child process on another port
  missing=
}

# have COMMAND WHERE: what no package of Debian gives in the version we need.
have() {
  command -v "$1" >/dev/null || { echo "Please install $1: $2" >&2; exit 1; }
}

need_to_run() {
  have cargo "https://rustup.rs"
  need cc build-essential
  need ffmpeg ffmpeg
  need redis-server redis-server
  need setpriv util-linux
  install_missing
}
