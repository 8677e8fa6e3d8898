package dev.guanlan.local.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.guanlan.local.command.letters.DeadLetterTopic;
import dev.guanlan.local.command.letters.LetterFilter;
import dev.guanlan.local.command.letters.LetterSummary;
import dev.guanlan.local.command.terminal.Table;
import dev.guanlan.local.command.terminal.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lists records that could not be processed. */
@Command(
    name = "list",
    sortOptions = false,
    description = {
      "List records that could not be processed, the one that failed last first.",
      "Letters that several jobs wrote for one record are one line."
    })
final class DeadLettersListCommand implements Callable<Integer> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private static final int MAX_LIMIT = 100_000;
  private static final int LONGEST_REASON = 100;

  @ParentCommand private DeadLettersCommand parent;

  @Option(names = "--topic", paramLabel = "NAME", description = "Only those of this topic.")
  private String topic = "";

  @Option(names = "--tenant", paramLabel = "NAME", description = "Only those of this tenant.")
  private String tenant = "";

  @Option(names = "--job", paramLabel = "NAME", description = "Only those of this job.")
  private String job = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Only those whose reason contains this text.")
  private String reason = "";

  @Option(
      names = "--since",
      paramLabel = "DURATION",
      description = "Only those that failed within this time, as 90s, 30m, 6h or 2d.")
  private String since = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many, 1 to 100000 (default: ${DEFAULT-VALUE}).")
  private int limit = 50;

  @Option(names = "--json", description = "Write everything as JSON, for programs.")
  private boolean json;

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  DeadLettersListCommand() {}

  @Override
  public Integer call() throws IOException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new Problem("--limit cannot be " + limit + "; give a number from 1 to " + MAX_LIMIT);
    }
    LetterFilter filter = new LetterFilter(topic, tenant, job, reason, sinceMillis());
    List<LetterSummary> letters = read(filter);
    Terminal terminal = parent.terminal();
    if (json) {
      terminal.line(
          new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(letters));
    } else if (letters.isEmpty()) {
      terminal.line("There are no such dead letters.");
    } else {
      terminal.lines(table(letters).lines());
    }
    return 0;
  }

  private List<LetterSummary> read(LetterFilter filter) throws IOException {
    String broker = kafka.bootstrapServers();
    try {
      return new DeadLetterTopic(broker).list(filter, limit);
    } catch (IOException e) {
      throw new Problem(String.valueOf(e.getMessage()), e);
    }
  }

  private long sinceMillis() {
    if (since.isEmpty()) {
      return 0;
    }
    return parent.clock().millis() - duration(since).toMillis();
  }

  static Duration duration(String written) {
    if (!written.matches("[0-9]{1,6}[smhd]")) {
      throw new Problem("--since cannot be " + written + "; write it as 90s, 30m, 6h or 2d");
    }
    long count = Long.parseLong(written.substring(0, written.length() - 1));
    return switch (written.charAt(written.length() - 1)) {
      case 's' -> Duration.ofSeconds(count);
      case 'm' -> Duration.ofMinutes(count);
      case 'h' -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  private static Table table(List<LetterSummary> letters) {
    Table table = new Table("<<<<><<");
    table.row("FAILED (UTC)", "RECORD", "TENANT", "JOBS", "BYTES", "REPLAYED", "REASON");
    for (LetterSummary letter : letters) {
      table.row(
          TIME.format(Instant.ofEpochMilli(letter.failedAtMillis())),
          DeadLettersCommand.plain(letter.id()),
          DeadLettersCommand.plain(letter.tenant()),
          DeadLettersCommand.plain(String.join(",", letter.jobs())),
          letter.payloadBytes() + (letter.cut() ? " cut" : ""),
          letter.replayed() ? "yes" : String.join(",", letter.replayedFor()),
          printable(letter.reason()));
    }
    return table;
  }

  /** Returns one line's worth of a reason. */
  static String printable(String reason) {
    String line = DeadLettersCommand.plain(reason);
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON - 1) + "…";
  }
}
