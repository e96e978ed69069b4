package io.vgpusteward.webhook.guest;

import com.fasterxml.jackson.databind.JsonNode;
import io.vgpusteward.cluster.ClusterView;
import io.vgpusteward.cluster.Guest;
import io.vgpusteward.cluster.Keys;
import java.util.ArrayList;
import java.util.List;

/** Which guests are not ours to touch, whatever they ask for. */
public final class HandsOff {
  private HandsOff() {}

  /** Whether the guest's owner, or the namespace's, has opted out by label. */
  public static boolean isOptedOut(GuestObject guest, String namespace, ClusterView view) {
    return guest.label(Keys.INJECT).filter("false"::equals).isPresent()
        || "false".equals(view.namespaceLabels(namespace).get(Keys.INJECT));
  }

  /** Whether a stored guest is left alone, for whatever reason. */
  public static boolean isLeftAlone(Guest guest, ClusterView view) {
    return guest.optedOut()
        || guest.clusterApiWorker()
        || "false".equals(view.namespaceLabels(guest.key().namespace()).get(Keys.INJECT));
  }

  /** Whether it is a node of a Cluster API cluster, whose bootstrap data is no user data. */
  public static boolean isClusterApiWorker(GuestObject guest) {
    JsonNode root = guest.tree().root();
    List<JsonNode> metadata = new ArrayList<>();
    metadata.add(root.path("metadata"));
    metadata.add(root.path("spec").path("template").path("metadata"));
    for (JsonNode part : metadata) {
      for (var label : part.path("labels").properties()) {
        if (label.getKey().startsWith(Keys.CLUSTER_API_PREFIX)) {
          return true;
        }
      }
    }
    return false;
  }
}
