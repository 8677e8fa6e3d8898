package dev.guanlan.gateway;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.gateway.rules.RuleFolder;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the gateway from the command line. */
@Command(
    name = "gateway",
    description = "Takes what agents push and puts it on Kafka.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    showDefaultValues = true,
    abbreviateSynopsis = true)
public final class Gateway implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      split = ",",
      converter = ListenAddress.class,
      defaultValue = "${env:GUANLAN_GATEWAY_LISTEN:-127.0.0.1:4318}",
      description = "Address to listen on. May be repeated. (env: GUANLAN_GATEWAY_LISTEN)")
  private List<InetSocketAddress> listen = List.of();

  @Option(
      names = "--grpc-listen",
      paramLabel = "HOST:PORT",
      split = ",",
      converter = ListenAddress.class,
      defaultValue = "${env:GUANLAN_GATEWAY_GRPC_LISTEN:-127.0.0.1:4317}",
      description =
          "Address where agents expect OTLP over gRPC. Every address serves both HTTP and gRPC;"
              + " this is one more. May be repeated. (env: GUANLAN_GATEWAY_GRPC_LISTEN)")
  private List<InetSocketAddress> grpcListen = List.of();

  @Option(
      names = "--kafka-bootstrap-servers",
      paramLabel = "HOST:PORT,...",
      defaultValue = "${env:GUANLAN_KAFKA_BOOTSTRAP_SERVERS:-127.0.0.1:9092}",
      description = "Kafka's addresses. (env: GUANLAN_KAFKA_BOOTSTRAP_SERVERS)")
  private String kafkaBootstrapServers = "";

  @Option(
      names = "--max-body-bytes",
      paramLabel = "BYTES",
      defaultValue = "${env:GUANLAN_GATEWAY_MAX_BODY_BYTES:-8388608}",
      description = "Largest body as sent. (env: GUANLAN_GATEWAY_MAX_BODY_BYTES)")
  private int maxBodyBytes;

  @Option(
      names = "--max-decompressed-bytes",
      paramLabel = "BYTES",
      defaultValue = "${env:GUANLAN_GATEWAY_MAX_DECOMPRESSED_BYTES:-16777216}",
      description =
          "Largest body decompressed; no more than the jobs take."
              + " (env: GUANLAN_GATEWAY_MAX_DECOMPRESSED_BYTES)")
  private int maxDecompressedBytes;

  @Option(
      names = "--max-in-flight-bytes",
      paramLabel = "BYTES",
      defaultValue = "${env:GUANLAN_GATEWAY_MAX_IN_FLIGHT_BYTES:-67108864}",
      description =
          "Most bytes of all unanswered pushes together; what is more gets 503."
              + " (env: GUANLAN_GATEWAY_MAX_IN_FLIGHT_BYTES)")
  private long maxInFlightBytes;

  @Option(
      names = "--max-decoded-bytes",
      paramLabel = "BYTES",
      defaultValue = "${env:GUANLAN_GATEWAY_MAX_DECODED_BYTES:-0}",
      description =
          "Most memory that one body may take while it is checked, estimated; no more than the jobs"
              + " take. 0 for half the heap shared among the workers, up to that."
              + " (env: GUANLAN_GATEWAY_MAX_DECODED_BYTES)")
  private long maxDecodedBytes;

  @Option(
      names = "--workers",
      paramLabel = "COUNT",
      defaultValue = "${env:GUANLAN_GATEWAY_WORKERS:-0}",
      description =
          "Bodies decoded at the same time; 0 for two a processor. (env: GUANLAN_GATEWAY_WORKERS)")
  private int workers;

  @Option(
      names = "--acknowledge-timeout",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:GUANLAN_GATEWAY_ACKNOWLEDGE_TIMEOUT:-10s}",
      description =
          "How long to wait for Kafka before a push gets 503, such as 10s or 500ms."
              + " (env: GUANLAN_GATEWAY_ACKNOWLEDGE_TIMEOUT)")
  private Duration acknowledgeTimeout = Duration.ZERO;

  @Option(
      names = "--request-timeout",
      paramLabel = "DURATION",
      converter = Durations.class,
      defaultValue = "${env:GUANLAN_GATEWAY_REQUEST_TIMEOUT:-30s}",
      description = "How long a push may take altogether. (env: GUANLAN_GATEWAY_REQUEST_TIMEOUT)")
  private Duration requestTimeout = Duration.ZERO;

  @Option(
      names = "--tenancy",
      negatable = true,
      paramLabel = "BOOLEAN",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "${env:GUANLAN_GATEWAY_TENANCY:-true}",
      description =
          "Whether the header X-Scope-OrgID says whose data it is; everything is the tenant"
              + " anonymous's without. (env: GUANLAN_GATEWAY_TENANCY)")
  private boolean tenancy;

  @Option(
      names = "--auth-file",
      paramLabel = "FILE",
      defaultValue = "${env:GUANLAN_GATEWAY_AUTH_FILE:-" + Option.NULL_VALUE + "}",
      description =
          "Who is let in, for which tenants, and what for, in YAML or JSON; read again when it"
              + " changes. Everybody is let in without. (env: GUANLAN_GATEWAY_AUTH_FILE)")
  private @Nullable Path authFile;

  @Option(
      names = "--protect-metrics",
      negatable = true,
      paramLabel = "BOOLEAN",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "${env:GUANLAN_GATEWAY_PROTECT_METRICS:-false}",
      description =
          "Whether only the clients of --auth-file may read /metrics."
              + " (env: GUANLAN_GATEWAY_PROTECT_METRICS)")
  private boolean protectMetrics;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      defaultValue = "${env:GUANLAN_GATEWAY_TLS_CERTIFICATE:-" + Option.NULL_VALUE + "}",
      description =
          "Certificate chain in PEM, to serve over TLS only; read again when it changes."
              + " (env: GUANLAN_GATEWAY_TLS_CERTIFICATE)")
  private @Nullable Path tlsCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      defaultValue = "${env:GUANLAN_GATEWAY_TLS_KEY:-" + Option.NULL_VALUE + "}",
      description = "Private key in PEM (PKCS #8, no password). (env: GUANLAN_GATEWAY_TLS_KEY)")
  private @Nullable Path tlsKey;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "FILE",
      defaultValue = "${env:GUANLAN_GATEWAY_TLS_CLIENT_CA:-" + Option.NULL_VALUE + "}",
      description =
          "Authorities in PEM, one of which must have signed the certificate that every client then"
              + " has to show. (env: GUANLAN_GATEWAY_TLS_CLIENT_CA)")
  private @Nullable Path tlsClientCa;

  @Option(
      names = "--trusted-proxies",
      paramLabel = "NETWORK,...",
      split = ",",
      converter = Network.Converter.class,
      defaultValue = "${env:GUANLAN_GATEWAY_TRUSTED_PROXIES:-" + Option.NULL_VALUE + "}",
      description =
          "Proxies, as addresses or networks such as 10.0.0.0/8, whose Forwarded or X-Forwarded-For"
              + " says where a request came from; nobody's does without."
              + " (env: GUANLAN_GATEWAY_TRUSTED_PROXIES)")
  private @Nullable List<Network> trustedProxies;

  @Option(
      names = "--limits-file",
      paramLabel = "FILE",
      defaultValue = "${env:GUANLAN_GATEWAY_LIMITS_FILE:-" + Option.NULL_VALUE + "}",
      description =
          "What each tenant may push, in YAML or JSON; read again when it changes."
              + " (env: GUANLAN_GATEWAY_LIMITS_FILE)")
  private @Nullable Path limitsFile;

  @Option(
      names = "--rules-folder",
      paramLabel = "[TENANT=]FOLDER",
      split = ",",
      converter = RuleFolder.Converter.class,
      defaultValue = "${env:GUANLAN_GATEWAY_RULES_FOLDER:-" + Option.NULL_VALUE + "}",
      description =
          "Folder of Prometheus rule files that are a tenant's rules, anonymous's unless said;"
              + " published when they change. May be repeated, once a tenant."
              + " (env: GUANLAN_GATEWAY_RULES_FOLDER)")
  private @Nullable List<RuleFolder> rulesFolders;

  Gateway() {}

  /**
   * Runs until it is told to stop; exits with 2 for wrong options and with 1 if it cannot start.
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Gateway()).execute(arguments));
  }

  @Override
  public Integer call() {
    GatewayServer server;
    try {
      server = GatewayServer.start(settings());
    } catch (IllegalArgumentException e) {
      LOG.error("The gateway cannot start with these options: {}", e.getMessage());
      return CommandLine.ExitCode.USAGE;
    } catch (CompletionException e) {
      LOG.error(
          "The gateway cannot listen on {} and {}: {}",
          listen,
          grpcListen,
          String.valueOf(e.getCause()));
      return CommandLine.ExitCode.SOFTWARE;
    } catch (KafkaException e) {
      LOG.error(
          "The gateway cannot use --kafka-bootstrap-servers {}: {}",
          kafkaBootstrapServers,
          e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
    server.awaitClose();
    return CommandLine.ExitCode.OK;
  }

  /** Returns what the options say. */
  GatewaySettings settings() {
    int threads = workers > 0 ? workers : 2 * Runtime.getRuntime().availableProcessors();
    List<InetSocketAddress> addresses = new ArrayList<>(listen);
    addresses.addAll(grpcListen);
    return new GatewaySettings(
        addresses,
        kafkaBootstrapServers,
        new PushLimits(
            maxBodyBytes,
            maxDecompressedBytes,
            maxDecodedBytes > 0
                ? maxDecodedBytes
                : shareOfHeap(Runtime.getRuntime().maxMemory(), threads),
            threads),
        maxInFlightBytes,
        acknowledgeTimeout,
        requestTimeout,
        tenancy,
        new SecuritySettings(
            authFile,
            protectMetrics,
            tlsCertificate,
            tlsKey,
            tlsClientCa,
            trustedProxies == null ? List.of() : trustedProxies),
        limitsFile,
        rulesFolders == null ? List.of() : rulesFolders);
  }

  /** Returns what checking one body may take unless it is said, in bytes. */
  static long shareOfHeap(long heapBytes, int workers) {
    return Math.min(heapBytes / 2 / workers, DecoderLimits.DEFAULTS.maxDecodedBytes());
  }
}
