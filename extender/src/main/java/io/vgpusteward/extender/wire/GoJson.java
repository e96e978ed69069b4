package io.vgpusteward.extender.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * Reads JSON as Go's encoding/json fills a struct: keys in any case, the last of equal ones counts,
 * {@code null} is absence, unknown keys are passed over, and so is what follows the first value.
 */
final class GoJson implements AutoCloseable {
  /**
   * Names of nodes are keys here, thousands of them and new ones every day: they are not interned,
   * and many of one hash are no error.
   */
  private static final int GAP = 0xFFFD;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .build();

  private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY).build();

  private final JsonParser parser;

  private GoJson(JsonParser parser) {
    this.parser = parser;
  }

  /** Takes the value of a key; the parser is at its first token, and is to be at its last then. */
  interface Value {
    void take(String key) throws IOException, WireException;
  }

  /** Takes an item of a list, likewise. */
  interface Item {
    void take(int index) throws IOException, WireException;
  }

  /** What reads a whole body. */
  interface Body {
    void read(GoJson json) throws IOException, WireException;
  }

  /**
   * Has the body read.
   *
   * @throws WireException when it is no JSON, or what reads it says so
   */
  static void read(byte[] body, Body reader) throws WireException {
    try (GoJson json = new GoJson(FACTORY.createParser(body))) {
      if (json.parser.nextToken() == null) {
        throw new WireException("the body is empty");
      }
      reader.read(json);
    } catch (JsonProcessingException e) {
      throw new WireException("the body is not JSON" + where(e.getLocation()));
    } catch (IOException e) {
      throw new WireException("the body is not JSON in UTF-8");
    }
  }

  private static String where(JsonLocation at) {
    return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  /**
   * Goes through an object.
   *
   * @return false where there is {@code null} instead
   */
  boolean object(String path, Value value) throws IOException, WireException {
    if (isNull()) {
      return false;
    }
    require(JsonToken.START_OBJECT, path, "an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = wellFormed(parser.currentName());
      parser.nextToken();
      value.take(key);
    }
    return true;
  }

  /**
   * Goes through a list.
   *
   * @return false where there is {@code null} instead
   */
  boolean list(String path, Item item) throws IOException, WireException {
    if (isNull()) {
      return false;
    }
    require(JsonToken.START_ARRAY, path, "a list");
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      item.take(i);
    }
    return true;
  }

  boolean isNull() {
    return parser.hasToken(JsonToken.VALUE_NULL);
  }

  /** A string; an empty one where there is {@code null}. */
  String text(String path) throws IOException, WireException {
    if (isNull()) {
      return "";
    }
    require(JsonToken.VALUE_STRING, path, "a string");
    return wellFormed(parser.getText());
  }

  /** Half of a pair that stands for one letter is no letter: Go puts U+FFFD in its place. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        StringBuilder letters = new StringBuilder(text.length());
        text.codePoints().map(GoJson::letter).forEach(letters::appendCodePoint);
        return letters.toString();
      }
    }
    return text;
  }

  private static int letter(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE
        ? GAP
        : codePoint;
  }

  /** A whole number; 0 where there is {@code null}. */
  long number(String path) throws IOException, WireException {
    if (isNull()) {
      return 0;
    }
    require(JsonToken.VALUE_NUMBER_INT, path, "a whole number");
    try {
      return parser.getLongValue();
    } catch (InputCoercionException e) {
      throw new WireException(path + " does not fit into 64 bits");
    }
  }

  /** An object as a tree; a missing node where there is {@code null}. */
  JsonNode tree(String path) throws IOException, WireException {
    if (isNull()) {
      return MAPPER.missingNode();
    }
    require(JsonToken.START_OBJECT, path, "an object");
    return MAPPER.readTree(parser);
  }

  /** Passes over the value. */
  void skip() throws IOException {
    parser.skipChildren();
  }

  /** Where in the body the token at hand begins. */
  int tokenStart() throws WireException {
    return offset(parser.currentTokenLocation());
  }

  /** Where in the body the token at hand has ended. */
  int tokenEnd() throws WireException {
    return offset(parser.currentLocation());
  }

  private static int offset(JsonLocation at) throws WireException {
    if (at.getByteOffset() < 0) {
      // Jackson knows UTF-16 and UTF-32 too, but then counts characters.
      throw new WireException("the body is not JSON in UTF-8");
    }
    return Math.toIntExact(at.getByteOffset());
  }

  private void require(JsonToken expected, String path, String words) throws WireException {
    if (!parser.hasToken(expected)) {
      throw new WireException(path + " is not " + words);
    }
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
