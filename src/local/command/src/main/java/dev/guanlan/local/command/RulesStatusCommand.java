package dev.guanlan.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guanlan.local.command.look.LookException;
import dev.guanlan.local.command.look.RulesLook;
import dev.guanlan.local.command.terminal.Style;
import dev.guanlan.local.command.terminal.Table;
import dev.guanlan.local.command.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows how each rule does. */
@Command(
    name = "status",
    sortOptions = false,
    description = {
      "Show how a tenant's rules do, a line each: whether they can be evaluated, when that was last"
          + " done and how long it took, what they looked at, and whether they are blind, which is"
          + " to say that they select nothing. Below stand the groups of which a version is refused,"
          + " and those that lack stored samples of the past."
    },
    exitCodeListHeading = "%nExit codes%n",
    exitCodeList = {
      "0:the rules are told, however they do, or there are none",
      "1:the gateway does not answer, or refuses"
    })
final class RulesStatusCommand implements Callable<Integer> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private static final String HEALTH = "health";
  private static final String BLIND = "blind";

  /** Says whether a rule can be evaluated. */
  enum Health {
    OK,
    ERR,
    UNKNOWN;

    private String written() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @ParentCommand private RulesCommand parent;
  @Spec private CommandSpec spec;

  @Option(names = "--namespace", paramLabel = "NAME", description = "Only rules of this namespace.")
  private String namespace = "";

  @Option(names = "--group", paramLabel = "NAME", description = "Only rules of this group.")
  private String group = "";

  @Option(names = "--rule", paramLabel = "NAME", description = "Only rules of this name.")
  private String rule = "";

  @Option(
      names = "--health",
      paramLabel = "HEALTH",
      description = "Only rules that are ok, err or unknown.")
  private @Nullable Health health;

  @Option(names = "--blind", description = "Only rules that select nothing.")
  private boolean blind;

  @Option(names = "--json", description = "Write everything as JSON, for programs.")
  private boolean json;

  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  RulesStatusCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<JsonNode> groups = new ArrayList<>();
    try {
      RulesLook.Groups told = gateway.look().groups();
      for (JsonNode each : told.groups()) {
        if (wanted(each)) {
          groups.add(each);
        }
      }
      PrintWriter err = spec.commandLine().getErr();
      told.warnings().forEach(warning -> err.println("guanlan: " + warning));
    } catch (LookException e) {
      throw new Problem(String.valueOf(e.getMessage()), e);
    }
    Terminal terminal = parent.terminal();
    if (json) {
      terminal.line(
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(groups));
    } else if (groups.isEmpty()) {
      terminal.line("There are no such rules.");
    } else {
      terminal.lines(table(groups, terminal.style()).lines());
      terminal.lines(remarks(groups, terminal.style()));
    }
    return 0;
  }

  /** Leaves of a group the rules that are wanted; returns whether any is. */
  private boolean wanted(JsonNode each) {
    if (!(each instanceof ObjectNode whole)
        || (!namespace.isEmpty() && !each.path("file").asText().equals(namespace))
        || (!group.isEmpty() && !each.path("name").asText().equals(group))) {
      return false;
    }
    ArrayNode left = whole.arrayNode();
    for (JsonNode candidate : each.path("rules")) {
      if (wantedRule(candidate)) {
        left.add(candidate);
      }
    }
    whole.set("rules", left);
    return !left.isEmpty();
  }

  private boolean wantedRule(JsonNode candidate) {
    Health only = health;
    return (rule.isEmpty() || candidate.path("name").asText().equals(rule))
        && (only == null || candidate.path(HEALTH).asText().equals(only.written()))
        && (!blind || candidate.path(BLIND).asBoolean());
  }

  private static Table table(List<JsonNode> groups, Style style) {
    Table table = new Table("<<<<<>>><><<<");
    table.row(
        "GROUP",
        "RULE",
        "HEALTH",
        "STATE",
        "EVALUATED (UTC)",
        "TOOK",
        "SERIES",
        "SAMPLES",
        "LAST INPUT (UTC)",
        "LATE",
        "BLIND",
        "RUNS",
        "ERROR");
    for (JsonNode group : groups) {
      for (JsonNode rule : group.path("rules")) {
        table.row(
            name(group),
            DeadLettersCommand.plain(rule.path("name").asText()),
            health(rule.path(HEALTH).asText(), style),
            rule.path("state").asText(""),
            time(rule.path("lastEvaluation")),
            took(rule),
            rule.path("inputSeries").asText(""),
            rule.path("inputSamples").asText(""),
            time(rule.path("lastInput")),
            rule.path("lateSamples").asText(""),
            rule.path(BLIND).asBoolean() ? style.warn(BLIND) : "",
            runs(group),
            DeadLettersListCommand.printable(rule.path("lastError").asText("")));
      }
    }
    return table;
  }

  /** Says what is wrong with groups as wholes. */
  private static List<String> remarks(List<JsonNode> groups, Style style) {
    List<String> lines = new ArrayList<>();
    for (JsonNode group : groups) {
      for (String field : List.of("refused", "missingHistory")) {
        String remark = DeadLettersCommand.plain(group.path(field).asText(""));
        if (!remark.isEmpty()) {
          lines.add(style.warn(name(group)) + ": " + remark);
        }
      }
    }
    return lines;
  }

  private static String name(JsonNode group) {
    return DeadLettersCommand.plain(
        group.path("file").asText() + "/" + group.path("name").asText());
  }

  private static String health(String written, Style style) {
    return switch (written) {
      case "ok" -> style.good(written);
      case "err" -> style.bad(written);
      default -> written;
    };
  }

  /** Says how a group is evaluated; nothing if in one task, as nearly all are. */
  private static String runs(JsonNode group) {
    int shards = group.path("shards").asInt();
    boolean preparing = group.path("preparing").asBoolean();
    return shards > 0
        ? "in " + shards + (shards == 1 ? " shard" : " shards") + (preparing ? ", changing" : "")
        : preparing ? "preparing shards" : "";
  }

  private static String took(JsonNode rule) {
    return rule.path(HEALTH).asText().equals(Health.UNKNOWN.written())
        ? ""
        : String.format(Locale.ROOT, "%.3f ms", 1000 * rule.path("evaluationTime").asDouble());
  }

  /** Writes a time of Prometheus' API; nothing for one that has not come. */
  static String time(JsonNode written) {
    try {
      Instant time = Instant.parse(written.asText(""));
      return time.getEpochSecond() <= 0 ? "" : TIME.format(time);
    } catch (DateTimeException e) {
      return "";
    }
  }
}
