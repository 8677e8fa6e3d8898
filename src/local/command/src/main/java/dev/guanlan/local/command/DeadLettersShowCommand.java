package dev.guanlan.local.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.local.command.letters.DeadLetterTopic;
import dev.guanlan.local.command.letters.HexDump;
import dev.guanlan.local.command.terminal.Terminal;
import dev.guanlan.schema.DeadLetter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Shows all that is known of one record that could not be processed. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Show one record that could not be processed: origin, headers, reason, bytes.")
final class DeadLettersShowCommand implements Callable<Integer> {

  private static final int SHOWN_BYTES = 512;

  @ParentCommand private DeadLettersCommand parent;

  @Parameters(paramLabel = "RECORD", description = "The record, as the list names it.")
  private String id = "";

  @Option(
      names = "--raw",
      paramLabel = "FILE",
      description = "Write the record's bytes to a file, to repair them.")
  private @Nullable Path raw;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      description = "Show at most so many bytes (default: ${DEFAULT-VALUE}).")
  private int bytes = SHOWN_BYTES;

  @Mixin private KafkaOptions kafka = new KafkaOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and end.")
  boolean help;

  DeadLettersShowCommand() {}

  @Override
  public Integer call() throws IOException {
    List<DeadLetter> letters = read();
    if (letters.isEmpty()) {
      throw new Problem(
          "There is no dead letter of the record " + id + "; see: guanlan dead-letters list");
    }
    Terminal terminal = parent.terminal();
    DeadLetter last = letters.get(letters.size() - 1);
    terminal.line("record     " + id);
    terminal.line("tenant     " + plain(last.getTenant()));
    terminal.line("encoding   " + plain(last.getEncoding()));
    terminal.line("received   " + time(last.getReceivedAtMillis()));
    if (last.getKey() != null) {
      terminal.line("key        " + shown(last.getKey()));
    }
    last.getHeaders()
        .forEach((name, value) -> terminal.line("header     " + plain(name) + ": " + shown(value)));
    for (DeadLetter letter : letters) {
      terminal.line("");
      terminal.line(
          "failed     " + time(letter.getFailedAtMillis()) + " in " + plain(letter.getJob()));
      terminal.line("reason     " + plain(letter.getReason()));
      if (letter.getEntriesTaken() > 0) {
        terminal.line(
            "taken      %d entries, but for %d: replay these alone, repaired"
                .formatted(letter.getEntriesTaken(), letter.getEntriesLeftOut()));
      }
      letter.getStack().lines().forEach(line -> terminal.line("  " + plain(line)));
    }
    terminal.line("");
    payload(last, terminal);
    return 0;
  }

  private void payload(DeadLetter letter, Terminal terminal) throws IOException {
    ByteBuffer payload = letter.getPayload();
    int kept = payload.remaining();
    terminal.line(
        "payload    %d bytes%s"
            .formatted(
                letter.getPayloadBytes(),
                kept < letter.getPayloadBytes() ? ", the first " + kept + " of them kept" : ""));
    terminal.lines(HexDump.lines(payload, bytes));
    if (raw != null) {
      byte[] copy = new byte[kept];
      payload.duplicate().get(copy);
      Files.write(raw, copy);
      terminal.line("Wrote " + kept + " bytes to " + raw + ".");
    }
  }

  private List<DeadLetter> read() throws IOException {
    String broker = kafka.bootstrapServers();
    try {
      return new DeadLetterTopic(broker).lettersOf(id);
    } catch (IOException e) {
      throw new Problem(String.valueOf(e.getMessage()), e);
    }
  }

  private static String plain(String text) {
    return DeadLettersCommand.plain(text);
  }

  private static String time(long millis) {
    return millis == 0 ? "unknown" : Instant.ofEpochMilli(millis).toString();
  }

  /** Returns bytes as text if that is what they are, else in hexadecimal. */
  private static String shown(ByteBuffer value) {
    try {
      String text = UTF_8.newDecoder().decode(value.duplicate()).toString();
      if (text.chars().noneMatch(Character::isISOControl)) {
        return text;
      }
    } catch (CharacterCodingException binary) {
      return hexadecimal(value);
    }
    return hexadecimal(value);
  }

  private static String hexadecimal(ByteBuffer value) {
    byte[] copy = new byte[Math.min(value.remaining(), 64)];
    value.duplicate().get(copy);
    return "0x" + HexFormat.of().formatHex(copy);
  }
}
