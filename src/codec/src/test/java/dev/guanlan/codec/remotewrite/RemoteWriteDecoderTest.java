package dev.guanlan.codec.remotewrite;

import static dev.guanlan.codec.remotewrite.WriteRequests.label;
import static dev.guanlan.codec.remotewrite.WriteRequests.message;
import static dev.guanlan.codec.remotewrite.WriteRequests.request;
import static dev.guanlan.codec.remotewrite.WriteRequests.sample;
import static dev.guanlan.codec.remotewrite.WriteRequests.snappy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Exemplar;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RemoteWriteDecoderTest {

  private static final byte[] TEXT = "x".getBytes(StandardCharsets.UTF_8);

  private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(DecoderLimits.DEFAULTS);

  private SampleBlock decode(byte[] payload) throws MalformedPayloadException {
    return decoder.decode(RawRecords.remoteWrite(payload));
  }

  private void refuses(byte[] payload, String... parts) {
    assertThatThrownBy(() -> decode(payload))
        .isInstanceOf(MalformedPayloadException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Nested
  class Decodes {

    @Test
    void seriesAndSamplesInTheOrderSent() throws Exception {
      SampleBlock block =
          decode(
              request(
                  out -> {
                    label(out, "__name__", "up");
                    label(out, "job", "node");
                    sample(out, 1, 1000);
                    sample(out, -0.0, 2000);
                  },
                  out -> {
                    label(out, "__name__", "load");
                    sample(out, 0.25, -5);
                  }));

      assertThat(block.tenant()).isEqualTo("team-a");
      assertThat(block.origin()).isEqualTo(RawRecords.ORIGIN);
      assertThat(block.seriesCount()).isEqualTo(2);
      assertThat(block.labels(0)).isEqualTo(Labels.of("__name__", "up", "job", "node"));
      assertThat(block.id(0)).isEqualTo(SeriesId.of("team-a", block.labels(0)));
      assertThat(block.sampleCount()).isEqualTo(3);
      assertThat(block.endSample(0)).isEqualTo(2);
      assertThat(block.timestamp(1)).isEqualTo(2000);
      assertThat(1 / block.value(1)).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(block.labels(1)).isEqualTo(Labels.of("__name__", "load"));
      assertThat(block.timestamp(2)).isEqualTo(-5);
      assertThat(block.value(2)).isEqualTo(0.25);
    }

    @Test
    void stalenessMarkersBitByBit() throws Exception {
      long stale = 0x7ff0000000000002L;
      SampleBlock block =
          decode(
              request(
                  out -> {
                    label(out, "__name__", "up");
                    sample(out, Double.longBitsToDouble(stale), 1);
                  }));
      assertThat(Double.doubleToRawLongBits(block.value(0))).isEqualTo(stale);
    }

    @Test
    void labelsInAnyOrderAndDropsEmptyOnes() throws Exception {
      SampleBlock block =
          decode(
              request(
                  out -> {
                    label(out, "zone", "b");
                    label(out, "empty", "");
                    label(out, "__name__", "up");
                    sample(out, 1, 1);
                  }));
      assertThat(block.labels(0)).isEqualTo(Labels.of("__name__", "up", "zone", "b"));
    }

    @Test
    void labelsThatStandBehindSamples() throws Exception {
      SampleBlock block =
          decode(
              request(
                  out -> {
                    label(out, "__name__", "up");
                    sample(out, 1, 1);
                    label(out, "job", "node");
                  }));
      assertThat(block.labels(0)).isEqualTo(Labels.of("__name__", "up", "job", "node"));
    }

    @Test
    void theRequestWithoutSeries() throws Exception {
      assertThat(decode(snappy(new byte[0])).seriesCount()).isZero();
    }

    @Test
    void exemplarsWithOrWithoutSamplesOfTheirSeries() throws Exception {
      SampleBlock block =
          decode(
              request(
                  out -> {
                    label(out, "__name__", "empty");
                    out.writeInt64(99, 7);
                  },
                  out -> {
                    label(out, "__name__", "up");
                    sample(out, 1, 1);
                  },
                  out -> {
                    label(out, "__name__", "requests_bucket");
                    out.writeByteArray(
                        3,
                        message(
                            exemplar -> {
                              label(exemplar, "trace_id", "abc");
                              exemplar.writeDouble(2, 0.5);
                              exemplar.writeInt64(3, 1700);
                            }));
                  }));

      assertThat(block.seriesCount()).isEqualTo(2);
      assertThat(block.labels(1).metricName()).isEqualTo("requests_bucket");
      assertThat(block.sampleCount()).isEqualTo(1);
      assertThat(block.exemplars())
          .containsExactly(new Exemplar(1, Labels.of("trace_id", "abc"), 0.5, 1700));
    }

    @Test
    void metadata() throws Exception {
      byte[] counter =
          message(
              out -> {
                out.writeEnum(1, 1);
                out.writeString(2, "requests_total");
                out.writeString(4, "Requests, 共.");
                out.writeString(5, "requests");
              });
      byte[] odd =
          message(
              out -> {
                out.writeEnum(1, 99);
                out.writeString(2, "x");
              });
      byte[] nameless = message(out -> out.writeString(4, "of nothing"));
      SampleBlock block =
          decode(
              snappy(
                  message(
                      out -> {
                        out.writeByteArray(3, counter);
                        out.writeByteArray(3, odd);
                        out.writeByteArray(3, nameless);
                      })));

      assertThat(block.metadata())
          .containsExactly(
              new MetricMetadata(
                  "requests_total", MetricMetadata.Type.COUNTER, "Requests, 共.", "requests"),
              new MetricMetadata("x", MetricMetadata.Type.UNKNOWN, "", ""));
      assertThat(decode(snappy(new byte[0])).metadata()).isEmpty();
    }
  }

  @Nested
  class Remembers {

    private final byte[] payload =
        request(
            out -> {
              label(out, "__name__", "up");
              label(out, "job", "node");
              sample(out, 1, 1);
            });

    @Test
    void theLabelsOfASeriesThatComesAgain() throws Exception {
      SampleBlock first = decode(payload);
      SampleBlock second = decode(payload);
      assertThat(second.labels(0)).isSameAs(first.labels(0));
      assertThat(second.id(0)).isEqualTo(first.id(0));
    }

    @Test
    void tenantsApart() throws Exception {
      SampleBlock first = decode(payload);
      SampleBlock other =
          decoder.decode(
              new RawRecord(
                  "team-b", Encoding.PROMETHEUS_REMOTE_WRITE, 0, null, payload, RawRecords.ORIGIN));
      assertThat(other.id(0))
          .isEqualTo(SeriesId.of("team-b", first.labels(0)))
          .isNotEqualTo(first.id(0));
    }

    @Test
    void aBoundedNumberOfSeriesButDecodesAll() throws Exception {
      RemoteWriteDecoder small = new RemoteWriteDecoder(DecoderLimits.DEFAULTS, 16);
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 1000; i++) {
          String instance = "host-" + i;
          SampleBlock block =
              small.decode(
                  RawRecords.remoteWrite(
                      request(
                          out -> {
                            label(out, "__name__", "up");
                            label(out, "instance", instance);
                            sample(out, 1, 1);
                          })));
          assertThat(block.labels(0).get("instance")).isEqualTo(instance);
        }
      }
    }
  }

  @Nested
  class Refuses {

    @Test
    void aSeriesWithoutMetricName() {
      refuses(
          request(
              out -> {
                label(out, "__name__", "up");
                sample(out, 1, 1);
              },
              out -> {
                label(out, "job", "node");
                sample(out, 1, 1);
              }),
          "series 2 of the request has no metric name",
          "job=node",
          "relabelling");
    }

    @Test
    void aLabelThatOccursTwice() {
      refuses(
          request(
              out -> {
                label(out, "__name__", "up");
                label(out, "job", "a");
                label(out, "job", "b");
              }),
          "the label \"job\" twice");
    }

    @Test
    void aLabelWithoutName() {
      refuses(
          request(
              out -> {
                label(out, "__name__", "up");
                label(out, "", "node");
              }),
          "a label without a name, with the value \"node\"");
    }

    @Test
    void namesAndValuesThatAreNotUtf8() {
      byte[] latin = {'a', (byte) 0xE9};
      refuses(
          request(
              out -> {
                label(out, "__name__", "up");
                label(out, TEXT, latin);
              }),
          "the value of the label \"x\" is not valid UTF-8: \"a\\xe9\"");
      refuses(request(out -> label(out, latin, TEXT)), "a label's name is not valid UTF-8");
    }

    @Test
    void tooManyLabelsAndTooLongOnes() {
      refuses(
          request(
              out -> {
                for (int i = 0; i < 300; i++) {
                  label(out, "label_" + i, "x");
                }
              }),
          "more than 256 labels");
      refuses(
          request(out -> label(out, "n".repeat(1025), "x")),
          "has 1025 bytes where 1024 are allowed");
      refuses(
          request(out -> label(out, "n", "x".repeat(20_000))),
          "20000 bytes where 16384 are allowed");
    }

    @Test
    void snappyFramesAndEmptyPayloads() throws Exception {
      refuses(new byte[0], "the payload is empty");
      java.io.ByteArrayOutputStream framed = new java.io.ByteArrayOutputStream();
      try (var out = new org.xerial.snappy.SnappyFramedOutputStream(framed)) {
        out.write(new byte[100]);
      }
      refuses(framed.toByteArray(), "framing format");
    }

    @Test
    void aDamagedBlockAndACutMessage() {
      byte[] payload =
          request(
              out -> {
                label(out, "__name__", "up");
                sample(out, 1, 1);
              });
      refuses(java.util.Arrays.copyOf(payload, payload.length - 3), "cannot be decompressed");
      byte[] message = message(out -> out.writeByteArray(1, new byte[10]));
      refuses(snappy(java.util.Arrays.copyOf(message, 6)), "claims 10 bytes where 4 are left");
    }
  }

  @Nested
  class BeforeSpendingMemoryRefuses {

    @Test
    void aClaimedLengthBeyondTheLimit() {
      byte[] payload = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F, 0};
      refuses(payload, "decompresses to 4294967295 bytes where 16777216 are allowed");
    }

    @Test
    void aClaimedLengthThatSnappyCannotReach() {
      byte[] payload = {(byte) 0x80, (byte) 0x80, (byte) 0x80, 4, 0};
      refuses(payload, "claims to hold 8388608, which snappy cannot reach");
    }

    @Test
    void moreSeriesThanAllowed() {
      refuses(snappy(repeated(200_001, 10, 0)), "more than 200000 series");
    }

    @Test
    void moreSamplesThanAllowed() {
      byte[] series = repeated(2_000_001, 18, 0);
      byte[] named =
          message(
              out -> {
                label(out, "__name__", "up");
                out.writeRawBytes(series);
              });
      refuses(snappy(message(out -> out.writeByteArray(1, named))), "more than 2000000 samples");
    }

    @Test
    void labelsThatTakeMoreThanTheBudget() {
      DecoderLimits tight =
          new DecoderLimits(16 << 20, 100_000, 200_000, 1000, 1000, 256, 1024, 1024, 32);
      RemoteWriteDecoder decoder = new RemoteWriteDecoder(tight);
      WriteRequests.Fields[] series = new WriteRequests.Fields[1000];
      for (int i = 0; i < series.length; i++) {
        String value = "v" + i;
        series[i] =
            out -> {
              label(out, "__name__", "up");
              label(out, "l", value);
            };
      }
      assertThatThrownBy(() -> decoder.decode(RawRecords.remoteWrite(request(series))))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("more than 100000 bytes in memory");
    }

    @Test
    void moreExemplarsThanAllowed() {
      DecoderLimits tight =
          new DecoderLimits(16 << 20, 1 << 20, 200_000, 1000, 10, 256, 1024, 1024, 32);
      RemoteWriteDecoder decoder = new RemoteWriteDecoder(tight);
      WriteRequests.Fields series =
          out -> {
            label(out, "__name__", "up");
            for (int i = 0; i < 11; i++) {
              out.writeByteArray(3, new byte[0]);
            }
          };
      assertThatThrownBy(() -> decoder.decode(RawRecords.remoteWrite(request(series))))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("more than 10 exemplars");
    }

    /** Returns {@code count} empty fields; with the tag 10, series without labels but named. */
    private byte[] repeated(int count, int tag, int length) {
      byte[] name =
          message(
              out -> {
                if (tag == 10) {
                  label(out, "__name__", "up");
                }
              });
      byte[] one = new byte[2 + (tag == 10 ? name.length : length)];
      one[0] = (byte) tag;
      one[1] = (byte) (one.length - 2);
      System.arraycopy(name, 0, one, 2, tag == 10 ? name.length : 0);
      byte[] all = new byte[one.length * count];
      for (int i = 0; i < count; i++) {
        System.arraycopy(one, 0, all, i * one.length, one.length);
      }
      return all;
    }
  }
}
