package dev.guanlan.rules.yaml;

import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads YAML text into nodes that know their places, within bounds on size, depth and aliases. */
public final class YamlDocuments {

  /** The scanner's time grows with the square of a token's length: 2 Mi take it seconds. */
  public static final int MAX_CODE_POINTS = 2 * 1024 * 1024;

  /** How deep a document may be nested. */
  public static final int MAX_DEPTH = 32;

  /** How many aliases a document may have. */
  public static final int MAX_ALIASES = 1000;

  private YamlDocuments() {}

  /**
   * Holds the first document of a text.
   *
   * @param root its root, or null if there is no document
   * @param nextDocument where a second document begins, or null if there is none
   */
  public record FirstDocument(@Nullable Node root, @Nullable Mark nextDocument) {}

  /** Says why a text is not YAML, or exceeds a bound. */
  private static final class YamlException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient @Nullable Mark mark;

    private YamlException(String message, @Nullable Mark mark) {
      super(message);
      this.mark = mark;
    }
  }

  /** Reads a text's first document; what is no YAML becomes a problem, and no document. */
  public static FirstDocument read(String text, YamlProblems problems) {
    try {
      return read(text);
    } catch (YamlException e) {
      problems.add(e.mark, String.valueOf(e.getMessage()));
      return new FirstDocument(null, null);
    }
  }

  private static FirstDocument read(String text) throws YamlException {
    if (text.codePointCount(0, text.length()) > MAX_CODE_POINTS) {
      throw new YamlException(
          "the file is longer than " + MAX_CODE_POINTS + " characters; split it", null);
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(MAX_CODE_POINTS)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setAllowRecursiveKeys(false)
            .build();
    try {
      // The composer recurses, so the depth is checked on the flat stream of events first.
      Mark next = checkFirstDocument(new Parse(settings).parseString(text));
      Iterator<Node> documents = new Compose(settings).composeAllFromString(text).iterator();
      return new FirstDocument(documents.hasNext() ? documents.next() : null, next);
    } catch (MarkedYamlEngineException e) {
      throw new YamlException(
          "not valid YAML: " + e.getProblem(),
          e.getProblemMark().or(e::getContextMark).orElse(null));
    } catch (YamlEngineException e) {
      throw new YamlException("not valid YAML: " + e.getMessage(), null);
    }
  }

  private static @Nullable Mark checkFirstDocument(Iterable<Event> events) throws YamlException {
    int depth = 0;
    boolean ended = false;
    for (Event event : events) {
      if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
        throw new YamlException(
            "the document is nested deeper than " + MAX_DEPTH + " levels; flatten it",
            event.getStartMark().orElse(null));
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      } else if (event instanceof DocumentEndEvent) {
        ended = true;
      } else if (event instanceof DocumentStartEvent && ended) {
        Optional<Mark> mark = event.getStartMark();
        return mark.orElse(null);
      }
    }
    return null;
  }
}
