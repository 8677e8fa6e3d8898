package dev.guanlan.gateway.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedFilesTest {

  @TempDir Path folder;

  private static WatchedFiles<Integer> open(Path file) {
    return WatchedFiles.open(
        "--numbers",
        List.of(file),
        Duration.ofMillis(20),
        contents -> Integer.valueOf(new String(contents.get(0), StandardCharsets.UTF_8)));
  }

  @Test
  void readsAgainWhatChangesAndKeepsWhatWasWhenTheNewIsBroken() throws IOException {
    Path file = Files.writeString(folder.resolve("number"), "1");
    try (WatchedFiles<Integer> watched = open(file)) {
      assertThat(watched.get()).isEqualTo(1);
      Files.writeString(file, "2");
      await().until(() -> watched.get() == 2);
      assertThat(watched.broken()).isFalse();

      Files.writeString(file, "two");
      await().until(watched::broken);
      assertThat(watched.get()).isEqualTo(2);

      Files.writeString(file, "3");
      await().until(() -> watched.get() == 3 && !watched.broken());
      Files.delete(file);
      await().until(watched::broken);
      assertThat(watched.get()).isEqualTo(3);
    }
  }

  @Test
  void noticesWhenTheFirstContentComesBack() throws IOException {
    Path file = Files.writeString(folder.resolve("number"), "1");
    try (WatchedFiles<Integer> watched = open(file)) {
      Files.writeString(file, "one");
      await().until(watched::broken);
      Files.writeString(file, "1");
      await().until(() -> !watched.broken());
      Files.delete(file);
      await().until(watched::broken);
      Files.writeString(file, "1");
      await().until(() -> !watched.broken());
    }
  }

  @Test
  void refusesToBeginWithWhatCannotBeRead() throws IOException {
    assertThatThrownBy(() -> open(folder.resolve("none")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--numbers")
        .hasMessageContaining("none");
    Path broken = Files.writeString(folder.resolve("number"), "one");
    assertThatThrownBy(() -> open(broken))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--numbers");
    Path large = Files.write(folder.resolve("large"), new byte[WatchedFiles.MAX_BYTES + 1]);
    assertThatThrownBy(() -> open(large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("longer than");
  }
}
