#!/bin/sh
# Makes this checkout ready: the Python environment and the text libraries for PDF; `sh setup.sh tests`
# adds what the tests need, a browser included. May be called any number of times and is quick when
# nothing is left to do. As root it installs Debian packages; anybody else gets them unpacked into var/.
set -eu
cd "$(dirname "$0")"

TEXT_LIBRARIES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
BROWSER="chromium-headless-shell libatomic1"
LOG=var/setup.log

say() { echo "Changeover set-up: $*"; }
give_up() { say "$*" >&2; exit 1; }

quietly() { # COMMAND…: its output goes to the log, and to the console when it fails
  "$@" >"$LOG" 2>&1 || { cat "$LOG" >&2; return 1; }
}

check_python() {
  PYTHON=${PYTHON:-python3}
  command -v "$PYTHON" >/dev/null || give_up "Python is missing. On Debian: apt-get install -y python3 python3-venv"
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    give_up "Python 3.11 or later is needed; $PYTHON is older. Name another one with PYTHON=/path/to/python3."
  "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null ||
    give_up "Python's venv module is missing. On Debian: apt-get install -y python3-venv"
}

install_wheels() { # NAME FILE…: the packages of the lock files, each with its hash, unless they are there
  name=$1; shift
  stamp=.venv/.$name-$(cat "$@" | cksum | tr ' ' '-')
  [ -f "$stamp" ] && return 0
  if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    check_python
    say "making the Python environment in .venv"
    rm -rf .venv
    quietly "$PYTHON" -m venv .venv
  fi
  say "installing Python packages ($name)"
  files=; for file in "$@"; do files="$files -r $file"; done
  # shellcheck disable=SC2086 # a list of options
  quietly .venv/bin/python -m pip install --disable-pip-version-check --require-hashes $files
  rm -f .venv/."$name"-*
  touch "$stamp"
}

system_python_finds() { # SONAME…
  .venv/bin/python - "$@" <<'PY' 2>/dev/null
import ctypes, sys
for name in sys.argv[1:]:
    ctypes.CDLL(name)
PY
}

as_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

install_debian_packages() {
  say "installing $* (apt-get)"
  quietly apt-get update -qq
  quietly env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

unpack_debian_packages() { # FOLDER PACKAGE…: they and what they need, with no right but to write here
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  target=$1; shift
  say "fetching $* and what they need into $target (no root needed)"
  lists=$PWD/var/apt
  mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial"
  apt="apt-get -o Dir::State=$lists -o Dir::State::lists=$lists/lists -o Dir::Cache=$lists/cache
    -o Dir::State::status=/var/lib/dpkg/status -o Debug::NoLocking=1"
  # shellcheck disable=SC2086 # a command and its options
  {
    quietly $apt update -qq || return 1
    wanted=$($apt install -s --no-install-recommends "$@" | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
    rm -rf "$target.unfinished"; mkdir -p "$target.unfinished/packages"
    (cd "$target.unfinished/packages" && $apt download -qq $wanted) >"$LOG" 2>&1 || { cat "$LOG" >&2; return 1; }
  }
  for package in "$target.unfinished/packages"/*.deb; do
    dpkg-deb -x "$package" "$target.unfinished" || return 1
    rm "$package"
  done
  rm -rf "$target" "$lists" "$target.unfinished/packages"
  mv "$target.unfinished" "$target"
}

provide_text_libraries() {
  [ -d var/text-libraries ] && return 0
  system_python_finds libgobject-2.0.so.0 libpango-1.0.so.0 libpangoft2-1.0.so.0 \
    libharfbuzz.so.0 libharfbuzz-subset.so.0 libfontconfig.so.1 && return 0
  # shellcheck disable=SC2086 # a list of packages
  if as_root; then
    install_debian_packages $TEXT_LIBRARIES && return 0
  else
    unpack_debian_packages var/text-libraries $TEXT_LIBRARIES && return 0
  fi
  say "PDF documents need the library pango, which could not be fetched; everything else works." >&2
}

find_browser() { # tests/chromium.py looks for the same names
  for name in chromium-headless-shell chromium chromium-browser google-chrome; do
    command -v $name && return 0
  done
  return 1
}

provide_browser() { # the headless shell, since it is half as much work as the whole browser
  [ -x var/browser/bin/chromium-headless-shell ] && return 0
  ready_to_look() { command -v "$1" >/dev/null && system_python_finds libatomic.so.1; }
  ready_to_look chromium-headless-shell && return 0
  # shellcheck disable=SC2086 # a list of packages
  if as_root; then
    install_debian_packages $BROWSER && return 0
  else
    ready_to_look "$(find_browser)" && return 0
    unpack_debian_packages var/browser $BROWSER &&
      wrap var/browser chromium-headless-shell usr/lib/chromium/chromium-headless-shell --no-sandbox &&
      return 0
  fi
  find_browser >/dev/null && return 0
  say "no Chromium: the browser tests will fail. Install Chromium to run them." >&2
}

provide_curl() { # the API's example for a shell is tested with it
  [ -x var/curl/bin/curl ] && return 0
  command -v curl >/dev/null && return 0
  if as_root; then
    install_debian_packages curl && return 0
  else
    unpack_debian_packages var/curl curl && wrap var/curl curl usr/bin/curl && return 0
  fi
  say "no curl: the test of the API's example for a shell will fail. Install curl to run it." >&2
}

wrap() { # FOLDER NAME PROGRAM OPTION…: a command in its bin/ that finds the libraries beside it
  folder=$1 name=$2 program=$3; shift 3
  mkdir -p "$folder/bin"
  cat >"$folder/bin/$name" <<SH
#!/bin/sh
home=\$(cd "\$(dirname "\$0")/.." && pwd)
for folder in "\$home"/usr/lib/*-linux-gnu "\$home"/usr/lib/*-linux-gnu/pulseaudio "\$home"/lib/*-linux-gnu; do
  LD_LIBRARY_PATH=\$folder\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}
done
export LD_LIBRARY_PATH
exec "\$home/$program" $* "\$@"
SH
  chmod +x "$folder/bin/$name"
}

mkdir -p var
install_wheels runtime requirements.txt
if [ "${1:-}" = tests ]; then
  install_wheels tests requirements.txt requirements-dev.txt
fi
provide_text_libraries
if [ "${1:-}" = tests ]; then
  provide_browser
  provide_curl
fi
