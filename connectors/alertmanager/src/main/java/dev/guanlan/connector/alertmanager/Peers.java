package dev.guanlan.connector.alertmanager;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the peers that the targets stand for now. Safe for many threads; one at a time may look
 * names up.
 *
 * <p>A peer that appears hears of what happens from then on, and of whatever fires within the
 * resend delay, because the alert state machine sends that again anyway; also of what was resolved
 * in the last 15 minutes. That is soon enough: Alertmanager itself forgets its alerts when it
 * restarts and counts on the same. So nothing is remembered here for peers that may come.
 */
final class Peers {

  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

  /** How many there are at most; each holds a queue and a thread. No cluster has nearly as many. */
  static final int MOST = 64;

  private final List<PeerTarget> targets;
  private final Resolver resolver;
  private final Function<URI, Peer> maker;
  private final Counter lookupErrors;

  private final Map<PeerTarget, Set<URI>> found = new HashMap<>();
  private final Set<PeerTarget> failing = new HashSet<>();
  private final Map<URI, Peer> byEndpoint = new LinkedHashMap<>();
  private boolean tooMany;
  private boolean closed;
  private volatile List<Peer> all = List.of();

  /** Makes the peers with an address; those with a name come with {@link #lookUp}. */
  Peers(
      List<PeerTarget> targets,
      Resolver resolver,
      Function<URI, Peer> maker,
      Counter lookupErrors) {
    this.targets = targets;
    this.resolver = resolver;
    this.maker = maker;
    this.lookupErrors = lookupErrors;
    for (PeerTarget target : targets) {
      if (target.lookup() == PeerTarget.Lookup.NONE) {
        lookUp(target);
      }
    }
  }

  /** Returns the peers of now. */
  List<Peer> all() {
    return all;
  }

  /** Tells whether there are names to look up. */
  boolean haveNames() {
    return targets.stream().anyMatch(target -> target.lookup() != PeerTarget.Lookup.NONE);
  }

  /**
   * Looks all names up again. One that cannot be keeps the peers that it had.
   *
   * @return whether every name was found, now or before
   */
  boolean lookUp() {
    for (PeerTarget target : targets) {
      if (target.lookup() != PeerTarget.Lookup.NONE) {
        lookUp(target);
      }
    }
    synchronized (this) {
      return found.keySet().containsAll(targets);
    }
  }

  private void lookUp(PeerTarget target) {
    try {
      Set<URI> endpoints = target.endpoints(resolver);
      if (failing.remove(target)) {
        LOG.info("{} can be looked up again: {}", target, endpoints);
      }
      become(target, endpoints);
    } catch (IOException | RuntimeException e) {
      lookupErrors.inc();
      if (failing.add(target)) {
        LOG.warn(
            "{} cannot be looked up; the peers that it had stay, and it is tried again. Said once"
                + " until it can be; counted in lookupErrors",
            target,
            e);
      }
    }
  }

  private synchronized void become(PeerTarget target, Set<URI> endpoints) {
    if (closed || endpoints.equals(found.put(target, endpoints))) {
      return;
    }
    Set<URI> wanted = new LinkedHashSet<>();
    for (PeerTarget each : targets) {
      wanted.addAll(found.getOrDefault(each, Set.of()));
    }
    limit(wanted);
    for (URI gone : List.copyOf(byEndpoint.keySet())) {
      Peer peer = byEndpoint.get(gone);
      if (peer != null && !wanted.contains(gone)) {
        byEndpoint.remove(gone);
        LOG.info("Alertmanager {} is gone; {} alerts waited for it", gone, peer.close());
      }
    }
    for (URI endpoint : wanted) {
      if (!byEndpoint.containsKey(endpoint)) {
        LOG.info("Alertmanager {} is told of alerts from now on", endpoint);
        byEndpoint.put(endpoint, maker.apply(endpoint));
      }
    }
    all = List.copyOf(byEndpoint.values());
  }

  private void limit(Set<URI> wanted) {
    List<URI> surplus = wanted.stream().skip(MOST).toList();
    if (!surplus.isEmpty() && !tooMany) {
      LOG.error(
          "The names of Alertmanagers stand for {} addresses; only the first {} are told of alerts."
              + " Name fewer",
          wanted.size(),
          MOST);
    }
    tooMany = !surplus.isEmpty();
    surplus.forEach(wanted::remove);
  }

  synchronized void close() {
    closed = true;
    byEndpoint.values().forEach(Peer::close);
  }
}
