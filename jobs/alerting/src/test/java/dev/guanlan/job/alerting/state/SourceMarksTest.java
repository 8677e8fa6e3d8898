package dev.guanlan.job.alerting.state;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SourceMarksTest {

  private static final long REACH = 100;

  @Test
  void windowsAreFullOnceTheyReachBackNoFartherThanTheNewestMarkOfAllTasks() {
    SourceMarks marks = SourceMarks.NONE.with(0, 2, 1_000);
    assertThat(marks.fills(9_000, REACH)).as("one task has said nothing").isFalse();
    marks = marks.with(1, 2, 2_000);
    assertThat(marks.fills(2_099, REACH)).isFalse();
    assertThat(marks.fills(2_100, REACH)).isTrue();
    marks = marks.with(0, 2, 5_000);
    assertThat(marks.fills(2_100, REACH)).as("it has begun anew").isFalse();
    assertThat(marks.fills(5_100, REACH)).isTrue();
  }

  @Test
  void otherTasksThanBeforeAllBeginAnew() {
    SourceMarks marks = SourceMarks.NONE.with(0, 2, 1_000).with(1, 2, 2_000);
    SourceMarks more = marks.with(0, 3, 5_000);
    assertThat(more.fills(9_000, REACH)).isFalse();
    more = more.with(1, 3, 5_000).with(2, 3, 6_000);
    assertThat(more.fills(6_099, REACH)).isFalse();
    assertThat(more.fills(6_100, REACH)).isTrue();
  }
}
