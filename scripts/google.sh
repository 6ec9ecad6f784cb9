# Google's own emulators, for scripts/conformance: started where gcloud has them, ended with the script.
pids=()
started=()

end_all() {
  # an emulator of Google's is a group: a shell, and Java below it
  for pid in "${pids[@]}"; do kill -- "-$pid" 2>/dev/null || kill "$pid" 2>/dev/null || true; done
  for folder in "${started[@]}"; do rm -rf "$folder"; done
}
trap end_all EXIT

# with_google firestore|pubsub: sets google_firestore or google_pubsub to where Google's emulator listens; false, and says so, where there is none.
with_google() {
  local known="google_$1"
  [ -z "${!known:-}" ] || return 0
  local gcloud sdk program
  gcloud=$(command -v gcloud || true)
  sdk=${CLOUDSDK_ROOT_DIR:-$(dirname "$(dirname "$(readlink -f "${gcloud:-/none/none}")")")}
  case $1 in
    firestore) program=("$sdk/platform/cloud-firestore-emulator/cloud_firestore_emulator" start) ;;
    pubsub) program=("$sdk/platform/pubsub-emulator/bin/cloud-pubsub-emulator") ;;
  esac
  if ! [ -x "${program[0]}" ]; then
    echo "Google's $1 emulator is not installed (gcloud components install, or its packages): not compared with it"
    return 1
  fi
  local port=$((20000 + RANDOM % 10000)) data
  data=$(mktemp -d)
  started+=("$data")
  setsid "${program[@]}" --host=127.0.0.1 --port="$port" >"$data/said" 2>&1 &
  pids+=($!)
  until (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    kill -0 "${pids[-1]}" 2>/dev/null || { cat "$data/said"; exit 1; }
    sleep 0.2
  done
  declare -g "$known=127.0.0.1:$port"
}
