package io.vgpusteward.cluster.object;

import io.vgpusteward.cluster.LicenseFact;
import io.vgpusteward.cluster.SecretObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reduces licence Secrets to what is no secret of them. */
public final class LicenseFacts {
  private static final LicenseFact NO_TOKEN = new LicenseFact(false, Optional.empty());

  private LicenseFacts() {}

  /** The facts by namespace. */
  public static Map<String, LicenseFact> of(Map<String, SecretObject> licenses) {
    Map<String, LicenseFact> facts = new TreeMap<>();
    licenses.forEach((namespace, secret) -> facts.put(namespace, of(secret)));
    return Map.copyOf(facts);
  }

  private static LicenseFact of(SecretObject secret) {
    List<byte[]> tokens =
        secret.data().entrySet().stream()
            .filter(entry -> entry.getKey().endsWith(".tok"))
            .map(Map.Entry::getValue)
            .toList();
    if (tokens.size() != 1) {
      return NO_TOKEN;
    }
    try {
      String token = new String(tokens.getFirst(), StandardCharsets.ISO_8859_1).strip();
      return new LicenseFact(true, TokenClaims.of(token).expires());
    } catch (TokenClaims.BadTokenException e) {
      return NO_TOKEN;
    }
  }
}
