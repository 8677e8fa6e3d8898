package dev.guanlan.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.guanlan.job.common.JobOptions;
import java.time.Duration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The options of the ingest job")
final class IngestOptionsTest {

  private static IngestOptions read(String... args) {
    return IngestOptions.of(JobOptions.parse(IngestNames.JOB, args, IngestOptions.all()));
  }

  @Test
  @DisplayName("have defaults for a stack on this machine")
  void defaults() {
    IngestOptions options = read();
    assertThat(options.target().url()).isEqualTo("http://127.0.0.1:8123");
    assertThat(options.target().database()).isEqualTo("guanlan");
    assertThat(options.target().passwordFile()).isNull();
    assertThat(options.delivery()).isEqualTo(DeliveryGuarantee.EXACTLY_ONCE);
    assertThat(options.flushInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.flushBytes()).isEqualTo(40 << 20);
  }

  @Test
  @DisplayName("are read with their units")
  void units() {
    IngestOptions options =
        read(
            "--clickhouse.delivery", "at-least-once",
            "--clickhouse.held-bytes", "96mb",
            "--clickhouse.flush-interval", "250ms",
            "--clickhouse.flush-bytes", "1mb",
            "--clickhouse.flush-rows", "5000",
            "--ingest.max-age", "7d");
    assertThat(options.delivery()).isEqualTo(DeliveryGuarantee.AT_LEAST_ONCE);
    assertThat(options.heldBytes()).isEqualTo(96 << 20);
    assertThat(options.flushInterval()).isEqualTo(Duration.ofMillis(250));
    assertThat(options.flushBytes()).isEqualTo(1 << 20);
    assertThat(options.flushRows()).isEqualTo(5_000);
    assertThat(options.bounds().maxAge()).isEqualTo(Duration.ofDays(7));
  }

  @ParameterizedTest
  @CsvSource({
    "--clickhouse.delivery, none",
    "--clickhouse.held-bytes, 0",
    "--clickhouse.flush-rows, 0",
    "--clickhouse.flush-rows, 1048450",
    "--clickhouse.flush-bytes, 1gb",
    "--clickhouse.flush-interval, 0s",
    "--ingest.max-age, 91d",
    "--ingest.max-ahead, 8d",
    "--ingest.series-cache, -1",
    "--ingest.retention-days, 0",
    "--ingest.retention-days-of, acme:0",
    "--ingest.retention-days-of, acme:never"
  })
  @DisplayName("are refused out of their range, by name")
  void ranges(String option, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(option, value))
        .withMessageContaining(option);
  }
}
