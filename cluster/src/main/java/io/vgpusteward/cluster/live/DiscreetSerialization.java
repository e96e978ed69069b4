package io.vgpusteward.cluster.live;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.InputStream;

/**
 * Reads the API server's answers and tells nothing of one that it cannot read. The client itself
 * puts the text of such a watch event into its log and its exceptions (AbstractWatchManager), and
 * that may be a Secret.
 */
final class DiscreetSerialization extends KubernetesSerialization {
  @Override
  public <T> T unmarshal(InputStream in, TypeReference<T> type) {
    T result;
    try {
      result = super.unmarshal(in, type);
    } catch (RuntimeException e) {
      throw unreadable();
    }
    if (result instanceof WatchEvent event
        && !(event.getObject() instanceof HasMetadata)
        && !(event.getObject() instanceof Status)) {
      throw unreadable();
    }
    if (result instanceof JsonNode event && isErrorWithoutStatus(event)) {
      throw unreadable();
    }
    return result;
  }

  /**
   * The client reads an event that it cannot read once more, as a tree, takes the object for one of
   * the watched kind, and logs the text of an ERROR whose object is no Status.
   */
  private static boolean isErrorWithoutStatus(JsonNode event) {
    return event.path("type").asText().equals("ERROR")
        && !event.path("object").path("kind").asText().equals("Status");
  }

  private static KubernetesClientException unreadable() {
    return new KubernetesClientException("an answer of the API server could not be read");
  }
}
