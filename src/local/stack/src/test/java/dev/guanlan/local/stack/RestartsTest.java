package dev.guanlan.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A part that dies again and again")
class RestartsTest {

  private final Restarts restarts = new Restarts();

  @Test
  void isStartedAtOnceTheFirstTimeAndThenAfterDoublingPauses() {
    assertThat(restarts.next(0)).contains(Duration.ZERO);
    assertThat(restarts.next(1)).contains(Duration.ofMillis(500));
    assertThat(restarts.next(2)).contains(Duration.ofSeconds(1));
    assertThat(restarts.next(3)).contains(Duration.ofSeconds(2));
  }

  @Test
  void isLeftAloneAfterTooManyDeathsWithinTheWindow() {
    for (int i = 0; i < Restarts.MOST; i++) {
      assertThat(restarts.next(i)).isPresent();
    }
    assertThat(restarts.next(Restarts.MOST)).isEmpty();
  }

  @Test
  void isForgivenDeathsThatLieBeforeTheWindow() {
    long later = Restarts.WINDOW.plusSeconds(1).toNanos();
    for (int i = 0; i < 3 * Restarts.MOST; i++) {
      assertThat(restarts.next(i * later)).contains(Duration.ZERO);
    }
  }
}
