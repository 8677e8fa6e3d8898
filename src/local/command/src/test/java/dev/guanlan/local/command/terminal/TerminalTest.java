package dev.guanlan.local.command.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TerminalTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Nested
  class On_a_pipe {

    private final Terminal terminal = new Terminal(out, false, 80, Style.PLAIN);

    @Test
    void lines_are_written_and_nothing_is_drawn() {
      terminal.draw(List.of("live"));
      terminal.line("one");
      terminal.erase();
      assertThat(written()).isEqualTo("one" + System.lineSeparator());
    }
  }

  @Nested
  class On_a_terminal {

    private final Terminal terminal = new Terminal(out, true, 10, new Style(true, true));

    @Test
    void drawing_again_goes_up_over_what_was_drawn() {
      terminal.draw(List.of("a", "b"));
      bytes.reset();
      terminal.draw(List.of("c"));
      assertThat(written()).isEqualTo("\u001B[2A\u001B[Jc\n");
    }

    @Test
    void a_line_that_stays_goes_above_what_is_drawn() {
      terminal.draw(List.of("live"));
      bytes.reset();
      terminal.line("stays");
      assertThat(written()).contains("\u001B[1A\u001B[J").endsWith("live\n").contains("stays");
    }

    @Test
    void a_drawn_line_is_cut_to_the_width_so_that_it_never_wraps() {
      terminal.draw(List.of("0123456789abc"));
      assertThat(written()).contains("012345678\n").doesNotContain("9");
    }

    @Test
    void the_cursor_comes_back_when_the_lines_are_taken_away() {
      terminal.draw(List.of("live"));
      terminal.erase();
      assertThat(written()).endsWith("\u001B[?25h");
    }
  }

  @Test
  void a_cut_text_closes_its_colours() {
    String red = new Style(true, true).bad("0123456789");
    assertThat(Style.cut(red, 4)).isEqualTo("\u001B[31;1m0123\u001B[0m");
    assertThat(Style.width(red)).isEqualTo(10);
  }

  @Test
  void a_dumb_terminal_a_pipe_and_NO_COLOR_get_no_escapes() {
    assertThat(Terminal.standard(Map.of("TERM", "xterm")).live()).isFalse();
    assertThat(Terminal.standard(Map.of("TERM", "dumb", "GUANLAN_TERMINAL_WIDTH", "80")).live())
        .isFalse();
    Terminal plain =
        Terminal.standard(
            Map.of("TERM", "xterm", "GUANLAN_TERMINAL_WIDTH", "132", "NO_COLOR", "1"));
    assertThat(plain.live()).isTrue();
    assertThat(plain.width()).isEqualTo(132);
    assertThat(plain.style().bad("x")).isEqualTo("x");
  }

  @Test
  void symbols_need_a_locale_that_has_them() {
    Map<String, String> utf8 =
        Map.of("TERM", "xterm", "GUANLAN_TERMINAL_WIDTH", "80", "LANG", "de_DE.UTF-8");
    Map<String, String> posix =
        Map.of(
            "TERM", "xterm", "GUANLAN_TERMINAL_WIDTH", "80", "LANG", "de_DE.UTF-8", "LC_ALL", "C");
    assertThat(Terminal.standard(utf8).style().symbols()).isTrue();
    assertThat(Terminal.standard(posix).style().symbols()).isFalse();
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
