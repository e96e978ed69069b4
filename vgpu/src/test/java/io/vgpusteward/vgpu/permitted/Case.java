package io.vgpusteward.vgpu.permitted;

import io.vgpusteward.vgpu.PciId;
import io.vgpusteward.vgpu.PermittedDevice;
import io.vgpusteward.vgpu.PermittedDevice.Kind;
import io.vgpusteward.vgpu.PermittedDevices;
import io.vgpusteward.vgpu.ResourceName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Changes as text, for tables of cases.
 *
 * <p>A side is entries with semicolons between them, {@code pci 10DE:26B9 => nvidia.com/L40S-24Q},
 * with {@code external} at the end where that is set; {@code absent} for no list; {@code
 * +HostDevices} for the gate and {@code allow=<name>} for an acknowledgement. Users are {@code
 * <resource>: <name> <name>} with semicolons between them, where {@code hostDevices} stands for the
 * field; {@code unseen} for not knowing. Findings are {@code RULE SEVERITY field}.
 */
final class Case {
  private static final String LISTS = "spec.configuration.permittedHostDevices";

  private Case() {}

  /** The findings of one rule, or of all, about the change from one side to the other. */
  static List<Finding> findings(
      Function<Comparison, Stream<Finding>> rule, String before, String after, String users) {
    return findings(rule, before, after, users, Set.of());
  }

  static List<Finding> findings(
      Function<Comparison, Stream<Finding>> rule,
      String before,
      String after,
      String users,
      Set<PciId> passedThrough) {
    return rule.apply(new Comparison(change(before, after, users, passedThrough))).toList();
  }

  static PermittedChange change(
      String before, String after, String users, Set<PciId> passedThrough) {
    return new PermittedChange(
        before.equals("new") ? Optional.empty() : Optional.of(side(before)),
        side(after),
        users(users),
        passedThrough);
  }

  /** {@code RULE SEVERITY field}, with the lists' common path left out. */
  static String text(List<Finding> findings) {
    return findings.stream()
        .map(finding ->
            finding.rule()
                + " "
                + finding.severity()
                + " "
                + finding.field().replace(LISTS + ".", "").replace(LISTS, "lists"))
        .collect(Collectors.joining(", "));
  }

  private static PermittedState side(String text) {
    Set<String> words = parts(text).filter(Case::isSetting).collect(Collectors.toSet());
    List<PermittedDevice> entries =
        parts(text).filter(part -> !isSetting(part)).map(Case::entry).toList();
    return new PermittedState(
        words.contains("absent") ? PermittedDevices.none() : new PermittedDevices(entries),
        words.contains("+HostDevices"),
        words.stream()
            .filter(word -> word.startsWith("allow="))
            .map(word -> word.substring("allow=".length()))
            .collect(Collectors.toSet()));
  }

  private static boolean isSetting(String part) {
    return part.equals("absent") || part.startsWith("+") || part.startsWith("allow=");
  }

  private static PermittedDevice entry(String text) {
    boolean external = text.endsWith(" external");
    String plain = external ? text.substring(0, text.length() - " external".length()) : text;
    int arrow = plain.indexOf("=>");
    String left = plain.substring(0, arrow).strip();
    String kind = words(left).findFirst().orElseThrow();
    return new PermittedDevice(
        Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
        // In quotation marks where spaces matter.
        left.substring(kind.length()).strip().replace("'", ""),
        new ResourceName(plain.substring(arrow + 2).strip()),
        external);
  }

  private static Uses users(String text) {
    Map<String, List<String>> users = new LinkedHashMap<>();
    parts(text)
        .filter(part -> !part.equals("unseen"))
        .forEach(part -> {
          int colon = part.indexOf(": ");
          users.put(
              part.substring(0, colon),
              words(part.substring(colon + 2)).map(name -> "VirtualMachine " + name).toList());
        });
    return new Uses() {
      @Override
      public List<String> unseen() {
        return parts(text).anyMatch("unseen"::equals) ? List.of("Pods") : List.of();
      }

      @Override
      public List<String> of(ResourceName resource) {
        return users.getOrDefault(resource.value(), List.of());
      }

      @Override
      public Set<ResourceName> resources() {
        return users.keySet().stream()
            .filter(name -> !name.equals("hostDevices"))
            .map(ResourceName::new)
            .collect(Collectors.toSet());
      }

      @Override
      public List<String> ofHostDevices() {
        return users.getOrDefault("hostDevices", List.of());
      }
    };
  }

  private static Stream<String> parts(String text) {
    return Pattern.compile(";")
        .splitAsStream(text)
        .map(String::strip)
        .filter(part -> !part.isEmpty());
  }

  private static Stream<String> words(String text) {
    return Pattern.compile(" ").splitAsStream(text);
  }
}
