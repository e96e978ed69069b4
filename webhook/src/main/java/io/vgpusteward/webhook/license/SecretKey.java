package io.vgpusteward.webhook.license;

/** Names a guest's Secret. */
record SecretKey(String namespace, String name) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
