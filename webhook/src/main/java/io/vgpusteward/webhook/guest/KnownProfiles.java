package io.vgpusteward.webhook.guest;

import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.KubeVirt;
import io.vgpusteward.vgpu.Profile;
import java.util.Set;
import java.util.stream.Collectors;

/** The profiles that the permitted list is named after, for messages. */
public record KnownProfiles(Set<Profile> profiles) {
  private static final int SHOWN = 12;

  public static KnownProfiles of(ClusterView view) {
    return new KnownProfiles(
        view.kubeVirt().map(KubeVirt::permitted).map(p -> p.profiles()).orElse(Set.of()));
  }

  /** {@code "; permitted here: A10-12Q, L40S-24Q"}, or nothing where none is. */
  public String suffix() {
    if (profiles.isEmpty()) {
      return "";
    }
    String names =
        profiles.stream().limit(SHOWN).map(Profile::name).collect(Collectors.joining(", "));
    return "; permitted here: " + names + (profiles.size() > SHOWN ? ", …" : "");
  }
}
