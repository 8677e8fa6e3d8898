package dev.guanlan.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.codec.remotewrite.RemoteWrite2Encoder;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.Flow;
import dev.guanlan.schema.LogEntry;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.Sample;
import dev.guanlan.schema.Span;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Is what one kind of agent sends, each payload with one thing to store.
 *
 * @param name names it in messages
 * @param topic where it is sent
 * @param encoding the encoding header; empty for a producer that sends none
 * @param payload makes the payload of a number
 * @param storedQuery counts what of it is stored
 */
record PoisonFeed(
    String name, String topic, String encoding, IntFunction<byte[]> payload, String storedQuery) {

  private static final String SAMPLES =
      "SELECT count() FROM samples_final WHERE metric_id IN (SELECT metric_id FROM series WHERE metric = '%s')";
  static final String LOGS = "SELECT uniqExact(body) FROM logs WHERE body LIKE '%s%%'";
  static final String SPANS = "SELECT count() FROM spans WHERE name = '%s'";

  private static final String FLOWS =
      "SELECT count() FROM flows WHERE attributes['flow_id'] LIKE '%s%%'";

  static List<PoisonFeed> all(long now) {
    return List.of(
        samples(
            "remote write 1.0",
            Topics.PROMETHEUS_REMOTE_WRITE,
            "",
            "poison_remote_write",
            i ->
                new RemoteWriteEncoder()
                    .encode(
                        SampleBlock.builder("", Origin.NONE)
                            .series(Labels.of("__name__", "poison_remote_write"))
                            .sample(now + i, i)
                            .build())),
        samples(
            "remote write 2.0",
            Topics.PROMETHEUS_REMOTE_WRITE,
            Encoding.PROMETHEUS_REMOTE_WRITE_V2,
            "poison_remote_write_2",
            i ->
                new RemoteWrite2Encoder()
                    .encode(
                        SampleBlock.builder("", Origin.NONE)
                            .series(Labels.of("__name__", "poison_remote_write_2"))
                            .sample(now + i, i)
                            .build())),
        samples(
            "OTLP metrics",
            Topics.OTLP_METRICS,
            "",
            "poison_otlp",
            i -> Telemetry.gauge("poison_otlp", i, now + i)),
        new PoisonFeed(
            "OTLP logs",
            Topics.OTLP_LOGS,
            "",
            i -> Telemetry.logs(7_000_000 + i, 1, now - 7_000_000),
            LOGS.formatted("order 7000")),
        new PoisonFeed(
            "OTLP spans",
            Topics.OTLP_SPANS,
            Encoding.OTLP_PROTO,
            i -> Telemetry.spans(7_000_000 + i, 1, now - 7_000_000),
            SPANS.formatted("POST /orders")
                + " AND substring(trace_id, 17, 8) > '%08x'".formatted(7_000_000)),
        samples(
            "Avro samples",
            Topics.TELEMETRY,
            "",
            "poison_avro",
            i ->
                RecordFormat.of(Sample.class)
                    .encode(
                        Sample.newBuilder()
                            .setLabels(Map.of("__name__", "poison_avro"))
                            .setTimestampMillis(now + i)
                            .setValue(i)
                            .build())),
        new PoisonFeed(
            "Avro logs",
            Topics.TELEMETRY,
            Encoding.AVRO,
            i ->
                RecordFormat.of(LogEntry.class)
                    .encode(
                        LogEntry.newBuilder()
                            .setTimestampNanos(now * 1_000_000 + i)
                            .setBody("avro poison " + i)
                            .build()),
            LOGS.formatted("avro poison")),
        new PoisonFeed(
            "Avro spans",
            Topics.TELEMETRY,
            "",
            i ->
                RecordFormat.of(Span.class)
                    .encode(
                        Span.newBuilder()
                            .setTraceId("%032x".formatted(i + 1))
                            .setSpanId("%016x".formatted(i + 1))
                            .setName("avro poison")
                            .setStartNanos(now * 1_000_000)
                            .setEndNanos(now * 1_000_000 + 5)
                            .build()),
            SPANS.formatted("avro poison")),
        new PoisonFeed(
            "Avro flows",
            Topics.TELEMETRY,
            "",
            i ->
                RecordFormat.of(Flow.class)
                    .encode(
                        Flow.newBuilder()
                            .setStartNanos(now * 1_000_000)
                            .setEndNanos(now * 1_000_000 + i)
                            .setClientAddress("10.0.0.1")
                            .setServerAddress("10.0.0.2")
                            .setAttributes(Map.of("flow_id", "avro-" + i))
                            .build()),
            FLOWS.formatted("avro-")),
        new PoisonFeed(
            "DeepFlow flows",
            Topics.DEEPFLOW_LOG_PREFIX + "l4_flow_log",
            "",
            i ->
                json(
                    "{'datasource':'flow_log.l4_flow_log','ip4_0':'10.0.0.1','ip4_1':'10.0.0.2',"
                        + "'flow_id':77%07d,'observation_point':'c','end_time':%d,'byte_tx':5,"
                        + "'k8s_label_names_0':['note'],'k8s_label_values_0':['un\"escaped']}",
                    i, now * 1_000),
            FLOWS.formatted("77")),
        new PoisonFeed(
            "DeepFlow requests",
            Topics.DEEPFLOW_LOG_PREFIX + "l7_flow_log",
            "",
            i ->
                json(
                    "{'datasource':'flow_log.l7_flow_log','flow_id':88%07d,'observation_point':'c',"
                        + "'end_time':%d,'trace_id':'%032x','span_id':'%016x','endpoint':'/poison'}",
                    i, now * 1_000, i + 1, i + 1),
            FLOWS.formatted("88")),
        new PoisonFeed(
            "DeepFlow spans",
            Topics.DEEPFLOW_LOG_PREFIX + "l7_flow_log",
            "",
            i ->
                json(
                    "{'datasource':'flow_log.l7_flow_log','flow_id':99%07d,'observation_point':'c-nd',"
                        + "'end_time':%d,'trace_id':'%032x','span_id':'%016x','endpoint':'/hop'}",
                    i, now * 1_000, i + 1, i + 1),
            SPANS.formatted("/hop")),
        samples(
            "DeepFlow metrics",
            Topics.DEEPFLOW_METRICS_PREFIX + "network.1s",
            "",
            "deepflow_network_byte_tx",
            i ->
                json(
                    "{'datasource':'flow_metrics.network.1s','time':%d,'pod':'p-%d','byte_tx':%d}",
                    now / 1_000, i, i)));
  }

  static PoisonFeed samples(
      String name, String topic, String encoding, String metric, IntFunction<byte[]> payload) {
    return new PoisonFeed(name, topic, encoding, payload, SAMPLES.formatted(metric));
  }

  static byte[] json(String quotedSingly, Object... values) {
    return quotedSingly.replace('\'', '"').formatted(values).getBytes(UTF_8);
  }
}
