package dev.guanlan.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StackSharesTest {

  @ParameterizedTest
  @CsvSource({
    "java.util.HashMap.get, dev.guanlan.codec.series.SeriesMemory.find, decode",
    "dev.guanlan.job.common.enrich.PlaceBlocks.processElement1, org.apache.flink.A.b, enrich",
    "dev.guanlan.job.common.DecodedDeserializer.decode, org.apache.flink.connector.A.b, job",
    "net.jpountz.LZ4.decompress, org.apache.kafka.clients.consumer.A.b, Kafka client",
    "java.lang.Thread.run, java.lang.Object.wait, other"
  })
  void aStackBelongsToItsTopmostFrameThatHasAStage(String top, String below, String stage) {
    assertThat(StackShares.stage(List.of(top, below))).isEqualTo(stage);
  }
}
