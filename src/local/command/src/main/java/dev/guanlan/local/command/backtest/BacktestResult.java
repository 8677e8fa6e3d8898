package dev.guanlan.local.command.backtest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Is what a backtest wrote.
 *
 * @param transitions the moves of alerts by time
 * @param blind rules that selected nothing at any tick, as group/rule
 * @param failures why rules failed, by group/rule: the last reason of each
 */
public record BacktestResult(
    List<JsonNode> transitions, List<String> blind, Map<String, String> failures) {

  /** Fails a backtest with its own reason. */
  public static final class FailedException extends IOException {
    private static final long serialVersionUID = 1;

    FailedException(String message) {
      super(message);
    }
  }

  /**
   * Reads the lines of a backtest that has ended.
   *
   * @throws FailedException if it failed
   */
  public static BacktestResult read(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> transitions = new ArrayList<>();
    Map<String, Boolean> blind = new TreeMap<>();
    Map<String, String> failures = new TreeMap<>();
    boolean ended = false;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode node = json.readTree(line);
        if (node.has("error")) {
          throw new FailedException(node.path("error").asText());
        }
        ended |= node.has("end");
        if (node.has("transition")) {
          transitions.add(node.path("transition"));
        }
        JsonNode status = node.path("status");
        for (JsonNode rule : status.path("rules")) {
          String name = status.path("group").asText() + "/" + rule.path("name").asText();
          blind.merge(name, rule.path("blind").asBoolean(), Boolean::logicalAnd);
          if (rule.path("health").asText().equals("ERR")) {
            failures.put(name, rule.path("lastError").asText());
          }
        }
      }
    }
    if (!ended) {
      throw new FailedException("it ended before it was done");
    }
    transitions.sort(Comparator.comparingLong(moved -> moved.path("timestampMillis").asLong()));
    blind.values().removeIf(never -> !never);
    return new BacktestResult(transitions, List.copyOf(blind.keySet()), failures);
  }
}
