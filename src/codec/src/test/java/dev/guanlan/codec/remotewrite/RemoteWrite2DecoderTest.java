package dev.guanlan.codec.remotewrite;

import static dev.guanlan.codec.remotewrite.WriteRequests.message;
import static dev.guanlan.codec.remotewrite.WriteRequests.snappy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.codec.series.Fingerprint;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Exemplar;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RemoteWrite2DecoderTest {

  private static final long STALE = 0x7ff0000000000002L;

  private final RemoteWrite2Decoder decoder = new RemoteWrite2Decoder(DecoderLimits.DEFAULTS);

  private SampleBlock decode(byte[] payload) throws MalformedPayloadException {
    return decoder.decode(RawRecords.remoteWrite(payload));
  }

  private static byte[] request(List<String> symbols, WriteRequests.Fields... series) {
    return snappy(
        message(
            out -> {
              for (String symbol : symbols) {
                out.writeString(4, symbol);
              }
              for (WriteRequests.Fields one : series) {
                out.writeByteArray(5, message(one));
              }
            }));
  }

  private static void refs(CodedOutputStream out, int... refs) throws IOException {
    out.writeByteArray(
        1,
        message(
            packed -> {
              for (int ref : refs) {
                packed.writeUInt32NoTag(ref);
              }
            }));
  }

  private static void sample(CodedOutputStream out, double value, long timestamp, long start)
      throws IOException {
    out.writeByteArray(
        2,
        message(
            sample -> {
              sample.writeFixed64(1, Double.doubleToRawLongBits(value));
              sample.writeInt64(2, timestamp);
              sample.writeInt64(3, start);
            }));
  }

  private void refuses(byte[] payload, String... parts) {
    assertThatThrownBy(() -> decode(payload))
        .isInstanceOf(MalformedPayloadException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Nested
  class Decodes {

    @Test
    void staleHistogramsIntoMarkersAndSaysHowMany() throws Exception {
      WriteRequests.Fields series =
          out -> {
            refs(out, 1, 2);
            sample(out, Double.longBitsToDouble(STALE), 1, 0);
            for (int time = 2; time < 4; time++) {
              long at = time;
              out.writeByteArray(
                  3,
                  message(
                      histogram -> {
                        histogram.writeFixed64(3, STALE);
                        histogram.writeInt64(15, at);
                      }));
            }
            out.writeByteArray(3, message(histogram -> histogram.writeInt64(15, 4)));
          };
      byte[] request = request(List.of("", "__name__", "latency"), series);
      for (int again = 0; again < 2; again++) {
        SampleBlock block = decode(request);

        assertThat(decoder.staleHistograms()).as("a number that is stale is none").isEqualTo(2);
        assertThat(block.sampleCount()).isEqualTo(4);
        assertThat(block.histogram(1)).isNull();
        assertThat(Double.doubleToRawLongBits(block.value(2))).isEqualTo(STALE);
        assertThat(block.histogram(3)).isNotNull();
      }
      refuses(snappy(new byte[] {1}), ";");
      assertThat(decoder.staleHistograms()).isZero();
    }

    @Test
    void seriesBySymbolsWithStartTimesOldAndNew() throws Exception {
      SampleBlock block =
          decode(
              request(
                  List.of("", "__name__", "up", "job", "观澜"),
                  out -> {
                    refs(out, 1, 2, 3, 4);
                    sample(out, 1, 1000, 500);
                    sample(out, Double.longBitsToDouble(STALE), 2000, 0);
                  },
                  out -> {
                    refs(out, 1, 3);
                    sample(out, -0.5, -5, 0);
                    sample(out, 2, 5, 4);
                    out.writeInt64(6, 3);
                  }));

      assertThat(block.tenant()).isEqualTo("team-a");
      assertThat(block.origin()).isEqualTo(RawRecords.ORIGIN);
      assertThat(block.labels(0)).isEqualTo(Labels.of("__name__", "up", "job", "观澜"));
      assertThat(block.id(0)).isEqualTo(SeriesId.of("team-a", block.labels(0)));
      assertThat(block.labels(1)).isEqualTo(Labels.of("__name__", "job"));
      assertThat(block.startTimestamp(0)).isEqualTo(500);
      assertThat(block.startTimestamp(1)).isZero();
      assertThat(Double.doubleToRawLongBits(block.value(1))).isEqualTo(STALE);
      assertThat(block.value(2)).isEqualTo(-0.5);
      assertThat(block.timestamp(2)).isEqualTo(-5);
      assertThat(block.startTimestamp(2)).isEqualTo(3);
      assertThat(block.startTimestamp(3)).isEqualTo(4);
    }

    @Test
    void referencesOneByOneAndSymbolsThatStandBehindTheSeries() throws Exception {
      byte[] series =
          message(
              out -> {
                sample(out, 1, 1, 0);
                out.writeUInt32(1, 1);
                out.writeUInt32(1, 2);
              });
      byte[] payload =
          snappy(
              message(
                  out -> {
                    out.writeByteArray(5, series);
                    for (String symbol : List.of("", "__name__", "up")) {
                      out.writeString(4, symbol);
                    }
                  }));

      assertThat(decode(payload).labels(0)).isEqualTo(Labels.of("__name__", "up"));
    }

    @Test
    void metadataOnceForEachMetricWithoutTheSuffixesOfItsSeries() throws Exception {
      byte[] histogram =
          message(
              out -> {
                out.writeEnum(1, 3);
                out.writeUInt32(3, 4);
                out.writeUInt32(4, 5);
              });
      List<String> symbols =
          List.of("", "__name__", "d_bucket", "d_sum", "how long", "s", "le", "1", "2");
      SampleBlock block =
          decode(
              request(
                  symbols,
                  out -> {
                    refs(out, 1, 2, 6, 7);
                    sample(out, 1, 1, 0);
                    out.writeByteArray(5, histogram);
                  },
                  out -> {
                    refs(out, 1, 2, 6, 8);
                    sample(out, 1, 1, 0);
                    out.writeByteArray(5, histogram);
                  },
                  out -> {
                    refs(out, 1, 3);
                    sample(out, 1, 1, 0);
                    out.writeByteArray(5, message(what -> what.writeEnum(1, 0)));
                  }));

      assertThat(block.metadata())
          .containsExactly(new MetricMetadata("d", MetricMetadata.Type.HISTOGRAM, "how long", "s"));
    }

    @Test
    void exemplars() throws Exception {
      SampleBlock block =
          decode(
              request(
                  List.of("", "__name__", "up", "trace_id", "abc"),
                  out -> {
                    refs(out, 1, 2);
                    out.writeByteArray(
                        4,
                        message(
                            exemplar -> {
                              refs(exemplar, 3, 4);
                              exemplar.writeDouble(2, 0.5);
                              exemplar.writeInt64(3, 7);
                            }));
                  }));

      assertThat(block.seriesCount()).isEqualTo(1);
      assertThat(block.sampleCount()).isZero();
      assertThat(block.exemplars())
          .containsExactly(new Exemplar(0, Labels.of("trace_id", "abc"), 0.5, 7));
    }
  }

  @Nested
  class Remembers {

    @Test
    void theSeriesAndNotTheNumbersOfItsSymbols() throws Exception {
      SampleBlock first =
          decode(
              request(
                  List.of("", "__name__", "up", "down"),
                  out -> {
                    refs(out, 1, 2);
                    sample(out, 1, 1, 0);
                  }));
      SampleBlock sameNumbers =
          decode(
              request(
                  List.of("", "__name__", "down", "up"),
                  out -> {
                    refs(out, 1, 2);
                    sample(out, 1, 1, 0);
                  },
                  out -> {
                    refs(out, 1, 3);
                    sample(out, 1, 1, 0);
                  }));

      assertThat(sameNumbers.labels(0)).isEqualTo(Labels.of("__name__", "down"));
      assertThat(sameNumbers.labels(1)).isSameAs(first.labels(0));
      assertThat(sameNumbers.id(1)).isEqualTo(first.id(0));
    }

    @Test
    void tenantsApart() throws Exception {
      byte[] payload =
          request(
              List.of("", "__name__", "up"),
              out -> {
                refs(out, 1, 2);
                sample(out, 1, 1, 0);
              });
      SampleBlock first = decode(payload);
      SampleBlock other =
          decoder.decode(
              new RawRecord(
                  "team-b",
                  Encoding.PROMETHEUS_REMOTE_WRITE_V2,
                  0,
                  null,
                  payload,
                  RawRecords.ORIGIN));

      assertThat(other.id(0))
          .isEqualTo(SeriesId.of("team-b", first.labels(0)))
          .isNotEqualTo(first.id(0));
    }

    @Test
    void symbolsLongerThanAFingerprintTakes() throws Exception {
      String longName = "x".repeat(Fingerprint.MAX_BYTES);
      for (String end : List.of("a", "b", "a")) {
        SampleBlock block =
            decode(
                request(
                    List.of("", "__name__", "up", "l", longName + end),
                    out -> {
                      refs(out, 1, 2, 3, 4);
                      sample(out, 1, 1, 0);
                    }));
        assertThat(block.labels(0).get("l")).isEqualTo(longName + end);
      }
    }
  }

  @Nested
  class Refuses {

    @Test
    void referencesToNothing() {
      refuses(
          request(List.of("", "__name__"), out -> refs(out, 1, 2)),
          "series 1 of the request refers to symbol 2 where there are 2");
      refuses(
          request(
              List.of("", "__name__", "up"),
              out -> {
                refs(out, 1, 2);
                out.writeByteArray(5, message(what -> what.writeUInt32(3, 9)));
              }),
          "the metadata of a series refers to symbol 9 where there are 3");
    }

    @Test
    void aNameWithoutAValue() {
      refuses(
          request(List.of("", "__name__", "up"), out -> refs(out, 1, 2, 1)),
          "a label name without a value");
    }

    @Test
    void whatIsNoLabelSet() {
      refuses(request(List.of("", "__name__", "up"), out -> refs(out, 2, 1)), "has no metric name");
      refuses(
          request(List.of("", "__name__", "up"), out -> refs(out, 1, 2, 1, 2)),
          "the label \"__name__\" twice");
      refuses(
          request(List.of("", "__name__", "up"), out -> refs(out, 1, 2, 0, 2)),
          "a label without a name");
      refuses(
          request(List.of("", "__name__", "x".repeat(20_000)), out -> refs(out, 1, 2)),
          "symbol 2 of the request has 20000 bytes where 16384 are allowed");
      refuses(
          request(List.of("", "__name__", "up", "n".repeat(1025)), out -> refs(out, 1, 2, 3, 2)),
          "a label's name has more than 1024 bytes");
      refuses(
          request(List.of("", "__name__"), out -> refs(out, new int[600])), "more than 256 labels");
    }

    @Test
    void textThatIsNotUtf8() {
      byte[] latin = {'a', (byte) 0xE9};
      byte[] payload =
          snappy(
              message(
                  out -> {
                    out.writeByteArray(4, new byte[0]);
                    out.writeByteArray(4, "__name__".getBytes(StandardCharsets.UTF_8));
                    out.writeByteArray(4, latin);
                    out.writeByteArray(5, message(series -> refs(series, 1, 2)));
                  }));
      refuses(payload, "a label's value is not valid UTF-8: \"a\\xe9\"");
    }
  }
}
