package dev.guanlan.gateway;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerPort;
import com.linecorp.armeria.server.ServerTlsConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.guanlan.gateway.access.ClientAdmission;
import dev.guanlan.gateway.avro.AvroProtocol;
import dev.guanlan.gateway.kafka.KafkaProbe;
import dev.guanlan.gateway.kafka.LateRecords;
import dev.guanlan.gateway.kafka.RawProducer;
import dev.guanlan.gateway.loki.LokiProtocol;
import dev.guanlan.gateway.otlp.OtlpProtocol;
import dev.guanlan.gateway.push.Answer;
import dev.guanlan.gateway.push.Door;
import dev.guanlan.gateway.push.GrpcEndpoint;
import dev.guanlan.gateway.push.GrpcProtocol;
import dev.guanlan.gateway.push.InFlightBytes;
import dev.guanlan.gateway.push.Intake;
import dev.guanlan.gateway.push.PushEndpoint;
import dev.guanlan.gateway.push.PushProtocol;
import dev.guanlan.gateway.push.RecordSink;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.gateway.remotewrite.RemoteWriteProtocol;
import dev.guanlan.gateway.rules.RuleBoard;
import dev.guanlan.gateway.rules.RuleDesk;
import dev.guanlan.gateway.rules.RuleErrands;
import dev.guanlan.gateway.rules.RuleFolderWatch;
import dev.guanlan.gateway.rules.RulerApi;
import dev.guanlan.gateway.rules.RulesApi;
import dev.guanlan.gateway.tls.TlsFiles;
import dev.guanlan.gateway.zipkin.ZipkinProtocol;
import io.netty.handler.ssl.ClientAuth;
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

  /** Each holds some buffers, whatever it sends; a gateway of the usual size has room for these. */
  private static final int MAX_CONNECTIONS = 20_000;

  /** How often the files are looked at that are read again when they change. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** How long a worker waits when there is no room, or nobody says where a topic is. */
  private static final Duration MOST_BLOCKED = Duration.ofSeconds(2);

  private final GatewaySettings settings;
  private final Server server;
  private final RawProducer producer;
  private final KafkaProbe probe;
  private final GatewayMetrics metrics;
  private final TrustedFiles files;
  private final RuleDesk ruleDesk;
  private final RuleBoard ruleBoard;
  private final List<RuleFolderWatch> ruleFolders;
  private volatile boolean closing;

  private GatewayServer(
      GatewaySettings settings, TrustedFiles files, RawProducer producer, KafkaProbe probe) {
    this.settings = settings;
    this.files = files;
    this.producer = producer;
    this.probe = probe;
    InFlightBytes inFlight = new InFlightBytes(settings.maxInFlightBytes());
    this.metrics = new GatewayMetrics(inFlight, probe::answers);
    files.all().forEach(metrics::watch);
    this.ruleDesk =
        new RuleDesk(
            settings.kafkaBootstrapServers(), probe::answers, settings.acknowledgeTimeout());
    this.ruleBoard =
        new RuleBoard(
            settings.kafkaBootstrapServers(), probe::answers, settings.acknowledgeTimeout());
    this.ruleFolders =
        settings.ruleFolders().stream()
            .map(folder -> RuleFolderWatch.start(folder, ruleDesk, LOOK_EVERY))
            .toList();
    metrics.watch(ruleDesk);
    ruleFolders.forEach(metrics::watch);
    this.server = build(new Door(files.admission(), files.quotas(), inFlight, metrics));
  }

  private Server build(Door door) {
    RecordSink sink = new LateRecords(producer, settings.acknowledgeTimeout(), System::nanoTime);
    ServerBuilder builder = Server.builder();
    TlsFiles tls = files.tls();
    if (tls == null) {
      settings.listen().forEach(builder::http);
    } else {
      settings.listen().forEach(builder::https);
      boolean asksClients = settings.security().tlsClientCa() != null;
      builder.tlsProvider(
          tls,
          ServerTlsConfig.builder()
              .clientAuth(asksClients ? ClientAuth.REQUIRE : ClientAuth.NONE)
              .build());
    }
    builder
        .disableServerHeader()
        .maxNumConnections(MAX_CONNECTIONS)
        .requestTimeout(settings.requestTimeout())
        .errorHandler(door::answerTimeout)
        .clientAddressTrustedProxyFilter(settings.security()::trustsProxyAt)
        .maxRequestLength(0) // The endpoints count for themselves, to answer with words.
        .blockingTaskExecutor(settings.limits().workers())
        .gracefulShutdownTimeout(
            Duration.ofMillis(100), settings.acknowledgeTimeout().plusSeconds(2));
    Map<String, List<Intake>> byPath = new LinkedHashMap<>();
    for (PushProtocol protocol : protocols()) {
      Intake intake = new Intake(protocol, settings.limits(), sink, metrics, Clock.systemUTC());
      for (String path : protocol.paths()) {
        byPath.computeIfAbsent(path, first -> new ArrayList<>()).add(intake);
      }
      if (protocol instanceof GrpcProtocol grpc) {
        builder.route().post(grpc.grpcPath()).build(new GrpcEndpoint(grpc, intake, door, metrics));
      }
    }
    byPath.forEach(
        (path, intakes) ->
            builder.route().post(path).build(new PushEndpoint(path, intakes, door, metrics)));
    new RulerApi(new RuleErrands(ruleDesk, ruleFolders), door).register(builder);
    new RulesApi(ruleBoard, door, Version.number(), Clock.systemUTC()).register(builder);
    builder.route().get("/healthy").build((context, request) -> text(HttpStatus.OK, "alive\n"));
    builder.route().get("/ready").build((context, request) -> ready());
    builder.route().get("/metrics").build(this::showMetrics);
    return builder.build();
  }

  /**
   * Starts a gateway. Kafka need not be there yet.
   *
   * @throws IllegalArgumentException if a file cannot be read
   * @throws org.apache.kafka.common.KafkaException if Kafka's addresses cannot be looked up
   * @throws java.util.concurrent.CompletionException if an address to listen on is taken
   */
  public static GatewayServer start(GatewaySettings settings) {
    TrustedFiles files = TrustedFiles.open(settings, LOOK_EVERY);
    RawProducer producer =
        RawProducer.connect(
            settings.kafkaBootstrapServers(),
            settings.acknowledgeTimeout().compareTo(MOST_BLOCKED) < 0
                ? settings.acknowledgeTimeout()
                : MOST_BLOCKED,
            settings.acknowledgeTimeout(),
            settings.limits().maxDecompressedBytes(),
            settings.maxInFlightBytes());
    KafkaProbe probe = KafkaProbe.start(settings.kafkaBootstrapServers());
    GatewayServer gateway = new GatewayServer(settings, files, producer, probe);
    try {
      gateway.server.start().join();
    } catch (RuntimeException e) {
      gateway.close();
      throw e;
    }
    gateway.warnOfStrangers();
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

  private void warnOfStrangers() {
    boolean reachable =
        settings.listen().stream().anyMatch(address -> !address.getAddress().isLoopbackAddress());
    if (reachable && !settings.security().keepsStrangersOut()) {
      LOG.warn(
          "Listening beyond this machine without --auth-file or --tls-client-ca: whoever reaches"
              + " these addresses may push for every tenant");
    }
    if (reachable && settings.security().authFile() != null && files.tls() == null) {
      LOG.warn(
          "Listening beyond this machine without --tls-certificate: whoever sees the traffic sees"
              + " the clients' tokens and passwords");
    }
  }

  private HttpResponse showMetrics(ServiceRequestContext context, HttpRequest request) {
    ClientAdmission clients = files.clients();
    if (!settings.security().protectMetrics() || clients == null) {
      return HttpResponse.of(HttpStatus.OK, PROMETHEUS_TEXT, metrics.scrape());
    }
    return HttpResponse.of(
        () -> {
          try {
            clients.check(request.headers());
            return HttpResponse.of(HttpStatus.OK, PROMETHEUS_TEXT, metrics.scrape());
          } catch (Refusal refusal) {
            return PushEndpoint.respond(PushEndpoint.complete(Answer.refusal(refusal), refusal));
          }
        },
        context.blockingTaskExecutor());
  }

  private HttpResponse ready() {
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
    ruleFolders.forEach(RuleFolderWatch::close);
    server.stop().join();
    ruleDesk.close();
    ruleBoard.close();
    producer.close();
    probe.close();
    metrics.close();
    files.close();
    LOG.info("Stopped");
  }
}
