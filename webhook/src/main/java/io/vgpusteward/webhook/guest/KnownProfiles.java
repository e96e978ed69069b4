package io.vgpusteward.webhook.guest;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.vgpu.NearestProfiles;
import io.vgpusteward.vgpu.Profile;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The profiles that the permitted list is named after, for messages. */
public record KnownProfiles(Set<Profile> profiles) {
  private static final int SHOWN = 12;
  private static final int NEAREST = 3;

  public static KnownProfiles of(ClusterView view) {
    return new KnownProfiles(view.permitted().profiles());
  }

  /**
   * {@code "; did you mean L40S-24Q? Permitted here: A10-12Q, L40S-24Q"}, without what there is
   * nothing of.
   *
   * @param written the profile that is not there, as its user wrote it
   */
  public String suffix(String written) {
    if (profiles.isEmpty()) {
      return "";
    }
    List<Profile> near = NearestProfiles.of(written, profiles, NEAREST);
    String question = near.isEmpty() ? "; p" : "; did you mean " + names(near, " or ") + "? P";
    List<Profile> shown = profiles.stream().limit(SHOWN).toList();
    return question
        + "ermitted here: "
        + names(shown, ", ")
        + (profiles.size() > SHOWN ? ", …" : "");
  }

  private static String names(Collection<Profile> some, String between) {
    return some.stream().map(Profile::name).collect(Collectors.joining(between));
  }
}
