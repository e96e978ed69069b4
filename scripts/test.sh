#!/usr/bin/env bash
# Tests of the scripts themselves: how they find a JDK and Maven, when they build, what they say.
set -euo pipefail

ROOT="$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")"
readonly ROOT
SANDBOX="$(mktemp -d)"
readonly SANDBOX
trap 'rm -rf "$SANDBOX"' EXIT
failures=0

# A JDK that says its version, and as java prints what it was asked to run.
fake_jdk() {
  local folder="$1" version="$2"
  mkdir -p "$folder/bin"
  echo "JAVA_VERSION=\"$version\"" >"$folder/release"
  printf '#!/bin/sh\necho "ran %s: $*"\n' "$version" >"$folder/bin/java"
  printf '#!/bin/sh\n' >"$folder/bin/javac"
  chmod +x "$folder/bin/java" "$folder/bin/javac"
}

# A checkout with our scripts and one source file, in a folder with a blank in its name.
fake_checkout() {
  rm -rf "$SANDBOX/a checkout"
  mkdir -p "$SANDBOX/a checkout/scripts" "$SANDBOX/a checkout/server/src/main/java"
  cp "$ROOT/vgpu-steward" "$ROOT/verify" "$SANDBOX/a checkout/"
  cp "$ROOT/scripts/jdk.sh" "$ROOT/scripts/packages.sh" "$SANDBOX/a checkout/scripts/"
  printf '#!/bin/sh\n' >"$SANDBOX/a checkout/scripts/test.sh"
  chmod +x "$SANDBOX/a checkout/scripts/test.sh"
  touch "$SANDBOX/a checkout/pom.xml" "$SANDBOX/a checkout/server/pom.xml"
  touch "$SANDBOX/a checkout/server/src/main/java/Main.java"
  : >"$SANDBOX/builds"
}

# A Go that says its version, in a folder of its own.
fake_go() {
  local folder="$1" version="$2"
  mkdir -p "$folder"
  printf '#!/bin/sh\necho "go version go%s linux/amd64"\n' "$version" >"$folder/go"
  chmod +x "$folder/go"
}

# An apt that has packages, name=version each, and lays down what a command makes when it installs one.
fake_apt() {
  local makes="$1"
  shift
  # shellcheck disable=SC2016 # the script's own argument
  printf '#!/bin/sh\ncase "$2" in\n' >"$SANDBOX/bin/apt-cache"
  local package
  for package in "$@"; do
    printf '  %s) printf "%s:\\n  Installed: (none)\\n  Candidate: 2:%s\\n" ;;\n' \
      "${package%=*}" "${package%=*}" "${package#*=}" >>"$SANDBOX/bin/apt-cache"
  done
  echo 'esac' >>"$SANDBOX/bin/apt-cache"
  cat >"$SANDBOX/bin/apt-get" <<APT
#!/bin/sh
echo "\$*" >>"$SANDBOX/apt"
if [ "\$1" = install ]; then $makes; fi
APT
  chmod +x "$SANDBOX/bin/apt-cache" "$SANDBOX/bin/apt-get"
}

# The user that the scripts see.
fake_user() {
  printf '#!/bin/sh\necho %s\n' "$1" >"$SANDBOX/bin/id"
  chmod +x "$SANDBOX/bin/id"
}

# A Maven that leaves a jar behind, notes that it ran, and takes a while to do so.
fake_maven() {
  cat >"$SANDBOX/bin/mvn" <<MAVEN
#!/bin/sh
echo "JAVA_HOME=\$JAVA_HOME \$*" >>"$SANDBOX/builds"
[ -z "\${BREAK_BUILD:-}" ] || exit 1
sleep 0.3
mkdir -p server/target/vgpu-steward
echo jar >server/target/vgpu-steward/vgpu-steward.jar
MAVEN
  chmod +x "$SANDBOX/bin/mvn"
}

# Runs a script of the checkout where only the tools that we link are on the PATH.
run() {
  env -i HOME="$SANDBOX/home" PATH="$SANDBOX/bin" JDK_FOLDERS="$SANDBOX/jvm" \
    GO_FOLDERS="$SANDBOX/go $SANDBOX/go-of-apt" "${settings[@]}" \
    bash "$SANDBOX/a checkout/$1" "${@:2}" >"$SANDBOX/out" 2>"$SANDBOX/err"
}

expect() {
  local what="$1" expected="$2" actual="$3"
  if [[ "$actual" != "$expected" ]]; then
    echo "FAILED $name: $what"
    echo "  expected: $expected"
    echo "  actual:   $actual"
    failures=$((failures + 1))
  fi
}

expect_match() {
  local what="$1" pattern="$2" actual="$3"
  # shellcheck disable=SC2053 # a pattern is what is meant
  if [[ "$actual" != $pattern ]]; then
    echo "FAILED $name: $what"
    echo "  pattern: $pattern"
    echo "  actual:  $actual"
    failures=$((failures + 1))
  fi
}

