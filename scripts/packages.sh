# For ./verify: gets what the tests need from the machine's own packages, where it may.
# shellcheck shell=bash

readonly NEEDED_GO=1.26

is_root() {
  [[ "$(id -u)" == 0 ]]
}

# Prints the version of a package that apt would install, without epoch; nothing where it has none.
package_version() {
  apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: \([0-9]*:\)\{0,1\}\([0-9][^ ]*\).*/\2/p'
}

# Installs the first of some packages that apt has, in a version of at least the first argument. Fails where there is
# none, without apt and without root.
install_package() {
  local least="$1" package
  shift
  is_root && command -v apt-get >/dev/null || return 1
  if [[ -z "${packages_are_fresh:-}" ]]; then
    apt-get update -qq >&2 || true
    packages_are_fresh=true
  fi
  for package in "$@"; do
    if is_version "$least" "$(package_version "$package")"; then
      echo "${0##*/}: installing $package" >&2
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >&2 && return
    fi
  done
  return 1
}

# Whether a version such as 1.26.3 is one, and not less than another. Letters after the minor number do not count.
is_version() {
  local least="$1" version="$2"
  [[ "$version" =~ ^([0-9]+)(\.([0-9]+))? ]] || return 1
  local major="${BASH_REMATCH[1]}" minor="${BASH_REMATCH[3]:-0}"
  [[ "$least" =~ ^([0-9]+)(\.([0-9]+))? ]]
  (( major > BASH_REMATCH[1] || (major == BASH_REMATCH[1] && minor >= ${BASH_REMATCH[3]:-0}) ))
}

# Puts a Go that is new enough first on the PATH; fails where there is none. Go's own installer does not put it there,
# and distributions keep versions that are not their default aside. GO_FOLDERS replaces the usual places.
seek_go() {
  local folder version
  for folder in "$(dirname "$(command -v go || echo /nowhere/go)")" ${GOROOT:+"$GOROOT/bin"} \
    ${GO_FOLDERS-/usr/local/go/bin /usr/lib/go-*/bin}; do
    [[ -x "$folder/go" ]] || continue
    version="$("$folder/go" version | sed -n 's/^go version go\([0-9.]*\).*/\1/p')"
    if is_version "$NEEDED_GO" "$version"; then
      export PATH="$folder:$PATH"
      return
    fi
    found_go="$version"
  done
  return 1
}

# The same, but installs it where it can, and else ends with one line.
find_go() {
  seek_go && return
  if install_package "$NEEDED_GO" golang-go "golang-$NEEDED_GO-go"; then
    seek_go && return
  fi
  die "needs Go $NEEDED_GO or newer${found_go:+ (found only $found_go)} for the tests in e2e: install it from" \
    "https://go.dev/dl into /usr/local/go, or leave these tests out with --fast"
}
