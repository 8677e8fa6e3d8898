package dev.guanlan.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.guanlan.local.command.look.LookException;
import dev.guanlan.local.command.look.RulesLook;
import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.command.terminal.Table;
import dev.guanlan.local.command.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the alerts that are pending or fire. */
@Command(
    name = "alerts",
    sortOptions = false,
    description = "List a tenant's alerts that are pending or fire, those that fire first.",
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {
      "0:the alerts are told, or there are none",
      "1:the gateway does not answer, or refuses"
    })
final class AlertsCommand implements Callable<Integer> {

  private static final String ALERT_NAME = "alertname";
  private static final String SUMMARY = "summary";

  /** Says where an alert stands. */
  enum State {
    FIRING,
    PENDING;

    private String written() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only those that are pending, or firing.")
  private @Nullable State state;

  @Option(names = "--name", paramLabel = "ALERT", description = "Only those of this name.")
  private String name = "";

  @Option(names = "--json", description = "Write them as JSON, for programs.")
  private boolean json;

  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  AlertsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    RulesLook.Alerts told;
    try {
      told = gateway.look().alerts();
    } catch (LookException e) {
      throw new Problem(String.valueOf(e.getMessage()), e);
    }
    PrintWriter err = spec.commandLine().getErr();
    told.warnings().forEach(warning -> err.println("guanlan: " + warning));
    List<JsonNode> alerts = new ArrayList<>();
    for (JsonNode alert : told.alerts()) {
      if (wanted(alert)) {
        alerts.add(alert);
      }
    }
    alerts.sort(
        Comparator.comparing((JsonNode alert) -> alert.path("state").asText())
            .thenComparing(AlertsCommand::nameOf)
            .thenComparing(AlertsCommand::labels));
    String besides =
        "Besides, %s of rules that have very many: see how many with ./guanlan rules status"
            .formatted(Counted.of(told.untold(), "alert"));
    if (json) {
      terminal.line(
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(alerts));
      if (told.untold() > 0) {
        // A program that reads the JSON is not to take it for all.
        err.println("guanlan: " + besides);
      }
      return 0;
    }
    if (alerts.isEmpty() && told.untold() == 0) {
      terminal.line("There are no such alerts.");
      return 0;
    }
    if (!alerts.isEmpty()) {
      terminal.lines(table(alerts, terminal.style()).lines());
    }
    if (told.untold() > 0) {
      terminal.line(besides);
    }
    return 0;
  }

  private boolean wanted(JsonNode alert) {
    State only = state;
    return (only == null || alert.path("state").asText().equals(only.written()))
        && (name.isEmpty() || nameOf(alert).equals(name));
  }

  private static Table table(List<JsonNode> alerts, Style style) {
    Table table = new Table("<<<<><");
    table.row("STATE", "ALERT", "LABELS", "ACTIVE SINCE (UTC)", "VALUE", "SUMMARY");
    for (JsonNode alert : alerts) {
      String written = alert.path("state").asText();
      table.row(
          written.equals(State.FIRING.written()) ? style.bad(written) : style.warn(written),
          DeadLettersCommand.plain(nameOf(alert)),
          DeadLettersCommand.plain(labels(alert)),
          RulesStatusCommand.time(alert.path("activeAt")),
          number(alert.path("value").asText()),
          DeadLettersListCommand.printable(alert.path("annotations").path(SUMMARY).asText("")));
    }
    return table;
  }

  private static String nameOf(JsonNode alert) {
    return alert.path("labels").path(ALERT_NAME).asText("");
  }

  /** Returns an alert's labels but for its name. */
  private static String labels(JsonNode alert) {
    List<String> labels = new ArrayList<>();
    alert
        .path("labels")
        .properties()
        .forEach(
            label -> {
              if (!label.getKey().equals(ALERT_NAME)) {
                labels.add(label.getKey() + "=" + label.getValue().asText());
              }
            });
    return String.join(" ", labels);
  }

  /** Writes a number without the exponent that Prometheus' API gives to every one. */
  private static String number(String written) {
    try {
      double value = Double.parseDouble(written);
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? Long.toString((long) value)
          : Double.toString(value);
    } catch (NumberFormatException e) {
      return written;
    }
  }
}
