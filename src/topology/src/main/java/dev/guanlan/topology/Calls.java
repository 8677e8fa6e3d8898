package dev.guanlan.topology;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds the calls between services in spans.
 *
 * <p>A call leaves two spans: one of kind client or producer where it is made, and one of kind
 * server or consumer where it is answered, whose parent is the first, or which has the first's id
 * as Zipkin allows. Either may arrive before the other. If nobody answers, the caller's span tells
 * whom it meant by {@code peer.service}, {@code server.address}, or the attributes of databases and
 * messaging. An address that is a Kubernetes service's name means that service.
 */
public final class Calls {

  private static final String[] DATABASE = {"db.system.name", "db.system"};
  private static final String[] DATABASE_NAME = {"db.namespace", "db.name"};
  private static final String[] ADDRESS = {
    "server.address", "net.peer.name", "server.socket.address", "network.peer.address"
  };
  private static final String[] PORT = {"server.port", "net.peer.port", "network.peer.port"};

  /** Says that a server's span has the id of the client's span that called it, as in Zipkin. */
  private static final String SHARED = "zipkin.shared";

  private static final String[] QUEUE = {"messaging.destination.name", "messaging.destination"};

  private Calls() {}

  /** Gives {@code out} the half of a call that each span of the block tells, if it does. */
  public static void sides(SpanBlock block, Consumer<CallSide> out) {
    for (SpanBlock.ResourceSpans group : block.resources()) {
      String service = ResourceEntities.serviceId(group.resource());
      if (service.isEmpty()) {
        continue;
      }
      for (Span span : group.spans()) {
        side(block.tenant(), service, span).ifPresent(out);
      }
    }
  }

  private static Optional<CallSide> side(String tenant, String service, Span span) {
    boolean caller = span.kind() == Span.Kind.CLIENT || span.kind() == Span.Kind.PRODUCER;
    boolean called = span.kind() == Span.Kind.SERVER || span.kind() == Span.Kind.CONSUMER;
    boolean ownsCall = caller || span.attributes().get(SHARED) != null;
    String callSpan = ownsCall ? span.spanId() : span.parentSpanId();
    if ((!caller && !called) || callSpan.isEmpty() || span.traceId().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new CallSide(
            tenant,
            span.traceId() + callSpan,
            caller,
            service,
            caller ? peer(span.attributes()) : CallSide.Peer.NONE,
            span.endNanos() / 1_000_000,
            Math.max(0, span.endNanos() - span.startNanos()) / 1e6,
            span.status() == Span.Status.ERROR));
  }

  /** Returns the call that both halves tell. */
  public static Call pair(CallSide caller, CallSide called) {
    return new Call(
        caller.tenant(),
        caller.service(),
        new CallSide.Peer("", called.service(), ""),
        Math.max(caller.endMillis(), called.endMillis()),
        called.durationMillis(),
        caller.failed() || called.failed());
  }

  /** Returns the call that nobody answered to, if its caller said whom it meant. */
  public static Optional<Call> unanswered(CallSide caller) {
    return caller.peer().equals(CallSide.Peer.NONE)
        ? Optional.empty()
        : Optional.of(
            new Call(
                caller.tenant(),
                caller.service(),
                caller.peer(),
                caller.endMillis(),
                caller.durationMillis(),
                caller.failed()));
  }

  static CallSide.Peer peer(Labels attributes) {
    String address = Attributes.first(attributes, ADDRESS);
    String port = Attributes.first(attributes, PORT);
    String where = address.isEmpty() || port.isEmpty() ? address : address + ":" + port;
    String named = attributes.getOrEmpty("peer.service");
    String system = Attributes.first(attributes, DATABASE);
    if (!system.isEmpty()) {
      String database = Attributes.first(attributes, DATABASE_NAME);
      String place = named.isEmpty() ? where.isEmpty() ? "-" : where : named;
      return peer(
          EntityType.DATABASE, database.isEmpty() ? system : database, system, place, database);
    }
    String queue = Attributes.first(attributes, QUEUE);
    if (!queue.isEmpty()) {
      return peer(EntityType.QUEUE, queue, attributes.getOrEmpty("messaging.system"), queue);
    }
    String service = kubernetesService(address);
    if (named.isEmpty() && !service.isEmpty()) {
      // Its own name, not somebody outside: an instrumented service that is down answers no call.
      return new CallSide.Peer("", service, "");
    }
    String outside = named.isEmpty() ? where : named;
    return outside.isEmpty() ? CallSide.Peer.NONE : peer(EntityType.EXTERNAL, outside, outside);
  }

  /**
   * Returns the id of the service that a Kubernetes name of a service means, {@code
   * <name>.<namespace>.svc} with or without a cluster's domain behind it (Kubernetes, "DNS for
   * Services and Pods"), or the empty string for any other address.
   */
  private static String kubernetesService(String address) {
    int name = address.indexOf('.');
    int namespace = address.indexOf('.', name + 1);
    if (name < 1 || namespace <= name + 1) {
      return "";
    }
    String domain = address.substring(namespace);
    return domain.equals(".svc") || domain.startsWith(".svc.")
        ? Identity.entity(
            EntityType.SERVICE, address.substring(name + 1, namespace), address.substring(0, name))
        : "";
  }

  private static CallSide.Peer peer(String type, String name, String... parts) {
    return new CallSide.Peer(type, Identity.entity(type, parts), name);
  }
}
