package dev.guanlan.local.command;

import dev.guanlan.connector.kafka.rules.RuleChanges;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.local.stack.Endpoint;
import dev.guanlan.local.stack.Health;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PartException;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Publishes the rules to Kafka as one of the steps of starting: after the broker, before the jobs.
 *
 * <p>It remembers which files it published, so that the groups of a file that is not given any more
 * go away.
 */
final class RulesPart implements Part {

  private static final String TENANT = "anonymous";

  private final List<RuleGroup> groups;
  private final Path remembered;
  private final String bootstrapServers;
  private volatile boolean published;
  private volatile String summary = "not published";

  /**
   * Creates the step.
   *
   * @param data the folder where it remembers
   */
  RulesPart(List<RuleGroup> groups, Path data, String bootstrapServers) {
    this.groups = List.copyOf(groups);
    this.remembered = data.resolve("rule-files");
    this.bootstrapServers = bootstrapServers;
  }

  @Override
  public String name() {
    return "rules";
  }

  @Override
  public String version() {
    int rules = groups.stream().mapToInt(group -> group.rules().size()).sum();
    return rules + " in " + groups.size() + " groups";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of();
  }

  @Override
  public void start() throws PartException {
    Set<String> namespaces =
        groups.stream().map(RuleGroup::namespace).collect(Collectors.toCollection(TreeSet::new));
    try {
      Set<String> all = new TreeSet<>(namespaces);
      if (Files.exists(remembered)) {
        Files.readAllLines(remembered).stream().filter(line -> !line.isBlank()).forEach(all::add);
      }
      RuleChanges result = new RuleGroupTopic(bootstrapServers).replace(TENANT, all, groups);
      Files.write(remembered, namespaces);
      summary =
          "%d groups written, %d deleted, %d unchanged"
              .formatted(
                  result.added().size() + result.changed().size(),
                  result.deleted().size(),
                  result.unchanged().size());
      published = true;
    } catch (IOException | RuleException e) {
      throw new PartException("The rules cannot be published: " + e.getMessage(), e);
    }
  }

  @Override
  public Health check() {
    return published ? Health.up(summary) : Health.down(summary);
  }

  @Override
  public boolean running() {
    return published;
  }

  @Override
  public void stop() {
    published = false;
  }

  @Override
  public void kill() {
    stop();
  }
}
