package io.vgpusteward.cluster.object;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a client configuration token says of itself. Its signature is the License System's business:
 * the guest's driver checks it.
 *
 * @param expires its {@code exp}; without one it never expires
 */
public record TokenClaims(Optional<Instant> expires) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** The token is not what it should be; the message says in which way and quotes nothing. */
  public static final class BadTokenException extends Exception {
    BadTokenException(String message) {
      super(message);
    }
  }

  /** Reads the token, a JWT in its compact form (RFC 7519) without surrounding whitespace. */
  public static TokenClaims of(String token) throws BadTokenException {
    List<String> parts = List.of(token.split("\\.", -1));
    if (parts.size() != 3) {
      throw new BadTokenException("it is no JWT, which has three parts with dots between them");
    }
    json(parts.get(0), "header");
    JsonNode payload = json(parts.get(1), "payload");
    decode(parts.get(2), "signature");
    JsonNode exp = payload.path("exp");
    if (exp.isMissingNode() || exp.isNull()) {
      return new TokenClaims(Optional.empty());
    }
    if (!exp.isNumber() || !exp.canConvertToLong()) {
      throw new BadTokenException("exp in its payload is no number of seconds");
    }
    try {
      return new TokenClaims(Optional.of(Instant.ofEpochSecond(exp.longValue())));
    } catch (java.time.DateTimeException e) {
      return new TokenClaims(Optional.of(Instant.MAX));
    }
  }

  private static JsonNode json(String part, String what) throws BadTokenException {
    try {
      JsonNode node = JSON.readTree(decode(part, what));
      if (node != null && node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      // The cause quotes the token.
    } catch (IOException e) {
      throw new BadTokenException("the " + what + " cannot be read");
    }
    throw new BadTokenException("the " + what + " of the JWT is no JSON object");
  }

  private static byte[] decode(String part, String what) throws BadTokenException {
    try {
      byte[] decoded = Base64.getUrlDecoder().decode(part.getBytes(StandardCharsets.ISO_8859_1));
      if (decoded.length > 0) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      // The cause quotes a character of the token.
    }
    throw new BadTokenException("the " + what + " of the JWT is not base64url");
  }
}
