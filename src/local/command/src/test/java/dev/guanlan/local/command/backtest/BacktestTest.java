package dev.guanlan.local.command.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A backtest's result")
class BacktestTest {

  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  @TempDir Path folder;

  @Test
  @DisplayName("is of times that are written as users write them")
  void moments() {
    assertThat(Moments.parse("now", NOW)).isEqualTo(NOW.toEpochMilli());
    assertThat(Moments.parse("-1h30m", NOW)).isEqualTo(NOW.toEpochMilli() - 5_400_000);
    assertThat(Moments.parse("7d ago", NOW)).isEqualTo(NOW.toEpochMilli() - 604_800_000);
    assertThat(Moments.parse("2026-11-28T12:00:00+02:00", NOW)).isEqualTo(NOW.toEpochMilli());
    for (String wrong : List.of("yesterday", "7d", "-", "2026-11-28", "-7 days")) {
      assertThatThrownBy(() -> Moments.parse(wrong, NOW))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + wrong + "' is no time; give one such as");
    }
  }

  @Test
  @DisplayName("tells while it is written how far it has come")
  void ticks() throws IOException {
    Path file = folder.resolve("told.jsonl");
    BacktestTicks ticks = new BacktestTicks(file);
    assertThat(ticks.latest()).isEqualTo(Long.MIN_VALUE);
    Files.writeString(
        file,
        """
        {"status": {"group": "a", "tickMillis": 2000, "rules": []}}
        {"transition": {"tickMillis": 9000}}
        {"status": {"group": "b", "tickMillis": 1000}}
        {"status": {"group": "a", "tickMil\
        """);
    assertThat(ticks.latest()).isEqualTo(2000);
    Files.writeString(file, "lis\": 3000}}\n", StandardOpenOption.APPEND);
    assertThat(ticks.latest()).isEqualTo(3000);
    assertThat(ticks.latest()).isEqualTo(3000);
  }

  @Test
  @DisplayName("has an episode from where an alert fires to where it is resolved")
  void episodes() throws IOException {
    List<JsonNode> moves =
        moves(
            "1000 A x INACTIVE PENDING",
            "2000 A x PENDING FIRING",
            "2500 A y INACTIVE FIRING",
            "3000 A z INACTIVE PENDING",
            "3500 A z PENDING INACTIVE",
            "4000 A x FIRING RESOLVED",
            "5000 A x INACTIVE FIRING");
    assertThat(Episodes.of(moves, 9000))
        .containsExactly(
            new Episode("A", Map.of("i", "x"), 2000, 4000, false),
            new Episode("A", Map.of("i", "y"), 2500, 9000, true),
            new Episode("A", Map.of("i", "x"), 5000, 9000, true));
  }

  @Test
  @DisplayName("is compared by episodes that overlap")
  void differences() {
    Episode same = new Episode("A", Map.of("i", "x"), 0, 10, false);
    Episode gone = new Episode("A", Map.of("i", "x"), 20, 30, false);
    Episode old = new Episode("B", Map.of("i", "x"), 40, 50, false);
    Episode moved = new Episode("B", Map.of("i", "x"), 45, 60, false);
    Episode split = new Episode("B", Map.of("i", "x"), 70, 80, false);
    Episode fresh = new Episode("B", Map.of("i", "y"), 40, 50, false);
    List<Episodes.Difference> differences =
        Episodes.differences(List.of(same, gone, old), List.of(same, fresh, moved, split));
    assertThat(differences)
        .containsExactly(
            new Episodes.Difference(same, same),
            new Episodes.Difference(gone, null),
            new Episodes.Difference(old, moved),
            new Episodes.Difference(null, fresh),
            new Episodes.Difference(null, split));
    assertThat(differences.stream().filter(Episodes.Difference::same)).hasSize(1);
  }

  @Test
  @DisplayName("names rules that never saw a sample and those that failed")
  void remarks() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("out"),
            """
            {"status": {"group": "g", "rules": [{"name": "a", "blind": true, "health": "OK"}, {"name": "b", "blind": true, "health": "OK"}]}}
            {"status": {"group": "g", "rules": [{"name": "a", "blind": false, "health": "ERR", "lastError": "many"}, {"name": "b", "blind": true, "health": "OK"}]}}
            {"end": true}
            """);
    BacktestResult result = BacktestResult.read(file);
    assertThat(result.blind()).containsExactly("g/b");
    assertThat(result.failures()).containsExactly(Map.entry("g/a", "many"));
  }

  @Test
  @DisplayName("is none if the backtest failed or was cut off")
  void failures() throws IOException {
    Path failed = Files.writeString(folder.resolve("failed"), "{\"error\": \"no such host\"}\n");
    assertThatThrownBy(() -> BacktestResult.read(failed))
        .isInstanceOf(BacktestResult.FailedException.class)
        .hasMessage("no such host");
    Path cut = Files.writeString(folder.resolve("cut"), "");
    assertThatThrownBy(() -> BacktestResult.read(cut))
        .isInstanceOf(BacktestResult.FailedException.class)
        .hasMessage("it ended before it was done");
  }

  private static List<JsonNode> moves(String... lines) throws IOException {
    List<JsonNode> moves = new ArrayList<>();
    for (String line : lines) {
      String[] word = line.split(" ", -1);
      moves.add(
          new ObjectMapper()
              .readTree(
                  "{\"timestampMillis\": %s, \"group\": \"g\", \"alert\": \"%s\", \"fingerprint\": \"%s\", \"labels\": {\"i\": \"%s\"}, \"from\": \"%s\", \"to\": \"%s\"}"
                      .formatted(word[0], word[1], word[2], word[2], word[3], word[4])));
    }
    return moves;
  }
}
