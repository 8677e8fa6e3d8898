package dev.guanlan.job.common;

import dev.guanlan.model.Flow;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.util.List;
import java.util.stream.IntStream;

/** Makes blocks to test with, and says what a block of samples holds, bit by bit. */
final class Blocks {

  private static final Labels RESOURCE =
      Labels.of("service.name", "cart", "service.namespace", "shop", "host.name", "南京-1");

  private Blocks() {}

  /**
   * Is a block of samples as something that can be compared: doubles by their bits, columns as long
   * as used.
   */
  record Content(
      String tenant,
      Origin origin,
      List<Labels> labels,
      List<String> ids,
      List<Boolean> deltas,
      List<String> samples,
      List<List<Object>> histograms,
      List<String> exemplars,
      List<MetricMetadata> metadata) {}

  static Content content(SampleBlock block) {
    return new Content(
        block.tenant(),
        block.origin(),
        IntStream.range(0, block.seriesCount()).mapToObj(block::labels).toList(),
        IntStream.range(0, block.seriesCount()).mapToObj(s -> block.id(s).toHex()).toList(),
        IntStream.range(0, block.seriesCount()).mapToObj(block::isDelta).toList(),
        IntStream.range(0, block.seriesCount())
            .boxed()
            .flatMap(
                s ->
                    IntStream.range(block.firstSample(s), block.endSample(s))
                        .mapToObj(
                            i ->
                                s
                                    + ":"
                                    + block.timestamp(i)
                                    + ":"
                                    + Double.doubleToRawLongBits(block.value(i))
                                    + ":"
                                    + block.startTimestamp(i)))
            .toList(),
        IntStream.range(0, block.sampleCount()).mapToObj(i -> histogram(block, i)).toList(),
        block.exemplars().stream()
            .map(e -> e + " " + Double.doubleToRawLongBits(e.value()))
            .toList(),
        block.metadata());
  }

  static SampleBlock samples() {
    SampleBlock.Builder block =
        SampleBlock.builder("anonymous", new Origin("prometheus_remote_write", 3, 42));
    for (int series = 0; series < 3; series++) {
      block.series(Labels.of("__name__", "up", "job", "node", "instance", "10.0.0." + series));
      for (int i = 0; i < series; i++) {
        block.sample(1_700_000_000_000L + i * 15_000L, i + 0.5);
      }
    }
    return block
        .series(Labels.of("__name__", "stale"))
        .sample(-1, Double.longBitsToDouble(0x7ff0000000000002L))
        .build();
  }

  /** Returns the histogram that a sample is, in a list; with it the very bits of its sum. */
  private static List<Object> histogram(SampleBlock block, int sample) {
    Histogram histogram = block.histogram(sample);
    return histogram == null
        ? List.of()
        : List.of(histogram, Double.doubleToRawLongBits(histogram.sum()));
  }

  /** Makes a block that has every column there is. */
  static SampleBlock samplesWithExtras() {
    Histogram exponential =
        new Histogram(
            ResetHint.NOT_RESET,
            3,
            0x1p-128,
            2,
            9.5,
            Double.longBitsToDouble(0x7ff0000000000002L),
            Buckets.of(new int[] {-4, -3, 100_000}, new double[] {1, 0, 2.5}, 3),
            Buckets.of(new int[] {7}, new double[] {4}, 1),
            new double[0]);
    Histogram custom =
        new Histogram(
            ResetHint.UNKNOWN,
            Histogram.CUSTOM_BUCKETS,
            0,
            0,
            3,
            0.75,
            Buckets.of(new int[] {0, 2}, new double[] {1, 2}, 2),
            Buckets.EMPTY,
            new double[] {0.1, 0.5});
    return SampleBlock.builder("anonymous", new Origin("otlp_metrics", 1, 5))
        .series(Labels.of("__name__", "requests_total"))
        .delta()
        .sample(1_700_000_000_000L, 4)
        .startTimestamp(1_699_999_940_000L)
        .exemplar(Labels.of("trace_id", "0af7651916cd43dd8448eb211c80319c"), 1, 1_699_999_999_000L)
        .series(Labels.of("__name__", "duration_seconds"))
        .sample(1_700_000_000_000L, 0.5)
        .histogram(1_700_000_015_000L, exponential)
        .histogram(1_700_000_030_000L, custom)
        .metadata(
            new MetricMetadata(
                "requests", MetricMetadata.Type.COUNTER, "Requests since 启动.", "requests"))
        .build();
  }

  static LogBlock logs() {
    return new LogBlock(
        "anonymous",
        new Origin("otlp_logs", 0, 7),
        List.of(
            new LogBlock.ResourceLogs(
                RESOURCE,
                "http",
                List.of(
                    new LogEntry(
                        1_700_000_000_000_000_001L,
                        0,
                        9,
                        "INFO",
                        "观澜 listens",
                        Labels.of("port", "8080"),
                        "0af7651916cd43dd8448eb211c80319c",
                        "b7ad6b7169203331"),
                    new LogEntry(2, 3, 0, "", "", Labels.EMPTY, "", ""))),
            new LogBlock.ResourceLogs(RESOURCE, "", List.of())));
  }

  static SpanBlock spans() {
    return new SpanBlock(
        "anonymous",
        new Origin("otlp_spans", 1, 8),
        List.of(
            new SpanBlock.ResourceSpans(
                RESOURCE,
                "http",
                List.of(
                    new Span(
                        "0af7651916cd43dd8448eb211c80319c",
                        "b7ad6b7169203331",
                        "",
                        "GET /cart",
                        Span.Kind.SERVER,
                        1_700_000_000_000_000_001L,
                        1_700_000_000_000_000_900L,
                        Span.Status.ERROR,
                        "out of carts",
                        Labels.of("http.request.method", "GET"),
                        List.of(new Span.Event(5, "exception", Labels.of("type", "NoCart"))),
                        List.of(
                            new Span.Link(
                                "0af7651916cd43dd8448eb211c80319d",
                                "b7ad6b7169203332",
                                Labels.EMPTY)))))));
  }

  static FlowBlock flows() {
    Flow flow =
        new Flow(
            1_700_000_000_000_000_001L,
            1_700_000_000_000_000_900L,
            "10.244.0.5",
            40_112,
            "2001:db8::7",
            3_306,
            "tcp",
            "mysql",
            RESOURCE,
            Labels.EMPTY,
            9_007_199_254_740_993L,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            Labels.of("flow_id", "18446744073709551615"));
    return new FlowBlock(
        "anonymous", new Origin("deepflow.flow_log.l4_flow_log", 1, 8), List.of(flow, flow));
  }

  static ResourceBlock resources() {
    return new ResourceBlock(
        "anonymous",
        new Origin("otlp_metrics", 2, 9),
        1_700_000_000_000L,
        List.of(RESOURCE, Labels.EMPTY, RESOURCE));
  }
}
