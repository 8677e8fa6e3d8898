package dev.guanlan.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallsTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private static Span span(
      String id, String parent, Span.Kind kind, long millis, Span.Status status, Labels labels) {
    return new Span(
        TRACE,
        id,
        parent,
        "GET /",
        kind,
        1_000_000_000L,
        1_000_000_000L + millis * 1_000_000,
        status,
        "",
        labels,
        List.of(),
        List.of());
  }

  private static List<CallSide> sides(String service, Span... spans) {
    List<CallSide> sides = new ArrayList<>();
    Labels resource = Labels.of("service.name", service, "service.namespace", "shop");
    Calls.sides(
        new SpanBlock(
            "acme",
            Origin.NONE,
            List.of(new SpanBlock.ResourceSpans(resource, "", List.of(spans)))),
        sides::add);
    return sides;
  }

  @Test
  void aClientSpanAndTheServerSpanBelowItAreOneCall() {
    CallSide caller =
        sides("web", span("b7", "a1", Span.Kind.CLIENT, 30, Span.Status.UNSET, Labels.EMPTY))
            .get(0);
    CallSide called =
        sides("cart", span("c9", "b7", Span.Kind.SERVER, 20, Span.Status.ERROR, Labels.EMPTY))
            .get(0);

    assertThat(caller.pair()).isEqualTo(called.pair());
    assertThat(Calls.pair(caller, called))
        .isEqualTo(
            new Call(
                "acme",
                "service:shop/web",
                new CallSide.Peer("", "service:shop/cart", ""),
                1030,
                20,
                true));
  }

  @Test
  void spansThatShareOneIdAreOneCallToo() {
    Labels shared = Labels.of("zipkin.shared", "true");
    CallSide caller =
        sides("web", span("b7", "a1", Span.Kind.CLIENT, 30, Span.Status.UNSET, Labels.EMPTY))
            .get(0);
    CallSide called =
        sides("cart", span("b7", "a1", Span.Kind.SERVER, 20, Span.Status.UNSET, shared)).get(0);

    assertThat(called.caller()).isFalse();
    assertThat(caller.pair()).isEqualTo(called.pair());
  }

  @Test
  void rootsInnerSpansAndNamelessServicesTellNoCall() {
    assertThat(
            sides(
                "cart",
                span("c9", "", Span.Kind.SERVER, 1, Span.Status.UNSET, Labels.EMPTY),
                span("d1", "c9", Span.Kind.INTERNAL, 1, Span.Status.UNSET, Labels.EMPTY)))
        .isEmpty();
    assertThat(
            sides(
                "unknown_service:java",
                span("c9", "b7", Span.Kind.SERVER, 1, Span.Status.UNSET, Labels.EMPTY)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "db.system.name=postgresql;server.address=db1;server.port=5432;db.namespace=orders,"
        + " database:postgresql/db1:5432/orders, orders",
    "db.system=redis, database:redis/-, redis",
    "messaging.system=kafka;messaging.destination.name=paid, queue:kafka/paid, paid",
    "peer.service=bank;server.address=10.0.0.9, external:bank, bank",
    "server.address=api.bank.example;server.port=443, external:api.bank.example:443,"
        + " api.bank.example:443",
  })
  void aCallThatNobodyAnsweredLeadsOutside(String attributes, String id, String name) {
    Labels labels = Labels.of(attributes.split("[=;]"));
    CallSide caller =
        sides("web", span("b7", "a1", Span.Kind.CLIENT, 30, Span.Status.UNSET, labels)).get(0);

    assertThat(Calls.unanswered(caller))
        .get()
        .satisfies(
            call -> {
              assertThat(call.outside()).isTrue();
              assertThat(call.to().id()).isEqualTo(id);
              assertThat(call.to().name()).isEqualTo(name);
              assertThat(call.durationMillis()).isEqualTo(30);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "checkout.shop.svc, service:shop/checkout",
    "checkout.shop.svc.cluster.local, service:shop/checkout",
    "checkout.shop.svcs, external:checkout.shop.svcs",
    "checkout..svc, external:checkout..svc",
    "10.0.0.1, external:10.0.0.1",
    ".shop.svc, external:.shop.svc",
  })
  void anUnansweredCallToAKubernetesServiceIsACallToThatService(String address, String id) {
    CallSide caller =
        sides(
                "web",
                span(
                    "b7",
                    "a1",
                    Span.Kind.CLIENT,
                    30,
                    Span.Status.ERROR,
                    Labels.of("server.address", address)))
            .get(0);
    Call call = Calls.unanswered(caller).orElseThrow();
    assertThat(call.to().id()).isEqualTo(id);
    assertThat(call.outside()).isEqualTo(id.startsWith("external:"));
  }

  @Test
  void aCallThatNobodyAnsweredAndThatNamesNobodyIsNone() {
    CallSide caller =
        sides("web", span("b7", "", Span.Kind.CLIENT, 1, Span.Status.UNSET, Labels.EMPTY)).get(0);

    assertThat(Calls.unanswered(caller)).isEmpty();
  }

  @Test
  void statisticsAddUp() {
    Call fast = new Call("acme", "a", CallSide.Peer.NONE, 1, 2.5, false);
    Call slow = new Call("acme", "a", CallSide.Peer.NONE, 1, 10, true);

    assertThat(CallStatistics.NONE.plus(fast).plus(slow).attributes(10_000))
        .isEqualTo(
            Labels.of(
                "count", "2",
                "errors", "1",
                "duration_sum_ms", "12.5",
                "duration_max_ms", "10.0",
                "window_ms", "10000"));
  }
}
