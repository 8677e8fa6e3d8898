package dev.guanlan.codec.otlp;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Describes a protobuf message: its fields by the names that JSON may call them, the one in the
 * {@code .proto} file and the same in lower camel case.
 */
final class MessageType {

  /** Says how a field's value stands in JSON and on the wire. */
  enum Kind {
    STRING(2),
    /** Base64, of the common or the URL alphabet, padded or not. */
    BYTES(2),
    /** Hexadecimal digits: where OTLP departs from protobuf's JSON mapping. */
    ID(2),
    BOOL(0),
    INT32(0),
    SINT32(0),
    UINT32(0),
    INT64(0),
    UINT64(0),
    FIXED32(5),
    FIXED64(1),
    SFIXED64(1),
    DOUBLE(1),
    /** A number or, as protobuf has it, a name. */
    ENUM(0),
    MESSAGE(2);

    private final int wireType;

    Kind(int wireType) {
      this.wireType = wireType;
    }

    /** Returns whether a list of such values is one field on the wire, without a tag a value. */
    boolean isPacked() {
      return wireType != 2;
    }
  }

  /**
   * Is one field.
   *
   * @param name what the {@code .proto} file calls it
   * @param kind what it holds
   * @param tag number and wire type of one value
   * @param packedTag number and wire type of a list whose values follow each other without tags
   * @param repeated whether it is a list
   * @param message what it holds if it is of the kind {@link Kind#MESSAGE}, else null
   * @param constants the numbers of an enum's names, with the prefix that they all have
   */
  record Field(
      String name,
      Kind kind,
      int tag,
      int packedTag,
      boolean repeated,
      @Nullable MessageType message,
      Map<String, Integer> constants) {}

  private final Map<String, Field> fields = new HashMap<>();

  /** Returns the field that JSON calls {@code name}, or null if the message has none. */
  @Nullable Field field(String name) {
    return fields.get(name);
  }

  /** Adds a field with one value. */
  MessageType with(int number, String name, Kind kind) {
    return add(number, name, kind, false, null, Map.of());
  }

  /** Adds a field with a list of values. */
  MessageType withMany(int number, String name, Kind kind) {
    return add(number, name, kind, true, null, Map.of());
  }

  /** Adds a field with one message. */
  MessageType with(int number, String name, MessageType message) {
    return add(number, name, Kind.MESSAGE, false, message, Map.of());
  }

  /** Adds a field with a list of messages. */
  MessageType withMany(int number, String name, MessageType message) {
    return add(number, name, Kind.MESSAGE, true, message, Map.of());
  }

  /** Adds a field with a constant; the first of the names has the number 0. */
  MessageType withEnum(int number, String name, String prefix, String... names) {
    Map<String, Integer> constants = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      constants.put(prefix + names[i], i);
    }
    return add(number, name, Kind.ENUM, false, null, Map.copyOf(constants));
  }

  private MessageType add(
      int number,
      String name,
      Kind kind,
      boolean repeated,
      @Nullable MessageType message,
      Map<String, Integer> constants) {
    Field field =
        new Field(
            name, kind, number << 3 | kind.wireType, number << 3 | 2, repeated, message, constants);
    fields.put(name, field);
    fields.put(camelCase(name), field);
    return this;
  }

  private static String camelCase(String name) {
    StringBuilder camel = new StringBuilder();
    boolean upper = false;
    for (int i = 0; i < name.length(); i++) {
      char next = name.charAt(i);
      if (next == '_') {
        upper = true;
      } else {
        camel.append(upper ? Character.toUpperCase(next) : next);
        upper = false;
      }
    }
    return camel.toString();
  }
}
