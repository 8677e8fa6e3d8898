package dev.guanlan.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The TaskManager's heap")
class TaskManagerPartTest {

  @Test
  void isWhatThreeJobsNeedUnlessAVariableSaysAnother() throws IOException {
    assertThat(TaskManagerPart.heap(Map.of())).isEqualTo(960);
    assertThat(TaskManagerPart.heap(Map.of(TaskManagerPart.HEAP_VARIABLE, " 2048 ")))
        .isEqualTo(2_048);
  }

  @Test
  void isRefusedWhereItIsNone() {
    for (String wrong : List.of("", "383", "65537", "-1", "1g", "9".repeat(100))) {
      assertThatThrownBy(() -> TaskManagerPart.heap(Map.of(TaskManagerPart.HEAP_VARIABLE, wrong)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("GUANLAN_TASKMANAGER_HEAP is \"" + wrong + "\"")
          .hasMessageContaining("384 to 65536");
    }
  }
}
