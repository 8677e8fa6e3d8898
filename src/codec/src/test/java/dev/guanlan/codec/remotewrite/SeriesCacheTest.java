package dev.guanlan.codec.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SeriesCacheTest {

  private final SeriesCache cache = new SeriesCache(100, 10_000);

  private void put(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long hash = cache.hash("t", bytes, 0, bytes.length);
    Labels labels = Labels.of("__name__", text);
    cache.put(hash, "t", bytes, 0, bytes.length, labels, SeriesId.of("t", labels));
  }

  private boolean has(String text) {
    byte[] bytes = ("--" + text).getBytes(StandardCharsets.UTF_8);
    long hash = cache.hash("t", bytes, 2, bytes.length);
    SeriesCache.Entry entry = cache.get(hash, "t", bytes, 2, bytes.length);
    return entry != null && entry.labels().equals(Labels.of("__name__", text));
  }

  @Test
  void findsWhatWasPutWhereverItsBytesStand() {
    put("up");
    assertThat(has("up")).isTrue();
    assertThat(has("down")).isFalse();
  }

  @Test
  void comparesBytesAndNotOnlyTheirHash() {
    byte[] one = "one".getBytes(StandardCharsets.UTF_8);
    byte[] two = "two".getBytes(StandardCharsets.UTF_8);
    Labels labels = Labels.of("__name__", "one");
    cache.put(7, "t", one, 0, 3, labels, SeriesId.of("t", labels));
    assertThat(cache.get(7, "t", one, 0, 3)).isNotNull();
    assertThat(cache.get(7, "t", two, 0, 3)).isNull();
    assertThat(cache.get(7, "u", one, 0, 3)).isNull();
  }

  @Test
  void forgetsWhatIsNotAskedForAndKeepsWhatIs() {
    put("kept");
    put("forgotten");
    for (int i = 0; i < 1000; i++) {
      put("series_" + i);
      assertThat(has("kept")).isTrue();
    }
    assertThat(has("forgotten")).isFalse();
    assertThat(cache.size()).isLessThanOrEqualTo(200);
  }

  @Test
  void staysWithinItsBytes() {
    for (int i = 0; i < 100; i++) {
      put(i + "x".repeat(1000));
    }
    assertThat(cache.size()).isLessThanOrEqualTo(20);
    put("y".repeat(20_000));
    assertThat(has("y".repeat(20_000))).isFalse();
  }
}
