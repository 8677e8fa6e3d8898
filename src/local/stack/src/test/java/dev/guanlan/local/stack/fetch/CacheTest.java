package dev.guanlan.local.stack.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The cache of fetched programs")
class CacheTest {

  @TempDir Path folder;

  @Test
  void makesAnEntryOnceForAllWhoAskAtTheSameTime() throws Exception {
    Cache cache = new Cache(folder);
    AtomicInteger made = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<Path>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(
            threads.submit(
                () ->
                    cache.get(
                        "a/b.txt",
                        (target, scratch) ->
                            Files.writeString(target, "made " + made.incrementAndGet()))));
      }
      for (Future<Path> answer : answers) {
        assertThat(answer.get()).hasContent("made 1");
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void leavesNothingBehindWhenMakingFails() throws Exception {
    Cache cache = new Cache(folder);

    assertThatThrownBy(
            () ->
                cache.get(
                    "broken",
                    (target, scratch) -> {
                      Files.createDirectory(target);
                      Files.writeString(scratch.resolve("half"), "half");
                      throw new IOException("the line broke");
                    }))
        .hasMessage("the line broke");

    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly(".broken.lock");
    }
  }

  @Test
  void makesAnEntryAgainThatIsNoLongerUsable() throws Exception {
    Cache cache = new Cache(folder);
    cache.get("entry", (target, scratch) -> Files.writeString(target, "old"));

    Path again =
        cache.get(
            "entry",
            entry -> !Files.readString(entry).equals("old"),
            (target, scratch) -> Files.writeString(target, "new"));

    assertThat(again).hasContent("new");
  }
}
