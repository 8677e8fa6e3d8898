package dev.guanlan.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is quoted of a dead part's log")
class LogTailTest {

  @Test
  void beginsAtTheLastComplaint() {
    List<String> lines =
        List.of("INFO begin", "ERROR first", "INFO on", "ERROR last", "\tat here", "INFO bye");

    assertThat(LogTail.pick(lines).lines()).containsExactly("ERROR last", "\tat here", "INFO bye");
  }

  @Test
  void isTheEndWhenNothingComplains() {
    List<String> lines = IntStream.range(0, 100).mapToObj(i -> "line " + i).toList();

    assertThat(LogTail.pick(lines).lines()).hasSize(12).last().isEqualTo("line 99");
  }

  @Test
  void isEmptyForAnEmptyLog() {
    assertThat(LogTail.pick(List.of())).isEmpty();
  }
}
