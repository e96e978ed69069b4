# Shared by ./vgpu-steward and ./verify: finds what a build needs, or says in one line what is missing.
# shellcheck shell=bash

readonly NEEDED_JDK=25

# Prints one line and ends with status 1.
die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# Prints the major version of the JDK in a folder; nothing where there is none. A JDK has javac.
jdk_version() {
  [[ -x "$1/bin/java" && -x "$1/bin/javac" ]] || return 0
  # The file "release" answers without starting a JVM.
  if [[ -r "$1/release" ]]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    "$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1
  fi
}

# Prints the folders in which a JDK may be, the user's choice first. JDK_FOLDERS replaces the usual places.
jdk_candidates() {
  [[ -n "${JAVA_HOME:-}" ]] && echo "$JAVA_HOME"
  local javac
  if javac="$(command -v javac)"; then
    dirname "$(dirname "$(readlink -f "$javac")")"
  fi
  local places="${JDK_FOLDERS-/usr/lib/jvm /usr/java /opt /opt/java /opt/homebrew/opt /Library/Java/JavaVirtualMachines
    ${HOME:-/nowhere}/.sdkman/candidates/java ${HOME:-/nowhere}/.jdks}"
  local place folder
  for place in $places; do
    for folder in "$place"/*; do
      echo "$folder"
      echo "$folder/Contents/Home"
      echo "$folder/libexec/openjdk.jdk/Contents/Home"
    done
  done
}

# Sets JAVA_HOME to a JDK that is new enough; fails where there is none.
seek_jdk() {
  local folder version
  while IFS= read -r folder; do
    version="$(jdk_version "$folder")"
    [[ -n "$version" ]] || continue
    if (( version >= NEEDED_JDK )); then
      export JAVA_HOME="$folder"
      return
    fi
    found_jdk="$version"
  done < <(jdk_candidates)
  return 1
}

# The same, but ends with one line where there is none.
find_jdk() {
  seek_jdk || die "needs a JDK $NEEDED_JDK or newer${found_jdk:+ (found only $found_jdk)}: install one, for example" \
    "'apt install temurin-25-jdk' or from https://adoptium.net, or set JAVA_HOME"
}

# Sets MVN, for the scripts that source this, to Maven's command.
find_maven() {
  # shellcheck disable=SC2034
  MVN="$(command -v mvn)" \
    || die "needs Maven 3.8.7 or newer: install it, for example with 'apt install maven'"
}
