package io.vgpusteward.webhook.cloudinit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Names the formats that other first-boot agents read. A guess for a message to people: nothing
 * else may depend on it.
 */
enum ForeignFormat {
  IGNITION("Ignition", "\\s*\\{[\\s\\S]*\"ignition\"\\s*:"),
  BUTANE("Butane, the source form of Ignition", "(?m)^variant:\\s*(fcos|flatcar|openshift|r4e)"),
  TALOS("a Talos machine config", "(?m)^version:\\s*['\"]?v1alpha1\\b[\\s\\S]*^machine:"),
  TALOS_DOCUMENT("a Talos machine config", "(?m)^apiVersion:\\s*['\"]?v1alpha1\\b"),
  WINDOWS_SCRIPT("a Windows script", "(?i)\\s*(#ps1|<powershell>|<script>|rem cmd\\b|@echo off)"),
  WINDOWS_ANSWERS("a Windows answer file", "\\s*<\\?xml[\\s\\S]*<unattend\\b"),
  BYTE_ORDER_MARK(
      "text behind a byte order mark, which cloud-init does not recognise", "\\x{feff}"),
  COMPRESSED("damaged, oversized or unknown compressed data", "\\x{1f}");

  private static final List<ForeignFormat> ALL = List.of(values());

  /** What is looked at: a telling mark comes early, and a pattern must not cost anything. */
  private static final int WINDOW = 16 << 10;

  private final String description;
  private final Pattern pattern;

  ForeignFormat(String description, String regex) {
    this.description = description;
    this.pattern = Pattern.compile(regex);
  }

  static String describe(UserData data) {
    String text = new String(data.bytes(), 0, Math.min(data.length(), WINDOW), UTF_8);
    return ALL.stream()
        .filter(format -> format.matches(text))
        .map(format -> format.description)
        .findFirst()
        .orElse("an unknown format");
  }

  private boolean matches(String text) {
    var matcher = pattern.matcher(text);
    return pattern.pattern().startsWith("(?m)") ? matcher.find() : matcher.lookingAt();
  }
}
