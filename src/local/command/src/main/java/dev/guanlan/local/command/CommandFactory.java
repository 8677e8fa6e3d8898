package dev.guanlan.local.command;

import dev.guanlan.local.command.terminal.Terminal;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes the commands with what they write to and the clock they go by. */
final class CommandFactory implements IFactory {

  private final Map<Class<?>, Supplier<?>> makers;

  CommandFactory(Terminal terminal, Clock clock) {
    makers =
        Map.of(
            UpCommand.class, () -> new UpCommand(terminal, clock),
            DownCommand.class, () -> new DownCommand(terminal, clock),
            StatusCommand.class, () -> new StatusCommand(terminal, clock),
            DemoCommand.class, () -> new DemoCommand(terminal, clock),
            LogsCommand.class, () -> new LogsCommand(terminal),
            AlertsCommand.class, () -> new AlertsCommand(terminal),
            RulesCommand.class, () -> new RulesCommand(terminal),
            StoreCommand.class, () -> new StoreCommand(terminal),
            DeadLettersCommand.class, () -> new DeadLettersCommand(terminal, clock));
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    Supplier<?> maker = makers.get(type);
    return maker == null ? CommandLine.defaultFactory().create(type) : type.cast(maker.get());
  }
}
