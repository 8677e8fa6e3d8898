package dev.guanlan.codec.deepflow;

import java.util.Locale;
import java.util.Map;

/** Names protocols in lower case, whether the exporter wrote a number or a display name. */
final class Protocols {

  private static final Map<String, String> NETWORK =
      Map.of("1", "icmp", "6", "tcp", "17", "udp", "58", "icmp6", "132", "sctp");

  /** By DeepFlow's enumeration l7_protocol. */
  private static final Map<String, String> APPLICATION =
      Map.ofEntries(
          Map.entry("20", "http"),
          Map.entry("21", "http2"),
          Map.entry("40", "dubbo"),
          Map.entry("41", "grpc"),
          Map.entry("43", "sofarpc"),
          Map.entry("44", "fastcgi"),
          Map.entry("45", "brpc"),
          Map.entry("46", "tars"),
          Map.entry("60", "mysql"),
          Map.entry("61", "postgresql"),
          Map.entry("62", "oracle"),
          Map.entry("80", "redis"),
          Map.entry("81", "mongodb"),
          Map.entry("82", "memcached"),
          Map.entry("100", "kafka"),
          Map.entry("101", "mqtt"),
          Map.entry("102", "amqp"),
          Map.entry("104", "nats"),
          Map.entry("105", "pulsar"),
          Map.entry("107", "rocketmq"),
          Map.entry("120", "dns"),
          Map.entry("121", "tls"),
          Map.entry("122", "ping"));

  private Protocols() {}

  static String network(Row row) {
    return named(row.text("protocol"), NETWORK);
  }

  static String application(Row row) {
    return named(row.text("l7_protocol", "l7_protocol_str"), APPLICATION);
  }

  private static String named(String written, Map<String, String> names) {
    String lower = written.toLowerCase(Locale.ROOT);
    return lower.equals("n/a") || lower.equals("0") ? "" : names.getOrDefault(lower, lower);
  }
}
