package dev.guanlan.bench.nodes;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Describes some metrics that node-exporter and an instrumented service expose together: every
 * metric of {@code names} has a series for each of {@code labels}.
 *
 * @param names metric names
 * @param labels label sets, each as name, value, name, value
 * @param kind how values go
 * @param scale how large they are; see {@link ValueKind}
 */
public record Family(List<String> names, List<List<String>> labels, ValueKind kind, double scale) {

  private static final List<String> LE =
      List.of(
          "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf");
  private static final List<String> HANDLERS =
      List.of(
          "/",
          "/api/baskets",
          "/api/baskets/{id}",
          "/api/items",
          "/api/items/{id}",
          "/api/items/{id}/reviews",
          "/api/orders",
          "/api/orders/{id}",
          "/api/payments",
          "/api/search",
          "/api/users",
          "/api/users/{id}",
          "/login",
          "/logout",
          "/ready",
          "/static");

  /** Returns what one node exposes: about 760 series, histogram buckets left out. */
  public static List<Family> ofNode() {
    List<List<String>> cpus = each("cpu", numbers("", 32));
    List<List<String>> disks =
        List.of(
            List.of("device", "nvme0n1"), List.of("device", "nvme1n1"), List.of("device", "sda"));
    List<List<String>> cards =
        each("device", List.of("eth0", "eth1", "cni0", "lo", "veth1a2b3c4d", "veth5e6f7a8b"));
    List<List<String>> mounts = new ArrayList<>();
    for (String mount : List.of("/", "/boot", "/var", "/var/lib/kubelet", "/run", "/data")) {
      mounts.add(
          List.of("device", "/dev/mapper/vg0" + mount, "fstype", "ext4", "mountpoint", mount));
    }
    return List.of(
        new Family(List.of("up"), List.of(List.of()), ValueKind.UP, 1),
        new Family(List.of("node_cpu_seconds_total"), modes(cpus, "idle"), ValueKind.SECONDS, 11),
        new Family(List.of("node_cpu_seconds_total"), modes(cpus, "user"), ValueKind.SECONDS, 2.5),
        new Family(
            List.of("node_cpu_seconds_total"), modes(cpus, "system"), ValueKind.SECONDS, 1.1),
        new Family(
            List.of("node_cpu_seconds_total"), modes(cpus, "softirq"), ValueKind.SECONDS, 0.2),
        new Family(
            List.of("node_cpu_seconds_total"), modes(cpus, "iowait"), ValueKind.SECONDS, 0.05),
        new Family(
            List.of("node_cpu_seconds_total"), modes(cpus, "nice", "irq"), ValueKind.CONSTANT, 5),
        new Family(
            List.of("node_schedstat_running_seconds_total", "node_schedstat_waiting_seconds_total"),
            cpus,
            ValueKind.RATIO,
            90_000),
        new Family(
            List.of("node_schedstat_timeslices_total", "node_softnet_processed_total"),
            cpus,
            ValueKind.COUNTER,
            9_000),
        new Family(
            List.of("node_softnet_dropped_total", "node_softnet_times_squeezed_total"),
            cpus,
            ValueKind.CONSTANT,
            3),
        new Family(
            named("node_network_%s_total", "receive_bytes", "transmit_bytes"),
            cards,
            ValueKind.COUNTER,
            3_000_000),
        new Family(
            named("node_network_%s_total", "receive_packets", "transmit_packets"),
            cards,
            ValueKind.COUNTER,
            4_000),
        new Family(
            named(
                "node_network_%s_total",
                "receive_errs",
                "transmit_errs",
                "receive_fifo",
                "transmit_fifo",
                "receive_frame",
                "transmit_colls",
                "receive_compressed",
                "transmit_carrier"),
            cards,
            ValueKind.CONSTANT,
            1),
        new Family(
            named("node_network_%s_total", "receive_drop", "transmit_drop", "receive_multicast"),
            cards,
            ValueKind.RARE,
            4_000),
        new Family(
            named("node_network_%s", "mtu_bytes", "up", "speed_bytes", "carrier", "flags"),
            cards,
            ValueKind.CONSTANT,
            9_000),
        new Family(
            named(
                "node_disk_%s_total",
                "reads_completed", "writes_completed", "read_bytes", "written_bytes"),
            disks,
            ValueKind.COUNTER,
            70_000),
        new Family(
            named(
                "node_disk_%s_seconds_total", "io_time", "read_time", "write_time", "io_weighted"),
            disks,
            ValueKind.SECONDS,
            0.9),
        new Family(
            named("node_disk_%s", "io_now", "discards_completed_total", "flush_requests_total"),
            disks,
            ValueKind.RARE,
            10),
        new Family(
            named("node_filesystem_%s", "avail_bytes", "free_bytes"),
            mounts,
            ValueKind.PAGES,
            40e9),
        new Family(List.of("node_filesystem_files_free"), mounts, ValueKind.RARE, 9e6),
        new Family(
            named("node_filesystem_%s", "size_bytes", "files", "readonly", "device_error"),
            mounts,
            ValueKind.CONSTANT,
            40e9),
        new Family(
            numbered("node_memory_%s_bytes", 28, "MemFree", "Cached", "Active", "Slab", "Mapped"),
            List.of(List.of()),
            ValueKind.PAGES,
            8e9),
        new Family(
            numbered("node_memory_%s_bytes", 20, "MemTotal", "HugePages", "Vmalloc", "Swap"),
            List.of(List.of()),
            ValueKind.CONSTANT,
            64e9),
        new Family(
            numbered("node_vmstat_%s", 14, "pgfault", "pgpgin", "pgpgout", "pgfree"),
            List.of(List.of()),
            ValueKind.COUNTER,
            60_000),
        new Family(
            numbered("node_netstat_%s", 24, "Tcp_InSegs", "Tcp_OutSegs", "Ip_Forwarding", "Udp_In"),
            List.of(List.of()),
            ValueKind.COUNTER,
            8_000),
        new Family(
            numbered("node_sockstat_%s", 18, "TCP_inuse", "TCP_tw", "UDP_inuse"),
            List.of(List.of()),
            ValueKind.RARE,
            400),
        new Family(
            List.of("node_load1", "node_load5", "node_load15"),
            List.of(List.of()),
            ValueKind.GAUGE,
            4),
        new Family(
            List.of("node_hwmon_temp_celsius"),
            each("sensor", numbers("temp", 12)),
            ValueKind.GAUGE,
            55),
        new Family(
            List.of("node_pressure_cpu_waiting_seconds_total", "node_context_switches_total"),
            List.of(List.of()),
            ValueKind.COUNTER,
            200_000),
        new Family(
            numbered("process_runtime_%s", 20, "memory_bytes", "heap_bytes", "buffers_bytes"),
            List.of(List.of()),
            ValueKind.PAGES,
            2e8),
        new Family(
            numbered("service_efficiency_%s_ratio", 12, "cache_hits", "queue_fill"),
            List.of(List.of()),
            ValueKind.RATIO,
            1));
  }

  /** Returns the handlers whose request durations a node's service counts in buckets. */
  public static List<String> handlers() {
    return HANDLERS;
  }

  /** Returns the upper bounds of the buckets, as the label {@code le} has them. */
  public static List<String> bounds() {
    return LE;
  }

  private static List<List<String>> modes(List<List<String>> cpus, String... modes) {
    List<List<String>> labels = new ArrayList<>();
    for (List<String> cpu : cpus) {
      for (String mode : modes) {
        labels.add(List.of(cpu.get(0), cpu.get(1), "mode", mode));
      }
    }
    return labels;
  }

  private static List<List<String>> each(String name, List<String> values) {
    return values.stream().map(value -> List.of(name, value)).toList();
  }

  private static List<String> numbers(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static List<String> named(String pattern, String... words) {
    return List.of(words).stream().map(pattern::formatted).toList();
  }

  /** Returns so many names, made of the words in turn and a number from the second round on. */
  private static List<String> numbered(String pattern, int count, String... words) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              int round = i / words.length;
              String word = words[i % words.length] + (round == 0 ? "" : "_" + round);
              return pattern.formatted(word);
            })
        .toList();
  }
}
