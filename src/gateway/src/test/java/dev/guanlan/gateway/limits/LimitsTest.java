package dev.guanlan.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.gateway.push.Inspection;
import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.gateway.push.Quota;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.gateway.push.SizeLimit;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

  private static final long NOW = 1_700_000_000_000L;

  private long nanos;

  private LimitedQuotas quotas(String yaml) {
    LimitsFile file = LimitsFile.parse(yaml.getBytes(StandardCharsets.UTF_8));
    return new LimitedQuotas(
        () -> file, new PushLimits(1 << 20, 2 << 20, 16 << 20, 2), () -> NOW, () -> nanos);
  }

  private static SampleBlock samples(int count, String... labels) {
    SampleBlock.Builder block = SampleBlock.builder("shop", Origin.NONE).series(Labels.of(labels));
    for (int i = 0; i < count; i++) {
      block.sample(NOW, i);
    }
    return block.build();
  }

  private static SampleBlock series(int from, int to) {
    SampleBlock.Builder block = SampleBlock.builder("shop", Origin.NONE);
    for (int i = from; i < to; i++) {
      block.series(Labels.of("__name__", "up", "instance", "host-" + i)).sample(NOW, 1);
    }
    return block.build();
  }

  private static Refusal refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Throwable[] caught = new Throwable[1];
    assertThatThrownBy(call).isInstanceOf(Refusal.class).satisfies(e -> caught[0] = e);
    return (Refusal) caught[0];
  }

  @Nested
  class OfRate {

    @Test
    void letABurstThroughAndThenSayWhenToComeAgain() throws Refusal {
      Quota quota = quotas("defaults: {items_per_second: 100, items_burst: 300}").of("shop");
      Inspection inspection = quota.admit(10);
      inspection.samples(samples(250, "__name__", "up"));
      Refusal refused = refusal(() -> inspection.samples(samples(100, "__name__", "up")));
      assertThat(refused.reason().status()).isEqualTo(429);
      assertThat(refused.retryAfter()).isEqualTo(Duration.ofMillis(500));
      assertThat(refused)
          .hasMessageContaining("items_per_second = 100")
          .hasMessageContaining("shop");

      nanos += Duration.ofMillis(500).toNanos();
      assertThatCode(() -> inspection.samples(samples(100, "__name__", "up")))
          .doesNotThrowAnyException();
    }

    @Test
    void refuseWhatCouldNeverPassForGood() {
      Quota quota = quotas("defaults: {items_per_second: 100}").of("shop");
      Refusal refused = refusal(() -> quota.admit(1).samples(samples(201, "__name__", "up")));
      assertThat(refused.reason().status()).isEqualTo(413);
      assertThat(refused).hasMessageContaining("items_burst = 200");
    }

    @Test
    void countBytesAsSentAndEachTenantForItself() throws Refusal {
      LimitedQuotas quotas =
          quotas("{defaults: {bytes_per_second: 1000}, tenants: {big: {bytes_per_second: 0}}}");
      quotas.of("shop").admit(1500);
      assertThat(refusal(() -> quotas.of("shop").admit(1500)))
          .hasMessageContaining("bytes_per_second = 1000");
      assertThatCode(() -> quotas.of("other").admit(1500)).doesNotThrowAnyException();
      for (int i = 0; i < 10; i++) {
        quotas.of("big").admit(1 << 20);
      }
    }

    @Test
    void inventedTenantsFillNoMemoryButShareOneMeter() throws Refusal {
      LimitedQuotas quotas = quotas("defaults: {bytes_per_second: 1000}");
      for (int i = 0; i < 10_000; i++) {
        quotas.of("tenant-" + i).admit(1);
      }
      quotas.of("one-more").admit(1500);
      assertThat(refusal(() -> quotas.of("yet-another").admit(1500)).reason().status())
          .isEqualTo(429);
      nanos += Duration.ofMinutes(2).toNanos();
      quotas.of("a").admit(2000);
      quotas.of("b").admit(2000);
    }
  }

  @Nested
  class OfSeries {

    @Test
    void nameTheLimitItsValueAndTheOffender() {
      Quota quota =
          quotas(
                  "{defaults: {max_labels: 2, max_label_name_bytes: 10, max_label_value_bytes: 5},"
                      + " tenants: {wide: {max_labels: 3}}}")
              .of("shop");
      assertThat(refusal(() -> quota.admit(1).samples(samples(1, "a", "1", "b", "2", "c", "3"))))
          .hasMessageContaining("max_labels = 2")
          .hasMessageContaining("has 3 labels")
          .hasMessageContaining("a=")
          .hasMessageContaining("\"shop\"")
          .satisfies(e -> assertThat(e.reason().status()).isEqualTo(400));
      assertThat(refusal(() -> quota.admit(1).samples(samples(1, "a_long_label", "1"))))
          .hasMessageContaining("max_label_name_bytes = 10");
      assertThat(refusal(() -> quota.admit(1).samples(samples(1, "a", "ééé"))))
          .hasMessageContaining("max_label_value_bytes = 5");
      assertThatCode(() -> quota.admit(1).samples(samples(1, "a", "éé1")))
          .doesNotThrowAnyException();
    }

    @Test
    void boundHowManyAreActiveAndNeverRefuseTheOldOnes() throws Refusal {
      LimitedQuotas quotas = quotas("defaults: {max_active_series: 1000}");
      quotas.of("shop").admit(1).samples(series(0, 900));
      quotas.of("shop").admit(1).samples(series(0, 900));
      assertThat(refusal(() -> quotas.of("shop").admit(1).samples(series(890, 1100))))
          .hasMessageContaining("max_active_series = 1000")
          .hasMessageContaining("host-900")
          .hasMessageContaining("are active");
      quotas.of("shop").admit(1).samples(series(0, 950));

      nanos += Duration.ofMinutes(31).toNanos();
      quotas.of("shop").admit(1).samples(series(0, 100));
      assertThat(refusal(() -> quotas.of("shop").admit(1).samples(series(2000, 2100)))).isNotNull();
      nanos += Duration.ofMinutes(31).toNanos();
      quotas.of("shop").admit(1).samples(series(2000, 2900));
      assertThat(refusal(() -> quotas.of("shop").admit(1).samples(series(3000, 3100)))).isNotNull();
      nanos += Duration.ofMinutes(90).toNanos();
      quotas.of("shop").admit(1).samples(series(3000, 4000));
    }

    @Test
    void countWithinHalfAPercent() {
      ActiveSeries active = new ActiveSeries(20_000, Long.MAX_VALUE, 0);
      int noted = 0;
      while (noted < 40_000 && active.note(series(noted, noted + 100), 0) < 0) {
        noted += 100;
      }
      assertThat(noted).isBetween(19_800, 20_200);
    }
  }

  @Nested
  class OfTime {

    private final Quota quota =
        quotas("defaults: {max_age_seconds: 3600, max_future_seconds: 60}").of("shop");

    private static SampleBlock at(long millis) {
      return SampleBlock.builder("shop", Origin.NONE)
          .series(Labels.of("__name__", "up"))
          .sample(millis, 1)
          .build();
    }

    @Test
    void refuseTheOldAndTheFuture() throws Refusal {
      quota.admit(1).samples(at(NOW - 3_600_000));
      quota.admit(1).samples(at(NOW + 60_000));
      assertThat(refusal(() -> quota.admit(1).samples(at(NOW - 3_600_001))))
          .hasMessageContaining("max_age_seconds = 3600")
          .hasMessageContaining("2023-11-14T21:13:19.999Z");
      assertThat(refusal(() -> quota.admit(1).samples(at(Long.MAX_VALUE))))
          .hasMessageContaining("max_future_seconds = 60")
          .hasMessageContaining("up");
    }

    @Test
    void takeLogEntriesThatHaveNone() {
      LogBlock block =
          new LogBlock(
              "shop",
              Origin.NONE,
              List.of(new LogBlock.ResourceLogs(Labels.of("app", "x"), "", List.of(entry(0)))));
      assertThatCode(() -> quota.admit(1).logs(block)).doesNotThrowAnyException();
      LogBlock old =
          new LogBlock(
              "shop",
              Origin.NONE,
              List.of(new LogBlock.ResourceLogs(Labels.of("app", "x"), "", List.of(entry(1)))));
      assertThat(refusal(() -> quota.admit(1).logs(old))).hasMessageContaining("app=");
    }

    private static LogEntry entry(long nanos) {
      return new LogEntry(nanos, 0, 0, "", "hello", Labels.EMPTY, "", "");
    }
  }

  @Nested
  class InAFile {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "defaults: {items_per_second: fast}",
          "defaults: {items_per_second: -1}",
          "defaults: {items_per_secnd: 1}",
          "tenants: {a/b: {}}",
          "limits: {}",
          "defaults: 5",
          "defaults: {items_burst: 0}"
        })
    void refuseWhatMakesNoSense(String yaml) {
      assertThatThrownBy(() -> quotas(yaml)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void boundABodyByTheLesserOfTenantAndGateway() {
      LimitedQuotas quotas =
          quotas("{defaults: {max_body_bytes: 1000}, tenants: {a: {max_body_bytes: 99000000}}}");
      assertThat(quotas.of("shop").body())
          .isEqualTo(new SizeLimit(1000, "max_body_bytes of the tenant \"shop\""));
      assertThat(quotas.of("a").body())
          .isEqualTo(new SizeLimit(1 << 20, "--max-body-bytes of the gateway"));
      assertThat(quotas.of("a").decompressed().bytes()).isEqualTo(2 << 20);
    }

    @Test
    void takeTheDefaultsForWhatATenantDoesNotName() {
      LimitsFile file =
          LimitsFile.parse(
              "{defaults: {items_per_second: 10, items_burst: 50, max_labels: 4}, tenants: {a: {items_per_second: 100}}}"
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(file.of("a").maxLabels()).isEqualTo(4);
      assertThat(file.of("a").itemsBurst()).as("two seconds' worth of its own").isEqualTo(200);
      assertThat(file.of("b").itemsBurst()).isEqualTo(50);
    }
  }
}
