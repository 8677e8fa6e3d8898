package dev.guanlan.gateway;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import dev.guanlan.gateway.avro.AvroProtocol;
import dev.guanlan.gateway.kafka.KafkaProbe;
import dev.guanlan.gateway.kafka.RawProducer;
import dev.guanlan.gateway.loki.LokiProtocol;
import dev.guanlan.gateway.otlp.OtlpProtocol;
import dev.guanlan.gateway.push.InFlightBytes;
import dev.guanlan.gateway.push.Intake;
import dev.guanlan.gateway.push.PushEndpoint;
import dev.guanlan.gateway.push.PushProtocol;
import dev.guanlan.gateway.remotewrite.RemoteWriteProtocol;
import dev.guanlan.gateway.zipkin.ZipkinProtocol;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Is a running gateway. */
public final class GatewayServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
  private static final MediaType PROMETHEUS_TEXT =
      MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

  /** A new protocol is a new line here and a package of its own. */
  private static List<PushProtocol> protocols() {
    return List.of(
        new RemoteWriteProtocol(),
        new LokiProtocol(),
        new ZipkinProtocol(),
        OtlpProtocol.metrics(),
        OtlpProtocol.logs(),
        OtlpProtocol.traces(),
        AvroProtocol.samples(),
        AvroProtocol.logs(),
        AvroProtocol.spans(),
        AvroProtocol.flows());
  }

  private final Server server;
  private final RawProducer producer;
  private final KafkaProbe probe;
  private final GatewayMetrics metrics;
  private volatile boolean closing;

  private GatewayServer(GatewaySettings settings, RawProducer producer, KafkaProbe probe) {
    this.producer = producer;
    this.probe = probe;
    InFlightBytes inFlight = new InFlightBytes(settings.maxInFlightBytes());
    this.metrics = new GatewayMetrics(inFlight, probe::answers);
    ServerBuilder builder = Server.builder();
    settings.listen().forEach(builder::http);
    builder
        .disableServerHeader()
        .requestTimeout(settings.requestTimeout())
        .blockingTaskExecutor(settings.limits().workers())
        .gracefulShutdownTimeout(
            Duration.ofMillis(100), settings.acknowledgeTimeout().plusSeconds(2));
    intakesByPath(settings)
        .forEach(
            (path, intakes) ->
                builder
                    .route()
                    .post(path)
                    .maxRequestLength(0) // The endpoint counts for itself, to answer with words.
                    .build(
                        new PushEndpoint(
                            path,
                            intakes,
                            settings.limits(),
                            settings.tenancy(),
                            inFlight,
                            metrics)));
    builder.route().get("/healthy").build((context, request) -> text(HttpStatus.OK, "alive\n"));
    builder.route().get("/ready").build((context, request) -> ready(settings));
    builder
        .route()
        .get("/metrics")
        .build(
            (context, request) ->
                HttpResponse.of(HttpStatus.OK, PROMETHEUS_TEXT, metrics.scrape()));
    this.server = builder.build();
  }

  /** Returns the protocols of each path, in the order of {@link #protocols}. */
  private Map<String, List<Intake>> intakesByPath(GatewaySettings settings) {
    Map<String, List<Intake>> byPath = new LinkedHashMap<>();
    for (PushProtocol protocol : protocols()) {
      Intake intake = new Intake(protocol, settings.limits(), producer, metrics, Clock.systemUTC());
      for (String path : protocol.paths()) {
        byPath.computeIfAbsent(path, first -> new ArrayList<>()).add(intake);
      }
    }
    return byPath;
  }

  /**
   * Starts a gateway. Kafka need not be there yet.
   *
   * @throws org.apache.kafka.common.KafkaException if Kafka's addresses cannot be looked up
   * @throws java.util.concurrent.CompletionException if an address to listen on is taken
   */
  public static GatewayServer start(GatewaySettings settings) {
    RawProducer producer =
        RawProducer.connect(
            settings.kafkaBootstrapServers(),
            settings.acknowledgeTimeout(),
            settings.limits().maxDecompressedBytes(),
            settings.maxInFlightBytes());
    KafkaProbe probe = KafkaProbe.start(settings.kafkaBootstrapServers());
    GatewayServer gateway = new GatewayServer(settings, producer, probe);
    try {
      gateway.server.start().join();
    } catch (RuntimeException e) {
      gateway.close();
      throw e;
    }
    LOG.info(
        "Listening on {}, producing to Kafka at {}",
        gateway.addresses(),
        settings.kafkaBootstrapServers());
    return gateway;
  }

  /** Returns the addresses that the gateway listens on. */
  public List<InetSocketAddress> addresses() {
    return server.activePorts().values().stream().map(ServerPort::localAddress).toList();
  }

  /** Waits until the gateway is closed. */
  public void awaitClose() {
    server.whenClosed().join();
  }

  private HttpResponse ready(GatewaySettings settings) {
    if (closing) {
      return text(HttpStatus.SERVICE_UNAVAILABLE, "the gateway is stopping\n");
    }
    if (!probe.answers()) {
      return text(
          HttpStatus.SERVICE_UNAVAILABLE,
          "Kafka does not answer at "
              + settings.kafkaBootstrapServers()
              + "; check --kafka-bootstrap-servers and that Kafka runs\n");
    }
    return text(HttpStatus.OK, "ready\n");
  }

  private static HttpResponse text(HttpStatus status, String text) {
    return HttpResponse.of(status, MediaType.PLAIN_TEXT_UTF_8, text);
  }

  /**
   * Stops taking pushes, answers those under way, and waits for Kafka to have what it was given.
   */
  @Override
  public void close() {
    closing = true;
    server.stop().join();
    producer.close();
    probe.close();
    metrics.close();
    LOG.info("Stopped");
  }
}
