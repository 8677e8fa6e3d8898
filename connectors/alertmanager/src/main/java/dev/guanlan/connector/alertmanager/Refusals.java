package dev.guanlan.connector.alertmanager;

import dev.guanlan.model.Labels;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which alerts a peer refused. They come again every resend delay: they are logged once,
 * and posted each by itself, which spares the others the search for the culprit. Not safe for
 * threads.
 */
final class Refusals {

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  /** How many are remembered, and so logged, at most. */
  static final int MOST = 1_000;

  private static final int LONGEST = 500;

  private final URI endpoint;
  private final Set<Labels> known = new HashSet<>();
  private boolean full;

  Refusals(URI endpoint) {
    this.endpoint = endpoint;
  }

  boolean contains(Labels alert) {
    return known.contains(alert);
  }

  void add(Labels alert, Answer answer) {
    if (known.contains(alert) || full) {
      return;
    }
    known.add(alert);
    LOG.error(
        "Alertmanager {} refuses the alert {} ({}); correct the rule or the external labels that"
            + " made it. Said once; counted in alertsRefused",
        endpoint,
        Texts.shown(alert.toString(), LONGEST),
        answer.reason());
    if (known.size() >= MOST) {
      full = true;
      LOG.error(
          "Alertmanager {} refused {} different alerts; further ones are counted in alertsRefused"
              + " and not logged",
          endpoint,
          MOST);
    }
  }

  /** Forgets alerts that the peer took: refused again, they are news again. */
  void taken(List<QueuedAlert> alerts) {
    if (!known.isEmpty()) {
      alerts.forEach(alert -> known.remove(alert.labels()));
    }
  }
}
