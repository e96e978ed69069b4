package io.vgpusteward.agent.sysfs;

import io.vgpusteward.vgpu.Profile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a driver lists in {@code creatable_vgpu_types}.
 *
 * <p>NVIDIA's driver prints a header, which is all that a full GPU shows, and lines such as {@code
 * 1155 : NVIDIA L40S-24Q}; the driver proposed for the Linux kernel may leave the header out or
 * show nothing at all, and one draft of it has the name before the id. The name is a product's,
 * with spaces; its last word is the profile.
 *
 * @param types in the driver's order
 * @param problems lines that are neither, as they stand there
 */
record CreatableTypes(List<VgpuType> types, List<String> problems) {
  private static final Pattern HEADER =
      Pattern.compile("ID\\s*:\\s*vGPU Name|vGPU Name\\s*:\\s*ID", Pattern.CASE_INSENSITIVE);
  private static final String ID = "(?<id>\\d{1,10})";
  private static final String NAME = "(?:.*\\s)?(?<profile>\\S+)";
  private static final Pattern ID_FIRST = Pattern.compile(ID + "\\s*:\\s*" + NAME);
  private static final Pattern NAME_FIRST = Pattern.compile(NAME + "\\s*:\\s*" + ID);

  CreatableTypes {
    types = List.copyOf(types);
    problems = List.copyOf(problems);
  }

  /** Reads a list; what it does not understand is a problem, and the rest counts. */
  static CreatableTypes parse(String text) {
    Map<Long, VgpuType> types = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.isEmpty() || HEADER.matcher(line).matches()) {
        continue;
      }
      if (!type(line).map(type -> add(types, type)).orElse(false)) {
        problems.add(line);
      }
    }
    return new CreatableTypes(List.copyOf(types.values()), problems);
  }

  /** Whether it does not contradict an earlier line. */
  private static boolean add(Map<Long, VgpuType> types, VgpuType type) {
    return types.computeIfAbsent(type.id(), id -> type).equals(type);
  }

  private static Optional<VgpuType> type(String line) {
    Matcher idFirst = ID_FIRST.matcher(line);
    Matcher matcher = idFirst.matches() ? idFirst : NAME_FIRST.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long id = Long.parseLong(matcher.group("id"));
    return Profile.parse(matcher.group("profile"))
        .filter(profile -> id > 0)
        .map(profile -> new VgpuType(id, profile));
  }
}
