package io.vgpusteward.e2e.cloudinit;

/** How KubeVirt hands user data to a guest, as far as cloud-init can see it. */
enum DataSource {
  /**
   * A disk labelled cidata. cloud-init reads it anew at each boot. Here it is a seed folder, whose
   * cache cloud-init would trust: the cache is removed before each boot.
   */
  NOCLOUD(
      "NoCloud",
      """
      seed=$root/var/lib/cloud/seed/nocloud
      mkdir -p "$seed"
      rm -f "$root"/var/lib/cloud/instances/*/obj.pkl
      base64 -d >"$seed/user-data" <<<"$user_data"
      printf 'instance-id: 5a9fc181-957e-5c32-9e5a-2de5e9673531\\nlocal-hostname: guest\\n' >"$seed/meta-data"
      """),
  /** A disk labelled config-2. Its uuid is the machine's own, so cloud-init trusts its cache. */
  CONFIG_DRIVE(
      "ConfigDrive",
      """
      seed=$root/var/lib/cloud/seed/config_drive/openstack/latest
      mkdir -p "$seed" "$root/sys/class/dmi/id"
      uuid=5a9fc181-957e-5c32-9e5a-2de5e9673531
      echo $uuid >"$root/sys/class/dmi/id/product_uuid"
      base64 -d >"$seed/user_data" <<<"$user_data"
      echo "{\\"uuid\\": \\"$uuid\\", \\"hostname\\": \\"guest\\"}" >"$seed/meta_data.json"
      """);

  private final String name;
  private final String attach;

  DataSource(String name, String attach) {
    this.name = name;
    this.attach = attach;
  }

  /** A bash script that attaches {@code $user_data}, base64, to the guest in {@code $root}. */
  String attach() {
    return attach
        + "echo 'datasource_list: [ "
        + name
        + ", None ]' >\"$root/etc/cloud/cloud.cfg.d/90-datasource.cfg\"\n";
  }
}
