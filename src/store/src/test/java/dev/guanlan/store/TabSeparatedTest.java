package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A tab-separated line")
final class TabSeparatedTest {

  @Test
  @DisplayName("has its values between tabs, empty ones too")
  void values() {
    assertThat(TabSeparated.values("a\t\tb\t")).containsExactly("a", "", "b", "");
  }

  @Test
  @DisplayName("is read without its escapes")
  void escapes() {
    assertThat(TabSeparated.values("a\\tb\\nc\\\\d\\'e\t\\N\tx\\"))
        .containsExactly("a\tb\nc\\d'e", "\\N", "x\\");
  }
}
