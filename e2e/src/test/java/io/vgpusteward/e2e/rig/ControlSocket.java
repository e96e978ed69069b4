package io.vgpusteward.e2e.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A Unix socket that takes a line of words and answers with a line. Thread-safe. */
final class ControlSocket {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path socket;

  ControlSocket(Path socket) {
    this.socket = socket;
  }

  /** The result of a command to a program that answers in JSON; throws where it refuses. */
  JsonNode ask(String... words) {
    try {
      JsonNode answer = JSON.readTree(say(words));
      if (answer.has("error")) {
        throw new IllegalArgumentException(
            String.join(" ", words) + ": " + answer.path("error").asText());
      }
      return answer.path("result");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The line that answers. */
  String say(String... words) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ByteBuffer line = UTF_8.encode(String.join(" ", words) + "\n");
      while (line.hasRemaining()) {
        channel.write(line);
      }
      String answer = new BufferedReader(Channels.newReader(channel, UTF_8)).readLine();
      if (answer == null) {
        throw new IOException(socket + " does not answer " + String.join(" ", words));
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
