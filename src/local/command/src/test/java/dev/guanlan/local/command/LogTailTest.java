package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {

  @TempDir private Path folder;

  @Test
  void the_last_lines_come_in_order() throws Exception {
    assertThat(tail("a\nb\nc\n", 2)).containsExactly("b", "c");
    assertThat(tail("a\nb\nc", 2)).containsExactly("b", "c");
    assertThat(tail("a\nb\nc\n", 9)).containsExactly("a", "b", "c");
    assertThat(tail("a\n\nc\n", 2)).containsExactly("", "c");
    assertThat(tail("", 5)).isEmpty();
    assertThat(tail("a\nb\n", 0)).isEmpty();
  }

  @Test
  void a_log_of_many_blocks_and_long_characters_is_read_whole() throws Exception {
    List<String> lines = IntStream.range(0, 20_000).mapToObj(i -> "line " + i + " 观澜").toList();
    String text = lines.stream().collect(Collectors.joining("\n", "", "\n"));
    assertThat(tail(text, 15_000)).isEqualTo(lines.subList(5_000, 20_000));
  }

  private List<String> tail(String text, int lines) throws IOException, InterruptedException {
    Path log = folder.resolve("part.log");
    Files.writeString(log, text);
    List<String> read = new ArrayList<>();
    new LogTail(log).copy(lines, false, read::add);
    return read;
  }
}
