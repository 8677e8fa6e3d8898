package dev.guanlan.job.alerting;

import dev.guanlan.connector.alertmanager.AlertmanagerSink;
import dev.guanlan.connector.alertmanager.AlertmanagerSinkBuilder;
import dev.guanlan.job.common.JobOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Declares what the job is told of Alertmanager, and makes the sink of it. */
final class AlertmanagerOptions {

  static final ConfigOption<String> URLS =
      ConfigOptions.key("alertmanager.urls")
          .stringType()
          .defaultValue("http://127.0.0.1:9093")
          .withDescription(
              "Every Alertmanager of the cluster, separated by commas: http://host:port/prefix,"
                  + " dns+http://name:port/prefix for every address of a name,"
                  + " dnssrv+http://_service._tcp.name/prefix for every host of a service. None"
                  + " notifies nobody.");

  static final ConfigOption<Duration> REFRESH_INTERVAL =
      ConfigOptions.key("alertmanager.refresh-interval")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "How often names behind dns+ and dnssrv+ are looked up, and the files of password and"
                  + " token read again. 1 ms to 1 h.");

  static final ConfigOption<Duration> REQUEST_TIMEOUT =
      ConfigOptions.key("alertmanager.request-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "How long a post may take, with its answer, before it is tried again. 1 ms to 1 h.");

  static final ConfigOption<Integer> BATCH_SIZE =
      ConfigOptions.key("alertmanager.batch-size")
          .intType()
          .defaultValue(64)
          .withDescription("How many alerts are posted at once, from 1.");

  static final ConfigOption<Integer> QUEUE_CAPACITY =
      ConfigOptions.key("alertmanager.queue-capacity")
          .intType()
          .defaultValue(10_000)
          .withDescription(
              "How many different alerts wait for an Alertmanager that is down, from 1; more are"
                  + " counted, and sent again after the resend delay.");

  static final ConfigOption<String> USER =
      ConfigOptions.key("alertmanager.user")
          .stringType()
          .noDefaultValue()
          .withDescription("Whom to log in to Alertmanager as, given a password file.");

  static final ConfigOption<String> PASSWORD_FILE =
      ConfigOptions.key("alertmanager.password-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "File with that user's password, readable by every TaskManager; no password if"
                  + " unset.");

  static final ConfigOption<String> TOKEN_FILE =
      ConfigOptions.key("alertmanager.token-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "File with a bearer token, readable by every TaskManager; none if unset. Not together"
                  + " with a password.");

  static final ConfigOption<String> CA_FILE =
      ConfigOptions.key("alertmanager.ca-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "PEM file with the authorities that sign the certificates of Alertmanagers, readable"
                  + " by every TaskManager; those that Java knows if unset.");

  private AlertmanagerOptions() {}

  static List<ConfigOption<?>> all() {
    return List.of(
        URLS,
        REFRESH_INTERVAL,
        REQUEST_TIMEOUT,
        BATCH_SIZE,
        QUEUE_CAPACITY,
        USER,
        PASSWORD_FILE,
        TOKEN_FILE,
        CA_FILE);
  }

  /**
   * Makes the sink.
   *
   * @throws IllegalArgumentException if an option is out of its range or contradicts another
   */
  static AlertmanagerSink sink(JobOptions options) {
    Optional<String> user = options.find(USER);
    Optional<String> passwordFile = options.find(PASSWORD_FILE);
    if (user.isPresent() != passwordFile.isPresent()) {
      throw new IllegalArgumentException(
          "the options --%s and --%s belong together; give both or none"
              .formatted(USER.key(), PASSWORD_FILE.key()));
    }
    try {
      AlertmanagerSinkBuilder builder =
          AlertmanagerSink.builder()
              .addPeers(urls(options))
              .setRefreshInterval(options.get(REFRESH_INTERVAL))
              .setRequestTimeout(options.get(REQUEST_TIMEOUT))
              .setBatchSize(options.get(BATCH_SIZE))
              .setQueueCapacity(options.get(QUEUE_CAPACITY))
              .setTenantLabel(options.get(AlertingSettings.TENANT_LABEL));
      user.ifPresent(name -> builder.setPasswordFile(name, passwordFile.orElseThrow()));
      options.find(TOKEN_FILE).ifPresent(builder::setTokenFile);
      options.find(CA_FILE).ifPresent(builder::setCaFile);
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "an option --alertmanager.… cannot be: " + e.getMessage(), e);
    }
  }

  private static List<String> urls(JobOptions options) {
    return Stream.of(options.get(URLS).split(",", -1))
        .map(String::strip)
        .filter(url -> !url.isEmpty())
        .toList();
  }
}
