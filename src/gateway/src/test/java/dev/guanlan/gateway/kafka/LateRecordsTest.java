package dev.guanlan.gateway.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LateRecordsTest {

  private final List<CompletableFuture<@Nullable Void>> handedOver = new ArrayList<>();
  private long nanos;
  private final LateRecords records =
      new LateRecords(
          (topic, key, raw) -> {
            CompletableFuture<@Nullable Void> outcome = new CompletableFuture<>();
            handedOver.add(outcome);
            return outcome;
          },
          Duration.ofMillis(300),
          () -> nanos);

  private CompletableFuture<@Nullable Void> put(String tenant, String body) {
    byte[] payload = body.getBytes(StandardCharsets.UTF_8);
    return records.put(
        "topic", null, new RawRecord(tenant, "otlp_proto", 0, null, payload, Origin.NONE));
  }

  private static void assertImpatient(CompletableFuture<@Nullable Void> answer) {
    assertThatThrownBy(answer::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(Refusal.class)
        .hasMessageContaining("within 300 ms");
  }

  @Test
  void giveTheSecondAttemptTheOutcomeOfTheFirstWhetherItIsStoredBeforeOrAfter() {
    assertImpatient(put("a", "body"));
    nanos += Duration.ofSeconds(10).toNanos();
    CompletableFuture<@Nullable Void> waiting = put("a", "body");
    handedOver.get(0).complete(null);
    waiting.join();
    put("a", "body").join();
    assertThat(handedOver).hasSize(1);
  }

  @Test
  void storeWhatIsOfAnotherTenantOrTopicOrHasOtherBytes() {
    assertImpatient(put("a", "body"));
    nanos += Duration.ofSeconds(10).toNanos();
    assertImpatient(put("b", "body"));
    assertImpatient(put("a", "Body"));
    assertThat(handedOver).hasSize(3);
  }

  @Test
  void storeAgainWhatKafkaDidNotTake() {
    assertImpatient(put("a", "body"));
    nanos += Duration.ofSeconds(10).toNanos();
    handedOver.get(0).completeExceptionally(new Refusal(Refusal.Reason.KAFKA, "no"));
    assertImpatient(put("a", "body"));
    assertThat(handedOver).hasSize(2);
  }

  @Test
  void storeTheSameTwiceIfItWasNotLate() {
    CompletableFuture<@Nullable Void> first = put("a", "body");
    CompletableFuture<@Nullable Void> second = put("a", "body");
    assertThat(handedOver).hasSize(2);
    handedOver.forEach(outcome -> outcome.complete(null));
    first.join();
    second.join();
    assertThat(records.remembered()).isZero();
  }
}
