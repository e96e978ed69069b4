#!/bin/sh
# Keeps the NVIDIA vGPU licence in place without ever taking a file from this guest's administrator.
# Written by vgpu-steward at every boot; holds no secret.
#
#   licence token <sha256>        installs the client configuration token that it reads
#   licence gridd.conf <sha256>   installs the gridd.conf that it reads
#   licence [settle]              gives way to a token of the user's own, and tells nvidia-gridd of any change
#
# A file is ours while it is byte for byte what was written here last; any other belongs to the administrator. Always
# exits 0: a guest without a licence is slow, a guest that does not boot is lost.
set -u
umask 077
PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin
state='@ROOT@/var/lib/vgpu-steward'
folder='@ROOT@/etc/nvidia/ClientConfigToken'
token=$folder/client_configuration_token.tok
conf='@ROOT@/etc/nvidia/gridd.conf'

say() {
  echo "vgpu-steward: $*" >&2
}

sha256() {
  sha256sum <"$1" | cut -d ' ' -f 1
}

present() {
  [ -e "$1" ] || [ -L "$1" ]
}

# ours <file>: the record holds two sums for the moment between the decision to write and the write.
ours() {
  [ -f "$1" ] && [ ! -L "$1" ] && grep -qxF "$(sha256 "$1")" "$state/${1##*/}.sha256" 2>/dev/null
}

# Several tokens confuse nvidia-gridd, so ours must not lie beside another.
foreign_token() {
  for file in "$folder"/*.tok; do
    if [ "$file" != "$token" ] && present "$file" && [ ! -d "$file" ]; then
      return 0
    fi
  done
  return 1
}

record() {
  printf '%s\n' "$2" >"$state/$1.new" && mv -f "$state/$1.new" "$state/$1"
}

make_folder() {
  [ -d "$1" ] || { make_folder "${1%/*}" && mkdir "$1" && chmod 0755 "$1" && label "$1"; }
}

label() {
  if command -v restorecon >/dev/null 2>&1; then
    restorecon "$1" >/dev/null 2>&1 || say "cannot label $1"
  fi
}

# install_as <file> <mode> <sha256>: all or nothing; the temporary file is no *.tok, so nobody reads half a token.
install_as() {
  sums=${1##*/}.sha256
  rm -f "${1%/*}"/.vgpu-steward.* # of a boot that was cut short
  if present "$1"; then
    ours "$1" || return 0
    [ "$(sha256 "$1")" != "$3" ] || return 0
  fi
  make_folder "${1%/*}" || return 1
  new=$(mktemp "${1%/*}/.vgpu-steward.XXXXXX") || return 1
  cat >"$new"
  if [ "$(sha256 "$new")" = "$3" ] && chmod "$2" "$new" && label "$new" &&
    record "$sums" "$(cat "$state/$sums" 2>/dev/null; echo "$3")" && mv -f "$new" "$1" && record "$sums" "$3"; then
    return 0
  fi
  rm -f "$new"
  return 1
}

restart() {
  command -v systemctl >/dev/null 2>&1 || return 0
  limit=
  ! command -v timeout >/dev/null 2>&1 || limit='timeout 10'
  # The driver, and the unit with it, may be installed later: then there is nothing to restart.
  $limit systemctl --no-block try-restart nvidia-gridd.service </dev/null >/dev/null 2>&1 || :
}

settle() {
  if foreign_token && ours "$token"; then
    rm -f "$token"
  fi
  now=$(sha256sum "$folder"/*.tok "$conf" 2>/dev/null | sha256sum)
  if [ "$now" != "$(cat "$state/settled" 2>/dev/null)" ]; then
    record settled "$now"
    restart
  fi
}

case ${1:-settle} in
  token) foreign_token || install_as "$token" 0744 "${2-}" || say "could not write $token" ;;
  gridd.conf) install_as "$conf" 0644 "${2-}" || say "could not write $conf" ;;
  settle) settle ;;
  *) say "knows no $1" ;;
esac
case ${1:-settle} in
  settle) ;;
  *) cat >/dev/null ;; # what was not wanted, so that the writer does not die of it
esac
exit 0
