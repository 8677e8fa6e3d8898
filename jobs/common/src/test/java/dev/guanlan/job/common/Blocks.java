package dev.guanlan.job.common;

import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
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
      String tenant, Origin origin, List<Labels> labels, List<String> ids, List<String> samples) {}

  static Content content(SampleBlock block) {
    return new Content(
        block.tenant(),
        block.origin(),
        IntStream.range(0, block.seriesCount()).mapToObj(block::labels).toList(),
        IntStream.range(0, block.seriesCount()).mapToObj(s -> block.id(s).toHex()).toList(),
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
                                    + Double.doubleToRawLongBits(block.value(i))))
            .toList());
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

  static ResourceBlock resources() {
    return new ResourceBlock(
        "anonymous",
        new Origin("otlp_metrics", 2, 9),
        1_700_000_000_000L,
        List.of(RESOURCE, Labels.EMPTY, RESOURCE));
  }
}
