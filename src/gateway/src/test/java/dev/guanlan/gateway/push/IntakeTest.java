package dev.guanlan.gateway.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.gateway.remotewrite.RemoteWriteProtocol;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Topics;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;

class IntakeTest {

  private static final PushLimits LIMITS = new PushLimits(1_000, 1_000, 1 << 20, 1);

  private static final PushListener NOBODY =
      new PushListener() {
        @Override
        public void received(String path, long bytes) {}

        @Override
        public void answered(String path, int status) {}

        @Override
        public void refused(String path, Refusal.Reason reason) {}

        @Override
        public void acknowledged(
            String path, String topic, Duration waited, long items, long untranslatable) {}
      };

  private final List<RawRecord> stored = new ArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final Intake intake =
      new Intake(
          new RemoteWriteProtocol(),
          LIMITS,
          (topic, key, raw) -> {
            stored.add(raw);
            return CompletableFuture.completedFuture(null);
          },
          NOBODY,
          Clock.systemUTC());

  /** Takes an empty request whose sender stops waiting when it was asked about so often. */
  private CompletableFuture<PushProtocol.Verdict> take(int waits) throws Exception {
    Push push =
        new Push(
            "/api/v1/write",
            "anonymous",
            new Unlimited(LIMITS),
            new PushProtocol.Form(
                Topics.PROMETHEUS_REMOTE_WRITE,
                Encoding.PROMETHEUS_REMOTE_WRITE,
                Compression.SNAPPY),
            new PushProtocol.Sender(InetAddress.getLoopbackAddress(), "test"),
            new InFlightBytes(100_000).take(0),
            () -> asked.incrementAndGet() > waits);
    return intake.take(
        push, new Exchange.Content(Snappy.compress(new byte[0]), Compression.SNAPPY));
  }

  @Test
  void putsOnKafkaWhatItsSenderWaitsFor() throws Exception {
    assertThat(take(Integer.MAX_VALUE)).isCompleted();
    assertThat(stored).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void leavesAloneWhatNobodyWaitsForAnyMore(int waits) throws Exception {
    assertThat(take(waits))
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.reason()).isEqualTo(Refusal.Reason.INCOMPLETE));
    assertThat(stored).isEmpty();
  }
}
