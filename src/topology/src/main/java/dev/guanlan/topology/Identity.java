package dev.guanlan.topology;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;

/**
 * Makes the ids and keys of entities and relations.
 *
 * <p>An entity's id is its type and the parts that make it unique: {@code k8s.node:prod/n1}. A
 * relation's id is its type and both ends: {@code runs_on:k8s.pod:41f2|k8s.node:prod/n1}. A key
 * puts the kind and the tenant before: {@code e/acme/k8s.node:prod/n1}. Characters that would make
 * two different things look alike are percent-encoded, and a part that is too long ends in a hash
 * of the whole.
 */
public final class Identity {

  /** The longest part of an id in characters; a longer one is cut and ends in a hash. */
  static final int MAX_PART = 200;

  private static final String HEX = "0123456789ABCDEF";

  private Identity() {}

  /**
   * Returns the id of an entity. Empty parts are left out, so every type uses a different number of
   * parts for each of its ways to be identified.
   */
  public static String entity(String type, String... parts) {
    StringBuilder id = new StringBuilder(64).append(type).append(':');
    boolean first = true;
    for (String part : parts) {
      if (part.isEmpty()) {
        continue;
      }
      if (!first) {
        id.append('/');
      }
      append(id, part);
      first = false;
    }
    return id.toString();
  }

  /** Returns the type of the entity that has this id. */
  public static String typeOf(String id) {
    int colon = id.indexOf(':');
    return colon < 0 ? "" : id.substring(0, colon);
  }

  /** Returns the last of the parts that make up an entity's id: the name, where it has one. */
  static String lastPart(String id) {
    return decode(id.substring(Math.max(id.lastIndexOf('/'), id.indexOf(':')) + 1));
  }

  /** Returns the id of the relation of a type between two entities. */
  public static String relation(String type, String from, String to) {
    return type + ':' + from + '|' + to;
  }

  static String key(Change change) {
    StringBuilder key = new StringBuilder(96);
    key.append(change instanceof Entity ? "e/" : "r/");
    append(key, change.tenant());
    return key.append('/').append(change.id()).toString();
  }

  /**
   * Returns the change that says that what {@code key} names is gone.
   *
   * @param key made by {@link Change#key()}
   * @param version since when, in milliseconds since the epoch
   * @throws IllegalArgumentException if no change can have this key
   */
  public static Change tombstone(String key, long version) {
    int slash = key.indexOf('/', 2);
    int colon = key.indexOf(':', slash + 1);
    boolean entity = key.startsWith("e/");
    if ((!entity && !key.startsWith("r/")) || slash < 0 || colon < 0) {
      throw unreadable(key);
    }
    String tenant = decode(key.substring(2, slash));
    String id = key.substring(slash + 1);
    String type = key.substring(slash + 1, colon);
    if (entity) {
      return new Entity(tenant, type, id, "", Labels.EMPTY, version, true);
    }
    int bar = key.indexOf('|', colon + 1);
    if (bar < 0) {
      throw unreadable(key);
    }
    String from = key.substring(colon + 1, bar);
    String to = key.substring(bar + 1);
    return new Relation(tenant, type, id, from, to, Labels.EMPTY, version, true);
  }

  private static IllegalArgumentException unreadable(String key) {
    String shown = key.length() > 100 ? key.substring(0, 100) + "…" : key;
    return new IllegalArgumentException(
        "a topology key names neither an entity nor a relation: \""
            + shown.replaceAll("[^ -~…]", "?")
            + "\"; remove the record from the topic, its producer is not this platform");
  }

  private static void append(StringBuilder out, String part) {
    String bounded = part;
    if (part.length() > MAX_PART) {
      SeriesId hash = SeriesId.of("", Labels.of("part", part));
      int end = MAX_PART - 33;
      if (Character.isHighSurrogate(part.charAt(end - 1))) {
        end--;
      }
      bounded = part.substring(0, end) + '~' + hash.toHex();
    }
    for (int i = 0; i < bounded.length(); i++) {
      char c = bounded.charAt(i);
      if (c == '%' || c == '/' || c == '|' || c < ' ' || c == 0x7F) {
        out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      } else {
        out.append(c);
      }
    }
  }

  private static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length()) {
        out.append((char) Integer.parseInt(text, i + 1, i + 3, 16));
        i += 2;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
