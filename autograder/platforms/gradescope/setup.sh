#!/usr/bin/env bash
# Builds the image on Gradescope: as root, once, in /autograder/source. Needs apt and pip only.
# The system's python3 belongs to the platform's harness and is left as it is.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
umask 022 # what is installed can be read by the users that students' code runs as
export DEBIAN_FRONTEND=noninteractive
environment=/opt/backprop-kit

# The newest Python that is tested, 3.11 or newer, with what makes an environment, where users other than root can read it.
fits() {
  local path
  path=$(command -v "$1") && [[ $path == /usr/* ]] &&
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}
find_python() {
  local candidate
  for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
    if fits "$candidate"; then echo "$candidate"; return; fi
  done
}
offered() { [[ $(apt-cache policy "$1" 2>/dev/null) == *Candidate:\ [0-9]* ]]; }

apt-get update --quiet=2
python=$(find_python)
packages=(libseccomp2)
if [[ -z $python ]]; then
  for candidate in python3.14 python3.13 python3.12 python3.11; do
    if offered "$candidate-venv"; then
      python=$candidate
      packages+=("$candidate" "$candidate-venv")
      break
    fi
  done
fi
if [[ -z $python ]]; then
  echo "setup.sh: Python 3.11 or newer is needed, and this image neither has it nor offers it." >&2
  echo "Choose Ubuntu 22.04 or a newer image in the assignment's autograder settings." >&2
  exit 1
fi
echo "setup.sh: installing ${packages[*]}"
apt-get install --quiet=2 --yes --no-install-recommends "${packages[@]}" >/dev/null
if ! fits "$python"; then
  echo "setup.sh: $python was installed and cannot make an environment of its own (venv)." >&2
  exit 1
fi

echo "setup.sh: making $environment with $("$python" --version)"
"$python" -m venv --clear "$environment"
"$environment/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
  --only-binary :all: --constraint constraints.txt --requirement requirements.txt
"$environment/bin/python" -m pip uninstall --quiet --yes pip setuptools # nothing needs them now
chmod -R a+rX "$environment"

# Cases, answers and the reference are root's alone; students' code runs as somebody else.
"$environment/bin/python" -m compileall -q assignment solution autograder
chown -R 0:0 .
chmod -R go-rwx .
chmod 0700 . run_autograder

apt-get clean
rm -rf /var/lib/apt/lists/*

"$environment/bin/python" -m autograder doctor ||
  echo "setup.sh: WARNING: this machine cannot confine students' code (see above). Where the one that
runs the autograder cannot either, submissions are not judged: they get a message, and no score."