builds() {
  wc -l <"$SANDBOX/builds" | tr -d ' '
}

# Each test begins with an empty machine of root's: no JDK, no Go, no apt, but Maven and the everyday tools.
begin() {
  name="$1"
  settings=(LANG=C)
  rm -rf "${SANDBOX:?}/bin" "${SANDBOX:?}/jvm" "${SANDBOX:?}/go" "${SANDBOX:?}/go-of-apt" "${SANDBOX:?}/apt"
  mkdir -p "$SANDBOX/bin" "$SANDBOX/jvm" "$SANDBOX/home"
  local tool
  for tool in bash sh env cat dirname readlink sed head find mkdir touch mv flock sleep rm chmod awk; do
    ln -s "$(command -v "$tool")" "$SANDBOX/bin/$tool"
  done
  fake_user 0
  fake_maven
  fake_checkout
}

readonly NEEDS="needs a JDK 25 or newer"
readonly CURE="install one, for example 'apt install temurin-25-jdk' or from https://adoptium.net, or set JAVA_HOME"

if command -v shellcheck >/dev/null; then
  (cd "$ROOT" && shellcheck -x vgpu-steward verify .ci/run scripts/*.sh e2e/up e2e/down e2e/tools/build) || failures=1
fi

for script in vgpu-steward verify; do
  begin "$script without any JDK says so in one line"
  status=0; run "$script" || status=$?
  expect status 1 "$status"
  expect stdout "" "$(cat "$SANDBOX/out")"
  expect stderr "$script: $NEEDS: $CURE" "$(cat "$SANDBOX/err")"

  begin "$script with a JDK 17 alone says what it found"
  fake_jdk "$SANDBOX/jvm/17" 17.0.15
  ln -s "$SANDBOX/jvm/17/bin/java" "$SANDBOX/jvm/17/bin/javac" "$SANDBOX/bin/"
  status=0; run "$script" || status=$?
  expect status 1 "$status"
  expect stderr "$script: $NEEDS (found only 17): $CURE" "$(cat "$SANDBOX/err")"

  begin "$script without Maven says so in one line"
  fake_jdk "$SANDBOX/jvm/25" 25.0.1
  rm "$SANDBOX/bin/mvn"
  status=0; run "$script" || status=$?
  expect status 1 "$status"
  expect stderr "$script: needs Maven 3.8.7 or newer: install it, for example with 'apt install maven'" \
    "$(cat "$SANDBOX/err")"
done

begin "a JDK 25 is found beside a default java of 17"
fake_jdk "$SANDBOX/jvm/17" 17.0.15
fake_jdk "$SANDBOX/jvm/25" 25.0.1
ln -s "$SANDBOX/jvm/17/bin/java" "$SANDBOX/jvm/17/bin/javac" "$SANDBOX/bin/"
settings+=(JAVA_HOME="$SANDBOX/jvm/17")
run vgpu-steward serve --cluster "a folder"
expect stdout \
  "ran 25.0.1: -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Dvgpu-steward.home=$SANDBOX/a checkout -jar $SANDBOX/a checkout/server/target/vgpu-steward/vgpu-steward.jar serve --cluster a folder" \
  "$(cat "$SANDBOX/out")"
expect stderr "building vgpu-steward (first run, about a minute)…" "$(cat "$SANDBOX/err")"
expect_match "Maven's JDK" "JAVA_HOME=$SANDBOX/jvm/25 *" "$(cat "$SANDBOX/builds")"

begin "JAVA_HOME is the first choice"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
fake_jdk "$SANDBOX/mine" 26
settings+=(JAVA_HOME="$SANDBOX/mine")
run vgpu-steward --version
expect_match stdout "ran 26: *" "$(cat "$SANDBOX/out")"

begin "a runtime without a compiler is no JDK"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
rm "$SANDBOX/jvm/25/bin/javac"
status=0; run vgpu-steward || status=$?
expect status 1 "$status"
expect_match stderr "*$NEEDS: *" "$(cat "$SANDBOX/err")"

begin "what is built is used again, from any folder and through a symlink"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
run vgpu-steward one
ln -s "$SANDBOX/a checkout/vgpu-steward" "$SANDBOX/bin/steward"
(cd / && env -i PATH="$SANDBOX/bin" JDK_FOLDERS="$SANDBOX/jvm" steward two >"$SANDBOX/out" 2>"$SANDBOX/err")
expect_match stdout "ran 25.0.1: * two" "$(cat "$SANDBOX/out")"
expect stderr "" "$(cat "$SANDBOX/err")"
expect builds 1 "$(builds)"

begin "a changed source is built again"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
run vgpu-steward one
touch -d "+2 seconds" "$SANDBOX/a checkout/server/src/main/java/Main.java"
run vgpu-steward two
expect stderr "building vgpu-steward…" "$(cat "$SANDBOX/err")"
expect builds 2 "$(builds)"

begin "a build that fails leaves nothing that runs"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
settings+=(BREAK_BUILD=yes)
status=0; run vgpu-steward one || status=$?
expect status 1 "$status"
expect stdout "" "$(cat "$SANDBOX/out")"
expect_match stderr "*vgpu-steward: the build failed, see above" "$(cat "$SANDBOX/err")"
settings=(LANG=C)
run vgpu-steward two
expect builds 2 "$(builds)"

begin "two runs at once build once"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
script="$SANDBOX/a checkout/vgpu-steward"
for run in 1 2 3; do
  env -i PATH="$SANDBOX/bin" JDK_FOLDERS="$SANDBOX/jvm" bash "$script" "$run" \
    >"$SANDBOX/out$run" 2>/dev/null &
done
wait
expect builds 1 "$(builds)"
for run in 1 2 3; do
  expect_match "stdout of $run" "ran 25.0.1: * $run" "$(cat "$SANDBOX/out$run")"
done

begin "verify as root runs everything with a Go that is not on the PATH"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
fake_go "$SANDBOX/go" 1.26.3
run verify -o
expect stderr "" "$(cat "$SANDBOX/err")"
expect_match Maven "* -B -ntp verify -o" "$(cat "$SANDBOX/builds")"

begin "verify without root says in one line what is skipped, and needs no Go"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
fake_user 1000
run verify
expect stderr "verify: without root the tests with cloud-init guests and with clusters are skipped; all others run" \
  "$(cat "$SANDBOX/err")"
expect_match Maven "* verify -Dvgpu-steward.skip-root-tests=true" "$(cat "$SANDBOX/builds")"

begin "verify --fast needs neither root nor Go"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
fake_user 1000
run verify --fast
expect_match stderr "verify: without root * are skipped; all others run" "$(cat "$SANDBOX/err")"
expect_match Maven "* verify -DexcludedGroups=rig -Dvgpu-steward.skip-root-tests=true" "$(cat "$SANDBOX/builds")"

readonly NEEDS_GO="for the tests in e2e: install it from https://go.dev/dl into /usr/local/go, or leave these tests out with --fast"

begin "verify without Go says so in one line"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
status=0; run verify || status=$?
expect status 1 "$status"
expect stderr "verify: needs Go 1.26 or newer $NEEDS_GO" "$(cat "$SANDBOX/err")"
expect builds 0 "$(builds)"

begin "verify leaves a Go alone that is too old, on the machine and in its packages"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
fake_go "$SANDBOX/go" 1.24.1
fake_apt "true" golang-go=1.19~1
status=0; run verify || status=$?
expect status 1 "$status"
expect stderr "verify: needs Go 1.26 or newer (found only 1.24.1) $NEEDS_GO" "$(cat "$SANDBOX/err")"
expect apt "update -qq" "$(cat "$SANDBOX/apt")"

begin "verify installs a Go that is new enough"
fake_jdk "$SANDBOX/jvm/25" 25.0.1
fake_go "$SANDBOX/made" 1.26.1
fake_apt "mv '$SANDBOX/made' '$SANDBOX/go-of-apt'" golang-go=1.24~2 golang-1.26-go=1.26.1-1
run verify
expect stderr "verify: installing golang-1.26-go" "$(cat "$SANDBOX/err")"
expect builds 1 "$(builds)"

begin "verify installs a JDK and Maven"
fake_jdk "$SANDBOX/made" 25.0.1
mv "$SANDBOX/bin/mvn" "$SANDBOX/mvn"
fake_apt "mv '$SANDBOX/made' '$SANDBOX/jvm/25' 2>/dev/null || mv '$SANDBOX/mvn' '$SANDBOX/bin/mvn'" \
  openjdk-25-jdk-headless=25.0.1+8-1 maven=3.8.7-1
run verify --fast
expect_match stderr "verify: installing openjdk-25-jdk-headless*verify: installing maven" "$(cat "$SANDBOX/err")"
expect builds 1 "$(builds)"

begin "verify without root installs nothing"
fake_user 1000
fake_apt "true" openjdk-25-jdk-headless=25.0.1
status=0; run verify || status=$?
expect status 1 "$status"
expect stderr "verify: $NEEDS: $CURE" "$(cat "$SANDBOX/err")"
expect apt "" "$(cat "$SANDBOX/apt" 2>/dev/null || true)"

begin "verify says what --fast leaves out"
run verify --help
expect_match stdout "*--fast   leave out *Kubernetes and KubeVirt*" "$(cat "$SANDBOX/out")"

if (( failures > 0 )); then
  exit 1
fi
echo "scripts: all tests passed"
