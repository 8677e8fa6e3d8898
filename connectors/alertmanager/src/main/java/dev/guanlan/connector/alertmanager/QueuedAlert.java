package dev.guanlan.connector.alertmanager;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.Notification;

/**
 * Is a notification on its way to the peers.
 *
 * <p>When it ends was decided when the sink got it, so that all peers are told the same, and so
 * that waiting in a queue makes old news no newer.
 *
 * @param notification what is to be told
 * @param endsAtMillis when the peers are to take the alert for resolved, in milliseconds since the
 *     epoch
 */
record QueuedAlert(Notification notification, long endsAtMillis) {

  static QueuedAlert at(Notification notification, long nowMillis) {
    return new QueuedAlert(notification, notification.endsAtMillis(nowMillis));
  }

  Labels labels() {
    return notification.labels();
  }

  boolean isResolved() {
    return notification.resolvedAtMillis() != Alert.NEVER;
  }

  /**
   * Tells whether to post it would say what nobody has decided: a firing alert whose end has passed
   * reads as a resolve.
   */
  boolean isExpired(long nowMillis) {
    return !isResolved() && endsAtMillis <= nowMillis;
  }
}
