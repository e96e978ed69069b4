#cloud-boothook
#!/bin/sh
# Puts the NVIDIA vGPU licence into this guest. From vgpu-steward, which wrote this part of the user data.
#
# A boothook, because cloud-init runs it at every boot: write_files and runcmd run once per instance, and a renewed
# licence would never arrive. It runs before everything else in the user data, so what must be decided after that is
# decided by a second script, which it installs for the end of the boot. It never fails and never waits.
set -u
umask 077
state='@ROOT@/var/lib/vgpu-steward'
licence=$state/licence

mkdir -p "$state" && cat >"$licence.new" <<'END OF LICENCE' && chmod 0700 "$licence.new" && mv -f "$licence.new" "$licence"
@LICENCE@
END OF LICENCE

# At the end of every boot; and at the end of the first one after the user's own scripts, which come later than those.
for scripts in '@ROOT@/var/lib/cloud/scripts/per-boot' '@ROOT@/var/lib/cloud/instance/scripts'; do
  [ -d "$scripts" ] && ln -sf "$licence" "$scripts/zz-vgpu-steward"
done

printf %s '@TOKEN@' | base64 -d | "$licence" token '@TOKEN_SHA256@'
printf %s '@GRIDD_CONF@' | base64 -d | "$licence" gridd.conf '@GRIDD_CONF_SHA256@'
"$licence" settle
exit 0
