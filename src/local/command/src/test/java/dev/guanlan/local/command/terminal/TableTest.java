package dev.guanlan.local.command.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

  private final Style colours = new Style(true, true);

  @Test
  void columns_are_as_wide_as_their_widest_cell_and_figures_stand_right() {
    assertThat(new Table("<>").row("samples", "1,234").row("logs", "5").lines())
        .containsExactly("samples  1,234", "logs         5");
  }

  @Test
  void colours_take_no_width() {
    assertThat(new Table("<<").row(colours.good("up"), "a").row("down", "b").lines())
        .containsExactly(colours.good("up") + "    a", "down  b");
  }

  @Test
  void a_row_of_another_length_is_refused() {
    Table table = new Table("<<");
    assertThatThrownBy(() -> table.row("one")).isInstanceOf(IllegalArgumentException.class);
  }
}
