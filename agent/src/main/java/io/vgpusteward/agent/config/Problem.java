package io.vgpusteward.agent.config;

/**
 * A line that does not hold; the others do.
 *
 * @param key the key of the ConfigMap that it stands under
 * @param line its number there, from 1
 * @param text the line as it was written, cut where it is long
 * @param fix what is wrong with it and what to write instead
 */
public record Problem(String key, int line, String text, String fix) {
  @Override
  public String toString() {
    return "key %s, line %d, \"%s\": %s".formatted(key, line, text, fix);
  }
}
