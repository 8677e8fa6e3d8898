package dev.guanlan.local.fleet;

import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts the fleet and its customers, and runs until it is stopped. */
@Command(
    name = "fleet",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Runs a small shop of instrumented services that call each other over HTTP and report by"
            + " OTLP/HTTP.")
public final class Fleet implements Callable<Integer> {

  @Spec private @Nullable CommandSpec command;

  @Option(
      names = "--otlp",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:4318",
      description = "Where OTLP/HTTP is taken (default: ${DEFAULT-VALUE}).")
  private URI otlp = URI.create("http://127.0.0.1:4318");

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Customers' requests a second, 0.1 to 1000 (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--metric-interval",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "Time between exports of metrics (default: ${DEFAULT-VALUE}).")
  private int metricIntervalSeconds;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = "demo",
      description = "The Kubernetes cluster to speak of (default: ${DEFAULT-VALUE}).")
  private String cluster = "demo";

  @Option(
      names = "--control-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Loopback port to steer the fleet by; 0 takes a free one and prints it.")
  private int controlPort;

  @Option(
      names = "--fault",
      paramLabel = "SERVICE=KIND",
      description = "A fault to inject: latency, errors or down. May be repeated.")
  private List<String> faults = new ArrayList<>();

  @Option(
      names = "--fault-after",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "When the faults begin (default: ${DEFAULT-VALUE}).")
  private int faultAfterSeconds;

  @Option(
      names = "--fault-seconds",
      paramLabel = "SECONDS",
      description = "How long the faults last (default: to the end).")
  private @Nullable Integer faultSeconds;

  @Option(
      names = "--host-metrics",
      description = "Report this machine's load, CPU, memory and disk too, as node-exporter would.")
  private boolean hostMetrics;

  @Option(
      names = "--describe",
      description = "Print the services and their calls, as JSON, and end.")
  private boolean describe;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "Stop after so long (default: run until stopped).")
  private @Nullable Integer seconds;

  /** Runs the fleet; exits when it ends. */
  public static void main(String[] args) {
    // Without it the JDK's server holds answers back for 40 ms: Nagle against delayed
    // acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // OpenTelemetry logs there; a gateway that is away would else fill the log with stack traces.
    System.setProperty(
        "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %3$s %5$s%n");
    System.exit(new CommandLine(new Fleet()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ServiceGraph graph = ServiceGraph.shop();
    PrintWriter out = spec().commandLine().getOut();
    if (describe) {
      out.println(
          new ObjectMapper()
              .writer(new DefaultPrettyPrinter())
              .writeValueAsString(Description.of(graph, cluster)));
      out.flush();
      return 0;
    }
    List<Fault> planned = check(graph);
    run(graph, planned, out);
    return 0;
  }

  private void run(ServiceGraph graph, List<Fault> planned, PrintWriter out)
      throws IOException, InterruptedException {
    FleetSettings settings =
        FleetSettings.of(otlp, cluster, Duration.ofSeconds(metricIntervalSeconds));
    Directory directory = new Directory();
    Map<ServiceName, Service> services = new LinkedHashMap<>();
    List<AutoCloseable> opened = new ArrayList<>();
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitStop(stop, stopped), "stop"));
    try {
      for (ServiceSpec each : graph.services()) {
        Service service = new Service(each, settings, directory);
        services.put(each.name(), service);
        service.start();
      }
      LoadGenerator load = new LoadGenerator(graph.entrance(), directory);
      opened.add(load);
      FaultPlan plan = new FaultPlan(services, Clock.systemUTC());
      opened.add(plan);
      ControlServer control = new ControlServer(controlPort, graph, cluster, plan, load);
      opened.add(control);
      if (hostMetrics) {
        opened.add(new HostMetrics(settings, InetAddress.getLocalHost().getHostName()));
      }
      load.start(rate);
      control.start();
      for (Fault fault : planned) {
        plan.schedule(
            fault,
            Duration.ofSeconds(faultAfterSeconds),
            Optional.ofNullable(faultSeconds).map(Duration::ofSeconds));
      }
      out.println(services.size() + " services run; control: http://127.0.0.1:" + control.port());
      out.flush();
      if (seconds == null) {
        stop.await();
      } else if (!stop.await(seconds, TimeUnit.SECONDS)) {
        out.println(load.sent() + " requests, " + load.failed() + " failed");
        out.flush();
      }
    } finally {
      for (int i = opened.size() - 1; i >= 0; i--) {
        closeLoudly(opened.get(i), out);
      }
      // Together, so that a gateway that is gone holds the end up once and not once a service.
      services.values().parallelStream().forEach(Service::close);
      stopped.countDown();
    }
  }

  private List<Fault> check(ServiceGraph graph) {
    if (!(rate >= 0.1 && rate <= 1000)) {
      throw wrong("--rate " + rate + " is out of range; give 0.1 to 1000");
    }
    if (metricIntervalSeconds < 1) {
      throw wrong("--metric-interval " + metricIntervalSeconds + " is too short; give 1 or more");
    }
    List<Fault> planned = new ArrayList<>();
    for (String text : faults) {
      try {
        planned.add(Fault.parse(text, graph));
      } catch (IllegalArgumentException e) {
        throw (ParameterException) wrong(String.valueOf(e.getMessage())).initCause(e);
      }
    }
    return planned;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec().commandLine(), message);
  }

  private CommandSpec spec() {
    if (command == null) {
      throw new IllegalStateException("Run this through picocli's CommandLine");
    }
    return command;
  }

  /** Lets the main thread close the services while the JVM waits for this hook. */
  private static void awaitStop(CountDownLatch stop, CountDownLatch stopped) {
    stop.countDown();
    try {
      if (!stopped.await(10, TimeUnit.SECONDS)) {
        System.err.println("The fleet did not stop in 10 s; its last telemetry may be lost");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeLoudly(AutoCloseable opened, PrintWriter out) {
    try {
      opened.close();
    } catch (Exception e) {
      out.println("Could not close " + opened.getClass().getSimpleName() + ": " + e);
    }
  }
}
