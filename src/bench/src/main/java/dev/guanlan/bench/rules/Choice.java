package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.Family;
import java.util.Locale;
import java.util.SplittableRandom;

/** Chooses what a rule looks at, among the series of {@link dev.guanlan.bench.nodes.NodeFleet}. */
final class Choice {

  private final SplittableRandom random;
  private final int nodes;

  /**
   * Makes choices.
   *
   * @param seed the same seed makes the same choices
   * @param nodes how many nodes there are
   */
  Choice(long seed, int nodes) {
    random = new SplittableRandom(seed);
    this.nodes = nodes;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  @SafeVarargs
  final <T> T of(T... values) {
    return values[random.nextInt(values.length)];
  }

  String number(double from, double to) {
    return text(from + random.nextDouble() * (to - from));
  }

  static String text(double number) {
    return String.format(Locale.ROOT, "%.4g", number);
  }

  String handler() {
    return Family.handlers().get(random.nextInt(Family.handlers().size()));
  }

  String mount() {
    return of("/", "/boot", "/var", "/var/lib/kubelet", "/run", "/data");
  }

  String card() {
    return of("eth0", "eth1", "cni0", "lo", "veth1a2b3c4d", "veth5e6f7a8b");
  }

  /** Returns a matcher of the instances of ten nodes, or of as many as there are of these. */
  String tenInstances() {
    int ten = random.nextInt((nodes + 9) / 10);
    int first = ten * 10 % 250;
    // 10.12.<node / 250>.<node % 250>:9100, see NodeSeries.
    return "instance=~\"10\\\\.12\\\\.%d\\\\.%s[0-9]:9100\""
        .formatted(ten * 10 / 250, first == 0 ? "" : first / 10);
  }
}
