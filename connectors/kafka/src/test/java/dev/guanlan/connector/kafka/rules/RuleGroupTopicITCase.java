package dev.guanlan.connector.kafka.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.connector.kafka.CompactedTopic;
import dev.guanlan.model.Topics;
import dev.guanlan.rules.RecordingRule;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.testing.KafkaExtension;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The topic of rules")
final class RuleGroupTopicITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final RecordFormat<dev.guanlan.schema.RuleGroup> FORMAT =
      RecordFormat.of(dev.guanlan.schema.RuleGroup.class);

  private final String tenant = UUID.randomUUID().toString();
  private final RuleGroupTopic topic = new RuleGroupTopic(KAFKA.bootstrapServers());

  @BeforeAll
  static void createTopic() {
    KAFKA.createPlatformTopics(1);
  }

  private static List<RuleGroup> file(String name, String... groups) throws Exception {
    StringBuilder yaml = new StringBuilder("groups:\n");
    for (String group : groups) {
      String[] parts = group.split("=", 2);
      yaml.append("  - {name: ").append(parts[0]).append(", rules: [{record: r, expr: '");
      yaml.append(parts.length > 1 ? parts[1] : "up").append("'}]}\n");
    }
    return RuleFiles.parse(groups.length == 0 ? "" : yaml.toString(), name);
  }

  private static RuleGroup group(String name, List<Rule> rules) {
    return new RuleGroup("a.yaml", name, 0, 0, 0, Map.of(), rules);
  }

  private RuleChanges replace(String file, String... groups) throws Exception {
    return topic.replace(tenant, Set.of(file), file(file, groups));
  }

  private List<String> names() throws IOException {
    return topic.read(tenant).stream()
        .map(each -> each.group().namespace() + "/" + each.group().name())
        .toList();
  }

  /** Reads this test's records, as the alerting job does. */
  private List<ConsumerRecord<byte[], byte[]>> records() {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Properties config = new Properties();
    config.setProperty("bootstrap.servers", KAFKA.bootstrapServers());
    CompactedTopic.readRecordsToEnd(
        config,
        Topics.RULES,
        Duration.ofMinutes(1),
        record -> {
          if (new String(record.key(), UTF_8).startsWith(tenant + "/")) {
            records.add(record);
          }
        });
    return records;
  }

  private static long version(ConsumerRecord<byte[], byte[]> record) throws IOException {
    return record.value() == null ? record.timestamp() : FORMAT.decode(record.value()).getVersion();
  }

  @Test
  @DisplayName("is told only what changed, and at once by whoever reads after")
  void onlyWhatChanged() throws Exception {
    assertThat(replace("a.yaml", "x", "y", "z").added()).hasSize(3);
    assertThat(names()).containsExactly("a.yaml/x", "a.yaml/y", "a.yaml/z");

    assertThat(replace("a.yaml", "x", "y", "z").isEmpty()).isTrue();
    assertThat(records()).hasSize(3);

    RuleChanges changes = replace("a.yaml", "x", "y=down", "w");
    assertThat(changes.added()).extracting(each -> each.group().name()).containsExactly("w");
    assertThat(changes.changed())
        .extracting(each -> each.after().group().name())
        .containsExactly("y");
    assertThat(changes.deleted()).extracting(each -> each.group().name()).containsExactly("z");
    assertThat(changes.unchanged()).extracting(each -> each.group().name()).containsExactly("x");
    assertThat(names()).containsExactly("a.yaml/w", "a.yaml/x", "a.yaml/y");
    assertThat(records()).hasSize(6);
    assertThat(records().subList(3, 6))
        .extracting(record -> version(record))
        .containsOnly(version(records().get(3)));
  }

  @Test
  @DisplayName("keeps every field of a group as the file has it")
  void everyField() throws Exception {
    String yaml =
        """
        groups:
          - name: a/b
            interval: 7s
            query_offset: 3s
            limit: 5
            labels: {team: x}
            rules:
              - {record: r, expr: up, labels: {a: b}}
              - {alert: A, expr: up == 0, for: 1m, keep_firing_for: 2m, labels: {a: b}, annotations: {c: d}}
          - {name: without}
        """;
    List<RuleGroup> groups = RuleFiles.parse(yaml, "team/rules %2F.yaml");
    topic.replace(tenant, Set.of("team/rules %2F.yaml"), groups);
    assertThat(topic.read(tenant))
        .extracting(PublishedGroup::group)
        .containsExactlyElementsOf(groups);
  }

  @Test
  @DisplayName("keeps tenants, namespaces and sources apart")
  void apart() throws Exception {
    replace("a.yaml", "x");
    replace("b.yaml", "x");
    RuleGroupTopic same = new RuleGroupTopic(KAFKA.bootstrapServers());
    assertThat(same.read(tenant + "-other")).isEmpty();
    replace("a.yaml");
    assertThat(names()).containsExactly("b.yaml/x");

    RuleGroup group = file("c.yaml", "x").get(0);
    topic.<RuntimeException>change(
        tenant, present -> List.of(new PublishedGroup(group, "folder /rules")));
    assertThat(topic.read(tenant)).containsExactly(new PublishedGroup(group, "folder /rules"));
    assertThat(topic.replace(tenant, Set.of("c.yaml"), List.of(group)).changed())
        .as("a change of hands is a change")
        .hasSize(1);
    assertThat(topic.read(tenant)).containsExactly(PublishedGroup.byHand(group));
  }

  @Test
  @DisplayName("gives later versions when the clock goes back, after a deletion too")
  void laterVersions() throws Exception {
    replace("a.yaml", "x");
    RuleGroupTopic before =
        new RuleGroupTopic(
            KAFKA.bootstrapServers(),
            Duration.ofMinutes(1),
            Clock.fixed(Instant.now().minus(Duration.ofDays(1)), ZoneOffset.UTC));
    before.replace(tenant, Set.of("a.yaml"), file("a.yaml", "x=down"));
    before.replace(tenant, Set.of("a.yaml"), List.of());
    before.replace(tenant, Set.of("a.yaml"), file("a.yaml", "x"));
    List<Long> versions = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records()) {
      versions.add(version(record));
    }
    assertThat(versions).hasSize(4).doesNotHaveDuplicates().isSorted();
  }

  @Test
  @DisplayName("takes none of a change of which anything is wrong")
  void allOrNothing() throws Exception {
    replace("a.yaml", "x");
    List<RuleGroup> wrong = new ArrayList<>(file("a.yaml", "x=down"));
    wrong.add(group("wrong", List.of(new RecordingRule("r", "up +", Map.of()))));
    assertThatThrownBy(() -> topic.replace(tenant, Set.of("a.yaml"), wrong))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("end of input");
    List<RuleGroup> large = new ArrayList<>(file("a.yaml", "x=down"));
    large.add(
        group(
            "large",
            Collections.nCopies(11, (Rule) new RecordingRule("r", "a".repeat(99_000), Map.of()))));
    assertThatThrownBy(() -> topic.replace(tenant, Set.of("a.yaml"), large))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("split it");
    assertThatThrownBy(
            () ->
                topic.change(
                    tenant,
                    present -> {
                      throw new IOException("not that");
                    }))
        .hasMessage("not that");
    assertThat(names()).containsExactly("a.yaml/x");
    assertThat(records()).hasSize(1);
  }

  @Test
  @DisplayName("loses no change of many that are made at once")
  void manyAtOnce() throws Exception {
    int threads = 4;
    int changes = 5;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        String prefix = "t" + thread + "-";
        tasks.add(
            () -> {
              for (int i = 0; i < changes; i++) {
                addPatiently(file("all.yaml", prefix + i).get(0));
              }
              return null;
            });
      }
      for (Future<Void> done : executor.invokeAll(tasks)) {
        done.get();
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(names()).hasSize(threads * changes);
  }

  /** Adds a group; who gives way too often is told so, and comes again. */
  private void addPatiently(RuleGroup group) throws Exception {
    for (int attempt = 0; true; attempt++) {
      try {
        topic.<RuntimeException>change(
            tenant,
            present -> {
              List<PublishedGroup> wanted = new ArrayList<>(present);
              wanted.removeIf(each -> each.is(group.namespace(), group.name()));
              wanted.add(PublishedGroup.byHand(group));
              return wanted;
            });
        return;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("others changed the rules");
        assertThat(attempt).isLessThan(20);
      }
    }
  }

  @Test
  @DisplayName("is not put off by records that are no groups, nor by a change whose author died")
  void strangers() throws Exception {
    Map<String, Object> config =
        Map.of("bootstrap.servers", KAFKA.bootstrapServers(), "transactional.id", "guanlan-rules");
    try (KafkaProducer<byte[], byte[]> died =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      died.initTransactions();
      died.beginTransaction();
      byte[] key = (tenant + "/a.yaml/x").getBytes(UTF_8);
      died.send(new ProducerRecord<>(Topics.RULES, key, "no group".getBytes(UTF_8))).get();
      died.commitTransaction();
      died.beginTransaction();
      died.send(new ProducerRecord<>(Topics.RULES, key, "half done".getBytes(UTF_8))).get();

      replace("a.yaml", "x");
      assertThat(names()).containsExactly("a.yaml/x");
      died.close(Duration.ZERO);
    }
  }

  @Test
  @DisplayName("says so when Kafka is not there")
  void away() {
    RuleGroupTopic away =
        new RuleGroupTopic("127.0.0.1:1", Duration.ofMillis(300), Clock.systemUTC());
    assertThatThrownBy(() -> away.read(tenant))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:1");
    assertThatThrownBy(() -> away.replace(tenant, Set.of("a"), List.of()))
        .isInstanceOf(IOException.class);
  }
}
