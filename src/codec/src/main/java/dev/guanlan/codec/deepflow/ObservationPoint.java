package dev.guanlan.codec.deepflow;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Is where on its way a flow was observed. Each point makes a record of its own, so of all records
 * of a flow those of one point are to be counted. Which that is can be told from a record alone:
 *
 * <ul>
 *   <li>the client's network card, if DeepFlow knows the client, because then an agent can be
 *       there;
 *   <li>else the server's network card;
 *   <li>else, as in mirrored traffic, the points that are neither's;
 *   <li>for requests within TLS, which a network card cannot read, the process in the card's place.
 * </ul>
 *
 * <p>Cards of nodes, hypervisors and gateways in between see what an end sees too.
 *
 * <p>Source: {@code server/querier/db_descriptions/clickhouse/tag/enum/observation_point} of
 * DeepFlow, where display names have been in two languages.
 */
enum ObservationPoint {
  /** The client's network card. */
  CLIENT("c", "Client NIC", "客户端网卡"),
  /** The client's container node. */
  CLIENT_NODE("c-nd", "Client K8s Node", "客户端容器节点"),
  /** The client's hypervisor. */
  CLIENT_HYPERVISOR("c-hv", "Client VM Hypervisor", "客户端宿主机"),
  /** The hypervisor of the gateway on the client's side. */
  CLIENT_GATEWAY_HYPERVISOR("c-gw-hv", "Client-side Gateway Hypervisor", "客户端到网关宿主机"),
  /** The gateway on the client's side. */
  CLIENT_GATEWAY("c-gw", "Client-side Gateway", "客户端到网关"),
  /** A card that both ends share. */
  LOCAL("local", "Local NIC", "本机网卡"),
  /** Some other card, as of a mirror port. */
  REST("rest", "Other NIC", "其他网卡"),
  /** The gateway on the server's side. */
  SERVER_GATEWAY("s-gw", "Server-side Gateway", "网关到服务端"),
  /** The hypervisor of the gateway on the server's side. */
  SERVER_GATEWAY_HYPERVISOR("s-gw-hv", "Server-side Gateway Hypervisor", "网关宿主机到服务端"),
  /** The server's hypervisor. */
  SERVER_HYPERVISOR("s-hv", "Server VM Hypervisor", "服务端宿主机"),
  /** The server's container node. */
  SERVER_NODE("s-nd", "Server K8s Node", "服务端容器节点"),
  /** The server's network card. */
  SERVER("s", "Server NIC", "服务端网卡"),
  /** The client's process, seen by its system calls. */
  CLIENT_PROCESS("c-p", "Client Process", "客户端进程"),
  /** The server's process, seen by its system calls. */
  SERVER_PROCESS("s-p", "Server Process", "服务端进程"),
  /** The client's own span. */
  CLIENT_APPLICATION("c-app", "Client Application", "客户端应用"),
  /** The server's own span. */
  SERVER_APPLICATION("s-app", "Server Application", "服务端应用"),
  /** A span of its own inside an application. */
  APPLICATION("app", "Application", "应用"),
  /** The record does not say: nothing tells it from others, so it counts. */
  UNKNOWN("", "", "");

  private static final Map<String, ObservationPoint> BY_NAME = new HashMap<>();

  static {
    for (ObservationPoint point : values()) {
      BY_NAME.put(point.code, point);
      BY_NAME.put(point.english.toLowerCase(Locale.ROOT), point);
      BY_NAME.put(point.chinese, point);
    }
  }

  private final String code;
  private final String english;
  private final String chinese;

  ObservationPoint(String code, String english, String chinese) {
    this.code = code;
    this.english = english;
    this.chinese = chinese;
  }

  /** Finds a record's point, by its code or a display name. */
  static ObservationPoint of(Row row) {
    String name = row.text("observation_point", "tap_side");
    return BY_NAME.getOrDefault(name.toLowerCase(Locale.ROOT), UNKNOWN);
  }

  /** Returns DeepFlow's short name; empty if unknown. */
  String code() {
    return code;
  }

  /** Returns whether a flow's or metric's record of this point is the one to count. */
  boolean counts(Row row) {
    boolean clientKnown = FlowEnd.CLIENT.known(row);
    return switch (this) {
      case CLIENT, LOCAL, UNKNOWN -> true;
      case SERVER -> !clientKnown;
      case REST -> !clientKnown && !FlowEnd.SERVER.known(row);
      default -> false;
    };
  }

  /** Returns whether a request's record of this point is the one to count. */
  boolean countsRequest(Row row) {
    boolean encrypted = row.has("is_tls");
    return switch (this) {
      case CLIENT_PROCESS -> encrypted;
      case SERVER_PROCESS -> encrypted && !FlowEnd.CLIENT.known(row);
      default -> counts(row);
    };
  }

  /** Returns whether the record is a span that an application made itself. */
  boolean isApplication() {
    return this == CLIENT_APPLICATION || this == SERVER_APPLICATION || this == APPLICATION;
  }

  /** Returns whether the record was observed on the server's side. */
  boolean onServerSide() {
    return code.startsWith("s");
  }
}
