package dev.guanlan.job.alerting;

import java.io.IOException;
import java.util.Objects;
import org.apache.flink.api.common.state.ValueState;
import org.jspecify.annotations.Nullable;

/** Is a value of a group in memory, which is written to state when it is another than there. */
final class Kept<T> {

  private @Nullable T value;
  private @Nullable T written;

  /** Takes the value that state has for the current key; null if it has none. */
  void read(ValueState<T> state) throws IOException {
    value = state.value();
    written = value;
  }

  @Nullable T get() {
    return value;
  }

  void set(@Nullable T next) {
    value = next;
  }

  /** Has state hold the value; nothing if it is null. */
  void write(ValueState<T> state) throws IOException {
    if (!Objects.equals(value, written)) {
      state.update(value);
      written = value;
    }
  }
}
