package dev.guanlan.local.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@DisplayName("The command dead-letters")
class DeadLettersListCommandTest {

  private final StringWriter err = new StringWriter();
  private final CommandLine line = Guanlan.commandLine().setErr(new PrintWriter(err));

  @Test
  @DisplayName("reads how long ago a letter may have been written")
  void durations() {
    assertThat(DeadLettersListCommand.duration("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(DeadLettersListCommand.duration("2d")).isEqualTo(Duration.ofDays(2));
    assertThatThrownBy(() -> DeadLettersListCommand.duration("soon"))
        .hasMessageContaining("soon")
        .hasMessageContaining("90s");
  }

  @Test
  @DisplayName("shows a reason on one line that moves no cursor")
  void reasons() {
    assertThat(DeadLettersListCommand.printable("a\n\u001b[31mb")).isEqualTo("a  [31mb");
    assertThat(DeadLettersListCommand.printable("x".repeat(500))).hasSize(100).endsWith("…");
  }

  @Test
  @DisplayName("says what it cannot do in a sentence")
  void problems() {
    assertThat(line.execute("dead-letters")).isEqualTo(1);
    assertThat(line.execute("dead-letters", "list", "--limit", "0", "--kafka", "x:1")).isEqualTo(1);
    assertThat(err.toString()).contains("dead-letters list").contains("--limit cannot be 0");
  }
}
