package dev.guanlan.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.Topics;
import dev.guanlan.testing.ClickHouseExtension;
import dev.guanlan.testing.KafkaExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.xerial.snappy.Snappy;

@DisplayName("The ingest job stores, with the place that their labels tell,")
@Timeout(600)
final class AgentsITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final String DATABASE = "agents_it";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  private final long nowMicros = System.currentTimeMillis() * 1_000;

  @Test
  @DisplayName("Loki's logs, Zipkin's spans and OTLP's JSON")
  void lokiZipkinAndOtlpJson() throws Exception {
    KAFKA.createPlatformTopics(2);
    IngestOptions options = IngestOptions.of(jobOptions());
    Database.prepare(options, Optional.empty());
    JobClient job = start();
    send(Topics.LOKI_PUSH, Encoding.LOKI_JSON, lokiJson());
    send(Topics.LOKI_PUSH, Encoding.LOKI_PROTO, lokiProto());
    send(Topics.ZIPKIN_SPANS, Encoding.ZIPKIN_JSON, zipkinJson());
    send(Topics.ZIPKIN_SPANS, Encoding.ZIPKIN_PROTO, zipkinProto());
    send(Topics.OTLP_LOGS, Encoding.OTLP_JSON, otlp("Logs", "logRecords", otlpLog()));
    send(Topics.OTLP_SPANS, Encoding.OTLP_JSON, otlp("Spans", "spans", otlpSpan()));
    send(Topics.OTLP_METRICS, Encoding.OTLP_JSON, otlp("Metrics", "metrics", otlpMetric()));
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(
                      query(
                          "SELECT body, severity_number, severity_text, resource, attributes,"
                              + " trace_id, service, namespace, tenant FROM logs ORDER BY body"))
                  .isEqualTo(
                      """
                      from Loki JSON\t13\twarn\t{'app':'cart','namespace':'shop','service_name':'cart'}\t{'level':'warn','pod':'cart-1'}\t%1$s\tcart\tshop\tteam-a
                      from Loki protobuf\t17\terror\t{'level':'error','service_name':'cart'}\t{}\t\tcart\t\tteam-a
                      from OTLP\t9\t\t{'service.name':'cart'}\t{}\t%1$s\tcart\t\tteam-a\
                      """
                          .formatted(TRACE));
              assertThat(
                      query(
                          "SELECT name, kind, duration, status, status_message, trace_id, span_id,"
                              + " service, attributes['peer.service'], `events.name` FROM spans"
                              + " ORDER BY name"))
                  .isEqualTo(
                      """
                      from OTLP\tserver\t1000\tunset\t\t%1$s\ta2fb4a1d1a96d312\tcart\t\t[]
                      from Zipkin JSON\tclient\t207000\terror\ttimeout\t0000000000000000463ac35c9f6413ad\ta2fb4a1d1a96d312\tshop\torders\t['ws']
                      from Zipkin protobuf\tserver\t207000\tunset\t\t0000000000000000463ac35c9f6413ad\ta2fb4a1d1a96d312\torders\t\t[]\
                      """
                          .formatted(TRACE));
              assertThat(query("SELECT value FROM samples")).isEqualTo("1.5");
            });
    job.cancel().get();
  }

  private byte[] lokiJson() {
    return ("{\"streams\":[{\"stream\":{\"app\":\"cart\",\"service_name\":\"cart\",\"namespace\":"
            + "\"shop\"},\"values\":[[\""
            + nowMicros
            + "000\",\"from Loki JSON\",{\"level\":\"warn\",\"pod\":\"cart-1\",\"trace_id\":\""
            + TRACE
            + "\"}]]}]}")
        .getBytes(UTF_8);
  }

  private byte[] lokiProto() throws IOException {
    ProtoWriter out = new ProtoWriter();
    int stream = out.open(1 << 3 | 2);
    out.field(1 << 3 | 2, "{service_name=\"cart\", level=\"error\"}".getBytes(UTF_8));
    int entry = out.open(2 << 3 | 2);
    int time = out.open(1 << 3 | 2);
    out.varint(1 << 3);
    out.varint(nowMicros / 1_000_000);
    out.close(time);
    out.field(2 << 3 | 2, "from Loki protobuf".getBytes(UTF_8));
    out.close(entry);
    out.close(stream);
    return Snappy.compress(Arrays.copyOf(out.bytes(), out.length()));
  }

  private byte[] zipkinJson() {
    return ("[{\"traceId\":\"463ac35c9f6413ad\",\"id\":\"a2fb4a1d1a96d312\",\"kind\":\"CLIENT\","
            + "\"name\":\"from Zipkin JSON\",\"timestamp\":"
            + nowMicros
            + ",\"duration\":207,\"localEndpoint\":{\"serviceName\":\"shop\"},\"remoteEndpoint\":"
            + "{\"serviceName\":\"orders\"},\"annotations\":[{\"timestamp\":"
            + nowMicros
            + ",\"value\":\"ws\"}],\"tags\":{\"error\":\"timeout\"}}]")
        .getBytes(UTF_8);
  }

  private byte[] zipkinProto() {
    ProtoWriter out = new ProtoWriter();
    int span = out.open(1 << 3 | 2);
    out.field(1 << 3 | 2, HexFormat.of().parseHex("463ac35c9f6413ad"));
    out.field(3 << 3 | 2, HexFormat.of().parseHex("a2fb4a1d1a96d312"));
    out.varint(4 << 3);
    out.varint(2);
    out.field(5 << 3 | 2, "from Zipkin protobuf".getBytes(UTF_8));
    out.varint(6 << 3 | 1);
    out.fixed64(nowMicros);
    out.varint(7 << 3);
    out.varint(207);
    int local = out.open(8 << 3 | 2);
    out.field(1 << 3 | 2, "orders".getBytes(UTF_8));
    out.close(local);
    out.varint(13 << 3);
    out.varint(1);
    out.close(span);
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private static byte[] otlp(String signal, String items, String item) {
    return ("{\"resource%1$s\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"
            + "{\"stringValue\":\"cart\"}}]},\"scope%1$s\":[{\"%2$s\":[%3$s]}]}]}")
        .formatted(signal, items, item)
        .getBytes(UTF_8);
  }

  private String otlpLog() {
    return "{\"timeUnixNano\":\"%s000\",\"severityNumber\":9,\"traceId\":\"%s\",\"body\":{\"stringValue\":\"from OTLP\"}}"
        .formatted(nowMicros, TRACE);
  }

  private String otlpSpan() {
    return "{\"traceId\":\"%s\",\"spanId\":\"a2fb4a1d1a96d312\",\"name\":\"from OTLP\",\"kind\":2,\"startTimeUnixNano\":%2$s000,\"endTimeUnixNano\":\"%2$s000\"}"
        .formatted(TRACE, nowMicros)
        .replace(nowMicros + "000\"}", (nowMicros + 1) + "000\"}");
  }

  private String otlpMetric() {
    return "{\"name\":\"from_otlp\",\"gauge\":{\"dataPoints\":[{\"timeUnixNano\":\"%s000\",\"asDouble\":1.5}]}}"
        .formatted(nowMicros);
  }

  private static void send(String topic, String encoding, byte[] body) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, body);
      record.headers().add(RawHeaders.ENCODING, encoding.getBytes(UTF_8));
      record.headers().add(RawHeaders.TENANT, "team-a".getBytes(UTF_8));
      producer.send(record).get();
    }
  }

  private static String query(String sql) {
    return CLICKHOUSE.query(
        sql.replaceAll("FROM (samples|logs|spans)", "FROM " + DATABASE + ".$1"));
  }

  private static JobOptions jobOptions() {
    return JobOptions.parse(
        IngestNames.JOB,
        new String[] {
          "--kafka.bootstrap-servers",
          KAFKA.bootstrapServers(),
          "--kafka.group-id",
          "agents-" + UUID.randomUUID(),
          "--clickhouse.url",
          CLICKHOUSE.url(),
          "--clickhouse.database",
          DATABASE
        },
        IngestOptions.all());
  }

  private static JobClient start() throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    StreamExecutionEnvironment env =
        JobEnvironment.prepare(StreamExecutionEnvironment.createLocalEnvironment(1, configuration));
    env.enableCheckpointing(500);
    JobOptions options = jobOptions();
    IngestJob.build(env, options, IngestOptions.of(options));
    return env.executeAsync(IngestNames.JOB);
  }
}
