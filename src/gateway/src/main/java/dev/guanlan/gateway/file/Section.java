package dev.guanlan.gateway.file;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Is a mapping in a YAML or JSON file. Its messages say where in the file something is wrong and
 * never what stands there, because that may be a secret.
 */
public final class Section {

  private static final int MAX_ALIASES = 50;
  private static final int MAX_NAME = 40;

  private final String place;
  private final Map<String, @Nullable Object> fields;

  private Section(String place, Map<String, @Nullable Object> fields) {
    this.place = place;
    this.fields = fields;
  }

  /**
   * Reads a file's content.
   *
   * @throws IllegalArgumentException if it is no mapping in YAML, of which JSON is a part
   */
  public static Section parse(byte[] content) {
    LoadSettings settings =
        LoadSettings.builder()
            .setAllowDuplicateKeys(false)
            .setAllowRecursiveKeys(false)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setCodePointLimit(WatchedFiles.MAX_BYTES)
            .build();
    try {
      Object root = new Load(settings).loadFromString(new String(content, StandardCharsets.UTF_8));
      return of("the file", root == null ? Map.of() : root);
    } catch (MarkedYamlEngineException e) {
      // Not the problem's own words: they quote keys.
      String where =
          e.getProblemMark()
              .map(
                  mark -> " at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
              .orElse("");
      throw new IllegalArgumentException(
          "it is not valid YAML"
              + where
              + "; check indentation, quotes and names that occur twice");
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(
          "it is not valid YAML; check indentation, quotes and names that occur twice");
    }
  }

  private static Section of(String place, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(place + " must be a mapping of names to values");
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((name, field) -> fields.put(String.valueOf(name), field));
    return new Section(place, fields);
  }

  /** Returns where this is in its file, for messages. */
  public String place() {
    return place;
  }

  /** Checks that there are no fields but these. */
  public Section only(Set<String> known) {
    for (String name : fields.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            place
                + " has a field that is not known"
                + (looksLikeAName(name) ? " (" + name + ")" : "")
                + "; known are "
                + String.join(", ", known.stream().sorted().toList()));
      }
    }
    return this;
  }

  /** Returns the names of all fields. */
  public Set<String> names() {
    return fields.keySet();
  }

  /** Returns whether a field is there and not empty. */
  public boolean has(String name) {
    return fields.get(name) != null;
  }

  /** Returns a field that must be text, and not empty; null if it is not there. */
  public @Nullable String text(String name) {
    Object value = fields.get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw new IllegalArgumentException(at(name) + " must be text; put it into quotes");
  }

  /** Returns a field that must be a list of texts; empty if it is not there. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Object element : list(name)) {
      if (!(element instanceof String text) || text.isEmpty()) {
        throw new IllegalArgumentException(at(name) + " must be a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  /** Returns a field that must be a mapping; empty if it is not there. */
  public Section section(String name) {
    Object value = fields.get(name);
    return of(at(name), value == null ? Map.of() : value);
  }

  /** Returns a field that must be a list of mappings; empty if it is not there. */
  public List<Section> sections(String name) {
    List<Section> sections = new ArrayList<>();
    for (Object element : list(name)) {
      sections.add(of(at(name) + "[" + sections.size() + "]", element));
    }
    return sections;
  }

  /** Returns a field that must be a whole number in a range; {@code otherwise} if not there. */
  public long number(String name, long least, long most, long otherwise) {
    Object value = fields.get(name);
    if (value == null) {
      return otherwise;
    }
    if ((value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() >= least
        && ((Number) value).longValue() <= most) {
      return ((Number) value).longValue();
    }
    throw new IllegalArgumentException(
        at(name) + " must be a whole number from " + least + " to " + most);
  }

  private List<?> list(String name) {
    Object value = fields.get(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw new IllegalArgumentException(at(name) + " must be a list");
  }

  private String at(String name) {
    String shown = looksLikeAName(name) ? name : "a field";
    return place.equals("the file") ? shown : place + "." + shown;
  }

  private static boolean looksLikeAName(String name) {
    return name.length() <= MAX_NAME
        && name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '_' || c == '-');
  }
}
