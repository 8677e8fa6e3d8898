package dev.guanlan.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceTest {

  private final ServiceGraph graph = ServiceGraph.shop();
  private final Directory directory = new Directory();
  private final Map<String, Service> services = new LinkedHashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private TestingCollector collector;

  @BeforeEach
  void start() throws IOException {
    collector = new TestingCollector();
    FleetSettings settings =
        new FleetSettings(
            collector.address(),
            "test",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1));
    for (ServiceSpec spec : graph.services()) {
      Service service = new Service(spec, settings, directory);
      services.put(spec.name().name(), service);
      service.start();
    }
  }

  @AfterEach
  void stop() {
    services.values().forEach(Service::close);
    collector.close();
  }

  @Test
  void the_spans_of_real_requests_tell_exactly_the_graph_that_is_described() throws Exception {
    assertThat(ask("GET", "/")).isEqualTo(200);
    assertThat(ask("GET", "/products/7")).isEqualTo(200);
    assertThat(ask("POST", "/cart/7")).isEqualTo(200);
    assertThat(ask("POST", "/checkout")).isEqualTo(200);
    assertThat(ask("GET", "/nowhere")).isEqualTo(404);
    services.values().forEach(Service::close);

    assertThat(callsInSpans()).isEqualTo(describedCalls());
  }

  @Test
  void metrics_follow_the_conventions_and_logs_leave_placement_out() throws Exception {
    assertThat(ask("GET", "/products/7")).isEqualTo(200);
    services.values().forEach(Service::close);

    assertThat(collector.metrics)
        .flatMap(request -> request.getResourceMetricsList())
        .flatMap(each -> each.getScopeMetricsList())
        .flatMap(each -> each.getMetricsList())
        .anySatisfy(
            metric -> {
              assertThat(metric.getName()).isEqualTo("http.server.request.duration");
              assertThat(metric.getUnit()).isEqualTo("s");
              Map<String, String> point =
                  attributes(metric.getHistogram().getDataPoints(0).getAttributesList());
              assertThat(point)
                  .containsEntry("http.request.method", "GET")
                  .containsEntry("http.route", "/products/{id}")
                  .containsEntry("http.response.status_code", "200");
            });
    assertThat(collector.metrics)
        .flatMap(request -> request.getResourceMetricsList())
        .allSatisfy(
            each ->
                assertThat(attributes(each.getResource().getAttributesList()))
                    .containsEntry("k8s.cluster.name", "test")
                    .containsKeys(
                        "k8s.namespace.name",
                        "k8s.deployment.name",
                        "k8s.pod.name",
                        "k8s.pod.uid",
                        "k8s.node.name",
                        "service.owner"));
    assertThat(collector.logs)
        .flatMap(request -> request.getResourceLogsList())
        .isNotEmpty()
        .allSatisfy(
            each ->
                assertThat(attributes(each.getResource().getAttributesList()))
                    .containsOnlyKeys("service.name", "service.namespace", "service.instance.id"));
  }

  @Test
  void errors_of_a_service_reach_the_customer_through_those_that_need_it() throws Exception {
    service("payment").fail(FaultKind.ERRORS);
    Map<Integer, Integer> answers = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      answers.merge(ask("POST", "/checkout"), 1, Integer::sum);
    }
    assertThat(answers).containsKey(502);
    service("payment").recover();
    assertThat(ask("POST", "/checkout")).isEqualTo(200);
  }

  @Test
  void a_service_that_is_down_refuses_connections_until_it_recovers() throws Exception {
    ServiceName payment = service("payment").spec().name();
    service("payment").fail(FaultKind.DOWN);
    assertThat(service("payment").fault()).contains(FaultKind.DOWN);
    assertThatThrownBy(() -> send(payment, "POST", "/charges"))
        .isInstanceOf(ConnectException.class);
    assertThat(ask("POST", "/checkout")).isEqualTo(502);
    service("payment").recover();
    assertThat(ask("POST", "/checkout")).isEqualTo(200);
  }

  @Test
  void an_order_goes_through_when_only_the_optional_notification_is_down() throws Exception {
    service("notification").fail(FaultKind.DOWN);
    assertThat(ask("POST", "/checkout")).isEqualTo(200);
    service("checkout").close();
    assertThat(collector.logs)
        .flatMap(request -> request.getResourceLogsList())
        .flatMap(each -> each.getScopeLogsList())
        .flatMap(each -> each.getLogRecordsList())
        .anySatisfy(
            line -> {
              assertThat(line.getBody().getStringValue())
                  .contains("platform/notification cannot be reached");
              assertThat(line.getTraceId().isEmpty()).isFalse();
            });
  }

  private Map<String, NavigableSet<String>> describedCalls() {
    Map<String, NavigableSet<String>> calls = new TreeMap<>(graph.calls());
    calls.values().removeIf(NavigableSet::isEmpty);
    return calls;
  }

  /** Pairs each client span with the server span that is its child, by span ids. */
  private Map<String, NavigableSet<String>> callsInSpans() {
    Map<List<ByteString>, String> clients = new HashMap<>();
    Map<String, NavigableSet<String>> calls = new TreeMap<>();
    forEachSpan(
        (service, span) -> {
          if (span.getKind() == Span.SpanKind.SPAN_KIND_CLIENT) {
            clients.put(List.of(span.getTraceId(), span.getSpanId()), service);
          }
        });
    forEachSpan(
        (service, span) -> {
          String caller = clients.get(List.of(span.getTraceId(), span.getParentSpanId()));
          if (span.getKind() == Span.SpanKind.SPAN_KIND_SERVER && caller != null) {
            calls.computeIfAbsent(caller, key -> new TreeSet<>()).add(service);
          }
        });
    return calls;
  }

  private void forEachSpan(BiConsumer<String, Span> consumer) {
    collector.traces.forEach(
        request -> {
          for (ResourceSpans each : request.getResourceSpansList()) {
            String service = service(each.getResource());
            each.getScopeSpansList()
                .forEach(
                    scope -> scope.getSpansList().forEach(span -> consumer.accept(service, span)));
          }
        });
  }

  private static String service(Resource resource) {
    Map<String, String> attributes = attributes(resource.getAttributesList());
    return attributes.get("service.namespace") + "/" + attributes.get("service.name");
  }

  private static Map<String, String> attributes(Iterable<KeyValue> list) {
    return StreamSupport.stream(list.spliterator(), false)
        .collect(
            Collectors.toMap(
                KeyValue::getKey,
                each ->
                    each.getValue().hasIntValue()
                        ? Long.toString(each.getValue().getIntValue())
                        : each.getValue().getStringValue()));
  }

  private Service service(String name) {
    return services.get(name);
  }

  private int ask(String method, String path) throws Exception {
    return send(graph.entrance(), method, path);
  }

  private int send(ServiceName to, String method, String path) throws Exception {
    return http.send(
            HttpRequest.newBuilder(directory.address(to, path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
