package dev.guanlan.connector.alertmanager;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds an {@link AlertmanagerSink}. */
public final class AlertmanagerSinkBuilder {

  private static final Duration LEAST = Duration.ofMillis(1);
  private static final Duration MOST = Duration.ofHours(1);

  private final List<PeerTarget> targets = new ArrayList<>();
  private int queueCapacity = AlertmanagerSink.Settings.DEFAULTS.queueCapacity();
  private String tenantLabel = AlertmanagerSink.Settings.DEFAULTS.tenantLabel();
  private int batchSize = AlertmanagerSink.Settings.DEFAULTS.batchSize();
  private Duration requestTimeout = AlertmanagerSink.Settings.DEFAULTS.requestTimeout();
  private Duration shortestRest = AlertmanagerSink.Settings.DEFAULTS.shortestRest();
  private Duration longestRest = AlertmanagerSink.Settings.DEFAULTS.longestRest();
  private Duration flushTimeout = AlertmanagerSink.Settings.DEFAULTS.flushTimeout();
  private Duration refreshInterval = AlertmanagerSink.Settings.DEFAULTS.refreshInterval();
  private @Nullable String user;
  private @Nullable String passwordFile;
  private @Nullable String tokenFile;
  private @Nullable String caFile;

  AlertmanagerSinkBuilder() {}

  /**
   * Adds peers.
   *
   * @param urls each as {@code http://host:port}, with a path if Alertmanager has a route prefix;
   *     {@code dns+http://name:port} for every address of a name, and {@code
   *     dnssrv+http://_service._tcp.name} for every host of a service
   * @throws IllegalArgumentException if one is no such URL
   */
  public AlertmanagerSinkBuilder addPeers(List<String> urls) {
    for (String url : urls) {
      PeerTarget target = PeerTarget.parse(url);
      if (!targets.contains(target)) {
        targets.add(target);
      }
    }
    return this;
  }

  /** Sets how many alerts may wait for a peer; default 10,000. */
  public AlertmanagerSinkBuilder setQueueCapacity(int alerts) {
    queueCapacity = alerts;
    return this;
  }

  /**
   * Sets the name of the label that tells tenants apart, so that none takes all the room where more
   * alerts wait than there is room for; default empty, for one tenant.
   */
  public AlertmanagerSinkBuilder setTenantLabel(String name) {
    tenantLabel = name;
    return this;
  }

  /** Sets how many alerts are posted at once; default 64. */
  public AlertmanagerSinkBuilder setBatchSize(int alerts) {
    batchSize = alerts;
    return this;
  }

  /** Sets how long a post may take; default 10 s. */
  public AlertmanagerSinkBuilder setRequestTimeout(Duration timeout) {
    requestTimeout = timeout;
    return this;
  }

  /** Sets how long a peer that failed rests, at first and at most; default 250 ms and 30 s. */
  public AlertmanagerSinkBuilder setRest(Duration shortest, Duration longest) {
    shortestRest = shortest;
    longestRest = longest;
    return this;
  }

  /** Sets how long a checkpoint waits for peers that are well; default 500 ms. */
  public AlertmanagerSinkBuilder setFlushTimeout(Duration timeout) {
    flushTimeout = timeout;
    return this;
  }

  /** Sets how often names are looked up, and files of credentials read; default 30 s. */
  public AlertmanagerSinkBuilder setRefreshInterval(Duration interval) {
    refreshInterval = interval;
    return this;
  }

  /**
   * Logs in to peers with a password.
   *
   * @param name the user's name
   * @param file file with the password, readable wherever the job runs
   */
  public AlertmanagerSinkBuilder setPasswordFile(String name, String file) {
    user = name;
    passwordFile = file;
    return this;
  }

  /**
   * Shows peers a bearer token.
   *
   * @param file file with the token, readable wherever the job runs
   */
  public AlertmanagerSinkBuilder setTokenFile(String file) {
    tokenFile = file;
    return this;
  }

  /**
   * Trusts the authorities of a file, and not those that Java knows, with certificates of peers.
   *
   * @param file PEM file, readable wherever the job runs
   */
  public AlertmanagerSinkBuilder setCaFile(String file) {
    caFile = file;
    return this;
  }

  /**
   * Makes the sink. One without peers takes notifications and tells nobody.
   *
   * @throws IllegalArgumentException if a setting is out of its range, or contradicts another
   */
  public AlertmanagerSink build() {
    positive(queueCapacity, "queue capacity");
    positive(batchSize, "batch size");
    bounded(requestTimeout, "request timeout");
    bounded(shortestRest, "shortest rest");
    bounded(longestRest, "longest rest");
    bounded(refreshInterval, "refresh interval");
    if (shortestRest.compareTo(longestRest) > 0) {
      throw new IllegalArgumentException(
          "the shortest rest, %s, is longer than the longest, %s; exchange them"
              .formatted(shortestRest, longestRest));
    }
    if (flushTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "the flush timeout cannot be " + flushTimeout + "; give 0 or more");
    }
    if (user != null && (user.isEmpty() || user.contains(":"))) {
      throw new IllegalArgumentException(
          "the user for Alertmanager is empty or has a colon in it, which basic authentication"
              + " cannot carry; give another");
    }
    if (passwordFile != null && tokenFile != null) {
      throw new IllegalArgumentException(
          "both a password and a token for Alertmanager are given; give one of them");
    }
    return new AlertmanagerSink(
        targets,
        new AlertmanagerSink.Settings(
            queueCapacity,
            tenantLabel,
            batchSize,
            requestTimeout,
            shortestRest,
            longestRest,
            flushTimeout,
            refreshInterval,
            new Access(user, passwordFile, tokenFile, caFile)));
  }

  private static void positive(int value, String what) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "the " + what + " must be at least 1, and is " + value + "; raise it");
    }
  }

  private static void bounded(Duration value, String what) {
    if (value.compareTo(LEAST) < 0 || value.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "the %s must be from 1 ms to 1 h, and is %s; change it".formatted(what, value));
    }
  }
}
