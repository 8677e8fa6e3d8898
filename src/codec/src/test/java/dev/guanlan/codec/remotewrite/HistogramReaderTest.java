package dev.guanlan.codec.remotewrite;

import static dev.guanlan.codec.remotewrite.WriteRequests.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.protobuf.HeapBudget;
import dev.guanlan.codec.protobuf.ProtoReader;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HistogramReaderTest {

  private final HistogramReader reader =
      new HistogramReader(new HeapBudget(DecoderLimits.DEFAULTS));

  private Histogram read(WriteRequests.Fields fields) throws Exception {
    byte[] content = message(fields);
    byte[] withLength = message(out -> out.writeByteArrayNoTag(content));
    ProtoReader in = new ProtoReader();
    in.reset(withLength, 0, withLength.length);
    Histogram histogram = reader.read(in, 7);
    assertThat(in.hasMore()).isFalse();
    return histogram;
  }

  private static void span(CodedOutputStream out, int field, int offset, int length)
      throws IOException {
    out.writeByteArray(
        field,
        message(
            span -> {
              span.writeSInt32(1, offset);
              span.writeUInt32(2, length);
            }));
  }

  private static void deltas(CodedOutputStream out, int field, long... deltas) throws IOException {
    out.writeByteArray(
        field,
        message(
            packed -> {
              for (long delta : deltas) {
                packed.writeSInt64NoTag(delta);
              }
            }));
  }

  private static void doubles(CodedOutputStream out, int field, double... numbers)
      throws IOException {
    out.writeByteArray(
        field,
        message(
            packed -> {
              for (double number : numbers) {
                packed.writeDoubleNoTag(number);
              }
            }));
  }

  private static Buckets buckets(int[] indexes, double... counts) {
    return Buckets.of(indexes, counts, counts.length);
  }

  @Test
  void readsIntegerHistogramsOfDifferences() throws Exception {
    Histogram histogram =
        read(
            out -> {
              out.writeUInt64(1, 13);
              out.writeDouble(3, 12.5);
              out.writeSInt32(4, -2);
              out.writeDouble(5, 0.001);
              out.writeUInt64(6, 2);
              span(out, 8, -3, 1);
              deltas(out, 9, 1);
              span(out, 11, 0, 2);
              span(out, 11, 3, 2);
              deltas(out, 12, 4, -3, 2, 0);
              out.writeEnum(14, 2);
              out.writeInt64(15, 1700);
              out.writeInt64(17, 1600);
            });

    assertThat(histogram)
        .isEqualTo(
            new Histogram(
                ResetHint.NOT_RESET,
                -2,
                0.001,
                2,
                13,
                12.5,
                buckets(new int[] {0, 1, 5, 6}, 4, 1, 3, 3),
                buckets(new int[] {-3}, 1),
                new double[0]));
    assertThat(reader.timestamp()).isEqualTo(1700);
    assertThat(reader.startTimestamp()).isEqualTo(1600);
  }

  @Test
  void readsFloatHistogramsWithFieldsOneByOne() throws Exception {
    Histogram histogram =
        read(
            out -> {
              out.writeDouble(2, 3.5);
              out.writeDouble(7, 0.5);
              span(out, 11, -1, 2);
              out.writeDouble(13, 1.25);
              out.writeDouble(13, 1.75);
              out.writeEnum(14, 3);
            });

    assertThat(histogram.resetHint()).isEqualTo(ResetHint.GAUGE);
    assertThat(histogram.count()).isEqualTo(3.5);
    assertThat(histogram.zeroCount()).isEqualTo(0.5);
    assertThat(histogram.positive()).isEqualTo(buckets(new int[] {-1, 0}, 1.25, 1.75));
    assertThat(reader.timestamp()).isZero();
  }

  @Test
  void readsListedBounds() throws Exception {
    Histogram histogram =
        read(
            out -> {
              out.writeUInt64(1, 3);
              out.writeSInt32(4, -53);
              span(out, 11, 0, 3);
              deltas(out, 12, 1, -1, 2);
              doubles(out, 16, 0.1, 0.5);
            });

    assertThat(histogram.hasCustomBuckets()).isTrue();
    assertThat(histogram.customBound(1)).isEqualTo(0.5);
    assertThat(histogram.positive()).isEqualTo(buckets(new int[] {0, 2}, 1, 2));
  }

  @Test
  void keepsTheBitsOfAStalenessMarker() throws Exception {
    long stale = 0x7ff0000000000002L;
    Histogram histogram = read(out -> out.writeFixed64(3, stale));
    assertThat(Double.doubleToRawLongBits(histogram.sum())).isEqualTo(stale);
  }

  @Test
  void makesSchemasCoarserThatAreFinerThanNativeHistogramsHave() throws Exception {
    Histogram histogram =
        read(
            out -> {
              out.writeDouble(2, 10);
              out.writeSInt32(4, 10);
              span(out, 11, -4, 9);
              doubles(out, 13, 1, 1, 1, 1, 1, 1, 1, 1, 2);
            });

    // Four buckets become one: those up to index 0, then 1 to 4.
    assertThat(histogram.schema()).isEqualTo(8);
    assertThat(histogram.positive()).isEqualTo(buckets(new int[] {-1, 0, 1}, 1, 4, 5));
  }

  @Test
  void refusesWhatIsNoHistogram() {
    refuses("its spans have other buckets", out -> span(out, 11, 0, 2));
    refuses("its spans have other buckets", out -> deltas(out, 12, 1));
    refuses(
        "its spans have other buckets",
        out -> {
          span(out, 11, 0, -1);
          deltas(out, 12, 1);
        });
    refuses(
        "its spans have other buckets",
        out -> {
          span(out, 11, Integer.MAX_VALUE, 1);
          deltas(out, 12, 1);
        });
    refuses(
        "its spans overlap",
        out -> {
          span(out, 11, 3, 1);
          span(out, 11, -1, 1);
          deltas(out, 12, 1, 1);
        });
    refuses(
        "the bucket 1 has a negative count",
        out -> {
          span(out, 11, 0, 2);
          deltas(out, 12, 1, -2);
        });
    refuses("the schema 99", out -> out.writeSInt32(4, 99));
    refuses(
        "is not above the one before",
        out -> {
          out.writeSInt32(4, -53);
          doubles(out, 16, 2, 1);
        });
  }

  private void refuses(String problem, WriteRequests.Fields fields) {
    assertThatThrownBy(() -> read(fields))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("series 7 of the request has a native histogram that is none: ")
        .hasMessageContaining(problem);
  }
}
